"""Resident ID numbers (GB 11643): cleaning, checking, masking. The set-based twin is facts.bureaus.cells."""

import re
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
"""The 18th character by the weighted sum of the other 17 digits, modulo 11 (GB 11643)."""
LOOKS_LIKE_ID = r"([1-9]\d{5})(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(\d{3}[\dXx])"
"""What could be somebody's ID inside a longer text: area, a birth date of 1900 to 2099, serial, check. Python and the
engines of SQL read it alike; the groups are what `masked` leaves."""
_LOOKS_LIKE_ID = re.compile(LOOKS_LIKE_ID, re.ASCII)


def check_character(seventeen: str) -> str:
    """The 18th character for 17 digits."""
    return CHECKS[sum(w * int(d) for w, d in zip(WEIGHTS, seventeen, strict=True)) % 11]


def cleaned(text: str) -> str:
    """Blanks gone, x as X, a certificate of 20 or 22 cut to its first 18, 15 digits raised to 18."""
    text = re.sub(r"[\s\u200b\ufeff]", "", text).translate(str.maketrans("０１２３４５６７８９Ｘｘx", "0123456789XXX"))
    if len(text) in (20, 22):
        text = text[:18]
    if len(text) == 15 and text.isdecimal():
        seventeen = f"{text[:6]}19{text[6:]}"
        text = seventeen + check_character(seventeen)
    return text


def birth_date(text: str) -> date | None:
    """The birth date of a valid ID (length, date from 1900, checksum); None where it is not valid."""
    key = cleaned(text)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", key) or check_character(key[:17]) != key[17]:
        return None
    try:
        born = date(int(key[6:10]), int(key[10:12]), int(key[12:14]))
    except ValueError:
        return None
    return born if born.year >= 1900 else None


def masked(text: str) -> str:
    """For a screen: the first six and the last four, the birth date and serial hidden; short ones wholly."""
    return f"{text[:6]}********{text[-4:]}" if len(text) >= 15 else "*" * len(text)


def without_ids(text: str) -> str:
    """A text in which anything that reads like an ID is masked."""
    return _LOOKS_LIKE_ID.sub(lambda found: masked(found.group()), text)
