"""An ID is seen in full only for a reason, and whoever looked is on record."""

from collections.abc import Callable

import pytest
from django.conf import settings

from characters import DAY, OTHER_VILLAGE, Person
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.facts.registry.actions.reveal import reveal_id
from mingbai.facts.registry.models import Household

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]


def test_the_id_is_shown_once_for_a_reason_and_the_event_does_not_hold_it(zhao: Person, family: Family) -> None:
    member = family().members.get(relation="配偶")
    number = settings.KEYS.open(member.id_hidden)
    page = f"/roster/member/{member.person_id}/id/"
    asked = zhao.client.get(page)
    assert (asked.status_code, Event.objects.count()) == (200, 0)
    assert number not in asked.content.decode()
    shown = zhao.client.post(page, {"why": "为其办理医保参保手续"})
    assert number in shown.content.decode()
    assert "no-store" in shown["cache-control"]
    event = Event.objects.get()
    assert (event.verb, event.by, event.why) == ("registry.id_revealed", "official:zhao", "为其办理医保参保手续")
    assert number not in f"{event.said}{event.changed}{event.why}"
    assert number not in zhao.client.get(page).content.decode()


@pytest.mark.parametrize("why", ["", "  ", "看看", "   查 "])
def test_without_a_reason_nothing_is_shown_or_written(zhao: Person, family: Family, why: str) -> None:
    member = family().members.get(relation="配偶")
    answer = zhao.client.post(f"/roster/member/{member.person_id}/id/", {"why": why})
    assert answer.status_code == 422
    assert settings.KEYS.open(member.id_hidden) not in answer.content.decode()
    assert not Event.objects.exists()


def test_who_may_not_is_refused(li: Person, qian: Person, sun: Person, chen: Person, family: Family) -> None:
    member = family().members.get(relation="配偶")
    page = f"/roster/member/{member.person_id}/id/"
    for person, status in ((li, 403), (qian, 403), (sun, 404), (chen, 404)):
        assert person.client.post(page, {"why": "为其办理医保参保手续"}).status_code == status
        with pytest.raises(Forbidden):
            reveal_id(by=person.actor, member=member, why="为其办理医保参保手续", day=DAY)
    assert not Event.objects.exists()


def test_a_member_without_an_id_has_none_to_show(zhao: Person, family: Family) -> None:
    member = family().members.get(relation="配偶")
    member.id_hidden = ""
    with pytest.raises(Refused, match="没有登记"):
        reveal_id(by=zhao.actor, member=member, why="为其办理医保参保手续", day=DAY)


def test_who_looked_at_whom_is_seen_by_those_who_read_the_history(
    zhao: Person, li: Person, qian: Person, sun: Person, family: Family
) -> None:
    here, there = family().members.get(relation="配偶"), family(OTHER_VILLAGE).members.get(relation="配偶")
    for member in (here, there):
        reveal_id(by=zhao.actor, member=member, why="为其办理医保参保手续", day=DAY)
    seen = qian.client.get("/looks/").content.decode()
    assert here.name in seen and there.name in seen and zhao.actor.shown in seen
    seen = li.client.get("/looks/").content.decode()
    assert here.household.household_id in seen
    assert there.household.household_id not in seen
    assert here.name not in sun.client.get("/looks/").content.decode()
    assert here.name in li.client.get(f"/household/{here.household.household_id}/history/").content.decode()
