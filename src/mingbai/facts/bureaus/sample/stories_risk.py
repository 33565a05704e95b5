"""Planted stories of the risk rules: households that may need help, and those that only look so."""

from mingbai.facts.bureaus.sample.days import next_day, years_before
from mingbai.facts.bureaus.sample.numbers import DISASTER, MEDICAL_OTHERS, MEDICAL_REGISTERED
from mingbai.facts.bureaus.sample.people import LIFTED, LIFTED_NO_POLICY, MARGINAL, SUDDEN, Person
from mingbai.facts.bureaus.sample.scene import Scene, Tale, fire, near

_WITH_ELDER = "户主男38-46 配偶女38-44 之女9 之母70-78"


def _bills(s: Scene, *owns: int) -> None:
    s.clear("bill")
    for months, own in enumerate(owns, 2):
        s.bill(own, s.ago(months))


def medical_burden() -> Tale:
    def by_two(s: Scene) -> None:
        _bills(s, 4000_00)
        s.bill(2000_00, s.ago(12, 1), s.one("配偶"))

    def of_the_dead(s: Scene) -> None:
        s.dies(s.one("之母"), s.ago(2))
        s.clear("bill")
        s.bill(7350_20, s.ago(3), s.one("之母"))

    def one_too_old(s: Scene) -> None:
        _bills(s, 3500_00)
        s.bill(2500_00, s.ago(12))

    def one_to_come(s: Scene) -> None:
        _bills(s, 5900_00)
        s.bill(3000_00, next_day(s.day, 5))

    def dear_but_covered(s: Scene) -> None:
        _bills(s)
        s.of("bill", s.head, s.ago(3), "四川大学华西医院", "86000.00", "61000.00", "15000.00", "5500.00", "4500.00")

    return Tale("medical_burden", 0.007, [
        fire("脱贫户，夫妻两人两笔合规自付正好6000元，一笔在12个月窗口的第一天", by_two, klass=LIFTED),
        fire("一般农户，一次住院合规自付正好1万元", lambda s: _bills(s, MEDICAL_OTHERS)),
        fire("脱贫户，母亲住院自付7350.20元，出院后去世，账仍算在户上", of_the_dead, _WITH_ELDER, LIFTED),
        fire("边缘易致贫户（风险未消除），合规自付6600元", lambda s: _bills(s, 3300_00, 3300_00), klass=MARGINAL),
        near("脱贫户，合规自付差一分到6000元", lambda s: _bills(s, MEDICAL_REGISTERED - 1), klass=LIFTED),
        near("一般农户，合规自付差一分到1万元", lambda s: _bills(s, 9000_00, 999_99)),
        near("脱贫户合计6000元，但一笔正好在12个月前那天，已出窗口", one_too_old, klass=LIFTED),
        near("脱贫不享受政策户按其他农户的1万元算，自付8000元", lambda s: _bills(s, 8000_00), klass=LIFTED_NO_POLICY),
        near("边缘易致贫户风险已消除，按1万元算，自付7000元", lambda s: _bills(s, 7000_00), klass=MARGINAL, eliminated=True),
        near("脱贫户，另一笔3000元在筛查日之后", one_to_come, klass=LIFTED),
        near("脱贫户，总费用8.6万元，报销后合规自付4500元", dear_but_covered, klass=LIFTED),
    ])  # fmt: skip


def uninsured() -> Tale:
    def lapsed(s: Scene, relation: str = "配偶") -> Person:
        p = s.one(relation)
        rows = s.h.rows["insured"]
        s.h.rows["insured"] = [r for r in rows if r[0] != p.true_id or r[2] != str(s.day.year)]
        return p

    def elder(s: Scene) -> Person:
        s.clear("pension")
        return lapsed(s, "之母")

    def this_year_only(s: Scene) -> Person:
        s.h.rows["insured"] = [r for r in s.h.rows["insured"] if r[2] == str(s.day.year)]
        return s.one("配偶")

    def employee(s: Scene) -> Person:
        p = lapsed(s)
        s.of("insured", p, str(s.day.year), "职工基本医疗保险")
        return p

    def dead(s: Scene) -> Person:
        s.dies(s.one("之母"), s.ago(1))
        return lapsed(s, "之母")

    def wrong_id(s: Scene) -> Person:
        p = lapsed(s)
        p.ident = p.ident[:16]
        s.also("id_invalid", p, "没有参保，证件号码又少两位")
        return p

    return Tale("uninsured", 0.009, [
        fire("上年参保，今年没有续保", lapsed),
        fire("今年出生的婴儿没有参保", lambda s: lapsed(s, "之子"), "户主男26-32 配偶女24-29 之子男0!", LIFTED),
        fire("老人今年断保，也没有领养老金", elder, _WITH_ELDER),
        near("在厂里参加职工医保，今年有记录", employee),
        near("上个月去世，今年没有参保", dead, _WITH_ELDER),
        near("去年没有参保，今年有", this_year_only),
        near("证件号码无效的人比不出参保", wrong_id),
    ])  # fmt: skip


def _appraised(s: Scene, *rows: tuple[str, int, int | None]) -> None:
    """Appraisals: grade, months ago, and days after it when the house was finished."""
    s.clear("housing")
    for grade, months, rebuilt in rows:
        on = s.ago(months)
        s.put("housing", s.h.hid, s.head.true_id, grade, on, "" if rebuilt is None else next_day(on, rebuilt))


def _appraised_by_head(s: Scene) -> None:
    s.clear("housing")
    s.put("housing", "", s.head.true_id, "D", s.ago(4), "")


def _appraised_elsewhere(s: Scene) -> None:
    _appraised(s, ("B", 20, None))
    s.put("housing", s.h.hid + "9", s.head.true_id, "D", s.ago(4), "")


def unsafe_house() -> Tale:
    def planned(s: Scene) -> None:
        _appraised(s, ("C", 5, None))
        s.h.rows["housing"][0][4] = next_day(s.day, 90).isoformat()

    def later(s: Scene) -> None:
        _appraised(s, ("B", 30, None))
        s.put("housing", s.h.hid, "", "D", next_day(s.day), "")

    def empty_house(s: Scene) -> None:
        s.dies(s.head, s.ago(16))
        _appraised(s, ("D", 3, None))
        s.also("head_count", None, "独居老人已去世，户内没有在世的户主")

    def done_today(s: Scene) -> None:
        _appraised(s, ("D", 8, None))
        s.h.rows["housing"][0][4] = s.day.isoformat()

    return Tale("unsafe_house", 0.0035, [
        fire("最近一次鉴定C级，没有改造", lambda s: _appraised(s, ("A", 50, None), ("C", 6, None))),
        fire("D级，鉴定表只填了户主证件号码", _appraised_by_head, klass=LIFTED),
        fire("同一天两张鉴定，A级和C级，以差的为准", lambda s: _appraised(s, ("A", 7, None), ("C", 7, None))),
        fire("同一天两张C级，一张写了竣工，一张没有", lambda s: _appraised(s, ("C", 9, 100), ("C", 9, None))),
        fire("竣工日期早于鉴定日期，是上一次的改造", lambda s: _appraised(s, ("D", 10, -200))),
        fire("计划三个月后竣工，今天还是危房", planned, klass=LIFTED),
        fire("独居老人去世后房屋鉴定为D级", empty_house, "户主女74-85"),
        near("C级，鉴定当天即登记竣工", lambda s: _appraised(s, ("C", 9, 0))),
        near("D级，筛查日当天竣工", done_today, klass=LIFTED),
        near("旧鉴定D级，最近一次B级", lambda s: _appraised(s, ("D", 40, None), ("B", 5, None))),
        near("D级鉴定的日期在筛查日之后", later),
        near("D级一行写着别的户编号，只有证件号码是本户的，以户编号为准", _appraised_elsewhere),
    ])  # fmt: skip


def new_disability() -> Tale:
    def certified(s: Scene, grade: str, months: int, days: int = 0) -> Person:
        p = s.one("配偶")
        s.clear("disability", p)
        s.of("disability", p, f"{p.true_id}4{'零一二三四'.index(grade[0])}", "肢体", grade, s.ago(months, days))
        return p

    def dead(s: Scene) -> Person:
        p = s.one("之母")
        s.clear("disability", p)
        s.of("disability", p, f"{p.true_id}11", "视力", "一级", s.ago(6))
        s.dies(p, s.ago(1))
        return p

    return Tale("new_disability", 0.0025, [
        fire("新办肢体一级残疾人证", lambda s: certified(s, "一级", 3)),
        fire("新办二级残疾人证，正好在窗口第一天", lambda s: certified(s, "二级", 12, 1), klass=LIFTED),
        fire("风险已消除的边缘户，新办二级证", lambda s: certified(s, "二级", 5), klass=MARGINAL, eliminated=True),
        near("三级残疾", lambda s: certified(s, "三级", 3)),
        near("一级证正好是12个月前那天发的", lambda s: certified(s, "一级", 12)),
        near("突发严重困难户已在监测", lambda s: certified(s, "一级", 2), klass=SUDDEN),
        near("新办一级证的老人已去世", dead, _WITH_ELDER),
    ])  # fmt: skip


def job_lost() -> Tale:
    def ended(s: Scene, months: int, days: int, then: str = "") -> Person:
        p = s.head
        s.clear("job", p)
        on = s.day if months == 0 and days == 0 else s.ago(months, days)
        s.of("job", p, "东莞五金制品厂", years_before(on, 2), on)
        if then == "new":
            s.of("job", p, "宁波服装厂", s.ago(0, -1), "")
        if then == "to come":
            s.of("job", p, "宁波服装厂", next_day(s.day), "")
        if then == "until":
            s.of("job", p, "县环卫所", years_before(s.day, 1), next_day(s.day, 30))
        return p

    def dead(s: Scene) -> Person:
        p = ended(s, 2, 0)
        s.dies(p, s.ago(1))
        s.one("配偶").relation = "户主"
        s.also("worker_died", None, "务工的户主病故")
        return p

    return Tale("job_lost", 0.007, [
        fire("昨天合同到期，没有新的就业登记", lambda s: ended(s, 0, -1)),
        fire("正好在6个月窗口第一天失业", lambda s: ended(s, 6, 1), klass=LIFTED),
        fire("60岁最后一天，上月离岗", lambda s: ended(s, 1, 0), "户主男60? 配偶女56-59"),
        fire("上月离岗，新合同明天才开始", lambda s: ended(s, 1, 0, "to come")),
        near("合同今天到期，今天还算在岗", lambda s: ended(s, 0, 0)),
        near("正好6个月前那天失业", lambda s: ended(s, 6, 0)),
        near("离岗后已在新厂上班", lambda s: ended(s, 3, 0, "new")),
        near("另一段就业下月才到期", lambda s: ended(s, 2, 0, "until"), klass=LIFTED),
        near("今天满61岁", lambda s: ended(s, 1, 0), "户主男61! 配偶女56-59"),
        near("失业一个月后去世", dead),
    ])  # fmt: skip


def disaster_loss() -> Tale:
    def lost(s: Scene, *losses: tuple[str, int, int], p: Person | None = None) -> None:
        s.clear("disaster")
        for amount, months, days in losses:
            s.put("disaster", (p or s.head).true_id, "洪涝", amount, s.ago(months, days))

    def head_dead(s: Scene) -> None:
        head = s.head
        s.dies(head, s.ago(14))
        s.one("配偶").relation = "户主"
        s.h.head_id, s.h.head_name = head.true_id, head.name
        lost(s, ("15200.00", 2, 0), p=head)

    assert DISASTER == 10000_00
    return Tale("disaster_loss", 0.0025, [
        fire("两次洪涝合计正好1万元", lambda s: lost(s, ("6500.00", 3, 0), ("3500.00", 12, 1))),
        fire("山体滑坡损失2.4万元", lambda s: lost(s, ("24000.00", 1, 0)), klass=LIFTED),
        fire("户表上的户主已去世，损失仍按户主证件号码认", head_dead, "户主男61-75 配偶女50-58"),
        near("损失差一分到1万元", lambda s: lost(s, ("9999.99", 2, 0)), klass=LIFTED),
        near("合计1.2万元，一次正好在12个月前那天", lambda s: lost(s, ("9000.00", 3, 0), ("3000.00", 12, 0))),
        near("登记在配偶证件号码下，不是户主", lambda s: lost(s, ("18000.00", 3, 0), p=s.one("配偶"))),
    ])  # fmt: skip


def accident() -> Tale:
    def hurt(s: Scene, outcome: str, months: int, days: int = 0) -> Person:
        p = s.head
        s.clear("traffic")
        s.of("traffic", p, outcome, s.ago(months, days))
        return p

    def killed(s: Scene, relation: str) -> Person:
        p = s.one(relation)
        s.clear("traffic")
        s.of("traffic", p, "死亡", s.ago(3))
        s.dies(p, s.ago(3))
        if 16 <= p.age < 60:
            s.also("worker_died", None, "青壮年劳动力车祸去世")
        return p

    return Tale("accident", 0.001, [
        fire("重伤，窗口第一天", lambda s: hurt(s, "重伤", 12, 1)),
        fire("母亲车祸死亡，已注销户口", lambda s: killed(s, "之母"), _WITH_ELDER),
        fire("配偶车祸死亡", lambda s: killed(s, "配偶"), "户主男40-45 配偶女38-42 之女9", LIFTED),
        near("轻伤", lambda s: hurt(s, "轻伤", 2)),
        near("重伤，正好12个月前那天", lambda s: hurt(s, "重伤", 12)),
        near("死亡事故日期在筛查日之后", lambda s: hurt(s, "死亡", 0, 3)),
    ])  # fmt: skip
