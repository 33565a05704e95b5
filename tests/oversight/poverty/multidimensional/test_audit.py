"""The audit of indicators against plain reckoning on rows."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.multidimensional.audit import dominance, indicators, pairs, robustness
from mingbai.oversight.poverty.multidimensional.measures import measure

WEIGHTS: dict[str, Any] = {"x": ["a", "b"], "y": ["c"]}
EQUAL: dict[str, Any] = dict.fromkeys("abc")


def invented(n: int = 900, areas: int = 12) -> tuple[dict[str, np.ndarray], Design, Groups]:
    chance = np.random.default_rng(11)
    area = chance.integers(0, areas, n)
    columns = {
        name: np.where(chance.random(n) < 0.06, np.nan, chance.random(n) < 0.15 + 0.5 * (area * step % areas) / areas)
        for name, step in (("a", 1), ("b", 5), ("c", 7))
    }
    return columns, Design.of(n, weight=chance.uniform(1, 3, n)), Groups.of(area, n)


def test_the_table_of_indicators() -> None:
    columns, design, _ = invented()
    found = indicators(columns, weights=WEIGHTS, cutoff="1/2", design=design, missing="drop")
    assert [(row.indicator, row.dimension, row.weight) for row in found] == [
        ("a", "x", Fraction(1, 4)), ("b", "x", Fraction(1, 4)), ("c", "y", Fraction(1, 2))
    ]  # fmt: skip
    assert sum(row.contribution for row in found) == pytest.approx(1)
    whole = np.column_stack(list(columns.values()))
    complete = ~np.isnan(whole).any(axis=1)
    poor = complete & (whole @ [0.25, 0.25, 0.5] >= 0.5)
    for row, column in zip(found, columns.values(), strict=True):
        blank = np.isnan(column)
        assert row.missing_rows == blank.sum() > 0
        assert row.missing == pytest.approx(design.weight[blank].sum() / design.weight.sum())
        assert row.deprived == pytest.approx(np.average(column[~blank], weights=design.weight[~blank]))
        assert row.uncensored == pytest.approx(np.average(column[complete], weights=design.weight[complete]))
        assert row.censored == pytest.approx(np.average((poor * column)[complete], weights=design.weight[complete]))
        assert row.pull == pytest.approx(row.contribution / float(row.weight))


def test_an_audit_asks_for_a_rule_too() -> None:
    columns, design, groups = invented()
    for asked in (
        lambda: indicators(columns, weights=WEIGHTS, cutoff="1/2", design=design),
        lambda: pairs(columns, weights=WEIGHTS, design=design),
        lambda: dominance(columns, weights=WEIGHTS, design=design, groups=groups),
        lambda: robustness(columns, weights=WEIGHTS, others={}, cutoff="1/2", design=design, groups=groups),
    ):
        with pytest.raises(ValueError, match="choose a rule"):
            asked()


def test_pairs_by_hand() -> None:
    """Of ten: three deprived in both, one in a alone, two in b alone. In c nobody is."""
    columns = {"a": [1] * 4 + [0] * 6, "b": [1] * 3 + [0] + [1] * 2 + [0] * 4, "c": [0] * 10}
    one, *others = pairs(columns, weights=EQUAL, design=Design.of(10))
    assert (one.one, one.other, one.both) == ("a", "b", 0.3)
    assert one.redundancy == pytest.approx(0.3 / 0.4)
    assert one.association == pytest.approx((0.3 * 0.4 - 0.1 * 0.2) / np.sqrt(0.4 * 0.6 * 0.5 * 0.5))
    assert all(np.isnan(row.redundancy) and np.isnan(row.association) for row in others)


def test_association_is_the_weighted_correlation_of_rows_known_to_both() -> None:
    columns, design, _ = invented()
    for row in pairs(columns, weights=WEIGHTS, design=design, missing="drop"):
        one, other = columns[row.one], columns[row.other]
        known = ~np.isnan(one) & ~np.isnan(other)
        table = np.cov(one[known], other[known], aweights=design.weight[known], ddof=0)
        assert row.association == pytest.approx(table[0, 1] / np.sqrt(table[0, 0] * table[1, 1]), rel=1e-9)


def test_a_deprivation_that_never_comes_alone_is_redundant() -> None:
    (row,) = pairs({"a": [1, 1, 1, 0], "b": [1, 0, 0, 0]}, weights=dict.fromkeys("ab"), design=Design.of(4))
    assert row.redundancy == 1


def test_an_area_below_another_at_every_cutoff_is_seen() -> None:
    # Area 1 has all that area 0 has and more; area 2 has many little deprived, area 0 few but fully.
    columns = {
        "a": [1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0], "b": [1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0],
        "c": [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0],
    }  # fmt: skip
    found = dominance(columns, weights=EQUAL, design=Design.of(12), groups=Groups.of(np.repeat([0, 1, 2], 4), 12))
    assert found.cutoffs == (Fraction(1, 3), Fraction(2, 3), Fraction(1))
    assert found.values.tolist() == [[0.25, 0.75, 0.75], [0.25, 0.5, 0], [0.25, 0.25, 0]]
    assert found.never_above.tolist() == [[True, True, False], [False, True, False], [False, True, True]]
    assert found.settled == pytest.approx(2 / 3)


def test_ranks_under_other_weights_against_scipy() -> None:
    columns, design, groups = invented()
    others: dict[str, Any] = {"the same": WEIGHTS, "equal": EQUAL, "mostly a": {"a": "0.8", "b": "0.1", "c": "0.1"}}
    found = robustness(
        columns, weights=WEIGHTS, others=others, cutoff="1/2", design=design, groups=groups, missing="drop"
    )
    first, *_ = values = [
        measure(
            columns, weights=by, cutoff="1/2", design=design, groups=groups, names=["M0"], missing="drop", errors=False
        )[0].value
        for by in others.values()
    ]
    for row, other in zip(found, values, strict=True):
        assert row.spearman == pytest.approx(spearmanr(first, other).statistic, rel=1e-9)
        assert row.kendall == pytest.approx(kendalltau(first, other).statistic, rel=1e-9)
    assert found[0].kept == 1
    assert found[2].kept < 1


def test_tied_areas_rank_as_scipy_ranks_them() -> None:
    columns = {"a": [1, 0, 0, 0, 1, 1, 1, 1], "b": [0, 0, 1, 0, 1, 1, 0, 0]}
    design, groups = Design.of(8), Groups.of(np.repeat(range(4), 2), 8)
    by: dict[str, Any] = {"a": "1/2", "b": "1/2"}
    other: dict[str, Any] = {"a": "3/4", "b": "1/4"}
    (row,) = robustness(columns, weights=by, others={"more a": other}, cutoff="1/4", design=design, groups=groups)
    first, second = [0.25, 0.25, 1, 0.5], [0.375, 0.125, 1, 0.75]
    assert row.spearman == pytest.approx(spearmanr(first, second).statistic)
    assert row.kendall == pytest.approx(kendalltau(first, second).statistic)


def test_a_single_area_has_no_ranking() -> None:
    columns = {"a": [1, 0], "b": [0, 0]}
    by: dict[str, Any] = dict.fromkeys("ab")
    asked: dict[str, Any] = {"weights": by, "design": Design.of(2), "groups": Groups.everybody(2)}
    (row,) = robustness(columns, others={"same": by}, cutoff=1, **asked)
    assert np.isnan([row.spearman, row.kendall, row.kept, dominance(columns, **asked).settled]).all()
