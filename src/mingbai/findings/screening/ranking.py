"""What comes first on a desk, and how often a rule was right. Whole numbers, so that a list can be paged by them.

rank = severity of the group (30 to 100)
     × the household's class (100 to 150 hundredths)
     × how often the rule was right so far in this county (0 to 1000 thousandths)
     ÷ 100

How often it was right starts from a prior: as if ten of its clues had been verified and three had held, for most
clues are false alarms. Fifty dismissals without one that held bring a rule from 300 down to 50.
A report of people has no such factor: somebody asked and waits, so it counts as 1000.
"""

from collections.abc import Mapping
from math import sqrt
from types import MappingProxyType
from typing import NamedTuple

SEVERITY: Mapping[str, int] = MappingProxyType({"risk": 100, "leak": 80, "doubt": 60, "file": 30})
"""Help that does not come weighs most, then money astray, then a wrong listing, then a muddled file."""
CLASS: Mapping[str, int] = MappingProxyType(
    {"突发严重困难户": 150, "边缘易致贫户": 140, "脱贫不稳定户": 140, "脱贫户": 120}
)
"""By 户类型, in hundredths; every other class, and none, is 100."""
PRIOR_CONFIRMED, PRIOR_VERIFIED = 3, 10


def rank_of(group: str, household_class: str, confirmed: int, dismissed: int) -> int:
    """The rank of a rule's clue, 0 to 150,000; the higher comes first.

    `confirmed` and `dismissed` count the rule's verified clues in this county so far. Raises KeyError for a group
    that is none.
    """
    right = 1000 * (confirmed + PRIOR_CONFIRMED) // (confirmed + dismissed + PRIOR_VERIFIED)
    return _weight(group, household_class) * right // 100


def rank_of_report(household_class: str) -> int:
    """The rank of what people reported."""
    return _weight("risk", household_class) * 1000 // 100


def _weight(group: str, household_class: str) -> int:
    return SEVERITY[group] * CLASS.get(household_class, 100)


class Interval(NamedTuple):
    """A share with the range in which the true one lies in 95 of 100 cases. All in per cent, one decimal."""

    share: float
    low: float
    high: float


def precision(confirmed: int, dismissed: int) -> Interval | None:
    """How many of a rule's verified clues held, by Wilson's interval; None where none was verified."""
    n = confirmed + dismissed
    if not n:
        return None
    z, p = 1.96, confirmed / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # At none and at all the bound is exact; rounding must not push it over the share.
    low = 0.0 if confirmed == 0 else middle - half
    high = 1.0 if dismissed == 0 else middle + half
    return Interval(round(100 * p, 1), round(100 * low, 1), round(100 * high, 1))
