"""Two dates (or two samples) side by side: the same groups, and the variance of what is made of both.

Apart: two samples drawn independently; variances add. Together: one design over the rows of both, the first date's
before the second's, with strata and clusters of the same name being the same; each date is a domain of it, and so the
covariance of a panel, or of an area sample revisited, is counted: the linearized scores of both dates make one total
(V1 + V2 - 2 Cov; Kish 1965, Survey Sampling, on overlapping samples).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mingbai.oversight.poverty.design import Design, Domains
from mingbai.oversight.poverty.groups import Floats, Groups, Ints
from mingbai.oversight.poverty.welfare import Welfare

Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Dates:
    """before, after: the same groups in the same order. designs: one for each date, or one for all rows together."""

    before: Welfare
    after: Welfare
    designs: tuple[Design, Design] | Design

    @classmethod
    def apart(cls, before: tuple[Welfare, Design], after: tuple[Welfare, Design]) -> "Dates":
        """Two independent samples, each with its design."""
        for welfare, design in (before, after):
            _must_fit(len(welfare.weight), design)
        one, other = _aligned(before[0], after[0])
        return cls(one, other, (before[1], after[1]))

    @classmethod
    def together(cls, before: Welfare, after: Welfare, design: Design) -> "Dates":
        """Two dates of one design, whose rows are those of `before` followed by those of `after`.

        Name a stratum or cluster the same in both where it is the same. Where only some clusters are in both, those of
        one date count as clusters without a row at the other.
        """
        _must_fit(len(before.weight) + len(after.weight), design)
        return cls(*_aligned(before, after), design)

    @classmethod
    def split(cls, welfare: Welfare, design: Design, second: Truths) -> "Dates":
        """Two dates (or any two parts) of one table: `second`, by row, is whether the row is of the later one."""
        before, after = halves(welfare, second)
        return cls.together(before, after, _reordered(design, np.argsort(second, kind="stable")))

    @property
    def groups(self) -> Groups:
        return self.before.groups

    def variance(self, before: Floats, after: Floats, *, whole: bool = False) -> tuple[Floats, Ints]:
        """The variance of each group's total of scores over both dates, and its degrees of freedom.

        before, after: by row, weight times linearized value of the contrast. whole: over all groups, as one.
        """
        if isinstance(self.designs, Design):
            domains = self._domains(self.designs, (self.before, self.after), whole)
            return domains.variance(np.concatenate([before, after])), domains.freedom
        one = self._domains(self.designs[0], (self.before,), whole)
        other = self._domains(self.designs[1], (self.after,), whole)
        return one.variance(before) + other.variance(after), one.freedom + other.freedom

    def _domains(self, design: Design, of: tuple[Welfare, ...], whole: bool) -> Domains:
        if whole:
            return design.over(Groups.everybody(design.rows))
        return design.over(Groups(np.concatenate([each.groups.codes for each in of]), self.groups.names))


def halves(welfare: Welfare, second: Truths) -> tuple[Welfare, Welfare]:
    """The rows of either date of one table, as in `Dates.split`.

    What needs both at once in a bootstrap, such as `growth.shapley(*halves(replicate, second), 0).growth`.
    """
    if second.shape != welfare.weight.shape or second.dtype != np.bool_:
        raise ValueError(f"one truth value a row is needed to tell the dates: {second.shape}, {second.dtype}")
    return _taken(welfare, np.flatnonzero(~second)), _taken(welfare, np.flatnonzero(second))


def _must_fit(rows: int, design: Design) -> None:
    if rows != design.rows:
        raise ValueError(f"the design has {design.rows} rows, but the welfare has {rows}")


def _aligned(before: Welfare, after: Welfare) -> tuple[Welfare, Welfare]:
    """Both with the groups of either; a group that one date lacks is there without rows."""
    if before.groups.names == after.groups.names:
        return before, after
    try:
        names = tuple(sorted({*before.groups.names, *after.groups.names}))
    except TypeError:
        raise ValueError(
            "the groups of the two dates are not of one kind: give both dates groups, or neither"
        ) from None
    place = {name: code for code, name in enumerate(names)}

    def renamed(of: Welfare) -> Welfare:
        codes = np.array([place[name] for name in of.groups.names], np.intp)[of.groups.codes]
        return Welfare(of.welfare, of.weight, Groups(codes, names), of.line)

    return renamed(before), renamed(after)


def _taken(of: Welfare, rows: Ints) -> Welfare:
    line = of.line[rows] if isinstance(of.line, np.ndarray) else of.line
    return Welfare(of.welfare[rows], of.weight[rows], Groups(of.groups.codes[rows], of.groups.names), line)


def _reordered(design: Design, order: Ints) -> Design:
    """The same design with its rows in another order."""
    return Design(
        design.weight[order],
        None if design.stratum is None else design.stratum[order],
        None if design.unit is None else design.unit[order],
        design.fraction, design.lonely, design.strata_names,
    )  # fmt: skip
