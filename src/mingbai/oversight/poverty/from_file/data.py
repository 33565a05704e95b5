"""The columns that a question asks for, read and checked: all that is wrong at once."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.from_file import columns
from mingbai.oversight.poverty.from_file.columns import Labels, Numbers
from mingbai.oversight.poverty.from_file.faults import Faults, Said, lines, short
from mingbai.oversight.poverty.from_file.question import LARGEST, Question, nearest
from mingbai.oversight.poverty.from_file.tables import Table
from mingbai.oversight.poverty.groups import Floats, Groups, Ints


@dataclass
class Data:
    """The columns of a question. What is wrong gathers in `faults`; afterwards `estimates` may be asked."""

    question: Question
    table: Table
    file: Path
    faults: list[Said] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)
    columns: dict[str, pa.ChunkedArray] = field(default_factory=dict)
    rows: int = 0
    gone: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    """Rows that `--missing drop` leaves out of what is measured, but not out of the design."""

    def __post_init__(self) -> None:
        asked = self._asked()
        self._read(asked)
        if not self.columns:
            return
        self.rows = len(next(iter(self.columns.values())))
        if not self.rows:
            self.faults.append(Said(f"「{self.file.name}」只有表头，没有数据。", f"{self.file.name} has no rows."))
            return
        self._forget({name for name in asked if name not in self.columns})
        self.gone = np.zeros(self.rows, np.bool_)
        self.design = self._design()
        self.by = self._labels(self.question.by, may_be_missing=True)
        self.values = {name: self._deprived(name) for name in self.question.deprivations}
        if self.question.welfare is not None:
            self.welfare = self._numbers(self.question.welfare, may_be_missing=True)
            self.line = self._the_line()
        self._say_who_is_gone()

    def _asked(self) -> list[str]:
        q = self.question
        line = q.line if isinstance(q.line, str) else None
        names = [q.welfare, *q.deprivations, q.weight, q.strata, q.psu, q.fpc, line, q.by]
        return list(dict.fromkeys(name for name in names if name is not None))

    def _forget(self, lost: set[str]) -> None:
        """Asks no more for columns that are not there, so that what is wrong with the others is said too."""
        q = self.question
        self.design_is_whole = lost.isdisjoint({q.weight, q.strata, q.psu, q.fpc})
        names = ("welfare", "weight", "strata", "psu", "fpc", "line", "by")
        gone: dict[str, Any] = {name: None for name in names if getattr(q, name) in lost}
        self.question = replace(q, **gone, deprivations=tuple(name for name in q.deprivations if name not in lost))

    def _read(self, asked: list[str]) -> None:
        """The columns that were asked for, and why not all of them."""
        names, here = self.table.names, []
        for name in asked:
            if name not in names:
                hint, some = nearest(name, names), [short(n) for n in names if short(n)][:30]
                self.faults.append(
                    Said(
                        f"「{self.file.name}」里没有列「{name}」{hint.zh or '。'}有这些列：{'、'.join(some)}。",
                        f"{self.file.name} has no column {name}{hint.en or '.'} It has: {', '.join(some)}.",
                    )
                )
            elif names.count(name) > 1:
                self.faults.append(
                    Said(
                        f"「{self.file.name}」的列「{name}」出现了 {names.count(name)} 次，请只留一列或改名。",
                        f"{self.file.name} has {names.count(name)} columns named {name}: keep or rename one.",
                    )
                )
            else:
                here.append(name)
        try:
            found = self.table.read([names.index(name) for name in here]) if here else []
        except Faults as broken:
            self.faults += broken.faults
            return
        for name, column in zip(here, found, strict=True):
            if pa.types.is_nested(column.type) and not pa.types.is_dictionary(column.type):
                self.faults.append(
                    Said(f"列「{name}」一格里不止一个值，算不了。", f"Column {name} has several values in a cell.")
                )
            else:
                self.columns[name] = column

    def rows_said(self, rows: Ints) -> Said:
        return lines([int(row) + self.table.first_line for row in rows[:5]], len(rows))

    def _kept(self, name: str, found: Numbers, *, may_be_missing: bool, wrong: Said) -> Floats:
        """The numbers, once what is wrong with them is said; rows without one are gone, or a fault."""
        if len(found.wrong):
            where = self.rows_said(found.wrong)
            cell = str(self.columns[name][int(found.wrong[0])].as_py())[:20]
            self.faults.append(
                Said(
                    f"列「{name}」{where.zh}{wrong.zh}（如「{cell}」），请改正。",
                    f"Column {name}: {where.en} {wrong.en} (such as {cell!r}): mend them.",
                )
            )
        self._without(name, found.missing, may_be_missing)
        return found.values

    def _without(self, name: str, missing: NDArray[np.bool_], may_be_missing: bool) -> None:
        if not missing.any():
            return
        if may_be_missing and self.question.missing == "drop":
            self.gone |= missing
            return
        where = self.rows_said(np.flatnonzero(missing))
        advice = Said("", "")
        if may_be_missing:
            advice = Said(
                "，或加 --missing drop 不计这些行（抽样设计仍保留它们）",
                ", or add --missing drop to leave these rows out (the design keeps them)",
            )
        self.faults.append(
            Said(
                f"列「{name}」{where.zh}是空的，请补上{advice.zh}。",
                f"Column {name}: {where.en} are empty: fill them{advice.en}.",
            )
        )

    def _numbers(self, name: str, *, may_be_missing: bool) -> Floats:
        found = columns.numbers(self.columns[name])
        beyond = np.abs(found.values) > LARGEST
        beyond[found.wrong] = False
        self._positive(name, found.values, beyond, Said(f"大得算不了（超过 {LARGEST:g}）", f"beyond {LARGEST:g}"))
        return self._kept(name, found, may_be_missing=may_be_missing, wrong=Said("不是数字", "hold no number"))

    def _deprived(self, name: str) -> Floats:
        found = columns.yes_or_no(self.columns[name])
        wrong = Said("既不是 1（是）也不是 0（否）", "are neither 1 (yes) nor 0 (no)")
        return self._kept(name, found, may_be_missing=True, wrong=wrong)

    def _labels(self, name: str | None, *, may_be_missing: bool) -> Labels | None:
        if name is None:
            return None
        found = columns.labels(self.columns[name])
        self._without(name, found.missing, may_be_missing)
        return found

    def _positive(self, name: str, values: Floats, wrong: NDArray[np.bool_], what: Said) -> None:
        if wrong.any():
            where = self.rows_said(np.flatnonzero(wrong))
            self.faults.append(
                Said(f"列「{name}」{where.zh}{what.zh}，请核对。", f"Column {name}: {where.en} are {what.en}: check.")
            )

    def _the_line(self) -> Floats | float | None:
        line = self.question.line
        if not isinstance(line, str):
            return line
        lines_by_row = self._numbers(line, may_be_missing=True)
        self._positive(line, lines_by_row, lines_by_row <= 0, Said("的贫困线不大于零", "not above zero"))
        return np.where(self.gone, 1.0, lines_by_row)

    def _design(self) -> Design | None:
        """How the rows were drawn; None where the faults say why not."""
        q, before = self.question, len(self.faults)
        weight = None
        if q.weight is not None:
            weight = self._numbers(q.weight, may_be_missing=False)
            self._positive(q.weight, weight, weight < 0, Said("的权数是负的", "negative"))
            if not len(self.faults) > before and not weight.any():
                self.faults.append(Said(f"列「{q.weight}」的权数全是零。", f"Column {q.weight}: every weight is zero."))
        strata = self._labels(q.strata, may_be_missing=False)
        psu = self._labels(q.psu, may_be_missing=False)
        fpc = None if q.fpc is None else self._numbers(q.fpc, may_be_missing=False)
        if len(self.faults) > before or not self.design_is_whole:
            return None
        codes = [None if found is None else found.codes for found in (strata, psu)]
        design = Design.of(self.rows, weight=weight, strata=codes[0], psu=codes[1], lonely=q.lonely)
        if strata is not None:
            design = replace(design, strata_names=strata.names)
        if fpc is not None and self._population_is_clear(q.fpc or "", design, fpc):
            design = Design.of(self.rows, weight=weight, strata=codes[0], psu=codes[1], lonely=q.lonely, fpc=fpc)
            design = replace(design, strata_names=design.strata_names if strata is None else strata.names)
        if len(self.faults) > before:
            return None
        self._say_who_is_alone(design)
        return design

    def _population_is_clear(self, name: str, design: Design, fpc: Floats) -> bool:
        """Whether there is one number a stratum, above zero, and not fewer clusters than were drawn."""
        if (fpc <= 0).any():
            self._positive(name, fpc, fpc <= 0, Said("不大于零", "not above zero"))
            return False
        codes = np.zeros(self.rows, np.intp) if design.stratum is None else design.stratum
        low, high = np.full(design.strata, np.inf), np.zeros(design.strata)
        np.minimum.at(low, codes, fpc)
        np.maximum.at(high, codes, fpc)
        several, few = low != high, (low > 1) & (design.units_by_stratum > low)
        for bad, what in (
            (several, Said("一层里有几个不同的数，每层应当只有一个", "differs within a stratum: one number a stratum")),
            (few, Said("总体的群数比抽中的还少", "the population has fewer clusters than were drawn")),
        ):
            if bad.any():
                names = ", ".join(str(design.strata_names[at]) for at in np.flatnonzero(bad)[:5])
                where = Said(f"（层 {names}）", f" (stratum {names})") if self.question.strata else Said("", "")
                self.faults.append(Said(f"列「{name}」：{what.zh}{where.zh}。", f"Column {name}: {what.en}{where.en}."))
        return not (several | few).any()

    def _say_who_is_alone(self, design: Design) -> None:
        if design.lonely in ("refuse", "average") and design.alone.all():
            self.faults.append(
                Said(
                    "每一层（不分层时是整个样本）都只有一个群，看不出差异。请核对 --strata 和 --psu，或加 --lonely certainty"
                    "（不计，标准误为零）。",
                    "Every stratum (without strata: the sample) has a single cluster, which shows no spread. "
                    "Check --strata and --psu, or add --lonely certainty (adds nothing: standard errors of zero).",
                )
            )
            return
        if design.lonely != "refuse" or not design.alone.any():
            return
        names = [str(design.strata_names[at]) for at in np.flatnonzero(design.alone)]
        some, count = ", ".join(names[:5]), len(names)
        self.faults.append(
            Said(
                f"有 {count} 层只有一个群（{some}{' 等' if count > 5 else ''}），看不出层内差异。请选一种办法："
                "--lonely certainty（不计）、centre（对总均值）或 average（按其他层平均）。",
                f"{count} strata have a single cluster ({some}{', …' if count > 5 else ''}), which shows no spread. "
                "Choose: --lonely certainty (adds nothing), centre (from the mean of all) or average (as the others).",
            )
        )

    def _say_who_is_gone(self) -> None:
        count = int(self.gone.sum())
        if count == self.rows and not self.faults:
            self.faults.append(Said("每一行都缺数，没有可以计算的。", "Every row lacks something: nothing is left."))
        elif count:
            self.notes.append(
                Said(
                    f"{count} 行缺数，没有计入；抽样设计仍保留它们。",
                    f"{count} rows lack something and are left out; the design keeps them.",
                )
            )

    def groups(self) -> Groups:
        """The groups that were asked for, and one more at the end for rows that are gone."""
        names: tuple[str | None, ...] = (None,) if self.by is None else self.by.names
        codes = np.zeros(self.rows, np.intp) if self.by is None else self.by.codes
        if not self.gone.any():
            return Groups(codes, names)
        return Groups(np.where(self.gone, len(names), codes), (*names, None))
