"""What may leave the house of a set of figures: counts large enough, values rounded, nothing to subtract."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from mingbai.facts.bureaus.tables import MONITORED_CLASSES
from mingbai.oversight.indicators.figure import Figure
from mingbai.oversight.indicators.reckoning import FigureRow, Number, rounded
from mingbai.oversight.indicators.suppression import LEAST, Key, Sum, suppressed

Cell = Key
"""(figure, category, place)."""


class Published(NamedTuple):
    """A row as it leaves. None where there is nothing, or nothing to be had; `blank` names what was suppressed."""

    figure: str
    category: str
    place: str
    numerator: Number | None
    denominator: Number | None
    value: Decimal | None
    version: int
    blank: tuple[str, ...] = ()


def published(rows: Sequence[FigureRow], figures: Mapping[str, Figure], *, least: int = LEAST) -> list[Published]:
    """The rows of figures that are published, in their order, with small cells blank and values rounded.

    Counts of households, clues and problems are suppressed together, over places and categories at once (`tables`).
    A sum, a median and a measure is blank where the count of households that it rests on is.
    """
    cells, sums, hidden = tables(rows, figures, least=least)
    blank = suppressed(cells, sums, least=least, unpublished=hidden)
    return [_row(row, figures, blank) for row in rows if figures[row.figure].publish]


def tables(
    rows: Sequence[FigureRow], figures: Mapping[str, Figure], *, least: int = LEAST
) -> tuple[dict[Cell, int], list[Sum], set[Cell]]:
    """The cells of all published counts, every sum that holds between them, and what must be blank with the
    small: rests of denominators, which are never shown, and the monitored where those taken off them are few."""
    counts = {one.code: one for one in figures.values() if one.publish and one.kind == "count"}
    cells: dict[Cell, int] = {
        (row.figure, row.category, row.place): int(row.numerator)
        for row in rows
        if row.figure in counts and row.numerator is not None
    }
    sums = _over_places(cells) + _over_parts(cells, counts)
    rests = _rests(cells, counts, least)
    for cell, (code, category, place) in rests.items():
        cells[cell] = cells[counts[code].of, "", place] - cells[code, category, place]
        sums.append(Sum((counts[code].of, "", place), ((code, category, place), cell)))
    return cells, sums, set(rests) | _eliminated(cells, least)


def _over_places(cells: Mapping[Cell, int]) -> list[Sum]:
    """Villages add up to townships, townships to the county."""
    places = {place for _code, _category, place in cells}
    above = {
        place: max((p for p in places if p != place and place.startswith(p)), key=len, default="") for place in places
    }
    below: dict[Cell, list[Cell]] = {}
    for code, category, place in cells:
        if above[place]:
            below.setdefault((code, category, above[place]), []).append((code, category, place))
    return [Sum(total, tuple(sorted(parts))) for total, parts in sorted(below.items())]


def _over_parts(cells: Mapping[Cell, int], counts: Mapping[str, Figure]) -> list[Sum]:
    """Categories that are parts of their whole; and a figure that is the rest of another."""
    found: dict[Cell, list[Cell]] = {}
    for code, category, place in cells:
        one = counts[code]
        if one.parts:
            found.setdefault((one.of, "", place), []).append((code, category, place))
    wholes = [Sum(total, tuple(sorted(p for p in parts if p[0] == code)))
              for total, parts in sorted(found.items()) for code in sorted({p[0] for p in parts})]  # fmt: skip
    rests = [
        Sum((one.of, "", place), ((one.rest_of, "", place), (code, "", place)))
        for code, _category, place in sorted(cells)
        if (one := counts[code]).rest_of
    ]
    return wholes + rests


def _rests(cells: Mapping[Cell, int], counts: Mapping[str, Figure], least: int) -> dict[Cell, Cell]:
    """What is left of a denominator without a numerator, where it is small: whoever has both could subtract it."""
    told = {one.rest_of for one in counts.values()}
    found: dict[Cell, Cell] = {}
    for code, category, place in cells:
        one = counts[code]
        if one.of and not one.parts and not one.rest_of and code not in told:
            if 0 < cells[one.of, "", place] - cells[code, category, place] < least:
                found[f"~{code}", category, place] = (code, category, place)
    return found


def _eliminated(cells: Mapping[Cell, int], least: int) -> set[Cell]:
    """The monitored where households of these classes that are no longer monitored are few: the classes are published
    too, and the one taken off the other would tell of them."""
    found: set[Cell] = set()
    for code, category, place in cells:
        if code == "monitored":
            listed = sum(cells.get(("household_class", name, place), 0) for name in MONITORED_CLASSES)
            if 0 < listed - cells[code, category, place] < least:
                found.add((code, category, place))
    return found


def _row(row: FigureRow, figures: Mapping[str, Figure], blank: set[Cell]) -> Published:
    one = figures[row.figure]
    top_blank = _rests_on(one, row.category, row.place, figures) in blank
    bottom_blank = bool(one.of) and _rests_on(figures[one.of], "", row.place, figures) in blank
    missing = (("numerator",) if top_blank else ()) + (("denominator",) if bottom_blank else ())
    top = None if top_blank or one.kind in ("median", "measure") else row.numerator
    if one.money and top is not None:
        # To the yuan it would tell of families; of a mean the sum stays here altogether.
        top = None if one.of else rounded(Decimal(top), one.shown)
    bottom = None if bottom_blank else row.denominator
    counted = one.kind in ("count", "sum") and not one.of and not one.money
    value = None if missing or row.value is None else row.value if counted else rounded(row.value, one.shown)
    return Published(row.figure, row.category, row.place, top, bottom, value, row.version, missing)


def _rests_on(one: Figure, category: str, place: str, figures: Mapping[str, Figure]) -> Cell:
    """The count whose cell decides over a figure's."""
    if one.kind == "count":
        return (one.code, category, place)
    return (one.behind, category if figures[one.behind].categories else "", place)


RULE = 1
"""The rule by which statements are published now. Another one gets another number: a statement names its own."""
RULES: Mapping[int, Callable[[Sequence[FigureRow], Mapping[str, Figure]], list[Published]]] = MappingProxyType(
    {1: published}
)
