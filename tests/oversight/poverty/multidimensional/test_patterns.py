"""Columns read strictly; what each rule for missing answers does, and what it reports."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingbai.oversight.poverty.multidimensional.patterns import MISSING, Deprivations, Missing, states_of
from mingbai.oversight.poverty.multidimensional.structure import Structure

THREE = {"x": ["a", "b"], "y": ["c"]}
GAPPED = {
    "a": np.array([1.0, np.nan, 0, np.nan, 0]),
    "b": np.array([0.0, 1, np.nan, np.nan, 0]),
    "c": np.array([0.0, 0, 1, np.nan, 1]),
}


@pytest.mark.parametrize(
    "column",
    [
        np.array([True, False]), np.array([1, 0], np.int8), np.array([1, 0], np.uint64), np.array([1.0, 0.0]),
        np.array([True, False], object), [1, 0], (True, False),
    ],
)  # fmt: skip
def test_zeros_and_ones_are_read_from_any_kind(column: Any) -> None:
    assert states_of("a", column).tolist() == [1, 0]


@pytest.mark.parametrize(
    "column", [[1, None], np.array([1, np.nan]), np.array([1, None], object), np.ma.array([1, 9], mask=[False, True])]
)
def test_what_is_missing_is_read_as_missing(column: Any) -> None:
    assert states_of("a", column).tolist() == [1, MISSING]


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        ([0, 1, 2, 2, -1], "holds -1, 2 in 3 rows"), ([0.5, 1.0], "holds 0.5 in 1 rows"),
        (["yes", "no"], "holds 'no', 'yes' in 2 rows"), (np.arange(9.0), "…"), ([[1]], "one value a row"),
        (np.array([0, np.inf]), "holds inf in 1 rows"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_the_column_and_what_it_holds(column: Any, shown: str) -> None:
    with pytest.raises(ValueError, match=shown) as refused:
        states_of("toilet", column)
    assert "toilet" in str(refused.value)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"a": [1], "b": [0]}, "weight but no column: c"),
        ({"a": [1], "b": [0], "c": [1], "d": [0]}, "no weight: d"),
        ({"a": [1], "b": [0, 1], "c": [1]}, "b has 2 values, a has 1"),
    ],
)
def test_columns_that_do_not_fit_the_weights_are_refused(columns: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Deprivations.of(columns, THREE)


def test_missing_answers_are_refused_until_a_rule_is_named() -> None:
    with pytest.raises(ValueError, match=r"missing in 3 rows \(a 2, b 2, c 1\): choose a rule .*drop, reweight"):
        Deprivations.of(GAPPED, THREE)
    with pytest.raises(ValueError, match="no such rule for missing answers: ignore"):
        Deprivations.of(GAPPED, THREE, missing="ignore")  # type: ignore[arg-type]


def scores(rule: Missing) -> list[Fraction | None]:
    held = Deprivations.of(GAPPED, THREE, missing=rule)
    score, whole = held.score
    return [None if held.out[p] else Fraction(int(score[p]), int(whole[p])) for p in held.pattern]


def test_each_rule_gives_its_own_scores() -> None:
    quarter, half = Fraction(1, 4), Fraction(1, 2)
    assert scores("drop") == [quarter, None, None, None, half]
    assert scores("deprived") == [quarter, half, 3 * quarter, 1, half]
    assert scores("not_deprived") == [quarter, quarter, half, 0, half]
    # The second row knows b but not a: b holds all of dimension x. Of the fourth nothing is known.
    assert scores("reweight") == [quarter, half, half, None, half]


@pytest.mark.parametrize(("rule", "dropped"), [("drop", 3), ("reweight", 1), ("deprived", 0), ("not_deprived", 0)])
def test_what_a_rule_touched_is_counted(rule: Missing, dropped: int) -> None:
    held = Deprivations.of(GAPPED, THREE, missing=rule)
    assert (held.touched, held.dropped, held.missing) == (3, dropped, {"a": 2, "b": 2, "c": 1})


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from([0, 1, None])] * 4), min_size=1, max_size=12), st.integers(1, 12))
def test_reweighted_scores_tie_as_fractions_do(rows: list[tuple[int | None, ...]], twelfths: int) -> None:
    structure = Structure.of({"x": ["a", "b"], "y": {"c": "1/3", "d": "2/3"}})
    cutoff = Fraction(twelfths, 12)
    held = Deprivations.of(
        {name: [row[j] for row in rows] for j, name in enumerate("abcd")}, structure, missing="reweight"
    )
    expected = []
    for row in rows:
        answers = {name: answer for name, answer in zip("abcd", row, strict=True) if answer is not None}
        weights = structure.among(answers)
        expected.append(bool(answers) and sum(w * answers[n] for n, w in weights.items()) >= cutoff)
    assert held.poor(cutoff)[held.pattern].tolist() == expected
    assert np.allclose(held.shares.sum(axis=1)[~held.out], 1)


def test_many_indicators_are_numbered_without_a_full_table() -> None:
    rng = np.random.default_rng(3)
    answers = rng.choice([0.0, 1.0, np.nan], size=(500, 45), p=[0.6, 0.35, 0.05])
    names = [f"i{j}" for j in range(45)]
    held = Deprivations.of(
        {n: answers[:, j] for j, n in enumerate(names)}, dict.fromkeys(names), missing="not_deprived"
    )
    assert np.array_equal(held.states[held.pattern], np.where(np.isnan(answers), MISSING, answers))
    score, whole = held.score
    assert np.array_equal(score[held.pattern], (answers == 1).sum(axis=1))
    assert set(whole.tolist()) == {45}


def test_a_table_without_rows_has_no_patterns() -> None:
    held = Deprivations.of({"a": np.zeros(0), "b": np.zeros(0), "c": np.zeros(0)}, THREE, missing="reweight")
    assert (held.rows, held.touched, held.scores()) == (0, 0, [])
