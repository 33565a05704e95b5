"""File: the record contradicts itself."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from oracle.cells import months_before
from oracle.world import Household, World


def id_invalid(w: World) -> Iterator[str]:
    return (m.person for m in w.members if not m.id.valid)


def id_twice(w: World) -> Iterator[str]:
    return (m.person for m in w.living_valid if w.times_on_roster[m.key] > 1)


def head_count(w: World) -> Iterator[str]:
    for h in w.households.values():
        if sum(m.row["与户主关系"] == "户主" for m in h.living) != 1:
            yield h.number


def sex_mismatch(w: World) -> Iterator[str]:
    for m in w.living_valid:
        if m.row["性别"] in ("男", "女") and m.row["性别"] != m.id.sex:
            yield m.person


def kin_age(w: World) -> Iterator[str]:
    for h in w.with_living:
        heads = [m for m in h.living if m.row["与户主关系"] == "户主"]
        if len(heads) != 1 or heads[0].id.birth is None:
            continue
        birth = heads[0].id.birth
        for m in h.living:
            if m.id.birth is None:
                continue
            kin = m.row["与户主关系"]
            too_old = kin in ("之子", "之女") and m.id.birth < months_before(birth, -144)
            too_young = kin in ("之父", "之母") and m.id.birth > months_before(birth, 144)
            if too_old or too_young:
                yield m.person


def cause_without_fact(w: World) -> Iterator[str]:
    for h in w.with_living:
        causes = h.row["致贫原因"] or ()
        health = [m.row["健康状况"] for m in h.living]
        studying = [m.row["在校生状况"] for m in h.living]
        able = sum(m.row["劳动技能"] in ("普通", "技能") for m in h.living)
        if (
            ("因病" in causes and all(x == {"健康"} for x in health))
            or ("因残" in causes and all(x is not None and "残疾" not in x for x in health))
            or ("因学" in causes and all(x == "非在校生" for x in studying))
            or ("缺劳动力" in causes and able >= 3)
        ):
            yield h.number


def wage_without_work(w: World) -> Iterator[str]:
    for h in w.with_living:
        if h.newest:
            _, account = h.newest
            months = sum((m.row["务工月数"] or Decimal(0) for m in h.living), Decimal(0))
            if (account.sum("A1") > 0 and months == 0) or (account.sum("A") == 0 and months > 0):
                yield h.number


def income_without_cost(w: World) -> Iterator[str]:
    for h in w.households.values():
        if h.newest and h.newest[1].sum("B") > 0 and h.newest[1].sum("E") == 0:
            yield h.number


def pension_without_elder(w: World) -> Iterator[str]:
    for h in w.with_living:
        if h.newest and h.newest[1].sum("D4") > 0 and h.all_valid:
            if all(w.age(m) < w.numbers["pension_age"] for m in h.living):
                yield h.number


def dibao_line_mismatch(w: World) -> Iterator[str]:
    for h in w.with_living:
        if not h.newest:
            continue
        year, account = h.newest
        rows = w.rows_of_all("低保对象", h.living)
        first, last = f"{year:04}-01-01", f"{year:04}-12-31"
        whole_year = any(
            r["起始日期"].isoformat() <= first and (r["终止日期"] is None or r["终止日期"].isoformat() >= last)
            for r in rows
        )
        paid = account.sum("D2")
        if (paid > 0 and not rows and h.all_valid) or (paid == 0 and whole_year):
            yield h.number


def working_pupil(w: World) -> Iterator[str]:
    pupil = ("小学", "初中", "七年级", "八年级", "九年级")
    for m in w.members:
        if m.died is None and m.row["在校生状况"] in pupil and (m.row["务工月数"] or 0) > 0:
            yield m.person


def months_over_twelve(w: World) -> Iterator[str]:
    for m in w.members:
        if m.died is None and not 0 <= (m.row["务工月数"] or 0) <= 12:
            yield m.person


def same_phone(w: World) -> Iterator[str]:
    times = Counter(h.row["联系电话"] for h in w.households.values())
    for h in w.households.values():
        if h.row["联系电话"] is not None and times[h.row["联系电话"]] >= 5:
            yield h.number


def copied_year(w: World) -> Iterator[str]:
    for h in w.households.values():
        if h.newest:
            year, account = h.newest
            before = h.accounts.get(year - 1)
            if before is not None and len(account.items) >= 3 and account.items == before.items:
                yield h.number


def copied_account(w: World) -> Iterator[str]:
    def page(h: Household, year: int) -> tuple[object, ...]:
        return h.row["村代码"], year, frozenset(h.accounts[year].items.items())

    times = Counter(page(h, year) for h in w.households.values() for year in h.accounts)
    for h in w.households.values():
        if h.newest:
            year, account = h.newest
            if len(account.items) >= 4 and times[page(h, year)] >= 3:
                yield h.number


def stale_monitored(w: World) -> Iterator[str]:
    for h in w.households.values():
        since = h.row["监测识别时间"]
        if h.monitored and since is not None and h.row["帮扶责任人"] is None:
            if w.day - since >= timedelta(days=31):
                yield h.number


def early_elimination(w: World) -> Iterator[str]:
    for h in w.households.values():
        if h.row["风险是否消除"] == "是" and h.row["风险消除方式"] == "帮扶消除":
            begun, ended = h.row["监测识别时间"], h.row["风险消除时间"]
            if begun is not None and ended is not None:
                if (ended.year - begun.year) * 12 + ended.month - begun.month in (0, 1):
                    yield h.number
