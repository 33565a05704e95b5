"""Amounts as people type them, items, and years: what is taken and what is refused, with which sentence."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.base.lib.errors import Refused
from mingbai.facts.income.account import ITEMS, Line, Node, reckon
from mingbai.facts.income.bureau_amounts import months_between, window
from mingbai.facts.income.entry import BASES, LARGEST, Entry, base, check_year, checked, first_place, is_item, yuan

D = Decimal


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1200", "1200.00"), ("1,200.5", "1200.50"), (" 1200元 ", "1200.00"), ("１２００．５", "1200.50"), ("0", "0.00"),
        (".5", "0.50"), ("12.", "12.00"), ("￥99.90", "99.90"),
    ],
)  # fmt: skip
def test_amounts_as_people_type_them(text: str, amount: str) -> None:
    assert yuan(text) == D(amount)


def test_an_empty_cell_is_no_amount() -> None:
    assert yuan("") is None
    assert yuan("  元 ") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12.345", "最多两位小数"), ("-5", "是负数"), ("五百", "不是金额"), ("1e5", "不是金额"), ("100000000", "太大"),
        ("1.2.3", "不是金额"), ("NaN", "不是金额"), ("12 头猪", "不是金额"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_its_sentence(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        yuan(text)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_an_amount_or_a_refusal(text: str) -> None:
    try:
        amount = yuan(text)
    except Refused:
        return
    assert amount is None or (0 <= amount <= LARGEST and amount == amount.quantize(D("0.01")))


def test_every_reason_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        checked(
            [
                Entry(first_place("A1"), "A1", D("-1")),
                Entry(first_place("B1"), "B1", D("1.234")),
                Entry(9, "Z9", D("1")),
                Entry(first_place("B2"), "B2", D("1"), source="bureau"),
                Entry(first_place("B3"), "B2", D("1")),
                Entry(first_place("C1"), "C1", D("NaN")),
            ]
        )
    assert [reason.split("：")[0] for reason in refused.value.reasons] == [
        "A1 务工", "B1 种植", "没有「Z9」这个科目，请用收支账目录里的科目。", "B2 养殖", "B2 养殖", "C1 资产收益分红",
    ]  # fmt: skip


def test_a_note_never_keeps_an_id() -> None:
    (entry,) = checked([Entry(first_place("A1"), "A1", D("1"), note="  他的证 59990119800101001X  ")])
    assert entry.note == "他的证 599901********001X"


def test_the_places_of_items_do_not_meet() -> None:
    assert [base(code) for code in BASES] == list(BASES)
    places = [first_place(code) for code in BASES]
    assert places == sorted(set(places)) and places[-1] + 999 <= 32767
    assert first_place("B1A") == first_place("B1")


@pytest.mark.parametrize("item", ["", "A", "A6", "D5F1", "F1", "a1", "A1-", "A1 OR 1=1", "D5ABCDE"])
def test_what_is_no_item(item: str) -> None:
    assert not is_item(item)


def test_account_years() -> None:
    assert window(2026, 10) == (date(2025, 10, 1), date(2026, 9, 30))
    assert window(2026, 1) == (date(2026, 1, 1), date(2026, 12, 31))
    check_year(2026, date(2025, 10, 1), 10)
    for year, day in [
        (2026, date(2025, 9, 30)),
        (2013, date(2026, 6, 30)),
        (9999, date(2026, 6, 30)),
        (0, date(2026, 1, 1)),
    ]:
        with pytest.raises(Refused):
            check_year(year, day, 10)


def test_months_are_counted_as_the_calendar_touches_them() -> None:
    assert months_between(date(2025, 10, 1), date(2026, 6, 30)) == 9
    assert months_between(date(2026, 6, 30), date(2026, 7, 1)) == 2
    assert months_between(date(2026, 7, 1), date(2026, 6, 30)) == 0


_items = st.sampled_from([*BASES, "B1A", "D6K", "D5A"])
_amounts = st.decimals(min_value=0, max_value=LARGEST, places=2)
_lines = st.lists(st.tuples(_items, _amounts), max_size=40)


@given(_lines, st.integers(min_value=1, max_value=12))
def test_the_tree_adds_up_to_the_cent_at_every_node(rows: list[tuple[str, Decimal]], members: int) -> None:
    account = reckon(2026, [Line(n, item, amount) for n, (item, amount) in enumerate(rows)], members)

    def add(node: Node) -> Decimal:
        below = sum((add(part) for part in node.parts), D(0)) + sum((line.amount for line in node.lines), D(0))
        assert below == node.amount
        return below

    for part in account.tree.parts:
        add(part)
    earned = sum((amount for item, amount in rows if item[0] != "E"), D(0))
    spent = sum((amount for item, amount in rows if item[0] == "E"), D(0))
    assert account.net_income == earned - spent
    assert account.per_head is not None
    assert abs(account.per_head * members - account.net_income) <= D("0.005") * members


@given(_lines)
def test_every_line_stands_in_the_tree_once(rows: list[tuple[str, Decimal]]) -> None:
    account = reckon(2026, [Line(n, item, amount) for n, (item, amount) in enumerate(rows)], 1)

    def numbers(node: Node) -> list[int]:
        return [line.line for line in node.lines] + [n for part in node.parts for n in numbers(part)]

    assert sorted(numbers(account.tree)) == list(range(len(rows)))
    assert set(ITEMS) >= {part.code for part in account.tree.parts}
