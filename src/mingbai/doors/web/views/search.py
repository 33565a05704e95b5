"""Search first: a person by name, ID, phone or code. There is no list of everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.queries import names, path
from mingbai.facts.registry.queries.households import MOST, find, kind_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """What was asked comes by POST, so that an ID or a phone number never stands in an address or a log; a name goes
    on to an address of its own, to which one can come back."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    by.must(Permission.HOUSEHOLD_READ)
    asked = (request.POST if request.method == "POST" else request.GET).get("q", "").strip()[:60]
    if request.method == "POST" and kind_of(asked) in ("name", "code", "short"):
        return redirect(f"{reverse('web:search')}?{urlencode({'q': asked})}" if asked else "web:search")
    found = find(by, asked)
    known = names(one.household.village for one in found.matches) if found.matches else {}
    rows = [(one, path(one.household.village, known)) for one in found.matches]
    return render(request, "web/search.html", {"q": asked, "found": found, "rows": rows, "most": MOST})
