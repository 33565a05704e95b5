"""The county's home: figures that add up, pictures that say what they show, and nobody else's county."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from characters import COUNTY, DAY, NEXT_COUNTY, NEXT_VILLAGE, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person
from findings.issues.problems import make_clue, make_issue
from mingbai.base.staff.models import Post
from mingbai.doors.web.queries import county
from mingbai.facts.assessments.models import Finding
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.registry.models import Household

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def income(household: Household, *lines: tuple[str, str], year: int = 2025) -> None:
    account = HouseholdAccount.objects.create(
        household=household, village=household.village, year=year, entered_by="a", entered_by_shown="a",
        entered_on=DAY, is_whole=True,
    )  # fmt: skip
    for at, (item, amount) in enumerate(lines):
        AccountLine.objects.create(account=account, position=at, item=item, amount=Decimal(amount), source="said")


def test_the_figures_add_up(wang: Person, family: Callable[..., Any]) -> None:
    for village in (VILLAGE, VILLAGE, OTHER_VILLAGE, NEXT_VILLAGE):
        family(village)
    family(VILLAGE, household_class="边缘易致贫户", causes="因病、缺劳动力")
    family(OTHER_VILLAGE, household_class="脱贫不稳定户", causes="因病", eliminated="是")
    family(VILLAGE, ended_on=DAY, ended_why="整户迁出")
    make_clue()
    make_clue(NEXT_VILLAGE)
    make_issue(since=date(2026, 6, 1), due_on=date(2026, 6, 20))
    make_issue(OTHER_VILLAGE)
    context = wang.client.get("/county/").context
    total = context["total"]
    assert (total.households, total.monitored, total.clues, total.issues, total.issues_late) == (5, 1, 1, 2, 1)
    assert [(code, n.households) for code, _name, n, _short in context["rows"]] == [(TOWNSHIP, 5)]
    assert context["causes"]["rows"] == [["因病", 1], ["缺劳动力", 1]]
    assert context["tiles"][0]["rows"] == [("越城镇", 3)] and context["tiles"][1]["rows"] == [("越城镇", 1)]


def test_incomes_are_per_head_net_of_costs_against_the_line_of_the_year(
    wang: Person, family: Callable[..., Any]
) -> None:
    # 2025: 8700 a head. Exactly on the line is not below it; one cent less is.
    income(family(VILLAGE, size=3), ("A1", "30100.00"), ("E1", "4000.00"))
    income(family(VILLAGE, size=3), ("A1", "26099.99"))
    income(family(OTHER_VILLAGE, size=1), ("B1", "100.00"), ("E1", "900.00"))
    income(family(NEXT_VILLAGE, size=1), ("A1", "1.00"))
    context = wang.client.get("/county/").context
    chart = context["incomes"]
    assert sum(n for _name, n in chart["rows"]) == 3 and chart["line"]["value"] == Decimal(8700)
    assert "2 户低于监测线" in chart["text"] and chart["title"].startswith("2025")
    assert dict(map(tuple, chart["rows"]))["亏损"] == 1
    assert len(chart["edges"]) == len(chart["rows"]) + 1


def test_guarantees_by_township_and_in_words(wang: Person, family: Callable[..., Any]) -> None:
    for village in (VILLAGE, OTHER_VILLAGE, NEXT_VILLAGE):
        home = family(village)
        Finding.objects.create(
            household=home, village=village, item="housing", state="unmet", source="visit", day=DAY, by="a"
        )
    context = wang.client.get("/county/").context
    ((code, name, _counts, short),) = context["rows"]
    assert (code, name, short, context["unmet"]) == (TOWNSHIP, "越城镇", 2, 2)
    assert "2 户至少有一项没有保障，最多的是住房安全，2 户" in context["matrix"]["text"]


def test_a_county_without_anything_is_a_page_too(wang: Person) -> None:
    answer = wang.client.get("/county/")
    assert answer.status_code == 200 and answer.context["incomes"] is None


def test_sun_sees_the_next_county(sun: Person, family: Callable[..., Any]) -> None:
    family(VILLAGE)
    family(NEXT_VILLAGE)
    context = sun.client.get("/county/").context
    assert (context["place"], context["total"].households) == (NEXT_COUNTY, 1)


def test_who_works_in_one_place_is_led_there(li: Person, zhao: Person, qian: Person) -> None:
    assert li.client.get("/county/")["Location"] == f"/village/{VILLAGE}/"
    assert zhao.client.get("/county/")["Location"] == f"/village/{TOWNSHIP}/"
    assert qian.client.get("/county/").status_code == 200


@pytest.mark.parametrize("who", ["chen", "admin"])
def test_who_reads_no_figures_is_told_so(who: str, request: pytest.FixtureRequest) -> None:
    assert request.getfixturevalue(who).client.get("/county/").status_code == 403


def test_it_asks_as_much_for_many_as_for_few_and_less_once_kept(wang: Person, family: Callable[..., Any]) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert wang.client.get("/county/").status_code == 200
        return len(queries)

    income(family(VILLAGE), ("A1", "100.00"))
    few = asked()
    kept = asked()
    cache.clear()
    for _ in range(20):
        income(family(OTHER_VILLAGE), ("A1", "100.00"))
        make_issue()
    assert asked() == few and kept < few


def test_dear_figures_are_shown_as_they_were_and_made_anew_in_the_background(
    wang: Person, family: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    family(VILLAGE)
    county.refresh(COUNTY, DAY)
    family(VILLAGE)
    monkeypatch.setattr(county, "DEAR", 0.0)
    assert wang.client.get("/county/").context["total"].households == 1
    assert _asked_for() == 0
    monkeypatch.setattr(county, "STALE", 0)
    for _ in range(2):
        assert wang.client.get("/county/").context["total"].households == 1
    assert _asked_for() == 1


def test_a_large_county_opened_first_says_that_it_is_counting(
    wang: Person, family: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    family(VILLAGE)
    monkeypatch.setattr(county, "_FEW", 0)
    answer = wang.client.get("/county/")
    assert answer.context["figures"] is None and "正在汇总" in answer.content.decode()
    assert _asked_for() == 1


def _asked_for() -> int:
    return DBTaskResult.objects.filter(task_path="mingbai.doors.web.tasks.refresh_county").count()


def test_an_inspector_of_the_prefecture_sees_the_townships_of_its_counties(
    qian: Person, family: Callable[..., Any]
) -> None:
    family(VILLAGE)
    family(NEXT_VILLAGE, household_class="边缘易致贫户", causes="因学")
    Post.objects.filter(official=qian.official).update(area="5134")
    context = qian.client.get("/county/").context
    assert context["place"] == "5134" and context["total"].households == 2
    assert [(code, n.households, n.monitored) for code, _name, n, _short in context["rows"]] == [
        (TOWNSHIP, 1, 0), (NEXT_VILLAGE[:9], 1, 1),
    ]  # fmt: skip
    assert context["causes"]["rows"] == [["因学", 1]]
