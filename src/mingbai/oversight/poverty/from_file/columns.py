"""A column of a file as numbers, or as groups with their names."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from mingbai.oversight.poverty.groups import Floats, Ints

MISSING = ("", "NA", "N/A", "NaN", "null", "None", ".")
"""Texts that mean "no number here", as R, Stata, pandas and databases write it; in any case of letters."""
YES = {"1": 1.0, "true": 1.0, "yes": 1.0, "是": 1.0, "0": 0.0, "false": 0.0, "no": 0.0, "否": 0.0}
_MISSING = frozenset(mark.lower() for mark in MISSING)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"(?<=[01])\.0*$")
_BLANKS = " \t\r\n\u00a0\u3000\ufeff"


@dataclass(frozen=True)
class Numbers:
    """values: shape (rows,), NaN where there is none. missing: rows without one. wrong: rows with something else."""

    values: Floats
    missing: NDArray[np.bool_]
    wrong: Ints


@dataclass(frozen=True)
class Labels:
    """codes: shape (rows,), -1 where the cell is empty; names: the distinct values, ascending, as they are printed."""

    codes: Ints
    names: tuple[str, ...]

    @property
    def missing(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.codes < 0
        return found


def numbers(column: pa.ChunkedArray) -> Numbers:
    """The column's numbers, of text the nearest float64. What is endless or no number is wrong, not missing."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return numbers(column.cast(kind.value_type))
    if _is_text(kind):
        return _from_text(column)
    if pa.types.is_null(kind):
        column = column.cast(pa.float64())
    elif pa.types.is_boolean(kind):
        column = column.cast(pa.int8()).cast(pa.float64())
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        column = column.cast(pa.float64(), safe=False)
    else:
        empty = _mask(column.is_null())
        return Numbers(np.full(len(column), np.nan), empty, np.flatnonzero(~empty))
    return _checked(column)


def _checked(column: pa.ChunkedArray) -> Numbers:
    values = np.asarray(column.to_numpy(), np.float64)
    return Numbers(values, np.isnan(values), np.flatnonzero(np.isinf(values)))


def _from_text(column: pa.ChunkedArray) -> Numbers:
    trimmed = pc.utf8_trim(column, _BLANKS)
    marks = pa.array(sorted(_MISSING))
    # A null answers no: it is missing already.
    empty = pc.is_in(pc.utf8_lower(trimmed), marks)
    kept = pc.if_else(empty, pa.scalar(None, trimmed.type), trimmed)
    try:
        return _checked(kept.cast(pa.float64()))
    except pa.ArrowInvalid:
        texts = kept.to_pylist()
        wrong = np.array([row for row, text in enumerate(texts) if text and not _NUMBER.fullmatch(text)], np.intp)
        values = np.array([float(text) if text and _NUMBER.fullmatch(text) else np.nan for text in texts], np.float64)
        return Numbers(values, _mask(kept.is_null()), np.union1d(wrong, np.flatnonzero(np.isinf(values))))


def yes_or_no(column: pa.ChunkedArray) -> Numbers:
    """A column of deprivations: 1 and 0, true and false, yes and no, 是 and 否; anything else is wrong."""
    codes, found = _encoded(column)
    texts = [_WHOLE.sub("", _printed(value).strip(_BLANKS)).lower() for value in found]
    # The last stands for -1, an empty cell.
    values = np.array([*(YES.get(text, np.nan) for text in texts), np.nan])[codes]
    missing = np.array([*(text in _MISSING for text in texts), True])[codes]
    return Numbers(values, missing, np.flatnonzero(np.isnan(values) & ~missing))


def labels(column: pa.ChunkedArray) -> Labels:
    """The column's distinct values in ascending order; text that is all numbers ascends as numbers do.

    Blanks around a text do not make it another: a typist leaves them unseen.
    """
    codes, values = _encoded(column)
    values = [value.strip(_BLANKS) if isinstance(value, str) else value for value in values]
    distinct = list(dict.fromkeys(values))
    if all(isinstance(value, str) and _NUMBER.fullmatch(value) for value in distinct):
        ascending = sorted(distinct, key=lambda text: (float(text), text))
    else:
        ascending = sorted(distinct)
    rank = {value: at for at, value in enumerate(ascending)}
    # The last stands for -1, an empty cell.
    place = np.array([*(rank[value] for value in values), -1], np.intp)
    return Labels(place[codes], tuple(_printed(value) for value in ascending))


def _encoded(column: pa.ChunkedArray) -> tuple[Ints, list[Any]]:
    """A code a row (-1: empty) and the values; through Arrow, which needs no Python object a row."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.intp)
    values = encoded.dictionary.to_pylist()
    blank = [_is_blank(value) for value in values]
    if not any(blank):
        return codes, values
    # What is blank is missing: its code goes, and the others close up.
    place = np.append(np.where(blank, -1, np.cumsum(np.logical_not(blank)) - 1), -1).astype(np.intp)
    return place[codes], [value for value, is_blank in zip(values, blank, strict=True) if not is_blank]


def _is_blank(value: Any) -> bool:
    return value is None or value != value or (isinstance(value, str) and not value.strip(_BLANKS))


def _printed(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else repr(value) if isinstance(value, float) else str(value)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _mask(found: pa.ChunkedArray) -> NDArray[np.bool_]:
    return np.asarray(found.to_numpy(), np.bool_)
