"""What each group adds to poverty, and inequality within and between groups.

Poverty: Foster, Greer and Thorbecke (1984), section 3. A measure that is a mean over people is the sum over groups of
population share times the group's own measure. Inequality: Shorrocks (1980), Econometrica 48(3):
generalized entropy of order a is

    sum over groups of p_g (m_g / m)^a GE_a,g  +  GE_a of everybody given the mean of their group,

with p_g the group's share of people and m_g, m the means.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from mingbai.oversight.poverty.design import Design, Domains
from mingbai.oversight.poverty.estimates import Estimates, estimated
from mingbai.oversight.poverty.fgt import fgt
from mingbai.oversight.poverty.groups import Floats, Groups
from mingbai.oversight.poverty.inequality import ge
from mingbai.oversight.poverty.welfare import Welfare


@dataclass(frozen=True)
class PovertyByGroup:
    """Poverty of the whole taken apart by group; the contributions add up to the whole, their shares to one.

    whole: one row. share: the group's share of people. index: its own measure. contribution: share times index.
    relative: the contribution as a share of the whole, NaN where nobody is poor.
    """

    whole: Estimates
    share: Estimates
    index: Estimates
    contribution: Estimates
    relative: Estimates


@dataclass(frozen=True)
class InequalityByGroup:
    """Generalized entropy of the whole = within + between (one row each, with errors).

    share: of people; income_share; index: the group's own entropy; contribution: what it adds to `within`; by group,
    shape (groups,), without errors.
    """

    whole: Estimates
    within: Estimates
    between: Estimates
    groups: tuple[Any, ...]
    share: Floats
    income_share: Floats
    index: Floats
    contribution: Floats


def poverty_by_group(
    of: Welfare, order: float, design: Design, *, level: float = 0.95, errors: bool = True
) -> PovertyByGroup:
    """The Foster-Greer-Thorbecke measure of an order (0 headcount, 1 gap, 2 severity) by the welfare's groups."""
    everybody = Welfare(of.welfare, of.weight, Groups.everybody(len(of.weight)), of.line)
    whole, own = fgt(everybody, order), fgt(of, order)
    domains, over_all = design.over(of.groups), design.over(everybody.groups)
    ones = np.ones(len(of.weight))
    each = np.zeros(len(of.weight))
    each[of.poor_rows] = of.gaps**order

    def portion(name: str, top: Floats, bottom: Floats) -> Estimates:
        return _portion(name, domains, over_all, of.weight * top, of.weight * bottom, level, errors)

    return PovertyByGroup(
        whole=estimated("whole", over_all, whole.value, whole.scores() if errors else None, level),
        share=portion("share", ones, ones),
        index=estimated("index", domains, own.value, own.scores() if errors else None, level),
        contribution=portion("contribution", each, ones),
        relative=portion("relative", each, each),
    )


def _portion(
    name: str, domains: Domains, over_all: Domains, top: Floats, bottom: Floats, level: float, errors: bool
) -> Estimates:
    """By group, the group's total of `top` over everybody's total of `bottom` (both weighted already).

    The score of a row is (top in the group - portion * bottom) / total, and so is not zero outside of the group.
    """
    total = float(bottom.sum()) or np.nan
    value = domains.groups.sums(top) / total
    found = estimated(name, domains, value, None, level)
    if not errors or np.isnan(total):
        return found
    variance = (
        domains.variance(top)
        + value**2 * over_all.variance(bottom)
        - 2 * value * domains.covariance_with_whole(top, bottom)
    ) / total**2
    # The whole design is behind a portion, not the group's clusters alone.
    freedom = np.full_like(domains.freedom, over_all.freedom[0])
    se = np.sqrt(np.maximum(variance, 0))
    return Estimates(name, found.groups, value, se, freedom, found.n, level)


def inequality_by_group(
    of: Welfare, order: float, design: Design, *, level: float = 0.95, errors: bool = True
) -> InequalityByGroup:
    """Generalized entropy of any order within and between the welfare's groups.

    0: mean log deviation, 1: Theil, 2: half the squared coefficient of variation. Undefined (a ValueError) for incomes
    that `inequality.ge` refuses.
    """
    weight, codes, count = of.weight, of.groups.codes, of.groups.count
    people, income = of.groups.sums(weight), of.groups.sums(weight * of.welfare)
    mean = income.sum() / people.sum()
    # A group without people is nobody's: any mean will do.
    means = np.divide(income, people, out=np.full(count, mean), where=people > 0)
    everybody = Groups.everybody(len(weight))
    whole = ge(Welfare(of.welfare, weight, everybody), order)
    between = ge(Welfare(means[codes], weight, everybody), order)
    index, share, relative = ge(of, order).value, people / people.sum(), means / mean
    contribution = _contribution(share, relative, index, order)
    over_all = design.over(everybody)

    def one(name: str, value: float, scores: Floats | None) -> Estimates:
        return estimated(name, over_all, np.array([value]), scores, level)

    of_whole = of_between = of_within = None
    if errors:
        of_whole = whole.scores()
        # Two ways for a row to matter: it adds a person at the group's mean, and it moves that mean.
        moves = _slope(relative, order, float(between.value[0]))[codes] * (of.welfare - means[codes]) / mean
        of_between = between.scores() + weight * moves / people.sum()
        of_within = of_whole - of_between
    return InequalityByGroup(
        whole=one("whole", float(whole.value[0]), of_whole),
        within=one("within", float(contribution.sum()), of_within),
        between=one("between", float(between.value[0]), of_between),
        groups=of.groups.names,
        share=share,
        income_share=income / income.sum(),
        index=index,
        contribution=contribution,
    )


def _contribution(share: Floats, relative: Floats, index: Floats, order: float) -> Floats:
    """What each group adds within; one without people, or without income, nothing."""
    adds = (share > 0) & (relative > 0)
    return np.where(adds, share * np.where(adds, relative, 1.0) ** order * np.nan_to_num(index), 0.0)


def _slope(relative: Floats, order: float, entropy: float) -> Floats:
    """How the influence of a person changes with the person's income, both in multiples of the mean.

    relative: incomes as such multiples; where one is zero all of the group's are, nothing moves and any number will do.
    """
    x = np.where(relative > 0, relative, 1.0)
    if order == 0:
        return 1 - 1 / x
    if order == 1:
        return np.log(x) - entropy
    moment = 1 + order * (order - 1) * entropy
    return np.asarray((x ** (order - 1) - moment) / (order - 1), np.float64)
