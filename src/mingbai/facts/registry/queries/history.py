"""A household as it was on any day, from its events."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from mingbai.base.events.queries import of_subject
from mingbai.facts.registry.replay import Past, fold, past


def household_on(household_id: str, day: date, *, known: bool = False) -> Past | None:
    """The household at the end of `day`; None where the history knows none then.

    By the days on which changes held, as they are known now; or, with `known`, by what had been written down by then.
    """
    upto = Q(at__lt=_midnight_after(day)) if known else Q(day__lte=day)
    events = of_subject(f"household:{household_id}").filter(upto, verb__startswith="registry.").order_by("id")
    changes: list[Mapping[str, object]] = [json.loads(text) for text in events.values_list("changed", flat=True)]
    return past(fold(household_id, changes), day, settings.KEYS.open)


def _midnight_after(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
