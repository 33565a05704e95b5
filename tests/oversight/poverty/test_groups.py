"""A row without a group belongs to nobody, so it is refused in every way in which arrays say "missing"."""

from typing import Any

import numpy as np
import pytest

from mingbai.oversight.poverty.groups import Groups, numbers

MISSING: dict[str, Any] = {
    "none": ["a", None],
    "nan": [1.0, np.nan],
    "no day": np.array(["2020-01-01", "NaT"], "datetime64[D]"),
    "masked": np.ma.array([1, 2], mask=[False, True]),
}


@pytest.mark.parametrize("values", MISSING.values(), ids=MISSING.keys())
def test_a_missing_group_is_refused(values: Any) -> None:
    with pytest.raises(ValueError, match="a group is missing"):
        Groups.of(values, 2)


def test_values_that_have_no_order_are_refused() -> None:
    with pytest.raises(ValueError, match="several kinds"):
        Groups.of(np.array([1, "a"], object), 2)
    with pytest.raises(ValueError, match="3 rows"):
        Groups.of([1, 2], 3)


def test_days_and_numbers_ascend() -> None:
    assert Groups.of([10, 9, 100], 3).names == (9, 10, 100)
    days = Groups.of(np.array(["2020-02-01", "2019-01-02"], "datetime64[D]"), 2)
    assert [str(day) for day in days.names] == ["2019-01-02", "2020-02-01"] and days.codes.tolist() == [1, 0]


def test_what_is_masked_is_no_number() -> None:
    assert np.isnan(numbers(np.ma.array([1, 2], mask=[False, True]))).tolist() == [False, True]
    assert numbers(np.array([100, 120], np.int8)).dtype == np.float64
