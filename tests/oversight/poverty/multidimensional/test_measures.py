"""Alkire and Foster's own example by hand, and what must hold of any answers."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.multidimensional.measures import Multidimensional, measure, normalised_gap

# Alkire and Foster (2011), section 5: income, schooling, health, public services of four persons, and the four lines.
ACHIEVEMENTS = np.array([[13.1, 14, 4, 1], [15.2, 7, 5, 0], [12.5, 10, 1, 0], [20, 11, 3, 1]])
LINES = (13.0, 12.0, 3.0, 1.0)
NAMES = ("income", "schooling", "health", "services")
FOUR = {name: ACHIEVEMENTS[:, j] < LINES[j] for j, name in enumerate(NAMES)}
GAPS = {name: normalised_gap(ACHIEVEMENTS[:, j], LINES[j]) for j, name in enumerate(NAMES)}
EQUAL: dict[str, Any] = dict.fromkeys(NAMES)
NESTED: dict[str, Any] = {"x": ["a", "b"], "y": {"c": "2/3", "d": "1/3"}}


def valued(columns: Any, weights: Any, cutoff: Any, **more: Any) -> dict[str, float]:
    """Each measure for everybody."""
    rows = len(next(iter(columns.values())))
    design = more.pop("design", None) or Design.of(rows, weight=more.pop("weight", None))
    found = measure(
        columns, weights=weights, cutoff=cutoff, design=design, groups=Groups.everybody(rows), errors=False, **more
    )
    return {one.measure: float(one.value[0]) for one in found}


def test_the_textbook_example_by_hand() -> None:
    """Deprived: nobody; schooling, services; all four; schooling. At two of four, the second and third are poor."""
    found = valued(FOUR, EQUAL, "1/2", gaps=GAPS)
    gaps = [5 / 12, 1.0, 0.5 / 13, 2 / 12, 2 / 3, 1.0]
    assert found["H"] == 1 / 2
    assert found["A"] == 3 / 4
    assert found["M0"] == 6 / 16
    assert found["M1"] == pytest.approx(sum(gaps) / 16, rel=1e-12) == pytest.approx(3.29 / 16, abs=1e-3)
    assert found["M2"] == pytest.approx(sum(g * g for g in gaps) / 16, rel=1e-12)
    assert found["G"] == pytest.approx(sum(gaps) / 6, rel=1e-12)
    assert found["S"] == pytest.approx(sum(g * g for g in gaps) / 6, rel=1e-12)
    assert [found[f"uncensored:{name}"] for name in NAMES] == [1 / 4, 3 / 4, 1 / 4, 1 / 2]
    assert [found[f"censored:{name}"] for name in NAMES] == [1 / 4, 1 / 2, 1 / 4, 1 / 2]
    assert [found[f"contribution:{name}"] for name in NAMES] == pytest.approx([1 / 6, 1 / 3, 1 / 6, 1 / 3], rel=1e-12)


def test_union_and_intersection() -> None:
    assert valued(FOUR, EQUAL, "1/4")["H"] == 3 / 4
    assert valued(FOUR, EQUAL, 1)["H"] == 1 / 4


def test_indicators_without_gaps_count_one() -> None:
    only = valued(FOUR, EQUAL, "1/2", gaps={"schooling": GAPS["schooling"]})
    assert only["M1"] == pytest.approx((5 / 12 + 1 + 1 + 2 / 12 + 1 + 1) / 16, rel=1e-12)
    assert "M1" not in valued(FOUR, EQUAL, "1/2")
    asked = valued(FOUR, EQUAL, "1/2", names=["M0", "M1", "M2"])
    assert asked["M0"] == asked["M1"] == asked["M2"]


answers = st.lists(st.tuples(*[st.booleans()] * 4), min_size=1, max_size=15)
cutoffs = st.integers(1, 6).map(lambda k: Fraction(k, 6))


def table(rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {name: [row[j] for row in rows] for j, name in enumerate("abcd")}


@settings(max_examples=80, deadline=None)
@given(answers, cutoffs, st.data())
def test_the_parts_add_up(rows: list[tuple[bool, ...]], cutoff: Fraction, data: st.DataObject) -> None:
    weight = data.draw(st.lists(st.floats(0.5, 50), min_size=len(rows), max_size=len(rows)))
    found = valued(table(rows), NESTED, cutoff, weight=weight)
    shares = {"a": 1 / 4, "b": 1 / 4, "c": 1 / 3, "d": 1 / 6}
    assert found["M0"] == pytest.approx(sum(w * found[f"censored:{n}"] for n, w in shares.items()), abs=1e-12)
    if found["H"] == 0:
        assert np.isnan(found["A"]) and np.isnan(found["contribution:a"])
        return
    assert found["M0"] == pytest.approx(found["H"] * found["A"], rel=1e-12)
    assert sum(found[f"contribution:{n}"] for n in shares) == pytest.approx(1, rel=1e-12)
    assert found["dimension:x"] == pytest.approx(
        found["contribution:a"] + found["contribution:b"], rel=1e-12, abs=1e-15
    )
    for name, share in shares.items():
        assert found[f"contribution:{name}"] == pytest.approx(
            share * found[f"censored:{name}"] / found["M0"], abs=1e-12
        )
        assert found[f"censored:{name}"] <= found[f"uncensored:{name}"] + 1e-12


@settings(max_examples=60, deadline=None)
@given(answers, cutoffs, st.data())
def test_groups_add_up_by_their_population(rows: list[tuple[bool, ...]], cutoff: Fraction, data: st.DataObject) -> None:
    n = len(rows)
    weight = np.array(data.draw(st.lists(st.floats(0.5, 50), min_size=n, max_size=n)))
    groups = Groups.of(data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)), n)
    names = ["H", "M0", "censored:c", "uncensored:c"]
    whole = valued(table(rows), NESTED, cutoff, weight=weight, names=names)
    design = Design.of(n, weight=weight)
    found = measure(
        table(rows), weights=NESTED, cutoff=cutoff, design=design, groups=groups, names=names, errors=False
    )  # fmt: skip
    people = groups.sums(weight) / weight.sum()
    for one in found:
        assert float(people @ one.value) == pytest.approx(whole[one.measure], abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(answers, cutoffs, st.lists(st.integers(1, 3), min_size=15, max_size=15))
def test_a_weight_is_a_repetition(rows: list[tuple[bool, ...]], cutoff: Fraction, times: list[int]) -> None:
    weighted = valued(table(rows), NESTED, cutoff, weight=times[: len(rows)])
    repeated = valued(table([row for row, k in zip(rows, times, strict=False) for _ in range(k)]), NESTED, cutoff)
    assert weighted == pytest.approx(repeated, rel=1e-12, nan_ok=True)
    assert valued(table(rows * 3), NESTED, cutoff) == pytest.approx(valued(table(rows), NESTED, cutoff), nan_ok=True)


@settings(max_examples=80, deadline=None)
@given(answers, cutoffs, st.integers(0, 14), st.integers(0, 3))
def test_one_more_deprivation_of_the_poor_raises_m0_but_not_always_h(
    rows: list[tuple[bool, ...]], cutoff: Fraction, who: int, what: int
) -> None:
    """Dimensional monotonicity (Alkire and Foster 2011, section 6)."""
    who %= len(rows)
    before = valued(table(rows), NESTED, cutoff)
    of = Multidimensional.of(table(rows), weights=NESTED, cutoff=cutoff)
    was_poor, was_deprived = of.poor[of.deprivations.pattern][who], rows[who][what]
    more = [tuple(d or (i == who and j == what) for j, d in enumerate(row)) for i, row in enumerate(rows)]
    after = valued(table(more), NESTED, cutoff)
    assert after["H"] >= before["H"]
    assert after["M0"] >= before["M0"]
    if was_poor and not was_deprived:
        assert after["M0"] > before["M0"] and after["H"] == before["H"]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(*[st.booleans()] * 4, st.integers(1, 9)), min_size=1, max_size=12), cutoffs)
def test_every_measure_against_a_plain_reckoning_in_fractions(rows: list[tuple[Any, ...]], cutoff: Fraction) -> None:
    weights = dict(zip("abcd", (Fraction(1, 4), Fraction(1, 4), Fraction(1, 3), Fraction(1, 6)), strict=True))
    people = sum(row[4] for row in rows)
    scores = [sum((w for w, d in zip(weights.values(), row, strict=False) if d), Fraction()) for row in rows]
    poor = [(row, score) for row, score in zip(rows, scores, strict=True) if score >= cutoff]
    h, m0 = Fraction(sum(row[4] for row, _ in poor), people), sum((row[4] * s for row, s in poor), Fraction()) / people
    expected = {"H": h, "M0": m0, "A": m0 / h if h else None}
    for j, (name, weight) in enumerate(weights.items()):
        censored = Fraction(sum(row[4] for row, _ in poor if row[j]), people)
        expected[f"uncensored:{name}"] = Fraction(sum(row[4] for row in rows if row[j]), people)
        expected[f"censored:{name}"] = censored
        expected[f"contribution:{name}"] = weight * censored / m0 if m0 else None
    found = valued(table(rows), NESTED, cutoff, weight=[row[4] for row in rows], names=list(expected))
    plain = {name: float("nan") if value is None else float(value) for name, value in expected.items()}
    assert found == pytest.approx(plain, rel=1e-12, abs=1e-15, nan_ok=True)


def test_who_stands_behind_a_figure() -> None:
    of = Multidimensional.of(FOUR, weights=EQUAL, cutoff="1/2")
    assert of.poor_by_row.tolist() == [False, True, True, False]
    assert of.score_by_row.tolist() == [0, 0.5, 1, 0.25]
    gone = Multidimensional.of({"a": [1, None]}, weights={"a": 1}, cutoff=1, missing="drop")
    assert gone.poor_by_row.tolist() == [True, False]
    assert gone.score_by_row.tolist() == pytest.approx([1, np.nan], nan_ok=True)


def test_dimensions_are_listed_only_where_there_are_any() -> None:
    assert "dimension:a" not in valued(FOUR, EQUAL, 1)
    assert "dimension:x" in valued(table([(True,) * 4]), NESTED, 1)


def test_poverty_of_the_not_poor_is_not_counted() -> None:
    """Poverty focus: the fourth person is not poor, whatever else happens to their schooling."""
    relieved = FOUR | {"schooling": np.array([False, True, True, False])}
    assert valued(relieved, EQUAL, "1/2")["M0"] == valued(FOUR, EQUAL, "1/2")["M0"]


def test_reweighted_contributions_still_add_up_to_one() -> None:
    chance = np.random.default_rng(8)
    columns = {name: chance.choice([0, 1, np.nan], 400, p=[0.5, 0.4, 0.1]) for name in "abcd"}
    found = valued(columns, NESTED, "1/3", missing="reweight")
    assert sum(found[f"contribution:{name}"] for name in "abcd") == pytest.approx(1, rel=1e-12)
    assert found["M0"] == pytest.approx(found["H"] * found["A"], rel=1e-12)
    known = ~np.isnan(columns["a"])
    assert found["uncensored:a"] == pytest.approx(np.mean(columns["a"][known]), rel=1e-12)


def test_dropped_rows_are_not_counted_in_n() -> None:
    columns = {"a": [1, None, 0, 1], "b": [1, 1, 0, None]}
    (found,) = measure(
        columns, weights=dict.fromkeys("ab"), cutoff=1, design=Design.of(4), groups=Groups.of(["u", "u", "v", "w"], 4),
        names=["H"], missing="drop",
    )  # fmt: skip
    assert found.groups == ("u", "v", "w")
    assert found.n.tolist() == [1, 1, 0]
    assert found.value.tolist() == pytest.approx([1, 0, np.nan], nan_ok=True)


def test_a_name_that_is_none_is_refused_with_those_there_are() -> None:
    for name in ("M3", "censored:", "censored:z", "dimension:a", "raw:a"):
        with pytest.raises(ValueError, match=r"no such measure: .*censored:a.*dimension:x"):
            valued(table([(True,) * 4]), NESTED, 1, names=[name])


@pytest.mark.parametrize(
    ("gaps", "says"),
    [
        ({"z": [0.5]}, "what is no indicator: z"), ({"a": [0.5, 1]}, "2,"), ({"a": [1.5]}, "above 1 in 1 rows"),
        ({"a": [np.nan]}, "missing, below 0"),
    ],
)  # fmt: skip
def test_gaps_that_are_none_are_refused(gaps: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Multidimensional.of(table([(True,) * 4]), weights=NESTED, cutoff=1, gaps=gaps)


def test_gaps_of_achievements() -> None:
    assert normalised_gap([0, 5, 10, 20, np.nan], 10).tolist() == pytest.approx([1, 0.5, 0, 0, np.nan], nan_ok=True)
    with pytest.raises(ValueError, match="line"):
        normalised_gap([1], 0)
    with pytest.raises(ValueError, match="below zero in 1 rows"):
        normalised_gap([-1], 2)


def test_a_missing_answer_declared_a_deprivation_has_a_full_gap() -> None:
    found = valued({"a": [None, 1]}, {"a": 1}, 1, missing="deprived", gaps={"a": [np.nan, 0.25]}, names=["M0", "M1"])
    assert found == {"M0": 1.0, "M1": pytest.approx(0.625)}


def test_rows_that_do_not_match_the_design_are_refused() -> None:
    with pytest.raises(ValueError, match="the design has 3 rows, the groups 4, the indicators 4"):
        measure(FOUR, weights=EQUAL, cutoff=1, design=Design.of(3), groups=Groups.everybody(4))
