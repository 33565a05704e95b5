"""A roster comes in: kept hidden, compared with what stands here, and looked at. Nothing is written yet."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.processes import alone
from mingbai.base.places.models import Place
from mingbai.facts.bureaus.tables import BY_NAME, SUFFIXES
from mingbai.facts.registry import kept, listing, plan, staging
from mingbai.facts.registry.models import Import
from mingbai.facts.registry.queries import importing as asked

KEPT = ("household", "member", "difference", "row")
"""Tables of the plan that are kept until the import is confirmed or dropped."""
BAD = ("bad_household", "bad_member")
"""Tables that stay afterwards too, so that somebody can mend the rows and send them again."""

STUCK = timedelta(minutes=10)
"""After so long without a step whoever worked on it was probably killed."""
_LONGEST = timedelta(hours=2)
"""No reading of files takes longer: what an older one left in clear was left by a killed process."""


def folder() -> Path:
    """Where imports are kept."""
    return Path(settings.HOME) / "imports"


def receive(*, by: Actor, day: date, place: str, files: Mapping[str, tuple[str, bytes]]) -> Import:
    """Keeps the files (name and bytes by English table name), hidden, to be staged. The same files again while the
    first ones wait are the same import.

    Raises:
        Refused: with every reason: no file, not a format we read, too large, a place that is not known.
    """
    by.must(Permission.ROSTER_IMPORT, at=place)
    reasons = [] if Place.objects.filter(code=place).exists() else [_("系统里没有这个地方，请重新选择导入范围。")]
    if not files:
        reasons.append(_("请至少选择一个文件：户表或成员表。"))
    for table, (name, content) in files.items():
        reasons += _hindrances(BY_NAME[table].file, name, content)
    if reasons:
        raise Refused(*reasons)
    digest = hashlib.sha256()
    for table, (_name, content) in sorted(files.items()):
        digest.update(f"{table}:{len(content)}:".encode() + content)
    with transaction.atomic():
        waiting = Import.objects.filter(place=place, sha256=digest.hexdigest(), by=by.name, status__in=_WAITING).first()
        if waiting:
            return waiting
        roster = Import.objects.create(
            place=place, by=by.name, by_shown=by.shown, at=timezone.now(), day=day, sha256=digest.hexdigest(),
            file_names="、".join(name for name, _ in files.values())[:300], step="等待读取", step_at=timezone.now(),
        )  # fmt: skip
    # Outside the transaction: nobody else has to wait for 100 MB to be hidden.
    try:
        # Of a number whose row was never committed something may still lie there.
        kept.drop(folder(), roster.pk)
        for table, (name, content) in files.items():
            kept.put(folder(), roster.pk, table, name.encode() + b"\n" + content, settings.KEYS)
    except OSError as error:
        kept.drop(folder(), roster.pk)
        Import.objects.filter(pk=roster.pk).delete()
        said = _("文件没有存下来（%(why)s），请联系管理员检查磁盘后重新上传。")
        raise Refused(said % {"why": error.strerror}) from None
    return roster


_WAITING = ("staging", "staged")


def _hindrances(file: str, name: str, content: bytes) -> list[str]:
    if Path(name).suffix.lower() not in SUFFIXES:
        return [_("%(file)s选的是「%(name)s」，只能用 .xlsx、.xls、.csv 或 .parquet。") % {"file": file, "name": name}]
    if len(content) > settings.UPLOAD_MAX_BYTES:
        most = settings.UPLOAD_MAX_BYTES >> 20
        return [_("「%(name)s」超过 %(most)s MB，请按乡镇拆分，或另存为 .parquet。") % {"name": name, "most": most}]
    return [] if content else [_("「%(name)s」是空文件。") % {"name": name}]


def stage(*, by: Actor, number: int) -> None:
    """Reads the files of an import, compares, and keeps what it would change; a file that cannot be used fails it."""
    roster = Import.objects.get(pk=number)
    by.must(Permission.ROSTER_IMPORT, at=roster.place)
    if roster.status != "staging":
        return
    with alone(folder() / f"{number}.lock", _("这次导入正在处理，请稍候再看。")), scratch_engine() as (con, scratch):
        try:
            counts, outcome = compare(con, roster, scratch)
            keep_plan(con, number)
        except Refused as refusal:
            _fail(number, *refusal.reasons)
        except (duckdb.Error, OSError):
            _fail(number, _("读取时出错，没有改动任何数据。请检查磁盘空间，再重新上传；仍不行请联系管理员。"))
            raise
        else:
            Import.objects.filter(pk=number, status="staging").update(
                status="staged", step="", step_at=None, counts=counts, outcome=outcome
            )


def _fail(number: int, *reasons: str) -> None:
    Import.objects.filter(pk=number, status="staging").update(status="failed", step="", reasons=list(reasons))
    kept.drop(folder(), number)


def drop(*, by: Actor, number: int) -> None:
    """Gives an import up: its files are removed. Given up twice is given up."""
    roster = Import.objects.get(pk=number)
    by.must(Permission.ROSTER_IMPORT, at=roster.place)
    if roster.status == "dropped":
        return
    with alone(folder() / f"{number}.lock", _("这次导入正在处理，请稍候再看。")):
        if not Import.objects.filter(pk=number, status__in=("staging", "staged", "failed")).update(
            status="dropped", step=""
        ):
            raise Refused(_("这次导入已经写入，不能放弃。"))
    kept.drop(folder(), number)


@contextmanager
def scratch_engine() -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """An engine that holds what is in clear: in memory, and what spills over is hidden under a key of its own."""
    with kept.scratch(folder(), (timezone.now() - _LONGEST).timestamp()) as scratch:
        con = duckdb.connect(config={"temp_directory": str(scratch / "spill")})
        con.execute("SET temp_file_encryption = true")
        try:
            yield con, scratch
        finally:
            con.close()


def compare(con: duckdb.DuckDBPyConnection, roster: Import, scratch: Path) -> tuple[dict[str, Any], str]:
    """Leaves in schema ``plan`` what the import would change; the counts of the preview, and the outcome's digest."""
    staging.begin(con)
    _step(roster, "读取文件")
    came = staging.open_files(con, _written_out(roster, scratch), scratch)
    _step(roster, "读取现有名册")
    asked.here(con, roster.place)
    _step(roster, "逐行核对")
    staging.households(con, came)
    asked.households_elsewhere(con, roster.place)
    staging.check_households(con, came, asked.LIMITS["household"], roster.place)
    staging.members(con, came)
    asked.members_elsewhere(con, roster.place, settings.KEYS)
    staging.check_members(con, came, asked.LIMITS["member"])
    _step(roster, "比较差别")
    staging.said_by_file(con, came)
    plan.make(con)
    outcome = plan.outcome(con)
    counts: dict[str, Any] = listing.make(con, came)
    # Such as that a second sheet was not read, or that IDs stand there as numbers.
    counts["notes"] = [f"「{source.path.name}」{note.zh}" for source in came.sources.values() for note in source.notes]
    listing.bad_rows(con, came)
    asked.hidden_ids(con, settings.KEYS)
    return counts, outcome


def keep_plan(con: duckdb.DuckDBPyConnection, number: int) -> None:
    """Keeps the plan, hidden, for the preview and for confirming."""
    made = {
        name for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'plan'").fetchall()
    }
    for table in (*KEPT, *BAD):
        if table in made:
            kept.put_table(con, table, folder(), number, settings.KEYS)


def _written_out(roster: Import, scratch: Path) -> dict[str, Path]:
    paths: dict[str, Path] = {}
    for table in ("household", "member"):
        if not kept.has(folder(), roster.pk, table):
            continue
        name, _line, content = kept.get(folder(), roster.pk, table, settings.KEYS).partition(b"\n")
        # The last part only: a name with a folder in it must not lead out of the scratch folder.
        shown = Path(name.decode()).name
        if any(path.name == shown for path in paths.values()):
            shown = f"{BY_NAME[table].file}-{shown}"
        paths[table] = scratch / shown
        paths[table].write_bytes(content)
    return paths


def _step(roster: Import, words: str) -> None:
    Import.objects.filter(pk=roster.pk).update(step=words, step_at=timezone.now())


def ask_to_write(*, by: Actor, number: int) -> bool:
    """Marks a staged import as about to be written, for whoever looks; False where that is so already, or it is done.

    Raises:
        Refused: it is not staged.
    """
    roster = Import.objects.get(pk=number)
    by.must(Permission.ROSTER_IMPORT, at=roster.place)
    if roster.status == "done":
        return False
    if roster.status != "staged":
        raise Refused(_("这次导入还没有核对完，或已经放弃，不能写入。"))
    now = timezone.now()
    # A mark that old was left by a process that was killed; two that write at once keep each other out anyhow.
    free = Q(step="") | Q(step_at__lt=now - STUCK)
    mine = Import.objects.filter(free, pk=number, status="staged")
    return bool(mine.update(step="等待写入", step_at=now, reasons=[]))


def not_written(*, by: Actor, number: int, reasons: Sequence[str]) -> None:
    """Leaves on the import why it was not written."""
    roster = Import.objects.get(pk=number)
    by.must(Permission.ROSTER_IMPORT, at=roster.place)
    Import.objects.filter(pk=number, status="staged").update(step="", step_at=None, reasons=list(reasons))
