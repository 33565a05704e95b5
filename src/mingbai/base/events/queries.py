"""The history asked: what was done to a subject, who looked at whom, and whether the chain holds."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.db.models import Q, QuerySet

from mingbai.base.events.chain import START, Written, breaks
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission

_BATCH = 5000
_MOST_BREAKS = 20
_COLUMNS = ("id", *Written._fields, "previous", "hash")


class Head(NamedTuple):
    """The end of the chain at some time, kept outside the database: on paper, in a file."""

    number: int
    hash: str


@dataclass
class Checked:
    """What a check of the chain found. `breaks`: numbers of events that do not follow, the first twenty."""

    count: int = 0
    head: Head = field(default_factory=lambda: Head(0, START))
    breaks: list[int] = field(default_factory=list)
    kept: Head | None = None
    """The head kept outside, where one was given."""
    kept_found: bool = True
    """Whether the event of that number is there with that hash."""

    @property
    def whole(self) -> bool:
        return not self.breaks and self.kept_found


def check_chain(kept: Head | None = None) -> Checked:
    """Goes along the whole chain, in batches; compares with a head kept outside, without which a cut tail or a chain
    made anew from some event on cannot show."""
    found = Checked(kept=kept)
    found.breaks = list(islice(breaks(_counted(found)), _MOST_BREAKS))
    if len(found.breaks) == _MOST_BREAKS:
        # Enough is known; where the chain ends still has to be said.
        found.head = head()
        found.count = Event.objects.count()
    if kept is not None and kept.number:
        found.kept_found = Event.objects.filter(pk=kept.number, hash=kept.hash).exists()
    return found


def head() -> Head:
    """Number and hash of the newest event; 0 and the chain's start where there is none."""
    newest = Event.objects.order_by("-id").values_list("id", "hash").first()
    return Head(*newest) if newest else Head(0, START)


def write_head(path: Path, found: Head) -> None:
    """Keeps a head in a file, to be stored away from this machine."""
    path.write_text(json.dumps(found._asdict()) + "\n", "utf-8")


def read_head(path: Path) -> Head:
    """A head kept by `write_head`. Refused where the file is none."""
    try:
        held = json.loads(path.read_text("utf-8"))
        return Head(int(held["number"]), str(held["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(f"「{path.name}」不是明白账导出的校验点文件，或已损坏。") from None


def of_subject(subject: str, before: int | None = None) -> QuerySet[Event]:
    """The events of one subject, newest first; `before` an event's number for the next page."""
    found = Event.objects.filter(subject=subject).order_by("-id")
    return found if before is None else found.filter(id__lt=before)


def id_reveals(by: Actor, before: int | None = None) -> QuerySet[Event]:
    """Who looked at whose ID, newest first, in the areas where `by` reads the history."""
    inside = Q(pk__in=[])
    for area in by.areas(Permission.EVENT_READ):
        inside |= Q(place__gte=area, place__lt=area + ":")
    # The verb stands in the SQL itself: given as a parameter, SQLite would not see that the index of looks fits.
    looks = Event.objects.extra(where=["verb = 'registry.id_revealed'"])
    found = looks.filter(inside).order_by("-id")
    return found if before is None else found.filter(id__lt=before)


def _counted(found: Checked) -> Iterator[tuple[int, Written, str, str]]:
    last = 0
    # By number, not by a cursor held open: memory stays the same, and nobody who writes has to wait.
    while rows := list(Event.objects.filter(id__gt=last).order_by("id").values_list(*_COLUMNS)[:_BATCH]):
        for number, *content, previous, own in rows:
            found.count += 1
            found.head = Head(number, own)
            yield number, Written(*content), previous, own
        last = rows[-1][0]
