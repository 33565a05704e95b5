"""A picture of estimates by group: a dot for the value, a whisker for the interval; SVG, made without any program."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from xml.sax.saxutils import escape

WIDTH = 960
ROW = 26
_DOT, _WHISKER, _RULE, INK, SOFT = "#226f92", "#226f92", "#d9dfe5", "#1c2733", "#52606d"
FONT = "Noto Sans SC, Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"


@dataclass(frozen=True)
class Dot:
    """One line of the picture. value, lower, upper: None where there is none; a line without value keeps its place.

    words: what stands beside the dot, '' for the value as it is written.
    """

    label: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    words: str = ""


def dots(
    title: str, rows: Sequence[Dot], *, line: tuple[str, float] | None = None, notes: Sequence[str] = (),
    write: Callable[[float], str] = "{:g}".format,
) -> str:  # fmt: skip
    """The picture as an SVG document, the rows in the order given.

    line: words and the value at which an upright dashed line stands. notes: sentences below the picture. write: how a
    number is written, on the axis and beside its dot. The same arguments give the same bytes.
    """
    left = 24 + max([_wide(row.label) for row in rows], default=0)
    left, right, top = min(left, 320), WIDTH - 110, 76
    bottom = top + ROW * max(len(rows), 1)
    low, high, step = _scale(
        [n for row in rows for n in (row.value, row.lower, row.upper)] + [line[1] if line else None]
    )

    def x(value: float) -> float:
        return left + (right - left) * (value - low) / (high - low)

    parts = [text(16, 30, title, size=18, weight=600)]
    for n in range(round((high - low) / step) + 1):
        at = x(low + n * step)
        parts.append(_line(at, top - 6, at, bottom, _RULE))
        parts.append(text(at, bottom + 18, write(low + n * step), anchor="middle", size=12, fill=SOFT))
    if line:
        parts.append(_line(x(line[1]), top - 8, x(line[1]), bottom, "#b3261e", dash=True))
        parts.append(
            text(x(line[1]), top - 14, f"{line[0]} {write(line[1])}", anchor="middle", size=12, fill="#b3261e")
        )
    for n, row in enumerate(rows):
        parts += _row(row, top + ROW * n + ROW / 2, left, x, write)
    for n, note in enumerate(notes):
        parts.append(text(16, bottom + 48 + 20 * n, note, size=12, fill=SOFT))
    height = bottom + 48 + 20 * len(notes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" font-family="{FONT}">\n<title>{escape(_plain(title))}</title>\n'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _row(row: Dot, y: float, left: float, x: Callable[[float], float], write: Callable[[float], str]) -> list[str]:
    parts = [text(left - 10, y + 5, _cut(row.label), anchor="end", size=14)]
    if row.value is None:
        return [*parts, text(left + 8, y + 5, "—", size=14, fill=SOFT)]
    end = x(row.value)
    if row.lower is not None and row.upper is not None:
        end = x(row.upper)
        parts.append(_line(x(row.lower), y, end, y, _WHISKER, width=2))
        parts += [_line(x(at), y - 4, x(at), y + 4, _WHISKER, width=2) for at in (row.lower, row.upper)]
    parts.append(f'<circle cx="{x(row.value):.1f}" cy="{y:.1f}" r="4.5" fill="{_DOT}"/>')
    return [*parts, text(max(end, x(row.value)) + 8, y + 5, row.words or write(row.value), size=12, fill=SOFT)]


def _scale(values: Sequence[float | None]) -> tuple[float, float, float]:
    """Ends and step of an axis with round numbers, about six of them, with zero on it."""
    found = [value for value in values if value is not None and isfinite(value)]
    low, high = min([0.0, *found]), max([0.0, *found])
    if high - low <= 0:
        high = low + 1
    rough = (high - low) / 5
    power = 10.0 ** floor(log10(rough))
    step = next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= rough * (1 - 1e-9))
    return floor(low / step) * step, ceil(high / step - 1e-9) * step, step


def _wide(label: str) -> float:
    """Pixels that a label takes at 14: a Chinese character is as wide as it is high."""
    return sum(14 if ord(sign) > 0x2E7F else 8 for sign in _cut(label))


def _cut(label: str) -> str:
    return label if len(label) <= 20 else f"{label[:19]}…"


def text(
    x: float, y: float, words: str, *, size: int, anchor: str = "start", fill: str = INK, weight: int = 400
) -> str:
    """Words in a picture, at the left, the middle or the end of which `x` stands."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
        f'fill="{fill}">{escape(_plain(words))}</text>'
    )


def _plain(words: str) -> str:
    """Without signs that no XML may hold."""
    return "".join(
        sign for sign in words if sign >= " " and sign not in "\ufffe\uffff" and not "\ud800" <= sign <= "\udfff"
    )


def _line(x1: float, y1: float, x2: float, y2: float, ink: str, *, width: int = 1, dash: bool = False) -> str:
    dashes = ' stroke-dasharray="5 4"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{ink}" stroke-width="{width}"{dashes}/>'
    )
