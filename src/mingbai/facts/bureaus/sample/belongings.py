"""What the bureaus send about things: vehicles, titles, firms, houses, losses and accidents. None of it is a clue."""

from mingbai.base.lib import dates
from mingbai.facts.bureaus.sample.days import next_day
from mingbai.facts.bureaus.sample.income import yuan
from mingbai.facts.bureaus.sample.people import GENERAL, Household
from mingbai.facts.bureaus.sample.registry import Setting


def fill(h: Household, s: Setting) -> None:
    """All rows of one household."""
    _property(h, s)
    _house(h, s)
    _misfortune(h, s)


def plate(s: Setting) -> str:
    """A plate of the prefecture's letters with seven characters after them, longer than any real plate."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
    return "川W" + "".join(letters[int(34 * s.rng.random())] for _ in range(7))


def firm_code(s: Setting) -> str:
    """A credit code that begins with ZZ, which no registrar uses."""
    return f"ZZ{int(10**16 * s.rng.random()):016d}"


def unit_number(s: Setting) -> str:
    """The number of a title: 28 characters, in a cadastral area of 593434."""
    return (
        f"593434{int(10**6 * s.rng.random()):06d}GB{int(10**5 * s.rng.random()):05d}F{int(10**8 * s.rng.random()):08d}"
    )


def _property(h: Household, s: Setting) -> None:
    """Vehicles, titles and firms: for the registered only those that raise no question."""
    p = max(h.living, key=lambda q: 18 <= q.age < 65)
    if p.age < 18:
        return
    on = next_day(s.day, -30 - int(4000 * s.rng.random())).isoformat()
    rich = not h.registered and h.klass == GENERAL
    who = [p.true_id, p.name]
    if s.chance(0.3):
        kind = (
            "小型轿车"
            if rich and s.chance(0.5)
            else _either_of(s, "普通二轮摩托车", "正三轮载货摩托车", "轻型栏板货车")
        )
        h.rows.setdefault("vehicle", []).append([*who, plate(s), kind, "非营运", on, "正常"])
    if s.chance(0.10):
        purpose = "商品住房" if rich and s.chance(0.4) else "农村宅基地"
        origin = "购买" if purpose == "商品住房" else "批准拨用"
        where = f"{h.village.township}{h.village.name}" if origin != "购买" else "西昌市"
        area = str(80 + int(60 * s.rng.random()))
        h.rows.setdefault("title", []).append([*who, unit_number(s), where, purpose, origin, area, on])
    elif not rich and s.chance(0.12):
        row = [*who, unit_number(s), "感恩社区安置点", "商品住房", "易地搬迁安置", str(25 * len(h.people)), on]
        h.rows.setdefault("title", []).append(row)
    if s.chance(0.05):
        h.rows.setdefault("firm_part", []).append([*who, *_firm(h, s, rich), on, "存续（在营、开业、在册）"])


def _firm(h: Household, s: Setting, rich: bool) -> list[str]:
    if rich and s.chance(0.3):
        return [firm_code(s), f"{h.village.name}建材有限公司", "有限责任公司", "股东", "500000.00"]
    if s.chance(0.5):
        return [firm_code(s), f"{h.village.name}花椒种植专业合作社", "农民专业合作社", "社员", "1000000.00"]
    return [
        firm_code(s),
        f"{h.village.name}小卖部",
        "个体工商户",
        "经营者",
        yuan(20000_00 + int(6 * s.rng.random()) * 10000_00),
    ]


def _either_of(s: Setting, *choices: str) -> str:
    return choices[int(len(choices) * s.rng.random())]


def _house(h: Household, s: Setting) -> None:
    """An appraisal that says safe, or a dangerous house that has been rebuilt since."""
    if not s.chance(0.9 if h.klass != GENERAL else 0.06):
        return
    on = next_day(dates.months_before(s.day, 8 + int(60 * s.rng.random())), -int(25 * s.rng.random()))
    rows = h.rows.setdefault("housing", [])
    if s.chance(0.15):
        rebuilt = next_day(on, 60 + int(120 * s.rng.random())).isoformat()
        rows.append([h.hid, h.people[0].true_id, "CD"[s.chance(0.4)], on.isoformat(), rebuilt])
    else:
        rows.append([h.hid, h.people[0].true_id, h.housing, on.isoformat(), ""])


def _misfortune(h: Household, s: Setting) -> None:
    """Small losses and light accidents, and heavy ones of long ago."""
    if s.chance(0.02):
        ago = next_day(s.day, -5 - int(800 * s.rng.random()))
        loss = yuan(500_00 + int(6000 * s.rng.random()) * 100)
        kind = _either_of(s, "洪涝", "风雹", "干旱", "滑坡", "雪灾")
        h.rows.setdefault("disaster", []).append([h.people[0].true_id, kind, loss, ago.isoformat()])
    if s.chance(0.006):
        p = h.people[int(len(h.people) * s.rng.random())]
        outcome, months = (
            ("轻伤", int(20 * s.rng.random())) if s.chance(0.8) else ("重伤", 13 + int(20 * s.rng.random()))
        )
        on = max(dates.months_before(s.day, months), next_day(p.birth))
        if on <= s.day and not p.dead and (outcome == "轻伤" or dates.months_before(s.day, 12) > on):
            h.rows.setdefault("traffic", []).append([p.true_id, p.name, outcome, on.isoformat()])
