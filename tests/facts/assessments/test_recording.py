"""Writing down what a visit found: once, by whoever may, and never over what stood there."""

import json
import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from characters import COUNTY, DAY, NEXT_COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person, invented_id
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.facts.assessments import actions
from mingbai.facts.assessments.guarantees import Word
from mingbai.facts.assessments.models import Finding, Wording
from mingbai.facts.assessments.queries import wordings
from mingbai.facts.registry.models import Household

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]


def record(by: Person, household: Household, *words: Word, source: str = "visit", said_on: date = DAY) -> int:
    return actions.record_many(
        by=by.actor, household=household, words=words, source=source, said_on=said_on, day=DAY
    )  # fmt: skip


def test_a_visit_is_written_down_with_one_event(li: Person, family: Family) -> None:
    home = family(VILLAGE, size=3)
    child = home.members.get(person_id=f"{home.household_id}03")
    new = record(
        li, home, Word("housing", "", "unmet", note="东墙裂了"), Word("medical", child.person_id, "met"),
        said_on=DAY - timedelta(days=1),
    )  # fmt: skip
    assert new == 2
    housing = Finding.objects.get(item="housing")
    assert (housing.state, housing.source, housing.day, housing.by, housing.note, housing.member) == (
        "unmet", "visit", DAY - timedelta(days=1), "official:li", "东墙裂了", None,
    )  # fmt: skip
    event = Event.objects.get()
    assert (event.verb, event.subject, event.place) == ("assessments.found", f"household:{home.household_id}", VILLAGE)
    assert event.said == f"入户看：住房未保障；{child.name}的看病有保障。"
    assert json.loads(event.changed)["guarantees"][0] == {"item": "housing", "member": "", "state": "unmet"}
    assert "东墙" not in event.changed + event.said


def test_the_same_form_sent_twice_does_one_thing(li: Person, family: Family) -> None:
    home = family(VILLAGE)
    assert record(li, home, Word("food", "", "met"), Word("housing", "", "met")) == 2
    assert record(li, home, Word("food", "", "met"), Word("housing", "", "met")) == 0
    assert (Finding.objects.count(), Event.objects.count()) == (2, 1)
    # One answer corrected on the same day is one new word, and the old one stays.
    assert record(li, home, Word("food", "", "unmet"), Word("housing", "", "met")) == 1
    assert list(Finding.objects.filter(item="food").order_by("id").values_list("state", flat=True)) == ["met", "unmet"]


def test_one_word_alone(li: Person, family: Family) -> None:
    home = family(VILLAGE)
    one = {"by": li.actor, "household": home, "item": "food", "state": "met", "source": "household"}
    assert actions.record(**one, said_on=DAY, day=DAY)
    assert not actions.record(**one, said_on=DAY, day=DAY)
    assert Event.objects.get().said == "户里说：吃有保障。"


@pytest.mark.parametrize("who", ["wang", "chen", "qian", "sun", "admin"])
def test_who_does_not_work_in_the_village_records_nothing(
    who: str, family: Family, request: pytest.FixtureRequest
) -> None:
    home = family(VILLAGE)
    with pytest.raises(Forbidden):
        record(request.getfixturevalue(who), home, Word("food", "", "met"))
    assert not Finding.objects.exists() and not Event.objects.exists()


def test_li_records_nothing_in_the_next_village(li: Person, family: Family) -> None:
    with pytest.raises(Forbidden):
        record(li, family(OTHER_VILLAGE), Word("food", "", "met"))


@pytest.mark.parametrize(
    ("words", "source", "said_on", "says"),
    [
        ([], "visit", DAY, "至少选一项"),
        ([Word("food", "", "met")], "insured", DAY, "谁说的"),
        ([Word("food", "", "met")], "visit", DAY + timedelta(days=1), "不能晚于今天"),
        ([Word("gold", "", "met")], "visit", DAY, "不认得"),
        ([Word("food", "", "splendid")], "visit", DAY, "不认得"),
        ([Word("medical", "9999", "met")], "visit", DAY, "不在这一户"),
        ([Word("medical", "", "met")], "visit", DAY, "家里某个人"),
        ([Word("food", "", "met", note="字" * 501)], "visit", DAY, "最长 500"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    words: list[Word], source: str, said_on: date, says: str, li: Person, family: Family
) -> None:
    home = family(VILLAGE)
    with pytest.raises(Refused, match=says):
        record(li, home, *words, source=source, said_on=said_on)
    assert not Finding.objects.exists() and not Event.objects.exists()


def test_every_reason_comes_at_once(li: Person, family: Family) -> None:
    with pytest.raises(Refused) as refusal:
        record(li, family(VILLAGE), Word("gold", "", "met"), source="hearsay", said_on=DAY + timedelta(days=9))
    assert len(refusal.value.reasons) == 3


def test_a_member_who_left_and_a_household_that_ended_are_not_recorded(li: Person, family: Family) -> None:
    home = family(VILLAGE, size=2)
    spouse = home.members.get(relation="配偶")
    spouse.left_on, spouse.left_why = DAY, "死亡"
    spouse.save()
    with pytest.raises(Refused, match="不在这一户"):
        record(li, home, Word("medical", spouse.person_id, "met"))
    gone = family(VILLAGE, ended_on=DAY, ended_why="整户迁出")
    with pytest.raises(Refused, match="不在花名册"):
        record(li, gone, Word("food", "", "met"))


def test_an_id_in_a_note_is_masked(li: Person, family: Family) -> None:
    number = invented_id(date(1980, 1, 1), "男", 7)
    record(li, family(VILLAGE), Word("housing", "", "met", note=f"房主 {number}"))
    assert number not in Finding.objects.get().note


@pytest.mark.parametrize("fields", [{"by": ""}, {"state": "splendid"}])
def test_the_database_keeps_the_promises(fields: dict[str, str], family: Family) -> None:
    home = family(VILLAGE)
    row = {"household": home, "village": VILLAGE, "item": "food", "state": "met", "source": "visit", "day": DAY,
           "by": "official:li", "by_shown": "李"}  # fmt: skip
    Finding.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.create(**row | fields)


def test_the_county_rewords_a_question(wang: Person) -> None:
    ask = "娃儿在哪里读书？学费交不交得起？"
    assert actions.reword(by=wang.actor, item="schooling", place=COUNTY, question=f" {ask} ", was="", day=DAY)
    assert wordings(VILLAGE, DAY)["schooling"].question == ask
    assert "schooling" not in wordings(VILLAGE, DAY - timedelta(days=1))
    assert not actions.reword(by=wang.actor, item="schooling", place=COUNTY, question=ask, was=ask, day=DAY)
    event = Event.objects.get()
    assert (event.verb, event.subject) == ("assessments.reworded", f"place:{COUNTY}") and ask in event.said


def test_the_second_who_rewords_is_told_what_changed(wang: Person) -> None:
    actions.reword(by=wang.actor, item="food", place=COUNTY, question="有没有饭吃？", was="", day=DAY)
    with pytest.raises(Changed, match="有没有饭吃"):
        actions.reword(by=wang.actor, item="food", place=COUNTY, question="饿不饿？", was="", day=DAY)
    actions.reword(by=wang.actor, item="food", place=COUNTY, question="", was="有没有饭吃？", day=DAY)
    assert wordings(COUNTY, DAY)["food"].question == ""
    assert Wording.objects.count() == 1 and Event.objects.count() == 2


def test_the_nearer_place_and_the_later_day_win(places: object) -> None:
    for place, since, question in (
        (COUNTY, date(2026, 1, 1), "旧"), (COUNTY, date(2026, 3, 1), "新"), (TOWNSHIP, date(2026, 2, 1), "镇"),
        (NEXT_COUNTY, date(2026, 5, 1), "邻县"),
    ):  # fmt: skip
        Wording.objects.create(item="food", place=place, since=since, question=question, by="official:wang")
    assert wordings(OTHER_VILLAGE, DAY)["food"].question == "镇"
    assert wordings(COUNTY, DAY)["food"].question == "新"
    assert wordings(COUNTY, date(2026, 2, 1))["food"].question == "旧"


@pytest.mark.parametrize("who", ["li", "zhao", "chen", "qian", "sun", "admin"])
def test_only_the_county_rewords(who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Forbidden):
        actions.reword(
            by=request.getfixturevalue(who).actor, item="food", place=COUNTY, question="?", was="", day=DAY
        )  # fmt: skip
    assert not Wording.objects.exists()


def test_an_unknown_item_or_an_endless_question_is_not_taken(wang: Person) -> None:
    with pytest.raises(Refused, match="没有这一项"):
        actions.reword(by=wang.actor, item="gold", place=COUNTY, question="?", was="", day=DAY)
    with pytest.raises(Refused, match="200"):
        actions.reword(by=wang.actor, item="food", place=COUNTY, question="字" * 201, was="", day=DAY)


def test_findings_follow_a_village_that_was_merged(li: Person, wang: Person, family: Family) -> None:
    record(li, family(VILLAGE), Word("food", "", "met"))
    with pytest.raises(Forbidden):
        actions.follow_village(by=li.actor, old=VILLAGE, new=OTHER_VILLAGE, day=DAY)
    assert actions.follow_village(by=wang.actor, old=VILLAGE, new=OTHER_VILLAGE, day=DAY) == 1
    assert Finding.objects.get().village == OTHER_VILLAGE


@pytest.mark.django_db(transaction=True)
def test_two_phones_at_once_write_one_visit(li: Person, family: Family) -> None:
    home = family(VILLAGE)
    start = threading.Barrier(2)
    counts: list[int] = []

    def send() -> None:
        try:
            start.wait()
            counts.append(record(li, home, Word("food", "", "met"), Word("clothing", "", "met")))
        finally:
            connection.close()

    phones = [threading.Thread(target=send) for _ in range(2)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()
    assert sorted(counts) == [0, 2]
    assert (Finding.objects.count(), Event.objects.count()) == (2, 1)
