"""The ladder of a problem: village ▸ township ▸ county ▸ bureau; how long it may stay on a rung, who stands there."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.standards.standards import Standard

LEVELS = ("village", "township", "county", "bureau")
NIGHT_STOPS_AT = "county"
"""The highest level to which the night raises by itself: which bureau it is for, a person says."""

# A bureau stands beside the county: the county directs what lies with a bureau.
_DIRECTS = {"village": 0, "township": 1, "county": 2, "bureau": 2}
_BY_LENGTH = {12: "village", 9: "township"}


def next_up(level: str) -> str | None:
    """The level above; None above the last."""
    at = LEVELS.index(level) + 1
    return LEVELS[at] if at < len(LEVELS) else None


def raised_at_night(level: str) -> str | None:
    """Where a night takes what is overdue at `level`; None where it stays and is only told of."""
    return None if level in (NIGHT_STOPS_AT, "bureau") else next_up(level)


def days_at(level: str, numbers: Mapping[str, Standard]) -> int:
    """How many days a problem may stay at a level. Refused where the county has ended that number."""
    number = numbers.get(f"issue_{level}_days")
    if number is None or not isinstance(number.value, Decimal):
        raise Refused(f"政策数值「issue_{level}_days」在这里已经作废，算不出办理期限。请县里先在「政策数值」页面补上。")
    return int(number.value)


def due_on(since: date, level: str, numbers: Mapping[str, Standard]) -> date:
    """The last day on which it is in time, where the clock of `level` began on `since`."""
    return since + timedelta(days_at(level, numbers))


def is_overdue(due: date, day: date) -> bool:
    """Whether the due day has passed; on the due day itself it is still in time."""
    return due < day


def told_again(reminded_on: date | None, day: date, days: int) -> bool:
    """Whether an overdue problem that stays where it is is told of on `day`: at once, then once in each period."""
    return reminded_on is None or reminded_on + timedelta(days) <= day


def levels_of(by: Actor, village: str) -> frozenset[str]:
    """The levels at which `by` works on problems of a village, from the areas of their posts."""
    # A bureau has no right to raise, so its wide area does not make it a county.
    areas = [area for area in by.grants.get(Permission.ISSUE_RAISE, ()) if village.startswith(area)]
    found = {_BY_LENGTH.get(len(area), "county") for area in areas}
    if by.bureau and by.may(Permission.ISSUE_ANSWER, at=village):
        found.add("bureau")
    return frozenset(found)


def works_at(by: Actor, village: str, level: str, bureau: str, holder: str = "") -> bool:
    """Whether it is for `by` to mend and answer: they hold it, or they work at its level (its own bureau)."""
    if holder and holder == by.name:
        return True
    return level in levels_of(by, village) and (level != "bureau" or by.bureau == bureau)


def directs(by: Actor, village: str, level: str) -> bool:
    """Whether `by` stands high enough to say who works on a problem at `level`: there, or above."""
    ranks = [_DIRECTS[own] for own in levels_of(by, village) if own != "bureau"]
    return bool(ranks) and max(ranks) >= _DIRECTS[level]
