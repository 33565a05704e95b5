"""Which clues somebody sees, in which order; and what stands beside a clue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.queries import in_place, within, within_unindexed
from mingbai.base.standards import standards
from mingbai.base.standards.queries import own_numbers
from mingbai.base.standards.standards import Standard
from mingbai.findings.screening.models import Clue, Consent

PAGE = 50
MANY = 1000
"""A count stops here: '1000+' is as good for a desk, and a big table is never counted."""
OPEN = ("new", "assigned")
DECIDED = ("confirmed", "dismissed")


@dataclass(frozen=True)
class Wanted:
    """The filters of a desk; '' leaves a filter out, a value that names nothing finds nothing."""

    status: str = "open"
    """open, all, or one of Clue.STATUS."""
    group: str = ""
    rule: str = ""
    place: str = ""
    """A township's or a village's code."""
    household_class: str = ""
    channel: str = ""
    late: bool = False
    mine: bool = False


class Page(NamedTuple):
    """A page of a list, and the marks of the pages beside it ('' where there is none)."""

    clues: list[Clue]
    after: str
    before: str


def visible(by: Actor) -> QuerySet[Clue]:
    """Every clue in the areas where `by` reads clues."""
    areas = by.areas(Permission.CLUE_READ)
    if settings.COUNTY and len(areas) == 1 and settings.COUNTY.startswith(areas[0]):
        # Nearly every clue lies there: a list goes along the index of its order instead of being sorted as a whole.
        return Clue.objects.filter(within_unindexed(by, Permission.CLUE_READ, "village"))
    return Clue.objects.filter(within(by, Permission.CLUE_READ, "village"))


def of_households(by: Actor, codes: Iterable[str]) -> QuerySet[Clue]:
    """The clues that `by` sees of some households."""
    return Clue.objects.filter(within_unindexed(by, Permission.CLUE_READ, "village"), household_id__in=list(codes))


def filtered(by: Actor, wanted: Wanted, day: date) -> QuerySet[Clue]:
    """The clues that `by` sees and the filters leave, in no order."""
    found = visible(by)
    if wanted.status == "open" or (wanted.late and wanted.status == "all"):
        found = found.filter(status__in=OPEN)
    elif wanted.status != "all":
        found = found.filter(status=wanted.status)
    if wanted.late or wanted.status in ("open", *OPEN):
        # Says nothing new, but an index holds only these: a year's decided clues are not passed on the way.
        found = found.filter(decided_on=None)
    if wanted.late:
        found = found.filter(due_on__lt=day)
    if wanted.place:
        found = found.filter(in_place(wanted.place, "village"))
    if wanted.mine:
        found = found.filter(assigned_to=by.name)
    same = {"group": wanted.group, "rule": wanted.rule, "household_class": wanted.household_class,
            "channel": wanted.channel}  # fmt: skip
    return found.filter(**{field: value for field, value in same.items() if value})


SORTS = {"rank": "rank", "due": "due_on"}
"""What a list can be sorted by; with a dash in front, downwards."""


def paged(found: QuerySet[Clue], *, sort: str = "-rank", after: str = "", before: str = "", size: int = PAGE) -> Page:
    """One page by the mark of the last clue seen (``value-id``); where mark or sort is none, the first by rank."""
    down = sort.startswith("-")
    field = SORTS.get(sort.removeprefix("-"))
    if field is None:
        field, down = "rank", True
    back = _mark(before, field)
    mark = back or _mark(after, field)
    falling = down != bool(back)
    if mark:
        value, pk = mark
        way = "lt" if falling else "gt"
        # The first bound lets an index be used where the second alone would not.
        found = found.filter(**{f"{field}__{way}e": value}).filter(
            Q(**{f"{field}__{way}": value}) | Q(**{f"pk__{way}": pk})
        )
    sign = "-" if falling else ""
    rows = list(found.order_by(f"{sign}{field}", f"{sign}pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    onward, backward = (True, more) if back else (more, bool(mark))
    return Page(
        rows, _marked(rows[-1], field) if onward and rows else "", _marked(rows[0], field) if backward and rows else ""
    )


def how_many(found: QuerySet[Clue]) -> int:
    """At most MANY + 1, which says 'more'."""
    return found.order_by()[: MANY + 1].count()


class Village(NamedTuple):
    """A village's share of a list."""

    code: str
    clues: int
    not_given: int
    late: int
    rank: int


def by_village(found: QuerySet[Clue], day: date) -> list[Village]:
    """The list by village, the most urgent clue's village first. One grouped query over what the filters leave."""
    rows = (
        found.order_by()
        .values("village")
        .annotate(
            clues=Count("pk"), not_given=Count("pk", filter=Q(status="new")),
            late=Count("pk", filter=Q(status__in=OPEN, due_on__lt=day)), top=Max("rank"),
        )
        .order_by("-top", "village")
    )  # fmt: skip
    return [Village(r["village"], r["clues"], r["not_given"], r["late"], r["top"]) for r in rows]


class Counted(NamedTuple):
    """What became of a rule's clues."""

    raised: int
    confirmed: int
    dismissed: int
    still_open: int


def counts_by_rule(by: Actor) -> dict[str, Counted]:
    """Per rule (or channel of people's reports), in the areas where `by` reads figures. One grouped query."""
    return _counted(Clue.objects.filter(within(by, Permission.FIGURE_READ, "village")))


def counts_of_rule(by: Actor, rule: str) -> Counted:
    """`counts_by_rule` for one of them."""
    mine = Clue.objects.filter(within(by, Permission.FIGURE_READ, "village"), rule=rule)
    return _counted(mine).get(rule, Counted(0, 0, 0, 0))


def verified_counts(place: str) -> dict[str, tuple[int, int]]:
    """Rule → how many of its clues at a place were (confirmed, dismissed) so far: what `ranking.rank_of` asks for."""
    found = _counted(Clue.objects.filter(in_place(place, "village"), status__in=DECIDED))
    return {rule: (one.confirmed, one.dismissed) for rule, one in found.items()}


def _counted(clues: QuerySet[Clue]) -> dict[str, Counted]:
    found: dict[str, dict[str, int]] = {}
    for rule, status, n in clues.order_by().values_list("rule", "status").annotate(n=Count("pk")):
        found.setdefault(rule, {})[status] = n
    return {
        rule: Counted(
            sum(n.values()) - n.get("retracted", 0), n.get("confirmed", 0), n.get("dismissed", 0),
            sum(n.get(status, 0) for status in OPEN),
        )
        for rule, n in found.items()
    }  # fmt: skip


def numbers_at(day: date, place: str) -> Mapping[str, Standard]:
    """The numbers in force on a day at a place, the county's own included. One query."""
    return standards.at(day, place, own=own_numbers(place))


class Evidence(NamedTuple):
    """What bureaus' tables raised about the household of a report, or that it waits for the household's leave."""

    waits: bool
    consent: Consent | None
    clues: list[Clue]


def bureau_evidence(by: Actor, clue: Clue, day: date) -> Evidence:
    """The household's clues from screening, to be laid beside a self-report: only while its consent holds.

    Other reports need none (see docs/decisions/0010-consent.md). Without a household there is nothing to lay beside.
    """
    consent = consent_in_force(by, clue.household_id, day) if clue.household_id else None
    if clue.channel == "self_report" and consent is None:
        return Evidence(True, None, [])
    if not clue.household_id:
        return Evidence(False, None, [])
    return Evidence(False, consent, list(_of_household(by, clue).filter(channel="screening")[:PAGE]))


def beside(by: Actor, clue: Clue, *, reports_only: bool = False) -> list[Clue]:
    """The other clues of the same household, the newest first."""
    if not clue.household_id:
        return []
    found = _of_household(by, clue)
    return list((found.exclude(channel="screening") if reports_only else found)[:PAGE])


def consents(by: Actor, household_id: str) -> QuerySet[Consent]:
    """A household's consents, the newest first."""
    mine = Consent.objects.filter(within(by, Permission.CLUE_READ, "village"), household_id=household_id)
    return mine.order_by("-signed_on", "-pk")


def consent_in_force(by: Actor, household_id: str, day: date) -> Consent | None:
    """The newest consent that holds on a day."""
    holds = Q(signed_on__lte=day) & (Q(until=None) | Q(until__gte=day))
    return consents(by, household_id).filter(holds & (Q(withdrawn_on=None) | Q(withdrawn_on__gt=day))).first()


def _of_household(by: Actor, clue: Clue) -> QuerySet[Clue]:
    return of_households(by, [clue.household_id]).exclude(pk=clue.pk).order_by("-pk")


def _mark(text: str, field: str) -> tuple[int | date, int] | None:
    value, _, pk = text.partition("-")
    # Beyond nine and eighteen digits no database takes it.
    if not (_whole(value, 9) and _whole(pk, 18)):
        return None
    if field == "rank":
        return int(value), int(pk)
    return (date.fromordinal(int(value)), int(pk)) if 0 < int(value) <= date.max.toordinal() else None


def _whole(text: str, digits: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= digits


def _marked(clue: Clue, field: str) -> str:
    return f"{clue.rank if field == 'rank' else clue.due_on.toordinal()}-{clue.pk}"
