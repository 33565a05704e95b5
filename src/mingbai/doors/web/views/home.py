"""My tasks: what there is to do today, the most urgent first."""

from collections import Counter
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.doors.web.queries.tasks import MOST, Asking, Task, in_order, link, named
from mingbai.doors.web.queries.tasks_of_desks import tasks_of
from mingbai.findings.screening.forms import clock

KINDS = {
    "visit": (gettext_lazy("入户核实"), "screening:desk", "?status=assigned"),
    "letter": (gettext_lazy("答复来信"), "screening:desk", "?channel=letter"),
    "mend": (gettext_lazy("办理问题"), "issues:list", ""),
    "assign_clue": (gettext_lazy("分派线索"), "screening:desk", "?status=new"),
    "assign_issue": (gettext_lazy("分派问题"), "issues:list", "?status=found"),
    "late_clue": (gettext_lazy("线索逾期"), "screening:desk", "?late=1"),
    "late_issue": (gettext_lazy("问题逾期"), "issues:list", "?overdue=1"),
    "revisit": (gettext_lazy("回访"), "issues:list", "?status=answered"),
    "close": (gettext_lazy("销号"), "issues:list", "?status=answered"),
    "difference": (gettext_lazy("名册不一致"), "registry:differences", ""),
    "account_disputed": (gettext_lazy("户里对账有异议"), "", ""),
    "account_shown": (gettext_lazy("等户里答复"), "", ""),
    "account_draft": (gettext_lazy("给户里看账"), "", ""),
    "unmet": (gettext_lazy("未保障、还没列问题"), "", ""),
    "late_table": (gettext_lazy("部门数据没到"), "bureaus:calendar", ""),
    "send_table": (gettext_lazy("交数据"), "bureaus:calendar", ""),
    "screen": (gettext_lazy("该筛查了"), "screening:screenings", ""),
    "screened": (gettext_lazy("筛查"), "screening:screenings", ""),
    "screen_failed": (gettext_lazy("筛查没有成功"), "screening:screenings", ""),
    "post_ends": (gettext_lazy("岗位快到期"), "staff:people", ""),
    "no_second": (gettext_lazy("没开两步验证"), "staff:people", ""),
}
"""Kind of task → its words, and the page where all of that kind are."""


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The tasks of whoever is signed in; `?kind=` narrows them to one kind."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    day = request.day  # type: ignore[attr-defined]
    every = in_order(tasks_of(Asking(by, day, get_language() == "en")))
    counts = Counter(task.kind for task in every)
    kind = request.GET.get("kind", "")
    chosen = [task for task in every if task.kind == kind] if kind else every
    shown = named(chosen[:MOST])
    late = sum(1 for task in every if task.due and task.due < day)
    return render(
        request, "web/home.html",
        {
            "rows": [_row(task, day) for task in shown], "kind": kind, "more": len(chosen) > MOST,
            "more_url": _all(kind) if kind in KINDS else "", "all": len(every), "late": late,
            "homes": by.may(Permission.HOUSEHOLD_READ),
            "today": sum(1 for task in every if task.due == day),
            "kinds": [(key, KINDS[key][0], n, n > MOST) for key, n in _ordered(counts)],
        },
    )  # fmt: skip


def _ordered(counts: "Counter[str]") -> list[tuple[str, int]]:
    return [(kind, counts[kind]) for kind in KINDS if counts[kind]]


def _all(kind: str) -> str:
    _label, name, query = KINDS[kind]
    url = link(name) if name else ""
    return f"{url}{query}" if url else ""


def _row(task: Task, day: date) -> dict[str, Any]:
    days = (task.due - day).days if task.due else None
    return {"task": task, "label": KINDS[task.kind][0], "title": _title(task), "days": days, "clock": clock(days)}


def _title(task: Task) -> str:
    """What to do, in words; most tasks bring their own."""
    match task.kind:
        case "account_draft" | "account_shown" | "account_disputed":
            return _("%(year)s 年的收支账") % {"year": task.title}
        case "screen" if task.title:
            return _("上次筛查是 %(day)s") % {"day": task.title}
        case "screen":
            return _("还没有筛查过")
        case "screened" | "screen_failed":
            return _("%(day)s 的筛查") % {"day": task.title}
        case "difference":
            return _("与全国系统不一致：%(change)s") % {"change": task.title}
    return task.title
