"""Who came below the line and who went above it between two years, as a flow, a table and words."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.doors.web.queries.measure_choice import Asked, asked
from mingbai.doors.web.queries.measure_words import written
from mingbai.doors.web.queries.movement import ABOVE, BELOW, STATES, UNKNOWN, Movement, movement
from mingbai.doors.web.queries.movement_files import LABELS, content
from mingbai.doors.web.queries.table_files import FORMATS, handed
from mingbai.oversight.indicators.suppression import LEAST


@login_required
@require_safe
def moves(request: HttpRequest) -> HttpResponse:
    """Reads ?place, from and to (account years), format; each number leads to its households for who may open them."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    by.must(Permission.FIGURE_READ)
    found = asked(by, request.GET.dict())
    if found is None:
        raise Http404(_("没有这个地方，或者不在您负责的范围内。"))
    context: dict[str, Any] = {"asked": found, "place": found.place}
    years = _years(found, request.GET.get("from", ""), request.GET.get("to", ""))
    moved = movement(by, found.place.code, *years) if years else None
    if moved is None:
        return render(request, "web/movement.html", context)
    opens = by.may(Permission.HOUSEHOLD_READ, at=found.place.code)
    context |= {
        "moved": moved, "words": words(moved), "chart": _chart(moved), "before": moved.before, "after": moved.after,
        "cells": _cells(found, moved, opens=opens), "heads": [_(LABELS[state]) for state in STATES],
        "froms": sorted(found.years)[:-1], "tos": sorted(found.years)[1:], "rates": _rates(moved), "formats": FORMATS,
        "groups": [(code, name, flow, reverse("web:village", args=[code]) if opens else "")
                   for code, name, flow in sorted(moved.groups, key=lambda row: -row[2].entered)],
        "returns": [(one, written("percent", one.hazard), written("percent", 1 - one.survival)) for one in moved.returns
                    if one.n >= LEAST],
    }  # fmt: skip
    if not opens:
        # Places would give small numbers away, and so would the whole where one of its parts is small.
        small = any(0 < n < LEAST for n in moved.cells.values())
        context |= {"groups": []} | ({"cells": [], "chart": None, "words": [], "rates": []} if small else {})
    format_ = request.GET.get("format", "")
    if format_ in FORMATS and context["cells"]:
        return _file(format_, found, moved, context, request.day)  # type: ignore[attr-defined]
    return render(request, "web/movement.html", context)


def _file(format_: str, found: Asked, moved: Movement, shown: dict[str, Any], day: date) -> HttpResponse:
    """What the page shows, and no more of it, as a file."""
    said = [*shown["words"], *shown["rates"]]
    file = content(format_, moved, found.place, day, said, shown["groups"])
    return handed(format_, file, f"movement-{found.place.code}-{moved.before}-{moved.after}")


def _years(found: Asked, first: str, second: str) -> tuple[int, int] | None:
    """The two years asked for, else the newest year of many accounts and the one before."""
    if found.choice is None or len(found.years) < 2:
        return None
    known = sorted(found.years)
    after = int(second) if second.isdecimal() and int(second) in known[1:] else max(found.choice.year, known[1])
    earlier = [year for year in known if year < after]
    before = int(first) if first.isdecimal() and int(first) in earlier else earlier[-1]
    return before, after


def _cells(found: Asked, moved: Movement, *, opens: bool) -> list[tuple[str, list[dict[str, Any]], int]]:
    """The table of states: one row a state before, with its sum."""
    rows = []
    for one in STATES:
        cells = []
        for other in STATES:
            n = moved.cells.get((one, other), 0)
            query = {"place": found.place.code, "from": moved.before, "to": moved.after, "was": one, "is": other}
            url = f"{reverse('web:moved_homes')}?{urlencode(query)}" if opens and n else ""
            tone = _TONES.get((one, other), "")
            cells.append({"n": n, "url": url, "empty": one == other == UNKNOWN, "tone": tone})
        sums = sum(moved.cells.get((one, other), 0) for other in STATES)
        rows.append((_(LABELS[one]), cells, sums))
    return rows


_TONES = {(ABOVE, BELOW): "text-unmet", (BELOW, ABOVE): "text-met"}


def _chart(moved: Movement) -> dict[str, Any] | None:
    rows = [
        [_("%(year)d 年%(state)s") % {"year": moved.before, "state": _(LABELS[one])},
         _("%(year)d 年%(state)s") % {"year": moved.after, "state": _(LABELS[other])}, n]
        for (one, other), n in moved.cells.items() if n
    ]  # fmt: skip
    if not rows:
        return None
    return {
        "kind": "sankey", "title": _("%(before)d 年到 %(after)d 年的进出") % {"before": moved.before, "after": moved.after},
        "text": words(moved)[0], "columns": [_("原来"), _("后来"), _("户数")], "rows": rows, "unit": _("户"),
        "nodes": {_("%(year)d 年%(state)s") % {"year": year, "state": _(label)}: tone
                  for year in (moved.before, moved.after) for label, tone in
                  zip(LABELS.values(), ("unmet", "met", "unknown"), strict=True)},
    }  # fmt: skip


def words(moved: Movement) -> list[str]:
    """The flow in sentences; a household below the line in one of the years is in at least one of them."""
    flow = moved.total
    stayed = int(flow.before - flow.exited - flow.lost)
    out = [(flow.exited, gettext_noop("%(n)d 户不再低于线")), (stayed, gettext_noop("%(n)d 户还低于线")),
           (flow.lost, gettext_noop("%(n)d 户没有账、不知道"))]  # fmt: skip
    into = [(stayed, gettext_noop("%(n)d 户原来就是")), (flow.entered, gettext_noop("%(n)d 户是新落下来的")),
            (flow.joined, gettext_noop("%(n)d 户原来没有账"))]  # fmt: skip
    told = {"before": moved.before, "after": moved.after, "was": int(flow.before), "now": int(flow.after)}
    said = []
    if flow.before:
        said.append(
            _("%(before)d 年低于线的 %(was)d 户，到 %(after)d 年：%(parts)s。") % (told | {"parts": _joined(out)})
        )
    if flow.after:
        said.append(_("%(after)d 年低于线的 %(now)d 户：%(parts)s。") % (told | {"parts": _joined(into)}))
    if flow.returned:
        said.append(_("新落下来的里面，有 %(n)d 户更早也低于过线，是再次落下。") % {"n": int(flow.returned)})
    return said or [_("两年都没有低于线的户。")]


def _joined(parts: list[tuple[float, str]]) -> str:
    return _("，").join(_(words_) % {"n": int(n)} for n, words_ in parts if n)


def _rates(moved: Movement) -> list[str]:
    """Two shares with their intervals: out of the poor, and into them."""
    table, said = moved.table, []
    for was, now, words_ in (
        (True, False, gettext_noop("两年都有账、原来低于线的，有 %(share)s 不再低于线%(interval)s。")),
        (False, True, gettext_noop("两年都有账、原来不低于线的，有 %(share)s 落到线下%(interval)s。")),
    ):
        if was not in table.states or now not in table.states:
            continue
        cell = (0, table.states.index(was), table.states.index(now))
        share, lower, upper, se = (float(column[cell]) for column in (table.share, table.lower, table.upper, table.se))
        if share != share:
            continue
        interval = ""
        if se > 0 and lower == lower:
            ends = {"lower": written("percent", max(lower, 0)), "upper": written("percent", min(upper, 1))}
            interval = _("（95%% 区间 %(lower)s—%(upper)s）") % ends
        said.append(_(words_) % {"share": written("percent", share), "interval": interval})
    return said
