"""My tasks: each role its own, nobody another's, and the list asks as much for many as for few."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from characters import COUNTY, DAY, NEXT_VILLAGE, OTHER_VILLAGE, VILLAGE, Person
from findings.issues.problems import answered, make_clue, make_issue
from mingbai.base.lib.permissions import Actor
from mingbai.base.staff.models import Official, Post
from mingbai.facts.assessments.models import Finding
from mingbai.facts.bureaus.models import Expected
from mingbai.facts.income.models import HouseholdAccount
from mingbai.facts.registry.models import Difference, Household, Import
from mingbai.findings.screening.models import Screening

pytestmark = pytest.mark.django_db
SOON, PAST = date(2026, 7, 3), {"since": date(2026, 6, 1), "due_on": date(2026, 6, 20)}


def kinds(who: Person, query: str = "") -> list[str]:
    return [row["task"].kind for row in who.client.get(f"/{query}").context["rows"]]


def titles(who: Person) -> list[str]:
    return [row["title"] for row in who.client.get("/").context["rows"]]


def account(household: Household, status: str, **fields: Any) -> HouseholdAccount:
    start = {"year": 2026, "entered_by": "official:x", "entered_by_shown": "某", "entered_on": DAY}
    if status == "disputed":
        start |= {"answered_by_name": "杨", "answered_way": "签字", "answered_on": DAY, "recorded_by": "official:y"}
    return HouseholdAccount.objects.create(
        household=household, village=household.village, status=status, **(start | fields)
    )


def unmet(household: Household, item: str = "housing", **fields: Any) -> Finding:
    start = {"source": "visit", "day": DAY, "by": "official:li", "state": "unmet"}
    return Finding.objects.create(household=household, village=household.village, item=item, **(start | fields))


def test_li_sees_the_day_the_most_urgent_first(li: Person, family: Callable[..., Any]) -> None:
    home = family(VILLAGE)
    make_clue(due_on=DAY, found_on=date(2026, 6, 15), household_id=home.household_id, question="交医保了没有？")
    make_clue(channel="letter", rule="letter", due_on=SOON, status="new")
    make_issue(**PAST)
    make_issue(due_on=date(2026, 7, 9), status="mending", plan="修", holder="official:li")
    account(home, "draft")
    unmet(home)
    # Not Li's: given to another, another level, another village, answered already, not yet given out.
    make_clue(assigned_to="official:zhou")
    make_clue(status="new")
    make_issue(holder="official:zhou")
    make_issue(level="township")
    make_issue(OTHER_VILLAGE)
    answered()
    assert kinds(li) == ["mend", "visit", "letter", "mend", "account_draft", "unmet"]
    row = li.client.get("/").context["rows"][1]
    assert (row["task"].head, row["task"].place, row["task"].note) == (
        home.head_name,
        "越城镇 · 外南村",
        "交医保了没有？",
    )
    assert li.client.get("/").context["late"] == 1
    assert kinds(li, "?kind=unmet") == ["unmet"] and kinds(li, "?kind=nothing") == []


def test_an_unmet_guarantee_with_a_problem_on_the_list_is_no_task_any_more(
    li: Person, family: Callable[..., Any]
) -> None:
    home = family(VILLAGE)
    unmet(home)
    assert kinds(li) == ["unmet"]
    issue = make_issue(household_id=home.household_id, guarantee="housing", holder="official:zhou")
    assert kinds(li) == []
    issue.delete()
    unmet(home, state="met", day=DAY + timedelta(0), note="修好了")
    assert kinds(li) == []


def test_accounts_with_a_dispute_come_first_and_those_confirmed_not_at_all(
    li: Person, family: Callable[..., Any]
) -> None:
    account(family(VILLAGE), "draft")
    account(family(VILLAGE), "shown")
    account(family(VILLAGE), "disputed")
    account(family(OTHER_VILLAGE), "draft")
    assert kinds(li) == ["account_disputed", "account_draft", "account_shown"]
    assert titles(li)[0] == "2026 年的收支账"


def test_zhao_gives_out_and_looks_after_what_is_late(zhao: Person, family: Callable[..., Any]) -> None:
    make_clue(status="new")
    make_clue(due_on=date(2026, 6, 25), found_on=date(2026, 6, 1))
    make_issue(OTHER_VILLAGE)
    make_issue(status="mending", plan="修", holder="official:li", **PAST)
    make_issue(level="township", holder="official:zhao", status="fed_back")
    answered()
    answered(by="official:zhao")
    answered(revisited_by="official:qian", revisit="好")
    answered(by="official:zhao", revisited_by="official:qian", revisit="好")
    make_issue(NEXT_VILLAGE, **PAST)
    assert sorted(kinds(zhao)) == sorted(
        "assign_clue late_clue assign_issue late_issue mend revisit close".split()
    )  # fmt: skip


def test_a_difference_is_a_task_until_it_is_settled(
    zhao: Person, wang: Person, sun: Person, family: Callable[..., Any]
) -> None:
    came = Import.objects.create(
        place=COUNTY, by="a", by_shown="a", at=timezone.now(), day=DAY, file_names="x", sha256="0"
    )
    one = Difference.objects.create(household=family(VILLAGE), source=came, field="household_class", ours="脱贫户")
    assert kinds(zhao) == ["difference"] and "difference" in kinds(wang) and "difference" not in kinds(sun)
    Difference.objects.filter(pk=one.pk).update(settled="ours", settled_on=DAY, settled_by="official:wang")
    assert kinds(zhao) == [] and "difference" not in kinds(wang)


def test_wang_sees_what_is_late_from_bureaus_and_stuck_at_the_county(wang: Person) -> None:
    Expected.objects.create(table="insured", place=COUNTY, every_months=1, by_day=5, since=date(2026, 1, 1))
    make_issue(level="county", **PAST)
    make_issue(level="bureau", bureau="医保", **PAST)
    make_issue(**PAST)
    # What is overdue and the county's own to mend is there once.
    assert sorted(kinds(wang)) == sorted(["late_table", "screen", "mend", "late_issue"])


def test_a_screening_is_due_then_done_then_forgotten(wang: Person) -> None:
    run = {"place": COUNTY, "by": "official:wang", "by_shown": "王", "queued_at": timezone.now(), "status": "done"}
    assert kinds(wang) == ["screen"]
    last = Screening.objects.create(day=DAY - timedelta(1), **run)
    assert kinds(wang) == ["screened"]
    Screening.objects.filter(pk=last.pk).update(day=DAY - timedelta(10))
    assert kinds(wang) == []
    Screening.objects.filter(pk=last.pk).update(day=DAY - timedelta(30))
    assert kinds(wang) == ["screen"]
    Screening.objects.filter(pk=last.pk).update(status="failed")
    assert kinds(wang) == ["screen_failed"]


def test_chen_hands_in_and_answers_and_sees_nothing_else(chen: Person) -> None:
    for table in ("insured", "housing"):
        Expected.objects.create(table=table, place=COUNTY, every_months=1, by_day=5, since=date(2026, 1, 1))
    make_issue(level="bureau", bureau="医保")
    make_issue(level="bureau", bureau="住建")
    make_issue(level="county")
    make_clue()
    assert sorted(kinds(chen)) == ["mend", "send_table"]
    assert titles(chen).count("医保参保") == 1


def test_qian_revisits_what_others_answered(qian: Person) -> None:
    answered()
    answered(by="official:qian")
    make_issue()
    assert kinds(qian) == ["revisit"]


def test_the_administrator_sees_posts_that_end_and_who_signs_in_by_a_password_alone(admin: Person, li: Person) -> None:
    assert kinds(admin) == ["no_second"] * 2
    Post.objects.filter(official=li.official).update(until=DAY + timedelta(20))
    assert kinds(admin) == ["post_ends", "no_second", "no_second"]
    gone = Official.objects.create(username="gone", name="去", is_active=False)
    Post.objects.create(official=gone, role="village", area=VILLAGE, since=date(2024, 1, 1), until=DAY + timedelta(3))
    assert kinds(admin) == ["post_ends", "no_second", "no_second"]


def test_sun_has_nothing_of_ours(sun: Person, family: Callable[..., Any]) -> None:
    home = family(VILLAGE)
    unmet(home)
    account(home, "draft")
    make_clue(status="new")
    make_issue(level="county", **PAST)
    answered()
    assert kinds(sun) == ["screen"]


@pytest.mark.parametrize("who", ["li", "zhao", "wang", "chen", "qian", "admin"])
def test_it_asks_as_much_for_many_as_for_few(
    who: str, request: pytest.FixtureRequest, family: Callable[..., Any]
) -> None:
    person: Person = request.getfixturevalue(who)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert person.client.get("/").status_code == 200
        return len(queries)

    def fill() -> None:
        home = family(VILLAGE)
        unmet(home)
        account(home, "draft")
        make_clue(household_id=home.household_id)
        make_clue(OTHER_VILLAGE, status="new")
        make_clue(channel="letter", rule="letter")
        for level in ("village", "township", "county"):
            make_issue(level=level, household_id=home.household_id, **PAST)
        make_issue(level="bureau", bureau="医保")
        answered()
        answered(revisited_by="official:zhou", revisit="好")

    fill()
    few = asked()
    for _ in range(60):
        fill()
    assert asked() == few
    rows = person.client.get("/").context["rows"]
    assert len(rows) <= 50 and all(isinstance(row["label"], object) for row in rows)


def test_who_has_no_post_has_nothing_to_do(client: Any, places: object) -> None:
    client.force_login(
        Official.objects.create(username="new", name="新"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    answer = client.get("/")
    assert answer.status_code == 200 and answer.context["rows"] == [] and isinstance(answer.context["actor"], Actor)
