"""A county's own file: what it may say, and the sentence for each fault."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from mingbai.base.lib.errors import Refused
from mingbai.base.standards.standards import at, load

GOOD = """
monitoring_line:
  values:
    - since: 2026-01-01
      value: 9000.50
      recorded_on: 2026-01-09
      document: 某农发〔2026〕3号
      document_on: 2026-01-04
      place: 532301
income_drop:
  title: 收入下降
  title_en: fall of income
  unit: ratio
  values:
    - {since: 2026-01-01, value: 0.30, recorded_on: 2026-01-09, document: 惯例 (practice)}
passenger_car_kinds:
  values:
    - {since: 2026-01-01, value: [小型轿车], recorded_on: 2026-01-09, document: 惯例 (practice)}
school_cost:
  values:
    - {since: 2026-01-01, value: null, recorded_on: 2026-01-09, document: 惯例 (practice)}
"""


def line(**changed: str) -> str:
    """One value of the monitoring line, with some of its cells changed; '-' leaves a cell out."""
    cells = {
        "since": "2026-01-01",
        "value": "9000",
        "recorded_on": "2026-01-09",
        "document": "某文〔2026〕1号",
    } | changed
    return ", ".join(f"{key}: {cell}" for key, cell in cells.items() if cell != "-")


def of(name: str, *lines: str, head: str = "") -> str:
    return f"{name}:\n{head}  values:\n" + "".join(f"    - {{{one}}}\n" for one in lines)


def refusal(folder: Path, content: str | bytes) -> tuple[str, ...]:
    path = folder / "本县.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(Refused) as refused:
        load(path)
    reasons: tuple[str, ...] = refused.value.reasons
    assert all(reason.startswith("本县.yaml：") and reason.endswith("。") for reason in reasons)
    return reasons


def test_a_good_file_is_read_exactly(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    # Windows' Notepad writes a mark before the text.
    path.write_text(GOOD, encoding="utf-8-sig")
    own = load(path)
    here = at(date(2026, 6, 30), "532301001001", own)
    assert str(here["monitoring_line"].value) == "9000.50"
    assert here["monitoring_line"].document_on == date(2026, 1, 4)
    assert here["monitoring_line"].unit == "yuan_per_head_year"
    assert repr(here["income_drop"].value) == "Decimal('0.30')"
    assert here["income_drop"].title == "人均纯收入比上年下降的比例"  # names stay ours
    assert here["passenger_car_kinds"].value == ("小型轿车",)
    assert "school_cost" not in here
    assert at(date(2026, 6, 30), "530102001001", own)["monitoring_line"].value == Decimal(8800)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (of("monitoring_lime", line()), "没有这个数值"),
        (of("monitoring_line", line(), head="  unit: yuan\n"), "单位应为 yuan_per_head_year，这里写的是 yuan"),
        (of("monitoring_line", line(), head="  titel: 线\n"), "不认识的项目 titel"),
        (of("monitoring_line", line(document="-")), "缺少依据文件"),
        (of("monitoring_line", line(document="null")), "缺少依据文件"),
        (of("monitoring_line", line(since="-")), "起始日期 since 没有写"),
        (of("monitoring_line", line(recorded_on="-")), "登记日期 recorded_on 没有写"),
        (of("monitoring_line", line(since="2026-02-30")), "2026-02-30 不是日期"),
        (of("monitoring_line", line(since="20260101")), "20260101 不是日期"),
        (of("monitoring_line", line(document_on="去年")), "文件日期 document_on 去年 不是日期"),
        (of("monitoring_line", line(value="-")), "没有写数值"),
        (of("monitoring_line", line(value="[一级]")), "没有写数值"),
        (of("monitoring_line", line(value="九千")), "九千 不能用；应为不带逗号和单位的最多2位小数的数"),
        (of("monitoring_line", line(value="9000元")), "9000元 不能用"),
        (of("monitoring_line", line(value="'9,000'")), "9,000 不能用"),
        (of("monitoring_line", line(value="1e309")), "1e309 不能用"),
        (of("monitoring_line", line(value="NaN")), "NaN 不能用"),
        (of("monitoring_line", line(value="-1")), "-1 不能用"),
        (of("monitoring_line", line(value="9000.005")), "9000.005 不能用"),
        (of("water_days", line(value="36.5")), "36.5 不能用；应为不带逗号和单位的整数"),
        (of("income_drop", line(value="30")), "比例 30 太大"),
        (of("disability_grades", line(value="一级")), "应为一列不重复的名称"),
        (of("disability_grades", line(value="[]")), "应为一列不重复的名称"),
        (of("disability_grades", line(value="[一级, 一级]")), "应为一列不重复的名称"),
        (of("disability_grades", line(value="[一级, [二级]]")), "应为一列不重复的名称"),
        (of("monitoring_line", line(place="楚雄")), "地区 楚雄 不是区划代码"),
        (of("monitoring_line", line(place="532300")), "末尾不补零"),
        (of("monitoring_line", line(palce="532301")), "不认识的项目 palce"),
        (of("monitoring_line", line(), line(value="9100")), "更正请写新的 recorded_on"),
        (of("monitoring_line"), "values 下面没有数值"),
        ("monitoring_line: 9000\n", "下面应当写 values"),
        ("monitoring_line:\n  values: [9000]\n", "应当写明 since、value"),
        (of("water_days", line(value="36")) * 2, "第4行：water_days 写了两遍"),
        ("monitoring_line:\n  values:\n  - {since: 2026-01-01\n", "行附近不合 YAML 写法"),
        ("monitoring_line:\n\tvalues: 1\n", "第2行附近不合 YAML 写法"),
        ("? [a, b]\n: 1\n", "不合 YAML 写法"),
        ("a: 1\n---\nb: 2\n", "不合 YAML 写法"),
        ("&a [*a]", "不合 YAML 写法"),
        ("[" * 20000, "括号套得太深"),
        ("", "文件里没有政策数值"),
        ("- 9000\n", "文件里没有政策数值"),
        (GOOD.encode("gb18030"), "不是 UTF-8"),
        (b"PK\x03\x04\x00\x00", "不是 UTF-8"),
    ],
)
def test_each_fault_gets_a_sentence(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    reasons = refusal(tmp_path, content)
    assert len(reasons) == 1
    assert sentence in reasons[0]


def test_all_faults_come_at_once_and_each_names_its_number(tmp_path: Path) -> None:
    content = (
        of("monitoring_line", line(since="今年", document="-"), line(value="很多"))
        + of("unknown_number", line())
        + of("water_days", line(value="36"), head="  unit: days\n")
    )
    reasons = refusal(tmp_path, content)
    assert [reason.split("：")[1] for reason in reasons] == [
        "monitoring_line 第1个数值", "monitoring_line 第1个数值", "monitoring_line 第2个数值", "unknown_number",
    ]  # fmt: skip


def test_a_tag_runs_nothing(tmp_path: Path) -> None:
    reasons = refusal(tmp_path, "monitoring_line: !!python/object/apply:os.mkdir [ran]\n")
    assert "下面应当写 values" in reasons[0]
    assert not Path("ran").exists()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="打不开本县的政策数值文件"):
        load(tmp_path / "没有.yaml")
