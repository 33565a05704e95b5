"""The share of something that goes to the poorest d of each group's people, and its uncertainty."""

import numpy as np

from mingbai.oversight.poverty.groups import Floats, Groups, Ints
from mingbai.oversight.poverty.welfare import Point


def share_to_poorest(
    welfare: Floats, amount: Floats, weight: Floats, groups: Groups, d: float, *, window: float | None = None
) -> Point:
    """Sum of w * amount over the poorest share `d` of people, by sum of w * amount.

    The household at the boundary counts with the part of it that is needed; those tied there share alike. With Q the
    boundary, W the people and B all amounts, the numerator N changes with a weight w_i as

        dN / dw_i = a_i 1(y_i < Q) + m(Q) (d - 1(y_i < Q)),   m(Q) the mean amount of those at the boundary

    (Deville 1999, section on quantile shares: the density of y cancels). m at one boundary household is as erratic as
    that household, so it is the mean over those whose rank lies within `window` of d: by default n^(-1/3) / 2, which
    shrinks as the sample grows. Zero takes those at the boundary alone, the exact derivative of the estimate.
    """
    values, influence = np.full(groups.count, np.nan), np.zeros(len(welfare))
    order = np.lexsort((welfare, groups.codes))
    ends = np.cumsum(groups.sizes())
    for group, end in enumerate(ends):
        rows = order[end - groups.sizes()[group] : end]
        if float((weight[rows] * amount[rows]).sum()) > 0:
            values[group], influence[rows] = _one(welfare, amount, weight, rows, d, window)
    return Point(values, lambda: weight * influence)


def _one(
    welfare: Floats, amount: Floats, weight: Floats, rows: Ints, d: float, window: float | None
) -> tuple[float, Floats]:
    """The share in one group, its rows in ascending order, and their influence on it."""
    y, a, w = welfare[rows], amount[rows], weight[rows]
    people, everything = float(w.sum()), float((w * a).sum())
    upto = np.cumsum(w)
    boundary = y[min(int(np.searchsorted(upto, d * people)), len(y) - 1)]
    below, tied = y < boundary, y == boundary
    under, at = float(w[below].sum()), float(w[tied].sum())
    part = (d * people - under) / at
    mean = float((w * a)[tied].sum()) / at
    got = float((w * a)[below].sum()) + part * at * mean
    wide = len(y) ** (-1 / 3) / 2 if window is None else window
    if wide > 0:
        near = tied | (np.abs((upto - w / 2) / people - d) <= wide)
        mean = float((w * a)[near].sum() / w[near].sum())
    # A tied household is in with `part` of itself, and moves the mean of the tied.
    inside = np.where(below, 1.0, np.where(tied, part, 0.0))
    moved = a * inside + mean * (d - inside)
    share = got / everything
    return share, (moved - share * a) / everything
