"""Rosters that come in: sent, looked at, confirmed or dropped."""

from typing import Any

import pyarrow.compute as pc
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import Permission
from mingbai.base.lib.resident_id import masked, without_ids
from mingbai.base.places.queries import names
from mingbai.base.staff.middleware import Request
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.facts.registry import kept, workbook
from mingbai.facts.registry.actions import importing
from mingbai.facts.registry.forms.roster import RosterForm
from mingbai.facts.registry.listing import KINDS, PROBLEM
from mingbai.facts.registry.models import Import
from mingbai.facts.registry.queries.importing import imports_of, places_for
from mingbai.facts.registry.tasks import stage_roster, write_roster

_PAGE = 50
STEPS = {
    "等待读取": gettext_lazy("等待读取"), "读取文件": gettext_lazy("读取文件"), "读取现有名册": gettext_lazy("读取现有名册"),
    "逐行核对": gettext_lazy("逐行核对"), "比较差别": gettext_lazy("比较差别"), "等待写入": gettext_lazy("等待写入"),
    "写入": gettext_lazy("正在写入"),
}  # fmt: skip
_MASKED = ("证件号码", "户主证件号码")
LABELS = {
    "refused": gettext_lazy("有问题的行"), "doubt": gettext_lazy("疑似重复"), "difference": gettext_lazy("与本县认定不一致"),
    "changed": gettext_lazy("更新"), "new": gettext_lazy("新增"), "missing": gettext_lazy("名册里没有"),
}  # fmt: skip


@require_safe
def imports(request: Request) -> HttpResponse:
    """All imports, the newest first."""
    request.actor.must(Permission.ROSTER_IMPORT)
    found = imports_of(request.actor).order_by("-id")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) <= 18:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: _PAGE + 1])
    known = names(row.place for row in rows)
    shown = [{"roster": row, "place": known.get(row.place, row.place)} for row in rows[:_PAGE]]
    more = f"?before={rows[_PAGE - 1].pk}" if len(rows) > _PAGE else ""
    return render(request, "registry/imports.html", {"rows": shown, "next_url": more})


def import_new(request: Request) -> HttpResponse:
    """The files are chosen here; what keeps them out is said here, all at once."""
    request.actor.must(Permission.ROSTER_IMPORT)
    places = places_for(request.actor, Permission.ROSTER_IMPORT)
    form = RosterForm(request.POST or None, request.FILES or None, places=places)
    shown: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            roster = importing.receive(
                by=request.actor, day=request.day, place=form.cleaned_data["place"], files=form.sent()
            )
        except Forbidden:
            raise
        except Refused as refusal:
            shown["reasons"] = refusal.reasons
        else:
            if roster.status == "staging":
                stage_roster.enqueue(_username(request), roster.pk, request.day.isoformat())
            return redirect("registry:import_detail", roster.pk)
    return render(request, "registry/import_new.html", shown, status=422 if request.method == "POST" else 200)


@never_cache
@require_safe
def import_detail(request: Request, number: int) -> HttpResponse:
    """What an import would do, by kind; or what became of it."""
    roster = _roster(request, number)
    shown = _around(roster)
    if roster.status == "staged":
        kinds = [kind for kind in KINDS if _count(roster, kind)]
        kind = request.GET.get("kind", kinds[0] if kinds else "new")
        if kind not in KINDS:
            raise Http404
        after = request.GET.get("after", "0")
        rows = _rows(roster, kind, int(after) if after.isdecimal() and len(after) <= 18 else 0)
        shown |= {
            "kind": kind, "kinds": [(one, LABELS[one], _count(roster, one)) for one in KINDS], "rows": rows[:_PAGE],
            "next_url": f"?kind={kind}&after={rows[_PAGE - 1]['n']}" if len(rows) > _PAGE else "",
            "nothing": not (roster.counts["households_touched"] or roster.counts["difference"]),
        }  # fmt: skip
    return render(request, "registry/import_detail.html", shown)


@never_cache
@require_GET
def import_progress(request: Request, number: int) -> HttpResponse:
    """How far it is; when it is somewhere else, the page is asked to come again."""
    roster = _roster(request, number)
    if not _is_working(roster):
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "registry/import_progress.html", _around(roster))


@require_POST
def import_confirm(request: Request, number: int) -> HttpResponse:
    """Leaves the writing to the background; pressed twice it is left once."""
    roster = _roster(request, number)
    if importing.ask_to_write(by=request.actor, number=roster.pk):
        write_roster.enqueue(_username(request), roster.pk, request.day.isoformat())
    else:
        messages.info(request, _("已经在写入，或已经写完。"))
    return redirect("registry:import_detail", roster.pk)


@require_POST
def import_again(request: Request, number: int) -> HttpResponse:
    """Reads once more what a killed process left unread."""
    roster = _roster(request, number)
    if roster.status == "staging":
        stage_roster.enqueue(_username(request), roster.pk, request.day.isoformat())
    return redirect("registry:import_detail", roster.pk)


@require_POST
def import_drop(request: Request, number: int) -> HttpResponse:
    """Gives it up."""
    importing.drop(by=request.actor, number=_roster(request, number).pk)
    messages.success(request, _("已放弃，上传的文件已清除，名册没有变化。"))
    return redirect("registry:imports")


@never_cache
@require_GET
def import_errors(request: Request, number: int, table: str) -> FileResponse:
    """The rows with something wrong, in the columns of the file, with one more that says what.

    Whoever sent the file gets their numbers back; for others they are masked.
    """
    roster = _roster(request, number)
    if table not in ("household", "member") or not kept.has_table(importing.folder(), number, f"bad_{table}"):
        raise Http404
    held = kept.get_table(importing.folder(), number, f"bad_{table}", settings.KEYS).drop_columns(["line"])
    mine = roster.by == request.actor.name
    rows = (
        [
            cell if mine or not cell else masked(cell) if name in _MASKED else without_ids(cell)
            for name, cell in zip(held.column_names, row.values(), strict=True)
        ]
        for batch in held.to_batches(max_chunksize=5000)
        for row in batch.to_pylist()
    )
    file = BY_NAME[table].file
    book = workbook.opened(file, held.column_names, rows, wide=PROBLEM)
    return FileResponse(book, as_attachment=True, filename=f"{file}-问题-{number}.xlsx")


def _roster(request: Request, number: int) -> Import:
    return get_object_or_404(imports_of(request.actor), pk=number)


def _username(request: Request) -> str:
    return str(request.user.get_username())


def _is_working(roster: Import) -> bool:
    stuck = roster.step_at is not None and timezone.now() - roster.step_at > importing.STUCK
    return roster.status in ("staging", "staged") and bool(roster.step) and not stuck


def _around(roster: Import) -> dict[str, Any]:
    bad = [t for t in ("household", "member") if kept.has_table(importing.folder(), roster.pk, f"bad_{t}")]
    place = names([roster.place]).get(roster.place, roster.place)
    return {
        "roster": roster, "place": place, "working": _is_working(roster), "counts": roster.counts,
        "step": STEPS.get(roster.step, roster.step),
        "unchanged": sum(roster.counts.get(f"{what}_unchanged", 0) for what in ("households", "members")),
        "refused_tone": "overdue" if roster.counts.get("refused") else "",
        "errors": [(BY_NAME[t].file, reverse("registry:import_errors", args=[roster.pk, t])) for t in bad],
    }  # fmt: skip


def _count(roster: Import, kind: str) -> int:
    counts = roster.counts
    if kind in ("new", "changed"):
        return int(counts[f"households_{kind}"] + counts[f"members_{kind}"])
    return int(counts["bad_cells" if kind == "refused" else kind])


def _rows(roster: Import, kind: str, after: int) -> list[dict[str, Any]]:
    held = kept.get_table(importing.folder(), roster.pk, "row", settings.KEYS)
    found = held.filter((pc.field("kind") == kind) & (pc.field("n") > after))
    return found.sort_by("n").slice(0, _PAGE + 1).to_pylist()  # type: ignore[no-any-return]
