"""The same county as it is really sent: other formats, other spellings, titles above the header, bad cells beside.

The planted truth stays. What the error file should name is listed by file, line and column.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from mingbai.facts.bureaus.sample import writing
from mingbai.facts.bureaus.sample.dirt_forms import respell
from mingbai.facts.bureaus.sample.dirt_rows import Row, Sheet, spoil
from mingbai.facts.bureaus.tables import TABLES, Table


@dataclass(frozen=True)
class Layout:
    """How a table's file looks."""

    kind: str = "csv"
    encoding: str = "utf-8-sig"
    titles: int = 0
    """Rows above the header."""
    second_sheet: bool = False
    typed: bool = False
    """xlsx: real dates and numbers in most cells; parquet: typed columns."""
    extra: str = ""
    """A column that nobody asked for."""


# Every form that the contract names, spread over the tables; what is not listed is a plain UTF-8 file with BOM.
_LAYOUTS = {
    "household": Layout("xlsx", titles=2, second_sheet=True, extra="网格员"),
    "member": Layout(encoding="gb18030", extra="政治面貌"),
    "income_line": Layout("parquet"),
    "cadre": Layout("xlsx", titles=1),
    "vehicle": Layout(encoding="gb18030", titles=1, extra="发动机号"),
    "death": Layout("xlsx", typed=True),
    "title": Layout("parquet", extra="共有情况"),
    "firm_part": Layout("xlsx", typed=True, second_sheet=True),
    "payroll": Layout(encoding="utf-8"),
    "payment": Layout("parquet"),
    "dibao": Layout("xlsx", titles=3, typed=True),
    "tekun": Layout(encoding="gb18030"),
    "insured": Layout("parquet"),
    "bill": Layout(titles=2, extra="结算单号"),
    "pupil": Layout("xlsx", typed=True, extra="学籍号"),
    "disability": Layout("xlsx", titles=1),
    "job": Layout(encoding="utf-8", titles=5),
    "pension": Layout("parquet", typed=True),
    "housing": Layout("xlsx", typed=True, titles=1, second_sheet=True),
    "water": Layout(encoding="gb18030"),
    "disaster": Layout("xlsx", typed=True),
}


def soil(folder: Path, *, seed: int, day: date, planted: set[str]) -> dict[str, Any]:
    """Rewrite the clean CSVs of `folder`, each table in its own layout.

    `planted` are the 户编号 of stories, which are left alone where a change could touch a rule. Gives, for the side
    file, the expected error cells (line as a spreadsheet counts) and how many rows of each kind were added.
    """
    errors: list[dict[str, Any]] = []
    counts: dict[str, dict[str, int]] = {}
    for table in TABLES:
        rng = Random(f"dirt {seed} {table.name}")
        source = folder / f"{table.file}.csv"
        with source.open(encoding="utf-8-sig", newline="") as file:
            rows = [Row(cells) for cells in csv.DictReader(file)]
        layout = _LAYOUTS.get(table.name, Layout())
        plain = {r.cells["户编号"] for r in rows if "户编号" in r.cells} - planted
        real = layout.kind == "parquet" and layout.typed
        sheet = Sheet(table, rows, rng, day, typed=frozenset(writing.TYPES if real else ()))
        spoil(sheet, plain)
        name = _write(folder, table, layout, sheet)
        first = 2 + layout.titles
        errors += [
            {"file": name, "line": line, "column": header}
            for line, row in enumerate(sheet.rows, first)
            for header in row.bad
        ]
        counts[name] = dict(sorted(sheet.counts.items()))
    return {"errors": errors, "counts": counts}


def _write(folder: Path, table: Table, layout: Layout, sheet: Sheet) -> str:
    """Write one table; give the name of its file."""
    source = folder / f"{table.file}.csv"
    header = writing.headers(table)
    if layout.extra:
        header.append(layout.extra)
    sheet.rng.shuffle(header)
    header.append(writing.MARK_HEADER)
    titles = [
        [f"{table.file}（{writing.MARK}）"],
        [f"{table.sender}  单位：元", "", "制表：综合股"],
        ["内部资料"],
        [""],
        ["注意保管"],
    ]
    rows = _spelled(table, header, layout, sheet)
    if layout.kind == "xlsx":
        target = source.with_suffix(".xlsx")
        kinds = {c.header: c.kind for c in table.columns} if layout.typed else {}
        book = writing.Book(titles[: layout.titles], header, kinds, layout.second_sheet, sheet.rng)
        book.write(target, rows, [row.as_number for row in sheet.rows])
        source.unlink()
        return target.name
    top = [[*title, *[""] * (len(header) - len(title))] for title in titles[: layout.titles]]
    with source.open("w", encoding=layout.encoding, newline="") as file:
        out = csv.writer(file, lineterminator="\n" if layout.encoding == "utf-8" else "\r\n")
        out.writerows([*top, header])
        out.writerows(rows)
    if layout.kind == "parquet":
        kinds = {c.header: c.kind for c in table.columns if c.kind in sheet.typed}
        writing.to_parquet(source, source.with_suffix(".parquet"), kinds)
        source.unlink()
        return source.with_suffix(".parquet").name
    return source.name


def _spelled(table: Table, header: list[str], layout: Layout, sheet: Sheet) -> Iterator[list[str]]:
    """The rows in the file's column order, cells in some accepted form."""
    columns = {c.header: c for c in table.columns}
    for row in sheet.rows:
        whole = any(row.cells.values())
        cells = []
        for name in header:
            cell = row.cells.get(name, "")
            if name == layout.extra:
                cell = "无" if whole else ""
            elif name in row.bad or name == row.as_number:
                pass
            elif name in columns and columns[name].kind not in sheet.typed:
                cell = respell(columns[name], cell, sheet.rng)
            cells.append(cell)
        yield cells
