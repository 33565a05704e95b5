"""The dirty sample: the same county, as it is really sent."""

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from mingbai.facts.bureaus.sample.county import make
from mingbai.facts.bureaus.sample.dirt_rows import NOT_A_DAY, NOT_MONEY
from mingbai.facts.bureaus.tables import BY_FILE

Cells = list[list[str]]


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dirty") / "county"
    make(out, households=400, seed=7, dirty=True)
    return out


def side(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "虚构数据.json").read_text(encoding="utf-8"))
    return content


def cells(path: Path) -> Cells:
    """Every row of a file as text, the first line first; read without the program."""
    if path.suffix == ".parquet":
        table = duckdb.execute(f"SELECT * FROM '{path}'")
        header = [column[0] for column in table.description or []]
        return [header, *([("" if c is None else str(c)) for c in row] for row in table.fetchall())]
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).worksheets[0]
        return [["" if c is None else str(c) for c in row] for row in sheet.iter_rows(values_only=True)]
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    return list(csv.reader(text.splitlines()))


def header_of(content: Cells) -> tuple[int, list[str]]:
    """Where the header stands (its line), and what it says: the first row that ends with the mark's column."""
    return next((n, row) for n, row in enumerate(content, 1) if row[-1] == "备注")


def test_dirt_does_not_change_what_is_planted(tmp_path: Path, dirty: Path) -> None:
    make(tmp_path / "clean", households=400, seed=7)
    assert side(dirty)["planted"] == side(tmp_path / "clean")["planted"]


def test_formats_and_layouts_are_mixed(dirty: Path) -> None:
    assert {path.suffix for path in dirty.iterdir()} == {".csv", ".xlsx", ".parquet", ".json"}
    starts = {path.read_bytes()[:3] == b"\xef\xbb\xbf" for path in dirty.glob("*.csv")}
    assert starts == {True, False}
    titles = {header_of(cells(path))[0] for path in dirty.iterdir() if path.suffix in (".csv", ".xlsx")}
    assert {1, 2, 3, 6} <= titles
    assert any(
        header_of(cells(path))[1][:-1] != [c.header for c in BY_FILE[path.stem].columns] for path in dirty.glob("*.csv")
    )
    assert len(openpyxl.load_workbook(dirty / "户表.xlsx").sheetnames) == 2


def test_each_expected_error_points_at_a_bad_cell(dirty: Path) -> None:
    contents = {path.name: cells(path) for path in dirty.iterdir() if path.suffix != ".json"}
    errors = side(dirty)["errors"]
    assert len(errors) > 60
    seen = {(e["file"], e["line"], e["column"]) for e in errors}
    assert len(seen) == len(errors)
    whole_keys = {"户编号", "人编号"}
    bad = {
        "",
        "普通户",
        "非贫困户",
        "不详",
        "常年",
        "长期",
        "至今",
        "未改造",
        "今年",
        "务工",
        "F1",
        "二〇二五",
        "十来天",
    }
    for error in errors:
        content = contents[error["file"]]
        _, header = header_of(content)
        cell = content[error["line"] - 1][header.index(error["column"])]
        assert cell in bad | {*NOT_MONEY, *NOT_A_DAY} or error["column"] in whole_keys, error


def test_every_kind_of_error_is_there(dirty: Path) -> None:
    found = {(e["file"].split(".")[0], e["column"]) for e in side(dirty)["errors"]}
    assert {
        ("户表", "户类型"), ("户表", "户编号"), ("户表", "户主姓名"), ("成员表", "户编号"), ("成员表", "人编号"),
        ("成员表", "姓名"), ("收入表", "金额"), ("收入表", "科目"), ("收入表", "年度"), ("收入表", "户编号"),
        ("机动车登记", "登记日期"), ("低保对象", "终止日期"), ("住房鉴定", "户编号"), ("供水监测", "停水天数"),
    } <= found  # fmt: skip


def test_every_accepted_spelling_occurs(dirty: Path) -> None:
    text = "\n".join("|".join(row) for path in sorted(dirty.iterdir()) if path.suffix != ".json" for row in cells(path))
    for spelling in ("　", "|'", "１", "x|", "100A03", "|=cmd", "1e309", "1900-02-29"):
        assert spelling in text, spelling


def test_what_was_added_is_counted(dirty: Path) -> None:
    counts = side(dirty)["counts"]
    rows_of = ("empty", "repeated", "unknown_person", "invalid_id", "number_id", "unknown_household")
    for kind in (f"{name}_rows" for name in rows_of):
        assert any(of.get(kind) for of in counts.values()), kind
