"""A table as a file: Excel for people, CSV and Parquet for statisticians; SVG is drawn by whoever has the picture."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from django.http import HttpResponse

from mingbai.base.lib.inert import inert

FORMATS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "csv": ("CSV", "text/csv; charset=utf-8"),
        "parquet": ("Parquet", "application/vnd.apache.parquet"),
        "svg": ("SVG", "image/svg+xml"),
    }
)
"""By the word in an address: the name on the page and the type of the file."""


def handed(format_: str, file: bytes, name: str) -> HttpResponse:
    """The file as what a browser saves; `name` without its ending."""
    answer = HttpResponse(file, content_type=FORMATS[format_][1])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{format_}"'
    return answer


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: a title, sentences below it, heads, rows. numbers: how a fraction is written; a row may
    have its own at the same place in `of_rows`."""

    name: str
    title: str
    said: Sequence[str]
    heads: Sequence[str]
    rows: Sequence[Sequence[str | int | float | None]]
    numbers: str = "0.0%"
    of_rows: Sequence[str] = ()


def plain(format_: str, schema: pa.Schema, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """CSV or Parquet, with every digit."""
    if format_ == "csv":
        return _csv(schema.names, rows)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), sink)
    return bytes(sink.getvalue().to_pybytes())


def _csv(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    held = io.StringIO()
    held.write("\ufeff")
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        # repr of a float gives it back to the last digit.
        cells = [row[name] for name in names]
        writer.writerow(["" if c is None else repr(c) if isinstance(c, float) else inert(str(c)) for c in cells])
    return held.getvalue().encode()


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """An Excel file; text is never a formula or a link in it."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True})
        title = book.add_format({"bold": True, "font_size": 14})
        for one in sheets:
            sheet = book.add_worksheet(one.name)
            sheet.write_string(0, 0, one.title, title)
            for at, sentence in enumerate(one.said, 1):
                sheet.write_string(at, 0, sentence)
            top = len(one.said) + 2
            for at, name in enumerate(one.heads):
                sheet.set_column(at, at, 24 if at == 0 else 12)
                sheet.write_string(top, at, name, head)
            kinds = {kind: book.add_format({"num_format": kind}) for kind in {one.numbers, *one.of_rows}}
            for line, row in enumerate(one.rows):
                number = kinds[one.of_rows[line] if one.of_rows else one.numbers]
                for at, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(top + 1 + line, at, cell)
                    elif cell is not None:
                        sheet.write_number(top + 1 + line, at, cell, number if isinstance(cell, float) else None)
            sheet.freeze_panes(top + 1, 1)
    return file.getvalue()
