"""Writing what a run found: new clues, clues found again, clues that the data have cleared. All in one transaction."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.utils import timezone

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.queries import in_place
from mingbai.findings.screening import clocks
from mingbai.findings.screening.clues import Raised
from mingbai.findings.screening.from_deliveries import Ran, as_stored, key_of, say
from mingbai.findings.screening.models import Clue, Screening
from mingbai.findings.screening.ranking import rank_of
from mingbai.findings.screening.rule import rules

OPEN = ("new", "assigned")
_SEEN = (
    "household_id", "village", "household_class", "evidence", "said", "question", "rank", "last_seen", "version",
)  # fmt: skip
_AFRESH = (*_SEEN, "status", "screening", "found_on", "due_on", "assigned_to", "assigned_on", "cleared_in")
_AT_ONCE = 5000
_T = TypeVar("_T")
Key = tuple[str, str, str]


@dataclass
class _Sorted:
    """What a run found, by what has to be written."""

    new: list[Clue] = field(default_factory=list)
    again: list[Clue] = field(default_factory=list)
    """Cleared or retracted before, raised again."""
    changed: list[Clue] = field(default_factory=list)
    """Open, with other evidence or another rank."""
    same: list[int] = field(default_factory=list)
    closed: int = 0
    """Verified before: they stay as people decided."""
    gone: list[int] = field(default_factory=list)
    """Open, and not raised although their rule ran."""


def store(*, by: Actor, screening: Screening, ran: Ran, classes: Mapping[str, str]) -> None:
    """Ends a running screening with all that it found.

    `classes` is 户类型 by household. Refused, with nothing written, where the run was taken over meanwhile.
    """
    by.must(Permission.SCREENING_RUN, at=screening.place)
    with transaction.atomic():
        now = timezone.now()
        running = Screening.objects.filter(pk=screening.pk, status="running")
        # First of all, so that on PostgreSQL nobody takes the run over while its clues are written.
        if running.update(status="done", ended_at=now, beat_at=now, step="", percent=100) != 1:
            raise Refused("这次筛查已经被当作中断处理，结果没有写入。")
        found = _sort(screening, ran, classes)
        _write(screening, found)
        counts = _counts(found, ran)
        Screening.objects.filter(pk=screening.pk).update(report=dict(ran.run.report) | {"stored": counts})
        screening.deliveries.set(list(_deliveries(ran)))
        record(
            by=by, day=screening.day, verb="screening.done", subject=f"screening:{screening.pk}",
            place=screening.place, said=_said(counts, ran),
            changed=counts | {"deliveries": ran.run.report["deliveries"]},
        )  # fmt: skip


def _sort(screening: Screening, ran: Ran, classes: Mapping[str, str]) -> _Sorted:
    checked = [rule.code for rule in ran.able]
    before = _existing(screening.place, checked)
    ranks = _ranks(screening.place)
    due = clocks.due_on(screening.day, "screening", ran.standards)
    found = _Sorted()
    for one in ran.run.raised:
        key = key_of(one)
        old = before.pop(key, None)
        clue = _clue(one, key, screening, classes, ranks)
        if old is None:
            clue.status, clue.found_on, clue.due_on, clue.screening = "new", screening.day, due, screening
            found.new.append(clue)
        elif old["status"] in OPEN:
            _meet(found, clue, old)
        elif old["status"] in ("cleared", "retracted"):
            clue.status, clue.found_on, clue.due_on, clue.screening = "new", screening.day, due, screening
            clue.version = old["version"] + 1
            found.again.append(clue)
        else:
            found.closed += 1
    found.gone = [old["pk"] for old in before.values() if old["status"] in OPEN]
    return found


def _meet(found: _Sorted, clue: Clue, old: dict[str, Any]) -> None:
    """An open clue found again. Whoever is about to decide it must be told when its evidence is another."""
    clue.version = old["version"] + (old["evidence"] != clue.evidence)
    if all(old[name] == getattr(clue, name) for name in _SEEN if name != "last_seen"):
        found.same.append(old["pk"])
        return
    # Written by one statement with those inserted, which must be whole rows.
    clue.status, clue.found_on, clue.due_on = old["status"], old["found_on"], old["due_on"]
    found.changed.append(clue)


def _clue(
    one: Raised, key: Key, screening: Screening, classes: Mapping[str, str], ranks: Mapping[str, tuple[int, int]]
) -> Clue:
    rule, subject, clue_key = key
    group = rules()[rule].head["group"]
    household_class = classes.get(one.clue.household_id, "")
    return Clue(
        rule=rule, subject_kind=one.clue.subject_kind, subject_id=subject, clue_key=clue_key,
        household_id=one.clue.household_id, village=one.clue.village, group=group, evidence=as_stored(one.evidence),
        said=say(one), question=one.clue.question, household_class=household_class,
        rank=rank_of(group, household_class, *ranks.get(rule, (0, 0))), last_seen=screening,
    )  # fmt: skip


def _existing(place: str, checked: Sequence[str]) -> dict[Key, dict[str, Any]]:
    """Clues of the rules that ran, by key; of the open ones all that a run can change, locked until the end."""
    mine = Clue.objects.filter(in_place(place, "village"), channel="screening", rule__in=checked)
    key = ("rule", "subject_id", "clue_key")
    fields = ("pk", *key, "status", "found_on", "due_on", *(name for name in _SEEN if name != "last_seen"))
    found = {}
    for row in mine.filter(status__in=OPEN).select_for_update().values(*fields).iterator(_AT_ONCE):
        found[row["rule"], row["subject_id"], row["clue_key"]] = row
    closed = mine.exclude(status__in=OPEN).values("pk", *key, "status", "version")
    for row in closed.iterator(_AT_ONCE):
        found[row["rule"], row["subject_id"], row["clue_key"]] = row
    return found


def _ranks(place: str) -> dict[str, tuple[int, int]]:
    """How often each rule was confirmed and dismissed in this county so far."""
    decided = Clue.objects.filter(
        in_place(place, "village"), channel="screening", status__in=["confirmed", "dismissed"]
    )
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for rule, status, count in decided.values_list("rule", "status").annotate(Count("pk")).order_by():
        counted[rule][status] = count
    return {rule: (one["confirmed"], one["dismissed"]) for rule, one in counted.items()}


def _write(screening: Screening, found: _Sorted) -> None:
    Clue.objects.bulk_create(found.new, batch_size=_AT_ONCE)
    for clues, fields in ((found.changed, _SEEN), (found.again, _AFRESH)):
        Clue.objects.bulk_create(
            clues, batch_size=_AT_ONCE, update_conflicts=True, update_fields=fields,
            unique_fields=["rule", "subject_id", "clue_key"],
        )  # fmt: skip
    for part in _parts(found.same):
        Clue.objects.filter(pk__in=part).update(last_seen=screening)
    for part in _parts(found.gone):
        _open(part).update(status="cleared", cleared_in=screening, version=F("version") + 1)


def _open(numbers: Sequence[int]) -> QuerySet[Clue]:
    return Clue.objects.filter(pk__in=numbers, status__in=OPEN)


def _parts(numbers: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]


def _counts(found: _Sorted, ran: Ran) -> dict[str, Any]:
    return {
        "new": len(found.new),
        "again": len(found.again),
        "still": len(found.same) + len(found.changed),
        "decided": found.closed,
        "cleared": len(found.gone),
        "rules_run": len(ran.able),
        "new_by_rule": dict(sorted(Counter(clue.rule for clue in (*found.new, *found.again)).items())),
    }


def _said(counts: Mapping[str, Any], ran: Ran) -> str:
    parts = [f"新线索 {counts['new'] + counts['again']:,} 条", f"以前发现、仍未核实的 {counts['still']:,} 条"]
    parts += [f"数据已消除 {counts['cleared']:,} 条"] if counts["cleared"] else []
    left = f"，{len(ran.run.unchecked)} 条规则没有核对" if ran.run.unchecked else ""
    return f"筛查完成：核对了 {counts['rules_run']} 条规则{left}；{'，'.join(parts)}。"


def _deliveries(ran: Ran) -> Iterable[int]:
    numbers: Any = ran.run.report["deliveries"]
    return [int(number) for number in numbers.values()]
