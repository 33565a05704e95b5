"""Changes of place that touch every room: a village merged into another, a household moved to another."""

from datetime import date

from django.db import transaction

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places import actions as places
from mingbai.facts.assessments import actions as assessments
from mingbai.facts.income.actions import loading as income
from mingbai.facts.registry.actions import moving
from mingbai.facts.registry.actions.book import Entry
from mingbai.facts.registry.models import Household
from mingbai.findings.issues.actions import handing as issues
from mingbai.findings.screening.actions import following as screening


def merge_village(*, by: Actor, old: str, into: str, day: date, why: str) -> int:
    """Village `old` is merged into another from `day`: its households, accounts, findings, clues and problems carry the
    other's code, its people hold their posts there. All or nothing; returns how many households."""
    by.must(Permission.PLACE_CHANGE, at=old)
    by.must(Permission.PLACE_CHANGE, at=into)
    with transaction.atomic():
        places.merge(by=by, old=old, into=into, day=day, why=why)
        moved = moving.follow_village(by=by, old=old, new=into, day=day, why=why)
        income.follow_village(by=by, old=old, new=into)
        assessments.follow_village(by=by, old=old, new=into, day=day)
        screening.follow_village(by=by, old=old, new=into)
        issues.follow_village(by=by, old=old, new=into, day=day)
    return moved


def move_household(*, by: Actor, household: Household, village: str, group_name: str, entry: Entry) -> None:
    """A household moves to another village with everything that is kept by village."""
    old, code = household.village, household.household_id
    by.must(Permission.HOUSEHOLD_CHANGE, at=old)
    by.must(Permission.HOUSEHOLD_CHANGE, at=village)
    with transaction.atomic():
        moving.move_village(by=by, household=household, village=village, group_name=group_name, entry=entry)
        household.refresh_from_db()
        income.follow_household(by=by, household=household, old=old)
        assessments.follow_household(by=by, household=household, old=old)
        screening.follow_household(by=by, household_id=code, old=old, new=village)
        issues.follow_household(by=by, household_id=code, old=old, new=village)
