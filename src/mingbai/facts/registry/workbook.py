"""Tables as files that open in a spreadsheet: .xlsx, and .csv in parts as they are made. No cell becomes a formula."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import xlsxwriter

from mingbai.base.lib.inert import inert

_PART = 1000
_WIDEST = 60


def write(path: Path, sheet: str, header: Sequence[str], rows: Iterable[Sequence[str | None]], wide: str = "") -> None:
    """Writes one sheet; every cell a text, as IDs and codes must be. The column called `wide` is wide and wraps."""
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        bold, wrap = book.add_format({"bold": True, "bg_color": "#E8EEF4"}), book.add_format({"text_wrap": True})
        text = book.add_format({"num_format": "@"})
        page = book.add_worksheet(sheet[:31])
        for at, name in enumerate(header):
            page.set_column(at, at, _WIDEST if name == wide else 20 if "号码" in name else 14, text)
            page.write_string(0, at, name, bold)
        for line, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                if cell:
                    page.write_string(line, at, cell, wrap if header[at] == wide else text)
        page.freeze_panes(1, 0)


def opened(sheet: str, header: Sequence[str], rows: Iterable[Sequence[str | None]], wide: str = "") -> BinaryIO:
    """The same, open for reading; it has no name any more and is gone when it is closed."""
    with tempfile.TemporaryDirectory(prefix="mingbai-") as folder:
        path = Path(folder) / "book.xlsx"
        write(path, sheet, header, rows, wide)
        return path.open("rb")


def csv_parts(header: Sequence[str], rows: Iterable[Sequence[str | None]]) -> Iterator[bytes]:
    """The same as .csv in UTF-8 that Excel opens, some rows at a time."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    held.write("\ufeff")
    writer.writerow(header)
    for number, row in enumerate(rows, start=1):
        writer.writerow([inert(cell or "") for cell in row])
        if number % _PART == 0:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()
