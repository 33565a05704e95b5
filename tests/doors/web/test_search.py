"""Search first, within one's area, and nothing for nothing."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters import OTHER_VILLAGE, Person
from mingbai.base.events.models import Event
from mingbai.base.lib import cipher
from mingbai.facts.registry.models import Household, Member
from mingbai.facts.registry.queries.households import MOST, find, kind_of

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "short"), ("3", "short"), ("34340", "short"), ("a", "short"), ("343400", "code"),
        ("N513434100200", "code"),
        ("n513434100200", "code"), ("13800001111", "phone"), ("杨", "name"), ("阿依 木呷", "name"), ("Ali", "name"),
        ("599901198003030018", "code"),
    ],
)  # fmt: skip
def test_what_is_asked_is_known_by_its_form(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_by_name_code_phone_and_id(li: Person, family: Family) -> None:
    home, _other = family(), family()
    wife = home.members.get(relation="配偶")
    wife.name, wife.phone = "阿依木呷", "13900001111"
    wife.save()
    number = settings.KEYS.open(wife.id_hidden)
    for asked in ("阿依", "阿依木呷", "13900001111", wife.person_id, number, f" {number[:6]} {number[6:].lower()} "):
        assert [m.person_id for m in find(li.actor, asked).matches] == [wife.person_id], asked
    assert {m.household.pk for m in find(li.actor, home.household_id).matches} == {home.pk}
    assert {m.household.pk for m in find(li.actor, home.phone).matches} == {home.pk}
    assert find(li.actor, "木呷").matches == []


def test_nothing_asked_finds_nothing(li: Person, family: Family) -> None:
    family()
    for asked in ("", " ", "%", "_", "a", "1"):
        assert not find(li.actor, asked).matches
    page = li.client.get("/search/").content.decode()
    assert "查谁？" in page and "/household/" not in page


def test_nobody_outside_the_area_is_found(li: Person, sun: Person, wang: Person, family: Family) -> None:
    there = family(OTHER_VILLAGE)
    member = there.members.get(relation="配偶")
    for asked in (member.name, member.person_id, there.household_id, there.phone, settings.KEYS.open(member.id_hidden)):
        assert not find(li.actor, asked).matches
        assert not find(sun.actor, asked).matches
        assert find(wang.actor, asked).matches
        for person in (li, sun):
            assert person.client.post("/search/", {"q": asked}, follow=True).context["rows"] == []


def test_who_reads_no_households_may_not_search(chen: Person, admin: Person) -> None:
    for person in (chen, admin):
        assert person.client.get("/search/?q=杨").status_code == 403


def test_an_id_found_is_shown_masked_and_stands_in_no_address(li: Person, family: Family) -> None:
    member = family().members.get(relation="配偶")
    number = settings.KEYS.open(member.id_hidden)
    answer = li.client.post("/search/", {"q": number})
    assert answer.status_code == 200
    assert f"{number[:6]}********{number[-4:]}" in answer.content.decode()
    assert "no-store" in answer["cache-control"]
    assert not Event.objects.exists()
    named = li.client.post("/search/", {"q": member.name})
    assert named.status_code == 302 and number not in named["location"]


def test_an_old_key_still_finds(li: Person, family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    member = family().members.get(relation="配偶")
    number = settings.KEYS.open(member.id_hidden)
    held = settings.KEYS
    newer = cipher.Keys("k002", {**held.keys, "k002": b"n" * 32})
    monkeypatch.setattr(settings, "KEYS", newer)
    assert [m.person_id for m in find(li.actor, number).matches] == [member.person_id]


def test_too_many_say_so(li: Person, wang: Person, family: Family) -> None:
    home = family()
    Member.objects.bulk_create(
        Member(person_id=f"x{n:03d}", household=home, name=f"沙马{n}", relation="其他") for n in range(MOST + 5)
    )
    for person in (li, wang):
        found = find(person.actor, "沙马")
        assert (len(found.matches), found.more) == (MOST, True)
        assert "只显示前 50 个" in person.client.get("/search/?q=沙马").content.decode()


def test_the_departed_stand_last(li: Person, family: Family) -> None:
    home = family(size=2)
    Member.objects.create(
        person_id="0", household=home, name="杨", relation="之父", left_why="死亡", left_on="2026-01-01"
    )  # fmt: skip
    assert [m.left_why for m in find(li.actor, "杨").matches][-1] == "死亡"


def test_as_many_queries_for_many_as_for_few(li: Person, wang: Person, family: Family) -> None:
    home = family()

    def count(person: Person) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert person.client.get("/search/?q=杨").status_code == 200
        return len(caught)

    few = [count(li), count(wang)]
    for _ in range(3):
        family(size=5)
    Member.objects.bulk_create(
        Member(person_id=f"x{n:03d}", household=home, name=f"杨{n}", relation="其他") for n in range(40)
    )
    assert [count(li), count(wang)] == few
