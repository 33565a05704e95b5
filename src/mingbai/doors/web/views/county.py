"""The county's home: what is open and overdue by township, and poverty in pictures that say what they show."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.doors.web.queries.county import Figures, figures
from mingbai.doors.web.queries.tasks import Asking
from mingbai.doors.web.queries.tasks_of_desks import late_tables
from mingbai.doors.web.tasks import refresh_county
from mingbai.facts.assessments.guarantees import ITEMS

Chart = dict[str, Any]


@login_required
@require_GET
def county(request: HttpRequest) -> HttpResponse:
    """The figures of the county in which somebody may read figures; who works in one place is led to its page."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    day = request.day  # type: ignore[attr-defined]
    by.must(Permission.FIGURE_READ)
    place = by.areas(Permission.FIGURE_READ)[0]
    if len(place) > 6:
        return redirect("web:village", code=place)
    found, again = figures(place, day)
    if again:
        refresh_county.enqueue(place, day.isoformat())
    context: dict[str, Any] = {"figures": found, "place": place}
    if found:
        context |= {
            "rows": [(code, name, n, _short(found, code)) for code, name, n in found.places], "total": found.total,
            "unmet": sum(found.unmet.values()), "tiles": [_tiles(found, late=False), _tiles(found, late=True)],
            "incomes": _incomes(found) if found.incomes.households else None, "matrix": _matrix(found),
            "causes": _causes(found) if found.causes else None,
            "sees_tables": by.may(Permission.DELIVERY_READ),
            "late_tables": len(list(late_tables(Asking(by, day)))) if by.may(Permission.DELIVERY_READ) else 0,
        }  # fmt: skip
    return render(request, "web/county.html", context)


def _short(found: Figures, code: str) -> int:
    return sum(n for (place, _item), n in found.unmet.items() if place == code)


def _tiles(found: Figures, *, late: bool) -> Chart:
    """Townships as tiles, the fuller the darker; each leads to its page."""
    rows: list[tuple[str, int]] = [
        (name, n.clues_late + n.issues_late if late else n.clues + n.issues) for _code, name, n in found.places
    ]
    most = max(rows, key=lambda row: row[1], default=("", 0))
    total = sum(row[1] for row in rows)
    if not total:
        text = _("全县没有逾期的。") if late else _("全县没有未办结的。")
    else:
        text = _("全县 %(n)d 件，%(name)s最多，%(most)d 件。") % {"n": total, "name": most[0], "most": most[1]}
    return {
        "kind": "tiles", "title": _("逾期的线索和问题") if late else _("未办结的线索和问题"), "text": text,
        "columns": [_("乡镇"), _("件")], "rows": rows, "unit": _("件"),
        "urls": [reverse("web:village", args=[code]) for code, _name, _n in found.places],
    }  # fmt: skip


def _incomes(found: Figures) -> Chart:
    shape = found.incomes
    names = [f"{low}–{high}" for low, high in zip(shape.edges, shape.edges[1:], strict=False)]
    names[0], names[-1] = _("亏损"), _("%(yuan)d 以上") % {"yuan": shape.edges[-2]}
    said = {"n": shape.households, "median": int(shape.median or 0), "below": shape.below, "line": shape.line}
    text = _("%(n)d 户的账，人均纯收入的中位数是 %(median)d 元。") % said
    if shape.line is not None:
        text += _("%(below)d 户低于监测线 %(line)s 元。") % said
    return {
        "kind": "histogram", "title": _("%(year)d 年家庭人均纯收入分布") % {"year": found.year}, "text": text,
        "columns": [_("人均纯收入（元）"), _("户数")], "unit": _("户"),
        "rows": [[name, n] for name, n in zip(names, shape.classes, strict=True)], "edges": list(shape.edges),
    } | ({"line": {"value": shape.line, "label": _("监测线")}} if shape.line is not None else {})  # fmt: skip


def _matrix(found: Figures) -> dict[str, Any]:
    """Guarantees unmet: townships down, guarantees across, only those that are unmet somewhere."""
    english = get_language() == "en"
    items = [item for item in ITEMS.values() if any(code == item.code for _place, code in found.unmet)]
    rows = [
        (code, name, [found.unmet.get((code, item.code), 0) for item in items], _short(found, code))
        for code, name, _n in found.places
    ]
    total = sum(found.unmet.values())
    if total:
        worst = max(items, key=lambda item: sum(n for (_p, code), n in found.unmet.items() if code == item.code))
        many = sum(n for (_p, code), n in found.unmet.items() if code == worst.code)
        said = {"n": total, "item": worst.term_en if english else worst.term, "many": many}
        text = _("全县还有 %(n)d 项没有保障，最多的是%(item)s，%(many)d 项。") % said
    else:
        text = _("各项保障都有着落，没有查到没保障的。")
    heads = [item.term_en if english else item.short for item in items]
    return {"heads": heads, "rows": [row for row in rows if row[3]], "text": text, "total": total}


def _causes(found: Figures) -> Chart:
    first, most = found.causes[0]
    text = _("监测对象里，%(cause)s的最多，%(n)d 户；一户有几个原因的各算一次。") % {"cause": first, "n": most}
    return {
        "kind": "bars", "across": True, "title": _("监测对象的致贫返贫原因"), "text": text, "unit": _("户"),
        "columns": [_("原因"), _("户数")], "rows": [[cause, n] for cause, n in found.causes[:12]],
    }  # fmt: skip
