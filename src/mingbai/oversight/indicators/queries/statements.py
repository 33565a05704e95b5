"""Statements that somebody may read, what they say, and whether they still come out the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.queries import within
from mingbai.oversight.indicators import statement, store
from mingbai.oversight.indicators.figure import Figure
from mingbai.oversight.indicators.figures import defined
from mingbai.oversight.indicators.models import Statement
from mingbai.oversight.indicators.publishing import RULES
from mingbai.oversight.indicators.reckoning import Asked

PAGE = 50


def visible(by: Actor) -> QuerySet[Statement]:
    """Statements about the areas where `by` reads figures."""
    return Statement.objects.filter(within(by, Permission.FIGURE_READ, "place"))


def page(by: Actor, after: str = "") -> tuple[list[Statement], str]:
    """One page, newest first, and the key of the next ('' where there is none). One query."""
    found = visible(by).order_by("-id")
    if after.isascii() and after.isdecimal() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""


def folder() -> Path:
    """Where what statements keep lies."""
    return Path(settings.STATEMENTS)


def files_of(one: Statement) -> list[str]:
    """The SHA-256 of everything that a statement keeps: also what a backup takes along."""
    return [*(sha256 for _name, sha256, _rows in one.inputs), one.sha256, one.published_sha256]


def content(one: Statement, *, published: bool) -> bytes:
    """What a statement says: all of it, or what may be published. Refused where the file is gone or was changed."""
    return store.get(folder(), one.published_sha256 if published else one.sha256, settings.KEYS)


@dataclass(frozen=True)
class Compared:
    """A statement reckoned again. `reasons`: what keeps it from being reckoned at all; empty where it was."""

    same: bool
    sha256: str = ""
    published_sha256: str = ""
    reasons: tuple[str, ...] = ()


def reproduce(one: Statement) -> Compared:
    """Reckons a statement again from the inputs that it kept, by the definitions that it names, and compares bytes.

    The registry of today has no part in it. A missing or changed file is a reason, never an exception.
    """
    try:
        contents = {name: store.get(folder(), sha256, settings.KEYS) for name, sha256, _rows in one.inputs}
        figures = definitions(one)
        kept = [content(one, published=False), content(one, published=True)]
    except Refused as refusal:
        return Compared(False, reasons=refusal.reasons)
    rows = statement.said(contents, asked(one), figures)
    again = [statement.inner(rows), statement.outer(rows, figures, one.rule)]
    digests = [store.digest(part) for part in again]
    same = again == kept and digests == [one.sha256, one.published_sha256]
    return Compared(same, digests[0], digests[1])


def asked(one: Statement) -> Asked:
    return Asked(one.place, one.day, one.since, one.until)


def definitions(one: Statement) -> Mapping[str, Figure]:
    """The definitions that a statement names. Refused where this program no longer has one, or has another under the
    same version."""
    try:
        found = defined([named[:2] for named in one.definitions])
    except KeyError as missing:
        raise Refused(f"这个版本的程序里没有报表用的指标定义 {missing}，请用当时的版本核对。") from None
    if one.rule not in RULES:
        raise Refused(f"这个版本的程序里没有第 {one.rule} 号公布规则，请用当时的版本核对。")
    changed = [code for code, _version, digest in one.definitions if statement.declaration(found[code]) != digest]
    if changed:
        raise Refused(f"指标 {'、'.join(changed)} 的定义被改过却没有换版本号，无法核对。")
    return found
