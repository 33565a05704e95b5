"""What a county's files hold beside good rows: bad cells, rows of strangers, repeats, empty rows.

Everything here is added beside the planted truth, or put where a bad cell means the same as the empty cell that was
there; so the clues stay what the side file says.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from random import Random

from mingbai.base.lib.resident_id import check_character
from mingbai.facts.bureaus.sample.days import next_day
from mingbai.facts.bureaus.sample.identity import spoiled
from mingbai.facts.bureaus.tables import Column, Table

# Strangers: on no roster, under a fourth prefix of the same unassigned kind.
_STRANGERS = "593499"
_FORMULA = "=cmd|'/C calc'!A0"

NOT_MONEY = ("1,234.50", "1234元", "1e309", "一千二百")
NOT_A_DAY = ("1900-02-29", "2026-13-01", "去年", "20260230")


@dataclass
class Row:
    """One row by header."""

    cells: dict[str, str]
    bad: list[str] = field(default_factory=list)
    """Headers whose cell goes to the error file."""
    twin: bool = False
    """Equal to another row: it may be spelled in another way, but what it says must stay."""
    as_number: str = ""
    """The header whose cell the spreadsheet holds as a number."""


@dataclass
class Sheet:
    """A table while it gets dirty."""

    table: Table
    rows: list[Row]
    rng: Random
    day: date
    counts: Counter[str] = field(default_factory=Counter)
    strangers: int = 0
    typed: frozenset[str] = frozenset()
    """Kinds of columns whose cells have a real type, so that nothing else fits in."""

    def anywhere(self, row: Row) -> None:
        """Put a row somewhere between the others."""
        self.rows.insert(int(len(self.rows) * self.rng.random()), row)

    def good(self) -> Row:
        """Some row without a bad cell."""
        while True:
            row = self.rows[int(len(self.rows) * self.rng.random())]
            if not row.bad and any(row.cells.values()):
                return row

    def stranger(self) -> str:
        """A valid ID that no roster has; the birth differs so that no two are the same."""
        self.strangers += 1
        born = next_day(date(1950, 1, 1), self.strangers * 53 + len(self.table.file))
        first17 = f"{_STRANGERS}{born:%Y%m%d}{(self.strangers * 7) % 1000:03d}"
        return first17 + check_character(first17)


def spoil(sheet: Sheet, plain: set[str]) -> None:
    """Everything that belongs into this table; `plain` are the 户编号 without a story."""
    if not sheet.rows:
        return
    match sheet.table.name:
        case "household":
            _households(sheet, plain)
        case "member":
            _members(sheet, plain)
        case "income_line":
            _incomes(sheet)
        case "water":
            _copies(sheet, 1)
            _bad_copy(sheet, 停水天数="十来天")
            _bad_copy(sheet, 水质是否合格="")
        case "cadre":
            _bad_copy(sheet, 姓名="")
        case _:
            _bureau(sheet)
    for _ in range(2):
        sheet.anywhere(Row(dict.fromkeys(sheet.good().cells, "")))
        sheet.counts["empty_rows"] += 1


def _copies(sheet: Sheet, count: int) -> None:
    """Rows sent twice; a bureau's count once."""
    for _ in range(count):
        row = sheet.good()
        row.twin = True
        sheet.rows.append(Row(dict(row.cells), twin=True))
        sheet.counts["repeated_rows"] += 1


def _bad_copy(sheet: Sheet, **cells: str) -> None:
    """A copy of some good row in which these required cells are bad or empty: the copy is out."""
    sheet.anywhere(Row(sheet.good().cells | cells, list(cells)))


def _fill_empty(sheet: Sheet, header: str, text: str, count: int, plain: set[str] | None = None) -> None:
    """Bad text where the cell was empty: the cell stays empty, the row stays."""
    empty = [
        r for r in sheet.rows
        if not r.bad and not r.twin and not r.cells[header] and (plain is None or r.cells["户编号"] in plain)
    ]  # fmt: skip
    for row in sheet.rng.sample(empty, min(count, len(empty))):
        row.cells[header] = text
        row.bad.append(header)


def _households(sheet: Sheet, plain: set[str]) -> None:
    general = [r for r in sheet.rows if r.cells["户编号"] in plain and r.cells["户类型"] == "一般农户"]
    for row, klass in zip(sheet.rng.sample(general, min(3, len(general))), ("普通户", "", "非贫困户"), strict=False):
        row.cells["户类型"] = klass
        row.bad.append("户类型")
    _fill_empty(sheet, "识别时间", "不详", 2, plain)
    again = sheet.good()
    sheet.rows.append(Row(again.cells | {"户主姓名": "重复录入"}, ["户编号"]))
    for n, header in enumerate(("户主姓名", "户主证件号码", "村代码")):
        new = {"户编号": f"3499{n:07d}", "联系电话": "", "户主证件号码": sheet.stranger(), header: ""}
        sheet.anywhere(Row(sheet.good().cells | {"户类型": "一般农户"} | new, [header]))


def _members(sheet: Sheet, plain: set[str]) -> None:
    _fill_empty(sheet, "务工月数", "常年", 3, plain)
    again = sheet.good()
    sheet.rows.append(Row(again.cells | {"姓名": "重复录入", "证件号码": sheet.stranger()}, ["人编号"]))
    other = sheet.good().cells
    fresh = {"证件号码": sheet.stranger(), "与户主关系": "其他"}
    sheet.anywhere(Row(other | fresh | {"户编号": "34990000099", "人编号": "3499000009901"}, ["户编号"]))
    sheet.anywhere(Row(other | fresh | {"人编号": "3499000009902", "姓名": ""}, ["姓名"]))
    sheet.anywhere(
        Row(other | fresh | {"人编号": "3499000009903", "姓名": "", "与户主关系": ""}, ["姓名", "与户主关系"])
    )
    sheet.anywhere(Row(other | fresh | {"人编号": ""}, ["人编号"]))


def _incomes(sheet: Sheet) -> None:
    for money in NOT_MONEY:
        _bad_copy(sheet, 金额=money)
    _bad_copy(sheet, 科目="务工")
    _bad_copy(sheet, 科目="F1")
    _bad_copy(sheet, 年度="二〇二五")
    _bad_copy(sheet, 户编号="")
    formula = sheet.good()
    formula.cells["说明"] = _FORMULA
    for n in range(3):
        sheet.anywhere(
            Row(
                sheet.good().cells
                | {"户编号": f"3498{n:07d}", "科目": "D6", "金额": "500.00", "年度": str(sheet.day.year - 1)}
            )
        )
        sheet.counts["unknown_household_rows"] += 1


def _bureau(sheet: Sheet) -> None:
    headers = {c.header: c for c in sheet.table.columns}
    key = next(c for c in sheet.table.columns if c.kind == "person").header
    _copies(sheet, 2)
    _strangers(sheet, headers, key)
    for column in headers.values():
        if column.required and column.kind not in sheet.typed:
            _bad_required(sheet, column)
    for header, text in (("终止日期", "长期"), ("结束日期", "至今"), ("改造竣工日期", "未改造")):
        if header in headers:
            _fill_empty(sheet, header, text, 2)
    if sheet.table.either:
        sheet.anywhere(Row(sheet.good().cells | {"户编号": "", key: ""}, ["户编号"]))
    if sheet.table.name == "vehicle":
        sheet.anywhere(Row(sheet.good().cells | {key: sheet.stranger(), "登记日期": "1900-02-29"}, ["登记日期"]))
        sheet.counts["unknown_person_rows"] += 1
    if sheet.table.name == "dibao":
        number = {key: sheet.stranger()[:17] + "0", "姓名": "号码存成数字"}
        sheet.anywhere(Row(sheet.good().cells | number, as_number=key))
        sheet.counts["number_id_rows"] += 1


def _strangers(sheet: Sheet, headers: dict[str, Column], key: str) -> None:
    """Three people who are on no roster, and one ID that is none."""
    for n in range(4):
        strange = sheet.good().cells | {key: sheet.stranger()}
        if n == 3:
            strange[key] = spoiled(strange[key])
        if "姓名" in headers:
            strange["姓名"] = _FORMULA if n == 0 else "查无此人"
        if sheet.table.name == "housing":
            strange["户编号"] = ""
        if sheet.table.name == "pupil" and n == 1:
            strange["学段"] = "研究生"
        if "残疾证号" in headers:
            strange["残疾证号"] = strange[key] + "43"
        sheet.anywhere(Row(strange))
        sheet.counts["invalid_id_rows" if n == 3 else "unknown_person_rows"] += 1


def _bad_required(sheet: Sheet, column: Column) -> None:
    """Bad cells of a required column, as its kind allows them."""
    match column.kind:
        case "money":
            bad = NOT_MONEY[: 1 + int(3 * sheet.rng.random())]
        case "date":
            bad = (NOT_A_DAY[int(4 * sheet.rng.random())],)
        case "year":
            bad = ("今年",)
        case _:
            bad = ("",)
    for cell in bad:
        _bad_copy(sheet, **{column.header: cell})
