"""Imports and changes, one after the other, on the same rows: the tables always read as the history says."""

from datetime import date

import pytest

from characters import DAY, VILLAGE, Person
from mingbai.facts.registry.actions.book import Entry
from mingbai.facts.registry.actions.changes import Newcomer, arrive, leave
from mingbai.facts.registry.actions.correcting import correct_id, correct_member
from mingbai.facts.registry.actions.moving import follow_village
from mingbai.facts.registry.models import Household, Member
from mingbai.facts.registry.queries.history import household_on
from mingbai.facts.registry.queries.verifying import mismatches

from .rosters import a_household, a_member, an_id, imported

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return [one.sentence() for one in mismatches()]


def entry(home: Household) -> Entry:
    home.refresh_from_db()
    return Entry(DAY, "入户核实", DAY, home.version)


def test_imports_and_changes_by_turns(wang: Person, li: Person) -> None:
    rows = [
        a_member(),
        a_member("343490002", 2, 健康状况="残疾、长期慢性病", 联系电话="10900000009"),
        # An ID with a wrong check digit, and none at all.
        a_member("343490003", 3, 证件号码=an_id(3)[:17] + ("1" if an_id(3)[17] != "1" else "2")),
        a_member("343490004", 4, 证件号码=""),
    ]
    other = [a_household("3434901", 户主姓名="沙马", 户主证件号码=an_id(9)), a_member("343490101", 9, "3434901")]
    other[1]["与户主关系"], other[1]["姓名"] = "户主", "沙马"
    imported(wang, [a_household(), other[0]], [*rows, other[1]])
    assert told() == []

    home = Household.objects.get(household_id="3434900")
    newborn = Newcomer("杨妹", "之女", "女", born=date(2026, 6, 1))
    arrive(by=li.actor, household=home, newcomer=newborn, how="出生", entry=entry(home))
    correct_id(by=li.actor, household=home, person_id="343490003", id_number=an_id(3), entry=entry(home))
    correct_member(
        by=li.actor, household=home, person_id="343490002", fields={"months_worked": None}, entry=entry(home)
    )
    leave(by=li.actor, household=home, person_id="343490004", how="迁出", entry=entry(home))
    assert told() == []

    # The next roster moves a member to the other household.
    imported(wang, None, [a_member("343490002", 2, "3434901")])
    assert Member.objects.get(person_id="343490002").household.household_id == "3434901"
    assert told() == []
    follow_village(by=wang.actor, old=VILLAGE, new="513434100201", day=DAY, why="撤并")
    assert told() == []
    now = household_on("3434901", DAY)
    assert now is not None and [m["name"] for _, m in now.members] == ["沙马", "杨2"]
    assert an_id(2) not in str(now)
