"""The table of measures as a file: Excel for people, CSV and Parquet for statisticians, SVG for reports."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext as _

from mingbai.base.lib.inert import inert
from mingbai.doors.web.queries.measure_choice import Asked
from mingbai.doors.web.queries.measure_words import GROUPS, MEASURES, Shown, scaled, within, written
from mingbai.doors.web.queries.measures import Choice, Row, Table
from mingbai.oversight.poverty.picture import Dot, dots

FORMATS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "csv": ("CSV", "text/csv; charset=utf-8"),
        "parquet": ("Parquet", "application/vnd.apache.parquet"),
        "svg": ("SVG", "image/svg+xml"),
    }
)
"""By the word in an address: the name on the page and the type of the file."""

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
    plain = [_plain(table.choice, row, day) for row in rows]
    if format_ == "csv":
        return _csv(plain)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(plain, schema=_SCHEMA), sink)
    return bytes(sink.getvalue().to_pybytes())


def _plain(choice: Choice, row: Row, day: date) -> dict[str, Any]:
    counts = {"households": row.known, "members": row.members, "below_line": row.poor, "no_account": row.unknown}
    return {
        "measure": choice.measure, "place": choice.place, "by": choice.by, "key": row.key, "group": row.label,
        "year": choice.year, "line": choice.line, "count": "people" if choice.people else "homes", "value": row.value,
        "se": row.se, "lower": row.lower, "upper": row.upper, **(dict.fromkeys(counts) if row.blank else counts),
        "blank": row.blank, "as_of": day,
    }  # fmt: skip


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    held = io.StringIO()
    held.write("\ufeff")
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(_SCHEMA.names)
    for row in rows:
        # repr of a float gives it back to the last digit.
        cells = [row[name] for name in _SCHEMA.names]
        writer.writerow(["" if c is None else repr(c) if isinstance(c, float) else inert(str(c)) for c in cells])
    return held.getvalue().encode()


def _workbook(title: str, asked: Asked, table: Table, rows: Sequence[Row], said: Sequence[str]) -> bytes:
    shown, file = MEASURES[table.choice.measure], io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(_("指标"))
        head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True})
        number = book.add_format({"num_format": {"percent": "0.0%", "yuan": "#,##0"}.get(shown.kind, "0.000")})
        sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
        for at, sentence in enumerate(said, 1):
            sheet.write_string(at, 0, sentence)
        top = len(said) + 2
        heads = _heads(asked, table.choice, shown)
        for at, name in enumerate(heads):
            sheet.set_column(at, at, 24 if at == 0 else 12)
            sheet.write_string(top, at, name, head)
        for line, row in enumerate(rows, top + 1):
            sheet.write_string(line, 0, row.label or asked.place.short)
            if row.blank:
                sheet.write_string(line, 1, _("户数少，不公布"))
                continue
            for at, cell in enumerate((row.value, row.se, row.lower, row.upper), 1):
                if cell is not None:
                    sheet.write_number(line, at, cell, number)
            for at, count in enumerate((row.known, row.members, row.poor, row.unknown), 5):
                sheet.write_number(line, at, count)
        sheet.freeze_panes(top + 1, 1)
    return file.getvalue()


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
