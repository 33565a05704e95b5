"""Planted stories of the risk rules that rest on income, welfare and the loss of a worker."""

from mingbai.facts.bureaus.sample.days import next_day, years_before
from mingbai.facts.bureaus.sample.numbers import DROP_LEFT_PERCENT, DROP_LINE_TENTHS, LINE
from mingbai.facts.bureaus.sample.people import LIFTED, LIFTED_NO_POLICY, MARGINAL, Person
from mingbai.facts.bureaus.sample.scene import Scene, Tale, fire, near

_PLAIN = "户主男38-46 配偶女36-44 之女9"
_WITH_ELDER = "户主男38-46 配偶女38-44 之女9 之母70-78"


def low_income() -> Tale:
    def earns(s: Scene, over: int, before: int | None = None) -> None:
        """A newest account `over` cents above the line; nothing is spent on illness or school."""
        s.no_spending()
        s.no_welfare()
        s.books(s.line + over, before)

    def fewer(s: Scene) -> None:
        s.dies(s.one("之母"), s.ago(15))
        earns(s, 0)

    def old_only(s: Scene) -> None:
        """The newest account is of a year that has no line."""
        s.no_spending()
        s.books(4000_00 * len(s.h.living))
        s.h.accounts = {min(LINE) - 1 - n: lines for n, lines in enumerate((s.h.accounts or {}).values())}

    def planned(s: Scene) -> None:
        earns(s, 9000_00)
        s.h.accounts = (s.h.accounts or {}) | {s.day.year + 1: {"B1": 3000_00, "E1": 1200_00}}

    return Tale("low_income", 0.004, [
        fire("脱贫户，人均纯收入按户算差一分到线", lambda s: earns(s, -1), _PLAIN, LIFTED),
        fire("一般农户，人均差几百元到线", lambda s: earns(s, -1500_37), _PLAIN),
        fire("边缘户风险已消除，收入又掉到线下", lambda s: earns(s, -800_00), _PLAIN, MARGINAL, eliminated=True),
        near("脱贫户，正好在线上", lambda s: earns(s, 0), _PLAIN, LIFTED),
        near("边缘易致贫户在线下，但已在监测", lambda s: earns(s, -2000_00), _PLAIN, MARGINAL),
        near("母亲去世后按3人算正好在线上", fewer, _WITH_ELDER, LIFTED),
        near("上一年在线下，最近一年在线上", lambda s: earns(s, 4000_00, 12000_00), _PLAIN, LIFTED),
        near("最近的账年份没有监测线，不判断", old_only, _PLAIN),
        near("明年的计划账很低，年度在筛查日之后不看", planned, _PLAIN, LIFTED),
    ])  # fmt: skip


def income_drop() -> Tale:
    def falls(s: Scene, newest: int, before: int, gap: int = 1) -> None:
        """Nets in percent of the line."""
        s.no_spending()
        s.no_welfare()
        s.books(s.line * newest // 100, s.line * before // 100, gap)

    def by_thirty(s: Scene, cent: int) -> None:
        """Down to exactly 70 %, and then some cents of the whole household."""
        s.no_spending()
        s.no_welfare()
        before = s.line * 18 // 10
        s.books(before * DROP_LEFT_PERCENT // 100 + cent, before)

    def to_the_factor(s: Scene, cents: int) -> None:
        s.no_spending()
        s.no_welfare()
        newest = s.line * DROP_LINE_TENTHS // 10 + cents
        s.books(newest, newest * 2)

    def into_want(s: Scene) -> None:
        falls(s, 72, 170)
        s.also("low_income", None, "收入骤降，跌到线下")

    def after_a_loss(s: Scene) -> None:
        falls(s, 130, 180)
        assert s.h.accounts
        s.h.accounts[s.newest - 1] = {"B2": 18000_00, "D6": 600_00, "E2": 23500_00}

    return Tale("income_drop", 0.004, [
        fire("比上年正好降三成", lambda s: by_thirty(s, 0), _PLAIN, LIFTED),
        fire("养殖失败，降四成", lambda s: falls(s, 120, 210), _PLAIN),
        fire("降一半，比1.5倍线少一分", lambda s: to_the_factor(s, -1), _PLAIN, LIFTED),
        fire("已在监测的边缘户，收入再降一半", lambda s: falls(s, 80, 160), _PLAIN, MARGINAL),
        fire("降到线下，同时是低收入疑点", into_want, _PLAIN),
        near("降三成差一分", lambda s: by_thirty(s, 1), _PLAIN, LIFTED),
        near("降一半，但正好是1.5倍线", lambda s: to_the_factor(s, 0), _PLAIN, LIFTED),
        near("上一年没有账，前年高出一倍", lambda s: falls(s, 115, 230, gap=2), _PLAIN),
        near("上一年亏本，纯收入为负", after_a_loss, _PLAIN),
    ])  # fmt: skip


def rigid_spending() -> Tale:
    def spends(s: Scene, room: int, *bills: int, school: int = 0, status: str = "在读") -> None:
        """A net income `room` cents above the line, these bills, and this cost of the child's school year."""
        s.no_spending()
        s.no_welfare()
        s.books(s.line + room)
        for months, own in enumerate(bills, 3):
            s.bill(own, s.ago(months))
        if school:
            s.only_pupil(s.one("之女"), "高中", status, school)

    def of_the_dead(s: Scene) -> None:
        s.dies(s.one("之母"), s.ago(4))
        spends(s, 4000_00)
        s.bill(4500_00, s.ago(5), s.one("之母"))

    def long_ago(s: Scene) -> None:
        spends(s, 3000_00, 2500_00)
        s.bill(2500_00, s.ago(12))

    teen = "户主男42-47 配偶女40-45 之女女17"
    return Tale("rigid_spending", 0.004, [
        fire("看病4000元、上高中1000.01元，扣除后比线少一分", lambda s: spends(s, 5000_00, 4000_00, school=1000_01), teen, LIFTED),
        fire("一般农户，医疗自付8000元，扣除后低于线", lambda s: spends(s, 7000_00, 5000_00, 3000_00), _PLAIN),
        fire("母亲病故前的住院费仍算", of_the_dead, _WITH_ELDER, LIFTED),
        near("扣除后正好等于线", lambda s: spends(s, 5000_00, 4000_00, school=1000_00), teen, LIFTED),
        near("子女已毕业，学费不再算", lambda s: spends(s, 5000_00, 4000_00, school=5000_00, status="毕业"), teen),
        near("一笔正好在12个月前那天", long_ago, _PLAIN, LIFTED),
        near("边缘易致贫户已在监测", lambda s: spends(s, 2000_00, 4500_00), _PLAIN, MARGINAL),
    ])  # fmt: skip


def new_dibao() -> Tale:
    def starts(s: Scene, months: int, days: int = 0, end: int | None = None) -> None:
        p = s.one("配偶")
        s.dibao(p, start=s.ago(months, days), end=None if end is None else next_day(s.day, end))

    def tekun(s: Scene) -> None:
        s.no_welfare()
        s.facts.on_tekun(s.h, s.head, s.ago(2).isoformat())

    def dead(s: Scene) -> None:
        p = s.one("之母")
        s.dibao(p, start=s.ago(5))
        rows = s.h.rows["dibao"]
        s.dies(p, s.ago(1))
        s.h.rows["dibao"] = rows

    return Tale("new_dibao", 0.003, [
        fire("新纳入低保，正好在6个月窗口第一天", lambda s: starts(s, 6, 1)),
        fire("独居老人新纳入特困供养", tekun, "户主男66-80"),
        fire("脱贫户一人新纳入低保", lambda s: starts(s, 3), klass=LIFTED),
        fire("低保今天到期，今天仍在享受", lambda s: starts(s, 4, end=0)),
        near("正好6个月前那天纳入", lambda s: starts(s, 6)),
        near("新纳入后昨天已停保", lambda s: starts(s, 4, end=-1)),
        near("边缘易致贫户已在监测", lambda s: starts(s, 3), klass=MARGINAL),
        near("明天起才享受", lambda s: starts(s, 0, 1)),
        near("新纳入低保的老人上月去世", dead, _WITH_ELDER),
    ])  # fmt: skip


def worker_died() -> Tale:
    def lost(s: Scene, relation: str, months: int, days: int = 0) -> None:
        s.dies(s.one(relation), s.ago(months, days))

    def on_birthday(s: Scene, age: int) -> None:
        """The husband died two months ago on the day he became so old."""
        p = s.one("配偶")
        s.dies(p, s.ago(2))
        p.birth = years_before(s.ago(2), age)
        _new_id(s, p)

    def told_twice(s: Scene) -> None:
        lost(s, "配偶", 13)
        s.of("death", s.one("配偶"), s.ago(3))

    def alone(s: Scene) -> None:
        lost(s, "户主", 5)
        s.also("head_count", None, "独居户主去世，户内没有在世的户主")

    family = "户主女38-50 配偶男40-52 之女9"
    return Tale("worker_died", 0.0015, [
        fire("丈夫病故，窗口第一天", lambda s: lost(s, "配偶", 12, 1), family),
        fire("儿子务工期间去世", lambda s: lost(s, "之子", 4), "户主男48-52 配偶女46-51 之子男22-25", LIFTED),
        fire("去世当天满60岁", lambda s: on_birthday(s, 60), "户主女58-59 配偶男60"),
        near("丈夫去世正好12个月前那天", lambda s: lost(s, "配偶", 12), family),
        near("去世当天满61岁", lambda s: on_birthday(s, 61), "户主女58-59 配偶男61"),
        near("14岁的孩子病故", lambda s: lost(s, "之女", 3), "户主男42-46 配偶女40-44 之女女14", LIFTED_NO_POLICY),
        near("两条死亡记录，以13个月前的为准", told_twice, family),
        near("独居的中年人去世，户内已无人", alone, "户主男45-55"),
    ])  # fmt: skip


def _new_id(s: Scene, p: Person) -> None:
    """Another birth date: a new ID in every row."""
    old, p.ident = p.true_id, s.s.issuer.resident_id(p.birth, p.sex)
    p.true_id = p.ident
    for rows in s.h.rows.values():
        for row in rows:
            row[:] = [cell.replace(old, p.ident) for cell in row]
