"""Planted stories of the doubt rules: registered households that own too much, and those that only seem to."""

from mingbai.facts.bureaus.sample import belongings
from mingbai.facts.bureaus.sample.days import next_day
from mingbai.facts.bureaus.sample.income import yuan
from mingbai.facts.bureaus.sample.numbers import SELF_EMPLOYED_CAPITAL
from mingbai.facts.bureaus.sample.people import LIFTED, LIFTED_NO_POLICY, MARGINAL, SUDDEN, UNSTABLE, Person
from mingbai.facts.bureaus.sample.scene import Scene, Tale, fire, near

_ELDER = "户主男38-46 配偶女38-44 之女9 之母70-78"


def _dead(s: Scene) -> Person:
    p = s.one("之母")
    s.dies(p, s.ago(2))
    return p


def owns_car() -> Tale:
    def car(s: Scene, kind: str, status: str = "正常", months: int = 20, p: Person | None = None) -> Person:
        p = p or s.head
        s.clear("vehicle")
        on = s.ago(months) if months else next_day(s.day)
        s.of("vehicle", p, belongings.plate(s.s), kind, "非营运", on, status)
        return p

    return Tale("owns_car", 0.004, [
        fire("脱贫户名下有小型轿车", lambda s: car(s, "小型轿车"), klass=LIFTED),
        fire("脱贫不稳定户名下有小型普通客车", lambda s: car(s, "小型普通客车", "违法未处理"), klass=UNSTABLE),
        fire("边缘易致贫户，小型越野客车，状态为空", lambda s: car(s, "小型越野客车", "", p=s.one("配偶")), klass=MARGINAL),
        fire("脱贫不稳定户风险已消除，仍在册，有轿车", lambda s: car(s, "小型轿车"), klass=UNSTABLE, eliminated=True),
        near("轿车已注销", lambda s: car(s, "小型轿车", "注销"), klass=LIFTED),
        near("拉货的三轮摩托", lambda s: car(s, "正三轮载货摩托车"), klass=LIFTED),
        near("一般农户有轿车", lambda s: car(s, "小型轿车")),
        near("脱贫不享受政策户有轿车", lambda s: car(s, "小型轿车"), klass=LIFTED_NO_POLICY),
        near("边缘易致贫户风险已消除，不再在册", lambda s: car(s, "小型轿车"), klass=MARGINAL, eliminated=True),
        near("筛查日次日才登记", lambda s: car(s, "小型轿车", months=0), klass=LIFTED),
        near("车主已去世", lambda s: car(s, "小型轿车", p=_dead(s)), _ELDER, LIFTED),
    ])  # fmt: skip


def second_home() -> Tale:
    def title(s: Scene, use: str, origin: str = "购买", late: bool = False, p: Person | None = None) -> Person:
        p = p or s.head
        s.clear("title")
        on = next_day(s.day) if late else s.ago(30)
        s.of("title", p, belongings.unit_number(s.s), "西昌市", use, origin, "96.5", on)
        return p

    return Tale("second_home", 0.004, [
        fire("脱贫户在西昌市买了商品住房", lambda s: title(s, "商品住房"), klass=LIFTED),
        fire("配偶名下有商铺", lambda s: title(s, "商铺", p=s.one("配偶")), klass=LIFTED),
        fire("突发严重困难户名下有公寓，来源没有填", lambda s: title(s, "公寓", ""), klass=SUDDEN),
        near("易地搬迁安置房", lambda s: title(s, "商品住房", "易地搬迁安置"), klass=LIFTED),
        near("农村宅基地", lambda s: title(s, "农村宅基地", "批准拨用"), klass=LIFTED),
        near("一般农户买商品住房", lambda s: title(s, "商品住房")),
        near("筛查日次日才登记", lambda s: title(s, "商品住房", late=True), klass=LIFTED),
        near("房主已去世", lambda s: title(s, "商品住房", p=_dead(s)), _ELDER, LIFTED),
    ])  # fmt: skip


def runs_firm() -> Tale:
    def firm(
        s: Scene, kind: str, capital: int | None, status: str = "存续（在营、开业、在册）", late: bool = False
    ) -> Person:
        s.clear("firm_part")
        name = f"{s.h.village.township}{s.head.name[0]}记商贸部"
        founded = next_day(s.day, 2) if late else s.ago(25)
        part = "经营者" if kind == "个体工商户" else "法定代表人"
        money = "" if capital is None else yuan(capital)
        s.of("firm_part", s.head, belongings.firm_code(s.s), name, kind, part, money, founded, status)
        return s.head

    company, shop, limit = "有限责任公司", "个体工商户", SELF_EMPLOYED_CAPITAL
    return Tale("runs_firm", 0.003, [
        fire("有限公司法定代表人，公司存续", lambda s: firm(s, company, 50000_00), klass=LIFTED),
        fire("个体工商户注册资本正好10万元，在业", lambda s: firm(s, shop, limit, "在业"), klass=LIFTED),
        fire("个人独资企业，开业，注册资本没有填", lambda s: firm(s, "个人独资企业", None, "开业"), klass=UNSTABLE),
        near("个体工商户注册资本差一分到10万元", lambda s: firm(s, shop, limit - 1, "在业"), klass=LIFTED),
        near("个体工商户没有填注册资本", lambda s: firm(s, shop, None), klass=LIFTED),
        near("合作社社员", lambda s: firm(s, "农民专业合作社", 800000_00), klass=LIFTED),
        near("公司已注销", lambda s: firm(s, company, 500000_00, "注销"), klass=LIFTED),
        near("公司已吊销未注销", lambda s: firm(s, company, 500000_00, "吊销，未注销"), klass=LIFTED),
        near("一般农户办公司", lambda s: firm(s, company, 500000_00)),
        near("公司在筛查日之后才成立", lambda s: firm(s, company, 500000_00, late=True), klass=LIFTED),
    ])  # fmt: skip


def public_payroll() -> Tale:
    def paid(s: Scene, p: Person) -> Person:
        s.of("payroll", p, "越西县教育体育和科学技术局", "工勤人员")
        return p

    return Tale("public_payroll", 0.001, [
        fire("脱贫户户主由财政供养", lambda s: paid(s, s.head), klass=LIFTED),
        fire("监测户配偶在乡镇事业单位", lambda s: paid(s, s.one("配偶")), klass=SUDDEN),
        near("一般农户", lambda s: paid(s, s.head)),
        near("脱贫不享受政策户", lambda s: paid(s, s.head), klass=LIFTED_NO_POLICY),
        near("已去世的退休教师", lambda s: paid(s, _dead(s)), _ELDER, LIFTED),
    ])  # fmt: skip


def cadre_kin() -> Tale:
    def cadre(s: Scene, p: Person, village: str = "", post: str = "村委会委员") -> Person:
        kin, of = ("本人", p.name) if post else ("叔侄", "马海木呷")
        s.put("cadre", p.true_id, p.name, village or s.h.village.code, post, kin, of)
        return p

    def elsewhere(s: Scene) -> Person:
        """A cadre of a neighbouring village: the last digits of the code differ."""
        code = s.h.village.code
        return cadre(s, s.head, code[:9] + f"{int(code[9:]) % 900 + 97:03d}")

    return Tale("cadre_kin", 0.0015, [
        fire("脱贫户户主是本村村委会委员", lambda s: cadre(s, s.head), klass=LIFTED),
        fire("监测户的儿子是本村干部近亲属", lambda s: cadre(s, s.one("之子"), post=""), "户主男46-52 配偶女44-50 之子男23-26", UNSTABLE),
        near("在别的村当干部", elsewhere, klass=LIFTED),
        near("一般农户", lambda s: cadre(s, s.head)),
        near("老支书已去世", lambda s: cadre(s, _dead(s)), _ELDER, LIFTED),
    ])  # fmt: skip
