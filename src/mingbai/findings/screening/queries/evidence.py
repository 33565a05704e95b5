"""What a clue rests on, opened down to the files and lines; and what became of it, line by line."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings

from mingbai.base.events.models import Event
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.queries import within
from mingbai.base.standards import standards
from mingbai.base.standards.queries import own_numbers
from mingbai.base.standards.standards import Standard, shown
from mingbai.facts.bureaus.models import Delivery
from mingbai.findings.screening import engine
from mingbai.findings.screening.models import Clue
from mingbai.findings.screening.opening import opened
from mingbai.findings.screening.rule import rules, standards_of

_READ = 300
"""Events of a household that are looked through for those of one clue."""


class Source(NamedTuple):
    """A table that the clue rests on: the file that was handed in, and its lines."""

    file: str
    delivery: Delivery | None
    lines: tuple[int, ...]


def sources(clue: Clue) -> list[Source]:
    """The tables, deliveries and lines of a clue from screening; none for a report of people. One query."""
    run = clue.last_seen_id or clue.screening_id
    rows = opened(clue.rule, clue.evidence) if clue.channel == "screening" else []
    if not rows:
        return []
    wanted = Delivery.objects.filter(screenings=run, table__in=[row.table for row in rows]) if run else ()
    named = {delivery.table: delivery for delivery in wanted}
    return [Source(row.file, named.get(row.table), row.lines) for row in rows]


def numbers_used(clue: Clue, lang: str = "zh") -> list[tuple[Standard, str]]:
    """The policy numbers that the rule compared with, as in force on the day of the screening, each with its value."""
    run = clue.last_seen or clue.screening
    if clue.rule not in rules() or run is None:
        return []
    own = own_numbers(clue.village)
    # A screening is run with the numbers of its county.
    found = dict(standards.at(run.day, run.place, own))
    year = clue.evidence.get("year")
    if isinstance(year, int) and (line := standards.by_year(engine.LINE, [year], run.place, own).get(year)):
        found[engine.LINE] = line
    return [
        (found[name], shown(found[name], "en" if lang == "en" else "zh"))
        for name in standards_of(rules()[clue.rule])
        if name in found
    ]


class Entry(NamedTuple):
    """A line of a clue's history."""

    at: date
    text: str
    why: str
    by: str
    tone: str


_TONES = {"screening.clue_dismissed": "met", "issues.found": "unmet", "screening.clue_sent_back": "overdue"}


def history(by: Actor, clue: Clue) -> list[Entry]:
    """What was done with a clue, the newest first. Words that the history hides open for who may read the clue."""
    subjects = [f"clue:{clue.pk}", *([f"household:{clue.household_id}"] if clue.household_id else [])]
    events = Event.objects.filter(within(by, Permission.EVENT_READ, "place"), subject__in=subjects).order_by("-id")
    entries = []
    for event in events[:_READ]:
        changed: Mapping[str, Any] = json.loads(event.changed)
        if changed.get("clue") == clue.pk:
            words = settings.KEYS.open(changed.get("words", ""))
            entries.append(Entry(event.day, event.said, words or event.why, event.by_shown, _TONES.get(event.verb, "")))
    return entries
