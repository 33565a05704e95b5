"""Spells of poverty, and how likely a household is to return after an exit.

Spells: Bane and Ellwood (1986), Journal of Human Resources 21(1). A spell whose beginning was not seen is censored on
the left and says nothing on durations; one whose end was not seen is censored on the right and counts for as long as it
was watched (Kaplan and Meier 1958, JASA 53; errors of the curve: Greenwood 1926).
"""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy.special import ndtri

from mingbai.oversight.poverty.groups import Floats, Groups, Ints, added
from mingbai.oversight.poverty.movement import Bools, Panel

Errors = Literal["greenwood", "clusters"]


@dataclass(frozen=True)
class Spells:
    """Unbroken runs of known years in a state, all columns of shape (spells,), by household and then by year.

    household: a number into the panel's households. start, end: first and last year. length: years. left, right:
    whether the run was already going on when it was first seen, and whether it was still when it was last seen.
    """

    household: Ints
    start: Ints
    end: Ints
    left: Bools
    right: Bools

    @property
    def length(self) -> Ints:
        return self.end - self.start + 1

    def __len__(self) -> int:
        return len(self.household)


def spells(panel: Panel, *, poor: bool = True) -> Spells:
    """The spells of being in (poor), or of being out.

    A year that is not known, and a split or a merger, cuts a spell and censors both of its sides.
    """
    here = panel.poor if poor else panel.known & ~panel.poor
    other = panel.known & ~here
    nobody = np.zeros((len(here), 1), np.bool_)
    linked_next = np.hstack([panel.linked[:, 1:], nobody])
    before, after = np.hstack([nobody, here[:, :-1]]), np.hstack([here[:, 1:], nobody])
    opens, closes = here & ~(before & panel.linked), here & ~(after & linked_next)
    # The other state in the next year, as the same household: the turn itself was seen.
    came = np.hstack([nobody, other[:, :-1]]) & panel.linked
    went = np.hstack([other[:, 1:], nobody]) & linked_next
    household, start = np.nonzero(opens)
    _, end = np.nonzero(closes)
    first = panel.years[0]
    return Spells(
        household, start + first, end + first, left=~came[household, start], right=~went[household, end]
    )  # fmt: skip


class Lapse(NamedTuple):
    """One line of a life table: what happened in year `year` after the spell began (1: the next year).

    at_risk: weight of the spells still going on whose state was seen in that year; ended: of those, the ones that ended
    in it. hazard: ended / at_risk. survival: share of spells going on after it. lower, upper: of the survival, on
    the scale of log(-log) (Kalbfleisch and Prentice 1980), NaN where it is one or zero. n: spells at risk.
    """

    group: Any
    year: int
    at_risk: float
    ended: float
    hazard: float
    hazard_se: float
    survival: float
    survival_se: float
    lower: float
    upper: float
    n: int


def return_hazard(panel: Panel, *, errors: Errors = "greenwood", level: float = 0.95) -> list[Lapse]:
    """How likely households return in the first, second, … year after an exit that was seen, by group.

    errors: "greenwood" for plain counts of independent spells (hazard: binomial); "clusters" linearizes under the
    panel's design, with weights, several spells of a household and clusters. ValueError: weights with Greenwood's.
    """
    return life_table(panel, spells(panel, poor=False), errors=errors, level=level)


def exit_hazard(panel: Panel, *, errors: Errors = "greenwood", level: float = 0.95) -> list[Lapse]:
    """How likely households leave in the first, second, … year after an entry that was seen, by group."""
    return life_table(panel, spells(panel), errors=errors, level=level)


def life_table(panel: Panel, of: Spells, *, errors: Errors = "greenwood", level: float = 0.95) -> list[Lapse]:
    """The life table of spells whose beginning was seen, in discrete time, by the panel's groups."""
    weighted = bool((panel.weight != 1).any())
    if errors == "greenwood" and weighted:
        raise ValueError("Greenwood's errors are for plain counts: with weights choose the errors by clusters")
    seen = ~of.left
    # A spell that ended after d years was at risk in each year up to d; one last seen after d, only up to d - 1.
    watched = _Watched(panel, of.household[seen], of.length[seen] - of.right[seen], ~of.right[seen])
    years = range(1, int(watched.years.max(initial=0)) + 1)
    n, r, sizes = (np.stack([watched.sums(year)[i] for year in years]) for i in range(3)) if years else _NOTHING
    with np.errstate(invalid="ignore", divide="ignore"):
        hazard: Floats = r / n
        survival: Floats = np.cumprod(1 - hazard, axis=0, dtype=np.float64)
        if errors == "greenwood":
            hazard_se = np.sqrt(hazard * (1 - hazard) / n)
            survival_se = survival * np.sqrt(np.cumsum(r / (n * (n - r)), axis=0))
        else:
            hazard_se, survival_se = watched.linearized(n, hazard, survival)
    lower, upper = _between(survival, survival_se, level)
    table = (n, r, hazard, hazard_se, survival, survival_se, lower, upper, sizes.astype(np.intp))
    return [
        Lapse(group, year, *(column[year - 1, g].item() for column in table))
        for g, group in enumerate(panel.groups.names)
        for year in years
        if sizes[year - 1, g] > 0
    ]


_NOTHING = (np.zeros((0, 0)), np.zeros((0, 0)), np.zeros((0, 0)))


@dataclass(frozen=True)
class _Watched:
    """Spells whose beginning was seen: whose they are, for how many years they were at risk, whether they ended."""

    panel: Panel
    who: Ints
    years: Ints
    ended: Bools

    def sums(self, year: int) -> tuple[Floats, Floats, Floats]:
        """By group: the weight at risk in a year, of those that ended in it, and the number of spells at risk."""
        risk = self.years >= year
        now = risk & (self.years == year) & self.ended
        groups = Groups(self.panel.groups.codes[self.who], self.panel.groups.names)
        weight = self.panel.weight[self.who]
        return groups.sums(weight * risk), groups.sums(weight * now), groups.sums(risk.astype(np.float64))

    def linearized(self, n: Floats, hazard: Floats, survival: Floats) -> tuple[Floats, Floats]:
        """Errors of hazard and survival under the panel's design; all of shape (years, groups)."""
        domains = self.panel.design.over(self.panel.groups)
        code, many = self.panel.groups.codes, len(self.panel.households)
        # The survival is exp(sum of log(1 - hazard)): its scores add up those of the hazards.
        curve = np.zeros(many)
        found: list[tuple[Floats, Floats]] = []
        for i in range(len(n)):
            risk = self.years > i
            now = risk & (self.years == i + 1) & self.ended
            own = code[self.who]
            each = np.where(risk, self.panel.weight[self.who] * (now - hazard[i][own]) / n[i][own], 0.0)
            scores = added(self.who, each, many)
            curve = curve - scores / (1 - hazard[i])[code]
            found.append((np.sqrt(domains.variance(scores)), np.sqrt(domains.variance(curve * survival[i][code]))))
        return np.array([one for one, _ in found]), np.array([other for _, other in found])


def _between(survival: Floats, se: Floats, level: float) -> tuple[Floats, Floats]:
    """The interval of a survival on the scale of log(-log); NaN where it is one or zero."""
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = -ndtri((1 + level) / 2) * se / (survival * np.log(survival))
        lower, upper = survival ** np.exp(spread), survival ** np.exp(-spread)
    inside = (survival > 0) & (survival < 1)
    return np.where(inside, lower, np.nan), np.where(inside, upper, np.nan)
