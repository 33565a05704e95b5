"""Which tables a county usually expects, how often and by when: what a new county starts from (policy.md 8.1).

The months and days are practice, found in several counties; the county changes them on the calendar page.
"""

from typing import NamedTuple


class Usual(NamedTuple):
    """Every so many months, by a day of the month after them."""

    every_months: int
    by_day: int


SELDOM = {"pupil": Usual(6, 10), "insured": Usual(3, 5), "water": Usual(3, 5), "title": Usual(3, 10),
          "firm_part": Usual(3, 10), "payroll": Usual(6, 10), "vehicle": Usual(3, 10), "school_grant": Usual(6, 10),
          "cadre": Usual(6, 10)}  # fmt: skip
"""Tables (English names) that change slowly; everything else comes monthly."""


def usual(table: str) -> Usual:
    """What is usual for a table."""
    return SELDOM.get(table, Usual(1, 5))
