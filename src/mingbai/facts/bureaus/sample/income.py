"""Household accounts: lines by the account's items (policy.md 5.2) that add up to a net income and fit the members."""

from datetime import date

from mingbai.base.lib import dates
from mingbai.facts.bureaus.sample.numbers import LINE
from mingbai.facts.bureaus.sample.people import Household
from mingbai.facts.bureaus.sample.registry import Setting

Account = dict[str, int]
"""Item → cents."""

_NOTES = {
    "A1": "外出务工", "A3": "乡镇公益岗", "A4": "村级公益岗", "B1": "玉米、马铃薯、苦荞", "B2": "猪、羊、鸡出栏",
    "B3": "花椒、核桃", "C1": "村集体分红", "C2": "土地流转租金", "D2": "低保金", "D3": "特困供养金",
    "D4": "城乡居民养老金", "D5A": "退耕还林", "D5B": "公益林补偿", "D6": "耕地地力补贴", "D6K": "子女赡养费",
    "E1": "种子、化肥", "E2": "饲料、仔畜", "E3": "农药、管护",
}  # fmt: skip


def cents(money: str) -> int:
    """`1234.50` as 123450."""
    whole, _, part = money.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def yuan(amount: int) -> str:
    """Cents as yuan with two decimals."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def net(account: Account) -> int:
    """ΣA + ΣB + ΣC + ΣD − ΣE, in cents."""
    return sum(-amount if item[0] == "E" else amount for item, amount in account.items())


def reckon(h: Household, s: Setting) -> None:
    """The accounts of the last two or three full years: above the line, and for the monitored near it."""
    newest = s.day.year - 1
    n = len(h.living)
    line = LINE[newest] * n
    spent = spending(h, s.day)
    if h.monitored:
        aim = int(line * (0.72 + 0.6 * s.rng.random()))
    else:
        times = 1.35 + 0.75 * (s.rng.random() + s.rng.random()) * (0.8 if h.registered else 1.1)
        # What is spent on illness and school must not push the household below the line (rigid_spending).
        aim = max(int(line * times), line + spent + 1500_00)
    aim = max(aim, sum(benefits(h, newest).values()) + 1000_00)
    h.accounts = {newest: account(h, s, newest, aim)}
    for back in range(1, 3 if h.registered else 2):
        # Never 30 % above the year after it, else income would have dropped.
        aim = max(int(aim * (0.90 + 0.14 * s.rng.random())), sum(benefits(h, newest - back).values()) + 500_00)
        h.accounts[newest - back] = account(h, s, newest - back, aim)


def spending(h: Household, day: date) -> int:
    """Own payments of twelve months and the school year's cost of those at school, in cents."""
    first = dates.months_before(day, 12).isoformat()
    last = day.isoformat()
    bills = sum(cents(r[8]) for r in h.rows.get("bill", ()) if first < r[2] <= last)
    return bills + sum(cents(r[6]) for r in h.rows.get("pupil", ()) if r[5] == "在读" and r[6])


def received(h: Household, table: str, at: int, year: int) -> int:
    """What a monthly benefit (column `at`, start and end after it) paid in a year, in cents."""
    total = 0
    for row in h.rows.get(table, ()):
        start = max(row[at + 1], f"{year}-01-01")
        end = min(row[at + 2] or "9999-12-31", f"{year}-12-31")
        if start <= end:
            total += cents(row[at]) * (int(end[5:7]) - int(start[5:7]) + 1)
    return total


def benefits(h: Household, year: int) -> Account:
    """What the bureaus' tables say was paid: 低保, 特困, pensions."""
    lines: Account = {"D2": received(h, "dibao", 3, year), "D3": received(h, "tekun", 2, year)}
    living = {p.true_id for p in h.living}
    for row in h.rows.get("pension", ()):
        if row[3][:4] <= str(year) and row[0] in living:
            lines["D4"] = lines.get("D4", 0) + cents(row[2]) * 12
    return lines


def account(h: Household, s: Setting, year: int, aim: int) -> Account:
    """An account whose net is exactly `aim` cents and whose lines fit the household: wages where somebody works, ..."""
    rng = s.rng
    lines = benefits(h, year)
    rest = aim - sum(lines.values())
    small = max(0, rest) // 100
    lines["D6"] = int(small * (1 + 3 * rng.random()) / 100) * 100
    if rng.random() < 0.4:
        lines["D5A"] = int(small * (1 + 2 * rng.random()) / 100) * 100
    if rng.random() < 0.3:
        lines["C2"] = int(small * (2 + 4 * rng.random()) / 100) * 100
    if not any(p.months not in ("", "0") for p in h.living):
        if all(p.age >= 65 for p in h.living):
            lines["D6K"] = int(small * (20 + 20 * rng.random()) / 100) * 100
    else:
        lines["A1"] = int(small * (45 + 30 * rng.random()) / 1000) * 1000
    _farm(lines, aim - net(lines), rng.random())
    return {item: amount for item, amount in lines.items() if amount}


def _farm(lines: Account, rest: int, luck: float) -> None:
    """Put the rest into crops and stock, gross, with costs of about 40 % (the ratios of policy.md 5.2)."""
    if rest < 100_00:  # too little for a farm's books
        lines["D6"] += rest
        return
    crops = int(rest * (0.4 + 0.5 * luck))
    for item, part, ratio in (("1", crops, 0.66), ("2", rest - crops, 0.62)):
        gross = int(part / ratio) + 1_00
        lines["B" + item] = gross
        lines["E" + item] = gross - part


def income_rows(h: Household) -> list[list[str]]:
    """The rows of 收入表, newest year last."""
    rows = []
    for year in sorted(h.accounts or ()):
        for item, amount in sorted((h.accounts or {})[year].items()):
            code = item if len(item) == 2 else item[:2] + item[2:].lower()
            rows.append([h.hid, str(year), code, yuan(amount), _NOTES.get(item, "")])
    return rows
