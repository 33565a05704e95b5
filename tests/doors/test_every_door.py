"""Every door of the site, walked by everybody: who may look, and what the stranger from the next county never reads.

A new address that is not in DOORS fails the first test.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from characters import COUNTY, DAY, PEOPLE, VILLAGE, Person, person
from doors.world import World, build, clear
from mingbai.base.events.models import Event
from mingbai.base.staff.actions import make_token

pytestmark = pytest.mark.django_db

# One line an address: its name, what its arguments are in the world, then what each of seven people gets.
# y 200 · n 403 · - 404 · r 302 · x 405 (only sent, never looked at) · a 401 (asks for a token)
DOORS = (Path(__file__).parent / "doors.txt").read_text(encoding="utf-8")
STATUS = {"y": 200, "n": 403, "-": 404, "r": 302, "x": 405, "a": 401}
WORKERS = "li zhao wang chen qian sun admin".split()
OPEN = {"account_login", "account_logout", "account_inactive", "set_language", "api-v1:openapi-json", "api-v1:api-root",
        "mfa_authenticate"}  # fmt: skip
"""Doors that open without signing in, with nothing behind them about anybody."""
SENT = {
    "do": "assign", "to": "", "finding": "不属实，去看过。", "reason": "other", "why": "不该由我来改", "plan": "改一改", "text": "改好了",
    "version": "1", "kept": "yes", "place": COUNTY, "village": VILLAGE, "said": "反映吃水难", "channel": "hotline",
    "got_on": DAY.isoformat(), "nonce": "stranger", "state": "met", "table": "bill", "period": "2026-06",
    "on": DAY.isoformat(),
    "name": "改名", "question": "换一个问法", "settled": "theirs", "title": "新问题", "detail": "新问题", "level": "village",
    "format": "csv", "take": "theirs", "since": DAY.isoformat(), "value": "1", "document": "文件",
    "every_months": "1", "by_day": "5",
    "holder": "official:sun", "whom": "1", "signed_by": "孙", "way": "签字", "signed_on": DAY.isoformat(), "all": "",
}  # fmt: skip


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, prefix + (f"{pattern.namespace}:" if pattern.namespace else ""))
        else:
            yield f"{prefix}{pattern.name}"


def doors() -> dict[str, tuple[dict[str, str], str]]:
    """Name → (argument: what it is in the world, one letter a person)."""
    found = {}
    for line in DOORS.splitlines():
        if line.strip() and not line.startswith("#"):
            name, *arguments, letters = line.split()
            found[name] = (dict(pair.split("=") for pair in arguments), letters)
    return found


def address(name: str, arguments: dict[str, str], world: World) -> str:
    return reverse(name, kwargs={key: world.keys.get(value, value) for key, value in arguments.items()})


def text_of(answer: HttpResponseBase) -> str:
    """Everything that can be read in an answer, inside a workbook too."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    return content.decode("utf-8", "replace") + str(answer.headers)


def contents() -> dict[str, list[object]]:
    """All that is stored, by table, but for sign-ins and the history."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        # A job that Sun started for Sun's own county waits among the jobs.
        if model._meta.app_label not in ("sessions", "events", "django_tasks_database")
    }


@pytest.fixture
def world(places: object) -> Iterator[World]:
    yield build()
    clear()


@pytest.fixture
def everybody(world: World) -> dict[str, Person]:
    return {name: person(name) for name in PEOPLE}


def test_every_address_is_in_the_table_and_the_table_names_no_other() -> None:
    assert sorted(set(addresses())) == sorted(doors())


@pytest.mark.parametrize("who", range(7), ids=WORKERS)
def test_everybody_gets_what_their_post_allows(who: int, world: World, everybody: dict[str, Person]) -> None:
    client = everybody[WORKERS[who]].client
    wrong = {}
    for name, (arguments, letters) in doors().items():
        got = client.get(address(name, arguments, world)).status_code
        if got != STATUS[letters[who]]:
            wrong[name] = got
    assert wrong == {}


def test_nobody_gets_in_without_signing_in(world: World) -> None:
    wrong = {}
    for name, (arguments, _) in doors().items():
        for send in (Client().get, Client().post):
            answer = send(address(name, arguments, world))
            closed = answer.status_code in (401, 403, 404, 405) or (
                answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/login/")
            )
            if not closed and name not in OPEN:
                wrong[name] = answer.status_code
            # Its own address stands in where to come back to.
            asked = address(name, arguments, world)
            assert not [s for s in world.secrets if s in text_of(answer) and s not in asked], name
    assert wrong == {}


@pytest.mark.parametrize("stranger", ["sun", "chen", "admin"])
def test_a_stranger_reads_nothing_of_a_household(stranger: str, world: World, everybody: dict[str, Person]) -> None:
    client = everybody[stranger].client
    # Chen handed in that file himself.
    secrets = [s for s in world.secrets if not (stranger == "chen" and s == "结算鸬鹚")]
    asked = {
        "q": "杨鹮鹮", "place": VILLAGE, "village": VILLAGE, "household": world.keys["household_id"], "rule": "low_income",
        "status": "all", "year": "2026",
    }  # fmt: skip
    leaks = {}
    for name, (arguments, _) in doors().items():
        for query in ({}, asked, {"q": world.secrets[0]}, {"q": "10977700022"}, {"place": COUNTY}, {"after": "1"}):
            url = address(name, arguments, world)
            answer = client.get(url, query)
            # What was typed into a search box stands there again.
            if found := [s for s in secrets if s in text_of(answer) and s not in query.values() and s not in url]:
                leaks[name] = found
    assert leaks == {}


def test_a_stranger_changes_nothing_by_whatever_is_sent(world: World, everybody: dict[str, Person]) -> None:
    client = everybody["sun"].client
    before, last = contents(), Event.objects.latest("id").pk
    keys = {k: str(v) for k, v in world.keys.items()}
    sent = (
        SENT
        | keys
        | {"pick": [keys["clue"]], "ids": [keys["issue"]], "issue": [keys["issue"]], "clues": [keys["clue"]]}
    )
    answers = {}
    for name, (arguments, _) in doors().items():
        if name.startswith(("account_", "mfa_")) or name in ("staff:tokens", "set_language"):
            # One's own account: what is changed there is Sun's.
            continue
        url = address(name, arguments, world)
        answer = client.post(url, sent)
        answers[name] = answer.status_code
        assert not [s for s in world.secrets if s in text_of(answer) and s not in str(sent) and s not in url], name
        assert answer.status_code < 500, name
    assert contents() == before, answers
    assert not Event.objects.filter(pk__gt=last, place__startswith=COUNTY).exists()


def test_a_strangers_token_reads_nothing_of_ours(world: World, everybody: dict[str, Person]) -> None:
    sun = everybody["sun"]
    secret = make_token(by=sun.actor, official=sun.official, name="邻县", ends_on=DAY.replace(year=2027), day=DAY)
    headers = {"Authorization": f"Bearer {secret}"}
    for name, (arguments, _) in doors().items():
        if not name.startswith("api-"):
            continue
        for query in ("", f"?place={VILLAGE}", "?limit=200", f"?household_id={world.keys['household_id']}"):
            url = address(name, arguments, world)
            answer = Client().get(url + query, headers=headers)
            assert answer.status_code < 500, name
            assert not [s for s in world.secrets if s in text_of(answer) and s not in url + query], name


def test_the_walk_would_see_a_leak(world: World, everybody: dict[str, Person]) -> None:
    read: set[str] = set()
    for name, (arguments, _) in doors().items():
        text = text_of(everybody["wang"].client.get(address(name, arguments, world)))
        read |= {s for s in world.secrets if s in text}
    ids = set(world.secrets[:4])
    # Whoever may see reads nearly all of it; an ID in full nobody does.
    assert not read & ids
    assert len(read) >= 11, json.dumps(sorted(read), ensure_ascii=False)
