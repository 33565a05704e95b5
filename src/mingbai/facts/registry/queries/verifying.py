"""The registry compared with its own history: every row must read as the events say."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import connection

from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.resident_id import birth_date
from mingbai.facts.registry.models import Household, Member
from mingbai.facts.registry.replay import State, fold
from mingbai.facts.registry.snapshot import HIDDEN, HOUSEHOLD, HOUSEHOLD_LABELS, MEMBER, MEMBER_LABELS, fields_of

_BATCH = 500


@dataclass(frozen=True)
class Mismatch:
    """A row of the registry that does not read as its history says. `person_id` '' means the household's own row."""

    household_id: str
    person_id: str
    fields: tuple[str, ...]
    """Chinese names of the fields; empty: the row is missing, or no event knows it."""
    kind: str
    """differs, missing (an event knows it, the table does not), unknown (the other way round)."""

    def sentence(self) -> str:
        """What is wrong, without showing any value."""
        who = f"户 {self.household_id}" + (f" 成员 {self.person_id}" if self.person_id else "")
        if self.kind == "missing":
            return f"{who}：历史里有，花名册里没有这一行。"
        if self.kind == "unknown":
            return f"{who}：花名册里有这一行，历史里没有登记过。"
        return f"{who}：{'、'.join(self.fields)}与历史不符。"


def mismatches() -> Iterator[Mismatch]:
    """Every row that differs from its history, in batches: memory does not grow with the county.

    Others may be writing meanwhile: whatever looks wrong is read again before it is reported.
    """
    last = 0
    while rows := list(Household.objects.filter(pk__gt=last).order_by("pk").values("pk", "household_id")[:_BATCH]):
        codes = [row["household_id"] for row in rows]
        doubtful = {one.household_id for one in _of(codes)}
        if doubtful:
            yield from _of(sorted(doubtful))
        last = rows[-1]["pk"]
    for code in _without_row():
        yield Mismatch(code, "", (), "missing")


def _of(codes: Sequence[str]) -> list[Mismatch]:
    """The mismatches of some households: one query for their rows, one for the members, one for the events."""
    homes = {row["household_id"]: row for row in Household.objects.filter(household_id__in=codes).values()}
    people: dict[str, list[Mapping[str, Any]]] = {code: [] for code in codes}
    for row in Member.objects.filter(household__household_id__in=codes).values(*_MEMBER_COLUMNS):
        people[row["household__household_id"]].append(row)
    found: list[Mismatch] = []
    told = _states(codes)
    for code in codes:
        if code in homes:
            found += _household(code, homes[code], people[code], told.get(code, State()))
    return found


_MEMBER_COLUMNS = (
    *(name for name in MEMBER if name != "household"),
    "person_id", "id_index", "id_valid", "household__household_id",
)  # fmt: skip


def _states(codes: Sequence[str]) -> dict[str, State]:
    subjects = [f"household:{code}" for code in codes]
    events = Event.objects.filter(subject__in=subjects, verb__startswith="registry.").order_by("subject", "id")
    rows = events.values_list("subject", "changed")
    return {
        subject.removeprefix("household:"): fold(
            subject.removeprefix("household:"), [json.loads(changed) for _, changed in group]
        )
        for subject, group in groupby(rows, key=lambda row: row[0])
    }


def _household(code: str, home: Mapping[str, Any], people: list[Mapping[str, Any]], state: State) -> list[Mismatch]:
    if not state.household:
        found = [Mismatch(code, "", (), "unknown")]
    else:
        wrong = _differing(fields_of(home, HOUSEHOLD), state.household, HOUSEHOLD)
        found = [Mismatch(code, "", tuple(HOUSEHOLD_LABELS[n] for n in wrong), "differs")] if wrong else []
    here = {str(row["person_id"]): row for row in people}
    for person in sorted({*here, *state.members}):
        if person not in here:
            found.append(Mismatch(code, person, (), "missing"))
        elif person not in state.members:
            found.append(Mismatch(code, person, (), "unknown"))
        elif wrong := _member(code, here[person], state.members[person]):
            found.append(Mismatch(code, person, tuple(wrong), "differs"))
    return found


def _member(code: str, row: Mapping[str, Any], told: dict[str, str]) -> list[str]:
    names = tuple(n for n in MEMBER if n not in ("household", "birth", "id_hidden"))
    wrong = [MEMBER_LABELS[n] for n in _differing(fields_of(row, names), told, names)]
    hidden = str(row["id_hidden"])
    try:
        number = settings.KEYS.open(hidden)
        # A new key hides anew without an event: what counts is the number.
        same = hidden == told.get("id_hidden", "") or number == settings.KEYS.open(told.get("id_hidden", ""))
    except (Refused, ValueError):
        return [*wrong, MEMBER_LABELS["id_hidden"]]
    if not same:
        return [*wrong, MEMBER_LABELS["id_hidden"]]
    born = birth_date(number)
    valid = born is not None
    if fields_of(row, ("birth",))["birth"] != (born.isoformat() if born else told.get("birth", "")):
        wrong.append(MEMBER_LABELS["birth"])
    indexed = str(row["id_index"])
    findable = indexed in settings.KEYS.indexes(number) if number and indexed else not valid and not indexed
    if bool(row["id_valid"]) != valid or not findable:
        wrong.append("证件号码的校验和查找")
    return wrong


def _differing(row: dict[str, str], told: dict[str, str], names: Sequence[str]) -> list[str]:
    return [name for name in names if not _same(name, row[name], told.get(name, ""))]


def _same(name: str, held: str, told: str) -> bool:
    if name in HIDDEN and told:
        try:
            told = settings.KEYS.open(told)
        except (Refused, ValueError):
            return False
    if held == told:
        return True
    if name != "months_worked":
        return False
    try:
        return Decimal(held) == Decimal(told)
    except InvalidOperation:
        return False


def _without_row() -> list[str]:
    """Codes of households that events tell of and the table does not have, the first thousand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT substr(e.subject, 11) FROM events_event e "
            "LEFT JOIN registry_household h ON h.household_id = substr(e.subject, 11) "
            "WHERE e.subject >= 'household:' AND e.subject < 'household;' AND e.verb >= 'registry.' "
            "AND e.verb < 'registry/' AND h.id IS NULL ORDER BY 1 LIMIT 1000"
        )
        return [code for (code,) in cursor.fetchall()]
