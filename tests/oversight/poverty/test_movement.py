"""Panels drawn by hand, and what must hold of every panel."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mingbai.oversight.poverty.movement import Flow, Panel, flows, transitions


def drawn(*rows: str, first: int = 2021, **kwargs: Any) -> Panel:
    """A panel from one text a household, one sign a year: P poor, n not, . unknown."""
    cells = [(i, first + j, sign == "P") for i, row in enumerate(rows) for j, sign in enumerate(row) if sign != "."]
    household, year, poor = (np.array(column) for column in zip(*cells, strict=True))
    spread: dict[str, Any] = {key: np.array([value[i] for i in household]) for key, value in kwargs.items()}
    return Panel.of(household, year, poor, **spread)


HAND = ("PPn", "Pnn", "nPP", "PnP", "P.P", ".PP", "nnn", "PP.")


def test_a_panel_drawn_by_hand() -> None:
    panel = drawn(*HAND)
    (one,), (two,) = flows(panel, 2021, 2022), flows(panel, 2022, 2023)
    assert one == Flow(None, before=5, entered=1, returned=0, exited=2, lost=1, joined=1, after=4, n=6)
    assert two == Flow(None, before=4, entered=1, returned=1, exited=1, lost=1, joined=1, after=4, n=6)


def test_a_year_that_is_not_known_is_never_not_poor() -> None:
    panel = drawn("P.P", "P..", "nnn")
    (one,) = flows(panel, 2021, 2022)
    assert (one.exited, one.lost, one.n) == (0, 2, 1)
    assert not panel.known[0, 1]
    (over,) = flows(panel, 2021, 2023)
    assert (over.before, over.lost, over.after) == (2, 1, 1)


def test_a_household_that_split_is_another_one() -> None:
    """Household 0 splits before 2023: its exit is none, and its return in 2024 forgets what came before."""
    rows = [(0, 2021, "low"), (0, 2022, "low"), (0, 2023, "high"), (0, 2024, "low")]
    household, year, state = (np.array(column) for column in zip(*rows, strict=True))
    whole = Panel.of(household, year, state, poor=["low"])
    assert flows(whole, 2022, 2023)[0].exited == 1
    assert flows(whole, 2023, 2024)[0].returned == 1
    split = Panel.of(household, year, state, poor=["low"], changed=year == 2023)
    gone, back = flows(split, 2022, 2023)[0], flows(split, 2023, 2024)[0]
    assert (gone.exited, gone.lost, gone.n) == (0, 1, 0)
    assert (back.entered, back.returned) == (1, 0)
    assert flows(split, 2021, 2024)[0][1:] == (1, 0, 0, 0, 1, 1, 1, 0)


def test_weights_and_groups() -> None:
    panel = drawn("Pn", "PP", "nP", weight=[4, 2, 3], by=["east", "east", "west"])
    east, west = flows(panel, 2021, 2022)
    assert (east.group, east.before, east.exited, east.after) == ("east", 6, 4, 2)
    assert (west.group, west.before, west.entered, west.after) == ("west", 0, 3, 3)


def test_a_table_of_transitions_by_hand() -> None:
    table = transitions(drawn(*HAND), 2021, 2022)
    assert table.states == (False, True)
    assert table.n.tolist() == [[[1, 1], [2, 2]]]
    assert table.share.tolist() == [[[0.5, 0.5], [0.5, 0.5]]]
    assert table.unknown.tolist() == [[0, 1]]
    # p(1 - p) / n of the row's households, with the n / (n - 1) of all households of the panel.
    assert table.se[0, 1, 0] == pytest.approx(np.sqrt(0.25 / 4 * 8 / 7), abs=1e-12)
    rows = list(table)
    assert len(rows) == 4
    assert rows[2] == {"group": None, "before": True, "after": False, "n": 2, "count": 2.0, "share": 0.5,
                       "se": rows[2]["se"], "lower": rows[2]["lower"], "upper": rows[2]["upper"]}  # fmt: skip


def test_the_errors_of_a_transition_follow_clusters() -> None:
    """Whole villages that move together: sixteen households are worth four."""
    rows = ["Pn"] * 8 + ["PP"] * 8
    alone = transitions(drawn(*rows), 2021, 2022)
    together = transitions(drawn(*rows, cluster=[i // 4 for i in range(16)]), 2021, 2022)
    assert together.se[0, 1, 0] / alone.se[0, 1, 0] == pytest.approx(np.sqrt((16 * 4 / 3 / 16) / (16 / 15 / 4)))


def test_the_linearization_of_a_share_is_its_derivative() -> None:
    weight = np.array([1.0, 2, 3, 1.5, 2.5, 1])
    rows = ("PP", "Pn", "Pn", "nP", "nn", "P.")

    def share(weights: np.ndarray) -> float:
        return float(transitions(drawn(*rows, weight=weights), 2021, 2022).share[0, 1, 0])

    base, tiny = share(weight), 1e-6
    slopes = np.array([(share(weight + tiny * np.eye(6)[i]) - base) / tiny for i in range(6)])
    scores = weight * slopes
    expected = np.sqrt(6 / 5 * ((scores - scores.mean()) ** 2).sum())
    found = transitions(drawn(*rows, weight=weight), 2021, 2022).se[0, 1, 0]
    assert found == pytest.approx(expected, rel=1e-5)


def test_more_states_than_two() -> None:
    household = np.repeat(np.arange(4), 2)
    year = np.tile([2023, 2024], 4)
    state = np.array(["low", "middle", "low", "low", "high", "low", "middle", None], dtype=object)
    panel = Panel.of(household, year, state, poor=["low"])
    table = transitions(panel, 2023, 2024)
    assert table.states == ("high", "low", "middle")
    assert table.n[0].tolist() == [[0, 1, 0], [0, 1, 1], [0, 0, 0]]
    assert np.isnan(table.share[0, 2]).all()
    assert table.unknown[0].tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"household": [1, 1], "year": [2021, 2021]}, "household 1, 2021"),
        ({"year": [2021.0, 2022.0]}, "whole numbers"),
        ({"state": [True]}, "state has"),
        ({"weight": [1, 2]}, "weight of household 1 changes"),
        ({"by": ["a", "b"]}, "group of household 1 changes"),
        ({"year": [2021, 2023], "gaps": "refuse"}, "household 1, 2022"),
    ],
)
def test_what_is_refused(change: dict[str, Any], sentence: str) -> None:
    given: dict[str, Any] = {"household": [1, 1], "year": [2021, 2022], "state": [True, False]} | change
    with pytest.raises(ValueError, match=sentence):
        Panel.of(**given)


def test_years_that_are_not_there_are_refused() -> None:
    panel = drawn("Pn")
    with pytest.raises(ValueError, match="2021 to 2022, but not 2025"):
        flows(panel, 2021, 2025)
    with pytest.raises(ValueError, match="before the second"):
        transitions(panel, 2022, 2021)
    with pytest.raises(ValueError, match="no row"):
        Panel.of([], np.array([], int), [])


grids = hnp.arrays(np.int8, st.tuples(st.integers(1, 12), st.integers(2, 6)), elements=st.integers(-1, 1))


def of_grid(grid: np.ndarray, **kwargs: Any) -> Panel | None:
    rows, columns = np.nonzero(grid >= 0)
    if not len(rows) or np.ptp(columns) == 0:
        return None
    return Panel.of(rows, columns + 2020, grid[rows, columns] == 1, **kwargs)


@given(grids, st.integers(0, 10**6))
def test_the_stock_is_carried_from_year_to_year(grid: np.ndarray, seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = np.nonzero(grid >= 0)[0]
    weight, by = random.integers(1, 9, len(grid)), random.integers(0, 3, len(grid))
    panel = of_grid(grid, weight=weight[rows], by=by[rows], changed=random.random(len(rows)) < 0.2)
    if panel is None:
        return
    for before in panel.years:
        for after in range(before + 1, panel.years[-1] + 1):
            for flow in flows(panel, before, after):
                assert flow.after == flow.before + flow.entered - flow.exited - flow.lost + flow.joined
                assert flow.returned <= flow.entered


@given(grids)
def test_a_table_of_transitions_agrees_with_the_flows(grid: np.ndarray) -> None:
    panel = of_grid(grid)
    if panel is None or len(panel.states) < 2 or len(panel.households) < 2:
        return
    table = transitions(panel, panel.years[0], panel.years[1])
    (flow,) = flows(panel, panel.years[0], panel.years[1])
    assert table.n.sum() == flow.n
    assert table.count[0, 0, 1] == flow.entered
    assert table.count[0, 1, 0] == flow.exited
    assert table.unknown[0, 1] == flow.lost
    sums = table.share.sum(axis=2)
    assert np.allclose(sums[~np.isnan(sums)], 1)


@given(grids, st.permutations(range(12)))
def test_the_order_of_rows_does_not_matter(grid: np.ndarray, order: list[int]) -> None:
    rows, columns = np.nonzero(grid >= 0)
    if len(rows) < 2:
        return
    mixed = np.argsort([order[row % 12] * 100 + column for row, column in zip(rows, columns, strict=True)])
    one = Panel.of(rows, columns + 2020, grid[rows, columns] == 1)
    other = Panel.of(rows[mixed], columns[mixed] + 2020, grid[rows, columns][mixed] == 1)
    assert (one.codes == other.codes).all()
