"""How a clue's evidence opens: which lines of which table a field of it names."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.findings.screening.rule import reads, rules

_TABLES: Mapping[str, str] = MappingProxyType(
    {
        "income": "income_line",
        "head": "member",
        "firm": "firm_part",
        "grant": "school_grant",
        "tekun_payment": "payment",
    }
)
"""By the beginning of the field's name, where it is not the table's own."""


class Rows(NamedTuple):
    """Lines of one table, in the numbers that Excel shows; none where the rule found nothing there."""

    table: str
    file: str
    lines: tuple[int, ...]


def table_of(field: str) -> str:
    """The table whose lines ``vehicle_lines`` holds; '' for a field that holds none."""
    for ending in ("_lines_before", "_lines", "_line"):
        if field.endswith(ending):
            name = field.removesuffix(ending)
            return _TABLES.get(name, name if name in BY_NAME else "")
    return ""


def opened(rule: str, evidence: Mapping[str, Any]) -> list[Rows]:
    """The lines that a clue rests on, and the tables that the rule read and found no line in."""
    found: dict[str, set[int]] = {}
    if rule in rules():
        found = {table: set() for table in reads(rules()[rule])}
    for field, value in evidence.items():
        if table := table_of(field):
            lines = value if isinstance(value, list) else [value]
            found.setdefault(table, set()).update(line for line in lines if isinstance(line, int))
    return [Rows(table, BY_NAME[table].file, tuple(sorted(lines))) for table, lines in found.items()]


def values(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The other fields as (name, value), in the names that the rule's page gives."""
    return [
        (field, "、".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value))
        for field, value in evidence.items()
        if not table_of(field)
    ]
