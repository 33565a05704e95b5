"""Weights added up over rows of one group that gave the same answers; and variances from those sums alone.

Where each row is a cluster of its own, a measure's linearized value depends on the group and the pattern of answers
only, and a row's score is its weight times that. With n rows in a cell, their mean weight w and the sum q of squared
distances from it, the squared distances of the scores from any number m add up to s² q + n (s w - m)²: the variance of
design.py needs no pass over rows.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mingbai.oversight.poverty.design import Design, numbered
from mingbai.oversight.poverty.groups import Floats, Groups, Ints, added


@dataclass(frozen=True)
class Cells:
    """Cells in use: stratum (where rows are clusters of their own) by group by pattern. Made by `Cells.of`.

    of_row: shape (rows,). stratum, group, pattern, weight: shape (cells,); weight is the sum.
    """

    design: Design
    groups: Groups
    of_row: Ints
    stratum: Ints
    group: Ints
    pattern: Ints
    weight: Floats

    @classmethod
    def of(cls, design: Design, groups: Groups, pattern: Ints, patterns: int) -> "Cells":
        """pattern: shape (rows,), from 0 to `patterns` - 1."""
        key = groups.codes * patterns + pattern
        layers = 1
        if design.unit is None and design.stratum is not None:
            key += design.stratum * (groups.count * patterns)
            layers = design.strata
        of_row, used = numbered(key, layers * groups.count * patterns)
        stratum, rest = np.divmod(used, groups.count * patterns)
        group, found = np.divmod(rest, patterns)
        return cls(design, groups, of_row, stratum, group, found, added(of_row, design.weight, len(used)))

    def sums(self, values: Floats) -> Floats:
        """The weighted sum by group of `values`, shape (patterns,)."""
        return added(self.group, self.weight * values[self.pattern], self.groups.count)

    @cached_property
    def rows(self) -> Ints:
        return np.bincount(self.of_row, minlength=len(self.weight))

    @cached_property
    def mean(self) -> Floats:
        return self.weight / self.rows

    @cached_property
    def spread(self) -> Floats:
        """The sum in each cell of squared distances of the weights from their mean."""
        apart = self.design.weight - self.mean[self.of_row]
        apart *= apart
        return added(self.of_row, apart, len(self.weight))

    @cached_property
    def _pairs(self) -> tuple[Ints, Ints, Ints]:
        """Strata that meet groups, and the pair of each cell."""
        key = self.stratum * self.groups.count + self.group
        pair, used = numbered(key, self.design.strata * self.groups.count)
        return pair, used // self.groups.count, used % self.groups.count

    def variance(self, values: Floats) -> Floats:
        """The variance by group of the total of weight times `values`, shape (cells,); rows are their own clusters.

        The same as `Domains.variance` finds from rows. NaN where a group has no row.
        """
        pair, stratum, group = self._pairs
        pairs = len(stratum)
        drawn = self.design.units_by_stratum[stratum]
        # A lonely stratum is not centred (see design.py).
        mean = added(pair, values * self.weight, pairs) / np.where(self.design.alone[stratum], np.inf, drawn)
        apart = values * self.mean - mean[pair]
        each = values * values * self.spread + self.rows * (apart * apart)
        absent = drawn - added(pair, self.rows.astype(np.float64), pairs)
        around = added(pair, each, pairs) + absent * mean * mean
        found = added(group, self.design.factor[stratum] * around, self.groups.count)
        return np.where(np.bincount(group, minlength=self.groups.count) > 0, found, np.nan)
