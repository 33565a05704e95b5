"""Seeing an ID in full: asked with a reason, shown once, never by a link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import Permission
from mingbai.facts.registry.actions.reveal import reveal_id
from mingbai.facts.registry.queries.households import member_or_404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: HttpRequest, person_id: str) -> HttpResponse:
    """The reason is asked; the answer to it, and only that, shows the ID."""
    by = request.actor  # type: ignore[attr-defined]
    member = member_or_404(by, person_id)
    by.must(Permission.ID_REVEAL, at=member.household.village)
    shown: dict[str, object] = {"member": member, "household": member.household}
    status = 200
    if request.method == "POST":
        shown["why"] = request.POST.get("why", "")
        try:
            shown["number"] = reveal_id(
                by=by,
                member=member,
                why=str(shown["why"]),
                day=request.day,  # type: ignore[attr-defined]
            )
        except Forbidden:
            raise
        except Refused as refusal:
            shown["reasons"], status = refusal.reasons, 422
    return render(request, "registry/reveal.html", shown, status=status)
