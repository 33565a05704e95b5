"""The pictures of a county's home as a page draws them: each with a sentence that says what it shows."""

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.doors.web.distribution import Distribution
from mingbai.doors.web.guarantee_states import GUARANTEES, UNKNOWN, UNMET
from mingbai.doors.web.queries.movement import ABOVE, BELOW, STATES, Movement
from mingbai.doors.web.queries.movement import UNKNOWN as NO_ACCOUNT
from mingbai.doors.web.queries.pictures import Deprived, Pictures
from mingbai.oversight.indicators.figures import FIGURES

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "food": gettext_noop("吃饭"), "clothing": gettext_noop("穿衣"), "schooling": gettext_noop("义务教育"),
        "medical": gettext_noop("基本医疗"), "housing": gettext_noop("住房安全"), "water": gettext_noop("饮水安全"),
    }
)  # fmt: skip
SHADES = (0.005, 0.01, 0.02, 0.05)
"""Shares from which a cell is a shade darker: they are the same everywhere, so that counties and days compare."""
CLASSES = tuple(category.code for category in FIGURES["income_class"].categories)
"""Codes of the income classes, in the order of `Distribution.classes`."""


def matrix(by: Actor, found: Deprived, place: str, label: str) -> dict[str, Any]:
    """Guarantees of what lies in a place, called `label`: rows as (code, name, cells, households with anything unmet,
    households), with the sums last, and what it all says. Cells lead to their households for who may open them."""
    rows = [(code, name, _cells(by, found, code, code), found.some.get(code, 0), found.households[code])
            for code, name in found.places]  # fmt: skip
    return {
        "heads": [_(name) for name in NAMES.values()], "rows": rows, "at": found.at,
        "total": (_cells(by, found, "", place), found.some[""], found.households[""]), "text": _told(found, label),
        "shades": [(1, _("不到 %(top)s") % {"top": percent(SHADES[0])}),
                   *((at, f"{percent(low)}—{percent(top)}") for at, (low, top) in
                     enumerate(pairwise(SHADES), 2)),
                   (len(SHADES) + 1, _("%(low)s 及以上") % {"low": percent(SHADES[-1])})],
    }  # fmt: skip


def _cells(by: Actor, found: Deprived, place: str, code: str) -> list[dict[str, Any]]:
    opens = len(code) >= 9 and by.may(P.HOUSEHOLD_READ, at=code)
    cells = []
    for guarantee, name in NAMES.items():
        asked = found.asked(place, guarantee)
        numbers = {state: found.cells.get((place, guarantee, state), 0) for state in (UNMET, UNKNOWN)}
        urls = {state: homes_url(code, guarantee, state) if opens and n else "" for state, n in numbers.items()}
        share = numbers[UNMET] / asked if asked else 0.0
        cells.append({
            "head": _(name), "asked": asked, "unmet": numbers[UNMET], "unknown": numbers[UNKNOWN], "url": urls[UNMET],
            "unknown_url": urls[UNKNOWN], "share": percent(share) if numbers[UNMET] else "",
            "shade": 1 + sum(share >= limit for limit in SHADES) if numbers[UNMET] else 0,
        })  # fmt: skip
    return cells


def _told(found: Deprived, label: str) -> str:
    def most(state: str) -> tuple[int, str]:
        return max(
            ((found.cells.get(("", one, state), 0), _(NAMES[one])) for one in GUARANTEES), key=lambda one: one[0]
        )

    told = {"place": label, "homes": found.households[""], "some": found.some[""]}
    n, what = most(UNMET)
    if n:
        text = _("%(place)s %(homes)d 户里，%(some)d 户至少有一项没有保障，最多的是%(what)s，%(n)d 户。") % (
            told | {"n": n, "what": what}
        )
    else:
        text = _("%(place)s %(homes)d 户，没有查到没保障的。") % told
    n, what = most(UNKNOWN)
    if n:
        text += _("不清楚的不算有保障，%(what)s不清楚的最多，%(n)d 户还要去问。") % {"n": n, "what": what}
    return text


def homes_url(place: str, guarantee: str, state: str) -> str:
    """The list of households behind a cell."""
    query = urlencode({"place": place, "what": guarantee, "state": state})
    return f"{reverse('web:guarantee_homes')}?{query}"


def percent(share: float) -> str:
    """A share with one decimal, none where it has none; what is there at all is never written as nothing."""
    if 0 < share < 0.001:
        return "<0.1%"
    return f"{share * 100:.1f}".removesuffix(".0") + "%"


def class_names(shape: Distribution) -> list[str]:
    """What the income classes are called, in order."""
    names = [f"{low}–{high}" for low, high in pairwise(shape.edges)]
    names[0], names[-1] = _("亏损"), _("%(yuan)d 以上") % {"yuan": shape.edges[-2]}
    return names


def incomes(shape: Distribution, year: int | None, pictures: Pictures) -> dict[str, Any]:
    """The distribution of income a head, with the line in it: not an average alone."""
    said = {"n": shape.households, "median": int(shape.median or 0), "below": shape.below, "line": shape.line}
    text = _("%(n)d 户的账，人均纯收入的中位数是 %(median)d 元。") % said
    if pictures.mean is not None:
        text += _("平均数是 %(mean)d 元，只看平均数看不出两头。") % {"mean": pictures.mean}
    if shape.line is not None:
        text += _("%(below)d 户低于监测线 %(line)s 元。") % said
    if pictures.without:
        text += _("还有 %(n)d 户没有 %(year)d 年的账，不在图里。") % {"n": pictures.without, "year": year}
    return {
        "kind": "histogram", "title": _("%(year)d 年家庭人均纯收入分布") % {"year": year}, "text": text,
        "columns": [_("人均纯收入（元）"), _("户数")], "unit": _("户"), "edges": list(shape.edges),
        "rows": [[name, n] for name, n in zip(class_names(shape), shape.classes, strict=True)],
        "urls": [f"{reverse('web:incomes')}?{urlencode({'class': code})}" for code in CLASSES],
    } | ({"line": {"value": shape.line, "label": _("监测线")}} if shape.line is not None else {})  # fmt: skip


def flow(by: Actor, moved: Movement, place: str) -> dict[str, Any]:
    """Movement between the two years as a flow, and its turns as (words, households, address, tone)."""
    labels = {BELOW: _("低于线"), ABOVE: _("不低于线"), NO_ACCOUNT: _("没有账")}
    tones = {BELOW: "unmet", ABOVE: "met", NO_ACCOUNT: "unknown"}
    years = (moved.before, moved.after)
    named = {(year, state): _("%(year)d 年%(state)s") % {"year": year, "state": labels[state]}
             for year in years for state in STATES}  # fmt: skip
    turns = {
        (ABOVE, BELOW): (_("新落到线下"), "text-unmet"), (BELOW, BELOW): (_("两年都低于线"), "text-unmet"),
        (NO_ACCOUNT, BELOW): (_("原来没有账，现在低于线"), ""), (BELOW, ABOVE): (_("到了线上"), "text-met"),
        (BELOW, NO_ACCOUNT): (_("原来低于线，现在没有账"), ""),
    }  # fmt: skip
    opens, moved_url = by.may(P.HOUSEHOLD_READ, at=place), reverse("web:moved_homes")
    about = {"place": place, "from": years[0], "to": years[1]}
    entered, left = moved.cells.get((ABOVE, BELOW), 0), moved.cells.get((BELOW, ABOVE), 0)
    told = {"before": years[0], "after": years[1], "entered": entered, "left": left}
    return {
        "chart": {
            "kind": "sankey", "title": _("%(before)d 年到 %(after)d 年的进出") % told, "unit": _("户"),
            "text": _("%(before)d 年到 %(after)d 年，%(entered)d 户新落到监测线下，%(left)d 户到了线上。") % told,
            "columns": [_("原来"), _("后来"), _("户数")],
            "rows": [[named[years[0], was], named[years[1], now], n] for (was, now), n in moved.cells.items() if n],
            "nodes": {named[year, state]: tones[state] for year in years for state in STATES},
        },
        "turns": [(words, n, f"{moved_url}?{urlencode(about | {'was': was, 'is': now})}" if opens else "", tone)
                  for (was, now), (words, tone) in turns.items() if (n := moved.cells.get((was, now), 0))],
        "url": f"{reverse('web:movement')}?{urlencode(about)}",
    }  # fmt: skip
