"""Bad cells, bad rows and odd files, by the command itself: an error line, a clue, or a note, and the rest is used."""

import csv
import json
import re
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from doors.small import (
    DAY,
    FILES,
    HOUSEHOLDS,
    LI,
    MEMBERS,
    WANG,
    ZHANG,
    county,
    csv_text,
    inline_book,
    mingbai,
    old_book,
    openpyxl_book,
    parquet,
    screen,
)
from mingbai.facts.bureaus.tables import TABLES


class Written(NamedTuple):
    code: int
    said: str
    run: dict[str, Any]
    errors: list[dict[str, str]]
    clues: list[dict[str, str]]
    out: Path

    @property
    def places(self) -> list[tuple[str, int, str, str]]:
        return [(e["file"], int(e["line"]), e["column"], e["value"]) for e in self.errors]

    def subjects(self, rule: str) -> list[str]:
        return [clue["subject_id"] for clue in self.clues if clue["rule"] == rule]


def written(folder: Path) -> Written:
    """A screening that is done, with what it wrote."""
    out = folder.parent / "out"
    done = screen(folder, out)
    assert done.err == "" and {path.name for path in out.iterdir()} == FILES
    run = json.loads((out / "run.json").read_text("utf-8"))
    found = Written(done.code, done.out, run, table(out / "errors.csv"), table(out / "clues.csv"), out)
    assert found.code == (1 if found.errors else 0)
    assert all(error["problem"].endswith("。") for error in found.errors)
    return found


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_clean_county_has_no_errors(tmp_path: Path) -> None:
    done = written(county(tmp_path / "county"))
    assert done.code == 0 and not done.errors and done.run["files"]["成员表.csv"]["rows"] == 3
    assert done.subjects("months_over_twelve") == ["P3"]
    assert done.run["files"]["户表.csv"]["notes"] == [] == done.run["notes"]


def test_a_header_under_a_merged_title_is_read_and_noted(tmp_path: Path) -> None:
    folder = county(tmp_path / "county", 成员表=None)
    titles = [["东乡2026年成员花名册"], ["制表单位：县乡村振兴局"]]
    openpyxl_book(folder / "成员表.xlsx", [*titles, *MEMBERS], merged="A1:G1", sheets=["说明", "旧表"])
    done = written(folder)
    assert done.code == 0 and done.subjects("months_over_twelve") == ["P3"]
    assert done.run["files"]["成员表.xlsx"]["notes"] == [
        "表头在第 3 行，上面 2 行已跳过。",
        "只读了第一张工作表「Sheet」，另有：说明、旧表。",
    ]
    assert "第 3 行" in done.said and "说明、旧表" in done.said
    assert json.loads(done.clues[0]["evidence"])["member_line"] == 6  # as the spreadsheet counts


@pytest.mark.parametrize("form", ["openpyxl", "xlsxwriter", "xls", "parquet"])
def test_the_same_county_in_every_format_gives_the_same_clues(tmp_path: Path, form: str) -> None:
    plain = written(county(tmp_path / "a" / "county"))
    folder = tmp_path / "b" / "county"
    folder.mkdir(parents=True)
    suffix, write = {
        "openpyxl": (".xlsx", openpyxl_book), "xlsxwriter": (".xlsx", inline_book), "xls": (".xls", old_book),
        "parquet": (".parquet", parquet),
    }[form]  # fmt: skip
    write(folder / f"户表{suffix}", HOUSEHOLDS)
    write(folder / f"成员表{suffix}", MEMBERS)
    other = written(folder)
    assert (other.out / "clues.csv").read_bytes() == (plain.out / "clues.csv").read_bytes()


def test_bad_cells_in_columns_that_must_be_there_and_in_others(tmp_path: Path) -> None:
    incomes = [
        ["户编号", "年度", "科目", "金额", "说明"],
        ["H1", "2025", "A1", "1e309", ""],
        ["H1", "2025", "A1", '"1,234.50"', ""],
        ["H1", "2025", "A1", "1234元", ""],
        ["H1", "2025", "A9", "1", ""],
        ["H1", "25", "A1", "1", ""],
        ["H1", "2025", "b1", "１２.345", "'007"],
        ["H9", "2025", "A1", "1", ""],
    ]
    households = [[*row, day] for row, day in zip(HOUSEHOLDS, ["识别时间", "1900-02-29", "2020/2/29"], strict=True)]
    done = written(county(tmp_path / "county", 户表=households, 收入表=incomes))
    file = "收入表.csv"
    assert set(done.places) == {
        ("户表.csv", 2, "识别时间", "1900-02-29"), (file, 2, "金额", "1e309"), (file, 3, "金额", "1,234.50"),
        (file, 4, "金额", "1234元"), (file, 5, "科目", "A9"), (file, 6, "年度", "25"),
    }  # fmt: skip
    counts = done.run["files"][file]
    assert (counts["rows"], counts["rejected"], counts["bad_cells"], counts["not_on_roster"]) == (7, 5, 5, 1)
    assert done.run["files"]["户表.csv"]["rejected"] == 0
    (account,) = table(done.out / "accounts.csv")
    assert list(account.values()) == ["H1", "2025", "0.00", "12.35", "0.00", "0.00", "0.00", "12.35", "2", "6.18"]
    assert "本行未采用" in done.errors[-1]["problem"]
    assert next(e for e in done.errors if e["file"] == "户表.csv")["problem"].endswith("本行保留，这一格按空白处理。")


def test_doubled_numbers_strangers_and_kinds_of_household_that_nobody_knows(tmp_path: Path) -> None:
    households = [*HOUSEHOLDS, ["H1", "990101101201", "东乡", "甲村", "张三", ZHANG, "脱贫户", ""],
                  ["H3", "990101101201", "东乡", "甲村", "王五", "", "脱贫户", ""],
                  ["H4", "990101101201", "东乡", "甲村", "赵六", LI, "大户", ""],
                  ["H5", "990101101201", "东乡", "甲村", "赵六", LI, "", ""]]  # fmt: skip
    members = [*MEMBERS, ["H2", "P1", "李五", "", "其他", "", ""], ["H9", "P9", "某", "", "户主", "", ""],
               ["H3", "P4", "王五", LI, "户主", "", ""], ["H4", "P5", "", LI, "户主", "", ""],
               ["H4", "P5", "赵六", "A" + LI[1:], "户主", "", "三"]]  # fmt: skip
    done = written(county(tmp_path / "county", 户表=households, 成员表=members))
    assert set(done.places) == {
        ("户表.csv", 4, "户编号", "H1"), ("户表.csv", 5, "户主证件号码", ""), ("户表.csv", 6, "户类型", "大户"),
        ("户表.csv", 7, "户类型", ""), ("成员表.csv", 5, "人编号", "P1"), ("成员表.csv", 6, "户编号", "H9"),
        ("成员表.csv", 7, "户编号", "H3"), ("成员表.csv", 8, "姓名", ""), ("成员表.csv", 9, "务工月数", "三"),
    }  # fmt: skip
    # An ID with a letter is a clue, not an error; of two rows with one number the earlier usable one is kept.
    assert done.subjects("id_invalid") == ["P5"] and done.subjects("head_count") == ["H5"]
    assert done.run["files"]["户表.csv"]["rejected"] == 2 and done.run["files"]["成员表.csv"]["rejected"] == 4


FORMULAS = ["=cmd()", "+1+cmd|' /C calc'!A0", "-2+3+cmd()", "@SUM(1)", '=HYPERLINK("http://x","点")']


def test_text_that_a_spreadsheet_would_run_is_never_a_formula(tmp_path: Path) -> None:
    quoted = ['"' + text.replace('"', '""') + '"' for text in FORMULAS]
    households = [HOUSEHOLDS[0], *[[q, "990101101201", q, q, q, ZHANG, "脱贫户", ""] for q in quoted]]
    members = [MEMBERS[0], *[[q, q, q, "1", "户主", q, q] for q in quoted]]
    incomes = [["户编号", "年度", "科目", "金额", "说明"], *[[q, "2025", "A1", "-5", q] for q in quoted],
               *[[q, "2025", "A1", q, q] for q in quoted]]  # fmt: skip
    cars = [["证件号码", "号牌号码", "车辆类型", "登记日期"], [WANG, "=1", "小型轿车", "=1"]]
    done = written(county(tmp_path / "county", 户表=households, 成员表=members, 收入表=incomes, 机动车登记=cars))
    assert len(done.clues) >= 2 * len(FORMULAS) and len(done.errors) == 2 * len(FORMULAS) + 1
    rows = [row for name in ("clues.csv", "errors.csv", "accounts.csv") for row in table(done.out / name)]
    cells = [cell for row in rows for cell in row.values()]
    risky = [cell for cell in cells if re.match(r"[=+@\t\r-]", cell) and not re.fullmatch(r"-?\d+(\.\d+)?", cell)]
    assert not risky
    # Taken off again by one leading ', nothing is lost; and a number stays a number.
    assert {clue["household_id"].removeprefix("'") for clue in done.clues} == set(FORMULAS)
    assert {row["household_id"] for row in table(done.out / "accounts.csv")} == {"'" + text for text in FORMULAS}
    assert {row["wages"] for row in table(done.out / "accounts.csv")} == {"-5.00"}
    with zipfile.ZipFile(done.out / "线索清单.xlsx") as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
    assert sheets and not any(re.search(r"<(f|hyperlink)[ />]", sheet) for sheet in sheets)
    read = openpyxl.load_workbook(done.out / "线索清单.xlsx")
    texts = {cell.value: cell.data_type for sheet in read for row in sheet.iter_rows(min_row=3) for cell in row}
    assert {texts[text] for text in FORMULAS} == {"s"}


def test_numbers_as_household_numbers_stay_numbers_in_every_file(tmp_path: Path) -> None:
    households = [HOUSEHOLDS[0], ["-7", *HOUSEHOLDS[1][1:]]]
    incomes = "户编号,年度,科目,金额\n-7,2025,B1,1\n"
    done = written(county(tmp_path / "county", 户表=households, 成员表=[MEMBERS[0]], 收入表=incomes))
    assert done.subjects("head_count") == ["-7"]
    assert [row["household_id"] for row in table(done.out / "accounts.csv")] == ["-7"]
    assert [row["members"] + row["net_income_per_head"] for row in table(done.out / "accounts.csv")] == ["0"]


def test_every_table_with_no_rows(tmp_path: Path) -> None:
    folder = tmp_path / "county"
    folder.mkdir()
    for at, declared in enumerate(TABLES):
        header = [c.header for c in declared.columns]
        match at % 3:
            case 0:
                (folder / f"{declared.file}.csv").write_text(",".join(header), "utf-8")
            case 1:
                openpyxl_book(folder / f"{declared.file}.xlsx", [header])
            case _:
                parquet(folder / f"{declared.file}.parquet", [header, [""] * len(header)])
    done = written(folder)
    assert done.code == 0 and not done.clues and table(done.out / "accounts.csv") == []
    assert done.run["tables_missing"] == [] and done.run["rules_run"]
    left = {one["rule"]: one["reason"] for one in done.run["rules_not_checked"]}
    assert set(left) == {"uninsured", "pension_missing", "water_short"} and "2026" in left["water_short"]
    assert openpyxl.load_workbook(done.out / "线索清单.xlsx").sheetnames == ["没有线索"]


def test_files_that_are_no_tables_are_named(tmp_path: Path) -> None:
    folder = county(tmp_path / "county")
    for name in ("户表(1).csv", "说明.docx", "~$户表.xlsx", ".hidden"):
        (folder / name).write_text("x")
    notes = written(folder).run["notes"]
    assert len(notes) == 3 and all(
        any(name in note for note in notes) for name in ("户表(1).csv", "说明.docx", "~$户表")
    )


def test_ids_typed_as_numbers_are_a_warning_and_a_clue(tmp_path: Path) -> None:
    folder = county(tmp_path / "county", 成员表=None)
    rows = [list(row) for row in MEMBERS]
    rows[2][3] = int(WANG[:17] + "0")
    openpyxl_book(folder / "成员表.xlsx", rows)
    done = written(folder)
    (note,) = done.run["files"]["成员表.xlsx"]["notes"]
    assert "「证件号码」有 1 格" in note and "第 3 行" in note and note in done.said
    assert done.subjects("id_invalid") == ["P2"] and not done.errors


def test_no_id_leaves_in_any_file_but_masked(tmp_path: Path) -> None:
    members = [*MEMBERS, ["H2", "P4", "张三", ZHANG, "其他", "女", "13"]]
    done = written(
        county(tmp_path / "county", 成员表=members, 死亡注销=csv_text([["证件号码", "死亡日期"], [WANG, "x"]]))
    )
    assert done.subjects("id_twice") == ["P1", "P4"]
    for name in FILES - {"线索清单.xlsx"}:
        text = (done.out / name).read_text("utf-8")
        assert not any(number in text for number in (ZHANG, WANG, LI)), name
    book = openpyxl.load_workbook(done.out / "线索清单.xlsx")
    column = [cell.value for sheet in book for cell in sheet["H"][2:] if cell.value]
    assert column and all(re.fullmatch(r"\d{6}\*{8}\d{3}[\dX]", number) for number in column)


def test_an_id_in_a_wrong_column_is_masked_in_the_list_of_errors(tmp_path: Path) -> None:
    """Columns that slipped by one are the usual mistake; the list goes back by mail."""
    folder = county(tmp_path / "county", 收入表=f"户编号,年度,科目,金额\nH1,2025,A1,{ZHANG}\n")
    assert screen(folder, tmp_path / "out").code == 1
    errors = (tmp_path / "out" / "errors.csv").read_text("utf-8-sig")
    assert ZHANG not in errors and f"{ZHANG[:6]}********{ZHANG[-4:]}" in errors


def test_a_place_that_is_no_division_code_is_refused(tmp_path: Path) -> None:
    done = screen(county(tmp_path / "county"), tmp_path / "out", "--place", "北京")
    assert done.code == 2 and "「北京」不是区划代码" in done.err and not (tmp_path / "out").exists()
    assert mingbai("standards", "--day", DAY, "--place", "abc").code == 2
