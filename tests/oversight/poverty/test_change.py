"""Differences between dates and groups: against R's survey, and what must hold whatever the sample.

R 4.2, survey 4.1-1: svyby(~poor, ~wave, design, svymean, covmat = TRUE), then svycontrast(c(-1, 1)) and the
quotient, on svy's bundled panel_syn_2026, waves 1 and 3, rows with an income, weight w1, line 2200.
"""

import os
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

os.environ.setdefault("SVYLAB_OFFLINE", "1")

import svy

from mingbai.oversight.poverty.change import against, change
from mingbai.oversight.poverty.dates import Dates
from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.measures import measure
from mingbai.oversight.poverty.welfare import Welfare

NAMES = ("headcount", "gap")


@pytest.fixture(scope="module")
def panel() -> dict[str, Any]:
    found = svy.datasets.load("panel_syn_2026", source="bundled")
    asked = found.filter((pl.col("wave") != 2) & pl.col("inc").is_not_null())
    return asked.to_dict(as_series=False)


def of(columns: dict[str, Any], rows: "np.ndarray[Any, np.dtype[np.bool_]]", by: str | None = None) -> Welfare:
    income, weight = np.array(columns["inc"])[rows], np.array(columns["w1"])[rows]
    groups = None if by is None else np.array(columns[by])[rows]
    return Welfare.of(income, weight=weight, groups=Groups.of(groups, len(income)), line=2200.0)


def designed(columns: dict[str, Any], rows: "np.ndarray[Any, np.dtype[np.bool_]]") -> Design:
    weight, strata, psu = (np.array(columns[name])[rows] for name in ("w1", "stratum", "psu"))
    return Design.of(len(weight), weight=weight, strata=strata, psu=psu)


def test_a_panel_as_r_has_it(panel: dict[str, Any]) -> None:
    everything = np.ones(len(panel["inc"]), np.bool_)
    second = np.array(panel["wave"]) == 3
    dates = Dates.split(of(panel, everything), designed(panel, everything), second)
    headcount, gap = change(dates, NAMES)
    assert headcount.before[0] == pytest.approx(0.21927672955974845, rel=1e-9)
    assert headcount.difference[0] == pytest.approx(-0.060374776492399612, rel=1e-9)
    assert headcount.se[0] == pytest.approx(0.011519596592294621, rel=1e-9)
    assert headcount.ratio[0] == pytest.approx(0.72466400509704465, rel=1e-9)
    assert headcount.ratio_se[0] == pytest.approx(0.051674368207221467, rel=1e-9)
    assert gap.difference[0] == pytest.approx(-0.016742867925737807, rel=1e-9)
    assert gap.se[0] == pytest.approx(0.0031356057735548305, rel=1e-9)
    assert gap.ratio_se[0] == pytest.approx(0.053837440201983187, rel=1e-9)
    assert headcount.freedom[0] == 54


def test_a_panel_as_svy_has_it(panel: dict[str, Any]) -> None:
    poor = pl.DataFrame(panel).with_columns(poor=(pl.col("inc") < 2200).cast(pl.Float64))
    sample = svy.Sample(poor, svy.Design(stratum="stratum", psu="psu", wgt="w1"))
    everything = np.ones(len(panel["inc"]), np.bool_)
    second = np.array(panel["wave"]) == 3
    whole = next(
        iter(change(Dates.split(of(panel, everything), designed(panel, everything), second), ["headcount"])[0])
    )
    waves = sample.estimation.mean("poor", by="wave").contrast(svy.estd(3) - svy.estd(1)).to_polars()
    for mine, name in ((whole.p, "p_value"), (whole.lower, "lci"), (whole.upper, "uci")):
        assert mine == pytest.approx(waves[name][0], rel=1e-8)

    dates = Dates.split(of(panel, everything, "urban"), designed(panel, everything), second)
    ours = change(dates, ["headcount"])[0]
    theirs = sample.estimation.mean("poor", by=["urban", "wave"])
    for row in ours:
        contrast = theirs.contrast(svy.estd((row.group, 3)) - svy.estd((row.group, 1))).to_polars()
        assert row.difference == pytest.approx(contrast["est"][0], rel=1e-9)
        assert row.se == pytest.approx(contrast["se"][0], rel=1e-9)


def test_samples_apart_as_r_has_it_with_strata_by_date(panel: dict[str, Any]) -> None:
    waves = [np.array(panel["wave"]) == wave for wave in (1, 3)]
    before, after = ((of(panel, rows), designed(panel, rows)) for rows in waves)
    found = change(Dates.apart(before, after), ["headcount"])[0]
    assert found.se[0] == pytest.approx(0.022577510248029172, rel=1e-9)
    alone = [measure(welfare, ["headcount"], design)[0].se[0] for welfare, design in (before, after)]
    assert found.se[0] == pytest.approx(np.hypot(*alone), rel=1e-12)
    assert found.freedom[0] == 108


def test_clusters_partly_the_same_as_r_has_it(panel: dict[str, Any]) -> None:
    wave, last = np.array(panel["wave"]), np.array(panel["psu"]) % 10
    kept = ~((wave == 3) & np.isin(last, (1, 2))) & ~((wave == 1) & (last == 3))
    found = change(Dates.split(of(panel, kept), designed(panel, kept), wave[kept] == 3), ["headcount"])[0]
    assert found.difference[0] == pytest.approx(-0.062960044430566381, rel=1e-9)
    assert found.se[0] == pytest.approx(0.015949773688574857, rel=1e-9)


def test_groups_of_one_sample_as_r_has_it(panel: dict[str, Any]) -> None:
    first = np.array(panel["wave"]) == 1
    found = against(of(panel, first, "age_grp"), ["headcount"], designed(panel, first), reference=1)[0]
    assert found.groups == (1, 2, 3, 4)
    assert found.difference == pytest.approx(
        [0, -0.2161036444197357, -0.2625276710520682, -0.34100069795278221], rel=1e-9
    )
    assert found.se == pytest.approx(
        [0, 0.032593155634997449, 0.038291482660716684, 0.042226850593824826], rel=1e-9, abs=1e-9
    )
    assert found.p[0] == 1


def test_against_everybody_counts_that_a_group_is_part_of_it(panel: dict[str, Any]) -> None:
    first = np.array(panel["wave"]) == 1
    welfare, design = of(panel, first, "urban"), designed(panel, first)
    whole = against(welfare, ["gap"], design)[0]
    other = against(welfare, ["gap"], design, reference=0)[0]
    # Group 1 less everybody is (1 - its share) times the difference of the two groups; the share is certain enough
    # only for the sign and the order of the error.
    assert whole.before[0] == whole.before[1] == pytest.approx(measure(of(panel, first), ["gap"], design)[0].value[0])
    assert np.sign(whole.difference[1]) == np.sign(other.difference[1])
    assert whole.se[1] < other.se[1]


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=50, deadline=None)
def test_the_same_sample_twice_has_not_changed_and_has_no_error(seed: int, grouped: bool) -> None:
    random = np.random.default_rng(seed)
    rows = 40
    psu = np.concatenate([np.arange(8), random.integers(0, 8, rows - 8)])
    groups = random.integers(0, 3, rows) if grouped else None
    welfare = Welfare.of(
        random.lognormal(7, 0.5, rows), weight=random.uniform(0.5, 2, rows), groups=Groups.of(groups, rows), line=1100.0
    )
    design = Design.of(2 * rows, strata=np.tile(psu % 2, 2), psu=np.tile(psu, 2))
    for found in change(Dates.together(welfare, welfare, design), [*NAMES, "gini"]):
        assert (found.difference == 0).all()
        assert found.se == pytest.approx(np.zeros(len(found.se)), abs=1e-9)
        assert (found.p[found.se == 0] == 1).all()


def test_a_table_split_by_date_is_the_two_dates_stacked() -> None:
    random = np.random.default_rng(5)
    income, psu, second = random.lognormal(7, 0.5, 80), np.arange(80) % 10, random.random(80) < 0.5
    groups = random.choice(["a", "b"], 80)
    line = random.choice([900.0, 1200.0], 80)
    weight = random.uniform(1, 2, 80)

    def rows(which: "np.ndarray[Any, np.dtype[np.bool_]]") -> Welfare:
        names = Groups.of(groups[which], int(which.sum()))
        return Welfare.of(income[which], weight=weight[which], groups=names, line=line[which])

    split = Dates.split(rows(np.ones(80, np.bool_)), Design.of(80, weight=weight, psu=psu), second)
    order = np.concatenate([np.flatnonzero(~second), np.flatnonzero(second)])
    stacked = Dates.together(rows(~second), rows(second), Design.of(80, weight=weight[order], psu=psu[order]))
    for one, other in zip(change(split, NAMES), change(stacked, NAMES), strict=True):
        assert one.se == pytest.approx(other.se, rel=1e-12)
        assert one.difference == pytest.approx(other.difference, rel=1e-12)


def test_a_group_of_one_date_alone_has_no_change() -> None:
    def sample(groups: list[str]) -> tuple[Welfare, Design]:
        income = [50.0, 200.0, 80.0, 120.0]
        return Welfare.of(income, weight=np.ones(4), groups=Groups.of(groups, 4), line=100.0), Design.of(4)

    found = change(Dates.apart(sample(["a", "a", "b", "b"]), sample(["a", "a", "c", "c"])), ["headcount"])[0]
    assert found.groups == ("a", "b", "c")
    assert found.difference[0] == 0
    assert np.isnan(found.difference[1:]).all()
    assert np.isnan(found.se[1:]).all()
    assert np.isnan(found.p[1:]).all()


def test_intervals_of_one_row() -> None:
    random = np.random.default_rng(1)

    def sample() -> tuple[Welfare, Design]:
        income = random.lognormal(7, 0.5, 50)
        return Welfare.of(income, weight=np.ones(50), groups=Groups.everybody(50), line=1100.0), Design.of(50)

    row = next(iter(change(Dates.apart(sample(), sample()), ["gap"])[0]))
    assert row.difference == pytest.approx(row.after - row.before)
    # 98 degrees of freedom: t = 1.984467 (printed tables: 1.984).
    assert (row.upper - row.lower) / (2 * row.se) == pytest.approx(1.984467, abs=1e-6)
    assert row.ratio_lower * row.ratio_upper == pytest.approx(row.ratio**2)
    assert 0 < row.p < 1


def test_what_is_refused() -> None:
    welfare = Welfare.of([50.0, 200], weight=np.ones(2), groups=Groups.of(["a", "b"], 2), line=100.0)
    numbered = Welfare.of([50.0, 200], weight=np.ones(2), groups=Groups.of([1, 2], 2), line=100.0)
    with pytest.raises(ValueError, match="the design has 3 rows, but the welfare has 4"):
        Dates.together(welfare, welfare, Design.of(3))
    with pytest.raises(ValueError, match="the design has 3 rows"):
        Dates.apart((welfare, Design.of(3)), (welfare, Design.of(2)))
    with pytest.raises(ValueError, match="not of one kind"):
        Dates.together(welfare, numbered, Design.of(4))
    with pytest.raises(ValueError, match="one truth value a row"):
        Dates.split(welfare, Design.of(2), np.array([0, 1]))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no group 'z' to compare with; there are 'a', 'b'"):
        against(welfare, ["headcount"], Design.of(2), reference="z")


@pytest.mark.parametrize("rule", ["certainty", "centre", "average"])
def test_a_total_and_its_parts_covary_by_the_parts(rule: Any) -> None:
    # The covariance with the whole is bilinear: over all groups, of the same scores, it adds up to the variance.
    random = np.random.default_rng(9)
    scores, psu = random.normal(size=60), np.arange(60) % 15
    strata = np.where(psu == 14, 3, psu % 3)
    groups = Groups.of(random.integers(0, 4, 60), 60)
    for clusters in (psu, None):
        design = Design.of(60, strata=strata, psu=clusters, fpc=np.full(60, 50), lonely=rule)
        whole = design.over(Groups.everybody(60)).variance(scores)[0]
        assert design.over(groups).covariance_with_whole(scores, scores).sum() == pytest.approx(whole, rel=1e-12)
