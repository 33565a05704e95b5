"""One screening of a county folder: read, build, run every rule that can run, and write the five files."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from mingbai.base.lib.errors import Refused
from mingbai.base.standards import standards as policy
from mingbai.base.standards.reading import Number
from mingbai.facts.bureaus import files
from mingbai.facts.bureaus.files import INVENTED, OWN_STANDARDS
from mingbai.facts.bureaus.raw import connect as connect
from mingbai.facts.bureaus.read import Reading, read
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.findings.screening import clue_list, engine, output
from mingbai.findings.screening.all_or_none import all_or_none
from mingbai.findings.screening.clues import Raised, collect
from mingbai.findings.screening.rule import Rule, reads, rules, standards_of


@dataclass(frozen=True)
class Unchecked:
    """Why a rule did not run: the tables that are missing or lack the year's rows (none where a number is not in
    force), and the sentence."""

    rule: str
    missing: tuple[str, ...]
    reason: str


@dataclass
class Run:
    """What a screening did; `report` is what run.json holds."""

    day: date
    place: str
    reading: Reading
    raised: list[Raised] = field(default_factory=list)
    unchecked: list[Unchecked] = field(default_factory=list)
    report: dict[str, object] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    invented: bool = False
    own: Path | None = None
    """The county's own standards, where there are any."""

    @contextmanager
    def timed(self, step: str, tell: Callable[[str], None]) -> Iterator[None]:
        tell(step)
        began = time.perf_counter()
        yield
        self.seconds[step] = round(time.perf_counter() - began, 3)


def screen(
    folder: Path,
    day: date,
    out: Path,
    *,
    place: str | None = None,
    own: Path | None = None,
    tell: Callable[[str], None] = lambda step: None,
) -> Run:
    """Screens `folder` as of `day` and writes clues.csv, 线索清单.xlsx, accounts.csv, errors.csv and run.json to `out`.

    Args:
        place: division code whose numbers apply; None takes the county that most households live in.
        own: the county's own standards; None takes standards.yaml of the folder where there is one.
        tell: told each step as it begins.
    Raises:
        Refused: with every reason; nothing has been written.
    """
    with connect() as con, ThreadPoolExecutor(1) as beside:
        run, standards, lines = begin(con, folder, day, place, own, tell, _taken(out))
        hashes = {name: beside.submit(files.sha256, path) for name, path in run.reading.paths.items()}
        able = prepare(con, run, standards, lines, tell)
        with run.timed("rules", tell):
            for rule in able:
                run.raised += collect(rule, engine.run_rule(con, rule))
        run.raised.sort(key=lambda one: one.clue)
        with run.timed("sha256", tell):
            digests = {name: digest.result() for name, digest in hashes.items()}
        run.report = report(con, run, able, standards, lines, digests)
        _write(con, run, out, tell)
    return run


def hindrances(folder: Path, own: Path | None, out: Path | None = None) -> Sequence[str]:
    """All that stops a screening whatever the day: for whoever knows already that the day is none."""
    reasons = [*_taken(out), *_own_numbers(_own_file(folder, own))[1]]
    try:
        with connect() as con:
            read(con, folder)
    except Refused as unread:
        reasons += unread.reasons
    return reasons


def begin(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    day: date,
    place: str | None,
    own: Path | None,
    tell: Callable[[str], None],
    reasons: Sequence[str] = (),
) -> tuple[Run, dict[str, policy.Standard], dict[int, policy.Standard]]:
    """Reads the folder, and finds the numbers in force on the day at the place.

    `reasons` against the run that are known already are told with those found here.
    """
    reasons = (*reasons, *policy.no_place(place or ""))
    run = Run(day, place or "", Reading())
    run.own = _own_file(folder, own)
    numbers, refusal = _own_numbers(run.own)
    refusal = (*reasons, *refusal)
    with run.timed("read", tell):
        try:
            run.reading = read(con, folder, step=lambda file: tell(f"read {file}"))
        except Refused as unread:
            raise Refused(*refusal, *unread.reasons) from None
    if refusal:
        raise Refused(*refusal)
    run.invented = (folder / INVENTED).exists()
    if place is None:
        # Places of other counties may stand in a roster by mistake; the county is where most households are.
        found = con.execute(
            "SELECT left(village, 6) AS county FROM arrived.household WHERE regexp_full_match(village, '[0-9]{12}') "
            "GROUP BY county ORDER BY count(*) DESC, county LIMIT 1"
        ).fetchone()
        run.place = found[0] if found else ""
    return run, *in_force(con, day, run.place, numbers)


def in_force(
    con: duckdb.DuckDBPyConnection, day: date, place: str, numbers: Sequence[Number]
) -> tuple[dict[str, policy.Standard], dict[int, policy.Standard]]:
    """The numbers of the day, and the monitoring line of each year with accounts; `numbers` are the county's own."""
    years = [y for (y,) in con.execute("SELECT DISTINCT year FROM arrived.income_line").fetchall() if y <= day.year]
    return dict(policy.at(day, place, numbers)), policy.by_year(engine.LINE, years, place, numbers)


def prepare(
    con: duckdb.DuckDBPyConnection,
    run: Run,
    standards: dict[str, policy.Standard],
    lines: dict[int, policy.Standard],
    tell: Callable[[str], None],
) -> list[Rule]:
    """Notes the rules that cannot run, builds what the others stand on, and returns these."""
    run.unchecked = unchecked(con, run, standards)
    stopped = {one.rule for one in run.unchecked}
    able = [rule for rule in rules().values() if rule.code not in stopped]
    with run.timed("views", tell):
        engine.prepare(con, run.day, standards, lines, able, also=("living_household", "account"))
    return able


def unchecked(con: duckdb.DuckDBPyConnection, run: Run, standards: dict[str, policy.Standard]) -> list[Unchecked]:
    """The rules that cannot run, and why: a table that did not come, a year without rows, a number not in force."""
    found = []
    for rule in rules().values():
        missing = tuple(BY_NAME[t].file for t in reads(rule) if t not in run.reading.counts)
        numbers = [n for n in standards_of(rule) if n not in standards and n != engine.LINE]
        if missing:
            found.append(Unchecked(rule.code, missing, f"没有收到：{'、'.join(missing)}"))
        elif rule.needs_year and not _has_year(con, rule.needs_year, run.day.year):
            file = BY_NAME[rule.needs_year].file
            found.append(Unchecked(rule.code, (file,), f"「{file}」里没有 {run.day.year} 年度的行"))
        elif numbers:
            found.append(Unchecked(rule.code, (), f"{run.day} 没有生效的政策数值：{'、'.join(numbers)}"))
    return found


def report(
    con: duckdb.DuckDBPyConnection,
    run: Run,
    able: Sequence[Rule],
    standards: dict[str, policy.Standard],
    lines: dict[int, policy.Standard],
    digests: dict[str, str],
) -> dict[str, object]:
    """What run.json says, seconds apart."""
    counted = Counter(one.clue.rule for one in run.raised)
    matching = output.matching(con, run.reading.counts)
    return {
        "data": "虚构数据" if run.invented else "",
        "day": run.day.isoformat(),
        "place": run.place,
        "own_standards": run.own and {"file": run.own.name, "sha256": files.sha256(run.own)},
        "standards": [
            {"name": s.name, "value": _shown(s), "unit": s.unit, "since": s.since.isoformat(), "place": s.place,
             "document": s.document}
            for s in standards.values() if s.name != engine.LINE
        ],
        "monitoring_lines": [
            {"year": year, "value": _shown(s), "unit": s.unit, "since": s.since.isoformat(), "place": s.place,
             "document": s.document}
            for year, s in lines.items()
        ],
        "rules_run": [rule.code for rule in able],
        "rules_not_checked": [
            {"rule": u.rule, "missing": list(u.missing), "reason": u.reason} for u in run.unchecked
        ],
        "clues": len(run.raised),
        "clues_by_rule": {rule.code: counted[rule.code] for rule in able},
        "files": {
            c.file: {
                "table": BY_NAME[name].file, "rows": c.rows, "rejected": c.rejected, "bad_cells": c.bad_cells,
                "repeated": c.repeated, **matching[name], "sha256": digests[name],
                "notes": [n.zh for n in c.notes], "notes_en": [n.en for n in c.notes],
            }
            for name, c in run.reading.counts.items()
        },
        "tables_missing": [t.file for name, t in BY_NAME.items() if name not in run.reading.counts],
        "accounts": output.account_counts(con),
        "notes": [n.zh for n in run.reading.notes],
        "notes_en": [n.en for n in run.reading.notes],
    }  # fmt: skip


def _shown(standard: policy.Standard) -> str | list[str]:
    return list(standard.value) if isinstance(standard.value, tuple) else format(standard.value, "f")


def _has_year(con: duckdb.DuckDBPyConnection, table: str, year: int) -> bool:
    return bool(con.execute(f"SELECT 1 FROM arrived.{table} WHERE year = ? LIMIT 1", [year]).fetchall())


def _taken(out: Path | None) -> tuple[str, ...]:
    if out is None or not out.exists() or out.is_dir():
        return ()
    return (f"「{out}」是一个文件，不能当作输出文件夹，请换一个名字。",)


def _own_file(folder: Path, own: Path | None) -> Path | None:
    beside = folder / OWN_STANDARDS
    return own or (beside if beside.exists() else None)


def _own_numbers(path: Path | None) -> tuple[Sequence[Number], tuple[str, ...]]:
    """The county's own numbers, or the reasons why they cannot be read."""
    if path is None:
        return (), ()
    try:
        return policy.load(path), ()
    except Refused as refusal:
        return (), refusal.reasons


def _write(con: duckdb.DuckDBPyConnection, run: Run, out: Path, tell: Callable[[str], None]) -> None:
    """Writes all five files, or none."""
    # run.json comes last: it says which run the other files are of.
    with all_or_none(out, last="run.json") as folder:
        with run.timed("accounts", tell):
            output.accounts(con, folder / "accounts.csv")
        with run.timed("write", tell):
            output.clues(run.raised, folder / "clues.csv")
            output.errors(run.reading.bad_cells, folder / "errors.csv")
        with run.timed("clue list", tell):
            clue_list.write(con, run.raised, run.day, folder / "线索清单.xlsx", invented=run.invented)
        text = json.dumps(run.report | {"seconds": run.seconds}, ensure_ascii=False, indent=1)
        (folder / "run.json").write_text(text + "\n", encoding="utf-8")
