"""The warnings on an account while it is typed are those of the screening."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from mingbai.facts.income.account import ITEMS, Line, reckon
from mingbai.findings.screening.check import check, checked_rules
from mingbai.findings.screening.rule import reads

DAY, PLACE = date(2026, 6, 30), "513434100200"
HOUSEHOLD = {"household_id": "H1", "line": 1, "village": PLACE, "household_class": "一般农户"}


def member(number: int, **more: Any) -> dict[str, Any]:
    born = date(1970 + number, 1, 1)
    return {
        "household_id": "H1", "line": number, "person_id": f"P{number}", "name": "杨", "person_key": f"k{number}",
        "person_valid": True, "person_birth": born, "person_sex": "男", "sex": "男",
        "relation": "户主" if number == 1 else "其他", **more,
    }  # fmt: skip


def codes(lines: dict[int, list[Line]], *members: dict[str, Any], **more: Any) -> list[str]:
    return [one.rule for one in check(HOUSEHOLD, members or [member(1)], lines, DAY, PLACE, **more)]


def line(item: str, amount: str, number: int = 1) -> Line:
    return Line(number, item, Decimal(amount))


def test_only_rules_that_need_no_other_table_and_no_other_household() -> None:
    names = {rule.code for rule in checked_rules()}
    assert {"low_income", "income_without_cost", "wage_without_work", "copied_year", "pension_without_elder"} <= names
    assert not {"dibao_line_mismatch", "copied_account", "same_phone", "medical_burden"} & names
    assert all(set(reads(rule)) <= {"income_line"} for rule in checked_rules())


def test_what_contradicts_itself_is_told_with_its_question() -> None:
    (warning,) = check(HOUSEHOLD, [member(1)], {2026: [line("B1", "9000")]}, DAY, PLACE)
    assert warning.rule == "income_without_cost"
    assert warning.sentence == "2026 年生产经营性收入 9000.00 元，支出为 0.00 元"
    assert "本钱" in warning.question


def test_the_line_is_that_of_the_year_and_compared_exactly() -> None:
    assert codes({2026: [line("D6", "8799.99")]}) == ["low_income"]
    assert codes({2026: [line("D6", "8800.00")]}) == []
    assert codes({2025: [line("D6", "8700.00")]}) == []


def test_last_year_copied_is_seen() -> None:
    rows = [line("D6", "9000", 1), line("C2", "100", 2), line("D5A", "50", 3)]
    assert codes({2026: rows, 2025: rows}) == ["copied_year"]
    assert codes({2026: rows, 2024: rows}) == []


def test_a_year_that_began_in_october_is_judged() -> None:
    assert [w.rule for w in check(HOUSEHOLD, [member(1)], {2027: [line("B1", "9000")]}, date(2026, 11, 1), PLACE)] == [
        "income_without_cost"
    ]


def test_the_roster_is_left_out_where_only_the_account_is_asked() -> None:
    wrong = member(1, person_valid=False)
    assert "id_invalid" in codes({2026: [line("D6", "9000")]}, wrong)
    assert codes({2026: [line("D6", "9000")]}, wrong, account_only=True) == []


def test_one_question_leaves_nothing_for_the_next() -> None:
    assert codes({2026: [line("B1", "9000")]}, member(1), member(2)) == ["low_income", "income_without_cost"]
    assert codes({}) == []
    assert codes({2026: [line("D6", "9000")]}) == []


def test_threads_do_not_meet() -> None:
    with ThreadPoolExecutor(4) as threads:
        asked = [{2026: [line("B1", "9000") if n % 2 else line("D6", "9000")]} for n in range(12)]
        said = list(threads.map(codes, asked))
    assert said == [["income_without_cost"] if n % 2 else [] for n in range(12)]


_items = st.sampled_from([code for code in ITEMS if len(code) > 1])
_amounts = st.decimals(min_value=0, max_value=30000, places=2)


@effort(max_examples=25)
@given(st.lists(st.tuples(_items, _amounts), min_size=1, max_size=12), st.integers(min_value=1, max_value=6))
def test_low_income_agrees_with_the_reckoning(rows: list[tuple[str, Decimal]], size: int) -> None:
    lines = [Line(n, item, amount) for n, (item, amount) in enumerate(rows)]
    below = reckon(2026, lines, size).net_income < 8800 * size
    assert ("low_income" in codes({2026: lines}, *[member(n) for n in range(1, size + 1)])) is below
