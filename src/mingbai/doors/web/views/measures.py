"""The statistician's page: a measure by group for a year, drawn with its uncertainty, in words, and as a file."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.doors.web.queries.measure_choice import Asked, asked
from mingbai.doors.web.queries.measure_files import content
from mingbai.doors.web.queries.measure_words import GROUPS, MEASURES, Shown, scaled, spoken, within, written
from mingbai.doors.web.queries.measures import Row, Table, published, table
from mingbai.doors.web.queries.table_files import FORMATS, handed

DRAWN = 40
"""More groups than this make no picture any more: the first are drawn, the table and the SVG have all."""
FEW = 30
"""Households from which an interval by clusters is to be trusted, roughly."""


@login_required
@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Reads ?place, year, measure, by, line, count (people or homes), public (as it may be published), format."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    day: date = request.day  # type: ignore[attr-defined]
    by.must(Permission.FIGURE_READ)
    found = asked(by, request.GET.dict())
    if found is None:
        raise Http404(_("没有这个地方，或者不在您负责的范围内。"))
    context: dict[str, Any] = {"asked": found, "place": found.place}
    if found.choice is None:
        return render(request, "web/measures.html", context)
    opens = by.may(Permission.HOUSEHOLD_READ, at=found.place.code)
    made = table(by, found.choice, day)
    if found.public or not opens:
        made = published(made)
    format_ = request.GET.get("format", "")
    if format_ in FORMATS:
        file = content(format_, title(found), found, made, day, [*words(found, made), *notes(made)])
        choice = found.choice
        return handed(format_, file, f"{choice.measure}-{choice.by or 'all'}-{choice.place}-{choice.year}")
    shown = MEASURES[found.choice.measure]
    context |= {
        "table": made, "choice": found.choice, "shown_label": _(shown.label), "shown_says": _(shown.says),
        "group_label": _(GROUPS[found.choice.by]), "formats": FORMATS,
        "heading": title(found), "chart": _chart(found, made), "words": words(found, made), "notes": notes(made),
        "rows": [_line(found, row, opens=opens) for row in made.rows],
        "total": _line(found, made.total, opens=opens) if made.total else None, "may_publish": opens,
    }  # fmt: skip
    return render(request, "web/measures.html", context)


def _line(found: Asked, row: Row, *, opens: bool) -> dict[str, Any]:
    """A row of the table, its numbers as they are written, with the ways to the households behind it."""
    assert found.choice
    shown = MEASURES[found.choice.measure]
    urls = {}
    if opens and not row.blank:
        for state, n in (("all", row.known), ("poor", row.poor), ("none", row.unknown)):
            urls[state] = _homes(found, row.key, state) if n else ""
    place = row.key if found.choice.by in ("township", "village") else ""
    return {
        "row": row, "value": written(shown.kind, row.value), "urls": urls,
        "lower": written(shown.kind, within(shown, row.lower)), "upper": written(shown.kind, within(shown, row.upper)),
        "few": not row.blank and 0 < row.known < FEW,
        "place_url": reverse("web:village", args=[place]) if place and opens else "",
    }  # fmt: skip


def _homes(found: Asked, key: str, state: str) -> str:
    choice = found.choice
    assert choice and found.line
    query = {
        "place": choice.place, "year": choice.year, "line": found.line.key, "by": choice.by, "key": key, "state": state
    }  # fmt: skip
    return f"{reverse('web:measured_homes')}?{urlencode(query)}"


def _chart(found: Asked, made: Table) -> dict[str, Any] | None:
    choice, rows = found.choice, [row for row in made.rows if row.value is not None][:DRAWN]
    if choice is None or not rows:
        return None
    shown = MEASURES[choice.measure]
    kind = shown.kind
    picture: dict[str, Any] = {
        "kind": "dots", "title": title(found), "text": words(found, made)[-1],
        "columns": [_(GROUPS[choice.by]), _(shown.label), _("区间下限"), _("区间上限")],
        "rows": [[row.label, scaled(kind, row.value), scaled(kind, within(shown, row.lower)),
                  scaled(kind, within(shown, row.upper))] for row in rows],
        "unit": {"percent": "%", "yuan": _("元"), "ratio": _("倍")}.get(kind, ""),
    }  # fmt: skip
    if made.total and made.total.value is not None:
        picture["line"] = {"value": scaled(kind, made.total.value), "label": found.place.short}
    return picture


def title(found: Asked) -> str:
    """越西县 2025 年发生率，按乡镇 —— of the picture and of files."""
    assert found.choice
    said = {"place": found.place.short, "year": found.choice.year, "measure": _(MEASURES[found.choice.measure].label)}
    if not found.choice.by:
        return _("%(place)s %(year)d 年%(measure)s") % said
    return _("%(place)s %(year)d 年%(measure)s，按%(group)s") % (said | {"group": _(GROUPS[found.choice.by])})


def words(found: Asked, made: Table) -> list[str]:
    """What the table says, in sentences: the whole, then highest and lowest."""
    choice = found.choice
    if choice is None or made.total is None:
        return []
    shown = MEASURES[choice.measure]
    said = [_whole(found, made.total, shown)] if not made.total.blank else []
    every = [row for row in made.rows if row.value is not None]
    # One odd household must not make its group the highest of all.
    many = [row for row in every if row.known >= FEW]
    rows = many if len(many) > 1 else every
    left_out = _("不满 %(n)d 户的组没有参加比较。") % {"n": FEW} if len(rows) < len(every) else ""
    if len(rows) < 2 or choice.by in ("", *_SIDE_BY_SIDE):
        return said + ([_side_by_side(rows, shown)] if len(rows) >= 2 and choice.by in _SIDE_BY_SIDE else [])
    high, low = max(rows, key=_value), min(rows, key=_value)
    if _value(high) == _value(low):
        return [*said, _("各组都一样。")]
    told = {
        "high": high.label, "top": spoken(shown.kind, high.value), "low": low.label,
        "bottom": spoken(shown.kind, low.value), "n": sum(_value(row) == _value(low) for row in rows),
    }  # fmt: skip
    if told["n"] == 1:
        one = _("最高的是%(high)s（%(top)s），最低的是%(low)s（%(bottom)s）。") % told
    else:
        one = _("最高的是%(high)s（%(top)s）；%(low)s等 %(n)d 个最低（%(bottom)s）。") % told
    return [*said, one + _overlap(high, low) + left_out]


_SIDE_BY_SIDE = ("head_sex",)


def _side_by_side(rows: Sequence[Row], shown: Shown) -> str:
    return (
        "，".join(
            _("%(group)s %(value)s") % {"group": row.label, "value": spoken(shown.kind, row.value)} for row in rows
        )
        + "。"
    )


def _whole(found: Asked, total: Row, shown: Shown) -> str:
    choice = found.choice
    assert choice and found.line
    said = {
        "place": found.place.short, "year": choice.year, "measure": _(shown.label),
        "value": spoken(shown.kind, total.value), "how": _("按人") if choice.people else _("按户"),
        "lower": written(shown.kind, within(shown, total.lower)),
        "upper": written(shown.kind, within(shown, total.upper)),
    }  # fmt: skip
    if total.lower is None:
        return _("%(place)s %(year)d 年%(measure)s（%(how)s）是 %(value)s。") % said
    return _("%(place)s %(year)d 年%(measure)s（%(how)s）是 %(value)s，95%% 区间 %(lower)s—%(upper)s。") % said


def _overlap(high: Row, low: Row) -> str:
    if high.lower is None or low.upper is None:
        return ""
    if high.lower > low.upper:
        return _("两头的区间不相交，差别不像是偶然。")
    return _("两头的区间有重叠，差别可能只是偶然，排名次要慎重。")


def notes(made: Table) -> list[str]:
    """What must be known to read the table."""
    lines = [
        _("没有这一年收支账的户不算在内，也没有当成不低于线。"),
        _("收支账不是抽样调查。区间表示：情况稍有不同时（好比换一批条件差不多的户），这个数大概会落在什么范围。"),
    ]
    if made.clusters:
        lines.append(_("同村的户彼此相像，区间按 %(n)d 个村为整群来算。") % {"n": made.clusters})
    else:
        lines.append(_("区间按一户一户算，没有顾及同村的户彼此相像，会偏窄。"))
    if any(row.known and row.lower is None and not row.blank for row in made.rows):
        lines.append(_("只有一个村、一户，或者组内户户一样的，看不出波动，没有区间。"))
    return lines


def _value(row: Row) -> float:
    return row.value or 0.0
