from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.estimates import estimated
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.inequality import atkinson, ge, gini, gini_corrected
from mingbai.oversight.poverty.welfare import Undefined, Welfare

GE = {f"ge{a}": partial(ge, order=a) for a in (-1, 0, 0.5, 1, 1.5, 2, 3)}
ATKINSON = {f"atkinson{e}": partial(atkinson, aversion=e) for e in (0.5, 1, 2)}
ALL = {"gini": gini, **GE, **ATKINSON}
every = pytest.mark.parametrize("measure", ALL.values(), ids=ALL)
incomes = st.lists(st.integers(1, 60), min_size=1, max_size=30)


def of(y, w=None, groups=None):
    y = np.asarray(y, float)
    return Welfare.of(y, weight=np.ones(len(y)) if w is None else np.asarray(w, float),
                      groups=Groups.of(groups, len(y)))  # fmt: skip


def value(measure, y, w=None):
    return measure(of(y, w)).value[0]


@pytest.mark.parametrize(
    ("measure", "y", "expected"),
    [
        (gini, [1, 3], 0.25),  # one pair apart by 2, twice among four; 2 * 2 / 4 over twice the mean of 2
        (gini, [0, 0, 0, 1], 0.75),  # one has all: 1 - 1 / n
        (gini_corrected, [0, 0, 0, 1], 1.0),
        (GE["ge0"], [1, 4], np.log(2.5) - np.log(4) / 2),  # the geometric mean of 1 and 4 is 2
        (GE["ge1"], [1, 3], (0.5 * np.log(0.5) + 1.5 * np.log(1.5)) / 2),
        (GE["ge1"], [0, 0, 0, 1], np.log(4)),  # one has all: ln n
        (GE["ge2"], [1, 3], 0.125),  # standard deviation 1, mean 2
        (ATKINSON["atkinson0.5"], [1, 4], 0.1),  # (mean root 1.5)² = 2.25 of 2.5
        (ATKINSON["atkinson1"], [1, 4], 0.2),  # geometric mean 2 of 2.5
        (ATKINSON["atkinson2"], [1, 4], 0.36),  # harmonic mean 1.6 of 2.5
    ],
)
def test_by_hand(measure, y, expected):
    assert value(measure, y) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("name", "leading"),
    [*((name, 1) for name in GE), ("atkinson0.5", 0.5), ("atkinson1", 1), ("atkinson2", 2)],
)
def test_no_digits_are_lost_where_all_are_nearly_alike(name, leading):
    # Incomes m - d and m + d: every entropy is (d / m)² / 2 and every Atkinson e times it, up to terms of (d / m)⁴.
    assert value(ALL[name], [1e6 - 1, 1e6 + 1]) == pytest.approx(leading * 1e-12 / 2, rel=1e-9)
    assert value(ALL[name], [1e6] * 3) == 0


def test_no_digits_are_lost_where_somebody_has_next_to_nothing():
    # Of 2e-12 and 2 - 2e-12 the mean is 1.
    assert value(GE["ge0"], [2e-12, 2 - 2e-12]) == pytest.approx(-(np.log(2e-12) + np.log(2 - 2e-12)) / 2, rel=1e-14)


@given(st.lists(st.integers(-20, 60), min_size=1, max_size=30), st.data())
def test_gini_is_the_mean_difference_of_all_pairs_also_with_debts(y, data):
    w = np.array(data.draw(st.lists(st.integers(1, 5), min_size=len(y), max_size=len(y))), float)
    y = np.array(y, float)
    assume((w * y).sum() > 0)
    pairs = (w * w[:, None] * np.abs(y - y[:, None])).sum()
    assert value(gini, y, w) == pytest.approx(pairs / (2 * w.sum() * (w * y).sum()), rel=1e-10, abs=1e-12)


@every
@given(others=incomes, low=st.integers(1, 60), further=st.integers(1, 60), sum_=st.integers(1, 20))
def test_a_transfer_to_somebody_poorer_makes_it_more_equal(measure, others, low, further, sum_):
    high = low + sum_ + further
    assert value(measure, [*others, low + sum_, high - sum_]) < value(measure, [*others, low, high])


@every
@given(y=incomes, times=st.integers(2, 5))
def test_a_people_repeated_is_as_unequal(measure, y, times):
    assert value(measure, y * times) == pytest.approx(value(measure, y), rel=1e-10, abs=1e-14)


@every
@given(n=st.integers(1, 20), income=st.integers(1, 10**9))
def test_where_all_are_alike_there_is_none(measure, n, income):
    assert value(measure, [income] * n) == pytest.approx(0, abs=1e-14)


@given(incomes, st.data())
def test_entropy_is_within_groups_and_between_them(y, data):
    y = np.array(y, float)
    codes = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(y), max_size=len(y))))
    welfare = of(y, groups=codes)
    size, mean = welfare.total / len(y), welfare.average / y.mean()
    for order in (0, 1, 2, -1):
        within = (size * mean**order * ge(welfare, order).value).sum()
        between = value(partial(ge, order=order), welfare.average[welfare.groups.codes])
        assert within + between == pytest.approx(value(partial(ge, order=order), y), rel=1e-9, abs=1e-12)


@given(incomes)
def test_orders_next_to_zero_and_one_are_next_to_their_limits(y):
    for order in (0, 1):
        near = value(partial(ge, order=order + 1e-5), y)
        assert near == pytest.approx(value(partial(ge, order=order), y), abs=1e-4)
    assert value(partial(atkinson, aversion=1.00001), y) == pytest.approx(value(ATKINSON["atkinson1"], y), abs=1e-4)


@given(incomes)
def test_atkinson_of_one_is_from_the_mean_log_deviation(y):
    assert value(ATKINSON["atkinson1"], y) == pytest.approx(1 - np.exp(-value(GE["ge0"], y)), rel=1e-12, abs=1e-15)


ZERO = {"gini", "ge0.5", "ge1", "ge1.5", "ge2", "ge3", "atkinson0.5"}


@pytest.mark.parametrize("name", ALL)
def test_incomes_of_zero_are_taken_or_refused_by_rule(name):
    y = [0, 0, 2, 3]
    if name in ZERO:
        assert np.isfinite(value(ALL[name], y))
        assert np.isfinite(ALL[name](of(y)).scores()).all()
    else:
        with pytest.raises(Undefined, match="above zero: 2 rows"):
            ALL[name](of(y))
        assert np.isfinite(value(ALL[name], y, [0, 0, 1, 1]))  # rows that stand for nobody do not matter


@pytest.mark.parametrize("name", [*GE, *ATKINSON])
def test_debts_have_no_entropy(name):
    with pytest.raises(Undefined, match=r"1 rows"):
        ALL[name](of([-1, 2, 3]))
    assert np.isfinite(value(ALL[name], [-1, 2, 3], [0, 1, 1]))


def test_gini_with_debts_may_exceed_one():
    assert value(gini, [-9, 0, 10]) > 1


@pytest.mark.parametrize("name", sorted(ZERO))
def test_a_group_that_has_nothing_has_none_and_harms_no_other(name):
    found = ALL[name](of([0, 0, 1, 3], groups=["a", "a", "b", "b"]))
    assert np.isnan(found.value[0])
    assert found.value[1] == pytest.approx(value(ALL[name], [1, 3]))
    assert np.isfinite(found.scores()[2:]).all()


def test_gini_of_a_group_in_debt_on_the_whole_is_none():
    assert np.isnan(value(gini, [-5, 1, 2]))
    assert np.isnan(value(gini, [-1, 1]))


def test_the_corrected_gini_of_a_single_row_is_none():
    assert np.isnan(value(gini_corrected, [5]))
    assert np.isnan(value(gini_corrected, [5, 6], [1, 0]))


@pytest.mark.parametrize("aversion", [0, -1, float("nan"), float("inf")])
def test_an_aversion_is_above_zero(aversion):
    with pytest.raises(ValueError, match="above zero"):
        atkinson(of([1, 2]), aversion)


def test_an_order_is_a_number():
    with pytest.raises(ValueError, match="order"):
        ge(of([1, 2]), float("nan"))


def test_powers_without_end_are_refused():
    with pytest.raises(Undefined, match="too far apart"):
        ge(of([1e-9, 1e9]), -40)


def test_the_error_of_gini_is_the_jackknifes():
    rng = np.random.default_rng(8)
    y, w = rng.lognormal(8, 0.7, 800), rng.uniform(0.5, 2, 800)
    design = Design.of(800, weight=w)
    point = gini(of(y, w))
    ours = estimated("gini", design.over(Groups.everybody(800)), point.value, point.scores()).se[0]
    left = np.array([value(gini, np.delete(y, i), np.delete(w, i)) for i in range(800)])
    assert ours == pytest.approx(np.sqrt(799 / 800 * ((left - left.mean()) ** 2).sum()), rel=0.01)
