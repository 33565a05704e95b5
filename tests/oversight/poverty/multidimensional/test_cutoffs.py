"""The table by cut-off, and bounds for missing answers."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.multidimensional.cutoffs import bounds, by_cutoff
from mingbai.oversight.poverty.multidimensional.measures import measure

WEIGHTS: dict[str, Any] = {"a": "1/2", "b": "1/3", "c": "1/6"}
rows = st.lists(st.tuples(*[st.sampled_from([0, 1, None])] * 3), min_size=1, max_size=8)


def table(answers: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {name: [row[j] for row in answers] for j, name in enumerate("abc")}


def test_every_score_that_occurs_is_a_cutoff() -> None:
    columns = {"a": [1, 0, 0, 0], "b": [0, 1, 1, 0], "c": [0, 0, 1, 0]}
    found = by_cutoff(columns, weights=WEIGHTS, design=Design.of(4), groups=Groups.everybody(4))
    assert list(found) == [Fraction(1, 3), Fraction(1, 2)]
    values = {k: [float(one.value[0]) for one in measures] for k, measures in found.items()}
    third, half = values[Fraction(1, 3)], values[Fraction(1, 2)]
    assert third == pytest.approx([3 / 4, (1 / 2 + 1 / 3 + 1 / 2) / 3, 1 / 3])
    assert half == pytest.approx([1 / 2, 1 / 2, 1 / 4])
    assert all(one.se[0] > 0 for measures in found.values() for one in measures if one.measure == "H")


@settings(max_examples=40, deadline=None)
@given(rows.filter(lambda answers: any(1 in row for row in answers)))
def test_a_higher_cutoff_never_finds_more_poor(answers: list[tuple[Any, ...]]) -> None:
    n = len(answers)
    found = by_cutoff(
        table(answers), weights=WEIGHTS, design=Design.of(n), groups=Groups.everybody(n), missing="not_deprived",
        names=["H", "M0"], errors=False,
    )  # fmt: skip
    values = np.array([[one.value[0] for one in measures] for measures in found.values()])
    assert (np.diff(values, axis=0) <= 1e-12).all()
    (single,) = measure(
        table(answers), weights=WEIGHTS, cutoff=next(iter(found)), design=Design.of(n), groups=Groups.everybody(n),
        names=["M0"], missing="not_deprived", errors=False,
    )  # fmt: skip
    assert values[0, 1] == single.value[0]


def test_too_many_cutoffs_are_refused_unless_named() -> None:
    chance = np.random.default_rng(1)
    weights = {f"i{j}": Fraction(2**j, 2**9 - 1) for j in range(9)}
    columns = {name: chance.random(2000) < 0.5 for name in weights}
    design, groups = Design.of(2000), Groups.everybody(2000)
    with pytest.raises(ValueError, match="different scores occur, more than 200"):
        by_cutoff(columns, weights=weights, design=design, groups=groups)
    assert list(by_cutoff(columns, weights=weights, design=design, groups=groups, cutoffs=["1/3", 0.5])) == [
        Fraction(1, 3),
        Fraction(1, 2),
    ]


@settings(max_examples=50, deadline=None)
@given(rows, st.integers(1, 6))
def test_whatever_the_missing_answers_are_the_measure_lies_between_the_bounds(
    answers: list[tuple[Any, ...]], sixths: int
) -> None:
    n = len(answers)
    asked: dict[str, Any] = {
        "weights": WEIGHTS, "cutoff": Fraction(sixths, 6), "design": Design.of(n), "groups": Groups.everybody(n),
    }  # fmt: skip
    found = {one.measure: one.value[0] for one in bounds(table(answers), **asked, errors=False)}
    chance = np.random.default_rng(n)
    for _ in range(4):
        filled = [tuple(int(chance.integers(2)) if one is None else one for one in row) for row in answers]
        for one in measure(table(filled), **asked, names=["H", "M0"], errors=False):
            low, high = found[f"{one.measure}:lowest"], found[f"{one.measure}:highest"]
            assert low - 1e-12 <= one.value[0] <= high + 1e-12


def test_bounds_of_what_can_fall_are_refused() -> None:
    with pytest.raises(ValueError, match="no bounds for A, contribution:a"):
        bounds(
            {"a": [1, None]}, weights={"a": 1}, cutoff=1, design=Design.of(2), groups=Groups.everybody(2),
            names=["H", "A", "contribution:a"],
        )  # fmt: skip
