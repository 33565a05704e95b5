"""The households behind a number of the pages of measures, poorest first, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.base.places.queries import names, path
from mingbai.base.staff.queries import within
from mingbai.doors.web.queries.incomes import homes
from mingbai.doors.web.queries.measures import EVERYBODY, Choice, parts
from mingbai.doors.web.queries.movement import STATES, UNKNOWN, panel_of, states
from mingbai.facts.registry.models import Household

PAGE = 50


class Behind(NamedTuple):
    """A household with where it lies and its yuan per head, None where not known. lacking, unsure: guarantees, by
    their codes, where they are what is asked about."""

    household: Household
    place: str
    per_head: float | None
    lacking: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """One page. count: of all; after: the number from which the next page starts, '' where there is none."""

    lines: tuple[Behind, ...]
    count: int
    after: str
    label: str = ""


def measured(by: Actor, choice: Choice, key: str, state: str, day: date, after: str) -> Found:
    """The households of a group: all (with an account), poor (below the line) or none (without an account)."""
    found = homes(by, choice.place, choice.year, choice.by)
    codes, keys, labels = parts(found, choice.by, day)
    per_head = np.where(found.known, found.per_head, np.inf)
    which = {"all": found.known, "poor": found.known & (per_head < choice.line), "none": ~found.known}.get(
        state, np.zeros(len(codes), np.bool_)
    )
    label = ""
    if choice.by and key != EVERYBODY:
        at = keys.index(key) if key in keys else -1
        which = which & (codes == at)
        label = labels[at] if at >= 0 else ""
    return paged(by, found.pk, which, per_head, after, label)


def moved(by: Actor, place: str, years: tuple[int, int], ways: Mapping[str, str], after: str) -> Found:
    """The households that were in state ways["from"] in the first year and in ways["to"] in the second."""
    panel = panel_of(by, place, *years)
    if panel is None or ways["from"] == ways["to"] == UNKNOWN:
        return Found((), 0, "")
    first, second = (states(panel, year) for year in years)
    linked = panel.same(*years)
    unknown = STATES.index(UNKNOWN)
    one, other = STATES.index(ways["from"]), STATES.index(ways["to"])
    which = linked & (first == one) & (second == other)
    # After a split or a merger it is another household: what was is not seen again, what is was not seen before.
    which |= ~linked & (((first == one) & (other == unknown)) | ((second == other) & (one == unknown)))
    pk = np.asarray(panel.households, np.int64)
    nothing = np.full(len(pk), np.inf)
    return paged(by, pk, which, nothing, after, "")


def paged(
    by: Actor, pk: NDArray[np.int64], which: NDArray[np.bool_], per_head: NDArray[np.float64], after: str, label: str
) -> Found:
    rows = np.flatnonzero(which)
    rows = rows[np.lexsort((pk[rows], per_head[rows]))]
    start = 0
    if after.isascii() and after.isdecimal() and len(after) < 19:
        at = np.flatnonzero(pk[rows] == int(after))
        start = int(at[0]) + 1 if len(at) else 0
    page = rows[start : start + PAGE]
    seen = Household.objects.filter(within(by, P.HOUSEHOLD_READ, "village")).in_bulk(pk[page].tolist())
    known = names({one.village for one in seen.values()})
    lines = [
        Behind(home, path(home.village, known), float(per_head[row]) if np.isfinite(per_head[row]) else None)
        for row in page
        if (home := seen.get(int(pk[row])))
    ]
    more = start + PAGE < len(rows)
    return Found(tuple(lines), len(rows), str(pk[page[-1]]) if more else "", label)
