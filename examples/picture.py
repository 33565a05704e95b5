"""Draws docs/pictures/screening.svg: what `mingbai screen` prints of an invented county.

    python examples/picture.py [WHERE]

The picture names fonts and loads none, so it opens without a network.
"""

import sys
import tempfile
from datetime import date
from html import escape
from pathlib import Path
from unicodedata import east_asian_width

from mingbai.facts.bureaus.sample import county
from mingbai.findings.screening import run, summary

DAY = date(2026, 6, 30)
_ROW, _CHARACTER, _MARGIN = 22, 8.2, 24
_HEAD = ("筛查完成", "读了哪些表", "查了")


def main(where: Path) -> None:
    """Makes a county, screens it, and draws the summary."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "county"
        county.make(folder, households=2000, seed=7, dirty=True, day=DAY)
        done = run.screen(folder, DAY, Path(scratch) / "out")
        text = ["$ mingbai screen county --day 2026-06-30 --out result", *summary.lines(done.report, Path("result"))]
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text("\n".join(_svg(_shortened(text))) + "\n", encoding="utf-8")


def _shortened(text: list[str]) -> list[str]:
    """The files after the seventh are left out, and said to be."""
    start = text.index("读了哪些表") + 1
    end = text.index("", start)
    kept = text[start : start + 8]
    return [*text[:start], *kept, f"  …… 另有 {end - start - len(kept)} 行", *text[end:]]


def _svg(text: list[str]) -> list[str]:
    width = int(max(map(_width, text)) * _CHARACTER) + 2 * _MARGIN
    height = len(text) * _ROW + 2 * _MARGIN
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        "<style>text{font:15px 'Noto Sans Mono CJK SC','Sarasa Mono SC','Microsoft YaHei',monospace;fill:#24313d;"
        "white-space:pre}.h{font-weight:700;fill:#0b4f7a}.n{fill:#8a5a00}</style>",
        f'<rect width="{width}" height="{height}" rx="10" fill="#fbfaf6" stroke="#d8d3c4"/>',
    ]
    for row, line in enumerate(text):
        kind = ' class="h"' if line.startswith(_HEAD) else ' class="n"' if "注意：" in line else ""
        drawn.append(f'<text x="{_MARGIN}" y="{_MARGIN + (row + 0.75) * _ROW:.1f}"{kind}>{escape(line)}</text>')
    return [*drawn, "</svg>"]


def _width(line: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in line)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures/screening.svg"))
