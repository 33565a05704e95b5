"""What is wrong with a question or its data, in the two languages of the command line; every fault at once."""

from collections.abc import Sequence
from typing import NamedTuple

LONGEST = 40
"""Names are shown up to this many letters."""
SHOWN = 5
"""Rows are named up to this many; the rest is counted."""


class Said(NamedTuple):
    """One sentence for the person who asked, in Chinese and in English."""

    zh: str
    en: str


class Faults(ValueError):
    """Nothing was measured; each fault says what is wrong, where, and what to do. As text: the English."""

    def __init__(self, *faults: Said) -> None:
        super().__init__("\n".join(fault.en for fault in faults))
        self.faults = faults


def short(name: str) -> str:
    """A name from a file or a command line, fit for a sentence."""
    shown = "".join(letter for letter in " ".join(name.split()) if letter.isprintable())
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def lines(numbers: Sequence[int], count: int | None = None) -> Said:
    """ "rows 2, 3, 5 (in all 12)": line numbers as a spreadsheet counts, of `count` rows in all."""
    all_of_them = len(numbers) if count is None else count
    some = ", ".join(map(str, numbers[:SHOWN]))
    if all_of_them <= SHOWN:
        return Said(f"第 {some} 行", f"row{'s' if all_of_them > 1 else ''} {some}")
    return Said(f"第 {some} 等 {all_of_them} 行", f"rows {some} and {all_of_them - SHOWN} more ({all_of_them} in all)")
