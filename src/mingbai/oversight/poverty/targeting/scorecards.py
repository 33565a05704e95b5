"""Scorecards of whole points that fit on a sheet of paper: questions, answers, points, and their sum.

A high score means better off. A card is plain data: it is scored, printed and compared without any model behind it,
after Schreiner (2010), Seven extremely simple poverty scorecards, Enterprise Development and Microfinance 21(2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mingbai.oversight.poverty.groups import Floats, Ints

Table = Mapping[str, ArrayLike]
"""A table as columns by name, all of the same length."""


@dataclass(frozen=True)
class Answer:
    """One answer and its points.

    values: the answers of the column that mean this one. low, high: or numbers from low up to, not including, high;
    None has no end. None among `values` is how a card declares what a missing answer counts as.
    """

    label: str
    points: int = 0
    values: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def banded(self) -> bool:
        return self.low is not None or self.high is not None


@dataclass(frozen=True)
class Question:
    """A question asked of one column, with the answers that can be given.

    Raises ValueError when it is made so that an answer could count twice.
    """

    column: str
    zh: str
    en: str
    answers: tuple[Answer, ...]

    def __post_init__(self) -> None:
        labels = [answer.label for answer in self.answers]
        values = [value for answer in self.answers for value in answer.values]
        if len(self.answers) < 2:
            raise ValueError(f"question '{self.column}' has fewer than two answers, which tell nobody apart")
        if len(set(labels)) < len(labels) or len(set(values)) < len(values):
            raise ValueError(f"question '{self.column}' has an answer twice")
        if wrong := [a.label for a in self.answers if isinstance(a.points, bool) or int(a.points) != a.points]:
            raise ValueError(f"question '{self.column}': the points of {wrong[0]} are no whole number")
        if min(answer.points for answer in self.answers) < 0:
            raise ValueError(f"question '{self.column}' has negative points, which people add up wrongly")
        bands = sorted(_ends(answer) for answer in self.answers if answer.banded)
        if any(low >= high for low, high in bands) or any(a[1] > b[0] for a, b in pairwise(bands)):
            raise ValueError(f"question '{self.column}' has bands that are empty or overlap")

    @property
    def points(self) -> Ints:
        return np.array([answer.points for answer in self.answers], np.intp)

    def codes(self, table: Table) -> Ints:
        """Which answer each row gave, shape (rows,), from 0.

        A ValueError says which values are unknown and in how many rows. A missing answer is refused unless an answer
        of the question says, by None among its values, that it counts as that.
        """
        if self.column not in table:
            raise ValueError(f"the card asks for the column '{self.column}', which the table does not have")
        column = np.asarray(table[self.column])
        if column.ndim != 1:
            raise ValueError(f"the column '{self.column}' has the shape {column.shape}, not one value a row")
        found = self._in_bands(column) if column.dtype.kind in "iuf" else self._one_by_one(column.tolist())
        if bad := int((found < 0).sum()):
            raise ValueError(self._complaint(column, found, bad))
        return found

    def _in_bands(self, column: "np.ndarray[Any, Any]") -> Ints:
        found = np.full(len(column), -1, np.intp)
        for code, answer in enumerate(self.answers):
            if answer.banded:
                low, high = _ends(answer)
                found[(column >= low) & (column < high)] = code
            for value in answer.values:
                if value is None and column.dtype.kind == "f":
                    found[np.isnan(column)] = code
                elif isinstance(value, (int, float)):
                    found[column == value] = code
        return found

    def _one_by_one(self, column: list[Any]) -> Ints:
        """Text, truth values and mixed columns; numbers among them may still fall into bands."""
        known: dict[Any, int] = {v: code for code, answer in enumerate(self.answers) for v in answer.values}
        meant: dict[Any, int] = {}
        for value in set(column):
            plain = _plain(value)
            if plain not in known and isinstance(plain, (int, float)) and not isinstance(plain, bool):
                known[plain] = int(self._in_bands(np.array([plain], np.float64))[0])
            meant[value] = known.get(plain, -1)
        return np.fromiter((meant[value] for value in column), np.intp, len(column))

    def _complaint(self, column: "np.ndarray[Any, Any]", found: Ints, bad: int) -> str:
        strange = {_plain(value) for value in column[found < 0].tolist()}
        where = f"in {bad} rows of the column '{self.column}'"
        if strange == {None}:
            return (
                f"the answer is missing {where}: ask again, or declare on the card which answer a missing one counts as"
            )
        some = ", ".join(sorted(repr(value) for value in strange)[:5])
        return (
            f"{where} the answer is one that the card does not know ({some}); it knows "
            f"{', '.join(answer.label for answer in self.answers)}: correct the answers, or make a card that has them"
        )


@dataclass(frozen=True)
class Card:
    """A scorecard. note: where its points come from, printed with it."""

    title_zh: str
    title_en: str
    questions: tuple[Question, ...]
    note: str = ""

    @property
    def most(self) -> int:
        return sum(int(question.points.max()) for question in self.questions)

    @property
    def least(self) -> int:
        return sum(int(question.points.min()) for question in self.questions)

    def score(self, table: Table) -> Ints:
        """The sum of points by row, shape (rows,); a ValueError names the column with an answer not on the card."""
        parts = [question.points[question.codes(table)] for question in self.questions]
        if len({len(part) for part in parts}) > 1:
            raise ValueError("the columns that the card asks for are not all of the same length")
        return np.asarray(sum(parts), np.intp)

    def text(self) -> str:
        """For paper: a box to tick for every answer, its points, and a line for the sum."""
        lines = [f"{self.title_zh}　{self.title_en}", ""]
        for number, question in enumerate(self.questions, 1):
            lines.append(f"{number}. {question.zh}　{question.en}")
            lines += [f"   □ {answer.points:>3}　{answer.label}" for answer in question.answers]
        lines += ["", f"合计 total：____ （{self.least}-{self.most}，分越高越宽裕 higher is better off）"]
        return "\n".join([*lines, self.note] if self.note else lines) + "\n"

    def markdown(self) -> str:
        lines = [f"**{self.title_zh} · {self.title_en}**", "", "| | 问题 question | 回答 answer | 分 points |"]
        lines.append("|---|---|---|---:|")
        for number, question in enumerate(self.questions, 1):
            for place, answer in enumerate(question.answers):
                head = (str(number), f"{question.zh} {question.en}") if place == 0 else ("", "")
                lines.append(f"| {head[0]} | {head[1]} | {answer.label} | {answer.points} |")
        lines.append(f"| | | 合计 total | {self.least}-{self.most} |")
        return "\n".join([*lines, "", self.note] if self.note else lines) + "\n"


def highest_cutoff(score: ArrayLike, weight: Floats, share: float) -> int:
    """The highest score such that those at it or below are not more than `share` of people; -1 where none is.

    A whole score can not reach a share exactly: all who tie at the cut-off are in, or none, so that no two households
    with the same points are told different things.
    """
    points = np.asarray(score, np.intp)
    if not 0 < share < 1:
        raise ValueError(f"the share of people to reach is {share}, but must lie between 0 and 1")
    if len(points) and points.min() < 0:
        raise ValueError("a score is negative: these are not the scores of a card")
    upto = np.cumsum(np.bincount(points, weight)) / weight.sum()
    return int(np.searchsorted(upto, share * (1 + 1e-12), side="right")) - 1


def questions_of(
    table: Table,
    columns: Sequence[str],
    *,
    bands: Mapping[str, Sequence[float]] | None = None,
    missing_apart: bool = False,
) -> tuple[Question, ...]:
    """Questions without points, one a column, for a model to learn.

    bands: where a column of numbers is cut, as ascending edges; other columns have one answer a value. missing_apart:
    a missing answer is an answer of its own; otherwise it is refused when the table is scored.
    """
    cuts = bands or {}
    if strange := sorted(cuts.keys() - set(columns)):
        raise ValueError(f"there are bands for {strange[0]}, which is not among the columns asked")
    found = []
    for column in columns:
        answers = _bands(cuts[column]) if column in cuts else _values(table, column)
        if missing_apart:
            answers = [*answers, Answer("没有回答 not answered", values=(None,))]
        found.append(Question(column, column, column, tuple(answers)))
    return tuple(found)


def _bands(edges: Sequence[float]) -> list[Answer]:
    first, last = Answer(f"< {edges[0]:g}", high=edges[0]), Answer(f">= {edges[-1]:g}", low=edges[-1])
    between = [
        Answer(f"{a:g} <= x < {b:g}", low=a, high=b) for a, b in pairwise(edges)
    ]  # fmt: skip
    return [first, *between, last]


def _values(table: Table, column: str) -> list[Answer]:
    if column not in table:
        raise ValueError(f"there is no column '{column}' in the table")
    values = {_plain(value) for value in np.asarray(table[column]).tolist()} - {None}
    return [Answer(str(value), values=(value,)) for value in sorted(values, key=lambda v: (str(type(v)), v))]


def _plain(value: Any) -> Any:
    """The value, or None for what says nothing: no value, not a number, text of spaces."""
    if value is None or value != value or (isinstance(value, str) and not value.strip()):
        return None
    return value


def _ends(answer: Answer) -> tuple[float, float]:
    return (
        -np.inf if answer.low is None else answer.low,
        np.inf if answer.high is None else answer.high,
    )
