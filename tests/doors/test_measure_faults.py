"""`mingbai measure` and what people get wrong: one sentence a fault, all at once, nothing half printed."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doors.small import Done, mingbai, openpyxl_book

WELFARE = ("--welfare", "y")
ASKED = ("--deprivations", "a,b")


def written(tmp_path: Path, text: str | bytes, name: str = "a.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def values(done: Done) -> dict[str, str]:
    assert done.code == 0, done.err
    return {row["measure"]: row["value"] for row in csv.DictReader(io.StringIO(done.out))}


def refused(path: Path, *words: str) -> str:
    done = mingbai("measure", path, *words, "--csv")
    assert (done.code, done.out) == (2, ""), done
    english = mingbai("measure", path, *words, "--csv", "--lang", "en")
    assert (english.code, english.out) == (2, "") and "。" not in english.err
    assert english.err.count("\n") == done.err.count("\n")
    return done.err


def test_options_columns_and_cells_are_wrong_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "y,w,s\n1,-1,a\nx,1,\n")
    said = refused(path, *WELFARE, "--weight", "w", "--strata", "s", "--by", "nowhere", "--level", "95",
                   "--measures", "gin")  # fmt: skip
    for part in ("--level", "是不是「gini」", "没有列「nowhere」", "「y」第 3 行不是数字", "「w」第 2 行的权数是负的",
                 "「s」第 3 行是空的"):  # fmt: skip
        assert part in said, part
    assert said.count("\n") == 6


def test_a_lost_column_of_the_design_brings_no_fault_that_is_not_there(tmp_path: Path) -> None:
    # With the strata a population of two each is enough; without them it would not be.
    path = written(tmp_path, "y,s,n\n" + "".join(f"{at},{at % 2},2\n" for at in range(4)))
    assert refused(path, *WELFARE, "--strata", "t", "--fpc", "n").count("\n") == 1


def test_names_with_commas_stand_in_quotes(tmp_path: Path) -> None:
    path = written(tmp_path, '"水，电",b,"say ""a, b"""\n1,0,1\n0,1,0\n1,1,1\n')
    names = '"水，电",b,"say ""a, b"""'
    weights = '"水，电"=1/2,b=1/4,"say ""a, b"""=1/4'
    found = values(mingbai("measure", path, "--deprivations", names, "--weights", weights, "--cutoff", "1/2",
                           "--measures", 'H,censored:"水，电","censored:say ""a, b"""', "--csv"))  # fmt: skip
    assert list(found) == ["H", "censored:水，电", 'censored:say "a, b"']
    assert [float(value) for value in found.values()] == pytest.approx([2 / 3] * 3)
    # The advice can be typed as it stands.
    advice = refused(path, "--deprivations", names, "--weights", '"水，电"=1,b=1,"say ""a, b"""=2')
    assert '--weights "水，电"=1/4,b=1/4,"say ""a, b"""=1/2' in advice


OPTIONS = {
    "an exponent without end": ((*ASKED, "--cutoff", "1e999999999"), "--cutoff"),
    "a weight without end": ((*ASKED, "--weights", "a=1e999999999,b=1"), "a=1e999999999"),
    "a weight twice": ((*ASKED, "--weights", "a=1/4,a=1/2,b=1/2"), "「a」写了两次"),
    "two weights for nothing": ((*ASKED, "--weights", "a=1/2,b=1/2,d=1,c=1"), "「c」不在"),
    "a line with commas": ((*WELFARE, "--line", "8,800"), "--line 8800"),
    "a line beyond all": ((*WELFARE, "--line", "1e308"), "--line 是 1e308"),
    "a long name": ((*WELFARE, "--measures", "x" * 9000), "「" + "x" * 39 + "…」"),
}


@pytest.mark.parametrize(("words", "sentence"), OPTIONS.values(), ids=OPTIONS.keys())
def test_options_that_make_no_sense(tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    said = refused(written(tmp_path, "y,a,b\n1,1,0\n2,0,1\n"), *words)
    assert sentence in said and len(said) < 2000


def test_unknown_measures_are_told_once_what_there_is(tmp_path: Path) -> None:
    said = refused(written(tmp_path, "y\n1\n2\n"), *WELFARE, "--measures", "ginny,H,ginny,theil")
    assert said.count("\n") == 3 and said.count("可以用的有") == 1


FILES: dict[str, tuple[str | bytes, tuple[str, ...], str]] = {
    "half a letter": ("y\n1\n2\n".encode("utf-16") + b"x", WELFARE, "编码"),
    "a header without end": ("y" * 3_000_000, WELFARE, "打不开"),
    "a header of nothing but zeros": (b"\0" * 3000 + b"z\n1\n", WELFARE, "没有列「y」"),
    "an open quote in the header": ('"y\n1\n2\n', WELFARE, "没有列「y」"),
    "incomes beyond all": ("y\n1\n1e308\n-1e99\n2\n", WELFARE, "「y」第 3, 4 行大得算不了"),
    "incomes that lie too far apart": (
        "y\n-1e40\n1\n",
        (*WELFARE, "--line", "1e-100", "--measures", "gap,severity"),
        "「severity」",
    ),
    "one row": ("y\n1\n", WELFARE, "--lonely certainty"),
    "one row, an average asked": ("y\n1\n", (*WELFARE, "--lonely", "average"), "--lonely certainty"),
}


@pytest.mark.parametrize(("content", "words", "sentence"), FILES.values(), ids=FILES.keys())
def test_files_that_cannot_be_measured(
    tmp_path: Path, content: str | bytes, words: tuple[str, ...], sentence: str
) -> None:
    said = refused(written(tmp_path, content), *words)
    assert sentence in said and "None" not in said and len(said) < 1000


def test_a_header_may_be_long(tmp_path: Path) -> None:
    names = [f"一个很长的列名{at}" for at in range(9000)]
    path = written(tmp_path, ",".join([*names, "y"]) + "\n" + ",".join(["1"] * 9001) + "\n" + ",".join(["2"] * 9001))
    assert values(mingbai("measure", path, *WELFARE, "--measures", "mean", "--csv")) == {"mean": "1.5"}


def book(tmp_path: Path, rows: list[list[Any]]) -> Path:
    openpyxl_book(tmp_path / "a.xlsx", rows)
    return tmp_path / "a.xlsx"


def test_great_numbers_of_a_workbook_are_read_as_they_are(tmp_path: Path) -> None:
    path = book(tmp_path, [["y", "g"], [1e20, 1], [2e20, 2], [3, 3]])
    assert float(values(mingbai("measure", path, *WELFARE, "--measures", "mean", "--csv"))["mean"]) == 1e20


def test_text_far_down_in_a_workbook_is_no_empty_cell(tmp_path: Path) -> None:
    path = book(tmp_path, [["y", "g"], *([at % 7 + 1, 1] for at in range(1500)), ["一万", "乡"], [5, 2]])
    assert "「y」第 1502 行不是数字（如「一万」）" in refused(path, *WELFARE, "--missing", "drop")
    done = mingbai("measure", path, "--deprivations", "d", "--by", "g")
    assert "没有列「d」" in done.err and "空" not in done.err


def test_ones_and_zeros_may_be_decimals(tmp_path: Path) -> None:
    table = pa.table({"a": pa.array([Decimal(1), Decimal(0), Decimal(1)], pa.decimal128(10, 4))})
    pq.write_table(table, tmp_path / "a.parquet")
    assert values(mingbai("measure", tmp_path / "a.parquet", "--deprivations", "a", "--csv"))["H"].startswith("0.666")
    assert "「a」第 2 行" in refused(written(tmp_path, "a\n10\n1.00\n"), "--deprivations", "a")
