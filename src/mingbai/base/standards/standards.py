"""Policy numbers: what is in force on a day, at a place, as far as it was known on another day.

Nothing here is overwritten: a new value is a new dated line in numbers/*.yaml or in a county's own file
(`reading` tells the shape), so a decision of any day can be replayed under the numbers of that day.

Of the values of one number that have begun, cover the place and were known, the one in force is: that of
the place's own file before ours, then that of the longest place, then of the latest `since`, then of the
latest `recorded_on`. Where that one is null the number has ended there and is missing from the set.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from mingbai.base.lib.errors import Refused
from mingbai.base.standards.reading import Dated, Number, read

_UNITS = MappingProxyType(
    {
        "yuan": ("元", "yuan"),
        "yuan_per_head_year": ("元/人·年", "yuan per head and year"),
        "months": ("个月", "months"),
        "days": ("天", "days"),
        "years": ("岁", "years"),
    }
)


@dataclass(frozen=True)
class Standard:
    """A policy number as it is in force: its value in `unit`, and where that comes from.

    `place` is the prefix of the division code that the value was set for, '' for everywhere.
    """

    name: str
    title: str
    title_en: str
    unit: str
    value: Decimal | tuple[str, ...]
    since: date
    recorded_on: date
    place: str
    document: str
    document_on: date | None = None


@cache
def numbers() -> Mapping[str, Number]:
    """Our own numbers by name, each with every value it ever had."""
    found: dict[str, Number] = {}
    faults: list[str] = []
    files = resources.files("mingbai.base.standards").joinpath("numbers").iterdir()
    for file in sorted((f for f in files if f.name.endswith(".yaml")), key=lambda f: f.name):
        entries, wrong = read(file.read_bytes())
        faults.extend(f"{file.name}：{fault}" for fault in wrong)
        faults.extend(f"{file.name}：{e.name} 在别的文件里已经有了。" for e in entries if e.name in found)
        found.update((e.name, e) for e in entries)
    if faults:
        raise Refused(*faults)
    return MappingProxyType(found)


def load(path: Path) -> tuple[Number, ...]:
    """A county's own file, to be given as `own`.

    Raises Refused, with a sentence for every fault in it at once, if the file cannot be read as a whole.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refused(f"打不开本县的政策数值文件 {path}；请检查路径和权限。") from error
    own, faults = read(content, known=numbers())
    if faults:
        raise Refused(*(f"{path.name}：{fault}" for fault in faults))
    return own


def at(day: date, place: str, own: Sequence[Number] = (), known: date | None = None) -> Mapping[str, Standard]:
    """The numbers in force on `day` at `place` (a division code of any length), by name.

    `known` leaves out what was written down after that day; None takes everything recorded.
    """
    every = ((name, _in_force(name, day, place, own, known)) for name in numbers())
    return MappingProxyType({name: standard for name, standard in every if standard})


def by_year(
    name: str, years: Iterable[int], place: str, own: Sequence[Number] = (), known: date | None = None
) -> dict[int, Standard]:
    """The number of each account year: the value in force on 31 December. Years without one are missing.

    Raises KeyError for a name that is no number of ours.
    """
    every = ((year, _in_force(name, date(year, 12, 31), place, own, known)) for year in sorted(set(years)))
    return {year: standard for year, standard in every if standard}


def rows(
    day: date,
    place: str,
    own: Sequence[Number] = (),
    known: date | None = None,
    lang: Literal["zh", "en"] = "zh",
) -> list[tuple[str, str, str, str, str, str]]:
    """What is in force, for printing: name, title, value with its unit, since, place, document."""
    everywhere = "各地" if lang == "zh" else "everywhere"
    return [
        (
            s.name,
            s.title if lang == "zh" else s.title_en,
            shown(s, lang),
            s.since.isoformat(),
            s.place or everywhere,
            s.document,
        )
        for s in at(day, place, own, known).values()
    ]


def shown(standard: Standard, lang: Literal["zh", "en"] = "zh") -> str:
    """The value with its unit, as a person reads it."""
    if isinstance(standard.value, tuple):
        return ("、" if lang == "zh" else ", ").join(standard.value)
    units = _UNITS.get(standard.unit)
    return f"{standard.value}" if units is None else f"{standard.value} {units[lang == 'en']}"


def no_place(place: str) -> tuple[str, ...]:
    """The reason why this is no division code (or its beginning); nothing where it is one, or empty."""
    if re.fullmatch(r"([0-9]{2,12})?", place):
        return ()
    return (f"「{place}」不是区划代码，请写 2 至 12 位数字，如 513434。",)


def _in_force(name: str, day: date, place: str, own: Sequence[Number], known: date | None) -> Standard | None:
    ours = numbers()[name]
    candidates = list(_candidates(ours, day, place, own, known))
    if not candidates:
        return None
    won = max(candidates, key=lambda found: found[0])[1]
    if won.value is None:
        return None
    return Standard(
        name=name,
        title=ours.title,
        title_en=ours.title_en,
        unit=ours.unit,
        value=won.value,
        since=won.since,
        recorded_on=won.recorded_on,
        place=won.place,
        document=won.document,
        document_on=won.document_on,
    )


def _candidates(
    ours: Number, day: date, place: str, own: Sequence[Number], known: date | None
) -> Iterator[tuple[tuple[bool, int, date, date], Dated]]:
    """The values that have begun, cover the place and were known, each with its rank; the highest wins."""
    mine = [(False, value) for value in ours.values]
    theirs = [(True, value) for number in own if number.name == ours.name for value in number.values]
    for is_own, value in mine + theirs:
        if value.since <= day and place.startswith(value.place) and (known is None or value.recorded_on <= known):
            yield (is_own, len(value.place), value.since, value.recorded_on), value
