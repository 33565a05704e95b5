"""A household's state from its history: the events folded in the order in which they were written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mingbai.base.lib.resident_id import birth_date, masked
from mingbai.facts.registry.snapshot import HIDDEN, HOUSEHOLD, MEMBER


@dataclass
class State:
    """A household as its events tell it. Values are text as in the events: phone, health and ID still hidden."""

    household: dict[str, str] = field(default_factory=dict)
    """Only fields that some event named; empty: no event knows the household."""
    members: dict[str, dict[str, str]] = field(default_factory=dict)
    """By person id: those whose household it is, the dead and the departed too (`left_on`)."""


def fold(household_id: str, changes: Iterable[Mapping[str, Any]]) -> State:
    """The state after `changes`: the `changed` of the registry's events of one household, oldest first.

    A member whose field ``household`` names another one has gone there; whoever comes from elsewhere comes with all
    their fields. Parts that are no state (a number, a form's mark) are passed over.
    """
    state = State()
    for change in changes:
        state.household |= _named(change.get("household"), HOUSEHOLD)
        told = change.get("members")
        for person, fields in told.items() if isinstance(told, Mapping) else ():
            state.members.setdefault(person, {}).update(_named(fields, MEMBER))
        for person in [p for p, m in state.members.items() if m.get("household", household_id) != household_id]:
            del state.members[person]
    return state


def _named(fields: object, names: tuple[str, ...]) -> dict[str, str]:
    if not isinstance(fields, Mapping):
        return {}
    return {name: "" if fields[name] is None else str(fields[name]) for name in names if name in fields}


@dataclass(frozen=True)
class Past:
    """A household as it was, for reading: hidden fields opened, IDs masked."""

    household: Mapping[str, str]
    members: tuple[tuple[str, Mapping[str, str]], ...]
    """Person id and fields of those who lived in it then, head first."""
    departed: tuple[tuple[str, Mapping[str, str]], ...]


def past(state: State, day: date, reveal: Callable[[str], str]) -> Past | None:
    """The state for a page, as of `day`; None where there was no such household yet. `reveal` opens hidden text."""
    if not state.household.get("village"):
        return None
    shown = {person: _shown(fields, reveal) for person, fields in state.members.items() if fields.get("name")}
    here = {p: m for p, m in shown.items() if not m.get("left_on") or m["left_on"] > day.isoformat()}
    order = sorted(here.items(), key=lambda one: (one[1].get("relation") != "户主", one[0]))
    gone = sorted((p, m) for p, m in shown.items() if p not in here)
    return Past(_shown(state.household, reveal), tuple(order), tuple(gone))


def _shown(fields: Mapping[str, str], reveal: Callable[[str], str]) -> dict[str, str]:
    found = {name: reveal(value) if name in HIDDEN else value for name, value in fields.items() if name != "id_hidden"}
    number = reveal(fields.get("id_hidden", ""))
    born = birth_date(number) if number else None
    found["id_masked"] = masked(number)
    found["birth"] = born.isoformat() if born else fields.get("birth", "")
    return found
