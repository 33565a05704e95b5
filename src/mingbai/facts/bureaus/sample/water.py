"""The village-years of 供水监测, and the stories of water_short, whose subject is a village."""

from random import Random

from mingbai.facts.bureaus.sample.numbers import WATER_DAYS
from mingbai.facts.bureaus.sample.places import Village
from mingbai.facts.bureaus.sample.scene import Claim

RULE = "water_short"
_SHARE = 0.04
Year = list[tuple[float, str]]
"""Rows of one village-year: days without water, and whether its quality is good."""

_FIRES: tuple[tuple[str, Year], ...] = (
    ("停水37天", [(WATER_DAYS + 1, "是")]),
    ("水质不合格", [(3, "否")]),
    ("两个水点，一个停水60天", [(5, "是"), (60, "是")]),
    ("停水36.5天", [(36.5, "是")]),
)
_NEARS = (
    ("停水正好36天，水质合格", WATER_DAYS, 8),
    ("上一年停水50天，今年正常", 4, 50),
    ("没有停水，上一年水质不合格", 0, -1),
)


def water(villages: list[Village], empty: Village, year: int, rng: Random) -> tuple[list[list[str]], list[Claim]]:
    """Two years of every village. About 4 % of villages run short, in a county of some size at least three."""
    count = min(max(3, round(_SHARE * len(villages))), max(1, len(villages) // 2))
    told = rng.sample(range(len(villages)), min(2 * count, len(villages)))
    fires = {at: _FIRES[n % len(_FIRES)] for n, at in enumerate(told[:count])}
    nears = {at: _NEARS[n % len(_NEARS)] for n, at in enumerate(told[count:])}
    rows: list[list[str]] = []
    claims: list[Claim] = []
    for at, village in enumerate(villages):
        now: Year = [(int(20 * rng.random()), "是")]
        last = int(20 * rng.random())
        if at in fires:
            story, now = fires[at]
            claims.append(Claim(RULE, "village", village.code, True, story))
        elif at in nears:
            story, days, last = nears[at]
            now = [(days, "是")]
            claims.append(Claim(RULE, "village", village.code, False, story))
        rows.append([village.code, str(year - 1), str(max(0, last)), "否" if last < 0 else "是"])
        rows.extend([village.code, str(year), f"{days:g}", quality] for days, quality in now)
    rows.append([empty.code, str(year), "120", "否"])
    claims.append(Claim(RULE, "village", empty.code, False, "整村已搬空，没有农户，停水120天"))
    return rows, claims
