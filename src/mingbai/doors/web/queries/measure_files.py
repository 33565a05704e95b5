"""The table of measures as a file: Excel for people, CSV and Parquet for statisticians, SVG for reports."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext as _

from mingbai.doors.web.queries.measure_choice import Asked
from mingbai.doors.web.queries.measure_words import GROUPS, MEASURES, Shown, scaled, within, written
from mingbai.doors.web.queries.measures import Choice, Row, Table
from mingbai.doors.web.queries.table_files import Sheet, plain, workbook
from mingbai.oversight.poverty.picture import Dot, dots

_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("measure", "place", "by", "key", "group")), ("year", pa.int32()),
        ("line", pa.float64()), ("count", pa.string()),
        *((name, pa.float64()) for name in ("value", "se", "lower", "upper")),
        *((name, pa.int64()) for name in ("households", "members", "below_line", "no_account")), ("blank", pa.bool_()),
        ("as_of", pa.date32()),
    ]
)  # fmt: skip
"""Columns of CSV and Parquet: full precision, the whole is the last row, with the key *."""


def content(format_: str, title: str, asked: Asked, table: Table, day: date, said: Sequence[str]) -> bytes:
    """The file in one of FORMATS. said: sentences that stand with the numbers in Excel and SVG."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    said = [*said, _("数字截至 %(day)s") % {"day": day.isoformat()}, *([_("虚构数据")] if settings.DEMO else [])]
    if format_ == "xlsx":
        return _workbook(title, asked, table, rows, said)
    if format_ == "svg":
        return _svg(title, asked, table, said).encode()
    return plain(format_, _SCHEMA, [_plain(table.choice, row, day) for row in rows])


def _plain(choice: Choice, row: Row, day: date) -> dict[str, Any]:
    counts = {"households": row.known, "members": row.members, "below_line": row.poor, "no_account": row.unknown}
    return {
        "measure": choice.measure, "place": choice.place, "by": choice.by, "key": row.key, "group": row.label,
        "year": choice.year, "line": choice.line, "count": "people" if choice.people else "homes", "value": row.value,
        "se": row.se, "lower": row.lower, "upper": row.upper, **(dict.fromkeys(counts) if row.blank else counts),
        "blank": row.blank, "as_of": day,
    }  # fmt: skip


def _workbook(title: str, asked: Asked, table: Table, rows: Sequence[Row], said: Sequence[str]) -> bytes:
    shown = MEASURES[table.choice.measure]
    number = {"percent": "0.0%", "yuan": "#,##0"}.get(shown.kind, "0.000")
    lines = [_cells(row, asked) for row in rows]
    return workbook([Sheet(_("指标"), title, said, _heads(asked, table.choice, shown), lines, number)])


def _cells(row: Row, asked: Asked) -> list[str | int | float | None]:
    label = row.label or asked.place.short
    if row.blank:
        return [label, _("户数少，不公布")]
    numbers = (row.value, row.se, row.lower, row.upper)
    return [label, *numbers, row.known, row.members, row.poor, row.unknown]


def _heads(asked: Asked, choice: Choice, shown: Shown) -> list[str]:
    return [
        _(GROUPS[choice.by]) if choice.by else _("地方"), _(shown.label), _("标准误"), _("区间下限"), _("区间上限"),
        _("有账的户"), _("人数"), _("低于线的户"), _("没有账的户"),
    ]  # fmt: skip


def _svg(title: str, asked: Asked, table: Table, said: Sequence[str]) -> str:
    shown = MEASURES[table.choice.measure]

    def at(value: float | None) -> float | None:
        return scaled(shown.kind, within(shown, value))

    rows = [Dot(row.label, at(row.value), at(row.lower), at(row.upper)) for row in table.rows]
    whole = table.total.value if table.total else None
    if not rows and table.total:
        rows = [Dot(asked.place.short, at(whole), at(table.total.lower), at(table.total.upper))]
        whole = None
    scale = 100 if shown.kind == "percent" else 1
    line = None if whole is None else (asked.place.short, at(whole) or 0.0)
    return dots(title, rows, line=line, notes=said, write=lambda value: written(shown.kind, value / scale))
