"""Screenings: the list, starting one, its progress and outcome, and taking back a run or a delivery."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import Permission
from mingbai.base.places import queries as places
from mingbai.base.staff.middleware import Request
from mingbai.facts.bureaus.models import Delivery
from mingbai.facts.bureaus.queries import counties, visible
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.findings.screening import tasks
from mingbai.findings.screening.actions import running
from mingbai.findings.screening.actions.exporting import export
from mingbai.findings.screening.models import Screening
from mingbai.findings.screening.queries import running as queries

PAGE = 30


@login_required
@require_GET
def screenings(request: Request) -> HttpResponse:
    """The runs, the newest first, and the button that starts one."""
    by = request.actor
    if not by.may(Permission.SCREENING_RUN):
        by.must(Permission.DELIVERY_READ)
    found = queries.visible(by).order_by("-id")
    after = request.GET.get("after", "")
    if after.isascii() and after.isdecimal() and len(after) <= 18:
        found = found.filter(pk__lt=int(after))
    page = list(found.defer("report")[: PAGE + 1])
    mine = counties(by, Permission.SCREENING_RUN)
    context = {
        "rows": page[:PAGE], "after": page[PAGE - 1].pk if len(page) > PAGE else None, "counties": mine,
        "names": places.names(one.place for one in page), "under_way": queries.UNDER_WAY,
        "now": next((one for one in page if one.status in queries.UNDER_WAY), None),
    }  # fmt: skip
    return render(request, "screening/screenings.html", context)


@login_required
@require_POST
def start(request: Request) -> HttpResponse:
    """Starts a screening in the background."""
    begun = running.start(
        by=request.actor, place=request.POST.get("place", ""), day=request.day, enqueue=tasks.later
    )  # fmt: skip
    messages.success(request, _("已经开始，可以离开这一页，做完后回来看。"))
    return redirect("screening:screening", begun.pk)


@login_required
@require_GET
def screening(request: Request, pk: int) -> HttpResponse:
    """One run: how far it is, or what it found."""
    one, english = _seen(request, pk), get_language() == "en"
    report = one.report
    groups = queries.by_group(report, english) if one.status in ("done", "withdrawn") else []
    numbers = report.get("deliveries", {})
    used = Delivery.objects.in_bulk(list(numbers.values()))
    matched = {file["table"]: file for file in report.get("files", {}).values()}
    context = {
        "one": one, "under_way": one.status in queries.UNDER_WAY, "groups": groups, "report": report,
        "stored": report.get("stored", {}), "silent": queries.silent(report, english),
        "unchecked": queries.unchecked(report, english), "chart": _chart(groups),
        "place": places.names([one.place]).get(one.place, one.place),
        "used": [
            (BY_NAME[table], used[number], matched.get(BY_NAME[table].file, {}))
            for table, number in numbers.items()
            if number in used
        ],
        "missing": report.get("tables_missing", []),
        "may_withdraw": one.status == "done" and request.actor.may(Permission.SCREENING_RUN, at=one.place),
        "may_take": one.status == "done" and request.actor.may(Permission.CLUE_READ),
        "url": reverse("screening:screening_progress", args=[pk]),
    }  # fmt: skip
    return render(request, "screening/screening.html", context)


@login_required
@require_GET
def progress(request: Request, pk: int) -> HttpResponse:
    """How far a run is; when it has ended, the page is to be loaded again."""
    one = _seen(request, pk)
    if one.status not in queries.UNDER_WAY:
        return HttpResponse(headers={"HX-Refresh": "true"})
    url = reverse("screening:screening_progress", args=[pk])
    return render(request, "screening/screening_progress.html", {"one": one, "url": url})


@login_required
@require_POST
def take(request: Request, pk: int) -> HttpResponse:
    """The run's clues that wait to be verified, as 线索清单.xlsx."""
    one = _seen(request, pk)
    found = queries.open_of(request.actor, one)
    content = export(by=request.actor, found=found, filters=f"screening={pk}", day=request.day)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f"clues-{one.place}-{one.day.isoformat()}.xlsx"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Takes back a run with its unverified clues."""
    one = _seen(request, pk)
    request.actor.must(Permission.SCREENING_RUN, at=one.place)

    def work(why: str) -> int:
        return running.withdraw_run(by=request.actor, screening=one, why=why, day=request.day)

    back = reverse("screening:screening", args=[pk])
    what = _("%(day)s 的筛查") % {"day": one.day.isoformat()}
    return _withdrawing(request, work, what, queries.touched_by_run(one), back)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw_delivery(request: Request, pk: int) -> HttpResponse:
    """Takes back a delivery with the unverified clues that rest on it."""
    one = get_object_or_404(visible(request.actor), pk=pk)
    request.actor.must(Permission.DELIVERY_WITHDRAW, at=one.place)

    def work(why: str) -> int:
        return running.withdraw_delivery(by=request.actor, delivery=one, why=why, day=request.day)

    back = reverse("bureaus:delivery", args=[pk])
    what = f"{BY_NAME[one.table].file} {one.period:%Y-%m}"
    return _withdrawing(request, work, what, queries.touched_by_delivery(one), back)


def _withdrawing(request: Request, work: Any, what: str, touched: queries.Touched, back: str) -> HttpResponse:
    """The page that says what a withdrawal does and asks why; or does it."""
    context: dict[str, Any] = {"what": what, "touched": touched, "back": back}
    if request.method != "POST":
        return render(request, "screening/screening_withdraw.html", context)
    why = request.POST.get("reason", "").replace("\x00", "")[:500]
    try:
        changed = work(why)
    except Forbidden:
        raise
    except Refused as refusal:
        context |= {"reasons": refusal.reasons, "typed": why}
        return render(request, "screening/screening_withdraw.html", context, status=422)
    messages.success(request, _("已撤回，变动线索 %(n)s 条。") % {"n": changed})
    return redirect(back)


def _seen(request: Request, pk: int) -> Screening:
    return get_object_or_404(queries.visible(request.actor), pk=pk)


def _chart(groups: list[queries.GroupCount]) -> dict[str, Any] | None:
    """The rules that raised most, as a picture."""
    top = sorted((rule for group in groups for rule in group.rules), key=lambda rule: -rule.raised)[:12]
    if not top:
        return None
    return {
        "kind": "bars", "across": True, "title": _("哪些规则发现最多"), "unit": _("条"),
        "text": _("发现最多的是“%(title)s”，%(n)s 条。") % {"title": top[0].title, "n": top[0].raised},
        "columns": [_("规则"), _("线索")], "rows": [[rule.title, rule.raised] for rule in top],
        "urls": [f"{reverse('screening:desk')}?rule={rule.code}" for rule in top],
    }  # fmt: skip
