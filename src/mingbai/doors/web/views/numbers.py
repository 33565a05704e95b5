"""Policy numbers: what is in force, what changed, whom it touches; and the county's own values."""

from datetime import date
from typing import Literal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.standards import standards
from mingbai.base.standards.actions import set_number
from mingbai.base.standards.forms import NumberForm
from mingbai.doors.web.queries import numbers as pages


@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """Every number in force today in the reader's county, what changed lately, what is to come."""
    by, day = _who(request)
    place = pages.place_of(by)
    lately, coming = pages.changes(place, day, _lang())
    context = {"groups": pages.groups(place, day, _lang()), "lately": lately, "coming": coming}
    return render(request, "web/numbers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def number(request: HttpRequest, name: str) -> HttpResponse:
    """One number: its value, its history with documents, whom it touches; a value of one's own (POST)."""
    by, day = _who(request)
    if name not in standards.numbers():
        raise Http404
    place, lang = pages.place_of(by), _lang()
    places = pages.settable(by, place)
    if request.method == "POST":
        by.must(Permission.STANDARD_SET, at=place)
    labels = standards.numbers()[name].unit == "labels"
    form = NumberForm(request.POST or None, labels=labels, places=places, day=day)
    reasons: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            set_number(by=by, name=name, **form.cleaned_data, day=day)
        except Forbidden:
            raise
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _("已登记。原来的数值还留着，可以查。"))
            return redirect("web:number", name)
    context = {
        "row": pages.in_force(name, place, day, lang), "history": pages.history(name, place, day, lang),
        "touched": pages.touched(by, name, english=lang == "en"), "form": form if places else None,
        "reasons": reasons,
    }  # fmt: skip
    return render(request, "web/number.html", context, status=422 if form.errors or reasons else 200)


def _who(request: HttpRequest) -> tuple[Actor, date]:
    by: Actor = request.actor  # type: ignore[attr-defined]
    by.must(Permission.STANDARD_READ)
    return by, request.day  # type: ignore[attr-defined]


def _lang() -> Literal["zh", "en"]:
    return "en" if get_language() == "en" else "zh"
