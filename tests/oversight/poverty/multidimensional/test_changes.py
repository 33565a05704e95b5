"""Changes between two dates: by hand, by derivative, with clusters that overlap and without."""

from typing import Any

import numpy as np
import pytest

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.multidimensional.cells import Cells
from mingbai.oversight.poverty.multidimensional.changes import between, changes
from mingbai.oversight.poverty.multidimensional.measures import Multidimensional, measure

WEIGHTS: dict[str, Any] = {"x": ["a", "b"], "y": ["c"]}
NAMES = ("H", "A", "M0", "censored:c")


def panel(seed: int, villages: int = 30, homes: int = 12) -> dict[str, np.ndarray]:
    """Villages visited in 2020 and 2023: a village that is poor in one year is poor in the other."""
    chance = np.random.default_rng(seed)
    n = villages * homes * 2
    village = np.tile(np.repeat(np.arange(villages), homes), 2)
    year = np.repeat([2020, 2023], villages * homes)
    prone = chance.uniform(0.1, 0.8, villages)[village] - np.where(year == 2023, 0.08, 0)
    columns = {name: (chance.random(n) < prone).astype(float) for name in "abc"}
    return columns | {
        "village": village, "year": year, "area": village % 3, "stratum": village % 2, "weight": chance.uniform(1, 4, n)
    }  # fmt: skip


def whole(table: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], Design, Groups]:
    n = len(table["year"])
    design = Design.of(n, weight=table["weight"], strata=table["stratum"], psu=table["village"])
    return {name: table[name] for name in "abc"}, design, Groups.of(table["area"], n)


def one_date(table: dict[str, np.ndarray], year: int) -> list[Any]:
    columns, design, groups = whole({name: column[table["year"] == year] for name, column in table.items()})
    return measure(columns, weights=WEIGHTS, cutoff="1/2", design=design, groups=groups, names=NAMES)


def test_changes_are_those_of_the_two_dates() -> None:
    table = panel(1)
    columns, design, groups = whole(table)
    found = changes(
        columns, weights=WEIGHTS, cutoff="1/2", design=design, groups=groups, period=table["year"], years=3, names=NAMES
    )
    by_name = {one.measure: one for one in found}
    for before, after in zip(one_date(table, 2020), one_date(table, 2023), strict=True):
        a, b, name = before.value, after.value, before.measure
        assert by_name[f"{name}:absolute"].value == pytest.approx(b - a, rel=1e-12)
        assert by_name[f"{name}:relative"].value == pytest.approx(b / a - 1, rel=1e-12)
        assert (1 + by_name[f"{name}:annual"].value) ** 3 == pytest.approx(b / a, rel=1e-12)
        assert by_name[f"{name}:annual"].n.tolist() == (before.n + after.n).tolist()


def test_the_error_of_an_overlap_has_the_covariance_in_it() -> None:
    """V(b - a) = V(a) + V(b) - 2 Cov(a, b), each under the design of both dates."""
    table = panel(2)
    columns, design, groups = whole(table)
    of = Multidimensional.of(columns, weights=WEIGHTS, cutoff="1/2")
    late = (table["year"] == 2023).astype(np.intp)
    split = Groups(groups.codes * 2 + late, tuple(range(groups.count * 2)))
    point = of.point("M0", design, Cells.of(design, split, of.deprivations.pattern, len(of.deprivations.states)))
    first, last = point.scores() * (1 - late), point.scores() * late
    domains = design.over(groups)
    a, b = point.value[0::2], point.value[1::2]
    va, vb, cov = domains.variance(first), domains.variance(last), domains.covariance(first, last)
    found = changes(
        columns,
        weights=WEIGHTS,
        cutoff="1/2",
        design=design,
        groups=groups,
        period=table["year"],
        years=3,
        names=["M0"],
    )
    absolute, relative, annual = (one.se for one in found)
    assert absolute == pytest.approx(np.sqrt(va + vb - 2 * cov), rel=1e-9)
    assert relative == pytest.approx(b / a * np.sqrt(va / a**2 + vb / b**2 - 2 * cov / (a * b)), rel=1e-9)
    assert annual == pytest.approx(
        (b / a) ** (1 / 3) / 3 * np.sqrt(va / a**2 + vb / b**2 - 2 * cov / (a * b)), rel=1e-9
    )
    assert (cov > 0).all()
    apart = between(one_date(table, 2020), one_date(table, 2023), 3)
    assert (next(one for one in apart if one.measure == "M0:absolute").se > absolute).all()


def test_dates_in_the_strata_are_two_independent_draws() -> None:
    table = panel(3)
    columns, _, groups = whole(table)
    design = Design.of(
        len(table["year"]), weight=table["weight"], strata=table["stratum"] + 10 * table["year"], psu=table["village"]
    )
    stacked = changes(
        columns, weights=WEIGHTS, cutoff="1/2", design=design, groups=groups, period=table["year"], years=3, names=NAMES
    )
    for one, other in zip(stacked, between(one_date(table, 2020), one_date(table, 2023), 3), strict=True):
        assert one.measure == other.measure
        assert one.value == pytest.approx(other.value, rel=1e-12)
        assert one.se == pytest.approx(other.se, rel=1e-9)
        assert one.freedom.tolist() == other.freedom.tolist()


def test_from_nothing_there_is_no_ratio_and_to_nothing_no_annual_error() -> None:
    columns = {"a": [0, 0, 1, 1, 1, 1, 0, 0], "b": [0, 0, 1, 1, 1, 1, 0, 0]}
    found = changes(
        columns, weights={"a": "1/2", "b": "1/2"}, cutoff=1, design=Design.of(8),
        groups=Groups.of(["up", "up", "down", "down"] * 2, 8), period=[1, 1, 1, 1, 2, 2, 2, 2], years=2, names=["H"],
    )  # fmt: skip
    absolute, relative, annual = found
    assert absolute.groups == ("down", "up")
    assert absolute.value.tolist() == [-1, 1]
    assert relative.value.tolist() == pytest.approx([-1, np.nan], nan_ok=True)
    assert annual.value.tolist() == pytest.approx([-1, np.nan], nan_ok=True)
    assert np.isnan(annual.se).all() and np.isnan(relative.se[1])


def test_dropped_rows_and_groups_of_one_date() -> None:
    columns = {"a": [1, None, 1, 0, 1, 1], "b": [1, 1, 0, 1, 1, 1]}
    (absolute, *_) = changes(
        columns, weights={"a": "1/2", "b": "1/2"}, cutoff=1, design=Design.of(6),
        groups=Groups.of(["u", "u", "u", "u", "v", "v"], 6), period=[1, 1, 2, 2, 2, 2], years=1, names=["H"],
        missing="drop",
    )  # fmt: skip
    assert absolute.value.tolist() == pytest.approx([-1, np.nan], nan_ok=True)
    assert absolute.n.tolist() == [3, 2]
    assert np.isnan(absolute.se[1])


@pytest.mark.parametrize(("period", "years", "says"), [([1, 1], 1, "1 dates"), ([1, 2], 0, "more than zero")])
def test_nonsense_is_refused(period: list[int], years: float, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        changes(
            {"a": [0, 1]}, weights={"a": 1}, cutoff=1, design=Design.of(2), groups=Groups.everybody(2), period=period,
            years=years,
        )  # fmt: skip


def test_estimates_that_do_not_match_are_refused() -> None:
    table = panel(4)
    first, last = one_date(table, 2020), one_date(table, 2023)
    with pytest.raises(ValueError, match="other measures"):
        between(first[:2], last[1:3], 3)
    columns, design, _ = whole(table)
    everybody = measure(
        columns, weights=WEIGHTS, cutoff="1/2", design=design, groups=Groups.everybody(design.rows), names=["H"]
    )
    with pytest.raises(ValueError, match="H: the two dates have other groups"):
        between(first[:1], everybody, 3)
