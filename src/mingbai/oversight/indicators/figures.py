"""Every figure of a county, declared once. A new definition is a new version beside the old one, never in its place:
a frozen statement names its versions and is reckoned by them for ever."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from mingbai.facts.assessments.guarantees import ITEMS
from mingbai.facts.bureaus.tables import CAUSES, HOUSEHOLD_CLASSES
from mingbai.oversight.indicators.figure import Category, Figure

SECTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "roster": ("户和人", "Households and people"), "income": ("收入", "Income"),
        "guarantees": ("两不愁三保障和饮水", "Assurances, guarantees and water"), "clues": ("线索", "Clues"),
        "problems": ("问题清单", "Problems"),
    }
)  # fmt: skip

_ROSTER, _INCOME = ("facts.registry",), ("facts.registry", "facts.income", "base.standards")
_RETURNED = ("facts.registry", "base.events")
_HAS = "net IS NOT NULL AND sharing > 0"
"""Has an account: a whole one of the year, and somebody to share it."""
_BELOW = f"{_HAS} AND net < line * sharing"
_ABOVE_BEFORE = (
    f"{_HAS} AND net_before IS NOT NULL AND sharing_before > 0 AND net_before >= line_before * sharing_before"
)
_IN = "BETWEEN getvariable('since') AND getvariable('until')"
_OPEN = "status IN ('new', 'assigned')"
_DECIDED = f"status IN ('confirmed', 'dismissed') AND decided_on {_IN}"

CLASS_EN = (
    "ordinary household", "lifted out of poverty", "lifted out, no longer entitled", "lifted out, unstable",
    "at the edge of poverty", "sudden serious hardship",
)  # fmt: skip
CAUSES_EN = (
    "illness", "disability", "schooling", "disaster", "lack of land", "lack of water", "lack of skills",
    "lack of labour", "lack of funds", "bad roads", "lack of drive", "marriage", "unknown",
)  # fmt: skip
_CLASSES = tuple(Category(name, name, en) for name, en in zip(HOUSEHOLD_CLASSES, CLASS_EN, strict=True))
_CAUSES = tuple(
    Category(name, name, en) for name, en in zip(dict.fromkeys(CAUSES.values()), CAUSES_EN, strict=True)
)  # fmt: skip
_UNSAID = Category("未填", "未填", "not said")
_OTHER = Category("其他", "其他", "other")
_ITEMS = tuple(Category(code, item.term, item.term_en) for code, item in ITEMS.items())
BANDS = (0, 2000, 4000, 6000, 8000, 10000, 12000, 15000, 20000, 30000)
"""Borders in yuan a head of the bands that are published; below the first is a loss."""
WIDTH, TOP = 1000, 30_000
"""Classes of equal width for a picture, in yuan a head: one more below nothing, one more from TOP on."""


def _bands() -> tuple[Category, ...]:
    found = [Category("<0", "亏损", "loss")]
    for low, high in pairwise(BANDS):
        found.append(Category(f"{low}-{high}", f"{low}–{high} 元", f"{low}–{high} yuan"))
    return (*found, Category(f">={BANDS[-1]}", f"{BANDS[-1]} 元及以上", f"{BANDS[-1]} yuan and more"))


def _band_of() -> str:
    cases = [
        f"WHEN net < {edge * 100} * sharing THEN '{band.code}'" for edge, band in zip(BANDS, _bands(), strict=False)
    ]
    return f"CASE {' '.join(cases)} ELSE '{_bands()[-1].code}' END"


def _classes() -> tuple[Category, ...]:
    lows = ["<0", *(str(low) for low in range(0, TOP + WIDTH, WIDTH))]
    return tuple(Category(low, low, low) for low in lows)


_CLASS_OF = (
    f"CASE WHEN net < 0 THEN '<0' ELSE CAST(least(net // ({WIDTH * 100} * sharing) * {WIDTH}, {TOP}) AS VARCHAR) END"
)


def _named(label: str, known: Sequence[Category], column: str, other: str) -> str:
    """SQL for a category: the label where it is known, 未填 where it is empty, else `other`."""
    labels = ", ".join(f"'{one.code}'" for one in known)
    return (
        f"CASE WHEN {label} IN ({labels}) THEN {label} WHEN coalesce({column}, '') = '' THEN '未填' ELSE '{other}' END"
    )


_ROSTER_FIGURES = (
    Figure("households", "roster", "在册户数", "Households registered", "在册的户", "households on the roster",
           "household", "TRUE", "户", _ROSTER),
    Figure("persons", "roster", "在册人口", "People registered", "在册户的在世成员", "living members of registered households",
           "household", "members", "人", _ROSTER, kind="sum", behind="households"),
    Figure("household_class", "roster", "户类型", "Classes of households", "该户类型的户", "households of the class",
           "household", "TRUE", "户", _ROSTER, of="households", by=_named("class", _CLASSES, "class", "未填"),
           categories=(*_CLASSES, _UNSAID), parts=True),
    Figure("monitored", "roster", "监测对象", "Monitored households", "三类监测对象中风险未消除的户",
           "households of the three monitored classes whose risk is not eliminated", "household", "monitored", "户",
           _ROSTER, of="households"),
    Figure("monitored_persons", "roster", "监测对象人口", "People in monitored households", "监测对象户的在世成员",
           "living members of monitored households", "household", "CASE WHEN monitored THEN members ELSE 0 END", "人",
           _ROSTER, kind="sum", of="persons", behind="monitored"),
    Figure("causes", "roster", "致贫返贫原因", "Causes", "填有该原因的监测对象，一户几个原因的各算一次",
           "monitored households with the cause; one of several causes counts for each", "cause", "TRUE", "户", _ROSTER,
           of="monitored", by=_named("cause", _CAUSES, "cause", "其他"), categories=(*_CAUSES, _OTHER, _UNSAID)),
    Figure("returned", "roster", "再次纳入监测", "Monitored again", "曾消除风险或退出监测、现在又是监测对象的户",
           "households monitored now that had been eliminated or had left monitoring before", "household",
           "monitored AND returned", "户", _RETURNED, of="monitored"),
)  # fmt: skip
_INCOME_FIGURES = (
    Figure("accounts", "income", "有当年收支账的户", "Households with an account",
           "有当年完整收支账、账上有人的户，账上没有名单的要有在世成员",
           "households with a whole account of the year and people on its list, or living ones where it has no list",
           "household", _HAS, "户", _INCOME, of="households"),
    Figure("without_account", "income", "没有当年收支账的户", "Households without an account",
           "没有当年完整收支账的户，不计入下面各项收入指标", "households without a whole account; no income figure below has them",
           "household", f"NOT ({_HAS})", "户", _INCOME, of="households", rest_of="accounts"),
    Figure("account_persons", "income", "有账户的人口", "People with an account", "有当年收支账的户的账上人口，账上没有名单的按在世成员",
           "people on the lists of accounts of the year; of an account without a list the living members", "household",
           f"CASE WHEN {_HAS} THEN sharing ELSE 0 END", "人", _INCOME, kind="sum", behind="accounts"),
    Figure("below", "income", "低于监测线的户", "Households below the line",
           "人均纯收入低于当年监测线的户（等于线的不算）；人均按账上人口算，账上没有名单的按在世成员算",
           "households whose net income a head is below the year's line (at it is not below), by the people on the "
           "account's own list, or the living members where it has none", "household", _BELOW, "户", _INCOME,
           of="accounts"),
    Figure("below_persons", "income", "低于监测线的人口", "People below the line", "人均纯收入低于当年监测线的户的账上人口，账上没有名单的按在世成员",
           "people on the lists of accounts below the line; of an account without a list the living members",
           "household", f"CASE WHEN {_BELOW} THEN sharing ELSE 0 END", "人", _INCOME, kind="sum", of="account_persons",
           behind="below"),
    Figure("gap", "income", "贫困缺口率（FGT1）", "Poverty gap (FGT 1)", "低于线的人离线的相对差距之和，线以上的人按 0 计",
           "relative shortfalls of people below the line, added up; the others count as 0", "household", "gap", "人",
           _INCOME, kind="measure", of="account_persons", behind="below"),
    Figure("severity", "income", "贫困强度（FGT2）", "Poverty severity (FGT 2)", "低于线的人相对差距的平方之和",
           "squares of the relative shortfalls, added up", "household", "severity", "人", _INCOME, kind="measure",
           of="account_persons", behind="below"),
    Figure("shortfall", "income", "补到监测线还差的钱", "Money short of the line", "低于线的户补到监测线所差金额",
           "what households below the line lack to reach it", "household",
           f"CASE WHEN {_BELOW} THEN line * sharing - net ELSE 0 END", "元", _INCOME, kind="sum", behind="below",
           digits=2,
           shown=-2),
    Figure("gini", "income", "基尼系数", "Gini", "人均纯收入按人的基尼系数", "Gini of net income a head, over people", "household",
           "gini", "", _INCOME, kind="measure", of="account_persons", behind="accounts"),
    Figure("income_median", "income", "人均纯收入中位数", "Median income a head", "按户排列，居中一户的人均纯收入",
           "net income a head of the household in the middle", "household",
           f"CASE WHEN {_HAS} THEN round(net / sharing) END", "元", _INCOME, kind="median", of="accounts",
           behind="accounts", digits=2, shown=-2),
    Figure("income_mean", "income", "人均纯收入", "Mean income a head", "有账户的家庭纯收入合计", "net incomes of households, added up",
           "household", f"CASE WHEN {_HAS} THEN net ELSE 0 END", "元", _INCOME, kind="sum", of="account_persons",
           behind="accounts", digits=2, shown=-2),
    Figure("income_band", "income", "人均纯收入分组", "Bands of income a head", "人均纯收入在该组的户",
           "households whose income a head lies in the band", "account", "TRUE", "户", _INCOME, of="accounts",
           by=_band_of(), categories=_bands(), parts=True),
    Figure("income_class", "income", "人均纯收入分布", "Distribution of income a head", "人均纯收入在该千元段的户",
           "households by thousands of yuan a head", "account", "TRUE", "户", _INCOME, of="accounts", by=_CLASS_OF,
           categories=_classes(), parts=True, publish=False),
    Figure("above_before", "income", "上年不低于线的户", "Households not below a year ago", "上年和当年都有账、上年不低于上年线的户",
           "households with accounts of both years that were not below the line of the year before", "household",
           _ABOVE_BEFORE, "户", _INCOME, of="accounts"),
    Figure("fell_below", "income", "由线上落到线下的户", "Fallen below the line", "上年不低于线、当年低于线的户",
           "of these, households below this year's line", "household", f"{_ABOVE_BEFORE} AND {_BELOW}", "户", _INCOME,
           of="above_before"),
)  # fmt: skip
_UNMET_SOURCE = ("facts.assessments", "facts.registry")
_GUARANTEE_FIGURES = (
    Figure("any_unmet", "guarantees", "有保障未达标的户", "Households with something unmet", "至少一项保障未达标的户",
           "households with at least one guarantee unmet", "unmet_any", "TRUE", "户", _UNMET_SOURCE, of="households"),
    Figure("households_unmet", "guarantees", "各项保障未达标的户", "Households by guarantee unmet", "该项保障未达标的户",
           "households in which the guarantee is unmet", "unmet_household", "TRUE", "户", _UNMET_SOURCE, of="households",
           by="item", categories=_ITEMS),
    Figure("unmet", "guarantees", "未达标的保障（项）", "Guarantees unmet", "未达标的保障，按人的各算一项",
           "guarantees unmet, one for each person concerned", "unmet", "1", "项", _UNMET_SOURCE, kind="sum", by="item",
           categories=_ITEMS, behind="households_unmet", digits=0, shown=0),
)  # fmt: skip
_CLUE, _ISSUE = ("findings.screening", "findings.issues"), ("findings.issues",)


def _clue(code: str, title: str, english: str, said: str, said_en: str, top: str, **more: object) -> Figure:
    unit = str(more.pop("unit", "件"))
    plain = (code, "clues", title, english, said, said_en, "clue", top, unit, _CLUE)
    return Figure(*plain, **more)  # type: ignore[arg-type]


def _problem(code: str, title: str, english: str, said: str, said_en: str, top: str, **more: object) -> Figure:
    plain = (code, "problems", title, english, said, said_en, "problem", top, "件", _ISSUE)
    return Figure(*plain, **more)  # type: ignore[arg-type]


def _days(to: str, when: str) -> str:
    return f"CASE WHEN {when} THEN {to} - found_on END"


_MEASURED, _CLOSED = f"measured_on {_IN}", f"closed_on {_IN}"
_WAITS = {"kind": "median", "unit": "天", "period": True, "digits": 1, "shown": 0}
_CLUE_FIGURES = (
    _clue("clues_open", "未核实的线索", "Clues open", "待分派和待核实的线索", "clues not yet verified", _OPEN),
    _clue("clues_late", "逾期未核实的线索", "Clues late", "过了期限还没有核实的", "clues open past their due day",
          f"{_OPEN} AND due_on < getvariable('day')", of="clues_open"),
    _clue("clues_found", "期内新发现的线索", "Clues found", "期内发现的线索", "clues found in the period",
          f"found_on {_IN}", period=True),
    _clue("clues_decided", "期内核实的线索", "Clues verified", "期内核实为属实或排除的线索",
          "clues confirmed or dismissed in the period", _DECIDED, period=True),
    _clue("clues_confirmed", "核实属实的线索", "Clues confirmed", "期内核实属实的", "of these, confirmed",
          f"{_DECIDED} AND status = 'confirmed'", of="clues_decided", period=True),
    _clue("clues_on_time", "按期核实的线索", "Verified in time", "期限内核实的", "of these, by their due day",
          f"{_DECIDED} AND decided_on <= due_on", of="clues_decided", period=True),
    _clue("clue_to_decision", "从发现到核实的天数（中位数）", "Days from clue to verification (median)", "期内核实的线索，发现日到核实日",
          "from the day found to the day verified", _days("decided_on", _DECIDED), of="clues_decided",
          behind="clues_decided", **_WAITS),
    _clue("clues_measured", "期内开始整改的线索", "Clues with a first measure", "属实后期内开始整改的线索",
          "confirmed clues on which work began in the period", _MEASURED, period=True),
    _clue("clue_to_measure", "从发现到开始整改的天数（中位数）", "Days from clue to first measure (median)",
          "期内开始整改的线索，发现日到开始整改日", "from the day found to the first day of mending",
          _days("measured_on", _MEASURED), of="clues_measured", behind="clues_measured", **_WAITS),
    _clue("clues_closed", "期内销号的线索", "Clues whose problem was closed", "属实后期内销号的线索",
          "confirmed clues whose problem was closed in the period", _CLOSED, period=True),
    _clue("clue_to_close", "从发现到销号的天数（中位数）", "Days from clue to closing (median)", "期内销号的线索，发现日到销号日",
          "from the day found to the day closed", _days("closed_on", _CLOSED), of="clues_closed",
          behind="clues_closed", **_WAITS),
)  # fmt: skip
_PROBLEM_FIGURES = (
    _problem("problems_open", "未销号的问题", "Problems open", "还没有销号的问题", "problems not yet closed", "closed_on IS NULL"),
    _problem("problems_late", "逾期的问题", "Problems overdue", "过了本级期限还没有销号的", "open past the due day of their level",
             "closed_on IS NULL AND due_on < getvariable('day')", of="problems_open"),
    _problem("problems_answered", "已答复待销号的问题", "Problems answered", "已答复、等回访和销号的",
             "answered, waiting to be looked at again and closed", "status = 'answered'", of="problems_open"),
    _problem("problems_found", "期内新列入的问题", "Problems found", "期内列入清单的问题", "problems put on the list in the period",
             f"found_on {_IN}", period=True),
    _problem("problems_closed", "期内销号的问题", "Problems closed", "期内销号的问题", "problems closed in the period",
             f"closed_on {_IN}", period=True),
    _problem("problems_on_time", "按期销号的问题", "Closed in time", "没有上交过、在期限内销号的",
             "of these, never raised a level and closed by the due day",
             f"closed_on {_IN} AND times_raised = 0 AND closed_on <= due_on", of="problems_closed", period=True),
)  # fmt: skip

EVERY: tuple[Figure, ...] = (
    *_ROSTER_FIGURES, *_INCOME_FIGURES, *_GUARANTEE_FIGURES, *_CLUE_FIGURES, *_PROBLEM_FIGURES,
)  # fmt: skip
"""Every version of every figure."""
FIGURES: Mapping[str, Figure] = MappingProxyType(
    {one.code: one for one in sorted(EVERY, key=lambda one: (one.version, EVERY.index(one)))}
)
"""The newest version of each figure by its code, in the order in which they are read."""


def versions() -> list[tuple[str, int]]:
    """The definitions in force, for a statement to name."""
    return [(one.code, one.version) for one in FIGURES.values()]


def defined(named: Sequence[Sequence[object]]) -> Mapping[str, Figure]:
    """The definitions that a statement names, as (code, version). A KeyError for one that was never ours."""
    known = {(one.code, one.version): one for one in EVERY}
    return {code: known[code, version] for code, version in ((str(c), int(str(v))) for c, v in named)}
