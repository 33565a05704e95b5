"""All open work of a person goes to another in one action; all of it, or none."""

import json
from datetime import date

import pytest

from characters import COUNTY, DAY, NEXT_VILLAGE, OTHER_VILLAGE, VILLAGE, Person
from findings.issues.problems import answered, make_clue, make_issue, verbs
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import system
from mingbai.base.staff.models import Official, Post
from mingbai.findings.issues.actions.handing import follow_village, hand_over
from mingbai.findings.issues.models import Issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhou(places: object) -> Official:
    """Who comes after Li in the village."""
    official = Official.objects.create(username="zhou", name="周", unit="外南村驻村工作队")
    Post.objects.create(official=official, role="village", area=VILLAGE, since=date(2026, 6, 1))
    return official


def test_everything_open_and_nothing_else(admin: Person, li: Person, zhou: Official) -> None:
    open_one, waits = make_issue(holder="official:li"), answered(holder="official:li")
    done = answered(holder="official:li", status="closed", closed_on=DAY, closed_by="b", revisit="好", revisited_by="b")
    elsewhere, clue = make_issue(NEXT_VILLAGE, holder="official:li"), make_clue(assigned_to="official:li")
    free = make_clue()
    assert hand_over(by=admin.actor, from_=li.official, to=zhou, day=DAY, why="轮换") == (2, 1)
    for issue in (open_one, waits, done, elsewhere):
        issue.refresh_from_db()
    assert (open_one.holder, waits.holder) == ("official:zhou", "official:zhou")
    assert (done.holder, elsewhere.holder) == ("official:li", "official:li")
    clue.refresh_from_db()
    free.refresh_from_db()
    assert (clue.assigned_to, free.assigned_to) == ("official:zhou", "")
    assert verbs() == ["issues.handed_over"] * 3 + ["screening.clue_handed_over"]
    summary = Event.objects.order_by("id")[0]
    assert summary.subject == "official:li" and json.loads(summary.changed)["issues"] == 2 and summary.why == "轮换"


def test_again_there_is_nothing_to_hand_over(admin: Person, li: Person, zhou: Official) -> None:
    make_issue(holder="official:li")
    hand_over(by=admin.actor, from_=li.official, to=zhou, day=DAY, why="轮换")
    with pytest.raises(Refused, match="没有要移交"):
        hand_over(by=admin.actor, from_=li.official, to=zhou, day=DAY, why="轮换")
    assert len(verbs()) == 2


def test_who_can_not_do_the_work_does_not_get_it(admin: Person, li: Person, zhou: Official, qian: Person) -> None:
    make_issue(holder="official:li")
    make_issue(OTHER_VILLAGE, holder="official:li")
    make_clue(OTHER_VILLAGE, assigned_to="official:li")
    with pytest.raises(Refused, match="1 个问题") as refused:
        hand_over(by=admin.actor, from_=li.official, to=zhou, day=DAY, why="轮换")
    assert any("1 条线索" in reason for reason in refused.value.reasons)
    with pytest.raises(Refused):
        hand_over(by=admin.actor, from_=li.official, to=qian.official, day=DAY, why="轮换")
    assert set(Issue.objects.values_list("holder", flat=True)) == {"official:li"} and verbs() == []


def test_without_a_reason_or_to_the_same_person(admin: Person, li: Person, zhou: Official) -> None:
    make_issue(holder="official:li")
    with pytest.raises(Refused, match="移交的原因"):
        hand_over(by=admin.actor, from_=li.official, to=zhou, day=DAY, why=" ")
    with pytest.raises(Refused, match="另一位"):
        hand_over(by=admin.actor, from_=li.official, to=li.official, day=DAY, why="轮换")


@pytest.mark.parametrize("who", ["li", "zhao", "wang", "chen", "qian", "sun"])
def test_only_who_keeps_people_hands_over(who: str, zhou: Official, li: Person, request: pytest.FixtureRequest) -> None:
    make_issue(holder="official:li")
    with pytest.raises(Forbidden):
        hand_over(by=request.getfixturevalue(who).actor, from_=li.official, to=zhou, day=DAY, why="轮换")


def test_the_problems_of_a_merged_village_follow_it(li: Person) -> None:
    moved, other = make_issue(), make_issue(NEXT_VILLAGE)
    with pytest.raises(Forbidden):
        follow_village(by=li.actor, old=VILLAGE, new=OTHER_VILLAGE, day=DAY)
    assert follow_village(by=system("merge"), old=VILLAGE, new=OTHER_VILLAGE, day=DAY) == 1
    assert Issue.objects.get(pk=moved.pk).village == OTHER_VILLAGE and COUNTY in OTHER_VILLAGE
    assert Issue.objects.get(pk=other.pk).village == NEXT_VILLAGE
