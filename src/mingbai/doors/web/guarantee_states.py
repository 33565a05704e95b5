"""Each household's state in the six guarantees of the policy (water's four aspects are one), for pictures of many.

The rule is that of `assessments.guarantees.cell`, as one query over everybody: the newest word of each source counts;
of these the newest decides ("unmet" on one day, the roster last of all, for its column has no date). A household's
guarantee is unmet where it is unmet for anybody, else unknown where nobody knows it of somebody it asks for, else met.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import duckdb

GUARANTEES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "food": ("food",), "clothing": ("clothing",), "schooling": ("schooling",), "medical": ("medical",),
        "housing": ("housing",),
        "water": ("water_quantity", "water_quality", "water_convenience", "water_assurance"),
    }
)  # fmt: skip
"""The six in the order of the policy, with the items of `assessments.guarantees.ITEMS` that make each up."""
UNMET, UNKNOWN = "unmet", "unknown"
STATES = (UNMET, UNKNOWN, "met")

OF_HOUSEHOLD = tuple(
    item for name, items in GUARANTEES.items() if name not in ("medical", "schooling") for item in items
)
"""Items asked of the household as a whole; their order gives the bits of `home.met`."""

_CELLS = """
CREATE OR REPLACE TABLE cell AS
WITH newest AS (
    SELECT house, coalesce(who, '') AS who, item, source, arg_max(state, day || lpad(number, 18, '0')) AS state,
        max(day) AS day, bool_or(birth::DATE <= $grown) AS grown
    FROM word GROUP BY ALL
), said AS (
    SELECT house, who, item, bool_or(grown) AS grown, coalesce(arg_max(state,
        if(source = 'roster', '0', '1') || day || if(state = 'unmet', '1', '0')) FILTER (state <> 'unknown'), 'unknown')
        AS state
    FROM newest GROUP BY ALL
), asked AS (
    SELECT id AS house, '' AS who, item, (coalesce(met, '0')::BIGINT & bit) > 0 AS met
    FROM home, (SELECT unnest($items) AS item, unnest($bits) AS bit)
    UNION ALL SELECT house, who, item, met FROM person
), either AS (
    -- Where anybody ever said anything but met of a household's item, all words on it are here; elsewhere met will do.
    SELECT a.house, a.item, coalesce(s.state, if(a.met, 'met', 'unknown')) AS state
    FROM asked a LEFT JOIN said s USING (house, who, item)
    UNION ALL
    -- Unmet of somebody whom nobody would ask: it counts as it does on every list, unless they have grown up.
    -- Of medical care everybody is asked.
    SELECT house, item, state FROM said ANTI JOIN asked USING (house, who, item)
    WHERE state = 'unmet' AND (item <> 'schooling' OR grown IS NOT TRUE) OR state = 'unknown' AND item = 'medical'
)
SELECT house, item, if(starts_with(item, 'water_'), 'water', item) AS guarantee, state FROM either
"""
_STATES = """
CREATE OR REPLACE TABLE state AS
SELECT house, village, guarantee,
    CASE WHEN bool_or(state = 'unmet') THEN 'unmet' WHEN bool_or(state = 'unknown') THEN 'unknown' ELSE 'met' END
    AS state
FROM cell JOIN home ON home.id = cell.house GROUP BY ALL
"""


def resolve(con: duckdb.DuckDBPyConnection, grown: date) -> None:
    """Makes tables ``cell`` (house, item, guarantee, state) and ``state`` (house, village, guarantee, state).

    From ``home`` (id, village, met: a text with the sum of the bits of OF_HOUSEHOLD that a word says are met),
    ``person`` (house, who, item, met: whom schooling and medical care ask for; those known to be met may stand as one,
    '') and ``word`` (house, who, item, state, source, day, number, birth: of a household's item all words of those who
    live there, wherever one of them is not met), all texts but the truth `met`. grown: born until then, past schooling.
    """
    bits = [1 << at for at in range(len(OF_HOUSEHOLD))]
    con.execute(_CELLS, {"items": list(OF_HOUSEHOLD), "bits": bits, "grown": grown})
    con.execute(_STATES)


def counted(con: duckdb.DuckDBPyConnection, digits: int) -> tuple[dict[tuple[str, str, str], int], dict[str, int]]:
    """(place, guarantee, state) → households, and place → households with anything unmet; places by so many digits."""
    cells = con.execute("SELECT left(village, $n), guarantee, state, count(*) FROM state GROUP BY ALL", {"n": digits})
    found = {(place, guarantee, state): n for place, guarantee, state, n in cells.fetchall()}
    rows = con.execute(
        "SELECT left(village, $n), count(DISTINCT house) FROM state WHERE state = 'unmet' GROUP BY ALL", {"n": digits}
    )
    return found, dict(rows.fetchall())


def listed(con: duckdb.DuckDBPyConnection, guarantee: str, state: str) -> dict[int, list[str]]:
    """The numbers of the households in a state, in order, each with the items that make it so."""
    rows = con.execute(
        "SELECT house::BIGINT AS number, list_sort(list_distinct(list(c.item))) FROM state s "
        "JOIN cell c USING (house, guarantee) WHERE s.guarantee = $guarantee AND s.state = $state AND c.state = $state "
        "GROUP BY house ORDER BY number", {"guarantee": guarantee, "state": state},
    )  # fmt: skip
    return dict(rows.fetchall())
