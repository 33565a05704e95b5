"""Incomes per head of many households, counted into classes of equal width. Plain numbers in, numbers out."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 1000
"""Yuan per head and year of one class."""
TOP = 30_000
"""Where the last class begins: what is above counts as there, or one rich family would flatten the picture."""


@dataclass(frozen=True)
class Distribution:
    """How incomes per head lie: `classes` are counts, `edges` their borders in yuan (one more than classes).

    `below` counts the households below the line, exactly (net income against line × members, never a rounded income).
    """

    edges: tuple[int, ...]
    classes: tuple[int, ...]
    households: int
    below: int
    line: Decimal | None
    median: Decimal | None


def distribution(incomes: Iterable[tuple[Decimal, int]], line: Decimal | None) -> Distribution:
    """From (net income of the household, its members); those without members are left out."""
    edges = (-WIDTH, *range(0, TOP + WIDTH + 1, WIDTH))
    counts = [0] * (len(edges) - 1)
    heads: list[Decimal] = []
    below = 0
    for net, members in incomes:
        if members <= 0:
            continue
        head = net / members
        heads.append(head)
        # One class for everything below nothing, one for everything from TOP on.
        at = 0 if head < 0 else min(int(head // WIDTH) + 1, len(counts) - 1)
        counts[at] += 1
        below += line is not None and net < line * members
    heads.sort()
    median = heads[len(heads) // 2] if heads else None
    return Distribution(edges, tuple(counts), len(heads), below, line, median)
