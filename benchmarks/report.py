"""docs/benchmarks.md: the table, and what stands around it."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version

from measuring import Timing

GIB = 1 << 30


@dataclass
class Row:
    """A line of the table. `value` is a ratio, or memory in GiB; the bound is the issue's."""

    what: str
    ours: str
    theirs: str
    value: float
    bound: float
    unit: str = "×"
    at_least: bool = False

    @property
    def kept(self) -> bool:
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        bound = f"{'≥' if self.at_least else '≤'} {self.bound:g} {self.unit}"
        cells = (self.what, self.ours, self.theirs, f"{self.value:.2f} {self.unit}", bound, "✓" if self.kept else "✗")
        return f"| {' | '.join(cells)} |"


def machine(*more: str) -> str:
    """Size of the machine and versions, of `more` packages too; no names, no paths."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pandas", "pyarrow", "fastexcel", *more))
    size = f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB memory, {platform.system()} {platform.machine()}"
    return f"{size}, Python {platform.python_version()}, {packages}"


def report(rows: list[Row], households: int, made: Timing, repeats: tuple[int, int]) -> str:
    """The page. `repeats`: how often the steps, and how often the whole command, were run."""
    table = "\n".join(map(str, rows))
    return f"""# 速度 · Benchmarks

`make bench` 重新测量并改写本页。绝对时间因机器而异，要看的是同一次运行中的比值。
`make bench` measures anew and rewrites this page. Times differ from machine to machine; what counts is the ratio
within one run: every measurement is a process of its own, what is compared takes turns, and the median counts, of
{repeats[0]} turns (of {repeats[1]} for the whole command). Before a ratio is taken, both sides must have found
the same.

{households:,} households, all tables, invented; {machine()}.

| what | ours | theirs | measured | bound | kept |
|---|---|---|---|---|---|
{table}

Inventing the {households:,} households (`mingbai sample`, parquet): {made.seconds:.0f} s, {made.peak / GIB:.2f} GiB.

* **SQL by hand** is benchmarks/by_hand.sql: the same rules in one script, from the same typed tables in memory, the
  numbers as literals; the same subjects with the same evidence columns.
* **pandas** is benchmarks/pandas_rules.py: vectorised, from DataFrames in memory, money in whole cents; the same
  subjects.
* **A plain DuckDB script** is what benchmarks/plain_script.py writes down: it reads, types and cleans the same parquet
  files, folds equal rows, runs all rules with the numbers inlined, and writes the same evidence, CSVs and sha256. It
  does not check headers, count what is not on the roster, or tell each bad cell its own sentence, as ours does.
* **The whole command** is timed from outside, the start of Python included. The Excel list's seconds are run.json's.
* **Bare fastexcel** loads the sheet as text into a DuckDB table and does nothing else; ours cleans, types and checks.
"""
