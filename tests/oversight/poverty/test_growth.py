"""Growth, redistribution and the line: the parts add up, and are what is worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingbai.oversight.poverty.fgt import fgt
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.growth import Growth, datt_ravallion, shapley, shared, with_line
from mingbai.oversight.poverty.welfare import Undefined, Welfare

ORDERS = st.sampled_from([0.0, 1.0, 2.0, 2.5])


def people(incomes: list[float], line: float | list[float] = 100.0, groups: list[int] | None = None) -> Welfare:
    rows = len(incomes)
    return Welfare.of(incomes, weight=np.ones(rows), groups=Groups.of(groups, rows), line=line)


@st.composite
def two_dates(draw: st.DrawFn) -> tuple[Welfare, Welfare]:
    found = []
    for _ in range(2):
        rows = draw(st.integers(2, 20))
        incomes = draw(st.lists(st.floats(1, 400, width=32), min_size=rows, max_size=rows))
        weights = draw(st.lists(st.floats(0.125, 8, width=32), min_size=rows, max_size=rows))
        groups = [i % 2 for i in range(rows)]
        line = draw(st.sampled_from([80.0, 100.0, 125.0]))
        found.append(Welfare.of(incomes, weight=np.array(weights), groups=Groups.of(groups, rows), line=line))
    return found[0], found[1]


def parts(of: Growth) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return of.growth + of.redistribution + of.line + of.residual


@given(two_dates(), ORDERS)
@settings(max_examples=200, deadline=None)
def test_every_way_adds_up_to_the_change(dates: tuple[Welfare, Welfare], order: float) -> None:
    before, after = dates
    change = fgt(after, order).value - fgt(before, order).value
    for found in (
        shapley(before, after, order),
        with_line(before, after, order),
        datt_ravallion(before, after, order),
        datt_ravallion(before, after, order, reference="after"),
    ):
        assert parts(found) == pytest.approx(change, abs=1e-12)
        assert found.change == pytest.approx(change, abs=1e-12)


@given(two_dates(), ORDERS)
@settings(max_examples=100, deadline=None)
def test_shapley_is_the_mean_of_both_references_and_their_residuals_cancel(
    dates: tuple[Welfare, Welfare], order: float
) -> None:
    exact = shapley(*dates, order)
    one, other = datt_ravallion(*dates, order), datt_ravallion(*dates, order, reference="after")
    assert exact.growth == pytest.approx((one.growth + other.growth) / 2, abs=1e-12)
    assert exact.redistribution == pytest.approx((one.redistribution + other.redistribution) / 2, abs=1e-12)
    assert one.residual == pytest.approx(-other.residual, abs=1e-12)
    assert (exact.residual == 0).all()


def test_by_hand() -> None:
    # Mean 100 then 150; the second is the more unequal. Line 100, headcount.
    before, after = people([60, 80, 120, 140]), people([60, 90, 150, 300])
    # Means 100 and 150. P(m', d): 90, 120, 180, 210 -> 1/4. P(m, d'): 40, 60, 100, 200 -> 2/4.
    found = datt_ravallion(before, after, 0)
    assert (found.before[0], found.after[0]) == (0.5, 0.5)
    assert (found.growth[0], found.redistribution[0], found.residual[0]) == (-0.25, 0, 0.25)
    late = datt_ravallion(before, after, 0, reference="after")
    assert (late.growth[0], late.redistribution[0], late.residual[0]) == (0, 0.25, -0.25)
    exact = shapley(before, after, 0)
    assert (exact.growth[0], exact.redistribution[0]) == (-0.125, 0.125)


def test_everybody_growing_alike_is_growth_alone() -> None:
    before = people([60.0, 80, 120, 140])
    found = shapley(before, people([90.0, 120, 180, 210]), 1)
    assert found.growth[0] == pytest.approx(found.change[0], abs=1e-15)
    assert found.redistribution[0] == pytest.approx(0, abs=1e-15)


def test_prices_and_line_moving_alike_change_nothing_in_real_terms() -> None:
    before, after = people([60, 80, 120, 140]), people([120, 160, 240, 280], 200.0)
    real = shapley(before, after, 2)
    assert (real.growth[0], real.redistribution[0]) == (0, 0)
    money = with_line(before, after, 2)
    assert money.growth[0] < 0 < money.line[0]
    assert money.growth[0] + money.line[0] == pytest.approx(0, abs=1e-15)


def test_lines_by_row_are_taken_as_units() -> None:
    before = people([60, 80, 240, 280], [100, 100, 200, 200])
    assert shapley(before, people([60, 80, 120, 140]), 1).change[0] == pytest.approx(0, abs=1e-15)
    with pytest.raises(ValueError, match="one line for all"):
        with_line(before, before, 1)


def test_at_the_line_is_not_poor_however_the_line_divides() -> None:
    line = 0.1 + 0.2
    before = people([line, np.nextafter(line, 0), 1], line)
    assert shapley(before, before, 0).before[0] == fgt(before, 0).value[0] == pytest.approx(1 / 3)


def test_shapley_of_a_known_game() -> None:
    # Worth of {0} 1, {1} 2, both 6: shares 2.5 and 3.5.
    worth = {(0, 0): 0.0, (1, 0): 1.0, (0, 1): 2.0, (1, 1): 6.0}
    assert [float(x) for x in shared(lambda corner: np.array(worth[corner]), 2)] == [2.5, 3.5]


def test_what_is_refused() -> None:
    fine = people([60, 80], groups=[0, 1])
    with pytest.raises(ValueError, match="only one has 2"):
        shapley(fine, people([60, 80, 70], groups=[0, 1, 2]), 0)
    with pytest.raises(Undefined, match="zero or less"):
        shapley(people([-60, 50]), people([60, 80]), 0)
    with pytest.raises(ValueError, match="either 'before' or 'after'"):
        datt_ravallion(fine, fine, 0, reference="middle")  # type: ignore[arg-type]
