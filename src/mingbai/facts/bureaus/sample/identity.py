"""ID and phone numbers that look right and belong to nobody.

IDs begin with 59. GB/T 2260 numbers the provinces of the south-west 50 to 54; 55 to 59 stand in none of its editions,
so no card was ever issued under such a prefix. The rest is as GB 11643 wants it: birth date, a serial whose last
digit is odd for men, and the checksum.

Phones begin with 109 and have eleven digits. Mobile numbers of the mainland begin 13 to 19; what begins with 10
is a short access number of a carrier, and 109 is none of them, so a number of this form reaches no subscriber.
"""

from datetime import date

from mingbai.base.lib.resident_id import CHECKS, check_character

# The county's own people, and those who married in from two neighbours (the codes of the real ones, moved to 59).
PREFIXES = ("593434", "593435", "593432")
PHONE_PREFIX = "109"


_SERIALS = 500  # of one birth date, sex and prefix


class Issuer:
    """Hands out IDs and phones, each once."""

    def __init__(self) -> None:
        self._issued: dict[int, int] = {}
        self._phones = 0

    def resident_id(self, birth: date, sex: str, prefix: int = 0) -> str:
        """A new ID; `prefix` prefers one of PREFIXES and moves on where its serials are used up."""
        day = birth.toordinal()
        male = sex == "男"
        for step in range(len(PREFIXES)):
            place = (prefix + step) % len(PREFIXES)
            key = (day * 2 + male) * 3 + place
            used = self._issued.get(key, 0)
            if used < _SERIALS:
                self._issued[key] = used + 1
                serial = ((used * 37 + day * 13) % _SERIALS) * 2 + male
                first17 = f"{PREFIXES[place]}{birth.year:04d}{birth.month:02d}{birth.day:02d}{serial:03d}"
                return first17 + check_character(first17)
        raise AssertionError(f"more than {_SERIALS * len(PREFIXES)} people of one sex born on {birth}")

    def phone(self) -> str:
        """A new phone; the serial is scattered so that neighbours do not have neighbouring numbers."""
        self._phones += 1
        return f"{PHONE_PREFIX}{self._phones * 48271213 % 100_000_000:08d}"


def fifteen(ident: str) -> str:
    """The old form of an ID: no century, no checksum (only for those born 1900 to 1999)."""
    return ident[:6] + ident[8:17]


def spoiled(ident: str) -> str:
    """The same ID with a checksum that is wrong."""
    return ident[:17] + CHECKS[(CHECKS.index(ident[17]) + 1) % 11]
