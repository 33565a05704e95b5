"""A county's own policy numbers as entered on its page, in the shape in which the lookup takes them."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import Q, QuerySet

from mingbai.base.standards.models import OwnNumber
from mingbai.base.standards.reading import Dated, Number
from mingbai.base.standards.standards import numbers


def own_numbers(place: str) -> tuple[Number, ...]:
    """The own numbers of the county in which `place` lies, for `standards.at(…, own=…)`. One query."""
    found: dict[str, dict[tuple[object, ...], Dated]] = defaultdict(dict)
    for row in rows_at(place):
        # Of what was written down twice on one day the later row counts.
        moment = (row.since, row.place, row.recorded_on)
        found[row.name][moment] = Dated(
            row.since, value_of(row), row.recorded_on, row.document, row.document_on, row.place
        )  # fmt: skip
    known = numbers()
    return tuple(
        Number(name, known[name].title, known[name].title_en, known[name].unit, tuple(values.values()))
        for name, values in found.items()
        if name in known
    )


def rows_at(place: str) -> QuerySet[OwnNumber]:
    """What was entered for the county in which `place` lies, for places within it, and for what covers it."""
    county = place[:6]
    inside = Q(place__gte=county, place__lt=county + ":") | Q(place__in=[county[:2], county[:4]])
    return OwnNumber.objects.filter(inside).order_by("id")


def value_of(row: OwnNumber) -> Decimal | tuple[str, ...] | None:
    """The value as the lookup has it; None where the number ended."""
    if not row.value:
        return None
    labels = row.name in numbers() and numbers()[row.name].unit == "labels"
    return tuple(row.value.split("、")) if labels else Decimal(row.value)
