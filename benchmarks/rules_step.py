"""The rules step three times over, on the same typed tables in memory: ours, SQL by hand, pandas.

`python rules_step.py WHICH TYPED` (ours, by_hand or pandas; TYPED is what `python rules_step.py type FOLDER TYPED`
made) prints one line of JSON: the seconds of the step, the peak memory, and of every rule a digest of what it found.
"""

import hashlib
import json
import re
import resource
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

CPU=[0.0]
DAY = date(2026, 6, 30)
BY_HAND = Path(__file__).with_name("by_hand.sql")
Found = dict[str, list[tuple[object, ...]]]


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


def ours(typed: Path) -> tuple[float, Found, dict[str, float]]:
    """Our engine: `prepare`, then `run_rule` of each yardstick rule."""
    from mingbai.base.standards import standards
    from mingbai.findings.screening import engine, run
    from mingbai.findings.screening.rule import rules

    yardstick = [rules()[code] for code in by_hand_rules() if code]
    con = loaded(typed, run.connect())
    parts: dict[str, float] = {}
    began = last = time.perf_counter()
    CPU[0] = -time.process_time()
    engine.prepare(con, DAY, standards.at(DAY, ""), standards.by_year(engine.LINE, range(2021, 2027), ""), yardstick)
    parts["prepare"] = time.perf_counter() - last
    found: Found = {}
    if hasattr(engine,"run_rules"):
      for rule, rows in engine.run_rules(con, yardstick): found[rule.code] = list(rows)
    else:
     for rule in yardstick:
        last = time.perf_counter()
        found[rule.code] = list(engine.run_rule(con, rule))
        parts[rule.code] = time.perf_counter() - last
    CPU[0] += time.process_time()
    return time.perf_counter() - began, found, parts


def by_hand(typed: Path) -> tuple[float, Found, dict[str, float]]:
    """by_hand.sql, fetched to the end."""
    con = loaded(typed, duckdb.connect())
    parts: dict[str, float] = {}
    found: Found = {}
    began = time.perf_counter()
    CPU[0] = -time.process_time()
    for code, sql in by_hand_rules().items():
        last = time.perf_counter()
        rows = con.execute(sql)
        if code:
            found[code] = rows.fetchall()
        parts[code or "prepare"] = time.perf_counter() - last
    CPU[0] += time.process_time()
    return time.perf_counter() - began, found, parts


def with_pandas(typed: Path) -> tuple[float, Found, dict[str, float]]:
    """pandas_rules.py, on DataFrames in memory."""
    import pandas_rules

    frames = pandas_rules.frames(loaded(typed, duckdb.connect()))
    parts: dict[str, float] = {}
    began = time.perf_counter()
    CPU[0] = -time.process_time()
    shared = pandas_rules.prepare(frames)
    parts["prepare"] = time.perf_counter() - began
    results = {}
    for code, rule in pandas_rules.RULES.items():
        last = time.perf_counter()
        results[code] = rule(shared)
        parts[code] = time.perf_counter() - last
    seconds = time.perf_counter() - began
    CPU[0] += time.process_time()
    return seconds, {code: [(subject,) for subject in found.index] for code, found in results.items()}, parts


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


def _said(seconds: float, found: Found, parts: dict[str, float], *, whole: bool) -> Iterator[tuple[str, object]]:
    yield "seconds", seconds
    yield "cpu", CPU[0]
    yield "peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    yield "parts", {name: round(part, 4) for name, part in parts.items()}
    yield "found", {code: len(rows) for code, rows in found.items()}
    yield "subjects", {code: subjects(rows) for code, rows in found.items()}
    yield "evidence", {code: evidence(rows) for code, rows in found.items()} if whole else {}


def main(which: str, *paths: str) -> None:
    """Runs one of the three and prints what it took."""
    if which == "type":
        type_folder(*map(Path, paths))
        return
    step = {"ours": ours, "by_hand": by_hand, "pandas": with_pandas}[which]
    print(json.dumps(dict(_said(*step(Path(paths[0])), whole=which != "pandas"))))


if __name__ == "__main__":
    main(*sys.argv[1:])
