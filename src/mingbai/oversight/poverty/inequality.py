"""Inequality: Gini, generalized entropy, Atkinson.

Which incomes they accept. Gini: any, as long as their mean is above zero; with negative incomes it may exceed one.
Generalized entropy of an order above zero, and Atkinson below one: zero or more (0 ln 0 = 0). Generalized entropy of
order zero or less, and Atkinson of one or more: above zero only. Anything else is refused as Undefined, with the
number of rows. A group whose mean is not above zero has no inequality to speak of: NaN, and the other groups keep
theirs.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import xlogy

from mingbai.oversight.poverty.groups import Floats
from mingbai.oversight.poverty.welfare import Point, Undefined, Welfare


def gini(of: Welfare) -> Point:
    """The Gini coefficient of the population, from 0 (all alike) to, at most, 1 - w / W (one row of weight w has all).

    G = sum over pairs of w_i w_j |y_i - y_j| / (2 W * sum of w y): without the factor n / (n - 1), so that a row of
    weight two equals two rows, and the figure is that of laeken's `gini` (a hundredth of it). For the factor see
    `gini_corrected`. Linearized as Deville (1999), Survey Methodology 25(2), and Langel and Tillé (2013), JRSS A
    176(2).
    """
    ranked, total = of.ranked, of.total
    income = np.where(ranked.sums > 0, ranked.sums, np.nan)
    found = ranked.difference / (total * income)

    def scores() -> Floats:
        each = ranked.pulls / of.by_row(total * income)
        each -= of.by_row(found) * (1 / of.by_row(total) + of.welfare / of.by_row(income))
        each *= of.weight
        return each

    return Point(found, scores)


def gini_corrected(of: Welfare) -> Point:
    """Gini times n / (n - 1), n the rows of the group with a weight: without bias for the mean difference where rows
    are drawn with equal chances. NaN for a group of one row. A weight is then no longer a repetition.
    """
    plain = gini(of)
    n = of.groups.sums((of.weight > 0).astype(np.float64))
    factor = n / np.where(n > 1, n - 1, np.nan)
    return Point(plain.value * factor, lambda: plain.scores() * of.by_row(factor))


def ge(of: Welfare, order: float) -> Point:
    """Generalized entropy of any order a: the mean of ((y / m)^a - 1) / (a (a - 1)), m the mean income.

    a = 0 is the mean log deviation, mean of ln(m / y); a = 1 Theil's index, mean of (y / m) ln(y / m); a = 2 half the
    squared coefficient of variation. Shorrocks (1980), Econometrica 48(3); linearized as Biewen and Jenkins (2006),
    Oxford Bulletin of Economics and Statistics 68(3).
    """
    return _entropy(of, order, f"generalized entropy of order {order:g}")


def atkinson(of: Welfare, aversion: float) -> Point:
    """Atkinson's index for an aversion e above zero: 1 - (mean of (y / m)^(1 - e))^(1 / (1 - e)); for e = 1 one minus
    the geometric mean over the arithmetic. Atkinson (1970), Journal of Economic Theory 2(3).

    It is a function of generalized entropy of order 1 - e, from which its scores follow.
    """
    if not 0 < aversion < np.inf:
        raise ValueError(f"the aversion to inequality is {aversion}, but must be above zero")
    power = 1 - aversion
    entropy = _entropy(of, power, f"Atkinson's index of aversion {aversion:g}")
    if power == 0:
        kept = slope = np.exp(-entropy.value)
    else:
        moment = 1 + power * (power - 1) * entropy.value
        kept = moment ** (1 / power)
        slope = aversion * moment ** (1 / power - 1)
    return Point(1 - kept, lambda: entropy.scores() * of.by_row(slope))


def _entropy(of: Welfare, order: float, name: str) -> Point:
    if not np.isfinite(order):
        raise ValueError(f"the order is {order}, but must be a number")
    relative = _relative(of, order, name)
    each, slope = _kernel(relative, order)
    with np.errstate(over="ignore"):
        found = of.groups.sums(of.weight * each) / of.total
    if np.isinf(found).any():
        raise Undefined(f"{name}: the incomes lie too far apart for this order, their powers have no end")

    def scores() -> Floats:
        # The second term is what the row does through the mean income.
        through_mean = of.by_row(slope(found)) * (relative - 1)
        return of.weight * (each - of.by_row(found) - through_mean) / of.by_row(of.total)

    return Point(found, scores)


def _relative(of: Welfare, order: float, name: str) -> Floats:
    """Incomes over the mean of their group; one for rows of zero weight that have no such power."""
    bad = of.welfare < 0 if order > 0 else of.welfare <= 0
    of.refuse(bad, f"{name} needs incomes of zero or more" if order > 0 else f"{name} needs incomes above zero")
    relative = of.welfare / of.by_row(np.where(of.average > 0, of.average, np.nan))
    if bad.any():
        relative[bad] = 1.0
    return relative


def _kernel(x: Floats, order: float) -> tuple[Floats, Callable[[Floats], Floats]]:
    """k(x), of which generalized entropy is the mean; and the mean of x k'(x), as a function of that entropy."""
    if order == 0:
        return -np.log(x), lambda found: np.full_like(found, -1.0)
    if order == 1:
        return np.asarray(xlogy(x, x), np.float64), lambda found: found + 1
    if order == 2:
        # The mean of (x - 1)² is that of x² - 1, but loses no digits where all are nearly alike.
        return (x - 1) ** 2 / 2, lambda found: 2 * found
    with np.errstate(over="ignore"):
        each = (x**order - 1) / (order * (order - 1))
    return each, lambda found: order * found + 1 / (order - 1)
