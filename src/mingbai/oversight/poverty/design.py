"""How the rows were drawn: weights, strata, clusters, finite population; and the variance that follows from it.

The variance of an estimate is that of the total of its linearized scores (Binder 1983; Deville 1999), under the
with-replacement approximation of the first stage (Särndal, Swensson and Wretman 1992, section 4.6), as R's survey does:

    V = sum over strata h of (1 - f_h) n_h / (n_h - 1) * sum over clusters c in h of (t_c - mean of t in h)²,

where t_c is the weighted sum of scores in cluster c. A group's scores are zero outside the group while n_h counts every
cluster of the design: the whole design, never a subset.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from mingbai.oversight.poverty.groups import Floats, Groups, Ints, added, numbers

Lonely = Literal["refuse", "certainty", "centre", "average"]
DENSE = 8
"""Tables of group by cluster are laid out in full up to this many cells a row; beyond it only the cells in use."""


@dataclass(frozen=True)
class Design:
    """One draw of `rows` rows.

    weight: shape (rows,), how many of the population a row stands for, zero or more. stratum, unit: codes, shape
    (rows,); None for one stratum, and for each row as a cluster of its own. Clusters are numbered within strata:
    cluster 1 of two strata is two clusters. fraction: shape (strata,), the share f_h of a stratum's clusters that were
    drawn, 0 for a population without end.
    lonely: what to do with a stratum of a single cluster, of which no spread can be seen. "refuse": a ValueError that
    names it; "certainty": it adds nothing; "centre": its distance from the mean of all counts (R's "adjust":
    from zero, which that mean is for every measure that stays when all weights double, so for all but `sen1976`);
    "average": it adds what the other strata add on average.
    """

    weight: Floats
    stratum: Ints | None
    unit: Ints | None
    fraction: Floats
    lonely: Lonely
    strata_names: tuple[object, ...]

    @classmethod
    def of(
        cls, rows: int, *, weight: ArrayLike | None = None, strata: ArrayLike | None = None,
        psu: ArrayLike | None = None, fpc: ArrayLike | None = None, lonely: Lonely = "refuse",
    ) -> "Design":  # fmt: skip
        """The design of a table's columns.

        fpc: by row, how many clusters the stratum has in the population (at least as many as were drawn), or the share
        that was drawn (at most 1); one value a stratum. A ValueError says which column is wrong and how.
        """
        given = np.ones(rows) if weight is None else numbers(weight)
        if given.shape != (rows,):
            raise ValueError(f"the weights have {given.shape} values for {rows} rows")
        if not np.isfinite(given).all() or (given < 0).any():
            raise ValueError("a weight is missing, negative or endless: each row needs a weight of zero or more")
        layers = Groups.of(strata, rows)
        stratum = None if strata is None else layers.codes
        unit: Ints | None = None
        if psu is not None:
            within = Groups.of(psu, rows)
            unit = Groups.of(layers.codes * within.count + within.codes, rows).codes
        design = cls(given, stratum, unit, np.zeros(layers.count), lonely, layers.names)
        return design if fpc is None else design._with_fraction(numbers(fpc))

    def _with_fraction(self, fpc: Floats) -> "Design":
        codes = self._strata_of_rows
        low, high = np.full(self.strata, np.inf), np.full(self.strata, -np.inf)
        np.minimum.at(low, codes, fpc)
        np.maximum.at(high, codes, fpc)
        if not np.isfinite(fpc).all() or (low <= 0).any():
            raise ValueError("the finite population is missing, zero or negative in some rows")
        if (low != high).any():
            name = self.strata_names[int(np.flatnonzero(low != high)[0])]
            where = "" if name is None else f" {name}"
            raise ValueError(f"the finite population differs within stratum{where}: one number a stratum is needed")
        share = np.where(low <= 1, low, self.units_by_stratum / low)
        if (share > 1).any():
            name = self.strata_names[int(np.flatnonzero(share > 1)[0])]
            where = "" if name is None else f" of stratum {name}"
            raise ValueError(f"more clusters in the sample than in the population{where}")
        return Design(self.weight, self.stratum, self.unit, share, self.lonely, self.strata_names)

    @property
    def rows(self) -> int:
        return len(self.weight)

    @property
    def strata(self) -> int:
        return len(self.strata_names)

    @cached_property
    def units(self) -> int:
        """How many clusters were drawn."""
        return self.rows if self.unit is None else int(self.unit.max(initial=-1)) + 1

    @cached_property
    def _strata_of_rows(self) -> Ints:
        return np.zeros(self.rows, np.intp) if self.stratum is None else self.stratum

    @cached_property
    def stratum_of_unit(self) -> Ints:
        if self.unit is None:
            return self._strata_of_rows
        found = np.zeros(self.units, np.intp)
        found[self.unit] = self._strata_of_rows
        return found

    @cached_property
    def units_by_stratum(self) -> Ints:
        return np.bincount(self.stratum_of_unit, minlength=self.strata)

    @cached_property
    def factor(self) -> Floats:
        """(1 - f_h) n_h / (n_h - 1) by stratum; 0 where a single cluster is all there is. ValueError: see `lonely`."""
        n = self.units_by_stratum
        left = 1 - self.fraction
        alone = self.alone
        if self.strata == 1 and alone.any() and self.lonely in ("refuse", "average"):
            raise ValueError(
                "there is a single cluster, which shows no spread: look at the clusters, or choose certainty"
            )
        if alone.any() and self.lonely == "refuse":
            names = [str(self.strata_names[i]) for i in np.flatnonzero(alone)[:5]]
            raise ValueError(
                f"{int(alone.sum())} strata have a single cluster ({', '.join(names)}), which shows no spread: "
                "choose a rule for them (certainty, centre or average)"
            )
        factor = left * n / np.maximum(n - 1, 1)
        if self.lonely == "average" and alone.any():
            if alone.all():
                raise ValueError(
                    "every stratum has a single cluster, so there are no others to take an average of: "
                    "choose another rule (certainty or centre)"
                )
            factor = factor * (self.strata / int((~alone).sum()))
        return np.where(alone, left if self.lonely == "centre" else 0.0, factor)

    @cached_property
    def alone(self) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Strata of a single cluster that does not stand for itself alone."""
        found: np.ndarray[tuple[int], np.dtype[np.bool_]] = (self.units_by_stratum == 1) & (self.fraction < 1)
        return found

    def over(self, groups: Groups) -> "Domains":
        """The design with its groups: what variances are asked of. Make it once for many measures."""
        return Domains(self, groups)


class Domains:
    """Variances of totals by group, under the whole design."""

    def __init__(self, design: Design, groups: Groups) -> None:
        self.design, self.groups = design, groups
        self._count = groups.count
        # Cells: a cluster's part in a group. Without clusters each row is a cell and nothing needs adding up.
        self._cell, self._cell_unit, self._cell_group = self._cells()
        strata = design.stratum_of_unit[self._cell_unit] if design.strata > 1 else None
        self._pair_stratum, self._pair_group, self._pair = self._pairs(strata)

    def _cells(self) -> tuple[Ints | None, Ints | slice, Ints]:
        unit, codes = self.design.unit, self.groups.codes
        if unit is None:
            return None, slice(None), codes
        if self._count == 1:
            return unit, np.arange(self.design.units), np.zeros(self.design.units, np.intp)
        cell, keys = numbered(unit * self._count + codes, self.design.units * self._count)
        return cell, keys // self._count, keys % self._count

    def _pairs(self, strata: Ints | None) -> tuple[Ints, Ints, Ints]:
        """Strata that meet groups, and the pair of each cell."""
        if strata is None:
            return np.zeros(self._count, np.intp), np.arange(self._count), self._cell_group
        pair, keys = numbered(strata * self._count + self._cell_group, self.design.strata * self._count)
        return keys // self._count, keys % self._count, pair

    @cached_property
    def _met(self) -> Ints:
        """How many clusters of the pair's stratum have a row of its group."""
        return np.bincount(self._pair, minlength=len(self._pair_group))

    def totals(self, scores: Floats) -> Floats:
        """Weighted scores, shape (rows,), added up to cells."""
        if self._cell is None:
            return scores
        return added(self._cell, scores, len(self._cell_group))

    def variance(self, scores: Floats) -> Floats:
        """The variance of each group's total of `scores`: shape (rows,), weight times linearized value, already
        multiplied. NaN where a group has no row. Returns shape (groups,).
        """
        return self.covariance(scores, None)

    def covariance(self, one: Floats, other: Floats | None) -> Floats:
        """The covariance, by group, of the totals of two scores; of one with itself where the other is None."""
        a = self.totals(one)
        b = a if other is None else self.totals(other)
        pairs = len(self._pair_group)
        n = self.design.units_by_stratum[self._pair_stratum]
        # A lonely stratum is not centred: the scores of the whole already sum to nothing.
        n_or_never = np.where(self.design.alone[self._pair_stratum], np.inf, n)
        mean_a = added(self._pair, a, pairs) / n_or_never
        mean_b = mean_a if other is None else added(self._pair, b, pairs) / n_or_never
        far_a = a - mean_a[self._pair]
        far_b = far_a if other is None else b - mean_b[self._pair]
        # Clusters of the stratum without a row of the group stand at zero.
        absent = (n - self._met) * mean_a * mean_b
        spread = added(self._pair, far_a * far_b, pairs) + absent
        found = added(self._pair_group, self.design.factor[self._pair_stratum] * spread, self._count)
        return np.where(self.groups.sizes() > 0, found, np.nan)

    def covariance_with_whole(self, one: Floats, whole: Floats) -> Floats:
        """The covariance of each group's total of `one` with the total of `whole` over all rows, shape (groups,).

        What a share of the whole needs, or the difference of each group from one group (`whole` zero elsewhere).
        """
        design = self.design
        unit, strata = design.unit, design.strata
        b = whole if unit is None else added(unit, whole, design.units)
        n_or_never = np.where(design.alone, np.inf, design.units_by_stratum)
        mean = added(design.stratum_of_unit, b, strata) / n_or_never
        far = (b - mean[design.stratum_of_unit]) * design.factor[design.stratum_of_unit]
        # Only one side needs its distance from the mean; clusters without a row of the group add nothing.
        found = added(self._cell_group, self.totals(one) * far[self._cell_unit], self._count)
        return np.where(self.groups.sizes() > 0, found, np.nan)

    @cached_property
    def freedom(self) -> Ints:
        """Degrees of freedom of each group: clusters with a row of it, less strata with one.

        As R's `degf` and svy: rows of zero weight stand for nobody, and tell nothing of the spread.
        """
        cells, pairs = self._cell_group, self._pair_group
        if not self.design.weight.all():
            live = self.totals(self.design.weight) > 0
            cells = cells[live]
            pairs = pairs[np.bincount(self._pair[live], minlength=len(pairs)) > 0]
        return np.bincount(cells, minlength=self._count) - np.bincount(pairs, minlength=self._count)


def numbered(keys: Ints, most: int) -> tuple[Ints, Ints]:
    """Each key's number among those in use, and those keys in ascending order."""
    if most <= DENSE * len(keys) + 1024:
        used = np.flatnonzero(np.bincount(keys, minlength=most))
        numbers = np.zeros(most, np.intp)
        numbers[used] = np.arange(len(used))
        return numbers[keys], used
    used, codes = np.unique(keys, return_inverse=True)
    return codes.astype(np.intp, copy=False).reshape(-1), used
