"""A county sets its own line in its own file: nothing in Python changes, and the run says by which document."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus.sample import county
from mingbai.findings.screening import run

DAY = date(2026, 6, 30)
OWN = """
monitoring_line:
  values:
    - {since: 2025-01-01, value: 20000, recorded_on: 2025-02-01, document: 某县防返贫〔2025〕1号}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("own") / "county"
    county.make(made, households=300, seed=5, day=DAY)
    return made


def found(done: run.Run) -> Counter[str]:
    return Counter(one.clue.rule for one in done.raised)


def test_a_higher_line_reaches_more_households_and_nothing_else_of_the_other_kinds(
    folder: Path, tmp_path: Path
) -> None:
    own = tmp_path / "ours.yaml"
    own.write_text(OWN, encoding="utf-8")
    plain, ours = run.screen(folder, DAY, tmp_path / "a"), run.screen(folder, DAY, tmp_path / "b", own=own)
    assert found(ours)["low_income"] > found(plain)["low_income"]
    by_line = {"low_income", "income_drop", "rigid_spending"}
    assert {r: n for r, n in found(ours).items() if r not in by_line} == {
        r: n for r, n in found(plain).items() if r not in by_line
    }
    report = json.loads((tmp_path / "b" / "run.json").read_text(encoding="utf-8"))
    assert report["own_standards"]["file"] == "ours.yaml"
    line = {one["year"]: one for one in report["monitoring_lines"]}
    assert (line[2025]["value"], line[2025]["document"]) == ("20000", "某县防返贫〔2025〕1号")
    assert line[2024]["value"] == "8000"


def test_a_file_in_the_folder_is_taken_by_itself_and_a_faulty_one_stops_the_run(folder: Path, tmp_path: Path) -> None:
    beside = folder / run.OWN_STANDARDS
    try:
        beside.write_text(OWN, encoding="utf-8")
        assert run.screen(folder, DAY, tmp_path / "a").own == beside
        beside.write_text("monitoring_lime: {}\n", encoding="utf-8")
        with pytest.raises(Refused, match="monitoring_lime"):
            run.screen(folder, DAY, tmp_path / "b")
        assert not (tmp_path / "b").exists()
    finally:
        beside.unlink()
