"""What is known of the neighbours: a village effect on top of the answers, which is where accuracy comes from.

The nested error model of Battese, Harter and Fuller (1988, JASA 83: 28-36): y = x b + u + e, with u one draw a village
of variance `between` and e one draw a household of variance `within`. Both variances by restricted maximum likelihood
(Patterson and Thompson 1971, Biometrika 58), b by generalized least squares. With m neighbours whose welfare is known
and whose mean residual is r, the village's effect is guessed as between / (between + within / m) * r: nothing where
nobody is known, nearly r where many are. Survey weights do not enter: it is a model of households, not an estimate of
a population.

How it is judged (`neighbours`): whole villages are held out, by folds. In a held-out village some households, drawn by
lot, are taken as known, as after a first round of home visits; other households of the village are guessed. They are
never the same, and the same ones are guessed however many neighbours are known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from mingbai.oversight.poverty.groups import Floats, Groups, Ints
from mingbai.oversight.poverty.targeting.folds import folds, named
from mingbai.oversight.poverty.targeting.scorecards import Question, Table
from mingbai.oversight.poverty.welfare import Undefined


@dataclass(frozen=True)
class Nested:
    """A fitted model. b: shape (columns,). between, within: the variances. steady: their share between villages."""

    b: Floats
    between: float
    within: float

    @property
    def steady(self) -> float:
        """The intraclass correlation: how much of what the answers leave open is the village's."""
        return self.between / (self.between + self.within)

    def effects(self, residual: Floats, village: Groups, known: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """Each row's village effect as its known neighbours tell it, leaving itself out, and the variance left.

        residual: y - x b, shape (rows,), looked at only where `known`. The variance is that of a household's own y
        about the guess: between (1 - shrinkage) + within (that of b left out).
        """
        told = np.where(known, residual, 0.0)
        count = village.sums(known.astype(np.float64))[village.codes] - known
        total = village.sums(told)[village.codes] - told
        shrink = self.between / (self.between + self.within / np.maximum(count, 1))
        shrink = np.where(count > 0, shrink, 0.0)
        return shrink * total / np.maximum(count, 1), self.between * (1 - shrink) + self.within


def nested(x: Floats, y: Floats, village: Groups) -> Nested:
    """Fits the model. x: shape (rows, columns), its intercept among them; y: shape (rows,).

    Columns that add up to others get the shortest of the solutions, which all guess the same.
    Raises Undefined where no village has more households than the answers take up, or they do not differ at all.
    """
    n = village.sizes().astype(np.float64)
    basis, back = _basis(x)
    sums = _Sums(basis, y, village, n)
    freedom, left_within = sums.inside()
    if village.count < 2 or freedom < 1:
        raise Undefined(
            f"{len(y)} households in {village.count} villages are too few to tell what is the village's and what the "
            "household's: at least two villages are needed, with more households than answers"
        )
    if left_within <= 1e-12 * sums.yy:
        raise Undefined("the households of a village do not differ beyond their answers: there is nothing to fit")
    ratio = _ratio(sums)
    b, left = sums.fitted(ratio)
    within = left / (len(y) - basis.shape[1])
    return Nested(back @ b, ratio * within, within)


class _Sums:
    """What the likelihood asks of the data: totals, and means by village. x: an orthonormal basis of the columns."""

    def __init__(self, x: Floats, y: Floats, village: Groups, n: Floats) -> None:
        self.n, self.rows, self.columns = n, len(y), int(x.shape[1])
        self.x = np.column_stack([village.sums(x[:, j]) for j in range(x.shape[1])]) / n[:, None]
        self.y = village.sums(y) / n
        self.xx, self.xy, self.yy = x.T @ x, x.T @ y, float(y @ y)

    def inside(self) -> tuple[int, float]:
        """Degrees of freedom within villages, and the sum of squares that the answers leave there."""
        weighted = self.n[:, None] * self.x
        values, vectors = np.linalg.eigh(self.xx - self.x.T @ weighted)
        used = values > 1e-9
        right = vectors.T @ (self.xy - weighted.T @ self.y)
        explained = float((right[used] ** 2 / values[used]).sum())
        spread = self.yy - float((self.n * self.y**2).sum())
        return self.rows - len(self.n) - int(used.sum()), spread - explained

    def crossed(self, ratio: float) -> Floats:
        """X' V^-1 X times `within`, where V = within (I + ratio * same village)."""
        share = self.n**2 * ratio / (1 + self.n * ratio)
        return np.asarray(self.xx - self.x.T @ (share[:, None] * self.x), np.float64)

    def fitted(self, ratio: float) -> tuple[Floats, float]:
        """Generalized least squares at a ratio of variances: b, and the sum of squares it leaves."""
        share = self.n**2 * ratio / (1 + self.n * ratio)
        right = self.xy - self.x.T @ (share * self.y)
        b = np.asarray(np.linalg.solve(self.crossed(ratio), right), np.float64)
        return b, self.yy - float((share * self.y**2).sum()) - float(right @ b)

    def slope(self, ratio: float) -> float:
        """The derivative by the ratio of -2 log of the restricted likelihood, `within` at its best."""
        b, left = self.fitted(ratio)
        share = (self.n / (1 + self.n * ratio)) ** 2
        fall = float((share * (self.y - self.x @ b) ** 2).sum())
        turn = float(np.trace(np.linalg.solve(self.crossed(ratio), self.x.T @ (share[:, None] * self.x))))
        villages = float((self.n / (1 + self.n * ratio)).sum())
        return villages - turn - (self.rows - self.columns) * fall / left


def _ratio(sums: _Sums) -> float:
    """between / within where the restricted likelihood is highest; zero where it falls from the start."""
    if sums.slope(0.0) >= 0:
        return 0.0
    high = 1.0
    while sums.slope(high) < 0:
        high *= 4
        if high > 1e9:
            raise Undefined("households of a village hardly differ beyond their answers: there is nothing to fit")
    return float(brentq(sums.slope, 0.0, high, xtol=1e-14, rtol=1e-14))


def _basis(x: Floats) -> tuple[Floats, Floats]:
    """An orthonormal basis of the columns, shape (rows, rank), and what leads from its coefficients back to theirs."""
    size = np.sqrt((x**2).sum(axis=0))
    size = np.where(size > 0, size, 1.0)
    values, vectors = np.linalg.eigh((x.T @ x) / np.outer(size, size))
    used = values > 1e-11 * values[-1]
    back = vectors[:, used] / np.sqrt(values[used]) / size[:, None]
    return x @ back, back


@dataclass(frozen=True)
class Gain:
    """Guesses with `known` neighbours a village. n: households guessed. error: root mean squared error of y. r2: share
    of the spread of y explained, 1 - error² / variance. missed: poor not among as many guessed poorest as are poor,
    over the poor (exclusion, which then equals inclusion). steady: mean over folds of `Nested.steady`.
    """

    known: int
    n: int
    error: float
    r2: float
    missed: float
    steady: float


def neighbours(
    table: Table, questions: Sequence[Question], y: ArrayLike, poor: ArrayLike, *, household: ArrayLike,
    village: ArrayLike, k: int, known: Sequence[int], seed: int,
) -> list[Gain]:  # fmt: skip
    """How much better guesses get with the number of known neighbours, on villages that the model has not seen.

    y: log welfare (or any welfare), shape (rows,). questions: none asks what neighbours alone tell.
    known: how many are known in each held-out village, such as 0, 2, 5, 10;
    a village with no household beyond the largest of these is refused. One row is one household. Households are
    counted alike.
    """
    truth, flags = np.asarray(y, np.float64), np.asarray(poor, np.bool_)
    places = named(village, "village")
    if named(household, "household").count < len(truth):
        raise ValueError("a household has several rows: give one row a household, or some would know themselves")
    most = max(known)
    if len(small := np.flatnonzero(places.sizes() <= most)):
        raise ValueError(
            f"village {places.names[small[0]]} has {places.sizes()[small[0]]} households, too few to know {most} "
            "and guess others: ask for fewer, or leave small villages out"
        )
    turn = _turns(places, seed)
    x = design_matrix(table, questions, len(truth))
    guess, steady = np.zeros((len(known), len(truth))), []
    for outside, inside in folds(household, village, k=k, seed=seed):
        model = nested(x[outside], truth[outside], Groups.of(places.codes[outside], int(outside.sum())))
        steady.append(model.steady)
        there = Groups.of(places.codes[inside], int(inside.sum()))
        plain = x[inside] @ model.b
        for i, m in enumerate(known):
            guess[i, inside] = plain + model.effects(truth[inside] - plain, there, turn[inside] < m)[0]
    rows = turn >= most
    if not 0 < int(flags[rows].sum()) < int(rows.sum()):
        raise Undefined("among the households to guess, nobody or everybody is poor: there is nothing to find")
    return [
        _gain(m, g[rows], truth[rows], flags[rows], float(np.mean(steady))) for m, g in zip(known, guess, strict=True)
    ]


def _gain(known: int, guess: Floats, truth: Floats, poor: NDArray[np.bool_], steady: float) -> Gain:
    squared = float(((truth - guess) ** 2).mean())
    reached = np.argsort(guess, kind="stable")[: int(poor.sum())]
    missed = 1 - float(poor[reached].sum()) / float(poor.sum())
    return Gain(known, len(truth), squared**0.5, 1 - squared / float(truth.var()), missed, steady)


def _turns(places: Groups, seed: int) -> Ints:
    """In which turn, from 0, each household of its village is drawn by lot."""
    lot = np.random.default_rng(seed).permutation(len(places.codes))
    order = np.lexsort((lot, places.codes))
    first = np.cumsum(places.sizes()) - places.sizes()
    turn = np.empty(len(lot), np.intp)
    turn[order] = np.arange(len(lot)) - first[places.codes[order]]
    return turn


def design_matrix(table: Table, questions: Sequence[Question], rows: int) -> Floats:
    """An intercept, and a column of zeros and ones for each answer but a question's first, shape (rows, columns)."""
    codes = [question.codes(table) for question in questions]
    ones = [np.eye(len(q.answers))[c][:, 1:] for q, c in zip(questions, codes, strict=True)]
    return np.hstack([np.ones((rows, 1)), *ones])
