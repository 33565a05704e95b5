"""Small counts do not leave: which cells of tables that add up are left blank, so that nobody subtracts them back.

Primary: a count from 1 to `least` - 1. Zero is published (nobody is named by it) and never serves to hide another, for
everybody may guess it. Secondary: in each sum at least two cells are blank or none, and the blank parts of a published
total together reach `least`. Last, the attack itself: the blank cells are the unknowns of a linear system, and where it
has a single answer for one of them, one more cell is blanked, until it has none.

Every blank cell is at least 1, so what the sums leave open stays open to whoever also knows that counts are never
negative. Primary and secondary suppression as in Hundepool and others (2012), Statistical Disclosure Control, Wiley,
chapters 4 and 5; the linear attack is their audit. Which cells are blanked is good, not least: to find
the fewest is NP-hard.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

LEAST = 5
"""Counts below it are not published. A minimum frequency of three to five is what statistical offices use (the same
book, section 5.2); the larger, since everybody knows everybody in a village."""
_PRIME = (1 << 61) - 1

Key = tuple[str, ...]
"""What a cell is known by, as (figure, category, place)."""


class Sum(NamedTuple):
    """A total and the parts that add up to it, by their keys."""

    total: Key
    parts: tuple[Key, ...]


def suppressed(
    cells: Mapping[Key, int], sums: Sequence[Sum], *, least: int = LEAST, unpublished: Collection[Key] = ()
) -> set[Key]:
    """The keys of the cells to leave blank, those `unpublished` among them.

    cells: counts of zero or more. sums: exact ones; a ValueError names one that does not add up. unpublished: cells
    that are to be blank whatever they count: never shown, but small and within reach of a subtraction (the rest of a
    total). Parts are blanked before
    totals, and small ones before large ones.
    """
    for one in sums:
        if cells[one.total] != sum(cells[part] for part in one.parts):
            raise ValueError(f"the parts of {one.total} do not add up to it")
    work = _Work(cells, sums, least)
    work.blank({key for key, count in cells.items() if 0 < count < least} | set(unpublished))
    while found := determined(work.blanked, sums):
        work.blank({work.cover(key) for key in found})
    return work.blanked


class _Work:
    """What is blank so far, and the rule of sums."""

    def __init__(self, cells: Mapping[Key, int], sums: Sequence[Sum], least: int) -> None:
        self.cells, self.sums, self.least = cells, sums, least
        self.blanked: set[Key] = set()
        self.within: dict[Key, list[Sum]] = {}
        self.depth: dict[Key, int] = {}
        for one in sums:
            for member in (one.total, *one.parts):
                self.within.setdefault(member, []).append(one)
            # A total is dearer than a part, for more is lost with it.
            self.depth[one.total] = self.depth.get(one.total, 0) + 1

    def blank(self, keys: set[Key]) -> None:
        """Blanks cells, and whatever the sums then ask for."""
        waiting = sorted(keys)
        while waiting:
            key = waiting.pop()
            if key in self.blanked:
                continue
            self.blanked.add(key)
            for one in self.within.get(key, ()):
                if (more := self._wanting(one)) is not None:
                    waiting.append(more)

    def _wanting(self, one: Sum) -> Key | None:
        """A cell that the rule of sums still wants blank; None where the sum is safe."""
        blank = [part for part in one.parts if part in self.blanked]
        hides_total = one.total in self.blanked
        enough = hides_total or sum(self.cells[part] for part in blank) >= self.least
        if (not blank and not hides_total) or (len(blank) + hides_total >= 2 and enough):
            return None
        return self._cheapest(one.parts) or self._cheapest([one.total])

    def _cheapest(self, keys: Iterable[Key]) -> Key | None:
        left = [key for key in keys if key not in self.blanked and self.cells[key] > 0]
        return min(left, key=self._price, default=None)

    def _price(self, key: Key) -> tuple[int, int, Key]:
        return self.depth.get(key, 0), self.cells[key], key

    def cover(self, key: Key) -> Key:
        """One more cell to blank for one that can be reckoned: of its sums, else of those of the cells around."""
        near, seen = [key], {key}
        while near:
            around = [member for k in near for one in self.within[k] for member in (one.total, *one.parts)]
            if (found := self._cheapest(around)) is not None:
                return found
            near = [k for k in dict.fromkeys(around) if k not in seen]
            seen.update(near)
        raise ValueError(f"nothing is left to hide {key} behind")


def determined(blanked: Collection[Key], sums: Iterable[Sum]) -> set[Key]:
    """The blank cells for which the published table leaves one answer: those whose unit vector lies in the row space of
    the sums. Reckoned modulo a prime of 61 bits, in which sums of ones keep their rank.
    """
    rows: dict[Key, dict[Key, int]] = {}
    uses: dict[Key, set[Key]] = {}

    def put(pivot: Key, row: dict[Key, int]) -> None:
        rows[pivot] = row
        for column in row:
            uses.setdefault(column, set()).add(pivot)

    for one in sums:
        row = {part: 1 for part in one.parts if part in blanked}
        if one.total in blanked:
            row[one.total] = _PRIME - 1
        for column in [c for c in row if c in rows]:
            _take(row, rows[column], row[column])
        if not row:
            continue
        # The column in fewest rows: least is filled in.
        pivot = min(row, key=lambda column: (len(uses.get(column, ())), column))
        inverse = pow(row[pivot], -1, _PRIME)
        row = {column: value * inverse % _PRIME for column, value in row.items()}
        for other in list(uses.get(pivot, ())):
            before = set(rows[other])
            _take(rows[other], row, rows[other][pivot])
            for column in before - rows[other].keys():
                uses[column].discard(other)
            for column in rows[other].keys() - before:
                uses.setdefault(column, set()).add(other)
        put(pivot, row)
    return {pivot for pivot, row in rows.items() if len(row) == 1}


def _take(row: dict[Key, int], other: Mapping[Key, int], times: int) -> None:
    """Takes `other` off `row`, so many times; what becomes zero is dropped."""
    for column, value in other.items():
        left = (row.get(column, 0) - value * times) % _PRIME
        if left:
            row[column] = left
        else:
            row.pop(column, None)
