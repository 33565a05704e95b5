"""Planted stories of the leak rules: money that went astray or never came."""

from datetime import date

from mingbai.facts.bureaus.sample.days import next_day
from mingbai.facts.bureaus.sample.identity import spoiled
from mingbai.facts.bureaus.sample.numbers import GRACE_DAYS
from mingbai.facts.bureaus.sample.people import LIFTED, MARGINAL, Person
from mingbai.facts.bureaus.sample.scene import Scene, Tale, fire, near

_ELDER = "户主男38-46 配偶女38-44 之女9 之母70-78"
_TEEN = "户主男42-47 配偶女40-45 之子男17"
_STUDENT = "户主男44-49 配偶女42-47 之子男19"
_PENSION = "城乡居民基本养老保险金"


def paid_after_death() -> Tale:
    def paid(s: Scene, days: int, what: str = _PENSION, p: Person | None = None, again: bool = False) -> Person:
        """The mother died five months ago; a payment so many days after that."""
        mother, died = s.one("之母"), s.ago(5)
        s.dies(mother, died)
        s.of("payment", p or mother, what, "165.00", next_day(died, days))
        if again:
            s.of("death", mother, s.ago(3))
        return mother

    return Tale("paid_after_death", 0.0025, [
        fire("去世后第32天仍发养老金", lambda s: paid(s, GRACE_DAYS + 1), _ELDER),
        fire("去世四个月后仍发高龄补贴", lambda s: paid(s, 120, "高龄补贴"), _ELDER, LIFTED),
        fire("两条死亡记录，按较早的算，超过31天", lambda s: paid(s, 70, again=True), _ELDER),
        near("去世后第31天发放，在宽限期内", lambda s: paid(s, GRACE_DAYS), _ELDER),
        near("去世当天发放", lambda s: paid(s, 0), _ELDER, LIFTED),
        near("去世后的款打给了配偶一方", lambda s: paid(s, 90, "丧葬补助", s.head), _ELDER),
        near("发放日期在筛查日之后", lambda s: paid(s, 200), _ELDER),
    ])  # fmt: skip


def paid_twice() -> Tale:
    def pays(s: Scene, what: str, on: date, p: Person | None = None) -> None:
        s.of("payment", p or s.head, what, "300.00", on)

    def both_lists(s: Scene, dibao_end: int | None = None) -> Person:
        s.dibao(s.head, start=s.ago(30), end=None if dibao_end is None else next_day(s.day, dibao_end))
        s.put("tekun", s.head.true_id, s.head.name, "680.00", s.ago(20), "")
        return s.head

    def same_month(s: Scene, first: str, second: str, apart: bool = False, p: Person | None = None) -> Person:
        s.no_welfare()
        s.clear("payment")
        on = s.ago(4).replace(day=6)
        pays(s, first, on)
        if second:
            pays(s, second, s.ago(3).replace(day=6) if apart else next_day(on, 14), p)
        return s.head

    dibao, tekun = "农村低保金", "特困人员供养金"
    elder = "户主男66-80"
    return Tale("paid_twice", 0.001, [
        fire("低保和特困两份名单今天都在享受", both_lists, elder),
        fire("同一个月既发低保金又发特困供养金", lambda s: same_month(s, dibao, tekun), elder),
        fire("同一个月发特困护理补贴和低保电费补贴", lambda s: same_month(s, "特困护理补贴", "低保户电费补贴"), elder, LIFTED),
        near("低保昨天终止，今天只享受特困", lambda s: both_lists(s, -1), elder),
        near("低保金和特困供养金不在同一个月", lambda s: same_month(s, dibao, tekun, apart=True), elder),
        near("一个项目名里同时写着低保和特困，不是两个项目", lambda s: same_month(s, "低保特困春节慰问", ""), elder),
        near("两项分别发给夫妻两人", lambda s: same_month(s, dibao, tekun, p=s.one("配偶")), "户主男66-80 配偶女63-75"),
    ])  # fmt: skip


def _stopped(s: Scene, months: int, days: int = 0) -> Person:
    """On 低保 for two years; the last payment at or before ago(months, days)."""
    p = s.one("配偶")
    s.dibao(p, start=s.ago(24))
    s.unpaid_since(s.ago(months, days))
    return p


def _on_the_edge(s: Scene) -> Person:
    p = _stopped(s, 3)
    s.of("payment", p, "农村低保金", "330.00", s.ago(2))
    return p


def _other_money(s: Scene) -> Person:
    p = _stopped(s, 2)
    s.of("payment", p, "农资综合补贴", "120.00", next_day(s.day, -9))
    return p


def _to_the_husband(s: Scene) -> Person:
    p = _stopped(s, 2)
    s.of("payment", s.head, "农村低保金", "330.00", s.ago(2, 1))
    return p


def _both(s: Scene) -> list[Person]:
    pair = [s.head, s.one("配偶")]
    s.dibao(*pair, start=s.ago(40))
    s.unpaid_since(s.ago(5))
    return pair


def _starting(s: Scene, days: int) -> Person:
    """A monitored household: else the start would be a clue of its own."""
    p = s.one("配偶")
    s.dibao(p, start=s.ago(2, days))
    s.unpaid_since(s.ago(3))
    return p


def _ended(s: Scene) -> Person:
    p = s.one("配偶")
    s.dibao(p, start=s.ago(24), end=next_day(s.day, -1))
    s.unpaid_since(s.ago(3))
    return p


def _unjudged(s: Scene) -> Person:
    p = _stopped(s, 3)
    child = s.one("之女")
    child.ident = spoiled(child.ident)
    s.also("id_invalid", child, "低保户成员证件号码校验位不对")
    return p


def dibao_unpaid() -> Tale:
    return Tale("dibao_unpaid", 0.002, [
        fire("低保在册，三个月没有发放", lambda s: _stopped(s, 3)),
        fire("最后一笔正好在2个月前那天，已出窗口", _on_the_edge, klass=LIFTED),
        fire("近两个月只发了农资补贴", _other_money),
        fire("夫妻都在低保，全家五个月没有发放", _both),
        fire("起始日期比2个月前早一天，一笔也没有发", lambda s: _starting(s, -1), klass=MARGINAL),
        near("钱打到丈夫卡上，在窗口第一天", _to_the_husband),
        near("起始日期正好2个月前那天", lambda s: _starting(s, 0), klass=MARGINAL),
        near("低保昨天终止", _ended),
        near("女儿证件号码无效，全家不好比对", _unjudged, "户主男38-46 配偶女36-44 之女9"),
    ])  # fmt: skip


def payee_mismatch() -> Tale:
    def paid(s: Scene, name: str, months: int = 3, days: int = 0) -> Person:
        s.put("payment", s.head.true_id, name, "农机购置补贴", "860.00", s.ago(months, days))
        return s.head

    def dotted(s: Scene, name: str) -> Person:
        s.renamed(s.head, "沙马·木果")
        s.all_say("ethnicity", "彝族")
        return paid(s, name)

    def dead(s: Scene) -> Person:
        p = s.one("之母")
        s.put("payment", p.true_id, "王桂芳", "高龄补贴", "100.00", s.ago(3))
        s.h.rows["death"] = [[p.true_id, p.name, s.ago(2).isoformat()]]
        p.dead = True
        return p

    return Tale("payee_mismatch", 0.0035, [
        fire("卡上姓名是另一个人", lambda s: paid(s, "罗永福" if s.head.name != "罗永福" else "罗永贵")),
        fire("姓名多一个字，窗口第一天", lambda s: paid(s, s.head.name + "子", 12, 1), klass=LIFTED),
        fire("姓名有点的彝族户主，名字错一个字", lambda s: dotted(s, "沙马·木呷")),
        near("卡上姓名没有写点", lambda s: dotted(s, "沙马木果")),
        near("卡上用另一种点，中间还有空格", lambda s: dotted(s, "沙马 • 木果")),
        near("卡上姓名为空", lambda s: paid(s, "")),
        near("姓名不符，但在12个月前那天", lambda s: paid(s, s.head.name + "子", 12)),
        near("姓名不符的老人已去世", dead, _ELDER),
    ])  # fmt: skip


def pension_missing() -> Tale:
    def none(s: Scene, start: int | None = None, insured: bool = True) -> Person:
        p = s.one("配偶")
        s.clear("pension", p)
        if start is not None:
            s.of("pension", p, "128.00", next_day(s.day, start))
        if not insured:
            s.clear("insured", p)
            s.also("uninsured", p, "满60岁，今年没有参保")
        return p

    def dead(s: Scene) -> Person:
        s.clear("pension", s.one("之母"))
        s.dies(s.one("之母"), s.ago(1))
        return s.one("之母")

    pair = "户主男64-72 配偶女62-70"
    return Tale("pension_missing", 0.0035, [
        fire("66岁左右，参保，没有养老待遇", none, pair),
        fire("今天满60岁，没有养老待遇", none, "户主男61-66 配偶女60!", LIFTED),
        fire("养老待遇明天才开始", lambda s: none(s, 1), pair),
        near("养老待遇今天开始", lambda s: none(s, 0), pair, LIFTED),
        near("明天才满60岁", none, "户主男60-64 配偶女59?"),
        near("今年没有参保，养老一项不判断", lambda s: none(s, insured=False), pair),
        near("老人上月去世", dead, _ELDER),
    ])  # fmt: skip
