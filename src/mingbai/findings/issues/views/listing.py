"""The problem list: narrowed, paged, exported, and given to people in one go."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from mingbai.base.lib.errors import Forbidden
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places import queries as places
from mingbai.base.places.models import Place
from mingbai.base.staff.models import Official
from mingbai.base.staff.queries import within
from mingbai.findings.issues.actions.assigning import assign_many
from mingbai.findings.issues.actions.exporting import export
from mingbai.findings.issues.forms import BUREAUS, LEVELS, STATUS
from mingbai.findings.issues.queries.issues import Filters, figures, filtered, page
from mingbai.findings.issues.queries.people import in_area
from mingbai.findings.screening.forms import clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def issue_list(request: HttpRequest) -> HttpResponse:
    """One page of the list, the most urgent first."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    _must_read(by)
    filters = _filters(request)
    day = request.day  # type: ignore[attr-defined]
    found = page(by, filters, day, request.GET.get("after", ""), request.GET.get("before", ""))
    known = places.names(issue.village for issue in found.rows)
    area = filters.place or next(iter(by.areas(Permission.ISSUE_ASSIGN)), "")
    gives = bool(area) and by.may(Permission.ISSUE_ASSIGN, at=area)
    return render(
        request, "issues/list.html",
        {
            "rows": [_row(issue, known, request) for issue in found.rows], "page": found, "filters": filters,
            "figures": figures(by, filters, day),
            "status_choices": STATUS, "level_choices": LEVELS, "bureaus": BUREAUS, "places": _places(by),
            "people": in_area(area, day) if gives else [], "levels": LEVELS,
            "reads_area": by.may(Permission.ISSUE_READ),
            "opens": by.may(Permission.ISSUE_RAISE) or by.may(Permission.ISSUE_REVISIT),
        },
    )  # fmt: skip


@login_required
@require_POST
def export_list(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed on the page, as Excel."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    day = request.day  # type: ignore[attr-defined]
    content = export(by=by, found=filtered(by, _filters(request), day), filters=request.GET.urlencode(), day=day)
    name = f"attachment; filename*=UTF-8''%E9%97%AE%E9%A2%98%E6%B8%85%E5%8D%95-{day.isoformat()}.xlsx"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": name})


@login_required
@require_POST
def assign_picked(request: HttpRequest) -> HttpResponse:
    """Gives the picked problems to one person."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    picked = [int(text) for text in request.POST.getlist("pick") if text.isdecimal() and len(text) < 19]
    by.must(Permission.ISSUE_ASSIGN)
    holder = get_object_or_404(Official, username=request.POST.get("whom", "").replace("\x00", ""))
    given = assign_many(by=by, ids=picked, holder=holder, day=request.day)  # type: ignore[attr-defined]
    said = ngettext("%(n)d 个问题交给了%(name)s。", "%(n)d 个问题交给了%(name)s。", given) % {
        "n": given,
        "name": holder.name,
    }
    messages.success(request, said)
    query = request.GET.urlencode()
    return redirect(f"{redirect('issues:list').url}?{query}" if query else "issues:list")


def _must_read(by: Actor) -> None:
    if not by.may(Permission.ISSUE_READ) and not by.bureau:
        raise Forbidden(_("您的岗位不看问题清单。"))


def _filters(request: HttpRequest) -> Filters:
    asked = request.GET
    place = asked.get("place", "")
    if place and not (place.isdecimal() and place.isascii()):
        raise Http404
    return Filters(
        asked.get("status", ""), asked.get("level", ""), place, asked.get("bureau", "").replace("\x00", "?"),
        asked.get("overdue") == "1", asked.get("mine") == "1",
    )  # fmt: skip


def _places(by: Actor) -> list[tuple[str, str]]:
    """Townships and villages to narrow the list to; a county's villages are reached through their township."""
    areas = by.areas(Permission.ISSUE_READ)
    if not areas:
        return []
    deepest = 9 if min(map(len, areas)) < 9 else 12
    found = Place.objects.filter(within(by, Permission.ISSUE_READ, "code"), until=None).order_by("code")
    return [(p.code, p.short) for p in found.filter(code__regex=rf"^[0-9]{{{deepest}}}$")[:500]]


def _row(issue: Any, known: dict[str, str], request: HttpRequest) -> dict[str, Any]:
    days = (issue.due_on - request.day).days if issue.closed_on is None else None  # type: ignore[attr-defined]
    return {
        "issue": issue, "status": STATUS[issue.status], "level": issue.bureau or LEVELS[issue.level],
        "place": places.path(issue.village, known), "days": days, "clock": clock(days),
    }  # fmt: skip
