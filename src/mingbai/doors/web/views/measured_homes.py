"""The households behind a number of the pages of measures: for those who may open households."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.doors.web.queries.measure_choice import Asked, asked
from mingbai.doors.web.queries.measured_homes import Found, measured, moved


@login_required
@require_safe
def measured_homes(request: HttpRequest) -> HttpResponse:
    """A group's households, poorest first: ?state=all, poor or none, with the choice of the page of measures."""
    by, found = _asked(request)
    given = request.GET
    if found.choice is None:
        raise Http404
    day: date = request.day  # type: ignore[attr-defined]
    state = given.get("state", "all")
    page = measured(by, found.choice, given.get("key", ""), state, day, given.get("after", ""))
    told = {
        "place": found.place.short,
        "year": found.choice.year,
        "group": page.label,
        "line": found.line.label if found.line else "",
    }
    heading = {
        "poor": _("%(place)s%(group)s：低于线的户") % told, "none": _("%(place)s%(group)s：没有 %(year)d 年账的户") % told
    }.get(state, _("%(place)s%(group)s：有 %(year)d 年账的户") % told)  # fmt: skip
    lead = {
        "none": _("没有账的不知道高低，不能当成不低于线。"),
        "poor": _("用的线：%(line)s。人均从低到高；按全户的账比，差一分也算低于线。") % told,
    }.get(state, _("用的线：%(line)s。人均从低到高。") % told)
    back = {"place": found.place.code, "year": found.choice.year, "by": found.choice.by}
    return _shown(request, page, heading, lead, f"{reverse('web:measures')}?{urlencode(back)}", found.choice.year)


@login_required
@require_safe
def moved_homes(request: HttpRequest) -> HttpResponse:
    """The households that went from one state to another: ?from, to (years), was, is (below, above, unknown)."""
    by, found = _asked(request)
    given = request.GET
    years = tuple(int(given[name]) for name in ("from", "to") if given.get(name, "").isdecimal())
    if len(years) != 2 or years[0] >= years[1] or not set(years) <= set(found.years):
        raise Http404
    states = {"below": _("低于线"), "above": _("不低于线"), "unknown": _("没有账")}
    ways = {"from": given.get("was", ""), "to": given.get("is", "")}
    if not set(ways.values()) <= set(states):
        raise Http404
    page = moved(by, found.place.code, (years[0], years[1]), ways, given.get("after", ""))
    told = {
        "place": found.place.short,
        "before": years[0],
        "after": years[1],
        "was": states[ways["from"]],
        "now": states[ways["to"]],
    }
    heading = _("%(place)s：%(before)d 年%(was)s，%(after)d 年%(now)s的户") % told
    back = {"place": found.place.code, "from": years[0], "to": years[1]}
    return _shown(request, page, heading, "", f"{reverse('web:movement')}?{urlencode(back)}", years[1])


def _asked(request: HttpRequest) -> tuple[Actor, Asked]:
    by: Actor = request.actor  # type: ignore[attr-defined]
    by.must(Permission.FIGURE_READ)
    by.must(Permission.HOUSEHOLD_READ)
    found = asked(by, request.GET.dict())
    if found is None or not by.may(Permission.HOUSEHOLD_READ, at=found.place.code):
        raise Http404(_("没有这个地方，或者不在您负责的范围内。"))
    return by, found


def _shown(request: HttpRequest, page: Found, heading: str, lead: str, back: str, year: int) -> HttpResponse:
    next_url = ""
    if page.after:
        given = request.GET.copy()
        given["after"] = page.after
        next_url = f"?{given.urlencode()}"
    context: dict[str, Any] = {
        "page": page,
        "heading": heading,
        "lead": lead,
        "back": back,
        "year": year,
        "next_url": next_url,
        "incomes": any(line.per_head is not None for line in page.lines),
    }
    return render(request, "web/measured_homes.html", context)
