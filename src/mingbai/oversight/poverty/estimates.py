"""Estimates with their uncertainty: one row a measure and group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.special import stdtrit

from mingbai.oversight.poverty.design import Domains
from mingbai.oversight.poverty.groups import Floats, Groups, Ints


class Estimate(NamedTuple):
    """One figure. se: standard error; lower, upper: the interval; n: the rows it rests on. NaN: not to be had."""

    measure: str
    group: Any
    value: float
    se: float
    lower: float
    upper: float
    n: int


@dataclass(frozen=True)
class Estimates:
    """One measure by group, as columns, each of shape (groups,).

    freedom: degrees of freedom of the interval, which is value ± t * se with the design's own degrees of freedom.
    """

    measure: str
    groups: tuple[Any, ...]
    value: Floats
    se: Floats
    freedom: Ints
    n: Ints
    level: float = 0.95

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise ValueError(f"the level of confidence is {self.level}, but must lie between 0 and 1, such as 0.95")

    @property
    def half_width(self) -> Floats:
        freedom = np.where(self.freedom > 0, self.freedom, np.nan)
        return np.asarray(stdtrit(freedom, (1 + self.level) / 2) * self.se, np.float64)

    @property
    def lower(self) -> Floats:
        return self.value - self.half_width

    @property
    def upper(self) -> Floats:
        return self.value + self.half_width

    def __iter__(self) -> Iterator[Estimate]:
        columns = (self.groups, *(c.tolist() for c in (self.value, self.se, self.lower, self.upper, self.n)))
        for group, value, se, lower, upper, n in zip(*columns, strict=True):
            yield Estimate(self.measure, group, value, se, lower, upper, n)


def estimated(measure: str, domains: Domains, value: Floats, scores: Floats | None, level: float = 0.95) -> Estimates:
    """An estimate from its value by group and its weighted linearized scores by row (None: without errors)."""
    nothing = np.full(domains.groups.count, np.nan)
    se = nothing if scores is None else np.sqrt(domains.variance(scores))
    se = np.where(np.isnan(value), np.nan, se)
    return Estimates(measure, domains.groups.names, value, se, domains.freedom, domains.groups.sizes(), level)


def unsure(measure: str, groups: Groups, value: Floats, level: float = 0.95) -> Estimates:
    """An estimate without errors, and so without a design's degrees of freedom."""
    nothing = np.full(groups.count, np.nan)
    return Estimates(measure, groups.names, value, nothing, np.zeros(groups.count, np.intp), groups.sizes(), level)


def rows(found: Sequence[Estimates]) -> list[Estimate]:
    """All estimates, measure by measure."""
    return [row for one in found for row in one]
