"""Measures that mind the inequality among the poor: Watts, Sen in two forms, Sen-Shorrocks-Thon.

All rest on incomes relative to the line, x = y / z: where lines differ by row (by place, by year), whoever is further
below their own line ranks as poorer. With one line for everybody this changes nothing.

With q the weight of the poor, W that of all, D the sum of w (1 - x) over the poor, and M half the sum over pairs of the
poor of w_i w_j |x_i - x_j|, the Gini coefficient of the poor is M / (q * sum of w x) and their mean income gap ratio
I = D / q. So (1 - I) * Gini = M / q², which is there also where all the poor have nothing, or less. Scores follow from
those of D, M, q and W by the chain rule.
"""

import numpy as np

from mingbai.oversight.poverty.groups import Floats
from mingbai.oversight.poverty.welfare import Point, Welfare


def watts(of: Welfare) -> Point:
    """The mean of ln(z / y), the non-poor counting zero: Watts (1968); Haughton and Khandker (2009), chapter 4.

    Undefined where somebody poor has an income of zero or less.
    """
    at = of.poor_rows
    income = of.welfare[at]
    bad = income <= 0
    if bad.any():
        mask = np.zeros(len(of.welfare), np.bool_)
        mask[at[bad]] = True
        of.refuse(mask, "the Watts index takes the logarithm of the incomes of the poor, which must be above zero")
    line = of.the_line[at] if isinstance(of.the_line, np.ndarray) else of.the_line
    return of.mean_of_poor(np.log(line / np.where(bad, line, income)))


def sen(of: Welfare) -> Point:
    """The Sen index as the World Bank's handbook has it: H [I + (1 - I) G], G the Gini coefficient among the poor.

    Haughton and Khandker (2009), Handbook on Poverty and Inequality, chapter 4: P0 * G + P1 * (1 - G). It is the limit
    of Sen's own form for many poor, and unlike that does not hang on how many stand behind the weights. Zero without
    poor.
    """
    return _sen(of, 0.0)


def sen1976(of: Welfare) -> Point:
    """Sen's own index: H [I + (1 - I) G q / (q + 1)]; Sen (1976), Econometrica 44(2), 219-231, theorem 1.

    For distinct incomes without weights this is 2 / ((q + 1) n z) * sum over the poor of (z - y_i) (q + 1 - i), i = 1
    for the poorest; equals share their average rank. q is the number of the poor, here the sum of their weights: a
    weight says how often a row is repeated. Weights that add up to one give a meaningless q: take `sen` then.
    """
    return _sen(of, 1.0)


def _sen(of: Welfare, more: float) -> Point:
    poor = of.ranked_gaps
    count = poor.total + more
    count = np.where(count > 0, count, 1.0)
    found = (poor.sums + poor.difference / count) / of.total

    def scores() -> Floats:
        slope, fall = 1 / count[poor.codes], (poor.difference / count**2)[poor.codes]
        return of.poor_scores(found, poor.values + poor.pulls * slope - fall)

    return Point(found, scores)


def sst(of: Welfare) -> Point:
    """Sen, Shorrocks and Thon: P1 (1 + G), G the Gini coefficient of everybody's gap ratios, zero for the non-poor.

    Shorrocks (1995), Econometrica 63(5), 1225-1230: 1 / n² * sum of (2 n - 2 i + 1) g_i, i = 1 for the largest gap
    ratio g. The Gini coefficient is the population's, without a correction for few rows.
    """
    poor, total = of.ranked_gaps, of.total
    others = total - poor.total
    # The mean difference of all: pairs of poor, and pairs of a poor with a non-poor, who are a whole gap apart.
    spread = poor.difference + others * poor.sums
    mean = poor.sums / total
    found = mean + spread / total**2

    def scores() -> Floats:
        codes = poor.codes
        each = poor.values * (1 + others / total)[codes] + poor.pulls / total[codes] - mean[codes]
        return of.poor_scores(found + spread / total**2 - mean, each)

    return Point(found, scores)
