"""The townships and villages of the invented county.

The places are those of 越西县 (see yuexi.md for source and licence); nobody who lives in the sample lives there.
"""

import csv
from dataclasses import dataclass
from importlib.resources import files
from random import Random

COUNTY_CODE = "513434"
COUNTY = "越西县"

# About how many households a village of the sample has. The county has 175 villages, so a sample beyond some
# 20,000 households gets fuller villages rather than more of them.
HOUSEHOLDS_A_VILLAGE = 110
FEWEST_HOUSEHOLDS_A_VILLAGE = 40

# Townships down in the valley, where about half are Han; elsewhere nearly everybody is Yi. An estimate of ours:
# the county as a whole publishes about four fifths Yi.
VALLEY = frozenset(["越城镇", "中所镇", "新民镇", "大瑞镇", "南箐镇", "板桥镇", "大花镇"])
TIBETAN = "保安藏族乡"


@dataclass(frozen=True)
class Village:
    """One village: its 12-digit code, names, and how many households the sample puts there."""

    code: str
    name: str
    township: str
    households: int = 0


def all_villages() -> list[Village]:
    """Every village of the county, in code order, without households."""
    text = files(__package__).joinpath("yuexi.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return [Village(r["village_code"], _short(r["village"]), r["township"]) for r in rows]


def settle(households: int, rng: Random) -> tuple[list[Village], Village]:
    """Spread `households` over villages; also one village that stays without any (a near miss for its water)."""
    *known, empty = all_villages()
    wanted = max(min(households // FEWEST_HOUSEHOLDS_A_VILLAGE, 6), households // HOUSEHOLDS_A_VILLAGE, 1)
    count = min(wanted, len(known))
    chosen = sorted(rng.sample(range(len(known)), count))
    weights = [0.6 + 0.8 * rng.random() for _ in chosen]
    total, given, shares = sum(weights), 0, []
    for n, weight in enumerate(weights):
        upto = households if n == count - 1 else given + int(households * weight / total)
        shares.append(upto - given)
        given = upto
    places = [known[i] for i in chosen]
    return [Village(v.code, v.name, v.township, n) for v, n in zip(places, shares, strict=True)], empty


def _short(name: str) -> str:
    """新民村村民委员会 → 新民村; 阳光社区居民委员会 → 阳光社区."""
    return name.removesuffix("村民委员会").removesuffix("居民委员会")
