"""When a table is due, and what has become of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.facts.bureaus.calendar import Rhythm, due_on, first_days, late, month, months_back, row

MONTHLY = Rhythm(date(2026, 1, 1), 1, 5)
QUARTERLY = Rhythm(date(2026, 1, 1), 3, 10)
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


@pytest.mark.parametrize(
    ("rhythm", "period", "due"),
    [
        (MONTHLY, date(2026, 1, 1), date(2026, 2, 5)),
        (MONTHLY, date(2025, 12, 1), None),
        (MONTHLY, date(2026, 12, 1), date(2027, 1, 5)),
        (QUARTERLY, date(2026, 2, 1), None),
        (QUARTERLY, date(2026, 3, 1), date(2026, 4, 10)),
        (MONTHLY._replace(until=date(2026, 6, 5)), MAY, None),
        (MONTHLY._replace(until=date(2026, 6, 6)), MAY, date(2026, 6, 5)),
    ],
)
def test_a_month_is_due_by_a_day_of_the_next(rhythm: Rhythm, period: date, due: date | None) -> None:
    assert due_on(period, rhythm) == due


@pytest.mark.parametrize(
    ("day", "arrived", "state", "days"),
    [
        (date(2026, 6, 5), {}, "due", 0),
        (date(2026, 6, 6), {}, "late", 1),
        (date(2026, 6, 30), {MAY: date(2026, 6, 5)}, "received", 0),
        (date(2026, 6, 30), {MAY: date(2026, 6, 8)}, "received_late", 3),
        (date(2026, 6, 30), {JUNE: date(2026, 6, 8)}, "missed", 25),
    ],
)
def test_what_has_become_of_may(day: date, arrived: dict[date, date], state: str, days: int) -> None:
    cell = row(MONTHLY, [MAY], arrived, day)[0]
    assert (cell.state, cell.days) == (state, days)


def test_any_month_of_a_quarter_serves_the_quarter() -> None:
    cells = row(QUARTERLY, [date(2026, 3, 1)], {date(2026, 2, 1): date(2026, 2, 20)}, date(2026, 6, 30))
    assert cells[0].state == "received"


def test_only_the_newest_late_month_is_told() -> None:
    told = late(MONTHLY, {date(2026, 2, 1): date(2026, 3, 1)}, date(2026, 6, 30))
    assert told is not None and (told.period, told.days) == (MAY, 25)
    assert late(MONTHLY, {MAY: date(2026, 6, 20)}, date(2026, 6, 30)) is None


def test_the_first_day_counts() -> None:
    assert first_days([(MAY, date(2026, 6, 9)), (MAY, date(2026, 6, 3))]) == {MAY: date(2026, 6, 3)}


@given(st.dates(date(2014, 1, 1), date(2090, 1, 1)), st.integers(-30, 30))
def test_months_add_up(day: date, plus: int) -> None:
    moved = month(day, plus)
    assert moved.day == 1 and month(moved, -plus) == month(day)
    assert months_back(day, 3)[0] == month(day, -2)
