"""What the bureaus' tables say that a household was paid in an account year: 一卡通, and where it is silent the lists of
低保 and of pensions, a month's amount times the months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb

from mingbai.base.lib.money import cents
from mingbai.facts.bureaus.tables import BY_NAME

TABLES = ("payment", "dibao", "pension")
OTHER_TRANSFER = "D6"
_LISTS = {"dibao": ("D2", "月保障金额"), "pension": ("D4", "月待遇")}
_ROWS_NAMED = 4


@dataclass(frozen=True)
class Source:
    """A delivery that counts: its table, its Parquet twin, and the first day of the month it is for."""

    table: str
    twin: Path
    period: date

    @property
    def title(self) -> str:
        return f"{BY_NAME[self.table].file} {self.period:%Y-%m}"

    @property
    def until(self) -> date:
        """The last day that it can speak of."""
        return _month_end(self.period.year, self.period.month)


@dataclass(frozen=True)
class Found:
    """One amount for the account. `item` is '' for a payment that is no income: it is shown, not entered."""

    item: str
    amount: Decimal
    what: str
    source: str
    """Which delivery and rows, as AccountLine.source_note holds it."""


@dataclass(frozen=True)
class Words:
    """How a payment's name tells its item: (word, item) in order, and words of what is no income."""

    items: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]

    @classmethod
    def of(cls, items: Sequence[str], left_out: Sequence[str]) -> "Words":
        """From the numbers subsidy_items (``低保=D2``) and subsidy_left_out."""
        pairs = tuple((word, item) for word, _, item in (one.partition("=") for one in items))
        return cls(pairs, tuple(left_out))

    def item(self, subsidy: str) -> str:
        """The item of a payment; '' where it is no income."""
        if any(word in subsidy for word in self.left_out):
            return ""
        return next((item for word, item in self.items if word in subsidy), OTHER_TRANSFER)


def window(year: int, first_month: int) -> tuple[date, date]:
    """First and last day of an account year: with 10, from 1 October of the year before to 30 September."""
    if first_month == 1:
        return date(year, 1, 1), date(year, 12, 31)
    return date(year - 1, first_month, 1), date(year, first_month, 1) - timedelta(days=1)


def amounts(
    sources: Sequence[Source], people: Mapping[str, str], first: date, last: date, words: Words
) -> tuple[Found, ...]:
    """All that was paid to some people from `first` to `last`, by item.

    Args:
        people: person_key → name. Only their rows are read.
        last: the account year's last day, or the day of asking where that is earlier: nothing is foretold.
    """
    keys = sorted(key for key in people if key)
    if not keys or first > last:
        return ()
    found: list[Found] = []
    with _engine().cursor() as con:
        by_table = {source.table: source for source in sources}
        if paid := by_table.get("payment"):
            found += _paid(con, paid, keys, first, last, words)
        for table, (item, column) in _LISTS.items():
            # What was really paid goes before what a list promises.
            if (listed := by_table.get(table)) and not any(one.item == item for one in found):
                found += _listed(con, listed, keys, people, first, min(last, listed.until), item, column)
    return tuple(sorted(found, key=lambda one: (one.item or "Z", one.what)))


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One for the process: to make one takes longer than to ask it. A second thread for so little would only be in the
    way of other people's pages."""
    return duckdb.connect(":memory:", config={"threads": 1})


def _paid(
    con: duckdb.DuckDBPyConnection, source: Source, keys: list[str], first: date, last: date, words: Words
) -> list[Found]:
    rows = con.execute(
        "SELECT subsidy, sum(amount), list(line ORDER BY line), min(paid_on), max(paid_on) FROM read_parquet(?) "
        "WHERE list_contains(?, person_key) AND paid_on BETWEEN ? AND ? GROUP BY subsidy ORDER BY subsidy",
        [str(source.twin), keys, first, last],
    ).fetchall()
    return [
        Found(words.item(subsidy), cents(total), f"{subsidy} {_months(since, until)}", _note(source, lines))
        for subsidy, total, lines, since, until in rows
        if total > 0
    ]


def _listed(
    con: duckdb.DuckDBPyConnection, source: Source, keys: list[str], people: Mapping[str, str],
    first: date, last: date, item: str, column: str,
) -> list[Found]:  # fmt: skip
    ends = "ends_on" if source.table == "dibao" else "CAST(NULL AS DATE) AS ends_on"
    rows = con.execute(
        f"SELECT line, person_key, monthly, starts_on, {ends} FROM read_parquet(?) "
        "WHERE list_contains(?, person_key) AND monthly > 0 AND starts_on <= ? ORDER BY line",
        [str(source.twin), keys, last],
    ).fetchall()
    total, lines, said = Decimal(0), [], []
    for line, key, monthly, starts, ends_on in rows:
        months = months_between(max(starts, first), min(ends_on or last, last))
        if months:
            total += monthly * months
            lines.append(line)
            said.append(f"{people[key]}{column}{monthly} 元 × {months} 个月")
    return [Found(item, cents(total), "；".join(said), _note(source, lines))] if total else []


def months_between(first: date, last: date) -> int:
    """Calendar months touched from one day to another; 0 where the second is earlier."""
    return max(0, (last.year - first.year) * 12 + last.month - first.month + 1) if first <= last else 0


def _note(source: Source, lines: Sequence[int]) -> str:
    named = "、".join(map(str, lines[:_ROWS_NAMED]))
    more = f" 等 {len(lines)}" if len(lines) > _ROWS_NAMED else ""
    return f"{source.title} 第 {named}{more} 行"


def _months(first: date, last: date) -> str:
    return (
        f"{first:%Y-%m}" if (first.year, first.month) == (last.year, last.month) else f"{first:%Y-%m} 至 {last:%Y-%m}"
    )


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
