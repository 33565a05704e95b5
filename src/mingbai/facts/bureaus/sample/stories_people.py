"""Planted stories of the file rules about people: IDs, kinship, work and school."""

from mingbai.base.lib import dates
from mingbai.base.lib.resident_id import check_character
from mingbai.facts.bureaus.sample.days import next_day, years_before
from mingbai.facts.bureaus.sample.identity import fifteen, spoiled
from mingbai.facts.bureaus.sample.people import LIFTED, MARGINAL, SUDDEN, UNSTABLE, Person
from mingbai.facts.bureaus.sample.scene import Scene, Tale, fire, near

_ELDER = "户主男38-46 配偶女38-44 之女9 之母70-78"
_CHILD = "户主男38-46 配偶女36-44 之女9"


def id_invalid() -> Tale:
    def typed(s: Scene, ident: str) -> Person:
        p = s.one("配偶")
        p.ident = ident
        return p

    def wrong(s: Scene) -> Person:
        return typed(s, spoiled(s.one("配偶").ident))

    def no_such_day(s: Scene) -> Person:
        first17 = s.one("配偶").ident[:10] + "0231" + s.one("配偶").ident[14:17]
        return typed(s, first17 + check_character(first17))

    def unborn(s: Scene) -> Person:
        tomorrow = next_day(s.day)
        first17 = s.head.ident[:6] + tomorrow.strftime("%Y%m%d") + "512"
        p = s.one("之女")
        p.ident = first17 + check_character(first17)
        return p

    def born_today(s: Scene) -> Person:
        return s.one("之子")

    def dead(s: Scene) -> Person:
        """Without a valid ID nobody's death can be matched: the member still counts as living."""
        p = s.one("之母")
        s.dies(p, s.ago(5))
        p.dead = False
        p.ident = p.ident[:-1]
        return p

    return Tale("id_invalid", 0.003, [
        fire("证件号码没有填", lambda s: typed(s, "")),
        fire("校验位不对", wrong, klass=LIFTED),
        fire("少一位", lambda s: typed(s, s.one("配偶").ident[:17])),
        fire("生日写成2月31日", no_such_day),
        fire("出生日期是明天", unborn, _CHILD),
        fire("已注销的老人，花名册上证件号码少一位，比对不上死亡", dead, _ELDER),
        near("15位老号，升位后有效", lambda s: typed(s, fifteen(s.one("配偶").ident))),
        near("填的是残疾人证号，前18位是有效证件号码", lambda s: typed(s, s.one("配偶").ident + "43")),
        near("补办的22位残疾人证号", lambda s: typed(s, s.one("配偶").ident + "43B1"), klass=LIFTED),
        near("今天出生的婴儿", born_today, "户主男26-32 配偶女24-29 之子男0!"),
    ])  # fmt: skip


def _married_out(s: Scene, dead: bool = False) -> list[Person]:
    """A daughter still on her parents' roster and already on her husband's."""
    daughter = s.one("之女")
    wife = next(p for p in s.households[1].people if p.relation == "配偶")
    s.no_welfare()
    Scene(s.facts, [s.households[1]]).no_welfare()
    there = s.households[1].rows
    for table in list(there):
        there[table] = [r for r in there[table] if r[0] != wife.true_id]
    wife.ident = wife.true_id = daughter.true_id
    wife.name, wife.birth, wife.age = daughter.name, daughter.birth, daughter.age
    if dead:
        s.dies(daughter, s.ago(14))
        wife.dead, wife.months = True, ""
    return [daughter, wife]


def _typed_twice(s: Scene, old_form: bool = False) -> list[Person]:
    """The same person entered on two lines of one household."""
    first, again = s.one("之女", 0), s.one("之女", 1)
    for table in list(s.h.rows):
        s.h.rows[table] = [r for r in s.h.rows[table] if r[0] != again.true_id]
    again.true_id, again.name, again.birth = first.true_id, first.name, first.birth
    again.ident = fifteen(first.ident) if old_form else first.ident
    return [first, again]


def id_twice() -> Tale:
    def both_wrong(s: Scene) -> list[Person]:
        pair = _typed_twice(s)
        for p in pair:
            p.ident = spoiled(p.ident)
            s.also("id_invalid", p, "两行填了同一个校验位不对的号码")
        return pair

    def namesakes(s: Scene) -> list[Person]:
        first, again = s.one("之女", 0), s.one("之女", 1)
        s.renamed(again, first.name)
        return [first, again]

    grown = "户主男50-56 配偶女48-54 之女女25-27|户主男27-30 配偶女25-27 之父男55-59 之母女53-57"
    twins = "户主男38-46 配偶女36-44 之女女10-12 之女女10-12"
    adults = "户主男54-58 配偶女52-56 之女女28-29 之女女28-29"
    return Tale("id_twice", 0.0006, [
        fire("女儿出嫁，娘家和婆家花名册上都有", _married_out, grown, households=2),
        fire("同一个女儿录了两行", _typed_twice, twins),
        fire("一行18位，一行15位，是同一个人", lambda s: _typed_twice(s, True), adults),
        near("两行同一号码，但校验位不对，只算证件号码无效", both_wrong, twins),
        near("同名姐妹，号码不同", namesakes, twins),
        near("两行同一号码，人已去世", lambda s: _married_out(s, dead=True), grown, households=2),
    ])  # fmt: skip


def head_count() -> Tale:
    def two(s: Scene) -> None:
        s.one("之子").relation = "户主"

    def none(s: Scene) -> None:
        s.dies(s.head, s.ago(20))

    def nobody_said(s: Scene) -> None:
        s.head.relation = "其他"

    def son_took_over(s: Scene) -> None:
        s.dies(s.head, s.ago(20))
        s.one("之子").relation = "户主"

    family = "户主男62-70 配偶女58-66 之子男30-36"
    return Tale("head_count", 0.0015, [
        fire("父子两人都登记为户主", two, family),
        fire("户主去世，没有变更户主", none, family),
        fire("没有人登记为户主", nobody_said, "户主男40-52 配偶女40-50", LIFTED),
        near("老户主去世，儿子已登记为户主", son_took_over, family),
    ])  # fmt: skip


def sex_mismatch() -> Tale:
    def says(s: Scene, sex: str, ident: str | None = None, dead: bool = False) -> Person:
        p = s.one("之母" if dead else "配偶")
        p.sex_said = sex
        if ident is not None:
            p.ident = ident
            s.also("id_invalid", p, "性别填反，证件号码校验位也不对")
        if dead:
            s.dies(p, s.ago(9))
        return p

    return Tale("sex_mismatch", 0.002, [
        fire("女性登记成男", lambda s: says(s, "男")),
        fire("女婴登记成男", lambda s: _said(s.one("之女"), "男"), "户主男28-34 配偶女26-32 之女女1-4"),
        fire("性别代码填反（1）", lambda s: says(s, "1"), klass=LIFTED),
        near("性别没有填", lambda s: says(s, "")),
        near("性别填作未知", lambda s: says(s, "未知")),
        near("性别填反，但证件号码无效，不好判断", lambda s: says(s, "男", spoiled(s.one("配偶").ident))),
        near("性别填反的老人已去世", lambda s: says(s, "男", dead=True), _ELDER),
    ])  # fmt: skip


def _said(p: Person, sex: str) -> Person:
    p.sex_said = sex
    return p


def kin_age() -> Tale:
    def as_kin(s: Scene, relation: str) -> Person:
        """The other grown man is called this."""
        p = s.one("其他")
        p.relation = relation
        return p

    def twelve(s: Scene, relation: str, days: int, earlier: bool = False) -> Person:
        """Born 12 years after the head (or before), and some days."""
        head, p = s.head, s.one("其他")
        birth = next_day(years_before(head.birth, 12 if earlier else -12), days)
        old, p.birth, p.age = p.true_id, birth, dates.age(birth, s.day)
        p.ident = p.true_id = s.s.issuer.resident_id(birth, p.sex)
        p.relation = relation
        for rows in s.h.rows.values():
            for row in rows:
                row[:] = [cell.replace(old, p.ident) for cell in row]
        return p

    def two_heads(s: Scene) -> Person:
        p = as_kin(s, "之子")
        s.one("配偶").relation = "户主"
        s.also("head_count", None, "夫妻都登记为户主")
        return p

    def unclear_head(s: Scene) -> Person:
        p = as_kin(s, "之子")
        s.head.ident = spoiled(s.head.ident)
        s.also("id_invalid", s.head, "户主证件号码校验位不对")
        return p

    young, old = "户主男40-43 配偶女38-42 其他男33-35", "户主男40-46 配偶女38-44 其他男46-49"
    mid_young, mid_old = "户主男40-44 配偶女38-44 其他男30", "户主男40-44 配偶女38-44 其他男54"
    return Tale("kin_age", 0.001, [
        fire("之子只比户主小七八岁", lambda s: as_kin(s, "之子"), young),
        fire("之父只比户主大几岁", lambda s: as_kin(s, "之父"), old, LIFTED),
        fire("之子比户主晚出生12年差一天", lambda s: twelve(s, "之子", -1), mid_young),
        fire("之父比户主早出生12年差一天", lambda s: twelve(s, "之父", 1, True), mid_old),
        near("之子正好比户主晚12年", lambda s: twelve(s, "之子", 0), mid_young),
        near("之父正好比户主早12年", lambda s: twelve(s, "之父", 0, True), mid_old),
        near("之女婿年龄相近，不在此列", lambda s: as_kin(s, "之女婿"), young),
        near("户内登记了两个户主，不判断", two_heads, young),
        near("户主证件号码无效，不判断", unclear_head, young),
    ])  # fmt: skip


def working_pupil() -> Tale:
    def works(s: Scene, studying: str, months: str = "3") -> Person:
        p = s.one("之子")
        p.studying, p.months = studying, months
        return p

    def unclear(s: Scene) -> Person:
        p = works(s, "初中")
        p.ident = p.ident[:17]
        s.also("id_invalid", p, "在校初中生有务工月数，证件号码又少一位")
        return p

    pupil, teen = "户主男40-45 配偶女38-43 之子男14", "户主男42-47 配偶女40-45 之子男17"
    return Tale("working_pupil", 0.001, [
        fire("八年级学生务工3个月", lambda s: works(s, "八年级"), pupil),
        fire("代码03（小学），务工月数1", lambda s: works(s, "03", "1"), "户主男36-42 配偶女34-40 之子男10"),
        fire("填作初中，务工2个月，证件号码无效也要判断", unclear, pupil),
        near("高中一年级，暑期务工2个月", lambda s: works(s, "高中一年级", "2"), teen),
        near("九年级，务工月数0", lambda s: works(s, "九年级", "0"), pupil),
        near("代码01（非在校生），务工5个月", lambda s: works(s, "01", "5"), teen),
    ])  # fmt: skip


def months_over_twelve() -> Tale:
    def works(s: Scene, months: str) -> Person:
        s.head.months = months
        return s.head

    def dead(s: Scene) -> Person:
        p = s.one("之母")
        s.dies(p, s.ago(4))
        p.months = "14"
        return p

    return Tale("months_over_twelve", 0.0015, [
        fire("务工月数13", lambda s: works(s, "13")),
        fire("务工月数负1", lambda s: works(s, "-1")),
        fire("务工月数12.5", lambda s: works(s, "12.5")),
        near("务工月数12", lambda s: works(s, "12")),
        near("务工月数0", lambda s: works(s, "0")),
        near("务工月数14，人已去世", dead, _ELDER),
    ])  # fmt: skip


def stale_monitored() -> Tale:
    def alone(s: Scene, days: int, helper: str = "") -> None:
        s.h.since, s.h.helper = next_day(s.day, -days), helper

    def not_monitored(s: Scene) -> None:
        s.h.since, s.h.helper = s.ago(14), ""

    return Tale("stale_monitored", 0.001, [
        fire("边缘户纳入监测第31天，没有帮扶责任人", lambda s: alone(s, 31), klass=MARGINAL),
        fire("纳入监测半年，没有帮扶责任人", lambda s: alone(s, 190), klass=SUDDEN),
        near("纳入监测第30天", lambda s: alone(s, 30), klass=MARGINAL),
        near("已有帮扶责任人", lambda s: alone(s, 60, "陈军"), klass=UNSTABLE),
        near("脱贫户没有帮扶责任人", not_monitored, klass=LIFTED),
        near("风险已消除", lambda s: setattr(s.h, "helper", ""), klass=MARGINAL, eliminated=True),
    ])  # fmt: skip
