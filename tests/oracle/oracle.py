"""A slow, plain second writing of the screening, from the text of the rules alone.

It knows nothing of the program; tests compare the two. It reads .csv, .xlsx and .parquet (not .xls).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from oracle import doubt_leak, record, risk
from oracle.cells import CENT
from oracle.read import Counts, Folder, Refused, read_folder
from oracle.tables import EITHER, SHAPES
from oracle.world import Household, World

__all__ = ["Refused", "Result", "screen"]

AccountRow = tuple[Decimal, Decimal, Decimal, Decimal, Decimal, Decimal, int, Decimal | None]


@dataclass
class Result:
    """What a run found.

    `clues` (rule, household/person/village, number); `errors` (file name, line, column); `accounts` by
    (household, year): wages, business, property, transfers, costs, net, members, net per head to the
    cent (None without members); `counts` by table; `no_line` households whose newest year has no line.
    """

    clues: set[tuple[str, str, str]] = field(default_factory=set)
    errors: set[tuple[str, int, str]] = field(default_factory=set)
    accounts: dict[tuple[str, int], AccountRow] = field(default_factory=dict)
    not_checked: dict[str, str] = field(default_factory=dict)
    counts: dict[str, Counts] = field(default_factory=dict)
    no_line: int = 0


RULES: tuple[tuple[str, str, Callable[[World], Iterator[str]]], ...] = (
    ("household", "医保结算", risk.medical_burden),
    ("person", "学籍", risk.school_dropout),
    ("person", "医保参保@", risk.uninsured),
    ("household", "住房鉴定", risk.unsafe_house),
    ("village", "供水监测@", risk.water_short),
    ("person", "残疾人证", risk.new_disability),
    ("person", "就业登记", risk.job_lost),
    ("household", "灾害损失", risk.disaster_loss),
    ("person", "交通事故", risk.accident),
    ("household", "收入表", risk.low_income),
    ("household", "收入表", risk.income_drop),
    ("household", "收入表 医保结算 学籍", risk.rigid_spending),
    ("person", "学籍", risk.school_cost),
    ("household", "低保对象 特困对象", risk.new_dibao),
    ("household", "死亡注销", risk.worker_died),
    ("person", "机动车登记", doubt_leak.owns_car),
    ("person", "不动产登记", doubt_leak.second_home),
    ("person", "市场主体登记", doubt_leak.runs_firm),
    ("person", "财政供养人员", doubt_leak.public_payroll),
    ("person", "村干部及近亲属", doubt_leak.cadre_kin),
    ("person", "一卡通发放 死亡注销", doubt_leak.paid_after_death),
    ("person", "低保对象 特困对象 一卡通发放", doubt_leak.paid_twice),
    ("person", "低保对象 一卡通发放", doubt_leak.dibao_unpaid),
    ("person", "一卡通发放", doubt_leak.payee_mismatch),
    ("person", "养老待遇 医保参保@", doubt_leak.pension_missing),
    ("person", "学籍 雨露计划", doubt_leak.grant_missing),
    ("person", "学籍 雨露计划", doubt_leak.grant_wrong),
    ("person", "", record.id_invalid),
    ("person", "", record.id_twice),
    ("household", "", record.head_count),
    ("person", "", record.sex_mismatch),
    ("person", "", record.kin_age),
    ("household", "", record.cause_without_fact),
    ("household", "收入表", record.wage_without_work),
    ("household", "收入表", record.income_without_cost),
    ("household", "收入表", record.pension_without_elder),
    ("household", "收入表 低保对象", record.dibao_line_mismatch),
    ("person", "", record.working_pupil),
    ("person", "", record.months_over_twelve),
    ("household", "", record.same_phone),
    ("household", "收入表", record.copied_year),
    ("household", "收入表", record.copied_account),
    ("household", "", record.stale_monitored),
    ("household", "", record.early_elimination),
)
"""Subject, the tables under "reads" (@ = must have rows of the screening day's year), the rule."""


def screen(folder: Path, day: date, numbers: dict[str, Any] | None = None) -> Result:
    """Screen the county folder on `day`; `numbers` replaces some of `world.NUMBERS`. Raises Refused."""
    read = read_folder(folder, day)
    world = World(read, day, numbers)
    result = Result(errors=read.errors, counts=read.counts)
    for subject, reads, rule in RULES:
        reason = _why_not(world, reads.split())
        if reason:
            result.not_checked[rule.__name__] = reason
        else:
            result.clues |= {(rule.__name__, subject, number) for number in rule(world)}
    for household in world.households.values():
        result.accounts |= _accounts(household)
        newest = household.newest
        result.no_line += bool(household.living and newest and newest[0] not in world.numbers["lines"])
    _count_strangers(read, world)
    return result


def _why_not(world: World, reads: list[str]) -> str:
    for read in reads:
        table = read.removesuffix("@")
        if table not in world.tables:
            return f"{table} did not come"
        if read.endswith("@") and not any(r["年度"] == world.day.year for r in world.tables[table]):
            return f"{table} has no rows of {world.day.year}"
    return ""


def _accounts(household: Household) -> dict[tuple[str, int], AccountRow]:
    members = len(household.living)
    rows: dict[tuple[str, int], AccountRow] = {}
    for year, account in household.accounts.items():
        net = account.net
        per_head = (net / members).quantize(CENT, ROUND_HALF_UP) if members else None
        a, b, c, d, e = (account.sum(letter) for letter in "ABCDE")
        rows[household.number, year] = (a, b, c, d, e, net, members, per_head)
    return rows


def _count_strangers(read: Folder, world: World) -> None:
    """Usable rows, dated when they may, whose ID is not valid or that belong to nobody here."""
    roster = {m.key for m in world.members if m.key}
    heads = {h.row["户主证件号码"].text for h in world.households.values() if h.row["户主证件号码"].valid}
    villages = {h.row["村代码"] for h in world.households.values()}
    for table, rows in read.tables.items():
        headers = {c.header for c in SHAPES[table].columns}
        if table in ("户表", "成员表"):
            continue
        for row in rows:
            counts = read.counts[table]
            if "户编号" in headers and (row["户编号"] is not None or table not in EITHER):
                counts.unmatched += row["户编号"] not in world.households
            elif "证件号码" in headers or "户主证件号码" in headers:
                person = row["证件号码" if "证件号码" in headers else "户主证件号码"]
                counts.invalid_id += not person.valid
                counts.unmatched += person.valid and person.text not in (roster if "证件号码" in headers else heads)
            else:
                counts.unmatched += row["村代码"] not in villages
