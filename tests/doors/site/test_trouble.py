"""Disk full, database gone: a clear page, and nothing lost."""

import sqlite3
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError

from characters import DAY, VILLAGE, Person
from doors.site.test_serving import answer, free_port, serving
from mingbai.base.events.actions import record
from mingbai.base.events.models import Event
from mingbai.facts.registry.models import Household


def _page(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_database_that_is_gone_is_a_clear_page_and_all_is_there_again_when_it_is_back(tmp_path: Path) -> None:
    port, home = free_port(), tmp_path / "home"
    with serving(home, port):
        assert answer(port) == 200
        # Every connection opens a file that is no database any more.
        database = home / "mingbai.sqlite3"
        kept = database.rename(tmp_path / "kept.sqlite3")
        for beside in home.glob("mingbai.sqlite3-*"):
            beside.rename(tmp_path / f"kept.sqlite3{beside.name.removeprefix('mingbai.sqlite3')}")
        database.mkdir()
        status, text = _page(port, "/sign-in/login/?asks=the-database")
        signed_in = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Cookie": "sessionid=" + "a" * 32})
        try:
            with urllib.request.urlopen(signed_in, timeout=30) as page:
                status, text = page.status, page.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        assert status == 503
        assert "Traceback" not in text
        assert "暂时连不上" in text
        database.rmdir()
        kept.rename(database)
    with sqlite3.connect(home / "mingbai.sqlite3") as again:
        assert again.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert again.execute("SELECT count(*) FROM staff_official").fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_loses_nothing_and_writes_nothing_by_half(li: Person, family: Callable[..., Household]) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a disk can be made full for SQLite only")
    household = family(VILLAGE)
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 4}")
        try:
            with pytest.raises(OperationalError, match="full"), transaction.atomic():
                Household.objects.filter(pk=household.pk).update(head_name="改")
                for number in range(200):
                    record(by=li.actor, day=DAY, verb="test.said", subject="x:1", place=VILLAGE, said=f"{number}" * 999)
        finally:
            cursor.execute("PRAGMA max_page_count = 4294967294")
    household.refresh_from_db()
    assert household.head_name != "改"
    assert not Event.objects.exists()
