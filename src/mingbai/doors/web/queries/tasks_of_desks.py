"""Tasks of those who do not work with single households' clues and problems: accounts and guarantees to settle, tables,
screenings, posts; and which kinds are whose."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q

from mingbai.base.lib.permissions import Permission as P
from mingbai.base.staff.models import Official, Post
from mingbai.base.staff.queries import in_force, within
from mingbai.base.staff.roles import TITLES
from mingbai.doors.web.queries.tasks import FIELD, MOST, Asking, Reader, Task, link
from mingbai.facts.assessments.guarantees import ITEMS
from mingbai.facts.assessments.queries import ages_at, unmet_now
from mingbai.facts.bureaus.queries import calendar
from mingbai.facts.income.models import HouseholdAccount
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.models import Screening

POST_ENDS_WITHIN = 30
"""Days before a post ends on which the administrator is told."""
SCREEN_EVERY = 30
"""Days without a screening after which one is due (practice: monthly)."""


def accounts(asking: Asking) -> Iterable[Task]:
    """Accounts to show to the household, to enter its answer for, or to mend after a dispute: the disputed first."""
    found = HouseholdAccount.objects.filter(
        within(asking.by, P.ACCOUNT_ENTER, "village"), status__in=["disputed", "shown", "draft"],
        household__ended_on=None, year__gte=asking.day.year - 1,
    ).select_related("household").order_by("status", "id")[: MOST + 1]  # fmt: skip
    return [
        Task(
            f"account_{one.status}", f"{one.year}", link("web:account", one.household.household_id, one.year), None,
            one.household.village, one.household.household_id,
        )
        for one in found
    ]  # fmt: skip


def unmet(asking: Asking) -> Iterable[Task]:
    """Guarantees that are unmet and for which no problem is on the list."""
    area = next(iter(asking.by.areas(P.GUARANTEE_RECORD)), "")
    listed = Issue.objects.filter(
        household_id=OuterRef("household__household_id"), guarantee=OuterRef("item"), closed_on=None
    )
    found = unmet_now(asking.by, asking.day, ages_at(asking.day, area), P.GUARANTEE_RECORD).filter(~Exists(listed))
    rows = found.filter(household__ended_on=None).select_related("household").order_by("id")[: MOST + 1]
    return [
        Task(
            "unmet", ITEMS[one.item].term_en if asking.english else ITEMS[one.item].term,
            link("web:household", one.household.household_id), None, one.household.village, one.household.household_id,
        )
        for one in rows
    ]  # fmt: skip


def late_tables(asking: Asking) -> Iterable[Task]:
    """Tables that bureaus owe the county."""
    return [task for task in _tables(asking, P.DELIVERY_READ) if task.due and task.due < asking.day]


def tables_to_send(asking: Asking) -> Iterable[Task]:
    """A bureau's own tables, late or due this month."""
    return _tables(asking, P.DELIVERY_SEND)


def _tables(asking: Asking, permission: P) -> list[Task]:
    county = next(iter(asking.by.areas(permission)), "")[:6]
    found = []
    for asked in calendar(asking.by, county, asking.day):
        cell = asked.late or next((cell for cell in asked.cells if cell.state == "due"), None)
        if cell:
            title = asked.table.name if asking.english else asked.table.file
            kind = "late_table" if permission == P.DELIVERY_READ else "send_table"
            url = link("bureaus:calendar") if permission == P.DELIVERY_READ else link("bureaus:send")
            note = f"{asked.table.sender} · {cell.period:%Y-%m}"
            found.append(Task(kind, title, url, cell.due, county, "", note))
    return found


def screenings(asking: Asking) -> Iterable[Task]:
    """The last screening where it failed, goes on or was just done; or that one is due."""
    mine = Screening.objects.filter(within(asking.by, P.SCREENING_RUN, "place")).exclude(status="withdrawn")
    last = mine.order_by("-id").first()
    county = next(iter(asking.by.areas(P.SCREENING_RUN)), "")
    if last is None:
        return [Task("screen", "", link("screening:screenings"), asking.day, county)]
    if last.status == "done" and last.day + timedelta(SCREEN_EVERY) <= asking.day:
        return [Task("screen", f"{last.day}", link("screening:screenings"), last.day + timedelta(SCREEN_EVERY), county)]
    if last.status != "done" or last.day + timedelta(2) >= asking.day:
        kind = "screen_failed" if last.status == "failed" else "screened"
        return [Task(kind, f"{last.day}", link("screening:screening", last.pk), None, county)]
    return []


def ending_posts(asking: Asking) -> Iterable[Task]:
    """Posts that end soon: who comes after, and who takes the open work?"""
    until: date = asking.day + timedelta(POST_ENDS_WITHIN)
    found = Post.objects.filter(
        within(asking.by, P.STAFF_MANAGE, "area"), in_force(asking.day), until__lte=until, official__is_active=True
    )
    return [
        Task("post_ends", post.official.name, link("staff:person", post.official.username) or link("staff:people"),
             post.until, post.area, "", TITLES[post.role])
        for post in found.select_related("official").order_by("until", "id")[: MOST + 1]
    ]  # fmt: skip


def without_second_factor(asking: Asking) -> Iterable[Task]:
    """People who sign in by a password alone."""
    held = Post.objects.filter(within(asking.by, P.STAFF_MANAGE, "area"), in_force(asking.day), official=OuterRef("pk"))
    second = Authenticator.objects.filter(Q(user=OuterRef("pk")), type=Authenticator.Type.TOTP)
    found = Official.objects.filter(Exists(held), ~Exists(second), is_active=True).order_by("id")[: MOST + 1]
    return [
        Task("no_second", one.name, link("staff:person", one.username) or link("staff:people"), None, "", "", one.unit)
        for one in found
    ]  # fmt: skip


_READERS: Mapping[str, Reader] = MappingProxyType(
    dict(FIELD)
    | {
        "account": accounts, "unmet": unmet, "late_table": late_tables, "send_table": tables_to_send,
        "screen": screenings, "post_ends": ending_posts, "no_second": without_second_factor,
    }
)  # fmt: skip
_ONE_RECORD = frozenset(FIELD) - {"difference"}
"""Kinds of which each task leads to one clue or one problem."""
_OF_ROLE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "village": ("visit", "letter", "mend", "account", "unmet"),
        "township": (
            "assign_clue", "assign_issue", "mend", "late_clue", "late_issue", "revisit", "close", "letter",
            "difference",
        ),
        "county": ("late_table", "screen", "mend", "late_issue", "revisit", "close", "difference"),
        "bureau": ("send_table", "mend"),
        "inspector": ("revisit",),
        "admin": ("post_ends", "no_second"),
    }
)  # fmt: skip


def tasks_of(asking: Asking) -> list[Task]:
    """Everything that a person has to do, unsorted and without names; at most MOST + 1 of each kind. A clue or problem
    that is there for two reasons (to give out, and overdue) is there once, for the first of them."""
    readers = dict.fromkeys(reader for role in asking.by.roles for reader in _OF_ROLE.get(role, ()))
    found: list[Task] = []
    seen: set[str] = set()
    for reader in readers:
        tasks = _READERS[reader](asking)
        if reader in _ONE_RECORD:
            tasks = [task for task in tasks if task.url not in seen]
            seen.update(task.url for task in tasks)
        found += tasks
    return found
