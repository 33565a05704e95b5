"""The reference pages: tables, rules and numbers, each from its one declaration."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from mingbai.base.standards.reading import Number
from mingbai.base.standards.standards import numbers
from mingbai.facts.bureaus.tables import BY_NAME, TABLES, Column, Table
from mingbai.findings.screening.clue_list import GROUPS
from mingbai.findings.screening.rule import Query, Rule, reads, rules, standards_of, views

_KINDS = MappingProxyType(
    {
        "text": "文字", "person": "证件号码", "certificate": "残疾证号", "money": "金额（元，两位小数）", "number": "数",
        "date": "日期", "year": "年度", "choice": "选一", "choices": "可多选", "item": "科目",
    }
)  # fmt: skip
_SUBJECTS = MappingProxyType({"household": "户 · household", "person": "人 · person", "village": "村 · village"})


def pages() -> dict[str, str]:
    """File name → Markdown."""
    made: Mapping[str, Callable[[], Iterator[str]]] = {
        "tables.md": _tables,
        "rules.md": _rules,
        "standards.md": _standards,
    }
    return {name: "\n".join(write()) + "\n" for name, write in made.items()}


def _tables() -> Iterator[str]:
    yield "# 县里交来的表 · The tables a county hands over"
    yield ""
    yield "由 `facts/bureaus/tables.py` 生成。● 必填。英文名是规则里用的列名。"
    for table in TABLES:
        yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    yield ""
    yield f"## {table.file} `{table.name}`{' ●' if table.must_come else ''}"
    yield ""
    yield f"报送：{table.sender}。一行是{table.row}。{table.about}"
    if table.dated:
        yield f"筛查日以后的行（按「{table.column(table.dated).header}」）不看。"
    used = [rule for rule in rules().values() if table.name in reads(rule)]
    if used:
        yield "用到它的规则：" + "、".join(f"{rule.title}（`{rule.code}`）" for rule in used) + "。"
    yield ""
    yield "| 列 | 英文名 | 读作 | 取值 | 要注意 |"
    yield "|---|---|---|---|---|"
    for column in table.columns:
        typed = "、".join(f"`{name}`" for name, _ in column.typed)
        mark = "●" if column.required else ""
        yield f"| {column.header}{mark} | {typed} | {_KINDS[column.kind]} | {_values(column)} | {column.caveat} |"


def _values(column: Column) -> str:
    codes: dict[str, list[str]] = {}
    for code, label in column.codes.items():
        codes.setdefault(label, []).append(code)
    labels = column.values or tuple(codes)
    return "、".join(f"{label}（{'、'.join(codes[label])}）" if label in codes else label for label in labels)


def _rules() -> Iterator[str]:
    yield "# 筛查规则 · Screening rules"
    yield ""
    yield "由 `findings/screening/rules/` 生成。规则提出的是要入户核实的线索，不是结论。"
    for rule in rules().values():
        yield from _rule(rule)
    yield ""
    yield "# 规则共用的视图 · Views that rules share"
    for view in views().values():
        yield ""
        yield f"## {view.name}"
        yield ""
        yield f"{view.head['about']}。依据：{view.head['basis']}。"
        yield from _sql(view)


def _rule(rule: Rule) -> Iterator[str]:
    tables = ["户表", "成员表", *(BY_NAME[name].file for name in reads(rule))]
    named = numbers()
    yield ""
    yield f"## {rule.title} `{rule.code}`"
    yield ""
    yield f"*{rule.title_en}*"
    yield ""
    yield f"- 类别：{GROUPS[rule.head['group']]}；线索指向：{_SUBJECTS[rule.subject]}"
    yield f"- 依据：{rule.head['basis']}"
    yield f"- 读的表：{'、'.join(tables)}" + (
        f"（{BY_NAME[rule.needs_year].file}要有筛查日当年的行）" if rule.needs_year else ""
    )
    if standards_of(rule):
        yield "- 用的数：" + "、".join(f"{named[name].title}（`{name}`）" for name in standards_of(rule))
    yield f"- 入户要问：{rule.head['ask']}"
    yield f"- *{rule.head['ask_en']}*"
    yield f"- 看到的情况：{rule.head['says']}"
    yield f"- 换了这个就是新线索：{rule.head['key']}"
    yield from _sql(rule)


def _sql(query: Query) -> Iterator[str]:
    yield ""
    yield "```sql"
    yield query.sql
    yield "```"


def _standards() -> Iterator[str]:
    yield "# 政策数值 · Policy numbers"
    yield ""
    yield "由 `base/standards/numbers/` 生成。县里另有规定的，写在自己的文件里，不改程序。"
    users: dict[str, list[Rule]] = {}
    for rule in rules().values():
        for name in standards_of(rule):
            users.setdefault(name, []).append(rule)
    for number in numbers().values():
        yield from _number(number, users.get(number.name, []))


def _number(number: Number, users: list[Rule]) -> Iterator[str]:
    yield ""
    yield f"## {number.title} `{number.name}`"
    yield ""
    yield f"*{number.title_en}* · {number.unit}"
    yield ""
    yield f"用于：{'、'.join(rule.title for rule in users)}"
    yield ""
    yield "| 起 | 数值 | 适用地 | 出处 | 记录日 |"
    yield "|---|---|---|---|---|"
    for dated in number.values:
        value = "、".join(dated.value) if isinstance(dated.value, tuple) else f"{dated.value}"
        shown = "（到此为止）" if dated.value is None else value
        yield f"| {dated.since} | {shown} | {dated.place or '各地'} | {dated.document} | {dated.recorded_on} |"
