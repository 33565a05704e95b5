"""Ravallion and Huppi: the effects add up, and their errors are those of numerical differentiation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingbai.oversight.poverty.dates import Dates
from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.fgt import fgt
from mingbai.oversight.poverty.groups import Floats, Groups
from mingbai.oversight.poverty.sectors import Sectors, by_sector
from mingbai.oversight.poverty.welfare import Welfare

EFFECTS = ("change", "intrasectoral", "shift", "interaction")


def people(incomes: list[float], sectors: list[str], weights: list[float] | None = None) -> Welfare:
    weight = np.ones(len(incomes)) if weights is None else np.array(weights)
    return Welfare.of(incomes, weight=weight, groups=Groups.of(sectors, len(incomes)), line=100.0)


def side_by_side(before: Welfare, after: Welfare) -> Dates:
    return Dates.apart(
        (before, Design.of(len(before.weight), weight=before.weight)),
        (after, Design.of(len(after.weight), weight=after.weight)),
    )


@st.composite
def two_dates(draw: st.DrawFn) -> Dates:
    found = []
    for _ in range(2):
        rows = draw(st.integers(3, 20))
        incomes = draw(st.lists(st.floats(1, 400, width=32), min_size=rows, max_size=rows))
        weights = draw(st.lists(st.floats(0.125, 8, width=32), min_size=rows, max_size=rows))
        found.append(people(incomes, [("farm", "town", "away")[i % 3] for i in range(rows)], weights))
    return side_by_side(*found)


@given(two_dates(), st.sampled_from([0.0, 1.0, 2.0]))
@settings(max_examples=200, deadline=None)
def test_the_effects_add_up_to_the_change(dates: Dates, order: float) -> None:
    found = by_sector(dates, order)
    total = found.intrasectoral.value[0] + found.shift.value[0] + found.interaction.value[0]
    everybody = [
        fgt(Welfare(of.welfare, of.weight, Groups.everybody(len(of.weight)), of.line), order).value[0]
        for of in (dates.before, dates.after)
    ]
    assert found.change.value[0] == pytest.approx(everybody[1] - everybody[0], abs=1e-12)
    assert total == pytest.approx(found.change.value[0], abs=1e-12)
    assert found.by_sector.sum() == pytest.approx(total, abs=1e-12)


def test_by_hand() -> None:
    # Farm: 3/4 of people, 2/3 poor; then 1/2 and 1/2. Town: 1/4, none poor; then 1/2, still none.
    before = people([50, 60, 150, 200], ["farm", "farm", "farm", "town"])
    found = by_sector(side_by_side(before, people([50, 150, 200, 300], ["farm", "farm", "town", "town"])), 0)
    assert found.names == ("farm", "town")
    assert found.by_sector == pytest.approx(np.array([[-1 / 8, -1 / 6, 1 / 24], [0, 0, 0]]))
    assert found.change.value[0] == pytest.approx(-1 / 4)


def test_people_moving_is_shift_alone() -> None:
    before = people([50, 50, 200, 200], ["farm", "farm", "town", "town"])
    found = by_sector(side_by_side(before, people([50, 200, 200, 200], ["farm", "town", "town", "town"])), 1)
    assert (found.intrasectoral.value[0], found.interaction.value[0]) == (0, 0)
    assert found.shift.value[0] == found.change.value[0] == -0.125


@pytest.mark.parametrize("effect", EFFECTS)
def test_errors_are_those_of_numerical_differentiation(effect: str) -> None:
    random = np.random.default_rng(3)
    sectors = random.choice(["farm", "town", "away"], 90).tolist()
    psu = random.integers(0, 10, 90)
    incomes, weights = random.lognormal(4.6, 0.6, 90), random.uniform(0.5, 2, 90)
    first = np.arange(90) < 45

    def found(weight: Floats) -> Sectors:
        both = Welfare.of(incomes, weight=weight, groups=Groups.of(sectors, 90), line=100.0)
        return by_sector(Dates.split(both, Design.of(90, weight=weight, psu=psu), ~first), 1)

    scores = np.empty(90)
    for i in range(90):
        step = np.zeros(90)
        step[i] = 1e-5
        ends = [getattr(found(weights + way * step), effect).value[0] for way in (-1, 1)]
        scores[i] = weights[i] * (ends[1] - ends[0]) / 2e-5
    se = np.sqrt(Design.of(90, psu=psu).over(Groups.everybody(90)).variance(scores)[0])
    assert getattr(found(weights), effect).se[0] == pytest.approx(se, rel=1e-6)


def test_a_sector_without_people_at_one_date_is_refused() -> None:
    before = people([50, 200], ["farm", "town"])
    with pytest.raises(ValueError, match="nobody is in sector town at the second date"):
        by_sector(side_by_side(before, people([50, 200], ["farm", "farm"])), 0)
