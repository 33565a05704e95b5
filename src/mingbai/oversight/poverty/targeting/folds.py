"""Folds of whole villages: a model is judged on villages, and so on households, that it has not seen.

Neighbours resemble each other, and members of a household share its answers. Where rows are dealt out one by one, the
same household or village stands on both sides and the model is praised for remembering it. There is no such function
here: every fold is made of whole villages (Roberts et al. 2017, Ecography 40: 913-929, on blocked cross-validation).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mingbai.oversight.poverty.groups import Groups, Ints

Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class Folds:
    """The fold of each row, made by `folds` only. codes: shape (rows,), 0 to k - 1; seed: the one it was drawn with."""

    codes: Ints
    k: int
    seed: int

    def rows(self, *which: int) -> Rows:
        """The rows in any of these folds, shape (rows,)."""
        if wrong := [fold for fold in which if not 0 <= fold < self.k]:
            raise ValueError(f"there is no fold {wrong[0]}: they are numbered 0 to {self.k - 1}")
        found: Rows = np.isin(self.codes, which)
        return found

    def __iter__(self) -> Iterator[tuple[Rows, Rows]]:
        """For each fold the rows outside it, to fit on, and those in it, to judge on."""
        for fold in range(self.k):
            inside = self.rows(fold)
            yield ~inside, inside


def folds(household: ArrayLike | Sequence[Any], village: ArrayLike | Sequence[Any], *, k: int, seed: int) -> Folds:
    """Deals whole villages to `k` folds of about as many rows each, the same way for the same seed and villages.

    household, village: shape (rows,), the household and the village that a row (a household or a person) belongs to.
    Villages are shuffled, then the largest goes first to the fold with the fewest rows.
    Raises ValueError: a household or village is missing in some rows, a household lies in two villages, or there are
    fewer villages than folds.
    """
    homes, places = named(household, "household"), named(village, "village")
    if len(homes.codes) != len(places.codes):
        raise ValueError(f"there are {len(homes.codes)} households for {len(places.codes)} villages, row by row")
    one_village_each(homes, places)
    if not 2 <= k <= places.count:
        raise ValueError(
            f"{k} folds of {places.count} villages can not be made: a fold holds whole villages, and at least two "
            "folds are needed"
        )
    sizes = places.sizes()
    shuffled = np.random.default_rng(seed).permutation(places.count)
    filled, fold_of = np.zeros(k, np.intp), np.zeros(places.count, np.intp)
    for place in shuffled[np.argsort(-sizes[shuffled], kind="stable")]:
        fold_of[place] = np.argmin(filled)
        filled[fold_of[place]] += sizes[place]
    return Folds(fold_of[places.codes], k, seed)


def named(values: ArrayLike | Sequence[Any], what: str) -> Groups:
    """The groups of a column that must say something in every row; text of nothing but spaces says nothing."""
    column = np.asarray(values, dtype=None)
    if column.ndim != 1:
        raise ValueError(f"the {what} is wanted once a row, but has the shape {column.shape}")
    empty = np.fromiter((_nothing(value) for value in column.tolist()), np.bool_, len(column))
    if bad := int(empty.sum()):
        raise ValueError(
            f"the {what} is missing in {bad} rows: without it nobody can tell which rows belong together. "
            "Find it, or leave these rows out"
        )
    return Groups.of(column, len(column))


def _nothing(value: object) -> bool:
    return value is None or value != value or (isinstance(value, str) and not value.strip())


def one_village_each(homes: Groups, places: Groups) -> None:
    """Refuses a household that lies in two villages: it would stand on both sides of a fold."""
    first, last = np.full(homes.count, places.count), np.full(homes.count, -1)
    np.minimum.at(first, homes.codes, places.codes)
    np.maximum.at(last, homes.codes, places.codes)
    if len(split := np.flatnonzero(first != last)):
        home = split[0]
        raise ValueError(
            f"{len(split)} households lie in two villages, such as {homes.names[home]} in "
            f"{places.names[first[home]]} and {places.names[last[home]]}: correct the village, "
            "or number households by village"
        )


def apart(seen: frozenset[Any], village: ArrayLike | Sequence[Any], doing: str) -> frozenset[Any]:
    """The villages of these rows, none of which may be among those `seen`; else a ValueError that names some."""
    now = frozenset(named(village, "village").names)
    if both := sorted(map(str, now & seen)):
        raise ValueError(
            f"{doing} needs villages that the model has not seen, but {len(both)} were used to make it "
            f"({', '.join(both[:5])}): keep a fold apart for this"
        )
    return now
