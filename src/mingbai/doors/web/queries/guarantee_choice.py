"""What can be chosen on the page of guarantees as a measure, and what an address chose."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

from django.utils.translation import gettext as _

from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.base.places.models import Place
from mingbai.doors.web.queries.guarantee_measures import CUTOFFS, MEASURES, Choice, Rule
from mingbai.doors.web.queries.guarantee_publishing import publishable
from mingbai.doors.web.queries.guarantee_words import RULE_NAMES, label
from mingbai.doors.web.queries.measure_choice import WITHIN, place_asked
from mingbai.doors.web.queries.measure_words import GROUPS

_OF_HOUSEHOLDS = ("class", "size", "")


@dataclass(frozen=True)
class Asked:
    """What was chosen and what else there is. opens: whether one may see the households behind a number; who may not
    gets what may be published, as does who asks for it (`public`)."""

    place: Place
    places: tuple[tuple[str, str], ...]
    measures: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, str], ...]
    rules: tuple[tuple[str, str], ...]
    cutoffs: tuple[tuple[int, str], ...]
    choice: Choice
    opens: bool
    public: bool


def asked(by: Actor, given: Mapping[str, str]) -> Asked | None:
    """What an address chose; None for a place in which `by` reads no figures. Two queries. A word without meaning
    counts as unsaid."""
    place, places = place_asked(by, given.get("place", ""))
    if place is None:
        return None
    groups = (*WITHIN.get(len(place.code), ()), *_OF_HOUSEHOLDS)
    opens = by.may(P.HOUSEHOLD_READ, at=place.code)
    choice = _choice(given, place.code, groups)
    public = given.get("public") == "1" or not opens
    rules = [rule for rule in RULE_NAMES if not public or publishable(replace(choice, rule=rule)).rule == rule]
    return Asked(
        place, places, tuple((name, label(name)) for name in MEASURES), tuple((key, _(GROUPS[key])) for key in groups),
        tuple((rule, _(RULE_NAMES[rule])) for rule in rules),
        tuple((n, _("缺 %(n)d 样及以上") % {"n": n}) for n in (CUTOFFS[:1] if public else CUTOFFS)),
        publishable(choice) if public else choice, opens, public,
    )  # fmt: skip


def _choice(given: Mapping[str, str], place: str, groups: tuple[str, ...]) -> Choice:
    name, group, cutoff = given.get("measure", ""), given.get("by", groups[0]), given.get("cutoff", "")
    rule: Rule = next((one for one in get_args(Rule) if one == given.get("missing")), "bounds")
    return Choice(
        place, name if name in MEASURES else "H", group if group in groups else groups[0],
        people=given.get("count") == "people", cutoff=next((n for n in CUTOFFS if str(n) == cutoff), 1), rule=rule,
    )  # fmt: skip
