"""Calendar sums that only the sample needs."""

from datetime import date, timedelta

from mingbai.base.lib.dates import last_31_august, months_before


def years_before(day: date, years: int) -> date:
    """The same day of an earlier year; 29 February becomes 28 February."""
    return months_before(day, years * 12)


def next_day(day: date, days: int = 1) -> date:
    """`days` later (negative: earlier)."""
    return day + timedelta(days=days)


def school_age(birth: date, day: date) -> int:
    """Completed years on the last 31 August: 6 starts primary school."""
    return last_31_august(day).year - birth.year - (birth.month > 8)


def fifteenths(first: date, last: date) -> list[date]:
    """The 15th of every month within [first, last]: the day on which the sample's subsidies are paid."""
    days, year, month = [], first.year, first.month
    while (day := date(year, month, 15)) <= last:
        if day >= first:
            days.append(day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return days
