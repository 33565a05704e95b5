"""Movement between two years as a file: the table of states as Excel, CSV and Parquet, the flow as SVG."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mingbai.base.places.models import Place
from mingbai.doors.web.flow_picture import Band, flow
from mingbai.doors.web.queries.movement import ABOVE, BELOW, STATES, UNKNOWN, Movement
from mingbai.doors.web.queries.table_files import Sheet, plain, workbook
from mingbai.oversight.poverty.movement import Flow

LABELS = {BELOW: gettext_noop("低于线"), ABOVE: gettext_noop("不低于线"), UNKNOWN: gettext_noop("没有账")}
_INKS = {BELOW: "#b3261e", ABOVE: "#2e7d4f", UNKNOWN: "#7a8794"}
_SCHEMA = pa.schema(
    [
        ("place", pa.string()), ("from_year", pa.int32()), ("to_year", pa.int32()), ("was", pa.string()),
        ("now", pa.string()), ("households", pa.int64()),
        *((name, pa.float64()) for name in ("share", "se", "lower", "upper")), ("as_of", pa.date32()),
    ]
)  # fmt: skip
"""Columns of CSV and Parquet, one row a cell. share: of those in the state `was` who have an account in both years,
with its interval; empty where either is unknown."""

Places = Sequence[tuple[str, str, Flow, str]]
"""Code, name, flow, address."""


def content(format_: str, moved: Movement, place: Place, day: date, said: Sequence[str], groups: Places) -> bytes:
    """The file in one of FORMATS. said: sentences that stand with the numbers in Excel and SVG."""
    said = [*said, _("数字截至 %(day)s") % {"day": day.isoformat()}, *([_("虚构数据")] if settings.DEMO else [])]
    told = {"place": place.short, "before": moved.before, "after": moved.after}
    title = _("%(place)s %(before)d 年到 %(after)d 年的进出") % told
    if format_ == "xlsx":
        return _workbook(title, moved, said, groups)
    if format_ == "svg":
        return _svg(title, moved, said).encode()
    return plain(format_, _SCHEMA, _cells(moved, place.code, day))


def _cells(moved: Movement, place: str, day: date) -> list[dict[str, Any]]:
    rows = []
    for was in STATES:
        for now in STATES:
            if was == now == UNKNOWN:
                continue
            rows.append({
                "place": place, "from_year": moved.before, "to_year": moved.after, "was": was, "now": now,
                "households": moved.cells.get((was, now), 0), **_share(moved, was, now), "as_of": day,
            })  # fmt: skip
    return rows


def _share(moved: Movement, was: str, now: str) -> dict[str, float | None]:
    names, table = ("share", "se", "lower", "upper"), moved.table
    ends = (was == BELOW, now == BELOW)
    if UNKNOWN in (was, now) or not set(ends) <= set(table.states):
        return dict.fromkeys(names)
    cell = (0, table.states.index(ends[0]), table.states.index(ends[1]))
    share, se, lower, upper = (float(getattr(table, name)[cell]) for name in names)
    # Where nothing varies there is no interval; no share is less than nothing or more than all.
    seen = se > 0 and lower == lower
    return {
        "share": share if share == share else None, "se": se if seen else None,
        "lower": max(lower, 0.0) if seen else None, "upper": min(upper, 1.0) if seen else None,
    }  # fmt: skip


def _workbook(title: str, moved: Movement, said: Sequence[str], groups: Places) -> bytes:
    lines: list[list[str | int | float | None]] = []
    for was in STATES:
        counts = [moved.cells.get((was, now), 0) for now in STATES]
        shares = [_share(moved, was, now)["share"] for now in (BELOW, ABOVE)]
        lines.append([_(LABELS[was]), *counts, sum(counts), *shares])
    heads = [_("%(before)d 年（行）到 %(after)d 年（列）") % {"before": moved.before, "after": moved.after}]
    heads += [_(LABELS[state]) for state in STATES]
    heads += [_("合计"), _("两年都有账的：后来低于线的比例"), _("两年都有账的：后来不低于线的比例")]
    sheets = [Sheet(_("进出"), title, said, heads, lines)]
    if groups:
        names = ("before", "entered", "returned", "exited", "lost", "joined", "after")
        of = [
            _("地方"), _("原来低于线"), _("新落下"), _("其中再次"), _("到了线上"), _("没有账了"), _("原来没有账"),
            _("现在低于线"),
        ]  # fmt: skip
        rows: list[list[str | int]] = [
            [name, *(int(getattr(one, key)) for key in names)] for _code, name, one, _url in groups
        ]
        said = [_("现在低于线＝原来低于线＋新落下－到了线上－没有账了＋原来没有账。")]
        sheets.append(Sheet(_("各地的进出"), title, said, of, rows))
    return workbook(sheets)


def _svg(title: str, moved: Movement, said: Sequence[str]) -> str:
    def named(year: int, state: str) -> str:
        return _("%(year)d 年%(state)s") % {"year": year, "state": _(LABELS[state])}

    left, right = ([named(year, state) for state in STATES] for year in (moved.before, moved.after))
    bands = [
        Band(STATES.index(was), STATES.index(now), n) for was in STATES for now in STATES
        if (n := moved.cells.get((was, now), 0))
    ]  # fmt: skip
    return flow(title, left, right, bands, inks=[_INKS[state] for state in STATES], unit=_("户"), notes=said)
