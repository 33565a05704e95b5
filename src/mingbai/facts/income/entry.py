"""What may be written in an account: its items in their order, amounts as people type them, years."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.resident_id import without_ids
from mingbai.facts.income.account import ITEMS, title
from mingbai.facts.income.bureau_amounts import window

BASES = tuple(code for code in ITEMS if len(code) > 1)
"""The items that lines are entered under, in the order of the list."""
PLACES_AN_ITEM = 1000
FIRST_YEAR = 2014
LARGEST = Decimal("99999999.99")
"""Yuan on one line. Larger is a slip of the finger."""
SAID_BY_HAND = ("said", "receipt")
"""Sources that somebody may choose. What a bureau said comes from its table, an estimate from the place's ratio."""
RATIOS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "B1": ("cost_ratio_grain", "cost_ratio_tobacco", "cost_ratio_other_crops"),
        "B2": ("cost_ratio_livestock",),
        "B3": ("cost_ratio_fruit",),
    }
)
"""By gross income item: the numbers by which its costs may be estimated, where the place has them."""
_WIDE = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")


@dataclass(frozen=True)
class Entry:
    """One line as typed: its place on the page, item, yuan, source, who said it, a note."""

    place: int
    item: str
    amount: Decimal
    source: str = "said"
    source_note: str = ""
    note: str = ""


@lru_cache(maxsize=4096)
def base(item: str) -> str:
    """The longest item of the list that a code begins with: B1A is entered under B1. '' where there is none."""
    while item and item not in BASES:
        item = item[:-1]
    return item


@lru_cache(maxsize=4096)
def first_place(item: str) -> int:
    """Where the lines of an item begin on the page; lines are ordered by place."""
    return BASES.index(base(item)) * PLACES_AN_ITEM


@lru_cache(maxsize=4096)
def is_item(item: str) -> bool:
    """Whether a code is one of the list, maybe with letters below it, in upper case."""
    return bool(re.fullmatch(r"[A-E][1-9][A-Z]{0,4}", item)) and bool(base(item))


def yuan(text: str) -> Decimal | None:
    """An amount as typed; None for an empty cell. Commas, blanks, 元 and full-width digits are forgiven.

    Refused for whatever is no amount of an account, with the sentence for it.
    """
    plain = re.sub(r"[\s,¥￥元]", "", text.translate(_WIDE))
    if not plain:
        return None
    if not re.fullmatch(r"-?\d+(\.\d*)?|-?\.\d+", plain):
        raise Refused(f"「{text.strip()[:20]}」不是金额，只填数字，如 1200 或 1200.50。")
    if plain.startswith("-"):
        raise Refused(f"「{text.strip()[:20]}」是负数。花掉的本钱记到支出里，金额填正数。")
    if len(plain.partition(".")[2]) > 2:
        raise Refused(f"「{text.strip()[:20]}」小数太多，金额只到分，最多两位小数。")
    if (amount := Decimal(plain)) > LARGEST:
        raise Refused(f"「{text.strip()[:20]}」太大，一笔不超过 {LARGEST} 元，请核对。")
    return amount.quantize(Decimal("0.01"))


def checked(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries in the order of the page, their texts trimmed and without IDs. Refused with every reason at once."""
    reasons = [reason for entry in entries for reason in _faults(entry)]
    if len({entry.place for entry in entries}) < len(entries):
        reasons.append("同一行交了两次，请刷新页面再试。")
    if reasons:
        raise Refused(*reasons)
    cleaned = (
        Entry(e.place, e.item, e.amount.quantize(Decimal("0.01")), e.source, _text(e.source_note), _text(e.note))
        for e in entries
    )
    return tuple(sorted(cleaned, key=lambda entry: entry.place))


def check_year(year: int, day: date, first_month: int) -> None:
    """Refused for an account year that has not begun on `day`, or lies before there were accounts."""
    if not FIRST_YEAR <= year <= day.year + 1:
        raise Refused(f"没有 {year} 年的账：只能记 {FIRST_YEAR} 年以后、已经开始的年度。")
    first, _ = window(year, first_month)
    if first > day:
        raise Refused(f"{year} 年的账从 {first} 算起，还没有到，请记上一年度的账。")


def _faults(entry: Entry) -> list[str]:
    if not is_item(entry.item):
        return [f"没有「{entry.item[:10]}」这个科目，请用收支账目录里的科目。"]
    where = f"{entry.item} {title(entry.item)}"
    faults = []
    exponent = entry.amount.as_tuple().exponent
    if not isinstance(exponent, int):
        return [f"{where}：不是金额。"]
    if entry.amount > LARGEST:
        return [f"{where}：金额太大，一笔不超过 {LARGEST} 元，请核对。"]
    if entry.amount < 0:
        faults.append(f"{where}：金额是负数。花掉的本钱记到支出里，金额填正数。")
    if exponent < -2 and entry.amount != entry.amount.quantize(Decimal("0.01")):
        faults.append(f"{where}：小数太多，金额只到分，最多两位小数。")
    if entry.source not in SAID_BY_HAND:
        faults.append(f"{where}：来源没有选对。")
    if not 0 <= entry.place - first_place(entry.item) < PLACES_AN_ITEM:
        faults.append(f"{where}：行的位置不对，请刷新页面再试。")
    if len(entry.source_note) > 120 or len(entry.note) > 200:
        faults.append(f"{where}：来源写到 120 个字以内，说明写到 200 个字以内。")
    return faults


def _text(text: str) -> str:
    return without_ids(" ".join(text.split()))
