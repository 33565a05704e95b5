"""How incomes per head lie, for the picture of a county's home."""

from dataclasses import dataclass
from decimal import Decimal

from mingbai.oversight.indicators.figures import TOP, WIDTH

EDGES = (-WIDTH, *range(0, TOP + WIDTH + 1, WIDTH))
"""Borders of the classes of figure ``income_class`` in yuan: one for everything below nothing, one from TOP on."""


@dataclass(frozen=True)
class Distribution:
    """`classes` are counts of households, `edges` their borders in yuan (one more than classes).

    `below` counts the households below the line, exactly (net income against line × those who share it, never a
    rounded income).
    """

    edges: tuple[int, ...]
    classes: tuple[int, ...]
    households: int
    below: int
    line: Decimal | None
    median: Decimal | None
