"""How much a multidimensional measure changed between two dates, with the uncertainty of the change.

For values a before and b after, `years` apart (Alkire et al. 2015, Multidimensional Poverty Measurement and Analysis,
section 9.2): absolute b - a; relative b / a - 1; annual (b / a)^(1 / years) - 1. Their linearized scores follow from
those of a and b: s_b - s_a; (s_b - b / a s_a) / a; (b / a)^(1 / years) (s_b / b - s_a / a) / years.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.estimates import Estimates
from mingbai.oversight.poverty.groups import Floats, Groups
from mingbai.oversight.poverty.multidimensional.cells import Cells
from mingbai.oversight.poverty.multidimensional.measures import Multidimensional
from mingbai.oversight.poverty.multidimensional.patterns import Missing
from mingbai.oversight.poverty.multidimensional.structure import Weight, Weights

KINDS = ("absolute", "relative", "annual")


def changes(
    deprivations: Mapping[str, ArrayLike], *, weights: Weights, cutoff: Weight, design: Design, groups: Groups,
    period: ArrayLike, years: float, names: Sequence[str] = ("H", "A", "M0"), missing: Missing = "refuse",
    gaps: Mapping[str, ArrayLike] | None = None, level: float = 0.95,
) -> list[Estimates]:  # fmt: skip
    """Changes from the rows of both dates in one table: "H:absolute", "H:relative", "H:annual", and so on, by group.

    period: two values, the earlier first in order. design: of the whole table. Villages drawn once and visited twice
    are the same clusters on both dates, and what they share lowers the error (the covariance is in it); for two
    independent draws, put the date into the strata. n counts the rows of both dates. A group without a value on one
    date, or with zero before (no ratio to it), is NaN. ValueError: see `Deprivations.of`; other than two dates.
    """
    of = Multidimensional.of(deprivations, weights=weights, cutoff=cutoff, missing=missing, gaps=gaps)
    dates = Groups.of(period, of.deprivations.rows)
    if dates.count != 2:
        raise ValueError(f"the table has {dates.count} dates ({', '.join(map(str, dates.names[:5]))}), not two")
    held = of.within(groups)
    domains = design.over(held)
    split = Groups(held.codes * 2 + dates.codes, tuple(range(held.count * 2)))
    cells = Cells.of(design, split, of.deprivations.pattern, len(of.deprivations.states))
    kept = slice(0, groups.count)
    found = []
    for name in names:
        point = of.point(name, design, cells)
        before, after = point.value[0::2], point.value[1::2]
        scores = point.scores()
        for kind, (value, slope) in zip(KINDS, _changed(before, after, _more_than_zero(years)), strict=True):
            each = scores * np.nan_to_num(slope).reshape(-1)[split.codes]
            known = ~np.isnan(value) & ~np.isnan(slope).any(axis=1)
            se = np.where(known, np.sqrt(domains.variance(each)), np.nan)[kept]
            label, freedom, n = f"{name}:{kind}", domains.freedom[kept], held.sizes()[kept]
            found.append(Estimates(label, groups.names, value[kept], se, freedom, n, level))
    return found


def between(before: Sequence[Estimates], after: Sequence[Estimates], years: float) -> list[Estimates]:
    """Changes between estimates of two samples drawn independently of each other, measure by measure.

    The degrees of freedom of both add up. A ValueError where the two name other measures, groups or levels.
    """
    years = _more_than_zero(years)
    found = []
    if [one.measure for one in before] != [one.measure for one in after]:
        raise ValueError("the two dates have other measures: estimate the same ones on both")
    for one, other in zip(before, after, strict=True):
        if one.groups != other.groups or one.level != other.level:
            raise ValueError(f"{one.measure}: the two dates have other groups or another level of confidence")
        for kind, (value, slope) in zip(KINDS, _changed(one.value, other.value, years), strict=True):
            se = np.hypot(slope[:, 0] * one.se, slope[:, 1] * other.se)
            freedom, n = one.freedom + other.freedom, one.n + other.n
            found.append(Estimates(f"{one.measure}:{kind}", one.groups, value, se, freedom, n, one.level))
    return found


def _changed(before: Floats, after: Floats, years: float) -> list[tuple[Floats, Floats]]:
    """Each kind of change by group, and its slopes by the value before and after, shape (groups, 2)."""
    start = np.where(before > 0, before, np.nan)
    ratio = after / start
    yearly = ratio ** (1 / years)
    with np.errstate(divide="ignore", invalid="ignore"):
        # From something to nothing: -100 % a year, of which the slope is endless.
        steep = np.where(after > 0, yearly / years / after, np.nan)
    ones = np.where(np.isnan(before), np.nan, 1.0)
    return [
        (after - before, np.column_stack([-ones, ones])),
        (ratio - 1, np.column_stack([-ratio / start, 1 / start])),
        (yearly - 1, np.column_stack([-yearly / years / start, steep])),
    ]


def _more_than_zero(years: float) -> float:
    if not 0 < years < np.inf:
        raise ValueError(f"there are {years} years between the dates, but must be more than zero")
    return years
