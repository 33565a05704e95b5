"""The bad cells of a delivery as an Excel file, for whoever has to mend them."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import xlsxwriter

HEADS = {"行": 8, "列": 18, "原来填的": 28, "问题": 80}
"""Header → width in characters. Rows are counted as Excel counts them."""
_MOST = 1_000_000


def write(path: Path, title: str, cells: Iterable[tuple[int, str, str, str]]) -> None:
    """Writes (line, column, value, problem) rows; texts stay texts, never formulas."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "tmpdir": str(path.parent)}  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        bold, wrap = book.add_format({"bold": True, "bg_color": "#E8EEF4"}), book.add_format({"text_wrap": True})
        page = book.add_worksheet(title[:31])
        for at, (head, width) in enumerate(HEADS.items()):
            page.set_column(at, at, width)
            page.write_string(0, at, head, bold)
        for row, (line, column, value, problem) in enumerate(islice(cells, _MOST), start=1):
            page.write_number(row, 0, line)
            page.write_string(row, 1, column)
            page.write_string(row, 2, value)
            page.write_string(row, 3, problem, wrap)
        page.freeze_panes(1, 0)
