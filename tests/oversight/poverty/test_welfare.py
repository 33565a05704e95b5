import numpy as np
import pytest

from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.welfare import Undefined, Welfare
from nudged import slopes


def of(y, w=None, codes=None, line=None):
    n = len(y)
    groups = Groups.everybody(n) if codes is None else Groups(np.array(codes), tuple(range(max(codes) + 1)))
    return Welfare.of(y, weight=np.ones(n) if w is None else np.asarray(w, float), groups=groups, line=line)


def test_poor_is_below_the_line_not_at_it():
    found = of([9.0, 10.0, 11.0], line=10)
    assert found.poor.tolist() == [True, False, False]
    assert found.gaps == pytest.approx([0.1])
    assert of([9.0, 10.0], line=[9.0, 11.0]).poor_rows.tolist() == [1]


@pytest.mark.parametrize(
    ("y", "line", "says"),
    [
        ([1.0, np.nan, np.inf], None, "missing or endless in 2 rows"),
        ([1.0, 2.0, 3.0], 0.0, "missing, zero or negative in 1 rows"),
        ([1.0, 2.0, 3.0], [1.0, np.nan, -1.0], "missing, zero or negative in 2 rows"),
        ([1.0, 2.0, 3.0], [1.0, 2.0], "lines have"),
        ([[1.0], [2.0], [3.0]], None, "welfare has"),
        ([1.0, 2.0], None, "welfare has"),
    ],
)
def test_what_makes_no_sense_is_refused_with_how_many(y, line, says):
    with pytest.raises(ValueError, match=says):
        Welfare.of(y, weight=np.ones(3), groups=Groups.everybody(3), line=line)


def test_who_is_poor_needs_a_line():
    with pytest.raises(Undefined, match="needs a line"):
        _ = of([1.0]).poor


def test_rows_that_stand_for_nobody_may_be_anything():
    bad = np.array([True, True, False])
    with pytest.raises(Undefined, match="so it is: 1 rows"):
        of([1.0, 2.0, 3.0], [0, 1, 1]).refuse(bad, "so it is")
    of([1.0, 2.0, 3.0], [0, 0, 1]).refuse(bad, "so it is")


@pytest.mark.parametrize("codes", [None, [0, 1, 0, 1, 1]])
def test_means_of_all_and_of_the_poor_have_their_derivatives(codes):
    y, w, values = [1.0, 5.0, 2.0, 9.0, 3.0], np.array([1.0, 2.0, 3.0, 1.5, 0.5]), np.array([4.0, -1.0, 2.0, 8.0, 0.0])
    own = np.zeros(5, int) if codes is None else np.array(codes)

    def mean(weight):
        return of(y, weight, codes).mean(values)

    def poor(weight):
        return of(y, weight, codes, line=4.0).mean_of_poor(values[[0, 2, 4]])

    for ask in (mean, poor):
        found = slopes(lambda weight, ask=ask: ask(weight).value, w, range(5))[np.arange(5), own]
        assert ask(w).scores() / w == pytest.approx(found, rel=1e-8)
    shown = values if codes is None else values[own == 0]
    assert mean(w).value[0] == pytest.approx(np.average(shown, weights=w if codes is None else w[own == 0]))


def test_the_order_is_by_group_then_welfare():
    assert of([3.0, 1.0, 2.0, 0.0], codes=[0, 1, 0, 1]).order.tolist() == [2, 0, 3, 1]
