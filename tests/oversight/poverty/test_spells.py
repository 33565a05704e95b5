"""Spells drawn by hand; the life table against R's survival package and against what must hold of every one."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mingbai.oversight.poverty.movement import Panel
from mingbai.oversight.poverty.spells import Spells, exit_hazard, life_table, return_hazard, spells


def drawn(*rows: str, first: int = 2020, **kwargs: Any) -> Panel:
    """A panel from one text a household, one sign a year: P poor, n not, . unknown."""
    cells = [(i, first + j, sign == "P") for i, row in enumerate(rows) for j, sign in enumerate(row) if sign != "."]
    household, year, poor = (np.array(column) for column in zip(*cells, strict=True))
    spread: dict[str, Any] = {key: np.array([value[i] for i in household]) for key, value in kwargs.items()}
    return Panel.of(household, year, poor, **spread)


def shown(found: Spells) -> list[tuple[int, int, int, bool, bool]]:
    columns = (found.household, found.start, found.end, found.left, found.right)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_spells_drawn_by_hand() -> None:
    panel = drawn("PPnnP", "nPPPn", "P.PnP")
    assert shown(spells(panel)) == [
        (0, 2020, 2021, True, False), (0, 2024, 2024, False, True), (1, 2021, 2023, False, False),
        (2, 2020, 2020, True, True), (2, 2022, 2022, True, False), (2, 2024, 2024, False, True),
    ]  # fmt: skip
    assert shown(spells(panel, poor=False)) == [
        (0, 2022, 2023, False, False), (1, 2020, 2020, True, False), (1, 2024, 2024, False, True),
        (2, 2023, 2023, False, False),
    ]  # fmt: skip


def test_a_split_cuts_a_spell() -> None:
    year = np.arange(2020, 2024)
    panel = Panel.of([7] * 4, year, [True] * 4, changed=year == 2022)
    assert shown(spells(panel)) == [(0, 2020, 2021, True, True), (0, 2022, 2023, True, True)]


# (years out, whether it returned), as an exit in 2021 shows them.
WATCHED = ((1, 1), (1, 0), (2, 1), (2, 1), (3, 0), (1, 1), (4, 1), (4, 0), (2, 0), (3, 1), (5, 0), (5, 1))
# R 4.2, survival 3.5-3: survfit(Surv(years, returned) ~ 1, conf.type = "log-log") of these twelve:
# year, at risk, returned, survival, its error, lower, upper.
SURVFIT = (
    (1, 12, 2, 0.83333333333333337, 0.10758287072798380, 0.481714942195378859, 0.95550936572806489),
    (2, 9, 2, 0.64814814814814814, 0.14261129694009778, 0.309662227017160785, 0.85179751233543910),
    (3, 6, 1, 0.54012345679012352, 0.15442811782179092, 0.216561173167336862, 0.78036356294766007),
    (4, 4, 1, 0.40509259259259267, 0.16458895839275881, 0.112893562148487656, 0.68773893122353291),
    (5, 2, 1, 0.20254629629629634, 0.16518136207779879, 0.012972838543801855, 0.55608576762110629),
)


def texts() -> list[str]:
    # Last seen out in year d after the exit means d + 1 years out: then nothing more is known.
    return ["P" + "n" * years + ("P" if returned else "n") for years, returned in WATCHED]


def test_the_curve_of_returns_is_that_of_kaplan_and_meier() -> None:
    found = return_hazard(drawn(*texts()))
    assert [(line.year, line.at_risk, line.ended) for line in found] == [row[:3] for row in SURVFIT]
    for line, row in zip(found, SURVFIT, strict=True):
        ours = (line.survival, line.survival_se, line.lower, line.upper)
        assert ours == pytest.approx(row[3:], abs=1e-12)
        assert line.hazard == pytest.approx(row[2] / row[1])
        assert line.hazard_se == pytest.approx(np.sqrt(line.hazard * (1 - line.hazard) / line.n))


def test_spells_that_were_going_on_when_first_seen_say_nothing_on_durations() -> None:
    more = return_hazard(drawn(*texts(), "nnP", "nnnn", ".nP"))
    assert more == return_hazard(drawn(*texts()))


def test_by_group() -> None:
    both = drawn(*texts(), *texts()[:4], by=["a"] * 12 + ["b"] * 4)
    found = return_hazard(both)
    assert [line for line in found if line.group == "a"] == [
        line._replace(group="a") for line in return_hazard(drawn(*texts()))
    ]
    assert [(line.year, line.n, line.ended) for line in found if line.group == "b"] == [(1, 4, 1), (2, 2, 2)]
    assert found[-1].survival == 0
    assert np.isnan(found[-1].lower)


def test_exits_are_counted_the_same_way() -> None:
    turned = [text.translate(str.maketrans("Pn", "nP")) for text in texts()]
    assert exit_hazard(drawn(*turned)) == return_hazard(drawn(*texts()))


def test_nobody_left_nobody_returned() -> None:
    assert return_hazard(drawn("PPP", "nnn")) == []
    # An exit in the last year is seen, but nobody looked again.
    assert return_hazard(drawn("PPn")) == []


def test_errors_by_clusters_are_greenwoods_when_each_spell_is_a_cluster() -> None:
    """The scores of the curve at two years are uncorrelated, so their sum's variance is Greenwood's, exactly."""
    plain, linear = return_hazard(drawn(*texts())), return_hazard(drawn(*texts()), errors="clusters")
    for one, other in zip(plain, linear, strict=True):
        assert other.hazard_se * np.sqrt(11 / 12) == pytest.approx(one.hazard_se, abs=1e-12)
        assert other.survival_se * np.sqrt(11 / 12) == pytest.approx(one.survival_se, abs=1e-12)


def test_errors_by_clusters_follow_the_derivative() -> None:
    weight = np.linspace(1, 3, 12)

    def survival(weights: np.ndarray) -> float:
        return return_hazard(drawn(*texts(), weight=weights), errors="clusters")[3].survival

    slopes = np.array([(survival(weight + 1e-6 * np.eye(12)[i]) - survival(weight)) / 1e-6 for i in range(12)])
    village = np.arange(12) // 3
    totals = np.bincount(village, weight * slopes)
    found = return_hazard(drawn(*texts(), weight=weight, cluster=village), errors="clusters")[3].survival_se
    assert found == pytest.approx(np.sqrt(4 / 3 * ((totals - totals.mean()) ** 2).sum()), rel=1e-5)


def test_greenwoods_errors_refuse_weights() -> None:
    with pytest.raises(ValueError, match="choose the errors by clusters"):
        return_hazard(drawn(*texts(), weight=range(1, 13)))


grids = hnp.arrays(np.int8, st.tuples(st.integers(1, 15), st.integers(2, 7)), elements=st.integers(-1, 1))


@given(grids, st.booleans())
def test_spells_cover_each_known_year_once_and_the_table_counts_them(grid: np.ndarray, poor: bool) -> None:
    rows, columns = np.nonzero(grid >= 0)
    if not len(rows):
        return
    panel = Panel.of(rows, columns, grid[rows, columns] == 1)
    found = spells(panel, poor=poor)
    assert int(found.length.sum()) == int((grid == int(poor)).sum())
    table = life_table(panel, found)
    assert sum(line.ended for line in table) == int((~found.left & ~found.right).sum())
    survival = [line.survival for line in table]
    assert survival == sorted(survival, reverse=True)
    at_risk = [line.at_risk for line in table]
    assert at_risk == sorted(at_risk, reverse=True)
