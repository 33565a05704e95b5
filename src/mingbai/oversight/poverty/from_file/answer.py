"""The answer to a question about a file: the estimates, or all that is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.estimates import Estimates
from mingbai.oversight.poverty.from_file.data import Data
from mingbai.oversight.poverty.from_file.faults import Faults, Said
from mingbai.oversight.poverty.from_file.question import Words, heard
from mingbai.oversight.poverty.from_file.tables import opened
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.measures import measure
from mingbai.oversight.poverty.multidimensional import measures as multidimensional_measures
from mingbai.oversight.poverty.welfare import Undefined, Welfare


@dataclass(frozen=True)
class Answer:
    """The estimates, measure by measure, and what the person who asked should know."""

    estimates: list[Estimates]
    notes: list[Said]


def answer(file: Path, words: Words) -> Answer:
    """Reads the file and measures. Faults: whatever is wrong with the options, the file or its columns."""
    question, faults = heard(words, file)
    try:
        table = opened(file)
    except Faults as found:
        raise Faults(*faults, *found.faults) from None
    if question is None:
        raise Faults(*faults)
    data = Data(question, table, file)
    if faults or data.faults:
        raise Faults(*faults, *data.faults)
    return Answer(_estimates(data), [*table.notes, *data.notes])


def _estimates(data: Data) -> list[Estimates]:
    """What was asked, without the group of the rows that are gone. Faults: a measure that these data do not have."""
    design, groups = data.design, data.groups()
    assert design is not None
    found = (_of_deprivations if data.question.welfare is None else _of_welfare)(data, design, groups)
    return [_first(one, groups.count - 1) for one in found] if data.gone.any() else found


def _of_welfare(data: Data, design: Design, groups: Groups) -> list[Estimates]:
    # Rows that are gone have a group of their own, of which nobody will hear: any income does.
    values = np.where(data.gone, 1.0, data.welfare) if data.gone.any() else data.welfare
    of = Welfare.of(values, weight=design.weight, groups=groups, line=data.line)
    return _or_why_not(data, design, lambda names: measure(of, names, design, level=data.question.level))


def _or_why_not(data: Data, design: Design, ask: Callable[[Sequence[str]], list[Estimates]]) -> list[Estimates]:
    """The measures of the question. Faults: each measure that there is not for these numbers."""
    names = data.question.measures
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            return ask(names)
    except (Undefined, FloatingPointError):
        # Each by itself, so that every reason is said.
        faults = []
        for name in names:
            try:
                with np.errstate(over="raise", divide="raise", invalid="raise"):
                    ask([name])
            except Undefined as why:
                faults.append(_undefined(data, design, name, why))
            except FloatingPointError:
                faults.append(_beyond(name))
        raise Faults(*faults) from None


def _beyond(name: str) -> Said:
    return Said(
        f"指标「{name}」在这些数据上算不出来：数相差太悬殊，超出了计算机能表示的范围。请核对各列的单位，或不要这个指标。",
        f"{name} cannot be computed here: the numbers lie too far apart for a computer's. "
        "Check the units of the columns, or leave this measure out.",
    )


def _undefined(data: Data, design: Design, name: str, why: Undefined) -> Said:
    """Which rows are the reason: logarithms and powers have no value at zero or below."""
    counted = ~data.gone & (design.weight > 0)
    parts = []
    for bad, zh, en in ((data.welfare < 0, "是负数", "negative"), (data.welfare == 0, "是零", "zero")):
        if (bad & counted).any():
            where = data.rows_said(np.flatnonzero(bad & counted))
            parts.append(Said(f"{where.zh}{zh}", f"{where.en} {en}"))
    if not parts:
        return Said(f"指标「{name}」在这些数据上没有定义：{why}。", f"{name} is undefined here: {why}.")
    column = data.question.welfare
    return Said(
        f"指标「{name}」在这些数据上没有定义：列「{column}」{'，'.join(part.zh for part in parts)}。"
        "请核对这些行，或换一个不用对数的指标（如 headcount、gap）。",
        f"{name} is undefined here ({why}): in column {column}, {'; '.join(part.en for part in parts)}. "
        "Check these rows, or ask for a measure without logarithms (such as headcount or gap).",
    )


def _of_deprivations(data: Data, design: Design, groups: Groups) -> list[Estimates]:
    q = data.question
    # As with incomes: rows that are gone have a group of their own.
    given = {name: np.where(data.gone, 0.0, values) for name, values in data.values.items()}
    return _or_why_not(
        data,
        design,
        lambda names: multidimensional_measures.measure(
            given, weights=q.weights, cutoff=q.cutoff, design=design, groups=groups, names=names, level=q.level
        ),
    )


def _first(one: Estimates, count: int) -> Estimates:
    """The estimates of the first groups."""
    return replace(one, groups=one.groups[:count], value=one.value[:count], se=one.se[:count],
                   freedom=one.freedom[:count], n=one.n[:count])  # fmt: skip
