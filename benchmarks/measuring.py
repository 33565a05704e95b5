"""One measurement: a process of its own, its seconds and its peak memory; and several that take turns."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass
class Timing:
    """Seconds of the step that the process measured (else of the whole process), its peak memory, what it said."""

    seconds: float
    peak: int
    said: dict[str, Any] = field(default_factory=dict)


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
    """The median."""
    return median(t.seconds for t in timings)
