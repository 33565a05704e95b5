"""What the county's own roster says of a household: its class, its members' columns, and its rows in 户表 and 成员表."""

from dataclasses import dataclass
from datetime import date
from random import Random

from mingbai.base.lib import dates
from mingbai.facts.bureaus.sample.days import school_age
from mingbai.facts.bureaus.sample.identity import Issuer
from mingbai.facts.bureaus.sample.people import (
    GENERAL,
    LIFTED,
    LIFTED_NO_POLICY,
    MARGINAL,
    SUDDEN,
    UNSTABLE,
    Household,
    Person,
)

# Cumulative shares of the classes among households without a story: see county.py for where they come from.
_CLASSES = ((0.098, LIFTED), (0.108, LIFTED_NO_POLICY), (0.113, UNSTABLE), (0.1155, MARGINAL), (0.117, SUDDEN))
_ELIMINATED = 0.75
_ANY_CAUSE = ("缺技术", "缺资金", "缺土地", "交通条件落后", "自身发展动力不足")
_WORK_PLACES = (
    "成都市 西昌市 乐山市 广东省东莞市 广东省佛山市 浙江省宁波市 浙江省义乌市 江苏省苏州市 重庆市 越西县".split()
)
_UNITS = "县农业农村局 县教育体育局 县卫生健康局 县民政局 县税务局 县林业和草原局 县交通运输局 县水利局 县医疗保障局 乡镇人民政府".split()
_HELPERS = (
    "王建国 李秀英 张伟 刘敏 陈军 杨丽 黄勇 周静 吴强 马海木呷 吉克阿依 沙马拉且 阿苏伍支 罗洪尔布 曲木日作".split()
)
_GRADES = ("七年级", "八年级", "九年级")
_SENIOR = ("一年级", "二年级", "三年级")


@dataclass(frozen=True)
class Setting:
    """What everything that is drawn needs: the day, the chance, and who hands out IDs."""

    day: date
    rng: Random
    issuer: Issuer

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


def classify(h: Household, s: Setting, klass: str | None = None) -> None:
    """Give the household a class (drawn where none is asked for) with the dates and people that go with it."""
    rng, day = s.rng, s.day
    if klass is None:
        r = rng.random()
        klass = next((name for upto, name in _CLASSES if r < upto), GENERAL)
        if klass in (UNSTABLE, MARGINAL, SUDDEN) and s.chance(_ELIMINATED):
            eliminate(h, s)
    h.klass = klass
    h.phone = s.issuer.phone()
    h.housing = "A" if s.chance(0.55) else "B"
    if klass == GENERAL:
        return
    h.identified = f"{2014 + int(4 * rng.random())}{1 + int(12 * rng.random()):02d}"
    if klass in (UNSTABLE, MARGINAL, SUDDEN):
        h.since = h.since or dates.months_before(day, 3 + int(30 * rng.random()))
        if klass != UNSTABLE:
            h.identified = ""
    h.helper = _HELPERS[int(len(_HELPERS) * rng.random())]
    h.unit = _UNITS[int(len(_UNITS) * rng.random())]
    h.has_account = klass != LIFTED_NO_POLICY


def eliminate(h: Household, s: Setting, months: int | None = None, way: str | None = None) -> None:
    """Mark the risk as eliminated `months` after it was found (at least half a year unless a story says otherwise)."""
    gap = 6 + int(14 * s.rng.random()) if months is None else months
    on = dates.months_before(s.day, 2 + int(10 * s.rng.random())).replace(day=12)
    h.eliminated, h.eliminated_on = "是", on
    h.way = way or ("帮扶消除" if s.chance(0.8) else "自然消除")
    h.since = dates.months_before(on, gap).replace(day=8)


def describe(h: Household, s: Setting) -> None:
    """Fill the members' columns. Rosters of households that were never registered are full of holes (policy.md 7.5)."""
    full = h.registered or h.klass != GENERAL
    said = {
        "schooling": 0.95 if full else 0.04,
        "studying": 0.98 if full else 0.55,
        "health": 0.98 if full else 0.79,
        "skill": 0.97 if full else 0.45,
    }
    working = full or h.has_account or s.chance(0.4)
    for p in h.people:
        _health(p, s, full)
        p.studying = _studying(p, s)
        p.schooling = _schooling(p)
        p.skill = _skill(p, s)
        if working and p.skill in ("普通", "技能") and 18 <= p.age < 60 and s.chance(0.62 if p.sex == "男" else 0.42):
            p.months = str(3 + int(9 * s.rng.random()))
            p.work_place = _WORK_PLACES[int(len(_WORK_PLACES) * s.rng.random())]
        for column, share in said.items():
            if s.rng.random() >= share:
                setattr(p, column, "")
        if p.relation == "户主":
            p.phone = h.phone
        elif p.age >= 18 and s.chance(0.5):
            p.phone = s.issuer.phone()


def _health(p: Person, s: Setting, registered: bool) -> None:
    old = p.age >= 60
    r = s.rng.random() / (1.5 if registered else 1.0)
    chronic, disabled, ill = (
        (0.26, 0.30, 0.31) if old else (0.05, 0.075, 0.08) if p.age >= 18 else (0.004, 0.010, 0.011)
    )
    p.health = "健康"
    if r < ill:
        p.health = "长期慢性病" if r < chronic else "残疾" if r < disabled else "患有大病"
        if p.health == "长期慢性病" and r < chronic * 0.04:
            p.health = "长期慢性病、残疾"


def _studying(p: Person, s: Setting) -> str:
    """What the school age says; who is drawn out of school after 16 has left. bureaus.py builds 学籍 from this."""
    start = school_age(p.birth, s.day)
    if start < 3 or p.age > 22:
        return "非在校生"
    if start < 6:
        return "学前" if s.chance(0.85) else "非在校生"
    if start < 12:
        return "小学"
    if start < 15:
        return _GRADES[start - 12]
    if start < 18:
        if p.age >= 16 and s.chance(0.15):
            return "非在校生"
        kind = "高中" if s.chance(0.6) else "中职"
        return kind + _SENIOR[start - 15]
    if start < 21 and s.chance(0.45):
        return "大专及以上" if s.chance(0.6) else "高职" + _SENIOR[start - 18]
    return "非在校生"


def _schooling(p: Person) -> str:
    if p.age < 7:
        return "学龄前"
    if p.studying != "非在校生":
        now = {"小": "小学", "七": "初中", "八": "初中", "九": "初中", "高中": "高中", "中职": "高中"}
        return now.get(p.studying[:1]) or now.get(p.studying[:2]) or "大专及以上"
    if p.age >= 65:
        return "文盲或半文盲"
    return "小学" if p.age >= 45 else "初中" if p.age >= 19 else "高中"


def _skill(p: Person, s: Setting) -> str:
    if p.age < 16 or p.studying != "非在校生":
        return "无劳动力"
    if p.age >= 60:
        return "普通" if p.age < 70 and s.chance(0.4) else "无劳动力" if s.chance(0.5) else "丧失劳动力"
    if p.health in ("患有大病", "残疾", "长期慢性病、残疾"):
        return "丧失劳动力"
    return "普通" if s.chance(0.8) else "技能"


def choose_cause(h: Household, s: Setting) -> str:
    """A cause that the members bear out, so that the record does not contradict itself."""
    if h.klass in (GENERAL, LIFTED_NO_POLICY):
        return ""
    fitting = [_ANY_CAUSE[int(len(_ANY_CAUSE) * s.rng.random())]]
    health = "、".join(p.health for p in h.living)
    if "病" in health:
        fitting.append("因病")
    if "残疾" in health:
        fitting.append("因残")
    if any(p.studying not in ("", "非在校生", "学前", "小学") for p in h.living):
        fitting.append("因学")
    if sum(p.skill in ("普通", "技能") for p in h.living) < 2:
        fitting.append("缺劳动力")
    fitting.reverse()
    return "、".join(fitting[: 1 + (s.rng.random() < 0.3)])


def household_row(h: Household) -> list[str]:
    """The row of 户表."""
    iso = [d.isoformat() if d else "" for d in (h.since, h.eliminated_on)]
    eliminated = h.eliminated or ("否" if h.since else "")
    v = h.village
    return [
        h.hid, v.code, v.township, v.name, h.group, h.head_name, h.head_id, h.klass, h.causes or "", h.identified,
        iso[0], eliminated, iso[1], h.way, h.housing, h.water, h.phone, h.helper, h.unit,
    ]  # fmt: skip


def member_row(h: Household, p: Person) -> list[str]:
    """A row of 成员表."""
    return [
        h.hid, p.pid, p.name, p.ident, p.relation, p.sex if p.sex_said is None else p.sex_said, p.ethnicity,
        p.schooling, p.studying, p.health, p.skill, p.months, p.work_place, p.phone,
    ]  # fmt: skip
