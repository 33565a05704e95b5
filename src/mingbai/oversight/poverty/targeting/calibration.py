"""What a score means: how many of those with it are poor, and whether a stated probability is kept.

A table of bands is read off households that the test has not seen: use `out_of_fold`, or villages kept apart. The
interval of a share is Korn and Graubard's (1998, Survey Methodology 24: 193-201): Clopper and Pearson's with the
effective number of households, which behaves where nobody or everybody is poor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import isotonic_regression
from scipy.special import betaincinv, expit, logit, stdtrit
from scipy.stats import f as f_distribution

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Floats, Groups
from mingbai.oversight.poverty.targeting.folds import apart
from mingbai.oversight.poverty.welfare import Undefined


@dataclass(frozen=True)
class Band:
    """Those with a score (or probability) from `low` up to, not including, `high`; the last band includes its end.

    n: rows. people: share of all people. stated: the mean of what was scored. poor: the share who are, its interval.
    """

    low: float
    high: float
    n: int
    people: float
    stated: float
    poor: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Reliability:
    """Stated against found. error: mean |found - stated| over people (expected calibration error). brier: mean squared
    error of the probability. statistic, p: the F-adjusted mean residual test of Archer and Lemeshow (2006, Stata
    Journal 6: 97-105), Hosmer and Lemeshow's idea under a design; a small p says that what is stated is not kept.
    """

    bands: tuple[Band, ...]
    error: float
    brier: float
    statistic: float
    p: float


def score_bands(
    score: ArrayLike, poor: ArrayLike, design: Design, edges: Sequence[float], *, level: float = 0.95
) -> list[Band]:
    """The share of poor people by band of a score, which every row must fall into; bands without a row are left out."""
    values, flags = np.asarray(score, np.float64), np.asarray(poor, np.bool_)
    bands = _banded(values, edges)
    weight = design.weight
    people = bands.sums(weight)
    if (people == 0).any():
        raise ValueError("a band has rows but no weight: leave rows of no weight out")
    share, stated = bands.sums(weight * flags) / people, bands.sums(weight * values) / people
    scores = weight * (flags - share[bands.codes]) / people[bands.codes]
    domains = design.over(bands)
    lower, upper = _korn_graubard(
        share, domains.variance(scores), bands.sizes(), people**2 / bands.sums(weight**2), domains.freedom, level
    )
    columns = (bands.sizes(), people / weight.sum(), stated, share, lower, upper)
    each = zip(*(column.tolist() for column in columns), strict=True)
    return [Band(*name, *numbers) for name, numbers in zip(bands.names, each, strict=True)]


def reliability(
    probability: ArrayLike, poor: ArrayLike, design: Design, edges: Sequence[float] | None = None
) -> Reliability:
    """Stated probabilities of being poor against who is. edges: of the bands; None for tenths of the people."""
    stated, flags = np.asarray(probability, np.float64), np.asarray(poor, np.bool_)
    if not np.isfinite(stated).all() or (stated < 0).any() or (stated > 1).any():
        raise ValueError("a probability is missing or not between 0 and 1")
    bands = score_bands(stated, flags, design, _tenths(stated, design.weight) if edges is None else edges)
    share = np.array([band.people for band in bands])
    away = np.array([abs(band.poor - band.stated) for band in bands])
    statistic, p = _mean_residual_test(stated, flags, design, [band.low for band in bands])
    brier = float((design.weight * (flags - stated) ** 2).sum() / design.weight.sum())
    return Reliability(tuple(bands), float((share * away).sum()), brier, statistic, p)


def _mean_residual_test(
    stated: Floats, poor: "np.ndarray[Any, Any]", design: Design, lows: list[float]
) -> tuple[float, float]:
    """W = M' V^-1 M for the bands' mean residuals M; F = (f - g + 1) / (f g) W with g and f - g + 1 degrees of freedom.

    All g bands count: on households the model has not seen, nothing forces the residuals to add up to zero.
    """
    band = np.searchsorted(lows, stated, side="right") - 1
    g = len(lows)
    people = np.bincount(band, design.weight, g)
    residual = poor - stated
    mean = np.bincount(band, design.weight * residual, g) / people
    each = [np.where(band == b, design.weight * (residual - mean[b]) / people[b], 0.0) for b in range(g)]
    everybody = design.over(Groups.everybody(design.rows))
    free = int(everybody.freedom[0])
    spread = np.array([[float(everybody.covariance(a, b)[0]) for b in each] for a in each])
    if free - g + 1 <= 0 or np.linalg.matrix_rank(spread) < g:
        return float("nan"), float("nan")
    statistic = float(mean @ np.linalg.solve(spread, mean)) * (free - g + 1) / (free * g)
    return statistic, float(f_distribution.sf(statistic, g, free - g + 1))


@dataclass(frozen=True)
class Calibrator:
    """Turns a test's value into a probability of being poor. at, chance: the knots of a falling line (isotonic), or
    intercept and slope on the log odds (platt). villages: all that the test or this have been made from.
    """

    kind: Literal["isotonic", "platt"]
    at: Floats
    chance: Floats
    villages: frozenset[Any]

    def probability(self, value: ArrayLike) -> Floats:
        given = np.asarray(value, np.float64)
        if self.kind == "platt":
            return np.asarray(expit(self.chance[0] + self.chance[1] * given), np.float64)
        return np.interp(given, self.at, self.chance)


def isotonic(
    value: ArrayLike, poor: ArrayLike, *, weight: Floats, village: ArrayLike, seen: frozenset[Any]
) -> Calibrator:
    """The falling step line nearest to who is poor (Zadrozny and Elkan 2002), straight between its steps.

    value: higher is better off. seen: the villages of the test (`Proxy.villages`), none of which may be among these.
    """
    values, flags = _both_kinds(value, poor)
    villages = apart(seen, village, "calibrating") | seen
    at, where = np.unique(values, return_inverse=True)
    people = np.bincount(where, weight)
    kept = people > 0
    share = (np.bincount(where, weight * flags)[kept]) / people[kept]
    found = isotonic_regression(share, weights=people[kept], increasing=False).x
    return Calibrator("isotonic", at[kept], np.clip(found, 0.0, 1.0), villages)


def platt(value: ArrayLike, poor: ArrayLike, *, weight: Floats, village: ArrayLike, seen: frozenset[Any]) -> Calibrator:
    """A logistic curve of the value (Platt 1999), with his targets that keep it off zero and one."""
    values, flags = _both_kinds(value, poor)
    villages = apart(seen, village, "calibrating") | seen
    w = weight * (len(weight) / weight.sum())
    yes, no = float(w[flags].sum()), float(w[~flags].sum())
    target = np.where(flags, (yes + 1) / (yes + 2), 1 / (no + 2))
    centre, scale = float(values.mean()), float(values.std()) or 1.0
    x = np.column_stack([np.ones(len(values)), (values - centre) / scale])
    b = np.array([float(logit((w * target).sum() / w.sum())), 0.0])
    for _ in range(100):
        chance = expit(x @ b)
        slope = x.T @ (w * (target - chance))
        if np.abs(slope).max() < 1e-10 * len(values):
            break
        b = b + np.linalg.solve(x.T @ (x * (w * chance * (1 - chance))[:, None]), slope)
    return Calibrator("platt", np.empty(0), np.array([b[0] - b[1] * centre / scale, b[1] / scale]), villages)


def _both_kinds(value: ArrayLike, poor: ArrayLike) -> "tuple[Floats, np.ndarray[Any, np.dtype[np.bool_]]]":
    values, flags = np.asarray(value, np.float64), np.asarray(poor, np.bool_)
    if values.shape != flags.shape or not np.isfinite(values).all():
        raise ValueError(f"there are {values.shape} values for {flags.shape} rows, or some are missing")
    if flags.all() or not flags.any():
        raise Undefined(f"{'everybody' if flags.all() else 'nobody'} is poor here: there is nothing to calibrate on")
    return values, flags


def _banded(values: Floats, edges: Sequence[float]) -> Groups:
    """The bands in use, named (low, high)."""
    cuts = np.asarray(edges, np.float64)
    if len(cuts) < 2 or (np.diff(cuts) <= 0).any():
        raise ValueError("the edges of the bands must be at least two, in ascending order")
    if bad := int((~((values >= cuts[0]) & (values <= cuts[-1]))).sum()):
        raise ValueError(f"{bad} rows lie outside the bands, which go from {cuts[0]:g} to {cuts[-1]:g}, or are missing")
    code = np.minimum(np.searchsorted(cuts, values, side="right") - 1, len(cuts) - 2)
    used, codes = np.unique(code, return_inverse=True)
    return Groups(codes.astype(np.intp), tuple((float(cuts[u]), float(cuts[u + 1])) for u in used))


def _tenths(stated: Floats, weight: Floats) -> list[float]:
    order = np.argsort(stated, kind="stable")
    upto = np.cumsum(weight[order]) / weight.sum()
    inner = stated[order][np.searchsorted(upto, np.arange(1, 10) / 10)]
    return sorted({0.0, 1.0, *inner.tolist()})


def _korn_graubard(
    share: Floats, variance: Floats, n: "np.ndarray[Any, Any]", kish: Floats, free: "np.ndarray[Any, Any]", level: float
) -> tuple[Floats, Floats]:
    """Clopper and Pearson's interval for an effective n: share (1 - share) / variance, times the ratio of t's for the
    degrees of freedom; Kish's where nobody or everybody is poor. Never more than the rows there are.
    """
    tail = (1 - level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        by_design = share * (1 - share) / variance
        effective = np.where((variance > 0) & (share > 0) & (share < 1), by_design, kish)
        both = (free > 0) & (n > 1)
        ratio = stdtrit(np.maximum(n - 1, 1), 1 - tail) / stdtrit(np.maximum(free, 1), 1 - tail)
        effective = np.minimum(effective * np.where(both, ratio**2, 1.0), n)
        x = share * effective
        lower = np.where(share > 0, betaincinv(np.maximum(x, 1e-300), effective - x + 1, tail), 0.0)
        upper = np.where(share < 1, betaincinv(x + 1, np.maximum(effective - x, 1e-300), 1 - tail), 1.0)
    return lower, upper
