"""Who is missed and who gets it without need: errors of targeting, each printed with its definition.

The same word means different ratios in different papers ("leakage" is divided by the reached, by the non-poor, or
counted in money), so a figure never leaves here without its numerator and denominator in words. All are linearized as
ratios of totals (Särndal, Swensson and Wretman 1992, section 5.5) under the whole design.

Sources: Cornia and Stewart (1993), Two errors of targeting, for exclusion (their F mistakes) and inclusion (E
mistakes); Coady, Grosh and Hoddinott (2004), Targeting of Transfers in Developing Countries, ch. 3, for the share to
the bottom d % over d; Galasso and Ravallion (2005), J. Public Economics 89, and Ravallion (2009), World Bank Res.
Observer 24, for the targeting differential.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.estimates import Estimates, estimated
from mingbai.oversight.poverty.groups import Floats, Groups
from mingbai.oversight.poverty.targeting.poorest_share import share_to_poorest
from mingbai.oversight.poverty.welfare import Point, Undefined

Flags = NDArray[np.bool_]
WhereNone = Literal["refuse", "nan"]


@dataclass(frozen=True)
class Targeting:
    """Who is poor, who was reached, and with how much.

    poor, reached: shape (rows,). weight: how many people a row stands for (design weight times household size, to
    count people). benefit: per unit of weight, zero or more, nothing for those not reached. welfare: what "the poorest"
    are ranked by. Either may be None where no measure asks for it.
    """

    poor: Flags
    reached: Flags
    weight: Floats
    groups: Groups
    benefit: Floats | None = None
    welfare: Floats | None = None

    @classmethod
    def of(
        cls, *, poor: ArrayLike, reached: ArrayLike, weight: Floats, groups: Groups,
        benefit: ArrayLike | None = None, welfare: ArrayLike | None = None,
    ) -> "Targeting":  # fmt: skip
        """Checks what it is given; a ValueError says what is wrong and in how many rows."""
        rows = len(weight)
        paid = None if benefit is None else _numbers(benefit, rows, "benefit")
        ranked = None if welfare is None else _numbers(welfare, rows, "welfare")
        found = cls(_flags(poor, rows, "poor"), _flags(reached, rows, "reached"), weight, groups, paid, ranked)
        if paid is not None:
            if bad := int((paid < 0).sum()):
                raise ValueError(f"the benefit is negative in {bad} rows: a repayment is not a benefit")
            if bad := int((paid[~found.reached] > 0).sum()):
                raise ValueError(f"{bad} rows have a benefit but are said not to be reached: correct one or the other")
        return found

    def ratio(self, over: Floats, under: Floats) -> tuple[Floats, Callable[[], Floats], Floats]:
        """Sum of w * over / sum of w * under by group, its weighted scores, and its denominator."""
        below = self.groups.sums(self.weight * under)
        with np.errstate(invalid="ignore", divide="ignore"):
            value = np.where(below > 0, self.groups.sums(self.weight * over) / below, np.nan)

        def scores() -> Floats:
            safe = np.where(below > 0, below, np.nan)[self.groups.codes]
            return np.nan_to_num(self.weight * (over - value[self.groups.codes] * under) / safe)

        return value, scores, below

    @property
    def the_benefit(self) -> Floats:
        if self.benefit is None:
            raise Undefined("this measure counts benefits: give a benefit column, or the same for all who are reached")
        return self.benefit


@dataclass(frozen=True)
class Ratio:
    """A measure with its definition. `parts` gives numerator and denominator by row; `none` is what a group without
    any denominator lacks.
    """

    name: str
    title_zh: str
    title_en: str
    zh: str
    en: str
    none: str
    parts: Callable[[Targeting], tuple[Floats, Floats]]

    @property
    def definition(self) -> str:
        return f"{self.title_zh} = {self.zh}；{self.title_en} = {self.en}"

    def point(self, of: Targeting, where_none: WhereNone) -> Point:
        value, scores, below = of.ratio(*self.parts(of))
        refuse_empty(of, below, self, where_none)
        return Point(value, scores)


@dataclass(frozen=True)
class Measured:
    """Estimates together with what they mean."""

    definition: str
    estimates: Estimates


def _float(flags: Flags) -> Floats:
    return flags.astype(np.float64)


RATIOS = {
    ratio.name: ratio
    for ratio in (
        Ratio("exclusion", "漏评率（排除误差）", "exclusion error, under-coverage",
              "分子：贫困而没有帮到的人数；分母：贫困人数", "poor people not reached / poor people", "poor",
              lambda t: (_float(t.poor & ~t.reached), _float(t.poor))),
        Ratio("inclusion", "错评率（纳入误差，按人数）", "inclusion error, leakage in persons",
              "分子：不贫困而帮到了的人数；分母：帮到的人数", "non-poor people reached / people reached", "reached",
              lambda t: (_float(~t.poor & t.reached), _float(t.reached))),
        Ratio("leakage", "资金漏出率（按金额）", "leakage of benefits",
              "分子：给了不贫困的人的金额；分母：发放的全部金额", "benefits to non-poor people / all benefits", "benefits",
              lambda t: (t.the_benefit * ~t.poor, t.the_benefit)),
        Ratio("coverage", "覆盖率", "coverage", "分子：帮到的人数；分母：全部人数", "people reached / all people", "people",
              lambda t: (_float(t.reached), np.ones(len(t.weight)))),
        Ratio("coverage_poor", "贫困人口覆盖率", "coverage of the poor",
              "分子：贫困并帮到的人数；分母：贫困人数", "poor people reached / poor people", "poor",
              lambda t: (_float(t.poor & t.reached), _float(t.poor))),
        Ratio("coverage_nonpoor", "非贫困人口覆盖率", "coverage of the non-poor",
              "分子：不贫困而帮到了的人数；分母：不贫困人数", "non-poor people reached / non-poor people", "non-poor",
              lambda t: (_float(~t.poor & t.reached), _float(~t.poor))),
    )
}  # fmt: skip

DIFFERENTIAL = (
    "瞄准差 = 贫困人口覆盖率（贫困并帮到的人数 / 贫困人数）- 非贫困人口覆盖率（不贫困而帮到了的人数 / 不贫困人数）；"
    "targeting differential = poor people reached / poor people - non-poor people reached / non-poor people"
)
CGH_POOR = (
    "CGH 指标（按贫困线）= 贫困人口所得金额占全部金额的比重 / 贫困人数占全部人数的比重，1 为不分贫富；"
    "Coady-Grosh-Hoddinott by the line = (benefits to the poor / all benefits) / (poor people / all people), "
    "1 is neutral"
)
CGH = (
    "CGH 指标（最贫困的 {d}%）= 本组最贫困 {d}% 的人所得金额占全部金额的比重 / {d}%，1 为不分贫富；"
    "Coady-Grosh-Hoddinott = share of benefits to the poorest {d} % of the group's people / {d} %, 1 is neutral"
)
NAMES = (*RATIOS, "differential", "cgh_poor", "cgh10", "cgh20", "cgh40")
"""What can be asked for; cgh with any whole percentage from 1 to 99."""


def targeting(
    of: Targeting, names: Sequence[str], design: Design, *, level: float = 0.95, where_none: WhereNone = "refuse"
) -> list[Measured]:
    """The named measures by the groups of `of`, each with its definition in Chinese and English.

    where_none: a group without any poor (or reached, or benefits) has no such ratio: "refuse" it with an `Undefined`
    that names the group, or give NaN.
    """
    domains = design.over(of.groups)
    found = []
    for name in names:
        definition, point = measured(of, name, where_none)
        found.append(Measured(definition, estimated(name, domains, point.value, point.scores(), level)))
    return found


def measured(of: Targeting, name: str, where_none: WhereNone = "refuse") -> tuple[str, Point]:
    """One measure's definition, its value by group and its linearized scores."""
    if name in RATIOS:
        return RATIOS[name].definition, RATIOS[name].point(of, where_none)
    if name == "differential":
        poor, others = (RATIOS[n].point(of, where_none) for n in ("coverage_poor", "coverage_nonpoor"))
        return DIFFERENTIAL, Point(poor.value - others.value, lambda: poor.scores() - others.scores())
    if name == "cgh_poor":
        return CGH_POOR, _by_the_line(of, where_none)
    if asked := re.fullmatch(r"cgh([1-9]\d?)", name):
        return CGH.format(d=asked[1]), _by_rank(of, int(asked[1]) / 100, where_none)
    raise ValueError(f"no such measure: {name}; there are {', '.join(NAMES)} (cgh with any percentage)")


def _by_the_line(of: Targeting, where_none: WhereNone) -> Point:
    """A ratio of ratios: d(a / b) = da / b - a db / b²."""
    share, share_scores, paid = of.ratio(of.the_benefit * of.poor, of.the_benefit)
    head, head_scores, _ = of.ratio(_float(of.poor), np.ones(len(of.weight)))
    refuse_empty(of, paid, RATIOS["leakage"], where_none)
    refuse_empty(of, of.groups.sums(of.weight * of.poor), RATIOS["exclusion"], where_none)
    head = np.where(head > 0, head, np.nan)

    def scores() -> Floats:
        a, b = share[of.groups.codes], head[of.groups.codes]
        return np.nan_to_num(share_scores() / b - a * head_scores() / b**2)

    return Point(share / head, scores)


def _by_rank(of: Targeting, d: float, where_none: WhereNone) -> Point:
    if of.welfare is None:
        raise Undefined("the poorest are ranked by welfare: give a welfare column, or ask for cgh_poor")
    refuse_empty(of, of.groups.sums(of.weight * of.the_benefit), RATIOS["leakage"], where_none)
    point = share_to_poorest(of.welfare, of.the_benefit, of.weight, of.groups, d)
    return Point(point.value / d, lambda: point.scores() / d)


def refuse_empty(of: Targeting, below: Floats, ratio: Ratio, where_none: WhereNone) -> None:
    empty = np.flatnonzero(~(below > 0))
    if where_none == "nan" or not len(empty):
        return
    names = [str(of.groups.names[i]) for i in empty[:5]]
    where = "nobody" if of.groups.names == (None,) else f"no one in {len(empty)} groups ({', '.join(names)})"
    raise Undefined(
        f"{ratio.name} is divided by {ratio.none}, and {where} counts as that: join these groups to others, "
        "or ask for nan where there is none"
    )


def _flags(values: ArrayLike, rows: int, what: str) -> Flags:
    column = np.asarray(values)
    if column.shape != (rows,):
        raise ValueError(f"'{what}' has {column.shape} values for {rows} rows")
    if column.dtype != np.bool_:
        known = np.fromiter((value in (0, 1) for value in column.tolist()), np.bool_, rows)
        if bad := int((~known).sum()):
            raise ValueError(
                f"'{what}' is neither yes nor no (true, false, 1, 0) in {bad} rows: settle these rows first"
            )
    return column.astype(np.bool_)


def _numbers(values: ArrayLike, rows: int, what: str) -> Floats:
    column = np.asarray(values, np.float64)
    if column.shape != (rows,):
        raise ValueError(f"the {what} has {column.shape} values for {rows} rows")
    if bad := int((~np.isfinite(column)).sum()):
        raise ValueError(f"the {what} is missing or endless in {bad} rows: settle these rows first")
    return column
