"""How much a measure differs between two dates, two samples, or two groups of one sample; and by what factor."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

from mingbai.oversight.poverty.dates import Dates
from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Floats, Groups, Ints
from mingbai.oversight.poverty.measures import named
from mingbai.oversight.poverty.welfare import Point, Welfare


class Change(NamedTuple):
    """One difference. p: two-sided, of no difference. ratio: after / before, its interval made on its logarithm."""

    measure: str
    group: Any
    before: float
    after: float
    difference: float
    se: float
    lower: float
    upper: float
    p: float
    ratio: float
    ratio_se: float
    ratio_lower: float
    ratio_upper: float


@dataclass(frozen=True)
class Changes:
    """The difference after - before of one measure by group, as columns, each of shape (groups,).

    se, ratio_se: standard errors under the design, covariance counted. NaN where a group has no row on either side.
    """

    measure: str
    groups: tuple[Any, ...]
    before: Floats
    after: Floats
    se: Floats
    ratio_se: Floats
    freedom: Ints
    level: float = 0.95

    @property
    def difference(self) -> Floats:
        return self.after - self.before

    @property
    def ratio(self) -> Floats:
        """after / before; NaN where `before` is zero."""
        return np.divide(self.after, self.before, out=np.full_like(self.after, np.nan), where=self.before != 0)

    @property
    def _freedom(self) -> Floats:
        return np.where(self.freedom > 0, self.freedom, np.nan)

    @property
    def half_width(self) -> Floats:
        return np.asarray(stdtrit(self._freedom, (1 + self.level) / 2) * self.se, np.float64)

    @property
    def p(self) -> Floats:
        """Two-sided p-value of Student's t with the design's degrees of freedom; 1 where there is no difference."""
        far = np.abs(self.difference)
        t = np.divide(far, self.se, out=np.where(far > 0, np.inf, 0.0), where=self.se > 0)
        found = np.asarray(2 * stdtr(self._freedom, -t), np.float64)
        return np.where(np.isnan(far) | np.isnan(self.se), np.nan, found)

    @property
    def ratio_interval(self) -> tuple[Floats, Floats]:
        """Made on the logarithm, so that it stays above zero; NaN where the ratio is not above zero."""
        ratio = np.where(self.ratio > 0, self.ratio, np.nan)
        width = stdtrit(self._freedom, (1 + self.level) / 2) * self.ratio_se / ratio
        return np.asarray(ratio * np.exp(-width), np.float64), np.asarray(ratio * np.exp(width), np.float64)

    def __iter__(self) -> Iterator[Change]:
        low, high = self.ratio_interval
        columns = (
            self.before, self.after, self.difference, self.se, self.difference - self.half_width,
            self.difference + self.half_width, self.p, self.ratio, self.ratio_se, low, high,
        )  # fmt: skip
        for group, *row in zip(self.groups, *(column.tolist() for column in columns), strict=True):
            yield Change(self.measure, group, *row)


def change(dates: Dates, names: Sequence[str], *, level: float = 0.95) -> list[Changes]:
    """The change of the named measures from the first date to the second, by group."""
    found = []
    for measure in [named(name) for name in names]:
        before, after = measure.compute(dates.before), measure.compute(dates.after)
        one, other = before.scores(), after.scores()
        variance, freedom = dates.variance(-one, other)
        ratio = np.divide(after.value, before.value, out=np.full_like(after.value, np.nan), where=before.value != 0)
        # The linearized ratio: (after's score - ratio * before's score) / before.
        base = np.where(before.value != 0, before.value, np.nan)
        relative, _ = dates.variance(
            -(ratio / base)[dates.before.groups.codes] * one, (1 / base)[dates.after.groups.codes] * other
        )
        found.append(
            Changes(
                measure.name, dates.groups.names, before.value, after.value,
                _root(variance, before.value + after.value), _root(relative, ratio), freedom, level,
            )
        )  # fmt: skip
    return found


def against(
    welfare: Welfare, names: Sequence[str], design: Design, *, reference: Any = None, level: float = 0.95
) -> list[Changes]:
    """Each group of one sample against a reference: the difference group - reference, and their ratio.

    reference: the value of the group to compare with; None for everybody. Other than in two dates, `before` is the
    reference. Degrees of freedom are those of the whole design.
    """
    groups = welfare.groups
    if reference is not None and reference not in groups.names:
        raise ValueError(f"there is no group {reference!r} to compare with; there are {_listed(groups)}")
    everybody = Groups.everybody(design.rows)
    domains, over_all = design.over(groups), design.over(everybody)
    found = []
    for measure in [named(name) for name in names]:
        own = measure.compute(welfare)
        base, common = _reference(welfare, measure.compute(_whole(welfare)) if reference is None else own, reference)
        scores = own.scores()
        variance, other = domains.variance(scores), over_all.variance(common)[0]
        covariance = domains.covariance_with_whole(scores, common)
        ratio = own.value / base if base != 0 else np.full_like(own.value, np.nan)
        relative = (variance + ratio**2 * other - 2 * ratio * covariance) / (base**2 or np.nan)
        found.append(
            Changes(
                measure.name, groups.names, np.full_like(own.value, base), own.value,
                _root(variance + other - 2 * covariance, own.value), _root(relative, ratio),
                np.full_like(domains.freedom, over_all.freedom[0]), level,
            )
        )  # fmt: skip
    return found


def _whole(of: Welfare) -> Welfare:
    return Welfare(of.welfare, of.weight, Groups.everybody(len(of.weight)), of.line)


def _reference(of: Welfare, point: Point, reference: Any) -> tuple[float, Floats]:
    """The reference's value, and its scores, zero outside of it."""
    if reference is None:
        return float(point.value[0]), point.scores()
    at = of.groups.names.index(reference)
    return float(point.value[at]), np.where(of.groups.codes == at, point.scores(), 0.0)


def _root(variance: Floats, value: Floats) -> Floats:
    """The standard error; NaN where there is no value. A variance of nothing may come out a rounding below zero."""
    return np.where(np.isnan(value), np.nan, np.sqrt(np.maximum(variance, 0)))


def _listed(groups: Groups) -> str:
    names = [repr(name) for name in groups.names[:10]]
    return ", ".join(names) + (", …" if groups.count > 10 else "")
