"""Planted stories of the file rules about households: causes, accounts, phones, dates."""

from mingbai.facts.bureaus.sample.days import next_day
from mingbai.facts.bureaus.sample.identity import spoiled
from mingbai.facts.bureaus.sample.people import LIFTED, MARGINAL, UNSTABLE, Household
from mingbai.facts.bureaus.sample.scene import Scene, Tale, fire, near

_PLAIN = "户主男38-46 配偶女36-44 之女9"
_ELDER = "户主男38-46 配偶女38-44 之女9 之母70-78"


def cause_without_fact() -> Tale:
    def cause(s: Scene, causes: str, column: str, common: str, **others: str) -> None:
        """Everybody says `common` in the column, except these relations."""
        s.h.causes = causes
        s.all_say(column, common)
        for relation, value in others.items():
            setattr(s.one(relation), column, value)

    def sick_one_died(s: Scene) -> None:
        s.dies(s.one("之母"), s.ago(8))
        cause(s, "因病", "health", "健康", 之母="患有大病")

    workers = "户主男44-50 配偶女42-48 之子男22-25"
    return Tale("cause_without_fact", 0.003, [
        fire("因病，全家都填健康", lambda s: cause(s, "因病", "health", "健康"), _PLAIN, LIFTED),
        fire("因残，没有人残疾", lambda s: cause(s, "缺技术、因残", "health", "健康", 配偶="长期慢性病"), _PLAIN, LIFTED),
        fire("因学，没有人在校", lambda s: cause(s, "因学", "studying", "非在校生"), workers, LIFTED),
        fire("缺劳动力，三个人有劳动技能", lambda s: cause(s, "缺劳动力", "skill", "普通", 之子="技能"), workers, MARGINAL),
        fire("因病，患大病的母亲已去世", sick_one_died, _ELDER, LIFTED),
        near("因病，一人长期慢性病", lambda s: cause(s, "因病", "health", "健康", 配偶="长期慢性病"), _PLAIN, LIFTED),
        near("因病，一人健康状况没有填", lambda s: cause(s, "因病", "health", "健康", 之女=""), _PLAIN, LIFTED),
        near("因残，一人慢性病兼残疾", lambda s: cause(s, "因残", "health", "健康", 配偶="长期慢性病、残疾"), _PLAIN, LIFTED),
        near("因学，女儿在校", lambda s: cause(s, "因学", "studying", "非在校生", 之女="小学"), _PLAIN, LIFTED),
        near("缺劳动力，只有两个人有劳动技能",
             lambda s: cause(s, "缺劳动力", "skill", "普通", 之子="丧失劳动力"), workers, LIFTED),
    ])  # fmt: skip


def wage_without_work() -> Tale:
    def books(s: Scene, **items: int) -> None:
        s.no_welfare()
        s.book(B1=30000, E1=11000, C2=3600, D6=1450, **items)

    def waged_only(s: Scene) -> None:
        s.works()
        books(s, A1=26000)

    def months_only(s: Scene) -> None:
        s.works(户主="7")
        books(s, B2=22000, E2=8300)

    def worker_died(s: Scene) -> None:
        s.dies(s.one("之子"), s.ago(14))
        s.works(之子="9")
        books(s, A1=31000)

    def job_nearby(s: Scene, months: str) -> None:
        s.works(户主=months)
        books(s, A4=9600, B2=20000, E2=7900)

    def year_before(s: Scene) -> None:
        s.works(户主="8")
        books(s, A1=24000)
        assert s.h.accounts
        before = s.h.accounts[s.newest - 1]
        before["B2"] = before.pop("A1")
        before["E2"] = before["B2"] // 3

    return Tale("wage_without_work", 0.003, [
        fire("账上有务工收入，全家务工月数为空", waged_only, _PLAIN, LIFTED),
        fire("户主务工7个月，账上没有工资性收入", months_only, _PLAIN),
        fire("务工的儿子已去世，账上仍有务工收入", worker_died, "户主男48-52 配偶女46-50 之子男24-26"),
        near("只有公益岗收入，务工月数为空", lambda s: job_nearby(s, ""), _PLAIN, LIFTED),
        near("务工月数5，收入记在公益岗", lambda s: job_nearby(s, "5"), _PLAIN),
        near("上一年的账没有务工收入，最近一年有", year_before, _PLAIN, LIFTED),
    ])  # fmt: skip


def income_without_cost() -> Tale:
    def farm(s: Scene, **items: int) -> None:
        s.works(户主="8")
        s.no_welfare()
        s.book(A1=31000, D6=1260, **items)

    def gone(s: Scene) -> None:
        s.dies(s.head, s.ago(6))
        s.book(B1=9800, D6=640, D6K=7300)
        s.also("head_count", None, "独居老人已去世，账还在")

    def one_cent(s: Scene) -> None:
        farm(s, B1=12000, E1=1)
        assert s.h.accounts
        s.h.accounts[s.newest]["E1"] = 1

    def year_before(s: Scene) -> None:
        farm(s, B1=14000, E1=5200)
        assert s.h.accounts
        del s.h.accounts[s.newest - 1]["E1"]

    return Tale("income_without_cost", 0.002, [
        fire("有种植收入，没有一分成本", lambda s: farm(s, B1=12600), _PLAIN, LIFTED),
        fire("养殖和林果收入都没有成本", lambda s: farm(s, B2=8800, B3=3500), _PLAIN),
        fire("独居老人已去世，账上有种植收入没有成本", gone, "户主女70-82"),
        near("成本只记了一分钱", one_cent, _PLAIN),
        near("没有生产经营收入，也没有成本", lambda s: farm(s), _PLAIN, LIFTED),
        near("只有上一年没有成本", year_before, _PLAIN, LIFTED),
    ])  # fmt: skip


def pension_without_elder() -> Tale:
    def pensioned(s: Scene) -> None:
        s.works(户主="8")
        s.no_welfare()
        s.book(A1=34000, B1=15000, E1=5600, D4=1860)

    def elder_died(s: Scene) -> None:
        s.dies(s.one("之母"), s.ago(3))
        pensioned(s)

    def unclear(s: Scene) -> None:
        pensioned(s)
        p = s.one("配偶")
        p.ident = spoiled(p.ident)
        s.also("id_invalid", p, "账上有养老金，配偶证件号码校验位不对")

    def year_before(s: Scene) -> None:
        pensioned(s)
        assert s.h.accounts
        del s.h.accounts[s.newest]["D4"]

    return Tale("pension_without_elder", 0.0015, [
        fire("账上有养老金，全家没有60岁的人", pensioned, _PLAIN, LIFTED),
        fire("最大的明天才满60岁", pensioned, "户主男59? 配偶女54-58"),
        fire("领养老金的母亲已去世", elder_died, _ELDER),
        near("户主今天满60岁", pensioned, "户主男60! 配偶女54-58"),
        near("配偶证件号码无效，年龄不好判断", unclear, _PLAIN),
        near("只有上一年的账有养老金", year_before, _PLAIN, LIFTED),
    ])  # fmt: skip


def dibao_line_mismatch() -> Tale:
    def books(s: Scene, money: int) -> None:
        s.works(户主="8")
        s.book(A1=33000, B1=16000, E1=6100, D6=980, D2=money)

    def no_row(s: Scene) -> None:
        s.no_welfare()
        books(s, 5400)

    def spell(s: Scene, start: tuple[int, int], end: tuple[int, int] | None, money: int = 0) -> None:
        """低保 of the wife from a day of the account's year (or the year before, month 0) to one of it."""
        first = s.day.replace(year=s.newest - (not start[0]), month=start[0] or 7, day=start[1])
        last = None if end is None else s.day.replace(year=s.newest, month=end[0], day=end[1])
        s.dibao(s.one("配偶"), start=first, end=last)
        books(s, money)

    def two_spells(s: Scene) -> None:
        spell(s, (0, 1), (6, 30))
        p = s.one("配偶")
        s.put("dibao", p.true_id, p.name, "B", "330.00", f"{s.newest}-07-01", f"{s.newest}-12-31")

    def unclear(s: Scene) -> None:
        no_row(s)
        p = s.one("配偶")
        p.ident = spoiled(p.ident)
        s.also("id_invalid", p, "账上有低保金，配偶证件号码校验位不对")

    def old_row(s: Scene) -> None:
        p = s.one("配偶")
        s.dibao(p, start=s.ago(60), end=s.ago(40))
        books(s, 1200)

    return Tale("dibao_line_mismatch", 0.0015, [
        fire("账上有低保金，没有人在低保名单", no_row, _PLAIN, LIFTED),
        fire("全年在低保，账上没有低保金", lambda s: spell(s, (0, 1), None), _PLAIN),
        fire("低保从1月1日到12月31日，账上没有", lambda s: spell(s, (1, 1), (12, 31)), _PLAIN, LIFTED),
        near("1月2日才开始，不满全年", lambda s: spell(s, (1, 2), (12, 31)), _PLAIN),
        near("12月30日终止，不满全年", lambda s: spell(s, (0, 1), (12, 30)), _PLAIN, LIFTED),
        near("上下半年两段，没有一段满全年", two_spells, _PLAIN),
        near("名单上有三年前的一段", old_row, _PLAIN),
        near("配偶证件号码无效，不好比对", unclear, _PLAIN, LIFTED),
    ])  # fmt: skip


def same_phone() -> Tale:
    def shared(s: Scene) -> list[Household]:
        for h in s.households[1:]:
            h.phone = s.h.phone
        return s.households

    def unfilled(s: Scene) -> list[Household]:
        for h in s.households:
            h.phone = ""
        return s.households

    return Tale("same_phone", 0.0006, [
        fire("五户填了同一个电话", shared, households=5),
        fire("六户填了同一个电话", shared, households=6),
        near("四户填了同一个电话", shared, households=4),
        near("五户电话都空着", unfilled, households=5),
    ])  # fmt: skip


def copied_year() -> Tale:
    def copied(s: Scene, items: dict[str, int], cent: int = 0, back: int = 1, more: bool = False) -> None:
        s.works(**({"户主": "9"} if "A1" in items else {}))
        s.no_welfare()
        s.book(**items)
        assert s.h.accounts
        newest = s.h.accounts[s.newest]
        before = {item: amount + cent * (n == 0) for n, (item, amount) in enumerate(newest.items())}
        if more:
            before["C1"] = 200_00
        s.h.accounts = {s.newest: newest, s.newest - back: before}

    full = {"A1": 28600, "B1": 13400, "E1": 5100, "D6": 1130}
    return Tale("copied_year", 0.002, [
        fire("两年的账一分不差", lambda s: copied(s, full), _PLAIN, LIFTED),
        fire("三个科目两年一样", lambda s: copied(s, {"A1": 36800, "C2": 2400, "D6": 890}), _PLAIN),
        near("差一分钱", lambda s: copied(s, full, cent=1), _PLAIN, LIFTED),
        near("只有两个科目", lambda s: copied(s, {"A1": 38200, "D6": 760}), _PLAIN),
        near("与前年一样，上一年没有账", lambda s: copied(s, full, back=2), _PLAIN),
        near("上一年多一个科目", lambda s: copied(s, full, more=True), _PLAIN, LIFTED),
    ])  # fmt: skip


def copied_account() -> Tale:
    def copied(s: Scene, few: bool = False, cent: bool = False) -> list[Household]:
        """The same newest account in all households of the scene; the years before differ."""
        chance = s.s.rng.random
        amounts = [26000_00 + 1000 * int(900 * chance()), 12000_00 + 1000 * int(500 * chance()), 4700_00, 1090_00]
        items = dict(zip(("A1", "C2", "D6") if few else ("A1", "B1", "E1", "D6"), amounts, strict=False))
        for n, h in enumerate(s.households):
            scene = Scene(s.facts, [h])
            scene.works(户主="9")
            scene.no_welfare()
            scene.book_exactly(dict(items))
            assert h.accounts
            h.accounts[s.newest - 1]["A1"] += n * 100_00
            if cent and n == 0:
                h.accounts[s.newest]["D6"] += 1
        return s.households

    return Tale("copied_account", 0.0005, [
        fire("同村三户账目一模一样", copied, _PLAIN, LIFTED, households=3),
        fire("同村四户账目一模一样", copied, _PLAIN, households=4),
        near("同村只有两户一样", copied, _PLAIN, LIFTED, households=2),
        near("三户一样，但只有三个科目", lambda s: copied(s, few=True), _PLAIN, households=3),
        near("三户中有一户差一分", lambda s: copied(s, cent=True), _PLAIN, LIFTED, households=3),
    ])  # fmt: skip


def early_elimination() -> Tale:
    def lasted(s: Scene, months: int, way: str = "帮扶消除", said: str = "是") -> None:
        found = s.ago(14).replace(day=9)
        s.h.since = found
        s.h.eliminated, s.h.way = said, way
        s.h.eliminated_on = next_day(found.replace(day=1), 31 * months).replace(day=20)

    return Tale("early_elimination", 0.001, [
        fire("纳入当月就帮扶消除", lambda s: lasted(s, 0), klass=MARGINAL, eliminated=True),
        fire("纳入次月帮扶消除", lambda s: lasted(s, 1), klass=UNSTABLE, eliminated=True),
        near("隔了两个月才消除", lambda s: lasted(s, 2), klass=MARGINAL, eliminated=True),
        near("次月自然消除", lambda s: lasted(s, 1, "自然消除"), klass=UNSTABLE, eliminated=True),
        near("日期很近，但风险还没有消除", lambda s: lasted(s, 1, said="否"), klass=MARGINAL),
    ])  # fmt: skip
