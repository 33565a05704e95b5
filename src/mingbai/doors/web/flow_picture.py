"""A picture of who went where between two days: states on the left and on the right, bands between them; as SVG."""

from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from mingbai.oversight.poverty.picture import FONT, SOFT, text

WIDTH = 960
HEIGHT = 360
"""Pixels of all bands together, without the spaces between states."""
_SPACE, _BAR, _TOP, _LEFT, _RIGHT = 22, 14, 64, 250, 710
_LEAST = 1.0
"""No band is thinner: a single household among many thousands is seen."""


class Band(NamedTuple):
    """From the state number `was` on the left to the number `now` on the right go `n`."""

    was: int
    now: int
    n: int


def flow(
    title: str, left: Sequence[str], right: Sequence[str], bands: Sequence[Band], *, inks: Sequence[str],
    unit: str = "", notes: Sequence[str] = (),
) -> str:  # fmt: skip
    """The picture; the same arguments give the same bytes.

    left, right: what the states are called before and after, top down; inks: their colours. A band has the colour of
    the state it comes from. notes: sentences below the picture.
    """
    whole = sum(band.n for band in bands)
    thick = {band: max(HEIGHT * band.n / whole, _LEAST) for band in bands}
    parts = [text(16, 32, title, size=18, weight=600)]
    tops = [_tops([sum(t for b, t in thick.items() if b[side] == n) for n in range(len(names))])
            for side, names in enumerate((left, right))]  # fmt: skip
    # At each state, bands stand in the order of the states on the other side, so that they do not cross needlessly.
    at = [list(tops[0]), list(tops[1])]
    for band in sorted(bands):
        parts.append(_band(at[0][band.was], at[1][band.now], thick[band], inks[band.was]))
        at[0][band.was] += thick[band]
        at[1][band.now] += thick[band]
    for side, names in enumerate((left, right)):
        for n, name in enumerate(names):
            count = sum(band.n for band in bands if band[side] == n)
            if count:
                parts += _state(side, tops[side][n], at[side][n], f"{name} {count:,} {unit}".rstrip(), inks[n])
    bottom = max([_TOP, *at[0], *at[1]])
    parts += [text(16, bottom + 40 + 20 * n, note, size=12, fill=SOFT) for n, note in enumerate(notes)]
    height = round(bottom + 44 + 20 * len(notes))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" font-family="{FONT}">\n<title>{escape(title)}</title>\n'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _tops(heights: Sequence[float]) -> list[float]:
    """Where each state begins; one that nobody is in takes no room."""
    found, y = [], float(_TOP)
    for height in heights:
        found.append(y)
        y += height + (_SPACE if height else 0)
    return found


def _band(y1: float, y2: float, thick: float, ink: str) -> str:
    x1, x2 = _LEFT + _BAR, _RIGHT - _BAR
    middle = (x1 + x2) / 2
    return (
        f'<path d="M{x1} {y1:.1f}C{middle} {y1:.1f} {middle} {y2:.1f} {x2} {y2:.1f}V{y2 + thick:.1f}'
        f'C{middle} {y2 + thick:.1f} {middle} {y1 + thick:.1f} {x1} {y1 + thick:.1f}Z" '
        f'fill="{ink}" fill-opacity="0.35"/>'
    )


def _state(side: int, top: float, bottom: float, words: str, ink: str) -> list[str]:
    x, anchor, beside = (_LEFT, "end", _LEFT - 10) if side == 0 else (_RIGHT - _BAR, "start", _RIGHT + 10)
    bar = f'<rect x="{x}" y="{top:.1f}" width="{_BAR}" height="{bottom - top:.1f}" fill="{ink}"/>'
    return [bar, text(beside, (top + bottom) / 2 + 5, words, size=14, anchor=anchor)]
