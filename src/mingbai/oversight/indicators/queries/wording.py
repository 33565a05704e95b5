"""Figures in words and numbers as people read them, in the language of the page."""

from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mingbai.oversight.indicators.figure import Category, Figure
from mingbai.oversight.indicators.figures import FIGURES
from mingbai.oversight.indicators.reckoning import Number, rounded


class Words(NamedTuple):
    """What a figure is, for a page."""

    title: str
    numerator: str
    denominator: str
    unit: str
    source: str
    version: int
    when: str


def words(one: Figure) -> Words:
    """A figure's words in the language of the page."""
    english = get_language() == "en"
    rooms = {
        "facts.registry": _("花名册"), "facts.income": _("收支账"), "facts.assessments": _("两不愁三保障和饮水"),
        "findings.screening": _("线索"), "findings.issues": _("问题清单"), "base.standards": _("政策数值"),
        "base.events": _("历史记录"),
    }  # fmt: skip
    units = {"户": _("户"), "人": _("人"), "件": _("件"), "项": _("项"), "元": _("元"), "天": _("天"), "": ""}
    whole = FIGURES[one.of] if one.of else None
    return Words(
        one.english if english else one.title, one.numerator_en if english else one.numerator,
        (whole.numerator_en if english else whole.numerator) if whole else "", units[one.unit],
        "、".join(rooms[room] for room in one.source) if not english else ", ".join(rooms[room] for room in one.source),
        one.version, _("今年以来") if one.period else _("当天"),
    )  # fmt: skip


def named(category: Category) -> str:
    """A category in the language of the page."""
    return category.english if get_language() == "en" else category.title


def cell(one: Figure, number: Number | None, *, bottom: bool = False) -> str:
    """A numerator or denominator; '' where there is none."""
    if number is None:
        return ""
    if isinstance(number, int):
        return f"{number:,}"
    digits = 2 if one.money and not bottom else 2 if one.kind == "measure" else 0
    return f"{rounded(number, digits):,f}"


def share(one: Figure, value: Decimal | None) -> str:
    """A value: a share as percent, days and yuan with their decimals; — where it can not be had."""
    if value is None:
        return "—"
    if one.is_rate:
        return f"{rounded(value * 100, 1):f}%"
    if one.kind == "measure":
        return f"{rounded(value, 4):f}"
    return f"{rounded(value, min(one.digits, 2) if one.of or one.money else 0):,f}"
