"""Text that a spreadsheet must not take for a formula when it opens a CSV."""

import re

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def inert(text: str) -> str:
    """The text, with a ' before it where a spreadsheet would run it; a number stays a number.

    Our own reading takes one leading ' off again, so nothing is lost on the way back.
    """
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.fullmatch(text) else text
