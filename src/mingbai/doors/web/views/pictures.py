"""Behind the pictures of a county's home: incomes by township, and the households of a guarantee."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.base.places.models import Place
from mingbai.doors.web.guarantee_states import GUARANTEES, UNKNOWN, UNMET
from mingbai.doors.web.queries.county import Figures, figures
from mingbai.doors.web.queries.picture_words import CLASSES, NAMES, class_names, percent
from mingbai.doors.web.queries.pictures import Deprived, deprived_of_township, homes
from mingbai.doors.web.queries.village import place_of
from mingbai.doors.web.tasks import refresh_county
from mingbai.oversight.indicators import sheet


@login_required
@require_safe
def incomes(request: HttpRequest) -> HttpResponse:
    """The county's income classes with how many households each has; one of them, ?class, by township."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    found, place = _county(request)
    if len(place) > 6:
        return redirect("web:village", code=place)
    context: dict[str, Any] = {"figures": found, "place": place}
    if found:
        names = dict(zip(CLASSES, class_names(found.incomes), strict=True))
        chosen = request.GET.get("class", "")
        if chosen and chosen not in names:
            raise Http404
        shape = found.incomes
        context |= {"year": found.year, "line": shape.line, "below": shape.below, "rows": _classes(found, names)}
        if chosen:
            context |= {"chosen": names[chosen], "rows": _townships(by, found, chosen)}
    return render(request, "web/county_incomes.html", context)


Row = tuple[str, str, int, str, str, bool]


def _classes(found: Figures, names: dict[str, str]) -> list[Row]:
    """Address, name, households, their share and that of them and everybody poorer, whether all are below the line."""
    shape, rows, poorer = found.incomes, [], 0
    tops = shape.edges[1:-1]
    for at, ((code, name), n) in enumerate(zip(names.items(), shape.classes, strict=True)):
        poorer += n
        below = shape.line is not None and at < len(tops) and tops[at] <= shape.line
        if n:
            shares = percent(n / shape.households), percent(poorer / shape.households)
            rows.append((f"?{urlencode({'class': code})}", name, n, *shares, below))
    return rows


def _townships(by: Actor, found: Figures, chosen: str) -> list[Row]:
    """The same of one class by township, where there are any: the share of its households with an account."""
    every: dict[str, int] = {}
    for (place, _code), n in found.pictures.incomes.items():
        every[place] = every.get(place, 0) + n
    rows = []
    for code, name, _counts in found.places:
        n = found.pictures.incomes.get((code, chosen), 0)
        query = urlencode({"place": code, "category": chosen})
        url = f"{reverse('indicators:households', args=['income_class'])}?{query}"
        if n:
            opens = by.may(P.HOUSEHOLD_READ, at=code)
            rows.append((url if opens else "", name, n, percent(n / every[code]), "", False))
    return rows


@login_required
@require_safe
def guarantee_homes(request: HttpRequest) -> HttpResponse:
    """The households of a township or village in which ?what, a guarantee, is ?state: unmet or unknown."""
    by, place = _place(request)
    what, state = request.GET.get("what", ""), request.GET.get("state", "")
    if what not in GUARANTEES or state not in (UNMET, UNKNOWN):
        raise Http404
    day: date = request.day  # type: ignore[attr-defined]
    rows, count, after = homes(by, place.code, what, state, day, request.GET.get("after", ""))
    said = {"place": place.short, "what": _(NAMES[what])}
    query = {"place": place.code, "what": what, "state": state, "after": after}
    context = {
        "place": place, "rows": rows, "count": count, "state": state, "english": get_language() == "en",
        "heading": (_("%(place)s：%(what)s没有保障的户") if state == UNMET else _("%(place)s：%(what)s不清楚的户")) % said,
        "next_url": f"?{urlencode(query)}" if after else "",
    }  # fmt: skip
    return render(request, "web/county_homes.html", context)


@login_required
@require_safe
def guarantee_table(request: HttpRequest) -> HttpResponse:
    """The matrix as Excel: of the county by township, or of a township by village."""
    day: date = request.day  # type: ignore[attr-defined]
    if request.GET.get("place"):
        by, place = _place(request)
        if place.level != "township":
            raise Http404
        made, name = deprived_of_township(by, place.code, day), place.short
    else:
        found, code = _county(request)
        if found is None or len(code) > 6:
            raise Http404
        place = Place.objects.filter(code=code).first() or Place(code=code, name=code)
        made, name = found.pictures.deprived, place.short
    title = _("%(place)s两不愁三保障和饮水安全　截至 %(day)s") % {"place": name, "day": day.isoformat()}
    heads = [_("地方"), _("户数"), _("至少缺一项")]
    for label in NAMES.values():
        heads += [f"{_(label)}{words}" for words in (_("：要保障的户"), _("：没有保障"), _("：不清楚"))]
    content = sheet.workbook(title, heads, _lines(made), day, invented=settings.DEMO)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = HttpResponse(content, content_type=kind)
    name = f"guarantees-{place.code}-{day.isoformat()}.xlsx"
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


def _lines(made: Deprived) -> list[list[str | int]]:
    lines: list[list[str | int]] = []
    for code, name in (*made.places, ("", _("合计"))):
        line: list[str | int] = [name, made.households[code], made.some.get(code, 0)]
        for guarantee in GUARANTEES:
            counts = (made.cells.get((code, guarantee, state), 0) for state in (UNMET, UNKNOWN))
            line += [made.asked(code, guarantee), *counts]
        lines.append(line)
    return lines


def _county(request: HttpRequest) -> tuple[Figures | None, str]:
    """The home's figures of one's own county; None where they are not there yet, or one's own place is smaller."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    day: date = request.day  # type: ignore[attr-defined]
    by.must(P.FIGURE_READ)
    place = by.areas(P.FIGURE_READ)[0]
    if len(place) > 6:
        return None, place
    found, again = figures(place, day)
    if again:
        refresh_county.enqueue(place, day.isoformat())
    return found, place


def _place(request: HttpRequest) -> tuple[Actor, Place]:
    """A township or village where one reads figures and households; 404 for any other."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    by.must(P.FIGURE_READ)
    by.must(P.HOUSEHOLD_READ)
    place = place_of(by, request.GET.get("place", ""))
    if place is None or not by.may(P.FIGURE_READ, at=place.code):
        raise Http404(_("没有这个地方，或者不在您负责的范围内。"))
    return by, place
