"""What a story may do to its household: verbs that keep everything else in agreement."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from mingbai.base.lib import dates
from mingbai.facts.bureaus.sample import bureaus
from mingbai.facts.bureaus.sample.bureaus import Facts
from mingbai.facts.bureaus.sample.days import next_day
from mingbai.facts.bureaus.sample.income import Account, account, yuan
from mingbai.facts.bureaus.sample.numbers import LINE
from mingbai.facts.bureaus.sample.people import GENERAL, Household, Person
from mingbai.facts.bureaus.sample.places import Village

Subject = Person | Household | Village

_STUDYING = {
    "小学": "小学",
    "初中": "八年级",
    "高中": "高中二年级",
    "中职": "中职二年级",
    "高职": "高职一年级",
    "本科": "大专及以上",
}


@dataclass(frozen=True)
class Claim:
    """One line of the side file: this rule finds (or must not find) this subject."""

    rule: str
    subject_kind: str
    subject_id: str
    fires: bool
    story: str


class Scene:
    """One story's households on the day, with the facts already filled in and free of clues."""

    def __init__(self, facts: Facts, households: list[Household]) -> None:
        self.facts, self.s, self.day = facts, facts.s, facts.s.day
        self.households = households
        self.h = households[0]
        self.claims: list[Claim] = []
        self.newest = self.day.year - 1
        """The year of the newest account."""

    # --- who and when ---------------------------------------------------------------------------------------------

    def one(self, relation: str, at: int = 0) -> Person:
        """A member by relation (`at` counts among those of the same)."""
        return [p for p in self.h.people if p.relation == relation][at]

    @property
    def head(self) -> Person:
        return self.one("户主")

    def ago(self, months: int, days: int = 0) -> date:
        """`months` before the day, then `days` later: ago(12) is just outside a window of 12 months, ago(12, 1) in."""
        return next_day(dates.months_before(self.day, months), days)

    # --- rows -----------------------------------------------------------------------------------------------------

    def put(self, table: str, *row: str | date) -> None:
        self.h.rows.setdefault(table, []).append([c.isoformat() if isinstance(c, date) else c for c in row])

    def of(self, table: str, p: Person, *row: str | date) -> None:
        """A row about a person: ID and name, then the cells."""
        self.put(table, p.true_id, p.name, *row)

    def clear(self, table: str, p: Person | None = None) -> None:
        """Drop the household's (or one person's) rows of a table."""
        rows = self.h.rows.get(table, [])
        self.h.rows[table] = [r for r in rows if p and r[0] != p.true_id]

    def claim(self, rule: str, subject: Subject | None, fires: bool, story: str) -> None:
        """Note what the rule makes of the subject (the household where none is given)."""
        subject = subject or self.h
        if isinstance(subject, Person):
            kind, ident = "person", subject.pid
        elif isinstance(subject, Household):
            kind, ident = "household", subject.hid
        else:
            kind, ident = "village", subject.code
        self.claims.append(Claim(rule, kind, ident, fires, story))

    def also(self, rule: str, subject: Subject | None, story: str) -> None:
        """Another clue that the story cannot help raising."""
        self.claim(rule, subject, True, story)

    # --- people ---------------------------------------------------------------------------------------------------

    def dies(self, p: Person, on: date) -> None:
        """A death on or before the day. No 低保 is left, else the living would miss what the dead payee got."""
        self.no_welfare()
        bureaus.dies(self.h, p, on)

    def works(self, **months: str) -> None:
        """Nobody works, except those given by relation."""
        for p in self.h.people:
            p.months = months.get(p.relation, "")
            p.work_place = "成都市" if p.months else ""

    def renamed(self, p: Person, name: str) -> None:
        """A member's name, everywhere."""
        p.name = name
        for table, rows in self.h.rows.items():
            for row in rows:
                if row[0] == p.true_id and table != "disaster":
                    row[1] = name

    def all_say(self, column: str, value: str) -> None:
        for p in self.h.people:
            setattr(p, column, value)

    # --- money and welfare ----------------------------------------------------------------------------------------

    def no_spending(self) -> None:
        """No bills and no cost of schooling."""
        self.clear("bill")
        for row in self.h.rows.get("pupil", []):
            row[6] = "0.00"

    def bill(self, own: int, on: date | None = None, p: Person | None = None) -> None:
        """A settled bill with this own payment in cents."""
        bureaus.bill_row(self.h, p or self.head, on or self.ago(4), own, self.s)

    def pupil(self, p: Person, stage: str, status: str = "在读", cost: int = 1000_00) -> None:
        """A row of 学籍, beside those that are there."""
        bureaus.pupil_row(self.h, p, stage, self.s)
        self.h.rows["pupil"][-1][5:] = [status, yuan(cost)]

    def only_pupil(self, p: Person, stage: str, status: str = "在读", cost: int = 1000_00) -> None:
        """The one row of 学籍 that this person has; and no grant."""
        p.studying = p.studying and _STUDYING[stage]
        self.clear("pupil", p)
        self.clear("school_grant", p)
        self.pupil(p, stage, status, cost)

    def no_welfare(self) -> None:
        for table in ("dibao", "tekun"):
            self.clear(table)
        self.h.rows["payment"] = [
            r for r in self.h.rows.get("payment", []) if "低保" not in r[2] and "特困" not in r[2]
        ]

    def dibao(self, *several: Person, start: date, end: date | None = None, payee: Person | None = None) -> None:
        """低保 for these members and nobody else, paid monthly."""
        self.no_welfare()
        self.facts.on_dibao(self.h, list(several), start.isoformat(), end.isoformat() if end else "", payee)

    def unpaid_since(self, on: date) -> None:
        """No payment of 低保 after this day."""
        self.h.rows["payment"] = [r for r in self.h.rows["payment"] if "低保" not in r[2] or r[4] <= on.isoformat()]

    # --- accounts -------------------------------------------------------------------------------------------------

    @property
    def line(self) -> int:
        """The line of the newest account, times the living members, in cents."""
        return LINE[self.newest] * len(self.h.living)

    def books(self, newest: int, before: int | None = None, gap: int = 1) -> None:
        """Two accounts with these nets in cents; the year before defaults to about the same."""
        earlier = newest + abs(newest) // 20 if before is None else before
        self.h.has_account = True
        self.h.accounts = {
            self.newest: account(self.h, self.s, self.newest, newest),
            self.newest - gap: account(self.h, self.s, self.newest - gap, earlier),
        }

    def book(self, **items: int) -> None:
        """The newest account, line by line in yuan; no two households of a county have quite the same."""
        self.book_exactly(
            {i: y * 100 + (1000 * int(40 * self.s.rng.random()) if y >= 500 else 0) for i, y in items.items() if y}
        )

    def book_exactly(self, newest: Account) -> None:
        """The newest account in cents; the year before had a little more of everything."""
        self.h.has_account = True
        before = {item: amount + 13_00 * (n + 1) for n, (item, amount) in enumerate(newest.items())}
        self.h.accounts = {self.newest: newest, self.newest - 1: before}


Do = Callable[[Scene], Subject | list[Person] | list[Household] | None]


@dataclass(frozen=True)
class Story:
    """One planted case: what it tells, the family it needs, and what it does; `do` gives the subject of its rule."""

    fires: bool
    text: str
    do: Do
    family: str = ""
    """As Families.told reads it, with | between households; empty: one of a few couples with children."""
    klass: str = GENERAL
    households: int = 1
    eliminated: bool = False


@dataclass(frozen=True)
class Tale:
    """All stories of one rule. `rate` is the share of households on which it fires in a large county."""

    rule: str
    rate: float
    stories: list[Story] = field(default_factory=list)


def fire(
    text: str, do: Do, family: str = "", klass: str = GENERAL, households: int = 1, eliminated: bool = False
) -> Story:
    """A story in which the rule fires."""
    return Story(True, text, do, family, klass, households, eliminated)


def near(
    text: str, do: Do, family: str = "", klass: str = GENERAL, households: int = 1, eliminated: bool = False
) -> Story:
    """A near miss: just on the other side of one condition."""
    return Story(False, text, do, family, klass, households, eliminated)
