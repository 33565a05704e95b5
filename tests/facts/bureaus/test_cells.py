"""One cell, by kind, as tables.md says: what it becomes, and which cells are bad."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mingbai.base.lib import resident_id
from mingbai.facts.bureaus.cells import cleaned, is_bad, problem, quoted, steps
from mingbai.facts.bureaus.tables import BY_NAME, Column

CON = duckdb.connect()


def typed(column: Column, *cells: str) -> list[tuple[object, ...]]:
    """The typed columns of each cell, as `read` layers them, and whether the cell is bad."""
    values = ", ".join(f"({i}, {quoted(cell)})" for i, cell in enumerate(cells))
    sql = f"SELECT i, {cleaned('raw')} AS t_{column.name} FROM (VALUES {values}) AS v(i, raw)"
    for layer in steps(column):
        sql = f"SELECT *, {', '.join(f'{expression} AS {name}' for name, expression in layer.items())} FROM ({sql})"
    names = ", ".join(name for name, _ in column.typed)
    return CON.execute(f"SELECT {names}, {is_bad(column)} FROM ({sql}) ORDER BY i").fetchall()


def one(column: Column, cell: str) -> tuple[object, ...]:
    return typed(column, cell)[0]


TEXT = Column("姓名", "name")
MONEY = Column("金额", "amount", "money")
NUMBER = Column("面积", "area", "number")
DAY = Column("日期", "day", "date")
YEAR = Column("年度", "year", "year")
ITEM = BY_NAME["income_line"].column("item")
PERSON = BY_NAME["member"].column("person")
REQUIRED_PERSON = BY_NAME["vehicle"].column("person")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("张三", "张三"),
        ("  张 三　\t", "张 三"),
        ("\ufeff张三\u00a0", "张三"),
        ("'0123", "0123"),
        (" ' 0123 ", "0123"),
        ("１２号", "12号"),
        ("O'Brien", "O'Brien"),
        ("'", None),
        ("　 ", None),
        ("", None),
        ("=1+1", "=1+1"),
    ],
)
def test_surrounding_blanks_full_width_digits_and_a_leading_mark_are_cleaned(cell: str, text: str | None) -> None:
    assert one(TEXT, cell) == (text, False)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1234.5", "1234.50"),
        ("0", "0"),
        ("-12", "-12"),
        (" １２３ ", "123"),
        ("'88.00", "88"),
        ("1.005", "1.01"),
        ("2.675", "2.68"),
        ("0.0049", "0.00"),
        ("1.004999999999999999999", "1.00"),
        ("9999999999999999.99", "9999999999999999.99"),
    ],
)
def test_money_is_a_plain_number_rounded_half_up(cell: str, amount: str) -> None:
    assert one(MONEY, cell) == (Decimal(amount), False)


@pytest.mark.parametrize(
    "cell", ["1,234.50", "1234元", "￥5", "1e3", "1e309", "NaN", "inf", "12-", "1.2.3", "十", "0x1F", "1 000"]
)
def test_money_that_is_no_plain_number_is_a_bad_cell(cell: str) -> None:
    assert one(MONEY, cell) == (None, True)


@given(st.decimals(min_value=0, max_value=Decimal("1e12"), places=6, allow_nan=False, allow_infinity=False))
def test_money_rounds_as_decimal_does(value: Decimal) -> None:
    assert one(MONEY, format(value, "f"))[0] == value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_a_number_keeps_what_money_would_round() -> None:
    assert typed(NUMBER, "36.5", "36.1234", "-1", "三") == [
        (Decimal("36.5"), False),
        (Decimal("36.1234"), False),
        (Decimal(-1), False),
        (None, True),
    ]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-06-30", date(2026, 6, 30)),
        ("20260630", date(2026, 6, 30)),
        ("2026/6/30", date(2026, 6, 30)),
        ("2026/06/30", date(2026, 6, 30)),
        ("2026-06-30 00:00:00", date(2026, 6, 30)),
        ("202606", date(2026, 6, 1)),
        ("2026-06", date(2026, 6, 1)),
        ("２０２６０６３０", date(2026, 6, 30)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_a_day_and_a_month(cell: str, day: date) -> None:
    assert one(DAY, cell) == (day, False)


@pytest.mark.parametrize(
    "cell",
    [
        "1900-02-29", "2026-02-30", "20260631", "2026-13-01", "202613", "202600", "2026-00", "2026年6月30日", "46203",
        "昨天",
        "2026", "30/06/2026", "2026-06-30x", "2026-06-30-01", "2026.06.30.", "0000-01-01", "20260630 25",
    ],
)  # fmt: skip
def test_what_is_no_day_is_a_bad_cell(cell: str) -> None:
    assert one(DAY, cell) == (None, True)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_reads_the_same_in_every_form(day: date) -> None:
    forms = [f"{day:%Y-%m-%d}", f"{day:%Y%m%d}", f"{day:%Y}/{day.month}/{day.day}", f"{day:%Y-%m-%d} 00:00:00"]
    assert typed(DAY, *forms) == [(day, False)] * 4
    first = day.replace(day=1)
    assert typed(DAY, f"{day:%Y%m}", f"{day:%Y-%m}") == [(first, False)] * 2
    after_last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    assert one(DAY, f"{day:%Y-%m}-{after_last.day + 1}") == (None, True)


def test_a_year_is_four_digits() -> None:
    assert typed(YEAR, "2026", " ２０２６ ", "26", "2026年", "02026", "20260", "") == [
        (2026, False),
        (2026, False),
        (None, True),
        (None, True),
        (None, True),
        (None, True),
        (None, False),
    ]


@pytest.mark.parametrize(
    ("cell", "item"), [("A1", "A1"), ("a1", "A1"), ("D5a", "D5A"), ("d5AB", "D5AB"), (" E4 ", "E4"), ("Ｂ４", None)]
)
def test_an_item_is_a_code_with_letters_below_it_in_either_case(cell: str, item: str | None) -> None:
    assert one(ITEM, cell) == (item, item is None)


def test_the_items_are_those_of_the_account_and_no_others() -> None:
    last = {"A": 5, "B": 4, "C": 5, "D": 6, "E": 4}
    codes = [f"{letter}{n}" for letter in "ABCDEF" for n in range(8)]
    good = [code for code, (item, bad) in zip(codes, typed(ITEM, *codes), strict=True) if item and not bad]
    assert good == [f"{letter}{n}" for letter, most in last.items() for n in range(1, most + 1)]
    assert typed(ITEM, "A", "A11", "A1-", "务工", "A1 a", "") == [(None, True)] * 6


@pytest.mark.parametrize(
    ("table", "name", "cell", "label"),
    [
        ("member", "sex", "1", "男"),
        ("member", "sex", "02", "女"),
        ("member", "sex", "男", "男"),
        ("member", "relation", "01", "户主"),
        ("member", "relation", "10", "之外孙女"),
        ("member", "relation", "21", "其他"),
        ("member", "relation", "99", "其他"),
        ("member", "relation", "之侄儿", "之侄儿"),
        ("member", "studying", "3", "小学"),
        ("member", "studying", "06", "九年级"),
        ("member", "studying", "16", "大专及以上"),
        ("member", "studying", "初中", "初中"),
        ("member", "skill", "02", "技能"),
        ("member", "skill", "普通劳动力", "普通"),
        ("household", "eliminated", "1", "是"),
        ("household", "eliminated", "0", "否"),
        ("household", "eliminated", "否", "否"),
        ("household", "eliminated", "不详", "不详"),
        ("disability", "grade", "1", "一级"),
        ("disability", "grade", "04", "四级"),
        ("disability", "grade", "二级", "二级"),
        ("disability", "grade", "5", "5"),
        ("pupil", "status", "借读", "借读"),
        ("water", "quality_ok", "0", "否"),
    ],
)
def test_labels_and_codes_are_both_accepted_and_another_value_is_kept(
    table: str, name: str, cell: str, label: str
) -> None:
    assert one(BY_NAME[table].column(name), cell) == (label, False)


def test_only_the_class_of_a_household_is_bad_when_it_is_none_of_the_named() -> None:
    column = BY_NAME["household"].column("household_class")
    named = ["一般农户", "脱贫户", "脱贫不享受政策户", "脱贫不稳定户", "边缘易致贫户", "突发严重困难户"]
    assert typed(column, *named) == [(label, False) for label in named]
    assert typed(column, "100A03001", "100A03002", "100A03003") == [(label, False) for label in named[3:]]
    assert [bad for _, bad in typed(column, "贫困户", "100A03004", "")] == [True, True, True]


@pytest.mark.parametrize(
    ("cell", "held"),
    [
        ("健康", "、健康、"),
        ("02", "、长期慢性病、"),
        ("长期慢性病、残疾", "、长期慢性病、残疾、"),
        ("02,04", "、长期慢性病、残疾、"),
        ("2, 残疾 ", "、长期慢性病、残疾、"),
        ("残疾,肥胖", "、残疾、肥胖、"),
        ("", None),
    ],
)
def test_several_values_in_one_cell(cell: str, held: str | None) -> None:
    assert one(BY_NAME["member"].column("health"), cell) == (held, False)


def test_an_empty_cell_is_bad_only_where_the_column_must_be_filled() -> None:
    for column in (c for table in BY_NAME.values() for c in table.columns):
        assert one(column, " ")[-1] == column.required, column.header


def test_every_bad_cell_is_told_what_to_do_and_what_became_of_the_row() -> None:
    for column in (c for table in BY_NAME.values() for c in table.columns):
        for value in [None] * column.required + ["坏"] * one(column, "坏")[-1]:  # type: ignore[operator]
            sentence = problem(column, value)
            assert "请" in sentence or "只填" in sentence, column.header
            assert ("本行未采用" in sentence) == (column.required and not column.stays), column.header
            assert ("本行保留" in sentence) == (not column.required or column.stays), column.header


# IDs: the set-based SQL against the one that reads a single ID.

DIGITS = st.from_regex(r"[1-9][0-9]{5}(18|19|20)[0-9]{2}(0[0-9]|1[0-3])([0-2][0-9]|3[0-2])[0-9]{3}", fullmatch=True)
RIGHT = DIGITS.map(lambda body: body + resident_id.check_character(body))
IDS = st.one_of(
    RIGHT,
    RIGHT.map(lambda i: i.lower()),
    RIGHT.map(lambda i: f" {i[:6]} {i[6:14]}　{i[14:]}"),
    RIGHT.map(lambda i: i + "43"),
    RIGHT.map(lambda i: i + "43B1"),
    RIGHT.map(lambda i: i[:6] + i[8:17]),
    RIGHT.map(lambda i: i[:17] + "0"),
    RIGHT.map(lambda i: i[:17]),
    RIGHT.map(lambda i: i + "4"),
    st.from_regex(r"[0-9Xx]{0,23}", fullmatch=True),
    st.text("0123456789xXＸ０９ 　A无", max_size=23),
)


@given(st.lists(IDS, min_size=1, max_size=40))
@example(["11010519491231002X", "110105491231002", "11010519491231002Ｘ43", "1101051949123１００２x"])
@example(["599999190002290011", "599999180505001", "00000000000000000X", "無"])
def test_ids_read_as_the_single_reader_reads_them(idents: list[str]) -> None:
    for ident, (key, valid, birth, sex, bad) in zip(idents, typed(PERSON, *idents), strict=True):
        born = resident_id.birth_date(ident)
        assert (valid, birth) == (born is not None, born), ident
        if born:
            assert key == resident_id.cleaned(ident)
            assert sex == ("男" if int(resident_id.cleaned(ident)[16]) % 2 else "女")
        else:
            assert sex is None
        assert bad is False


def test_an_id_that_is_not_valid_is_a_bad_cell_only_where_it_must_be_there_and_is_empty() -> None:
    cells = ("无", "123", "", " ' ")
    assert [row[-1] for row in typed(REQUIRED_PERSON, *cells)] == [False, False, True, True]
    assert [row[-1] for row in typed(PERSON, *cells)] == [False] * 4
    assert [row[0] is None for row in typed(PERSON, *cells)] == [False, False, True, True]


def test_of_a_certificate_only_what_follows_the_id_is_held() -> None:
    column = BY_NAME["disability"].column("certificate")
    cells = ("59999919800505001243", " 599999198005050012 43b1", "599999198005050012", "")
    assert [row[0] for row in typed(column, *cells)][::2] == ["43", None]
    assert all("19800505" not in str(row[0]) for row in typed(column, *cells))
