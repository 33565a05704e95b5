"""Handing in a table, opening it again, taking it back, and saying what is expected."""

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import without_ids
from mingbai.facts.bureaus import keeping, twin
from mingbai.facts.bureaus.calendar import month
from mingbai.facts.bureaus.expected import usual
from mingbai.facts.bureaus.models import Delivery, Expected
from mingbai.facts.bureaus.queries import OWN, hidden_path, problems_path, tables_of
from mingbai.facts.bureaus.tables import BY_NAME, Table

EARLIEST = date(2014, 1, 1)


@dataclass(frozen=True)
class Received:
    """A delivery as it was taken in; `again` where the very same file for that month was here already."""

    delivery: Delivery
    again: bool = False


def receive(*, by: Actor, table: str, place: str, period: date, file: Path, name: str, day: date) -> Received:
    """Takes in one table: keeps the file as it came (encrypted), writes its twin, and the row.

    Args:
        table: its English name.
        period: any day of the month that it is for.
        file: where the upload lies; it stays there.
        name: what the sender calls the file; its suffix says what it is.
    Raises:
        Forbidden: not the sender's table. Refused: every reason why the file cannot be used; nothing is kept.
    """
    by.must(Permission.DELIVERY_SEND, at=place)
    declared = _declared(by, table)
    period = _period(period, day)
    refuse_large(file.stat().st_size)
    digest = keeping.sha256(file)
    if same := _same(table, place, period, digest):
        return Received(same, again=True)
    sweep()
    with keeping.scratch(Path(settings.HOME)) as folder, _kept(table, place, period) as kept:
        # Under its own name, so that every sentence names the file as its sender does.
        came = folder / keeping.plain_name(name)
        came.write_bytes(file.read_bytes())
        made = twin.make(came, declared, kept.part("parquet"), settings.KEYS.person_key, folder)
        kept.hide("hidden", came.read_bytes(), settings.KEYS)
        cells = [[b.line, b.column, without_ids(b.value), b.problem] for b in made.bad_cells]
        kept.hide("problems", json.dumps(cells, ensure_ascii=False).encode(), settings.KEYS)
        counts = made.counts
        delivery = Delivery(
            table=table, place=place, period=period, sender=by.bureau or declared.sender, sha256=digest,
            file_name=without_ids(came.name), rows=counts.rows, rejected=counts.rejected, repeated=counts.repeated,
            bad_cells=counts.bad_cells, invalid_ids=made.invalid_ids, notes=[without_ids(n.zh) for n in counts.notes],
        )  # fmt: skip
        return _save(delivery, kept, by, day)


def receive_own(*, by: Actor, table: str, place: str, con: duckdb.DuckDBPyConnection, day: date) -> Delivery:
    """Our own table by the same door: ``arrived.NAME`` of `con`, its IDs hashed already, becomes a delivery of 本县.

    What has not changed since the last time this month is not kept twice.
    """
    by.must(Permission.DELIVERY_SEND, at=place)
    period = month(day)
    with _kept(table, place, period) as kept:
        part = kept.part("parquet")
        rows = twin.write(con, BY_NAME[table], part)
        digest = keeping.sha256(part)
        if same := _same(table, place, period, digest):
            return same
        kept.hide("hidden", part.read_bytes(), settings.KEYS)
        kept.hide("problems", b"[]", settings.KEYS)
        name = f"{BY_NAME[table].file}.parquet"
        delivery = Delivery(
            table=table, place=place, period=period, sender="本县", file_name=name, sha256=digest, rows=rows
        )
        return _save(delivery, kept, by, day).delivery


def withdraw(*, by: Actor, delivery: Delivery, why: str, day: date) -> None:
    """Marks a delivery as wrong: the one before counts again. Screening calls this and withdraws its clues."""
    by.must(Permission.DELIVERY_WITHDRAW, at=delivery.place)
    if not why.strip():
        raise Refused("请写明撤回的原因。")
    with transaction.atomic():
        waiting = Delivery.objects.filter(pk=delivery.pk, status="received")
        if waiting.update(status="withdrawn", withdrawn_why=why.strip()) != 1:
            raise Refused("这批数据已经撤回过了，不用再撤。")
        record(
            by=by, day=day, verb="bureaus.withdrawn", subject=f"delivery:{delivery.pk}", place=delivery.place,
            said=f"撤回了{_called(delivery)}。", why=why.strip(),
            changed={"table": delivery.table, "period": delivery.period, "status": "withdrawn"},
        )  # fmt: skip


def open_original(*, by: Actor, delivery: Delivery, why: str, day: date) -> bytes:
    """The file as it came. It has IDs in it: who opened it, when and why is on record."""
    if not may_open(by, delivery):
        raise Forbidden("您不能下载这份原始文件：只有交来的部门和县里能下载。")
    if not why.strip():
        raise Refused("请写明下载原始文件做什么用。里面有证件号码，下载会记录在案。")
    content: bytes = settings.KEYS.open_bytes(keeping.read(hidden_path(delivery)))
    with transaction.atomic():
        record(
            by=by, day=day, verb="bureaus.opened", subject=f"delivery:{delivery.pk}", place=delivery.place,
            said=f"下载了{_called(delivery)}的原始文件。", why=why.strip(),
        )  # fmt: skip
    return content


def may_open(by: Actor, delivery: Delivery) -> bool:
    """Whether somebody may have the file as it came: its sender, and who may read deliveries there."""
    sends = by.may(Permission.DELIVERY_SEND, at=delivery.place) and BY_NAME[delivery.table] in tables_of(by)
    return sends or by.may(Permission.DELIVERY_READ, at=delivery.place)


def problems_of(delivery: Delivery) -> list[tuple[int, str, str, str]]:
    """Its bad cells: line, column, value as it stood (IDs masked), and what to do."""
    cells = json.loads(settings.KEYS.open_bytes(keeping.read(problems_path(delivery))))
    return [(line, column, value, problem) for line, column, value, problem in cells]


def expect(
    *, by: Actor, table: str, place: str, every_months: int, by_day: int, day: date, seen: int | None = None
) -> None:
    """Says how often a table is expected and by when, from this month on; `every_months` 0 ends it.

    Args:
        seen: the row that whoever asks had before them, or None where there was none.
    """
    # Who settles which deliveries count also says which are due.
    by.must(Permission.DELIVERY_WITHDRAW, at=place)
    if table not in BY_NAME or table in OWN:
        raise Refused("没有这张表，请从列表里选。")
    if not (0 <= every_months <= 12 and 1 <= by_day <= 28):
        raise Refused("间隔填 1 至 12 个月，日期填 1 至 28 日。")
    with transaction.atomic():
        now = Expected.objects.filter(table=table, place=place, until=None).select_for_update().first()
        if (now and now.pk) != seen:
            raise Changed("刚才有人改过这张表的要求，请看一下现在的要求再改。")
        if now:
            Expected.objects.filter(pk=now.pk).update(until=day)
        if every_months:
            since = month(day) if now is None or now.every_months != every_months else now.since
            Expected.objects.create(
                table=table, place=place, every_months=every_months, by_day=by_day, since=since
            )  # fmt: skip
        asked = f"{_often(every_months)}、次月 {by_day} 日前交" if every_months else "不再要求交"
        record(
            by=by, day=day, verb="bureaus.expected", subject=f"place:{place}", place=place,
            said=f"「{BY_NAME[table].file}」改为{asked}。",
            changed={"table": table, "every_months": every_months, "by_day": by_day},
        )  # fmt: skip


def expect_usual(*, by: Actor, place: str, day: date) -> int:
    """Expects every table that nobody has said anything about as is usual; how many."""
    by.must(Permission.DELIVERY_WITHDRAW, at=place)
    with transaction.atomic():
        known = set(Expected.objects.filter(place=place).values_list("table", flat=True))
        new = [
            Expected(table=name, place=place, since=month(day), **usual(name)._asdict())
            for name in BY_NAME
            if name not in known and name not in OWN
        ]
        if new:
            Expected.objects.bulk_create(new)
            record(
                by=by, day=day, verb="bureaus.expected", subject=f"place:{place}", place=place,
                said=f"按惯例列出了 {len(new)} 张表的交表要求。", changed={"tables": [one.table for one in new]},
            )  # fmt: skip
    return len(new)


def refuse_large(size: int) -> None:
    """Refused where a file is larger than the site takes."""
    if size > settings.UPLOAD_MAX_BYTES:
        most = settings.UPLOAD_MAX_BYTES >> 20
        raise Refused(
            f"文件有 {size >> 20} MB，超过 {most} MB，没有接收。请按年度或乡镇拆开，或另存为 .xlsx、.parquet 再交。"
        )


def sweep() -> None:
    """Takes away what a process that was killed left behind: scratch folders, and files that no delivery names."""
    keeping.sweep_scratch(Path(settings.HOME))
    old = keeping.forgotten(Path(settings.DELIVERIES))
    known = set(Delivery.objects.filter(kept_as__in=set(old.values())).values_list("kept_as", flat=True))
    for path, name in old.items():
        if path.suffix == ".part" or name not in known:
            path.unlink(missing_ok=True)


def _declared(by: Actor, table: str) -> Table:
    if table not in BY_NAME or table in OWN:
        raise Refused("没有这张表，请从列表里选。")
    declared = BY_NAME[table]
    if declared not in tables_of(by):
        raise Forbidden(f"「{declared.file}」由{declared.sender}交，不由{by.bureau}交。")
    return declared


def _period(period: date, day: date) -> date:
    if not EARLIEST <= month(period) <= month(day):
        raise Refused(f"所属月份要在 {spelt(EARLIEST)}到{spelt(day)}之间。")
    return month(period)


def _same(table: str, place: str, period: date, digest: str) -> Delivery | None:
    return Delivery.objects.filter(table=table, place=place, period=period, sha256=digest, status="received").first()


def _kept(table: str, place: str, period: date) -> AbstractContextManager[keeping.Keeping]:
    return keeping.keeping(Path(settings.DELIVERIES), f"{place}-{table}-{period:%Y%m}")


def _save(delivery: Delivery, kept: keeping.Keeping, by: Actor, day: date) -> Received:
    """The row and its event; the files take their names last, so that a row never lacks its files."""
    delivery.by, delivery.by_shown, delivery.day, delivery.received_at = by.name, by.shown, day, timezone.now()
    delivery.kept_as, delivery.twin_sha256 = kept.name, keeping.sha256(kept.part("parquet"))
    try:
        with transaction.atomic():
            delivery.save(force_insert=True)
            record(
                by=by, day=day, verb="bureaus.received", subject=f"delivery:{delivery.pk}", place=delivery.place,
                said=_said(delivery), changed=_told(delivery),
            )  # fmt: skip
            kept.name_files()
    except IntegrityError:
        # Pressed twice: the other one was first.
        if same := _same(delivery.table, delivery.place, delivery.period, delivery.sha256):
            return Received(same, again=True)
        raise
    kept.done = True
    return Received(delivery)


def _said(delivery: Delivery) -> str:
    parts = [f"共 {delivery.rows:,} 行"]
    parts += [f"未采用 {delivery.rejected:,} 行"] if delivery.rejected else []
    parts += [f"有误 {delivery.bad_cells:,} 格"] if delivery.bad_cells else []
    return f"交来{_called(delivery)}，{'，'.join(parts)}。"


def _told(delivery: Delivery) -> dict[str, Any]:
    names = ("table", "period", "sender", "sha256", "twin_sha256", "rows", "rejected", "bad_cells")
    return {name: getattr(delivery, name) for name in names}


def _called(delivery: Delivery) -> str:
    return f"「{BY_NAME[delivery.table].file}」{spelt(delivery.period)}的数据"


def spelt(period: date) -> str:
    """2026年6月."""
    return f"{period.year}年{period.month}月"


def _often(every_months: int) -> str:
    return {1: "每月", 3: "每季度", 6: "每半年", 12: "每年"}.get(every_months, f"每 {every_months} 个月")
