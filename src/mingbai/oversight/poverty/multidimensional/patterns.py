"""Who is deprived in what: columns read strictly, missing values by a declared rule, scores as integers.

Ten indicators have at most 1,024 different answers, however many million rows there are: everything that is exact
(weights, scores, the cut-off) is worked out once for each pattern of answers that occurs, and rows point to patterns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mingbai.oversight.poverty.groups import Floats, Ints
from mingbai.oversight.poverty.multidimensional.structure import Structure, Weights, needed, points

Bools: TypeAlias = NDArray[np.bool_]
States: TypeAlias = NDArray[np.uint8]
Missing = Literal["refuse", "drop", "reweight", "deprived", "not_deprived"]
MISSING = 2
"""The state of an indicator whose answer is missing; 0 is not deprived, 1 is deprived."""
SAFE = 2**62
"""Scores above this would not fit 64 bits; they are added up as Python's own integers, exactly all the same."""
MANY = 2**16
SHOWN = 5


@dataclass(frozen=True)
class Deprivations:
    """Rows by pattern of answers. Made by `Deprivations.of`.

    states: shape (patterns, indicators), 0, 1 or MISSING. pattern: the pattern of each row, shape (rows,).
    rule: what is done with a missing answer.
    """

    structure: Structure
    states: States
    pattern: Ints
    rule: Missing

    @classmethod
    def of(
        cls, columns: Mapping[str, ArrayLike], weights: Weights, *, missing: Missing = "refuse"
    ) -> "Deprivations":  # fmt: skip
        """Reads one column an indicator: 0 or 1 (or False, True), with None or NaN where the answer is missing.

        missing: "refuse": a ValueError that counts them; "drop": a row with a missing answer is out of every group, but
        its cluster stays in the design; "reweight": weights go over to what is known (`Structure.among`), and a row of
        which nothing is known is dropped; "deprived", "not_deprived": taken as such. A ValueError also for a column
        that is not in the structure, one that lacks, unequal lengths, or other values than 0 and 1.
        """
        structure = Structure.of(weights)
        if missing not in get_args(Missing):
            raise ValueError(f"no such rule for missing answers: {missing}; there are {', '.join(get_args(Missing))}")
        if lacking := [name for name in structure.names if name not in columns]:
            raise ValueError(f"these indicators have a weight but no column: {', '.join(lacking)}")
        if more := [name for name in columns if name not in structure.weights]:
            raise ValueError(f"these columns have no weight: {', '.join(more)}")
        states, pattern = _patterns([(name, states_of(name, columns[name])) for name in structure.names])
        found = cls(structure, states, pattern, missing)
        if missing == "refuse" and found.touched:
            which = ", ".join(f"{name} {count}" for name, count in found.missing.items() if count)
            rules = ", ".join(rule for rule in get_args(Missing) if rule != "refuse")
            raise ValueError(f"answers are missing in {found.touched} rows ({which}): choose a rule for them ({rules})")
        return found

    @property
    def rows(self) -> int:
        return len(self.pattern)

    @cached_property
    def _rows_by_pattern(self) -> Ints:
        return np.bincount(self.pattern, minlength=len(self.states))

    @cached_property
    def missing(self) -> dict[str, int]:
        """In how many rows each indicator is missing."""
        counts = self._rows_by_pattern @ (self.states == MISSING)
        return dict(zip(self.structure.names, counts.tolist(), strict=True))

    @cached_property
    def touched(self) -> int:
        """How many rows have a missing answer: those that the rule is applied to."""
        return int(self._rows_by_pattern[(self.states == MISSING).any(axis=1)].sum())

    @cached_property
    def dropped(self) -> int:
        """How many rows the rule leaves out of every group."""
        return int(self._rows_by_pattern[self.out].sum())

    @cached_property
    def out(self) -> Bools:
        """The patterns left out of every group, shape (patterns,)."""
        unknown = self.states == MISSING
        if self.rule == "drop":
            return np.asarray(unknown.any(axis=1))
        return np.asarray(unknown.all(axis=1) & (self.rule == "reweight"))

    @cached_property
    def known(self) -> Bools:
        """Whether an indicator of a pattern has an answer, or one was declared; shape (patterns, indicators)."""
        answered = self.states != MISSING
        return np.asarray(answered if self.rule in ("drop", "reweight") else np.ones_like(answered))

    @cached_property
    def deprived(self) -> Bools:
        """Whether a pattern is deprived in an indicator, shape (patterns, indicators)."""
        return np.asarray(self.states == 1 if self.rule != "deprived" else self.states != 0)

    @cached_property
    def _weighing(self) -> tuple[list[dict[str, Fraction]], Ints]:
        """The different sets of weights in use, and which of them holds for each pattern."""
        if self.rule != "reweight":
            return [self.structure.weights], np.zeros(len(self.states), np.intp)
        known, which = np.unique(self.states != MISSING, axis=0, return_inverse=True)
        names = self.structure.names
        sets = [self.structure.among([n for n, yes in zip(names, row, strict=True) if yes]) for row in known.tolist()]
        return sets, which.reshape(-1)

    @cached_property
    def shares(self) -> Floats:
        """The weight of each indicator in each pattern, shape (patterns, indicators); a row adds up to one."""
        sets, which = self._weighing
        table = [[float(weights.get(name, 0)) for name in self.structure.names] for weights in sets]
        return np.asarray(table, np.float64)[which]

    @cached_property
    def score(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """The deprivation score of each pattern as an integer, and what it is out of; both of shape (patterns,).

        64-bit integers, or Python's own where weights have so large a denominator that these would overflow.
        """
        sets, which = self._weighing
        scaled = [points(weights) if weights else ({}, 1) for weights in sets]
        kind = np.int64 if max((whole for _, whole in scaled), default=1) < SAFE else object
        total = np.zeros(len(self.states), kind)
        for j, name in enumerate(self.structure.names):
            value = np.array([point.get(name, 0) for point, _ in scaled], kind)
            total = total + value[which] * self.deprived[:, j]
        total[self.out] = 0
        return total, np.array([whole for _, whole in scaled], kind)[which]

    def poor(self, cutoff: Fraction) -> Bools:
        """Whether each pattern's score is at or above the cut-off, in integers; shape (patterns,)."""
        score, whole = self.score
        least = {out_of: needed(cutoff, out_of) for out_of in set(whole.tolist())}
        limits = np.array([least[out_of] for out_of in whole.tolist()], score.dtype)
        return np.asarray((score >= limits) & ~self.out, np.bool_)

    def scores(self) -> list[Fraction]:
        """The different scores above zero that occur, ascending: every cut-off that makes a difference."""
        score, whole = self.score
        found = {Fraction(s, w) for s, w in zip(score.tolist(), whole.tolist(), strict=True)}
        return sorted(found - {Fraction(0)})


def states_of(name: str, column: ArrayLike) -> States:
    """A column as states; a ValueError that names the values which are neither 0, 1 nor missing."""
    blank = np.ma.getmaskarray(column) if isinstance(column, np.ma.MaskedArray) else None
    values = np.asarray(column)
    if values.ndim != 1:
        raise ValueError(f"the column {name} has the shape {values.shape}, not one value a row")
    if values.dtype == np.bool_:
        states: States = values.view(np.uint8)
    elif values.dtype.kind in "iuf":
        states = np.full(len(values), MISSING + 1, np.uint8)
        states[values == 0], states[values == 1], states[np.isnan(values)] = 0, 1, MISSING
    else:
        states = np.fromiter((_state(value) for value in values.tolist()), np.uint8, len(values))
    if blank is not None:
        states = np.where(blank, np.uint8(MISSING), states)
    if (bad := states > MISSING).any():
        seen = sorted({repr(value) for value in values[bad].tolist()})
        shown = ", ".join(seen[:SHOWN]) + (", …" if len(seen) > SHOWN else "")
        raise ValueError(
            f"the column {name} holds {shown} in {int(bad.sum())} rows; an indicator is 1 (deprived), 0 (not "
            "deprived), or empty where it is not known"
        )
    return states


def _state(value: Any) -> int:
    if value is None or (isinstance(value, float) and value != value):
        return MISSING
    if isinstance(value, (bool, int, float)) and value in (0, 1):
        return int(value)
    return MISSING + 1


def _patterns(columns: list[tuple[str, States]]) -> tuple[States, Ints]:
    """The different rows of the columns, shape (patterns, columns), and which of them each row is."""
    rows = len(columns[0][1])
    code, table = np.zeros(rows, np.intp), np.zeros((1, 0), np.uint8)
    for name, states in columns:
        if len(states) != rows:
            raise ValueError(f"the column {name} has {len(states)} values, {columns[0][0]} has {rows}")
        answers = 3 if bool((states == MISSING).any()) else 2
        code *= answers
        code += states
        count = len(table)
        table = np.column_stack([np.repeat(table, answers, axis=0), np.tile(np.arange(answers, dtype=np.uint8), count)])
        if len(table) > MANY:
            table, code = _in_use(table, code)
    return _in_use(table, code)


def _in_use(table: States, code: Ints) -> tuple[States, Ints]:
    used = np.flatnonzero(np.bincount(code, minlength=len(table)))
    number = np.zeros(len(table), np.intp)
    number[used] = np.arange(len(used))
    return table[used], number[code]
