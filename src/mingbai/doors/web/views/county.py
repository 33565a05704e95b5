"""The county's home: what is open and overdue by township, and poverty in pictures that say what they show."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.doors.web.queries.county import Figures, figures
from mingbai.doors.web.queries.picture_words import flow, incomes, matrix
from mingbai.doors.web.queries.tasks import Asking
from mingbai.doors.web.queries.tasks_of_desks import late_tables
from mingbai.doors.web.tasks import refresh_county

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
        pictures = found.pictures
        context |= {
            "rows": [(code, name, n, _short(found, code)) for code, name, n in found.places], "total": found.total,
            "unmet": sum(found.unmet.values()), "tiles": [_tiles(found, late=False), _tiles(found, late=True)],
            "incomes": incomes(found.incomes, found.year, pictures) if found.incomes.households else None,
            "matrix": matrix(by, pictures.deprived, place, _("全县")),
            "flow": flow(by, pictures.moved, place) if pictures.moved else None,
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


def _causes(found: Figures) -> Chart:
    first, most = found.causes[0]
    text = _("监测对象里，%(cause)s的最多，%(n)d 户；一户有几个原因的各算一次。") % {"cause": first, "n": most}
    return {
        "kind": "bars", "across": True, "title": _("监测对象的致贫返贫原因"), "text": text, "unit": _("户"),
        "columns": [_("原因"), _("户数")], "rows": [[cause, n] for cause, n in found.causes[:12]],
    }  # fmt: skip
