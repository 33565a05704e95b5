"""What the measures are called, what each says in plain words, and how its numbers are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


@dataclass(frozen=True)
class Shown:
    """A measure on the page. kind: percent (of people), index, ratio or yuan. whole: it says nothing of less and more,
    but is written as a share of at most one."""

    label: str
    says: str
    kind: str
    least: float | None = 0.0
    most: float | None = None


MEASURES: Mapping[str, Shown] = MappingProxyType(
    {
        "headcount": Shown(gettext_noop("发生率"), gettext_noop("人均纯收入低于这条线的占多少。"), "percent", most=1.0),
        "gap": Shown(
            gettext_noop("差距率"), gettext_noop("平均每人离线还差多少（占线的比例）；线上的人算零。"), "percent"
        ),
        "severity": Shown(
            gettext_noop("严重程度"), gettext_noop("离线的差距先平方再平均，差得越远的分量越重。"), "index"
        ),
        "watts": Shown(gettext_noop("瓦茨指数"), gettext_noop("线除以收入，取对数再平均；最穷的人分量最重。"), "index"),
        "sen": Shown(
            gettext_noop("森指数"), gettext_noop("把低于线的有多少、差多少、彼此差多大合成一个数（手册写法）。"), "index"
        ),
        "sst": Shown(
            gettext_noop("森—肖罗克斯—桑指数"), gettext_noop("森指数的改进写法，收入转给更穷的人时一定变小。"), "index"
        ),
        "gini": Shown(gettext_noop("基尼系数"), gettext_noop("零是人人一样，越大越不平均。"), "index"),
        "ge0": Shown(gettext_noop("对数离差均值"), gettext_noop("广义熵指数 GE(0)，对低收入一头更敏感。"), "index"),
        "ge1": Shown(gettext_noop("泰尔指数"), gettext_noop("广义熵指数 GE(1)，可以分成组内和组间。"), "index"),
        "ge2": Shown(gettext_noop("广义熵指数 GE(2)"), gettext_noop("对高收入一头更敏感。"), "index"),
        "atkinson0.5": Shown(gettext_noop("阿特金森指数（0.5）"), gettext_noop("不平均造成的损失，看重低收入的程度较轻。"), "index", most=1.0),
        "atkinson1": Shown(gettext_noop("阿特金森指数（1）"), gettext_noop("不平均造成的损失，看重低收入的程度居中。"), "index", most=1.0),
        "atkinson2": Shown(gettext_noop("阿特金森指数（2）"), gettext_noop("不平均造成的损失，很看重低收入。"), "index", most=1.0),
        "qsr": Shown(gettext_noop("五等份收入比"), gettext_noop("收入最高的五分之一是最低的五分之一的几倍。"), "ratio"),
        "palma": Shown(gettext_noop("帕尔马比值"), gettext_noop("收入最高的十分之一是最低的十分之四的几倍。"), "ratio"),
        "share_bottom40": Shown(gettext_noop("最低四成的份额"), gettext_noop("收入最低的四成人占全部收入的多少。"), "percent", least=None),
        "median": Shown(gettext_noop("人均纯收入中位数"), gettext_noop("一半的人比它高，一半的人比它低。"), "yuan", least=None),
        "mean": Shown(gettext_noop("人均纯收入平均数"), gettext_noop("平均数会盖住大多数，请和中位数、发生率一起看。"), "yuan", least=None),
    }
)  # fmt: skip

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "township": gettext_noop("乡镇"), "village": gettext_noop("村"), "group": gettext_noop("村民小组"),
        "class": gettext_noop("户类型"), "size": gettext_noop("家庭人口"), "head_age": gettext_noop("户主年龄"),
        "head_sex": gettext_noop("户主性别"), "head_people": gettext_noop("户主民族"), "": gettext_noop("不分组"),
    }
)  # fmt: skip
"""What the households can be grouped by, as asked for in an address."""


def scaled(kind: str, value: float | None) -> float | None:
    """The value as it is drawn: a percentage for a share."""
    if value is None:
        return None
    return round(value * 100, 2) if kind == "percent" else round(value, 0 if kind == "yuan" else 4)


def written(kind: str, value: float | None) -> str:
    """The value as people read it, with its unit."""
    if value is None:
        return "—"
    match kind:
        case "percent":
            return f"{value * 100:.1f}%"
        case "yuan":
            return f"{value:,.0f}"
        case "ratio":
            return f"{value:.2f}"
    return f"{value:.3f}"


def spoken(kind: str, value: float | None) -> str:
    """The same within a sentence: yuan and times are named."""
    unit = {"yuan": _("元"), "ratio": _("倍")}.get(kind, "")
    return f"{written(kind, value)} {unit}".rstrip() if value is not None else written(kind, value)


def within(shown: Shown, value: float | None) -> float | None:
    """An end of an interval, no farther than the measure itself can go."""
    if value is None:
        return None
    if shown.least is not None:
        value = max(value, shown.least)
    return value if shown.most is None else min(value, shown.most)
