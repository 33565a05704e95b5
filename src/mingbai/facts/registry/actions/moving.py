"""Households that change village: one by one, or all of a village that was merged into another."""

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from mingbai.base.events.actions import Told, record_many
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.models import Place
from mingbai.facts.registry.actions.book import Entry, Said, check, locked, write
from mingbai.facts.registry.models import Household


def move_village(*, by: Actor, household: Household, village: str, group_name: str, entry: Entry) -> None:
    """The whole household moves to another village. What other rooms keep of its village follows by their own
    `follow_village`; the door calls them in the same transaction."""
    by.must(Permission.HOUSEHOLD_CHANGE, at=household.village)
    by.must(Permission.HOUSEHOLD_CHANGE, at=village)
    place = Place.objects.filter(code=village).first()
    gone = place is None or place.level != "village" or (place.until is not None and place.until <= entry.day)
    check(
        entry,
        _("没有代码为 %(code)s 的村，或这个村已撤并。") % {"code": village} if gone else "",
        _("本来就在这个村。") if village == household.village else "",
    )
    assert place is not None
    with transaction.atomic():
        book = locked(household, entry.version)
        book.household.village, book.household.group_name = village, group_name
        write(by=by, entry=entry, told=[Said(book, "registry.household_moved", f"整户迁到{place.short}。")])


def follow_village(*, by: Actor, old: str, new: str, day: date, why: str) -> int:
    """All households of a village that was merged are in its successor; one event each. Returns how many."""
    by.must(Permission.PLACE_CHANGE, at=old)
    by.must(Permission.PLACE_CHANGE, at=new)
    if not new:
        raise Refused(_("没有写明并入哪个村。"))
    with transaction.atomic():
        place = Place.objects.get(code=new)
        rows = Household.objects.select_for_update().filter(village=old).order_by("pk")
        codes = list(rows.values_list("household_id", flat=True))
        for_all = {"household": {"village": new}}
        said = f"所在村并入{place.short}。"
        told = [Told("registry.village_merged", f"household:{code}", new, said, why, for_all) for code in codes]
        moved = Household.objects.filter(village=old).update(village=new, version=F("version") + 1)
        if moved != len(codes):
            raise Refused(_("合并时有别的改动，请再试一次。"))
        record_many(by=by, day=day, told=told)
    return moved
