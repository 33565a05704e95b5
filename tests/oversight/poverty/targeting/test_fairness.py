"""Errors by who bears them: each group's own, its distance from everybody, and bands in words."""

import numpy as np
import pytest

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.targeting.fairness import banded, errors_by
from mingbai.oversight.poverty.targeting.rates import Targeting, measured
from mingbai.oversight.poverty.welfare import Undefined

CHANCE = np.random.default_rng(5)
POOR, REACHED = CHANCE.random(200) < 0.4, CHANCE.random(200) < 0.5
WEIGHT, AGE = CHANCE.uniform(0.5, 3, 200), CHANCE.integers(20, 90, 200)
SEX, VILLAGE = CHANCE.choice(["女", "男"], 200), CHANCE.integers(0, 20, 200)
DESIGN = Design.of(200, weight=WEIGHT, psu=VILLAGE)
OF = Targeting.of(poor=POOR, reached=REACHED, weight=WEIGHT, groups=Groups.everybody(200))


def test_each_group_has_its_own_error() -> None:
    rows = errors_by(OF, {"sex": SEX, "age": banded(AGE, [40, 60])}, DESIGN)
    assert [(r.error.measure, r.by, r.error.group) for r in rows] == [
        (m, by, g)
        for m in ("exclusion", "inclusion")
        for by, names in (("sex", ["女", "男"]), ("age", ["< 40", "40 - < 60", ">= 60"]))
        for g in names
    ]
    old = POOR & (AGE >= 60)
    found = next(r for r in rows if r.error.group == ">= 60" and r.error.measure == "exclusion")
    assert found.error.value == pytest.approx(WEIGHT[old & ~REACHED].sum() / WEIGHT[old].sum())
    whole = WEIGHT[POOR & ~REACHED].sum() / WEIGHT[POOR].sum()
    assert found.apart == pytest.approx(found.error.value - whole)
    assert "/" in found.definition


def test_the_distance_from_everybody_is_linearized_as_one() -> None:
    """The scores of the difference add up, by cluster, to what a change of one weight does to it."""
    women = SEX == "女"

    def difference(weight: np.ndarray) -> float:
        of = Targeting(POOR, REACHED, weight, Groups.everybody(200))
        own = Targeting(POOR, REACHED, weight, Groups.of(SEX, 200))
        return float(measured(own, "exclusion")[1].value[0] - measured(of, "exclusion")[1].value[0])

    by_hand = np.zeros(20)
    for row in range(200):
        moved = [WEIGHT + step * (np.arange(200) == row) for step in (1e-6, -1e-6)]
        by_hand[VILLAGE[row]] += WEIGHT[row] * (difference(moved[0]) - difference(moved[1])) / 2e-6
    se = np.sqrt(20 / 19 * ((by_hand - by_hand.mean()) ** 2).sum())
    assert women.any()
    assert errors_by(OF, {"sex": SEX}, DESIGN)[0].apart_se == pytest.approx(se, rel=1e-6)


def test_one_group_of_everybody_lies_nowhere_apart() -> None:
    row = errors_by(OF, {"all": np.zeros(200)}, DESIGN)[0]
    assert (row.apart, row.apart_se) == (0.0, 0.0)


def test_a_group_without_poor_is_refused_or_blank() -> None:
    group = np.where(POOR, "a", "b")
    with pytest.raises(Undefined, match=r"no one in 1 groups \(b\)"):
        errors_by(OF, {"group": group}, DESIGN, names=["exclusion"])
    rows = errors_by(OF, {"group": group}, DESIGN, names=["exclusion"], where_none="nan")
    assert np.isnan(rows[1].error.value) and np.isnan(rows[1].apart) and not np.isnan(rows[0].apart)


def test_bands_are_in_order_and_named() -> None:
    found = banded([1, 10, 3, 4], [2, 4])
    assert found.names == ("< 2", "2 - < 4", ">= 4") and found.codes.tolist() == [0, 2, 1, 2]
    assert banded([5, 6], [2, 4]).names == (">= 4",)
    with pytest.raises(ValueError, match="missing in 1 rows"):
        banded([1, np.nan], [2])
    with pytest.raises(ValueError, match="ascending order"):
        banded([1, 2], [4, 2])
