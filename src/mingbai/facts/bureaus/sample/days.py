"""Calendar sums that the sample needs, spelled as the rules spell them."""

from calendar import monthrange
from datetime import date, timedelta


def months_before(day: date, months: int) -> date:
    """The day `months` earlier: same day number, or the last day of a month that is too short."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_before(day: date, years: int) -> date:
    """The same day of an earlier year; 29 February becomes 28 February."""
    return months_before(day, years * 12)


def next_day(day: date, days: int = 1) -> date:
    """`days` later (negative: earlier)."""
    return day + timedelta(days=days)


def last_august(day: date) -> date:
    """The last 31 August on or before the day: the school year counts ages from there."""
    this = date(day.year, 8, 31)
    return this if this <= day else date(day.year - 1, 8, 31)


def school_age(birth: date, day: date) -> int:
    """Completed years on the last 31 August: 6 starts primary school."""
    return last_august(day).year - birth.year - (birth.month > 8)


def age_on(birth: date, day: date) -> int:
    """Completed years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def fifteenths(first: date, last: date) -> list[date]:
    """The 15th of every month within [first, last]: the day on which the sample's subsidies are paid."""
    days, year, month = [], first.year, first.month
    while (day := date(year, month, 15)) <= last:
        if day >= first:
            days.append(day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return days
