"""The clue desk: the list, work on many clues at once, and the list as Excel."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places import queries as places
from mingbai.base.staff.middleware import Request
from mingbai.facts.bureaus.tables import HOUSEHOLD_CLASSES
from mingbai.findings.screening.actions import clues as actions
from mingbai.findings.screening.actions.exporting import export
from mingbai.findings.screening.clue_list import GROUPS
from mingbai.findings.screening.forms import clock
from mingbai.findings.screening.models import Clue
from mingbai.findings.screening.queries import clues as queries
from mingbai.findings.screening.queries import listing
from mingbai.findings.screening.queries.clues import Wanted
from mingbai.findings.screening.rule import rules
from mingbai.findings.screening.wording import REPORTS, question_of, titled

_STATUS = {"open": "未办结", **Clue.STATUS, "all": "全部"}


@login_required
@require_GET
def desk(request: Request) -> HttpResponse:
    """The ranked list of clues, or the list by village."""
    by, wanted = request.actor, _wanted(request.GET)
    by.must(Permission.CLUE_READ)
    found = queries.filtered(by, wanted, request.day)
    count = queries.how_many(found)
    context = _frame(request, wanted) | {
        "wanted": wanted, "count": f"{queries.MANY}+" if count > queries.MANY else str(count), "many": count,
        "at_once": actions.AT_ONCE,
    }  # fmt: skip
    if request.GET.get("by") == "village":
        villages = queries.by_village(found, request.day)
        known = places.names(one.code for one in villages)
        context["villages"] = [(one, places.path(one.code, known)) for one in villages]
        return render(request, "screening/desk_villages.html", context)
    sort = request.GET.get("sort", "-rank")
    page = queries.paged(
        found, sort=sort, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )  # fmt: skip
    english = get_language() == "en"
    rows = listing.rows(by, page.clues, request.day, english=english)
    context |= {
        "rows": [(row, question_of(row.clue.rule, row.clue.question, english), clock(row.days)) for row in rows],
        "page": page, "sort": sort, "may_assign": by.may(Permission.CLUE_ASSIGN),
        "may_verify": by.may(Permission.CLUE_VERIFY),
        "receivers": listing.receivers(by, place, request.day) if (place := _narrow(by, wanted)) else [],
    }  # fmt: skip
    return render(request, "screening/desk.html", context)


@login_required
@require_POST
def batch(request: Request) -> HttpResponse:
    """Gives the picked clues to somebody, or takes them back."""
    by = request.actor
    if request.POST.get("all"):
        found = queries.filtered(by, _wanted(request.GET), request.day).filter(status__in=queries.OPEN)
        picked = list(found.order_by("-rank", "-pk").values_list("pk", flat=True)[: actions.AT_ONCE])
    else:
        # Nobody has clues beyond eighteen digits, and no database would look for one.
        picked = [int(p) for p in request.POST.getlist("pick") if p.isascii() and p.isdecimal() and len(p) <= 18]
    match request.POST.get("do"):
        case "assign":
            n = actions.assign(by=by, picked=picked, to=request.POST.get("to", ""), day=request.day)
            said = (
                ngettext("已分派 %(n)d 条。", "已分派 %(n)d 条。", n) % {"n": n}
                if n
                else _("这些线索早已在那里，没有改动。")
            )
        case "send_back":
            n = actions.send_back(by=by, picked=picked, why=request.POST.get("why", ""), day=request.day)
            said = (
                ngettext("已退回 %(n)d 条。", "已退回 %(n)d 条。", n) % {"n": n}
                if n
                else _("这些线索没有分派出去，没有改动。")
            )
        case _other:
            raise Refused(_("请选要办的事：分派，或退回。"))
    messages.success(request, said)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = f"{reverse('screening:desk')}?{request.GET.urlencode()}"
    return redirect(back)


@login_required
@require_POST
def take(request: Request) -> HttpResponse:
    """The filtered list as 线索清单.xlsx."""
    by = request.actor
    by.must(Permission.CLUE_READ)
    found = queries.filtered(by, _wanted(request.GET), request.day)
    content = export(by=by, found=found, filters=request.GET.urlencode(), day=request.day)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f"clues-{request.day.isoformat()}.xlsx"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _wanted(asked: QueryDict) -> Wanted:
    def text(name: str) -> str:
        return asked.get(name, "").replace("\x00", "")[:60]

    return Wanted(
        status=text("status") or "open", group=text("group"), rule=text("rule"), place=text("place"),
        household_class=text("class"), channel=text("channel"), late=bool(text("late")), mine=bool(text("mine")),
    )  # fmt: skip


def _frame(request: Request, wanted: Wanted) -> dict[str, Any]:
    """The filters' choices, as (value, words, chosen)."""
    english = get_language() == "en"

    def choices(every: list[tuple[str, str]], chosen: str) -> list[tuple[str, str, bool]]:
        return [(value, words, value == chosen) for value, words in every]

    of_rules = [(code, titled(code, english)) for code in (*REPORTS, *rules())]
    return {
        "statuses": choices([(key, _(words)) for key, words in _STATUS.items()], wanted.status),
        "groups": choices([(key, _(words)) for key, words in GROUPS.items()], wanted.group),
        "rules": choices(of_rules, wanted.rule),
        "places": choices(listing.choices_of_places(request.actor, wanted.place), wanted.place),
        "classes": choices([(label, _(label)) for label in HOUSEHOLD_CLASSES], wanted.household_class),
        "channels": choices([(key, _(words)) for key, words in Clue.CHANNELS.items()], wanted.channel),
        "may_report": request.actor.may(Permission.CLUE_REPORT),
    }


def _narrow(by: Actor, wanted: Wanted) -> str:
    """The township or village whose people a batch can be given to; '' where a whole county's would be too many."""
    if not by.may(Permission.CLUE_ASSIGN):
        return ""
    if len(wanted.place) >= 9:
        return wanted.place
    areas = by.areas(Permission.CLUE_ASSIGN)
    return areas[0] if len(areas) == 1 and len(areas[0]) >= 9 else ""
