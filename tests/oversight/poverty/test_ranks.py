import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mingbai.oversight.poverty.ranks import BLOCK, Ranked, in_order
from nudged import slopes


def by_pairs(values, weight):
    return (weight * weight[:, None] * np.abs(values - values[:, None])).sum() / 2


rows = st.integers(1, 30).flatmap(
    lambda n: st.tuples(
        hnp.arrays(np.float64, n, elements=st.integers(-50, 50).map(float)),
        hnp.arrays(np.float64, n, elements=st.integers(0, 4).map(float)),
        hnp.arrays(np.intp, n, elements=st.integers(0, 3)),
    )
)


@given(rows)
def test_the_difference_is_that_of_all_pairs_in_each_group(given_rows):
    values, weight, codes = given_rows
    ranked = Ranked(values, weight, codes, 5)
    for g in range(5):
        at = codes == g
        assert ranked.difference[g] == pytest.approx(by_pairs(values[at], weight[at]), abs=1e-9)
        assert ranked.sums[g] == pytest.approx((values * weight)[at].sum(), abs=1e-9)
        assert ranked.total[g] == weight[at].sum()


@given(rows)
def test_one_group_in_one_sweep_is_the_same(given_rows):
    values, weight, _ = given_rows
    ranked = Ranked(values, weight, np.zeros(len(values), np.intp), 1)
    assert ranked.difference[0] == pytest.approx(by_pairs(values, weight), abs=1e-9)


def test_a_sweep_over_several_blocks_keeps_its_place():
    rng = np.random.default_rng(5)
    n = 2 * BLOCK + 17
    values, weight, codes = rng.lognormal(size=n), rng.uniform(0.5, 2, n), np.zeros(n, np.intp)
    ranked, order = Ranked(values, weight, codes, 1), np.argsort(values)
    v, w = values[order], weight[order]
    assert ranked.difference[0] == pytest.approx((w * v * (2 * np.cumsum(w) - w - w.sum())).sum(), rel=1e-12)


@pytest.mark.parametrize("count", [1, 3])
def test_pulls_are_the_derivative_of_the_difference_also_among_equals(count):
    rng = np.random.default_rng(2)
    values, weight = rng.integers(0, 6, 20).astype(float), rng.uniform(0.5, 2, 20)
    codes = rng.integers(0, count, 20)
    found = slopes(lambda w: Ranked(values, w, codes, count).difference, weight, range(20))
    assert Ranked(values, weight, codes, count).pulls == pytest.approx(found[np.arange(20), codes], rel=1e-8)


@pytest.mark.parametrize("count", [1, 7, 70_000])
def test_the_order_is_by_group_then_value(count):
    rng = np.random.default_rng(3)
    values, codes = rng.normal(size=500), rng.integers(0, count, 500)
    assert np.array_equal(in_order(values, codes, count), np.lexsort((values, codes)))
