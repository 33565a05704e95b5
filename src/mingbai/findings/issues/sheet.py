"""问题清单.xlsx: the list of problems in the columns of the field. Every text is written as text, never as a formula."""

from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from types import MappingProxyType
from typing import NamedTuple

import xlsxwriter

COLUMNS = MappingProxyType(
    {
        "序号": 6, "问题编号": 10, "乡镇": 13, "行政村": 13, "户编号": 15, "户主": 9, "问题": 26, "具体情况": 46,
        "发现日期": 12, "办理层级": 10, "责任人": 22, "状态": 9, "办结期限": 12, "逾期天数": 10, "整改措施": 32, "整改结果": 32,
        "回访情况": 32, "销号日期": 12,
    }
)  # fmt: skip
"""Header → width in characters; a Chinese one is two."""


class Line(NamedTuple):
    """One problem as the sheet shows it, in the order of COLUMNS after the running number."""

    number: int
    township: str
    village: str
    household_id: str
    head: str
    title: str
    detail: str
    found_on: date
    level: str
    holder: str
    status: str
    due_on: date
    days_over: int
    plan: str
    answer: str
    revisit: str
    closed_on: date | None


def write(lines: Iterable[Line], day: date, *, invented: bool) -> bytes:
    """The workbook as bytes, as of a day. `invented` marks the demo's data on the sheet's first line."""
    into = BytesIO()
    # The bytes must not depend on the moment of writing.
    book = xlsxwriter.Workbook(into, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "问题清单", "created": datetime(day.year, day.month, day.day)})
    sheet = book.add_worksheet("问题清单")
    head = book.add_format({"bold": True, "bg_color": "#E6F0F5", "border": 1, "text_wrap": True, "valign": "vcenter"})
    text = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    days = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "border": 1, "align": "left"})
    # With constant_memory a row is gone once the next has begun: strictly from top to bottom.
    note = "（虚构数据，演示用）" if invented else ""
    title = book.add_format({"bold": True, "font_size": 14})
    sheet.write_string(0, 0, f"问题清单　截至 {day.isoformat()}{note}", title)
    for at, (name, width) in enumerate(COLUMNS.items()):
        sheet.set_column(at, at, width)
        sheet.write_string(1, at, name, head)
    sheet.freeze_panes(2, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    for row, line in enumerate(lines, 2):
        sheet.write_number(row, 0, row - 1, text)
        for at, value in enumerate(line, 1):
            if isinstance(value, date):
                sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), days)
            elif isinstance(value, int):
                sheet.write_number(row, at, value, text)
            else:
                sheet.write_string(row, at, value or "", text)
    book.close()
    return into.getvalue()
