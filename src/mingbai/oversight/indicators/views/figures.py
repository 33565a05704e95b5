"""Figures of a place on pages: all of them, one of them by place, and the households behind a number."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.models import Place
from mingbai.base.places.queries import names, path
from mingbai.facts.registry.models import Household
from mingbai.oversight.indicators import sheet, statement
from mingbai.oversight.indicators.actions import told_export
from mingbai.oversight.indicators.figure import Category, Figure
from mingbai.oversight.indicators.figures import FIGURES, SECTIONS
from mingbai.oversight.indicators.queries import figures as queries
from mingbai.oversight.indicators.queries.wording import Words, cell, named, share, words
from mingbai.oversight.indicators.reckoning import FigureRow
from mingbai.oversight.indicators.tasks import refresh_figures

PAGE = 50
KINDS = (("xlsx", "Excel"), ("csv", "CSV"), ("parquet", "Parquet"))
MOST = 100
"""More places than these nobody compares in a picture."""


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Every figure of one place, by section."""
    by, place = _asked(request)
    found = _shown(request, by, place)
    context = _around(by, place) | {"found": found, "below": _below(found, place), "kinds": KINDS}
    if found:
        sections = []
        for key, titles in SECTIONS.items():
            lines = [_line(found, place, one) for one in FIGURES.values() if one.section == key and one.publish]
            sections.append((titles[get_language() == "en"], lines))
        context |= {"sections": sections}
    return render(request, "indicators/figures.html", context)


@require_safe
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """One figure by the places right below, or by category."""
    one = _known(code)
    by, place = _asked(request)
    found = _shown(request, by, place)
    context = _around(by, place) | {"found": found, "figure": words(one), "code": code}
    if found:
        places = sorted({row.place for row in found.rows} - {place})
        known = names([*places, place])
        told = _told(found, one)
        lines = [_by_place(found, one, told, at, known.get(at, at), by) for at in places]
        context |= {
            "heads": [named(c) for c in told],
            "rows": lines, "total": _by_place(found, one, told, place, known.get(place, place), by),
            "chart": _chart(found, one, lines, place), "valued": one.of or not one.adds,
        }  # fmt: skip
    return render(request, "indicators/figure.html", context)


@require_safe
def households(request: HttpRequest, code: str) -> HttpResponse:
    """What a number of a township or village counts, household by household."""
    one = _known(code)
    by, place = _asked(request)
    if len(place) < 9 or one.kind == "measure":
        raise Http404
    by.must(Permission.HOUSEHOLD_READ, at=place)
    category = request.GET.get("category", "")
    every = queries.households_behind(by, place, request.day, code, category)  # type: ignore[attr-defined]
    after = request.GET.get("after", "")
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 9 else 0
    part = every[start : start + PAGE]
    homes = {h.household_id: h for h in Household.objects.filter(household_id__in=[b.household_id for b in part])}
    known = names(h.village for h in homes.values())
    rows = []
    for one_behind in part:
        home = homes.get(one_behind.household_id)
        url = ""
        if one_behind.number:
            url = reverse("screening:clue" if one.table == "clue" else "issues:issue", args=[one_behind.number])
        rows.append((home, path(home.village, known) if home else "", one_behind.number, url))
    chosen = next((c for c in one.categories if c.code == category), None)
    title = named(chosen) if chosen else ""
    context = _around(by, place) | {
        "figure": words(one), "code": code, "rows": rows, "count": len(every), "category": title,
        "next_url": _query(place=place, category=category, after=start + PAGE) if len(every) > start + PAGE else "",
        "numbered": one.table in ("clue", "problem"),
    }  # fmt: skip
    return render(request, "indicators/households.html", context)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """All figures of a place and every place in it, small counts included: for the house, and on record."""
    by, place = _asked(request)
    day = request.day  # type: ignore[attr-defined]
    kind = request.POST.get("format", "")
    if kind not in dict(KINDS):
        raise Http404
    rows = [row for row in queries.figures(by, place, day) if FIGURES[row.figure].publish]
    content = _file(rows, kind, place, request)
    told_export(by=by, place=place, day=day, kind=kind, rows=len(rows))
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, f"指标-{place}-{day.isoformat()}.{kind}") or ""
    return answer


def _file(rows: Sequence[FigureRow], kind: str, place: str, request: HttpRequest) -> bytes:
    if kind == "csv":
        return statement.inner(rows)
    if kind == "parquet":
        lines = statement.read_rows(statement.inner(rows))
        return sheet.parquet(statement.COLUMNS, [tuple(line.values()) for line in lines])
    known = names({row.place for row in rows})
    cells = (
        (FIGURES[r.figure].title, _category(FIGURES[r.figure], r.category), r.place, known.get(r.place, ""),
         r.numerator, r.denominator, r.value, FIGURES[r.figure].unit, FIGURES[r.figure].numerator)
        for r in rows
    )  # fmt: skip
    heads = ("指标", "分类", "区划代码", "地方", "分子", "分母", "值", "单位", "分子说明")
    day = request.day  # type: ignore[attr-defined]
    title = f"{known.get(place, place)}指标　截至 {day.isoformat()}（内部）"
    return sheet.workbook(title, heads, cells, day, invented=settings.DEMO)


def _category(one: Figure, code: str) -> str:
    return next((c.title for c in one.categories if c.code == code), code)


def _asked(request: HttpRequest) -> tuple[Actor, str]:
    """Who asks, and of which place: their own where they name none. 404 for a place that is not theirs."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    by.must(Permission.FIGURE_READ)
    place = request.POST.get("place", "") or request.GET.get("place", "") or by.areas(Permission.FIGURE_READ)[0]
    if len(place) not in (2, 4, 6, 9, 12) or not place.isdecimal() or not by.may(Permission.FIGURE_READ, at=place):
        raise Http404
    if not Place.objects.filter(code__startswith=place).exists():
        raise Http404
    return by, place


def _shown(request: HttpRequest, by: Actor, place: str) -> queries.Shown | None:
    day = request.day  # type: ignore[attr-defined]
    found, again = queries.shown(by, place, day)
    if again:
        refresh_figures.enqueue(place, day.isoformat())
    return found


def _known(code: str) -> Figure:
    if code not in FIGURES:
        raise Http404
    return FIGURES[code]


def _around(by: Actor, place: str) -> dict[str, Any]:
    """The place's name, and the way up as far as `by` may go."""
    codes = [place[:n] for n in (2, 4, 6, 9) if n < len(place) and by.may(Permission.FIGURE_READ, at=place[:n])]
    known = names([place, *codes])
    above = [(code, known.get(code, code)) for code in codes]
    return {"place": place, "place_name": known.get(place, place), "above": above}


def _below(found: queries.Shown | None, place: str) -> list[tuple[str, str]]:
    """Places right below, to go down to."""
    codes = sorted({row.place for row in found.rows} - {place}) if found else []
    known = names(codes)
    return [(code, known.get(code, code)) for code in codes]


def _line(found: queries.Shown, place: str, one: Figure) -> dict[str, Any]:
    """A figure's line of the overview. Of categories the largest is named."""
    said = words(one)
    if not one.categories:
        row = found.of(one.code, place)
        return {"words": said, "code": one.code, **_numbers(one, row)}
    rows = [row for row in found.rows if row.figure == one.code and row.place == place]
    most = max(rows, key=lambda row: row.numerator or 0)
    line: dict[str, Any] = {
        "words": said,
        "code": one.code,
        "top": "",
        "bottom": cell(one, most.denominator),
        "value": "",
    }
    if most.numerator:
        name = next(named(c) for c in one.categories if c.code == most.category)
        line["value"] = _("最多：%(name)s %(n)s") % {"name": name, "n": cell(one, most.numerator)}
    return line


def _numbers(one: Figure, row: FigureRow | None) -> dict[str, str]:
    if row is None:
        return {"top": "", "bottom": "", "value": ""}
    return {
        "top": cell(one, row.numerator),
        "bottom": cell(one, row.denominator, bottom=True),
        "value": share(one, row.value),
    }


def _told(found: queries.Shown, one: Figure) -> list[Category]:
    """The categories that anybody is in."""
    used = {row.category for row in found.rows if row.figure == one.code and row.numerator}
    return [c for c in one.categories if c.code in used]


def _by_place(
    found: queries.Shown, one: Figure, told: Sequence[Category], at: str, name: str, by: Actor
) -> dict[str, Any]:
    opens = len(at) >= 9 and one.kind != "measure" and by.may(Permission.HOUSEHOLD_READ, at=at)
    line: dict[str, Any] = {"code": at, "name": name, "deeper": len(at) < 12}
    if not one.categories:
        row = found.of(one.code, at)
        line |= _numbers(one, row)
        counted = (row.denominator if one.kind == "median" else row.numerator) if row else 0
        line["raw"] = row.value if row else None
        line["url"] = _behind(one, at, "") if opens and counted else ""
        return line
    cells = []
    for category in told:
        row = found.of(one.code, at, category.code)
        n = row.numerator if row else 0
        url = _behind(one, at, category.code) if opens and n else ""
        cells.append((named(category), cell(one, n), url, bool(n)))
    whole = found.of(one.of, at) if one.of else None
    return line | {"cells": cells, "bottom": cell(one, whole.numerator, bottom=True) if whole else ""}


def _behind(one: Figure, place: str, category: str) -> str:
    return reverse("indicators:households", args=[one.code]) + _query(place=place, category=category)


def _query(**given: str | int) -> str:
    return "?" + urlencode({name: value for name, value in given.items() if value != ""})


def _chart(found: queries.Shown, one: Figure, lines: Sequence[dict[str, Any]], place: str) -> dict[str, Any] | None:
    """The values side by side, or the categories of the place."""
    said: Words = words(one)
    if one.categories:
        rows: list[list[Any]] = [
            [named(c), row.numerator] for c in _told(found, one) if (row := found.of(one.code, place, c.code))
        ]
        column, unit = said.title, said.unit
    else:
        rows = [[line["name"], _drawn(one, line["raw"])] for line in lines if line["raw"] is not None]
        column, unit = said.title, "%" if one.is_rate else said.unit
    if not 1 < len(rows) <= MOST:
        return None
    most = max(rows, key=lambda row: row[1])
    text = _("%(name)s最高，%(n)s%(unit)s。") % {"name": most[0], "n": most[1], "unit": unit}
    return {
        "kind": "bars", "across": True, "title": said.title, "text": text, "unit": unit,
        "columns": [_("分类") if one.categories else _("地方"), column], "rows": rows,
    }  # fmt: skip


def _drawn(one: Figure, value: Any) -> Any:
    return round(value * 100, 2) if one.is_rate else value
