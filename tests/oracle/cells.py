"""Days, resident IDs and single cells, as the contract and the rules word them."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from oracle.tables import CLASS_LABELS, CLASSES, CODES

CENT = Decimal("0.01")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DATES = (
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})",
    r"([0-9]{4})([0-9]{2})([0-9]{2})",
    r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})",
    r"([0-9]{4})([0-9]{2})",
    r"([0-9]{4})[-/]([0-9]{1,2})",
)


class CellError(Exception):
    """The cell does not hold what its column asks for."""


@dataclass(frozen=True)
class Id:
    """An ID after cleaning, cutting and raising; `birth` and `sex` only where it is valid."""

    text: str
    birth: date | None = None
    sex: str = ""

    @property
    def valid(self) -> bool:
        return self.birth is not None


def months_before(day: date, months: int) -> date:
    """`day` less n months, keeping the day number or taking the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def age(birth: date, day: date) -> int:
    """Completed years; someone born on 29 February has no birthday before 1 March of a common year."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def clean(text: str) -> str:
    """Surrounding blanks, full-width digits, one leading apostrophe."""
    text = text.strip().removeprefix("'").strip()
    return "".join(chr(ord(c) - 0xFEE0) if "０" <= c <= "９" else c for c in text)


def clean_id(text: str) -> str:
    """All blanks out, inside too; full-width to half-width; x to X."""
    text = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text if not c.isspace())
    return text.removeprefix("'").replace("x", "X")


def check_digit(first17: str) -> str:
    return "10X98765432"[sum(w * int(c) for w, c in zip(_WEIGHTS, first17, strict=True)) % 11]


def parse_id(text: str, day: date) -> Id:
    """Length 15, 18, 20 or 22; a real birth date from 1900 to `day`; the checksum."""
    text = clean_id(text)
    if len(text) == 15 and re.fullmatch("[0-9]{15}", text):
        text = text[:6] + "19" + text[6:]
        text += check_digit(text)
    elif len(text) in (20, 22):
        text = text[:18]
    if not re.fullmatch("[0-9]{17}[0-9X]", text) or check_digit(text[:17]) != text[17]:
        return Id(text)
    try:
        birth = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return Id(text)
    if not date(1900, 1, 1) <= birth <= day:
        return Id(text)
    return Id(text, birth, "男" if int(text[16]) % 2 else "女")


def parse_date(text: str) -> date:
    # Months with a slash, one digit after a dash and a time of day are more than the contract promises to read.
    text = re.sub(r"(?<=[-/][0-9][0-9])[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$", "", text)
    for form in _DATES:
        if match := re.fullmatch(form, text):
            parts = [int(g) for g in match.groups()]
            try:
                return date(parts[0], parts[1], parts[2] if len(parts) == 3 else 1)
            except ValueError:
                break
    raise CellError(text)


def parse_number(text: str) -> Decimal:
    """A plain number: digits, perhaps a sign and a fraction; no separators, units or exponents."""
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise CellError(text)
    return Decimal(text)


def _label(kind: str, text: str) -> str:
    """A national code as its label, with or without leading zeros; anything else as it is."""
    if re.fullmatch("[0-9]+", text):
        return CODES[kind].get(text.lstrip("0"), text)
    return text


def parse_cell(kind: str, text: str, day: date) -> Any:
    """A cleaned, not empty cell as a value; raises CellError. (IDs never are bad: see parse_id.)"""
    if kind == "date":
        return parse_date(text)
    if kind == "money":
        return parse_number(text).quantize(CENT, ROUND_HALF_UP)
    if kind == "number":
        return parse_number(text)
    if kind == "year":
        if not re.fullmatch("[0-9]{4}", text):
            raise CellError(text)
        return int(text)
    if kind == "item":
        if not re.fullmatch("(A[1-5]|B[1-4]|C[1-5]|D[1-6]|E[1-4])[A-Z]*", text.upper()):
            raise CellError(text)
        return text.upper()
    if kind == "class":
        text = CLASSES.get(text, text)
        if text not in CLASS_LABELS:
            raise CellError(text)
        return text
    if kind == "yesno":
        return {"1": "是", "0": "否"}.get(text, text)
    if kind in ("health", "causes"):
        return frozenset(_label(kind, part.strip()) for part in re.split("[、,，;；]", text) if part.strip())
    return _label(kind, text) if kind in CODES else text


def as_text(value: Any, id_of_a_spreadsheet: bool = False) -> str:
    """A raw cell of any file as the text it reads as, not yet cleaned."""
    if value is None or value != value:  # NaN is how some writers of Parquet say empty
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, (int, float, Decimal)):
        if isinstance(value, float) and abs(value) == float("inf"):
            return str(value)
        number = Decimal(repr(value) if isinstance(value, float) else value)
        if id_of_a_spreadsheet:
            number = Decimal(f"{float(number):.14e}")  # a spreadsheet knows 15 digits and shows zeros after them
        text = format(number, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
