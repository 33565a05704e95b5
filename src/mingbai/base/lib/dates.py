"""Days as the rules count them. Every day is passed in; nothing here knows today."""

from calendar import monthrange
from datetime import date


def months_before(day: date, months: int) -> date:
    """The day `months` months earlier: the same day number, or the last day of a month too short for it.

    "In n months" is the half-open span from this day (not included) to `day` (included).
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def age(birth: date, day: date) -> int:
    """Completed years on `day`. Born on 29 February: a year older on 1 March where the year has no 29th."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def last_31_august(day: date) -> date:
    """The newest 31 August that is not after `day`: the day on which school age is asked."""
    this_year = date(day.year, 8, 31)
    return this_year if this_year <= day else date(day.year - 1, 8, 31)
