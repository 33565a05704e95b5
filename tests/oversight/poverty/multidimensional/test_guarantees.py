"""Two assurances, three guarantees and water: from what was said to a household and a village."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from mingbai.facts.assessments.guarantees import ITEMS
from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.multidimensional.guarantees import (
    OF_MEMBERS,
    STATES,
    STRUCTURE,
    UNION,
    WATER,
    People,
    Said,
    by_member,
    gathered,
    guarantees,
)

# Two households: H1 with a grandmother and a pupil, H2 with one man.
PEOPLE = People.of(["H1", "H1", "H2"], ["1", "2", "1"], [False, True, False])
FINE = [
    *((home, "", item, "met") for home in ("H1", "H2") for item in ("food", "clothing", "housing", *WATER)),
    ("H1", "1", "medical", "met"), ("H1", "2", "medical", "met"), ("H2", "1", "medical", "met"),
    ("H1", "2", "schooling", "met"),
]  # fmt: skip


def said(*changes: tuple[str, str, str, str]) -> Said:
    """Everything met, but for what is changed."""
    facts = {row[:3]: row[3] for row in FINE} | {row[:3]: row[3] for row in changes}
    rows = [(*key, state) for key, state in facts.items()]
    return Said(*(list(column) for column in zip(*rows, strict=True)))


def test_the_items_are_those_that_the_registry_asks() -> None:
    assert {*STRUCTURE.names, *WATER} - {"water"} == set(ITEMS)
    assert {item.code for item in ITEMS.values() if item.per != "household"} == set(OF_MEMBERS)


def test_each_promise_weighs_a_sixth_and_one_unmet_is_enough() -> None:
    assert set(STRUCTURE.weights.values()) == {Fraction(1, 6)}
    assert Fraction(1, 6) == UNION
    assert {name: len(items) for name, items in STRUCTURE.dimensions.items()} == {
        "assurances": 2, "guarantees": 3, "water": 1
    }  # fmt: skip


def test_all_met_is_deprived_in_nothing() -> None:
    columns = by_member(PEOPLE, said())
    assert list(columns) == list(STRUCTURE.names)
    assert all(column.tolist() == [0, 0, 0] for column in columns.values())


def test_a_member_has_their_own_schooling_and_medical_care_and_the_households_rest() -> None:
    columns = by_member(
        PEOPLE, said(("H1", "2", "schooling", "unmet"), ("H1", "1", "medical", "unmet"), ("H1", "", "housing", "unmet"))
    )
    assert columns["schooling"].tolist() == [0, 1, 0]
    assert columns["medical"].tolist() == [1, 0, 0]
    assert columns["housing"].tolist() == [1, 1, 0]


def test_nothing_said_is_not_known_but_a_grown_up_is_not_asked_of_school() -> None:
    columns = by_member(PEOPLE, Said([], [], [], []))
    assert np.isnan(columns["food"]).all() and np.isnan(columns["medical"]).all()
    assert columns["schooling"].tolist() == pytest.approx([0, np.nan, 0], nan_ok=True)
    unclear = by_member(PEOPLE, said(("H2", "", "food", "unknown")))
    assert unclear["food"].tolist() == pytest.approx([0, 0, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ([("water_quality", "unmet")], 1), ([("water_quality", "unknown")], np.nan),
        ([("water_quality", "unknown"), ("water_quantity", "unmet")], 1), ([("water", "unmet")], 1),
        ([("water_quality", "unknown"), ("water", "met")], 0),
    ],
)  # fmt: skip
def test_water_is_met_when_all_four_tests_are(changed: list[tuple[str, str]], state: float) -> None:
    columns = by_member(PEOPLE, said(*(("H2", "", item, how) for item, how in changed)))
    assert columns["water"].tolist() == pytest.approx([0, 0, state], nan_ok=True)


def test_a_household_is_unmet_when_one_member_is_and_a_village_when_one_household_is() -> None:
    columns = by_member(PEOPLE, said(("H1", "2", "schooling", "unmet"), ("H1", "1", "medical", "unknown")))
    homes, by_home = gathered(columns, PEOPLE.household)
    assert homes == ("H1", "H2")
    assert by_home["schooling"].tolist() == [1, 0]
    assert by_home["medical"].tolist() == pytest.approx([np.nan, 0], nan_ok=True)
    villages, by_village = gathered(by_home, ["V", "V"])
    assert villages == ("V",)
    assert by_village["schooling"].tolist() == [1]
    assert np.isnan(by_village["medical"]).all()


def test_the_share_with_anything_unmet_and_how_much_of_it() -> None:
    columns = by_member(PEOPLE, said(("H1", "2", "schooling", "unmet"), ("H1", "", "housing", "unmet")))
    _, by_home = gathered(columns, PEOPLE.household)
    found = guarantees(by_home, design=Design.of(2), groups=Groups.everybody(2))
    value = {one.measure: float(one.value[0]) for one in found}
    assert value["H"] == 1 / 2
    assert value["A"] == pytest.approx(2 / 6)
    assert value["uncensored:housing"] == value["censored:housing"] == 1 / 2
    assert value["dimension:guarantees"] == pytest.approx(1)


def test_what_is_not_known_needs_a_rule() -> None:
    columns = by_member(PEOPLE, said(("H2", "", "food", "unknown")))
    asked: dict[str, Any] = {"design": Design.of(3), "groups": Groups.everybody(3), "names": ["H"]}
    with pytest.raises(ValueError, match=r"missing in 1 rows \(food 1\)"):
        guarantees(columns, **asked)
    rules: dict[Any, float] = {"deprived": 1 / 3, "not_deprived": 0, "drop": 0, "reweight": 0}
    for rule, value in rules.items():
        (found,) = guarantees(columns, missing=rule, **asked)
        assert found.value.tolist() == [value]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("H1", "", "roof", "met"), "no such item: 'roof'"), (("H1", "", "food", "poor"), "no such state: 'poor'"),
        (("H9", "", "food", "met"), "1 statements are of households or members who are not"),
        (("H1", "7", "medical", "met"), "not among the people"), (("H2", "2", "medical", "met"), "another household"),
        (("H1", "", "medical", "met"), "medical is said of each member"),
        (("H1", "1", "food", "met"), "food is said of the household"),
    ],
)  # fmt: skip
def test_statements_that_can_not_be_are_refused(row: tuple[str, str, str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        by_member(PEOPLE, said(row))


def test_two_states_of_one_thing_are_refused_but_the_same_twice_is_not() -> None:
    twice = Said(["H1", "H1"], ["", ""], ["food", "food"], ["unmet", "unmet"])
    assert by_member(PEOPLE, twice)["food"][0] == 1
    for states in (["met", "unmet"], ["unmet", "unknown"]):
        with pytest.raises(ValueError, match="1 have two states of food"):
            by_member(PEOPLE, Said(["H1", "H1"], ["", ""], ["food", "food"], states))


def test_people_that_are_no_table_are_refused() -> None:
    for table, says in (
        ((["H1"], ["1", "2"], [True]), "not one table"), ((["H1"] * 2, ["1"] * 2, [True] * 2), "1 members are listed"),
        ((["H1"], ["1"], [1]), "True or False"), ((["H1"], [""], [True]), "empty id"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=says):
            People.of(*table)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="different lengths"):
        Said(["H1"], [], [], [])
    assert set(STATES) == {"met", "unmet", "unknown"}
