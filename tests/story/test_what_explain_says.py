"""`explain` says nothing of a family that is not so: not of a near miss, not about whom, not by which number."""

import json
from datetime import date
from pathlib import Path

import pytest

from mingbai.facts.bureaus.files import INVENTED
from mingbai.facts.bureaus.sample import county
from mingbai.findings.screening.explain import explain, told

DAY = date(2026, 6, 30)
CLAIMS = ("降幅达到 30% 以上", "，低于监测线", "没有改造竣工", "第 无 行")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("explained") / "county"
    county.make(made, households=300, seed=7, day=DAY)
    return made


def planted(folder: Path, rule: str, *, fires: bool) -> str:
    side = json.loads((folder / INVENTED).read_text(encoding="utf-8"))
    return next(p["subject_id"] for p in side["planted"] if p["rule"] == rule and p["fires"] is fires)


@pytest.mark.parametrize("rule", ["low_income", "income_drop", "rigid_spending", "unsafe_house"])
def test_numbers_of_a_near_miss_are_told_and_claim_nothing(folder: Path, rule: str) -> None:
    explanation = explain(folder, planted(folder, rule, fires=False), DAY)
    (verdict,) = (v for v in explanation.verdicts if v.rule.code == rule)
    assert not verdict.fired and verdict.near
    text = "\n".join(told(explanation))
    assert "看到的数" in text and not [claim for claim in CLAIMS if claim in text]


def test_a_clue_about_a_person_says_who(folder: Path) -> None:
    person = planted(folder, "accident", fires=True)
    member = (folder / "成员表.csv").read_text(encoding="utf-8-sig").splitlines()
    household, _, name = next(line for line in member if f",{person}," in line).split(",")[:3]
    text = "\n".join(told(explain(folder, household, DAY)))
    assert f"● 交通事故致重伤或死亡（accident）：{name}（{person}），" in text


def test_a_rule_names_the_numbers_it_rests_on_and_no_others(folder: Path) -> None:
    explanation = explain(folder, planted(folder, "low_income", fires=True), DAY)
    names = {v.rule.code: {n.name for n in v.numbers} for v in explanation.verdicts}
    assert names["low_income"] == {"monitoring_line"}
    assert "pension_age" in names["pension_without_elder"] and "pension_age" not in names["head_count"]
