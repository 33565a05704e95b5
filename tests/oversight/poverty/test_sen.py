import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mingbai.oversight.poverty.fgt import fgt, gap, headcount, severity
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.inequality import gini
from mingbai.oversight.poverty.sen import sen, sen1976, sst, watts
from mingbai.oversight.poverty.welfare import Undefined, Welfare

FOUR = [headcount, gap, severity, watts, sen, sen1976, sst]


def of(y, w=None, z=125.0):
    y = np.asarray(y, float)
    return Welfare.of(y, weight=np.ones(len(y)) if w is None else np.asarray(w, float),
                      groups=Groups.everybody(len(y)), line=z)  # fmt: skip


def value(measure, y, w=None, z=125.0):
    return measure(of(y, w, z)).value[0]


# Haughton and Khandker (2009), chapter 4: countries of four people and a line of 125, as the book reckons them.
@pytest.mark.parametrize(
    ("y", "expected"),
    [
        ([100, 110, 150, 160], {headcount: 0.50, gap: 0.08, severity: (0.2**2 + 0.12**2) / 4}),
        ([99, 101, 150, 150], {headcount: 0.50, gap: 0.10, severity: 0.020032}),
        ([79, 121, 150, 150], {headcount: 0.50, gap: 0.10, severity: 0.034112}),
        ([124, 124, 150, 150], {headcount: 0.50, gap: 0.004, severity: 2 * 0.008**2 / 4}),
    ],
)
def test_the_four_people_of_the_handbook(y, expected):
    for measure, number in expected.items():
        assert value(measure, y) == pytest.approx(number, rel=1e-12)


def test_the_same_four_people_by_hand():
    # 100, 110, 150, 160 under 125: gap ratios 0.2, 0.12, 0, 0. Among the poor: mean 105, mean difference of a pair 10,
    # so the Gini coefficient is (2 * 10 / 4) / (2 * 105) = 1 / 42.
    y = [100, 110, 150, 160]
    assert value(watts, y) == pytest.approx((np.log(1.25) + np.log(125 / 110)) / 4)
    assert value(sen, y) == pytest.approx(0.5 / 42 + 0.08 * (1 - 1 / 42))
    # Ranks weigh the poorest 2, the next 1: 2 / (3 * 4 * 125) * (25 * 2 + 15 * 1).
    assert value(sen1976, y) == pytest.approx(2 / 1500 * 65)
    # Gaps from the largest: 0.2 * 7, 0.12 * 5, 0 * 3, 0 * 1, over 16.
    assert value(sst, y) == pytest.approx((0.2 * 7 + 0.12 * 5) / 16)


incomes = st.lists(st.integers(1, 60), min_size=1, max_size=30)


@given(st.sets(st.integers(-5, 60), min_size=1, max_size=30))
def test_sen1976_is_his_sum_over_ranks(found):
    y, z = np.array(sorted(found), float), 40.0
    poor = y[y < z]
    q, n = len(poor), len(y)
    expected = 2 / ((q + 1) * n * z) * sum((z - v) * (q + 1 - i) for i, v in enumerate(poor, 1))
    assert value(sen1976, y[::-1], z=z) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@given(incomes)
def test_equals_share_their_average_rank(y):
    y, z = np.array(y, float), 40.0
    poor = y[y < z]
    q = len(poor)
    rank = np.array([(poor < v).sum() + ((poor == v).sum() + 1) / 2 for v in poor])
    expected = 2 / ((q + 1) * len(y) * z) * ((z - poor) * (q + 1 - rank)).sum()
    assert value(sen1976, y, z=z) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@given(st.lists(st.integers(-20, 60), min_size=1, max_size=30))
def test_sst_is_the_sum_over_ranks_of_everybodys_gaps(y):
    z, n = 40.0, len(y)
    gaps = np.sort(np.maximum(0, (z - np.array(y)) / z))[::-1]
    expected = (gaps * (2 * n - 2 * np.arange(1, n + 1) + 1)).sum() / n**2
    assert value(sst, y, z=z) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@given(incomes, st.data())
def test_the_composed_forms(y, data):
    w = np.array(data.draw(st.lists(st.integers(1, 5), min_size=len(y), max_size=len(y))), float)
    y, z = np.array(y, float), 40.0
    poor = y < z
    assume(poor.any())
    h, p1 = value(headcount, y, w, z), value(gap, y, w, z)
    among = gini(of(y[poor], w[poor])).value[0]
    income_gap = p1 / h
    assert value(sen, y, w, z) == pytest.approx(h * among + p1 * (1 - among), rel=1e-12)
    assert value(sen, y, w, z) == pytest.approx(h * (income_gap + (1 - income_gap) * among), rel=1e-12)
    q = w[poor].sum()
    expected = h * (income_gap + (1 - income_gap) * among * q / (q + 1))
    assert value(sen1976, y, w, z) == pytest.approx(expected, rel=1e-12)
    gaps = np.where(poor, (z - y) / z, 0)
    assert value(sst, y, w, z) == pytest.approx(p1 * (1 + gini(of(gaps, w)).value[0]), rel=1e-12)


@pytest.mark.parametrize("measure", [*FOUR, lambda w: fgt(w, 1.5)])
@given(y=incomes, richer=st.integers(40, 10_000), at=st.integers(0, 29))
def test_focus_what_the_non_poor_have_does_not_matter(measure, y, richer, at):
    at %= len(y)
    assume(y[at] >= 40)
    other = [*y[:at], richer, *y[at + 1 :]]
    assert value(measure, other, z=40.0) == pytest.approx(value(measure, y, z=40.0), rel=1e-12)


@pytest.mark.parametrize("measure", [severity, watts, sen, sen1976, sst])
@given(others=incomes, left=st.integers(1, 10), further=st.integers(0, 9), sum_=st.integers(1, 10))
def test_transfer_from_a_poor_to_a_richer_poor_makes_it_worse(measure, others, left, further, sum_):
    low, high = left + sum_, left + sum_ + further
    after = value(measure, [*others, low - sum_, high + sum_], z=40.0)
    assert after > value(measure, [*others, low, high], z=40.0)


@pytest.mark.parametrize("measure", [gap, severity, watts, sen, sen1976, sst])
@given(y=incomes, at=st.integers(0, 29), loss=st.integers(1, 50))
def test_a_poor_who_has_less_makes_it_worse(measure, y, at, loss):
    at %= len(y)
    assume(loss < y[at] < 40)
    other = [*y[:at], y[at] - loss, *y[at + 1 :]]
    assert value(measure, other, z=40.0) > value(measure, y, z=40.0)


@pytest.mark.parametrize("measure", [headcount, gap, severity, watts, sen, sst])
@given(y=incomes, times=st.integers(2, 5))
def test_a_people_repeated_is_as_poor(measure, y, times):
    assert value(measure, y * times, z=40.0) == pytest.approx(value(measure, y, z=40.0), rel=1e-12, abs=1e-15)


def test_sen1976_of_many_is_the_handbooks():
    y = np.random.default_rng(1).lognormal(4, 1, 500)
    many = np.full(500, 1e9)
    assert value(sen1976, y, many) == pytest.approx(value(sen, y, many), rel=1e-9)
    assert value(sen1976, y) < value(sen, y)


def test_lines_that_differ_rank_by_income_over_the_line():
    y, z = np.array([30.0, 40.0, 90.0, 100.0]), np.array([40.0, 80.0, 100.0, 90.0])
    welfare = Welfare.of(y, weight=np.ones(4), groups=Groups.everybody(4), line=z)
    for measure in FOUR:
        assert measure(welfare).value[0] == pytest.approx(value(measure, y / z, z=1.0), rel=1e-12)


@pytest.mark.parametrize("measure", FOUR)
def test_where_nobody_is_poor_there_is_nothing(measure):
    found = measure(of([125, 200, 300]))
    assert found.value[0] == 0
    assert not found.scores().any()


@pytest.mark.parametrize("measure", [sen, sen1976, sst, gap])
def test_where_all_have_nothing_poverty_is_whole(measure):
    n = 1000
    expected = {sen1976: 1, sen: 1, gap: 1, sst: 1}[measure]
    assert value(measure, np.zeros(n)) == pytest.approx(expected)


def test_watts_refuses_incomes_without_a_logarithm_and_says_how_many():
    with pytest.raises(Undefined, match="2 rows"):
        watts(of([0, -3, 50, 500]))
    assert value(watts, [0, 50, 500], [0, 1, 1]) == pytest.approx(np.log(2.5) / 2)  # who stands for nobody


@pytest.mark.parametrize("order", [-1, -0.1, float("nan"), float("inf")])
def test_fgt_refuses_an_order_that_is_none(order):
    with pytest.raises(ValueError, match="order"):
        fgt(of([1, 2]), order)
