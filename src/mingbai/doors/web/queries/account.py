"""The sheet of the account page: groups, items and rows to fill in, and what came back from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from mingbai.base.lib.errors import Refused
from mingbai.base.standards import standards as policy
from mingbai.base.standards.reading import Number
from mingbai.doors.web.queries.account_words import GROUPS, RATIOS, SOURCES
from mingbai.doors.web.queries.account_words import ITEMS as WORDS
from mingbai.facts.income import entry
from mingbai.facts.income.models import HouseholdAccount


@dataclass
class Row:
    """One line on the sheet: as stored, or as it was typed where it could not be taken."""

    place: int
    item: str
    amount: str = ""
    source: str = "said"
    who: str = ""
    note: str = ""
    is_fixed: bool = False
    is_dropped: bool = False
    fault: str = ""
    dispute: str = ""
    ratios: Sequence[tuple[str, str]] = ()

    @property
    def source_word(self) -> str:
        return str(SOURCES[self.source])


@dataclass
class Typed:
    """What came from the sheet: entries that could be read, faults by place, places to drop, and every row as typed."""

    entries: list[entry.Entry] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    rows: dict[int, Row] = field(default_factory=dict)


def sheet(
    account: HouseholdAccount, before: HouseholdAccount | None, ratios: Mapping[str, Decimal], typed: Typed | None
) -> list[dict[str, Any]]:
    """The groups A to E with their items and rows: an empty row where an item has none yet."""
    past: dict[str, Decimal] = {}
    for line in before.lines.all() if before else ():
        past[entry.base(line.item)] = past.get(entry.base(line.item), Decimal(0)) + line.amount
    rows = _rows(account, ratios, typed)
    groups = []
    for letter, (title, ask) in GROUPS.items():
        items = []
        for code in entry.BASES:
            mine = rows.get(code, [])
            if code[0] != letter or (code == "D5" and not mine):
                continue
            items.append(
                {"code": code, "title": str(WORDS[code][0]), "ask": str(WORDS[code][1]),
                 "rows": mine or [Row(entry.first_place(code), code, ratios=ratio_buttons(code, ratios))],
                 "before": past.get(code), "is_filled": bool(mine)}
            )  # fmt: skip
        groups.append({"letter": letter, "title": str(title), "ask": str(ask), "items": items})
    return groups


def read_sheet(posted: Mapping[str, str]) -> Typed:
    """The sheet as it was posted. Nothing is refused here: every fault stands beside its row."""
    typed = Typed()
    for name in posted:
        kind, _dash, number = name.partition("-")
        if not number.isdecimal() or len(number) > 5:
            continue
        place = int(number)
        if kind == "drop":
            typed.dropped.add(place)
        if kind != "amount":
            continue
        row = Row(
            place, posted.get(f"item-{place}", "").upper(), posted[name], posted.get(f"source-{place}", "said"),
            posted.get(f"who-{place}", ""), posted.get(f"note-{place}", ""),
        )  # fmt: skip
        typed.rows[place] = row
        try:
            amount = entry.yuan(row.amount)
        except Refused as refused:
            row.fault = typed.faults[place] = refused.reasons[0]
            continue
        if amount is not None:
            typed.entries.append(entry.Entry(place, row.item, amount, row.source, row.who, row.note))
    return typed


def offered_ratios(day: date, place: str, own: Sequence[Number]) -> dict[str, Decimal]:
    """The cost ratios that the place has, by the number's name."""
    numbers = policy.at(day, place, own)
    values = {name: numbers[name].value for name in RATIOS if name in numbers}
    return {name: value for name, value in values.items() if isinstance(value, Decimal)}


def ratio_buttons(item: str, ratios: Mapping[str, Decimal]) -> list[tuple[str, str]]:
    """The ratios by which the costs of an item may be estimated here: (name, words)."""
    names = entry.RATIOS.get(entry.base(item), ())
    return [(name, f"{RATIOS[name]} {ratios[name]:.0%}") for name in names if name in ratios]


def _rows(account: HouseholdAccount, ratios: Mapping[str, Decimal], typed: Typed | None) -> dict[str, list[Row]]:
    """The rows of each item: as stored, overlaid by what was typed and could not be saved."""
    rows: dict[int, Row] = {}
    for line in account.lines.all():
        rows[line.position] = Row(
            line.position, line.item, f"{line.amount}", line.source, line.source_note, line.note,
            line.source == "bureau" or line.rests_on_id is not None, dispute=line.dispute,
        )  # fmt: skip
    for place, row in typed.rows.items() if typed else ():
        if entry.is_item(row.item) and not (place in rows and rows[place].is_fixed):
            row.dispute = rows[place].dispute if place in rows else ""
            row.source = row.source if row.source in entry.SAID_BY_HAND else "said"
            rows[place] = row
    for place in typed.dropped if typed else ():
        if place in rows:
            rows[place].is_dropped = True
    found: dict[str, list[Row]] = {}
    for _place, row in sorted(rows.items()):
        base = entry.base(row.item)
        row.ratios = [] if row.is_fixed else ratio_buttons(row.item, ratios)
        found.setdefault(base, []).append(row)
    return found
