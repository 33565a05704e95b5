"""The county as the rules see it on a day: households, members, the dead, accounts, bureau rows by person."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.cells import Id, age, months_before
from oracle.read import Folder, Row
from oracle.tables import SHAPES

MONITORED = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")

NUMBERS: dict[str, Any] = {
    "medical_registered": 6000,
    "medical_others": 10000,
    "school_from": 6,
    "school_under": 16,
    "water_days": 36,
    "work_from": 16,
    "work_to": 60,
    "disaster_limit": 10000,
    "drop": Decimal("0.30"),
    "drop_factor": Decimal("1.5"),
    "school_cost": 10000,
    "car_kinds": ("小型轿车", "小型普通客车", "小型越野客车"),
    "firm_capital": 100000,
    "death_grace_days": 31,
    "dibao_months": 2,
    "pension_age": 60,
    "lines": {2021: 6000, 2022: 6500, 2023: 7300, 2024: 8000, 2025: 8700, 2026: 8800},
}
"""Defaults; `screen(numbers=...)` replaces some."""


@dataclass(eq=False)
class Member:
    row: Row
    household: "Household"
    died: date | None = None

    @property
    def id(self) -> Id:
        value: Id = self.row["证件号码"]
        return value

    @property
    def key(self) -> str:
        """The 18 digits that rows match by, "" where the ID is not valid."""
        return self.id.text if self.id.valid else ""

    @property
    def person(self) -> str:
        return str(self.row["人编号"])


@dataclass(eq=False)
class Account:
    """One household-year: the sum of its lines by code as written."""

    items: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def sum(self, code: str) -> Decimal:
        return sum((v for k, v in self.items.items() if k.startswith(code)), Decimal(0))

    @property
    def net(self) -> Decimal:
        return self.sum("A") + self.sum("B") + self.sum("C") + self.sum("D") - self.sum("E")


@dataclass(eq=False)
class Household:
    row: Row
    everyone: list[Member] = field(default_factory=list)
    accounts: dict[int, Account] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return str(self.row["户编号"])

    @property
    def living(self) -> list[Member]:
        return [m for m in self.everyone if m.died is None]

    @property
    def monitored(self) -> bool:
        return self.row["户类型"] in MONITORED and self.row["风险是否消除"] != "是"

    @property
    def registered(self) -> bool:
        return self.monitored or self.row["户类型"] in ("脱贫户", "脱贫不稳定户")

    @property
    def all_valid(self) -> bool:
        """Every living member's ID is valid: what a "nobody" over ages or bureau tables needs."""
        return all(m.id.valid for m in self.living)

    @property
    def newest(self) -> tuple[int, Account] | None:
        if not self.accounts:
            return None
        year = max(self.accounts)
        return year, self.accounts[year]


class World:
    """Rows dated after `day` are left out here, once for all rules."""

    def __init__(self, folder: Folder, day: date, numbers: dict[str, Any] | None) -> None:
        self.day = day
        self.numbers = NUMBERS | (numbers or {})
        self.tables = {name: self._seen(name, rows) for name, rows in folder.tables.items()}
        self.households = {r["户编号"]: Household(r) for r in folder.tables["户表"]}
        self.members: list[Member] = []
        for row in folder.tables["成员表"]:
            member = Member(row, self.households[row["户编号"]])
            member.household.everyone.append(member)
            self.members.append(member)
        self._index: dict[str, dict[str, list[Row]]] = {}
        for member in self.members:
            deaths = [r["死亡日期"] for r in self.rows("死亡注销", member)]
            member.died = min(deaths, default=None)
        for row in self.tables.get("收入表", []):
            if row["户编号"] in self.households:
                accounts = self.households[row["户编号"]].accounts
                accounts.setdefault(row["年度"], Account()).items[row["科目"]] += row["金额"]
        self.times_on_roster = Counter(m.key for m in self.members if m.key and m.died is None)

    def _seen(self, table: str, rows: list[Row]) -> list[Row]:
        column = SHAPES[table].dated
        last = self.day.year if column == "年度" else self.day
        return [r for r in rows if not column or r[column] is None or r[column] <= last]

    def rows(self, table: str, member: Member) -> list[Row]:
        """Seen bureau rows of a member; none where the member's ID is not valid."""
        return self.by_id(table, "证件号码").get(member.key, []) if member.key else []

    def rows_of_all(self, table: str, members: Collection[Member]) -> list[Row]:
        """Seen bureau rows of several members, each once though an ID is on the roster twice."""
        index = self.by_id(table, "证件号码")
        return [r for key in sorted({m.key for m in members if m.key}) for r in index.get(key, [])]

    def rows_of_head(self, table: str, household: Household) -> list[Row]:
        """Seen rows by 户主证件号码, which is the one of 户表."""
        head: Id = household.row["户主证件号码"]
        return self.by_id(table, "户主证件号码").get(head.text, []) if head.valid else []

    def by_id(self, table: str, column: str) -> dict[str, list[Row]]:
        if table not in self._index:
            index: dict[str, list[Row]] = defaultdict(list)
            for row in self.tables.get(table, []):
                if row[column].valid:
                    index[row[column].text].append(row)
            self._index[table] = index
        return self._index[table]

    @property
    def living_valid(self) -> Iterator[Member]:
        """The persons that a person's rule judges, unless it is about the dead or the ID itself."""
        return (m for m in self.members if m.died is None and m.id.valid)

    @property
    def with_living(self) -> Iterator[Household]:
        """The households that a household's rule judges, unless it rests on the household's own row alone."""
        return (h for h in self.households.values() if h.living)

    def age(self, member: Member) -> int:
        """Of a member whose ID is valid, on the day."""
        assert member.id.birth is not None
        return age(member.id.birth, self.day)

    def within(self, day: date | None, months: int) -> bool:
        """In the half-open span of n months that ends with the screening day."""
        return day is not None and months_before(self.day, months) < day <= self.day

    def runs(self, row: Row, start: str = "起始日期", end: str = "终止日期") -> bool:
        return bool(row[start] <= self.day and (row[end] is None or row[end] >= self.day))
