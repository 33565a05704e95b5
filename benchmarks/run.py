"""Measures what docs/benchmarks.md promises and writes the table: ratios within one run, never absolute times.

Every measurement is a process of its own; what is compared takes turns, and the median counts. Each pair must first
have found the same. `--quick` looks at a tenth, prints the table and leaves docs/benchmarks.md alone.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import measures
from measuring import Timing, in_turn, process, seconds
from report import GIB, Row, report

HERE = Path(__file__).parent
REPORT = HERE.parent / "docs" / "benchmarks.md"
DAY = "2026-06-30"


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
    whole, whole_little = seconds(taken["ours"]), seconds(taken["small"])
    memory = f"{peak / GIB:.2f} GiB", f"{max(t.peak for t in taken['theirs']) / GIB:.2f} GiB"
    return [
        Row("whole command, Excel list apart, against a plain DuckDB script", _s(without), _s(plainly),
            without / plainly, 2),
        Row("peak memory of the whole command", *memory, peak / GIB, 4, "GiB"),
        Row(f"growth, {tenth}, Excel list apart", _s(without), _s(little), without / little, 12),
        Row(f"growth, {tenth}, Excel list included", _s(whole), _s(whole_little), whole / whole_little, 12),
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
    what = f"reading an Excel roster, {came:,} rows × 21 columns, against bare fastexcel"
    return Row(what, _s(ours), _s(bare), ours / bare, 1.5)


def _s(value: float) -> str:
    return f"{value:.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=250_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a tenth of the households, the table printed only")
    parser.add_argument("--work", type=Path, help="where samples lie and stay; else a folder that is taken away again")
    asked = parser.parse_args()
    whole = (asked.repeats + 1) // 2
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
        rows += whole_command(work, folder, small, whole, tenth)
        rows.append(excel(work, folder, min(100_000, 3 * households), asked.repeats))
        text = report(rows, households, made, (asked.repeats, whole))
    finally:
        if asked.work is None:
            shutil.rmtree(work, ignore_errors=True)
    if not asked.quick:
        text = measures.folded(text, measures.results())
        REPORT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
