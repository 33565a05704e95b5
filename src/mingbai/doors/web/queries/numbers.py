"""The policy numbers as their pages show them: in force, lately changed, coming; and whom each one touches."""

from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.models import Place
from mingbai.base.places.queries import names
from mingbai.base.staff.models import Official
from mingbai.base.standards.models import OwnNumber
from mingbai.base.standards.queries import own_numbers, rows_at, value_of
from mingbai.base.standards.reading import Dated, Number, read
from mingbai.base.standards.standards import Standard, at, numbers, shown
from mingbai.findings.screening.queries.clues import OPEN, visible
from mingbai.findings.screening.rule import rules, standards_of
from mingbai.findings.screening.wording import titled

LATELY = 365
"""Days for which a change is still said to be recent."""
_GROUPS = (
    ("line", gettext_noop("监测线")), ("procedure", gettext_noop("办事时限")), ("risk", gettext_noop("风险类规则")),
    ("doubt", gettext_noop("疑点类规则")), ("leak", gettext_noop("资金类规则")), ("file", gettext_noop("档案类规则")),
    ("income", gettext_noop("收支账")),
)  # fmt: skip


class Change(NamedTuple):
    """One value of a number as a line of a list; `value` None: it ends."""

    name: str
    title: str
    since: date
    value: str | None
    place: str
    document: str
    document_on: date | None
    recorded_on: date
    is_own: bool
    by: str = ""
    state: str = ""
    """now, past, ahead or, where a later entry of the same day and place counts instead, replaced."""


def place_of(by: Actor) -> str:
    """The county whose numbers somebody reads: that of their area."""
    areas = [area for area in by.areas(Permission.STANDARD_READ) if len(area) >= 6]
    return areas[0][:6] if areas else settings.COUNTY


def groups(place: str, day: date, lang: Literal["zh", "en"]) -> list[dict[str, Any]]:
    """What is in force at the place, by the part of the work that it belongs to. Two queries."""
    own = own_numbers(place)
    known = names({place, *(value.place for number in own for value in number.values)})
    now = at(day, place, own)
    coming = {change.name: change for change in reversed(changes(place, day, lang, own)[1])}
    return [
        {
            "title": _(title),
            "rows": [
                _row(numbers()[name], now.get(name), known, lang) | {"coming": coming.get(name)}
                for name in _files()[key]
            ],
        }
        for key, title in _GROUPS
    ]


def changes(
    place: str, day: date, lang: Literal["zh", "en"], own: tuple[Number, ...] | None = None
) -> tuple[list[Change], list[Change]]:
    """What changed in the last year, the newest first, and what is to change, the nearest first."""
    own = own_numbers(place) if own is None else own
    known = names({value.place for number in own for value in number.values})
    every = [
        _change(numbers()[number.name], value, number is not numbers()[number.name], known, lang)
        for number in (*numbers().values(), *own)
        for value in number.values
        if value.since > day - timedelta(days=LATELY)
        and (place.startswith(value.place) or value.place.startswith(place))
    ]
    lately = sorted((one for one in every if one.since <= day), key=lambda one: one.since, reverse=True)
    return lately, sorted((one for one in every if one.since > day), key=lambda one: one.since)


def history(name: str, place: str, day: date, lang: Literal["zh", "en"]) -> list[Change]:
    """Every value the number ever had at the place and within it, the newest first."""
    number, rows = numbers()[name], list(rows_at(place).filter(name=name))
    known = names({row.place for row in rows})
    people = dict(
        Official.objects.filter(username__in={_username(row) for row in rows}).values_list("username", "name")
    )
    last = {(row.since, row.place, row.recorded_on): row.pk for row in rows}
    found = [_change(number, value, False, known, lang) for value in number.values if place.startswith(value.place)]
    for row in rows:
        value = Dated(row.since, value_of(row), row.recorded_on, row.document, row.document_on, row.place)
        own = _change(number, value, True, known, lang)._replace(by=people.get(_username(row), ""))
        is_last = last[row.since, row.place, row.recorded_on] == row.pk
        found.append(own if is_last else own._replace(state="replaced"))
    current = at(day, place, own_numbers(place)).get(name)
    for number_of, one in enumerate(found):
        if not one.state:
            is_now = current is not None and (one.since, one.recorded_on, one.document) == (
                current.since, current.recorded_on, current.document
            )  # fmt: skip
            found[number_of] = one._replace(state="now" if is_now else "ahead" if one.since > day else "past")
    return sorted(found, key=lambda one: (one.since, one.recorded_on), reverse=True)


def in_force(name: str, place: str, day: date, lang: Literal["zh", "en"]) -> dict[str, Any]:
    """The number's own line."""
    own = own_numbers(place)
    known = names({place, *(value.place for number in own for value in number.values)})
    return _row(numbers()[name], at(day, place, own).get(name), known, lang)


def touched(by: Actor, name: str, *, english: bool) -> list[dict[str, Any]]:
    """The rules that rest on the number, each with its open clues where `by` reads clues. One query."""
    resting = [code for code, rule in rules().items() if name in standards_of(rule)]
    open_clues = visible(by).filter(rule__in=resting, status__in=OPEN).values_list("rule").annotate(n=Count("pk"))
    counts = dict(open_clues.order_by()) if resting and by.may(Permission.CLUE_READ) else {}
    sees = by.may(Permission.CLUE_READ)
    return [
        {"code": code, "title": titled(code, english), "open": counts.get(code, 0) if sees else None}
        for code in resting
    ]


def settable(by: Actor, place: str) -> list[tuple[str, str]]:
    """Where `by` may set a number: the county first, then its townships; nothing where there is no such right."""
    if not by.may(Permission.STANDARD_SET, at=place):
        return []
    townships = Place.objects.filter(parent=place, until=None).order_by("code")
    return [(place, _("全县")), *((one.code, one.short) for one in townships)]


def _row(number: Number, now: Standard | None, known: dict[str, str], lang: Literal["zh", "en"]) -> dict[str, Any]:
    return {
        "name": number.name, "title": number.title if lang == "zh" else number.title_en, "unit": number.unit,
        "value": shown(now, lang) if now else "", "now": now, "is_own": bool(now and now.place),
        "place": known.get(now.place, now.place) if now else "",
    }  # fmt: skip


def _change(number: Number, value: Dated, is_own: bool, known: dict[str, str], lang: Literal["zh", "en"]) -> Change:
    said = None
    if value.value is not None:
        one = Standard(
            number.name, number.title, number.title_en, number.unit, value.value, value.since, value.recorded_on,
            value.place, value.document, value.document_on,
        )  # fmt: skip
        said = shown(one, lang)
    return Change(
        number.name, number.title if lang == "zh" else number.title_en, value.since, said,
        known.get(value.place, value.place), value.document, value.document_on, value.recorded_on, is_own,
    )  # fmt: skip


def _username(row: OwnNumber) -> str:
    return row.by.removeprefix("official:")


@cache
def _files() -> dict[str, list[str]]:
    """The names of the numbers by the file that they stand in."""
    folder = resources.files("mingbai.base.standards").joinpath("numbers")
    return {
        key: [number.name for number in read(folder.joinpath(f"{key}.yaml").read_bytes())[0]] for key, _t in _GROUPS
    }
