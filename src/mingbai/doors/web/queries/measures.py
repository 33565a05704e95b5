"""Measures of income by group, with their uncertainty: a choice in, a table out.

The interval sees a county's accounts as one outcome of what could have been, with villages as clusters; where villages
are the groups, or stand alone, households are the clusters.
"""

from dataclasses import astuple, dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.queries import names
from mingbai.doors.web.queries.incomes import Homes, ages, homes
from mingbai.doors.web.queries.keeping import DEAR, kept, key_of
from mingbai.oversight.indicators.suppression import Sum, suppressed
from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.estimates import Estimates
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.measures import MEASURES, measure
from mingbai.oversight.poverty.welfare import Undefined, Welfare

SIZES = 6
"""Households of so many members and more stand together."""
AGES = (0, 40, 60, 70)
EVERYBODY = "*"
"""The key of the whole."""
NATURAL = ("size", "head_age", "head_sex")
"""Groups with an order of their own; the others stand by their value."""


@dataclass(frozen=True)
class Choice:
    """What somebody asks for. by: township, village, class, group, size, head_age, head_sex, head_people, '' (none).

    line: yuan per head and year. people: whether a household counts as many times as it has members.
    """

    place: str
    year: int
    measure: str
    by: str
    line: float
    people: bool


class Row(NamedTuple):
    """One group. value, se, lower, upper: None where there is none. Counts are of households, `members` of people.

    known: with an account of the year. poor: below the line. unknown: without an account. blank: left out of what is
    published, for it is small or would give a small one away.
    """

    key: str
    label: str
    value: float | None
    se: float | None
    lower: float | None
    upper: float | None
    known: int
    members: int
    poor: int
    unknown: int
    blank: bool = False


@dataclass(frozen=True)
class Table:
    """rows: by group; total: everybody, None without any account. undefined: incomes of zero or less where the measure
    takes none, by household. clusters: villages, or 0 where households are the clusters."""

    choice: Choice
    rows: tuple[Row, ...]
    total: Row | None
    households: int
    undefined: int
    clusters: int
    at: datetime


def table(by: Actor, choice: Choice, day: date) -> Table:
    """The table of a place that lies in one area of `by`. At most six queries; dear ones are kept for ten minutes."""
    by.must(Permission.FIGURE_READ, at=choice.place)
    key = key_of("measures", *astuple(choice), day)
    return kept(key, lambda: _table(homes(by, choice.place, choice.year, choice.by), choice, day), dear=DEAR)


def _table(found: Homes, choice: Choice, day: date) -> Table:
    codes, keys, labels = parts(found, choice.by, day)
    known = found.known
    clusters = clusters_of(found.village[known], choice.by)
    rows: list[Row] = []
    total, undefined = None, 0
    if known.any():
        everybody = Groups.everybody(int(known.sum()))
        try:
            whole = _estimates(found, choice, everybody, clusters)
            by_group = _estimates(found, choice, Groups(codes[known], keys), clusters) if choice.by else None
            rows = _rows(found, choice, codes, keys, labels, by_group) if by_group else []
            total = _rows(found, choice, np.zeros(len(known), np.intp), (EVERYBODY,), ("",), whole)[0]
        except Undefined:
            undefined = int((found.income[known] <= 0).sum())
    if choice.by not in NATURAL:
        rows.sort(key=lambda row: (row.value is None, -(row.value or 0.0), row.key))
    return Table(choice, tuple(rows), total, len(known), undefined, clusters, timezone.now())


def clusters_of(village: NDArray[np.int64], by: str) -> int:
    """How many villages are clusters, from the village of each household; 0 where households are: in one village, by
    village, and where a township is but one village, for all townships are to be drawn by one rule."""
    villages = np.unique(village)
    if len(villages) < 2 or by == "village":
        return 0
    alone = by == "township" and int(np.unique(villages // 1000, return_counts=True)[1].min()) < 2
    return 0 if alone else len(villages)


def _estimates(found: Homes, choice: Choice, groups: Groups, clusters: int) -> Estimates:
    known = found.known
    weight = (found.size[known] if choice.people else np.ones(int(known.sum()))).astype(np.float64)
    line = choice.line if MEASURES[choice.measure].needs_line else None
    welfare = Welfare.of(found.per_head[known], weight=weight, groups=groups, line=line)
    psu = found.village[known] if clusters else None
    # A single household shows no spread: it gets no interval, and the page is a page still.
    design = Design.of(len(weight), weight=weight, psu=psu, lonely="certainty")
    return measure(welfare, [choice.measure], design)[0]


def _rows(
    found: Homes, choice: Choice, codes: NDArray[np.intp], keys: tuple[str, ...], labels: tuple[str, ...], of: Estimates
) -> list[Row]:
    known, count = found.known, len(keys)
    poor = known & (np.where(known, found.per_head, np.inf) < choice.line)
    counts = [np.bincount(codes[which], minlength=count).tolist() for which in (known, poor, ~known)]
    members = np.bincount(codes[known], found.size[known], count).astype(np.int64).tolist()
    rows = []
    for n, (value, se, lower, upper) in enumerate(zip(of.value, of.se, of.lower, of.upper, strict=True)):
        # A group in one cluster, or in which all are alike, shows no spread: its zero is none.
        seen = of.freedom[n] > 0 and se > 0
        error, low, high = (_none(cell) if seen else None for cell in (se, lower, upper))
        many, below, rest = (column[n] for column in counts)
        rows.append(Row(keys[n], labels[n], _none(value), error, low, high, many, members[n], below, rest))
    return rows


def _none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def published(found: Table) -> Table:
    """The table as it may leave the house: where a count of households is small, the whole row is left blank, and so is
    another one where it could be subtracted."""
    every = [*found.rows, *([found.total] if found.total else [])]
    cells: dict[tuple[str, ...], int] = {}
    for at, row in enumerate(every):
        counts = (row.poor, row.known - row.poor, row.unknown, row.known + row.unknown)
        cells |= {(kind, str(at)): n for kind, n in zip((*_KINDS, _ALL), counts, strict=True)}
    sums = [Sum((_ALL, str(at)), tuple((kind, str(at)) for kind in _KINDS)) for at in range(len(every))]
    if found.total and found.rows:
        last = len(found.rows)
        inside = [str(at) for at in range(last)]
        sums += [Sum((kind, str(last)), tuple((kind, at) for at in inside)) for kind in (*_KINDS, _ALL)]
    blank = {int(at) for _kind, at in suppressed(cells, sums)}
    rows = [_blanked(row) if at in blank else row for at, row in enumerate(every)]
    total = rows.pop() if found.total else None
    return replace(found, rows=tuple(rows), total=total)


_KINDS, _ALL = ("poor", "above", "unknown"), "all"


def _blanked(row: Row) -> Row:
    return Row(row.key, row.label, None, None, None, None, 0, 0, 0, 0, blank=True)


def parts(found: Homes, by: str, day: date) -> tuple[NDArray[np.intp], tuple[str, ...], tuple[str, ...]]:
    """Each household's group as a number, and the groups' keys and labels in order."""
    if by in ("township", "village"):
        digits = 9 if by == "township" else 12
        where, codes = np.unique(found.village // 10 ** (12 - digits), return_inverse=True)
        keys = tuple(f"{int(code):0{digits}d}" for code in where)
        known = names(keys)
        return codes.reshape(-1), keys, tuple(known.get(key, key) for key in keys)
    if by == "size":
        values = np.clip(found.size, 0, SIZES)
    elif by == "head_age":
        old = ages(list(found.what), day)
        values = np.where(old < 0, len(AGES), np.searchsorted(AGES, old, side="right") - 1)
    elif by:
        return _texts(found, by)
    else:
        return np.zeros(len(found.pk), np.intp), ("",), (_("全部"),)
    numbers, codes = np.unique(values, return_inverse=True)
    label = _of_size if by == "size" else _of_age
    return codes.reshape(-1), tuple(str(n) for n in numbers), tuple(label(int(n)) for n in numbers)


def _texts(found: Homes, by: str) -> tuple[NDArray[np.intp], tuple[str, ...], tuple[str, ...]]:
    empty = {"class": _("没有写户类型"), "group": _("没有写小组")}.get(by, _("户主不详"))
    texts = np.array([text or "" for text in found.what.tolist()], dtype=np.str_)
    keys, codes = np.unique(texts, return_inverse=True)
    named = [str(key) for key in keys]
    shown = tuple(_(key) if key and by != "group" else key or empty for key in named)
    return codes.reshape(-1), tuple(named), shown


def _of_size(n: int) -> str:
    if n == 0:
        return _("没有在册成员")
    return _("%(n)d 人及以上") % {"n": n} if n == SIZES else _("%(n)d 人") % {"n": n}


def _of_age(n: int) -> str:
    if n == len(AGES):
        return _("户主年龄不详")
    if n == 0:
        return _("户主不满 %(n)d 岁") % {"n": AGES[1]}
    if n == len(AGES) - 1:
        return _("户主 %(n)d 岁及以上") % {"n": AGES[-1]}
    return _("户主 %(low)d—%(high)d 岁") % {"low": AGES[n], "high": AGES[n + 1] - 1}
