"""Doubt: may be on the list wrongly. Leak: money that went astray or never came."""

from collections.abc import Iterator
from datetime import timedelta

from oracle.cells import months_before
from oracle.read import Row
from oracle.world import Member, World


def _registered(w: World) -> Iterator[Member]:
    return (m for m in w.living_valid if m.household.registered)


def owns_car(w: World) -> Iterator[str]:
    for m in _registered(w):
        for r in w.rows("机动车登记", m):
            if r["车辆类型"] in w.numbers["car_kinds"] and r["车辆状态"] != "注销":
                yield m.person


def second_home(w: World) -> Iterator[str]:
    for m in _registered(w):
        for r in w.rows("不动产登记", m):
            if r["用途"] in ("商品住房", "商铺", "公寓") and r["来源类型"] != "易地搬迁安置":
                yield m.person


def runs_firm(w: World) -> Iterator[str]:
    for m in _registered(w):
        for r in w.rows("市场主体登记", m):
            open_now = r["经营状态"].startswith("存续") or r["经营状态"] in ("在业", "开业")
            small = r["主体类型"] == "个体工商户" and not (
                r["注册资本"] is not None and r["注册资本"] >= w.numbers["firm_capital"]
            )
            if open_now and r["主体类型"] != "农民专业合作社" and not small:
                yield m.person


def public_payroll(w: World) -> Iterator[str]:
    for m in _registered(w):
        if w.rows("财政供养人员", m):
            yield m.person


def cadre_kin(w: World) -> Iterator[str]:
    for m in _registered(w):
        if any(r["村代码"] == m.household.row["村代码"] for r in w.rows("村干部及近亲属", m)):
            yield m.person


def paid_after_death(w: World) -> Iterator[str]:
    for m in w.members:
        if m.died is not None:
            last = m.died + timedelta(days=w.numbers["death_grace_days"])
            if any(r["发放日期"] > last for r in w.rows("一卡通发放", m)):
                yield m.person


def paid_twice(w: World) -> Iterator[str]:
    for m in w.living_valid:
        on_dibao = any(w.runs(r) for r in w.rows("低保对象", m))
        on_tekun = any(w.runs(r) for r in w.rows("特困对象", m))
        paid = [r for r in w.rows("一卡通发放", m) if w.within(r["发放日期"], 12)]
        if (on_dibao and on_tekun) or _paid_both(paid):
            yield m.person


def _paid_both(paid: list[Row]) -> bool:
    return any(
        "低保" in a["补贴项目"]
        and "特困" in b["补贴项目"]
        and a["补贴项目"] != b["补贴项目"]
        and (a["发放日期"].year, a["发放日期"].month) == (b["发放日期"].year, b["发放日期"].month)
        for a in paid
        for b in paid
    )


def dibao_unpaid(w: World) -> Iterator[str]:
    months = w.numbers["dibao_months"]
    for m in w.living_valid:
        due = any(w.runs(r) and r["起始日期"] < months_before(w.day, months) for r in w.rows("低保对象", m))
        if due and m.household.all_valid:
            rows = w.rows_of_all("一卡通发放", m.household.living)
            if not any("低保" in r["补贴项目"] and w.within(r["发放日期"], months) for r in rows):
                yield m.person


def _bare(name: str) -> str:
    """A name without blanks and dots."""
    return "".join(c for c in name if not c.isspace() and c not in "·•・．.")


def payee_mismatch(w: World) -> Iterator[str]:
    for m in w.living_valid:
        for r in w.rows("一卡通发放", m):
            if w.within(r["发放日期"], 12) and r["姓名"] is not None and _bare(r["姓名"]) != _bare(m.row["姓名"]):
                yield m.person


def pension_missing(w: World) -> Iterator[str]:
    for m in w.living_valid:
        insured = any(r["年度"] == w.day.year for r in w.rows("医保参保", m))
        if w.age(m) >= w.numbers["pension_age"] and insured and not w.rows("养老待遇", m):
            yield m.person


def _granted(w: World, m: Member) -> bool:
    return any(w.within(r["发放日期"], 12) for r in w.rows("雨露计划", m))


def _vocational(w: World, m: Member, *states: str) -> bool:
    return any(r["学段"] in ("中职", "高职") and r["学籍状态"] in states for r in w.rows("学籍", m))


def grant_missing(w: World) -> Iterator[str]:
    for m in _registered(w):
        if _vocational(w, m, "在读") and not _granted(w, m):
            yield m.person


def grant_wrong(w: World) -> Iterator[str]:
    for m in w.living_valid:
        if _granted(w, m) and not _vocational(w, m, "在读", "毕业"):
            yield m.person
