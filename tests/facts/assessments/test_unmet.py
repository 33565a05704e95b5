"""What counts as unmet in a list is what the household page shows as unmet."""

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from characters import COUNTY, DAY, NEXT_VILLAGE, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person
from mingbai.facts.assessments.guarantees import ITEMS, SOURCES, STATES, Ages, matrix
from mingbai.facts.assessments.models import Finding
from mingbai.facts.assessments.queries import ages_at, people_of, unmet_counts, unmet_now, words_of
from mingbai.facts.registry.models import Household

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
AGES = Ages(6, 16)


def say(household: Household, item: str, state: str, day: date = DAY, source: str = "visit", at: int = -1) -> Finding:
    member = household.members.order_by("id")[at] if at >= 0 else None
    return Finding.objects.create(
        household=household, member=member, village=household.village, item=item, state=state, source=source, day=day,
        by="official:li", by_shown="李",
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_the_list_and_the_page_agree_whatever_was_said(seed: int, li: Person, family: Family) -> None:
    chance = random.Random(seed)
    home = family(VILLAGE, size=3)
    for _ in range(40):
        item = chance.choice([i for i in ITEMS.values() if i.per != "pupil"])
        say(
            home, item.code, chance.choice(list(STATES)), DAY - timedelta(days=chance.randrange(4)),
            chance.choice(list(SOURCES)), chance.randrange(3) if item.per == "member" else -1,
        )  # fmt: skip
    shown = {
        (item.code, c.person.person_id if c.person else None)
        for item, cells in matrix(people_of(home.members.order_by("id")), words_of(home), DAY, AGES)
        for c in cells
        if c.applies and c.state == "unmet"
    }
    listed = set(unmet_now(li.actor, DAY, AGES).values_list("item", "member__person_id"))
    assert listed == shown


def test_grown_pupils_and_those_who_left_are_not_listed(li: Person, family: Family) -> None:
    # The son was born on 3 March 2012.
    home = family(VILLAGE, size=3)
    say(home, "schooling", "unmet", at=2)
    say(home, "medical", "unmet", at=1)
    born = home.members.order_by("id")[2].birth
    assert born is not None
    sixteen = date(born.year + 16, born.month, born.day)
    for day, items in ((sixteen - timedelta(days=1), {"schooling", "medical"}), (sixteen, {"medical"})):
        assert set(unmet_now(li.actor, day, AGES).values_list("item", flat=True)) == items
    spouse = home.members.get(relation="配偶")
    spouse.left_on, spouse.left_why = DAY, "死亡"
    spouse.save()
    assert not unmet_now(li.actor, sixteen, AGES).exists()


def test_each_counts_what_lies_in_their_area(
    li: Person, wang: Person, sun: Person, chen: Person, family: Family
) -> None:
    for village, n in ((VILLAGE, 2), (OTHER_VILLAGE, 1), (NEXT_VILLAGE, 1)):
        for _ in range(n):
            say(family(village), "housing", "unmet")
    say(family(VILLAGE, ended_on=DAY, ended_why="误登"), "housing", "unmet")
    assert unmet_counts(li.actor, COUNTY, 12, DAY) == {(VILLAGE, "housing"): 2}
    assert unmet_counts(wang.actor, COUNTY, 9, DAY) == {(TOWNSHIP, "housing"): 3}
    assert unmet_counts(sun.actor, COUNTY, 9, DAY) == {} == unmet_counts(chen.actor, COUNTY, 9, DAY)
    assert unmet_counts(wang.actor, "", 9, DAY) == {}


def test_the_ages_of_school_come_from_the_policy_numbers(places: object) -> None:
    assert ages_at(DAY, VILLAGE) == AGES
    assert ages_at(date(1990, 1, 1), VILLAGE) == Ages(0, 0)
