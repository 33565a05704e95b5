"""Two forms of the Lorenz curve for grouped data, and poverty and inequality from them.

- General quadratic: L (1 - L) = a (p² - L) + b L (p - 1) + c (p - L); Villasenor and Arnold (1989), Journal of
  Econometrics 40(2).
- Beta: L = p - theta p^gamma (1 - p)^delta; Kakwani (1980), Econometrica 48(2).

From both (Datt 1998, Computational Tools for Poverty Measurement and Analysis, IFPRI FCND discussion paper 50),
with mean m and line z: the headcount H is where L'(H) = z / m, the gap is H - (m / z) L(H), and the severity is the
integral of (1 - (m / z) L'(p))² from 0 to H. A curve that is not a Lorenz curve (Datt, section 4) says so in `flaws`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import beta as beta_function

from mingbai.oversight.poverty.groups import Floats
from mingbai.oversight.poverty.welfare import Undefined

TAIL = 0.001
"""A beta curve with gamma below one falls below zero next to p = 0, as nearly all fitted ones do. As in the World
Bank's POVCAL, only what lies above this share of the people is asked to rise; nothing is said about those below."""
NEAR = 1e-9
"""How far a condition may be missed by rounding."""
EDGE = 1e-12


class Poverty(NamedTuple):
    """Shares of one: people below the line, mean gap, mean squared gap."""

    headcount: float
    gap: float
    severity: float


@dataclass(frozen=True)
class Quadratic:
    """The general quadratic curve with Datt's a, b, c."""

    a: float
    b: float
    c: float
    name = "general quadratic"

    @cached_property
    def e(self) -> float:
        return -(self.a + self.b + self.c + 1)

    @cached_property
    def m(self) -> float:
        return self.b**2 - 4 * self.a

    @cached_property
    def n(self) -> float:
        return 2 * self.b * self.e - 4 * self.c

    def _root(self, p: Floats | float) -> Floats:
        return np.sqrt(np.maximum(self.m * np.square(p) + self.n * np.asarray(p) + self.e**2, 0))

    def ordinate(self, p: Floats | float) -> Floats:
        """L(p): the share of all income of the poorest p."""
        return -(self.b * np.asarray(p) + self.e + self._root(p)) / 2

    def slope(self, p: Floats | float) -> Floats:
        """L'(p): the income at rank p as a multiple of the mean."""
        with np.errstate(divide="ignore"):
            return -self.b / 2 - (2 * self.m * np.asarray(p) + self.n) / (4 * self._root(p))

    @cached_property
    def gini(self) -> float:
        return 1 - 2 * _integral(lambda p: float(self.ordinate(p)), 1)

    def squares(self, p: float) -> float:
        """The integral of L'² from 0 to p."""
        return _integral(lambda x: float(self.slope(x)) ** 2, p)

    @cached_property
    def flaws(self) -> tuple[str, ...]:
        """Datt (1998), section 4: L(0) = 0 needs e < 0, L(1) = 1 needs a + c of 1 or more, L'(0) >= 0 needs c of 0 or
        more; convex where the term under the root stays above zero between 0 and 1 and bends the right way.
        """
        # The quadratic is above zero at 0 and at 1. It has a zero between them if it turns there, bending the right
        # way (L'' has the sign of `bends`).
        bends = self.n**2 - 4 * self.m * self.e**2
        turns = 0 < -self.n < 2 * self.m
        conditions = (
            (self.e < 0, f"L(0) is not 0 (e = {self.e:.4g} is not negative)"),
            (self.a + self.c >= 1 - NEAR, f"L(1) is not 1 (a + c = {self.a + self.c:.4g} is below 1)"),
            (self.c >= -NEAR, f"L falls at 0 (c = {self.c:.4g} is negative)"),
            (bends > 0 and not turns, "L is not convex, or not there, between 0 and 1"),
        )
        return tuple(why for fine, why in conditions if not fine)


@dataclass(frozen=True)
class Beta:
    """The beta curve."""

    theta: float
    gamma: float
    delta: float
    name = "beta"

    def ordinate(self, p: Floats | float) -> Floats:
        """L(p): the share of all income of the poorest p."""
        p = np.asarray(p, np.float64)
        return p - self.theta * p**self.gamma * (1 - p) ** self.delta

    def slope(self, p: Floats | float) -> Floats:
        """L'(p): the income at rank p as a multiple of the mean."""
        p = np.asarray(p, np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            bend = self.gamma * p ** (self.gamma - 1) * (1 - p) ** self.delta
            return 1 - self.theta * (bend - self.delta * p**self.gamma * (1 - p) ** (self.delta - 1))

    @cached_property
    def gini(self) -> float:
        return float(2 * self.theta * beta_function(1 + self.gamma, 1 + self.delta))

    def squares(self, p: float) -> float:
        """The integral of L'² from 0 to p; there if gamma is above one half."""
        if self.gamma <= 0.5:
            raise Undefined(f"the beta curve has no severity: gamma = {self.gamma:.4g} is not above one half")
        return _integral(lambda x: float(self.slope(x)) ** 2, p)

    @cached_property
    def flaws(self) -> tuple[str, ...]:
        """L(0) = 0 and L(1) = 1 need gamma and delta above zero; rising and convex is looked up, above `TAIL`."""
        if not (self.theta > 0 and self.gamma > 0 and self.delta > 0):
            return (f"L(0) is not 0 or L(1) is not 1 (theta {self.theta:.4g}, gamma {self.gamma:.4g}, "
                    f"delta {self.delta:.4g} are not all above zero)",)  # fmt: skip
        p = np.concatenate([np.geomspace(TAIL, 0.1, 200), np.linspace(0.1, 0.999, 900)])
        slopes = self.slope(p)
        found = []
        if slopes.min() < -NEAR:
            found.append(f"L falls up to p = {p[slopes < -NEAR].max():.3g}")
        if (turns := np.flatnonzero(np.diff(slopes) < -NEAR)).size:
            found.append(f"L is not convex at p = {p[turns[0]]:.3g}")
        return tuple(found)


Curve = Quadratic | Beta


def poverty(curve: Curve, mean: float, line: float, *, despite_flaws: bool = False) -> Poverty:
    """Headcount, gap and severity of a mean and a line in the same money.

    Undefined (a ValueError) if the curve has flaws, or the line lies outside of the incomes that it knows.
    despite_flaws: look only at the part up to the headcount; a general quadratic with a + c between 0.9 and 1 is
    wrong for the richest alone, and the World Bank's POVCAL uses it.
    """
    if not despite_flaws:
        must_hold(curve)
    ratio = line / mean
    lowest = TAIL if isinstance(curve, Beta) else EDGE
    low, high = float(curve.slope(lowest)), float(curve.slope(1 - EDGE))
    if not low < ratio < high:
        raise Undefined(
            f"the line is {ratio:.4g} of the mean, but the {curve.name} curve knows incomes from {low:.4g} to "
            f"{high:.4g} of the mean only"
        )
    headcount = float(brentq(lambda p: float(curve.slope(p)) - ratio, lowest, 1 - EDGE, xtol=1e-15, rtol=1e-14))
    share = float(curve.ordinate(headcount))
    gap = headcount - share / ratio
    severity = headcount - 2 * share / ratio + curve.squares(headcount) / ratio**2
    if not 0 <= severity <= gap <= headcount:
        raise Undefined(
            f"the {curve.name} curve gives a headcount of {headcount:.4g}, a gap of {gap:.4g} and a severity of "
            f"{severity:.4g}, which cannot be: it does not fit the poorest"
        )
    return Poverty(headcount, gap, severity)


def must_hold(curve: Curve) -> None:
    """Undefined (a ValueError) with every flaw of the curve."""
    if curve.flaws:
        raise Undefined(f"the {curve.name} curve fitted is not a Lorenz curve: {'; '.join(curve.flaws)}")


def _integral(function: Callable[[float], float], to: float) -> float:
    found, _ = quad(function, 0, to, epsabs=1e-13, epsrel=1e-12, limit=400)
    return float(found)
