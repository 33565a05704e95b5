"""How much of a change in poverty is growth of the mean, how much is redistribution, and how much a moved line.

Poverty is a function P(m, d, z) of the mean m, the distribution d around the mean, and the line z. What it would
be with the mean of one date and the distribution of the other is had by multiplying all incomes of that other.

- Datt and Ravallion (1992), Journal of Development Economics 38(2): growth P(m', d) - P(m, d) and redistribution
  P(m, d') - P(m, d), both from one reference date, and a residual that is left.
- Shapley: the mean of all orders in which the parts may change (Kolenikov and Shorrocks 2005, Review of Development
  Economics 9(1); Shorrocks 2013, Journal of Economic Inequality 11): exact, without a residual, and equal to the mean
  of Datt and Ravallion's with either date as reference.

Lines: incomes are taken as multiples of the row's own line of that date (welfare / line), so that two dates are
compared in real terms, and growth is that of real incomes. Only `with_line` looks at money incomes and the line apart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations, product
from math import factorial
from typing import Any, Literal

import numpy as np

from mingbai.oversight.poverty.fgt import fgt
from mingbai.oversight.poverty.groups import Floats
from mingbai.oversight.poverty.welfare import Undefined, Welfare

Corner = tuple[int, ...]


@dataclass(frozen=True)
class Growth:
    """A change in poverty taken apart, by group, each of shape (groups,).

    change = growth + redistribution + line + residual; `line` is zero where it was not asked for, `residual` for
    Shapley's method.
    """

    groups: tuple[Any, ...]
    before: Floats
    after: Floats
    growth: Floats
    redistribution: Floats
    line: Floats
    residual: Floats

    @property
    def change(self) -> Floats:
        return self.after - self.before


def datt_ravallion(
    before: Welfare, after: Welfare, order: float, *, reference: Literal["before", "after"] = "before"
) -> Growth:
    """Growth, redistribution and residual of a Foster-Greer-Thorbecke measure, from one reference date.

    The residual with one reference is minus that with the other.
    """
    corners = _corners(_real(before), _real(after), order)
    low, high = corners[0, 0], corners[1, 1]
    if reference == "before":
        growth, redistribution = corners[1, 0] - low, corners[0, 1] - low
    elif reference == "after":
        growth, redistribution = high - corners[0, 1], high - corners[1, 0]
    else:
        raise ValueError(f"the reference is {reference!r}, but is either 'before' or 'after'")
    residual = high - low - growth - redistribution
    return Growth(before.groups.names, low, high, growth, redistribution, np.zeros_like(low), residual)


def shapley(before: Welfare, after: Welfare, order: float) -> Growth:
    """Growth and redistribution of a Foster-Greer-Thorbecke measure, without a residual."""
    corners = _corners(_real(before), _real(after), order)
    growth, redistribution = shared(corners.__getitem__, 2)
    low, high = corners[0, 0], corners[1, 1]
    nothing = np.zeros_like(low)
    return Growth(before.groups.names, low, high, growth, redistribution, nothing, nothing)


def with_line(before: Welfare, after: Welfare, order: float) -> Growth:
    """Growth of money incomes, redistribution and the moved line, by Shapley's method; each date with one line."""
    lines = _one_line(before), _one_line(after)
    two_dates = (before, after)
    _must_match(before, after)
    means = tuple(_means(of) for of in two_dates)

    def poverty(corner: Corner) -> Floats:
        mean, distribution, line = corner
        factor = means[mean] / means[distribution] if mean != distribution else np.ones(before.groups.count)
        return _poverty(two_dates[distribution], factor, order, lines[line])

    corners = {corner: poverty(corner) for corner in product((0, 1), repeat=3)}
    growth, redistribution, line = shared(corners.__getitem__, 3)
    low, high = corners[0, 0, 0], corners[1, 1, 1]
    return Growth(before.groups.names, low, high, growth, redistribution, line, np.zeros_like(low))


def shared(value: Callable[[Corner], Floats], parts: int) -> list[Floats]:
    """Shapley's share of each part in value(1, …, 1) - value(0, …, 0).

    value: asked with one number a part, 0 as before and 1 as after. The shares add up to the difference.
    """
    total = [np.zeros_like(value((0,) * parts)) for _ in range(parts)]
    for sequence in permutations(range(parts)):
        corner = [0] * parts
        for part in sequence:
            step = -value(tuple(corner))
            corner[part] = 1
            total[part] = total[part] + step + value(tuple(corner))
    return [each / factorial(parts) for each in total]


def _corners(before: Welfare, after: Welfare, order: float) -> dict[Corner, Floats]:
    """Poverty with the mean of one date (first) and the distribution of the other (second)."""
    _must_match(before, after)
    two_dates = (before, after)
    means = tuple(_means(of) for of in two_dates)
    same = np.ones(before.groups.count)
    return {
        (mean, d): _poverty(two_dates[d], same if mean == d else means[mean] / means[d], order, 1.0)
        for mean, d in product((0, 1), repeat=2)
    }


def _poverty(of: Welfare, factor: Floats, order: float, line: float) -> Floats:
    return fgt(Welfare(of.welfare * factor[of.groups.codes], of.weight, of.groups, line), order).value


def _real(of: Welfare) -> Welfare:
    """Incomes as multiples of their line. Rounding keeps those below the line below one, and those at it at one."""
    return Welfare(of.welfare / of.the_line, of.weight, of.groups, 1.0)


def _one_line(of: Welfare) -> float:
    if isinstance(of.the_line, float):
        return of.the_line
    raise ValueError("to look at the line apart, each date needs one line for all: give a number, or leave it out")


def _means(of: Welfare) -> Floats:
    means = of.groups.sums(of.weight * of.welfare) / of.total
    if bad := int((means <= 0).sum()):
        raise Undefined(f"{bad} groups have a mean income of zero or less, which no growth could have led to or from")
    return means


def _must_match(before: Welfare, after: Welfare) -> None:
    if before.groups.names != after.groups.names:
        lacking = set(map(str, before.groups.names)) ^ set(map(str, after.groups.names))
        raise ValueError(f"the two dates have different groups; only one has {', '.join(sorted(lacking)[:10])}")
