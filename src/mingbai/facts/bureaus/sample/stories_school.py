"""Planted stories about schooling: children out of school, its cost, and the grant for vocational students."""

from mingbai.facts.bureaus.sample.numbers import SCHOOL_COST
from mingbai.facts.bureaus.sample.people import LIFTED, LIFTED_NO_POLICY, MARGINAL, Person
from mingbai.facts.bureaus.sample.scene import Scene, Tale, fire, near

_TEEN = "户主男42-47 配偶女40-45 之子男17"
_STUDENT = "户主男44-49 配偶女42-47 之子男19"


def school_dropout() -> Tale:
    def leaves(s: Scene, status: str = "") -> Person:
        child = s.one("之子")
        s.clear("pupil", child)
        s.clear("school_grant", child)
        if status:
            s.pupil(child, "小学" if child.age < 12 else "初中", status, 0)
        return child

    def dies(s: Scene) -> Person:
        s.dies(s.one("之子"), s.ago(7))
        return leaves(s)

    def moved(s: Scene) -> Person:
        child = leaves(s, "辍学")
        s.pupil(child, "初中")
        return child

    family = "户主男38-44 配偶女36-42 之子"
    return Tale("school_dropout", 0.0015, [
        fire("11岁，学籍名单里没有", leaves, family + "男11"),
        fire("13岁，学籍状态辍学", lambda s: leaves(s, "辍学"), family + "男13"),
        fire("14岁，只有休学一条", lambda s: leaves(s, "休学"), family + "男14", LIFTED),
        fire("上个8月31日当天满6岁，没有入学", leaves, family + "男6s"),
        fire("明天才满16岁，学籍里没有", leaves, family + "男15?"),
        near("14岁，送教上门", lambda s: leaves(s, "送教上门"), family + "男14"),
        near("7岁，延缓入学", lambda s: leaves(s, "延缓入学"), family + "男7"),
        near("上个9月1日才满6岁，还不到入学年龄", leaves, family + "男6t"),
        near("今天满16岁，已离校", leaves, family + "男16!"),
        near("12岁，去世后学籍注销", dies, family + "男12"),
        near("13岁，旧学籍辍学，转学后在读", moved, family + "男13"),
    ])  # fmt: skip


def school_cost() -> Tale:
    def pays(s: Scene, stage: str, cost: int, status: str = "在读", twice: bool = False) -> Person:
        p = s.one("之子")
        s.only_pupil(p, stage, status, cost)
        if twice:
            s.pupil(p, stage, status, cost + 500_00)
        return p

    teen, student = "户主男42-47 配偶女40-45 之子男17", "户主男44-49 配偶女42-47 之子男20"
    return Tale("school_cost", 0.0025, [
        fire("本科，学年自付比1万元多一分", lambda s: pays(s, "本科", SCHOOL_COST + 1), student),
        fire("高中，学年自付12500元", lambda s: pays(s, "高中", 12500_00), teen),
        fire("脱贫户家大学生，学年自付14800元", lambda s: pays(s, "本科", 14800_00), student, LIFTED),
        near("高中，正好1万元", lambda s: pays(s, "高中", SCHOOL_COST), teen),
        near("私立初中1.2万元，不在学段内", lambda s: pays(s, "初中", 12000_00), "户主男40-45 配偶女38-43 之子男14"),
        near("休学，1.3万元", lambda s: pays(s, "本科", 13000_00, "休学"), student),
        near("两条学籍6000元和6500元，单条不超", lambda s: pays(s, "本科", 6000_00, twice=True), student),
    ])  # fmt: skip


def grant_missing() -> Tale:
    def studies(s: Scene, stage: str, status: str = "在读", months: int | None = None, days: int = 0) -> Person:
        p = s.one("之子")
        s.only_pupil(p, stage, status)
        if months is not None:
            s.of("school_grant", p, "秋季学期", "1500.00", s.ago(months, days))
        return p

    return Tale("grant_missing", 0.002, [
        fire("脱贫户子女读中职，没有雨露计划", lambda s: studies(s, "中职"), _TEEN, LIFTED),
        fire("读高职，上一笔正好在12个月前那天", lambda s: studies(s, "高职", months=12), _STUDENT, LIFTED),
        fire("边缘易致贫户子女读高职，没有补助", lambda s: studies(s, "高职"), _STUDENT, MARGINAL),
        near("补助在窗口第一天", lambda s: studies(s, "中职", months=12, days=1), _TEEN, LIFTED),
        near("一般农户", lambda s: studies(s, "中职"), _TEEN),
        near("读普通高中", lambda s: studies(s, "高中"), _TEEN, LIFTED),
        near("中职已毕业", lambda s: studies(s, "中职", "毕业"), _STUDENT, LIFTED),
        near("高职休学", lambda s: studies(s, "高职", "休学"), _STUDENT, LIFTED),
        near("脱贫不享受政策户", lambda s: studies(s, "中职"), _TEEN, LIFTED_NO_POLICY),
    ])  # fmt: skip


def grant_wrong() -> Tale:
    def granted(s: Scene, stage: str, status: str = "在读", months: int = 5, then: str = "", days: int = 0) -> Person:
        p = s.one("之子")
        s.only_pupil(p, stage, status)
        if then:
            s.pupil(p, then)
        s.of("school_grant", p, "春季学期", "1500.00", s.ago(months, days))
        return p

    def parent(s: Scene) -> Person:
        s.of("school_grant", s.head, "春季学期", "1500.00", s.ago(12, 1))
        return s.head

    return Tale("grant_wrong", 0.001, [
        fire("读普通高中却领雨露计划", lambda s: granted(s, "高中"), _TEEN, LIFTED),
        fire("中职辍学后仍领", lambda s: granted(s, "中职", "辍学"), _TEEN, LIFTED),
        fire("户主本人没有学籍却领了一笔，窗口第一天", parent),
        fire("读本科却领", lambda s: granted(s, "本科"), _STUDENT),
        near("中职刚毕业", lambda s: granted(s, "中职", "毕业"), _STUDENT, LIFTED),
        near("读高中，领取在12个月前那天", lambda s: granted(s, "高中", months=12), _TEEN, LIFTED),
        near("高职在读", lambda s: granted(s, "高职"), _STUDENT, LIFTED),
        near("高职毕业后专升本在读", lambda s: granted(s, "高职", "毕业", then="本科"), _STUDENT, LIFTED),
    ])  # fmt: skip
