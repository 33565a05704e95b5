"""A token's calls, and a small county to read."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.test import Client

from characters import COUNTY, DAY, NEXT_VILLAGE, OTHER_VILLAGE, VILLAGE, Person, make_family
from mingbai.base.staff import actions
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.registry.models import Household
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.models import Clue

_NUMBERS = count(1)


def token_of(person: Person, name: str = "", days: int = 90) -> str:
    """A new token of a person; two in force never share a name."""
    name = name or f"台账系统{next(_NUMBERS)}"
    return actions.make_token(
        by=person.actor, official=person.official, name=name, ends_on=DAY + timedelta(days=days), day=DAY
    )


class Caller:
    """Another system that reads for a person."""

    def __init__(self, person: Person) -> None:
        self.token = token_of(person)

    def answer(self, path: str, **asked: Any) -> Any:
        return Client().get(f"/api/v1{path}", asked, headers={"authorization": f"Bearer {self.token}"})

    def get(self, path: str, **asked: Any) -> Any:
        """The JSON of an answer that must be 200."""
        answer = self.answer(path, **asked)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def every(self, path: str, **asked: Any) -> list[Any]:
        """The whole list, part by part."""
        found: list[Any] = []
        after = ""
        while True:
            part = self.get(path, after=after, **asked)
            found += part["items"]
            if part["next"] is None:
                return found
            after = part["next"]


def account(household: Household, year: int = 2025, **fields: Any) -> HouseholdAccount:
    """An account with wages and a cost: net 20,000.00."""
    start = {"village": household.village, "entered_by": "official:li", "entered_by_shown": "李", "entered_on": DAY}
    made = HouseholdAccount.objects.create(household=household, year=year, **(start | fields))
    for at, (item, amount) in enumerate((("A1", "24000.00"), ("E2", "4000.00"))):
        AccountLine.objects.create(account=made, position=at, item=item, amount=amount, source="said")
    return made


def clue(household: Household, key: str = "k", **fields: Any) -> Clue:
    start = {
        "rule": "owns_car", "channel": "screening", "subject_kind": "household", "subject_id": household.household_id,
        "clue_key": key, "household_id": household.household_id, "village": household.village, "group": "doubt",
        "said": "名下有小汽车", "found_on": DAY, "due_on": DAY + timedelta(days=15), "reporter": "杨某",
        "reporter_phone": "10900000000",
    }  # fmt: skip
    return Clue.objects.create(**(start | fields))


def problem(household: Household, **fields: Any) -> Issue:
    start = {
        "title": "饮水不安全", "household_id": household.household_id, "village": household.village, "found_on": DAY,
        "found_by": "official:li", "since": DAY, "due_on": DAY + timedelta(days=15),
    }  # fmt: skip
    return Issue.objects.create(**(start | fields))


def small_county() -> list[Household]:
    """Three households of ours and one of the next county, each with an account, a clue and a problem."""
    homes = [
        make_family(VILLAGE, household_class="边缘易致贫户"), make_family(VILLAGE, household_class="脱贫户"),
        make_family(OTHER_VILLAGE), make_family(NEXT_VILLAGE),
    ]  # fmt: skip
    for home in homes:
        account(home)
        clue(home)
        problem(home)
    return homes


LISTS = ("/households", "/accounts", "/clues", "/problems")
OURS = COUNTY
