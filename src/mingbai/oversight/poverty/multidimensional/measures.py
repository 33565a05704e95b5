"""Headcount, intensity, adjusted headcount and their parts: Alkire and Foster (2011), sections 4 to 6.

With poor_i, the score c_i, weights w_j, deprivations d_ij and the population's weights v_i, every measure is a ratio of
two weighted totals:

    H   share of people who are poor                                 sum v poor           / sum v
    A   mean score of the poor (intensity)                           sum v poor c         / sum v poor
    M0  adjusted headcount, H A                                      sum v poor c         / sum v
    M1, M2  with normalised gaps g_ij to the power 1, 2              sum v poor sum_j w_j d_ij g_ij^a / sum v
    G, S    mean gap and squared gap of the poor's deprivations      M1 / M0, M2 / M0
    censored:J    share of people who are poor and deprived in J     sum v poor d_j       / sum v
    uncensored:J  share of people deprived in J                      sum v d_j            / sum v
    contribution:J  share of M0 that comes from J                    sum v poor w_j d_j   / sum v poor c
    dimension:D     the same, of all indicators of a dimension

Under "reweight" the weights w_j are the row's own, and headcounts of J are taken over rows where J is known. A ratio R
= N / D is linearized as (n_i - R d_i) / D (Woodruff 1971; Särndal, Swensson and Wretman 1992, section 5.6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.estimates import Estimates
from mingbai.oversight.poverty.groups import Floats, Groups
from mingbai.oversight.poverty.multidimensional.cells import Cells
from mingbai.oversight.poverty.multidimensional.patterns import MISSING, Bools, Deprivations, Missing
from mingbai.oversight.poverty.multidimensional.structure import Weight, Weights, cutoff_of
from mingbai.oversight.poverty.welfare import Point

OUT = "(left out)"
"""The group of rows that a rule for missing answers leaves out: they stay in the design, and are not reported."""


class Ratio(NamedTuple):
    """What is added up above and below: by pattern, shape (patterns,); `above` by row, shape (rows,), where `rowwise`.

    A row's own weight is not in it yet.
    """

    above: Floats
    below: Floats
    rowwise: bool = False


@dataclass(frozen=True)
class Multidimensional:
    """Deprivations with a cut-off: who is poor, and the measures of that by name.

    gaps: by indicator, shape (rows,), read where the row is deprived: how far below the indicator's line, as a share
    of it. An indicator without gaps, and a missing answer that was declared a deprivation, counts 1.
    """

    deprivations: Deprivations
    cutoff: Fraction
    gaps: Mapping[str, Floats] = field(default_factory=dict)

    @classmethod
    def of(
        cls, deprivations: Mapping[str, ArrayLike], *, weights: Weights, cutoff: Weight, missing: Missing = "refuse",
        gaps: Mapping[str, ArrayLike] | None = None,
    ) -> "Multidimensional":  # fmt: skip
        """See `Deprivations.of` and `normalised_gap`. A ValueError for gaps of no indicator, or that are missing or
        not from 0 to 1 where the row is deprived."""
        held = Deprivations.of(deprivations, weights, missing=missing)
        if unknown := [name for name in gaps or {} if name not in held.structure.weights]:
            raise ValueError(f"there are gaps of what is no indicator: {', '.join(unknown)}")
        return cls(held, cutoff_of(cutoff), {name: _gap(held, name, gap) for name, gap in (gaps or {}).items()})

    @property
    def names(self) -> tuple[str, ...]:
        """The measures there are, in order."""
        held = self.deprivations.structure
        firsts = ("H", "A", "M0", "M1", "M2", "G", "S") if self.gaps else ("H", "A", "M0")
        parts = [f"{kind}:{name}" for kind in ("censored", "uncensored", "contribution") for name in held.names]
        nested = any(branch.inside for branch in held.branches)
        return (*firsts, *parts, *(f"dimension:{name}" for name in held.dimensions if nested))

    @cached_property
    def poor(self) -> Bools:
        """Whether each pattern is poor, shape (patterns,)."""
        return self.deprivations.poor(self.cutoff)

    @property
    def poor_by_row(self) -> Bools:
        """Whether each row is poor, shape (rows,): who stands behind a figure. A row left out is not."""
        return self.poor[self.deprivations.pattern]

    @property
    def score_by_row(self) -> Floats:
        """The deprivation score of each row, poor or not, from 0 to 1, shape (rows,); NaN for a row left out."""
        score, whole = self.deprivations.score
        shares = np.where(self.deprivations.out, np.nan, (score / whole).astype(np.float64))
        return shares[self.deprivations.pattern]

    @cached_property
    def censored_score(self) -> Floats:
        """The score of each poor pattern, as a share of all weights, and 0 for the others; shape (patterns,)."""
        score, whole = self.deprivations.score
        return np.where(self.poor, (score / whole).astype(np.float64), 0.0)

    def ratio(self, name: str) -> Ratio:
        """A measure as two things to add up. ValueError: no such measure."""
        held, poor, censored = self.deprivations, self.poor.astype(np.float64), self.censored_score
        everyone = (~held.out).astype(np.float64)
        above_gaps = {"M1": 1, "M2": 2, "G": 1, "S": 2}
        if name == "H":
            return Ratio(poor, everyone)
        if name == "M0":
            return Ratio(censored, everyone)
        if name == "A":
            return Ratio(censored, poor)
        if name in above_gaps:
            below = everyone if name[0] == "M" else censored
            return Ratio(self._gaps_of_rows(above_gaps[name]), below, rowwise=True)
        kind, _, part = name.partition(":")
        if kind == "dimension" and part in held.structure.dimensions:
            return Ratio(sum((self._part(j) for j in held.structure.dimensions[part]), np.zeros(len(poor))), censored)
        if part not in held.structure.weights or kind not in ("censored", "uncensored", "contribution"):
            raise ValueError(f"no such measure: {name}; there are {', '.join(self.names)}")
        j = held.structure.names.index(part)
        if kind == "contribution":
            return Ratio(self._part(part), censored)
        known = everyone * held.known[:, j]
        return Ratio(known * held.deprived[:, j] * (poor if kind == "censored" else 1.0), known)

    def _part(self, name: str) -> Floats:
        """What an indicator adds to the censored score of each pattern."""
        j = self.deprivations.structure.names.index(name)
        return np.asarray(self.poor * self.deprivations.deprived[:, j] * self.deprivations.shares[:, j], np.float64)

    def _gaps_of_rows(self, power: int) -> Floats:
        total = np.zeros(self.deprivations.rows)
        for name in self.deprivations.structure.names:
            part = self._part(name)[self.deprivations.pattern]
            total += part * self.gaps[name] ** power if name in self.gaps else part
        return total

    def within(self, groups: Groups) -> Groups:
        """The groups, with the rows that are left out in one of their own at the end."""
        if not self.deprivations.out.any():
            return groups
        codes = np.where(self.deprivations.out[self.deprivations.pattern], groups.count, groups.codes)
        return Groups(codes.astype(np.intp, copy=False), (*groups.names, OUT))

    def point(self, name: str, design: Design, cells: Cells) -> Point:
        """A measure by group of the cells (also that of rows left out: NaN), with its weighted scores by row."""
        ratio, groups, pattern = self.ratio(name), cells.groups, self.deprivations.pattern
        weighted = groups.sums(design.weight * ratio.above) if ratio.rowwise else cells.sums(ratio.above)
        below = cells.sums(ratio.below)
        found, below = _divided(weighted, below)

        def scores() -> Floats:
            above = ratio.above if ratio.rowwise else ratio.above[pattern]
            each = above - found[groups.codes] * ratio.below[pattern]
            each *= design.weight
            each /= below[groups.codes]
            each[np.isnan(each)] = 0.0  # A group that has no such measure: it is shown without error.
            return each

        return Point(found, scores)

    def variance(self, name: str, cells: Cells) -> Floats:
        """The variance by group of a measure that goes by pattern, where rows are clusters of their own."""
        ratio = self.ratio(name)
        found, below = _divided(cells.sums(ratio.above), cells.sums(ratio.below))
        each = ratio.above[cells.pattern] - found[cells.group] * ratio.below[cells.pattern]
        each /= below[cells.group]
        return cells.variance(np.nan_to_num(each, nan=0.0))


def _divided(above: Floats, below: Floats) -> tuple[Floats, Floats]:
    """The ratio, NaN where there is nothing below; and what is below, NaN there."""
    below = np.where(below > 0, below, np.nan)
    return above / below, below


def measure(
    deprivations: Mapping[str, ArrayLike], *, weights: Weights, cutoff: Weight, design: Design, groups: Groups,
    names: Sequence[str] | None = None, missing: Missing = "refuse", gaps: Mapping[str, ArrayLike] | None = None,
    level: float = 0.95, errors: bool = True,
) -> list[Estimates]:  # fmt: skip
    """Estimates of the named measures (None: all of them), in that order, by group, under the whole design.

    deprivations: by indicator 0 or 1 a row (see `Deprivations.of`, also for `missing`). weights: exact shares that add
    up to one, or nested dimensions (`Structure.of`). cutoff: the share of weights from which on a person is poor.
    gaps: see `Multidimensional`; M1, M2, G and S are among all of them only where there are gaps, `dimension:D` only
    where weights are nested.
    A measure that a group does not have (the intensity where nobody is poor) is NaN. ValueError: see `Deprivations.of`.
    """
    of = Multidimensional.of(deprivations, weights=weights, cutoff=cutoff, missing=missing, gaps=gaps)
    return estimates(of, names, design, groups, level=level, errors=errors)


def estimates(
    of: Multidimensional, names: Sequence[str] | None, design: Design, groups: Groups, *, level: float = 0.95,
    errors: bool = True,
) -> list[Estimates]:  # fmt: skip
    """`measure`, of deprivations that have been read: `of.deprivations` says how many rows a rule has touched."""
    if not design.rows == len(groups.codes) == of.deprivations.rows:
        raise ValueError(
            f"the design has {design.rows} rows, the groups {len(groups.codes)}, the indicators {of.deprivations.rows}"
        )
    wanted = of.names if names is None else tuple(names)
    held = of.within(groups)
    cells = Cells.of(design, held, of.deprivations.pattern, len(of.deprivations.states))
    domains = design.over(held)
    freedom, sizes = domains.freedom[: groups.count], held.sizes()[: groups.count]
    found = []
    for name in wanted:
        point = of.point(name, design, cells)
        value = point.value[: groups.count]
        se = np.full(groups.count, np.nan)
        if errors:
            by_cell = design.unit is None and not of.ratio(name).rowwise
            variance = of.variance(name, cells) if by_cell else domains.variance(point.scores())
            se = np.sqrt(variance[: groups.count])
        found.append(Estimates(name, groups.names, value, np.where(np.isnan(value), np.nan, se), freedom, sizes, level))
    return found


def normalised_gap(achievement: ArrayLike, line: ArrayLike | float) -> Floats:
    """(line - achievement) / line where the achievement is below the line, and 0 elsewhere; shape (rows,).

    A ValueError where the line is not above zero or an achievement is below zero (its gap would be more than one);
    a missing achievement gives a missing gap.
    """
    values, lines = np.asarray(achievement, np.float64), np.asarray(line, np.float64)
    if not (lines > 0).all():
        raise ValueError("a line is missing, zero or negative: without a line above zero there is no gap")
    if bad := int((values < 0).sum()):
        raise ValueError(f"an achievement is below zero in {bad} rows: its gap would be more than the whole line")
    return np.where(values < lines, (lines - values) / lines, np.where(np.isnan(values), np.nan, 0.0))


def _gap(held: Deprivations, name: str, gap: ArrayLike) -> Floats:
    values = np.asarray(gap, np.float64)
    if values.shape != (held.rows,):
        raise ValueError(f"the gaps of {name} have {values.shape} values for {held.rows} rows")
    j = held.structure.names.index(name)
    states = held.states[:, j][held.pattern]
    if bad := int((~((values >= 0) & (values <= 1)) & (states == 1)).sum()):
        raise ValueError(f"the gaps of {name} are missing, below 0 or above 1 in {bad} rows that are deprived in it")
    return np.where(states == 1, values, np.where(states == MISSING, 1.0, 0.0))
