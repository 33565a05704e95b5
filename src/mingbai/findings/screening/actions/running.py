"""Screening a county: asked for, carried out by a background process, taken over when that died, withdrawn."""

import logging
from collections.abc import Callable
from datetime import date, timedelta

import duckdb
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission, system
from mingbai.base.standards.queries import own_numbers
from mingbai.facts.bureaus import actions as bureaus
from mingbai.facts.bureaus.models import Delivery
from mingbai.facts.bureaus.queries import OWN, newest, twin_path
from mingbai.facts.bureaus.raw import connect
from mingbai.facts.bureaus.tables import BY_NAME, TABLES
from mingbai.facts.income.queries import income_lines
from mingbai.facts.registry.queries.export import roster_tables
from mingbai.findings.screening import from_deliveries
from mingbai.findings.screening.actions.storing import store
from mingbai.findings.screening.from_deliveries import Arrived
from mingbai.findings.screening.models import Clue, Screening

SILENT = timedelta(minutes=30)
"""A run without a sign of life for so long has died."""
_DIED = "运行筛查的进程停了（可能断电或重启），没有写入任何线索，可以重新开始。"
_LOST = "这次筛查已经被当作中断处理，结果没有写入。"
_BROKEN = "筛查时程序出错，没有写入任何线索。请把时间告诉系统管理员，查看运行日志。"
_log = logging.getLogger(__name__)


def start(*, by: Actor, place: str, day: date, enqueue: Callable[[int], object] = lambda number: None) -> Screening:
    """Asks for a screening of a county as of a day; `enqueue` gives its number to the background process.

    Refused while another one of this county is under way.
    """
    by.must(Permission.SCREENING_RUN, at=place)
    _take_over(system("screening"), day, SILENT, place)
    try:
        with transaction.atomic():
            screening = Screening.objects.create(
                place=place, day=day, by=by.name, by_shown=by.shown, queued_at=timezone.now()
            )
            record(
                by=by, day=day, verb="screening.queued", subject=f"screening:{screening.pk}", place=place,
                said=f"开始筛查，筛查日 {day.isoformat()}。",
            )  # fmt: skip
            enqueue(screening.pk)
    except IntegrityError:
        raise Refused("这个县正在筛查，做完以后才能开始下一次。进度在筛查页面上看。") from None
    return screening


def carry_out(*, by: Actor, screening: Screening) -> Screening:
    """Does what `start` asked for. Everything that it finds is written at once, at the end, or not at all.

    Whatever stops it is written into the screening (status failed, why); a refusal is told there and not raised.
    Called a second time it does nothing: it has begun already.
    """
    by.must(Permission.SCREENING_RUN, at=screening.place)
    now = timezone.now()
    waiting = Screening.objects.filter(pk=screening.pk, status="queued")
    if waiting.update(status="running", began_at=now, beat_at=now, step="导出花名册和收支账", percent=1) == 1:
        try:
            with connect() as con:
                arrived = _arrived(con, by, screening)
                own = own_numbers(screening.place)

                def tell(step: str, percent: int) -> None:
                    _beat(screening, step, percent)

                ran = from_deliveries.screen(
                    con, arrived, screening.place, screening.day, own, tell, invented=settings.DEMO
                )
                tell("写入线索", 88)
                classes = from_deliveries.classes(con, ran.run.raised)
            store(by=by, screening=screening, ran=ran, classes=classes)
        except Refused as refusal:
            _fail(by, screening, "\n".join(refusal.reasons))
        except Exception:
            _log.exception("screening %s", screening.pk)
            _fail(by, screening, _BROKEN)
            raise
    screening.refresh_from_db()
    return screening


def take_over(*, by: Actor, place: str, day: date, silent: timedelta = SILENT) -> int:
    """Marks runs whose process has died as failed, so that a new one can begin; how many.

    Args:
        place: a county, or '' for all.
        silent: for how long a run has given no sign of life; nothing when the site starts and no worker can be alive.
            What only waits in the queue is left to the worker unless it has waited for `SILENT`.
    """
    by.must(Permission.SCREENING_RUN, at=place)
    return _take_over(by, day, silent, place)


def withdraw_run(*, by: Actor, screening: Screening, why: str, day: date) -> int:
    """Takes back a wrong run: its unverified clues, first raised by it and by no later run, are retracted, and what it
    cleared is open again; how many clues changed."""
    by.must(Permission.SCREENING_RUN, at=screening.place)
    if not why.strip():
        raise Refused("请写明撤回的原因。")
    with transaction.atomic():
        done = Screening.objects.filter(pk=screening.pk, status="done")
        if done.update(status="withdrawn", why=why.strip()) != 1:
            raise Refused("这次筛查不能撤回：它还没做完，或已经撤回过了。")
        mine = Q(screening=screening, last_seen=screening)
        return _take_back(by, day, mine, Q(cleared_in=screening), f"screening:{screening.pk}", screening.place, why)


def withdraw_delivery(*, by: Actor, delivery: Delivery, why: str, day: date) -> int:
    """Takes back a wrong delivery with the unverified clues that rest on it: those of rules that read its table, last
    raised by a run that used it. What such a run cleared is open again. How many clues changed."""
    by.must(Permission.DELIVERY_WITHDRAW, at=delivery.place)
    with transaction.atomic():
        bureaus.withdraw(by=by, delivery=delivery, why=why, day=day)
        resting = Q(rule__in=from_deliveries.resting_on(delivery.table))
        runs = Screening.objects.filter(deliveries=delivery).values("pk")
        mine, cleared = resting & Q(last_seen__in=runs), resting & Q(cleared_in__in=runs)
        return _take_back(by, day, mine, cleared, f"delivery:{delivery.pk}", delivery.place, why)


def _take_back(by: Actor, day: date, raised: Q, cleared: Q, subject: str, place: str, why: str) -> int:
    clues = Clue.objects.filter(channel="screening")
    gone = clues.filter(raised, status__in=["new", "assigned"]).update(status="retracted", version=F("version") + 1)
    back = _reopen(clues.filter(cleared, status="cleared"))
    record(
        by=by, day=day, verb="screening.withdrawn", subject=subject, place=place, why=why.strip(),
        said=f"撤回没有核实的线索 {gone} 条，恢复原来因数据消除的线索 {back} 条。",
        changed={"retracted": gone, "reopened": back},
    )  # fmt: skip
    return gone + back


def _reopen(clues: QuerySet[Clue]) -> int:
    """Cleared clues are again where they were: with somebody, or waiting."""
    open_again = {"cleared_in": None, "version": F("version") + 1}
    had_somebody = clues.filter(assigned_on__isnull=False).update(status="assigned", **open_again)
    return had_somebody + clues.filter(assigned_on=None).update(status="new", **open_again)


def _take_over(by: Actor, day: date, silent: timedelta, place: str) -> int:
    now = timezone.now()
    dead = Q(status="running", beat_at__lte=now - silent) | Q(status="queued", queued_at__lte=now - SILENT)
    taken = 0
    for screening in Screening.objects.filter(dead, place__startswith=place):
        with transaction.atomic():
            same = Screening.objects.filter(dead, pk=screening.pk)
            if same.update(status="failed", why=_DIED, ended_at=timezone.now()) == 1:
                taken += 1
                _tell_failed(by, screening, _DIED, day)
    return taken


def _arrived(con: duckdb.DuckDBPyConnection, by: Actor, screening: Screening) -> list[Arrived]:
    """Our own tables by the same door as everybody's, and the newest delivery of every other table."""
    place, day = screening.place, screening.day
    roster_tables(place, con, settings.KEYS)
    income_lines(place, con, settings.KEYS)
    _beat(screening, "导出花名册和收支账", 10)
    found = [_named(bureaus.receive_own(by=by, table=t, place=place, con=con, day=day), ours=True) for t in OWN]
    others = (newest(table.name, place, until=day) for table in TABLES if table.name not in OWN)
    return found + [_named(one, ours=False) for one in others if one is not None]


def _named(delivery: Delivery, *, ours: bool) -> Arrived:
    name = f"{BY_NAME[delivery.table].file} {bureaus.spelt(delivery.period)}"
    return Arrived(
        delivery.table, delivery.pk, name, delivery.sha256, None if ours else twin_path(delivery), delivery.rows,
        delivery.rejected, delivery.bad_cells, delivery.repeated, tuple(delivery.notes),
    )  # fmt: skip


def _beat(screening: Screening, step: str, percent: int) -> None:
    """Says how far it is; outside of any transaction, so that pages see it. Refused where it was taken over."""
    running = Screening.objects.filter(pk=screening.pk, status="running")
    if not running.update(step=step, percent=percent, beat_at=timezone.now()):
        raise Refused(_LOST)


def _fail(by: Actor, screening: Screening, why: str) -> None:
    with transaction.atomic():
        running = Screening.objects.filter(pk=screening.pk, status="running")
        if running.update(status="failed", why=why, ended_at=timezone.now()) == 1:
            _tell_failed(by, screening, why, screening.day)


def _tell_failed(by: Actor, screening: Screening, why: str, day: date) -> None:
    record(
        by=by, day=day, verb="screening.failed", subject=f"screening:{screening.pk}", place=screening.place,
        said="筛查没有做完，没有写入任何线索。", why=why,
    )  # fmt: skip
