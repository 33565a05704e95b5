"""Work that goes on in the background."""

from django_tasks import task

from mingbai.base.lib.permissions import system
from mingbai.facts.assessments.actions import fill_from_deliveries
from mingbai.findings.screening.actions.running import carry_out
from mingbai.findings.screening.models import Screening


@task()
def screen_county(number: int) -> None:
    """Carries out one screening that somebody asked for, and notes what the same tables say of guarantees."""
    by = system("screening")
    done = carry_out(by=by, screening=Screening.objects.get(pk=number))
    if done.status == "done":
        fill_from_deliveries(by=by, place=done.place, day=done.day)


def later(number: int) -> None:
    """Leaves a screening to the background process."""
    screen_county.enqueue(number)
