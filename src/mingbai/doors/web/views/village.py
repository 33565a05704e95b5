"""The village page: its households and what is open; the township page: its villages."""

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.base.places.models import Place
from mingbai.base.places.queries import names
from mingbai.base.staff.queries import in_place
from mingbai.doors.web.queries import village as queries
from mingbai.doors.web.queries.picture_words import matrix
from mingbai.doors.web.queries.pictures import deprived_of_township
from mingbai.doors.web.queries.village import Line, Wanted
from mingbai.facts.assessments.guarantees import ITEMS
from mingbai.facts.assessments.queries import unmet_counts, unmet_in_village
from mingbai.facts.bureaus.tables import HOUSEHOLD_CLASSES
from mingbai.oversight.indicators.queries.counting import Counts, counts

_COLUMNS = {
    "户编号": 16, "户主": 10, "村民小组": 12, "户类型": 16, "风险是否消除": 12, "人数": 6, "未办结线索": 11, "未销号问题": 11,
    "未保障项目": 24, "收支账年度": 10, "收支账状态": 14, "帮扶责任人": 12,
}  # fmt: skip


@require_safe
def village(request: HttpRequest, code: str) -> HttpResponse:
    """A village (12 digits) with its households, or a township (9) with its villages. 404 outside one's areas."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    day: date = request.day  # type: ignore[attr-defined]
    if len(code) == 6 and (county := _county()):
        return HttpResponseRedirect(county)
    place = queries.place_of(by, code)
    if place is None:
        raise Http404(_("没有这个地方，或者不在您负责的范围内。"))
    if place.level == "township":
        return _township(request, by, place, day)
    wanted = _wanted(request)
    unmet = unmet_in_village(by, code, day)
    found = queries.households(by, code, wanted, unmet, day)
    if request.GET.get("format") == "xlsx":
        return _workbook(place, queries.every_line(by, found, unmet, day), day)
    sort = request.GET.get("sort", "")
    page = queries.paged(
        by, found, unmet, day, sort=sort, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = _around(by, place) | {
        "page": page, "next_url": _beside(request, after=page.after),
        "prev_url": _beside(request, before=page.before), "wanted": wanted, "sort": sort,
        "classes": HOUSEHOLD_CLASSES, "year": day.year,
        "counts": counts(by, code, day, 12).get(code, Counts()), "groups": queries.groups(by, code),
        "unmet": sum(map(len, unmet.values())), "english": get_language() == "en",
        "may_register": by.may(P.HOUSEHOLD_CHANGE, at=code) and place.until is None,
        "filtered": wanted != Wanted(),
    }  # fmt: skip
    return render(request, "web/village.html", context)


def _township(request: HttpRequest, by: Actor, place: Place, day: date) -> HttpResponse:
    counted = counts(by, place.code, day, 12)
    unmet: dict[str, int] = {}
    for (where, _item), n in unmet_counts(by, place.code, 12, day).items():
        unmet[where] = unmet.get(where, 0) + n
    villages = Place.objects.filter(in_place(place.code, "code"), until=None).exclude(code=place.code).order_by("code")
    rows = [(one, counted.get(one.code, Counts()), unmet.get(one.code, 0)) for one in villages]
    # A village that was merged away keeps whatever still hangs on it in sight.
    known = {one.code for one, *_rest in rows}
    rows += [
        (Place(code=code, name=code), has, unmet.get(code, 0))
        for code, has in sorted(counted.items())
        if code not in known
    ]
    total = Counts(*(sum(column) for column in zip(*(row[1] for row in rows), strict=True))) if rows else Counts()
    context = _around(by, place) | {
        "rows": rows, "counts": total, "unmet": sum(unmet.values()), "chart": _chart(rows),
        "matrix": matrix(by, deprived_of_township(by, place.code, day), place.code, place.short),
    }  # fmt: skip
    return render(request, "web/village_township.html", context)


def _chart(rows: list[tuple[Place, Counts, int]]) -> dict[str, Any] | None:
    """The villages as tiles, by what is overdue."""
    late = [(place.short, has.clues_late + has.issues_late) for place, has, _unmet in rows]
    most = max(late, key=lambda one: one[1], default=("", 0))
    if not most[1]:
        return None
    return {
        "kind": "tiles", "title": _("逾期的线索和问题"), "columns": [_("村"), _("逾期（件）")], "rows": late,
        "text": _("%(name)s最多，%(n)s 件。") % {"name": most[0], "n": most[1]}, "unit": _("件"),
        "urls": [reverse("web:village", args=[place.code]) for place, *_rest in rows],
    }  # fmt: skip


def _around(by: Actor, place: Place) -> dict[str, Any]:
    """The township above (as a link only for who may open it), and where a place that is no more went to."""
    known = names([place.code, place.successor])
    above = place.code[:9] if place.level == "village" else ""
    return {
        "place": place, "county_url": _county() if by.may(P.FIGURE_READ, at=place.code[:6]) else "",
        "above": above if by.may(P.HOUSEHOLD_READ, at=above) else "", "above_name": known.get(above, ""),
        "successor": known.get(place.successor, ""),
    }  # fmt: skip


def _county() -> str:
    try:
        return reverse("web:county")
    except NoReverseMatch:
        return ""


def _beside(request: HttpRequest, **mark: str) -> str:
    """The address of a page of the same list, '' without a mark."""
    if not all(mark.values()):
        return ""
    given = request.GET.copy()
    for name in ("after", "before"):
        given.pop(name, None)
    given.update(mark)
    return f"?{given.urlencode()}"


def _wanted(request: HttpRequest) -> Wanted:
    given = request.GET
    return Wanted(
        household_class=given.get("class", ""), group_name=given.get("group", ""),
        **{name: given.get(name) == "1" for name in ("monitored", "clue", "unmet", "no_account")},
    )  # fmt: skip


def _workbook(place: Place, lines: Iterable[Line], day: date) -> HttpResponse:
    """The list as Excel, every text as text; no ID and no phone in it."""
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("农户")
        bold = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
        invented = "　虚构数据" if settings.DEMO else ""
        sheet.write_string(0, 0, f"{place.short}农户名单　截至 {day.isoformat()}{invented}")
        for at, (header, width) in enumerate(_COLUMNS.items()):
            sheet.set_column(at, at, width)
            sheet.write_string(2, at, header, bold)
        sheet.freeze_panes(3, 2)
        row = 2
        for row, line in enumerate(lines, 3):
            for at, cell in enumerate(_cells(line)):
                (sheet.write_number if isinstance(cell, int) else sheet.write_string)(row, at, cell)
        sheet.autofilter(2, 0, max(row, 3), len(_COLUMNS) - 1)
    answer = HttpResponse(
        file.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    answer["Content-Disposition"] = f'attachment; filename="households-{place.code}-{day.isoformat()}.xlsx"'
    return answer


def _cells(line: Line) -> list[str | int]:
    home, account = line.household, line.account
    return [
        home.household_id, home.head_name, home.group_name, home.household_class, home.eliminated, line.members,
        line.clues, line.issues, "、".join(ITEMS[item].short for item in line.unmet if item in ITEMS),
        account.year if account else "", account.get_status_display() if account else "", home.helper,
    ]  # fmt: skip
