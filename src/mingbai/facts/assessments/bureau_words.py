"""What the roster and the bureaus' tables say of guarantees, and which of it is news. SQL over whole tables.

Needs ``arrived.household`` and ``arrived.member`` (registry.queries.export) and gives table ``fresh``: household_id,
person_id ('' for the household), item, state, source, fact, day.

* 学籍: who is of school age and on the list as 在读, 送教上门 or 延缓入学 is met; another status, or none, is unmet.
* 医保参保: on the list of its newest year is met; not on it is unmet (who is insured elsewhere is not on it either: the
  words say so, and a visit's answer beside it shows as a contradiction).
* 住房鉴定: by the newest appraisal; C and D are unmet until rebuilt.
* 供水监测: days without water and quality of the newest year, for every household of the village.
* 花名册: 住房等级; 是否解决安全饮用水 counts as a word on quality, for it does not say which measure it means.

IDs that are not valid are not looked up. A word is written again only where the state or its fact changed, or where
somebody has said otherwise since and the table, delivered later, still says the same.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import duckdb

from mingbai.facts.assessments.guarantees import Ages

TABLES = ("pupil", "insured", "housing", "water")
"""The bureaus' tables that are read, by their English names."""

SOURCES = (*TABLES, "roster")

# Completed years on a day; somebody born on 29 February is a year older on 1 March.
_AGE = """CREATE OR REPLACE MACRO completed_years(birth, on_day) AS year(on_day) - year(birth)
- CASE WHEN month(on_day) * 100 + day(on_day) < month(birth) * 100 + day(birth) THEN 1 ELSE 0 END"""

_SAYS = MappingProxyType(
    {
        "pupil": """
            SELECT m.household_id, m.person_id, 'schooling' AS item,
              CASE WHEN bool_or(p.status IN ('在读', '送教上门', '延缓入学')) THEN 'met' ELSE 'unmet' END AS state,
              'pupil' AS source,
              CASE WHEN count(p.line) = 0 THEN $school_year || ' 学年学籍里没有（在外省就读的常不在本县学籍里）'
                ELSE $school_year || ' 学年：' || string_agg(DISTINCT p.status, '、' ORDER BY p.status) END AS fact,
              $delivered AS day
            FROM arrived.member m LEFT JOIN arrived.pupil p ON p.person_key = m.person_key
            WHERE m.person_valid AND completed_years(m.person_birth, $day) < $until
              AND completed_years(m.person_birth, $august) >= $from
            GROUP BY m.household_id, m.person_id""",
        "insured": """
            SELECT m.household_id, m.person_id, 'medical', CASE WHEN i.person_key IS NULL THEN 'unmet' ELSE 'met' END,
              'insured',
              y.year || CASE WHEN i.person_key IS NULL THEN ' 年度参保名单里没有（在外地参保的不在名单里）'
                ELSE ' 年度有参保记录' END,
              $delivered
            FROM arrived.member m
            CROSS JOIN (SELECT max(year) AS year FROM arrived.insured WHERE year <= year($delivered)) y
            LEFT JOIN (
              SELECT DISTINCT person_key, year FROM arrived.insured
            ) i ON i.person_key = m.person_key AND i.year = y.year
            WHERE m.person_valid AND y.year IS NOT NULL""",
        "housing": """
            WITH belongs AS (
              SELECT h.household_id, a.* EXCLUDE (household_id) FROM arrived.housing a
              JOIN arrived.household h ON h.household_id = a.household_id
              UNION ALL BY NAME
              SELECT h.household_id, a.* EXCLUDE (household_id) FROM arrived.housing a
              JOIN arrived.household h ON h.head_key = a.head_key AND h.head_valid WHERE a.household_id IS NULL
            ), ranked AS (
              SELECT household_id, grade, appraised_on, rebuilt_on,
                coalesce(rebuilt_on >= appraised_on AND rebuilt_on <= $day, FALSE) AS rebuilt,
                row_number() OVER (PARTITION BY household_id ORDER BY appraised_on DESC, grade DESC, line) AS place
              FROM belongs WHERE appraised_on <= $day
            )
            SELECT household_id, '', 'housing',
              CASE WHEN grade IN ('A', 'B') OR rebuilt AND grade IN ('C', 'D') THEN 'met'
                WHEN grade IN ('C', 'D') THEN 'unmet' ELSE 'unknown' END,
              'housing',
              '鉴定为 ' || grade || ' 级' || CASE WHEN rebuilt THEN '，' || rebuilt_on || ' 改造竣工' ELSE '' END,
              CASE WHEN rebuilt THEN rebuilt_on ELSE appraised_on END
            FROM ranked WHERE place = 1""",
        "water": """
            WITH year_of AS (
              SELECT village, max(year) AS year FROM arrived.water WHERE year <= year($delivered) GROUP BY village
            ), told AS (
              SELECT w.village, w.year, max(w.days_without) AS days, bool_or(w.quality_ok = '否') AS bad
              FROM arrived.water w JOIN year_of y ON y.village = w.village AND y.year = w.year
              GROUP BY w.village, w.year
            )
            SELECT h.household_id, '', x.item, CASE WHEN x.bad THEN 'unmet' ELSE 'met' END, 'water', x.fact, $delivered
            FROM arrived.household h JOIN (
              SELECT village, 'water_quality' AS item, bad,
                '全村 ' || year || ' 年水质' || CASE WHEN bad THEN '不合格' ELSE '合格' END AS fact
              FROM told
              UNION ALL
              SELECT village, 'water_assurance', days > $water_days,
                '全村 ' || year || ' 年停水 ' || format('{:g}', days::DOUBLE) || ' 天'
              FROM told
            ) x ON x.village = h.village""",
        "roster": """
            SELECT household_id, '', 'housing', CASE WHEN housing_grade IN ('A', 'B') THEN 'met' ELSE 'unmet' END,
              'roster', '住房等级 ' || housing_grade, $day
            FROM arrived.household WHERE housing_grade IN ('A', 'B', 'C', 'D')
            UNION ALL
            SELECT household_id, '', 'water_quality', CASE WHEN safe_water = '是' THEN 'met' ELSE 'unmet' END, 'roster',
              CASE WHEN safe_water = '是' THEN '已解决安全饮用水' ELSE '未解决安全饮用水（没有写是哪一项）' END, $day
            FROM arrived.household WHERE safe_water IN ('是', '否')""",
    }
)

# The day never goes back: a correction of an older fact is still the source's newest word.
_FRESH = """
CREATE OR REPLACE TABLE fresh AS
WITH last AS (
  SELECT * FROM spoken WHERE source = ANY($sources)
  QUALIFY row_number() OVER (PARTITION BY household_id, person_id, item, source ORDER BY day DESC, number DESC) = 1
), since AS (
  SELECT s.household_id, s.person_id, s.item, s.source FROM says s
  JOIN last l USING (household_id, person_id, item, source)
  JOIN spoken o USING (household_id, person_id, item)
  WHERE s.source <> 'roster' AND o.source <> s.source AND o.state NOT IN (s.state, 'unknown')
    AND o.day > l.day AND o.day <= s.day
  GROUP BY ALL
)
SELECT s.* REPLACE (greatest(s.day, coalesce(l.day, s.day)) AS day)
FROM says s
LEFT JOIN last l USING (household_id, person_id, item, source)
LEFT JOIN since o USING (household_id, person_id, item, source)
WHERE l.state IS DISTINCT FROM s.state OR l.fact IS DISTINCT FROM s.fact OR o.item IS NOT NULL
"""


def say(
    con: duckdb.DuckDBPyConnection,
    day: date,
    august: date,
    ages: Ages,
    water_days: Decimal | None,
    delivered: Mapping[str, tuple[date, date]],
) -> None:
    """Makes table ``says``: the newest word of each source on everybody.

    Args:
        august: the newest 31 August, on which the age from which school begins is asked.
        water_days: days without water in a year that are still allowed; None where no number is in force.
        delivered: for each of TABLES that lies in ``arrived``: the first day of its month, the day it was received.
    """  # fmt: skip
    con.execute(_AGE)
    con.execute(
        "CREATE OR REPLACE TABLE says (household_id VARCHAR, person_id VARCHAR, item VARCHAR, state VARCHAR, "
        "source VARCHAR, fact VARCHAR, day DATE)"
    )
    given = {
        "day": day,
        "august": august,
        "from": ages.school_from,
        "until": ages.school_until,
        "water_days": water_days,
    }
    for source, sql in _SAYS.items():
        if source == "roster" or (source in delivered and not (source == "water" and water_days is None)):
            period, received = delivered.get(source, (day, day))
            known = given | {"delivered": received, "school_year": str(_school_year(period))}
            con.execute(f"INSERT INTO says {sql}", {name: known[name] for name in known if f"${name}" in sql})


def news(con: duckdb.DuckDBPyConnection) -> None:
    """Makes table ``fresh`` from ``says`` and ``spoken`` (all words so far: household_id, person_id, item, state,
    source, fact, day, number)."""
    con.execute(_FRESH, {"sources": list(SOURCES)})


def _school_year(period: date) -> int:
    return period.year if period.month >= 9 else period.year - 1
