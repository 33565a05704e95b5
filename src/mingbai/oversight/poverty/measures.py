"""The measures of income by name, and the one way to ask for several."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import nan

from numpy.typing import ArrayLike

from mingbai.oversight.poverty import fgt, inequality, quantiles, sen, shares
from mingbai.oversight.poverty.design import Design, Lonely
from mingbai.oversight.poverty.estimates import Estimates, estimated, unsure
from mingbai.oversight.poverty.groups import Groups, numbers
from mingbai.oversight.poverty.welfare import Point, Welfare


@dataclass(frozen=True)
class Measure:
    """A measure of income. needs_line: whether it asks who is poor."""

    name: str
    compute: Callable[[Welfare], Point]
    needs_line: bool = False


def mean(of: Welfare) -> Point:
    """Mean welfare."""
    return of.mean(of.welfare)


MOST = 1e6
SMALLEST = 1e-6
_WITH_LINE: dict[str, Callable[[Welfare], Point]] = {
    "headcount": fgt.headcount, "gap": fgt.gap, "severity": fgt.severity,
    "watts": sen.watts, "sen": sen.sen, "sen1976": sen.sen1976, "sst": sen.sst, "median_gap": quantiles.median_gap,
}  # fmt: skip
_WITHOUT: dict[str, Callable[[Welfare], Point]] = {
    "gini": inequality.gini, "gini_corrected": inequality.gini_corrected,
    "ge0": partial(inequality.ge, order=0), "ge1": partial(inequality.ge, order=1),
    "ge2": partial(inequality.ge, order=2), "atkinson0.5": partial(inequality.atkinson, aversion=0.5),
    "atkinson1": partial(inequality.atkinson, aversion=1), "atkinson2": partial(inequality.atkinson, aversion=2),
    "qsr": shares.qsr, "s80s20": shares.s80s20, "palma": shares.palma,
    "share_bottom40": partial(shares.share, low=0.0, high=0.4), "share_top10": partial(shares.share, low=0.9, high=1.0),
    **{f"share_decile{k}": partial(shares.share, low=(k - 1) / 10, high=k / 10) for k in range(1, 11)},
    "mean": mean, "median": quantiles.median, "arpt": quantiles.risk_line,
}  # fmt: skip
MEASURES = {
    **{name: Measure(name, compute, needs_line=True) for name, compute in _WITH_LINE.items()},
    **{name: Measure(name, compute) for name, compute in _WITHOUT.items()},
}


@dataclass(frozen=True)
class Family:
    """Measures with a number of one's own choice behind the name. least, most: the numbers that it takes."""

    compute: Callable[[Welfare, float], Point]
    takes: str
    least: float
    most: float
    needs_line: bool = False


FAMILIES = {
    "fgt": Family(fgt.fgt, "an order of zero or more, such as fgt1.5", 0, MOST, needs_line=True),
    "ge": Family(inequality.ge, "an order, such as ge-1", -MOST, MOST),
    "atkinson": Family(inequality.atkinson, "an aversion above zero, such as atkinson0.25", SMALLEST, MOST),
    "quantile": Family(quantiles.quantile, "a share from 0 to 1, such as quantile0.9", 0, 1),
    "lorenz": Family(shares.lorenz, "a share from 0 to 1, such as lorenz0.5", 0, 1),
}


def named(name: str) -> Measure:
    """The measure of that name: one of MEASURES, or of FAMILIES with its number. A ValueError for any other name."""
    if name in MEASURES:
        return MEASURES[name]
    found = re.fullmatch(r"([a-z]+)(-?\d+(?:\.\d+)?)?", name)
    if not found or found[1] not in FAMILIES:
        raise ValueError(
            f"no such measure: {name}; there are {', '.join([*MEASURES, *(f'{f}NUMBER' for f in FAMILIES)])}"
        )
    family = FAMILIES[found[1]]
    number = nan if found[2] is None else float(found[2])
    if not family.least <= number <= family.most:
        raise ValueError(f"no such measure: {name}; {found[1]} takes {family.takes}")
    return Measure(name, lambda of: family.compute(of, number), family.needs_line)


def measure(
    welfare: Welfare, names: Sequence[str], design: Design, *, level: float = 0.95, errors: bool = True
) -> list[Estimates]:
    """Estimates of the named measures, in that order, by the welfare's groups, under the whole design.

    names: see `named`. errors: False leaves standard errors out (NaN) and is several times as fast.
    """
    wanted = [named(name) for name in ([names] if isinstance(names, str) else names)]
    if not errors:
        return [unsure(one.name, welfare.groups, one.compute(welfare).value, level) for one in wanted]
    domains = design.over(welfare.groups)
    found = []
    for one in wanted:
        point = one.compute(welfare)
        found.append(estimated(one.name, domains, point.value, point.scores(), level))
    return found


def measured(
    welfare: ArrayLike, names: Sequence[str], *, line: ArrayLike | float | None = None, by: ArrayLike | None = None,
    weight: ArrayLike | None = None, strata: ArrayLike | None = None, psu: ArrayLike | None = None,
    fpc: ArrayLike | None = None, lonely: Lonely = "refuse", level: float = 0.95, errors: bool = True,
) -> list[Estimates]:  # fmt: skip
    """`measure` straight from columns of equal length: incomes, and what Welfare.of, Groups.of and Design.of take.

    by: the groups; None for everybody. A ValueError says which column is wrong and how.
    """
    incomes = numbers(welfare)
    rows = incomes.size
    design = Design.of(rows, weight=weight, strata=strata, psu=psu, fpc=fpc, lonely=lonely)
    of = Welfare.of(incomes, weight=design.weight, groups=Groups.of(by, rows), line=line)
    return measure(of, names, design, level=level, errors=errors)
