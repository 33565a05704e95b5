"""The rules step three times over, on the same typed tables in memory: ours, SQL by hand, pandas.

`python rules_step.py WHICH TYPED` (ours, by_hand or pandas; TYPED is what `python rules_step.py type FOLDER TYPED`
made) prints one line of JSON: the seconds of the step and of its parts, and of every rule digests of what it found.
"""

import hashlib
import json
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

DAY = date(2026, 6, 30)
BY_HAND = Path(__file__).with_name("by_hand.sql")
Found = dict[str, list[tuple[object, ...]]]


class Clock:
    """Seconds by the wall, by part; `cpu` is what the process used in all of them."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self.cpu = 0.0

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        began, cpu = time.perf_counter(), time.process_time()
        yield
        self.parts[name] = time.perf_counter() - began
        self.cpu += time.process_time() - cpu


def type_folder(folder: Path, typed: Path) -> None:
    """Reads a county folder once, so that all three start from the same tables."""
    from mingbai.facts.bureaus.read import read

    typed.unlink(missing_ok=True)
    with duckdb.connect(str(typed)) as con:
        read(con, folder)


def loaded(typed: Path, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The typed tables, copied into memory."""
    con.execute(f"ATTACH '{typed}' AS disk (READ_ONLY); CREATE SCHEMA arrived")
    names = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'disk'").fetchall()
    for (name,) in names:
        con.execute(f"CREATE TABLE arrived.{name} AS FROM disk.arrived.{name}")
    con.execute("DETACH disk")
    return con


def by_hand_rules() -> dict[str, str]:
    """The queries of by_hand.sql by rule; what comes before the first is under ''."""
    first, *parts = re.split(r"^-- rule: (\w+)\n", BY_HAND.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {"": first} | dict(zip(parts[::2], parts[1::2], strict=True))


def ours(typed: Path, clock: Clock) -> Found:
    """Our engine: `prepare`, then `run_rule` of each yardstick rule."""
    from mingbai.base.standards import standards
    from mingbai.findings.screening import engine, run
    from mingbai.findings.screening.rule import rules

    yardstick = [rules()[code] for code in by_hand_rules() if code]
    found: Found = {}
    with run.connect() as con:
        loaded(typed, con)
        with clock.part("prepare"):
            numbers, lines = standards.at(DAY, ""), standards.by_year(engine.LINE, range(2021, 2027), "")
            engine.prepare(con, DAY, numbers, lines, yardstick)
        for rule in yardstick:
            with clock.part(rule.code):
                found[rule.code] = list(engine.run_rule(con, rule))
    return found


def by_hand(typed: Path, clock: Clock) -> Found:
    """by_hand.sql, fetched to the end."""
    con = loaded(typed, duckdb.connect())
    found: Found = {}
    for code, sql in by_hand_rules().items():
        with clock.part(code or "prepare"):
            rows = con.execute(sql)
            if code:
                found[code] = rows.fetchall()
    return found


def with_pandas(typed: Path, clock: Clock) -> Found:
    """pandas_rules.py, on DataFrames in memory."""
    import pandas_rules

    frames = pandas_rules.frames(loaded(typed, duckdb.connect()))
    with clock.part("prepare"):
        shared = pandas_rules.prepare(frames)
    found: Found = {}
    for code, rule in pandas_rules.RULES.items():
        with clock.part(code):
            result = rule(shared)
        found[code] = [(subject,) for subject in result.index]
    return found


def subjects(rows: Iterable[Sequence[object]]) -> str:
    """A digest of who was found; raises where a subject comes twice."""
    every = [str(row[0]) for row in rows]
    assert len(set(every)) == len(every), "a subject twice"
    return _digest(sorted(every))


def evidence(rows: Iterable[Sequence[object]]) -> str:
    """A digest of all columns: lists as sets, numbers by value."""
    return _digest(sorted("|".join(map(_plain, row)) for row in rows))


def _plain(value: object) -> str:
    if isinstance(value, list):
        return "[" + ",".join(sorted({_plain(one) for one in value if one is not None})) + "]"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format(Decimal(value).normalize(), "f")
    return str(value)


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def main(which: str, *paths: str) -> None:
    """Runs one of the three and prints what it took."""
    if which == "type":
        type_folder(*map(Path, paths))
        return
    clock = Clock()
    found = {"ours": ours, "by_hand": by_hand, "pandas": with_pandas}[which](Path(paths[0]), clock)
    said = {
        "seconds": sum(clock.parts.values()),
        "cpu": clock.cpu,
        "parts": {name: round(part, 4) for name, part in clock.parts.items()},
        "found": {code: len(rows) for code, rows in found.items()},
        "subjects": {code: subjects(rows) for code, rows in found.items()},
        "evidence": {} if which == "pandas" else {code: evidence(rows) for code, rows in found.items()},
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
