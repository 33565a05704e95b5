"""What an indicator does to a multidimensional measure: the table to read before believing one.

Alkire, Foster, Seth, Santos, Roche and Ballon (2015), Multidimensional Poverty Measurement and Analysis, Oxford
University Press, chapters 7 (associations and redundancy) and 8 (robustness to weights and cut-offs).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Floats, Groups, added
from mingbai.oversight.poverty.multidimensional.cutoffs import by_cutoff
from mingbai.oversight.poverty.multidimensional.measures import Multidimensional, estimates, measure
from mingbai.oversight.poverty.multidimensional.patterns import MISSING, Deprivations, Missing
from mingbai.oversight.poverty.multidimensional.structure import Weight, Weights


class Indicator(NamedTuple):
    """One indicator. Shares are weighted, of 1.

    deprived: share deprived among those with an answer. missing, missing_rows: without one. uncensored, censored:
    headcounts under the rule for missing answers. contribution: share of M0. pull: contribution / weight; above 1, it
    adds more to poverty than its weight says.
    """

    indicator: str
    dimension: str
    weight: Fraction
    deprived: float
    missing: float
    missing_rows: int
    uncensored: float
    censored: float
    contribution: float
    pull: float


class Pair(NamedTuple):
    """Two indicators, over rows with an answer to both.

    both: share deprived in both. redundancy: R0 = both / the lesser of the two shares deprived, 1 where one deprivation
    never comes without the other. association: Cramér's V of the two by two table, with the sign of the association.
    NaN where nobody, or everybody, is deprived in one of them.
    """

    one: str
    other: str
    both: float
    redundancy: float
    association: float


class Robustness(NamedTuple):
    """How areas rank under other weights: rank correlations (Spearman's rho, Kendall's tau-b) with the first ranking,
    and the share of its strictly ordered pairs of areas that keep their order."""

    weights: str
    spearman: float
    kendall: float
    kept: float


@dataclass(frozen=True)
class Dominance:
    """Whether one area is poorer than another whatever the cut-off.

    values: shape (cut-offs, groups). never_above: shape (groups, groups), whether the row's area is at or below the
    column's at every cut-off.
    """

    measure: str
    groups: tuple[Any, ...]
    cutoffs: tuple[Fraction, ...]
    values: Floats
    never_above: NDArray[np.bool_]

    @property
    def settled(self) -> float:
        """The share of pairs of areas of which one is never above the other; NaN with fewer than two areas."""
        above = np.triu(self.never_above | self.never_above.T, 1).sum()
        pairs = len(self.groups) * (len(self.groups) - 1) / 2
        return float(above / pairs) if pairs else float("nan")


def indicators(
    deprivations: Mapping[str, ArrayLike], *, weights: Weights, cutoff: Weight, design: Design,
    missing: Missing = "refuse",
) -> list[Indicator]:  # fmt: skip
    """The table of indicators, over everybody. ValueError: see `Deprivations.of`."""
    of = Multidimensional.of(deprivations, weights=weights, cutoff=cutoff, missing=missing)
    held = of.deprivations
    everybody = Groups.everybody(held.rows)
    kinds = ("uncensored", "censored", "contribution")
    wanted = [f"{kind}:{name}" for name in held.structure.names for kind in kinds]
    found = estimates(of, wanted, design, everybody, errors=False)
    value = {one.measure: float(one.value[0]) for one in found}
    stands_for = added(held.pattern, design.weight, len(held.states))
    dimension = {name: dim for dim, inside in held.structure.dimensions.items() for name in inside}
    rows = []
    for j, (name, weight) in enumerate(held.structure.weights.items()):
        state = held.states[:, j]
        blank, total = stands_for[state == MISSING].sum(), stands_for.sum()
        uncensored, censored, contribution = (value[f"{kind}:{name}"] for kind in kinds)
        deprived, absent = _share(stands_for[state == 1].sum(), total - blank), _share(blank, total)
        pull = contribution / float(weight)
        rows.append(
            Indicator(
                name, dimension[name], weight, deprived, absent, held.missing[name], uncensored, censored, contribution,
                pull,
            )
        )  # fmt: skip
    return rows


def pairs(
    deprivations: Mapping[str, ArrayLike], *, weights: Weights, design: Design, missing: Missing = "refuse"
) -> list[Pair]:
    """Each pair of indicators. Answers count as they are: a pair leaves out rows where one of the two is missing,
    whichever rule (other than "refuse") is named. ValueError: see `Deprivations.of`."""
    held = Deprivations.of(deprivations, weights, missing=missing)
    stands_for = added(held.pattern, design.weight, len(held.states))
    found = []
    for (i, one), (j, other) in combinations(enumerate(held.structure.names), 2):
        a, b = held.states[:, i], held.states[:, j]
        known = np.where((a != MISSING) & (b != MISSING), stands_for, 0.0)
        total = known.sum()
        p, q, both = (_share(known[rows].sum(), total) for rows in (a == 1, b == 1, (a == 1) & (b == 1)))
        spread = float(np.sqrt(p * (1 - p) * q * (1 - q)))
        found.append(Pair(one, other, both, _share(both, min(p, q)), _share(both - p * q, spread)))
    return found


def dominance(
    deprivations: Mapping[str, ArrayLike], *, weights: Weights, design: Design, groups: Groups,
    name: str = "H", cutoffs: Sequence[Weight] | None = None, missing: Missing = "refuse",
) -> Dominance:  # fmt: skip
    """Compares the groups' H (first order) or M0 (second order) over all cut-offs; see `by_cutoff`."""
    table = by_cutoff(
        deprivations, weights=weights, design=design, groups=groups, cutoffs=cutoffs, names=[name], missing=missing,
        errors=False,
    )  # fmt: skip
    values = np.array([one.value for (one,) in table.values()]).reshape(len(table), groups.count)
    below = np.ones((groups.count, groups.count), np.bool_)
    for row in values:
        below &= row[:, None] <= row[None, :]
    return Dominance(name, groups.names, tuple(table), values, below)


def robustness(
    deprivations: Mapping[str, ArrayLike], *, weights: Weights, others: Mapping[str, Weights], cutoff: Weight,
    design: Design, groups: Groups, name: str = "M0", missing: Missing = "refuse",
) -> list[Robustness]:  # fmt: skip
    """How the ranking of areas by a measure holds under other weights, named in `others`, at the same cut-off."""

    def order(by: Weights) -> Floats:
        (found,) = measure(
            deprivations, weights=by, cutoff=cutoff, design=design, groups=groups, names=[name], missing=missing,
            errors=False,
        )  # fmt: skip
        return np.sign(found.value[:, None] - found.value[None, :])

    first = order(weights)
    rows = []
    for label, by in others.items():
        other = order(by)
        # An area's mean rank is half the sum of its signs against the others, up to a constant.
        rho = _share(_product(first.sum(1), other.sum(1)), np.sqrt(_product(first.sum(1)) * _product(other.sum(1))))
        tau = _share(_product(first, other), np.sqrt(_product(first) * _product(other)))
        kept = _share(float(((first > 0) & (other > 0)).sum()), float((first > 0).sum()))
        rows.append(Robustness(label, rho, tau, kept))
    return rows


def _product(one: Floats, other: Floats | None = None) -> float:
    return float((one * (one if other is None else other)).sum())


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")
