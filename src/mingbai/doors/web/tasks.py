"""Work of the pages that goes on in the background."""

from datetime import date

from django_tasks import task

from mingbai.doors.web.queries import county, guarantee_measures


@task()
def refresh_county(place: str, day: str) -> None:
    """Puts a county's figures together anew."""
    county.refresh(place, date.fromisoformat(day))


@task()
def refresh_guarantees(place: str, day: str) -> None:
    """Reads the state of a county's households in the six guarantees anew."""
    guarantee_measures.refresh(place, date.fromisoformat(day))
