import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.oversight.poverty.fgt import fgt, gap, headcount, severity
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.welfare import Welfare

people = st.lists(
    st.tuples(st.integers(-5, 60), st.integers(1, 4), st.integers(0, 2), st.integers(10, 50)), min_size=1, max_size=30
)


@pytest.mark.parametrize("order", [0, 0.5, 1, 1.5, 2, 3])
@given(people)
def test_it_is_the_sum_over_the_poor_by_group_and_adds_up(order, found):
    y, w, codes, line = (np.array(column) for column in zip(*found, strict=True))
    groups = Groups(codes, (0, 1, 2))
    ours = fgt(Welfare.of(y, weight=w.astype(float), groups=groups, line=line), order).value
    for g in range(3):
        poor = [(v, k, z) for v, k, c, z in found if c == g and v < z]
        total = sum(k for _, k, c, _ in found if c == g)
        if total:
            expected = sum(k * ((z - v) / z) ** order for v, k, z in poor) / total
            assert ours[g] == pytest.approx(expected, rel=1e-12, abs=1e-15)
        else:
            assert np.isnan(ours[g])
    share = groups.sums(w.astype(float)) / w.sum()
    whole = fgt(Welfare.of(y, weight=w.astype(float), groups=Groups.everybody(len(y)), line=line), order).value[0]
    assert np.nansum(share * ours) == pytest.approx(whole, rel=1e-12, abs=1e-15)


def test_who_is_at_the_line_is_not_poor_and_debts_are_gaps_above_one():
    welfare = Welfare.of([100.0, -50.0, 300.0], weight=np.ones(3), groups=Groups.everybody(3), line=100.0)
    assert headcount(welfare).value[0] == pytest.approx(1 / 3)
    assert gap(welfare).value[0] == pytest.approx(1.5 / 3)
    assert severity(welfare).value[0] == pytest.approx(2.25 / 3)
