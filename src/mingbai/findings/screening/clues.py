"""A clue: what a rule raised, about whom, on what evidence. The JSON of evidence is put together here only."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from mingbai.base.lib.resident_id import without_ids
from mingbai.findings.screening.engine import plain_number
from mingbai.findings.screening.rule import Rule

_Plain = str | int | bool | Decimal | None
Value = _Plain | list[_Plain]


class Clue(NamedTuple):
    """One clue, in the columns of clues.csv. Sorted by rule, then subject."""

    rule: str
    subject_kind: str
    subject_id: str
    household_id: str
    village: str
    evidence: str
    question: str
    clue_key: str


@dataclass(frozen=True)
class Raised:
    """A clue with its evidence still as values, for sentences."""

    clue: Clue
    evidence: dict[str, Value]
    fires: bool = True


def collect(rule: Rule, rows: Iterable[tuple[object, ...]]) -> Iterator[Raised]:
    """Clues of one rule from rows of `engine.raised`."""
    names = rule.evidence
    for subject, key, *rest in rows:
        evidence = {
            # Nothing to list is an empty list, whether an outer join found nothing or an array held nothing.
            name: [] if value is None and name.endswith("_lines") else plain(value)
            for name, value in zip(names, rest, strict=False)
        }
        household, village, *fires = rest[len(names) :]
        clue = Clue(
            rule.code, rule.subject, str(subject), str(household or ""), str(village or ""), as_json(evidence),
            rule.head["ask"], _key(key),
        )  # fmt: skip
        yield Raised(clue, evidence, bool(fires[0]) if fires else True)


def plain(value: object) -> Value:
    """A value as evidence holds it: lists sorted and without gaps, days as text, nothing that reads like an ID."""
    if isinstance(value, list):
        items = [one for one in map(plain, value) if one is not None and not isinstance(one, list)]
        return sorted(set(items), key=_order)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, float):
        raise TypeError("evidence is never a binary fraction: declare the column DECIMAL")
    if isinstance(value, str):
        return without_ids(value.strip("、"))
    assert value is None or isinstance(value, (bool, int))
    return value


def as_json(evidence: dict[str, Value]) -> str:
    """The evidence as JSON; money keeps its two decimals and is never a binary fraction on the way."""
    return "{" + ", ".join(f'"{name}": {_json(value)}' for name, value in evidence.items()) + "}"


def sentence(rule: Rule, evidence: dict[str, Value]) -> str:
    """The evidence as a sentence for people."""
    said = rule.head["says"].format(**{name: _said(value) for name, value in evidence.items()})
    return said.replace("第 无 行", "没有这样的行")


def _order(value: _Plain) -> tuple[str, int | Decimal | str]:
    return ("text", value) if isinstance(value, str) else ("number", value or 0)


def _json(value: Value) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value, ensure_ascii=False)


def _said(value: Value) -> str:
    if isinstance(value, list):
        shown = "、".join(map(_said, value[:12]))
        more = f" 等 {len(value)}" + ("" if isinstance(value[0], int) else " 项") if len(value) > 12 else ""
        return shown + more or "无"
    if value is None:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _key(value: object) -> str:
    """What would make it a new matter; several things are named together."""
    found = plain(value)
    if isinstance(found, list):
        return "+".join(_said(one) for one in found)
    return "" if found is None else _said(found)
