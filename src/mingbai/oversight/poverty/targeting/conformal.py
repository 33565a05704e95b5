"""Intervals of welfare around a guess that hold what they promise, judged apart on the poorest.

Split conformal (Lei, G'Sell, Rinaldo, Tibshirani and Wasserman 2018, JASA 113: 1094-1111): the interval is guess ± q,
q a quantile of |welfare - guess| on households that the test has not seen. Households of a village resemble each other,
so what is exchangeable is the village: each of the V calibration villages has the mass 1 / (V + 1), spread over its
households by weight, and the mass 1 / (V + 1) stands at infinity for the village to come (Lee, Barber and Willett 2023,
hierarchical conformal prediction). This promises the level for a household drawn from a village like these. It promises
nothing for the poorest: read `coverage`, and take `by_fifth` (Vovk, Lindsay, Nouretdinov and Gammerman 2003,
Mondrian confidence machine) where their share falls short.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.estimates import Estimates, estimated
from mingbai.oversight.poverty.groups import Floats, Groups, Ints
from mingbai.oversight.poverty.targeting.folds import apart, named
from mingbai.oversight.poverty.welfare import Undefined

FIFTHS = 5


@dataclass(frozen=True)
class Conformal:
    """Half-widths q by class of the guess. cuts: ascending, between the classes; empty for one class.
    villages: all that the test or this have been made from; n: calibration villages by class.
    """

    level: float
    cuts: Floats
    half: Floats
    villages: frozenset[Any]
    n: Ints

    def interval(self, guess: ArrayLike) -> tuple[Floats, Floats]:
        """Lower and upper end by row, on the scale of the guess (log welfare for a linear test)."""
        values = _numbers(guess, "guess")
        half = self.half[np.searchsorted(self.cuts, values, side="right")]
        return values - half, values + half


@dataclass(frozen=True)
class Coverage:
    """How often the interval holds the truth, with the uncertainty of the design, on villages not seen before.

    whole: of all people. by_welfare, by_guess: by fifth of the people, 1 the poorest, by what they have and by what was
    guessed (at `Conformal.cuts` where it has them). width: mean width.
    """

    whole: Estimates
    by_welfare: Estimates
    by_guess: Estimates
    width: float

    @property
    def poorest(self) -> float:
        """Coverage among the poorest fifth by welfare: the number to look at first."""
        return float(self.by_welfare.value[0])


def conformal(
    guess: ArrayLike,
    welfare: ArrayLike,
    *,
    weight: Floats,
    village: ArrayLike,
    seen: frozenset[Any],
    level: float = 0.9,
) -> Conformal:
    """One half-width for all. guess, welfare: on the same scale (log welfare). seen: the villages of the test
    (`Proxy.villages`), none of which may be among these. Refuses more than the number of villages can promise.
    """
    return _made(guess, welfare, weight, village, seen, level, np.empty(0))


def by_fifth(
    guess: ArrayLike,
    welfare: ArrayLike,
    *,
    weight: Floats,
    village: ArrayLike,
    seen: frozenset[Any],
    level: float = 0.9,
) -> Conformal:
    """A half-width for each fifth of the guess, so that each fifth holds the level by itself. The fifths are cut at
    the guesses of these calibration households; a village counts in each fifth in which it has households.
    """
    values = _numbers(guess, "guess")
    return _made(values, welfare, weight, village, seen, level, np.unique(fifths_of(values, weight)[0]))


def _made(
    guess: ArrayLike,
    welfare: ArrayLike,
    weight: Floats,
    village: ArrayLike,
    seen: frozenset[Any],
    level: float,
    cuts: Floats,
) -> Conformal:
    values, truth = _numbers(guess, "guess"), _numbers(welfare, "welfare")
    if not 0 < level < 1:
        raise ValueError(f"the level is {level}, but must lie between 0 and 1")
    if not len(values) == len(truth) == len(weight):
        raise ValueError(f"there are {len(values)} guesses for {len(truth)} welfares and {len(weight)} weights")
    villages = apart(seen, village, "calibrating") | seen
    places = named(village, "village")
    kind = np.searchsorted(cuts, values, side="right")
    half, n = np.full(len(cuts) + 1, np.nan), np.zeros(len(cuts) + 1, np.intp)
    for each in range(len(cuts) + 1):
        rows = np.flatnonzero((kind == each) & (weight > 0))
        half[each], n[each] = _quantile(np.abs(truth - values)[rows], weight[rows], places.codes[rows], level)
    return Conformal(level, cuts, half, villages, n)


def _quantile(miss: Floats, weight: Floats, village: Ints, level: float) -> tuple[float, int]:
    """The level's quantile of the misses, each village of the same mass and one more at infinity; and the villages."""
    used, codes = np.unique(village, return_inverse=True)
    v = len(used)
    if level * (v + 1) > v:
        least = int(np.ceil(level / (1 - level) - 1e-9))
        raise Undefined(
            f"an interval of {level:.0%} needs at least {least} villages to calibrate on, and here are {v}: "
            "keep more villages apart, or promise less"
        )
    mass = weight / np.bincount(codes, weight)[codes] / (v + 1)
    order = np.argsort(miss, kind="stable")
    upto = np.cumsum(mass[order])
    place = int(np.searchsorted(upto, level - 1e-12))
    return float(miss[order][min(place, len(miss) - 1)]), v


def coverage(made: Conformal, guess: ArrayLike, welfare: ArrayLike, design: Design, *, village: ArrayLike) -> Coverage:
    """How often `made` holds the truth on these households, whose villages neither it nor the test has seen."""
    values, truth = _numbers(guess, "guess"), _numbers(welfare, "welfare")
    apart(made.villages, village, "judging coverage")
    lower, upper = made.interval(values)
    held = ((lower <= truth) & (truth <= upper)).astype(np.float64)
    cuts = made.cuts if len(made.cuts) else fifths_of(values, design.weight)[0]
    guessed = Groups.of(np.searchsorted(cuts, values, side="right") + 1, len(values))
    has = Groups.of(fifths_of(truth, design.weight)[1] + 1, len(values))
    each = [_share(held, design, groups) for groups in (Groups.everybody(len(values)), has, guessed)]
    width = float((design.weight * (upper - lower)).sum() / design.weight.sum())
    return Coverage(each[0], each[1], each[2], width)


def _share(held: Floats, design: Design, groups: Groups) -> Estimates:
    people = groups.sums(design.weight)
    value = groups.sums(design.weight * held) / people
    scores = design.weight * (held - value[groups.codes]) / people[groups.codes]
    return estimated("coverage", design.over(groups), value, scores)


def fifths_of(values: Floats, weight: Floats) -> tuple[Floats, Ints]:
    """Four cuts that leave about a fifth of the weight on each side, and the fifth of each row, from 0.

    Equal values are never parted: a value at a cut belongs to the fifth above it.
    """
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(weight[order]) / weight.sum()
    at = np.searchsorted(upto, np.arange(1, FIFTHS) / FIFTHS + 1e-12, side="right")
    cuts = values[order][np.minimum(at, len(values) - 1)]
    return cuts, np.searchsorted(cuts, values, side="right").astype(np.intp)


def _numbers(given: ArrayLike, what: str) -> Floats:
    values = np.asarray(given, np.float64)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError(f"the {what} is wanted once a row, and is missing or endless in some: settle these rows first")
    return values
