"""What came from whom: the newest of each table, and what a person may see of the list."""

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.models import Place
from mingbai.base.staff.queries import within
from mingbai.facts.bureaus.calendar import Cell, Rhythm, first_days, late, month, months_back, row
from mingbai.facts.bureaus.models import Delivery, Expected
from mingbai.facts.bureaus.tables import BY_NAME, TABLES, Table

OWN = ("household", "member", "income_line")
"""Tables that the site exports itself before a screening."""


def newest(table: str, place: str, until: date | None = None) -> Delivery | None:
    """The delivery of a table (its English name) that counts now: of the latest month the last one received.

    Args:
        until: leaves out deliveries for a later month, and those received after that day.
    """
    found = Delivery.objects.filter(table=table, place=place, status="received")
    if until is not None:
        found = found.filter(period__lte=until, day__lte=until)
    return found.order_by("-period", "-id").first()


def twin_path(delivery: Delivery) -> Path:
    """The Parquet twin: the columns of `Table.typed`, with `Keys.person_key` of it in place of each ID."""
    return Path(settings.DELIVERIES) / f"{delivery.kept_as}.parquet"


def hidden_path(delivery: Delivery) -> Path:
    """The file as it came, encrypted (`Keys.open_bytes`)."""
    return Path(settings.DELIVERIES) / f"{delivery.kept_as}.hidden"


def problems_path(delivery: Delivery) -> Path:
    """Its bad cells, encrypted, as JSON (see `actions.problems_of`)."""
    return Path(settings.DELIVERIES) / f"{delivery.kept_as}.problems"


def tables_of(by: Actor) -> tuple[Table, ...]:
    """The tables that somebody may hand in: a bureau its own; whoever answers for no bureau (the county) any of them,
    but those that come out of our own registry."""
    sent = tuple(t for t in TABLES if t.name not in OWN)
    return tuple(t for t in sent if by.bureau in senders(t)) if by.bureau else sent


def senders(table: Table) -> tuple[str, ...]:
    """The bureaus that may send a table: 死亡注销 comes from 公安 or 民政."""
    return (table.sender, *table.sender.split("、")) if "、" in table.sender else (table.sender,)


def visible(by: Actor) -> QuerySet[Delivery]:
    """Deliveries that somebody may know of: where they may read deliveries, all; where they send, those of their own
    tables."""
    own = within(by, Permission.DELIVERY_SEND, "place") & Q(table__in=[t.name for t in tables_of(by)])
    return Delivery.objects.filter(within(by, Permission.DELIVERY_READ, "place") | own)


def expected(by: Actor) -> QuerySet[Expected]:
    """What is expected now, as far as somebody may know of it."""
    own = within(by, Permission.DELIVERY_SEND, "place") & Q(table__in=[t.name for t in tables_of(by)])
    return Expected.objects.filter(within(by, Permission.DELIVERY_READ, "place") | own, until=None)


def counties(by: Actor, permission: Permission) -> list[Place]:
    """The counties where somebody has a permission, by code."""
    return list(Place.objects.filter(within(by, permission, "code"), code__regex=r"^[0-9]{6}$").order_by("code"))


class Asked(NamedTuple):
    """A line of the calendar: what is expected now, what became of it in each month, and the month that is late."""

    expected: Expected
    table: Table
    cells: list[Cell]
    late: Cell | None


def calendar(by: Actor, place: str, day: date, months: int = 6) -> list[Asked]:
    """The calendar of a county as far as somebody may know of it, in the order of the contract. Two queries."""
    periods = months_back(day, months)
    asked = {one.table: one for one in expected(by).filter(place=place)}
    came: dict[str, list[tuple[date, date]]] = defaultdict(list)
    since = month(day, -24)
    arrived = visible(by).filter(place=place, status="received", period__gte=since)
    for table, period, received in arrived.values_list("table", "period", "day"):
        came[table].append((period, received))
    found = []
    for name, one in asked.items():
        rhythm = Rhythm(one.since, one.every_months, one.by_day, one.until)
        first = first_days(came[name])
        found.append(Asked(one, BY_NAME[name], row(rhythm, periods, first, day), late(rhythm, first, day)))
    order = list(BY_NAME)
    return sorted(found, key=lambda line: order.index(line.expected.table))


def not_expected(by: Actor, place: str) -> list[Table]:
    """Tables that nobody has said anything about, for whoever may settle it."""
    known = set(Expected.objects.filter(place=place, until=None).values_list("table", flat=True))
    return [table for table in tables_of(by) if table.name not in known]
