"""The file that policy numbers stand in: what it looks like, and every fault of it at once.

One entry is one number; its values are dated and cited, and a new value is a new line::

    medical_burden_others:
      title: 其他农户十二个月合规自付达到此数即核实
      title_en: medical bills of twelve months, other household
      unit: yuan
      values:
        - since: 2026-01-01          # in force from this day
          value: 8000                # a number, a list of labels, or null: the number ended that day
          recorded_on: 2026-01-09    # when it was written down here
          document: 某农发〔2026〕3号
          document_on: 2026-01-04    # may be left out
          place: '532301'            # prefix of the division code; left out: everywhere

A county's own file has the same shape and may leave out title, title_en and unit, for it can only give
its own values to numbers that we know. Scalars are read as text, so that 0.30 is Decimal('0.30').
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

UNITS = ("yuan", "yuan_per_head_year", "months", "days", "years", "ratio", "count", "labels")
# Digits after the point that a unit allows; the others are whole.
_DECIMALS = {"yuan": 2, "yuan_per_head_year": 2, "ratio": 4}
# No ratio of the field comes near this; 30 is what somebody types who means 30 %.
_LARGEST_RATIO = Decimal(10)
_HEAD = ("title", "title_en", "unit", "values")
_NULL = ("null", "~")
_LINE = ("since", "value", "recorded_on", "document", "document_on", "place")


@dataclass(frozen=True)
class Dated:
    """One dated value of a number; `value` None says that the number ended on `since`."""

    since: date
    value: Decimal | tuple[str, ...] | None
    recorded_on: date
    document: str
    document_on: date | None = None
    place: str = ""


@dataclass(frozen=True)
class Number:
    """A policy number with all its values, as one file gives them."""

    name: str
    title: str
    title_en: str
    unit: str
    values: tuple[Dated, ...]


class _Twice(yaml.MarkedYAMLError):
    """A key that stands in one mapping twice, where YAML would keep the last in silence."""


class _Text(yaml.BaseLoader):
    """Every scalar as text, and no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        if len(mapping) < len(node.value):
            # A key that is itself a list was refused above, so every key here is a scalar.
            keys = [key.value for key, _ in node.value]
            twice, mark = next((k.value, k.start_mark) for k, _ in reversed(node.value) if keys.count(k.value) > 1)
            raise _Twice(problem=twice, problem_mark=mark)
        return mapping


def read(content: bytes, known: Mapping[str, Number] | None = None) -> tuple[tuple[Number, ...], list[str]]:
    """The numbers of one file, and a Chinese sentence for each fault.

    `known` are our numbers when the file is a county's own: other names are faults, and title and unit
    come from ours. Where there are faults, the numbers are what could be read beside them.
    """
    try:
        entries = yaml.load(content, Loader=_Text)
    except (yaml.reader.ReaderError, UnicodeDecodeError):
        return (), ["不是 UTF-8 编码的文本文件；请用记事本另存为 UTF-8 后再试。"]
    except _Twice as error:
        return (), [f"第{_line(error)}行：{error.problem} 写了两遍；请合并成一处。"]
    except yaml.MarkedYAMLError as error:
        return (), [f"第{_line(error)}行附近不合 YAML 写法；请检查缩进、冒号后的空格、括号和引号。"]
    except RecursionError:
        return (), ["括号套得太深，不是政策数值文件。"]
    if not isinstance(entries, dict) or not entries:
        return (), ["文件里没有政策数值；每个数值以它的英文名称开头，例如 monitoring_line:。"]
    faults: list[str] = []
    numbers = [_number(name, entry, known, faults) for name, entry in entries.items()]
    return tuple(n for n in numbers if n), faults


def _line(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


def _number(name: str, entry: object, known: Mapping[str, Number] | None, faults: list[str]) -> Number | None:
    if known is not None and name not in known:
        faults.append(f"{name}：没有这个数值；名称见 mingbai standards 列出的第一列。")
        return None
    if not isinstance(entry, dict):
        faults.append(f"{name}：下面应当写 values，一行一个数值。")
        return None
    faults.extend(f"{name}：不认识的项目 {key}；可以写的是 {'、'.join(_HEAD)}。" for key in entry if key not in _HEAD)
    head = {}
    for key in _HEAD[:3]:
        ours = getattr(known[name], key) if known is not None else ""
        head[key] = _text(entry.get(key)) or ours
        if not head[key]:
            faults.append(f"{name}：缺少 {key}。")
    if known is not None and head["unit"] != known[name].unit:
        faults.append(f"{name}：单位应为 {known[name].unit}，这里写的是 {head['unit']}。")
        return None
    if head["unit"] not in UNITS:
        faults.append(f"{name}：单位 {head['unit']} 不认识；可以写的是 {'、'.join(UNITS)}。")
        return None
    values = _values(name, entry.get("values"), head["unit"], faults)
    return Number(name, head["title"], head["title_en"], head["unit"], values)


def _values(name: str, lines: object, unit: str, faults: list[str]) -> tuple[Dated, ...]:
    if not isinstance(lines, list) or not lines:
        faults.append(f"{name}：values 下面没有数值；每个数值以“- ”开头，写明 since、value、recorded_on、document。")
        return ()
    values: list[Dated] = []
    for count, line in enumerate(lines, start=1):
        where = f"{name} 第{count}个数值"
        if not isinstance(line, dict):
            faults.append(f"{where}：应当写明 since、value、recorded_on、document。")
            continue
        before = len(faults)
        value = _dated(line, unit, where, faults)
        if len(faults) > before:
            continue
        if any(_same_moment(value, other) for other in values):
            faults.append(f"{where}：与前面一个数值的 since、place、recorded_on 都相同；更正请写新的 recorded_on。")
        values.append(value)
    return tuple(values)


def _same_moment(one: Dated, other: Dated) -> bool:
    return (one.since, one.place, one.recorded_on) == (other.since, other.place, other.recorded_on)


def _dated(line: Mapping[str, object], unit: str, where: str, faults: list[str]) -> Dated:
    faults.extend(f"{where}：不认识的项目 {key}；可以写的是 {'、'.join(_LINE)}。" for key in line if key not in _LINE)
    document = _text(line.get("document"))
    if not document:
        faults.append(f"{where}：缺少依据文件 document；没有文件的写“惯例 (practice)”。")
    return Dated(
        since=_day(line, "since", where, faults),
        value=_value(line.get("value"), unit, where, faults),
        recorded_on=_day(line, "recorded_on", where, faults),
        document=document,
        document_on=_day(line, "document_on", where, faults) if "document_on" in line else None,
        place=_place(line.get("place", ""), where, faults),
    )


def _text(scalar: object) -> str:
    """The text of a scalar; null, and a list or mapping where a text belongs, count as nothing."""
    return scalar.strip() if isinstance(scalar, str) and scalar not in _NULL else ""


def _day(line: Mapping[str, object], key: str, where: str, faults: list[str]) -> date:
    text = _text(line.get(key))
    try:
        # fromisoformat alone would also take 20260101 and 2026-W01-4.
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    names = {"since": "起始日期", "recorded_on": "登记日期", "document_on": "文件日期"}
    problem = f"{text} 不是日期" if text else "没有写"
    faults.append(f"{where}：{names[key]} {key} {problem}；请写成 2026-01-01 的样子。")
    return date.min


def _value(value: object, unit: str, where: str, faults: list[str]) -> Decimal | tuple[str, ...] | None:
    if value in _NULL:
        return None
    if unit == "labels":
        return _labels(value, where, faults)
    text = _text(value)
    decimals = _DECIMALS.get(unit, 0)
    fraction = rf"(\.[0-9]{{1,{decimals}}})?" if decimals else ""
    if not re.fullmatch(rf"[0-9]{{1,9}}{fraction}", text):
        kind = f"最多{decimals}位小数的数" if decimals else "整数"
        problem = f"{text} 不能用" if text else "没有写数值"
        faults.append(f"{where}：{problem}；应为不带逗号和单位的{kind}，到期作废的写 null。")
        return None
    if unit == "ratio" and Decimal(text) > _LARGEST_RATIO:
        faults.append(f"{where}：比例 {text} 太大；请写成小数，百分之三十写 0.30。")
    return Decimal(text)


def _labels(value: object, where: str, faults: list[str]) -> tuple[str, ...]:
    labels = tuple(_text(label) for label in value) if isinstance(value, list) else ()
    if not labels or not all(labels) or len(set(labels)) < len(labels):
        faults.append(f"{where}：应为一列不重复的名称，写成 [甲, 乙]；到期作废的写 null。")
    return labels


def _place(place: object, where: str, faults: list[str]) -> str:
    text = _text(place)
    if isinstance(place, str) and not text:
        return ""
    # A code filled up with zeros (532300 for a prefecture) is no prefix of any village's code.
    whole = re.fullmatch(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}", text)
    padded = text.endswith("00" if len(text) <= 6 else "000")
    if not whole or padded:
        faults.append(f"{where}：地区 {text} 不是区划代码；请写省2位、市4位、县6位、乡9位或村12位，末尾不补零。")
    return text
