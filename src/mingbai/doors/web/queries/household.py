"""Everything the household page shows, in a number of queries that does not grow with the household."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mingbai.base.events.models import Event
from mingbai.base.lib.dates import age
from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.base.lib.resident_id import masked
from mingbai.base.places.queries import names, path
from mingbai.base.staff.queries import within
from mingbai.base.standards.queries import own_numbers
from mingbai.facts.assessments.guarantees import SOURCES, SOURCES_EN, SPOKEN, Cell, Item, Word, matrix, newest
from mingbai.facts.assessments.queries import ages_of, people_of, wordings, words_of
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.facts.income.account import Account
from mingbai.facts.income.models import HouseholdAccount
from mingbai.facts.income.queries import accounts_of, monitoring_lines, reckoned
from mingbai.facts.registry.models import Difference, Household, Member
from mingbai.findings.issues.queries.issues import open_of_household
from mingbai.findings.screening.models import Clue
from mingbai.findings.screening.queries.clues import OPEN, consents, of_households
from mingbai.findings.screening.wording import title_of

EVENTS = 10
_OPEN_SHOWN = 20
_DECIDED_SHOWN = 5
_VISITS_SHOWN = 6


def find(by: Actor, household_id: str) -> Household | None:
    """A household in the areas where `by` reads households; None for any other."""
    return Household.objects.filter(within(by, P.HOUSEHOLD_READ, "village"), household_id=household_id).first()


@dataclass(frozen=True)
class Living:
    """A member as the page shows one: the ID masked; health and phone only for those who work with the family."""

    member: Member
    masked_id: str
    age: int | None
    health: str
    phone: str


@dataclass(frozen=True)
class Row:
    """A row of the guarantee matrix: the item, what is asked, its cells."""

    item: Item
    title: str
    question: str
    cells: Sequence[Cell]


def page(by: Actor, household: Household, day: date, *, english: bool) -> dict[str, Any]:
    """The context of the household page. `household` was found by `find`."""
    village, works_here = household.village, by.may(P.HOUSEHOLD_CHANGE, at=household.village)
    every = list(household.members.order_by("id"))
    living = _ordered([m for m in every if m.left_on is None])
    own = own_numbers(village)
    words = words_of(household)
    rows = _rows(living, words, village, day, own, english=english)
    accounts = accounts_of(by, household.household_id)
    issues = list(open_of_household(by, household.household_id)[:_OPEN_SHOWN])
    clues, decided = _clues(by, household.household_id)
    known = names([village])
    return {
        "household": household,
        "place": path(village, known),
        "village_name": known.get(village, village),
        "phone": _hidden_phone(household.phone) if household.phone and not works_here else household.phone,
        "living": [_shown(m, day, open_=works_here) for m in living],
        "left": [m for m in every if m.left_on],
        "rows": rows,
        "people": living,
        "summary": _summary(rows),
        "account": _account(accounts, len(living), village, own),
        "clues": [_clue(c, day, english=english) for c in clues],
        "issues": [(one, (one.due_on - day).days) for one in issues],
        "consent": _consent(by, household.household_id, day),
        "differences": _differences(household),
        "visits": _visits(words, decided, {m.person_id: m.name for m in every}, english=english),
        "events": _events(by, household),
        "may": _may(by, village),
    }


def sources(english: bool) -> Mapping[str, str]:
    """Who can say something, by its key."""
    return SOURCES_EN if english else SOURCES


def _may(by: Actor, village: str) -> dict[str, bool]:
    wanted = {
        "change": P.HOUSEHOLD_CHANGE, "status": P.HOUSEHOLD_STATUS, "reveal": P.ID_REVEAL, "account": P.ACCOUNT_ENTER,
        "record": P.GUARANTEE_RECORD, "report": P.CLUE_REPORT, "consent": P.CONSENT_RECORD, "clues": P.CLUE_READ,
        "issues": P.ISSUE_READ, "events": P.EVENT_READ,
    }  # fmt: skip
    return {name: by.may(permission, at=village) for name, permission in wanted.items()}


def _ordered(members: list[Member]) -> list[Member]:
    """The head first, the others as they were entered."""
    return sorted(members, key=lambda m: m.relation != "户主")


def _shown(member: Member, day: date, *, open_: bool) -> Living:
    clear = settings.KEYS.open(member.id_hidden)
    years = age(member.birth, day) if member.birth else None
    return Living(member, masked(clear), years, member.health if open_ else "", member.phone if open_ else "")


def _hidden_phone(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)


def _rows(
    living: Sequence[Member], words: Sequence[Word], village: str, day: date, own: Any, *, english: bool
) -> list[Row]:
    asked = wordings(village, day)
    return [
        Row(
            item,
            item.term_en if english else item.term,
            (asked[item.code].question if item.code in asked else "")
            or (item.question_en if english else item.question),
            cells,
        )
        for item, cells in matrix(people_of(living), words, day, ages_of(day, village, own))
    ]


def _summary(rows: Sequence[Row]) -> dict[str, int]:
    """How many cells are met, unmet and unknown, and in how many the sources differ."""
    cells = [cell for row in rows for cell in row.cells if cell.applies]
    counts = {state: sum(cell.state == state for cell in cells) for state in ("met", "unmet", "unknown")}
    return counts | {"contradicts": sum(cell.contradicts for cell in cells)}


def _account(accounts: Sequence[HouseholdAccount], members: int, village: str, own: Any) -> dict[str, Any] | None:
    """The newest account as a picture, with the line of its year, and the years there are."""
    if not accounts:
        return None
    newest_ = accounts[0]
    reckoning = reckoned(newest_, members)
    line = monitoring_lines([newest_.year], village, own).get(newest_.year)
    below = line is not None and bool(reckoning.members) and reckoning.net_income < line * reckoning.members
    return {
        "newest": newest_, "years": accounts, "reckoning": reckoning, "line": line, "below": below,
        "chart": _chart(reckoning, line),
    }  # fmt: skip


def _chart(reckoning: Account, line: Any) -> dict[str, Any]:
    net = _("纯收入")
    steps = [[_(part.title), part.sign * part.amount] for part in reckoning.tree.parts if part.amount]
    chart: dict[str, Any] = {
        "kind": "waterfall", "title": _("%(year)s 年的收支账") % {"year": reckoning.year},
        "columns": [_("科目"), _("金额（元）")], "rows": [*steps, [net, reckoning.net_income]], "totals": [net],
        "unit": _("元"),
    }  # fmt: skip
    if line is not None and reckoning.members:
        label = ngettext("监测线×%(n)s 人", "监测线×%(n)s 人", reckoning.members) % {"n": reckoning.members}
        chart["line"] = {"value": line * reckoning.members, "label": label}
    return chart


def _clues(by: Actor, household_id: str) -> tuple[list[Clue], list[Clue]]:
    """The open clues by due day, and the last that were decided."""
    mine = of_households(by, [household_id])
    return (
        list(mine.filter(status__in=OPEN).order_by("due_on", "id")[:_OPEN_SHOWN]),
        list(mine.filter(status__in=("confirmed", "dismissed")).order_by("-decided_on", "-id")[:_DECIDED_SHOWN]),
    )


def _clue(clue: Clue, day: date, *, english: bool) -> dict[str, Any]:
    return {"clue": clue, "title": title_of(clue, english), "days": (clue.due_on - day).days}


def _consent(by: Actor, household_id: str, day: date) -> dict[str, Any]:
    """The newest consent, and whether it holds today."""
    last = consents(by, household_id).first()
    holds = (
        last is not None
        and last.signed_on <= day
        and (last.until is None or last.until >= day)
        and (last.withdrawn_on is None or last.withdrawn_on > day)
    )
    return {"last": last, "holds": holds}


def _differences(household: Household) -> list[tuple[str, Difference]]:
    """What an import says otherwise, each with the field's name."""
    headers = {column.name: column.header for column in BY_NAME["household"].columns}
    rows = Difference.objects.filter(household=household, settled="").order_by("id")
    return [(headers.get(row.field, row.field), row) for row in rows]


def _visits(
    words: Sequence[Word], decided: Sequence[Clue], people: Mapping[str, str], *, english: bool
) -> list[dict[str, Any]]:
    """What was found at the door, newest first: guarantees by day and who asked, and clues that were decided."""
    visits: dict[tuple[date, str, str], list[Word]] = {}
    for word in words:
        if word.source in SPOKEN:
            visits.setdefault((word.day, word.source, word.said_by), []).append(word)
    found: list[dict[str, Any]] = [
        {
            "at": at, "by": who, "source": sources(english)[source], "words": sorted(said, key=lambda w: w.number),
            "unmet": sum(w.state == "unmet" for w in newest(said).values()), "n": len(newest(said)), "people": people,
        }
        for (at, source, who), said in visits.items()
    ]  # fmt: skip
    found += [{"at": c.decided_on, "clue": c, "title": title_of(c, english), "text": c.finding} for c in decided]
    return sorted(found, key=lambda one: one["at"], reverse=True)[:_VISITS_SHOWN]


def _events(by: Actor, household: Household) -> list[dict[str, Any]]:
    if not by.may(P.EVENT_READ, at=household.village):
        return []
    # By subject, not by place: a household that moved here brings its history along.
    last = Event.objects.filter(subject=f"household:{household.household_id}").order_by("-id")[:EVENTS]
    return [{"at": e.day, "text": e.said, "why": e.why, "by": e.by_shown} for e in last]
