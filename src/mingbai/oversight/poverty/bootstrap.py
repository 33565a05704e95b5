"""The rescaling bootstrap: Rao and Wu (1988), JASA 83; its form with weights, Rao, Wu and Yue (1992), Survey
Methodology 18(2).

In each stratum n_h - 1 of the n_h clusters are drawn with replacement; a cluster drawn r times has its rows' weights
multiplied by r n_h / (n_h - 1). With a finite population of which f_h is drawn the multiplier is

    1 - sqrt(1 - f_h) + sqrt(1 - f_h) r n_h / (n_h - 1),

Rao and Wu's with n_h - 1 draws, which is never negative. For a total the variance over replicates is, on average, the
linearized one exactly. A stratum of a single cluster: see `Design.lonely`; only "refuse" and "certainty" (its weights
stay as they are) have a meaning here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Floats
from mingbai.oversight.poverty.measures import named
from mingbai.oversight.poverty.ranks import Ranked
from mingbai.oversight.poverty.welfare import Welfare

Statistic = Callable[[Welfare], Floats]
"""From welfare (with a replicate's weights) to a value by group."""


@dataclass(frozen=True)
class Bootstrap:
    """One measure by group with its replicates; reproducible byte for byte from `seed`.

    value: of the sample itself, shape (groups,). replicates: shape (replicates, groups), NaN where a replicate has
    nobody of the group, or none of the measure; such replicates are left out, and `used` counts the others.
    """

    measure: str
    groups: tuple[Any, ...]
    value: Floats
    replicates: Floats
    seed: int
    level: float = 0.95

    @property
    def used(self) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
        return np.asarray((~np.isnan(self.replicates)).sum(axis=0), np.intp)

    @property
    def variance(self) -> Floats:
        """Around the mean of the replicates, divided by their number less one."""
        values = np.where(self.used > 1, self.replicates, np.nan)
        spread = values - _mean(values)
        total = np.nansum(spread**2, axis=0)
        return np.where(self.used > 1, total / np.maximum(self.used - 1, 1), np.nan)

    @property
    def se(self) -> Floats:
        return np.sqrt(self.variance)

    @property
    def normal(self) -> tuple[Floats, Floats]:
        """value ± z * se, with z of the normal distribution."""
        width = float(ndtri((1 + self.level) / 2)) * self.se
        return self.value - width, self.value + width

    @property
    def percentile(self) -> tuple[Floats, Floats]:
        """The quantiles of the replicates, interpolated linearly between neighbours."""
        tail = (1 - self.level) / 2
        found = np.full((2, len(self.value)), np.nan)
        some = self.used > 0
        found[:, some] = np.nanquantile(self.replicates[:, some], (tail, 1 - tail), axis=0)
        return found[0], found[1]


def bootstrap(
    welfare: Welfare, measures: Sequence[str] | Mapping[str, Statistic], design: Design, *,
    seed: int, replicates: int = 1000, level: float = 0.95,
) -> list[Bootstrap]:  # fmt: skip
    """Replicates of measures by name, or of any function of the welfare, by the welfare's groups.

    Memory: one set of weights at a time, and the values. A ValueError where a lonely stratum has a rule that cannot be
    redrawn, or the replicates are fewer than two.
    """
    if replicates < 2:
        raise ValueError(f"{replicates} replicates show no spread: ask for two or more, for intervals 1,000")
    statistics = _by_name(measures) if not isinstance(measures, Mapping) else dict(measures)
    values = {name: _asked(name, statistic, welfare) for name, statistic in statistics.items()}
    found = {name: np.empty((replicates, welfare.groups.count)) for name in statistics}
    draw = Redraw(design)
    random = np.random.default_rng(seed)
    for b in range(replicates):
        replicate = _reweighted(welfare, welfare.weight * draw.multipliers(random))
        for name, statistic in statistics.items():
            found[name][b] = _asked(name, statistic, replicate)
    return [Bootstrap(name, welfare.groups.names, values[name], found[name], seed, level) for name in statistics]


class Redraw:
    """Draws the multipliers of rows' weights, one replicate a call."""

    def __init__(self, design: Design) -> None:
        if design.alone.any() and design.lonely in ("centre", "average"):
            raise ValueError(
                f"{int(design.alone.sum())} strata have a single cluster, which cannot be redrawn under the rule "
                f"{design.lonely!r}: take 'certainty', or join these strata with others"
            )
        n = design.units_by_stratum
        _ = design.factor  # refuses lonely strata where no rule was chosen
        by_stratum = np.argsort(design.stratum_of_unit, kind="stable")
        self._unit = design.unit
        self._units = design.units
        # Draws are places in the list of clusters by stratum: from the stratum's first, below its count.
        draws = np.maximum(n - 1, 0)
        self._first = np.repeat(np.cumsum(n) - n, draws)
        self._below = np.repeat(n, draws)
        self._by_stratum = by_stratum
        moved = np.where(n > 1, np.sqrt(1 - design.fraction), 0.0)
        self._stay = (1 - moved)[design.stratum_of_unit]
        self._times = (moved * n / np.maximum(n - 1, 1))[design.stratum_of_unit]

    def multipliers(self, random: np.random.Generator) -> Floats:
        """By row, shape (rows,)."""
        drawn = self._by_stratum[self._first + random.integers(0, self._below)]
        by_unit = self._stay + self._times * np.bincount(drawn, minlength=self._units)
        return by_unit if self._unit is None else by_unit[self._unit]


def _reweighted(of: Welfare, weight: Floats) -> Welfare:
    """The same rows with other weights. What does not hang on weights is kept: above all, the order of incomes."""
    found = Welfare(of.welfare, weight, of.groups, of.line)
    known, kept = vars(of), vars(found)
    kept.update({name: known[name] for name in ("poor", "poor_rows", "gaps") if name in known})
    for name, rows in (("ranked", slice(None)), ("ranked_gaps", known.get("poor_rows"))):
        if name in known:
            old: Ranked = known[name]
            new = Ranked(old.values, weight[rows], old.codes, old.count)
            order = ("order", "sizes", "starts", "value_in_order")
            vars(new).update({each: vars(old)[each] for each in order if each in vars(old)})
            kept[name] = new
    return found


def _by_name(names: Sequence[str]) -> dict[str, Statistic]:
    def value(name: str) -> Statistic:
        compute = named(name).compute
        return lambda welfare: compute(welfare).value

    return {name: value(name) for name in names}


def _asked(name: str, statistic: Statistic, welfare: Welfare) -> Floats:
    value = np.asarray(statistic(welfare), np.float64)
    if value.shape != (welfare.groups.count,):
        raise ValueError(f"{name} has {value.shape} values for {welfare.groups.count} groups")
    return value


def _mean(values: Floats) -> Floats:
    """The mean over replicates, leaving out NaN; NaN where nothing is left."""
    there = ~np.isnan(values)
    count = there.sum(axis=0)
    total: Floats = np.where(there, values, 0.0).sum(axis=0)
    return total / np.where(count > 0, count, np.nan)
