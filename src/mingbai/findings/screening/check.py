"""The warnings on an account while it is typed: the very rules of the screening, for one household, at once.

Only rules that need no more than the household, its members and its account: those of the group ``file``, and
low_income. The engine with its views is made once a thread and emptied between two questions.
"""

import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

import duckdb

from mingbai.base.standards import standards as policy
from mingbai.base.standards.reading import Number
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.facts.income.account import Line
from mingbai.findings.screening import engine
from mingbai.findings.screening.clues import collect, sentence
from mingbai.findings.screening.rule import GIVEN, Rule, reads, rules, standards_of

_AT_HAND = ("household", "member", "income_line")
# These ask for other households: one alone never fires them.
_OF_SEVERAL = ("copied_account", "same_phone")
# "；收入表第 3、4 行": numbers of rows say nothing to whoever has the account before them.
_ROWS = re.compile(r"[；，]?(收入表|户表|成员表)第 [^；，。]* 行")
_here = threading.local()


class Warning(NamedTuple):
    """One rule that fires: its code, what it saw in a sentence, and the question to put at the table."""

    rule: str
    sentence: str
    question: str


@cache
def checked_rules() -> tuple[Rule, ...]:
    """The rules that can be asked of one household with its account."""
    wanted = (r for r in rules().values() if r.head["group"] == "file" or r.code == "low_income")
    return tuple(r for r in wanted if r.code not in _OF_SEVERAL and set(reads(r)) <= set(_AT_HAND))


def check(
    household: Mapping[str, object],
    members: Sequence[Mapping[str, object]],
    lines: Mapping[int, Iterable[Line]],
    day: date,
    place: str,
    own: Sequence[Number] = (),
    *,
    account_only: bool = False,
) -> list[Warning]:
    """What the rules would say of a household and its account.

    Args:
        household: its row by the columns of the typed table (tables.py); what is missing is empty.
        members: their rows, likewise; ``person_key`` may be any text that tells two IDs apart.
        lines: the lines of each year: the year that is typed and the one before. The newest is judged.
        day: ages are those of this day.
        place: division code whose numbers apply.
        account_only: leaves out what the roster alone says; that does not change while an account is typed.
    """
    standards = dict(policy.at(day, place, own))
    con = _engine()
    given = engine.given(day, standards, policy.by_year(engine.LINE, lines, place, own))
    try:
        _fill(con, household, members, lines, given)
    except duckdb.Error:
        # The next question gets an engine of its own.
        _here.con = None
        raise
    found = []
    for rule in checked_rules():
        if account_only and "income_line" not in reads(rule):
            continue
        if any(name not in standards for name in standards_of(rule) if name != engine.LINE):
            continue
        for one in collect(rule, con.execute(f"EXECUTE ask_{rule.code}").fetchall()):
            found.append(Warning(rule.code, _ROWS.sub("", sentence(rule, one.evidence)), rule.head["ask"]))
    return found


def _fill(
    con: duckdb.DuckDBPyConnection,
    household: Mapping[str, object],
    members: Sequence[Mapping[str, object]],
    lines: Mapping[int, Iterable[Line]],
    given: dict[str, list[tuple[object, ...]]],
) -> None:
    """Puts one household's rows in place of the last one's."""
    # A year that has begun in October is judged though the calendar is not there yet.
    ((of_day, of_year, school_year),) = given["screening_day"]
    assert isinstance(of_year, int)
    given["screening_day"] = [(of_day, max(of_year, *lines, of_year), school_year)]
    rows = [
        {"line": one.line, "household_id": household["household_id"], "year": of, "item": one.item,
         "amount": one.amount, "note": one.note}
        for of, some in lines.items() for one in some
    ]  # fmt: skip
    # In few calls: after each of them this thread waits for the interpreter, behind other people's pages.
    con.execute("BEGIN; " + "; ".join(f"DELETE FROM arrived.{table}" for table in _AT_HAND))
    # The numbers are the same from one keystroke to the next.
    if getattr(_here, "given", None) != given:
        for name, cells in given.items():
            con.execute(f"DELETE FROM {name}")
            _put(con, name, tuple(GIVEN[name]), cells)
    for table, some in {"household": [household], "member": members, "income_line": rows}.items():
        names = tuple(name for name, _ in BY_NAME[table].typed)
        _put(con, f"arrived.{table}", names, [tuple(one.get(n) for n in names) for one in some])
    con.execute("; ".join(f"DELETE FROM {name}; EXECUTE fill_{name}" for name, _sql in _kept()) + "; COMMIT")
    _here.given = given


@cache
def _kept() -> tuple[tuple[str, str], ...]:
    """The views that several rules stand on, filled anew for every question: planned once, not once a rule."""
    return tuple((name, sql) for kind, name, sql in engine.preparation(checked_rules()) if kind == "TABLE")


def _put(con: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        row = f"({', '.join('?' * len(names))})"
        cells = [cell for one in rows for cell in one]
        con.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([row] * len(rows))}", cells)


def _engine() -> duckdb.DuckDBPyConnection:
    """This thread's engine, with empty tables and the views that the rules stand on."""
    con: duckdb.DuckDBPyConnection | None = getattr(_here, "con", None)
    if con is None:
        con = duckdb.connect(":memory:", config={"threads": 1})
        # A handful of rows: working out the best way would take longer than any way.
        con.execute("PRAGMA disable_optimizer")
        con.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'; CREATE SCHEMA arrived")
        for name, table in BY_NAME.items():
            con.execute(f"CREATE TABLE arrived.{name} ({', '.join(f'{c} {kind}' for c, kind in table.typed)})")
        for name, columns in GIVEN.items():
            con.execute(f"CREATE TABLE {name} ({', '.join(f'{c} {kind}' for c, kind in columns.items())})")
        for kind, name, sql in engine.preparation(checked_rules()):
            con.execute(f"CREATE {kind} {name} AS {sql}")
        # Planned once a thread: planning takes three times as long as a handful of rows.
        for name, sql in _kept():
            con.execute(f"PREPARE fill_{name} AS INSERT INTO {name} {sql}")
        for rule in checked_rules():
            con.execute(f"PREPARE ask_{rule.code} AS {engine.raised(rule)}")
        _here.con, _here.given = con, None
    return con
