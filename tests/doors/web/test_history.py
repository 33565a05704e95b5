"""The history of a household in sentences, and the household as it was on any day."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from characters import DAY, VILLAGE, Person
from mingbai.base.events.actions import Told, record, record_many
from mingbai.facts.registry.actions.book import Entry
from mingbai.facts.registry.actions.changes import leave
from mingbai.facts.registry.actions.correcting import correct_household
from mingbai.facts.registry.models import Household
from mingbai.facts.registry.queries.history import household_on
from mingbai.facts.registry.snapshot import HOUSEHOLD, changed, difference, fields_of, member_fields

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]


def imported(home: Household, by: Person, *, days: int) -> None:
    """The event that a bulk import writes for a household, `days` ago."""
    from django.conf import settings

    told = changed(
        difference({}, fields_of(vars(home), HOUSEHOLD)),
        {
            m.person_id: difference({}, member_fields(vars(m) | {"household": home.household_id}))
            for m in home.members.all()
        },
        settings.KEYS.hide,
    )
    one = Told("registry.imported", f"household:{home.household_id}", home.village, "导入花名册。", "", told)
    with transaction.atomic():
        record_many(by=by.actor, day=DAY - timedelta(days=days), told=[one])


def test_the_history_reads_in_plain_sentences_newest_first(li: Person, wang: Person, family: Family) -> None:
    home = family()
    imported(home, wang, days=30)
    wife = home.members.get(relation="配偶")
    entry = Entry(DAY - timedelta(days=2), "死亡医学证明", DAY, home.version)
    leave(by=li.actor, household=home, person_id=wife.person_id, how="死亡", entry=entry)
    page = li.client.get(f"/household/{home.household_id}/history/").content.decode()
    assert page.index(f"{wife.name}去世。") < page.index("导入花名册。")
    assert "死亡医学证明" in page and li.actor.shown in page and "2026-06-28" in page


def test_long_histories_go_on_on_the_next_page(li: Person, family: Family) -> None:
    home = family()
    with transaction.atomic():
        for number in range(45):
            record(
                by=li.actor, day=DAY, verb="issues.raised", subject=f"household:{home.household_id}", place=VILLAGE,
                said=f"第 {number} 条。",
            )  # fmt: skip
    first = li.client.get(f"/household/{home.household_id}/history/")
    assert "第 44 条" in first.content.decode() and "第 4 条。" not in first.content.decode()
    second = li.client.get(f"/household/{home.household_id}/history/?before={first.context['next']}").content.decode()
    assert "第 4 条" in second and "第 0 条" in second and "第 5 条" not in second
    assert li.client.get(f"/household/{home.household_id}/history/?before=nonsense").status_code == 200


def test_the_household_as_it_was(li: Person, wang: Person, family: Family) -> None:
    home = family(helper="王一")
    imported(home, wang, days=30)
    wife = home.members.get(relation="配偶")
    died = DAY - timedelta(days=10)
    entry = Entry(died, "死亡医学证明", DAY, home.version)
    leave(by=li.actor, household=home, person_id=wife.person_id, how="死亡", entry=entry)
    home.refresh_from_db()
    correct_household(
        by=li.actor, household=home, fields={"helper": "吴二"}, entry=Entry(DAY, "换人", DAY, home.version)
    )

    def names(days: int, known: bool = False) -> list[str]:
        found = household_on(home.household_id, DAY - timedelta(days=days), known=known)
        return [m["name"] for _, m in found.members] if found else []

    assert wife.name in names(11)
    assert wife.name not in names(10)
    assert names(31) == []
    before, now = household_on(home.household_id, DAY - timedelta(days=1)), household_on(home.household_id, DAY)
    assert before and now and (before.household["helper"], now.household["helper"]) == ("王一", "吴二")
    # Nothing was written down before the test ran, whatever day it tells of.
    assert names(0, known=True) == []
    page = li.client.get(f"/household/{home.household_id}/then/?day=2026-06-19").content.decode()
    assert wife.name in page and "王一" in page and "********" in page
    assert (
        "那一天还没有这一户" in li.client.get(f"/household/{home.household_id}/then/?day=2026-05-01").content.decode()
    )


@pytest.mark.parametrize("day", ["nonsense", "2026-13-01", "9999-12-31", "0001-01-01"])
def test_a_day_that_is_none_is_no_error(li: Person, wang: Person, family: Family, day: str) -> None:
    home = family()
    imported(home, wang, days=30)
    for known in ("", "1"):
        assert li.client.get(f"/household/{home.household_id}/then/?day={day}&known={known}").status_code == 200


def test_the_history_is_for_those_who_may(
    sun: Person, chen: Person, admin: Person, qian: Person, family: Family
) -> None:
    home = family()
    for page in ("history", "then"):
        for person, status in ((sun, 404), (chen, 404), (admin, 404), (qian, 200)):
            assert person.client.get(f"/household/{home.household_id}/{page}/").status_code == status
    assert chen.client.get("/looks/").status_code == 403


def test_as_many_queries_for_a_long_history_as_for_a_short_one(li: Person, wang: Person, family: Family) -> None:
    home = family()
    imported(home, wang, days=3)

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert li.client.get(f"/household/{home.household_id}/history/").status_code == 200
            assert li.client.get(f"/household/{home.household_id}/then/").status_code == 200
        return len(caught)

    few = count()
    with transaction.atomic():
        for _ in range(30):
            record(
                by=li.actor, day=DAY, verb="registry.imported", subject=f"household:{home.household_id}",
                place=VILLAGE, said="导入花名册。", changed={"household": {"village": VILLAGE}},
            )  # fmt: skip
    assert count() == few
