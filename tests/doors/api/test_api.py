"""The API reads what the token's official may read, in parts, without IDs; everything else is said with a sentence."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.doors.api.calls import LISTS, Caller, account, clue, problem, small_county, token_of

from characters import COUNTY, DAY, NEXT_COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person, make_family
from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.staff import actions
from mingbai.base.staff.models import Post, Token
from mingbai.doors.api import middleware
from mingbai.facts.registry.models import Household, Member

pytestmark = pytest.mark.django_db
EVERY = (*LISTS, "/figures", "/places", "/standards")


@pytest.fixture
def homes(places: Any) -> list[Household]:
    # Figures are kept for a minute, and a test that commits leaves them behind.
    cache.clear()
    return small_county()


def test_households_come_with_what_the_desk_sees(wang: Person, homes: list[Household]) -> None:
    caller = Caller(wang)
    found = caller.get("/households")["items"]
    assert [one["household_id"] for one in found] == [home.household_id for home in homes[:3]]
    assert found[0]["is_monitored"] is True and found[1]["is_monitored"] is False
    one = caller.get(f"/households/{homes[0].household_id}")
    assert [member["relation"] for member in one["members"]] == ["户主", "配偶", "之子"]
    assert all("********" in member["id_masked"] for member in one["members"])
    assert one["members"][2]["age"] == 14


def test_accounts_are_reckoned(wang: Person, homes: list[Household]) -> None:
    caller = Caller(wang)
    found = caller.get("/accounts")["items"]
    assert [one["household_id"] for one in found] == [home.household_id for home in homes[:3]]
    assert (found[0]["net_income"], found[0]["members"], found[0]["per_head"]) == ("20000.00", 3, "6666.67")
    assert [(line["item"], line["amount"]) for line in found[0]["lines"]] == [("A1", "24000.00"), ("E2", "4000.00")]
    account(homes[0], year=2024)
    one = caller.get(f"/households/{homes[0].household_id}/accounts")["items"]
    assert [each["year"] for each in one] == [2025, 2024]
    assert {each["year"] for each in caller.every("/accounts", year=2024)} == {2024}


def test_clues_and_problems_are_narrowed(wang: Person, homes: list[Household]) -> None:
    old = DAY - timedelta(days=40)
    clue(homes[0], key="old", found_on=old, due_on=old + timedelta(days=15), status="assigned")
    clue(homes[0], key="done", status="dismissed", decided_on=DAY, decided_by="official:li", finding="已卖掉")
    problem(homes[2], found_on=old, since=old, due_on=old + timedelta(days=15))
    caller = Caller(wang)
    assert len(caller.get("/clues")["items"]) == 4 and len(caller.get("/clues", status="all")["items"]) == 5
    assert [one["is_overdue"] for one in caller.get("/clues", status="assigned")["items"]] == [True]
    assert len(caller.get("/clues", since=DAY.isoformat())["items"]) == 3
    assert caller.get("/clues", rule="no_such_rule")["items"] == []
    assert caller.get("/clues")["items"][0]["title"] == "名下有小汽车"
    assert len(caller.get("/problems", place=OTHER_VILLAGE)["items"]) == 2
    assert [one["is_overdue"] for one in caller.get("/problems", place=OTHER_VILLAGE)["items"]] == [False, True]


def test_a_place_that_is_not_there_has_nothing_in_it(wang: Person, homes: list[Household]) -> None:
    caller = Caller(wang)
    for path in (*LISTS, "/places"):
        assert caller.get(path, place="513434999")["items"] == []
        assert caller.get(path, place=NEXT_COUNTY)["items"] == []


def test_figures_count_by_place(wang: Person, li: Person, homes: list[Household]) -> None:
    found = Caller(wang).get("/figures")
    assert found["day"] == DAY.isoformat()
    assert found["items"] == [
        {"place": TOWNSHIP, "name": "越城镇", "households": 3, "monitored": 1, "open_clues": 3, "overdue_clues": 0,
         "open_problems": 3, "overdue_problems": 0}
    ]  # fmt: skip
    villages = Caller(wang).get("/figures", place=TOWNSHIP)["items"]
    assert {one["place"]: one["households"] for one in villages} == {VILLAGE: 2, OTHER_VILLAGE: 1}
    assert [one["place"] for one in Caller(li).get("/figures")["items"]] == [VILLAGE]


def test_standards_are_those_of_the_day_and_place(wang: Person, chen: Person) -> None:
    for caller in (Caller(wang), Caller(chen)):
        now = {one["name"]: one["value"] for one in caller.get("/standards")["items"]}
        assert now["monitoring_line"] == "8800" and isinstance(now["passenger_car_kinds"], list)
        then = {one["name"]: one["value"] for one in caller.get("/standards", day="2022-06-30")["items"]}
        assert then["monitoring_line"] == "6500"


@pytest.mark.parametrize("path", EVERY)
def test_a_stranger_reads_nothing_of_ours(path: str, sun: Person, homes: list[Household]) -> None:
    """Sun reads the next county by the same calls, and not one word of ours."""
    ours = {home.household_id for home in homes[:3]} | {VILLAGE, OTHER_VILLAGE, TOWNSHIP}
    caller = Caller(sun)
    assert caller.get(path)["items"], "Sun has an own county"
    for asked in ({}, {"place": COUNTY}, {"place": VILLAGE}):
        said = json.dumps(caller.get(path, **asked), ensure_ascii=False).replace(f'"place": "{VILLAGE}"', "")
        assert not [word for word in ours if word in said]
    for path_of_one in ("", "/accounts"):
        answer = caller.answer(f"/households/{homes[0].household_id}{path_of_one}")
        assert answer.status_code == 404 and answer.json()["detail"]


def test_a_village_worker_reads_the_own_village(li: Person, homes: list[Household]) -> None:
    caller = Caller(li)
    for path in LISTS:
        assert {one["village"] for one in caller.get(path)["items"]} == {VILLAGE}
    assert caller.answer(f"/households/{homes[2].household_id}").status_code == 404


def test_a_bureau_reads_only_the_problems_sent_to_it(chen: Person, homes: list[Household]) -> None:
    sent = problem(homes[0], level="bureau", bureau="医保")
    problem(homes[0], level="bureau", bureau="教育")
    caller = Caller(chen)
    assert [one["id"] for one in caller.get("/problems")["items"]] == [sent.pk]
    for path in ("/households", f"/households/{homes[0].household_id}", "/accounts", "/clues", "/figures"):
        answer = caller.answer(path)
        assert answer.status_code == 403 and "权限" in answer.json()["detail"][0]


def test_no_id_phone_or_health_leaves(wang: Person, homes: list[Household]) -> None:
    Member.objects.filter(household=homes[0], relation="户主").update(health="患有大病", phone="10912345678")
    number = settings.KEYS.open(homes[0].members.get(relation="户主").id_hidden)
    clue(homes[0], key="text", said=f"{number} 名下有小汽车")
    problem(homes[0], title=f"{number} 饮水不安全")
    caller = Caller(wang)
    paths = (*EVERY, f"/households/{homes[0].household_id}", f"/households/{homes[0].household_id}/accounts")
    said = "".join(caller.answer(path, **({"limit": 200} if path in LISTS else {})).content.decode() for path in paths)
    assert homes[0].head_name in said
    for secret in (number, "10912345678", homes[0].phone, "患有大病", "杨某", "10900000000"):
        assert secret not in said


def test_without_a_good_token_there_is_nothing(li: Person, homes: list[Household]) -> None:
    good = token_of(li)
    for header in ({}, {"authorization": "Bearer x"}, {"authorization": f"Basic {good}"}, {"authorization": good},
                   {"authorization": f"Bearer {good}x"}, {"authorization": "Bearer \x00"}):  # fmt: skip
        answer = Client().get("/api/v1/households", headers=header)
        assert answer.status_code == 401 and "令牌" in answer.json()["detail"][0]
    assert li.client.get("/api/v1/households").status_code == 401, "a session is no token"
    assert Client().get("/api/v1/households", headers={"authorization": f"bearer {good}"}).status_code in (200, 401)


def test_a_token_ends_on_its_day_and_when_it_is_revoked(li: Person, homes: list[Household]) -> None:
    caller = Caller(li)
    Token.objects.update(made_on=DAY - timedelta(days=9), ends_on=DAY)
    assert caller.answer("/households").status_code == 200
    Token.objects.update(ends_on=DAY - timedelta(days=1))
    assert caller.answer("/households").status_code == 401
    Token.objects.update(ends_on=DAY)
    actions.revoke_token(by=li.actor, token=Token.objects.get(), day=DAY)
    assert caller.answer("/households").status_code == 401
    with pytest.raises(Refused, match="已经作废"):
        actions.revoke_token(by=li.actor, token=Token.objects.get(), day=DAY)


def test_a_token_sees_no_more_than_the_posts_of_today(li: Person, homes: list[Household]) -> None:
    caller = Caller(li)
    Post.objects.filter(official=li.official).update(until=DAY)
    answer = caller.answer("/households")
    assert answer.status_code == 403


def test_only_the_digest_of_a_token_is_kept(li: Person) -> None:
    secret = token_of(li)
    assert secret not in repr(Token.objects.values().get())
    assert len(secret) >= 40


def test_a_token_is_made_by_its_owner_for_a_year_at_most(li: Person, zhao: Person, admin: Person, sun: Person) -> None:
    with pytest.raises(Forbidden):
        actions.make_token(by=zhao.actor, official=li.official, name="x", ends_on=DAY, day=DAY)
    for ends in (DAY - timedelta(days=1), DAY + timedelta(days=367), date(9999, 1, 1)):
        with pytest.raises(Refused, match="最长一年"):
            actions.make_token(by=li.actor, official=li.official, name="x", ends_on=ends, day=DAY)
    token_of(li)
    for stranger in (sun, zhao):
        with pytest.raises(Forbidden):
            actions.revoke_token(by=stranger.actor, token=Token.objects.get(), day=DAY)
    actions.revoke_token(by=admin.actor, token=Token.objects.get(), day=DAY)


@pytest.mark.parametrize("path", [*LISTS, "/places"])
def test_parts_join_into_the_whole_list_without_gap_or_repetition(path: str, wang: Person, homes: Any) -> None:
    for _ in range(4):
        home = make_family(VILLAGE)
        for make in (account, clue, problem):
            make(home)
        account(home, year=2024)
    caller = Caller(wang)
    whole, parts = caller.get(path, limit=200), caller.every(path, limit=2)
    assert whole["next"] is None and len(whole["items"]) > 3
    assert parts == whole["items"]


@pytest.mark.parametrize("after", ["x", "W10", "bnVsbA", "WyJhIiwxXQ", "WzEsMl0", "é", "W10" * 100, "WzFlOTk5OV0"])
def test_a_mark_that_is_none_of_ours_is_told(after: str, wang: Person) -> None:
    for path in (*LISTS, "/places"):
        answer = Caller(wang).answer(path, after=after)
        assert answer.status_code == 422 and answer.json()["detail"]


@pytest.mark.parametrize(
    "asked", [{"limit": 201}, {"limit": 0}, {"limit": "x"}, {"place": "51343"}, {"place": "a"}, {"place": "513434 "}]
)
@pytest.mark.parametrize("path", LISTS)
def test_nonsense_is_told_with_a_sentence(path: str, asked: dict[str, Any], wang: Person) -> None:
    answer = Caller(wang).answer(path, **asked)
    assert answer.status_code == 422
    assert all(isinstance(sentence, str) for sentence in answer.json()["detail"])


@pytest.mark.parametrize(
    ("path", "asked"),
    [("/clues", {"since": "0"}), ("/clues", {"status": "x"}), ("/problems", {"since": "2026-13-01"}),
     ("/accounts", {"year": "20255"}), ("/households", {"status": ""}), ("/standards", {"day": "heute"}),
     ("/clues", {"plaec": VILLAGE}), ("/figures", {"x": "1"})],
)  # fmt: skip
def test_a_filter_that_is_none_is_told(path: str, asked: dict[str, Any], wang: Person) -> None:
    assert Caller(wang).answer(path, **asked).status_code == 422


@pytest.mark.parametrize("path", EVERY)
def test_the_number_of_queries_does_not_grow(path: str, wang: Person, homes: list[Household]) -> None:
    caller = Caller(wang)
    with CaptureQueriesContext(
        connection,
    ) as few:
        caller.get(path)
    for _ in range(6):
        home = make_family(VILLAGE, size=5)
        for make in (account, clue, problem):
            make(home)
    cache.clear()
    with CaptureQueriesContext(connection) as many:
        caller.get(path)
    assert len(many) == len(few) <= 12
    assert not [query for query in many if "OFFSET" in query["sql"]]


def test_nothing_can_be_changed(wang: Person, homes: list[Household]) -> None:
    token = token_of(wang)
    for method in ("post", "put", "patch", "delete"):
        call = getattr(Client(), method)
        assert call("/api/v1/households", headers={"authorization": f"Bearer {token}"}).status_code == 405


def test_answers_are_kept_by_nobody(wang: Person, homes: list[Household]) -> None:
    assert "no-store" in Caller(wang).answer("/households").headers["cache-control"]


def test_a_caller_in_a_loop_is_slowed_down(wang: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "A_MINUTE", 3)
    monkeypatch.setattr(middleware.time, "monotonic", lambda: 1e9)
    caller = Caller(wang)
    assert [caller.answer("/places").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_the_description_is_open_and_complete() -> None:
    told = Client().get("/api/v1/openapi.json").json()
    assert len(told["paths"]) == 9
    for path in told["paths"].values():
        assert set(path) == {"get"} and path["get"]["summary"] and path["get"]["description"]
    assert Client().get("/api/v1/docs").status_code == 404
