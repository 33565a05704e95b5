"""One rule of who shares an income: every page that counts the poor of a county counts the same."""

import random
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache

from characters import COUNTY, DAY, OTHER_VILLAGE, VILLAGE, Person
from doors.accounts import income
from mingbai.doors.web.queries import county
from mingbai.doors.web.queries.incomes import homes
from mingbai.doors.web.queries.measures import Choice, table
from mingbai.doors.web.queries.movement import movement
from mingbai.facts.income.queries import living, reckoned
from mingbai.facts.registry.models import Household
from mingbai.oversight.indicators.queries.figures import shown

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
LINE = 8700
"""Yuan a head in 2025, the line by which the two pages are compared."""


@pytest.fixture(autouse=True)
def nothing_kept(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def people(n: int) -> list[dict[str, str]]:
    return [{"person_id": f"{at:02d}", "name": "某"} for at in range(n)]


def scattered(family: Family, seed: int) -> list[Household]:
    """Accounts with and without a list of their own, of families that grew, shrank or are gone; incomes near the line
    by either way of dividing, and exactly on it."""
    chance = random.Random(seed)
    made = [family((VILLAGE, OTHER_VILLAGE)[at % 2], size=chance.randrange(5)) for at in range(24)]
    for home in made[:-2]:
        for year, line in ((2024, 8000), (2025, LINE)):
            own = chance.choice((0, 0, 1, 2, 3, 4, 5, 6))
            net = line * chance.randint(1, 5) + chance.choice((-0.01, 0, 0.01, 999.99, -9000 * line / LINE))
            income(home, ("A1", "90000.00"), ("E1", f"{90000 - net:.2f}"), year=year, members=people(own))
    return made


@pytest.mark.parametrize("seed", range(4))
def test_every_page_counts_the_same_poor(wang: Person, family: Family, seed: int) -> None:
    made = scattered(family, seed)
    found, _again = shown(wang.actor, COUNTY, DAY)
    assert found is not None and found.year == 2025

    def figure(code: str) -> int:
        row = found.of(code, COUNTY)
        assert row is not None and row.numerator is not None
        return int(row.numerator)

    by_page = homes(wang.actor, COUNTY, 2025)
    poor = by_page.known & (by_page.per_head < LINE)
    assert (figure("accounts"), figure("account_persons")) == (by_page.known.sum(), by_page.size[by_page.known].sum())
    assert (figure("below"), figure("below_persons")) == (poor.sum(), by_page.size[poor].sum()) and poor.any()
    # The household's own page.
    own = [
        account
        for home in made
        for one in home.accounts.filter(year=2025)
        if (account := reckoned(one, len(living(home)))).members
    ]
    below = [account for account in own if account.net_income < LINE * account.members]
    assert (figure("accounts"), figure("below")) == (len(own), len(below))
    assert figure("below_persons") == sum(account.members for account in below)
    # The table of a measure, the picture of the county's home, and movement.
    whole = table(wang.actor, Choice(COUNTY, 2025, "headcount", "", LINE, people=True), DAY).total
    assert whole is not None and (whole.poor, whole.known, whole.unknown) == (
        figure("below"), figure("accounts"), figure("without_account")
    )  # fmt: skip
    picture = county.refresh(COUNTY, DAY).incomes
    assert (picture.below, picture.households) == (figure("below"), figure("accounts"))
    per_head = [account.net_income / account.members for account in own]
    assert list(picture.classes) == [
        sum(low <= income < high for income in per_head)
        for low, high in zip(
            (-float("inf"), *picture.edges[1:-1]), (*picture.edges[1:-1], float("inf")), strict=True
        )
    ]  # fmt: skip
    moved = movement(wang.actor, COUNTY, 2024, 2025)
    assert moved is not None and moved.cells.get(("above", "below"), 0) == figure("fell_below")
    assert sum(n for (_was, now), n in moved.cells.items() if now == "below") == figure("below")


def test_it_is_the_list_of_the_account_that_counts(wang: Person, family: Family) -> None:
    """Two years at the line for the three who live there; below it for the four who signed."""
    income(family(VILLAGE, size=3), ("A1", "26100.00"), members=people(4))
    income(family(VILLAGE, size=3), ("A1", "26100.00"))
    found, _again = shown(wang.actor, COUNTY, DAY)
    assert found is not None
    below, persons = found.of("below", COUNTY), found.of("below_persons", COUNTY)
    assert below is not None and persons is not None
    assert (below.numerator, below.denominator, persons.numerator, persons.denominator) == (1, 2, 4, 7)
