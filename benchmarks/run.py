"""Measures what docs/benchmarks.md promises and writes the table: ratios within one run, never absolute times.

Every measurement is a process of its own; what is compared takes turns, and the median counts. Each pair must first
have found the same. `--quick` looks at a tenth, prints the table and leaves docs/benchmarks.md alone.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
REPORT = HERE.parent / "docs" / "benchmarks.md"
DAY = "2026-06-30"
GIB = 1 << 30


@dataclass
class Timing:
    """One process: seconds of the step it measured (else of the whole process), its peak memory, what it said."""

    seconds: float
    peak: int
    said: dict[str, Any] = field(default_factory=dict)


@dataclass
class Row:
    """A line of the table."""

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
        sign = "≥" if self.at_least else "≤"
        bound = f"{sign} {self.bound:g} {self.unit}"
        return f"| {self.what} | {self.ours} | {self.theirs} | {self.value:.2f} {self.unit} | {bound} | {'✓' if self.kept else '✗'} |"


def process(*command: object) -> Timing:
    """Runs a Python program to its end. Its last line of output may be JSON with the seconds of a step."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        child = subprocess.Popen([sys.executable, *map(str, command)], stdout=out)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
        out.seek(0)
        lines = out.read().strip().splitlines()
    if child.returncode != 0:
        raise SystemExit(f"failed with {child.returncode}: {' '.join(map(str, command))}\n" + "\n".join(lines[-20:]))
    said = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    return Timing(said.get("seconds", seconds), used.ru_maxrss * 1024, said)


def in_turn(repeats: int, **commands: tuple[object, ...]) -> dict[str, list[Timing]]:
    """Runs the commands one after the other, `repeats` times round, so that a slow minute hits all of them."""
    taken: dict[str, list[Timing]] = {name: [] for name in commands}
    for turn in range(repeats):
        for name, command in commands.items():
            taken[name].append(process(*command))
            print(f"  {turn + 1}/{repeats} {name}: {taken[name][-1].seconds:.2f} s", file=sys.stderr)
    return taken


def seconds(timings: list[Timing]) -> float:
    return median(t.seconds for t in timings)


def sample(folder: Path, households: int) -> Timing:
    """Invents a county of parquet files."""
    print(f"inventing {households:,} households", file=sys.stderr)
    command = ("sample", folder, "--households", households, "--seed", 1, "--format", "parquet")
    return process("-m", "mingbai.doors.cli", *command)


def rules_step(work: Path, folder: Path, repeats: int) -> list[Row]:
    """Our rules step against SQL by hand and against pandas, from the same typed tables in memory."""
    print("the rules step", file=sys.stderr)
    step, typed = HERE / "rules_step.py", work / "typed.duckdb"
    process(step, "type", folder, typed)
    taken = in_turn(repeats, **{which: (step, which, typed) for which in ("ours", "by_hand", "pandas")})
    first = {which: timings[0].said for which, timings in taken.items()}
    _same(first["ours"], first["pandas"], "subjects")
    _same(first["ours"], first["by_hand"], "subjects")
    _same(first["ours"], first["by_hand"], "evidence")
    ours, by_hand, pandas = (seconds(taken[which]) for which in ("ours", "by_hand", "pandas"))
    count, clues = len(first["ours"]["found"]), sum(first["ours"]["found"].values())
    what = f"rules step, {count} rules, {clues:,} clues"
    return [
        Row(f"{what}, against SQL by hand", _s(ours), _s(by_hand), ours / by_hand, 1.2),
        Row(f"{what}, against pandas", _s(ours), _s(pandas), pandas / ours, 3, "× as fast", at_least=True),
    ]


def _same(ours: dict[str, Any], theirs: dict[str, Any], what: str) -> None:
    differing = [rule for rule, digest in ours[what].items() if theirs[what].get(rule) != digest]
    assert not differing, f"{what} differ, so the yardstick is stale: {', '.join(differing)}"


def whole_command(work: Path, folder: Path, small: Path, repeats: int, tenth: str) -> list[Row]:
    """`mingbai screen` against a plain DuckDB script, its memory, and its growth from a tenth of the households."""
    print("the whole command", file=sys.stderr)
    plain, script = HERE / "plain_script.py", work / "plain.sql"
    ours, theirs = work / "ours", work / "theirs"
    process(plain, "write", folder, theirs, script)
    screen = ("-m", "mingbai.doors.cli", "screen")
    taken: dict[str, list[Timing]] = {"ours": [], "theirs": [], "small": []}
    lists, little_lists = [], []
    for _ in range(repeats):
        # run.json tells what the Excel list took; the next turn writes it anew.
        turn = in_turn(
            1,
            ours=(*screen, folder, "--day", DAY, "--out", ours),
            theirs=(plain, "run", folder, theirs, script),
            small=(*screen, small, "--day", DAY, "--out", work / "small"),
        )
        for name, timings in turn.items():
            taken[name] += timings
        lists.append(_list_seconds(ours))
        little_lists.append(_list_seconds(work / "small"))
    process(HERE / "same_output.py", ours, theirs)
    without = median(t.seconds - spent for t, spent in zip(taken["ours"], lists, strict=True))
    little = median(t.seconds - spent for t, spent in zip(taken["small"], little_lists, strict=True))
    plainly, peak = seconds(taken["theirs"]), max(t.peak for t in taken["ours"])
    grown = seconds(taken["ours"]) / seconds(taken["small"])
    return [
        Row("whole command, Excel list apart, against a plain DuckDB script", _s(without), _s(plainly), without / plainly, 2),
        Row("peak memory of the whole command", f"{peak / GIB:.2f} GiB", f"{max(t.peak for t in taken['theirs']) / GIB:.2f} GiB",
            peak / GIB, 4, "GiB"),
        Row(f"growth, {tenth}, Excel list apart", _s(without), _s(little), without / little, 12),
        Row(f"growth, {tenth}, Excel list included", _s(seconds(taken["ours"])), _s(seconds(taken["small"])), grown, 12),
    ]  # fmt: skip


def _list_seconds(out: Path) -> float:
    return float(json.loads((out / "run.json").read_text(encoding="utf-8"))["seconds"]["clue list"])


def excel(work: Path, folder: Path, rows: int, repeats: int) -> Row:
    """Reading a roster from Excel against bare fastexcel."""
    print("reading Excel", file=sys.stderr)
    step, target = HERE / "excel_step.py", work / "成员表.xlsx"
    process(step, "make", folder, target, rows)
    taken = in_turn(repeats, ours=(step, "ours", target), bare=(step, "bare", target))
    came = taken["ours"][0].said["rows"]
    assert came == taken["bare"][0].said["rows"], "rows were lost"
    ours, bare = seconds(taken["ours"]), seconds(taken["bare"])
    return Row(f"reading an Excel roster, {came:,} rows × 21 columns, against bare fastexcel", _s(ours), _s(bare), ours / bare, 1.5)


def _s(value: float) -> str:
    return f"{value:.2f} s"


def machine() -> str:
    """Size of the machine and versions, no names and no paths."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pandas", "pyarrow", "fastexcel"))
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {memory:.0f} GiB memory, {platform.system()} {platform.machine()}, Python {platform.python_version()}, {packages}"


def report(rows: list[Row], households: int, made: Timing, repeats: int) -> str:
    table = "\n".join(map(str, rows))
    return f"""# 速度 · Benchmarks

`make bench` 重新测量并改写本页。绝对时间因机器而异，要看的是同一次运行中的比值。
`make bench` measures anew and rewrites this page. Times differ from machine to machine; what counts is the ratio
within one run: every measurement is a process of its own, what is compared takes turns, the median of {repeats} counts.
Before a ratio is taken, both sides must have found the same.

{households:,} households, all tables; {machine()}.

| what | ours | theirs | measured | bound | kept |
|---|---|---|---|---|---|
{table}

Inventing the {households:,} households (`mingbai sample`, parquet): {made.seconds:.0f} s, {made.peak / GIB:.2f} GiB.

* **SQL by hand** is benchmarks/by_hand.sql: the same rules in one script, from the same typed tables in memory, the
  numbers as literals, the same subjects and the same evidence columns.
* **pandas** is benchmarks/pandas_rules.py: vectorised, from DataFrames in memory, money in whole cents, the same subjects.
* **A plain DuckDB script** is what benchmarks/plain_script.py writes down: it reads, types and cleans the same parquet
  files, folds equal rows, runs all rules with the numbers inlined, and writes the same evidence, CSVs and sha256.
* **The whole command** is timed from outside, the start of Python included. The Excel list is what run.json says.
* **Bare fastexcel** loads the sheet as text into a DuckDB table and does nothing else; ours cleans, types and checks.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=250_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a tenth of the households, the table printed only")
    parser.add_argument("--work", type=Path, help="where samples lie and stay; else a folder that is taken away again")
    asked = parser.parse_args()
    households = asked.households // 10 if asked.quick else asked.households
    work = asked.work or Path(tempfile.mkdtemp(prefix="mingbai-bench-"))
    work.mkdir(parents=True, exist_ok=True)
    try:
        folder, small = work / f"county-{households}", work / f"county-{households // 10}"
        for old in (folder, small):
            shutil.rmtree(old, ignore_errors=True)
        sample(small, households // 10)
        made = sample(folder, households)
        tenth = f"{households // 10:,} to {households:,} households"
        rows = rules_step(work, folder, asked.repeats)
        rows += whole_command(work, folder, small, max(3, asked.repeats // 2), tenth)
        rows.append(excel(work, folder, min(100_000, 3 * households), asked.repeats))
        text = report(rows, households, made, asked.repeats)
    finally:
        if asked.work is None:
            shutil.rmtree(work, ignore_errors=True)
    if not asked.quick:
        REPORT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
