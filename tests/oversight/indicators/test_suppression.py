"""What is published is attacked: as a linear system, with counts that are never negative, nothing blank comes out."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from mingbai.oversight.indicators.suppression import LEAST, Key, Sum, determined, suppressed

Table = tuple[dict[Key, int], list[Sum]]


@st.composite
def counties(draw: st.DrawFn) -> Table:
    """Villages in townships in a county, in categories that add up: counts mostly small."""
    townships = draw(st.integers(1, 3))
    villages = [(t, v) for t in range(townships) for v in range(draw(st.integers(1, 3)))]
    kinds = [f"k{n}" for n in range(draw(st.integers(1, 4)))]
    small = st.one_of(st.integers(0, 7), st.integers(0, 60))
    cells: dict[Key, int] = {(k, f"{t}{v}"): draw(small) for k in kinds for t, v in villages}
    sums: list[Sum] = []

    def add(total: Key, parts: Sequence[Key]) -> None:
        cells[total] = sum(cells[part] for part in parts)
        sums.append(Sum(total, tuple(parts)))

    for k in kinds:
        for t in range(townships):
            add((k, f"{t}"), [(k, f"{a}{v}") for a, v in villages if a == t])
        add((k, ""), [(k, f"{t}") for t in range(townships)])
    for place in [f"{t}{v}" for t, v in villages] + [f"{t}" for t in range(townships)] + [""]:
        add(("all", place), [(k, place) for k in kinds])
    for t in range(townships):
        sums.append(Sum(("all", f"{t}"), tuple(("all", f"{a}{v}") for a, v in villages if a == t)))
    sums.append(Sum(("all", ""), tuple(("all", f"{t}") for t in range(townships))))
    return cells, sums


def system(
    cells: Mapping[Key, int], sums: Sequence[Sum], blank: Collection[Key]
) -> tuple[np.ndarray, np.ndarray, list[Key]]:
    """What whoever has the published table knows: A x = b over the blank cells."""
    unknown = sorted(blank)
    at = {key: n for n, key in enumerate(unknown)}
    a, b = np.zeros((len(sums), len(unknown))), np.zeros(len(sums))
    for row, one in enumerate(sums):
        for member, sign in ((one.total, -1), *((part, 1) for part in one.parts)):
            if member in at:
                a[row, at[member]] += sign
            else:
                b[row] -= sign * cells[member]
    return a, b, unknown


@settings(max_examples=150)
@given(counties())
def test_no_blank_cell_can_be_reckoned(table: Table) -> None:
    cells, sums = table
    blank = suppressed(cells, sums)
    assert {key for key, n in cells.items() if 0 < n < LEAST} <= blank
    assert all(cells[key] > 0 for key in blank)
    a, _b, unknown = system(cells, sums, blank)
    if not unknown:
        return
    rank = np.linalg.matrix_rank(a)
    for n in range(len(unknown)):
        unit = np.zeros(len(unknown))
        unit[n] = 1
        # The unit vector is no combination of the sums: the sums leave the cell open.
        assert np.linalg.matrix_rank(np.vstack([a, unit])) == rank + 1, unknown[n]
    for one in sums:
        within = [part for part in one.parts if part in blank]
        assert len(within) + (one.total in blank) != 1
        if within and one.total not in blank:
            assert sum(cells[part] for part in within) >= LEAST


@settings(max_examples=25)
@given(counties())
def test_nor_by_knowing_that_counts_are_never_negative(table: Table) -> None:
    cells, sums = table
    blank = suppressed(cells, sums)
    a, b, unknown = system(cells, sums, blank)
    for n, key in enumerate(unknown):
        cost = np.zeros(len(unknown))
        cost[n] = 1
        low = linprog(cost, A_eq=a, b_eq=b, bounds=(0, None), method="highs")
        high = linprog(-cost, A_eq=a, b_eq=b, bounds=(0, None), method="highs")
        most = np.inf if high.status == 3 else -high.fun
        assert low.fun <= cells[key] + 1e-6 and most >= cells[key] - 1e-6
        assert most - low.fun > 1e-6, key


@settings(max_examples=150)
@given(counties(), st.data())
def test_what_is_said_to_be_determined_is_what_the_rank_says(table: Table, data: st.DataObject) -> None:
    cells, sums = table
    blank = set(data.draw(st.lists(st.sampled_from(sorted(cells)), unique=True, max_size=12)))
    a, _b, unknown = system(cells, sums, blank)
    rank = np.linalg.matrix_rank(a) if unknown else 0
    known = {
        key for n, key in enumerate(unknown) if np.linalg.matrix_rank(np.vstack([a, np.eye(len(unknown))[n]])) == rank
    }
    assert determined(blank, sums) == known


def test_two_blank_in_each_row_and_column_are_not_enough() -> None:
    """A square of blank cells in each of two corners and one cell that joins them: it alone can be reckoned."""
    rows, columns = ["a", "b", "c", "d"], ["1", "2", "3", "4"]
    cells: dict[Key, int] = {(r, c): 20 for r in rows for c in columns}
    sums = [Sum((r, "*"), tuple((r, c) for c in columns)) for r in rows]
    sums += [Sum(("*", c), tuple((r, c) for r in rows)) for c in columns]
    for one in sums:
        cells[one.total] = 80
    blank: set[Key] = {(r, c) for r in "ab" for c in "12"} | {(r, c) for r in "cd" for c in "34"}
    bridge = ("b", "3")
    assert determined(blank | {bridge}, sums) == {bridge}
    for key in blank | {bridge}:
        cells[key] = 3
    for one in sums:
        cells[one.total] = sum(cells[part] for part in one.parts)
    found = suppressed(cells, sums)
    assert found > blank | {bridge} and determined(found, sums) == set()


def test_noughts_and_large_counts_are_published() -> None:
    cells: dict[Key, int] = {("t",): 30, ("a",): 0, ("b",): 5, ("c",): 25}
    sums = [Sum(("t",), (("a",), ("b",), ("c",)))]
    assert suppressed(cells, sums) == set()
    # One below the least takes the smallest other along, and never a nought.
    assert suppressed(cells | {("b",): 4, ("c",): 26}, sums) == {("b",), ("c",)}


def test_a_single_small_part_takes_its_total_along() -> None:
    cells: dict[Key, int] = {("t",): 4, ("a",): 4, ("b",): 0, ("s",): 40, ("u",): 36}
    sums = [Sum(("t",), (("a",), ("b",))), Sum(("s",), (("t",), ("u",)))]
    assert suppressed(cells, sums) == {("a",), ("t",), ("u",)}


def test_a_small_rest_that_is_never_shown_hides_what_it_is_taken_from() -> None:
    cells: dict[Key, int] = {("of",): 50, ("n",): 48, ("~n",): 2}
    sums = [Sum(("of",), (("n",), ("~n",)))]
    assert suppressed(cells, sums, unpublished=[("~n",)]) == {("~n",), ("n",)}


def test_sums_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        suppressed({("t",): 3, ("a",): 1}, [Sum(("t",), (("a",),))])
