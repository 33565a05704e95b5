"""A county of two households to spoil, and the command to run on it. Nobody in it is real: no area begins with 99."""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
import xlwt

from mingbai.doors import cli
from oracle.cells import check_digit

ROOT = Path(__file__).parents[2]
DAY = "2026-06-30"
FILES = {"clues.csv", "线索清单.xlsx", "accounts.csv", "errors.csv", "run.json"}

Rows = Sequence[Sequence[Any]]


def person(birth: str, serial: int = 1) -> str:
    """The ID of a man (odd serial) or a woman (even) born that day (YYYYMMDD)."""
    body = f"990101{birth}{serial:03}"
    return body + check_digit(body)


ZHANG, WANG, LI = person("19800101", 1), person("19820202", 2), person("19550303", 3)
HOUSEHOLDS: Rows = [
    ["户编号", "村代码", "乡镇", "行政村", "户主姓名", "户主证件号码", "户类型", "联系电话"],
    ["H1", "990101101201", "东乡", "甲村", "张三", ZHANG, "一般农户", "1"],
    ["H2", "990101101201", "东乡", "甲村", "李四", LI, "脱贫户", ""],
]
MEMBERS: Rows = [
    ["户编号", "人编号", "姓名", "证件号码", "与户主关系", "性别", "务工月数"],
    ["H1", "P1", "张三", ZHANG, "户主", "男", "3"],
    ["H1", "P2", "王二", WANG, "配偶", "女", "0"],
    ["H2", "P3", "李四", LI, "户主", "1", "13"],
]


def csv_text(rows: Rows) -> str:
    return "".join(",".join(map(str, row)) + "\n" for row in rows)


def county(folder: Path, **tables: str | bytes | Rows | None) -> Path:
    """A county folder of CSV files: 户表 and 成员表, and what else is given. None leaves a table out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in ({"户表": HOUSEHOLDS, "成员表": MEMBERS} | tables).items():
        if body is None:
            continue
        if not isinstance(body, str | bytes):
            body = csv_text(body)
        (folder / f"{name}.csv").write_bytes(body.encode() if isinstance(body, str) else body)
    return folder


def openpyxl_book(path: Path, rows: Rows, *, sheets: Sequence[str] = (), merged: str = "") -> None:
    """An .xlsx whose texts are shared between the cells, as Excel writes it."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    if merged:
        sheet.merge_cells(merged)
    for name in sheets:
        book.create_sheet(name).append(["别的"])
    book.save(path)


def inline_book(path: Path, rows: Rows) -> None:
    """An .xlsx whose texts stand in the cells, as exporting programs write it."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()


def old_book(path: Path, rows: Rows) -> None:
    """An .xls."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("一")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    book.save(str(path))


def parquet(path: Path, rows: Rows) -> None:
    columns = [list(column) for column in zip(*rows[1:], strict=True)]
    pq.write_table(pa.table(list(map(pa.array, columns)), names=list(rows[0])), path)


class Done(NamedTuple):
    code: int
    out: str
    err: str


def mingbai(*words: str | Path) -> Done:
    """Runs the command in this process."""
    out, err = io.StringIO(), io.StringIO()
    before = sys.argv
    sys.argv = ["mingbai", *map(str, words)]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            cli.main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.argv = before
    return Done(code, out.getvalue(), err.getvalue())


def screen(folder: Path, out: Path, *more: str) -> Done:
    return mingbai("screen", folder, "--day", DAY, "--out", out, *more)


def environment(**more: str) -> dict[str, str]:
    """For a process of its own: our source first, and nothing that would colour or widen its output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COLUMNS", "TERM"))}
    return kept | {"PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1"} | more


def process(*words: str | Path, **more: Any) -> Done:
    """Runs the command in a process of its own; `more` goes to subprocess.run."""
    command = [sys.executable, "-m", "mingbai.doors.cli", *map(str, words)]
    settings = {"capture_output": True, "timeout": 120, "env": environment()} | more
    done = subprocess.run(command, check=False, **settings)
    return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
