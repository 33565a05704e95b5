"""Movement between years in a true panel: the same households, seen again.

A household that was not seen in a year is unknown in that year, never "not poor": it is lost to the stock it stood in,
and joins again when it is seen. Between any two years therefore, exactly,

    stock after = stock before + entered - exited - lost + joined.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mingbai.oversight.poverty.design import Design, Lonely
from mingbai.oversight.poverty.estimates import Estimates, estimated
from mingbai.oversight.poverty.groups import Floats, Groups, Ints, added

Bools = NDArray[np.bool_]
Gaps = Literal["censor", "refuse"]
UNKNOWN = -1


@dataclass(frozen=True)
class Panel:
    """The state of each household in each year.

    households: the names, ascending. years: every year from the first to the last. states: the names of the states.
    codes: shape (households, years), a number into `states`, or UNKNOWN. inside: by state, whether it counts as being
    in (poor). linked: shape (households, years), whether the household of this year is still that of the year before;
    False where it split or merged in between: before and after are two households then, one lost and one joined.
    weight, groups, cluster: of each household, the same in all years.
    """

    households: tuple[Any, ...]
    years: tuple[int, ...]
    states: tuple[Any, ...]
    codes: Ints
    inside: Bools
    linked: Bools
    weight: Floats
    groups: Groups
    cluster: ArrayLike | None
    lonely: Lonely = "refuse"

    @classmethod
    def of(
        cls, household: ArrayLike, year: ArrayLike, state: ArrayLike, *, poor: Sequence[Any] = (True,),
        changed: ArrayLike | None = None, weight: ArrayLike | None = None, by: ArrayLike | None = None,
        cluster: ArrayLike | None = None, gaps: Gaps = "censor", lonely: Lonely = "refuse",
    ) -> "Panel":  # fmt: skip
        """The panel of a long table, one row a household and year; all columns have shape (rows,).

        state: any names; None and NaN are unknown, as is a year without a row. poor: the states that count as in.
        changed: where the household split or merged since the year before. weight, by, cluster: one value a household.
        gaps: "refuse" where a household must be known in every year between its first and its last; "censor" lets what
        is not known be unknown. lonely: what a panel of one cluster does (see `Design`). ValueError: two rows of one
        household and year, a weight or group that changes between years, or a gap where gaps are refused.
        """
        keys, rows = np.unique(np.asarray(household), return_inverse=True)
        rows = rows.reshape(-1)
        when = np.asarray(year)
        if when.shape != rows.shape or when.dtype.kind not in "iu":
            raise ValueError(f"the years must be whole numbers, one a row: {when.shape} values for {len(rows)} rows")
        if not len(rows):
            raise ValueError("the panel has no row")
        first = int(when.min())
        shape = (len(keys), int(when.max()) - first + 1)
        columns = (when - first).astype(np.intp)
        _once(keys, rows, when, rows * shape[1] + columns)
        names, codes = _states(state, len(rows))
        grid = np.full(shape, UNKNOWN, np.intp)
        grid[rows, columns] = codes
        linked = np.ones(shape, np.bool_)
        linked[:, 0] = False
        if changed is not None:
            linked[rows, columns] &= ~_column(changed, len(rows), "changed").astype(np.bool_)
        _no_gap(keys, grid, first, gaps)
        of_household = _Constant(keys, rows)
        heavy = np.ones(len(keys)) if weight is None else of_household(weight, "weight").astype(np.float64)
        return cls(
            tuple(keys.tolist()), tuple(range(first, first + shape[1])), names, grid,
            np.isin(np.arange(len(names)), [i for i, name in enumerate(names) if name in poor]), linked, heavy,
            Groups.of(None if by is None else of_household(by, "group"), len(keys)),
            None if cluster is None else of_household(cluster, "cluster"), lonely,
        )  # fmt: skip

    @cached_property
    def known(self) -> Bools:
        """Shape (households, years)."""
        found: Bools = self.codes != UNKNOWN
        return found

    @cached_property
    def poor(self) -> Bools:
        """Known to be in; shape (households, years)."""
        found: Bools = self.known & np.append(self.inside, False)[self.codes]
        return found

    @cached_property
    def design(self) -> Design:
        """All households of the panel, drawn in clusters where there are any."""
        return Design.of(len(self.households), weight=self.weight, psu=self.cluster, lonely=self.lonely)

    def column(self, year: int) -> int:
        """ValueError for a year outside the panel."""
        if year not in self.years:
            raise ValueError(f"the panel has the years {self.years[0]} to {self.years[-1]}, but not {year}")
        return year - self.years[0]

    def same(self, before: int, after: int) -> Bools:
        """The households that did not split or merge between two years, known or not; shape (households,)."""
        a, b = self.column(before), self.column(after)
        if a >= b:
            raise ValueError(f"the first year must come before the second: {before}, {after}")
        found: Bools = np.all(self.linked[:, a + 1 : b + 1], axis=1)
        return found

    def pair(self, before: int, after: int) -> Bools:
        """The households that are the same and known in both years; shape (households,)."""
        found = self.same(before, after)
        return found & self.known[:, self.column(before)] & self.known[:, self.column(after)]


class Flow(NamedTuple):
    """What became of a group's stock between two years, in weights; `n` is how many households are known in both.

    returned: those of the entered who had been in before, in a year of the panel, as the same household.
    lost: in before, and not known after. joined: in after, and not known before.
    """

    group: Any
    before: float
    entered: float
    returned: float
    exited: float
    lost: float
    joined: float
    after: float
    n: int


def flows(panel: Panel, before: int, after: int) -> list[Flow]:
    """The stock of two years and what lies between them, by group."""
    a, b = panel.column(before), panel.column(after)
    same = panel.pair(before, after)
    was, is_now = panel.poor[:, a], panel.poor[:, b]
    entered = same & ~was & is_now
    # Seen in before while every link up to the later year holds.
    back = np.logical_and.accumulate(panel.linked[:, b:0:-1], axis=1)[:, ::-1]
    had_been = (panel.poor[:, :a] & back[:, :a]).any(axis=1)
    parts = (was, entered, entered & had_been, same & was & ~is_now, was & ~same, is_now & ~same, is_now)
    sums = [panel.groups.sums(panel.weight * part).tolist() for part in parts]
    n = np.bincount(panel.groups.codes[same], minlength=panel.groups.count).tolist()
    return [Flow(*row) for row in zip(panel.groups.names, *sums, n, strict=True)]


@dataclass(frozen=True)
class Transitions:
    """Where the households of each state went. n, count: shape (groups, states, states), households and their weights
    from a state (second axis) to a state (third). share, se, lower, upper: the same shape, of the row; NaN in a row
    without households. Only those known in both years; unknown: their weight by group and first state, not known later.
    """

    groups: tuple[Any, ...]
    states: tuple[Any, ...]
    n: Ints
    count: Floats
    share: Floats
    se: Floats
    lower: Floats
    upper: Floats
    unknown: Floats

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """One row a group, first state and second state."""
        for g, group in enumerate(self.groups):
            for i, one in enumerate(self.states):
                for j, other in enumerate(self.states):
                    cells = {name: getattr(self, name)[g, i, j].item() for name in _CELLS}
                    yield {"group": group, "before": one, "after": other} | cells


_CELLS = ("n", "count", "share", "se", "lower", "upper")


def transitions(panel: Panel, before: int, after: int, *, level: float = 0.95) -> Transitions:
    """The table of transitions between two years, by the panel's groups.

    A row's shares are ratios of two totals; their errors are linearized (Woodruff 1971) under the whole design, the
    households of other groups and states standing at zero.
    """
    same = panel.pair(before, after)
    first, second = (panel.codes[:, panel.column(year)] for year in (before, after))
    k, many = len(panel.states), panel.groups.count
    # One domain for each group and first state, and a last one for the households that are not known in both years.
    cell = np.where(same, panel.groups.codes * k + first, many * k)
    domains = panel.design.over(Groups(cell, tuple(range(many * k + 1))))
    sizes = domains.groups.sums(panel.weight)[:-1]
    total = np.append(np.where(sizes > 0, sizes, np.nan), np.nan)
    found: list[Estimates] = []
    for j in range(k):
        went = (same & (second == j)).astype(np.float64)
        share = domains.groups.sums(panel.weight * went) / total
        scores = np.where(same, panel.weight * (went - share[cell]) / total[cell], 0.0)
        found.append(estimated("share", domains, share, scores, level))
    sources = {"share": "value", "se": "se", "lower": "lower", "upper": "upper"}
    table = {name: _stacked([getattr(one, source) for one in found], many, k) for name, source in sources.items()}
    spots = cell[same] * k + second[same]
    gone = panel.known[:, panel.column(before)] & ~same
    return Transitions(
        groups=panel.groups.names, states=panel.states,
        n=np.bincount(spots, minlength=many * k * k).reshape(many, k, k),
        count=added(spots, panel.weight[same], many * k * k).reshape(many, k, k), **table,
        unknown=added((panel.groups.codes * k + first)[gone], panel.weight[gone], many * k).reshape(many, k),
    )  # fmt: skip


def _stacked(columns: list[Floats], many: int, k: int) -> Floats:
    return np.stack([column[:-1].reshape(many, k) for column in columns], axis=2)


def _once(keys: NDArray[Any], rows: Ints, when: NDArray[Any], spots: Ints) -> None:
    order = np.argsort(spots, kind="stable")
    twice = order[1:][spots[order][1:] == spots[order][:-1]]
    if len(twice):
        at = int(twice[0])
        raise ValueError(
            f"{len(twice)} rows repeat a household and year (household {keys[rows[at]]}, {when[at]}): "
            "one row a household and year is needed"
        )


def _states(state: ArrayLike, rows: int) -> tuple[tuple[Any, ...], Ints]:
    column = _column(state, rows, "state")
    if column.dtype == object:
        missing = np.array([value is None or value != value for value in column.tolist()], np.bool_)
    else:
        missing = np.isnan(column) if column.dtype.kind == "f" else np.zeros(rows, np.bool_)
    names, codes = np.unique(column[~missing], return_inverse=True)
    found = np.full(rows, UNKNOWN, np.intp)
    found[~missing] = codes.reshape(-1)
    return tuple(names.tolist()), found


def _column(values: ArrayLike, rows: int, name: str) -> NDArray[Any]:
    column = np.asarray(values)
    if column.shape != (rows,):
        raise ValueError(f"the column {name} has {column.shape} values for {rows} rows")
    return column


def _no_gap(keys: NDArray[Any], grid: Ints, first: int, gaps: Gaps) -> None:
    if gaps == "censor":
        return
    known = grid != UNKNOWN
    seen_before = np.logical_or.accumulate(known, axis=1)
    seen_later = np.logical_or.accumulate(known[:, ::-1], axis=1)[:, ::-1]
    rows, columns = np.nonzero(~known & seen_before & seen_later)
    if len(rows):
        raise ValueError(
            f"{len(rows)} household years are missing between years that are known (household {keys[rows[0]]}, "
            f"{first + int(columns[0])}): fill them in, or let gaps be censored"
        )


@dataclass(frozen=True)
class _Constant:
    """Takes a column by row for one by household; ValueError where a household has two values."""

    keys: NDArray[Any]
    rows: Ints

    def __call__(self, values: ArrayLike, name: str) -> NDArray[Any]:
        column = _column(values, len(self.rows), name)
        found = np.empty(len(self.keys), column.dtype)
        found[self.rows] = column
        differs = np.flatnonzero(found[self.rows] != column)
        if len(differs):
            who = self.keys[self.rows[differs[0]]]
            raise ValueError(f"the {name} of household {who} changes between years: give each household one {name}")
        return found
