"""Who has what share of all income: the Lorenz curve, shares of the poorest and richest, their ratios.

Shares come from the Lorenz curve that joins the points (cumulated weight, cumulated income) by straight lines: where
the poorest 40 % end within a row, a part of the row counts. So they are smooth in the weights, and linearize without a
density (Langel and Tillé 2011, Statistics in Medicine 30(25); 2013, JRSS A 176(2)). A group whose mean income is not
above zero has no shares: NaN. Negative incomes count as they are: the curve then first falls below zero.
"""

from collections.abc import Sequence

import numpy as np

from mingbai.oversight.poverty.groups import Floats
from mingbai.oversight.poverty.quantiles import place, quantile, steps
from mingbai.oversight.poverty.welfare import Point, Welfare


def income_below(of: Welfare, p: float) -> Point:
    """The sum of income of the poorest p (0 to 1) of a group, by its piecewise linear Lorenz curve.

    Influence of a row: p Q + min(y - Q, 0), Q the income at which the poorest p end.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"the share of the poorest is {p}, but must lie between 0 and 1")
    if not len(of.welfare):
        return Point(np.full(of.groups.count, np.nan), lambda: np.zeros(0))
    ranked, target = of.ranked, p * of.total
    at = place(of, target)
    end = ranked.value_in_order[at]
    found = ranked.sums_in_order[at] - (ranked.reached_in_order[at] - target) * end

    def scores() -> Floats:
        # Where the poorest p end between two rows, the slope to the left differs from that to the right: their mean.
        edge = of.by_row(steps(of, np.full(of.groups.count, p)))
        return of.weight * (p * edge + np.minimum(of.welfare - edge, 0))

    return Point(found, scores)


def share(of: Welfare, low: float, high: float) -> Point:
    """The share of all income that people from the rank `low` to the rank `high` (0 to 1) have: L(high) - L(low)."""
    if not low <= high:
        raise ValueError(f"the share from {low} to {high} runs backwards")
    below, above = income_below(of, low), income_below(of, high)
    total = _income(of)
    found = (above.value - below.value) / total

    def scores() -> Floats:
        own = of.weight * of.welfare
        return (above.scores() - below.scores() - of.by_row(found) * own) / of.by_row(total)

    return Point(found, scores)


def lorenz(of: Welfare, p: float) -> Point:
    """The Lorenz curve at p: the share of all income that the poorest p (0 to 1) have."""
    return share(of, 0.0, p)


def lorenz_curve(of: Welfare, at: Sequence[float]) -> Floats:
    """The curve's ordinates at the given abscissae (0 to 1) by group, shape (groups, len(at))."""
    return np.stack([lorenz(of, p).value for p in at], axis=1)


def top_to_bottom(of: Welfare, top: float, bottom: float) -> Point:
    """What the richest `top` (0 to 1) have, over what the poorest `bottom` have. NaN where these have nothing, or
    less."""
    below, poorest = income_below(of, 1 - top), income_below(of, bottom)
    base = np.where(poorest.value > 0, poorest.value, np.nan)
    found = (_income(of) - below.value) / base

    def scores() -> Floats:
        rich = of.weight * of.welfare - below.scores()
        return (rich - of.by_row(found) * poorest.scores()) / of.by_row(base)

    return Point(found, scores)


def palma(of: Welfare) -> Point:
    """The income of the richest 10 % over that of the poorest 40 %: Palma (2011), Development and Change 42(1)."""
    return top_to_bottom(of, 0.1, 0.4)


def s80s20(of: Welfare) -> Point:
    """The income of the richest fifth over that of the poorest fifth, exactly a fifth of the weight each."""
    return top_to_bottom(of, 0.2, 0.2)


def qsr(of: Welfare) -> Point:
    """The quintile share ratio as Eurostat and laeken have it, in whole rows: income above the 80 % quantile, over
    income up to and with the 20 % quantile (see `quantiles` for what a quantile is).

    It jumps as weights change; its scores are those of the smooth `s80s20`, from which it differs by a row or two.
    """
    low, high = (of.by_row(quantile(of, p).value) for p in (0.2, 0.8))
    own = of.weight * of.welfare
    poorest = of.groups.sums(np.where(of.welfare <= low, own, 0.0))
    richest = of.groups.sums(np.where(of.welfare > high, own, 0.0))
    found = richest / np.where(poorest > 0, poorest, np.nan)
    return Point(found, lambda: s80s20(of).scores())


def _income(of: Welfare) -> Floats:
    """All income by group, NaN where it is not above zero."""
    total = of.ranked.sums
    return np.where(total > 0, total, np.nan)
