"""Columns of a file as numbers and as groups: nothing is rounded, nothing is lost, what is no number is named."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.oversight.poverty.from_file.columns import labels, numbers, yes_or_no

FINITE = st.floats(allow_nan=False, allow_infinity=False)
CELLS = st.lists(st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=5)), min_size=1, max_size=30)


def text(cells: list[str | None]) -> pa.ChunkedArray:
    """A column in two chunks, as a long file comes."""
    half = len(cells) // 2
    return pa.chunked_array([pa.array(cells[:half], pa.string()), pa.array(cells[half:], pa.string())])


@given(st.lists(FINITE, min_size=1, max_size=20))
def test_text_becomes_the_very_same_number(values: list[float]) -> None:
    for written in (list(map(repr, values)), [f" {value!r}\t" for value in values]):
        found = numbers(text(written))
        assert found.values.tolist() == values
        assert not found.missing.any() and not len(found.wrong)


@given(st.lists(FINITE, min_size=1, max_size=9), st.integers(0, 8))
def test_one_wrong_cell_is_named_and_the_others_stay(values: list[float], at: int) -> None:
    cells = list(map(repr, values))
    at %= len(cells) + 1
    cells.insert(at, "一万")
    found = numbers(text(cells))
    assert found.wrong.tolist() == [at] and not found.missing.any()
    assert np.delete(found.values, at).tolist() == values


def test_what_means_no_number_is_missing_and_not_wrong() -> None:
    found = numbers(text(["", " ", "NA", "nan", "NULL", ".", None, "0"]))
    assert found.missing.tolist() == [True] * 7 + [False] and not len(found.wrong)


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1e999", "1,000", "0x10", "1_000", "12%", "１２x", "--1", "1e"])
def test_what_looks_like_a_number_and_is_none_is_wrong(cell: str) -> None:
    assert numbers(text(["1", cell])).wrong.tolist() == [1]


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint64(), pa.float32(), pa.decimal128(21, 2), pa.int64()])
def test_every_kind_of_number(kind: pa.DataType) -> None:
    found = numbers(pa.chunked_array([pa.array([1, None, 3]).cast(kind)]))
    assert found.values[[0, 2]].tolist() == [1, 3] and found.missing.tolist() == [False, True, False]


def test_days_are_no_numbers() -> None:
    assert numbers(pa.chunked_array([pa.array([1, None]).cast(pa.int32()).cast(pa.date32())])).wrong.tolist() == [0]


@given(CELLS)
def test_a_label_leads_back_to_its_cell(cells: list[str | None]) -> None:
    found = labels(text(cells))
    assert len(set(found.names)) == len(found.names)
    for cell, code in zip(cells, found.codes.tolist(), strict=True):
        # Blanks around it are nobody's intention.
        kept = "" if cell is None else cell.strip(" \t\r\n\u00a0\u3000\ufeff")
        assert (found.names[code] if code >= 0 else "") == kept


def test_blanks_that_nobody_sees_make_no_group_of_their_own() -> None:
    found = labels(text(["甲", "乙", "甲 ", "\u3000甲", " "]))
    assert found.names == ("乙", "甲") and found.codes.tolist() == [1, 0, 1, 1, -1]
    assert labels(pa.chunked_array([pa.array([0.0, -0.0, 1.0])])).codes.tolist() == [0, 0, 1]


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=20))
def test_whole_numbers_ascend_as_numbers_from_any_file(values: list[int]) -> None:
    expected = [str(value) for value in sorted(set(values))]
    assert list(labels(text(list(map(str, values)))).names) == expected
    assert list(labels(pa.chunked_array([pa.array(values)])).names) == expected


def test_yes_and_no_in_every_spelling() -> None:
    found = yes_or_no(text(["1", "0", "1.0", "True", "false", "是", "否", "YES", "no", "", "2", "maybe"]))
    assert found.values[:9].tolist() == [1, 0, 1, 1, 0, 1, 0, 1, 0]
    assert found.missing.tolist() == [False] * 9 + [True, False, False] and found.wrong.tolist() == [10, 11]
    assert yes_or_no(pa.chunked_array([pa.array([True, False])])).values.tolist() == [1, 0]
    assert yes_or_no(pa.chunked_array([pa.array([1.0, float("nan"), 0.0])])).missing.tolist() == [False, True, False]
