"""Writing the history. Called inside the transaction of the action that it tells of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from mingbai.base.events.chain import START, Written, canonical, chained, digest
from mingbai.base.events.models import Event
from mingbai.base.lib.permissions import Actor

_LOCK = 0x6D62
"""PostgreSQL's advisory lock of the chain: one writer at a time from here to the end of the transaction."""


@dataclass(frozen=True)
class Told:
    """What an event says; who and when are given once for many."""

    verb: str
    subject: str
    place: str
    said: str
    why: str = ""
    changed: Any = field(default_factory=dict)


def record(
    *, by: Actor, day: date, verb: str, subject: str, place: str, said: str, why: str = "", changed: Any = None
) -> Event:
    """Adds one event to the chain. Must run in the action's transaction, after its other writes: on PostgreSQL the
    chain's lock is held from here to the commit."""
    return record_many(by=by, day=day, told=[Told(verb, subject, place, said, why, changed or {})])[0]


def record_many(*, by: Actor, day: date, told: Iterable[Told]) -> Sequence[Event]:
    """Adds many events, in order, in one go (an import, a night's escalation)."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event is written in the transaction of what it tells")
    at = timezone.now()
    # All that can be done before the lock is.
    drafts = [
        Written(at, day, by.name, by.shown, one.verb, one.subject, one.place, one.said, one.why, canonical(one.changed))
        for one in told
    ]
    digests = [digest(draft) for draft in drafts]
    previous = _head_locked()
    events = []
    for draft, content in zip(drafts, digests, strict=True):
        own = chained(previous, content)
        events.append(Event(**draft._asdict(), previous=previous, hash=own))
        previous = own
    return Event.objects.bulk_create(events, batch_size=2000)


def _head_locked() -> str:
    # SQLite's transactions are IMMEDIATE, so whoever is here is alone already.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    return Event.objects.order_by("-id").values_list("hash", flat=True).first() or START
