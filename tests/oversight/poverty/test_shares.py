import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.inequality import gini
from mingbai.oversight.poverty.measures import named
from mingbai.oversight.poverty.shares import lorenz, lorenz_curve, palma, qsr, s80s20, share, top_to_bottom
from mingbai.oversight.poverty.welfare import Welfare
from nudged import slopes


def of(y, w=None, groups=None):
    y = np.asarray(y, float)
    return Welfare.of(y, weight=np.ones(len(y)) if w is None else np.asarray(w, float),
                      groups=Groups.of(groups, len(y)))  # fmt: skip


TEN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
rows = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 4)), min_size=1, max_size=30).filter(
    lambda found: any(y for y, _ in found)
)


def test_ten_people_by_hand():
    ten = of(TEN)
    assert palma(ten).value[0] == 10 / (1 + 2 + 3 + 4)
    assert s80s20(ten).value[0] == pytest.approx((9 + 10) / (1 + 2))
    assert qsr(ten).value[0] == pytest.approx((9 + 10) / (1 + 2))
    assert lorenz(ten, 0.5).value[0] == pytest.approx(15 / 55)
    assert share(ten, 0.2, 0.3).value[0] == pytest.approx(3 / 55)


def test_a_part_of_a_row_counts_for_a_part_but_not_in_eurostats_ratio():
    # Of 1, 2, 3 the poorest fifth are 0.6 of the first, the richest fifth 0.6 of the last.
    assert s80s20(of([1, 2, 3])).value[0] == pytest.approx(3)
    assert palma(of([1, 2, 3])).value[0] == pytest.approx(0.3 * 3 / (1 + 0.2 * 2))
    # In whole rows: nobody lies above the 80 % quantile of 3, and the first up to the 20 % quantile of 1.
    assert qsr(of([1, 2, 3])).value[0] == 0


@given(rows, st.floats(0, 1))
def test_the_curve_joins_its_points_by_straight_lines(found, p):
    y, w = (np.array(column, float) for column in zip(*sorted(found), strict=True))
    across, up = np.append(0, np.cumsum(w)) / w.sum(), np.append(0, np.cumsum(w * y)) / (w * y).sum()
    assert lorenz(of(y, w), p).value[0] == pytest.approx(np.interp(p, across, up), abs=1e-12)


@given(rows)
def test_the_curve_rises_bends_up_and_encloses_gini(found):
    y, w = (np.array(column, float) for column in zip(*found, strict=True))
    welfare = of(y, w)
    at = np.append(0, np.cumsum(w[np.argsort(y)]) / w.sum())
    at[-1] = 1
    curve = lorenz_curve(welfare, at.tolist())[0]
    assert curve[0] == 0 and curve[-1] == pytest.approx(1)
    slopes = np.diff(curve) / np.diff(at)
    assert (np.diff(slopes) >= -1e-9).all()
    area = (np.diff(at) * (curve[1:] + curve[:-1]) / 2).sum()
    assert gini(welfare).value[0] == pytest.approx(1 - 2 * area, abs=1e-9)


@given(rows)
def test_the_deciles_shares_add_up_to_one_and_rise(found):
    y, w = (np.array(column, float) for column in zip(*found, strict=True))
    shares = [named(f"share_decile{k}").compute(of(y, w)).value[0] for k in range(1, 11)]
    assert sum(shares) == pytest.approx(1)
    assert (np.diff(shares) >= -1e-9).all()


def test_the_scores_of_eurostats_ratio_are_those_of_the_smooth_one_near_it():
    y = np.random.default_rng(1).lognormal(8, 0.6, 20_000)
    assert qsr(of(y)).value[0] == pytest.approx(s80s20(of(y)).value[0], rel=1e-3)
    assert np.array_equal(qsr(of(y)).scores(), s80s20(of(y)).scores())


@pytest.mark.parametrize("name", ["lorenz0.5", "palma", "s80s20", "share_bottom40"])
def test_scores_where_a_share_ends_between_two_rows_are_the_mean_of_both_slopes(name):
    rng = np.random.default_rng(3)
    y, w = rng.lognormal(3, 1, 50), np.full(50, 2.0)
    found = slopes(lambda weight: named(name).compute(of(y, weight)).value, w, range(50), step=1e-5)[:, 0]
    assert named(name).compute(of(y, w)).scores() / w == pytest.approx(found, rel=1e-4, abs=1e-8)


def test_groups_have_their_own():
    welfare = of([*TEN, *TEN, 5], groups=[*"a" * 10, *"b" * 10, "c"])
    assert palma(welfare).value.tolist() == pytest.approx([1, 1, 0.25])


@pytest.mark.parametrize("measure", [palma, s80s20, qsr])
def test_where_the_poorest_have_nothing_there_is_no_ratio(measure):
    welfare = of([0, 0, 0, 0, 0, 9, *TEN], groups=[*"a" * 6, *"b" * 10])
    assert np.isnan(measure(welfare).value[0])
    assert np.isfinite(measure(welfare).value[1])
    assert np.isfinite(measure(welfare).scores()[6:]).all()


def test_debts_bend_the_curve_below_zero_and_a_mean_of_none_has_no_curve():
    assert lorenz(of([-2, 1, 5]), 0.5).value[0] < 0
    assert np.isnan(lorenz(of([-2, 1, 1]), 0.5).value[0])


def test_a_share_that_is_none_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        lorenz(of(TEN), 1.5)
    with pytest.raises(ValueError, match="backwards"):
        share(of(TEN), 0.5, 0.4)
    with pytest.raises(ValueError, match="between 0 and 1"):
        top_to_bottom(of(TEN), 0.1, -0.4)
