"""The text files of a run: UTF-8 with BOM, sorted, the same bytes for the same input."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from mingbai.base.lib.inert import inert
from mingbai.base.lib.resident_id import without_ids
from mingbai.facts.bureaus.cells import quoted
from mingbai.facts.bureaus.read import BadCell, Counts
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.findings.screening.clues import Clue, Raised

# Integers throughout: a division of decimals would be a binary fraction in DuckDB.
_PER_HEAD = """
CASE WHEN h.members > 0 THEN
  CAST(sign(a.net_income) * ((abs(a.net_income) * 100)::HUGEINT * 2 + h.members) // (2 * h.members) AS DECIMAL(36, 0))
  * 0.01::DECIMAL(3, 2)
END"""


def clues(raised: Iterable[Raised], path: Path) -> None:
    """clues.csv, in the order given."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Clue._fields)
        writer.writerows([inert(text) for text in one.clue] for one in raised)


def errors(bad_cells: Iterable[BadCell], path: Path) -> None:
    """errors.csv: one line a cell, with the value as it stood; an ID in the wrong column is masked."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("file", "line", "column", "value", "problem"))
        writer.writerows((b.file, b.line, b.column, inert(without_ids(b.value)), b.problem) for b in bad_cells)


def accounts(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """accounts.csv: every seen year of every household, per head rounded half up to the cent."""
    part = path.with_suffix(".part")
    # As `inert` does: a number stays a number.
    runs = r"regexp_matches(a.household_id, '^[=+@-]') AND NOT regexp_full_match(a.household_id, '[+-]?\d+(\.\d+)?')"
    safe = f"CASE WHEN {runs} THEN '''' || a.household_id ELSE a.household_id END"
    con.execute(
        f"COPY (SELECT {safe} AS household_id, a.year, a.wages, a.business, a.property, a.transfers, a.costs, "
        f"a.net_income, coalesce(h.members, 0) AS members, {_PER_HEAD} AS net_income_per_head "
        "FROM account AS a LEFT JOIN living_household AS h USING (household_id) ORDER BY a.household_id, a.year) "
        f"TO {quoted(str(part))} (FORMAT csv, HEADER)"
    )
    with part.open("rb") as body, path.open("wb") as file:
        file.write(b"\xef\xbb\xbf")
        while block := body.read(1 << 20):
            file.write(block)
    part.unlink()


def account_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many households were judged by their newest account, and how many not, for want of a line of its year."""
    households, without = con.execute(
        "SELECT count(*), count(*) FILTER (s.value IS NULL) FROM account AS a "
        "JOIN living_household AS h USING (household_id) "
        "LEFT JOIN standard AS s ON s.name = 'monitoring_line' AND s.year = a.year WHERE a.newest"
    ).fetchall()[0]
    return {"households_judged": households - without, "households_without_line_of_the_year": without}


def matching(con: duckdb.DuckDBPyConnection, counts: Mapping[str, Counts]) -> dict[str, dict[str, int]]:
    """Of each table's usable rows: how many have an ID that is not valid, how many are of nobody on the roster."""
    return {name: _matching(con, name) for name in counts}


def _matching(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, int]:
    if name in ("household", "member"):
        return {}
    ids = [c.name for c in BY_NAME[name].columns if c.kind == "person"]
    names = {c.name for c in BY_NAME[name].columns}
    valid = f"coalesce({ids[0]}_valid AND {ids[0]}_birth <= (SELECT day FROM screening_day), FALSE)" if ids else "TRUE"
    roster, key = ("home", "head_key") if ids == ["head"] else ("roster", "person_key")
    if "household_id" in names:
        # A household number decides where there is one; the head's ID stands in only where it is empty.
        by_number = "household_id IN (SELECT household_id FROM home)"
        by_head = " OR household_id IS NULL AND head_key IN (SELECT head_key FROM home)" if ids else ""
        known, valid = (
            f"coalesce({by_number}{by_head}, FALSE)",
            f"(household_id IS NOT NULL OR {valid})" if ids else "TRUE",
        )
    elif ids:
        known = f"coalesce({ids[0]}_key IN (SELECT {key} FROM {roster} WHERE {key} IS NOT NULL), FALSE)"
    else:
        known = "village IN (SELECT village FROM home)"
    invalid, unknown = con.execute(
        f"SELECT count(*) FILTER (NOT {valid}), count(*) FILTER ({valid} AND NOT {known}) FROM arrived.{name}"
    ).fetchall()[0]
    return {"invalid_ids": invalid, "not_on_roster": unknown}
