"""Quantiles of welfare by group, the median, the at-risk-of-poverty line; with their uncertainty.

The quantile of p is the income at which the weighted step function of cumulated shares passes p: F(y) first at least p.
Where a step meets p exactly, it is the mean of that income and the next (Hyndman and Fan 1996, The American
Statistician 50(4), definition 2; the survey package's `school` rule; SAS, with which Eurostat reckons), so that the
median of two equal rows lies between them. laeken's `weightedQuantile` agrees but at an exact meeting, where version
0.5.2 takes the next income alone; so its `qsr` and `rmpg` too.
"""

import numpy as np
from scipy.special import ndtri

from mingbai.oversight.poverty.groups import Floats, Groups, Ints
from mingbai.oversight.poverty.welfare import Point, Welfare

MET = 1e-9
"""A step meets a share when it is no further from it than this part of the group's weight: sums of weights round."""


def quantile(of: Welfare, p: float) -> Point:
    """The quantile of p between 0 and 1 by group. Scores: those of the share [y <= Q], over -f(Q).

    The density f is a difference quotient of the quantiles on both sides, 2 h / (Q(p + h) - Q(p - h)) (Siddiqui 1960),
    h as Hall and Sheather (1988), JRSS B 50(3), choose it for intervals of 95 %, from Kish's effective number of rows;
    see Koenker (2005), Quantile Regression, section 3.4. The linearized interval of value ± t * se is then near
    Woodruff's (1952). Where so many incomes are the same that both sides agree, the standard error is zero.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"the share of a quantile is {p}, but must lie between 0 and 1")
    found = steps(of, np.full(of.groups.count, p))

    def scores() -> Floats:
        # Around the share that is really there, so that the scores of a group add up to nothing.
        there = of.mean((of.welfare <= of.by_row(found)).astype(np.float64))
        return -there.scores() * of.by_row(_sparsity(of, p))

    return Point(found, scores)


def median(of: Welfare) -> Point:
    """The income that half of the people do not exceed."""
    return quantile(of, 0.5)


def risk_line(of: Welfare, share: float = 0.6) -> Point:
    """The at-risk-of-poverty line of the European Union: 60 % of the median income, here of each group's own."""
    middle = median(of)
    return Point(share * middle.value, lambda: share * middle.scores())


def median_gap(of: Welfare) -> Point:
    """The median gap ratio of the poor, 1 - y / z: at a line of 60 % of the median, Eurostat's relative median gap.

    The line counts as known. NaN for a group without poor.
    """
    at = of.poor_rows
    poor = Welfare(1 - of.gaps, of.weight[at], Groups(of.groups.codes[at], of.groups.names))
    found = median(poor)

    def scores() -> Floats:
        each = np.zeros(len(of.welfare))
        each[at] = -found.scores()
        return each

    return Point(1 - found.value, scores)


def steps(of: Welfare, p: Floats) -> Floats:
    """The quantile of each group's own p, shape (groups,)."""
    ranked, total = of.ranked, of.total
    target, near = p * total, MET * total
    low, high = place(of, target - near), place(of, target + near)
    low, high = np.where(p > 0, low, high), np.where(p < 1, high, low)
    if not len(of.welfare):
        return np.full(of.groups.count, np.nan)
    found = (ranked.value_in_order[low] + ranked.value_in_order[high]) / 2
    return np.where(np.isnan(total), np.nan, found)


def place(of: Welfare, running: Floats) -> Ints:
    """Of each group, the place in the order of the first row up to which its weights add up to at least this; the last
    row else."""
    ranked = of.ranked
    found = ranked.starts.copy()
    for group, (begin, size) in enumerate(zip(ranked.starts.tolist(), ranked.sizes.tolist(), strict=True)):
        found[group] += np.searchsorted(ranked.reached_in_order[begin : begin + size], running[group])
    last = np.maximum(ranked.starts + ranked.sizes - 1, 0)
    return np.clip(found, np.minimum(ranked.starts, last), last)


def _sparsity(of: Welfare, p: float) -> Floats:
    """One over the density at the quantile, shape (groups,)."""
    squares = of.groups.sums(of.weight**2)
    rows = of.total**2 / np.where(squares > 0, squares, np.nan)
    z = ndtri(min(max(p, 0.001), 0.999))
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    width = rows ** (-1 / 3) * ndtri(0.975) ** (2 / 3) * (1.5 * density**2 / (2 * z * z + 1)) ** (1 / 3)
    low, high = np.maximum(p - width, 0), np.minimum(p + width, 1)
    found: Floats = (steps(of, high) - steps(of, low)) / (high - low)
    return found
