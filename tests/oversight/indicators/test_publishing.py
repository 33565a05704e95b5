"""What a statement publishes of a county: attacked with every sum that its reader knows."""

from datetime import date
from decimal import Decimal

import duckdb
import numpy as np
import pytest

from characters import COUNTY, DAY
from mingbai.facts.bureaus.tables import MONITORED_CLASSES
from mingbai.oversight.indicators import statement
from mingbai.oversight.indicators.figures import FIGURES
from mingbai.oversight.indicators.inputs import TABLES
from mingbai.oversight.indicators.publishing import Published, published, tables
from mingbai.oversight.indicators.reckoning import Asked, FigureRow, reckoned
from mingbai.oversight.indicators.suppression import LEAST, determined, suppressed

ASKED = Asked(COUNTY, DAY, date(2026, 1, 1), DAY)
WANTED = {code: one for code, one in FIGURES.items() if one.publish}


def county(seed: int, villages: int = 8, homes: int = 400) -> list[FigureRow]:
    """A county by chance: classes, causes and incomes of every kind, uneven villages."""
    chance = np.random.default_rng(seed)
    with duckdb.connect(":memory:") as con:
        for name, columns in TABLES.items():
            con.execute(f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns)})")
        classes = ["脱贫户", "一般农户", "脱贫不稳定户", "边缘易致贫户", "突发严重困难户", ""]
        for at in range(homes):
            village = f"51343410{chance.integers(3)}20{int(chance.exponential(2)) % villages}"
            kind = classes[int(chance.exponential(1.2)) % 6]
            monitored = kind in classes[2:5] and bool(chance.random() < 0.8)
            members = int(chance.integers(0, 6))
            net = None if chance.random() < 0.1 else int(chance.lognormal(13.5, 0.8)) * members
            causes = "、".join(
                chance.choice(["因病", "因残", "因学", "缺资金"], int(chance.integers(0, 3)), replace=False)
            )
            home = [
                f"h{at}",
                village,
                kind,
                monitored,
                causes,
                members,
                net,
                net,
                members,
                members,
                monitored and at % 5 == 0,
            ]
            con.execute("INSERT INTO household VALUES (?,?,?,?,?,?,?,?,?,?,870000,800000,?)", home)
            if chance.random() < 0.1:
                con.execute("INSERT INTO unmet VALUES (?,?,?)", [f"h{at}", village, ["housing", "medical"][at % 2]])
            if chance.random() < 0.1:
                con.execute("INSERT INTO problem VALUES (?,?,?,'mending',?,?,NULL,0)",
                            [at, f"h{at}", village, DAY, DAY])  # fmt: skip
        return reckoned(con, ASKED, WANTED)


@pytest.mark.parametrize("seed", range(6))
def test_no_small_count_leaves_and_none_can_be_subtracted(seed: int) -> None:
    rows = county(seed)
    cells, sums, rests = tables(rows, WANTED)
    blank = suppressed(cells, sums, unpublished=rests)
    assert determined(blank, sums) == set()
    small = {key for key, n in cells.items() if 0 < n < LEAST}
    assert len(small) > 20 and small <= blank
    told = {(r.figure, r.category, r.place): r for r in published(rows, WANTED)}
    for key, row in told.items():
        one = WANTED[row.figure]
        if one.kind == "count":
            assert (row.numerator is None) == (key in blank)
            assert row.numerator is None or not 0 < row.numerator < LEAST
        if row.numerator is not None and row.denominator is not None and one.kind == "count":
            # What is left of the denominator is not small either, whatever else is known.
            assert not 0 < row.denominator - row.numerator < LEAST
        assert row.value is None or not row.blank
    for place in {row.place for row in rows}:
        shown = [told["household_class", name, place].numerator for name in MONITORED_CLASSES]
        monitored = told["monitored", "", place].numerator
        if monitored is not None and None not in shown:
            # Those whose risk is eliminated are no figure, but could be subtracted.
            assert not 0 < sum(shown) - monitored < LEAST


@pytest.mark.parametrize("seed", range(6))
def test_people_and_money_are_blank_where_the_households_behind_them_are(seed: int) -> None:
    rows = county(seed)
    told = {(r.figure, r.category, r.place): r for r in published(rows, WANTED)}

    def blank(code: str, place: str, category: str = "") -> bool:
        return "numerator" in told[code, category, place].blank

    for place in {row.place for row in rows}:
        for code, one in WANTED.items():
            if one.behind and not one.categories:
                assert blank(code, place) == blank(one.behind, place)
                assert told[code, "", place].value is None or not blank(one.behind, place)
        # The rest of the households is published as a figure of its own: both or neither give the whole away.
        assert [blank(code, place) for code in ("households", "accounts", "without_account")].count(True) != 1


def test_values_are_rounded_and_sums_of_money_stay_here() -> None:
    rows = county(1, villages=2, homes=900)
    found = [row for row in published(rows, WANTED) if row.place == COUNTY and not row.blank]
    by_code = {row.figure: row for row in found}
    for code in ("income_mean", "income_median", "shortfall"):
        value = by_code[code].value
        assert value is not None and value % 100 == 0
    assert by_code["income_mean"].numerator is None and by_code["income_median"].numerator is None
    assert by_code["shortfall"].numerator == by_code["shortfall"].value
    assert by_code["gap"].numerator is None and by_code["gap"].value == by_code["gap"].value.quantize(Decimal("0.0001"))
    assert "income_class" not in by_code


def test_a_blank_is_a_star_in_the_file_and_nothing_else_is() -> None:
    rows = county(2)
    lines = statement.read_rows(statement.outer(rows, WANTED))
    inner = statement.read_rows(statement.inner(rows))
    assert len(lines) == len(inner) == len(rows)
    stars = [line for line in lines if "*" in line.values()]
    assert stars and len(stars) == sum(bool(row.blank) for row in published(rows, WANTED))
    assert not any("*" in line.values() for line in inner)
    assert isinstance(published(rows, WANTED)[0], Published)
