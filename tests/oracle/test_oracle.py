"""Sentences of the text that are easy to get wrong, each drawn by hand with what it must give.

A drawing is a table: headers, then rows, cells parted by ``|``. Columns that must be there and are not
drawn are filled. ``M19600630`` stands for the ID of a man born that day, ``F…`` a woman, a letter after
it for another person of that birthday.
"""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oracle import oracle
from oracle.cells import months_before, parse_id
from oracle.scramble import scramble
from oracle.tables import SHAPES

DAY = date(2026, 6, 30)
FILL = {"村代码": "990101101201", "户类型": "一般农户", "与户主关系": "配偶", "户主证件号码": "无", "姓名": "甲"}
DATED = "2026-06-01"


def person(mark: str) -> str:
    """The ID that a mark stands for; the check digit by trying, from ISO 7064's own congruence."""
    match = re.fullmatch(r"([MF])(\d{8})([a-z]?)", mark)
    if not match:
        return mark
    sex, birth, letter = match.groups()
    serial = 2 * (ord(letter) - 96 if letter else 0) + (sex == "M")
    body = f"990101{birth}{serial:03}"
    for last in range(11):
        if (sum(int(c) * 2 ** (17 - i) for i, c in enumerate(body)) + last) % 11 == 1:
            return body + ("X" if last == 10 else str(last))
    raise AssertionError


def draw(folder: Path, **tables: str) -> Path:
    """A county folder of CSV files; 户表 and 成员表 come empty where they are not drawn."""
    folder.mkdir(exist_ok=True)
    for name, text in ({"户表": "户编号", "成员表": "人编号"} | tables).items():
        rows = [[c.strip() for c in line.split("|")] for line in text.strip().splitlines()]
        for column in SHAPES[name].columns:
            if column.must and column.header not in rows[0]:
                filler = DATED if column.kind == "date" else "1"
                rows[0].append(column.header)
                for row in filter(any, rows[1:]):
                    row.append(FILL.get(column.header, filler))
        lines = [",".join(person(c) for c in row) for row in rows]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def found(folder: Path, rule: str, day: date = DAY) -> set[str]:
    result = oracle.screen(folder, day)
    assert rule not in result.not_checked, result.not_checked[rule]
    return {number for code, _, number in result.clues if code == rule}


def test_there_are_44_rules() -> None:
    assert len({rule.__name__ for _, _, rule in oracle.RULES}) == 44


def test_months_keep_the_day_or_take_the_last() -> None:
    assert months_before(date(2026, 8, 31), 6) == date(2026, 2, 28)
    assert months_before(date(2026, 6, 30), 12) == date(2025, 6, 30)
    assert months_before(date(1912, 2, 29), 144) == date(1900, 2, 28)


def test_ids_of_the_standard_and_their_forms() -> None:
    right = parse_id("11010519491231002x", DAY)  # the example of GB 11643
    assert right.valid and right.text == "11010519491231002X" and right.sex == "女"
    assert parse_id("110105491231002", DAY).text == "11010519491231002X"
    assert parse_id(" 1101 0519491231002Ｘ", DAY).text == "11010519491231002X"
    assert parse_id("11010519491231002X43", DAY).text == "11010519491231002X"
    assert parse_id("11010519491231002X43B1", DAY).valid
    assert not parse_id("11010519491231002X4", DAY).valid
    assert not parse_id("440524188001010014", DAY).valid  # the standard's second example, born before 1900
    assert not parse_id("11010519491231002X", date(1949, 12, 30)).valid
    assert parse_id("11010519491231002X", date(1949, 12, 31)).valid


def test_a_span_is_open_at_its_start_and_later_rows_are_not_seen(tmp_path: Path) -> None:
    roster = "户编号\nH1\nH2\nH3"
    members = "户编号|人编号|证件号码\nH1|1|M19600101\nH2|2|M19600102\nH3|3|M19600103"
    bills = """证件号码|结算日期|合规自付
        M19600101|2025-06-30|10000
        M19600102|2025-07-01|10000
        M19600103|2026-07-01|10000"""
    folder = draw(tmp_path, 户表=roster, 成员表=members, 医保结算=bills)
    assert found(folder, "medical_burden") == {"H2"}


def test_equal_bills_count_once_and_a_doubled_id_does_not_double_them(tmp_path: Path) -> None:
    members = "户编号|人编号|证件号码\nH1|1|M19600101\nH1|2|M19600101"
    bills = "证件号码|合规自付|备注\nM19600101|5000|\nM19600101|5000.00|\n M19600101 |５０００|"
    folder = draw(tmp_path, 户表="户编号\nH1", 成员表=members, 医保结算=bills)
    assert found(folder, "medical_burden") == set()
    assert oracle.screen(folder, DAY).counts["医保结算"].repeated == 2
    other = bills.replace("|\nM", "|第二次\nM")
    assert found(draw(tmp_path, 户表="户编号\nH1", 成员表=members, 医保结算=other), "medical_burden") == {"H1"}
    assert found(folder, "id_twice") == {"1", "2"}


def test_the_dead_are_out_but_their_bills_stay(tmp_path: Path) -> None:
    members = "户编号|人编号|证件号码|与户主关系\nH1|1|M19700101|户主\nH1|2|F19700101|配偶\nH2|3|M19700102|户主"
    deaths = "证件号码|死亡日期\nM19700101|2026-03-01\nM19700101|2026-01-10\nM19700102|202606"
    bills = "证件号码|合规自付\nM19700101|10000\nM19700102|10000"
    paid = "证件号码|补贴项目|发放日期\nM19700101|高龄|2026-02-10\nM19700102|高龄|2026-06-30"
    folder = draw(tmp_path, 户表="户编号\nH1\nH2", 成员表=members, 死亡注销=deaths, 医保结算=bills, 一卡通发放=paid)
    assert found(folder, "medical_burden") == {"H1"}  # H2 has nobody living
    assert found(folder, "worker_died") == {"H1"}
    assert found(folder, "head_count") == {"H1", "H2"}
    assert found(folder, "paid_after_death") == set()  # 10 January + 31 days is 10 February, and that is not after
    assert found(folder, "id_invalid") == set()


def test_out_of_school_by_age_on_31_august(tmp_path: Path) -> None:
    members = "户编号|人编号|证件号码\nH1|1|M20190831\nH1|2|M20190901\nH1|3|M20100630\nH1|4|M20100701\nH1|5|M20150101"
    pupils = "证件号码|学段|学籍状态\nM20150101|小学|辍学\nM20150101|小学|送教上门"
    folder = draw(tmp_path, 户表="户编号\nH1", 成员表=members, 学籍=pupils)
    assert found(folder, "school_dropout") == {"1", "4"}  # 31 August 2025
    assert found(folder, "school_dropout", date(2026, 8, 31)) == {"1", "2"}


def test_nobody_is_judged_only_when_everybody_is_known(tmp_path: Path) -> None:
    roster = "户编号|致贫原因\nH1|因病、因残\nH2|01,02\nH3|缺劳动力"
    members = """户编号|人编号|证件号码|健康状况|劳动技能|与户主关系
        H1|1|M19700101|健康||户主
        H1|2|F19700101|||配偶
        H2|3|M19700102|01||户主
        H2|4|F19400102|1||配偶
        H3|5|M19700103||普通|户主
        H3|6|F19700103||02|配偶
        H3|7|M19950103||1|之子
        H3|8|F19960103|||之女"""
    incomes = "户编号|年度|科目|金额\nH1|2025|D4|1\nH2|2025|d4|1\nH3|2025|D4|1\nH3|2025|D2a|1"
    folder = draw(tmp_path, 户表=roster, 成员表=members, 收入表=incomes, 低保对象="证件号码")
    assert found(folder, "cause_without_fact") == {"H2", "H3"}
    assert found(folder, "pension_without_elder") == {"H1", "H3"}
    assert found(folder, "dibao_line_mismatch") == {"H3"}
    (tmp_path / "成员表.csv").write_text((tmp_path / "成员表.csv").read_text().replace(person("F19960103"), "123"))
    assert found(folder, "pension_without_elder") == {"H1"}
    assert found(folder, "dibao_line_mismatch") == set()


def test_the_line_is_met_exactly_and_is_that_of_the_account_year(tmp_path: Path) -> None:
    roster = "户编号|户类型\nH1|一般农户\nH2|一般农户\nH3|边缘易致贫户\nH4|一般农户"
    members = "户编号|人编号\nH1|1\nH1|2\nH1|3\nH2|4\nH2|5\nH2|6\nH3|7\nH4|8"
    incomes = """户编号|年度|科目|金额
        H1|2025|A1|26099.99
        H2|2025|A1|26100.005
        H2|2025|E1|0.005
        H3|2025|A1|1
        H4|2020|A1|1
        H1|2027|A1|99999
        H9|2025|A1|1"""
    result = oracle.screen(draw(tmp_path, 户表=roster, 成员表=members, 收入表=incomes), DAY)
    assert {n for code, _, n in result.clues if code == "low_income"} == {"H1"}
    assert result.no_line == 1 and result.counts["收入表"].unmatched == 1
    assert result.accounts["H1", 2025][-2:] == (3, Decimal("8700.00")) and ("H1", 2027) not in result.accounts
    assert not result.errors


def test_copied_years_and_accounts_are_whole_accounts(tmp_path: Path) -> None:
    page = ["A1|5", "B1|7", "E1|2", "D6|1"]
    lines = [f"{h}|2025|{x}" for h in ("H1", "H2", "H3") for x in page]
    lines += ["H1|2024|A1|2", "H1|2024|a1|3", "H1|2024|B1|7", "H1|2024|E1|2", "H1|2024|D6|1"]
    lines += [f"H2|2024|{x}" for x in page[:3]]
    incomes = "户编号|年度|科目|金额\n" + "\n".join(lines)
    folder = draw(tmp_path, 户表="户编号\nH1\nH2\nH3", 收入表=incomes)
    assert found(folder, "copied_year") == {"H1"}
    assert found(folder, "copied_account") == {"H1", "H2", "H3"}
    apart = "户编号|村代码\nH1|990101101201\nH2|990101101201\nH3|990101101202"
    assert found(draw(tmp_path, 户表=apart, 收入表=incomes), "copied_account") == set()


def test_the_newest_appraisal_and_its_ties(tmp_path: Path) -> None:
    roster = "户编号|户主证件号码\nH1|M19600101\nH2|M19600102\nH3|M19600103\nH4|M19600104"
    rows = """户编号|户主证件号码|鉴定等级|鉴定日期|改造竣工日期
        H1||C|2024-05-01|2024-04-30
        H1||A|2026-07-01|
        H9|M19600102|D|2024-05-01|
        |M19600103|C|2024-05-01|2024-06-01
        |M19600103|B|2024-05-01|
        H4||D|2024-05-01|2024-06-01
        |M19600104|D|2024-05-01|2026-07-01
        ||D|2024-05-01|"""
    result = oracle.screen(draw(tmp_path, 户表=roster, 住房鉴定=rows), DAY)
    assert {n for code, _, n in result.clues if code == "unsafe_house"} == {"H1", "H4"}
    assert result.errors == {("住房鉴定.csv", 9, "户编号")} and result.counts["住房鉴定"].unmatched == 1


def test_bad_cells_rows_that_are_out_and_the_earlier_usable_row(tmp_path: Path) -> None:
    roster = "户编号|户类型|识别时间|性别\nH1|大户|2026.1.1|\nH1|一般农户||\n|一般农户||\n||||\nH2||2026-06|"
    members = "户编号|人编号|姓名|务工月数\nH9|1|甲|\nH1|1||13\nH1|1|甲|13\nH1|1|乙|一\nH1|2|丙|"
    incomes = "户编号|年度|科目|金额\nH1|2025|A9|1\nH1|2025|A1|1234元\nH1|25|A1|1e3\nH1|2025|d5A|-3.005"
    folder = draw(tmp_path, 户表=roster, 成员表=members, 收入表=incomes)
    result = oracle.screen(folder, DAY)
    table, roll = "户表.csv", "成员表.csv"
    assert result.errors == {
        (table, 2, "户类型"), (table, 2, "识别时间"), (table, 3, "户编号"), (table, 4, "户编号"),
        (table, 6, "户类型"),
        (roll, 2, "户编号"), (roll, 3, "姓名"), (roll, 5, "务工月数"), (roll, 5, "人编号"),
        ("收入表.csv", 2, "科目"), ("收入表.csv", 3, "金额"), ("收入表.csv", 4, "年度"), ("收入表.csv", 4, "金额"),
    }  # fmt: skip
    assert ("months_over_twelve", "person", "1") in result.clues
    assert result.accounts["H1", 2025][3] == Decimal("-3.01")


def test_a_year_table_without_rows_of_the_year_is_not_checked(tmp_path: Path) -> None:
    folder = draw(tmp_path, 医保参保="证件号码|年度\nM19600101|2025", 养老待遇="证件号码")
    not_checked = oracle.screen(folder, DAY).not_checked
    assert {"uninsured", "pension_missing", "water_short", "low_income"} <= set(not_checked)
    assert "id_invalid" not in not_checked


def test_dibao_unpaid_needs_a_payment_to_nobody_of_the_household(tmp_path: Path) -> None:
    members = "户编号|人编号|证件号码\nH1|1|M19600101\nH1|2|F19600101\nH2|3|M19600102\nH3|4|M19600103"
    dibao = "证件号码|起始日期\nM19600101|2025-01-01\nM19600102|2026-04-29\nM19600103|2026-04-30"
    paid = "证件号码|姓名|补贴项目|发放日期\nF19600101|甲·乙|农村低保金|2026-05-01\nM19600102|甲 .|低保|2026-04-30"
    folder = draw(tmp_path, 户表="户编号\nH1\nH2\nH3", 成员表=members, 低保对象=dibao, 一卡通发放=paid)
    assert found(folder, "dibao_unpaid") == {"3"}
    assert found(folder, "payee_mismatch") == {"2"}


def test_a_job_lost_and_kin_too_near_in_age(tmp_path: Path) -> None:
    members = """户编号|人编号|证件号码|与户主关系
        H1|1|M19650630|01
        H1|2|M19770630|之子
        H1|3|M19770629|之子
        H1|4|F19530630|之母
        H1|5|F19530701|12
        H2|6|M19800101|户主
        H2|7|F19800101|户主
        H2|8|M19810101|之子"""
    jobs = """证件号码|开始日期|结束日期
        M19650630|2020-01-01|2025-12-31
        M19770630|2020-01-01|2025-12-30
        M19770629|2020-01-01|2026-06-30
        M19800101|2020-01-01|2026-06-29
        M19800101|2020-01-01|2026-07-01
        F19800101|2020-01-01|2026-06-29
        F19800101|2026-07-01|
        M19810101|2020-01-01|2026-06"""
    folder = draw(tmp_path, 户表="户编号\nH1\nH2", 成员表=members, 就业登记=jobs)
    assert found(folder, "kin_age") == {"3", "5"}  # H2 has two heads
    assert found(folder, "job_lost") == {"7", "8"}  # the first is 61 today; 7's new spell is not seen yet
    assert found(folder, "job_lost", date(2026, 6, 29)) == {"1", "2", "8"}  # 7's spell ends on the day itself


@pytest.mark.parametrize("form", ["bom", "gb18030", "xlsx", "parquet"])
def test_every_format_reads_the_same(tmp_path: Path, form: str) -> None:
    header = ["年度", "科目", "金额", "户编号"]
    rows = [["2025", "A1", "20.5", "H１"], ["２０２５", "B1", "30", " 'H1"]]
    draw(tmp_path, 户表="户编号\nH1", 成员表="户编号|人编号\nH1|1")
    text = "\n".join(",".join(r) for r in [["收支账", "", "", ""], header, *rows])
    if form == "xlsx":
        book = openpyxl.Workbook()
        for cells in [["收支账"], header, [2025, "A1", 20.5, "H1"], [2025.0, "B1", 30, " 'H1"]]:
            book.active.append(cells)
        book.create_sheet("别的")
        book.save(tmp_path / "收入表.xlsx")
    elif form == "parquet":
        columns = [[2025, 2025], ["A1", "B1"], [20.5, 30.0], ["H1", "H１"]]
        pq.write_table(pa.table(dict(zip(header, columns, strict=True))), tmp_path / "收入表.parquet")
    else:
        data = text.encode("utf-8-sig" if form == "bom" else "gb18030")
        (tmp_path / "收入表.csv").write_bytes(data)
    result = oracle.screen(tmp_path, DAY)
    assert result.accounts["H1", 2025][-3] == Decimal("50.5") and not result.errors


def test_an_excel_date_is_a_date_and_an_id_held_as_a_number_has_lost_its_end(tmp_path: Path) -> None:
    draw(tmp_path, 户表="户编号\nH1", 成员表="户编号|人编号|证件号码\nH1|1|11010519491231002X")
    book = openpyxl.Workbook()
    book.active.append(["证件号码", "死亡日期"])
    book.active.append(["11010519491231002X", date(2026, 6, 30)])
    book.active.append([110105194912310025, 20260101])
    book.save(tmp_path / "死亡注销.xlsx")
    result = oracle.screen(tmp_path, DAY)
    assert result.counts["死亡注销"].invalid_id == 1 and ("head_count", "household", "H1") in result.clues
    assert ("id_invalid", "person", "1") not in result.clues and not result.errors


def test_what_stops_the_run_is_said_all_at_once(tmp_path: Path) -> None:
    draw(tmp_path, 收入表="户编号")
    (tmp_path / "户表.csv").write_bytes("户编号,村代码".encode("utf-16"))
    (tmp_path / "收入表.parquet").write_bytes(b"PAR1")
    (tmp_path / "学籍.parquet").write_bytes(b"PAR1")
    with pytest.raises(oracle.Refused) as refused:
        oracle.screen(tmp_path, DAY)
    assert len(refused.value.args) == 3


def test_a_scrambled_county_makes_every_rule_fire(tmp_path: Path) -> None:
    scramble(tmp_path, households=600, seed=5)
    result = oracle.screen(tmp_path, DAY)
    silent = {rule.__name__ for _, _, rule in oracle.RULES} - {code for code, _, _ in result.clues}
    assert not silent and not result.not_checked
    assert all(c.read and c.out + c.repeated < c.read for c in result.counts.values())
