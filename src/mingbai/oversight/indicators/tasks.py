"""Figures and statements put together in the background."""

from contextlib import suppress
from datetime import date

from django_tasks import task

from mingbai.base.lib.errors import Refused
from mingbai.base.staff.models import Official
from mingbai.base.staff.queries import actor_of
from mingbai.oversight.indicators import actions
from mingbai.oversight.indicators.queries import figures


@task()
def refresh_figures(place: str, day: str) -> None:
    """Puts the figures of a place together anew."""
    figures.refresh(place, date.fromisoformat(day))


@task()
def make_statement(username: str, place: str, since: str, until: str, day: str, form_key: str) -> None:
    """Makes a statement of a large place for whoever asked; their posts are asked again."""
    by = actor_of(Official.objects.get(username=username, is_active=True), date.fromisoformat(day))
    period = date.fromisoformat(since), date.fromisoformat(until)
    with suppress(Refused):
        # Whatever the form let through and is refused now (a post that ended) leaves no statement in the list.
        actions.make(
            by=by, place=place, since=period[0], until=period[1], day=date.fromisoformat(day), form_key=form_key
        )
