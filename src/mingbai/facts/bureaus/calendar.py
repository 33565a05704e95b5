"""When each expected table is due, and what has become of it. Plain: days in, days out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple


class Rhythm(NamedTuple):
    """A table expected every so many months from the month of `since`, by a day of the month after them."""

    since: date
    every_months: int
    by_day: int
    until: date | None = None
    """The first day on which it is no longer expected; what was due before stays due."""


@dataclass(frozen=True)
class Cell:
    """One table in one month of the calendar.

    `state` is ``received``, ``received_late``, ``late``, ``missed`` (never came, and a later month's has come since),
    ``due`` (not yet late) or ``none`` (nothing due for that month); `days` is how late it came or is, or how many days
    are left.
    """

    period: date
    state: str
    due: date | None = None
    days: int = 0
    received: date | None = None


def month(day: date, plus: int = 0) -> date:
    """The first day of the month that lies `plus` months after that of `day`."""
    at = day.year * 12 + day.month - 1 + plus
    return date(at // 12, at % 12 + 1, 1)


def months_back(day: date, count: int) -> list[date]:
    """First days of the last `count` months, the one of `day` last."""
    return [month(day, -back) for back in reversed(range(count))]


def due_on(period: date, rhythm: Rhythm) -> date | None:
    """By which day the table for a month is due; None for a month for which nothing is asked."""
    first = month(rhythm.since)
    apart = (period.year - first.year) * 12 + period.month - first.month
    # Every third month from January: that of March (January to March), then that of June.
    if apart < 0 or (apart + 1) % rhythm.every_months:
        return None
    due = month(period, 1).replace(day=rhythm.by_day)
    return None if rhythm.until and due >= rhythm.until else due


def row(rhythm: Rhythm, periods: Sequence[date], arrived: Mapping[date, date], day: date) -> list[Cell]:
    """What has become of a table in each month.

    Args:
        arrived: month → the day on which its first delivery came (none of those withdrawn).
        day: today.
    """
    cells = [_cell(period, rhythm, arrived, day) for period in periods]
    newest = max(arrived, default=None)
    # A table says how things stand, so a newer one makes up for those before it.
    return [
        replace(cell, state="missed") if cell.state == "late" and newest and cell.period < newest else cell
        for cell in cells
    ]


def late(rhythm: Rhythm, arrived: Mapping[date, date], day: date, look_back: int = 12) -> Cell | None:
    """The newest month for which it is late, or None."""
    found = [cell for cell in row(rhythm, months_back(day, look_back), arrived, day) if cell.state == "late"]
    return found[-1] if found else None


def first_days(came: Iterable[tuple[date, date]]) -> dict[date, date]:
    """Month → the first day on which something came for it, from (period, day) pairs."""
    found: dict[date, date] = {}
    for period, day in came:
        found[period] = min(day, found.get(period, day))
    return found


def _cell(period: date, rhythm: Rhythm, arrived: Mapping[date, date], day: date) -> Cell:
    due = due_on(period, rhythm)
    if due is None:
        # What nobody asked for is shown all the same.
        return Cell(period, "received", received=arrived[period]) if period in arrived else Cell(period, "none")
    span = [month(period, -back) for back in range(rhythm.every_months)]
    came = min((arrived[one] for one in span if one in arrived), default=None)
    if came is not None:
        lateness = (came - due).days
        return Cell(period, "received_late" if lateness > 0 else "received", due, max(lateness, 0), came)
    if day > due:
        return Cell(period, "late", due, (day - due).days)
    return Cell(period, "due", due, (due - day).days)
