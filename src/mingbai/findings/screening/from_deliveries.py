"""A screening of what was delivered to a site: the same rules as for a folder, over the twins of named deliveries."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from mingbai.base.standards.reading import Number
from mingbai.base.standards.standards import Standard
from mingbai.facts.bureaus import twin
from mingbai.facts.bureaus.raw import Note
from mingbai.facts.bureaus.read import Counts, Reading
from mingbai.facts.bureaus.tables import BY_NAME, TABLES
from mingbai.findings.screening import engine
from mingbai.findings.screening.clues import Raised, Value, collect, sentence
from mingbai.findings.screening.rule import Rule, reads, rules
from mingbai.findings.screening.run import Run, in_force, prepare, report

LONGEST_KEY = 200
ROSTER = ("household", "member")

Tell = Callable[[str, int], None]
"""Told each step (a Chinese word that pages translate) and how much is done, in per cent."""


@dataclass(frozen=True)
class Arrived:
    """One delivery that a run uses. `path` is its twin, None where ``arrived.TABLE`` holds it already."""

    table: str
    number: int
    name: str
    sha256: str
    path: Path | None
    rows: int
    rejected: int = 0
    bad_cells: int = 0
    repeated: int = 0
    notes: tuple[str, ...] = ()


@dataclass
class Ran:
    """What a run found: `run` with its clues and report, the rules that ran, and the numbers in force."""

    run: Run
    able: list[Rule]
    standards: dict[str, Standard]


def screen(
    con: duckdb.DuckDBPyConnection,
    arrived: Sequence[Arrived],
    place: str,
    day: date,
    own: Sequence[Number],
    tell: Tell,
    *,
    invented: bool,
) -> Ran:
    """Runs every rule whose tables came. Our own tables stand in ``arrived`` of `con` already.

    Raises Refused where a twin cannot be read.
    """
    run = Run(day, place, _reading(con, arrived, tell), invented=invented)
    tell("整理", 40)
    standards, lines = in_force(con, day, place, own)
    able = prepare(con, run, standards, lines, lambda step: None)
    for done, rule in enumerate(able):
        tell("核对规则", 50 + 35 * done // len(able))
        run.raised += collect(rule, engine.run_rule(con, rule))
    run.raised.sort(key=lambda one: one.clue)
    run.report = report(con, run, able, standards, lines, {one.table: one.sha256 for one in arrived})
    run.report["deliveries"] = {one.table: one.number for one in arrived}
    return Ran(run, able, standards)


def classes(con: duckdb.DuckDBPyConnection, raised: Iterable[Raised]) -> dict[str, str]:
    """户类型 of the households that clues are about; '' where the roster has none."""
    wanted = sorted({one.clue.household_id for one in raised})
    rows = con.execute(
        "SELECT household_id, coalesce(household_class, '') FROM arrived.household "
        "WHERE household_id IN (SELECT unnest($ids))",
        {"ids": wanted},
    ).fetchall()
    return dict(rows)


def as_stored(evidence: dict[str, Value]) -> dict[str, Any]:
    """Evidence for a database's JSON: numbers with decimals as text, for JSON in Python knows binary fractions only."""
    return {name: _stored(value) for name, value in evidence.items()}


def key_of(one: Raised) -> tuple[str, str, str]:
    """What makes it the same clue in another run: rule, subject, key."""
    key = one.clue.clue_key
    if len(key) > LONGEST_KEY:
        # Somebody with thirty cars: the beginning for people, a digest so that it stays one matter.
        key = f"{key[: LONGEST_KEY - 33]}#{hashlib.sha256(key.encode()).hexdigest()[:32]}"
    return one.clue.rule, one.clue.subject_id, key


def resting_on(table: str) -> frozenset[str]:
    """Codes of the rules that rest on a table; the roster carries all."""
    return frozenset(code for code, rule in rules().items() if table in ROSTER or table in reads(rule))


def say(one: Raised) -> str:
    """The evidence in a sentence."""
    return sentence(rules()[one.clue.rule], one.evidence)


def _reading(con: duckdb.DuckDBPyConnection, arrived: Sequence[Arrived], tell: Tell) -> Reading:
    came = {one.table: one for one in arrived}
    reading = Reading()
    for done, table in enumerate(TABLES):
        one = came.get(table.name)
        tell("读取部门数据", 15 + 25 * done // len(TABLES))
        if one is None or one.path is not None:
            twin.load(con, BY_NAME[table.name], one.path if one else None)
        if one is not None:
            reading.counts[table.name] = Counts(
                one.name, one.rows, one.rejected, one.repeated, one.bad_cells, [Note(n, n) for n in one.notes]
            )
    return reading


def _stored(value: Value) -> Any:
    if isinstance(value, list):
        return [_stored(one) for one in value]
    return format(value, "f") if isinstance(value, Decimal) else value
