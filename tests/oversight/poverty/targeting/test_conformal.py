"""Intervals hold what they promise on villages not seen, and it is said where they do not."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.targeting.conformal import by_fifth, conformal, coverage, fifths_of
from mingbai.oversight.poverty.targeting.folds import folds
from mingbai.oversight.poverty.targeting.proxy_means import linear, part
from mingbai.oversight.poverty.targeting.scorecards import questions_of
from mingbai.oversight.poverty.welfare import Undefined

NONE_SEEN: frozenset[int] = frozenset()


def test_one_household_a_village_is_the_textbook_quantile() -> None:
    """Lei et al. (2018): the ceil((n + 1) * level)-th smallest miss; of 19 at 0.9 the 18th."""
    miss = np.random.default_rng(1).permutation(np.arange(1.0, 20.0))
    made = conformal(np.zeros(19), miss, weight=np.ones(19), village=np.arange(19), seen=NONE_SEEN, level=0.9)
    assert made.half.tolist() == [18.0] and made.n.tolist() == [19]
    assert [end.tolist() for end in made.interval([5.0])] == [[-13.0], [23.0]]


@given(st.lists(st.floats(0, 50), min_size=1, max_size=60), st.floats(0.05, 0.95))
def test_the_quantile_is_the_textbooks_for_any_misses(miss: list[float], level: float) -> None:
    n = len(miss)
    rank = int(np.ceil(level * (n + 1) - 1e-9))
    if rank > n:
        with pytest.raises(Undefined, match="villages to calibrate on"):
            conformal(np.zeros(n), miss, weight=np.ones(n), village=np.arange(n), seen=NONE_SEEN, level=level)
        return
    made = conformal(np.zeros(n), miss, weight=np.ones(n), village=np.arange(n), seen=NONE_SEEN, level=level)
    assert made.half[0] == sorted(miss)[rank - 1]


def test_a_village_counts_once_and_weights_count_within_it() -> None:
    # Ten villages; the last has 100 households that are far off, yet is a tenth of what is known.
    village = np.concatenate([np.arange(9), np.full(100, 9)])
    miss = np.concatenate([np.ones(9), np.full(100, 7.0)])
    made = conformal(np.zeros(109), miss, weight=np.ones(109), village=village, seen=NONE_SEEN, level=0.8)
    assert made.half[0] == 1.0  # 9 of 11 parts lie at one; level 0.82 and more asks for the last village
    assert (
        conformal(np.zeros(109), miss, weight=np.ones(109), village=village, seen=NONE_SEEN, level=0.85).half[0] == 7.0
    )
    half = conformal(np.zeros(4), [1.0, 9, 1, 9], weight=np.array([3.0, 1, 3, 1]), village=[0, 0, 1, 1], seen=NONE_SEEN,
                     level=0.5).half[0]  # fmt: skip
    assert half == 1.0  # two villages with a third each, three quarters of which lie at one


def test_too_few_villages_promise_nothing() -> None:
    with pytest.raises(
        Undefined, match="an interval of 95% needs at least 19 villages to calibrate on, and here are 18"
    ):
        conformal(np.zeros(18), np.ones(18), weight=np.ones(18), village=np.arange(18), seen=NONE_SEEN, level=0.95)
    made = conformal(np.zeros(19), np.ones(19), weight=np.ones(19), village=np.arange(19), seen=NONE_SEEN, level=0.95)
    assert made.half[0] == 1.0


def test_villages_seen_are_refused_at_every_step() -> None:
    seen, village = frozenset({3}), np.arange(30)
    with pytest.raises(ValueError, match=r"calibrating needs .* \(3\)"):
        conformal(np.zeros(30), np.ones(30), weight=np.ones(30), village=village, seen=seen)
    made = conformal(np.zeros(30), np.ones(30), weight=np.ones(30), village=village + 10, seen=seen)
    for again in (3, 12):
        with pytest.raises(ValueError, match=rf"judging coverage needs .* \({again}\)"):
            coverage(made, [0.0], [1.0], Design.of(1), village=[again])


@pytest.mark.parametrize("level", [0.0, 1.0, 90.0])
def test_a_level_that_is_none_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        conformal([0.0], [1.0], weight=np.ones(1), village=[1], seen=NONE_SEEN, level=level)


def test_missing_values_are_refused() -> None:
    with pytest.raises(ValueError, match="the welfare is wanted once a row"):
        conformal([0.0, 0], [1.0, np.nan], weight=np.ones(2), village=[1, 2], seen=NONE_SEEN, level=0.5)
    with pytest.raises(ValueError, match="2 guesses for 1 welfares"):
        conformal([0.0, 0], [1.0], weight=np.ones(2), village=[1, 2], seen=NONE_SEEN, level=0.5)


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0.1, 3)), min_size=5, max_size=60))
def test_fifths_never_part_equals(rows: list[tuple[int, float]]) -> None:
    values, weight = (np.array(column, np.float64) for column in zip(*rows, strict=True))
    cuts, fifth = fifths_of(values, weight)
    assert (np.diff(cuts) >= 0).all()
    assert len({(v, f) for v, f in zip(values, fifth, strict=True)}) == len(set(values))
    assert (np.diff(fifth[np.argsort(values)]) >= 0).all()


def test_fifths_of_ten() -> None:
    assert fifths_of(np.arange(10.0), np.ones(10))[1].tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_coverage_by_hand() -> None:
    made = conformal(np.zeros(9), np.full(9, 1.0), weight=np.ones(9), village=np.arange(9), seen=NONE_SEEN, level=0.9)
    truth = np.array([-5.0, -4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0, 3.0])
    weight = np.array([1.0, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    found = coverage(made, np.zeros(10), truth, Design.of(10, weight=weight), village=np.arange(10) + 100)
    assert found.whole.value.tolist() == [0.7]
    assert found.by_welfare.value.tolist() == [0.0, 1.0, 1.0, 1.0, 0.5]
    assert (found.poorest, found.width) == (0.0, 2.0)


@pytest.fixture(scope="module")
def repeated(census: pl.DataFrame) -> dict[str, np.ndarray]:
    """Forty times: a test, its calibration and the judgement on three draws of villages; coverage each time."""
    columns = ["hhsize", "rooms", "electricity", "water", "toilet", "urbrur"]
    table = {name: census[name].to_numpy() for name in columns}
    asked = questions_of(table, columns, bands={"hhsize": [2, 3, 4, 5, 6, 8], "rooms": [2, 3, 4, 6]})
    ea, hid, y = census["ea"].to_numpy(), census["hid"].to_numpy(), census["pc_exp"].to_numpy()
    found: dict[str, list[float]] = {"whole": [], "poorest": [], "village": [], "fifth": [], "guessed": []}
    for seed in range(40):
        made = folds(hid, ea, k=4, seed=seed)
        fit, fix, judge = made.rows(0, 1), made.rows(2), made.rows(3)
        proxy = linear(part(table, fit), asked, y[fit], village=ea[fit])
        guess, truth = proxy.value(table), np.log(y)
        design = Design.of(int(judge.sum()), psu=ea[judge])
        for kind, make in (("plain", conformal), ("mondrian", by_fifth)):
            bound = make(
                guess[fix], truth[fix], weight=np.ones(fix.sum()), village=ea[fix], seen=proxy.villages, level=0.8
            )
            got = coverage(bound, guess[judge], truth[judge], design, village=ea[judge])
            if kind == "plain":
                found["whole"].append(float(got.whole.value[0]))
                found["poorest"].append(got.poorest)
                lower, upper = bound.interval(guess[judge])
                held = (lower <= truth[judge]) & (truth[judge] <= upper)
                found["village"].append(float(np.mean([held[ea[judge] == v].mean() for v in np.unique(ea[judge])])))
            else:
                found["fifth"].append(got.poorest)
                found["guessed"].append(float(got.by_guess.value[0]))
    return {name: np.array(values) for name, values in found.items()}


def test_the_census_is_covered_as_promised(repeated: dict[str, np.ndarray]) -> None:
    """Of villages: at least the level, and not much more than what V + 1 villages add; within the draws' own error."""
    each = repeated["village"]
    error = each.std() / np.sqrt(len(each))
    assert 0.8 - 3 * error <= each.mean() <= 0.8 + 1 / 33 + 3 * error
    assert 0.78 < repeated["whole"].mean() < 0.84


def test_the_poorest_fifth_is_covered_less_and_it_is_reported(repeated: dict[str, np.ndarray]) -> None:
    less = repeated["whole"] - repeated["poorest"]
    assert less.mean() > 3 * less.std() / np.sqrt(40)
    assert repeated["fifth"].mean() < 0.8  # a level by the guess is none by what people have


def test_by_fifth_the_poorest_guessed_hold_the_level(repeated: dict[str, np.ndarray]) -> None:
    error = repeated["guessed"].std() / np.sqrt(40)
    assert repeated["guessed"].mean() > 0.8 - 3 * error - 0.01
