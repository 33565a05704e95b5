"""What was asked, exactly: weights and cut-off as fractions, and every wrong option at once."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.oversight.poverty.from_file.faults import Faults, lines
from mingbai.oversight.poverty.from_file.question import Words, understood

FILE = Path("a.csv")


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8))
def test_weights_are_exact_however_they_are_written(parts: list[int]) -> None:
    names = [f"i{at}" for at in range(len(parts))]
    given_ = ",".join(f"{name}={part}/{sum(parts)}" for name, part in zip(names, parts, strict=True))
    found = understood(Words(deprivations=",".join(names), weights=given_), FILE)
    assert found.weights == {name: Fraction(part, sum(parts)) for name, part in zip(names, parts, strict=True)}
    assert sum(found.weights.values()) == 1


@given(st.lists(st.integers(1, 60), min_size=2, max_size=8))
def test_proportions_are_refused_with_the_weights_that_they_mean(parts: list[int]) -> None:
    names = ",".join(f"i{at}" for at in range(len(parts)))
    with pytest.raises(Faults) as refused:
        understood(Words(deprivations=names, weights=",".join(f"i{at}={part}" for at, part in enumerate(parts))), FILE)
    advice = refused.value.faults[0].en.rpartition("--weights ")[2]
    found = understood(Words(deprivations=names, weights=advice), FILE)
    assert found.weights == {f"i{at}": Fraction(part, sum(parts)) for at, part in enumerate(parts)}


def test_decimals_are_what_they_say() -> None:
    found = understood(Words(deprivations="a，b", weights="a=0.1,b=0.9", cutoff="0.3"), FILE)
    assert found.weights["a"] == Fraction(1, 10) and found.cutoff == Fraction(3, 10)
    assert understood(Words(deprivations="a,b,c"), FILE).weights["c"] == Fraction(1, 3)


def test_a_rounded_third_is_not_one() -> None:
    with pytest.raises(Faults, match=r"0\.999"):
        understood(Words(deprivations="a,b,c", weights="a=0.333,b=0.333,c=0.333"), FILE)


def test_every_fault_comes_at_once() -> None:
    words = Words(welfare="y", weights="a=1", cutoff="2", line="-1", measures="x,fgt-1,gap", level=0)
    with pytest.raises(Faults) as refused:
        understood(words, FILE)
    assert len(refused.value.faults) == 6
    assert str(refused.value).count("\n") == 5


def test_a_line_is_a_number_or_a_column() -> None:
    assert understood(Words(welfare="y", line="1e3"), FILE).line == 1000.0
    assert understood(Words(welfare="y", line="poverty line"), FILE).line == "poverty line"
    assert understood(Words(welfare="y", measures="fgt1.5,ge-1", line="2"), FILE).measures == ("fgt1.5", "ge-1")


def test_rows_are_named_up_to_five_and_counted() -> None:
    assert lines([2]).en == "row 2" and lines([2, 3]).zh == "第 2, 3 行"
    assert lines([2, 3, 4, 5, 6], 12).en == "rows 2, 3, 4, 5, 6 and 7 more (12 in all)"
