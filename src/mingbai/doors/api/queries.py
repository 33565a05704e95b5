"""What the API reads: within the caller's area, in parts by key, a constant number of queries a part."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from mingbai.base.lib.dates import age
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import masked, without_ids
from mingbai.base.places.models import Place
from mingbai.base.staff.queries import in_place, within
from mingbai.base.standards.queries import own_numbers
from mingbai.base.standards.standards import at
from mingbai.facts.income.models import HouseholdAccount
from mingbai.facts.income.queries import reckoned
from mingbai.facts.income.queries import visible as visible_accounts
from mingbai.facts.registry.models import Household, Member
from mingbai.facts.registry.queries.households import visible as visible_households
from mingbai.findings.issues.models import Issue
from mingbai.findings.issues.queries.issues import visible as visible_issues
from mingbai.findings.screening.models import Clue
from mingbai.findings.screening.queries.clues import OPEN
from mingbai.findings.screening.queries.clues import visible as visible_clues
from mingbai.findings.screening.wording import title_of
from mingbai.oversight.indicators.queries.counting import MONITORED, counts

KEYS, HOUSEHOLD_KEYS, PLACE_KEYS = ("id",), ("village", "id"), ("code",)
ACCOUNT_KEYS = ("household__village", "household_id", "-year", "id")
FRESH = 60
"""Seconds for which figures are kept: to count a county takes long, and a caller in a loop would keep it busy."""

M = TypeVar("M", bound=Model)


def beyond(keys: Sequence[str], after: str) -> Q:
    """Rows after a mark, in the order of `keys` (model fields, "-" downwards; the last unique): greater in the first,
    or equal in it and greater in the next, … Refused for a mark that is none of ours.

    A query starts with it: of two lower bounds of a column SQLite's index takes the first that it meets, and from the
    area's beginning every part would cost more than the one before.
    """
    if not after:
        return Q()
    found, equal, last = Q(), Q(), _opened(keys, after)
    for key, value in zip(keys, last, strict=True):
        field, way = key.removeprefix("-"), "lt" if key.startswith("-") else "gt"
        found |= equal & Q(**{f"{field}__{way}": value})
        equal &= Q(**{field: value})
    first, way = keys[0].removeprefix("-"), "lte" if keys[0].startswith("-") else "gte"
    return Q(**{f"{first}__{way}": last[0]}) & found


def part(found: QuerySet[M], keys: Sequence[str], limit: int) -> tuple[list[M], str | None]:
    """One part of a list that is `beyond` a mark already, and the mark of the next."""
    rows = list(found.order_by(*keys)[: limit + 1])
    if len(rows) <= limit:
        return rows, None
    last = [_of(rows[limit - 1], key) for key in keys]
    return rows[:limit], urlsafe_b64encode(json.dumps(last, ensure_ascii=False).encode()).decode().rstrip("=")


def households(by: Actor, after: str, place: str, status: str, household_class: str) -> QuerySet[Household]:
    """Households within the area; `status`: active, ended, monitored or all."""
    found = _in(Household.objects.filter(beyond(HOUSEHOLD_KEYS, after)) & visible_households(by), place, "village")
    if household_class:
        found = found.filter(household_class=household_class)
    match status:
        case "active":
            return found.filter(ended_on=None)
        case "ended":
            return found.exclude(ended_on=None)
        case "monitored":
            return found.filter(MONITORED, ended_on=None)
    return found


def household(one: Household) -> dict[str, Any]:
    """A household as the API tells it."""
    plain = ("household_id", "village", "group_name", "head_name", "household_class", "identified_on",
             "monitored_since", "is_monitored", "eliminated", "eliminated_on", "housing_grade", "safe_water", "helper",
             "helper_unit", "ended_on", "ended_why")  # fmt: skip
    return {name: getattr(one, name) for name in plain} | {"causes": [c for c in one.causes.split("、") if c]}


def members(one: Household, day: date) -> list[dict[str, Any]]:
    """Its members, those who left too. One query."""
    plain = ("person_id", "name", "relation", "sex", "ethnicity", "schooling", "studying", "skill", "left_on",
             "left_why")  # fmt: skip
    return [
        {name: getattr(member, name) for name in plain}
        | {
            "id_masked": masked(settings.KEYS.open(member.id_hidden)),
            "age": age(member.birth, day) if member.birth and member.birth <= day else None,
        }
        for member in one.members.order_by("person_id")
    ]


def accounts(by: Actor, after: str, place: str, year: int | None, status: str) -> QuerySet[HouseholdAccount]:
    """Accounts of households in the area, with what their reckoning needs; `status` '' is all that are in force."""
    found = _in(
        HouseholdAccount.objects.filter(beyond(ACCOUNT_KEYS, after)) & visible_accounts(by), place, "household__village"
    )
    found = found.filter(status=status) if status else found.filter(in_force=True)
    if year is not None:
        found = found.filter(year=year)
    living = Member.objects.filter(household=OuterRef("household_id"), left_on=None).order_by().values("household")
    counted = Coalesce(Subquery(living.annotate(n=Count("pk")).values("n")), 0)
    return found.select_related("household").prefetch_related("lines").annotate(living=counted)


def yuan(amount: Decimal) -> str:
    """Money to the cent, as text."""
    return format(amount, ".2f")


def day_of(text: str | None) -> date | None:
    """A day as it was asked; Refused for one that the calendar lacks."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(f"没有 {text} 这一天，日期写成 2026-06-30 这样。") from None


def account(one: Any) -> dict[str, Any]:
    """An account, reckoned, as the API tells it."""
    told = reckoned(one, one.living)
    lines = [
        {"item": line.item, "title": line.titled(line.item), "amount": yuan(line.amount), "source": line.source,
         "disputed": line.disputed}
        for line in one.lines.all()
    ]  # fmt: skip
    return {
        "household_id": one.household.household_id, "village": one.household.village, "year": one.year,
        "status": one.status, "entered_on": one.entered_on, "answered_on": one.answered_on,
        "is_correction": one.corrects_id is not None, "members": told.members, "net_income": yuan(told.net_income),
        "per_head": None if told.per_head is None else yuan(told.per_head), "lines": lines,
    }  # fmt: skip


def clues(by: Actor, after: str, place: str, status: str, rule: str, since: date | None) -> QuerySet[Clue]:
    """Clues in the area; `status`: open, all, or one of Clue.STATUS."""
    found = _in(Clue.objects.filter(beyond(KEYS, after)) & visible_clues(by), place, "village")
    if status == "open":
        found = found.filter(status__in=OPEN)
    elif status != "all":
        found = found.filter(status=status)
    if rule:
        found = found.filter(rule=rule)
    return found.filter(found_on__gte=since) if since else found


def clue(one: Clue, day: date) -> dict[str, Any]:
    """A clue as the API tells it: who reported it and what the visit found stay here."""
    plain = ("id", "rule", "channel", "household_id", "village", "household_class", "status", "rank", "found_on",
             "due_on", "decided_on")  # fmt: skip
    return {name: getattr(one, name) for name in plain} | {
        "title": title_of(one), "said": without_ids(one.said), "is_overdue": one.status in OPEN and one.due_on < day,
    }  # fmt: skip


def problems(by: Actor, after: str, place: str, status: str, since: date | None) -> QuerySet[Issue]:
    """Problems that the caller sees; `status`: open, all, or one of Issue.STATUS."""
    found = _in(Issue.objects.filter(beyond(KEYS, after)) & visible_issues(by), place, "village")
    if status == "open":
        found = found.filter(closed_on=None)
    elif status != "all":
        found = found.filter(status=status)
    return found.filter(found_on__gte=since) if since else found


def problem(one: Issue, day: date) -> dict[str, Any]:
    """A problem as the API tells it."""
    plain = ("id", "household_id", "village", "guarantee", "status", "level", "bureau", "found_on", "since", "due_on",
             "answered_on", "closed_on", "times_raised")  # fmt: skip
    return {name: getattr(one, name) for name in plain} | {
        "title": without_ids(one.title), "holder": one.holder_shown, "clue": one.clue_id,
        "is_overdue": one.closed_on is None and one.due_on < day,
    }  # fmt: skip


def figures(by: Actor, place: str, day: date) -> list[dict[str, Any]]:
    """Counts of the places right below `place` that the caller sees; of a village itself. A minute old at most."""
    sees = [by.areas(one) for one in (Permission.HOUSEHOLD_READ, Permission.CLUE_READ, Permission.ISSUE_READ)]
    key = "api-figures:" + sha256(repr((sees, by.bureau, place, day)).encode()).hexdigest()
    kept: list[dict[str, Any]] | None = cache.get(key)
    if kept is None:
        kept = _counted(by, place, day)
        cache.set(key, kept, FRESH)
    return kept


def _counted(by: Actor, place: str, day: date) -> list[dict[str, Any]]:
    digits = {6: 9, 9: 12}.get(len(place), 12 if len(place) > 9 else 6)
    found = counts(by, place, day, digits)
    names = dict(Place.objects.filter(code__in=found).values_list("code", "name"))
    heads = ("households", "monitored", "open_clues", "overdue_clues", "open_problems", "overdue_problems")
    return [
        {"place": code, "name": names.get(code, ""), **dict(zip(heads, found[code], strict=True))}
        for code in sorted(found)
    ]


def places(by: Actor, after: str, place: str) -> QuerySet[Place]:
    """Places within the caller's areas."""
    return _in(
        Place.objects.filter(beyond(PLACE_KEYS, after)).filter(within(by, Permission.STANDARD_READ, "code")),
        place,
        "code",
    )


def standards(place: str, day: date) -> list[dict[str, Any]]:
    """The numbers in force. One query."""
    return [
        {"name": one.name, "title": one.title, "title_en": one.title_en, "unit": one.unit,
         "value": format(one.value, "f") if isinstance(one.value, Decimal) else list(one.value), "since": one.since,
         "recorded_on": one.recorded_on, "place": one.place, "document": one.document, "document_on": one.document_on}
        for one in at(day, place, own_numbers(place)).values()
    ]  # fmt: skip


def _in(found: QuerySet[M], place: str, field: str) -> QuerySet[M]:
    return found.filter(in_place(place, field)) if place else found


def _of(row: Any, key: str) -> Any:
    for name in key.removeprefix("-").split("__"):
        row = getattr(row, name)
    return row


def _opened(keys: Sequence[str], after: str) -> list[str | int]:
    """The values in a mark: texts for codes, whole numbers for the rest."""
    try:
        values = json.loads(urlsafe_b64decode(after.encode("ascii") + b"=" * (-len(after) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        values = None
    kinds = [str if key.endswith(("village", "code")) else int for key in keys]
    if not isinstance(values, list) or [type(value) for value in values] != kinds:
        raise Refused("after 不是上一页给的 next。")
    if any(not value.isdecimal() if isinstance(value, str) else abs(value) >= 2**63 for value in values):
        raise Refused("after 不是上一页给的 next。")
    return values
