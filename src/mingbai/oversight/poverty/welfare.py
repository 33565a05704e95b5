"""What an income measure is taken of: welfare, weights, a line, groups; and what measures share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mingbai.oversight.poverty.groups import Floats, Groups, Ints, added, numbers
from mingbai.oversight.poverty.ranks import Ranked


class Undefined(ValueError):
    """A measure that these numbers do not have, such as a logarithm of a negative income. The sentence says why."""


class Point(NamedTuple):
    """A measure by group, and how to see its uncertainty.

    value: shape (groups,), NaN for a group that has none. scores: called only where errors are wanted; gives by row
    the weight times the linearized value (influence) of that row on its own group's measure, shape (rows,).
    """

    value: Floats
    scores: Callable[[], Floats]


@dataclass(frozen=True)
class Welfare:
    """Incomes (or any measure of living) of rows that stand for `weight` people or households each.

    welfare, weight: shape (rows,). line: a number, or by row (by place, by year), shape (rows,), above zero; None
    where no measure needs one. Poor is whoever is below the line, not at it.
    """

    welfare: Floats
    weight: Floats
    groups: Groups
    line: Floats | float | None = None

    @classmethod
    def of(
        cls, welfare: ArrayLike, *, weight: Floats, groups: Groups, line: ArrayLike | float | None = None
    ) -> "Welfare":
        """Checks what it is given; a ValueError says what is wrong and in how many rows."""
        values = numbers(welfare)
        if values.ndim != 1 or len(values) != len(weight) or len(values) != len(groups.codes):
            raise ValueError(f"welfare has {values.shape} values for {len(weight)} rows")
        if bad := int((~np.isfinite(values)).sum()):
            raise ValueError(f"the welfare is missing or endless in {bad} rows: leave these rows out, or fill them")
        lines: Floats | float | None = None
        if line is not None:
            lines = numbers(line)
            if lines.shape not in ((), values.shape):
                raise ValueError(f"the lines have {lines.shape} values for {len(values)} rows")
            if bad := int((~(np.isfinite(lines) & (lines > 0))).sum()):
                raise ValueError(f"the line is missing, zero or negative in {bad} rows")
            lines = float(lines) if lines.ndim == 0 else lines
        return cls(values, weight, groups, lines)

    @cached_property
    def total(self) -> Floats:
        """The sum of weights by group; NaN for a group without any, so that what is divided by it is NaN too."""
        sums = self.groups.sums(self.weight)
        return np.where(sums > 0, sums, np.nan)

    @property
    def the_line(self) -> Floats | float:
        if self.line is None:
            raise Undefined("this measure needs a line")
        return self.line

    @cached_property
    def poor(self) -> NDArray[np.bool_]:
        """Whether each row is below its line."""
        found: NDArray[np.bool_] = self.welfare < self.the_line
        return found

    @cached_property
    def poor_rows(self) -> Ints:
        return np.flatnonzero(self.poor)

    @cached_property
    def gaps(self) -> Floats:
        """(line - welfare) / line of the poor rows, in the order of `poor_rows`."""
        line, at = self.the_line, self.poor_rows
        lines = line[at] if isinstance(line, np.ndarray) else line
        return (lines - self.welfare[at]) / lines

    @cached_property
    def ranked(self) -> Ranked:
        """The rows in ascending order of welfare within groups."""
        return Ranked(self.welfare, self.weight, self.groups.codes, self.groups.count)

    @cached_property
    def ranked_gaps(self) -> Ranked:
        """The poor alone, in ascending order of their gaps (so by income relative to each row's own line)."""
        at = self.poor_rows
        return Ranked(self.gaps, self.weight[at], self.groups.codes[at], self.groups.count)

    @property
    def order(self) -> Ints:
        """The rows by group, and within a group by welfare, ascending."""
        return self.ranked.order

    @cached_property
    def average(self) -> Floats:
        """Mean welfare by group."""
        return self.groups.sums(self.weight * self.welfare) / self.total

    def by_row(self, groups: Floats) -> Floats:
        """What each row's group has; of shape (1,) where there is but one group, for numpy to stretch."""
        return groups if self.groups.count == 1 else groups[self.groups.codes]

    def refuse(self, bad: NDArray[np.bool_], why: str) -> None:
        """Undefined, with how many, where rows that stand for somebody are bad. Rows of zero weight may be anything."""
        if not bad.any():
            return
        if rows := int(np.count_nonzero(bad & (self.weight > 0))):
            raise Undefined(
                f"{why}: {rows} rows do not have that; leave them out, correct them, or take another measure"
            )

    def mean(self, values: Floats) -> Point:
        """The weighted mean of `values` (shape (rows,)) by group, with its linearization (Woodruff 1971)."""
        found = self.groups.sums(self.weight * values) / self.total
        return Point(found, lambda: self.weight * (values - self.by_row(found)) / self.by_row(self.total))

    def mean_of_poor(self, values: Floats | None) -> Point:
        """The mean over everybody of what is zero for the non-poor and `values` for the poor (None: one each).

        values: by poor row, in the order of `poor_rows`.
        """
        at = self.poor_rows
        weighted = self.weight[at] if values is None else self.weight[at] * values
        found = added(self.groups.codes[at], weighted, self.groups.count) / self.total
        return Point(found, lambda: self.poor_scores(found, 1.0 if values is None else values))

    def poor_scores(self, less: Floats, values: Floats | float) -> Floats:
        """Scores w_i / W * (values of the poor, zero for others, minus `less` of the group), shape (rows,)."""
        each = np.empty(len(self.weight))
        np.negative(self.by_row(less), out=each) if self.groups.count > 1 else each.fill(-less[0])
        each[self.poor_rows] += values
        each *= self.weight
        each /= self.by_row(self.total)
        return each
