from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.base.lib.dates import age, last_31_august, months_before

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2026, 6, 30), 12, date(2025, 6, 30)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 6, date(2026, 6, 30)),
        (date(2026, 6, 30), 0, date(2026, 6, 30)),
    ],
)
def test_months_before_keeps_the_day_number_or_takes_the_last_day(day: date, months: int, earlier: date) -> None:
    assert months_before(day, months) == earlier


@given(DAYS, st.integers(0, 600))
def test_months_before_goes_back_exactly_so_many_calendar_months(day: date, months: int) -> None:
    earlier = months_before(day, months)
    assert (day.year - earlier.year) * 12 + day.month - earlier.month == months
    last_of_its_month = (earlier + timedelta(days=1)).month != earlier.month
    assert earlier.day == day.day or (last_of_its_month and earlier.day < day.day)


@pytest.mark.parametrize(
    ("birth", "day", "years"),
    [
        (date(2010, 6, 30), date(2026, 6, 29), 15),
        (date(2010, 6, 30), date(2026, 6, 30), 16),
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
        (date(2026, 6, 30), date(2026, 6, 30), 0),
    ],
)
def test_age_is_completed_years(birth: date, day: date, years: int) -> None:
    assert age(birth, day) == years


@given(DAYS, DAYS)
def test_age_never_falls_from_one_day_to_the_next(birth: date, day: date) -> None:
    assert age(birth, day + timedelta(days=1)) - age(birth, day) in (0, 1)


@pytest.mark.parametrize(
    ("day", "august"),
    [
        (date(2026, 8, 30), date(2025, 8, 31)),
        (date(2026, 8, 31), date(2026, 8, 31)),
        (date(2026, 9, 1), date(2026, 8, 31)),
        (date(2026, 1, 1), date(2025, 8, 31)),
    ],
)
def test_the_last_31_august_is_not_after_the_day(day: date, august: date) -> None:
    assert last_31_august(day) == august
