"""The table of guarantees as a file; CSV and Parquet have every measure of the whole besides the groups."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext as _

from mingbai.doors.web.guarantee_states import GUARANTEES
from mingbai.doors.web.queries.guarantee_measures import PARTS, Choice, Row, Table, bounded
from mingbai.doors.web.queries.guarantee_words import drawn, kind_of, label, span
from mingbai.doors.web.queries.measure_words import GROUPS, written
from mingbai.doors.web.queries.picture_words import NAMES
from mingbai.doors.web.queries.table_files import Sheet, plain, workbook
from mingbai.oversight.poverty.picture import Dot, dots

_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("measure", "place", "by", "key", "group", "missing", "count")),
        ("cutoff", pa.int32()),
        *((name, pa.float64()) for name in ("value", "se", "lower", "upper", "most", "most_se")),
        *((name, pa.int64()) for name in ("households", "members", "unmet", "unknown", "met")), ("blank", pa.bool_()),
        ("as_of", pa.date32()),
    ]
)  # fmt: skip
"""Columns of CSV and Parquet: full precision; the whole has the key *, in every measure."""


def content(
    format_: str, title: str, choice: Choice, table: Table, place: str, day: date, said: Sequence[str]
) -> bytes:  # fmt: skip
    """The file in one of FORMATS. said: sentences that stand with the numbers in Excel and SVG."""
    said = [*said, _("数字截至 %(day)s") % {"day": day.isoformat()}, *([_("虚构数据")] if settings.DEMO else [])]
    if format_ == "xlsx":
        return _workbook(title, choice, table, place, said)
    if format_ == "svg":
        return _svg(title, choice, table, place, said).encode()
    rows = [*table.rows, *table.whole.values()]
    return plain(format_, _SCHEMA, [_plain(choice, row, day) for row in rows])


def _plain(choice: Choice, row: Row, day: date) -> dict[str, Any]:
    counts = {
        "households": row.households, "members": row.members, "unmet": row.unmet, "unknown": row.unknown,
        "met": row.met,
    }  # fmt: skip
    return {
        "measure": row.measure, "place": choice.place, "by": choice.by, "key": row.key, "group": row.label,
        "missing": choice.rule, "count": "people" if choice.people else "homes", "cutoff": choice.cutoff,
        "value": row.value, "se": row.se, "lower": row.lower, "upper": row.upper, "most": row.most,
        "most_se": row.most_se, **(dict.fromkeys(counts) if row.blank else counts), "blank": row.blank, "as_of": day,
    }  # fmt: skip


def _workbook(title: str, choice: Choice, table: Table, place: str, said: Sequence[str]) -> bytes:
    rows = [*table.rows, *([table.total] if table.total else [])]
    shares = ("H", "A", "M0", *(f"{part}:{item}" for item in GUARANTEES for part in PARTS))
    parts = [table.whole[name] for name in shares if name in table.whole]
    heads = [_("算得的数（或最少）"), _("最多"), _("标准误"), _("区间下限"), _("区间上限")]
    heads += [_("户数"), _("人数"), _("没有保障的户"), _("不清楚的户"), _("有保障的户")]
    numbers = {"index": "0.0000", "percent": "0.0%"}
    first = Sheet(
        _("指标"), title, said, [_(GROUPS[choice.by]) if choice.by else _("地方"), *heads],
        [_cells(row.label or place, row) for row in rows], numbers[kind_of(choice.measure)],
    )  # fmt: skip
    second = Sheet(
        _("六样"), _("%(place)s：六样各占多少") % {"place": place}, (), [_("指标"), *heads],
        [_cells(label(row.measure), row) for row in parts], of_rows=[numbers[kind_of(row.measure)] for row in parts],
    )  # fmt: skip
    return workbook([first, second])


def _cells(name: str, row: Row) -> list[str | int | float | None]:
    if row.blank:
        return [name, _("户数少，不公布")]
    numbers = (row.value, row.most, row.se, row.lower, row.upper)
    return [name, *numbers, row.households, row.members, row.unmet, row.unknown, row.met]


def _svg(title: str, choice: Choice, table: Table, place: str, said: Sequence[str]) -> str:
    total, kind = table.total, kind_of(choice.measure)
    rows = [Dot(row.label, *drawn(row), span(row)) for row in table.rows]
    line = None
    if total is not None and total.value is not None:
        if rows:
            line = (place, drawn(total)[0] or 0.0)
        else:
            rows = [Dot(place, *drawn(total), span(total))]
    if not choice.by and total is not None and choice.measure == "H":
        alone = [(_(NAMES[item]), table.whole[f"uncensored:{item}"]) for item in GUARANTEES]
        rows += [Dot(name, *drawn(row), span(row)) for name, row in alone]
        line = None
    if choice.rule == "bounds" and bounded(choice.measure):
        said = [_("点是最少（不清楚的全当有保障），横线伸到最多（全当没有保障）。"), *said]
    scale = 100 if kind == "percent" else 1
    return dots(title, rows, line=line, notes=said, write=lambda value: written(kind, value / scale))
