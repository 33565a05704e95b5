"""Hundreds of thousands of events, prepared before the lock: the same chain as one by one."""

import json

import pytest
from django.db import transaction

from characters import DAY
from mingbai.base.events.actions import Told, append, forget, prepare, record
from mingbai.base.events.chain import Written, breaks
from mingbai.base.events.models import Event
from mingbai.base.lib.permissions import system

pytestmark = pytest.mark.django_db
BY = system("test")


def one(subject: str) -> None:
    record(by=BY, day=DAY, verb="test.done", subject=subject, place="513434", said="做了。", changed={"a": "1"})


def told(number: int) -> list[Told]:
    return [Told("test.many", f"household:{n}", "513434", f"第 {n} 户。", "因为", {"b": n}) for n in range(number)]


def test_prepared_events_follow_what_stands_there_and_are_followed() -> None:
    one("household:a")
    prepared = prepare(
        by=BY, day=DAY, told=[*told(30), Told("test.text", "household:x", "513434", "文", "", '{"c":"1"}')]
    )
    # Somebody else was quicker.
    one("household:b")
    with transaction.atomic():
        append(prepared)
    forget()
    one("household:c")
    events = list(Event.objects.order_by("id"))
    assert [e.verb for e in events] == ["test.done"] * 2 + ["test.many"] * 30 + ["test.text", "test.done"]
    rows = [
        (e.pk, Written(*(getattr(e, name) for name in Written._fields)), e.previous, e.hash)
        for e in events
    ]  # fmt: skip
    assert list(breaks(rows)) == []
    assert json.loads(events[2].changed) == {"b": 0} and events[32].changed == '{"c":"1"}'


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_nothing_is_appended() -> None:
    prepared = prepare(by=BY, day=DAY, told=told(2))
    with pytest.raises(transaction.TransactionManagementError):
        append(prepared)
    forget()
    assert not Event.objects.exists()
