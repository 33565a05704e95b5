"""The households behind a number of the page of guarantees as a measure, a page at a time."""

from dataclasses import replace
from datetime import date

import numpy as np

from mingbai.base.lib.permissions import Actor
from mingbai.doors.web.guarantee_states import GUARANTEES
from mingbai.doors.web.queries.guarantee_measures import MET, UNKNOWN, UNMET, Choice, columns, states_of
from mingbai.doors.web.queries.incomes import roster
from mingbai.doors.web.queries.measured_homes import Found, paged
from mingbai.doors.web.queries.measures import EVERYBODY, parts

STATES = {"unmet": UNMET, "unknown": UNKNOWN, "met": MET}


def behind(by: Actor, choice: Choice, key: str, state: str, day: date, after: str) -> Found:
    """The households of a group that are in a state ('all': in any) in what the choice's measure counts, each with the
    guarantees it lacks and those that nobody knows of it."""
    found = roster(by, choice.place, choice.by)
    codes, keys, labels = parts(found, choice.by, day)
    given = columns(by, choice.place, found.pk, day)
    held = states_of(given, choice.measure, choice.cutoff)
    which = np.full(len(codes), state == "all")
    if state in STATES:
        which = held == STATES[state]
    name = ""
    if choice.by and key != EVERYBODY:
        at = keys.index(key) if key in keys else -1
        which = which & (codes == at)
        name = labels[at] if at >= 0 else ""
    page = paged(by, found.pk, which, np.full(len(codes), np.inf), after, name)
    lines = []
    for line in page.lines:
        at = int(np.searchsorted(found.pk, line.household.pk))
        lacking = tuple(item for item in GUARANTEES if given[item][at] == 1)
        unsure = tuple(item for item in GUARANTEES if np.isnan(given[item][at]))
        lines.append(line._replace(lacking=lacking, unsure=unsure))
    return replace(page, lines=tuple(lines))
