"""`mingbai measure`: one row a measure and group, every digit; the same from any kind of file; and its refusals."""

import csv
import io
import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msoffcrypto.format.ooxml
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doors.small import Done, mingbai, openpyxl_book, process
from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.measures import measure
from mingbai.oversight.poverty.welfare import Welfare

HEADER = ["measure", "group", "value", "se", "lower", "upper", "n"]
CLUSTERS = 4
Row = dict[str, Any]


def people(rows: int = 60) -> dict[str, list[Any]]:
    """A made-up sample: three strata of several clusters each, incomes with awkward digits, two questions."""
    chance = np.random.default_rng(20)
    at = np.arange(rows)
    return {
        "income": np.round(np.exp(chance.normal(7, 0.8, rows)), 4).tolist(),
        "weight": (1 + chance.integers(1, 50, rows) / 8).tolist(),
        "stratum": [f"层{i % 3}" for i in at],
        "village": (at // 3 % CLUSTERS).tolist(),
        "size": (1 + at % 11).tolist(),
        "line": np.where(at % 2, 1100.25, 900.5).tolist(),
        "villages": [40 if i % 3 else 25 for i in at],
        "school": (at % 3 == 0).astype(int).tolist(),
        "water": ["是" if i % 4 == 0 else "否" for i in at],
    }


def as_rows(columns: dict[str, list[Any]]) -> list[list[Any]]:
    return [list(columns), *map(list, zip(*columns.values(), strict=True))]


def csv_file(path: Path, columns: dict[str, list[Any]], encoding: str = "utf-8") -> Path:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(as_rows(columns))
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def parquet_file(path: Path, columns: dict[str, list[Any]]) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def excel_file(path: Path, columns: dict[str, list[Any]], sheets: Sequence[str] = ()) -> Path:
    openpyxl_book(path, as_rows(columns), sheets=sheets)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return csv_file(tmp_path / "people.csv", people())


def read(done: Done) -> list[Row]:
    assert done.code == 0, done.err
    table = list(csv.reader(io.StringIO(done.out)))
    assert table[0] == HEADER
    return [dict(zip(HEADER, row, strict=True)) for row in table[1:]]


DESIGN = ("--weight", "weight", "--strata", "stratum", "--psu", "village")


def test_what_is_printed_is_what_the_library_says(file: Path) -> None:
    printed = read(mingbai("measure", file, "--welfare", "income", *DESIGN, "--fpc", "villages", "--line", "line",
                           "--by", "size", "--measures", "gap,gini", "--csv"))  # fmt: skip
    columns = people()
    design = Design.of(60, weight=columns["weight"], strata=columns["stratum"], psu=columns["village"],
                       fpc=columns["villages"])  # fmt: skip
    groups = Groups.of(columns["size"], 60)
    of = Welfare.of(columns["income"], weight=design.weight, groups=groups, line=columns["line"])
    expected = [row for one in measure(of, ["gap", "gini"], design) for row in one]
    assert [(r["measure"], r["group"], r["n"]) for r in printed] == [(e[0], str(e[1]), str(e[6])) for e in expected]
    for row, estimate in zip(printed, expected, strict=True):
        for name in ("value", "se", "lower", "upper"):
            exact = getattr(estimate, name)
            assert (row[name] == "") if math.isnan(exact) else (float(row[name]) == exact), (row, name)
    assert [r["group"] for r in printed[:11]] == [str(size) for size in range(1, 12)]


@pytest.mark.parametrize(
    "kind", ["parquet", "excel", "gbk", "bom", "utf-16", "semicolons", "windows lines", "categories"]
)
def test_every_kind_of_file_prints_the_same(file: Path, tmp_path: Path, kind: str) -> None:
    columns = people()
    other = tmp_path / ("other.parquet" if kind in ("parquet", "categories") else "other.csv")
    match kind:
        case "parquet":
            parquet_file(other, columns)
        case "categories":
            table = pa.table(columns)
            at = table.schema.get_field_index("stratum")
            pq.write_table(table.set_column(at, "stratum", table["stratum"].dictionary_encode()), other)
        case "excel":
            other = excel_file(tmp_path / "other.xlsx", columns)
        case "gbk":
            csv_file(other, columns, "gbk")
        case "bom":
            csv_file(other, columns, "utf-8-sig")
        case "utf-16":
            csv_file(other, columns, "utf-16")
        case "semicolons":
            other.write_text(file.read_text("utf-8").replace(",", ";"), "utf-8")
        case "windows lines":
            other.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    for by in ("stratum", "size"):
        asked = ("--welfare", "income", *DESIGN, "--line", "line", "--by", by, "--csv")
        assert mingbai("measure", other, *asked) == mingbai("measure", file, *asked)
    asked = ("--deprivations", "school,water", *DESIGN, "--csv")
    assert mingbai("measure", other, *asked) == mingbai("measure", file, *asked)


def test_groups_ascend_by_value_whatever_they_are(tmp_path: Path) -> None:
    days = [date(2020, 12, 31), date(2019, 1, 2), date(2020, 2, 1), date(2019, 1, 2)]
    columns = {"income": [1.0, 2.0, 3.0, 4.0], "number": [10, 9, 100, 9], "text": ["乙", "b", "B", "b"], "day": days,
               "half": [1.5, 0.5, 10.0, 0.5], "yes": [True, False, True, False]}  # fmt: skip
    expected = {"number": ["9", "10", "100"], "text": ["B", "b", "乙"], "half": ["0.5", "1.5", "10.0"],
                "day": ["2019-01-02", "2020-02-01", "2020-12-31"], "yes": ["false", "true"]}  # fmt: skip
    path = parquet_file(tmp_path / "a.parquet", columns)
    for by, names in expected.items():
        found = read(
            mingbai(
                "measure", path, "--welfare", "income", "--line", "3", "--measures", "headcount", "--by", by, "--csv"
            )
        )
        assert [row["group"] for row in found] == names
    book = excel_file(tmp_path / "a.xlsx", columns | {"half": [1.5, 0.5, 10, 0.5]})
    for by in ("number", "text", "day"):
        found = read(
            mingbai(
                "measure", book, "--welfare", "income", "--line", "3", "--measures", "headcount", "--by", by, "--csv"
            )
        )
        assert [row["group"] for row in found] == expected[by]


def test_codes_with_leading_zeros_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,code\n1,0510\n2,051\n3,51\n4,0510\n", "utf-8")
    found = read(mingbai("measure", path, "--welfare", "y", "--measures", "mean", "--by", "code", "--csv"))
    assert sorted(row["group"] for row in found) == ["051", "0510", "51"]


def test_numbers_are_read_to_the_last_digit(tmp_path: Path) -> None:
    texts = ["0.1", "0.30000000000000004", "123456789.12345678", "1e-7", " 5 ", "+2.", ".5"]
    path = tmp_path / "a.csv"
    path.write_text("g,y\n" + "".join(f"{at},{text}\n" for at, text in enumerate(texts)), "utf-8")
    found = read(mingbai("measure", path, "--welfare", "y", "--measures", "mean", "--by", "g", "--csv"))
    assert [float(row["value"]) for row in found] == [float(text) for text in texts]
    assert {row["se"] for row in found} == {"0.0"} or all(float(row["se"]) >= 0 for row in found)


def test_multidimensional_by_hand(tmp_path: Path) -> None:
    # Scores 1, 1/3, 0, 2/3, poor from 1/3: three of four, M0 = (1 + 1/3 + 2/3) / 4.
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,1\n1,0\n0,0\n0,1\n", "utf-8")
    done = mingbai("measure", path, "--deprivations", "a,b", "--weights", "a=1/3,b=2/3", "--cutoff", "1/3", "--csv")
    found = {row["measure"]: float(row["value"]) for row in read(done)}
    assert found == pytest.approx(
        {"H": 3 / 4, "A": 2 / 3, "M0": 1 / 2, "censored:a": 1 / 2, "censored:b": 1 / 2, "uncensored:a": 1 / 2,
         "uncensored:b": 1 / 2, "contribution:a": 1 / 3, "contribution:b": 2 / 3}, rel=1e-15)  # fmt: skip
    decimal = mingbai("measure", path, "--deprivations", "a,b", "--weights", "a=0.4,b=0.6", "--cutoff", "0.6", "--csv",
                      "--measures", "H,contribution:b")  # fmt: skip
    assert [float(row["value"]) for row in read(decimal)] == [1 / 2, pytest.approx(1.2 / 1.6)]
    equal = mingbai("measure", path, "--deprivations", "a,b", "--cutoff", "1/2", "--measures", "H", "--csv")
    assert float(read(equal)[0]["value"]) == 3 / 4


def test_rows_left_out_stay_in_the_design(tmp_path: Path) -> None:
    """The same as a group of those that are known, under the whole design: R's subset, not a smaller sample."""
    columns = people()
    known = [at % 5 != 0 for at in range(60)]
    holes = {**columns, "income": [y if k else None for y, k in zip(columns["income"], known, strict=True)]}
    asked = ("--welfare", "income", *DESIGN, "--line", "1000", "--measures", "headcount,gap", "--csv")
    path = parquet_file(tmp_path / "holes.parquet", holes)
    refused = mingbai("measure", path, *asked)
    assert refused.code == 2 and "12 行" in refused.err and "--missing drop" in refused.err and refused.out == ""
    left = mingbai("measure", path, *asked, "--missing", "drop")
    assert "12 行" in left.err
    whole = parquet_file(tmp_path / "whole.parquet", {**columns, "known": known})
    by = read(mingbai("measure", whole, *asked, "--by", "known"))
    assert [{**row, "group": "true"} for row in read(left)] == [row for row in by if row["group"] == "true"]


def test_missing_answers_are_left_out_of_a_multidimensional_measure_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,g\n1,1,x\n1,,x\nNA,0,y\n0,0,y\n1,0,\n", "utf-8")
    asked = ("--deprivations", "a,b", "--cutoff", "1/2", "--by", "g", "--measures", "H", "--csv")
    refused = mingbai("measure", path, *asked)
    assert refused.code == 2 and refused.err.count("--missing drop") == 3
    found = read(mingbai("measure", path, *asked, "--missing", "drop"))
    assert [(row["group"], row["value"], row["n"]) for row in found] == [("x", "1.0", "1"), ("y", "0.0", "1")]


def test_a_table_for_people_in_two_languages(file: Path) -> None:
    asked = ("--welfare", "income", *DESIGN, "--line", "1000")
    chinese, english = mingbai("measure", file, *asked), mingbai("measure", file, *asked, "--lang", "en")
    assert chinese.code == english.code == 0
    assert "贫困发生率" in chinese.out and "标准误" in chinese.out and "组" not in chinese.out
    assert english.out.isascii() and "headcount" in english.out and "group" not in english.out
    assert "group" in mingbai("measure", file, *asked, "--by", "size", "--lang", "en").out


def test_it_runs_as_a_program_and_writes_nothing_else(file: Path) -> None:
    done = process("measure", file, "--welfare", "income", "--measures", "mean", "--csv")
    assert done.code == 0 and done.err == "" and done.out.splitlines()[0] == ",".join(HEADER)
    assert done.out.count("\n") == 2


@pytest.mark.parametrize("lonely", ["certainty", "centre", "average"])
def test_a_stratum_of_one_cluster_needs_a_rule(tmp_path: Path, lonely: str) -> None:
    columns = people() | {"stratum": ["独" if at == 0 else f"s{at % 2}" for at in range(60)]}
    path = csv_file(tmp_path / "a.csv", columns)
    asked = ("--welfare", "income", *DESIGN, "--line", "1000", "--measures", "headcount", "--csv")
    refused = mingbai("measure", path, *asked)
    assert refused.code == 2 and "独" in refused.err and "--lonely" in refused.err
    assert "single cluster (独)" in mingbai("measure", path, *asked, "--lang", "en").err
    assert float(read(mingbai("measure", path, *asked, "--lonely", lonely))[0]["se"]) > 0


def bad(tmp_path: Path, text: str, *words: str) -> str:
    path = tmp_path / "bad.csv"
    path.write_text(text, "utf-8")
    done = mingbai("measure", path, *words, "--csv")
    assert (done.code, done.out) == (2, ""), done
    english = mingbai("measure", path, *words, "--csv", "--lang", "en")
    assert english.code == 2 and english.err.count("\n") == done.err.count("\n")
    return done.err


def test_all_that_is_wrong_with_the_options_comes_at_once(tmp_path: Path) -> None:
    done = mingbai("measure", tmp_path / "nowhere.csv", "--welfare", "y", "--measures", "headcont,gap", "--level", "95",
                   "--weights", "a=1")  # fmt: skip
    assert done.code == 2
    for said in ("nowhere.csv", "是不是「headcount」", "gap 要知道贫困线", "--level", "--weights 只和"):
        assert said in done.err, said


def test_columns_that_are_not_there(tmp_path: Path) -> None:
    said = bad(tmp_path, "income,weight\n1,2\n", "--welfare", "incom", "--weight", "w", "--line", "poverty")
    assert said.count("\n") == 3 and "是不是「income」" in said and "有这些列：income、weight" in said


CASES = {
    "text among numbers": ("y\n1\n一万\n3\n\"1,000\"\n", ("--welfare", "y"), ("第 3, 5 行不是数字", "一万")),
    "many": ("y\n" + "x\n" * 12, ("--welfare", "y"), ("第 2, 3, 4, 5, 6 等 12 行",)),
    "endless": ("y\n1\ninf\n", ("--welfare", "y"), ("第 3 行不是数字",)),
    "missing": ("y,g\n1,1\n,2\nNA,3\n", ("--welfare", "y"), ("第 3, 4 行是空的", "--missing drop")),
    "a negative weight": ("y,w\n1,1\n2,-1\n", ("--welfare", "y", "--weight", "w"), ("第 3 行的权数是负的",)),
    "weights of zero": ("y,w\n1,0\n2,0\n", ("--welfare", "y", "--weight", "w"), ("权数全是零",)),
    "a missing weight": ("y,w\n1,\n2,1\n", ("--welfare", "y", "--weight", "w"), ("「w」第 2 行是空的",)),
    "a missing stratum": ("y,s\n1,\n2,1\n", ("--welfare", "y", "--strata", "s"), ("「s」第 2 行是空的",)),
    "a line of zero": ("y\n1\n", ("--welfare", "y", "--line", "0"), ("--line 是 0",)),
    "a line that is no number": ("y\n1\n", ("--welfare", "y", "--line", "nan"), ("--line 是 nan",)),
    "lines below zero": ("y,z\n1,0\n2,-1\n", ("--welfare", "y", "--line", "z"), ("第 2, 3 行的贫困线不大于零",)),
    "no rows": ("y\n", ("--welfare", "y"), ("没有数据",)),
    "empty": ("", ("--welfare", "y"), ("是空的",)),
    "twice the same column": ("y,y\n1,2\n", ("--welfare", "y"), ("「y」出现了 2 次",)),
    "ragged": ("y,z\n1,2\n3\n4,5\n6,7,8\n", ("--welfare", "y"), ("表头的 2 列",)),
    "no question": ("y\n1\n", (), ("--welfare 或 --deprivations",)),
    "two questions": ("y\n1\n", ("--welfare", "y", "--deprivations", "y"), ("其中一个",)),
    "a line for deprivations": ("a\n1\n", ("--deprivations", "a", "--line", "1"), ("--line 只和",)),
    "no deprivation": ("a\n1\n", ("--deprivations", ""), ("没有列名",)),
    "neither yes nor no": ("a\n1\n0\n2\n", ("--deprivations", "a"), ("第 4 行既不是 1",)),
    "weights beyond one": ("a,b\n1,1\n", ("--deprivations", "a,b", "--weights", "a=1/2,b=2/3"), ("7/6", "a=3/7,b=4/7")),
    "weights not numbers": ("a\n1\n", ("--deprivations", "a", "--weights", "a"), ("列名=正数",)),
    "a weight of zero": ("a,b\n1,1\n", ("--deprivations", "a,b", "--weights", "a=1,b=0"), ("「b=0」",)),
    "a weight too few": ("a,b\n1,1\n", ("--deprivations", "a,b", "--weights", "a=1"), ("没有：b",)),
    "a weight for nothing": ("a\n1\n", ("--deprivations", "a", "--weights", "a=1/2,c=1/2"), ("「c」不在",)),
    "a cut-off above one": ("a\n1\n", ("--deprivations", "a", "--cutoff", "4/3"), ("--cutoff",)),
    "a cut-off of nothing": ("a\n1\n", ("--deprivations", "a", "--cutoff", "1/0"), ("--cutoff",)),
    "an indicator that is none": ("a\n1\n", ("--deprivations", "a", "--measures", "censored:b"), ("censored:b",)),
    "logarithm of zero": ("y\n1\n0\n-2\n", ("--welfare", "y", "--measures", "atkinson1,ge0"),
                          ("「atkinson1」在这些数据上没有定义", "第 4 行是负数，第 3 行是零", "「ge0」")),
    "populations that differ": ("y,n\n1,3\n2,4\n", ("--welfare", "y", "--fpc", "n"), ("每层应当只有一个",)),
    "a population of nobody": ("y,n\n1,0\n2,0\n", ("--welfare", "y", "--fpc", "n"), ("「n」第 2, 3 行不大于零",)),
    "more drawn than there are": ("y,n\n1,2\n2,2\n3,2\n", ("--welfare", "y", "--fpc", "n"), ("比抽中的还少",)),
    "nothing left": ("y\nNA\nNA\n", ("--welfare", "y", "--missing", "drop"), ("每一行都缺数",)),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words", "saids"), CASES.values(), ids=CASES.keys())
def test_what_is_wrong_is_said_and_what_to_do(
    tmp_path: Path, text: str, words: tuple[str, ...], saids: tuple[str, ...]
) -> None:
    said = bad(tmp_path, text, *words)
    for part in saids:
        assert part in said, (part, said)


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_text("x")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "a.parquet").write_bytes(b"PAR1 broken")
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "b.csv").write_bytes(b"y\n\xff\xff\x81\n")
    for name in ("a.docx", "folder.csv", "a.parquet", "a.xlsx", "b.csv"):
        done = mingbai("measure", tmp_path / name, "--welfare", "y")
        assert done.code == 2 and name in done.err and done.err.endswith("。\n"), done
        assert "Traceback" not in done.err


def test_a_workbook_with_a_password(tmp_path: Path) -> None:
    plain = excel_file(tmp_path / "plain.xlsx", people(9))
    locked = tmp_path / "locked.xlsx"
    with plain.open("rb") as source, locked.open("wb") as out:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("1234", out)
    done = mingbai("measure", locked, "--welfare", "income")
    assert done.code == 2 and "密码" in done.err


def test_other_sheets_are_said(tmp_path: Path) -> None:
    book = excel_file(tmp_path / "a.xlsx", people(9), sheets=["说明"])
    done = mingbai("measure", book, "--welfare", "income", "--csv")
    assert done.code == 0 and "说明" in done.err and "说明" not in done.out
