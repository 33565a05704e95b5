"""A backup is one file: every table as text, and the deliveries. It opens on SQLite and on PostgreSQL alike.

The keys are not in it: whoever has only the backup cannot read an ID or a bureau's file.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models, transaction

from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus.models import Delivery
from mingbai.oversight.indicators.models import Statement
from mingbai.oversight.indicators.queries.statements import files_of
from mingbai.oversight.indicators.store import path_of

FORMAT = "mingbai-backup-1"
_BATCH = 5000
# What belongs to a running site, not to the county: sign-ins, queued jobs, Django's own registers.
_LEFT_OUT = {"sessions", "contenttypes", "auth", "django_tasks_database", "django_tasks_db"}


def tables() -> list[type[models.Model]]:
    """The models whose rows are the county's, those of many-to-many links included, in a fixed order."""
    every = apps.get_models(include_auto_created=True)
    mine = [m for m in every if m._meta.app_label not in _LEFT_OUT and m._meta.managed and not m._meta.proxy]
    return sorted(mine, key=lambda m: m._meta.label_lower)


def save(path: Path, day: date) -> dict[str, Any]:
    """Writes a backup of one moment while others go on working. Returns its manifest.

    Refused where the file exists or a delivery's file is missing; nothing is left behind then.
    """
    if path.exists():
        raise Refused(f"「{path}」已经存在，请换一个文件名；备份不覆盖旧文件。")
    beside = path.with_name(path.name + ".part")
    beside.touch(mode=0o600)
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive, _moment():
            manifest = _write(archive, day)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return manifest


def load(path: Path) -> dict[str, Any]:
    """Puts a backup into an empty site. All or nothing; returns its manifest.

    Refused where the site has data, the file is no backup, a part is damaged, or its keys are not here.
    """
    try:
        archive = zipfile.ZipFile(path)
        manifest = json.loads(archive.read("manifest.json"))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        raise Refused(f"「{path.name}」不是明白账的备份文件，或已损坏。") from None
    with archive:
        _check(archive, manifest)
        with transaction.atomic():
            for model in tables():
                _fill(archive, model, manifest["rows"].get(model._meta.label_lower, 0))
            _sequences()
        # After the rows: what is there too much is harmless, what is missing is not.
        settings.DELIVERIES.mkdir(parents=True, exist_ok=True)
        for name in manifest["files"]:
            _put(archive, "deliveries", name)
        for name in manifest.get("statements", []):
            _put(archive, "statements", name)
    return dict(manifest)


@contextmanager
def _moment() -> Iterator[None]:
    """All reads see the database of one moment, and nobody who writes has to wait."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        else:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _write(archive: zipfile.ZipFile, day: date) -> dict[str, Any]:
    rows: dict[str, int] = {}
    sums: dict[str, str] = {}
    for model in tables():
        name = model._meta.label_lower
        with archive.open(f"tables/{name}.jsonl", "w", force_zip64=True) as file:
            rows[name], sums[f"tables/{name}.jsonl"] = _dump(model, file)
    files = []
    for kept in Delivery.objects.order_by("id").values_list("kept_as", flat=True):
        sources = sorted(settings.DELIVERIES.glob(f"{kept}.*"))
        if missing := {".hidden", ".parquet"} - {source.suffix for source in sources}:
            raise Refused(f"缺少部门数据文件 {kept}{min(missing)}，备份没有做成。请先找回它。")
        for source in sources:
            content = source.read_bytes()
            archive.writestr(zipfile.ZipInfo(f"deliveries/{source.name}"), content)
            sums[f"deliveries/{source.name}"] = hashlib.sha256(content).hexdigest()
            files.append(source.name)
    kept_by_statements = _statements(archive, sums)
    head = Event.objects.order_by("-id").values_list("id", "hash").first()
    manifest = {
        "format": FORMAT, "day": day.isoformat(), "rows": rows, "files": files, "statements": kept_by_statements,
        "sha256": sums,
        "keys": _marks(), "head": list(head) if head else None,
    }  # fmt: skip
    archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def _statements(archive: zipfile.ZipFile, sums: dict[str, str]) -> list[str]:
    """What statements keep, as it lies: encrypted, each file once."""
    names = []
    for digest in sorted({digest for one in Statement.objects.all() for digest in files_of(one)}):
        path = path_of(settings.STATEMENTS, digest)
        if not path.exists():
            raise Refused(f"缺少报表留存的文件 {digest[:12]}，备份没有做成。请先找回它。")
        content = path.read_bytes()
        archive.writestr(zipfile.ZipInfo(f"statements/{path.name}"), content)
        sums[f"statements/{path.name}"] = hashlib.sha256(content).hexdigest()
        names.append(path.name)
    return names


def _marks() -> list[str]:
    """By which each key is known without showing it: two keys of one name differ here."""
    return sorted(settings.KEYS.indexes("backup", "mark"))


def _dump(model: type[models.Model], file: IO[bytes]) -> tuple[int, str]:
    fields = [f.attname for f in model._meta.concrete_fields]
    digest, count = hashlib.sha256(), 0
    rows = model._default_manager.order_by("pk").values_list(*fields).iterator(_BATCH)
    while batch := list(islice(rows, _BATCH)):
        text = "".join(json.dumps(row, ensure_ascii=False, default=_plain) + "\n" for row in batch).encode()
        file.write(text)
        digest.update(text)
        count += len(batch)
    return count, digest.hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _check(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    if manifest.get("format") != FORMAT:
        raise Refused("这份备份是另一个版本的程序做的，请用那个版本恢复。")
    if missing := sorted(mark.split("$")[1] for mark in set(manifest["keys"]) - set(_marks())):
        raise Refused(
            f"这里没有备份用的密钥 {'、'.join(missing)}（同名的也不是同一把），请先放好原来的密钥文件（MINGBAI_KEYS）再恢复。"
        )
    if held := next((m for m in tables() if m._default_manager.exists()), None):
        raise Refused(f"这里已经有数据（{held._meta.label}），备份只恢复到空的站点。请用 --home 指定一个新文件夹。")
    for name, expected in manifest["sha256"].items():
        digest = hashlib.sha256()
        try:
            with archive.open(name) as file:
                while part := file.read(1 << 20):
                    digest.update(part)
        except (KeyError, zipfile.BadZipFile, EOFError):
            raise Refused(f"备份里的 {name} 缺失或损坏，没有恢复任何东西。") from None
        if digest.hexdigest() != expected:
            raise Refused(f"备份里的 {name} 被改动过，没有恢复任何东西。")


def _fill(archive: zipfile.ZipFile, model: type[models.Model], expected: int) -> None:
    fields = model._meta.concrete_fields
    count = 0
    with archive.open(f"tables/{model._meta.label_lower}.jsonl") as lines:
        while batch := list(islice(lines, _BATCH)):
            made = [
                model(
                    **{f.attname: f.to_python(v) if v is not None else None for f, v in zip(fields, row, strict=True)}
                )
                for row in map(json.loads, batch)
            ]
            model._default_manager.bulk_create(made, batch_size=1000)
            count += len(batch)
    if count != expected:
        raise Refused(f"备份里的 {model._meta.label_lower} 行数不对（{count}，应为 {expected}），没有恢复任何东西。")


def _sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)


def _put(archive: zipfile.ZipFile, kind: str, name: str) -> None:
    folder: Path = {"deliveries": settings.DELIVERIES, "statements": settings.STATEMENTS}[kind]
    target = folder / name
    if target.parent != folder:
        raise Refused(f"备份里的文件名「{name}」不对。")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = target.with_name(name + ".part")
    beside.write_bytes(archive.read(f"{kind}/{name}"))
    beside.replace(target)
