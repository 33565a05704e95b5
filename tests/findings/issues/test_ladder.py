"""The ladder itself: rungs, days, who stands where. No database."""

from datetime import date
from decimal import Decimal

import pytest

from characters import COUNTY, NEXT_COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor
from mingbai.base.staff.models import Official
from mingbai.base.staff.queries import acting
from mingbai.base.standards import standards as policy
from mingbai.base.standards.reading import Dated, Number
from mingbai.findings.issues import ladder

NUMBERS = policy.at(date(2026, 6, 30), VILLAGE)


def actor(*posts: tuple[str, str, str]) -> Actor:
    return acting(Official(username="x", name="某"), list(posts))


def test_the_ladder_goes_up_rung_by_rung_and_ends_at_a_bureau() -> None:
    assert [ladder.next_up(level) for level in ladder.LEVELS] == ["township", "county", "bureau", None]


def test_the_night_goes_no_higher_than_the_county() -> None:
    assert [ladder.raised_at_night(level) for level in ladder.LEVELS] == ["township", "county", None, None]


@pytest.mark.parametrize(("level", "due"), [("village", date(2026, 7, 15)), ("county", date(2026, 7, 30))])
def test_each_level_has_its_days(level: str, due: date) -> None:
    assert ladder.due_on(date(2026, 6, 30), level, NUMBERS) == due


def test_a_county_sets_its_own_days() -> None:
    line = Dated(date(2026, 1, 1), Decimal(7), date(2026, 1, 1), "县发〔2026〕1号", place=COUNTY)
    own = (Number("issue_village_days", "", "", "days", (line,)),)
    assert ladder.days_at("village", policy.at(date(2026, 6, 30), VILLAGE, own)) == 7


def test_a_number_that_ended_is_a_sentence_not_a_guess() -> None:
    with pytest.raises(Refused, match="issue_village_days"):
        ladder.days_at("village", {})


def test_the_due_day_itself_is_in_time() -> None:
    assert not ladder.is_overdue(date(2026, 6, 30), date(2026, 6, 30))
    assert ladder.is_overdue(date(2026, 6, 30), date(2026, 7, 1))


def test_what_stays_is_told_of_at_once_and_then_once_a_period() -> None:
    assert ladder.told_again(None, date(2026, 7, 1), 30)
    assert not ladder.told_again(date(2026, 7, 1), date(2026, 7, 30), 30)
    assert ladder.told_again(date(2026, 7, 1), date(2026, 7, 31), 30)


@pytest.mark.parametrize(
    ("role", "area", "bureau", "levels"),
    [
        ("village", VILLAGE, "", {"village"}),
        ("village", OTHER_VILLAGE, "", set()),
        ("township", TOWNSHIP, "", {"township"}),
        ("county", COUNTY, "", {"county"}),
        ("county", NEXT_COUNTY, "", set()),
        ("bureau", COUNTY, "医保", {"bureau"}),
        ("inspector", COUNTY, "", set()),
        ("admin", COUNTY, "", set()),
    ],
)
def test_a_post_works_at_its_own_level(role: str, area: str, bureau: str, levels: set[str]) -> None:
    assert ladder.levels_of(actor((role, area, bureau)), VILLAGE) == levels


def test_a_bureau_answers_only_what_was_sent_to_it() -> None:
    chen = actor(("bureau", COUNTY, "医保"))
    assert ladder.works_at(chen, VILLAGE, "bureau", "医保")
    assert not ladder.works_at(chen, VILLAGE, "bureau", "住建")
    assert not ladder.works_at(chen, VILLAGE, "county", "")


def test_a_village_worker_of_a_bureau_does_not_become_a_county() -> None:
    both = actor(("village", VILLAGE, ""), ("bureau", COUNTY, "医保"))
    assert ladder.levels_of(both, VILLAGE) == {"village", "bureau"}
    assert not ladder.directs(both, VILLAGE, "county")


@pytest.mark.parametrize(
    ("role", "area", "directs"),
    [
        ("village", VILLAGE, ["village"]),
        ("township", TOWNSHIP, ["village", "township"]),
        ("county", COUNTY, ["village", "township", "county", "bureau"]),
        ("bureau", COUNTY, []),
    ],
)
def test_who_says_who_works(role: str, area: str, directs: list[str]) -> None:
    by = actor((role, area, "医保" if role == "bureau" else ""))
    assert [level for level in ladder.LEVELS if ladder.directs(by, VILLAGE, level)] == directs
