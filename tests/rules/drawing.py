"""Draws a county and says what a rule must find in it: rows in, subjects out.

A drawing is a table as text: headers (the contract's own, or the English names), then rows, cells parted by ``|``.
It is written out as CSV files and goes the whole way: read, prepared, screened, collected.

People are drawn by a mark: ``A1`` is person 1 of household A, and stands for an invented ID wherever an ID is asked
for. ``A1/15`` is the old form of it, ``A1/20`` and ``A1/22`` a disability certificate, ``A1/x`` one with blanks
inside and any X small, ``A1/wrong`` one whose checksum is wrong. Marks and households that begin with X are strangers:
they are on no roster. 甲村, 乙村 and 丙村 stand for division codes.

Who is drawn anywhere is on the roster: households 一般农户 of 甲村, person 1 the 户主, born 1980-05-05, unless 户表 or 成员表
say otherwise. Columns that only the drawing has: 人数 in 户表 (how many members, 1 if not drawn), 生日 and 证号性别 in
成员表 (what the ID says), and ``#`` anywhere, for why the row is there.
"""

import csv
import json
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb

from mingbai.base.standards import standards
from mingbai.base.standards.standards import Standard
from mingbai.facts.bureaus.read import read
from mingbai.facts.bureaus.tables import BY_FILE, TABLES, Column, Table
from mingbai.findings.screening.clues import Raised, collect, sentence
from mingbai.findings.screening.engine import prepare, run_rule
from mingbai.findings.screening.rule import Rule, reads, rules

DAY = date(2026, 6, 30)
VILLAGES = {"甲村": "599999100201", "乙村": "599999100202", "丙村": "599999100203"}
ONLY_DRAWN = {"household": {"人数"}, "member": {"生日", "证号性别"}}

_MARK = re.compile(r"(([A-Z]+)\d+)(?:/(\w+))?")
_AREA = "599999"  # GB/T 2260 has no province 59.
_FILLED = {"text": "某某", "money": "100", "number": "1", "date": "2026-06-01", "year": "2026", "item": "A1"}

Row = dict[str, str]


def finds(
    code: str,
    *,
    given: Mapping[str, str],
    expect: str = "",
    shows: Mapping[str, Mapping[str, object]] | None = None,
    day: date = DAY,
    bad_cells: int = 0,
) -> None:
    """Asserts that the rule raises one clue for each subject of `expect`, and none besides.

    Args:
        code: the rule.
        given: tables by their Chinese name, drawn; those the rule reads and that are not here came without rows.
        expect: subjects (persons by their mark, households by their letter, villages by name), parted by blanks.
        shows: of some subjects all evidence, as the JSON says it, and the ``clue_key``.
        bad_cells: how many cells of the drawing are meant to be bad.
    """
    rule = rules()[code]
    county = County.draw(dict.fromkeys(map(_file, reads(rule)), "") | dict(given))
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        county.write(Path(folder))
        reading = read(con, Path(folder))
        assert len(reading.bad_cells) == bad_cells, reading.bad_cells
        prepare(con, day, *_numbers(day), [rule])
        raised = list(collect(rule, run_rule(con, rule)))
    found = {county.subject(one): one for one in raised}
    assert len(found) == len(raised), f"a subject twice: {sorted(county.subject(one) for one in raised)}"
    county.compare(set(expect.split()), set(found))
    for subject, one in found.items():
        county.check(rule, subject, one)
    for subject, shown in (shows or {}).items():
        clue = found[subject].clue
        told = {"clue_key": clue.clue_key} | json.loads(clue.evidence, parse_float=Decimal)
        assert told == dict(shown), f"{subject} shows {told}"


@cache
def _numbers(day: date) -> tuple[Mapping[str, Standard], Mapping[int, Standard]]:
    return standards.at(day, ""), standards.by_year("monitoring_line", range(2014, day.year + 1), "")


def _file(name: str) -> str:
    return next(t.file for t in TABLES if t.name == name)


def rows(text: str) -> list[Row]:
    """The rows of a drawn table, by header; cells left off at the end of a row are empty."""
    lines = [[cell.strip(" \n") for cell in line.split("|")] for line in text.split("\n") if line.strip()]
    if not lines:
        return []
    header, *below = lines
    assert all(len(cells) <= len(header) for cells in below), f"a row is longer than its header: {below}"
    return [dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=True)) for cells in below]


@dataclass
class County:
    """What the drawing holds, and what the marks in it stand for."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    """Drawn rows by English table name; cells by English column name, and what only the drawing has."""
    why: dict[str, list[str]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    @classmethod
    def draw(cls, given: Mapping[str, str]) -> "County":
        county = cls()
        for file, text in given.items():
            table = BY_FILE[file]
            county.tables[table.name] = [county._named(table, row) for row in rows(text)]
        county._settle()
        return county

    def write(self, folder: Path) -> None:
        """Writes the county folder."""
        for table in (t for t in TABLES if t.name in self.tables):
            drawn = {name for row in self.tables[table.name] for name in row}
            drawn |= {"person", *table.either}
            columns = [c for c in table.columns if c.required or c.name in drawn]
            with (folder / f"{table.file}.csv").open("w", encoding="utf-8", newline="") as file:
                out = csv.writer(file)
                out.writerow([c.header for c in columns])
                out.writerows([self._cell(table, c, row) for c in columns] for row in self.tables[table.name])

    def subject(self, raised: Raised) -> str:
        names = {code: name for name, code in VILLAGES.items()}
        return names.get(raised.clue.subject_id, raised.clue.subject_id)

    def compare(self, expected: set[str], found: set[str]) -> None:
        missing = {subject: self.why.get(subject) for subject in sorted(expected - found)}
        beyond = {subject: self.why.get(subject) for subject in sorted(found - expected)}
        assert not missing and not beyond, f"should be found: {missing}; should not be found: {beyond}"

    def check(self, rule: Rule, subject: str, raised: Raised) -> None:
        """What holds of every clue: where it belongs, what it asks, that it says no ID and reads as a sentence."""
        clue = raised.clue
        household = next((r["household_id"] for r in self.tables["member"] if r["person_id"] == subject), subject)
        village = next(
            (r.get("village", "甲村") for r in self.tables["household"] if r["household_id"] == household), subject
        )
        assert clue.subject_kind == rule.subject and clue.question == rule.head["ask"]
        assert clue.household_id == ("" if rule.subject == "village" else household)
        assert clue.village == VILLAGES[village]
        told = clue.evidence + clue.clue_key + sentence(rule, raised.evidence)
        assert not any(ident in told for ident in self.ids.values()), told

    def _named(self, table: Table, row: Row) -> Row:
        """One row under English names; notes who is drawn in it, and why."""
        named = {}
        own = {c.header: c for c in table.columns} | {c.name: c for c in table.columns}
        seen = [row["户编号"]] if row.get("户编号") else []
        for header, cell in row.items():
            if header in own:
                named[own[header].name] = cell
                if own[header].is_id and (mark := _MARK.fullmatch(cell)):
                    seen += [mark[1], mark[2]]
            elif header != "#":
                assert header in ONLY_DRAWN.get(table.name, ()), f"no column {header} in {table.file}"
                named[header] = cell
        if table.name == "member":
            seen.append(named["person_id"])
            named.setdefault("household_id", named["person_id"].rstrip("0123456789"))
        for one in seen:
            self.why.setdefault(one, []).extend([row["#"]] if row.get("#") else [])
        return named

    def _settle(self) -> None:
        """Puts everyone who is drawn on the roster, and gives every mark its ID."""
        households = {r["household_id"]: r for r in self.tables.setdefault("household", [])}
        members = {r["person_id"]: r for r in self.tables.setdefault("member", [])}
        named = [one for one in self.why if not one.startswith("X")]
        for letter in [r["household_id"] for r in members.values()] + [one for one in named if one.isalpha()]:
            if letter not in households:
                households[letter] = {"household_id": letter}
        for mark in (one for one in named if not one.isalpha() and one not in members):
            members[mark] = {"person_id": mark, "household_id": mark.rstrip("0123456789")}
        for letter, household in households.items():
            alone = all(m["household_id"] != letter for m in members.values())
            for number in range(1, int(household.get("人数", alone)) + 1):
                members.setdefault(f"{letter}{number}", {"person_id": f"{letter}{number}", "household_id": letter})
        self.tables |= {"household": list(households.values()), "member": list(members.values())}
        everyone = [*members, *(one for one in self.why if not one.isalpha()), *(f"{one}1" for one in households)]
        for serial, mark in enumerate(dict.fromkeys(everyone)):
            self.ids[mark] = invented_id(members.get(mark, {}), serial)

    def _cell(self, table: Table, column: Column, row: Row) -> str:
        if column.name not in row:
            return self._filled(table, column, row)
        cell = row[column.name]
        if column.is_id and (mark := _MARK.fullmatch(cell)):
            return FORMS[mark[3] or ""](self.ids[mark[1]])
        return VILLAGES.get(cell, cell) if column.name == "village" else cell

    def _filled(self, table: Table, column: Column, row: Row) -> str:
        """What a cell holds that the drawing does not give."""
        match table.name, column.name:
            case "household", "head":
                return self.ids[f"{row['household_id']}1"]
            case "member", "person":
                return self.ids[row["person_id"]]
            case "member", "name":
                return row["person_id"]
            case "member", "relation":
                return "户主" if row["person_id"] == f"{row['household_id']}1" else "其他"
            case "disability", "certificate":
                return FORMS["20"](self.ids[row["person"].split("/")[0]])
            case "household", "household_class":
                return "一般农户"
            case _, "village":
                return VILLAGES["甲村"]
        if not column.required:
            return ""
        return column.values[0] if column.values else _FILLED[column.kind]


def invented_id(member: Row, serial: int) -> str:
    """An ID of nobody: of the birth date and sex drawn, or of a man born 1980-05-05."""
    birth = member.get("生日", "1980-05-05").replace("-", "")
    sex = member.get("证号性别") or member.get("sex") or "男"
    body = f"{_AREA}{birth}{2 * serial + (sex == '男'):03}"
    # ISO 7064: all eighteen weighted sum to 1 modulo 11.
    last = (1 - sum(int(digit) * 2 ** (17 - i) for i, digit in enumerate(body))) % 11
    return body + ("X" if last == 10 else str(last))


FORMS: dict[str, Callable[[str], str]] = {
    "": lambda ident: ident,
    "15": lambda ident: ident[:6] + ident[8:17],
    "20": lambda ident: ident + "43",
    "22": lambda ident: ident + "43B1",
    "x": lambda ident: f" {ident[:6]} {ident[6:14]}\u3000{ident[14:].lower()}",
    "wrong": lambda ident: ident[:17] + "0123456789X"[("0123456789X".index(ident[17]) + 1) % 11],
}
