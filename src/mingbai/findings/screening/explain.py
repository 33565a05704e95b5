"""One household under every rule: what was seen, against which numbers, and its account down to the lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from mingbai.base.lib.errors import Refused
from mingbai.base.standards.standards import Standard, shown
from mingbai.facts.bureaus.cells import quoted
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.facts.income.account import Account, Line, Node, reckon
from mingbai.findings.screening import engine
from mingbai.findings.screening.clues import Raised, collect, sentence
from mingbai.findings.screening.rule import Rule, reads, rules, standards_of
from mingbai.findings.screening.run import Run, begin, connect, prepare


@dataclass(frozen=True)
class Verdict:
    """One rule for one household. `reason` is set where it was not checked."""

    rule: Rule
    fired: tuple[Raised, ...]
    near: tuple[Raised, ...]
    """What the rule looked at and did not raise, with the numbers."""
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    """For each table that it reads: the lines of this household and its people."""
    numbers: tuple[Standard, ...]
    reason: str = ""


@dataclass(frozen=True)
class Explanation:
    """A household: who it is, each rule's verdict, its accounts (newest first)."""

    run: Run
    household_id: str
    facts: dict[str, object]
    verdicts: tuple[Verdict, ...]
    accounts: tuple[Account, ...]
    lines: dict[int, Standard]
    people: dict[str, str]
    """人编号 → name."""


def explain(
    folder: Path, household: str, day: date, *, place: str | None = None, own: Path | None = None
) -> Explanation:
    """Runs every rule for one household of a folder. Refused: as `screen`, and when the roster does not have it."""
    with connect() as con:
        run, standards, lines = begin(con, folder, day, place, own, lambda step: None)
        prepare(con, run, standards, lines, lambda step: None)
        literal = quoted(household)
        facts = _facts(con, literal)
        if facts is None:
            raise Refused(f"户表里没有户编号「{household}」（或那一行有错没有采用），请核对。")
        reasons = {one.rule: one.reason for one in run.unchecked}
        accounts = tuple(_accounts(con, literal))
        # The monitoring line is that of the newest account's year.
        if accounts and accounts[0].year in lines:
            standards[engine.LINE] = lines[accounts[0].year]
        else:
            standards.pop(engine.LINE, None)
        verdicts = tuple(
            _verdict(con, rule, literal, standards, reasons.get(rule.code, "")) for rule in rules().values()
        )
        names = con.execute(f"SELECT person_id, name FROM member WHERE household_id = {literal}").fetchall()
        return Explanation(run, household, facts, verdicts, accounts, lines, dict(names))


def told(explanation: Explanation) -> Iterator[str]:
    """The explanation as lines of text for a terminal."""
    facts = explanation.facts
    yield f"户编号 {explanation.household_id}　户主 {facts['head_name']}　{facts['household_class'] or '户类型不明'}"
    yield f"村 {facts['village']} {facts['village_name'] or ''}　在世成员 {facts['members']} 人" + (
        "　（虚构数据）" if explanation.run.invented else ""
    )
    yield f"筛查日 {explanation.run.day.isoformat()}　政策数值适用地 {explanation.run.place or '各地'}"
    yield ""
    for verdict in explanation.verdicts:
        yield from _told(verdict, explanation.people)
    for account in explanation.accounts:
        yield ""
        line = explanation.lines.get(account.year)
        each = "无在世成员，不算人均" if account.per_head is None else f"人均 {account.per_head} 元"
        limit = f"当年监测线 {shown(line)}" if line else "当年没有监测线"
        yield f"{account.year} 年收支账　{each}　{limit}"
        yield from _tree(account.tree, 0)


def _verdict(
    con: duckdb.DuckDBPyConnection, rule: Rule, household: str, standards: dict[str, Standard], reason: str
) -> Verdict:
    numbers = tuple(standards[name] for name in standards_of(rule) if name in standards)
    if reason:
        return Verdict(rule, (), (), (), numbers, reason)
    seen = list(collect(rule, engine.run_rule(con, rule, household)))
    # A rule of the roster alone looks at the household's own rows.
    rows = tuple((BY_NAME[t].file, _lines(con, t, household)) for t in reads(rule) or ("household", "member"))
    fired = tuple(one for one in seen if one.fires)
    return Verdict(rule, fired, tuple(one for one in seen if not one.fires), rows, numbers)


def _lines(con: duckdb.DuckDBPyConnection, table: str, household: str) -> tuple[int, ...]:
    """Seen rows of a table that belong to the household or its people."""
    names = {name for name, _ in BY_NAME[table].typed}
    ways = []
    if "household_id" in names:
        ways.append(f"household_id = {household}")
    if "person_key" in names:
        ways.append(f"person_key IN (SELECT person_key FROM roster WHERE household_id = {household})")
    if "head_key" in names:
        ways.append(f"head_key = (SELECT head_key FROM home WHERE household_id = {household})")
    if not ways:
        ways.append(f"village = (SELECT village FROM home WHERE household_id = {household})")
    found = con.execute(f"SELECT line FROM {table} WHERE {' OR '.join(ways)} ORDER BY line").fetchall()
    return tuple(line for (line,) in found)


def _facts(con: duckdb.DuckDBPyConnection, household: str) -> dict[str, object] | None:
    found = con.execute(
        "SELECT h.head_name, h.household_class, h.village, h.village_name, coalesce(x.members, 0) AS members "
        f"FROM household AS h LEFT JOIN living_household AS x USING (household_id) WHERE h.household_id = {household}"
    )
    names = [column[0] for column in found.description or ()]
    row = found.fetchone()
    return dict(zip(names, row, strict=True)) if row else None


def _accounts(con: duckdb.DuckDBPyConnection, household: str) -> Iterator[Account]:
    members = con.execute(f"SELECT count(*) FROM living WHERE household_id = {household}").fetchall()[0][0]
    rows = con.execute(
        f"SELECT year, line, item, amount, coalesce(note, '') FROM income_line WHERE household_id = {household}"
    ).fetchall()
    for year in sorted({row[0] for row in rows}, reverse=True):
        yield reckon(year, [Line(*row[1:]) for row in rows if row[0] == year], members)


def _told(verdict: Verdict, people: dict[str, str]) -> Iterator[str]:
    name = f"{verdict.rule.title}（{verdict.rule.code}）"
    if verdict.reason:
        yield f"－ {name}：没有核对，{verdict.reason}"
        return
    for one in verdict.fired:
        yield f"● {name}：{_whom(one, people)}{sentence(verdict.rule, one.evidence)}"
        yield f"    入户要问：{verdict.rule.head['ask']}"
    if not verdict.fired:
        rows = "；".join(
            f"{file} {f'第 {_some(lines)} 行' if lines else '没有这一户的行'}" for file, lines in verdict.rows
        )
        yield f"○ {name}：没有线索" + (f"。{rows}" if rows else "")
    for one in verdict.near:
        yield f"    看到的数：{_whom(one, people)}{sentence(verdict.rule, one.evidence)}"
    if verdict.numbers:
        yield f"    依据的数值：{'；'.join(f'{n.title} {shown(n)}（{n.since} 起，{n.document}）' for n in verdict.numbers)}"


def _whom(one: Raised, people: dict[str, str]) -> str:
    subject = one.clue.subject_id
    return f"{people[subject]}（{subject}），" if one.clue.subject_kind == "person" else ""


def _some(lines: tuple[int, ...]) -> str:
    return "、".join(map(str, lines[:8])) + (f" 等 {len(lines)}" if len(lines) > 8 else "")


def _tree(node: Node, depth: int) -> Iterator[str]:
    mark = "减 " if node.sign < 0 and depth == 1 else ""
    yield f"{'  ' * depth}{mark}{node.code + ' ' if node.code else ''}{node.title}　{node.amount} 元"
    for part in node.parts:
        yield from _tree(part, depth + 1)
    for line in node.lines:
        yield f"{'  ' * (depth + 1)}收入表第 {line.line} 行　{line.amount} 元{'　' + line.note if line.note else ''}"
