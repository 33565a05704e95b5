"""The list of problems as an Excel file. Who took which list along is on record."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.queries import names
from mingbai.findings.issues.models import Issue
from mingbai.findings.issues.queries.issues import at_most, with_heads
from mingbai.findings.issues.sheet import Line, write

MOST = 20_000
"""More rows than this nobody reads; the list asks to filter first."""


def export(*, by: Actor, found: QuerySet[Issue], filters: str, day: date) -> bytes:
    """问题清单.xlsx of the problems found (by `queries.issues.filtered`). Refused where there are none, or more than MOST.

    For whoever reads the list of an area; a bureau answers its problems on their pages.
    """
    by.must(Permission.ISSUE_READ)
    rows = at_most(found, MOST)
    if rows > MOST or not rows:
        raise Refused(
            f"符合条件的问题超过 {MOST} 个，请先筛选，再分次导出。"
            if rows
            else "没有符合条件的问题，没有可导出的内容。"
        )
    content = write(_lines(found, day), day, invented=settings.DEMO)
    area = by.areas(Permission.ISSUE_READ)[0]
    with transaction.atomic():
        record(
            by=by, day=day, verb="issues.exported", subject=f"place:{area}", place=area,
            said=f"导出问题清单 {rows} 条。", changed={"rows": rows, "filters": filters[:300]},
        )  # fmt: skip
    return content


def _lines(found: QuerySet[Issue], day: date) -> Iterator[Line]:
    known = names(found.order_by().values_list("village", flat=True).distinct())
    for issue in with_heads(found).order_by("due_on", "id").iterator(chunk_size=500):
        over = (day - issue.due_on).days if issue.closed_on is None else 0
        yield Line(
            issue.pk, known.get(issue.village[:9], ""), known.get(issue.village, issue.village), issue.household_id,
            issue.head_name or "", issue.title, issue.detail, issue.found_on,
            issue.bureau or Issue.LEVELS[issue.level], issue.holder_shown, Issue.STATUS[issue.status], issue.due_on,
            max(over, 0), issue.plan, issue.answer, issue.revisit, issue.closed_on,
        )  # fmt: skip
