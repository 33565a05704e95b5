"""Bad input at every door: odd addresses, odd fields. Never a 500, and never a change without its event.

Which fields a page reads is not listed here: the test listens to what is asked of the query and of the form.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.urls import NoReverseMatch
from django.utils.datastructures import MultiValueDict

from characters import COUNTY, DAY, OTHER_VILLAGE, VILLAGE, person
from doors.test_every_door import SENT, WORKERS, address, contents, doors
from doors.world import World, build, clear
from mingbai.base.events.models import Event
from mingbai.base.places.models import Place
from mingbai.base.staff.models import Official, Post, Token
from mingbai.facts.assessments.models import Finding
from mingbai.facts.bureaus.models import Delivery
from mingbai.facts.income.models import AccountLine
from mingbai.facts.registry.models import Household, Import, Member
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.models import Clue

pytestmark = pytest.mark.django_db

ODD = {
    "nul": "2026\x00",
    "digits": "9" * 5000,
    "beyond 64 bits": "9" * 19,
    "minus, in other digits": "-٣",
    "long": "长" * 10_000,
    "html, sql and controls": "<img src=x onerror=alert(1)>\"' OR 1=1 -- %s %(x)s {x}\x01\u202e\r\nX: y",
    "last day": "9999-12-31",
}
# Leaving and another password end the session that asks.
NOT_SENT = {"account_logout", "account_change_password"}


@contextmanager
def listening() -> Iterator[set[str]]:
    """The names that are asked of any query or form meanwhile."""
    heard: set[str] = set()
    inner = {name: getattr(MultiValueDict, name) for name in ("__getitem__", "getlist")}

    def hear(name: str) -> Callable[..., Any]:
        def asked(self: Any, key: Any, *more: Any, **named: Any) -> Any:
            # Other things are kept in such dictionaries too: the addresses themselves.
            if isinstance(self, QueryDict) and key != "csrfmiddlewaretoken":
                heard.add(key)
            return inner[name](self, key, *more, **named)

        return asked

    for name in inner:
        setattr(MultiValueDict, name, hear(name))
    try:
        yield heard
    finally:
        for name, was in inner.items():
            setattr(MultiValueDict, name, was)


@pytest.fixture
def world(places: object) -> Iterator[World]:
    yield build()
    clear()


def client_of(who: str) -> Client:
    client = person(who).client
    client.raise_request_exception = False
    return client


def plausible(world: World) -> dict[str, Any]:
    keys = {name: str(value) for name, value in world.keys.items()}
    return SENT | keys | {"pick": [keys["clue"]], "ids": [keys["issue"]], "clues": [keys["clue"]]}


def state() -> tuple[dict[str, list[object]], int]:
    return contents(), Event.objects.count()


def test_odd_questions_are_answered(world: World) -> None:
    clients = {who: client_of(who) for who in WORKERS}
    broken = []
    for name, (arguments, letters) in doors().items():
        if "y" not in letters:
            continue
        client, url = clients[WORKERS[letters.index("y")]], address(name, arguments, world)
        with listening() as heard:
            client.get(url)
        for label, odd in ODD.items():
            one_by_one = sorted(heard) if label in ("nul", "digits") else []
            for asked in (dict.fromkeys(heard, odd), *({field: odd} for field in one_by_one)):
                status = client.get(url, asked).status_code
                if status >= 500:
                    broken.append((name, label, sorted(asked)))
    assert broken == []


@pytest.mark.parametrize("who", ["li", "wang", "chen", "admin"])
def test_odd_forms_write_nothing_by_halves(world: World, who: str) -> None:
    client, good = client_of(who), plausible(world)
    broken: list[tuple[str, ...]] = []

    def send(url: str, name: str, label: str, typed: dict[str, Any]) -> int:
        status = client.post(url, typed).status_code
        if status >= 500:
            broken.append((name, label))
        return status

    for name, (arguments, _letters) in doors().items():
        url = address(name, arguments, world)
        with listening() as heard:
            status = send(url, name, "nothing", {})
        if name in NOT_SENT or status in (403, 404, 405):
            continue
        rows, events = state()
        for label, odd in ODD.items():
            send(url, name, label, dict.fromkeys(heard, odd))
        for turn, field in enumerate(sorted(heard)):
            label = ("nul", "digits")[turn % 2]
            send(url, name, f"{label} in {field}", good | {field: ODD[label]})
        now = state()
        if now[0] != rows and now[1] == events and not name.startswith(("account_", "mfa_")):
            broken.append((name, "changed without an event"))
    assert broken == []


@pytest.mark.parametrize("odd", ["a\x00b", "9" * 25, "<img src=x>", "长" * 300, "%s", "0"])
def test_an_odd_address_leads_nowhere(world: World, odd: str) -> None:
    clients = {who: client_of(who) for who in WORKERS}
    for name, (arguments, letters) in doors().items():
        client = clients[WORKERS[letters.index("y")] if "y" in letters else "wang"]
        for key in arguments:
            try:
                url = address(name, arguments | {key: odd}, world)
            except NoReverseMatch:
                continue
            for send in (client.get, client.post):
                assert 300 < send(url).status_code < 500, (name, key)


@pytest.mark.parametrize("year", ["0", "1", "9999", "10000", "9" * 25])
def test_no_account_of_an_odd_year(world: World, year: str) -> None:
    for client in (client_of("li"), client_of("wang")):
        url = f"/household/{world.keys['household_id']}/account/{year}/"
        for answer in (client.get(url), client.get(f"{url}slip/"), client.post(url, {"do": "begin"})):
            assert answer.status_code in (403, 404, 422)


def test_what_was_written_never_comes_back_as_a_page(world: World) -> None:
    # Straight into the tables, past every check: what a screen shows must be safe by itself.
    evil = "<img src=x onerror=alert(1)>"
    household = Household.objects.get()
    Household.objects.filter(pk=household.pk).update(head_name=evil, helper=evil, group_name=evil)
    Member.objects.update(name=evil, health=evil)
    Clue.objects.update(said=evil, question=evil)
    Issue.objects.update(title=evil, detail=evil, plan=evil)
    AccountLine.objects.update(note=evil)
    Delivery.objects.update(file_name=evil, notes=[evil])
    Import.objects.update(file_names=evil)
    Place.objects.filter(code=VILLAGE).update(name=evil)
    Official.objects.update(name=evil, unit=evil)
    Finding.objects.update(note=evil)
    shown = 0
    for name, (arguments, letters) in doors().items():
        for who in ("li", "wang", "admin"):
            if letters[WORKERS.index(who)] != "y":
                continue
            answer = client_of(who).get(address(name, arguments, world), {"q": evil})
            if "html" in answer.headers.get("content-type", ""):
                assert evil not in answer.content.decode(), name
                shown += "&lt;img src=x onerror" in answer.content.decode()
    assert shown > 20


def test_a_browser_keeps_no_page_about_anybody(world: World) -> None:
    for name, (arguments, letters) in doors().items():
        if "y" in letters and not name.startswith("api-"):
            answer = client_of(WORKERS[letters.index("y")]).get(address(name, arguments, world))
            assert "no-store" in answer.headers["cache-control"], name


def test_more_than_any_page_takes_is_not_even_read(places: object) -> None:
    for client in (Client(), client_of("wang")):
        for size in (str(200 << 20), "9" * 5000):
            answer = client.generic("POST", "/roster/imports/new/", b"x", CONTENT_LENGTH=size)
            assert answer.status_code == 413 and answer.headers["connection"] == "close"
            assert "没有收下" in answer.content.decode()
    answer = client_of("wang").post("/clues/report/", {f"f{n}": "" for n in range(5001)})
    assert answer.status_code == 400 and "没有收下" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("户.csv", b""),
        ("户.exe", b"MZ"),
        ("户.xlsx", b"\x89PNG and more"),
        ("户.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"),
        ("户.parquet", b"PAR1 and more PAR1"),
        ("../../../etc/<script>alert(1)<img src=x onerror=alert(1)>.csv", b"a,b\n1,2\n"),
        ("户\u202evsc.exe", b"a,b\n"),
        ("户.csv", b"\x00" * 5000),
        ("户.csv", b'"' + b"x" * 100_000),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(places: object, name: str, content: bytes) -> None:
    typed = {"table": "bill", "place": COUNTY, "period": "2026-06", "file": SimpleUploadedFile(name, content)}
    before = set(settings.HOME.rglob("*"))
    answer = client_of("chen").post("/deliveries/send/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and "「" in page and "<script>alert" not in page and "<img src=x" not in page
    assert set(settings.HOME.rglob("*")) == before
    assert not Delivery.objects.exists() and not Event.objects.exists()


def test_a_second_click_makes_no_second_key(places: object) -> None:
    client = client_of("li")
    typed = {"name": "台账", "ends_on": DAY.isoformat()}
    assert client.post("/people/tokens/", typed).status_code == 302
    again = client.post("/people/tokens/", typed)
    # The page after the second click is the one that is seen: the key of the first stands on it.
    assert again.status_code == 422 and "mb_" in again.content.decode()
    assert Token.objects.count() == 1


def test_a_refusal_never_leads_to_another_site(places: object) -> None:
    client = client_of("wang")
    answer = client.post("/clues/batch/", {"do": "x"}, headers={"referer": "https://evil.example/"})
    assert answer.status_code == 422 and "evil.example" not in answer.content.decode()
    sent = {"do": "x", "next": "https://evil.example/"}
    answer = client.post("/clues/batch/", sent, headers={"referer": "http://testserver/clues/"})
    assert answer.status_code == 302 and "evil" not in answer.headers["location"]


def test_whoever_decides_second_reads_what_the_other_wrote_and_what_they_wrote(places: object) -> None:
    li, zhao = client_of("li"), client_of("zhao")
    clue = build().keys["clue"]
    typed = {"version": 1, "reason": "other"}
    first = li.post(f"/clues/{clue}/dismiss/", typed | {"finding": "先到的人看过，不属实。"})
    assert first.status_code == 302
    late = zhao.post(f"/clues/{clue}/dismiss/", typed | {"finding": "后到的人写了很久的话。"})
    assert late.status_code == 409
    assert "先到的人看过" in late.content.decode() and "后到的人写了很久" in late.content.decode()
    sent = {"version": 1, "finding": "想确认属实的人写的话。"}
    page = zhao.post(f"/problems/confirm/{clue}/", sent, follow=True).content.decode()
    assert "先到的人看过" in page and "想确认属实的人写的话" in page


@pytest.mark.parametrize("who", ["li", "qian", "chen", "admin"])
def test_whoever_has_no_part_in_a_household_changes_nothing_of_it(world: World, who: str) -> None:
    # Li works in the village next door.
    Post.objects.filter(official=person("li").official).update(area=OTHER_VILLAGE)
    client, good = client_of(who), plausible(world)
    mine = {"screening:report", "screening:export", "issues:new", "issues:export", "web:person_do", "staff:tokens"}
    before, last, answers = contents(), Event.objects.latest("id").pk, {}
    for name, (arguments, _letters) in doors().items():
        # What is one's own work, and one's own account.
        if not name.startswith(("account_", "mfa_")) and name not in mine | {"set_language"}:
            answers[name] = client.post(address(name, arguments, world), good).status_code
    assert contents() == before, answers
    assert max(answers.values()) < 500
    touched = Event.objects.filter(pk__gt=last)
    assert not touched.filter(subject__startswith="household:").exists()
    assert not touched.filter(place__startswith=VILLAGE).exists()


def test_a_nul_is_in_no_form_and_names_nothing(world: World) -> None:
    client = client_of("wang")
    form = "application/x-www-form-urlencoded"
    assert client.post("/clues/batch/?status=%00", "do=assign&to=%00&pick=1", content_type=form).status_code == 400
    every, none = client.get("/clues/").content.decode(), client.get("/clues/?place=%00").content.decode()
    assert "杨鹮鹮" in every and "杨鹮鹮" not in none
