"""Poverty and inequality taken apart by group: everything adds up, and the errors are those of the whole design."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.fgt import fgt
from mingbai.oversight.poverty.groups import Floats, Groups
from mingbai.oversight.poverty.inequality import ge
from mingbai.oversight.poverty.subgroups import InequalityByGroup, inequality_by_group, poverty_by_group
from mingbai.oversight.poverty.welfare import Undefined, Welfare

ORDERS = st.sampled_from([0.0, 1.0, 2.0, 3.0, 1.5])
ENTROPIES = st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0, 3.0])


def people(
    incomes: list[float], weights: list[float] | None = None, groups: list[object] | None = None, line: float = 100
) -> Welfare:
    weight = np.ones(len(incomes)) if weights is None else np.array(weights)
    return Welfare.of(incomes, weight=weight, groups=Groups.of(groups, len(incomes)), line=line)


def a_sample(seed: int, rows: int = 120) -> tuple[Welfare, Design]:
    random = np.random.default_rng(seed)
    incomes = random.lognormal(4.5, 0.7, rows)
    weights = random.uniform(0.5, 3, rows)
    groups = random.choice(["east", "north", "west"], rows)
    psu = random.integers(0, 12, rows)
    design = Design.of(rows, weight=weights, strata=psu // 4, psu=psu)
    return Welfare.of(incomes, weight=weights, groups=Groups.of(groups, rows), line=90.0), design


@st.composite
def populations(draw: st.DrawFn) -> Welfare:
    rows = draw(st.integers(2, 25))
    incomes = draw(st.lists(st.floats(1, 500, width=32), min_size=rows, max_size=rows))
    weights = draw(st.lists(st.floats(0.125, 8, width=32), min_size=rows, max_size=rows))
    groups = draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows))
    return people(incomes, weights, list(groups))


@given(populations(), ORDERS)
@settings(max_examples=200, deadline=None)
def test_contributions_add_up_to_the_whole(of: Welfare, order: float) -> None:
    found = poverty_by_group(of, order, Design.of(len(of.weight), weight=of.weight), errors=False)
    whole = found.whole.value[0]
    assert found.contribution.value.sum() == pytest.approx(whole, rel=1e-12, abs=1e-14)
    assert found.contribution.value == pytest.approx(found.share.value * found.index.value, rel=1e-12, abs=1e-14)
    assert found.share.value.sum() == pytest.approx(1, rel=1e-12)
    if whole > 0:
        assert found.relative.value.sum() == pytest.approx(1, rel=1e-12)
    else:
        assert np.isnan(found.relative.value).all()


def test_by_hand() -> None:
    # East: 2 of weight 3 poor by half; west: 1 of weight 1 not poor. Gap: east 2/3 * 0.5, share 3/4.
    found = poverty_by_group(people([50, 200, 300], [2, 1, 1], ["east", "east", "west"]), 1, Design.of(3))
    assert found.whole.value[0] == 0.25
    assert found.index.value == pytest.approx([1 / 3, 0])
    assert found.contribution.value == pytest.approx([0.25, 0])
    assert found.relative.value == pytest.approx([1, 0])


@pytest.mark.parametrize("part", ["share", "contribution", "relative"])
@pytest.mark.parametrize("order", [0.0, 1.0, 2.0])
def test_errors_of_portions_are_those_of_their_scores_in_every_row(part: str, order: float) -> None:
    of, design = a_sample(1)
    found = getattr(poverty_by_group(of, order, design), part)
    over_all = design.over(Groups.everybody(design.rows))
    for g, se in enumerate(found.se):

        def value(weight: Floats, g: int = g) -> float:
            again = Welfare(of.welfare, weight, of.groups, of.line)
            parts = poverty_by_group(again, order, Design.of(len(weight), weight=weight), errors=False)
            return float(getattr(parts, part).value[g])

        scores = of.weight * numerically(value, of.weight)
        assert se == pytest.approx(np.sqrt(over_all.variance(scores)[0]), rel=1e-6)


def numerically(value: Callable[[Floats], float], weight: Floats, eps: float = 1e-5) -> Floats:
    """The derivative of a value with respect to each row's weight."""
    found = np.empty(len(weight))
    for i in range(len(weight)):
        step = np.zeros(len(weight))
        step[i] = eps
        found[i] = (value(weight + step) - value(weight - step)) / (2 * eps)
    return found


@given(populations(), ENTROPIES)
@settings(max_examples=200, deadline=None)
def test_within_and_between_add_up_to_the_whole(of: Welfare, order: float) -> None:
    found = inequality_by_group(of, order, Design.of(len(of.weight), weight=of.weight), errors=False)
    whole, scale = found.whole.value[0], max(1.0, found.whole.value[0])
    assert found.within.value[0] + found.between.value[0] == pytest.approx(whole, abs=1e-12 * scale)
    assert found.contribution.sum() == pytest.approx(found.within.value[0], rel=1e-12, abs=1e-15)
    assert found.between.value[0] >= -1e-12
    everybody = Welfare(of.welfare, of.weight, Groups.everybody(len(of.weight)))
    assert whole == pytest.approx(ge(everybody, order).value[0], rel=1e-12, abs=1e-15)


def test_equal_means_leave_nothing_between_and_equal_incomes_nothing_within() -> None:
    same_means = inequality_by_group(people([1, 3, 2, 2], groups=[0, 0, 1, 1]), 1, Design.of(4), errors=False)
    assert same_means.between.value[0] == pytest.approx(0, abs=1e-15)
    all_alike = inequality_by_group(people([1, 1, 3, 3], groups=[0, 0, 1, 1]), 1, Design.of(4), errors=False)
    assert all_alike.within.value[0] == pytest.approx(0, abs=1e-15)
    # Theil of 1/2 and 3/2: the mean of x ln x.
    assert all_alike.between.value[0] == pytest.approx((0.5 * np.log(0.5) + 1.5 * np.log(1.5)) / 2, rel=1e-14)


@pytest.mark.parametrize("part", ["whole", "within", "between"])
@pytest.mark.parametrize("order", [-1.0, 0.0, 0.5, 1.0, 2.0])
def test_errors_within_and_between_are_those_of_numerical_differentiation(part: str, order: float) -> None:
    of, design = a_sample(2)

    def value(weight: Floats) -> float:
        again = Welfare(of.welfare, weight, of.groups)
        found: InequalityByGroup = inequality_by_group(again, order, Design.of(len(weight)), errors=False)
        return float(getattr(found, part).value[0])

    scores = of.weight * numerically(value, of.weight)
    se = np.sqrt(design.over(Groups.everybody(design.rows)).variance(scores)[0])
    assert getattr(inequality_by_group(of, order, design), part).se[0] == pytest.approx(se, rel=1e-5)


def test_a_group_without_income_has_no_index_and_adds_nothing_within() -> None:
    of = people([0, 0, 1, 3], groups=[0, 0, 1, 1])
    found = inequality_by_group(of, 2, Design.of(4))
    assert np.isnan(found.index[0])
    assert found.contribution[0] == 0
    assert found.within.value[0] + found.between.value[0] == pytest.approx(found.whole.value[0], rel=1e-14)
    assert np.isfinite(found.between.se[0])
    with pytest.raises(Undefined, match="above zero"):
        inequality_by_group(of, 0, Design.of(4))


def test_a_group_of_weight_zero_has_no_share() -> None:
    of = people([50, 200, 70], [1, 1, 0], ["east", "east", "west"])
    found = poverty_by_group(of, 0, Design.of(3, weight=[1, 1, 0]))
    assert found.share.value.tolist() == [1, 0]
    assert np.isnan(found.index.value[1])
    assert found.contribution.value.tolist() == [fgt(of, 0).value[0], 0]


def test_a_share_of_a_sample_drawn_by_that_group_is_certain() -> None:
    # With strata by group and equal rows, the share has no error: the scores cancel within each stratum.
    groups = ["a"] * 4 + ["b"] * 6
    of = people([50.0] * 10, groups=list(groups))
    found = poverty_by_group(of, 0, Design.of(10, strata=groups))
    assert found.share.se == pytest.approx([0, 0], abs=1e-15)
