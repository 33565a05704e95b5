"""What holds for every measure: its scores are its derivative, a weight is a repetition, names are understood."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.measures import FAMILIES, MEASURES, measure, measured, named
from mingbai.oversight.poverty.welfare import Undefined, Welfare
from nudged import slopes

SMOOTH = [name for name in MEASURES if name not in ("qsr", "median", "arpt", "median_gap")]
OPEN = ["fgt0.5", "fgt1.5", "ge-1", "ge0.5", "ge1.5", "ge3", "atkinson0.25", "atkinson0.999", "atkinson3", "lorenz0.37"]
ASKED = (
    "headcount,gap,severity,watts,sen,sen1976,sst,gini,ge0,ge1,ge2,atkinson0.5,atkinson1,atkinson2,qsr,palma,mean,"
    "median"
)
NOT_REPEATED = ("gini_corrected",)
NOT_RELATIVE = ("mean", "median", "arpt")


def some(seed=1, n=60, groups=3):
    rng = np.random.default_rng(seed)
    y = np.round(rng.lognormal(3, 0.8, n), 1)
    w = rng.uniform(0.5, 3, n)
    codes = np.arange(n) % groups
    line = np.where(codes == 1, 25.0, 18.0)
    return y, w, codes, line


def point(name, y, w, codes, line):
    groups = Groups(codes, tuple(range(codes.max() + 1)))
    return named(name).compute(Welfare.of(y, weight=w, groups=groups, line=line))


@pytest.mark.parametrize("groups", [1, 3])
@pytest.mark.parametrize("name", [*SMOOTH, *OPEN])
def test_scores_are_the_derivative_by_the_weight(name, groups):
    y, w, codes, line = some(groups=groups)
    y[7] = y[4]  # equals
    scores = point(name, y, w, codes, line).scores()
    found = slopes(lambda weight: point(name, y, weight, codes, line).value, w, range(len(y)))
    own = found[np.arange(len(y)), codes]
    assert scores / w == pytest.approx(own, rel=1e-6, abs=1e-7 * np.abs(own).max())
    others = found[codes[:, None] != np.arange(groups)]
    assert np.all(others == 0) or np.abs(others).max() < 1e-9 * np.abs(own).max()


@pytest.mark.parametrize("name", [*MEASURES, *OPEN])
def test_scores_of_rows_that_stand_for_nobody_are_zero_and_the_rest_add_up_to_none(name):
    y, w, codes, line = some()
    w[5] = 0.0
    scores = point(name, y, w, codes, line).scores()
    assert scores[5] == 0
    if name != "sen1976":  # which counts the poor, and so is no function of shares alone
        assert np.abs(np.bincount(codes, scores)).max() <= 1e-12 * max(np.abs(scores).max(), 1)


@pytest.mark.parametrize("name", [n for n in [*MEASURES, *OPEN] if n not in NOT_REPEATED])
@settings(max_examples=30)
@given(
    people=st.lists(st.tuples(st.integers(1, 40), st.integers(1, 4), st.integers(0, 1)), min_size=2, max_size=25),
    seed=st.integers(0, 9),
)
def test_a_weight_is_a_repetition_and_the_order_of_rows_is_nothing(name, people, seed):
    y, w, codes = (np.array(column) for column in zip(*people, strict=True))
    codes[0] = 0
    line = np.where(codes == 1, 12.0, 20.0)
    mixed = np.random.default_rng(seed).permutation(w.sum())
    once = [np.repeat(a, w)[mixed] for a in (y, codes, line)]
    weighted = point(name, y, w.astype(float), codes, line).value
    repeated = point(name, once[0], np.ones(w.sum()), once[1], once[2]).value
    assert weighted == pytest.approx(repeated, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("name", [n for n in [*MEASURES, *OPEN] if n not in NOT_RELATIVE])
@settings(max_examples=10)
@given(st.integers(0, 99), st.integers(2, 1000))
def test_money_of_another_unit_changes_nothing(name, seed, factor):
    y, w, codes, line = some(seed, 40)
    y = np.round(y)
    y[y == 0] = 1
    before, after = point(name, y, w, codes, line), point(name, y * factor, w, codes, line * factor)
    assert after.value == pytest.approx(before.value, rel=1e-9, nan_ok=True)
    assert after.scores() == pytest.approx(before.scores(), rel=1e-6, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("name", [*MEASURES, *OPEN])
def test_a_group_without_rows_or_weight_has_no_measure_and_harms_no_other(name):
    y, w, codes, line = some()
    alone = point(name, y, w, codes, line)
    w[codes == 2] = 0.0
    groups = Groups(codes, (0, 1, 2, 3))
    found = named(name).compute(Welfare.of(y, weight=w, groups=groups, line=line))
    assert np.isnan(found.value[2:]).all()
    assert found.value[:2] == pytest.approx(alone.value[:2], rel=1e-12)
    kept = codes < 2
    assert found.scores()[kept] == pytest.approx(alone.scores()[kept], rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("name", MEASURES)
def test_no_rows_have_no_measure(name):
    welfare = Welfare.of([], weight=np.zeros(0), groups=Groups.everybody(0), line=1.0)
    found = named(name).compute(welfare)
    assert np.isnan(found.value).all()
    assert found.scores().shape == (0,)


def test_every_measure_that_was_asked_for_is_there():
    assert set(ASKED.split(",")) <= set(MEASURES)


@pytest.mark.parametrize(
    ("open_name", "plain"),
    [("fgt0", "headcount"), ("fgt1", "gap"), ("fgt2", "severity"), ("ge0.0", "ge0"), ("ge1.0", "ge1"),
     ("atkinson1.0", "atkinson1"), ("quantile0.5", "median"), ("lorenz0.4", "share_bottom40")],
)  # fmt: skip
def test_a_family_holds_the_plain_measure(open_name, plain):
    sample = some()
    assert point(open_name, *sample).value == pytest.approx(point(plain, *sample).value, rel=1e-12)
    assert named(open_name).needs_line == named(plain).needs_line


@pytest.mark.parametrize(
    ("name", "says"),
    [("poverty", "no such measure: poverty; there are headcount"), ("fgt", "an order"), ("fgt-1", "zero or more"),
     ("atkinson0", "above zero"), ("quantile1.5", "from 0 to 1"), ("genan", "no such"), ("ge1e9", "no such"),
     ("", "no such"), ("Gini", "no such")],
)  # fmt: skip
def test_a_name_that_means_nothing_is_refused(name, says):
    with pytest.raises(ValueError, match=says):
        named(name)


def test_a_wrong_name_among_several_is_refused_before_anything_is_reckoned():
    y, w, codes, _ = some()
    welfare = Welfare.of(y, weight=w, groups=Groups(codes, (0, 1, 2)))
    with pytest.raises(ValueError, match="gimi"):
        measure(welfare, ["gini", "gimi"], Design.of(len(y), weight=w))


def test_a_line_is_asked_for_by_those_that_need_one():
    y, w, codes, _ = some()
    welfare = Welfare.of(y, weight=w, groups=Groups(codes, (0, 1, 2)))
    for one in [*MEASURES.values(), *(named(f"{family}0.5") for family in FAMILIES)]:
        if one.needs_line:
            with pytest.raises(Undefined, match="line"):
                one.compute(welfare)
        else:
            one.compute(welfare)


def test_estimates_come_in_the_order_asked_with_errors_or_without():
    y, w, codes, line = some()
    welfare = Welfare.of(y, weight=w, groups=Groups(codes, ("a", "b", "c")), line=line)
    design = Design.of(len(y), weight=w)
    found = measure(welfare, ["sst", "gini"], design)
    assert [one.measure for one in found] == ["sst", "gini"]
    assert all((one.se > 0).all() for one in found)
    plain = measure(welfare, ["sst", "gini"], design, errors=False)
    assert all(np.isnan(one.se).all() for one in plain)
    assert all(np.array_equal(a.value, b.value) for a, b in zip(found, plain, strict=True))


@pytest.mark.parametrize("level", [0, 1, 95, float("nan")])
def test_a_level_of_confidence_lies_between_zero_and_one(level):
    with pytest.raises(ValueError, match="level of confidence"):
        measured([1.0, 2.0, 4.0], ["gini"], level=level)


def test_one_name_alone_is_one_measure():
    assert [one.measure for one in measured([1.0, 2.0, 4.0], "gini")] == ["gini"]


def test_a_masked_income_is_missing_and_not_the_number_below_the_mask():
    with pytest.raises(ValueError, match="missing or endless in 1 rows"):
        measured(np.ma.array([1.0, 2.0, 4.0], mask=[False, True, False]), ["mean"])


@pytest.mark.parametrize("name", ["gini", "sst", "sen", "s80s20", "palma", "qsr", "share_bottom40", "median", "ge0"])
def test_a_small_group_behind_a_great_one_keeps_its_digits(name):
    rng = np.random.default_rng(3)
    many, few = rng.lognormal(9, 0.8, 20_000), [3010.5, 3011.0, 2999.0, 3500.0, 2800.0, 2999.0]
    great, small = rng.uniform(0.1, 9e6, 20_000), [0.1, 0.3, 0.9, 0.2, 0.1, 0.2]
    both = measured(np.r_[many, few], [name], line=3200.0, weight=np.r_[great, small], by=[0] * 20_000 + [1] * 6)[0]
    alone = measured(few, [name], line=3200.0, weight=small)[0]
    assert both.value[1] == pytest.approx(alone.value[0], rel=1e-14)
    # As clusters of a stratum of 6 and of 20,006 rows.
    assert both.se[1] == pytest.approx(alone.se[0] * np.sqrt(20_006 / 20_005 * 5 / 6), rel=1e-12)


def test_gini_keeps_its_digits_where_all_are_nearly_alike():
    # Of m - d and m + d it is d / 2m; its scores, the derivatives by the weights, are d² / 4m² and the opposite.
    for codes in (None, [0, 0]):
        found = measured([1e9 - 1, 1e9 + 1], ["gini"], by=codes)[0]
        assert found.value[0] == pytest.approx(0.5e-9, rel=1e-15)
        assert found.se[0] == pytest.approx(0.5e-18, rel=1e-6)
