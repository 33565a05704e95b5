"""Standard errors: two ways to the same variance, numerical derivatives, and svy."""

import os
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

os.environ.setdefault("SVYLAB_OFFLINE", "1")

import polars as pl
import svy

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.estimates import Estimates
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.multidimensional.cells import Cells
from mingbai.oversight.poverty.multidimensional.measures import Multidimensional, estimates, measure

NAMES = ("a", "b", "c", "d")
NESTED: dict[str, Any] = {"x": ["a", "b"], "y": {"c": "2/3", "d": "1/3"}}
RULES: list[Any] = ["drop", "reweight", "deprived", "not_deprived"]


def invented(n: int, seed: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    chance = np.random.default_rng(seed)
    columns = {name: chance.choice([0, 1, np.nan], n, p=[0.55, 0.4, 0.05]) for name in NAMES}
    return columns, {name: chance.random(n) for name in ("a", "d")}


@pytest.mark.parametrize("rule", RULES)
def test_every_score_is_the_derivative_of_its_measure(rule: Any) -> None:
    """One row's weight a little up: the measure moves by that times the row's score over its weight."""
    n, eps = 40, 1e-6
    columns, gaps = invented(n, 1)
    chance = np.random.default_rng(2)
    weight, groups = chance.uniform(1, 5, n), Groups.of(chance.integers(0, 2, n), n)
    of = Multidimensional.of(columns, weights=NESTED, cutoff="1/3", missing=rule, gaps=gaps)
    held = of.within(groups)

    def cells(design: Design) -> Cells:
        return Cells.of(design, held, of.deprivations.pattern, len(of.deprivations.states))

    here = Design.of(n, weight=weight)
    for name in of.names:
        scores = of.point(name, here, cells(here)).scores()
        for row in range(n):
            moved = []
            for step in (eps, -eps):
                other = weight.copy()
                other[row] += step
                there = Design.of(n, weight=other)
                moved.append(of.point(name, there, cells(there)).value[held.codes[row]])
            slope = (moved[0] - moved[1]) / (2 * eps)
            assert scores[row] / weight[row] == pytest.approx(np.nan_to_num(slope), abs=1e-8), (name, row)


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(4, 40), seed=st.integers(0, 10**6), strata=st.integers(1, 3), rule=st.sampled_from(RULES),
    lonely=st.sampled_from(["certainty", "centre", "average"]), equal=st.booleans(),
)  # fmt: skip
def test_sums_by_pattern_give_the_variance_that_rows_give(
    n: int, seed: int, strata: int, rule: Any, lonely: Any, equal: bool
) -> None:
    columns, _ = invented(n, seed)
    chance = np.random.default_rng(seed)
    weight = np.full(n, 3.7) if equal else chance.uniform(0, 5, n)
    layers, groups = chance.integers(0, strata, n), Groups.of(chance.integers(0, 3, n), n)
    drawn: dict[str, Any] = {"weight": weight, "strata": layers, "lonely": lonely, "fpc": 50 + layers}
    by_cell = measure(columns, weights=NESTED, cutoff="1/3", design=Design.of(n, **drawn), groups=groups, missing=rule)
    rows = Design.of(n, psu=np.arange(n), **drawn)
    by_row = measure(columns, weights=NESTED, cutoff="1/3", design=rows, groups=groups, missing=rule)
    for one, other in zip(by_cell, by_row, strict=True):
        assert one.value == pytest.approx(other.value, rel=1e-12, abs=1e-14, nan_ok=True), one.measure
        assert one.se == pytest.approx(other.se, rel=1e-9, abs=1e-9, nan_ok=True), one.measure
        assert one.freedom.tolist() == other.freedom.tolist()
        assert one.n.tolist() == other.n.tolist()


def test_too_many_cells_for_a_table_are_sorted_and_give_the_same() -> None:
    n, chance = 3000, np.random.default_rng(4)
    columns = {f"i{j}": chance.random(n) < 0.5 for j in range(12)}
    weights = dict.fromkeys(columns, Fraction(1, 12))
    groups, weight = Groups.of(chance.integers(0, 100, n), n), chance.uniform(1, 2, n)
    names = ["H", "A", "censored:i3", "contribution:i4"]
    kinds = [Design.of(n, weight=weight), Design.of(n, weight=weight, psu=np.arange(n))]
    one, other = (
        measure(columns, weights=weights, cutoff="1/2", design=design, groups=groups, names=names) for design in kinds
    )
    for mine, theirs in zip(one, other, strict=True):
        assert mine.se == pytest.approx(theirs.se, rel=1e-9, abs=1e-12, nan_ok=True)


def test_what_does_not_vary_has_no_error_at_all() -> None:
    columns = {"a": [1, 1, 1, 0, 0, 0], "b": [1] * 6}
    strata = [1, 1, 1, 2, 2, 2]
    design = Design.of(6, weight=[0.1] * 6, strata=strata)
    found = measure(columns, weights={"a": "1/2", "b": "1/2"}, cutoff=1, design=design, groups=Groups.everybody(6))
    # Every row of a stratum has the same answers: between strata there is no chance.
    assert all(one.se[0] < 1e-15 for one in found)


def test_without_errors_none_are_given() -> None:
    columns, _ = invented(20, 5)
    found = measure(
        columns, weights=NESTED, cutoff="1/3", design=Design.of(20), groups=Groups.everybody(20), missing="reweight",
        errors=False,
    )  # fmt: skip
    assert all(np.isnan(one.se).all() and np.isfinite(one.value).all() for one in found)


@pytest.fixture(scope="module")
def survey() -> pl.DataFrame:
    """The World Bank's synthetic sample: deprivations with some answers taken away, and what svy needs ready-made."""
    found = svy.datasets.load("hld_sample_wb_2023", source="bundled")
    chance = np.random.default_rng(6)
    crowded = (found["hhsize"] / found["rooms"] > 2).to_numpy()
    columns = {
        "power": (found["electricity"] == "No").to_numpy(), "water": ~found["water"].str.contains("(?i)pip").to_numpy(),
        "toilet": ~found["toilet"].str.contains("(?i)flush").to_numpy(), "crowded": crowded,
    }  # fmt: skip
    more = {name: pl.Series(name, column.astype(float)) for name, column in columns.items()}
    holes = pl.Series("hole", chance.random(len(found)) < 0.1)
    return found.with_columns(**more, hole=holes, stratum=pl.col("geo1") + pl.col("urbrur")).with_columns(
        score=(pl.col("power") + pl.col("water") + pl.col("toilet") + pl.col("crowded")) / 4
    ).with_columns(poor=(pl.col("score") >= 0.5).cast(pl.Float64)).with_columns(
        m0=pl.col("poor") * pl.col("score"), c_toilet=pl.col("poor") * pl.col("toilet"), everybody=pl.lit(1.0),
        part=pl.col("poor") * pl.col("crowded") / 4,
    )  # fmt: skip


INDICATORS = ("power", "water", "toilet", "crowded")
THEIRS = {"H": "poor", "M0": "m0", "censored:toilet": "c_toilet", "uncensored:water": "water"}
RATIOS = {"A": ("m0", "poor"), "contribution:crowded": ("part", "m0")}


def ours(survey: pl.DataFrame, by: str | None, names: list[str], holes: bool = False) -> list[Estimates]:
    n = len(survey)
    design = Design.of(
        n, weight=survey["hhweight"].to_numpy(), strata=survey["stratum"].to_numpy(), psu=survey["ea"].to_numpy()
    )
    columns = {name: survey[name].to_numpy().copy() for name in INDICATORS}
    if holes:
        columns["water"][survey["hole"].to_numpy()] = np.nan
    of = Multidimensional.of(
        columns, weights=dict.fromkeys(INDICATORS), cutoff="1/2", missing="drop" if holes else "refuse"
    )
    return estimates(of, names, design, Groups.of(survey[by].to_numpy() if by else None, n))


def compared(mine: Estimates, theirs: Any, survey: pl.DataFrame, by: str | None) -> None:
    table = theirs.to_polars(tidy=True)
    if by:
        table = table.with_columns(pl.col(by).cast(survey[by].dtype)).sort(by)
    for column, name in ((mine.value, "est"), (mine.se, "se"), (mine.lower, "lci"), (mine.upper, "uci")):
        assert column.tolist() == pytest.approx(table[name].to_list(), rel=1e-9, abs=1e-12, nan_ok=True), name


@pytest.mark.parametrize("by", [None, "geo1", "urbrur"])
def test_svy_finds_the_same_means_and_ratios(survey: pl.DataFrame, by: str | None) -> None:
    sample = svy.Sample(survey, svy.Design(stratum=["geo1", "urbrur"], psu="ea", wgt="hhweight"))
    more = {"by": by} if by else {}
    for found in ours(survey, by, list(THEIRS)):
        compared(found, sample.estimation.mean(THEIRS[found.measure], **more), survey, by)
    assert all(0.02 < survey[name].mean() < 0.98 for name in (*INDICATORS, "poor"))  # type: ignore[operator]
    for found in ours(survey, by, list(RATIOS)):
        above, below = RATIOS[found.measure]
        compared(found, sample.estimation.ratio(above, below, **more), survey, by)


def test_svy_finds_the_same_when_dropped_rows_stay_in_the_design(survey: pl.DataFrame) -> None:
    sample = svy.Sample(survey, svy.Design(stratum=["geo1", "urbrur"], psu="ea", wgt="hhweight"))
    for found in ours(survey, None, list(THEIRS), holes=True):
        theirs = sample.estimation.mean(THEIRS[found.measure], where=~svy.col("hole"))
        compared(found, theirs, survey, None)
        assert found.n.tolist() == [int((~survey["hole"]).sum())]
