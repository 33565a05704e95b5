"""Bad input at every door: odd addresses, odd fields. Never a 500, and never a change without its event.

Which fields a page reads is not listed here: the test listens to what is asked of the query and of the form.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client
from django.utils.datastructures import MultiValueDict

from characters import person
from doors.test_every_door import SENT, WORKERS, address, contents, doors
from doors.world import World, build
from mingbai.base.events.models import Event

pytestmark = pytest.mark.django_db

ODD = {
    "nul": "2026\x00",
    "digits": "9" * 5000,
    "beyond 64 bits": "9" * 19,
    "minus": "-1",
    "other digits": "٣",
    "long": "长" * 10_000,
    "html": "<img src=x onerror=alert(1)>\"'",
    "sql": "' OR 1=1 -- %s %(x)s {x}",
    "last day": "9999-12-31",
    "control": "\x01\x1b\u202e\r\nX: y",
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
            if isinstance(key, str) and key != "csrfmiddlewaretoken":
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
def world(places: object) -> World:
    return build()


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
            for asked in ({field: odd for field in heard}, *({field: odd} for field in one_by_one)):
                status = client.get(url, asked).status_code
                if status >= 500:
                    broken.append((name, label, sorted(asked)))
    assert broken == []


@pytest.mark.parametrize("who", ["li", "zhao", "wang", "chen", "admin"])
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
            if label in ("nul", "digits"):
                for field in sorted(heard):
                    send(url, name, f"{label} in {field}", good | {field: odd})
        now = state()
        if now[0] != rows and now[1] == events and not name.startswith(("account_", "mfa_")):
            broken.append((name, "changed without an event"))
    assert broken == []
