"""Places are added, renamed and merged, dated, with their reason, and scope follows."""

from datetime import date
from typing import Any

import pytest

from characters import COUNTY, DAY, NEXT_VILLAGE, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import Permission
from mingbai.base.places.actions import add, merge, rename
from mingbai.base.places.models import Place
from mingbai.base.staff.models import Post
from mingbai.base.staff.queries import actor_of

pytestmark = pytest.mark.django_db
WHY = "县政府批复〔2026〕3号"


def test_a_village_is_added(wang: Person) -> None:
    place = add(by=wang.actor, code=f"{TOWNSHIP}299", name="新村村民委员会", day=DAY, why=WHY)
    assert (place.parent, place.since, place.level) == (TOWNSHIP, DAY, "village")
    assert Event.objects.get().subject == f"place:{place.code}"


@pytest.mark.parametrize(
    ("code", "name", "why", "reason"),
    [
        (VILLAGE, "重名村", WHY, "已经有了"), (f"{COUNTY}999001", "无乡村", WHY, "上级"), (f"{COUNTY}1", "短", WHY, "9 位"),
        (f"{TOWNSHIP}29a", "字母村", WHY, "数字"), (f"{TOWNSHIP}299", " ", WHY, "名称"), (f"{TOWNSHIP}299", "新村", " ", "依据"),
    ],
)  # fmt: skip
def test_a_place_that_cannot_be_is_refused(wang: Person, code: str, name: str, why: str, reason: str) -> None:
    before = Place.objects.count()
    with pytest.raises(Refused, match=reason):
        add(by=wang.actor, code=code, name=name, day=DAY, why=why)
    assert (Place.objects.count(), Event.objects.count()) == (before, 0)


def test_the_second_renaming_of_the_same_name_is_refused(wang: Person) -> None:
    old = Place.objects.get(code=VILLAGE).name
    rename(by=wang.actor, code=VILLAGE, name="外南新村村民委员会", was=old, day=DAY, why=WHY)
    assert Place.objects.get(code=VILLAGE).short == "外南新村"
    with pytest.raises(Refused, match="刚被别人改过"):
        rename(by=wang.actor, code=VILLAGE, name="别的", was=old, day=DAY, why=WHY)
    assert Event.objects.count() == 1


def test_a_village_is_merged_and_its_people_go_on_there(wang: Person, li: Person) -> None:
    assert not li.actor.may(Permission.HOUSEHOLD_READ, at=OTHER_VILLAGE)
    assert merge(by=wang.actor, old=VILLAGE, into=OTHER_VILLAGE, day=DAY, why=WHY) == 1
    gone = Place.objects.get(code=VILLAGE)
    assert (gone.until, gone.successor) == (DAY, OTHER_VILLAGE)
    li_now = actor_of(li.official, DAY)
    assert li_now.may(Permission.HOUSEHOLD_READ, at=OTHER_VILLAGE)
    assert li_now.may(Permission.HOUSEHOLD_READ, at=VILLAGE)
    with pytest.raises(Refused, match="已于 2026-06-30 撤并"):
        merge(by=wang.actor, old=VILLAGE, into=OTHER_VILLAGE, day=DAY, why=WHY)
    with pytest.raises(Refused, match="不能并入"):
        merge(by=wang.actor, old=OTHER_VILLAGE, into=VILLAGE, day=DAY, why=WHY)
    assert Post.objects.filter(official=li.official).count() == 2


@pytest.mark.parametrize(
    ("old", "into", "reason"),
    [
        (VILLAGE, VILLAGE, "两个不同"), (VILLAGE, f"{TOWNSHIP}999", "两个不同"), (VILLAGE, TOWNSHIP, "逐村"),
        (TOWNSHIP, VILLAGE, "逐村"),
    ],
)  # fmt: skip
def test_what_cannot_be_merged_is_refused(wang: Person, old: str, into: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        merge(by=wang.actor, old=old, into=into, day=DAY, why=WHY)
    assert not Event.objects.exists()


@pytest.mark.parametrize("who", ["li", "zhao", "chen", "qian", "sun"])
def test_who_may_not_changes_no_place(who: str, request: pytest.FixtureRequest) -> None:
    by: Any = request.getfixturevalue(who).actor
    with pytest.raises(Forbidden):
        add(by=by, code=f"{TOWNSHIP}299", name="新村", day=DAY, why=WHY)
    with pytest.raises(Forbidden):
        rename(by=by, code=VILLAGE, name="新村", was="外南村村民委员会", day=DAY, why=WHY)
    with pytest.raises(Forbidden):
        merge(by=by, old=VILLAGE, into=OTHER_VILLAGE, day=DAY, why=WHY)
    assert not Event.objects.exists()


def test_nothing_is_merged_across_the_countys_border(wang: Person, sun: Person) -> None:
    for by in (wang.actor, sun.actor):
        with pytest.raises(Forbidden):
            merge(by=by, old=VILLAGE, into=NEXT_VILLAGE, day=DAY, why=WHY)


def test_a_merger_before_the_village_was_is_refused(wang: Person) -> None:
    Place.objects.filter(code=VILLAGE).update(since=date(2026, 6, 30))
    with pytest.raises(Refused, match="晚于设立日期"):
        merge(by=wang.actor, old=VILLAGE, into=OTHER_VILLAGE, day=DAY, why=WHY)
