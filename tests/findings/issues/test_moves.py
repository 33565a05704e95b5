"""What people do with a problem, and above all what they may not."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from characters import DAY, NEXT_VILLAGE, OTHER_VILLAGE, VILLAGE, Person
from findings.issues.problems import answered, make_clue, make_issue, verbs
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.staff.models import Official, Post
from mingbai.findings.issues.actions import assigning, finding, moving
from mingbai.findings.issues.models import Issue

pytestmark = pytest.mark.django_db


def test_the_whole_way_from_a_clue_to_the_end(
    li: Person, zhao: Person, qian: Person, family: Callable[..., Any]
) -> None:
    household = family(VILLAGE)
    clue = make_clue(household_id=household.household_id)
    issue = finding.confirm_clue(by=li.actor, clue=clue, finding="确实没有参保", day=DAY)
    assert (issue.status, issue.level, issue.due_on, issue.guarantee) == (
        "found",
        "village",
        date(2026, 7, 15),
        "medical",
    )
    assigning.assign(by=zhao.actor, issue=issue, holder=li.official, level="village", day=DAY, version=issue.version)
    assert (issue.status, issue.holder) == ("fed_back", "official:li")
    moving.start_mending(by=li.actor, issue=issue, plan="陪他去参保", day=DAY, version=issue.version)
    moving.answer(by=li.actor, issue=issue, text="已参保", day=DAY, version=issue.version)
    moving.revisit(by=qian.actor, issue=issue, kept=True, text="看过缴费凭证", day=DAY, version=issue.version)
    moving.close(by=zhao.actor, issue=issue, day=DAY, version=issue.version)
    assert (issue.status, issue.closed_by) == ("closed", "official:zhao")
    expected = "found assigned mending answered revisited closed".split()
    assert verbs() == [f"issues.{verb}" for verb in expected]
    assert set(Event.objects.values_list("subject", flat=True)) == {f"household:{household.household_id}"}


def test_a_clue_is_confirmed_once(li: Person, zhao: Person) -> None:
    clue = make_clue()
    finding.confirm_clue(by=li.actor, clue=clue, finding="属实", day=DAY)
    with pytest.raises(Changed):
        finding.confirm_clue(by=zhao.actor, clue=clue, finding="属实", day=DAY)
    assert Issue.objects.count() == 1


def test_a_clue_is_confirmed_only_with_what_was_seen(li: Person) -> None:
    clue = make_clue()
    with pytest.raises(Refused, match="核实"):
        finding.confirm_clue(by=li.actor, clue=clue, finding=" \x00 ", day=DAY)
    clue.refresh_from_db()
    assert clue.status == "assigned" and not Issue.objects.exists() and not Event.objects.exists()


@pytest.mark.parametrize("who", ["sun", "chen", "qian", "admin"])
def test_who_does_not_verify_does_not_confirm(who: str, request: pytest.FixtureRequest) -> None:
    clue = make_clue()
    with pytest.raises(Forbidden):
        finding.confirm_clue(by=request.getfixturevalue(who).actor, clue=clue, finding="属实", day=DAY)
    assert not Issue.objects.exists()


def test_a_form_sent_twice_opens_one_problem(qian: Person) -> None:
    sent = {"village": VILLAGE, "title": "路断了", "detail": "看到塌方", "day": DAY, "form_key": "k1"}
    first = finding.open_issue(by=qian.actor, **sent)
    assert finding.open_issue(by=qian.actor, **sent).pk == first.pk
    assert verbs() == ["issues.found"]


def test_a_problem_of_a_household_of_another_village_is_refused(li: Person, family: Callable[..., Any]) -> None:
    other = family(OTHER_VILLAGE)
    with pytest.raises(Refused, match="没有户编号"):
        finding.open_issue(
            by=li.actor, village=VILLAGE, household_id=other.household_id, title="漏雨", detail="漏", day=DAY
        )


@pytest.mark.parametrize("who", ["sun", "chen", "admin"])
def test_who_does_not_work_here_opens_none(who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Forbidden):
        finding.open_issue(by=request.getfixturevalue(who).actor, village=VILLAGE, title="漏雨", detail="漏", day=DAY)


def test_words_lie_hidden_in_the_event_and_ids_are_masked(zhao: Person) -> None:
    issue = make_issue(level="township")
    plan = "送杨某去治肺病"
    moving.start_mending(by=zhao.actor, issue=issue, plan=plan, day=DAY, version=1)
    moving.raise_up(by=zhao.actor, issue=issue, reason="证 110101199003070134 查不到", day=DAY, version=2)
    mended, raised = Event.objects.order_by("id")
    assert plan not in mended.changed + mended.said + mended.why
    assert settings.KEYS.open(json.loads(mended.changed)["plan"]) == plan
    assert "19900307" not in raised.why and "查不到" in raised.why


def test_a_level_answers_for_itself_only(li: Person, zhao: Person, wang: Person, chen: Person) -> None:
    people = {"village": li, "township": zhao, "county": wang, "bureau": chen}
    for level in people:
        issue = make_issue(level=level, bureau="医保" if level == "bureau" else "")
        for own, who in people.items():
            issue.refresh_from_db()
            if own != level:
                with pytest.raises(Forbidden):
                    moving.start_mending(by=who.actor, issue=issue, plan="办", day=DAY, version=issue.version)
        moving.start_mending(by=people[level].actor, issue=issue, plan="办", day=DAY, version=issue.version)
        assert issue.holder == people[level].actor.name


def test_a_bureau_does_not_answer_for_another(chen: Person) -> None:
    issue = make_issue(level="bureau", bureau="住建", status="mending", plan="修")
    with pytest.raises(Forbidden):
        moving.answer(by=chen.actor, issue=issue, text="修了", day=DAY, version=1)


@pytest.mark.parametrize("who", ["sun", "qian", "admin"])
def test_who_does_not_mend_does_not_answer(who: str, request: pytest.FixtureRequest) -> None:
    issue = make_issue(status="mending", plan="修")
    with pytest.raises(Forbidden):
        moving.answer(by=request.getfixturevalue(who).actor, issue=issue, text="修了", day=DAY, version=1)
    issue.refresh_from_db()
    assert issue.status == "mending"


def test_who_answered_neither_revisits_nor_closes(zhao: Person, wang: Person) -> None:
    issue = answered(level="township", by="official:zhao")
    with pytest.raises(Refused, match="别的同事去回访"):
        moving.revisit(by=zhao.actor, issue=issue, kept=True, text="好了", day=DAY, version=1)
    moving.revisit(by=wang.actor, issue=issue, kept=True, text="好了", day=DAY, version=1)
    with pytest.raises(Refused, match="别的同事来销号"):
        moving.close(by=zhao.actor, issue=issue, day=DAY, version=2)
    moving.close(by=wang.actor, issue=issue, day=DAY, version=2)


def test_nothing_is_closed_without_a_revisit(zhao: Person) -> None:
    with pytest.raises(Refused, match="还没有回访"):
        moving.close(by=zhao.actor, issue=answered(), day=DAY, version=1)
    with pytest.raises(Refused, match="答复以后"):
        moving.close(by=zhao.actor, issue=make_issue(status="mending", plan="修"), day=DAY, version=1)


@pytest.mark.parametrize("who", ["li", "qian", "sun", "chen", "admin"])
def test_who_may_not_close(who: str, request: pytest.FixtureRequest) -> None:
    issue = answered(revisited_by="official:wang", revisit="好了", by="official:zhou")
    with pytest.raises(Forbidden):
        moving.close(by=request.getfixturevalue(who).actor, issue=issue, day=DAY, version=1)


def test_what_did_not_hold_goes_back_and_its_clock_goes_on(zhao: Person, li: Person) -> None:
    issue = answered(due_on=date(2026, 7, 3))
    moving.revisit(by=zhao.actor, issue=issue, kept=False, text="还漏", day=date(2026, 7, 2), version=1)
    assert (issue.status, issue.due_on) == ("mending", date(2026, 7, 3))
    moving.answer(by=li.actor, issue=issue, text="又修了", day=date(2026, 7, 3), version=2)
    # The revisit was of the answer before.
    assert (issue.revisited_by, issue.revisit) == ("", "")
    assert verbs() == ["issues.sent_back", "issues.answered"]


def test_beyond_the_level_it_goes_up_with_its_reason(li: Person, zhao: Person, wang: Person, chen: Person) -> None:
    issue = make_issue()
    with pytest.raises(Refused, match="上交的原因"):
        moving.raise_up(by=li.actor, issue=issue, reason="", day=DAY, version=1)
    moving.raise_up(by=li.actor, issue=issue, reason="村里没有钱", day=DAY, version=1)
    moving.raise_up(by=zhao.actor, issue=issue, reason="要县里立项", day=DAY, version=2)
    with pytest.raises(Refused, match="哪个部门"):
        moving.raise_up(by=wang.actor, issue=issue, reason="医保管", day=DAY, version=3)
    with pytest.raises(Refused, match="没有部门联络员"):
        moving.raise_up(by=wang.actor, issue=issue, reason="住建管", bureau="住建", day=DAY, version=3)
    moving.raise_up(by=wang.actor, issue=issue, reason="医保管", bureau="医保", day=DAY, version=3)
    assert (issue.level, issue.bureau, issue.status, issue.times_raised) == ("bureau", "医保", "fed_back", 3)
    assert (issue.since, issue.due_on) == (DAY, date(2026, 7, 30))
    with pytest.raises(Refused, match="没有更上一级"):
        moving.raise_up(by=wang.actor, issue=issue, reason="再往上", day=DAY, version=4)
    moving.answer(by=chen.actor, issue=issue, text="已办", day=DAY, version=4)
    with pytest.raises(Forbidden):
        moving.raise_up(by=chen.actor, issue=issue, reason="不归我管", day=DAY, version=5)


def test_the_village_does_not_raise_what_the_township_has(li: Person) -> None:
    with pytest.raises(Forbidden):
        moving.raise_up(by=li.actor, issue=make_issue(level="township"), reason="快点", day=DAY, version=1)


def test_a_closed_problem_stays_closed(zhao: Person, li: Person) -> None:
    issue = answered(
        status="closed", closed_on=DAY, closed_by="official:zhao", revisit="好", revisited_by="official:zhao",
        revisited_on=DAY,
    )  # fmt: skip
    for act in (
        lambda: moving.start_mending(by=li.actor, issue=issue, plan="再修", day=DAY, version=1),
        lambda: moving.answer(by=li.actor, issue=issue, text="再答", day=DAY, version=1),
        lambda: moving.revisit(by=zhao.actor, issue=issue, kept=False, text="再看", day=DAY, version=1),
        lambda: moving.raise_up(by=li.actor, issue=issue, reason="再交", day=DAY, version=1),
        lambda: assigning.assign(by=zhao.actor, issue=issue, holder=li.official, level="village", day=DAY, version=1),
    ):
        with pytest.raises(Refused):
            act()
    assert not Event.objects.exists()


def test_the_second_is_told_who_was_first(li: Person, zhao: Person) -> None:
    mine, theirs = make_issue(), None
    theirs = Issue.objects.get(pk=mine.pk)
    moving.start_mending(by=li.actor, issue=mine, plan="修", day=DAY, version=1)
    with pytest.raises(Changed, match=r"李.*开始整改"):
        moving.raise_up(by=zhao.actor, issue=theirs, reason="乡里办", day=DAY, version=1)
    assert verbs() == ["issues.mending"]


def test_giving_needs_a_person_who_works_there(zhao: Person, qian: Person, li: Person, sun: Person) -> None:
    issue = make_issue()
    for holder in (qian.official, sun.official):
        with pytest.raises(Refused, match="没有在这个地方办理"):
            assigning.assign(by=zhao.actor, issue=issue, holder=holder, level="village", day=DAY, version=1)
    with pytest.raises(Refused, match="往下"):
        assigning.assign(by=zhao.actor, issue=issue, holder=zhao.official, level="township", day=DAY, version=1)
    with pytest.raises(Forbidden):
        assigning.assign(by=li.actor, issue=issue, holder=li.official, level="village", day=DAY, version=1)


def test_the_township_does_not_give_away_what_the_county_has(zhao: Person, li: Person) -> None:
    issue = make_issue(level="county")
    with pytest.raises(Forbidden):
        assigning.assign(by=zhao.actor, issue=issue, holder=li.official, level="village", day=DAY, version=1)


def test_a_day_is_put_off_with_a_reason_and_not_beyond_the_level(zhao: Person, li: Person) -> None:
    issue = make_issue(due_on=date(2026, 7, 5))
    give: dict[str, Any] = {"by": zhao.actor, "issue": issue, "holder": li.official, "level": "village", "day": DAY}
    with pytest.raises(Refused, match="延长期限"):
        assigning.assign(**give, version=1, due=date(2026, 7, 10))
    for wrong in (date(2026, 6, 29), date(2026, 7, 16)):
        with pytest.raises(Refused, match="之间"):
            assigning.assign(**give, version=1, due=wrong, why="下雨")
    assigning.assign(**give, version=1, due=date(2026, 7, 10), why="下雨")
    assert (issue.due_on, issue.since) == (date(2026, 7, 10), DAY)
    with pytest.raises(Refused, match="没有变"):
        assigning.assign(**give, version=2)


def test_the_county_sends_back_down_with_a_new_clock(wang: Person, li: Person) -> None:
    issue = make_issue(level="bureau", bureau="医保", due_on=date(2026, 7, 1))
    assigning.assign(by=wang.actor, issue=issue, holder=li.official, level="village", day=DAY, version=1)
    assert (issue.level, issue.bureau, issue.due_on) == ("village", "", date(2026, 7, 15))


def test_many_are_given_at_once_or_none(zhao: Person, li: Person) -> None:
    good = [make_issue().pk for _ in range(3)]
    elsewhere = make_issue(OTHER_VILLAGE).pk
    with pytest.raises(Refused, match=f"第 {elsewhere} 号"):
        assigning.assign_many(by=zhao.actor, ids=[*good, elsewhere], holder=li.official, day=DAY)
    assert not Issue.objects.filter(status="fed_back").exists() and not Event.objects.exists()
    assert assigning.assign_many(by=zhao.actor, ids=good, holder=li.official, day=DAY) == 3
    assert verbs() == ["issues.assigned"] * 3


def test_many_of_the_next_county_are_not_there(zhao: Person, li: Person) -> None:
    with pytest.raises(Refused, match="范围"):
        assigning.assign_many(by=zhao.actor, ids=[make_issue(NEXT_VILLAGE).pk], holder=li.official, day=DAY)
    with pytest.raises(Refused, match="勾选"):
        assigning.assign_many(by=zhao.actor, ids=[], holder=li.official, day=DAY)


def test_a_post_that_ended_holds_nothing(zhao: Person, li: Person) -> None:
    Post.objects.filter(official=li.official).update(until=DAY)
    with pytest.raises(Refused, match="没有在这个地方"):
        assigning.assign(by=zhao.actor, issue=make_issue(), holder=li.official, level="village", day=DAY, version=1)
    late = Official.objects.create(username="late", name="迟", is_active=False)
    Post.objects.create(official=late, role="village", area=VILLAGE, since=date(2024, 1, 1))
    with pytest.raises(Refused, match="没有在这个地方"):
        assigning.assign(by=zhao.actor, issue=make_issue(), holder=late, level="village", day=DAY, version=1)


@pytest.mark.parametrize(
    "broken",
    [
        {"level": "bureau", "bureau": ""},
        {"level": "village", "bureau": "医保"},
        {"status": "answered"},
        {"status": "closed"},
        {"answered_by": "a", "revisited_by": "a"},
        {"answered_by": "a", "closed_by": "a"},
        {"closed_on": DAY},
        {"due_on": date(2026, 6, 1)},
        {"found_by": ""},
        {"title": ""},
    ],
)
def test_the_database_keeps_the_promises(broken: dict[str, Any], db: None) -> None:
    issue = make_issue()
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.filter(pk=issue.pk).update(**broken)
