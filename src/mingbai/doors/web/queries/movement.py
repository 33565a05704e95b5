"""Movement of households between two account years: below the line, above it, or without an account.

The accounts are a true panel. A year without an account is unknown, never above the line; a household that split or
merged between the years is another one after it.
"""

from collections import defaultdict
from dataclasses import dataclass, fields, replace
from datetime import datetime

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from mingbai.base.events.models import Event
from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.base.places.queries import names
from mingbai.base.staff.queries import within_place
from mingbai.doors.web.queries.incomes import Accounts, accounts_of_years, lines_of
from mingbai.doors.web.queries.keeping import DEAR, kept, key_of
from mingbai.facts.registry.models import Household
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.movement import Flow, Panel, Transitions, flows, transitions
from mingbai.oversight.poverty.spells import Lapse, return_hazard

BELOW, ABOVE, UNKNOWN = "below", "above", "unknown"
STATES = (BELOW, ABOVE, UNKNOWN)
_CHANGES = (
    "registry.household_split", "registry.household_split_off", "registry.household_joined",
    "registry.household_took_in",
)  # fmt: skip
"""Events after which a household is another one than before."""
_PART = 10_000


@dataclass(frozen=True)
class Movement:
    """cells: (state before, state after) → households; without those unknown in both. groups: flows by place, as
    (code, name, flow). returns: the life table of returns after an exit, empty where the years do not show any."""

    before: int
    after: int
    cells: dict[tuple[str, str], int]
    table: Transitions
    total: Flow
    groups: tuple[tuple[str, str, Flow], ...]
    returns: tuple[Lapse, ...]
    clusters: int
    at: datetime


def movement(by: Actor, place: str, before: int, after: int) -> Movement | None:
    """Between two account years that have a line, within a place in one area of `by`; None where one of them has
    none. At most five queries and one more for each ten thousand splits; dear ones are kept for a while."""
    by.must(P.FIGURE_READ, at=place)

    def made() -> Movement | None:
        panel = panel_of(by, place, before, after)
        return None if panel is None else _movement(panel, place, before, after)

    return kept(key_of("movement", place, before, after), made, dear=DEAR)


def _movement(panel: Panel, place: str, before: int, after: int) -> Movement:
    villages = np.asarray(panel.cluster)
    digits = 9 if len(place) == 6 else 12
    clusters = len(np.unique(villages))
    whole = panel if clusters > 1 else replace(panel, cluster=None)
    grouped = replace(panel, groups=Groups.of(villages // 10 ** (12 - digits), len(villages)))
    moved = flows(grouped, before, after)
    known = names(str(flow.group) for flow in moved)
    first, second = (states(panel, year) for year in (before, after))
    return Movement(
        before=before, after=after, cells=_cells(first, second, panel.same(before, after)),
        table=transitions(whole, before, after),
        total=flows(panel, before, after)[0],
        groups=tuple(
            (str(flow.group), known.get(str(flow.group), str(flow.group)), flow)
            for flow in moved
            if any(getattr(flow, name) for name in ("before", "after", "n"))
        ),
        returns=tuple(return_hazard(whole, errors="clusters" if clusters > 1 else "greenwood")),
        clusters=clusters if clusters > 1 else 0, at=timezone.now(),
    )  # fmt: skip


def _cells(first: NDArray[np.intp], second: NDArray[np.intp], linked: NDArray[np.bool_]) -> dict[tuple[str, str], int]:
    # Another household after a split or a merger: what was is not seen again, what is was not seen before.
    pairs = [(first[linked], second[linked])]
    gone = np.full(int((~linked).sum()), STATES.index(UNKNOWN))
    pairs += [(first[~linked], gone), (gone, second[~linked])]
    found: dict[tuple[str, str], int] = defaultdict(int)
    for a, b in pairs:
        for spot, n in enumerate(np.bincount(a * 3 + b, minlength=9).tolist()):
            found[STATES[spot // 3], STATES[spot % 3]] += n
    found.pop((UNKNOWN, UNKNOWN), None)
    return dict(found)


def panel_of(by: Actor, place: str, before: int, after: int) -> Panel | None:
    """The panel of all account years up to `after` that have a line; clusters are villages, each household counts once.
    None where one of the two years has no account."""
    found = accounts_of_years(by, place, after)
    lines = lines_of(set(found.year.tolist()), place)
    usable = np.isin(found.year, list(lines))
    found = Accounts(*(getattr(found, one.name)[usable] for one in fields(found)))
    if not ((found.year == before).any() and (found.year == after).any()):
        return None
    line = np.array([lines[year] for year in found.year.tolist()])
    return Panel.of(
        found.household, found.year, found.per_head < line, changed=_changed(by, place, found), cluster=found.village,
        lonely="certainty",
    )  # fmt: skip


def _changed(by: Actor, place: str, found: Accounts) -> NDArray[np.bool_]:
    """By row, whether the household split or merged since the account before: the first account from that year on."""
    inside = within_place(by, P.FIGURE_READ, place, "place")
    told = Event.objects.filter(inside, verb__in=_CHANGES, subject__startswith="household:").values_list(
        "subject", "day"
    )
    years: dict[str, set[int]] = defaultdict(set)
    for subject, day in told:
        years[subject.partition(":")[2]].add(day.year)
    changed = np.zeros(len(found.household), np.bool_)
    codes = sorted(years)
    # By household and year, so that each household's accounts stand together, oldest first.
    order = np.lexsort((found.year, found.household))
    keys = found.household[order]
    for start in range(0, len(codes), _PART):
        part = codes[start : start + _PART]
        for pk, code in Household.objects.filter(household_id__in=part).values_list("pk", "household_id"):
            mine = order[np.searchsorted(keys, pk) : np.searchsorted(keys, pk, side="right")]
            for year in years[code]:
                changed[mine[found.year[mine] >= year][:1]] = True
    return changed


def states(panel: Panel, year: int) -> NDArray[np.intp]:
    """Each household's state in a year, as a number into STATES."""
    at = panel.column(year)
    found = np.where(panel.poor[:, at], STATES.index(BELOW), STATES.index(ABOVE))
    return np.where(panel.known[:, at], found, STATES.index(UNKNOWN))
