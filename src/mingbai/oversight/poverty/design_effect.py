"""What the design costs or saves: the variance of an estimate against that of a simple random sample.

Kish (1965), Survey Sampling, section 8.2: deff = V / V_srs, with V_srs that of a simple random sample of as many rows,

    V_srs = sum of w (u - mean of u)² / (sum of w * (n - 1)),

where u is the linearized value scaled so that the estimate moves like the mean of u (for a mean, u is the value),
and n counts the rows with a weight: of the group, for a group. Drawn with replacement, as R's survey has it for
deff = "replace"; without, V_srs is less by the factor 1 - n / (sum of w), as for deff = TRUE.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Floats, Ints
from mingbai.oversight.poverty.measures import named
from mingbai.oversight.poverty.welfare import Welfare


@dataclass(frozen=True)
class DesignEffects:
    """The design effect of one measure by group, as columns, each of shape (groups,).

    se: under the design; srs_se: of a simple random sample of the n rows.
    """

    measure: str
    groups: tuple[Any, ...]
    value: Floats
    se: Floats
    srs_se: Floats
    n: Ints

    @property
    def deff(self) -> Floats:
        """The ratio of the variances; NaN where a simple random sample would have none."""
        return np.divide(self.se**2, self.srs_se**2, out=np.full_like(self.se, np.nan), where=self.srs_se > 0)

    @property
    def deft(self) -> Floats:
        """The ratio of the standard errors."""
        return np.sqrt(self.deff)

    @property
    def effective(self) -> Floats:
        """How many rows drawn at random would have told as much: n / deff."""
        return self.n / self.deff


def design_effects(
    welfare: Welfare, names: Sequence[str], design: Design, *, replacement: bool = True
) -> list[DesignEffects]:
    """The design effects of the named measures by the welfare's groups.

    replacement: whether the simple random sample is drawn with it. Without, the weights must say how many of the
    population a row stands for.
    """
    domains = design.over(welfare.groups)
    found = []
    for measure in [named(name) for name in names]:
        point = measure.compute(welfare)
        scores = point.scores()
        n, plain = _srs(welfare, scores, replacement)
        se = np.where(np.isnan(point.value), np.nan, np.sqrt(np.maximum(domains.variance(scores), 0)))
        found.append(DesignEffects(measure.name, welfare.groups.names, point.value, se, np.sqrt(plain), n))
    return found


def _srs(of: Welfare, scores: Floats, replacement: bool) -> tuple[Ints, Floats]:
    """How many rows count, and the variance of as many rows drawn at random, by group."""
    counted = of.weight > 0
    n = np.bincount(of.groups.codes[counted], minlength=of.groups.count)
    # With score = w u / W the sum of w u² is W² times this one.
    squares = of.groups.sums(np.divide(scores**2, of.weight, out=np.zeros_like(scores), where=counted))
    spread = np.maximum(of.total * squares - of.groups.sums(scores) ** 2, 0)
    variance = spread / np.where(n > 1, n - 1, np.nan)
    return n, variance if replacement else variance * np.maximum(1 - n / of.total, 0)
