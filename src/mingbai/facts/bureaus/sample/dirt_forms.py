"""Other ways to write the same cell: every form that the contract accepts, and none that changes what it means."""

from collections.abc import Callable, Mapping
from datetime import date
from random import Random

from mingbai.base.lib.resident_id import check_character
from mingbai.facts.bureaus.sample.identity import fifteen
from mingbai.facts.bureaus.tables import Column

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_BLANKS = (" {}", "{} ", "　{}", "{}　", " {}　", "'{}", "\t{}")
_SHARES = {"person": 0.12, "choice": 0.25, "choices": 0.25, "date": 0.5, "item": 0.3}
_SHARE = 0.05
"""Share of cells that get another form, by kind of column and for the rest."""


def respell(column: Column, cell: str, rng: Random) -> str:
    """The cell in some form that cleans to the same value; mostly the cell as it is."""
    if not cell or rng.random() >= _SHARES.get(column.kind, _SHARE):
        return cell
    other = _FORMS.get(column.kind, _text)(column, cell, rng)
    return f" {other}　" if rng.random() < 0.1 and "'" not in other else other


def _around(cell: str, rng: Random) -> str:
    """Blanks around it, or the apostrophe that keeps a spreadsheet from counting."""
    return _BLANKS[int(len(_BLANKS) * rng.random())].format(cell)


def _wide(cell: str) -> str:
    return cell.translate(_WIDE)


def _text(column: Column, cell: str, rng: Random) -> str:
    # A number written in full-width digits; other text only gets blanks around it.
    return _wide(cell) if cell.isdigit() and rng.random() < 0.5 else _around(cell, rng)


def valid(ident: str) -> bool:
    """An 18-digit ID with a real birth date and the right checksum."""
    if len(ident) != 18 or not ident[:17].isdigit() or check_character(ident[:17]) != ident[17]:
        return False
    try:
        date(int(ident[6:10]), int(ident[10:12]), int(ident[12:14]))
    except ValueError:
        return False
    return True


def _person(column: Column, cell: str, rng: Random) -> str:
    if not valid(cell):
        return _around(cell, rng)
    forms = [
        lambda: cell.lower(),
        lambda: f"{cell[:6]} {cell[6:14]} {cell[14:]}",
        lambda: _wide(cell),
        lambda: _around(cell, rng),
        lambda: fifteen(cell) if cell[6:8] == "19" else cell.lower(),
        lambda: f"{cell}{1 + int(7 * rng.random())}{1 + int(4 * rng.random())}",
        lambda: f"{cell}4{1 + int(4 * rng.random())}B1",
    ]
    return forms[int(len(forms) * rng.random())]()


def _choice(column: Column, cell: str, rng: Random) -> str:
    # National codes only: what else tables.py happens to understand is no part of the contract.
    codes = [c for c, label in column.codes.items() if label == cell and (c.isdigit() or c.startswith("100A"))]
    if not codes:
        return cell
    code = codes[int(len(codes) * rng.random())]
    # Some systems write 1, some 01.
    return f"{int(code):02d}" if code.isdigit() and rng.random() < 0.5 and column.name not in _YES_NO else code


_YES_NO = ("eliminated", "safe_water", "quality_ok", "sex")


def _choices(column: Column, cell: str, rng: Random) -> str:
    parts = cell.split("、")
    if rng.random() < 0.5:
        parts = [_choice(column, part, rng) for part in parts]
    return (",", "、")[rng.random() < 0.4].join(parts)


def _date(column: Column, cell: str, rng: Random) -> str:
    if len(cell) != 10:  # a month, or what no calendar knows
        return f"{cell[:4]}-{cell[4:]}" if len(cell) == 6 else cell
    year, month, day = cell.split("-")
    if day == "01" and rng.random() < 0.5:
        return year + month if rng.random() < 0.5 else f"{year}-{month}"
    return year + month + day if rng.random() < 0.5 else f"{year}/{int(month)}/{int(day)}"


def _money(column: Column, cell: str, rng: Random) -> str:
    r = rng.random()
    if r < 0.3:
        return _wide(cell)
    if r < 0.6 and cell.endswith("0") and "." in cell:
        return cell.rstrip("0").rstrip(".")
    # A third decimal that rounds away.
    return cell + "4" if "." in cell and not cell.startswith("-") else _around(cell, rng)


def _item(column: Column, cell: str, rng: Random) -> str:
    return cell.lower() if rng.random() < 0.7 else cell.upper()


_FORMS: Mapping[str, Callable[[Column, str, Random], str]] = {
    "person": _person, "choice": _choice, "choices": _choices, "date": _date, "money": _money, "item": _item,
    "year": _text, "number": _text,
}  # fmt: skip
