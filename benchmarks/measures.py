"""Measures of poverty: every measures_*.py beside this one, folded into docs/benchmarks.md as its own section.

Run by itself it rewrites that section only. Each module has `results()`: what, ours, theirs, bound, kept.
`--only WORD` runs the modules whose name has that word and prints their lines, leaving the page alone.
"""

import argparse
import importlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from report import machine

HERE = Path(__file__).parent
REPORT = HERE.parent / "docs" / "benchmarks.md"
HEAD = """## 贫困指标 · Measures

`make bench-measures` 只重新测量这一节。 Measures this section anew, and nothing else.
{machine}.

| what | ours | theirs | bound | kept |
|---|---|---|---|---|
"""
SECTION = re.compile(r"\n*## 贫困指标 · Measures\n.*\Z", re.DOTALL)


def results(only: str = "") -> list[Mapping[str, Any]]:
    """The lines of every module whose name has the word `only`, in order of their names."""
    names = sorted(path.stem for path in HERE.glob("measures_*.py") if only in path.stem)
    return [row for name in names for row in importlib.import_module(name).results()]


def section(rows: list[Mapping[str, Any]]) -> str:
    """The section, from its lines."""
    lines = (
        f"| {row['what']} | {_told(row['ours'])} | {_told(row['theirs'])} | {row['bound']} | "
        f"{'✓' if row['kept'] else '✗'} |\n"
        for row in rows
    )
    return HEAD.format(machine=machine("svy", "scipy", "numpy")) + "".join(lines)


def _told(value: float | str | None) -> str:
    """Seconds, or what the module says itself."""
    return "" if value is None else f"{value:.3f} s" if isinstance(value, float) else value


def folded(page: str, rows: list[Mapping[str, Any]]) -> str:
    """The page with its section of measures made anew, at its end."""
    return SECTION.sub("", page).rstrip("\n") + "\n\n" + section(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="the modules whose name has this word; the page stays as it is")
    asked = parser.parse_args()
    rows = results(asked.only)
    if not asked.only:
        REPORT.write_text(folded(REPORT.read_text(encoding="utf-8"), rows), encoding="utf-8")
    print(section(rows))


if __name__ == "__main__":
    main()
