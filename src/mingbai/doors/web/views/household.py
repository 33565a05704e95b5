"""The household page: who lives here, their account, what is guaranteed, what is open, what was done."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mingbai.base.lib.permissions import Actor
from mingbai.doors.web.queries.household import find, page


@require_safe
def household(request: HttpRequest, household_id: str) -> HttpResponse:
    """One household. 404 outside the areas where the person reads households."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    found = find(by, household_id)
    if found is None:
        raise Http404(_("没有这一户，或者不在您负责的范围内。"))
    english = get_language() == "en"
    day = request.day  # type: ignore[attr-defined]
    return render(request, "web/household.html", page(by, found, day, english=english) | {"english": english})
