"""The screening and its slow second writing (tests/oracle) read the same folders and must say the same.

The folders are random and collide on purpose, with every dirty form that the contract names in them.
"""

import csv
import json
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mingbai.findings.screening import run
from oracle import oracle
from oracle.scramble import scramble

CASES = [
    (1, 150, date(2026, 6, 30)),
    (2, 150, date(2025, 8, 31)),
    (3, 80, date(2024, 2, 29)),
    (4, 150, date(2027, 1, 1)),
    (5, 30, date(2026, 6, 30)),
]


def compare(folder: Path, out: Path, day: date) -> oracle.Result:
    """Screens the folder by both and compares all that they share; gives the oracle's result."""
    theirs = oracle.screen(folder, day)
    ours = run.screen(folder, day, out)
    clues = {(one.clue.rule, one.clue.subject_kind, one.clue.subject_id) for one in ours.raised}
    assert len(clues) == len(ours.raised), "a clue twice"
    assert (sorted(clues - theirs.clues), sorted(theirs.clues - clues)) == ([], [])
    errors = {(bad.file, bad.line, bad.column) for bad in ours.reading.bad_cells}
    assert len(errors) == len(ours.reading.bad_cells), "a bad cell twice"
    assert (sorted(errors - theirs.errors), sorted(theirs.errors - errors)) == ([], [])
    assert accounts(out) == {
        key: [*(f"{amount:.2f}" for amount in row[:6]), str(row[6]), "" if row[7] is None else f"{row[7]:.2f}"]
        for key, row in theirs.accounts.items()
    }
    report = json.loads((out / "run.json").read_text("utf-8"))
    assert {one["rule"] for one in report["rules_not_checked"]} == set(theirs.not_checked)
    assert report["accounts"]["households_without_line_of_the_year"] == theirs.no_line
    for file in report["files"].values():
        counts = theirs.counts[file["table"]]
        mine = (file["rows"], file["rejected"], file["repeated"])
        assert mine == (counts.read, counts.out, counts.repeated), file["table"]
        if "invalid_ids" in file:
            assert (file["invalid_ids"], file["not_on_roster"]) == (counts.invalid_id, counts.unmatched), file["table"]
    return theirs


def accounts(out: Path) -> dict[tuple[str, int], list[str]]:
    with (out / "accounts.csv").open(encoding="utf-8-sig", newline="") as file:
        _, *rows = csv.reader(file)
    assert len({tuple(row[:2]) for row in rows}) == len(rows)
    return {(household, int(year)): amounts for household, year, *amounts in rows}


@pytest.mark.parametrize(("seed", "households", "day"), CASES)
def test_both_say_the_same_of_a_scrambled_county(tmp_path: Path, seed: int, households: int, day: date) -> None:
    scramble(tmp_path / "county", households, seed)
    result = compare(tmp_path / "county", tmp_path / "out", day)
    assert len(result.clues) > 3 * households and len(result.errors) > households


def test_both_say_the_same_of_spreadsheets_and_parquet(tmp_path: Path) -> None:
    folder, day = tmp_path / "county", date(2026, 6, 30)
    scramble(folder, 60, 6)
    for at, path in enumerate(sorted(folder.iterdir())):
        as_another_format(path, at % 3)
    assert compare(folder, tmp_path / "out", day).clues


def as_another_format(path: Path, kind: int) -> None:
    """0 leaves the CSV, 1 makes a workbook in which plain numbers are numbers (not those of IDs), 2 a Parquet file."""
    text = path.read_bytes()
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        decoded = text.decode("gb18030")
    header, *rows = csv.reader(decoded.splitlines())
    if kind == 1:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.append(["某县"])
        sheet.append(header)
        for row in rows:
            sheet.append(
                [float(cell) if cell.isascii() and cell.isdigit() and len(cell) < 13 else cell for cell in row]
            )
        book.save(path.with_suffix(".xlsx"))
    if kind == 2:
        columns = [pa.array([cell or None for cell in column], pa.string()) for column in zip(*rows, strict=True)]
        pq.write_table(pa.table(columns, names=header), path.with_suffix(".parquet"))
    if kind:
        path.unlink()


def test_both_leave_out_what_did_not_come(tmp_path: Path) -> None:
    folder, day = tmp_path / "county", date(2026, 6, 30)
    scramble(folder, 60, 7)
    for name in ("死亡注销", "医保结算", "供水监测", "低保对象", "学籍"):
        (folder / f"{name}.csv").unlink()
    result = compare(folder, tmp_path / "out", day)
    assert {"medical_burden", "school_dropout", "worker_died", "dibao_unpaid"} <= set(result.not_checked)
