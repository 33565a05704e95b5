"""Rows in ascending order within their groups, and what hangs on the order: cumulated weights, Gini's mean
difference."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mingbai.oversight.poverty.groups import Floats, Ints, added

BLOCK = 8192
"""Rows handled at a time where a single pass will do: they stay in the processor's cache."""
RADIX = 65536
"""numpy sorts integers of 16 bits by radix, in a few passes; up to so many groups fit."""


def in_order(values: Floats, codes: Ints, count: int) -> Ints:
    """The rows by group, and within a group by value, ascending."""
    order = np.argsort(values)
    if count == 1:
        return order
    kind = np.uint16 if count <= RADIX else np.intp
    return order[np.argsort(codes.astype(kind)[order], kind="stable")]


@dataclass(frozen=True)
class Ranked:
    """Values with weights, by group. values, weight, codes: shape (rows,), as they came; a code is below `count`.

    What is named `…_in_order` has shape (rows,) by `order`; the rest, shape (count,), is by group, zero for one that
    has no row.
    """

    values: Floats
    weight: Floats
    codes: Ints
    count: int

    @cached_property
    def order(self) -> Ints:
        return in_order(self.values, self.codes, self.count)

    @cached_property
    def sizes(self) -> Ints:
        return np.bincount(self.codes, minlength=self.count)

    @cached_property
    def starts(self) -> Ints:
        """Where each group begins in the order."""
        return np.cumsum(self.sizes) - self.sizes

    @cached_property
    def total(self) -> Floats:
        """The sum of weights."""
        return added(self.codes, self.weight, self.count)

    @cached_property
    def value_in_order(self) -> Floats:
        return self.values[self.order]

    @cached_property
    def weight_in_order(self) -> Floats:
        return self.weight[self.order]

    @cached_property
    def reached_in_order(self) -> Floats:
        """Cumulated weight within the group, this row's included."""
        return self._cumulated(self.weight_in_order)

    @cached_property
    def sums_in_order(self) -> Floats:
        """Cumulated weight times value within the group, this row's included."""
        return self._cumulated(self.weight_in_order * self.value_in_order)

    def _cumulated(self, in_order: Floats) -> Floats:
        """Group by group: taken off one sum over all, a small group behind great ones would lose its digits."""
        found = np.empty(len(in_order))
        for begin, size in zip(self.starts.tolist(), self.sizes.tolist(), strict=True):
            np.cumsum(in_order[begin : begin + size], out=found[begin : begin + size])
        return found

    @cached_property
    def _apart_in_order(self) -> Floats:
        """Values less the mean of their group: differences are the same, and keep their digits."""
        mean = self.sums / np.where(self.total > 0, self.total, 1.0)
        return self.value_in_order - self._by_row(mean)

    def _by_row(self, groups: Floats) -> Floats:
        return groups if self.count == 1 else np.repeat(groups, self.sizes)

    @property
    def sums(self) -> Floats:
        """The sum of weight times value."""
        return self._swept[0]

    @property
    def difference(self) -> Floats:
        """Half of the sum over all pairs of rows of w_i w_j |v_i - v_j|: Gini's mean difference, as a sum."""
        return self._swept[1]

    @cached_property
    def _swept(self) -> tuple[Floats, Floats]:
        # A row stands above the weight before it and below the weight after it: 2 * reached - w - total.
        if self.count == 1:
            return self._sweep()
        codes = np.repeat(np.arange(self.count), self.sizes)
        total = added(codes, self.weight_in_order * self.value_in_order, self.count)
        apart = self.value_in_order - self._by_row(total / np.where(self.total > 0, self.total, 1.0))
        side = 2 * self.reached_in_order - self.weight_in_order - self._by_row(self.total)
        return total, added(codes, self.weight_in_order * apart * side, self.count)

    def _sweep(self) -> tuple[Floats, Floats]:
        """The same for one group, in blocks: no further array as long as the rows has to be fetched from memory."""
        total = difference = 0.0
        side = -float(self.total[0])
        values, weights = self.value_in_order, self.weight_in_order
        # Of the distance from some row in the middle, differences keep more digits than of the value itself.
        middle = float(values[len(values) // 2]) if len(values) else 0.0
        for begin in range(0, len(values), BLOCK):
            weight = weights[begin : begin + BLOCK]
            weighted = values[begin : begin + BLOCK] - middle
            weighted *= weight
            reached = np.cumsum(weight)
            above = 2 * float(reached[-1])
            reached *= 2
            reached -= weight
            reached += side
            side += above
            total += float(weighted.sum())
            difference += float(np.dot(weighted, reached))
        return np.array([total + middle * float(self.total[0])]), np.array([difference])

    @cached_property
    def pulls(self) -> Floats:
        """The derivative of `difference` by each row's weight, which is the sum of w_j |v_i - v_j|; as the rows
        came."""
        side = 2 * self.reached_in_order - self._by_row(self.total)
        found = np.empty(len(self.values))
        apart = self._apart_in_order
        weighted = self.weight_in_order * apart
        codes = np.repeat(np.arange(self.count), self.sizes)
        rest = self._by_row(added(codes, weighted, self.count))
        found[self.order] = apart * side - 2 * self._cumulated(weighted) + rest
        return found
