"""Names of places, and what lies in them."""

from collections.abc import Iterable

from mingbai.base.places.models import Place


def names(codes: Iterable[str]) -> dict[str, str]:
    """Short names of places by code, those above each included. One query."""
    wanted = {code[:n] for code in codes for n in (6, 9, 12) if len(code) >= n}
    return {place.code: place.short for place in Place.objects.filter(code__in=wanted)}


def path(code: str, known: dict[str, str]) -> str:
    """越城镇 · 外南村, as far as names are known; the code itself where none is."""
    parts = [known[code[:n]] for n in (9, 12) if len(code) >= n and code[:n] in known]
    return " · ".join(parts) or known.get(code, code)
