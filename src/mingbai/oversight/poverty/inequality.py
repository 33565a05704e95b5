"""Inequality: Gini, generalized entropy, Atkinson.

Which incomes they accept. Gini: any, as long as their mean is above zero; with negative incomes it may exceed one.
Generalized entropy of an order above zero, and Atkinson below one: zero or more (0 ln 0 = 0). Generalized entropy of
order zero or less, and Atkinson of one or more: above zero only. Anything else is refused as Undefined, with the
number of rows. A group whose mean is not above zero has no inequality to speak of: NaN, and the other groups keep
theirs.
"""

import numpy as np
from scipy.special import xlog1py

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
        lost, slope = -np.expm1(-entropy.value), np.exp(-entropy.value)
    else:
        less = power * (power - 1) * entropy.value
        lost = -np.expm1(np.log1p(less) / power)
        slope = aversion * (1 + less) ** (1 / power - 1)
    return Point(lost, lambda: entropy.scores() * of.by_row(slope))


def _entropy(of: Welfare, order: float, name: str) -> Point:
    if not np.isfinite(order):
        raise ValueError(f"the order is {order}, but must be a number")
    relative, apart = _relative(of, order, name)
    with np.errstate(over="ignore", divide="ignore"):
        each = _kernel(relative, apart, order)
        found = of.groups.sums(of.weight * each) / of.total
    if np.isinf(found).any():
        raise Undefined(f"{name}: the incomes lie too far apart for this order, their powers have no end")

    def scores() -> Floats:
        # The last term is what the row does through the mean income: the mean of x k'(x) is the order times that of k.
        return of.weight * (each - of.by_row(found) - of.by_row(order * found) * apart) / of.by_row(of.total)

    return Point(found, scores)


def _relative(of: Welfare, order: float, name: str) -> tuple[Floats, Floats]:
    """Incomes over the mean of their group, x, and x - 1; one and zero for rows of zero weight that have no such
    power."""
    bad = of.welfare < 0 if order > 0 else of.welfare <= 0
    of.refuse(bad, f"{name} needs incomes of zero or more" if order > 0 else f"{name} needs incomes above zero")
    mean = of.by_row(np.where(of.average > 0, of.average, np.nan))
    relative, apart = of.welfare / mean, (of.welfare - mean) / mean
    if bad.any():
        relative[bad], apart[bad] = 1.0, 0.0
    return relative, apart


def _kernel(x: Floats, apart: Floats, order: float) -> Floats:
    """k(x), x = 1 + apart, of which generalized entropy is the mean: (x^a - 1 - a (x - 1)) / (a (a - 1)).

    The mean of x - 1 is zero, so this is the entropy of the books; but each k is then zero or more and flat at the
    mean, so that no digits are lost where all are nearly alike.
    """
    if order == 2:
        return apart**2 / 2
    if order == 1:
        return xlog1py(1 + apart, apart) - apart
    # Near the mean its digits are in `apart`, near zero in x.
    logarithm = np.where(apart < -0.5, np.log(x), np.log1p(apart))
    if order == 0:
        return apart - logarithm
    return np.asarray((np.expm1(order * logarithm) - order * apart) / (order * (order - 1)), np.float64)
