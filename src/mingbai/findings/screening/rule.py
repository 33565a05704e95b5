"""The rules and the views they share: SQL files with a head, read, checked, and asked what they read.

One rule, one file (DuckDB's dialect). A rule names only tables of facts.bureaus.tables, the views beside it,
``standard`` and ``screening_day``; anything else is refused when the files are loaded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify

from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus.tables import BY_NAME, TABLES

HERE = Path(__file__).parent
GROUPS = ("risk", "doubt", "leak", "file")
SUBJECTS = MappingProxyType({"household": "household_id", "person": "person_id", "village": "village"})

GIVEN = MappingProxyType(
    {
        "screening_day": {"day": "DATE", "year": "INT", "school_year": "INT"},
        "standard": {
            "name": "TEXT", "since": "DATE", "place": "TEXT", "value": "DECIMAL(12, 4)", "label": "TEXT",
            "starts": "DATE", "year": "INT",
        },
    }
)  # fmt: skip
"""What a run gives every rule besides the tables: the day, and the numbers in force (one row a number; one a
label where it is a list; one a year for the monitoring line). ``starts`` of a number of months is D less these."""

_ALWAYS_CAME = ("household", "member")


@dataclass(frozen=True)
class Query:
    """A rule's or a view's SELECT with its head."""

    name: str
    head: Mapping[str, str]
    sql: str
    tables: frozenset[str]
    """Tables of the contract that it names itself."""
    views: tuple[str, ...]
    standards: frozenset[str]
    columns: tuple[str, ...]

    @property
    def where_it_came(self) -> frozenset[str]:
        """Tables that the view does without when they did not come."""
        return frozenset(self.head.get("where_it_came", "").split())

    @property
    def is_kept(self) -> bool:
        """A view that is worked out once and kept; others are read through at each use."""
        return self.head.get("kept") != "no"


@dataclass(frozen=True)
class Rule(Query):
    """A screening rule. It raises clues, never verdicts."""

    @property
    def code(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        return self.head["title"].split(" · ")[0]

    @property
    def title_en(self) -> str:
        return self.head["title"].split(" · ")[1]

    @property
    def subject(self) -> str:
        return self.head["subject"]

    @property
    def subject_column(self) -> str:
        return SUBJECTS[self.subject]

    @property
    def needs_year(self) -> str:
        """A year-table that must have rows of the screening day's year, or nothing."""
        return self.head.get("needs_year", "")

    @property
    def evidence(self) -> tuple[str, ...]:
        return tuple(c for c in self.columns if c not in (self.subject_column, "clue_key", "fires"))


_Q = TypeVar("_Q", bound=Query)
_HEAD_OF: Mapping[type[Query], tuple[str, ...]] = {
    Query: ("about", "basis"),
    Rule: ("code", "title", "group", "subject", "basis", "ask", "ask_en", "says", "key"),
}


@cache
def views() -> Mapping[str, Query]:
    """The shared views by name, each after those it stands on."""
    found = dict(_files("views"))
    named = {name: _named(_parsed(_head(text)[1])) for name, text in found.items()}
    done: dict[str, Query] = {}
    while found:
        ready = [name for name in found if not (named[name] & found.keys())]
        if not ready:
            raise Refused(f"视图互相引用：{'、'.join(sorted(found))}。")
        for name in ready:
            done[name] = _load(name, found.pop(name), done, Query)
    return MappingProxyType(done)


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by code, risk first, then doubt, leak and file, by code within."""
    loaded = [_load(name, text, views(), Rule) for name, text in _files("rules")]
    loaded.sort(key=lambda rule: (GROUPS.index(rule.head["group"]), rule.code))
    return MappingProxyType({rule.code: rule for rule in loaded})


def load_rule(name: str, text: str) -> Rule:
    """One rule from its text. Refused when it names what no table declares, or lacks a head."""
    return _load(name, text, views(), Rule)


def views_of(query: Query) -> tuple[Query, ...]:
    """The views that a query stands on, deepest first."""
    needed: dict[str, Query] = {}

    def visit(one: Query) -> None:
        for name in one.views:
            visit(views()[name])
            needed.setdefault(name, views()[name])

    visit(query)
    return tuple(view for name, view in views().items() if name in needed)


def reads(rule: Rule) -> tuple[str, ...]:
    """Tables that must have come for the rule to run, in the order of the contract (the roster left out)."""
    names = set(rule.tables) | set(rule.head.get("requires", "").split())
    for view in views_of(rule):
        names |= view.tables - view.where_it_came
    return tuple(t.name for t in TABLES if t.name in names and t.name not in _ALWAYS_CAME)


def standards_of(rule: Rule) -> tuple[str, ...]:
    """The numbers that a rule rests on, its views' included."""
    names = set(rule.standards)
    for view in views_of(rule):
        names |= view.standards
    return tuple(sorted(names))


def _files(folder: str) -> Iterator[tuple[str, str]]:
    for path in sorted((HERE / folder).glob("*.sql")):
        yield path.stem, path.read_text(encoding="utf-8")


def _head(text: str) -> tuple[dict[str, str], str]:
    head: dict[str, str] = {}
    lines = text.splitlines()
    while lines and lines[0].startswith("-- "):
        field, _, value = lines.pop(0).removeprefix("-- ").partition(": ")
        head[field] = value.strip()
    return head, "\n".join(lines).strip()


def _parsed(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, read="duckdb")


def _named(tree: exp.Expr) -> set[str]:
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    # With its schema, so that ``arrived.vehicle``, which still has rows dated after the day, is a stranger.
    return {exp.table_name(t) if t.name else t.this.sql("duckdb") for t in tree.find_all(exp.Table)} - ctes


def _load(name: str, text: str, known: Mapping[str, Query], kind: type[_Q]) -> _Q:
    head, sql = _head(text)
    missing = [f for f in _HEAD_OF.get(kind, ()) if not head.get(f)]
    if unknown := sorted(head.keys() - {*_HEAD_OF[kind], "requires", "needs_year", "where_it_came", "kept"}):
        raise Refused(f"「{name}.sql」的开头有不认得的项：{'、'.join(unknown)}。")
    if missing or (kind is Rule and head["code"] != name):
        raise Refused(f"「{name}.sql」的开头缺少：{'、'.join(missing) or '与文件名一致的 code'}。")
    schema: dict[str, dict[str, str]] = dict(GIVEN)
    schema |= {t.name: dict(t.typed) for t in TABLES}
    schema |= {view.name: dict.fromkeys(view.columns, "") for view in known.values()}
    try:
        parsed = _parsed(sql)
        named = _named(parsed)
        if strangers := sorted(named - schema.keys()):
            raise Refused(f"「{name}.sql」用了没有声明的表：{'、'.join(strangers)}。")
        tree = qualify(parsed, schema=_untyped(schema), dialect="duckdb")
    except SqlglotError as error:
        raise Refused(f"「{name}.sql」写得不对：{error}") from None
    assert isinstance(tree, exp.Query)
    columns = tuple(tree.named_selects)
    if kind is Rule and not {SUBJECTS[head["subject"]], "clue_key"} <= set(columns):
        raise Refused(f"「{name}.sql」要给出 {SUBJECTS[head['subject']]} 和 clue_key 两列。")
    return kind(
        name=name,
        head=MappingProxyType(head),
        sql=sql,
        tables=frozenset(named & BY_NAME.keys()),
        views=tuple(sorted(named & known.keys())),
        standards=frozenset(_standards(tree)),
        columns=columns,
    )


def _untyped(schema: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    return {table: dict.fromkeys(columns, "UNKNOWN") for table, columns in schema.items()}


def _standards(tree: exp.Query) -> Iterator[str]:
    """Names compared with the column ``name`` of ``standard``."""
    for same in tree.find_all(exp.EQ):
        column, literal = same.this, same.expression
        if not (isinstance(column, exp.Column) and column.name == "name" and isinstance(literal, exp.Literal)):
            continue
        select = same.find_ancestor(exp.Select)
        if select and any(t.name == "standard" for t in select.find_all(exp.Table)):
            yield literal.name
