"""Proxy-means tests: welfare guessed from a few answers, by a straight line, a logistic curve, or boosted stumps.

All three add up one effect an answer, so that each can be printed as a card of whole points (points.py):

    value = intercept + sum over questions of effect(answer),

log welfare (linear, boosting) or log odds of not being poor (logistic): higher is better off. The line and the curve
carry a ridge penalty ridge/2 * sum of effects² (Hoerl and Kennard 1970, Technometrics 12; le Cessie and van Houwelingen
1992, Applied Statistics 41), with weights scaled to a mean of one, so that an answer hardly ever given has little
effect.
"""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve
from scipy.special import expit

from mingbai.oversight.poverty.groups import Floats, Ints
from mingbai.oversight.poverty.targeting.folds import Folds, Rows, apart, named
from mingbai.oversight.poverty.targeting.scorecards import Question, Table
from mingbai.oversight.poverty.welfare import Undefined

Kind = Literal["linear", "logistic", "boosting"]
STEPS = 100


@dataclass(frozen=True)
class Proxy:
    """A fitted test. effects: by question and answer. villages: those it was fitted on, and may not be judged on.
    unseen: answers that nobody gave while it was fitted, as column and label; their effect is zero.
    """

    kind: Kind
    questions: tuple[Question, ...]
    intercept: float
    effects: tuple[Floats, ...]
    villages: frozenset[Any]
    unseen: tuple[tuple[str, str], ...]

    def value(self, table: Table) -> Floats:
        """By row, shape (rows,): log welfare, or log odds of not being poor. Unknown answers are refused."""
        codes = [question.codes(table) for question in self.questions]
        return np.asarray(self.intercept + _added(self.effects, codes), np.float64)

    def probability(self, table: Table) -> Floats:
        """The probability of being poor, of a logistic test only."""
        if self.kind != "logistic":
            raise Undefined(f"a {self.kind} test guesses welfare, not a probability: calibrate it on other villages")
        return np.asarray(expit(-self.value(table)), np.float64)


def linear(
    table: Table, questions: Sequence[Question], welfare: ArrayLike, *, village: ArrayLike,
    weight: Floats | None = None, ridge: float = 1.0,
) -> Proxy:  # fmt: skip
    """Weighted least squares of log welfare on the answers. welfare: shape (rows,), above zero."""
    y, w, codes = _ready(logs(welfare), questions, table, weight, ridge)
    sizes = [len(question.answers) for question in questions]
    centre = float((w * y).sum() / w.sum())
    found = _solved(codes, sizes, w, w * (y - centre), ridge)
    return _proxy("linear", questions, codes, centre + float(found[0]), _split(found[1:], sizes), village)


def logistic(
    table: Table, questions: Sequence[Question], poor: ArrayLike, *, village: ArrayLike,
    weight: Floats | None = None, ridge: float = 1.0,
) -> Proxy:  # fmt: skip
    """Logistic regression of not being poor, by Newton's method. poor: shape (rows,), true or false."""
    fine = np.where(np.asarray(poor, np.bool_), 0.0, 1.0)
    y, w, codes = _ready(fine, questions, table, weight, ridge)
    if not 0 < float((w * y).sum()) < float(w.sum()):
        raise Undefined(f"{'everybody' if y.sum() == 0 else 'nobody'} is poor: there is nothing to tell apart")
    sizes = [len(question.answers) for question in questions]
    penalty = np.array([0.0, *[ridge] * sum(sizes)])
    found = np.zeros(1 + sum(sizes))
    for _ in range(STEPS):
        chance = np.asarray(expit(found[0] + _added(_split(found[1:], sizes), codes)), np.float64)
        slope = _sums(codes, sizes, w * (y - chance)) - penalty * found
        if np.abs(slope).max() < 1e-10 * len(y):
            return _proxy("logistic", questions, codes, float(found[0]), _split(found[1:], sizes), village)
        curve = _crossed(codes, sizes, w * chance * (1 - chance)) + np.diag(penalty)
        step = solve(curve, slope, assume_a="pos")
        # A long step overshoots where the curve is flat.
        found = found + step * min(1.0, 5.0 / float(np.abs(step).max()))
    raise Undefined(f"the logistic test did not settle in {STEPS} steps: give it a larger ridge than {ridge}")


def boosting(
    table: Table, questions: Sequence[Question], welfare: ArrayLike, *, village: ArrayLike,
    weight: Floats | None = None, rounds: int = 300, rate: float = 0.1, seed: int = 0,
) -> Proxy:  # fmt: skip
    """Boosted stumps on log welfare, by LightGBM: each stump asks one answer, so their sum is one effect an answer."""
    engine = lightgbm()
    y, w, codes = _ready(logs(welfare), questions, table, weight, 1.0)
    sizes = [len(question.answers) for question in questions]
    data = engine.Dataset(_ones(codes, sizes), y, weight=w, free_raw_data=False)
    asked = {
        "objective": "l2", "num_leaves": 2, "learning_rate": rate, "seed": seed, "deterministic": True,
        "force_row_wise": True, "num_threads": 1, "verbosity": -1, "min_data_in_leaf": 5,
        "feature_pre_filter": False, "enable_bundle": False,
    }  # fmt: skip
    trees = engine.train(asked, data, num_boost_round=rounds)
    # One row with no answer at all, then one for each answer alone.
    alone = trees.predict(np.vstack([np.zeros(sum(sizes)), np.eye(sum(sizes))]))
    return _proxy("boosting", questions, codes, float(alone[0]), _split(alone[1:] - alone[0], sizes), village)


def lightgbm() -> Any:
    """The LightGBM package; a ValueError where it is not installed."""
    try:
        return importlib.import_module("lightgbm")
    except ImportError as missing:
        raise ValueError(
            "boosting needs LightGBM, which is not installed: pip install 'mingbai[boosting]', or use the linear or "
            "the logistic test, which are about as accurate"
        ) from missing


def out_of_fold(
    folds: Folds, table: Table, village: ArrayLike, fit: Callable[[Rows], Proxy],
    read: Callable[[Proxy, Table], ArrayLike] = Proxy.value,
) -> Floats:  # fmt: skip
    """By row what `read` makes of the test fitted on the other folds, shape (rows,).

    fit: given the rows to fit on, a mask of shape (rows,). Refused when it fitted on villages of the fold that is read.
    """
    places = np.asarray(village)
    found = np.full(len(places), np.nan)
    for outside, inside in folds:
        proxy = fit(outside)
        apart(proxy.villages, places[inside], "reading a fold")
        found[inside] = read(proxy, part(table, inside))
    return found


def part(table: Table, rows: Rows | Ints) -> Table:
    """Some rows of a table."""
    return {name: np.asarray(column)[rows] for name, column in table.items()}


def logs(welfare: ArrayLike) -> Floats:
    values = np.asarray(welfare, np.float64)
    if bad := int((~(np.isfinite(values) & (values > 0))).sum()):
        raise Undefined(
            f"the welfare is missing, zero or negative in {bad} rows and has no logarithm there: find it, or use the "
            "logistic test, which only asks who is poor"
        )
    return np.log(values)


def _ready(
    y: Floats, questions: Sequence[Question], table: Table, weight: Floats | None, ridge: float
) -> tuple[Floats, Floats, list[Ints]]:
    if not ridge > 0:
        raise ValueError(
            f"the ridge is {ridge}, but must be above zero: the answers of a question add up to one household, and "
            "without it the effects are not settled"
        )
    codes = [question.codes(table) for question in questions]
    if wrong := [q.column for q, c in zip(questions, codes, strict=True) if len(c) != len(y)]:
        raise ValueError(f"the column '{wrong[0]}' has another length than the {len(y)} rows of welfare")
    w = np.ones(len(y)) if weight is None else np.asarray(weight, np.float64)
    if w.shape != y.shape or not np.isfinite(w).all() or (w < 0).any() or not w.sum() > 0:
        raise ValueError("the weights must be zero or more, one a row, and not all zero")
    return y, w * (len(w) / w.sum()), codes


def _proxy(
    kind: Kind, questions: Sequence[Question], codes: Sequence[Ints], intercept: float, effects: Sequence[Floats],
    village: ArrayLike,
) -> Proxy:  # fmt: skip
    unseen = tuple(
        (question.column, answer.label)
        for question, given in zip(questions, codes, strict=True)
        for answer, n in zip(question.answers, np.bincount(given, minlength=len(question.answers)), strict=True)
        if n == 0
    )
    places = named(village, "village")
    if len(places.codes) != len(codes[0]):
        raise ValueError(f"there are {len(places.codes)} villages for {len(codes[0])} rows")
    return Proxy(kind, tuple(questions), intercept, tuple(effects), frozenset(places.names), unseen)


def _added(effects: Sequence[Floats], codes: Sequence[Ints]) -> Floats:
    return np.asarray(sum(e[c] for e, c in zip(effects, codes, strict=True)), np.float64)


def _split(effects: Floats, sizes: Sequence[int]) -> list[Floats]:
    return np.split(effects, np.cumsum(sizes)[:-1])


def _ones(codes: Sequence[Ints], sizes: Sequence[int]) -> Floats:
    """A column of zeros and ones for each answer, shape (rows, answers)."""
    return np.hstack([np.eye(size)[given] for given, size in zip(codes, sizes, strict=True)])


def _sums(codes: Sequence[Ints], sizes: Sequence[int], values: Floats) -> Floats:
    """The sum of `values`, then by answer: the transposed ones times `values`, without laying them out."""
    each = [np.bincount(given, values, size) for given, size in zip(codes, sizes, strict=True)]
    return np.concatenate([[values.sum()], *each])


def _crossed(codes: Sequence[Ints], sizes: Sequence[int], w: Floats) -> Floats:
    """The transposed ones times w times the ones, with a leading column for the intercept, by counting pairs."""
    at = np.concatenate([[1], 1 + np.cumsum(sizes)])
    found = np.zeros((int(at[-1]), int(at[-1])))
    found[0] = found[:, 0] = _sums(codes, sizes, w)
    for i, size in enumerate(sizes):
        for j in range(i + 1):
            pairs = np.bincount(codes[i] * sizes[j] + codes[j], w, size * sizes[j]).reshape(size, sizes[j])
            found[at[i] : at[i + 1], at[j] : at[j + 1]] = pairs
            found[at[j] : at[j + 1], at[i] : at[i + 1]] = pairs.T
    return found


def _solved(codes: Sequence[Ints], sizes: Sequence[int], w: Floats, wy: Floats, ridge: float) -> Floats:
    crossed = _crossed(codes, sizes, w) + np.diag([0.0, *[ridge] * sum(sizes)])
    return np.asarray(solve(crossed, _sums(codes, sizes, wy), assume_a="pos"), np.float64)
