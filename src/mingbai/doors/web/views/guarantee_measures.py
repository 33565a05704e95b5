"""The statistician's page of the six guarantees as one measure: by group, item by item, and as a file."""

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
from mingbai.doors.web.guarantee_states import GUARANTEES
from mingbai.doors.web.queries.guarantee_behind import STATES, behind
from mingbai.doors.web.queries.guarantee_choice import Asked, asked
from mingbai.doors.web.queries.guarantee_files import content
from mingbai.doors.web.queries.guarantee_measures import PARTS, Row, Table, bounded, ready, table
from mingbai.doors.web.queries.guarantee_publishing import published
from mingbai.doors.web.queries.guarantee_words import (
    SAYS,
    drawn,
    interval,
    kind_of,
    label,
    notes,
    span,
    title,
    words,
)
from mingbai.doors.web.queries.measure_words import GROUPS
from mingbai.doors.web.queries.picture_words import NAMES
from mingbai.doors.web.queries.table_files import FORMATS, handed
from mingbai.doors.web.tasks import refresh_guarantees

DRAWN = 40
"""More groups than this make no picture any more: the first are drawn, the table and the SVG have all."""
FEW = 30
"""Households from which an interval is to be trusted, roughly."""


@login_required
@require_safe
def guarantee_measures(request: HttpRequest) -> HttpResponse:
    """Reads ?place, measure, by, missing (the rule), cutoff, count (people or homes), public, format."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    day: date = request.day  # type: ignore[attr-defined]
    by.must(Permission.FIGURE_READ)
    found = asked(by, request.GET.dict())
    if found is None:
        raise Http404(_("没有这个地方，或者不在您负责的范围内。"))
    there, again = ready(found.place.code, day)
    if again:
        refresh_guarantees.enqueue(found.place.code, day.isoformat())
    if not there:
        return render(request, "web/guarantee_measures.html", {"asked": found, "place": found.place, "waiting": True})
    choice, place = found.choice, found.place.short
    made = table(by, choice, day)
    if found.public:
        made = published(made)
    said, heading = words(choice, made, place, FEW), title(choice, place)
    format_ = request.GET.get("format", "")
    if format_ in FORMATS and made.total:
        return _file(format_, found, made, day, [*said, *notes(choice, made)])
    context: dict[str, Any] = {
        "asked": found, "place": found.place, "choice": choice, "table": made, "formats": FORMATS, "heading": heading,
        "words": said, "notes": notes(choice, made), "shown_label": label(choice.measure),
        "shown_says": _(SAYS[choice.measure.partition(":")[0]]), "group_label": _(GROUPS[choice.by]),
        "two": choice.rule == "bounds", "bounded": bounded(choice.measure), "chart": _chart(found, made),
        "total": _line(found, made.total) if made.total else None, "rows": [_line(found, row) for row in made.rows],
        "heads": [_line(found, made.whole[name]) for name in ("H", "A", "M0") if name in made.whole],
        "items": _items(found, made) if made.whole else [], "day": day,
    }  # fmt: skip
    return render(request, "web/guarantee_measures.html", context)


def _file(format_: str, found: Asked, made: Table, day: date, said: list[str]) -> HttpResponse:
    choice, place = found.choice, found.place.short
    file = content(format_, title(choice, place), choice, made, place, day, said)
    return handed(format_, file, f"guarantees-{choice.measure.replace(':', '-')}-{choice.by or 'all'}-{choice.place}")


def _line(found: Asked, row: Row) -> dict[str, Any]:
    """A row of the table, its numbers as they are written, with the ways to the households behind it."""
    urls = {}
    if found.opens and not row.blank:
        for state, n in (("all", row.households), *((state, getattr(row, state)) for state in STATES)):
            urls[state] = _homes(found, row, state) if n else ""
    place = row.key if found.choice.by in ("township", "village") and row.key.isdecimal() else ""
    return {
        "row": row, "label": label(row.measure), "says": _(SAYS[row.measure.partition(":")[0]]), "value": span(row),
        "interval": interval(row), "urls": urls, "few": not row.blank and 0 < row.households < FEW,
        "place_url": reverse("web:village", args=[place]) if place and found.opens else "",
    }  # fmt: skip


def _items(found: Asked, made: Table) -> list[tuple[str, list[dict[str, Any]]]]:
    return [(_(NAMES[item]), [_line(found, made.whole[f"{part}:{item}"]) for part in PARTS]) for item in GUARANTEES]


def _homes(found: Asked, row: Row, state: str) -> str:
    choice = found.choice
    query = {
        "place": choice.place, "measure": row.measure, "by": choice.by, "key": row.key, "cutoff": choice.cutoff,
        "state": state,
    }  # fmt: skip
    return f"{reverse('web:guarantee_measured_homes')}?{urlencode(query)}"


def _chart(found: Asked, made: Table) -> dict[str, Any] | None:
    choice, total = found.choice, made.total
    rows = [row for row in made.rows if row.value is not None][:DRAWN]
    if not rows or total is None:
        return None
    two = choice.rule == "bounds" and bounded(choice.measure)
    picture: dict[str, Any] = {
        "kind": "dots", "title": title(choice, found.place.short),
        "text": (words(choice, made, found.place.short, FEW) or [""])[-1],
        "columns": [_(GROUPS[choice.by]), _("最少") if two else label(choice.measure),
                    _("最少") if two else _("区间下限"), _("最多") if two else _("区间上限")],
        "rows": [[row.label, *drawn(row)] for row in rows], "unit": "%" if kind_of(choice.measure) == "percent" else "",
    }  # fmt: skip
    if total.value is not None:
        picture["line"] = {"value": drawn(total)[0], "label": found.place.short}
    return picture


@login_required
@require_safe
def guarantee_measured_homes(request: HttpRequest) -> HttpResponse:
    """A group's households: ?state=unmet, unknown, met or all in what the measure counts; ?key, measure, cutoff, by."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    day: date = request.day  # type: ignore[attr-defined]
    by.must(Permission.FIGURE_READ)
    by.must(Permission.HOUSEHOLD_READ)
    found = asked(by, request.GET.dict())
    if found is None or not found.opens:
        raise Http404(_("没有这个地方，或者不在您负责的范围内。"))
    given, state = request.GET, request.GET.get("state", "all")
    page = behind(by, found.choice, given.get("key", ""), state, day, given.get("after", ""))
    item = found.choice.measure.partition(":")[2]
    told = {"place": found.place.short, "group": page.label, "what": _(NAMES[item]) if item else _("六样")}
    heading = {
        "unmet": _("%(place)s%(group)s：%(what)s没有保障的户") % told,
        "unknown": _("%(place)s%(group)s：%(what)s不清楚的户") % told,
        "met": _("%(place)s%(group)s：%(what)s有保障的户") % told,
    }.get(state, _("%(place)s%(group)s：全部的户") % told)
    next_url = ""
    if page.after:
        query = request.GET.copy()
        query["after"] = page.after
        next_url = f"?{query.urlencode()}"
    back = {"place": found.place.code, "measure": found.choice.measure, "by": found.choice.by}
    lines = [(line, _names(line.lacking), _names(line.unsure)) for line in page.lines]
    context = {
        "page": page, "lines": lines, "heading": heading, "next_url": next_url,
        "back": f"{reverse('web:guarantee_measures')}?{urlencode(back)}",
    }  # fmt: skip
    return render(request, "web/guarantee_measured_homes.html", context)


def _names(items: tuple[str, ...]) -> str:
    return _("、").join(_(NAMES[item]) for item in items)
