"""Every rule says what it rests on and what to ask, reads what the text says it reads, and has a drawn test."""

import ast
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from mingbai.facts.bureaus.tables import BY_FILE
from mingbai.findings.screening.rule import Rule, reads, rules

HERE = Path(__file__).parent
TEXT = HERE.parents[2] / "shared" / "domain" / "rules.md"
GROUPS = {"Risk": "risk", "Doubt": "doubt", "Leak": "leak", "File": "file"}
SUBJECTS = {"●": "person", "■": "household", "▲": "village"}

# What the text says of each rule: its heading, its mark, its column "reads". Compared with the text itself where
# that lies beside the checkout.
EXPECTED = """
    Risk  | medical_burden        | ■   | 医保结算
    Risk  | school_dropout        | ●   | 学籍
    Risk  | uninsured             | ●   | 医保参保 of D's year
    Risk  | unsafe_house          | ■ ◇ | 住房鉴定
    Risk  | water_short           | ▲   | 供水监测 of D's year
    Risk  | new_disability        | ●   | 残疾人证
    Risk  | job_lost              | ●   | 就业登记
    Risk  | disaster_loss         | ■ ◇ | 灾害损失
    Risk  | accident              | ●   | 交通事故
    Risk  | low_income            | ■   | 收入表
    Risk  | income_drop           | ■   | 收入表
    Risk  | rigid_spending        | ■   | 收入表, 医保结算, 学籍
    Risk  | school_cost           | ●   | 学籍
    Risk  | new_dibao             | ■   | 低保对象, 特困对象
    Risk  | worker_died           | ■   | 死亡注销
    Doubt | owns_car              | ●   | 机动车登记
    Doubt | second_home           | ●   | 不动产登记
    Doubt | runs_firm             | ●   | 市场主体登记
    Doubt | public_payroll        | ●   | 财政供养人员
    Doubt | cadre_kin             | ●   | 村干部及近亲属
    Leak  | paid_after_death      | ●   | 一卡通发放, 死亡注销
    Leak  | paid_twice            | ●   | 低保对象, 特困对象, 一卡通发放
    Leak  | dibao_unpaid          | ●   | 低保对象, 一卡通发放
    Leak  | payee_mismatch        | ●   | 一卡通发放
    Leak  | pension_missing       | ●   | 养老待遇, 医保参保 of D's year
    Leak  | grant_missing         | ●   | 学籍, 雨露计划
    Leak  | grant_wrong           | ●   | 学籍, 雨露计划
    File  | id_invalid            | ●   |
    File  | id_twice              | ●   |
    File  | head_count            | ■   |
    File  | sex_mismatch          | ●   |
    File  | kin_age               | ●   |
    File  | cause_without_fact    | ■   |
    File  | wage_without_work     | ■   | 收入表
    File  | income_without_cost   | ■ ◇ | 收入表
    File  | pension_without_elder | ■   | 收入表
    File  | dibao_line_mismatch   | ■   | 收入表, 低保对象
    File  | working_pupil         | ●   |
    File  | months_over_twelve    | ●   |
    File  | same_phone            | ■ ◇ |
    File  | copied_year           | ■ ◇ | 收入表
    File  | copied_account        | ■ ◇ | 收入表
    File  | stale_monitored       | ■ ◇ |
    File  | early_elimination     | ■ ◇ |
"""

Said = dict[str, tuple[str, str, str]]


def _expected() -> Said:
    lines = [[cell.strip() for cell in line.split("|")] for line in EXPECTED.strip().splitlines()]
    return {code: (heading, mark, read) for heading, code, mark, read in lines}


def _of_the_text() -> Said:
    said: Said = {}
    heading = ""
    for line in TEXT.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line.split()[1].removesuffix(":")
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not (line.startswith("|") and cells[1:] and cells[1] in SUBJECTS):
            continue
        code, _, diamond = cells[0].partition(" ")
        said[code] = (heading, f"{cells[1]} {diamond}".strip(), cells[2])
    return said


SAID = _expected()
EVERY = pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.code)


@pytest.mark.skipif(not TEXT.exists(), reason="the rules' text does not lie beside this checkout")
def test_the_table_here_is_that_of_the_text() -> None:
    assert _of_the_text() == SAID


def test_every_rule_of_the_text_is_written_and_none_besides() -> None:
    assert set(rules()) == set(SAID)
    assert len(SAID) == 44


@EVERY
def test_a_rule_stands_where_the_text_puts_it(rule: Rule) -> None:
    heading, mark, _ = SAID[rule.code]
    assert rule.head["group"] == GROUPS[heading]
    assert rule.subject == SUBJECTS[mark[0]]


@EVERY
def test_a_rule_reads_what_the_text_says(rule: Rule) -> None:
    named = [one.strip() for one in SAID[rule.code][2].split(",") if one.strip()]
    tables = {BY_FILE[one.removesuffix(" of D's year")].name for one in named}
    yearly = {BY_FILE[one.removesuffix(" of D's year")].name for one in named if one.endswith(" of D's year")}
    assert set(reads(rule)) == tables
    assert {rule.needs_year} - {""} == yearly


@EVERY
def test_a_rule_says_what_it_rests_on_and_what_to_ask(rule: Rule) -> None:
    assert rule.head["basis"] and rule.head["key"]
    assert re.search(r"[？。]$", rule.head["ask"]), "a question or a request, in Chinese"
    assert re.search(r"[?.]$", rule.head["ask_en"]) and rule.head["ask_en"].isascii()
    assert re.search("[\u4e00-\u9fff]", rule.title) and rule.title_en.isascii()


@EVERY
def test_a_rule_can_say_its_evidence(rule: Rule) -> None:
    placeholders = {name for _, name, _, _ in Formatter().parse(rule.head["says"]) if name is not None}
    assert placeholders and placeholders <= set(rule.evidence)


@cache
def _drawn() -> frozenset[str]:
    """The rules that a call of `finds` names, as a literal or in a parametrization of a test that calls it."""
    codes: set[str] = set()
    for path in HERE.glob("test_*.py"):
        if path == Path(__file__):
            continue
        for test in ast.parse(path.read_text(encoding="utf-8")).body:
            calls = [n for n in ast.walk(test) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "finds"]
            texts = [n.value for n in ast.walk(test) if isinstance(n, ast.Constant)]
            named = [call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)]
            codes |= {str(code) for code in (texts if len(named) < len(calls) else named)}
    return frozenset(codes)


@EVERY
def test_a_rule_has_a_drawn_test(rule: Rule) -> None:
    assert rule.code in _drawn()
