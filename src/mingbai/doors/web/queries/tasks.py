"""What a person has to do: asked anew each time, nothing stored. Each kind of task is one bounded query."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse

from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.base.places import queries as places
from mingbai.base.staff.queries import within, within_unindexed
from mingbai.facts.registry.models import Difference, Household
from mingbai.findings.issues.models import Issue
from mingbai.findings.issues.queries.issues import inside
from mingbai.findings.issues.queries.issues import visible as issues_of
from mingbai.findings.screening.models import Clue
from mingbai.findings.screening.queries.clues import OPEN
from mingbai.findings.screening.queries.clues import visible as clues_of
from mingbai.findings.screening.wording import question_of, title_of

MOST = 50
"""So many tasks of one kind are read, and so many altogether are shown."""


@dataclass(frozen=True)
class Task:
    """One thing to do. `due` None: no clock runs. `kind` is a key of views.home.KINDS; `head` comes at the end."""

    kind: str
    title: str
    url: str
    due: date | None = None
    village: str = ""
    household_id: str = ""
    note: str = ""
    head: str = ""
    place: str = ""


@dataclass(frozen=True)
class Asking:
    """Whose tasks, on which day, in which language."""

    by: Actor
    day: date
    english: bool = False


Reader = Callable[[Asking], Iterable[Task]]


@lru_cache(maxsize=4096)
def link(name: str, *args: object) -> str:
    """The address of a page; '' where this site has no such page. The same for everybody."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _clue(kind: str, clue: Clue, asking: Asking) -> Task:
    note = question_of(clue.rule, clue.question, asking.english) or clue.said
    return Task(
        kind, title_of(clue, asking.english), link("screening:clue", clue.pk), clue.due_on, clue.village,
        clue.household_id, note,
    )  # fmt: skip


def _issue(kind: str, issue: Issue) -> Task:
    # What did not hold says why; what waits for a revisit says what was answered.
    note = issue.answer if issue.status == "answered" else issue.revisit or issue.plan
    return Task(
        kind, issue.title, link("issues:issue", issue.pk), issue.due_on, issue.village, issue.household_id, note[:120]
    )


def _by_due(found: QuerySet[Issue]) -> QuerySet[Issue]:
    return found.order_by("due_on", "id")[: MOST + 1]


def clues_to_visit(asking: Asking) -> Iterable[Task]:
    """Clues given to this person, or to whoever works in the village; letters stand by themselves."""
    mine = Q(assigned_to=asking.by.name) | Q(assigned_to="")
    verifies = within(asking.by, P.CLUE_VERIFY, "village")
    found = clues_of(asking.by).filter(verifies, mine, status="assigned").exclude(channel="letter")
    return [_clue("visit", clue, asking) for clue in found.order_by("due_on", "-rank", "id")[: MOST + 1]]


def letters(asking: Asking) -> Iterable[Task]:
    found = clues_of(asking.by).filter(status__in=OPEN, channel="letter").order_by("due_on", "id")
    return [_clue("letter", clue, asking) for clue in found[: MOST + 1]]


def clues_to_assign(asking: Asking) -> Iterable[Task]:
    """By rank, which an index keeps: what is most likely true is given out first."""
    found = clues_of(asking.by).filter(within(asking.by, P.CLUE_ASSIGN, "village"), status="new")
    return [_clue("assign_clue", clue, asking) for clue in found.order_by("-rank", "-id")[: MOST + 1]]


def overdue_clues(asking: Asking) -> Iterable[Task]:
    found = clues_of(asking.by).filter(status="assigned", due_on__lt=asking.day).order_by("due_on", "id")
    return [_clue("late_clue", clue, asking) for clue in found[: MOST + 1]]


def issues_to_mend(asking: Asking) -> Iterable[Task]:
    """In this person's hands, or at their level and in nobody's. Two queries, for an OR would find no index."""
    levels = [role for role in asking.by.roles if role in Issue.LEVELS]
    open_ones = issues_of(asking.by).filter(closed_on=None, status__in=["found", "fed_back", "mending"])
    # What lies with a bureau is the bureau's own; a post in a village beside it does not change that.
    theirs = Q(level="bureau") & ~Q(bureau=asking.by.bureau)
    mine = _by_due(open_ones.filter(holder=asking.by.name))
    free = _by_due(open_ones.filter(holder="", level__in=levels).exclude(theirs))
    return [_issue("mend", issue) for issue in [*mine, *free]]


def issues_to_assign(asking: Asking) -> Iterable[Task]:
    found = issues_of(asking.by).filter(
        inside(asking.by, P.ISSUE_ASSIGN), closed_on=None, status="found", holder="",
        level__in=["village", *(role for role in asking.by.roles if role in Issue.LEVELS)],
    )  # fmt: skip
    return [_issue("assign_issue", issue) for issue in _by_due(found)]


def overdue_issues(asking: Asking) -> Iterable[Task]:
    """Overdue below this person's level, or where the night raises no more."""
    levels = {"township": ["village"], "county": ["county", "bureau"]}
    wanted = [level for role in asking.by.roles for level in levels.get(role, [])]
    found = issues_of(asking.by).filter(closed_on=None, due_on__lt=asking.day, level__in=wanted)
    return [_issue("late_issue", issue) for issue in _by_due(found)]


def revisits(asking: Asking) -> Iterable[Task]:
    """Answered by somebody else and not looked at yet."""
    found = issues_of(asking.by).filter(inside(asking.by, P.ISSUE_REVISIT), status="answered")
    return [
        _issue("revisit", issue) for issue in _by_due(found.filter(revisited_by="").exclude(answered_by=asking.by.name))
    ]


def closings(asking: Asking) -> Iterable[Task]:
    """Found mended by a revisit; only the closing is left."""
    found = issues_of(asking.by).filter(inside(asking.by, P.ISSUE_CLOSE), status="answered")
    return [
        _issue("close", issue) for issue in _by_due(found.exclude(revisited_by="").exclude(answered_by=asking.by.name))
    ]


def differences(asking: Asking) -> Iterable[Task]:
    """Where the national roster says otherwise than was decided here."""
    # Few are open; from the places' side a database would ask for every household of the county.
    within_area = within_unindexed(asking.by, P.HOUSEHOLD_READ, "household__village")
    found = Difference.objects.filter(within_area, settled="").select_related("household").order_by("id")
    url = link("registry:differences")
    return [
        Task("difference", f"{one.ours or '—'} → {one.theirs or '—'}", url, None, one.household.village,
             one.household.household_id)
        for one in found[: MOST + 1]
    ]  # fmt: skip


def named(tasks: Sequence[Task]) -> list[Task]:
    """The tasks with the heads of their households and the names of their places: two queries for all."""
    codes = {task.household_id for task in tasks if task.household_id}
    heads: Mapping[str, str] = dict(
        Household.objects.filter(household_id__in=codes).values_list("household_id", "head_name")
    )
    known = places.names(task.village for task in tasks)
    return [
        replace(
            task, head=heads.get(task.household_id, ""),
            place=places.path(task.village, known) if task.village else "",
        )
        for task in tasks
    ]  # fmt: skip


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """What is due first, first; what has no clock, last and in its order."""
    return sorted(tasks, key=lambda task: task.due or date.max)


def soon(day: date, days: int) -> date:
    return day + timedelta(days)


FIELD: Mapping[str, Reader] = MappingProxyType(
    {
        "visit": clues_to_visit, "letter": letters, "mend": issues_to_mend, "assign_clue": clues_to_assign,
        "assign_issue": issues_to_assign, "late_clue": overdue_clues, "late_issue": overdue_issues, "revisit": revisits,
        "close": closings, "difference": differences,
    }
)  # fmt: skip
