"""What others changed on a household since somebody opened its form."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from mingbai.base.events.models import Event
from mingbai.base.lib.resident_id import masked
from mingbai.facts.registry.models import Household
from mingbai.facts.registry.replay import State, fold
from mingbai.facts.registry.snapshot import HIDDEN, HOUSEHOLD_LABELS, MEMBER_LABELS


@dataclass(frozen=True)
class Change:
    """One field that somebody else changed, in words."""

    whose: str
    """'' for the household's own, else the member's name."""
    label: str
    old: str
    new: str
    by: str


def newest_event(household: Household) -> int:
    """The number of the household's newest event: what a form has seen; 0 where there is none."""
    found = Event.objects.filter(subject=f"household:{household.household_id}").order_by("-id")
    return found.values_list("id", flat=True).first() or 0


def changed_since(household: Household, seen: int) -> list[Change]:
    """The registry's changes of the household after event `seen`, field by field, with who made them."""
    code = household.household_id
    events = Event.objects.filter(subject=f"household:{code}", verb__startswith="registry.").order_by("id")
    found: list[Change] = []
    told: list[dict[str, Any]] = []
    for event in events:
        before = fold(code, told) if event.id > seen else State()
        told.append(json.loads(event.changed))
        if event.id > seen:
            found += _told(before, fold(code, told), event.by_shown)
    return found


def _told(before: State, after: State, by: str) -> list[Change]:
    found = [
        one
        for name, label in HOUSEHOLD_LABELS.items()
        if (one := _change("", name, label, before.household.get(name, ""), after.household.get(name, ""), by))
    ]
    for person in {**before.members, **after.members}:
        was, now = before.members.get(person, {}), after.members.get(person, {})
        who = now.get("name") or was.get("name", person)
        for name, label in MEMBER_LABELS.items():
            if one := _change(who, name, label, was.get(name, ""), now.get(name, ""), by):
                found.append(one)
    return found


def _change(whose: str, name: str, label: str, was: str, now: str, by: str) -> Change | None:
    if name in HIDDEN or name == "id_hidden":
        was, now = settings.KEYS.open(was), settings.KEYS.open(now)
    if was == now:
        return None
    # Two IDs may look alike once masked: that they differ is what counts.
    return Change(whose, label, *((masked(was), masked(now)) if name == "id_hidden" else (was, now)), by)
