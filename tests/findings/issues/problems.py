"""Problems for the tests of this room, and what the chain says of them."""

from datetime import date
from itertools import count
from typing import Any

from characters import DAY, VILLAGE
from mingbai.base.events.models import Event
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.models import Clue

_numbers = count(1)


def make_issue(village: str = VILLAGE, **fields: Any) -> Issue:
    """A problem written straight into the table, due two weeks on: no event."""
    start = {
        "title": "饮水不安全", "detail": "水窖开裂", "found_on": DAY, "found_by": "official:li", "since": DAY,
        "due_on": date(2026, 7, 15),
    }  # fmt: skip
    return Issue.objects.create(village=village, **(start | fields))


def answered(village: str = VILLAGE, by: str = "official:li", **fields: Any) -> Issue:
    start = {"status": "answered", "answer": "修好了", "answered_by": by, "answered_on": DAY, "plan": "修水窖"}
    return make_issue(village, **(start | fields))


def make_clue(village: str = VILLAGE, **fields: Any) -> Clue:
    """A clue of the machine, not yet decided."""
    number = next(_numbers)
    start = {
        "rule": "uninsured", "subject_kind": "household", "subject_id": f"h{number}", "clue_key": f"{number}",
        "group": "risk", "said": "2026 年没有参保", "found_on": DAY, "due_on": date(2026, 7, 15), "status": "assigned",
    }  # fmt: skip
    return Clue.objects.create(village=village, **(start | fields))


def verbs() -> list[str]:
    """The verbs of the whole history, oldest first."""
    return list(Event.objects.order_by("id").values_list("verb", flat=True))
