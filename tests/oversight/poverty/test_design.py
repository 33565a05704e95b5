"""The variance of the design against a plain reckoning, against svy, and what it refuses."""

import os
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

os.environ.setdefault("SVYLAB_OFFLINE", "1")

import polars as pl
import svy

from mingbai.oversight.poverty.design import Design, Lonely
from mingbai.oversight.poverty.estimates import Estimates, rows
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.measures import measure
from mingbai.oversight.poverty.welfare import Welfare

LINE = 3000.0


def plainly(
    scores: list[float], strata: list[int], psu: list[int], groups: list[int], share: dict[int, float]
) -> dict[int, float]:
    """The variance by the formula in words: every cluster of every stratum, those without a row of the group at
    zero."""
    clusters: dict[int, set[int]] = defaultdict(set)
    totals: dict[tuple[int, int, int], float] = defaultdict(float)
    for score, stratum, cluster, group in zip(scores, strata, psu, groups, strict=True):
        clusters[stratum].add(cluster)
        totals[group, stratum, cluster] += score
    found = {}
    for group in set(groups):
        found[group] = 0.0
        for stratum, its in clusters.items():
            t = [totals.get((group, stratum, cluster), 0.0) for cluster in its]
            mean = sum(t) / len(t)
            if len(t) > 1:
                spread = sum((one - mean) ** 2 for one in t)
                found[group] += (1 - share.get(stratum, 0.0)) * len(t) / (len(t) - 1) * spread
    return found


@st.composite
def designs(draw: st.DrawFn) -> tuple[list[float], list[int], list[int], list[int]]:
    """Rows of two or more clusters in each stratum, and groups that cut across them."""
    strata, psu = [], []
    for stratum in range(draw(st.integers(1, 4))):
        for cluster in range(draw(st.integers(2, 4))):
            size = draw(st.integers(1, 3))
            strata += [stratum] * size
            psu += [cluster] * size
    n = len(psu)
    scores = draw(st.lists(st.floats(-100, 100, width=32), min_size=n, max_size=n))
    groups = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    return scores, strata, psu, groups


@given(designs(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_the_variance_is_that_of_the_formula(
    drawn: tuple[list[float], list[int], list[int], list[int]], finite: bool
) -> None:
    scores, strata, psu, groups = drawn
    fpc = [20 + stratum for stratum in strata] if finite else None
    design = Design.of(len(psu), strata=strata, psu=psu, fpc=fpc)
    counts = {h: len({p for p, s in zip(psu, strata, strict=True) if s == h}) for h in set(strata)}
    share = {h: counts[h] / (20 + h) for h in counts} if finite else {}
    asked = Groups.of(groups, len(psu))
    ours = design.over(asked).variance(np.array(scores))
    theirs = plainly(scores, strata, psu, groups, share)
    assert dict(zip(asked.names, ours, strict=True)) == pytest.approx(theirs, rel=1e-9, abs=1e-9)


@given(st.lists(st.floats(-100, 100, width=32), min_size=2, max_size=12), st.data())
@settings(max_examples=100, deadline=None)
def test_rows_without_clusters_are_clusters_of_their_own(scores: list[float], data: st.DataObject) -> None:
    n = len(scores)
    groups = Groups.of(data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)), n)
    bare = Design.of(n).over(groups)
    spelled = Design.of(n, psu=list(range(n)), strata=[0] * n).over(groups)
    values = np.array(scores)
    assert bare.variance(values) == pytest.approx(spelled.variance(values), rel=1e-9, abs=1e-9)
    assert bare.freedom.tolist() == spelled.freedom.tolist()


def test_covariance_of_a_sum_is_the_sum_of_covariances() -> None:
    chance = np.random.default_rng(5)
    n = 60
    domains = Design.of(n, strata=chance.integers(0, 3, n), psu=chance.integers(0, 5, n)).over(
        Groups.of(chance.integers(0, 2, n), n)
    )
    a, b = chance.normal(size=n), chance.normal(size=n)
    both = domains.variance(a) + domains.variance(b) + 2 * domains.covariance(a, b)
    assert domains.variance(a + b) == pytest.approx(both, rel=1e-12)


@pytest.fixture(scope="module")
def survey() -> pl.DataFrame:
    found = svy.datasets.load("hld_sample_wb_2023", source="bundled")
    gap = ((LINE - pl.col("pc_exp")) / LINE).clip(0, None)
    poor = (pl.col("pc_exp") < LINE).cast(pl.Float64)
    return found.with_columns(headcount=poor, gap=gap, severity=gap**2, stratum=pl.col("geo1") + pl.col("urbrur"))


def ours(survey: pl.DataFrame, by: str | None, **more: Any) -> list[Estimates]:
    n = len(survey)
    more = {"strata": survey["stratum"].to_numpy(), "psu": survey["ea"].to_numpy()} | more
    design = Design.of(n, weight=survey["hhweight"].to_numpy(), **more)
    groups = Groups.of(survey[by].to_numpy() if by else None, n)
    welfare = Welfare.of(survey["pc_exp"].to_numpy(), weight=design.weight, groups=groups, line=LINE)
    return measure(welfare, ["headcount", "gap", "severity"], design)


@pytest.mark.parametrize("by", [None, "geo1", "urbrur", "hhsize"])
def test_svy_finds_the_same_by_group_with_intervals(survey: pl.DataFrame, by: str | None) -> None:
    sample = svy.Sample(survey, svy.Design(stratum=["geo1", "urbrur"], psu="ea", wgt="hhweight"))
    for found in ours(survey, by):
        theirs = sample.estimation.mean(found.measure, by=by) if by else sample.estimation.mean(found.measure)
        table = theirs.to_polars(tidy=True)
        if by:
            table = table.with_columns(pl.col(by).cast(survey[by].dtype)).sort(by)
        for mine, name in ((found.value, "est"), (found.se, "se"), (found.lower, "lci"), (found.upper, "uci")):
            assert mine.tolist() == pytest.approx(table[name].to_list(), rel=1e-9, abs=1e-12, nan_ok=True), name


def test_a_group_is_a_domain_of_the_whole_and_not_a_sample_of_its_own(survey: pl.DataFrame) -> None:
    whole = {row.group: row.se for row in rows(ours(survey, "hhsize")[:1])}
    cut = survey.filter(pl.col("hhsize") == 5)
    alone = next(iter(ours(cut, None, lonely="certainty")[0])).se
    assert abs(whole[5] - alone) / alone > 0.01


def test_a_population_wholly_drawn_has_no_error(survey: pl.DataFrame) -> None:
    found = ours(survey, None, fpc=np.ones(len(survey)))
    assert [one.se.tolist() for one in found] == [[0.0]] * 3


LONELY: list[tuple[Lonely, float]] = [("certainty", 8.0), ("centre", 8.0 + 0.99 * 9.0), ("average", 16.0)]


@pytest.mark.parametrize(("rule", "variance"), LONELY)
def test_rules_for_a_stratum_of_one_cluster(rule: Lonely, variance: float) -> None:
    # Stratum 1 has clusters with totals 1 and 5: 2/1 * (4 + 4) = 16, cut by half; stratum 2 has one with total 3.
    design = Design.of(3, strata=[1, 1, 2], psu=[1, 2, 1], fpc=[4, 4, 100], lonely=rule)
    found = design.over(Groups.everybody(3)).variance(np.array([1.0, 5.0, 3.0]))
    assert found.tolist() == pytest.approx([variance])


def test_a_cluster_that_is_the_whole_stratum_is_not_lonely() -> None:
    design = Design.of(3, strata=[1, 1, 2], psu=[1, 2, 1], fpc=[4, 4, 1])
    assert design.over(Groups.everybody(3)).variance(np.array([1.0, 5.0, 3.0])).tolist() == pytest.approx([8.0])


def test_rows_of_nobody_add_no_degrees_of_freedom() -> None:
    # R 4.2, survey 4.1: svydesign(~p, strata = ~s, weights = ~w, nest = TRUE); degf() of it and of its subset g == 1
    # are 1 and 1.
    weight, psu, strata = [1, 1, 0, 0, 2, 1, 1, 3], [1, 1, 2, 2, 3, 3, 4, 4], [1] * 4 + [2] * 4
    design = Design.of(8, weight=weight, strata=strata, psu=psu)
    assert design.over(Groups.everybody(8)).freedom.tolist() == [1]
    assert design.over(Groups.of([1, 1, 1, 2, 1, 2, 1, 2], 8)).freedom.tolist() == [1, 1]
    # Without strata and clusters: 5 and, of the group, 3.
    rows = Design.of(8, weight=weight)
    assert rows.over(Groups.everybody(8)).freedom.tolist() == [5]
    assert rows.over(Groups.of([1, 1, 1, 2, 1, 2, 1, 2], 8)).freedom.tolist() == [3, 1]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"weight": [1, -1, 1]}, "negative"),
    ({"weight": [1, np.nan, 1]}, "missing"),
    ({"weight": [1, 1]}, "3 rows"),
    ({"strata": [1, 2]}, "3 rows"),
    ({"psu": [1, None, 2]}, "missing"),
    ({"strata": [1, 1, 2], "psu": [1, 2, 1]}, "single cluster"),
    ({"strata": [1, 2, 3], "lonely": "average"}, "no others to take an average of"),
    ({"fpc": [10, 10, 11]}, "differs within stratum"),
    ({"fpc": [2, 2, 2]}, "more clusters in the sample"),
    ({"fpc": [0, 0, 0]}, "zero"),
]


@pytest.mark.parametrize(("given_", "sentence"), REFUSED)
def test_nonsense_is_refused_with_a_sentence(given_: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Design.of(3, **given_).over(Groups.everybody(3)).variance(np.ones(3))
