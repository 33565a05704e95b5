"""Design effects against R's survey and svy, and by the plain case."""

import os
from typing import Any

import numpy as np
import polars as pl
import pytest

os.environ.setdefault("SVYLAB_OFFLINE", "1")

import svy

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.design_effect import design_effects
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.welfare import Welfare


@pytest.fixture(scope="module")
def households() -> dict[str, Any]:
    found = svy.datasets.load("hld_sample_wb_2023", source="bundled")
    return found.to_dict(as_series=False)


def sample(columns: dict[str, Any], by: str | None = None) -> tuple[Welfare, Design]:
    weight = np.array(columns["hhweight"])
    groups = Groups.of(None if by is None else columns[by], len(weight))
    design = Design.of(len(weight), weight=weight, strata=columns["geo1"], psu=columns["ea"])
    return Welfare.of(columns["pc_exp"], weight=weight, groups=groups, line=3000.0), design


# R 4.2, survey 4.1-1: svymean(…, deff = "replace") and deff = TRUE; svyby for the groups.
WITH = {"headcount": 10.262590389923394, "gap": 14.525965752339314, "mean": 10.919235552842812}
WITHOUT = {"headcount": 10.411018514317467, "gap": 14.736055190747503, "mean": 11.077160754117228}


@pytest.mark.parametrize(("theirs", "replacement"), [(WITH, True), (WITHOUT, False)])
def test_as_r_has_it(households: dict[str, Any], theirs: dict[str, float], replacement: bool) -> None:
    welfare, design = sample(households)
    for found in design_effects(welfare, list(theirs), design, replacement=replacement):
        assert found.deff[0] == pytest.approx(theirs[found.measure], rel=1e-9)
        assert found.deft[0] == pytest.approx(np.sqrt(theirs[found.measure]), rel=1e-9)
        assert found.effective[0] == pytest.approx(825 / theirs[found.measure], rel=1e-9)


@pytest.mark.parametrize(
    ("replacement", "theirs"),
    [(True, [9.7549543267852794, 5.9986570649016864]), (False, [9.9328253356091842, 6.0739434047919891])],
)
def test_by_group_as_r_has_it(households: dict[str, Any], replacement: bool, theirs: list[float]) -> None:
    welfare, design = sample(households, "urbrur")
    found = design_effects(welfare, ["headcount"], design, replacement=replacement)[0]
    assert found.groups == ("Rural", "Urban")
    assert found.deff == pytest.approx(theirs, rel=1e-9)


def test_as_svy_has_it(households: dict[str, Any]) -> None:
    table = pl.DataFrame(households).with_columns(headcount=(pl.col("pc_exp") < 3000).cast(pl.Float64))
    survey = svy.Sample(table, svy.Design(stratum="geo1", psu="ea", wgt="hhweight"))
    welfare, design = sample(households, "urbrur")
    theirs = survey.estimation.mean("headcount", by="urbrur", deff="wr").to_polars(tidy=True).sort("urbrur")
    found = design_effects(welfare, ["headcount"], design)[0]
    assert found.deff.tolist() == pytest.approx(theirs["deff"].to_list(), rel=1e-9)


def test_a_simple_random_sample_has_no_design_effect() -> None:
    income = np.random.default_rng(1).lognormal(7, 0.5, 60)
    welfare = Welfare.of(income, weight=np.full(60, 3.0), groups=Groups.everybody(60), line=1000.0)
    for found in design_effects(welfare, ["headcount", "gap", "gini"], Design.of(60, weight=welfare.weight)):
        assert found.deff[0] == pytest.approx(1, rel=1e-9)
        assert found.effective[0] == pytest.approx(60, rel=1e-9)


def test_whole_clusters_alike_tell_as_much_as_their_number() -> None:
    # 10 clusters of 6 the same rows each: 60 rows tell what 10 do, but for n / (n - 1) on either side.
    income = np.repeat(np.random.default_rng(2).lognormal(7, 0.5, 10), 6)
    welfare = Welfare.of(income, weight=np.ones(60), groups=Groups.everybody(60), line=1000.0)
    found = design_effects(welfare, ["mean"], Design.of(60, psu=np.repeat(np.arange(10), 6)))[0]
    assert found.deff[0] == pytest.approx(6 * (10 / 9) / (60 / 59), rel=1e-12)


def test_rows_without_weight_do_not_count_and_no_spread_has_no_effect() -> None:
    welfare = Welfare.of([50.0, 60, 300], weight=np.array([1.0, 1, 0]), groups=Groups.everybody(3), line=100.0)
    found = design_effects(welfare, ["headcount"], Design.of(3, weight=welfare.weight))[0]
    assert found.n[0] == 2
    assert np.isnan(found.deff[0])
