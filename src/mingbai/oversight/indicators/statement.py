"""A statement's bytes: from what it kept to what it says, always the same."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal

import duckdb

from mingbai.oversight.indicators.figure import Figure
from mingbai.oversight.indicators.inputs import thawed
from mingbai.oversight.indicators.publishing import RULE, RULES, Published
from mingbai.oversight.indicators.reckoning import Asked, FigureRow, Number, reckoned

COLUMNS = ("figure", "version", "category", "place", "numerator", "denominator", "value")
BLANK = "*"
"""Stands where a small count was left out, or what could be subtracted from one."""


def said(contents: Mapping[str, bytes], asked: Asked, figures: Mapping[str, Figure]) -> list[FigureRow]:
    """The rows of a statement, from the inputs that it kept and the definitions that it names."""
    with duckdb.connect(":memory:") as con:
        thawed(con, contents)
        return reckoned(con, asked, {code: one for code, one in figures.items() if one.publish})


def inner(rows: Iterable[FigureRow]) -> bytes:
    """All of it, for the house: canonical CSV in UTF-8, decimals as text, no moment of writing in it."""
    return _csv(
        (r.figure, r.version, r.category, r.place, _text(r.numerator), _text(r.denominator), _text(r.value))
        for r in rows
    )


def outer(rows: Sequence[FigureRow], figures: Mapping[str, Figure], rule: int = RULE) -> bytes:
    """What may be published by a rule of `publishing.RULES`: the same columns, `*` where something was left out."""
    return _csv(map(_blanked, RULES[rule](rows, figures)))


def _blanked(row: Published) -> tuple[object, ...]:
    top = BLANK if "numerator" in row.blank else _text(row.numerator)
    bottom = BLANK if "denominator" in row.blank else _text(row.denominator)
    value = BLANK if row.blank else _text(row.value)
    return row.figure, row.version, row.category, row.place, top, bottom, value


def read_rows(content: bytes) -> list[dict[str, str]]:
    """The rows of a statement's bytes, as text by column."""
    return list(csv.DictReader(io.StringIO(content.decode())))


def declaration(one: Figure) -> str:
    """A digest of everything that defines a figure: kept with a statement, and held by a test, so that no definition
    changes without a new version."""
    told = {name: value for name, value in asdict(one).items() if name not in ("title", "english", "section")}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return into.getvalue().encode()


def _text(number: Number | None) -> str:
    if number is None:
        return ""
    return str(number) if isinstance(number, int) else format(Decimal(number), "f")
