"""What a figure is: declared once, and read by pages, statements, exports and the reckoning alike."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["count", "sum", "median", "measure"]


class Category(NamedTuple):
    """One part of a figure that is told in parts: its code in files, and its names."""

    code: str
    title: str
    english: str


@dataclass(frozen=True)
class Figure:
    """One number about a place.

    title, numerator and their English: what it is called, and what exactly is counted.
    table: the input that it is counted over (`inputs.TABLES`, or a view of `reckoning`).
    top: an SQL expression over a row of that table. count: whether the row counts; sum: what it adds (money in cents);
    median: the value whose median is taken, NULL where the row has none; measure: the name in poverty.measures.
    of: the code of the figure whose numerator is this one's denominator; '' where it stands alone.
    by, categories: an SQL expression that gives a category's code, and all codes that there are.
    parts: the categories are parts of `of` and add up to it (a household of two causes is in two categories: no parts).
    rest_of: of `of`, this figure and that one are the two parts.
    behind: of sums, medians and measures the figure that counts the households they rest on: where that one is too
    small to be published, so are they.
    period: about what happened in a period, not about how things stand on the day.
    digits: decimals of the value. shown: decimals that are published, negative for tens and hundreds.
    version: raised with every change of the definition; the older one stays beside it (`figures.EVERY`).
    """

    code: str
    section: str
    title: str
    english: str
    numerator: str
    numerator_en: str
    table: str
    top: str
    unit: str
    source: tuple[str, ...]
    kind: Kind = "count"
    of: str = ""
    by: str = ""
    categories: tuple[Category, ...] = ()
    parts: bool = False
    rest_of: str = ""
    behind: str = ""
    period: bool = False
    digits: int = 6
    shown: int = 4
    version: int = 1
    publish: bool = True

    @property
    def adds(self) -> bool:
        """Whether numerators of places add up to that of the place above."""
        return self.kind in ("count", "sum")

    @property
    def money(self) -> bool:
        return self.unit == "元"

    @property
    def is_rate(self) -> bool:
        """Whether the value is a share between 0 and 1 of its denominator."""
        return bool(self.of) and self.unit in ("户", "人", "件") and self.kind in ("count", "sum")
