"""What every page shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page_context(request: HttpRequest) -> dict[str, Any]:
    """For the base template: who is here, where they may go, whether this is the demo."""
    return {"actor": getattr(request, "actor", None), "day": getattr(request, "day", None), "demo": settings.DEMO, "nav": []}
