import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.estimates import estimated
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.quantiles import median, median_gap, quantile, risk_line
from mingbai.oversight.poverty.welfare import Welfare


def of(y, w=None, groups=None, line=None):
    y = np.asarray(y, float)
    return Welfare.of(y, weight=np.ones(len(y)) if w is None else np.asarray(w, float),
                      groups=Groups.of(groups, len(y)), line=line)  # fmt: skip


def value(p, y, w=None):
    return quantile(of(y, w), p).value[0]


@pytest.mark.parametrize(
    ("y", "w", "p", "expected"),
    [
        ([1, 2, 3], None, 0.5, 2),
        ([1, 2, 3, 4], None, 0.5, 2.5),  # met exactly: the mean with the next
        ([1, 2, 3, 4], None, 0.49, 2),
        ([1, 2, 3, 4], None, 0, 1),
        ([1, 2, 3, 4], None, 1, 4),
        ([4, 1, 3, 2], [1, 5, 1, 1], 0.5, 1),
        ([1, 2, 3], [1, 0, 1], 0.5, 2),  # met at 1; the next that stands for anybody is 3
        ([0, 1, 2, 9], [0, 1, 1, 0], 0, 1),
        ([0, 1, 2, 9], [0, 1, 1, 0], 1, 2),
        ([7], [3], 0.2, 7),
    ],
)
def test_by_hand(y, w, p, expected):
    assert value(p, y, w) == expected


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 4)), min_size=1, max_size=30), st.integers(0, 20))
def test_it_is_numpys_averaged_inverse_of_the_rows_repeated(rows, twentieths):
    y, w = (np.array(column) for column in zip(*rows, strict=True))
    p = twentieths / 20
    # In whole numbers, for p * n is rounded in numpy's own.
    people, met = np.sort(np.repeat(y, w)), twentieths * w.sum()
    n = len(people)
    low, high = max(-(-met // 20), 1) - 1, min(met // 20, n - 1)
    expected = people[0] if p == 0 else people[-1] if p == 1 else (people[low] + people[high]) / 2
    assert value(p, y, w) == expected


def test_a_third_that_is_met_but_for_rounding_is_met():
    y = np.arange(30.0)
    w = np.full(30, 0.1)  # whose sums are not exact
    assert value(0.1, y, w) == 2.5
    assert value(0.7, y, w) == 20.5


def test_groups_have_their_own():
    found = median(of([1, 2, 3, 10, 30, 20, 40], groups=list("aaabbbb")))
    assert found.value.tolist() == [2, 25]


def test_the_risk_line_and_the_median_gap():
    y = np.array([10.0, 20, 30, 100, 120, 150, 200])
    line = risk_line(of(y)).value[0]
    assert line == 60
    assert median_gap(of(y, line=line)).value[0] == pytest.approx(1 - 20 / 60)
    assert np.isnan(median_gap(of(y, line=5.0)).value[0])
    other = np.where(y < 25, 40.0, 60.0)
    assert median_gap(of(y, line=other)).value[0] == 0.5  # incomes over lines of 0.25, 0.5, 0.5


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_intervals_of_quantiles_hold_the_truth_as_often_as_they_say(p):
    rng = np.random.default_rng(4)
    samples, rows = 1500, 400
    y = rng.lognormal(0, 0.8, samples * rows)
    w = np.where(np.arange(len(y)) % 2, 1.0, 2.5)  # unequal, without regard to y
    groups = Groups(np.repeat(np.arange(samples), rows), tuple(range(samples)))
    welfare = Welfare.of(y, weight=w, groups=groups)
    point, scores = quantile(welfare, p), quantile(welfare, p).scores()
    truth = np.exp(0.8 * {0.1: -1.2815515655446004, 0.5: 0.0, 0.9: 1.2815515655446004}[p])
    held = []
    for k in range(samples):  # each sample is a survey of its own
        at = slice(k * rows, (k + 1) * rows)
        spread = np.sqrt(rows / (rows - 1) * ((scores[at] - scores[at].mean()) ** 2).sum())
        held.append(abs(point.value[k] - truth) <= 1.965927 * spread)
    assert 0.93 <= np.mean(held) <= 0.975


def test_the_error_of_the_median_of_a_uniform_is_the_known_one():
    y = np.random.default_rng(6).uniform(size=4000)
    point = median(of(y))
    found = estimated("median", Design.of(4000).over(Groups.everybody(4000)), point.value, point.scores()).se[0]
    assert found == pytest.approx(0.5 / np.sqrt(4000), rel=0.15)  # root of p (1 - p) / n, over a density of one


def test_where_all_are_alike_the_median_is_certain():
    assert not median(of([5.0] * 40)).scores().any()


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_a_share_lies_between_none_and_all(p):
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile(of([1, 2]), p)
