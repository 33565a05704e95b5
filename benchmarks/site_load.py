"""The site under load at county size: eight officials at once, for a minute without a pause and a minute with one.

    python benchmarks/site_load.py [--work build/load] [--households 250000] [--turns 2] [--write docs/load.md]

Makes what is not there yet in the work folder (an invented county, and a site of it on SQLite and on PostgreSQL, which
takes half an hour), then serves each as `mingbai serve` does, and measures; and how long the whole roster takes to
import (roster_import.py), once. With --turns 0 it only tells again what was measured last.
"""

import argparse
import json
import math
import os
import platform
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WARM, SECONDS, USERS = 15, 60, 8
READ_BOUND, WRITE_BOUND = 150, 300
"""Milliseconds within which 95 of 100 answers have to come."""
PAUSES = {"0": "flat out", "1": "a pause of a second"}
Samples = dict[str, list[float]]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--work", type=Path, default=Path("build/load"))
    asked.add_argument("--households", type=int, default=250_000)
    asked.add_argument("--turns", type=int, default=2)
    asked.add_argument("--only", choices=["sqlite", "postgresql"])
    asked.add_argument("--write", type=Path)
    options = asked.parse_args()
    work: Path = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    kinds = [options.only] if options.only else ["sqlite", "postgresql"]
    for kind in kinds:
        if not options.turns:
            continue
        _make(work, kind, options.households)
        found = [_in_process(work / kind, kind, turn) for turn in range(options.turns)]
        (work / f"{kind}.json").write_text(json.dumps(found), "utf-8")
        _import(work, kind)
    measured = {kind: work / f"{kind}.json" for kind in ("sqlite", "postgresql")}
    known = {kind: json.loads(file.read_text("utf-8")) for kind, file in measured.items() if file.exists()}
    text = _report(work, known)
    print(text)
    if options.write:
        options.write.write_text(text, "utf-8")


def _make(work: Path, kind: str, households: int) -> None:
    folder, home = work / "county", work / kind
    if not folder.exists():
        command = ["-m", "mingbai.doors.cli", "sample", str(folder), "--households", str(households)]
        _run([*command, "--seed", "1", "--format", "parquet"])
    if not (home / "filled.json").exists():
        more = ["--postgresql"] if kind == "postgresql" else []
        _run([str(HERE / "big_site.py"), str(folder), str(home), *more])


def _import(work: Path, kind: str) -> None:
    told = work / f"import-{kind}.json"
    if not told.exists():
        more = ["--postgresql"] if kind == "postgresql" else []
        _run([str(HERE / "roster_import.py"), str(work / "county"), "--json", str(told), *more])


def _run(arguments: list[str]) -> None:
    subprocess.run([sys.executable, *arguments], check=True)


def _in_process(home: Path, kind: str, turn: int) -> dict[str, Any]:
    """One turn in a process of its own: Django knows one site a process."""
    code = f"import site_load; site_load.turn({str(home)!r}, {kind!r}, {turn})"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": str(HERE)})
    done: dict[str, Any] = json.loads((home / "turn.json").read_text("utf-8"))
    return done


def turn(home: str, kind: str, number: int) -> None:
    """Serves a site and loads it, once for each pause; leaves what was measured in turn.json."""
    from big_site import point_at

    where = Path(home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    point_at(where, postgresql=kind == "postgresql")
    command = [sys.executable, "-m", "mingbai.doors.cli", "serve", "--home", home, "--port", str(port)]
    served = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait(served, port)
        found = {pause: _load(where, port, pause, number) for pause in PAUSES}
    finally:
        served.send_signal(signal.SIGTERM)
        served.wait()
    (where / "turn.json").write_text(json.dumps(found), "utf-8")


def _wait(served: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/login/", timeout=2)
            return
        except (urllib.error.URLError, OSError):
            if served.poll() is not None:
                raise SystemExit("the site does not start") from None
            time.sleep(0.2)
    raise SystemExit("the site does not answer")


def _load(home: Path, port: int, pause: str, number: int) -> dict[str, Any]:
    given, samples = home / "load.json", home / "samples.json"
    code = f"import load_desks; load_desks.write({str(given)!r}, {number * 2 + int(pause)})"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": str(HERE)})
    env = {**os.environ, "MINGBAI_LOAD": str(given), "MINGBAI_PAUSE": pause, "MINGBAI_SAMPLES": str(samples)}
    command = [sys.executable, "-m", "locust", "-f", str(HERE / "locustfile.py"), "--headless", "--users", str(USERS),
               "--spawn-rate", str(USERS), "--run-time", f"{WARM + SECONDS}s", "--host", f"http://127.0.0.1:{port}",
               "--only-summary", "--loglevel", "WARNING", "--exit-code-on-error", "0"]  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.time()
    subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found: dict[str, list[float]] = defaultdict(list)
    errors: list[str] = []
    for at, name, milliseconds, error in json.loads(samples.read_text("utf-8")):
        if error:
            errors.append(f"{name}: {error}")
        elif at >= began + WARM and name != "sign in":
            found[name].append(round(milliseconds, 1))
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    load = os.getloadavg()[0]
    told = {"times": found, "errors": errors, "loader_cpu": round(cpu, 1), "load_average": round(load, 1)}
    print(f"{home.name} pause {pause}: {_line(found)}; errors {len(errors)} {errors[:3]}", file=sys.stderr, flush=True)
    return told


def _line(found: Samples) -> str:
    return ", ".join(
        f"{kind} p95 {_p95(_all(found, kind)):.0f} ms ({len(_all(found, kind))})" for kind in ("read", "write")
    )


def _all(found: Samples, kind: str) -> list[float]:
    return [one for name, times in found.items() if name.startswith(kind) for one in times]


def _share(times: list[float], share: float) -> float:
    return sorted(times)[max(0, math.ceil(share * len(times)) - 1)] if times else math.nan


def _p95(times: list[float]) -> float:
    return _share(times, 0.95)


def _report(work: Path, known: dict[str, list[dict[str, Any]]]) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    lines = [
        "# Pages under load at county size", "",
        "Written by `benchmarks/site_load.py` (`make load` runs it again).", "",
        f"Machine: {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}. The loader "
        "(locust) and, where there is one, PostgreSQL (as it comes, untuned) run on the same cores as the site. "
        f"{USERS} simultaneous users (two of the county's office, three township desks, three villages), "
        f"{SECONDS} s after {WARM} s of warming up, two web processes; times in ms as the loader sees them.", "",
    ]  # fmt: skip
    lines += [*_bounds(known), *_verdict(known), *_imports(work)]
    for kind, turns in known.items():
        lines += [f"## {kind}", "", *_told(work / kind), ""]
        for pause, words in PAUSES.items():
            lines += [f"### {words[0].upper()}{words[1:]}", "", *_pages(turns, pause), ""]
    return "\n".join(lines)


def _bounds(known: dict[str, list[dict[str, Any]]]) -> list[str]:
    lines = ["| database | pause | turn | reads p95 | writes p95 | answers a second | errors | loader's CPU | holds |",
             "|---|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for kind, turns in known.items():
        for pause, words in PAUSES.items():
            for number, one in enumerate(turns, 1):
                found = one[pause]["times"]
                reads, writes = _p95(_all(found, "read")), _p95(_all(found, "write"))
                rate = sum(map(len, found.values())) / SECONDS
                holds = reads <= READ_BOUND and writes <= WRITE_BOUND and not one[pause]["errors"]
                cpu = one[pause]["loader_cpu"] / (WARM + SECONDS)
                lines.append(
                    f"| {kind} | {words} | {number} | {reads:.0f} | {writes:.0f} | {rate:.0f} | "
                    f"{len(one[pause]['errors'])} | {cpu:.0%} of a core | {'yes' if holds else '**no**'} |"
                )
    return [*lines, "", f"Bounds: reads p95 ≤ {READ_BOUND} ms, writes p95 ≤ {WRITE_BOUND} ms, no error.", ""]


def _verdict(known: dict[str, list[dict[str, Any]]]) -> list[str]:
    """In words: who keeps the bounds, and what flat out measures."""
    said = []
    for pause in PAUSES:
        turns = [one[pause] for found in known.values() for one in found]
        reads, writes = (max(_p95(_all(one["times"], kind)) for one in turns) for kind in ("read", "write"))
        errors = sum(len(one["errors"]) for one in turns)
        holds = reads <= READ_BOUND and writes <= WRITE_BOUND and not errors
        slowest = min(sum(map(len, one["times"].values())) / SECONDS for one in turns)
        said.append((f"reads p95 at most {reads:.0f} ms, writes p95 at most {writes:.0f} ms", holds, slowest))
    (flat, flat_holds, rate), (paced, paced_holds, _rate) = said
    return [
        f"**Eight people at work**, each with a pause of half a second to one and a half after every answer: {paced}, "
        f"in the worst turn. The bounds {'hold' if paced_holds else '**do not hold**'}.", "",
        f"**Flat out** eight requests are under way all the time and nobody looks at an answer, so that both cores are "
        f"always busy and every request waits for the seven others: {flat}, at {rate:.0f} answers a second or more. "
        "That is many times what eight people ask for; the bounds "
        f"{'hold there too' if flat_holds else 'do not hold there'}.",
        "",
    ]  # fmt: skip


def _imports(work: Path) -> list[str]:
    """The table of importing a whole roster, where it was measured."""
    found = {kind: work / f"import-{kind}.json" for kind in ("sqlite", "postgresql")}
    lines = []
    for kind, file in found.items():
        if file.exists():
            one: dict[str, float] = json.loads(file.read_text("utf-8"))
            lines.append(
                f"| {kind} | {one['persons']:,.0f} | {one['staging']:.1f} | {one['confirming']:.1f} | "
                f"{one['bare']:.1f} | {one['ratio']:.1f} | {one['longest wait of another writer']:.1f} | "
                f"{one['the same file again']:.1f} |"
            )
    if not lines:
        return []
    return [
        "## Importing the whole roster", "",
        "`benchmarks/roster_import.py`: the county's roster into an empty registry through the site's own import, "
        "against a bare bulk load of the very rows it made (households, members, events), indexes and all. In s; "
        "bound: at most 3 times the bare load. Others only have to wait while it is confirmed.", "",
        "| database | persons | staging | confirming | bare load | import : bare | longest wait of another writer | "
        "the same file again |",
        "|---|---|---|---|---|---|---|---|", *lines, "",
    ]  # fmt: skip


def _told(home: Path) -> list[str]:
    filled: dict[str, Any] = json.loads((home / "filled.json").read_text("utf-8"))
    counts, seconds = filled["counts"], filled["seconds"]
    lines = ["In it: " + ", ".join(f"{n:,} {name}" for name, n in counts.items()) + ".", "",
             "| how it was filled (by the site's own actions; other work ran beside it) | s |",
             "|---|---|"]  # fmt: skip
    return lines + [f"| {step} | {taken:.1f} |" for step, taken in seconds.items()]


def _pages(turns: list[dict[str, Any]], pause: str) -> list[str]:
    """Every page, the times of all turns together."""
    found: Samples = defaultdict(list)
    for one in turns:
        for name, times in one[pause]["times"].items():
            found[name] += times
    lines = ["| page | answers | p50 | p95 | max |", "|---|---|---|---|---|"]
    for name, times in sorted(found.items()):
        lines.append(f"| {name} | {len(times)} | {_share(times, 0.5):.0f} | {_p95(times):.0f} | {max(times):.0f} |")
    return lines


if __name__ == "__main__":
    main()
