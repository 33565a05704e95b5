"""The rescaling bootstrap: near the linearized errors, the same for the same seed, and what it refuses."""

import os
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("SVYLAB_OFFLINE", "1")

import svy

from mingbai.oversight.poverty.bootstrap import Redraw, bootstrap
from mingbai.oversight.poverty.dates import halves
from mingbai.oversight.poverty.design import Design, Lonely
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.growth import shapley
from mingbai.oversight.poverty.measures import measure
from mingbai.oversight.poverty.welfare import Welfare

NAMES = ("headcount", "gap", "gini", "mean")


@pytest.fixture(scope="module")
def households() -> dict[str, Any]:
    found = svy.datasets.load("hld_sample_wb_2023", source="bundled")
    return found.to_dict(as_series=False)


def sample(columns: dict[str, Any], by: str | None = None) -> tuple[Welfare, Design]:
    weight = np.array(columns["hhweight"])
    groups = Groups.of(None if by is None else columns[by], len(weight))
    design = Design.of(len(weight), weight=weight, strata=columns["geo1"], psu=columns["ea"])
    return Welfare.of(columns["pc_exp"], weight=weight, groups=groups, line=3000.0), design


def test_near_the_linearized_errors(households: dict[str, Any]) -> None:
    # 29 degrees of freedom and clusters that differ much: the two ways agree to some per cent, not to all digits.
    welfare, design = sample(households)
    linear = {found.measure: found for found in measure(welfare, NAMES, design)}
    for found in bootstrap(welfare, NAMES, design, seed=7, replicates=2000):
        theirs = linear[found.measure]
        assert found.value[0] == theirs.value[0]
        assert found.se[0] == pytest.approx(theirs.se[0], rel=0.06)
        low, high = found.percentile
        assert low[0] < found.value[0] < high[0]
        below, above = found.normal
        assert (above[0] - below[0]) / found.se[0] == pytest.approx(2 * 1.959964, abs=1e-6)


def test_of_a_total_the_variance_is_the_linearized_one_on_average() -> None:
    # By the algebra of Rao and Wu, with and without a finite population; 20,000 draws are within 3 per cent.
    random = np.random.default_rng(3)
    values = random.normal(10, 3, 24)
    strata, psu = np.repeat([0, 1, 2], 8), np.arange(24) // 2
    for fpc in (None, np.repeat([8, 16, 40], 8)):
        design = Design.of(24, strata=strata, psu=psu, fpc=fpc)
        draw, seeded = Redraw(design), np.random.default_rng(4)
        totals = [float((values * draw.multipliers(seeded)).sum()) for _ in range(20_000)]
        assert np.mean(totals) == pytest.approx(values.sum(), rel=0.002)
        assert np.var(totals) == pytest.approx(design.over(Groups.everybody(24)).variance(values)[0], rel=0.03)


def test_multipliers_are_never_negative_and_leave_strata_their_size() -> None:
    design = Design.of(24, strata=np.repeat([0, 1], 12), psu=np.arange(24) // 2, fpc=np.repeat([7, 1000], 12))
    draw, seeded = Redraw(design), np.random.default_rng(1)
    for _ in range(50):
        found = draw.multipliers(seeded)
        assert (found >= 0).all()
        assert found[:12].sum() == pytest.approx(12, rel=1e-12)
        assert found[12:].sum() == pytest.approx(12, rel=1e-12)
        assert (found[0::2] == found[1::2]).all()


def test_the_same_seed_gives_the_same_bytes(households: dict[str, Any]) -> None:
    welfare, design = sample(households, "urbrur")
    one, again, other = (bootstrap(welfare, NAMES, design, seed=seed, replicates=50) for seed in (1, 1, 2))
    for first, second, third in zip(one, again, other, strict=True):
        assert first.replicates.tobytes() == second.replicates.tobytes()
        assert first.replicates.tobytes() != third.replicates.tobytes()
        assert first.seed == 1


def test_replicates_are_what_the_weights_give_from_scratch(households: dict[str, Any]) -> None:
    # What is kept between replicates (the order of incomes) must not show.
    welfare, design = sample(households, "urbrur")
    found = bootstrap(welfare, ["gini", "sst", "sen"], design, seed=5, replicates=3)
    draw, seeded = Redraw(design), np.random.default_rng(5)
    for b in range(3):
        fresh = Welfare(welfare.welfare, welfare.weight * draw.multipliers(seeded), welfare.groups, welfare.line)
        for one, again in zip(found, measure(fresh, ["gini", "sst", "sen"], design, errors=False), strict=True):
            assert one.replicates[b].tolist() == again.value.tolist()


def test_any_function_of_the_welfare_such_as_growth_between_two_dates(households: dict[str, Any]) -> None:
    # The same people twice, richer by a tenth and by 50 at the second date: clusters of both are redrawn at once.
    one, design = sample(households)
    income, weight = np.concatenate([one.welfare, one.welfare * 1.1 + 50]), np.tile(one.weight, 2)
    both = Welfare.of(income, weight=weight, groups=Groups.everybody(len(weight)), line=3000.0)
    second = np.repeat([False, True], len(one.weight))
    strata, psu = np.tile(households["geo1"], 2), np.tile(households["ea"], 2)
    twice = Design.of(len(weight), weight=weight, strata=strata, psu=psu)

    def growth(of: Welfare) -> "np.ndarray[Any, np.dtype[np.float64]]":
        return shapley(*halves(of, second), 1).growth

    found = bootstrap(both, {"growth": growth}, twice, seed=1, replicates=100)[0]
    assert found.measure == "growth"
    assert found.value[0] == shapley(*halves(both, second), 1).growth[0] < 0
    # Far more certain than poverty itself, since both dates move together.
    assert 0 < found.se[0] < measure(one, ["gap"], design)[0].se[0] / 5
    with pytest.raises(ValueError, match=r"wrong has \(2,\) values for 1 groups"):
        bootstrap(both, {"wrong": lambda of: np.zeros(2)}, twice, seed=1, replicates=2)


def test_a_group_that_some_replicates_lack_is_counted() -> None:
    groups = ["a", "a", "a", "b"]
    welfare = Welfare.of([50.0, 90, 200, 70], weight=np.ones(4), groups=Groups.of(groups, 4), line=100.0)
    found = bootstrap(welfare, ["gap"], Design.of(4), seed=1, replicates=200)[0]
    assert found.used[1] < 200
    assert found.used[1] == int((~np.isnan(found.replicates[:, 1])).sum())
    assert found.se[1] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("rule", ["centre", "average"])
def test_a_lonely_stratum_is_refused_where_its_rule_has_no_meaning(rule: Lonely) -> None:
    welfare = Welfare.of([50.0, 90, 200], weight=np.ones(3), groups=Groups.everybody(3), line=100.0)
    design = Design.of(3, strata=[0, 0, 1], lonely=rule)
    with pytest.raises(ValueError, match="cannot be redrawn"):
        bootstrap(welfare, ["gap"], design, seed=1, replicates=5)


def test_a_lonely_stratum_is_refused_or_stays_as_it_is() -> None:
    welfare = Welfare.of([50.0, 90, 200], weight=np.ones(3), groups=Groups.everybody(3), line=100.0)
    with pytest.raises(ValueError, match="1 strata have a single cluster"):
        bootstrap(welfare, ["gap"], Design.of(3, strata=[0, 0, 1]), seed=1, replicates=5)
    draw = Redraw(Design.of(3, strata=[0, 0, 1], lonely="certainty"))
    seeded = np.random.default_rng(1)
    assert all(draw.multipliers(seeded)[2] == 1 for _ in range(20))
    with pytest.raises(ValueError, match="show no spread"):
        bootstrap(welfare, ["gap"], Design.of(3), seed=1, replicates=1)
