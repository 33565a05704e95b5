"""Clues for tests, written straight into the table: no events."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from characters import DAY, VILLAGE
from mingbai.facts.registry.models import Household
from mingbai.findings.screening.models import Clue

_keys = count(1)


def make_clue(household: Household | None = None, rule: str = "owns_car", **fields: Any) -> Clue:
    """A new clue of a household, or of a whole village."""
    defaults: dict[str, Any] = {
        "channel": "screening", "group": "doubt", "rank": 18000, "found_on": DAY, "due_on": DAY + timedelta(15),
        "said": "名下有小型轿车，号牌 川W12345，登记日期 2025-03-01；机动车登记第 12 行",
        "evidence": {"plates": ["川W12345"], "vehicle_kinds": ["小型轿车"], "registered_on": "2025-03-01",
                     "vehicle_lines": [12]},
        "question": "这辆车是谁的？", "village": household.village if household else VILLAGE,
        "subject_kind": "household" if household else "village",
        "household_id": household.household_id if household else "",
        "household_class": household.household_class if household else "",
        "subject_id": household.household_id if household else VILLAGE,
    }  # fmt: skip
    return Clue.objects.create(rule=rule, clue_key=f"k{next(_keys)}", **(defaults | fields))


def decided(clue: Clue, status: str, on: date = DAY) -> Clue:
    """The clue, decided without an event."""
    Clue.objects.filter(pk=clue.pk).update(status=status, decided_on=on, decided_by="official:li", finding="看过了")
    clue.refresh_from_db()
    return clue
