"""The pages of places; and what a merger or a move takes along in every room."""

from collections.abc import Callable
from typing import Any

import pytest

from characters import COUNTY, DAY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import Permission
from mingbai.base.places.models import Place
from mingbai.base.staff.queries import actor_of
from mingbai.doors.web.actions.merging import merge_village, move_household
from mingbai.facts.assessments.models import Finding
from mingbai.facts.income.models import HouseholdAccount
from mingbai.facts.registry.actions.book import Entry
from mingbai.facts.registry.models import Household
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.models import Clue, Consent

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
KEPT: tuple[Any, ...] = (Household, HouseholdAccount, Finding, Clue, Consent, Issue)


def file_of(home: Household) -> None:
    """A row in every room that keeps the village."""
    code, village = home.household_id, home.village
    HouseholdAccount.objects.create(
        household=home, village=village, year=2025, entered_by="x", entered_by_shown="x", entered_on=DAY
    )
    Finding.objects.create(household=home, village=village, item="water", state="met", source="visit", day=DAY, by="x")
    Clue.objects.create(
        rule="r", subject_kind="household", subject_id=code, clue_key=code, household_id=code, village=village,
        group="risk", said="x", found_on=DAY, due_on=DAY,
    )  # fmt: skip
    Consent.objects.create(
        household_id=code, village=village, signed_by="x", way="签字", signed_on=DAY, recorded_by="x"
    )
    Issue.objects.create(
        title="x", household_id=code, village=village, found_on=DAY, found_by="x", since=DAY, due_on=DAY
    )


def test_a_merged_village_takes_everything_along(wang: Person, li: Person, family: Family) -> None:
    mine, other = family(VILLAGE), family(OTHER_VILLAGE)
    for home in (mine, other):
        file_of(home)
    assert merge_village(by=wang.actor, old=VILLAGE, into=OTHER_VILLAGE, day=DAY, why="批复〔2026〕3号") == 1
    for model in KEPT:
        assert set(model.objects.values_list("village", flat=True)) == {OTHER_VILLAGE}, model
    assert actor_of(li.official, DAY).may(Permission.HOUSEHOLD_READ, at=OTHER_VILLAGE)
    assert list(Event.objects.order_by("id").values_list("verb", flat=True)) == [
        "places.merged",
        "registry.village_merged",
    ]


def test_a_merger_that_fails_in_the_middle_leaves_nothing(
    wang: Person, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_of(family(VILLAGE))

    def broken(**_: Any) -> int:
        raise Refused("x")

    monkeypatch.setattr("mingbai.doors.web.actions.merging.issues.follow_village", broken)
    with pytest.raises(Refused):
        merge_village(by=wang.actor, old=VILLAGE, into=OTHER_VILLAGE, day=DAY, why="批复")
    assert Place.objects.get(code=VILLAGE).until is None
    assert not Event.objects.exists()
    for model in KEPT:
        assert set(model.objects.values_list("village", flat=True)) == {VILLAGE}, model


def test_a_household_that_moves_takes_its_file_along(zhao: Person, li: Person, family: Family) -> None:
    home, stays = family(VILLAGE), family(VILLAGE)
    for one in (home, stays):
        file_of(one)
    page = f"/household/{home.household_id}/move/"
    sent = {"village": OTHER_VILLAGE, "group_name": "", "on": DAY, "why": "易地搬迁", "version": 1, "nonce": "a" * 32}
    assert li.client.post(page, sent).status_code == 403
    assert zhao.client.get(page).status_code == 200
    for _ in range(2):
        assert zhao.client.post(page, sent).status_code == 302
    for model in KEPT:
        assert sorted(model.objects.values_list("village", flat=True)) == [VILLAGE, OTHER_VILLAGE], model
    assert Event.objects.count() == 1


def test_a_move_out_of_reach_is_refused(zhao: Person, sun: Person, family: Family) -> None:
    home = family(VILLAGE)
    entry = Entry(DAY, "搬迁", DAY, 1)
    with pytest.raises(Forbidden):
        move_household(by=zhao.actor, household=home, village="513435100200", group_name="", entry=entry)
    with pytest.raises(Forbidden):
        move_household(by=sun.actor, household=home, village="513435100200", group_name="", entry=entry)
    answer = zhao.client.post(
        f"/household/{home.household_id}/move/",
        {"village": f"{TOWNSHIP}999", "on": DAY, "why": "搬迁", "version": 1, "nonce": "a" * 32},
    )
    assert (answer.status_code, "没有代码为" in answer.content.decode()) == (422, True)


def test_the_pages_of_places(wang: Person, family: Family) -> None:
    family(VILLAGE)
    assert "越城镇" in wang.client.get("/places/").content.decode()
    assert "外南村" in wang.client.get(f"/places/?in={TOWNSHIP}").content.decode()
    why = {"on": DAY.isoformat(), "why": "批复〔2026〕3号"}
    new = why | {"code": f"{TOWNSHIP}299", "name": "新村村民委员会"}
    assert [wang.client.post("/places/add/", new).status_code for _ in range(2)] == [302, 422]
    renamed = why | {"name": "新新村村民委员会", "was": "新村村民委员会"}
    page = f"/places/{TOWNSHIP}299/rename/"
    assert [wang.client.post(page, renamed).status_code for _ in range(2)] == [302, 422]
    merged = why | {"into": f"{TOWNSHIP}299"}
    page = f"/places/{VILLAGE}/merge/"
    assert wang.client.get(page).status_code == 200
    assert wang.client.post(page, merged).status_code == 422
    assert wang.client.post(page, merged | {"sure": "on", "on": "2026-07-01"}).status_code == 422
    assert [wang.client.post(page, merged | {"sure": "on"}).status_code for _ in range(2)] == [302, 422]
    assert Household.objects.get().village == f"{TOWNSHIP}299"
    assert "并入" in wang.client.get(f"/places/?in={TOWNSHIP}").content.decode()


def test_the_pages_of_places_are_for_who_may(li: Person, sun: Person, qian: Person, admin: Person) -> None:
    for page in ("/places/", "/places/add/", f"/places/{VILLAGE}/rename/", f"/places/{VILLAGE}/merge/"):
        assert li.client.get(page).status_code == 403
        assert qian.client.get(page).status_code == 403
        assert admin.client.get(page).status_code == 200
    assert sun.client.get(f"/places/?in={COUNTY}").status_code == 404
    assert sun.client.post(f"/places/{VILLAGE}/merge/", {}).status_code == 404
    assert "越城镇" not in sun.client.get("/places/").content.decode()
