"""Structure and exact weights; the cut-off against rational arithmetic, where floats tie wrongly."""

from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingbai.oversight.poverty.multidimensional.patterns import SAFE, Deprivations
from mingbai.oversight.poverty.multidimensional.structure import Structure, cutoff_of, exact, needed, points, union

SIXTH = Fraction(1, 6)


def every_answer(names: list[str]) -> dict[str, np.ndarray]:
    """One row for each combination of answers."""
    rows = np.array(list(product((False, True), repeat=len(names))))
    return {name: rows[:, j] for j, name in enumerate(names)}


def poor_by_row(columns: dict[str, np.ndarray], weights: Any, cutoff: Any) -> list[bool]:
    held = Deprivations.of(columns, weights)
    return held.poor(cutoff_of(cutoff))[held.pattern].tolist()


def poor_by_fractions(columns: dict[str, np.ndarray], weights: dict[str, Fraction], cutoff: Fraction) -> list[bool]:
    rows = zip(*(columns[name].tolist() for name in weights), strict=True)
    return [sum((w for w, d in zip(weights.values(), row, strict=True) if d), Fraction(0)) >= cutoff for row in rows]


def test_dimensions_and_their_indicators_share_equally() -> None:
    found = Structure.of(
        {
            "health": ["nutrition", "mortality"],
            "school": ["years"],
            "living": {"house": ["roof", "floor"], "water": None},
        }
    )
    assert found.weights == {
        "nutrition": SIXTH, "mortality": SIXTH, "years": Fraction(1, 3),
        "roof": Fraction(1, 12), "floor": Fraction(1, 12), "water": SIXTH,
    }  # fmt: skip
    assert found.dimensions == {
        "health": ("nutrition", "mortality"),
        "school": ("years",),
        "living": ("roof", "floor", "water"),
    }


def test_weights_may_be_given_at_any_level() -> None:
    found = Structure.of({"health": ("1/2", {"a": "0.25", "b": Decimal("0.75")}), "rest": (Fraction(1, 2), ["c", "d"])})
    assert found.weights == {"a": Fraction(1, 8), "b": Fraction(3, 8), "c": Fraction(1, 4), "d": Fraction(1, 4)}


def test_plain_weights_are_a_structure_of_one_level() -> None:
    found = Structure.of({"a": "1/3", "b": 0.5, "c": SIXTH})
    assert list(found.weights.values()) == [Fraction(1, 3), Fraction(1, 2), SIXTH]
    assert points(found.weights) == ({"a": 2, "b": 3, "c": 1}, 6)
    assert union(found) == SIXTH
    assert Structure.of(found) is found


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ({}, "has no indicator"),
        ({"health": {}}, "health has no indicator"),
        ({"a": "1/2", "b": "1/3"}, "add up to 5/6"),
        ({"a": "1/2", "b": None}, "others have none: b"),
        ({"a": "3/2", "b": "-1/2"}, "above zero: b"),
        ({"a": 1, "b": 0}, "above zero: b"),
        ({"a": 1 / 3, "b": 2 / 3}, "rounded number: write it as a fraction"),
        ({"a": "one"}, "not a number"),
        ({"a": "1/0"}, "not a number"),
        ({"a": float("nan")}, "not a number"),
        ({"x": ["a", "b"], "y": ["b", "c"]}, "appears twice: b"),
        ({"x": ["a", "a"]}, "appears twice in x"),
    ],
)
def test_weights_that_do_not_add_up_are_refused(weights: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Structure.of(weights)


@pytest.mark.parametrize("value", [0, -1, "7/6", 1.5, "k", 5 / 6, None])
def test_a_cutoff_that_is_none_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="the cut-off is"):
        cutoff_of(value)


def test_a_float_is_what_it_prints_as() -> None:
    assert exact(0.1, "x") == Fraction(1, 10)
    assert exact(np.float64(0.2), "x") == Fraction(1, 5)


def test_unknown_answers_give_their_weight_to_their_own_dimension_first() -> None:
    structure = Structure.of({"health": ["nutrition", "mortality"], "school": ["years", "attends"], "water": None})
    assert structure.among({"nutrition", "years", "attends", "water"}) == {
        "nutrition": Fraction(1, 3), "years": SIXTH, "attends": SIXTH, "water": Fraction(1, 3)
    }  # fmt: skip
    assert structure.among({"years", "water"}) == {"years": Fraction(1, 2), "water": Fraction(1, 2)}
    assert structure.among(()) == {}


# The brute-force checks: every combination of answers, against sums of fractions.Fraction.


@pytest.mark.parametrize("parts", [3, 6, 7])
def test_equal_weights_tie_as_fractions_do(parts: int) -> None:
    names = [f"i{j}" for j in range(parts)]
    columns, weights = every_answer(names), dict.fromkeys(names, Fraction(1, parts))
    for k in range(1, parts + 1):
        assert poor_by_row(columns, weights, Fraction(k, parts)) == poor_by_fractions(
            columns, weights, Fraction(k, parts)
        )


def test_floats_take_poor_people_for_not_poor() -> None:
    """Six sixths and a cut-off of five sixths: adding up floats misses people who are deprived in five of six."""
    names = [f"i{j}" for j in range(6)]
    columns, weights = every_answer(names), dict.fromkeys(names, SIXTH)
    by_floats = np.zeros(64)
    for column in columns.values():
        by_floats += column * (1 / 6)
    exactly = poor_by_row(columns, weights, "5/6")
    assert sum(exactly) == 7
    assert (by_floats >= 5 / 6).tolist() != exactly
    assert exactly == poor_by_fractions(columns, weights, Fraction(5, 6))


def test_the_ten_indicators_of_the_global_index_at_a_third() -> None:
    nested = {"health": ["n", "m"], "school": ["y", "a"], "living": ["f", "s", "w", "e", "h", "g"]}
    weights = Structure.of(nested).weights
    columns = every_answer(list(weights))
    for cutoff in (Fraction(1, 3), Fraction(1, 2), Fraction(1, 5), Fraction(7, 18), Fraction(1)):
        assert poor_by_row(columns, nested, cutoff) == poor_by_fractions(columns, weights, cutoff)


@settings(max_examples=60, deadline=None)
@given(
    shares=st.lists(st.sampled_from([1, 2, 3, 5, 7, 11, 13]), min_size=1, max_size=6),
    at=st.fractions(Fraction(1, 42), 1, max_denominator=42), tie=st.integers(1, 63),
)  # fmt: skip
def test_any_weights_and_cutoff_decide_as_fractions_do(shares: list[int], at: Fraction, tie: int) -> None:
    names = [f"i{j}" for j in range(len(shares))]
    weights = {name: Fraction(share, sum(shares)) for name, share in zip(names, shares, strict=True)}
    columns = every_answer(names)
    # One cut-off anywhere, and one that some combination reaches exactly.
    tied = sum((w for j, w in enumerate(weights.values()) if tie >> j & 1), Fraction(0))
    for cutoff in {at, tied} - {0}:
        assert poor_by_row(columns, weights, cutoff) == poor_by_fractions(columns, weights, Fraction(cutoff))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=4), st.lists(st.integers(1, 5), min_size=4, max_size=4))
def test_nested_weights_multiply_down_and_decide_as_fractions_do(dims: list[int], inner: list[int]) -> None:
    nested = {
        f"d{i}": (
            Fraction(dim, sum(dims)),
            {f"d{i}a": Fraction(inner[i], inner[i] + 3), f"d{i}b": Fraction(3, inner[i] + 3)},
        )
        for i, dim in enumerate(dims)
    }
    weights = Structure.of(nested).weights
    assert sum(weights.values()) == 1
    columns = every_answer(list(weights))
    for cutoff in Deprivations.of(columns, nested).scores()[::7]:
        assert poor_by_row(columns, nested, cutoff) == poor_by_fractions(columns, weights, cutoff)


@pytest.mark.parametrize("prime", [2**31 - 1, 2**61 - 1, 2**89 - 1])
def test_denominators_too_large_for_a_word_stay_exact(prime: int) -> None:
    weights = {"a": Fraction(1, 3), "b": Fraction(1, prime), "c": Fraction(2, 3) - Fraction(1, prime)}
    columns = every_answer(list(weights))
    for cutoff in (
        Fraction(1, 3),
        Fraction(1, 3) + Fraction(1, prime),
        Fraction(2, 3),
        1 - Fraction(1, prime),
        Fraction(1),
    ):
        assert poor_by_row(columns, weights, cutoff) == poor_by_fractions(columns, weights, cutoff)
    score, _ = Deprivations.of(columns, weights).score
    assert score.dtype == (object if 3 * prime >= SAFE else np.int64)


def test_a_cutoff_between_two_scores_asks_for_the_upper_one() -> None:
    assert needed(Fraction(1, 3), 6) == 2
    assert needed(Fraction(1, 3) + Fraction(1, 10**30), 6) == 3
