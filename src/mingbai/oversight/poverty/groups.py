"""The groups that a measure is wanted for: one code a row, and the groups' names in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Groups:
    """Which group each row belongs to.

    codes: shape (n,), from 0 to `count` - 1. names: the groups' values, in ascending order; [None] means everybody.
    """

    codes: Ints
    names: tuple[Any, ...]

    @property
    def count(self) -> int:
        return len(self.names)

    def sums(self, values: Floats) -> Floats:
        """The sum of `values` in each group, shape (count,)."""
        return added(self.codes, values, self.count)

    def sizes(self) -> Ints:
        """How many rows each group has."""
        return np.bincount(self.codes, minlength=self.count)

    @classmethod
    def everybody(cls, rows: int) -> "Groups":
        return cls(np.zeros(rows, np.intp), (None,))

    @classmethod
    def of(cls, values: ArrayLike | Sequence[Any] | None, rows: int) -> "Groups":
        """Groups by the values of a column (numbers, text, days); None for everybody as one group.

        A ValueError when the column has another length than `rows`, or a value is missing: a row without a group would
        silently belong to nobody.
        """
        if values is None:
            return cls.everybody(rows)
        column = np.asarray(values)
        if column.shape != (rows,):
            raise ValueError(f"the groups have {column.shape} values for {rows} rows")
        missing = bool(np.ma.getmaskarray(values).any()) if isinstance(values, np.ma.MaskedArray) else False
        if column.dtype == object:
            missing = missing or any(value is None or value != value for value in column.tolist())
        elif column.dtype.kind in "fMm":
            missing = missing or bool((column != column).any())
        if missing:
            raise ValueError("a group is missing in some rows: give these rows a group, or leave them out")
        try:
            names, codes = np.unique(column, return_inverse=True)
        except TypeError:
            raise ValueError("the groups are of several kinds, such as numbers and text: write them alike") from None
        return cls(codes.astype(np.intp, copy=False).reshape(-1), tuple(names.tolist()))


def numbers(values: ArrayLike) -> Floats:
    """As float64; NaN where a masked array masks."""
    if isinstance(values, np.ma.MaskedArray):
        return np.asarray(np.ma.filled(np.ma.asarray(values, np.float64), np.nan))
    return np.asarray(values, np.float64)


def added(codes: Ints, values: Floats, count: int) -> Floats:
    """The sum of `values` for each code below `count`, shape (count,)."""
    if count == 1:
        return np.array([values.sum(dtype=np.float64)])  # pairwise: faster, and nearer the truth
    return np.bincount(codes, values, count).astype(np.float64, copy=False)
