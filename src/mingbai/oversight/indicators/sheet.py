"""Figures as files: Excel for people, CSV and Parquet for programs. No moment of writing in any of them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

Cell = str | int | Decimal | None
_WIDE = {"指标": 30, "分类": 18, "地方": 16, "分子说明": 46, "分母说明": 40, "备注": 24}


def workbook(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], day: date, *, invented: bool) -> bytes:
    """One sheet; numbers as numbers, everything else as text, never a formula. `invented` marks the demo's data."""
    into = BytesIO()
    book = xlsxwriter.Workbook(into, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": datetime(day.year, day.month, day.day)})
    sheet = book.add_worksheet("指标")
    bold = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bg_color": "#E6F0F5", "border": 1, "text_wrap": True, "valign": "vcenter"})
    text = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, title + ("（虚构数据，演示用）" if invented else ""), bold)
    for at, name in enumerate(heads):
        sheet.set_column(at, at, _WIDE.get(name, 13))
        sheet.write_string(1, at, name, head)
    sheet.freeze_panes(2, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    for row, cells in enumerate(rows, 2):
        for at, cell in enumerate(cells):
            if isinstance(cell, (int, Decimal)):
                sheet.write_number(row, at, float(cell), text)
            else:
                sheet.write_string(row, at, cell or "", text)
    book.close()
    return into.getvalue()


def parquet(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as a Parquet file: numerator, denominator and value as decimals, the rest as text."""
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    kinds = {name: pa.decimal128(24, 6) for name in ("numerator", "denominator", "value")}
    made = {
        name: pa.array(
            [Decimal(cell) if cell else None for cell in column] if name in kinds else list(column),
            kinds.get(name, pa.string()),
        )
        for name, column in zip(columns, cells, strict=True)
    }
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(made), sink, version="2.6", compression="zstd")
    return bytes(sink.getvalue())


def number(text: str) -> Cell:
    """A number where the text is one; else the text (`*` where a count was left out)."""
    try:
        return Decimal(text) if text else ""
    except InvalidOperation:
        return text
