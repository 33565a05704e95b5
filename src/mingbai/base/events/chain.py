"""The chain of events: how each row's hash is made, and what a check of it finds. Plain: anybody can redo it."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

START = "sha256$" + "0" * 64
"""What the first event has for the hash before it."""

# Made once: a million events are hashed one after the other.
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Written(NamedTuple):
    """An event's content in the order in which it is hashed."""

    at: datetime
    day: date
    by: str
    by_shown: str
    verb: str
    subject: str
    place: str
    said: str
    why: str
    changed: str


def canonical(changed: Any) -> str:
    """JSON with sorted keys and no blanks; days and money as text."""
    return json.dumps(changed, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def digest(event: Written) -> bytes:
    """The digest of an event's own content, before it is chained: can be worked out before the lock is taken."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [at, event.day.isoformat(), *event[2:]]
    return hashlib.sha256(_compact(fields).encode()).digest()


def chained(previous: str, content: bytes) -> str:
    """The hash of an event from the hash before it and its own digest."""
    return "sha256$" + hashlib.sha256(previous.encode() + content).hexdigest()


def breaks(rows: Iterable[tuple[int, Written, str, str]], before: str = START) -> Iterator[int]:
    """The numbers of the rows (number, content, previous, hash) whose content does not make their hash, or that do
    not follow the row before."""
    for number, written, previous, stored in rows:
        if previous != before or chained(previous, digest(written)) != stored:
            yield number
        before = stored


def _plain(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} has no place in an event")
