"""The answer to a question about a file: the estimates, or all that is wrong."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mingbai.oversight.poverty import multidimensional_measures
from mingbai.oversight.poverty.data import Data
from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.estimates import Estimates
from mingbai.oversight.poverty.faults import Faults, Said
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.measures import measure
from mingbai.oversight.poverty.question import Words, understood
from mingbai.oversight.poverty.tables import opened
from mingbai.oversight.poverty.welfare import Undefined, Welfare


@dataclass(frozen=True)
class Answer:
    """The estimates, measure by measure, and what the person who asked should know."""

    estimates: list[Estimates]
    notes: list[Said]


def answer(file: Path, words: Words) -> Answer:
    """Reads the file and measures. Faults: whatever is wrong with the options, the file or its columns."""
    faults: list[Said] = []
    question, table = None, None
    try:
        question = understood(words, file)
    except Faults as found:
        faults += found.faults
    try:
        table = opened(file)
    except Faults as found:
        faults += found.faults
    if question is None or table is None:
        raise Faults(*faults)
    data = Data(question, table, file)
    if data.faults:
        raise Faults(*data.faults)
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
    level = data.question.level
    try:
        return measure(of, data.question.measures, design, level=level)
    except Undefined:
        # Each by itself, so that every reason is said.
        faults = []
        for name in data.question.measures:
            try:
                measure(of, [name], design, level=level)
            except Undefined as why:
                faults.append(_undefined(data, design, name, why))
        raise Faults(*faults) from None


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
    return multidimensional_measures.measure(
        given, weights=q.weights, cutoff=q.cutoff, design=design, groups=groups, names=q.measures, level=q.level
    )


def _first(one: Estimates, count: int) -> Estimates:
    """The estimates of the first groups."""
    return replace(one, groups=one.groups[:count], value=one.value[:count], se=one.se[:count],
                   freedom=one.freedom[:count], n=one.n[:count])  # fmt: skip
