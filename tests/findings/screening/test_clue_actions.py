"""Clues given out, sent back, decided: half of it is what is refused."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import transaction

from characters import DAY, NEXT_VILLAGE, OTHER_VILLAGE, Person
from clue_making import decided, make_clue
from mingbai.base.events import actions as events
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.facts.registry.models import Household
from mingbai.findings.screening.actions.clues import AT_ONCE, assign, attach_household, dismiss, move, send_back
from mingbai.findings.screening.models import Clue
from mingbai.findings.screening.queries.clues import verified_counts

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]


def state() -> list[object]:
    return [list(Clue.objects.order_by("pk").values()), Event.objects.count()]


def test_a_dismissal_says_who_why_and_when_and_is_one_event(li: Person, family: Family) -> None:
    clue = make_clue(family())
    dismiss(by=li.actor, clue=clue, finding="车已卖，身份证 599901197801011234 也不对", reason="outdated", day=DAY)
    event = Event.objects.get()
    assert (clue.status, clue.decided_on, clue.decided_by, clue.version) == ("dismissed", DAY, "official:li", 2)
    assert (event.verb, event.subject) == ("screening.clue_dismissed", f"household:{clue.household_id}")
    assert "599901197801011234" not in clue.finding
    assert event.why == "数据过时" and "车已卖" not in event.changed + event.said + event.why
    assert settings.KEYS.open(_words(event)).startswith("数据过时：车已卖")


def _words(event: Event) -> str:
    import json

    words = json.loads(event.changed)["words"]
    assert isinstance(words, str)
    return words


def test_a_clue_of_illness_is_not_named_in_the_history(li: Person, family: Family) -> None:
    clue = make_clue(family(), rule="new_disability", group="risk")
    dismiss(by=li.actor, clue=clue, finding="残疾证是五年前的", day=DAY)
    event = Event.objects.get()
    assert "残疾" not in event.said + event.why + event.changed and "disability" not in event.changed


@pytest.mark.parametrize("who", ["chen", "qian", "sun", "admin"])
def test_who_may_not_decide(who: str, family: Family, request: pytest.FixtureRequest) -> None:
    person: Person = request.getfixturevalue(who)
    clue = make_clue(family())
    before = state()
    with pytest.raises(Forbidden):
        dismiss(by=person.actor, clue=clue, finding="看过了", day=DAY)
    with pytest.raises(Forbidden), transaction.atomic():
        move(clue, to="confirmed", by=person.actor, finding="看过了", day=DAY)
    for change in (assign, send_back):
        with pytest.raises(Forbidden):
            change(by=person.actor, picked=[clue.pk], day=DAY, **({"to": ""} if change is assign else {"why": "退"}))
    assert state() == before


def test_a_village_worker_gives_nothing_out(li: Person, family: Family) -> None:
    with pytest.raises(Forbidden):
        assign(by=li.actor, picked=[make_clue(family()).pk], to="", day=DAY)


@pytest.mark.parametrize("finding", ["", "   ", "\n"])
def test_a_dismissal_without_words_is_refused(li: Person, family: Family, finding: str) -> None:
    clue = make_clue(family())
    before = state()
    with pytest.raises(Refused, match="写明"):
        dismiss(by=li.actor, clue=clue, finding=finding, day=DAY)
    assert state() == before


@pytest.mark.parametrize("status", ["confirmed", "dismissed", "cleared", "retracted"])
def test_what_is_closed_is_not_decided_again(li: Person, family: Family, status: str) -> None:
    clue = make_clue(family())
    clue = decided(clue, status) if status in ("confirmed", "dismissed") else make_clue(family(), status=status)
    before = state()
    with pytest.raises(Changed):
        dismiss(by=li.actor, clue=clue, finding="看过了", day=DAY)
    assert state() == before


def test_two_who_decide_at_once_decide_once(li: Person, zhao: Person, family: Family) -> None:
    seen_by_li = make_clue(family())
    seen_by_zhao = Clue.objects.get(pk=seen_by_li.pk)
    with transaction.atomic():
        move(seen_by_zhao, to="confirmed", by=zhao.actor, finding="确有其事", day=DAY)
    with pytest.raises(Changed, match=r"赵.*属实.*确有其事"):
        dismiss(by=li.actor, clue=seen_by_li, finding="看过了", day=DAY)
    assert Clue.objects.get().status == "confirmed" and Event.objects.count() == 0, (
        "the caller of move writes its event"
    )


def test_an_event_that_fails_takes_the_decision_with_it(
    li: Person, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    clue = make_clue(family())
    before = state()
    monkeypatch.setattr(events, "canonical", lambda changed: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        dismiss(by=li.actor, clue=clue, finding="看过了", day=DAY)
    assert state() == before


def test_assigning_many_is_one_event_each_or_nothing_at_all(zhao: Person, li: Person, family: Family) -> None:
    here, there = make_clue(family()), make_clue(family(OTHER_VILLAGE))
    before = state()
    with pytest.raises(Refused, match="不在李"):
        assign(by=zhao.actor, picked=[here.pk, there.pk], to="official:li", day=DAY)
    far = make_clue(family(NEXT_VILLAGE))
    with pytest.raises(Forbidden):
        assign(by=zhao.actor, picked=[here.pk, far.pk], to="", day=DAY)
    far.delete()
    assert state() == before
    assert assign(by=zhao.actor, picked=[here.pk, there.pk], to="", day=DAY) == 2
    assert assign(by=zhao.actor, picked=[here.pk], to="official:li", day=DAY) == 1, "given on to a person"
    assert assign(by=zhao.actor, picked=[here.pk], to="official:li", day=DAY) == 0
    assert list(Event.objects.values_list("verb", flat=True)) == ["screening.clue_assigned"] * 3
    assert "李（外南村驻村工作队）" in Event.objects.order_by("id").last().said  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "to", ["official:nobody", "li", "household:1", "official:sun", "official:chen", "official:qian"]
)
def test_clues_are_given_only_to_who_verifies_there(
    zhao: Person, sun: Person, chen: Person, qian: Person, family: Family, to: str
) -> None:
    with pytest.raises(Refused):
        assign(by=zhao.actor, picked=[make_clue(family()).pk], to=to, day=DAY)
    assert Event.objects.count() == 0


def test_closed_clues_in_a_batch_are_left_alone(zhao: Person, family: Family) -> None:
    done, still = decided(make_clue(family()), "dismissed"), make_clue(family())
    assert assign(by=zhao.actor, picked=[done.pk, still.pk], to="", day=DAY) == 1
    done.refresh_from_db()
    assert done.status == "dismissed"
    with pytest.raises(Refused, match="都已经办结"):
        assign(by=zhao.actor, picked=[done.pk], to="", day=DAY)


def test_a_batch_has_a_limit(zhao: Person) -> None:
    with pytest.raises(Refused, match=str(AT_ONCE)):
        assign(by=zhao.actor, picked=range(AT_ONCE + 1), to="", day=DAY)


def test_sending_back_needs_a_reason_which_lies_hidden(li: Person, family: Family) -> None:
    clue = make_clue(family(), status="assigned", assigned_to="official:li", assigned_on=DAY)
    with pytest.raises(Refused):
        send_back(by=li.actor, picked=[clue.pk], why="  ", day=DAY)
    assert send_back(by=li.actor, picked=[clue.pk], why="不是本村的", day=DAY) == 1
    assert send_back(by=li.actor, picked=[clue.pk], why="不是本村的", day=DAY) == 0
    event = Event.objects.get()
    assert "不是本村的" not in event.changed and settings.KEYS.open(_words(event)) == "不是本村的"


def test_a_household_is_put_to_an_anonymous_letter_once(li: Person, zhao: Person, family: Family) -> None:
    clue = make_clue(rule="letter", channel="letter", group="risk")
    home, other = family(household_class="突发严重困难户"), family()
    seen = Clue.objects.get(pk=clue.pk)
    attach_household(by=li.actor, clue=clue, household=home, day=DAY)
    assert (clue.household_id, clue.subject_id, clue.household_class) == (home.household_id,) * 2 + ("突发严重困难户",)
    assert Event.objects.get().subject == f"household:{home.household_id}"
    for stale in (seen, clue):
        with pytest.raises(Changed):
            attach_household(by=zhao.actor, clue=stale, household=other, day=DAY)


def test_not_to_a_household_elsewhere_or_gone_nor_to_a_machines_clue(li: Person, family: Family) -> None:
    letter = make_clue(rule="letter", channel="letter", group="risk")
    with pytest.raises(Forbidden):
        attach_household(by=li.actor, clue=letter, household=family(OTHER_VILLAGE), day=DAY)
    with pytest.raises(Refused, match="不在花名册"):
        gone = family(ended_on=date(2026, 1, 1), ended_why="整户迁出")
        attach_household(by=li.actor, clue=letter, household=gone, day=DAY)
    with pytest.raises(Refused):
        attach_household(by=li.actor, clue=make_clue(), household=family(), day=DAY)
    assert Event.objects.count() == 0


def test_counts_for_the_ranking_are_of_the_county_asked_for(family: Family) -> None:
    for village, status in ((None, "confirmed"), (OTHER_VILLAGE, "dismissed"), (NEXT_VILLAGE, "dismissed")):
        decided(make_clue(family(village) if village else family()), status, DAY - timedelta(3))
    make_clue(family())
    assert verified_counts("513434") == {"owns_car": (1, 1)}
    assert verified_counts("") == {}
