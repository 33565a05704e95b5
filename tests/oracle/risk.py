"""Risk: may need help. Each rule yields the subjects it finds."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from oracle.cells import age
from oracle.read import Row
from oracle.world import Household, World

_WORSE = {"A": 1, "B": 2, "C": 3, "D": 4}


def medical_burden(w: World) -> Iterator[str]:
    for h in w.with_living:
        limit = w.numbers["medical_registered" if h.registered else "medical_others"]
        if _bills(w, h) >= limit:
            yield h.number


def _bills(w: World, h: Household) -> Decimal:
    """Σ 合规自付 in 12 months of everyone on the roster, patients who have died too."""
    rows = w.rows_of_all("医保结算", h.everyone)
    return sum((r["合规自付"] for r in rows if w.within(r["结算日期"], 12)), Decimal(0))


def school_dropout(w: World) -> Iterator[str]:
    term = date(w.day.year, 8, 31)
    if term > w.day:
        term = date(w.day.year - 1, 8, 31)
    for m in w.living_valid:
        assert m.id.birth is not None
        of_age = age(m.id.birth, term) >= w.numbers["school_from"] and w.age(m) < w.numbers["school_under"]
        if of_age and not any(r["学籍状态"] in ("在读", "送教上门", "延缓入学") for r in w.rows("学籍", m)):
            yield m.person


def uninsured(w: World) -> Iterator[str]:
    for m in w.living_valid:
        if not any(r["年度"] == w.day.year for r in w.rows("医保参保", m)):
            yield m.person


def unsafe_house(w: World) -> Iterator[str]:
    named: dict[str, list[Row]] = defaultdict(list)
    for r in w.tables["住房鉴定"]:
        named[r["户编号"]].append(r)
    for h in w.households.values():
        judged = []
        for r in named[h.number] + [r for r in w.rows_of_head("住房鉴定", h) if r["户编号"] is None]:
            rebuilt = r["改造竣工日期"] is not None and r["鉴定日期"] <= r["改造竣工日期"] <= w.day
            judged.append((r["鉴定日期"], _WORSE.get(r["鉴定等级"], 0), not rebuilt, r["鉴定等级"]))
        if judged:
            _, _, not_rebuilt, grade = max(judged)
            if grade in ("C", "D") and not_rebuilt:
                yield h.number


def water_short(w: World) -> Iterator[str]:
    villages = {h.row["村代码"] for h in w.households.values()}
    for r in w.tables["供水监测"]:
        short = r["停水天数"] > w.numbers["water_days"] or r["水质是否合格"] == "否"
        if short and r["年度"] == w.day.year and r["村代码"] in villages:
            yield r["村代码"]


def new_disability(w: World) -> Iterator[str]:
    for m in w.living_valid:
        for r in w.rows("残疾人证", m):
            if r["等级"] in ("一级", "二级") and w.within(r["发证日期"], 12) and not m.household.monitored:
                yield m.person


def job_lost(w: World) -> Iterator[str]:
    for m in w.living_valid:
        spells = w.rows("就业登记", m)
        ended = any(w.within(r["结束日期"], 6) and r["结束日期"] < w.day for r in spells)
        running = any(w.runs(r, "开始日期", "结束日期") for r in spells)
        if w.numbers["work_from"] <= w.age(m) <= w.numbers["work_to"] and ended and not running:
            yield m.person


def disaster_loss(w: World) -> Iterator[str]:
    for h in w.households.values():
        rows = [r for r in w.rows_of_head("灾害损失", h) if w.within(r["发生日期"], 12)]
        if sum(r["损失金额"] for r in rows) >= w.numbers["disaster_limit"]:
            yield h.number


def accident(w: World) -> Iterator[str]:
    for m in w.members:
        for r in w.rows("交通事故", m):
            if r["后果"] in ("重伤", "死亡") and w.within(r["事故日期"], 12):
                yield m.person


def _line_of_all(w: World, h: Household, year: int) -> Decimal | None:
    """The monitoring line of the year times the living members; None where the year has no line."""
    line = w.numbers["lines"].get(year)
    return None if line is None else Decimal(str(line)) * len(h.living)


def low_income(w: World) -> Iterator[str]:
    for h in w.with_living:
        if h.newest and not h.monitored:
            year, account = h.newest
            line = _line_of_all(w, h, year)
            if line is not None and account.net < line:
                yield h.number


def income_drop(w: World) -> Iterator[str]:
    for h in w.with_living:
        if not h.newest:
            continue
        year, account = h.newest
        before = h.accounts.get(year - 1)
        line = _line_of_all(w, h, year)
        if before is None or line is None or before.net <= 0:
            continue
        if account.net <= (1 - w.numbers["drop"]) * before.net and account.net < w.numbers["drop_factor"] * line:
            yield h.number


def rigid_spending(w: World) -> Iterator[str]:
    for h in w.with_living:
        if not h.newest or h.monitored:
            continue
        year, account = h.newest
        line = _line_of_all(w, h, year)
        if line is None or account.net < line:
            continue
        school = [r["学年自付费用"] or 0 for r in w.rows_of_all("学籍", h.living) if r["学籍状态"] == "在读"]
        if account.net - _bills(w, h) - sum(school) < line:
            yield h.number


def school_cost(w: World) -> Iterator[str]:
    for m in w.living_valid:
        for r in w.rows("学籍", m):
            studies = r["学段"] in ("高中", "中职", "高职", "本科") and r["学籍状态"] == "在读"
            if studies and (r["学年自付费用"] or 0) > w.numbers["school_cost"]:
                yield m.person


def new_dibao(w: World) -> Iterator[str]:
    for h in w.with_living:
        rows = w.rows_of_all("低保对象", h.living) + w.rows_of_all("特困对象", h.living)
        if not h.monitored and any(w.within(r["起始日期"], 6) and w.runs(r) for r in rows):
            yield h.number


def worker_died(w: World) -> Iterator[str]:
    for h in w.with_living:
        for m in h.everyone:
            if m.died is None or m.id.birth is None or not w.within(m.died, 12):
                continue
            if w.numbers["work_from"] <= age(m.id.birth, m.died) <= w.numbers["work_to"]:
                yield h.number
