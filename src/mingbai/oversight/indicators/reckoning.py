"""All figures of all places of an area at once: a handful of grouped queries over the inputs, however many places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import duckdb
import numpy as np

from mingbai.oversight.indicators.figure import Figure
from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.measures import measure
from mingbai.oversight.poverty.welfare import Welfare

LEVELS = (2, 4, 6, 9, 12)
"""Digits of the code of a province, prefecture, county, township and village."""
Number = int | Decimal
Cells = dict[tuple[str, str, str], Number | None]
"""(figure, category, place) → numerator."""


@dataclass(frozen=True)
class Asked:
    """Of which area, how things stand on which day, and what happened from `since` to `until`, both included."""

    area: str
    day: date
    since: date
    until: date


class FigureRow(NamedTuple):
    """A figure of a place. `category` is '' for the whole; value is None where it can not be had (0 of 0).

    Money is in yuan. Of a median there is no numerator; its denominator says of how many. `source`: the rooms it comes
    from.
    """

    figure: str
    category: str
    place: str
    day: date
    numerator: Number | None
    denominator: Number | None
    value: Decimal | None
    version: int
    source: tuple[str, ...]


_VIEWS = """
CREATE OR REPLACE TEMP VIEW cause AS
    SELECT key, village, unnest(CASE WHEN trim(coalesce(causes, ''), '、 ') = '' THEN [''] ELSE
        list_distinct(list_filter(list_transform(string_split(causes, '、'), lambda x: trim(x)), lambda x: x <> ''))
    END) AS cause
    FROM household WHERE monitored;
CREATE OR REPLACE TEMP VIEW account AS SELECT * FROM household WHERE net IS NOT NULL AND sharing > 0;
CREATE OR REPLACE TEMP VIEW unmet_household AS SELECT DISTINCT key, village, item FROM unmet;
CREATE OR REPLACE TEMP VIEW unmet_any AS SELECT DISTINCT key, village FROM unmet;
"""


def reckoned(con: duckdb.DuckDBPyConnection, asked: Asked, figures: Mapping[str, Figure]) -> list[FigureRow]:
    """The rows of `figures` for the area and every place in it, from the inputs in `con` (see `inputs.TABLES`).

    In the order of the figures, their categories and the places; a place or category without anything is there with 0.
    Whatever places do not add up of themselves (medians, the Gini) is reckoned from the rows of each place.
    """
    prepare(con, asked)
    places = _places(con, asked)
    cells: Cells = {}
    for (table, by), some in _together(figures.values()).items():
        cells |= _counted(con, table, by, some)
    for one in figures.values():
        if one.kind == "median":
            cells |= _medians(con, one)
    measured = _measures(con, [one for one in figures.values() if one.kind == "measure"])
    return [
        _row(one, category, place, cells, measured, asked.day)
        for one in figures.values()
        for category in ([c.code for c in one.categories] or [""])
        for place in places
    ]


def prepare(con: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    """Views and variables that the declarations of figures speak of."""
    for name, day in (("day", asked.day), ("since", asked.since), ("until", asked.until)):
        con.execute(f"SET VARIABLE {name} = DATE '{day.isoformat()}'")
    con.execute(_VIEWS)
    # Nobody sees above their area: a county's statement has no row of its province.
    digits = ", ".join(f"({n})" for n in LEVELS if n >= len(asked.area))
    con.execute(f"CREATE OR REPLACE TEMP TABLE level AS SELECT * FROM (VALUES {digits}) AS t(digits)")


def _places(con: duckdb.DuckDBPyConnection, asked: Asked) -> list[str]:
    """The area, the places known in it, and those that only rows speak of."""
    parts = ["SELECT code AS place FROM place WHERE length(code) IN (2, 4, 6, 9, 12)"]
    parts += [f"SELECT left(village, digits) FROM {table}, level" for table in ("household", "clue", "problem")]
    rows = con.execute(f"SELECT place FROM ({' UNION '.join(parts)}) ORDER BY place").fetchall()
    inside = [place for (place,) in rows if place.startswith(asked.area)]
    return inside if asked.area in inside else [asked.area, *inside]


def _together(figures: Iterable[Figure]) -> dict[tuple[str, str], list[Figure]]:
    """Counts and sums over the same table and categories are asked for in one query."""
    found: dict[tuple[str, str], list[Figure]] = {}
    for one in figures:
        if one.adds:
            found.setdefault((one.table, one.by), []).append(one)
    return found


def _counted(con: duckdb.DuckDBPyConnection, table: str, by: str, some: list[Figure]) -> Cells:
    tops = [
        f"count(*) FILTER (WHERE {one.top})" if one.kind == "count" else f"CAST(coalesce(sum({one.top}), 0) AS BIGINT)"
        for one in some
    ]
    rows = con.execute(
        f"SELECT left(village, digits) AS at, {by or chr(39) * 2} AS category, {', '.join(tops)} "
        f"FROM {table}, level GROUP BY ALL"
    ).fetchall()
    return {
        (one.code, category, place): Decimal(number) / 100 if one.money else number
        for place, category, *numbers in rows
        for one, number in zip(some, numbers, strict=True)
    }


def _medians(con: duckdb.DuckDBPyConnection, one: Figure) -> Cells:
    """Of an even number the mean of the two in the middle."""
    rows = con.execute(
        f"SELECT left(village, digits) AS at, median({one.top}) FROM {one.table}, level GROUP BY 1"
    ).fetchall()
    return {
        (one.code, "", place): None if middle is None else Decimal(str(middle)) / (100 if one.money else 1)
        for place, middle in rows
    }


def _measures(con: duckdb.DuckDBPyConnection, some: list[Figure]) -> dict[tuple[str, str], float]:
    """(figure, place) → value of the measures of poverty and inequality, each person counting once."""
    if not some:
        return {}
    rows = con.execute(
        "SELECT CAST(left(village, digits) AS BIGINT) AS place, net / sharing AS income, sharing, line "
        "FROM account, level WHERE line > 0 ORDER BY place, income, sharing, line"
    ).fetchnumpy()
    if not len(rows["place"]):
        return {}
    weight = rows["sharing"].astype(np.float64)
    groups = Groups.of(rows["place"], len(weight))
    welfare = Welfare.of(rows["income"], weight=weight, groups=groups, line=rows["line"].astype(np.float64))
    found = measure(welfare, [one.top for one in some], Design.of(len(weight), weight=weight), errors=False)
    return {
        (figure.code, str(name)): value
        for figure, one in zip(some, found, strict=True)
        for name, value in zip(one.groups, one.value.tolist(), strict=True)
        if value == value  # not a number: it can not be had there
    }


def _row(
    one: Figure, category: str, place: str, cells: Cells, measured: Mapping[tuple[str, str], float], day: date
) -> FigureRow:
    bottom = cells.get((one.of, "", place), 0) if one.of else None
    top: Number | None = None
    value: Decimal | None = None
    if one.kind == "measure":
        known = measured.get((one.code, place))
        if known is not None and bottom:
            value = rounded(Decimal(repr(known)), one.digits)
            top = rounded(Decimal(repr(known)) * bottom, one.digits)
    elif one.kind == "median":
        middle = cells.get((one.code, "", place))
        value = None if middle is None else rounded(Decimal(middle), one.digits)
    else:
        top = cells.get((one.code, category, place)) or 0
        value = Decimal(top) if not one.of else rounded(Decimal(top) / bottom, one.digits) if bottom else None
    return FigureRow(one.code, category, place, day, top, bottom, value, one.version, one.source)


def rounded(number: Decimal, digits: int) -> Decimal:
    """Half up to so many decimals; negative for tens and hundreds."""
    found = number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return Decimal(f"{found:f}") if digits < 0 else found


def behind(con: duckdb.DuckDBPyConnection, asked: Asked, one: Figure, category: str) -> list[tuple[str, int]]:
    """Key of the household and number of the clue or problem of each row that a figure of the area counts."""
    prepare(con, asked)
    counted = one.top if one.kind == "count" else f"coalesce({one.top}, 0) <> 0"
    where, values = [f"({counted})", "starts_with(village, ?)"], [asked.area]
    if one.by and category:
        where.append(f"({one.by}) = ?")
        values.append(category)
    number = "number" if one.table in ("clue", "problem") else "0"
    sql = f"SELECT DISTINCT key, {number} AS number FROM {one.table} WHERE {' AND '.join(where)} ORDER BY ALL"
    return [(key, int(found)) for key, found in con.execute(sql, values).fetchall()]
