"""Statements made, frozen by somebody else, dropped; and figures that leave as a file."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.models import Place
from mingbai.oversight.indicators import inputs, statement, store
from mingbai.oversight.indicators.figures import FIGURES
from mingbai.oversight.indicators.models import Statement
from mingbai.oversight.indicators.publishing import RULE
from mingbai.oversight.indicators.queries.figures import engine
from mingbai.oversight.indicators.queries.reading import account_year, read
from mingbai.oversight.indicators.queries.statements import folder, reproduce
from mingbai.oversight.indicators.reckoning import Asked


def make(*, by: Actor, place: str, since: date, until: date, day: date, form_key: str = "") -> Statement:
    """A draft of a statement: the inputs as they are now are kept, and what they say.

    Refused for a place that is none, or a period that is not over. Sent twice it is made once.
    """
    by.must(Permission.STATEMENT_MAKE, at=place)
    if len(place) not in (2, 4, 6, 9, 12) or not Place.objects.filter(code__startswith=place).exists():
        raise Refused("没有这个地方，请从列表里选。")
    if not since <= until <= day:
        raise Refused("期间的最后一天要在今天以前，开始日期要在结束日期以前。")
    if form_key and (same := Statement.objects.filter(form_key=form_key, made_by=by.name).first()):
        return same
    asked = Asked(place, day, since, until)
    year = account_year(place)
    with engine() as con:
        read(con, asked, year)
        kept = inputs.frozen(con, settings.KEYS.person_key)
    figures = {code: one for code, one in FIGURES.items() if one.publish}
    # Reckoned from what is kept, not from what was read: the same way for ever.
    rows = statement.said({name: content for name, (_, content) in kept.items()}, asked, figures)
    for _, content in kept.values():
        store.put(folder(), content, settings.KEYS)
    made = Statement(
        place=place, since=since, until=until, day=day, year=year, rows=len(rows),
        made_by=by.name, made_by_shown=by.shown,
        definitions=[[one.code, one.version, statement.declaration(one)] for one in figures.values()],
        inputs=[list(one) for one, _ in kept.values()], form_key=form_key,
        sha256=store.put(folder(), statement.inner(rows), settings.KEYS),
        published_sha256=store.put(folder(), statement.outer(rows, figures, RULE), settings.KEYS), rule=RULE,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            _tell(made, by, day, "indicators.statement_made", "编制了")
    except IntegrityError:
        # Pressed twice: the other one was first.
        if form_key and (same := Statement.objects.filter(form_key=form_key, made_by=by.name).first()):
            return same
        raise
    return made


def freeze(*, by: Actor, statement: Statement, day: date) -> Statement:
    """A draft becomes the statement of its period; one frozen before for the same period is superseded.

    Refused for whoever made it, where somebody was first, or where what was kept no longer gives what it says.
    """
    by.must(Permission.STATEMENT_FREEZE, at=statement.place)
    if by.name == statement.made_by:
        raise Refused("报表是您编制的，要由别的同事审定冻结。")
    compared = reproduce(statement)
    if not compared.same:
        raise Refused(*(compared.reasons or ("用留存的数据重算，与报表不一致，不能冻结。请作废后重新编制。",)))
    try:
        with transaction.atomic():
            return _frozen(by, statement, day)
    except IntegrityError:
        raise Refused("同一期间刚才已经冻结了另一份报表，请刷新看看。") from None


def _frozen(by: Actor, draft: Statement, day: date) -> Statement:
    now = Statement.objects.filter(place=draft.place, since=draft.since, until=draft.until, status="frozen").first()
    if now:
        # First the old one: the database never holds two for a period.
        Statement.objects.filter(pk=now.pk, status="frozen").update(status="superseded", superseded_by=draft)
    told = {"frozen_by": by.name, "frozen_by_shown": by.shown, "frozen_on": day}
    if Statement.objects.filter(pk=draft.pk, status="draft").update(status="frozen", **told) != 1:
        raise Refused("这份报表刚才已经有人处理过了，请刷新看看。")
    draft.refresh_from_db()
    _tell(draft, by, day, "indicators.statement_frozen", "审定冻结了", supersedes=now.pk if now else None)
    return draft


def drop(*, by: Actor, statement: Statement, why: str, day: date) -> None:
    """A draft that nobody wants; it stays in the list, with the reason."""
    by.must(Permission.STATEMENT_MAKE, at=statement.place)
    if not why.strip():
        raise Refused("请写明作废的原因。")
    with transaction.atomic():
        waiting = Statement.objects.filter(pk=statement.pk, status="draft")
        if waiting.update(status="dropped", why=why.strip()[:500]) != 1:
            raise Refused("这份报表已经冻结或作废，不能再作废。")
        statement.refresh_from_db()
        _tell(statement, by, day, "indicators.statement_dropped", "作废了", why=why.strip()[:500])


def told_export(*, by: Actor, place: str, day: date, kind: str, rows: int) -> None:
    """Figures with small counts in them left as a file: on record."""
    by.must(Permission.FIGURE_READ, at=place)
    with transaction.atomic():
        record(
            by=by, day=day, verb="indicators.exported", subject=f"place:{place}", place=place,
            said=f"导出指标 {rows} 行（{kind}）。", changed={"rows": rows, "kind": kind},
        )  # fmt: skip


def _tell(one: Statement, by: Actor, day: date, verb: str, did: str, why: str = "", **more: Any) -> None:
    record(
        by=by, day=day, verb=verb, subject=f"statement:{one.pk}", place=one.place, why=why,
        said=f"{did}{one.since:%Y-%m-%d} 至 {one.until:%Y-%m-%d} 的报表。",
        changed={
            "statement": one.pk, "status": one.status, "sha256": one.sha256, "published_sha256": one.published_sha256,
            "inputs": {name: sha256 for name, sha256, _rows in one.inputs},
        } | more,
    )  # fmt: skip
