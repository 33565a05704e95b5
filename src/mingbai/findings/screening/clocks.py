"""By which day each step of a clue is due, from the numbers in force where it was found (policy.md 4.4)."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from mingbai.base.lib.errors import Refused
from mingbai.base.standards.standards import Standard

Numbers = Mapping[str, Standard]
WORKING = "工作日"
ACCEPT, VISIT, COMPARE, NOTICE, ANSWER = "受理", "入户核实", "信息比对", "评议公示", "答复来信"


class Step(NamedTuple):
    """A step of the procedure and the last day on which it is in time."""

    name: str
    due: date


def due_on(found_on: date, channel: str, numbers: Numbers) -> date:
    """The last day for the decision; for a letter from the box, the last day for its answer.

    Raises Refused where the county has ended the number that it needs.
    """
    if channel == "letter":
        days = _days("letter_answer_days", numbers)
        return _working(found_on, days) if counts_working_days(numbers) else found_on + timedelta(days)
    return found_on + timedelta(_days("clue_decision_days", numbers))


def steps(found_on: date, channel: str, numbers: Numbers) -> tuple[Step, ...]:
    """The steps in order, each counted from the end of the one before, none later than the decision is due.

    Acceptance, the visit, the comparison of data, appraisal and notice; a letter has its answer besides.
    """
    last = found_on + timedelta(_days("clue_decision_days", numbers))
    found, day = [], found_on
    for name, number in (
        (ACCEPT, "clue_accept_days"), (VISIT, "clue_visit_days"),
        (COMPARE, "clue_compare_days"), (NOTICE, "notice_days"),
    ):  # fmt: skip
        day = min(last, day + timedelta(_days(number, numbers)))
        found.append(Step(name, day))
    if channel == "letter":
        found.append(Step(ANSWER, due_on(found_on, channel, numbers)))
    return tuple(sorted(found, key=lambda step: step.due))


def counts_working_days(numbers: Numbers) -> bool:
    """Whether a letter's days are working days. Only Saturdays and Sundays are left out: public holidays and the
    working days put in their place are not known here, and pages say so."""
    kind = numbers.get("letter_days_are")
    return kind is not None and isinstance(kind.value, tuple) and WORKING in kind.value


def _working(day: date, days: int) -> date:
    while days:
        day += timedelta(1)
        days -= day.weekday() < 5
    return day


def _days(name: str, numbers: Numbers) -> int:
    if (number := numbers.get(name)) is None or not isinstance(number.value, Decimal):
        raise Refused(f"政策数值「{name}」在这里已经作废，算不出到期日。请县里先在「政策数值」页面补上。")
    return int(number.value)
