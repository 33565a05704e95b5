"""Clues and consents go with a merged village, or with a household that moved. The move itself is the event."""

from django.db import transaction
from django.db.models import F

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.findings.screening.models import Clue, Consent


def follow_village(*, by: Actor, old: str, new: str) -> int:
    """All clues and consents of village `old` are those of `new`. Returns how many clues."""
    by.must(Permission.PLACE_CHANGE, at=old)
    by.must(Permission.PLACE_CHANGE, at=new)
    with transaction.atomic():
        Consent.objects.filter(village=old).update(village=new)
        return Clue.objects.filter(village=old).update(village=new, version=F("version") + 1)


def follow_household(*, by: Actor, household_id: str, old: str, new: str) -> int:
    """A household's clues and consents go with it. Returns how many clues."""
    by.must(Permission.HOUSEHOLD_CHANGE, at=old)
    with transaction.atomic():
        Consent.objects.filter(household_id=household_id, village=old).update(village=new)
        clues = Clue.objects.filter(household_id=household_id, village=old)
        return clues.update(village=new, version=F("version") + 1)
