"""No household and no village stands on both sides of a fold, whatever the villages are."""

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.oversight.poverty.targeting import folds as module
from mingbai.oversight.poverty.targeting.folds import apart, folds

HOMES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8)), min_size=2, max_size=80)


@given(HOMES, st.integers(2, 5), st.integers(0, 1000))
def test_no_household_or_village_is_in_two_folds(rows: list[tuple[int, int]], k: int, seed: int) -> None:
    # A household of a village is numbered within it.
    household = [f"{village}-{number}" for number, village in rows]
    village = [f"v{village}" for _, village in rows]
    if len(set(village)) < k:
        with pytest.raises(ValueError, match="can not be made"):
            folds(household, village, k=k, seed=seed)
        return
    made = folds(household, village, k=k, seed=seed)
    for names in (household, village):
        assert len({(name, fold) for name, fold in zip(names, made.codes, strict=True)}) == len(set(names))
    assert set(made.codes.tolist()) == set(range(k))
    for outside, inside in made:
        assert (outside ^ inside).all()
        assert not set(np.array(village)[outside]) & set(np.array(village)[inside])


def test_folds_are_about_the_same_size_and_the_same_for_a_seed() -> None:
    village = np.repeat(np.arange(60), np.random.default_rng(1).integers(5, 40, 60))
    home = np.arange(len(village))
    one = folds(home, village, k=5, seed=7)
    sizes = np.bincount(one.codes)
    assert sizes.max() - sizes.min() <= 5
    assert one.codes.tobytes() == folds(home, village, k=5, seed=7).codes.tobytes()
    assert one.codes.tobytes() != folds(home, village, k=5, seed=8).codes.tobytes()
    assert one.seed == 7


def test_members_of_a_household_stay_together() -> None:
    made = folds(["a", "a", "b", "c", "c"], ["x", "x", "x", "y", "y"], k=2, seed=0)
    assert len(set(made.codes[:3])) == len(set(made.codes[3:])) == 1


def test_the_wrong_way_is_not_offered() -> None:
    """Nothing here deals rows: the one maker of folds can not be called without households and villages."""
    required = {p.name for p in inspect.signature(folds).parameters.values() if p.default is p.empty}
    assert required == {"household", "village", "k", "seed"}
    makers = [f for _, f in inspect.getmembers(module, inspect.isfunction) if "Folds" in str(inspect.signature(f))]
    assert makers == [folds]


@pytest.mark.parametrize(
    ("household", "village", "sentence"),
    [
        ([1, 2, 3], ["x", None, "y"], "the village is missing in 1 rows"),
        ([1, 2, 3], ["x", " ", "y"], "the village is missing in 1 rows"),
        ([1, 2, 3], [1.0, np.nan, 2.0], "the village is missing in 1 rows"),
        ([1, None, 3], ["x", "x", "y"], "the household is missing in 1 rows"),
        (["h", "h", "i"], ["x", "y", "y"], "1 households lie in two villages, such as h in x and y"),
        ([1, 2], ["x", "y", "z"], "2 households for 3 villages"),
        ([1, 2, 3], ["x", "x", "x"], "2 folds of 1 villages"),
        ([[1], [2]], ["x", "y"], r"has the shape \(2, 1\)"),
    ],
)
def test_what_can_not_be_dealt_is_refused(household: list[object], village: list[object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        folds(household, village, k=2, seed=0)


def test_one_fold_is_no_fold() -> None:
    with pytest.raises(ValueError, match="at least two"):
        folds([1, 2], ["x", "y"], k=1, seed=0)


def test_a_fold_that_is_not_there_is_refused() -> None:
    made = folds([1, 2], ["x", "y"], k=2, seed=0)
    with pytest.raises(ValueError, match="there is no fold 2: they are numbered 0 to 1"):
        made.rows(0, 2)


def test_villages_seen_before_are_refused() -> None:
    assert apart(frozenset({"x"}), ["y", "z"], "judging") == {"y", "z"}
    with pytest.raises(ValueError, match=r"judging needs villages that the model has not seen, but 1 were .*\(x\)"):
        apart(frozenset({"x", "q"}), ["x", "z"], "judging")
