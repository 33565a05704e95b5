"""Errors of targeting: by hand, against R's survey, against numerical differentiation, and what is refused."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.targeting.rates import NAMES, RATIOS, Targeting, measured, targeting
from mingbai.oversight.poverty.welfare import Undefined

# Ten people. Four are poor (welfare below 5): A, B, C with weight 1, D with weight 2. Reached: A, B, E, F.
WELFARE = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
WEIGHT = np.array([1.0, 1.0, 1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0])
REACHED = [1, 1, 0, 0, 1, 1, 0, 0, 0]
BENEFIT = [30.0, 10.0, 0.0, 0.0, 20.0, 40.0, 0.0, 0.0, 0.0]
BY_HAND = {
    "exclusion": 3 / 5,  # C and D of A, B, C, D
    "inclusion": 2 / 4,  # E and F of A, B, E, F
    "leakage": 60 / 100,
    "coverage": 4 / 10,
    "coverage_poor": 2 / 5,
    "coverage_nonpoor": 2 / 5,
    "differential": 2 / 5 - 2 / 5,
    "cgh_poor": (40 / 100) / (5 / 10),
    "cgh10": (30 / 100) / 0.1,
    "cgh20": (40 / 100) / 0.2,
    "cgh40": (40 / 100) / 0.4,
    "cgh15": (35 / 100) / 0.15,  # all of A and half of B
    "cgh60": (60 / 100) / 0.6,
}


def hand(**changed: Any) -> Targeting:
    given_: dict[str, Any] = {
        "poor": np.array(WELFARE) < 5, "reached": REACHED, "weight": WEIGHT, "groups": Groups.everybody(9),
        "benefit": BENEFIT, "welfare": WELFARE,
    }  # fmt: skip
    return Targeting.of(**(given_ | changed))


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(name: str) -> None:
    assert measured(hand(), name)[1].value[0] == pytest.approx(BY_HAND[name], abs=1e-15)


def test_by_group_each_group_counts_its_own() -> None:
    groups = Groups.of(["a", "a", "b", "b", "a", "b", "a", "b", "b"], 9)
    found = {m.estimates.measure: m.estimates for m in targeting(hand(groups=groups), list(NAMES), Design.of(9))}
    assert found["exclusion"].value == pytest.approx([0.0, 1.0])
    assert found["inclusion"].value == pytest.approx([1 / 3, 1.0])
    assert found["cgh40"].value == pytest.approx([(30 + 0.6 * 10) / 60 / 0.4, 0.0])  # of 4 people 1.6: A and 0.6 of B
    assert found["coverage"].n.tolist() == [4, 5]


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_comes_with_its_definition_in_both_languages(name: str) -> None:
    said = targeting(hand(), [name], Design.of(9))[0].definition
    assert "/" in said and any("\u4e00" <= c <= "\u9fff" for c in said)
    assert "people" in said or "benefits" in said


def test_the_two_errors_have_different_denominators_in_words() -> None:
    assert RATIOS["exclusion"].definition.endswith("/ poor people")
    assert RATIOS["inclusion"].definition.endswith("/ people reached")
    assert RATIOS["leakage"].definition.endswith("/ all benefits")


# R 4.2, survey 4.1 on svy's hld_sample_wb_2023: svydesign(ids=~ea, strata=~geo1, weights=~I(hhweight*hhsize),
# nest=TRUE); poor = pc_exp < 2000, reached = rooms <= 2, benefit = reached * (10 rooms + hhsize); svyratio, and
# svycontrast on totals.
R_SURVEY = {
    ("exclusion", None): (0.37285421443040628, 0.07269339883701785),
    ("exclusion", "Rural"): (0.32600596590459718, 0.10323630183427876),
    ("exclusion", "Urban"): (0.42902860081233002, 0.11029617131875749),
    ("inclusion", None): (0.4603783861550777, 0.076588699020058021),
    ("inclusion", "Rural"): (0.38497937077378147, 0.078365154516297483),
    ("inclusion", "Urban"): (0.54017042588964248, 0.12966361776599886),
    ("leakage", None): (0.44855786784330909, 0.076576253006213735),
    ("leakage", "Rural"): (0.39338660962538335, 0.083039731810117728),
    ("leakage", "Urban"): (0.50415018007547785, 0.12559123984872361),
    ("coverage", None): (0.41178981628124772, 0.054603452204852874),
    ("coverage", "Rural"): (0.62594781582117931, 0.089204880480567905),
    ("coverage", "Urban"): (0.30232692918652648, 0.060872354409599247),
    ("differential", None): (0.33353391301973567, 0.071269012352389083),
    ("cgh_poor", None): (1.5563365407695307, 0.13487781857033285),
}


def test_r_survey_finds_the_same(survey_of_census: pl.DataFrame) -> None:
    s = survey_of_census
    weight = (s["hhweight"] * s["hhsize"]).to_numpy()
    reached = s["rooms"].to_numpy() <= 2
    design = Design.of(len(s), weight=weight, strata=s["geo1"].to_numpy(), psu=s["ea"].to_numpy())
    found = {}
    for groups in (Groups.everybody(len(s)), Groups.of(s["urbrur"].to_numpy(), len(s))):
        of = Targeting.of(
            poor=s["pc_exp"].to_numpy() < 2000, reached=reached, weight=weight, groups=groups,
            benefit=reached * (10 * s["rooms"] + s["hhsize"]).to_numpy(),
        )  # fmt: skip
        for one in targeting(of, ["exclusion", "inclusion", "leakage", "coverage", "differential", "cgh_poor"], design):
            found |= {(e.measure, e.group): (e.value, e.se) for e in one.estimates}
    for key, theirs in R_SURVEY.items():
        assert found[key] == pytest.approx(theirs, abs=1e-11), key


@pytest.mark.parametrize("name", [*RATIOS, "differential", "cgh_poor"])
def test_scores_are_the_derivative_by_the_weight(name: str) -> None:
    groups = Groups.of([0, 1, 0, 1, 0, 1, 1, 0, 0], 9)
    of = hand(groups=groups, reached=[1, 1, 0, 0, 1, 1, 0, 0, 1], benefit=[3.0, 1, 0, 0, 2, 4, 0, 0, 7])
    scores = measured(of, name)[1].scores()
    for row in range(9):
        code, step = groups.codes[row], 1e-6
        ends = []
        for sign in (1, -1):
            weight = WEIGHT.copy()
            weight[row] += sign * step
            ends.append(measured(Targeting(of.poor, of.reached, weight, groups, of.benefit), name)[1].value[code])
        assert scores[row] / WEIGHT[row] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-8)


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.floats(0.1, 9)), min_size=2, max_size=40))
def test_identities(rows: list[tuple[bool, bool, float]]) -> None:
    poor, reached, weight = (np.array(column) for column in zip(*rows, strict=True))
    of = Targeting.of(
        poor=poor, reached=reached, weight=weight, groups=Groups.everybody(len(rows)), benefit=reached * 1.0
    )
    v = {name: float(measured(of, name, "nan")[1].value[0]) for name in (*RATIOS, "differential", "cgh_poor")}
    head = float(weight[poor].sum() / weight.sum())
    if 0 < head < 1:
        assert v["exclusion"] + v["coverage_poor"] == pytest.approx(1)
        # The same people counted in two ways: poor and reached.
        if v["coverage"] > 0:
            assert (1 - v["exclusion"]) * head == pytest.approx((1 - v["inclusion"]) * v["coverage"], abs=1e-12)
            assert v["cgh_poor"] == pytest.approx((1 - v["leakage"]) / head, abs=1e-12)
            assert v["inclusion"] == pytest.approx(v["leakage"], abs=1e-12)  # where all get the same


def test_nobody_poor_is_refused_with_the_group() -> None:
    groups = Groups.of(["poor"] * 4 + ["rich"] * 5, 9)
    with pytest.raises(Undefined, match=r"exclusion is divided by poor, and no one in 1 groups \(rich\)"):
        targeting(hand(groups=groups), ["exclusion"], Design.of(9))
    found = targeting(hand(groups=groups), ["exclusion"], Design.of(9), where_none="nan")[0].estimates
    assert found.value[0] == pytest.approx(0.6) and np.isnan(found.value[1]) and np.isnan(found.se[1])


@pytest.mark.parametrize("name", ["inclusion", "leakage", "cgh_poor", "cgh20"])
def test_nobody_reached_is_refused(name: str) -> None:
    with pytest.raises(Undefined, match="nobody counts as that"):
        targeting(hand(reached=[0] * 9, benefit=[0.0] * 9), [name], Design.of(9))


def test_everybody_poor_has_no_differential() -> None:
    with pytest.raises(Undefined, match="non-poor"):
        targeting(hand(poor=[1] * 9), ["differential"], Design.of(9))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"benefit": [-1.0, *BENEFIT[1:]]}, "negative in 1 rows"),
        ({"benefit": [30.0, 10, 5, 0, 20, 40, 0, 0, 0]}, "1 rows have a benefit but are said not to be reached"),
        ({"benefit": [np.nan, *BENEFIT[1:]]}, "benefit is missing or endless in 1 rows"),
        ({"welfare": WELFARE[:8]}, "the welfare has"),
        ({"reached": [1, 1, 0, 0, 2, 1, 0, 0, 0]}, "neither yes nor no .* in 1 rows"),
        ({"poor": [True, None, *[False] * 7]}, "neither yes nor no .* in 1 rows"),
        ({"poor": [True]}, r"'poor' has \(1,\) values for 9 rows"),
    ],
)
def test_bad_input_is_refused(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        hand(**changed)


def test_what_is_not_given_is_asked_for() -> None:
    with pytest.raises(Undefined, match="give a benefit column"):
        targeting(hand(benefit=None), ["leakage"], Design.of(9))
    with pytest.raises(Undefined, match="give a welfare column"):
        targeting(hand(welfare=None), ["cgh20"], Design.of(9))


@pytest.mark.parametrize("name", ["leakage_rate", "cgh0", "cgh100", "cgh"])
def test_an_unknown_measure_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"no such measure: {name}"):
        targeting(hand(), [name], Design.of(9))
