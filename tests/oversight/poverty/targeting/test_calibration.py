"""Bands of a score against R's survey, stated probabilities against who is poor, and calibrators on other villages."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import beta
from sklearn.isotonic import IsotonicRegression

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.targeting.calibration import isotonic, platt, reliability, score_bands
from mingbai.oversight.poverty.welfare import Undefined

NONE_SEEN: frozenset[int] = frozenset()
# R 4.2, survey 4.1: svyciprop(~poor, subset(d, …), method="beta") on svy's hld_sample_wb_2023, clusters ea, strata
# geo1, weights hhweight * hhsize, poor = pc_exp < 2000, by bands of rooms: share, lower, upper, rows.
R_BETA = [
    (1, 3, 0.53962161384492235, 0.37321333101986037, 0.69980943609981316, 385),
    (3, 5, 0.24698399854264791, 0.14798977415606476, 0.37026479983415317, 335),
    (5, 7, 0.17175232700480622, 0.043434617964002512, 0.40126641073901548, 87),
    (7, 30, 0.12474714144501123, 0.018492475713255681, 0.36377096140789944, 18),
]


def test_r_survey_finds_the_same_intervals(survey_of_census: pl.DataFrame) -> None:
    s = survey_of_census
    weight = (s["hhweight"] * s["hhsize"]).to_numpy()
    design = Design.of(len(s), weight=weight, strata=s["geo1"].to_numpy(), psu=s["ea"].to_numpy())
    found = score_bands(s["rooms"].to_numpy(), s["pc_exp"].to_numpy() < 2000, design, [1, 3, 5, 7, 30])
    for band, theirs in zip(found[:3], R_BETA[:3], strict=True):
        assert (band.low, band.high, band.poor, band.lower, band.upper, band.n) == pytest.approx(theirs, abs=1e-10)
    # Of the last 18 rows R makes 18.03 by a lucky design; here they are never more than they are.
    last, theirs = found[3], R_BETA[3]
    assert last.poor == pytest.approx(theirs[2], abs=1e-12)
    assert last.lower == pytest.approx(beta.ppf(0.025, 18 * last.poor, 18 * (1 - last.poor) + 1), abs=1e-12)
    assert last.lower < theirs[3] and last.upper > theirs[4]
    assert sum(band.people for band in found) == pytest.approx(1)


def test_bands_by_hand() -> None:
    found = score_bands([0, 5, 10, 20, 29], [1, 0, 1, 0, 0], Design.of(5, weight=[1, 3, 2, 1, 1]), [0, 10, 20, 25, 29])
    assert [(b.low, b.high, b.n) for b in found] == [(0, 10, 2), (10, 20, 1), (20, 25, 1), (25, 29, 1)]
    assert [b.poor for b in found] == [0.25, 1.0, 0.0, 0.0]
    assert [b.people for b in found] == [0.5, 0.25, 0.125, 0.125]
    assert found[0].stated == pytest.approx(15 / 4)
    # One household, poor: Clopper and Pearson for one of one.
    assert (found[1].lower, found[1].upper) == pytest.approx((0.025, 1.0))
    assert (found[2].lower, found[2].upper) == pytest.approx((0.0, 0.975))


@pytest.mark.parametrize(
    ("edges", "sentence"),
    [([0, 10], "1 rows lie outside the bands"), ([10, 0], "ascending order"), ([5], "at least two")],
)
def test_a_row_outside_the_bands_is_refused(edges: list[float], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        score_bands([5, 12], [0, 1], Design.of(2), edges)


def test_kept_promises_pass_and_broken_ones_do_not() -> None:
    """Over 200 draws the test of kept promises is refused at 5 % in about 5 % (binomial, three errors), and one that
    overstates in nearly all.
    """
    chance = np.random.default_rng(8)
    refused, caught = 0, 0
    for _ in range(200):
        truth = chance.uniform(0.02, 0.6, 3000)
        poor = chance.random(3000) < truth
        design = Design.of(3000, weight=chance.uniform(0.5, 2, 3000))
        refused += reliability(truth, poor, design).p < 0.05
        caught += reliability(np.minimum(truth * 1.3, 1), poor, design).p < 0.05
    assert abs(refused - 10) <= 3 * np.sqrt(200 * 0.05 * 0.95)
    assert caught >= 195


def test_reliability_by_hand() -> None:
    stated, poor = [0.1, 0.1, 0.8, 0.8], [0, 1, 1, 1]
    found = reliability(stated, poor, Design.of(4), [0, 0.5, 1])
    assert [b.poor for b in found.bands] == [0.5, 1.0]
    assert found.error == pytest.approx((0.4 + 0.2) / 2)
    assert found.brier == pytest.approx((0.01 + 0.81 + 0.04 + 0.04) / 4)
    assert np.isnan(found.p)  # the second band has no spread: nothing to test against


def test_what_is_no_probability_is_refused() -> None:
    for bad in ([0.5, 1.2], [0.5, -0.1], [0.5, np.nan]):
        with pytest.raises(ValueError, match="not between 0 and 1"):
            reliability(bad, [0, 1], Design.of(2))


@given(st.lists(st.tuples(st.integers(-4, 4), st.booleans(), st.floats(0.1, 5)), min_size=2, max_size=40))
def test_isotonic_is_scikit_learns(rows: list[tuple[int, bool, float]]) -> None:
    value, poor, weight = (np.array(column) for column in zip(*rows, strict=True))
    if poor.all() or not poor.any():
        with pytest.raises(Undefined, match="nothing to calibrate on"):
            isotonic(value, poor, weight=weight, village=np.arange(len(rows)), seen=NONE_SEEN)
        return
    ours = isotonic(value, poor, weight=weight, village=np.arange(len(rows)), seen=NONE_SEEN)
    theirs = IsotonicRegression(increasing=False, out_of_bounds="clip").fit(value, poor, sample_weight=weight)
    grid = np.linspace(-5, 5, 41)
    assert ours.probability(grid) == pytest.approx(theirs.predict(grid), abs=1e-9)
    assert (np.diff(ours.probability(grid)) <= 1e-12).all()


def test_platt_finds_the_curve() -> None:
    chance = np.random.default_rng(2)
    value = chance.normal(7, 0.6, 20_000)
    poor = chance.random(20_000) < expit(-3 * (value - 6.5))
    village = np.arange(20_000) // 40
    made = platt(value, poor, weight=np.ones(20_000), village=village, seen=frozenset({-1}))
    assert made.probability([6.5, 7.0, 8.0]) == pytest.approx(expit([0, -1.5, -4.5]), abs=0.015)
    assert made.villages == frozenset(range(500)) | {-1}


def test_platt_keeps_off_zero_and_one() -> None:
    made = platt([1.0, 2, 3, 4], [1, 1, 0, 0], weight=np.ones(4), village=[1, 2, 3, 4], seen=NONE_SEEN)
    found = made.probability([0.0, 2.5, 5.0])
    assert 0 < found[2] < found[1] == pytest.approx(0.5, abs=1e-9) and found[0] < 1


@pytest.mark.parametrize("make", [isotonic, platt])
def test_villages_of_the_test_do_not_calibrate(make: type) -> None:
    with pytest.raises(ValueError, match=r"calibrating needs villages that the model has not seen.*\(x\)"):
        make([1.0, 2], [True, False], weight=np.ones(2), village=["x", "y"], seen=frozenset({"x"}))


def test_calibrated_probabilities_are_kept_better_than_raw_ones(census: pl.DataFrame) -> None:
    """A value that says nothing of probability, calibrated on some villages of the census and judged on others."""
    ea = census["ea"].to_numpy()
    value = -census["hhsize"].to_numpy() + 2.0 * (census["electricity"].to_numpy() == "Yes")
    poor = census["pc_exp"].to_numpy() < 2000
    others = np.isin(ea, np.unique(ea)[::2])
    made = isotonic(value[others], poor[others], weight=np.ones(others.sum()), village=ea[others], seen=NONE_SEEN)
    design = Design.of(int((~others).sum()), psu=ea[~others])
    raw = reliability(expit(-value[~others]), poor[~others], design)
    kept = reliability(made.probability(value[~others]), poor[~others], design)
    assert kept.error < 0.05 < raw.error and kept.brier < raw.brier
