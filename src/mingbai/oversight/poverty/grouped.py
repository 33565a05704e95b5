"""Published tables of shares: the Lorenz curve fitted to them, and poverty and inequality from it.

Each form is fitted by the regression of its own that Datt (1998) gives, by least squares without a constant
and without the last point, (1, 1), which every curve meets:

- general quadratic: L (1 - L) on p² - L, L (p - 1), p - L;
- beta: ln(p - L) on 1, ln p, ln(1 - p).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mingbai.oversight.poverty.groups import Floats
from mingbai.oversight.poverty.lorenz_fits import Beta, Curve, Poverty, Quadratic, must_hold, poverty
from mingbai.oversight.poverty.welfare import Undefined

FEWEST = 4
"""Points below (1, 1) needed to fit three numbers and see how well."""
LOOSE = 2e-3
"""How far published shares may be from adding up to one, or be out of order, by rounding."""


@dataclass(frozen=True)
class Table:
    """Points of a Lorenz curve: p of the people, from the poorest, have the share l of all income; last is (1, 1)."""

    p: Floats
    l: Floats  # noqa: E741 (it is called so everywhere)

    @classmethod
    def of(cls, people: ArrayLike, income: ArrayLike) -> "Table":
        """From cumulated shares, of one or in per cent. The last must be all (1 or 100)."""
        p, income_to = _column(people, "people"), _column(income, "income")
        for name, column in (("people", p), ("income", income_to)):
            if not np.isclose(column[-1], 1 if column[-1] < 2 else 100, rtol=LOOSE):
                raise ValueError(f"the cumulated {name} end at {column[-1]:g}, but must end at 1 or 100")
        return cls._checked(p / p[-1], income_to / income_to[-1])

    @classmethod
    def of_shares(cls, people: ArrayLike, income: ArrayLike) -> "Table":
        """From each class's share of the people and of all income (of one, in per cent, or in any unit)."""
        p, share = np.cumsum(_column(people, "people")), np.cumsum(_column(income, "income"))
        if not (p[-1] > 0 and share[-1] > 0):
            raise ValueError("the people, or their income, add up to zero or less")
        return cls._checked(p / p[-1], share / share[-1])

    @classmethod
    def of_means(cls, people: ArrayLike, means: ArrayLike) -> "Table":
        """From each class's share (or number) of people and its mean income."""
        share = _column(people, "people")
        mean = _column(means, "means")
        if len(share) != len(mean):
            raise ValueError(f"there are {len(share)} classes of people, but {len(mean)} means")
        return cls.of_shares(share, share * mean)

    @classmethod
    def _checked(cls, p: Floats, income: Floats) -> "Table":
        if len(p) != len(income):
            raise ValueError(f"there are {len(p)} shares of people, but {len(income)} of income")
        if len(p) < FEWEST + 1:
            raise ValueError(f"the table has {len(p)} classes: to fit a curve, {FEWEST + 1} or more are needed")
        people, shares = np.diff(p, prepend=0.0), np.diff(income, prepend=0.0)
        if (empty := np.flatnonzero(people <= 0)).size:
            raise ValueError(f"class {empty[0] + 1} has no people: leave it out")
        means = shares / people
        if (fewer := np.flatnonzero(np.diff(means) < -LOOSE * means[-1])).size:
            raise ValueError(f"class {fewer[0] + 2} is poorer than the one before: classes go from the poorest up")
        if (above := np.flatnonzero((income[:-1] >= p[:-1]) | (income[:-1] <= 0))).size:
            raise ValueError(f"up to class {above[0] + 1} the people have no income, or more than their share")
        return cls(p, income)


@dataclass(frozen=True)
class Fit:
    """A fitted curve. sse: the sum of squared distances from L at the points of the table below (1, 1)."""

    curve: Curve
    table: Table
    sse: float

    @property
    def valid(self) -> bool:
        return not self.curve.flaws

    def sse_up_to(self, headcount: float) -> float:
        """That sum over the points below the headcount and the first above: where the poor are."""
        last = min(int(np.searchsorted(self.table.p, headcount)), len(self.table.p) - 2)
        return float(np.sum(_distances(self.curve, self.table)[: last + 1] ** 2))


@dataclass(frozen=True)
class Grouped:
    """The better curve and what it says. mean: also what `poverty` was asked for."""

    fit: Fit
    gini: float
    poverty: Poverty | None


def fit_quadratic(table: Table) -> Fit:
    """The general quadratic curve; look at `valid` before using it."""
    p, income = table.p[:-1], table.l[:-1]
    columns = np.column_stack([p**2 - income, income * (p - 1), p - income])
    a, b, c = _least_squares(columns, income * (1 - income))
    return _fitted(Quadratic(a, b, c), table)


def fit_beta(table: Table) -> Fit:
    """The beta curve; look at `valid` before using it."""
    p, income = table.p[:-1], table.l[:-1]
    columns = np.column_stack([np.ones_like(p), np.log(p), np.log1p(-p)])
    theta, gamma, delta = _least_squares(columns, np.log(p - income))
    return _fitted(Beta(float(np.exp(theta)), gamma, delta), table)


def measured(table: Table, mean: float | None = None, line: float | None = None) -> Grouped:
    """Gini, and with a mean and a line poverty, from the better of the two curves.

    Better is the one nearer to the table, for poverty up to the headcount (as in the World Bank's POVCAL); a curve that
    is not a Lorenz curve, or has no such poverty, is not asked. Undefined (a ValueError) if neither is left.
    """
    if (mean is None) != (line is None):
        raise ValueError("poverty needs both a mean and a line, in the same money")
    if mean is not None and line is not None and not (0 < mean < np.inf and 0 < line < np.inf):
        raise ValueError(f"the mean ({mean}) and the line ({line}) must both be above zero")
    found, refused = [], []
    for fit in (fit_quadratic(table), fit_beta(table)):
        try:
            must_hold(fit.curve)
            poor = None if mean is None or line is None else poverty(fit.curve, mean, line)
        except Undefined as why:
            refused.append(str(why))
            continue
        off = fit.sse if poor is None else fit.sse_up_to(poor.headcount)
        found.append((off, Grouped(fit, fit.curve.gini, poor)))
    if not found:
        raise Undefined(f"no curve fits this table: {'; '.join(refused)}")
    return min(found, key=lambda pair: pair[0])[1]


def _fitted(curve: Curve, table: Table) -> Fit:
    return Fit(curve, table, float(np.sum(_distances(curve, table) ** 2)))


def _distances(curve: Curve, table: Table) -> Floats:
    return table.l[:-1] - curve.ordinate(table.p[:-1])


def _least_squares(columns: Floats, target: Floats) -> tuple[float, float, float]:
    found, _, rank, _ = np.linalg.lstsq(columns, target, rcond=None)
    if rank < columns.shape[1]:
        raise Undefined(
            "the points of the table do not tell one curve from another: all have equal shares, or nearly so"
        )
    return float(found[0]), float(found[1]), float(found[2])


def _column(values: ArrayLike, name: str) -> Floats:
    column = np.asarray(values, np.float64)
    if column.ndim != 1 or not len(column) or not np.isfinite(column).all():
        raise ValueError(f"the column of {name} is empty, or a number is missing in it")
    return column
