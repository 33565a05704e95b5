"""Writing the history. Called inside the transaction of the action that it tells of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from mingbai.base.events.chain import START, Written, canonical, chained, digest
from mingbai.base.events.models import Event
from mingbai.base.lib.filling import drop, fill
from mingbai.base.lib.permissions import Actor

_LOCK = 0x6D62
"""PostgreSQL's advisory lock of the chain: one writer at a time from here to the end of the transaction."""

_WAITING, _CHAIN = "event_waiting", "event_chain"


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


@dataclass(frozen=True)
class Prepared:
    """Many events all but chained: their contents wait in a temporary table of this connection."""

    at: datetime
    day: date
    by: Actor
    digests: Sequence[bytes]


def prepare(*, by: Actor, day: date, told: Iterable[Told]) -> Prepared:
    """Writes and digests the contents of hundreds of thousands of events before the transaction that `append` ends.

    What changed may come as text, canonical JSON already.
    """
    at = timezone.now()
    digests: list[bytes] = []

    def rows() -> Iterable[Sequence[str]]:
        for one in told:
            changed = one.changed if isinstance(one.changed, str) else canonical(one.changed)
            content = (one.verb, one.subject, one.place, one.said, one.why, changed)
            digests.append(digest(Written(at, day, by.name, by.shown, *content)))
            yield content

    fill(connection, _WAITING, ("verb", "subject", "place", "said", "why", "changed"), rows())
    return Prepared(at, day, by, digests)


def append(prepared: Prepared) -> None:
    """Chains prepared events and adds them; in the action's transaction, as its last write. `forget` afterwards."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event is written in the transaction of what it tells")
    hashes = [_head_locked()]
    for content in prepared.digests:
        hashes.append(chained(hashes[-1], content))
    fill(connection, _CHAIN, ("previous", "hash"), pairwise(hashes))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_event "
            "(at, day, by, by_shown, verb, subject, place, said, why, changed, previous, hash) "
            "SELECT %s, %s, %s, %s, w.verb, w.subject, w.place, w.said, w.why, w.changed, c.previous, c.hash "
            f"FROM {_WAITING} w JOIN {_CHAIN} c ON c.n = w.n ORDER BY w.n",
            [
                connection.ops.adapt_datetimefield_value(prepared.at),
                connection.ops.adapt_datefield_value(prepared.day),
                prepared.by.name,
                prepared.by.shown,
            ],
        )


def forget() -> None:
    """Removes what `prepare` and `append` left on this connection."""
    drop(connection, _WAITING, _CHAIN)


def _head_locked() -> str:
    # SQLite's transactions are IMMEDIATE, so whoever is here is alone already.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    return Event.objects.order_by("-id").values_list("hash", flat=True).first() or START
