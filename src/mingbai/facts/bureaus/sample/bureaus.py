"""What the bureaus send about people: insurance, bills, school, work, welfare, deaths. It agrees with the roster.

Each table has one function. Rows are lists of text in the column order of tables.py. The limits that keep a row from
being a clue are the defaults of numbers.py, with room to spare.
"""

from dataclasses import dataclass
from datetime import date

from mingbai.base.lib import dates
from mingbai.facts.bureaus.sample import belongings
from mingbai.facts.bureaus.sample.days import fifteenths, next_day, school_age
from mingbai.facts.bureaus.sample.income import yuan
from mingbai.facts.bureaus.sample.people import GENERAL, LIFTED_NO_POLICY, MARGINAL, Household, Person
from mingbai.facts.bureaus.sample.registry import Setting

_HOSPITALS = ("越西县第一人民医院", "越西县中彝医院", "凉山州第一人民医院", "四川大学华西医院", "镇卫生院")
_EMPLOYERS = (
    "越西县农产品加工厂 成都电子厂 东莞五金制品厂 西昌建筑劳务公司 佛山陶瓷厂 宁波服装厂 县环卫所 义乌物流公司".split()
)
_DISABLED = "视力 听力 言语 肢体 智力 精神 多重".split()
_GRADES = ("", "一级", "二级", "三级", "四级")
_STAGES = {"小学": "小学", "高中": "高中", "中职": "中职", "高职": "高职", "学前": "学前", "大专": "本科"}
_COSTS = {"学前": 1200, "小学": 300, "初中": 500, "高中": 3600, "中职": 2200, "高职": 6200, "本科": 6800}


@dataclass(frozen=True)
class Facts:
    """The calendar of one sample, worked out once, and the functions that fill a household's rows."""

    s: Setting
    paydays: tuple[str, ...]
    """The 15th of each of the last 14 months up to the day."""
    land_paid: str

    @classmethod
    def on(cls, s: Setting) -> "Facts":
        paydays = tuple(d.isoformat() for d in fifteenths(dates.months_before(s.day, 14), s.day))
        year = s.day.year if s.day.month > 6 else s.day.year - 1
        return cls(s, paydays, date(year, 6, 20).isoformat())

    def fill(self, h: Household, told: bool = False) -> None:
        """All rows of one household; nobody dies by chance in one that has a story to tell."""
        add = h.rows.setdefault
        _insured(h, self.s, add("insured", []))
        for p in h.people:
            if p.age >= 60:
                add("pension", []).append(_pension(p, self.s))
            elif p.months and self.s.chance(0.35):
                add("job", []).extend(_job(p, self.s))
            if p.studying != "非在校生" and 3 <= p.age <= 22:
                _schooled(h, p, self.s)
            if p.age >= 10 and ("残疾" in p.health or (not p.health and self.s.chance(0.02))):
                add("disability", []).append(_certificate(p, self.s))
        if not told:
            _elder_dies(h, self.s)
        self._welfare(h)
        _bills(h, self.s)
        belongings.fill(h, self.s)

    def _welfare(self, h: Household) -> None:
        """低保 or 特困 with their monthly payments, and the yearly land subsidy."""
        s, head = self.s, h.living[0]
        pay = h.rows.setdefault("payment", [])
        if s.chance(0.85):
            pay.append(
                [
                    head.true_id,
                    head.name,
                    "耕地地力保护补贴",
                    yuan(200_00 + int(300 * s.rng.random()) * 100),
                    self.land_paid,
                ]
            )
        poor = 0.26 if h.klass not in (GENERAL, LIFTED_NO_POLICY) else 0.025
        if len(h.people) == 1 and head.age >= 62:
            if s.chance(0.3):
                self.on_tekun(h, head, _start(s, 9, 90))
        elif s.chance(poor):
            start = _start(s, 9, 70)
            several = h.living[:3] if s.chance(0.6) else [min(h.living, key=lambda p: p.skill in ("普通", "技能"))]
            self.on_dibao(h, several, start, "")
        elif s.chance(0.02):
            start = _start(s, 40, 70)
            self.on_dibao(
                h, [head], start, next_day(dates.months_before(s.day, 8), int(20 * s.rng.random())).isoformat()
            )

    def on_dibao(self, h: Household, several: list[Person], start: str, end: str, payee: Person | None = None) -> None:
        """Put members on 低保 and pay the household monthly, to one card."""
        monthly = 22000 + 1000 * int(14 * self.s.rng.random())
        grade = "ABC"[int(3 * self.s.rng.random())]
        for p in several:
            h.rows.setdefault("dibao", []).append([p.true_id, p.name, grade, yuan(monthly), start, end])
        self.pays(h, payee or several[0], "农村低保金", monthly * len(several), start, end)

    def on_tekun(self, h: Household, p: Person, start: str, end: str = "") -> None:
        """Put a member on 特困 and pay monthly."""
        monthly = 66000 + 1000 * int(6 * self.s.rng.random())
        h.rows.setdefault("tekun", []).append([p.true_id, p.name, yuan(monthly), start, end])
        self.pays(h, p, "农村特困人员救助供养金", monthly, start, end)

    def pays(self, h: Household, p: Person, what: str, amount: int, start: str, end: str) -> None:
        """One payment on each payday within [start, end]."""
        pay = h.rows.setdefault("payment", [])
        pay.extend(
            [p.true_id, p.name, what, yuan(amount), on] for on in self.paydays if start <= on and (not end or on <= end)
        )


def _start(s: Setting, least: int, most: int) -> str:
    """The first of a month between `least` and `most` months ago."""
    return dates.months_before(s.day, least + int((most - least) * s.rng.random())).replace(day=1).isoformat()


def _insured(h: Household, s: Setting, rows: list[list[str]]) -> None:
    """Everybody, for the day's year and (where born by then) the year before."""
    year = s.day.year
    now, last = str(year), str(year - 1)
    for p in h.people:
        rows.append([p.true_id, p.name, now, "城乡居民基本医疗保险"])
        if p.birth.year < year:
            rows.append([p.true_id, p.name, last, "城乡居民基本医疗保险"])


def _pension(p: Person, s: Setting) -> list[str]:
    start = max(date(2012, 1, 1), date(p.birth.year + 60, p.birth.month, 1))
    return [p.true_id, p.name, yuan(11500 + 100 * int(60 * s.rng.random())), start.isoformat()]


def _job(p: Person, s: Setting) -> list[list[str]]:
    """A running spell; sometimes one before it that has ended."""
    start = dates.months_before(s.day, 1 + int(30 * s.rng.random())).replace(day=3)
    rows = [[p.true_id, p.name, _EMPLOYERS[int(8 * s.rng.random())], min(start, s.day).isoformat(), ""]]
    if s.chance(0.3):
        ended = next_day(min(start, s.day), -1 - int(10 * s.rng.random()))
        began = dates.months_before(ended, 2 + int(20 * s.rng.random()))
        rows.append([p.true_id, p.name, _EMPLOYERS[int(8 * s.rng.random())], began.isoformat(), ended.isoformat()])
    return rows


def stage_of(studying: str) -> str:
    """学段 that fits 在校生状况."""
    return _STAGES.get(studying[:2], "初中")


def _schooled(h: Household, p: Person, s: Setting) -> None:
    """学籍 of a pupil; where the roster is silent, from the age. 雨露计划 for registered 中职 and 高职."""
    years = school_age(p.birth, s.day)
    if p.studying:
        stage = stage_of(p.studying)
    elif years < 6:
        return
    else:
        stage = "小学" if years < 12 else "初中" if years < 15 else "高中" if years < 18 else ""
    if not stage or (stage == "学前" and years < 3):
        return
    pupil_row(h, p, stage, s)
    if stage in ("中职", "高职") and h.registered:
        grants(h, p, s)


def pupil_row(h: Household, p: Person, stage: str, s: Setting) -> None:
    years = school_age(p.birth, s.day)
    first = {"学前": 2, "小学": 5, "初中": 11, "高职": 17, "本科": 17}.get(stage, 14)
    cost = yuan(int(_COSTS[stage] * (0.6 + 0.7 * s.rng.random())) * 100)
    school = _school(h, stage)
    h.rows.setdefault("pupil", []).append([p.true_id, p.name, school, stage, str(max(1, years - first)), "在读", cost])


def _school(h: Household, stage: str) -> str:
    town = h.village.township
    match stage:
        case "学前":
            return f"{h.village.name}幼教点"
        case "小学":
            return f"{town}中心小学校"
        case "初中":
            return f"{town}初级中学校"
        case "高中":
            return "越西中学"
        case "中职":
            return "越西县职业技术学校"
        case "高职":
            return "四川应用技术职业学院"
    return "西昌学院"


def grants(h: Household, p: Person, s: Setting) -> None:
    """Two terms of 雨露计划 within the last twelve months."""
    for months, half in ((8, "秋季"), (2, "春季")):
        on = next_day(dates.months_before(s.day, months), -int(20 * s.rng.random()))
        h.rows.setdefault("school_grant", []).append(
            [p.true_id, p.name, f"{on.year}年{half}学期", "1500.00", on.isoformat()]
        )


def _certificate(p: Person, s: Setting) -> list[str]:
    """A certificate of more than a year ago; its number is the ID, the kind and the grade."""
    kind, grade = 1 + int(7 * s.rng.random()), 1 + int(4 * s.rng.random())
    on = dates.months_before(s.day, 14 + int(80 * s.rng.random()))
    return [p.true_id, p.name, f"{p.true_id}{kind}{grade}", _DISABLED[kind - 1], _GRADES[grade], on.isoformat()]


def _elder_dies(h: Household, s: Setting) -> None:
    """Now and then an old parent has died and still stands on the roster."""
    for p in h.people:
        if p.age >= 66 and p.relation in ("之父", "之母") and s.chance(0.02):
            dies(h, p, dates.months_before(s.day, 1 + int(20 * s.rng.random())))


def dies(h: Household, p: Person, on: date) -> None:
    """Record a death on or before the day; nothing is paid after it."""
    p.dead = True
    p.months = p.work_place = ""
    day = on.isoformat()
    h.rows.setdefault("death", []).append([p.true_id, p.name, day])
    for table, at in (("payment", 4), ("school_grant", 4)):
        if table in h.rows:
            h.rows[table] = [r for r in h.rows[table] if r[0] != p.true_id or r[at] <= day]


def _bills(h: Household, s: Setting) -> None:
    """Bills of two years whose own payments stay well below the household's limit."""
    room = 3600_00 if h.registered or h.klass == MARGINAL else 7000_00
    for p in h.people:
        if not s.chance(0.3 if p.age >= 60 else 0.08):
            continue
        for _ in range(1 + int(2 * s.rng.random())):
            on = next_day(s.day, -int(700 * s.rng.random()))
            if on <= p.birth or (p.dead and on > dates.months_before(s.day, 22)):
                continue
            own = int(min(room, 1800_00) * s.rng.random() ** 2) + 20_00
            room -= own
            if room <= 0:
                return
            bill_row(h, p, on, own, s)


def bill_row(h: Household, p: Person, on: date, own: int, s: Setting) -> None:
    """A settled bill whose parts add up to its total."""
    total = int(own * (2.2 + 2 * s.rng.random()))
    relief = own // 4 if h.registered else 0
    serious = own // 5 if total > 10000_00 else 0
    basic = total - own - relief - serious
    hospital = _HOSPITALS[int(5 * s.rng.random())]
    h.rows.setdefault("bill", []).append(
        [p.true_id, p.name, on.isoformat(), hospital, yuan(total), yuan(basic), yuan(serious), yuan(relief), yuan(own)]
    )
