"""A person's open work goes to a colleague, from the page of the person."""

from datetime import date

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.models import Official
from mingbai.findings.issues.actions.handing import hand_over


def hand_everything(*, by: Actor, leaving: Official, to: Official, why: str, day: date) -> tuple[int, int]:
    """Problems and clues that `leaving` holds go to `to`, all or none: how many of each. Its events are theirs."""
    by.must(Permission.STAFF_MANAGE)
    return hand_over(by=by, from_=leaving, to=to, day=day, why=why)
