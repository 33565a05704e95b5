"""Pages on deliveries: the list, handing one in, one delivery, and the calendar of what is expected."""

import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import Permission
from mingbai.base.places import queries as places
from mingbai.base.staff.middleware import Request
from mingbai.facts.bureaus import actions, bad_cells, keeping, queries
from mingbai.facts.bureaus.calendar import months_back
from mingbai.facts.bureaus.forms import ExpectForm, SendForm, WhyForm
from mingbai.facts.bureaus.models import Delivery
from mingbai.facts.bureaus.tables import BY_NAME

PAGE = 50
SHOWN = 200
"""Bad cells on the page; all of them are in the Excel file."""
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def deliveries(request: Request) -> HttpResponse:
    """What was handed in, the newest first."""
    by = request.actor
    if not (by.may(Permission.DELIVERY_READ) or by.may(Permission.DELIVERY_SEND)):
        by.must(Permission.DELIVERY_READ)
    found = queries.visible(by).order_by("-id")
    table = request.GET.get("table", "")
    # What the site itself exports at every screening is shown to those who ask for it.
    found = found.filter(table=table) if table else found.exclude(table__in=queries.OWN)
    after = request.GET.get("after", "")
    if after.isascii() and after.isdecimal() and len(after) <= 18:
        found = found.filter(pk__lt=int(after))
    page = list(found[: PAGE + 1])
    shown = page[:PAGE]
    counties = queries.counties(by, Permission.DELIVERY_SEND) or queries.counties(by, Permission.DELIVERY_READ)
    late = [line for c in counties[:1] for line in queries.calendar(by, c.code, request.day) if line.late]
    context = {
        "rows": [(one, BY_NAME[one.table]) for one in shown if one.table in BY_NAME], "late": late,
        "after": shown[-1].pk if len(page) > PAGE else None, "table": table,
        "tables": [t for t in BY_NAME.values() if by.may(Permission.DELIVERY_READ) or t in queries.tables_of(by)],
        "may_send": by.may(Permission.DELIVERY_SEND), "names": places.names(one.place for one in shown),
        "several": len(counties) > 1,
    }  # fmt: skip
    return render(request, "bureaus/deliveries.html", context)


def not_too_large(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuses an upload by the size that the browser announces, before any of it is read (the check against forgery
    would read it)."""

    @csrf_exempt
    @wraps(view)
    def first(request: Request, *given: Any, **named: Any) -> HttpResponse:
        try:
            actions.refuse_large(int(request.META.get("CONTENT_LENGTH") or 0))
        except Refused as refusal:
            answer = render(request, "refused.html", {"reasons": refusal.reasons, "back": request.path}, status=413)
            # What was not read must not be taken for the next request.
            answer["Connection"] = "close"
            return answer
        return view(request, *given, **named)

    return first


@not_too_large
@csrf_protect
@login_required
@require_http_methods(["GET", "POST"])
def send(request: Request) -> HttpResponse:
    """Hands in one table: taken in, or every reason why not."""
    by = request.actor
    by.must(Permission.DELIVERY_SEND)
    tables, counties = queries.tables_of(by), queries.counties(by, Permission.DELIVERY_SEND)
    typed = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SendForm(*typed, tables=tables, counties=counties, day=request.day)
    reasons: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            taken = _receive(request, form)
        except Forbidden:
            raise
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            _tell(request, taken)
            return redirect("bureaus:delivery", taken.delivery.pk)
    chosen = request.GET.get("table", "")
    if not form.is_bound and chosen in {t.name for t in tables}:
        form.fields["table"].initial = chosen
    context = {"form": form, "reasons": reasons, "tables": tables}
    return render(request, "bureaus/send.html", context, status=422 if reasons or form.errors else 200)


@login_required
@require_GET
def delivery(request: Request, pk: int) -> HttpResponse:
    """One delivery: what became of its rows, and what is wrong in it."""
    one = _seen(request, pk)
    cells = actions.problems_of(one)
    context = {
        "one": one, "table": BY_NAME[one.table], "cells": cells[:SHOWN], "more": max(len(cells) - SHOWN, 0),
        "place": places.path(one.place, places.names([one.place])), "replaced_by": _newer(one),
        "history": Event.objects.filter(subject=f"delivery:{pk}").order_by("-id")[:50],
        "may_open": actions.may_open(request.actor, one),
        "may_withdraw": one.status == "received"
        and request.actor.may(Permission.DELIVERY_WITHDRAW, at=one.place),
        "used": one.rows - one.rejected - one.repeated,
    }  # fmt: skip
    return render(request, "bureaus/delivery.html", context)


@login_required
@require_GET
def problems(request: Request, pk: int) -> HttpResponse:
    """All bad cells as Excel."""
    one = _seen(request, pk)
    name = f"problems-{one.table}-{one.period:%Y%m}.xlsx"
    with keeping.scratch(Path(settings.HOME)) as folder:
        bad_cells.write(folder / name, BY_NAME[one.table].file, actions.problems_of(one))
        content = (folder / name).read_bytes()
    return _file(content, name, _EXCEL)


@login_required
@require_POST
def original(request: Request, pk: int) -> HttpResponse:
    """The file as it came, for a reason that is kept."""
    one = _seen(request, pk)
    form = WhyForm(request.POST)
    why = form.cleaned_data["reason"] if form.is_valid() else ""
    content = actions.open_original(by=request.actor, delivery=one, why=why, day=request.day)
    return _file(content, f"{one.table}-{one.period:%Y%m}{Path(one.file_name).suffix}", "application/octet-stream")


@login_required
@require_GET
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Leads to where a delivery is withdrawn together with its clues."""
    return redirect("screening:withdraw_delivery", _seen(request, pk).pk)


@login_required
@require_GET
def calendar(request: Request) -> HttpResponse:
    """What is expected from whom, month by month: come, late, or not yet due."""
    by = request.actor
    counties = queries.counties(by, Permission.DELIVERY_READ) or queries.counties(by, Permission.DELIVERY_SEND)
    if not counties:
        by.must(Permission.DELIVERY_READ)
    place = next((c for c in counties if c.code == request.GET.get("place")), counties[0])
    may_edit = by.may(Permission.DELIVERY_WITHDRAW, at=place.code)
    lines = queries.calendar(by, place.code, request.day)
    context = {
        "lines": lines, "periods": months_back(request.day, 6), "place": place, "counties": counties,
        "may_edit": may_edit, "may_send": by.may(Permission.DELIVERY_SEND, at=place.code),
        "late": sum(line.late is not None for line in lines), "choices": range(1, 13), "days": range(1, 29),
        "others": queries.not_expected(by, place.code) if may_edit else [],
    }  # fmt: skip
    return render(request, "bureaus/calendar.html", context)


@login_required
@require_POST
def expect(request: Request) -> HttpResponse:
    """Changes what is expected."""
    form = ExpectForm(request.POST)
    if not form.is_valid():
        raise Refused(_("间隔填 1 至 12 个月，日期填 1 至 28 日。"))
    actions.expect(by=request.actor, day=request.day, **form.cleaned_data)
    messages.success(request, _("已改好。"))
    return redirect("bureaus:calendar")


@login_required
@require_POST
def usual(request: Request) -> HttpResponse:
    """Expects every table as is usual."""
    added = actions.expect_usual(by=request.actor, place=request.POST.get("place", ""), day=request.day)
    messages.success(request, _("已按惯例列出 %(n)s 张表，可以逐张改。") % {"n": added})
    return redirect("bureaus:calendar")


def _seen(request: Request, pk: int) -> Delivery:
    return get_object_or_404(queries.visible(request.actor), pk=pk)


def _newer(one: Delivery) -> Delivery | None:
    now = queries.newest(one.table, one.place)
    return now if now and one.status == "received" and now.pk != one.pk else None


def _receive(request: Request, form: SendForm) -> actions.Received:
    upload = form.cleaned_data["file"]
    assert isinstance(upload, UploadedFile)
    with keeping.scratch(Path(settings.HOME)) as folder, tempfile.NamedTemporaryFile(dir=folder) as file:
        for part in upload.chunks():
            file.write(part)
        file.flush()
        typed = {name: form.cleaned_data[name] for name in ("table", "place", "period")}
        return actions.receive(by=request.actor, file=Path(file.name), name=upload.name or "", day=request.day, **typed)


def _tell(request: Request, taken: actions.Received) -> None:
    if taken.again:
        messages.info(request, _("这份文件已经交过，一模一样，没有重复接收。"))
    elif taken.delivery.bad_cells:
        messages.warning(request, _("已接收，但有几处没有采用，请看下面的清单，改好后再交一次。"))
    else:
        messages.success(request, _("已接收，没有发现问题。"))


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
