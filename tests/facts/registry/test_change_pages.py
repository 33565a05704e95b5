"""The pages of changes: from the menu through the choice of a person to the event, and what becomes of a conflict."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters import DAY, Person
from mingbai.base.events.models import Event
from mingbai.facts.registry.actions.book import Entry
from mingbai.facts.registry.actions.correcting import correct_household
from mingbai.facts.registry.models import Household, Member
from mingbai.facts.registry.views.changes import VERBS

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
FRAME = {"on": DAY.isoformat(), "why": "入户核实", "version": 1, "seen": 0}


def form(nonce: str = "a", **fields: Any) -> dict[str, Any]:
    return FRAME | {"nonce": nonce * 32} | fields


def url(home: Household, verb: str, **query: str) -> str:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/roster/household/{home.household_id}/{verb}/" + (f"?{asked}" if asked else "")


def test_a_birth_from_the_menu_to_the_event(li: Person, family: Family) -> None:
    home = family()
    menu = li.client.get(f"/roster/household/{home.household_id}/").content.decode()
    assert url(home, "birth") in menu
    assert url(home, "status") not in menu
    page = li.client.get(url(home, "birth"))
    assert page.status_code == 200
    sent = li.client.post(url(home, "birth"), form(name="杨妹", relation="之女", sex="女", id_number=""))
    assert (sent.status_code, sent["location"]) == (302, f"/household/{home.household_id}/")
    event = Event.objects.get()
    assert (event.verb, event.by, event.said) == ("registry.member_born", "official:li", "杨妹出生（之女）。")
    assert home.members.count() == 4


def test_a_death_of_the_head_asks_who_follows(li: Person, family: Family) -> None:
    home = family()
    head, wife, son = home.members.order_by("person_id")
    asked = li.client.get(url(home, "death")).content.decode()
    assert f"member={head.person_id}" in asked
    second = li.client.get(url(home, "death", member=head.person_id)).content.decode()
    assert f"head={wife.person_id}" in second
    assert f"head={head.person_id}" not in second
    third = url(home, "death", member=head.person_id, head=wife.person_id)
    assert f'name="relation_{son.person_id}"' in li.client.get(third).content.decode()
    refused = li.client.post(third, form())
    assert (refused.status_code, Event.objects.count()) == (422, 0)
    assert "请填写与新户主的关系" in refused.content.decode()
    sent = li.client.post(third, form(**{f"relation_{son.person_id}": "之子"}))
    assert sent.status_code == 302
    home.refresh_from_db()
    assert home.head_name == wife.name


def test_the_same_form_sent_twice_does_one_thing(li: Person, family: Family) -> None:
    home = family()
    son = home.members.get(relation="之子")
    for verb, fields, query in (
        ("marry_in", {"name": "沙马", "relation": "之儿媳", "id_number": ""}, {}),
        ("death", {}, {"member": son.person_id}),
    ):
        home.refresh_from_db()
        sent = form(nonce={"marry_in": "b", "death": "c"}[verb], **fields) | {"version": home.version}
        first, second = (li.client.post(url(home, verb, **query), sent) for _ in range(2))
        assert (first.status_code, second.status_code) == (302, 302)
    assert Event.objects.count() == 2
    assert "只记了一次" in li.client.get(url(home, "birth")).content.decode()


def test_the_second_of_two_is_told_what_changed_and_keeps_what_was_typed(
    li: Person, zhao: Person, family: Family
) -> None:
    home = family(helper="王一")
    entry = Entry(on=DAY, why="换人", day=DAY, version=home.version)
    correct_household(by=zhao.actor, household=home, fields={"helper": "吴二"}, entry=entry)
    sent = form(helper="郑三", helper_unit="县医院", phone=home.phone)
    answer = li.client.post(url(home, "household"), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "帮扶责任人" in page and "吴二" in page and zhao.actor.shown in page
    assert 'value="郑三"' in page and 'value="县医院"' in page
    assert Household.objects.get(pk=home.pk).helper == "吴二"
    # Having seen it, the person sends again what the page now holds.
    again = sent | {"version": answer.context["form"].data["version"], "seen": answer.context["form"].data["seen"]}
    assert li.client.post(url(home, "household"), again).status_code == 302
    assert Household.objects.get(pk=home.pk).helper == "郑三"


def test_a_conflict_never_shows_an_id(li: Person, wang: Person, family: Family) -> None:
    from datetime import date

    from characters import invented_id

    home = family(size=2)
    member = home.members.get(relation="配偶")
    number = invented_id(date(1981, 1, 1), "女", 77)
    first = form(nonce="d", id_number=number)
    assert wang.client.post(url(home, "id", member=member.person_id), first).status_code == 302
    answer = li.client.post(url(home, "member", member=member.person_id), form(name="阿依", relation="配偶"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "证件号码" in page
    assert number not in page


def test_a_person_who_went_meanwhile_is_not_changed(li: Person, family: Family) -> None:
    home = family()
    son = home.members.get(relation="之子")
    assert li.client.post(url(home, "death", member=son.person_id), form()).status_code == 302
    late = li.client.post(url(home, "move_out", member=son.person_id), form(nonce="e", to="", there=""))
    assert late.status_code == 422
    assert Member.objects.get(pk=son.pk).left_why == "死亡"


def test_splitting_and_joining_on_the_pages(li: Person, family: Family) -> None:
    home = family(size=4)
    _head, wife, son, _girl = home.members.order_by("person_id")
    there = url(home, "split", member=son.person_id)
    assert li.client.get(there).status_code == 200
    sent = form(leaving=[wife.person_id], **{f"relation_{wife.person_id}": "之母"})
    assert li.client.post(there, sent).status_code == 302
    made = Household.objects.get(head_name=son.name)
    assert {m.name for m in made.members.all()} == {son.name, wife.name}
    made.refresh_from_db()
    back = url(made, "join")
    fields = {f"relation_{m.person_id}": "其他" for m in made.members.all()}
    wrong = li.client.post(back, form(nonce="f", into="0000", **fields))
    assert (wrong.status_code, "没有这个户编号" in wrong.content.decode()) == (422, True)
    assert li.client.post(back, form(nonce="f", into=home.household_id, **fields)).status_code == 302
    made.refresh_from_db()
    assert made.ended_why == "并户"
    assert li.client.get(url(made, "birth")).status_code == 422


def test_the_status_page_is_the_countys(li: Person, wang: Person, family: Family) -> None:
    home = family()
    assert li.client.get(url(home, "status")).status_code == 403
    sent = form(household_class="边缘易致贫户", monitored_since="2026-06-01", eliminated="否")
    assert li.client.post(url(home, "status"), sent).status_code == 403
    assert wang.client.post(url(home, "status"), sent).status_code == 302
    home.refresh_from_db()
    assert (home.household_class, home.class_decided_on) == ("边缘易致贫户", DAY)


def test_a_new_household_on_its_page(li: Person, places: Any) -> None:
    page = "/roster/new/513434100200/"
    assert "外南村" in li.client.get(page).content.decode()
    sent = form(how="新登记", name="杨山", sex="男", id_number="", born="1980-01-01", ethnicity="彝族")
    first, second = li.client.post(page, sent), li.client.post(page, sent)
    made = Household.objects.get()
    assert first["location"] == f"/household/{made.household_id}/"
    assert second.status_code in (302, 409)
    assert li.client.get("/roster/new/513434100201/").status_code == 403


@pytest.mark.parametrize("verb", [*VERBS, "nonsense"])
def test_a_stranger_finds_nothing_and_a_reader_may_not(verb: str, sun: Person, qian: Person, family: Family) -> None:
    home = family()
    for ask in (sun.client.get, sun.client.post):
        assert ask(url(home, verb)).status_code == 404
    assert qian.client.get(url(home, verb)).status_code == (404 if verb == "nonsense" else 403)
    assert Event.objects.count() == 0


@pytest.mark.parametrize("verb", [v for v in VERBS if v != "status"])
def test_every_page_opens_with_as_many_queries_whatever_the_size(verb: str, li: Person, family: Family) -> None:
    def count(home: Household) -> int:
        wife = home.members.get(relation="配偶")
        with CaptureQueriesContext(
            connection,
        ) as caught:
            answer = li.client.get(url(home, verb, **({"member": wife.person_id} if VERBS[verb].who else {})))
        assert answer.status_code == 200
        return len(caught)

    assert count(family(size=2)) == count(family(size=5))
