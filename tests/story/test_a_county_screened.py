"""The whole path: an invented county, as messy as a county sends it, in; exactly its planted stories out."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from mingbai.facts.bureaus.files import INVENTED
from mingbai.facts.bureaus.sample import county
from mingbai.findings.screening import run
from mingbai.findings.screening.rule import rules

DAY = date(2026, 6, 30)


@pytest.fixture(scope="module", params=["clean", "dirty"])
def screened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, run.Run, Path]:
    folder = tmp_path_factory.mktemp(request.param) / "county"
    county.make(folder, households=1200, seed=7, dirty=request.param == "dirty", day=DAY)
    out = folder.parent / "out"
    return folder, run.screen(folder, DAY, out), out


def planted(folder: Path, *, fires: bool) -> set[tuple[str, str, str]]:
    side = json.loads((folder / INVENTED).read_text(encoding="utf-8"))
    return {(p["rule"], p["subject_kind"], p["subject_id"]) for p in side["planted"] if p["fires"] is fires}


def found(out: Path) -> set[tuple[str, str, str]]:
    with (out / "clues.csv").open(encoding="utf-8-sig", newline="") as file:
        return {(row["rule"], row["subject_kind"], row["subject_id"]) for row in csv.DictReader(file)}


def test_every_planted_story_is_found_and_nothing_else(screened: tuple[Path, run.Run, Path]) -> None:
    folder, _, out = screened
    assert found(out) == planted(folder, fires=True)


def test_no_near_miss_is_found(screened: tuple[Path, run.Run, Path]) -> None:
    folder, _, out = screened
    near = planted(folder, fires=False)
    assert {rule for rule, _, _ in near} == set(rules())
    assert not found(out) & near


def test_every_rule_found_something(screened: tuple[Path, run.Run, Path]) -> None:
    _, done, _ = screened
    assert not done.unchecked
    assert all(done.report["clues_by_rule"].values())  # type: ignore[attr-defined]


def test_the_dirt_is_listed_cell_by_cell(screened: tuple[Path, run.Run, Path]) -> None:
    folder, done, _ = screened
    side = json.loads((folder / INVENTED).read_text(encoding="utf-8"))
    expected = {(e["file"], e["line"], e["column"]) for e in side.get("errors", [])}
    assert {(b.file, b.line, b.column) for b in done.reading.bad_cells} == expected


def test_run_twice_gives_the_same_bytes(screened: tuple[Path, run.Run, Path]) -> None:
    folder, _, out = screened
    again = out.parent / "again"
    run.screen(folder, DAY, again)
    for path in sorted(out.iterdir()):
        first, second = path.read_bytes(), (again / path.name).read_bytes()
        if path.name == "run.json":
            first, second = (json.dumps(json.loads(b) | {"seconds": 0}).encode() for b in (first, second))
        assert first == second, path.name


def test_what_is_made_from_an_invented_county_says_so(screened: tuple[Path, run.Run, Path]) -> None:
    _, done, _ = screened
    assert done.report["data"] == "虚构数据"
