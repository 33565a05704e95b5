"""The registry leaves as a file; differences to settle, and the list of them for typing elsewhere."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import Permission
from mingbai.base.places.queries import names, path
from mingbai.base.staff.middleware import Request
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.facts.registry import workbook
from mingbai.facts.registry.actions.exporting import export as leave
from mingbai.facts.registry.actions.settling import settle
from mingbai.facts.registry.forms.roster import ExportForm
from mingbai.facts.registry.listing import HEADERS
from mingbai.facts.registry.queries.importing import differences_of, places_for

_PAGE = 50


@never_cache
def export(request: Request) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """Asks what is to leave; the answer to the form is the file."""
    request.actor.must(Permission.ROSTER_EXPORT)
    form = ExportForm(request.POST or None, places=places_for(request.actor, Permission.ROSTER_EXPORT))
    shown: dict[str, Any] = {"form": form, "may_reveal": request.actor.may(Permission.ID_REVEAL)}
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            header, rows = leave(
                by=request.actor, day=request.day, place=asked["place"], table=asked["table"],
                excel=asked["kind"] == "xlsx", why=asked["why"].strip(),
            )  # fmt: skip
        except Forbidden:
            raise
        except Refused as refusal:
            shown["reasons"] = refusal.reasons
        else:
            name = f"{BY_NAME[asked['table']].file}.{asked['kind']}"
            if asked["kind"] == "xlsx":
                return FileResponse(
                    workbook.opened(BY_NAME[asked["table"]].file, header, rows), as_attachment=True, filename=name
                )
            answer = StreamingHttpResponse(workbook.csv_parts(header, rows), content_type="text/csv; charset=utf-8")
            answer["Content-Disposition"] = content_disposition_header(True, name) or ""
            return answer
    return render(request, "registry/export.html", shown, status=422 if request.method == "POST" else 200)


@require_safe
def differences(request: Request) -> HttpResponse:
    """Where the national roster says otherwise than was decided here."""
    request.actor.must(Permission.HOUSEHOLD_STATUS)
    after = request.GET.get("after", "")
    found = differences_of(request.actor).filter(settled="")
    if after.isascii() and after.isdecimal() and len(after) <= 18:
        found = found.filter(pk__gt=int(after))
    rows = list(found[: _PAGE + 1])
    known = names(row.household.village for row in rows)
    shown = [
        {"row": row, "field": HEADERS[row.field], "place": path(row.household.village, known)} for row in rows[:_PAGE]
    ]
    more = f"?after={rows[_PAGE - 1].pk}" if len(rows) > _PAGE else ""
    return render(request, "registry/differences.html", {"rows": shown, "next_url": more})


@require_POST
def difference_settle(request: Request, number: int) -> HttpResponse:
    """Ours or theirs, with a reason."""
    row = get_object_or_404(differences_of(request.actor), pk=number)
    take, why = request.POST.get("take", ""), request.POST.get("reason", "")
    # What the person saw, not what stands there now.
    row.theirs = request.POST.get("theirs", row.theirs)
    settle(by=request.actor, day=request.day, difference=row, take=take, why=why)  # type: ignore[arg-type]
    messages.success(request, _("已核定，并记入这一户的历史。"))
    return redirect("registry:differences")


@never_cache
@require_GET
def differences_file(request: Request) -> FileResponse:
    """All that was settled for ours, and what is open, for typing into the national system."""
    request.actor.must(Permission.HOUSEHOLD_STATUS)
    settled = {"": "未核定", "ours": "以本县为准，请在国家系统更正"}
    header = ["户编号", "村代码", "户主姓名", "字段", "本县", "名册", "核定", "理由", "核定日期"]
    found = differences_of(request.actor).filter(settled__in=list(settled))
    rows = (
        [
            row.household.household_id, row.household.village, row.household.head_name, HEADERS[row.field], row.ours,
            row.theirs, settled[row.settled], row.why, row.settled_on.isoformat() if row.settled_on else "",
        ]
        for row in found.iterator(2000)
    )  # fmt: skip
    book = workbook.opened("名册差异", header, rows, wide="理由")
    return FileResponse(book, as_attachment=True, filename="名册差异.xlsx")
