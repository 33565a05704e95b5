"""Work that goes on in the background."""

from django_tasks import task

from mingbai.base.lib.permissions import system
from mingbai.findings.screening.actions.running import carry_out
from mingbai.findings.screening.models import Screening


@task()
def screen_county(number: int) -> None:
    """Carries out one screening that somebody asked for."""
    carry_out(by=system("screening"), screening=Screening.objects.get(pk=number))


def later(number: int) -> None:
    """Leaves a screening to the background process."""
    screen_county.enqueue(number)
