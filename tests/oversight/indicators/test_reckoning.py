"""Incomes into classes and bands, exactly, whatever they are; and a statement of the first version, kept for ever."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from mingbai.oversight.indicators import statement
from mingbai.oversight.indicators.figures import BANDS, EVERY, FIGURES, TOP, WIDTH
from mingbai.oversight.indicators.inputs import TABLES, frozen, thawed
from mingbai.oversight.indicators.reckoning import Asked, reckoned

VILLAGE, OTHER = "513434100200", "513434100201"
ASKED = Asked("513434100", date(2026, 6, 30), date(2026, 1, 1), date(2026, 6, 30))


def engine() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:")
    for name, columns in TABLES.items():
        con.execute(f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns)})")
    return con


def homes(con: duckdb.DuckDBPyConnection, incomes: list[tuple[int, int]], line: int = 870000) -> None:
    """Net income and who shares it; of the living of today there is always another number."""
    for at, (net, sharing) in enumerate(incomes):
        con.execute(
            "INSERT INTO household VALUES (?, ?, '脱贫户', false, '', ?, ?, NULL, ?, NULL, ?, NULL, false)",
            [f"h{at}", VILLAGE, (sharing + 5) % 8, net, sharing, line],
        )


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(-5_000_000, 50_000_000), st.integers(0, 9)), max_size=30))
def test_every_account_that_somebody_shares_is_in_one_class_and_one_band(incomes: list[tuple[int, int]]) -> None:
    with engine() as con:
        homes(con, incomes)
        wanted = {code: FIGURES[code] for code in ("accounts", "below", "income_class", "income_band")}
        rows = reckoned(con, ASKED, wanted)
    found = {(r.figure, r.category): r.numerator for r in rows if r.place == VILLAGE}
    shared = [(net, n) for net, n in incomes if n]
    assert found.get(("accounts", ""), 0) == len(shared)
    if not incomes:
        return
    assert found["below", ""] == sum(net < 870000 * n for net, n in shared)

    def within(low: int, high: float) -> int:
        return sum(low * 100 * n <= net < high * 100 * n for net, n in shared)

    losses = sum(net < 0 for net, _ in shared)
    assert found["income_class", "<0"] == losses == found["income_band", "<0"]
    for low in range(0, TOP, WIDTH):
        assert found["income_class", str(low)] == within(low, low + WIDTH)
    for low, high in pairwise(BANDS):
        assert found["income_band", f"{low}-{high}"] == within(low, high)
    assert found["income_class", str(TOP)] == sum(net >= TOP * 100 * n for net, n in shared)
    assert sum(found["income_class", c.code] or 0 for c in FIGURES["income_class"].categories) == len(shared)


def test_what_was_kept_gives_the_same_rows() -> None:
    with engine() as con, engine() as again:
        homes(con, [(2_610_000, 3), (2_609_999, 3), (-80_000, 1), (0, 0)])
        con.execute(
            "INSERT INTO clue VALUES (7, 'h1', ?, 'new', '2026-05-01', '2026-05-16', NULL, NULL, NULL)", [VILLAGE]
        )
        con.execute("INSERT INTO unmet VALUES ('h0', ?, 'housing')", [VILLAGE])
        before = reckoned(con, ASKED, FIGURES)
        kept = frozen(con, lambda key: f"x{key}")
        thawed(again, {name: content for name, (_, content) in kept.items()})
        assert reckoned(again, ASKED, FIGURES) == before
        assert again.execute("SELECT key FROM household ORDER BY key").fetchall() == [
            ("xh0",),
            ("xh1",),
            ("xh2",),
            ("xh3",),
        ]
        assert again.execute("SELECT number, key FROM clue").fetchall() == [(0, "xh1")]


def test_an_old_statement_still_says_what_it_said() -> None:
    """Inputs and bytes of version 1 of every figure and of rule 1, committed: they must never come out otherwise."""
    folder = Path(__file__).parent / "kept"
    with engine() as con:
        for name in TABLES:
            con.execute(f"INSERT INTO {name} SELECT * FROM read_csv('{folder / name}.csv', all_varchar = true)")
        first = {one.code: one for one in EVERY if one.version == 1 and one.publish}
        rows = reckoned(con, ASKED, first)
    assert statement.inner(rows) == (folder / "said.csv").read_bytes()
    assert statement.outer(rows, first, 1) == (folder / "published.csv").read_bytes()
    assert any(row.value and row.value != int(row.value) for row in rows if isinstance(row.value, Decimal))
