"""Statements on pages: the list, making one, looking at it, freezing it, checking that it still comes out the same."""

from secrets import token_hex
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.models import Place
from mingbai.base.places.queries import names
from mingbai.base.staff.queries import within
from mingbai.oversight.indicators import actions, sheet
from mingbai.oversight.indicators import statement as canonical
from mingbai.oversight.indicators.figures import EVERY, SECTIONS
from mingbai.oversight.indicators.forms import Making, period_name
from mingbai.oversight.indicators.models import Statement
from mingbai.oversight.indicators.queries import statements as queries
from mingbai.oversight.indicators.queries.figures import is_large
from mingbai.oversight.indicators.queries.wording import words
from mingbai.oversight.indicators.suppression import LEAST
from mingbai.oversight.indicators.tasks import make_statement

_EVERY = {(one.code, str(one.version)): one for one in EVERY}


@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """Statements of the areas in which somebody reads figures, the newest first."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    by.must(Permission.FIGURE_READ)
    rows, after = queries.page(by, request.GET.get("after", ""))
    known = names(one.place for one in rows)
    shown = [(one, known.get(one.place, one.place), period_name(one.since, one.until), _status(one)) for one in rows]
    context = {
        "rows": shown,
        "next_url": f"?after={after}" if after else "",
        "may_make": by.may(Permission.STATEMENT_MAKE),
    }
    return render(request, "indicators/statements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new statement."""
    by, day = request.actor, request.day  # type: ignore[attr-defined]
    by.must(Permission.STATEMENT_MAKE)
    mine = Place.objects.filter(within(by, Permission.STATEMENT_MAKE, "code"), until=None).order_by("code")
    places = [(one.code, one.short) for one in mine if len(one.code) < 12]
    form = Making(request.POST or None, places=places, day=day, initial={"nonce": token_hex(16)})
    reasons: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        since, until = form.days()
        by.must(Permission.STATEMENT_MAKE, at=given["place"])
        if is_large(given["place"]):
            asked = (given["place"], since.isoformat(), until.isoformat(), day.isoformat(), given["nonce"])
            make_statement.enqueue(by.name.removeprefix("official:"), *asked)
            messages.info(request, _("正在编制，一两分钟后出现在这里。"))
            return redirect("indicators:statements")
        try:
            made = actions.make(by=by, place=given["place"], since=since, until=until, day=day, form_key=given["nonce"])
        except Forbidden:
            raise
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _("报表已编制，数据已经留存。请别的同事审定冻结。"))
            return redirect("indicators:statement", number=made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "indicators/statement_new.html", {"form": form, "reasons": reasons}, status=status)


@require_safe
def statement(request: HttpRequest, number: int) -> HttpResponse:
    """A statement: what it says of one place, whole or as published; with ?check=1 reckoned again."""
    by, one = _found(request, number)
    view = "published" if request.GET.get("view") == "published" else "inner"
    reasons: tuple[str, ...] = ()
    lines: list[dict[str, str]] = []
    try:
        lines = canonical.read_rows(queries.content(one, published=view == "published"))
    except Refused as refusal:
        reasons = refusal.reasons
    places = sorted({line["place"] for line in lines})
    place = request.GET.get("place", "")
    place = place if place in places else one.place
    known = names([*places, one.place])
    context = {
        "one": one, "status": _status(one), "period": period_name(one.since, one.until), "view": view, "least": LEAST,
        "reasons": reasons,
        "place_name": known.get(one.place, one.place), "place": place,
        "places": [(code, known.get(code, code)) for code in places if len(code) <= 9 or code == place],
        "sections": _sections([line for line in lines if line["place"] == place]),
        "checked": queries.reproduce(one) if request.GET.get("check") else None,
        "may_freeze": one.status == "draft" and by.may(Permission.STATEMENT_FREEZE, at=one.place),
        "own": one.made_by == by.name, "inputs": _inputs(one),
        "may_drop": one.status == "draft" and by.may(Permission.STATEMENT_MAKE, at=one.place),
    }  # fmt: skip
    return render(request, "indicators/statement.html", context)


@require_POST
def freeze(request: HttpRequest, number: int) -> HttpResponse:
    """Frozen by somebody other than its author."""
    by, one = _found(request, number)
    actions.freeze(by=by, statement=one, day=request.day)  # type: ignore[attr-defined]
    messages.success(request, _("报表已冻结，从此不再改变。"))
    return redirect("indicators:statement", number=number)


@require_POST
def drop(request: HttpRequest, number: int) -> HttpResponse:
    """A draft that is not wanted, with the reason."""
    by, one = _found(request, number)
    day = request.day  # type: ignore[attr-defined]
    actions.drop(by=by, statement=one, why=request.POST.get("reason", ""), day=day)
    messages.success(request, _("已作废，原因记在报表上。"))
    return redirect("indicators:statement", number=number)


@require_POST
def file(request: HttpRequest, number: int) -> HttpResponse:
    """`kind` published or inner, `format` csv or xlsx. The inner one has small counts in it: on record."""
    by, one = _found(request, number)
    day = request.day  # type: ignore[attr-defined]
    published, form = request.POST.get("kind") != "inner", request.POST.get("format", "")
    if form not in ("csv", "xlsx"):
        raise Http404
    if published and one.status not in ("frozen", "superseded"):
        raise Refused(_("还没有冻结的报表不能公布。"))
    content = queries.content(one, published=published)
    if form == "xlsx":
        content = _workbook(one, content, published=published)
    if not published:
        actions.told_export(by=by, place=one.place, day=day, kind=f"报表 {one.pk}，{form}", rows=one.rows)
    answer = HttpResponse(content, content_type="application/octet-stream")
    name = f"报表-{one.place}-{one.since}-{one.until}-{'公布' if published else '内部'}.{form}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


def _workbook(one: Statement, content: bytes, *, published: bool) -> bytes:
    lines = canonical.read_rows(content)
    known = names({line["place"] for line in lines})
    heads = ("指标", "分类", "区划代码", "地方", "分子", "分母", "值", "单位", "分子说明")
    rows = []
    for line in lines:
        figure = _EVERY[line["figure"], line["version"]]
        category = next((c.title for c in figure.categories if c.code == line["category"]), "")
        numbers = (sheet.number(line[name]) for name in ("numerator", "denominator", "value"))
        place = (line["place"], known.get(line["place"], ""))
        rows.append((figure.title, category, *place, *numbers, figure.unit, figure.numerator))
    note = "（公布，* 为数量过小不公布的格）" if published else "（内部）"
    title = f"{known.get(one.place, one.place)}报表　{one.since} 至 {one.until}{note}"
    return sheet.workbook(title, heads, rows, one.day, invented=settings.DEMO)


def _found(request: HttpRequest, number: int) -> tuple[Actor, Statement]:
    by: Actor = request.actor  # type: ignore[attr-defined]
    return by, get_object_or_404(queries.visible(by).select_related("superseded_by"), pk=number)


def _status(one: Statement) -> tuple[str, str]:
    """Its state in words, and the state's colour."""
    told = {
        "draft": _("待审定"),
        "frozen": _("已冻结"),
        "superseded": _("已被替换"),
        "dropped": pgettext("statement", "已作废"),
    }
    return told[one.status], {"draft": "soon", "frozen": "done"}.get(one.status, "plain")


def _inputs(one: Statement) -> list[tuple[str, str, int]]:
    """What was kept, by its name in words, with digest and rows."""
    told = {
        "place": _("地名"),
        "household": _("农户"),
        "unmet": _("保障未达标"),
        "clue": _("线索"),
        "problem": _("问题"),
    }
    return [(told.get(name, name), sha256, rows) for name, sha256, rows in one.inputs]


def _sections(lines: list[dict[str, str]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Lines of one place by section; categories that are nought are left to the files."""
    english = get_language() == "en"
    found: dict[str, list[dict[str, Any]]] = {key: [] for key in SECTIONS}
    for line in lines:
        figure = _EVERY.get((line["figure"], line["version"]))
        if figure is None or (line["category"] and line["numerator"] == "0"):
            continue
        part = next((c for c in figure.categories if c.code == line["category"]), None)
        name = (part.english if english else part.title) if part else ""
        found[figure.section].append(
            line | {"words": words(figure), "part": name, "shown": _shown(figure, line["value"])}
        )
    return [(SECTIONS[key][english], some) for key, some in found.items() if some]


def _shown(figure: Any, value: str) -> str:
    number = sheet.number(value)
    if number is None or isinstance(number, str):
        return number or "—"
    return f"{number * 100:.1f}%" if figure.is_rate else value
