"""Work on guarantees that goes on in the background."""

from datetime import date

from django_tasks import task

from mingbai.base.staff.models import Official
from mingbai.base.staff.queries import actor_of
from mingbai.facts.assessments.actions import fill_from_deliveries


@task()
def fill(username: str, place: str, day: str) -> None:
    """Takes over what the newest deliveries say, for whoever asked; their posts are asked again."""
    on = date.fromisoformat(day)
    by = actor_of(Official.objects.get(username=username, is_active=True), on)
    fill_from_deliveries(by=by, place=place, day=on)
