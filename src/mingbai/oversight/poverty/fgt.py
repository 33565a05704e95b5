"""Headcount, gap, severity, and any other order: Foster, Greer and Thorbecke (1984), Econometrica 52(3).

P_a = sum over the poor of w ((z - y) / z)^a / sum of w; headcount is a = 0, gap a = 1, severity a = 2.
"""

import numpy as np

from mingbai.oversight.poverty.groups import Floats
from mingbai.oversight.poverty.welfare import Point, Welfare


def fgt(of: Welfare, order: float) -> Point:
    """The measure of an order of zero or more. Incomes below zero count with gaps above one, as they are."""
    if not 0 <= order < np.inf:
        raise ValueError(f"the order is {order}, but must be zero or more")
    return of.mean_of_poor(_power(of.gaps, order))


def _power(gaps: Floats, order: float) -> Floats | None:
    """The gaps to a power; None for one everywhere."""
    if order == 0:
        return None
    if order == 1:
        return gaps
    return gaps * gaps if order == 2 else gaps**order


def headcount(of: Welfare) -> Point:
    """Share of people below the line."""
    return fgt(of, 0)


def gap(of: Welfare) -> Point:
    """Mean shortfall from the line, as a share of it, the non-poor counting zero."""
    return fgt(of, 1)


def severity(of: Welfare) -> Point:
    """Mean squared shortfall."""
    return fgt(of, 2)
