"""The share that goes to the poorest: boundaries, ties, its derivative, and its standard error over many samples."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.targeting.poorest_share import share_to_poorest

ROWS = st.lists(st.tuples(st.integers(0, 5), st.floats(0, 9), st.floats(0.1, 4)), min_size=1, max_size=25)


@given(ROWS, st.floats(0.01, 0.99))
def test_ties_share_alike_in_any_order(rows: list[tuple[int, float, float]], d: float) -> None:
    y, a, w = (np.array(column, np.float64) for column in zip(*rows, strict=True))
    groups = Groups.everybody(len(rows))
    one = share_to_poorest(y, a, w, groups, d).value[0]
    other = share_to_poorest(y[::-1], a[::-1], w[::-1], groups, d).value[0]
    assert np.isnan(one) == (float((a * w).sum()) == 0)
    assert one == pytest.approx(other, abs=1e-9, nan_ok=True)


@given(st.floats(0.01, 0.99), st.integers(2, 30))
def test_the_same_for_all_gives_everyone_their_share(d: float, n: int) -> None:
    y = np.arange(n, dtype=np.float64)
    assert share_to_poorest(y, np.ones(n), np.ones(n), Groups.everybody(n), d).value[0] == pytest.approx(d)


@given(ROWS, st.floats(0.05, 0.95), st.integers(1, 4))
def test_replication_and_scale_change_nothing(rows: list[tuple[int, float, float]], d: float, times: int) -> None:
    y, a, w = (np.array(column, np.float64) for column in zip(*rows, strict=True))
    one = share_to_poorest(y, a, w, Groups.everybody(len(y)), d).value[0]
    many = share_to_poorest(
        np.tile(y, times), 7 * np.tile(a, times), np.tile(w, times), Groups.everybody(times * len(y)), d
    ).value[0]
    assert one == pytest.approx(many, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("tied", [False, True])
def test_with_no_window_scores_are_the_derivative(tied: bool) -> None:
    chance = np.random.default_rng(3)
    y = chance.permutation(30).astype(np.float64) // (4 if tied else 1)
    a, w = chance.gamma(1, 2, 30), chance.uniform(0.5, 3, 30)
    groups = Groups.of(np.arange(30) % 2, 30)
    scores = share_to_poorest(y, a, w, groups, 0.3, window=0).scores()
    for row in range(30):
        ends = []
        for step in (1e-7, -1e-7):
            moved = w.copy()
            moved[row] += step
            ends.append(share_to_poorest(y, a, moved, groups, 0.3).value[groups.codes[row]])
        assert scores[row] / w[row] == pytest.approx((ends[0] - ends[1]) / 2e-7, abs=1e-6)


def test_its_standard_error_is_the_spread_over_samples(census: pl.DataFrame) -> None:
    """1,000 samples of 400: a benefit by the number of rooms, drawn by lot, so that the boundary's own is erratic."""
    chance = np.random.default_rng(11)
    y = census["pc_exp"].to_numpy()
    a = (chance.random(len(y)) < 1 / census["rooms"].to_numpy()).astype(np.float64)
    found, said = [], []
    for _ in range(1000):
        rows = chance.choice(len(y), 400, replace=False)
        point = share_to_poorest(y[rows], a[rows], np.ones(400), Groups.everybody(400), 0.2)
        found.append(point.value[0])
        said.append((point.scores() ** 2).sum())
    assert np.sqrt(np.mean(said)) / np.std(found) == pytest.approx(1, abs=0.06)
