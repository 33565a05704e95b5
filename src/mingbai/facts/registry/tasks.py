"""Work on rosters that goes on in the background."""

from contextlib import suppress
from datetime import date

import duckdb
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django_tasks import task

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor
from mingbai.base.staff.models import Official
from mingbai.base.staff.queries import actor_of
from mingbai.facts.registry.actions import importing, writing


@task()
def stage_roster(username: str, number: int, day: str) -> None:
    """Reads and compares a roster for whoever sent it."""
    importing.stage(by=_actor(username, day), number=number)


@task()
def write_roster(username: str, number: int, day: str) -> None:
    """Writes a roster that somebody confirmed; what keeps it from being written is shown on its page."""
    by = _actor(username, day)
    try:
        writing.confirm(by=by, day=date.fromisoformat(day), number=number)
    except Refused as refusal:
        importing.not_written(by=by, number=number, reasons=refusal.reasons)
    except (DatabaseError, OSError, duckdb.Error):
        # Best effort: with the database gone the mark goes by itself after a while.
        with suppress(DatabaseError):
            importing.not_written(by=by, number=number, reasons=[_("写入时出错，名册没有变化。请过一会儿再确认一次。")])
        raise


def _actor(username: str, day: str) -> Actor:
    # Asked again: their posts may have ended since they pressed the button.
    return actor_of(Official.objects.get(username=username, is_active=True), date.fromisoformat(day))
