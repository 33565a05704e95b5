"""People and posts: who may give what, where; what clashes; what ends with an account."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from characters import COUNTY, DAY, NEXT_COUNTY, NEXT_VILLAGE, OTHER_VILLAGE, PASSWORD, TOWNSHIP, VILLAGE, Person
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.staff import actions
from mingbai.base.staff.forms import TITLES as TRANSLATED
from mingbai.base.staff.models import Official, Post, Token
from mingbai.base.staff.queries import Filters, actor_of, managed, people
from mingbai.base.staff.roles import BUREAUS, INCOMPATIBLE, LEVELS, ROLES, TITLES
from mingbai.facts.bureaus.tables import TABLES

pytestmark = pytest.mark.django_db


def add(by: Person, **given: Any) -> tuple[Official, str]:
    start: dict[str, Any] = {"username": "yangli", "name": "杨丽", "role": "village", "area": VILLAGE, "since": DAY}
    return actions.add_person(by=by.actor, **(start | given), day=DAY)


def give(by: Person, to: Person, role: str, area: str, **given: Any) -> Post:
    return actions.give_post(
        by=by.actor, official=to.official, **({"role": role, "area": area, "since": DAY} | given), day=DAY
    )


def told() -> list[tuple[str, str]]:
    return list(Event.objects.order_by("id").values_list("verb", "subject"))


def test_the_bureaus_are_the_senders_of_tables() -> None:
    assert set(BUREAUS) == {name for table in TABLES for name in table.sender.split("、")} - {"本县"}
    assert len(set(BUREAUS)) == len(BUREAUS)


def test_every_role_has_a_title_and_levels() -> None:
    assert set(ROLES) == set(TITLES) == set(LEVELS)
    assert set(TRANSLATED) == set(TITLES.values())


def test_a_person_is_added_with_a_post_and_a_password_that_works_once(admin: Person) -> None:
    official, password = add(admin, phone="13900001111")
    assert actor_of(official, DAY).areas(next(iter(ROLES["village"]))) == (VILLAGE,)
    assert official.must_change_password and official.check_password(password)
    assert told() == [("staff.person_added", "official:yangli")]
    event = Event.objects.get()
    assert event.place == VILLAGE
    for secret in (password, "13900001111"):
        assert secret not in event.changed + event.said


def test_adding_the_same_person_twice_is_told_and_adds_one(admin: Person) -> None:
    add(admin)
    with pytest.raises(Refused, match="已经有人用了"):
        add(admin, username="YangLi")
    assert Official.objects.filter(username="yangli").count() == 1 and len(told()) == 1


@pytest.mark.parametrize("username", ["13900001111", "杨丽", "y", "", "a b", "x" * 41, "513434199001011234"])
def test_a_name_to_sign_in_with_is_letters_first(admin: Person, username: str) -> None:
    with pytest.raises(Refused, match="小写字母开头"):
        add(admin, username=username)


def test_nobody_gives_rights_outside_the_own_area(admin: Person, sun: Person) -> None:
    with pytest.raises(Forbidden):
        add(admin, area=NEXT_VILLAGE)
    with pytest.raises(Forbidden):
        give(admin, sun, "county", NEXT_COUNTY)
    with pytest.raises(Forbidden):
        add(admin, role="admin", area="51")
    assert told() == []


@pytest.mark.parametrize("who", ["li", "zhao", "wang", "chen", "qian", "sun"])
def test_only_an_administrator_manages_people(who: str, request: pytest.FixtureRequest, zhao: Person) -> None:
    by: Person = request.getfixturevalue(who)
    with pytest.raises(Forbidden):
        add(by)
    for action in (actions.close_account, actions.reopen_account, actions.reset_second_factor):
        with pytest.raises(Forbidden):
            action(by=by.actor, official=zhao.official, why="试试", day=DAY)
    with pytest.raises(Forbidden):
        actions.reset_password(by=by.actor, official=zhao.official, day=DAY)
    with pytest.raises(Forbidden):
        actions.end_post(by=by.actor, post=zhao.official.posts.get(), on=DAY, why="试试", day=DAY)


def test_an_administrator_does_nothing_to_the_own_account(admin: Person) -> None:
    own = admin.official
    with pytest.raises(Refused, match="另一位管理员"):
        give(admin, admin, "county", COUNTY)
    with pytest.raises(Refused, match="另一位管理员"):
        actions.end_post(by=admin.actor, post=own.posts.get(), on=DAY, why="试试", day=DAY)
    for action in (actions.close_account, actions.reopen_account, actions.reset_second_factor):
        with pytest.raises(Refused, match="另一位管理员"):
            action(by=admin.actor, official=own, why="试试", day=DAY)
    with pytest.raises(Refused, match="另一位管理员"):
        actions.reset_password(by=admin.actor, official=own, day=DAY)
    assert told() == []


def test_an_account_that_also_opens_another_county_is_not_taken_over(admin: Person, li: Person) -> None:
    """Whoever resets a password could sign in with it: everything that it opens must be theirs to give."""
    Post.objects.create(official=li.official, role="county", area=NEXT_COUNTY, since=date(2026, 1, 1))
    with pytest.raises(Forbidden):
        actions.reset_password(by=admin.actor, official=li.official, day=DAY)
    with pytest.raises(Forbidden):
        actions.close_account(by=admin.actor, official=li.official, why="试试", day=DAY)
    li.official.refresh_from_db()
    assert li.official.check_password(PASSWORD) and li.official.is_active


AREAS = {"village": VILLAGE, "township": TOWNSHIP, "county": COUNTY, "bureau": COUNTY, "inspector": COUNTY,
         "admin": TOWNSHIP}  # fmt: skip


@pytest.mark.parametrize("pair", sorted(sorted(pair) for pair in INCOMPATIBLE), ids="+".join)
def test_what_one_person_may_not_hold_together_is_refused(admin: Person, pair: list[str]) -> None:
    first, second = pair
    official, _ = add(admin, role=first, area=AREAS[first], bureau="医保" if first == "bureau" else "")
    bureau = "医保" if second == "bureau" else ""
    with pytest.raises(Refused, match="不能由同一个人担任"):
        actions.give_post(
            by=admin.actor, official=official, role=second, area=AREAS[second], bureau=bureau, since=DAY, day=DAY
        )
    assert official.posts.count() == 1


def test_one_after_the_other_is_no_clash(admin: Person) -> None:
    official, _ = add(admin, until=date(2026, 12, 1))
    with pytest.raises(Refused, match="不能由同一个人担任"):
        actions.give_post(
            by=admin.actor, official=official, role="county", area=COUNTY, since=date(2026, 11, 30), day=DAY
        )
    actions.give_post(by=admin.actor, official=official, role="county", area=COUNTY, since=date(2026, 12, 1), day=DAY)
    assert actor_of(official, date(2026, 11, 30)).roles == ("village",)
    assert actor_of(official, date(2026, 12, 1)).roles == ("county",)


def test_a_clash_ahead_counts_too(admin: Person) -> None:
    official, _ = add(admin, role="inspector", area=COUNTY, since=date(2026, 9, 1))
    with pytest.raises(Refused, match="不能由同一个人担任"):
        actions.give_post(by=admin.actor, official=official, role="village", area=VILLAGE, since=DAY, day=DAY)
    actions.give_post(
        by=admin.actor, official=official, role="village", area=VILLAGE, since=DAY, until=date(2026, 9, 1), day=DAY
    )


def test_the_same_post_is_given_once(admin: Person, li: Person) -> None:
    give(admin, li, "village", OTHER_VILLAGE)
    with pytest.raises(Refused, match="已经有同样的岗位"):
        give(admin, li, "village", OTHER_VILLAGE)
    assert told() == [("staff.post_given", "official:li")]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"role": "village", "area": TOWNSHIP}, "范围选得不对"), ({"role": "county", "area": VILLAGE}, "范围选得不对"),
        ({"role": "bureau", "area": COUNTY}, "哪个部门"), ({"role": "bureau", "area": COUNTY, "bureau": "邮局"}, "哪个部门"),
        ({"role": "village", "area": VILLAGE, "bureau": "医保"}, "只有部门联络员"), ({"role": "king"}, "没有这个岗位"),
        ({"since": DAY - timedelta(days=1)}, "不倒填"), ({"until": DAY}, "晚于任职日期"), ({"name": " "}, "姓名"),
    ],
)  # fmt: skip
def test_a_post_that_makes_no_sense_is_refused(admin: Person, given: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        add(admin, **given)
    assert not Official.objects.filter(username="yangli").exists()


def test_a_post_ends_on_its_day_and_once(admin: Person, li: Person) -> None:
    post = li.official.posts.get()
    actions.end_post(by=admin.actor, post=post, on=date(2026, 7, 10), why="轮换", day=DAY)
    assert actor_of(li.official, date(2026, 7, 9)).roles and not actor_of(li.official, date(2026, 7, 10)).roles
    with pytest.raises(Refused, match="别人刚刚改过"):
        # What the other one had on the page: a post without an end.
        actions.end_post(by=admin.actor, post=post, on=DAY, why="轮换", day=DAY)
    post.refresh_from_db()
    actions.end_post(by=admin.actor, post=post, on=DAY, why="提前", day=DAY)
    assert not actor_of(li.official, DAY).roles
    assert [verb for verb, _ in told()] == ["staff.post_ended"] * 2


def test_ending_needs_a_reason_and_no_past_day(admin: Person, li: Person) -> None:
    post = li.official.posts.get()
    with pytest.raises(Refused, match="原因"):
        actions.end_post(by=admin.actor, post=post, on=DAY, why=" ", day=DAY)
    with pytest.raises(Refused, match="不能早于今天"):
        actions.end_post(by=admin.actor, post=post, on=DAY - timedelta(days=1), why="轮换", day=DAY)


def test_a_closed_account_loses_session_posts_and_tokens(admin: Person, li: Person) -> None:
    secret = actions.make_token(by=li.actor, official=li.official, name="台账", ends_on=DAY, day=DAY)
    ahead = Post.objects.create(official=li.official, role="village", area=OTHER_VILLAGE, since=date(2026, 9, 1))
    assert li.client.get("/people/tokens/").status_code == 200
    actions.close_account(by=admin.actor, official=li.official, why="调离", day=DAY)
    assert li.client.get("/people/tokens/").status_code == 302
    assert not actor_of(li.official, DAY).roles
    ahead.refresh_from_db()
    assert ahead.until == ahead.since
    assert Client().get("/api/v1/places", headers={"authorization": f"Bearer {secret}"}).status_code == 401
    signed = Client().post("/sign-in/login/", {"login": "li", "password": PASSWORD})
    assert signed.headers["location"] == "/sign-in/inactive/"
    with pytest.raises(Refused, match="已经停用"):
        actions.close_account(by=admin.actor, official=li.official, why="调离", day=DAY)
    li.official.refresh_from_db()
    with pytest.raises(Refused, match="先恢复"):
        give(admin, li, "village", VILLAGE)


def test_a_person_who_comes_back_starts_with_a_new_password_and_no_post(admin: Person, li: Person) -> None:
    actions.close_account(by=admin.actor, official=li.official, why="调离", day=DAY)
    password = actions.reopen_account(by=admin.actor, official=li.official, why="调回", day=DAY)
    li.official.refresh_from_db()
    assert li.official.is_active and li.official.must_change_password and li.official.check_password(password)
    assert not actor_of(li.official, DAY).roles
    with pytest.raises(Refused, match="不用恢复"):
        actions.reopen_account(by=admin.actor, official=li.official, why="调回", day=DAY)


def test_a_reset_password_ends_the_sessions_of_the_old_one(admin: Person, li: Person) -> None:
    password = actions.reset_password(by=admin.actor, official=li.official, day=DAY)
    assert li.client.get("/people/tokens/").status_code == 302
    li.official.refresh_from_db()
    assert li.official.check_password(password) and li.official.must_change_password
    assert password not in Event.objects.get().changed + Event.objects.get().said


def test_the_second_to_save_a_person_is_told_what_the_first_wrote(admin: Person, li: Person) -> None:
    version = li.official.version
    save: Callable[..., None] = actions.change_person
    save(by=admin.actor, official=li.official, version=version, name="李明", unit="乡政府", phone="0834", day=DAY)
    with pytest.raises(Changed, match="李明"):
        save(by=admin.actor, official=li.official, version=version, name="李大明", unit="", phone="", day=DAY)
    li.official.refresh_from_db()
    assert li.official.name == "李明" and len(told()) == 1
    assert "0834" not in Event.objects.get().changed


def test_the_list_shows_the_own_area_only_and_a_filter_that_names_nothing_finds_nothing(
    admin: Person, li: Person, sun: Person
) -> None:
    found, after = people(admin.actor, Filters(), DAY)
    assert {one.username for one in found} == {"admin", "li"} and after == ""
    for nothing in (Filters(q="没有"), Filters(role="king"), Filters(state="?"), Filters(place=NEXT_COUNTY)):
        assert people(admin.actor, nothing, DAY)[0] == []
    assert not managed(li.actor).exists() and not managed(sun.actor).exists()


def test_posts_that_end_soon_are_found(admin: Person, li: Person, zhao: Person) -> None:
    Post.objects.filter(official=li.official).update(until=DAY + timedelta(days=30))
    Post.objects.filter(official=zhao.official).update(until=DAY + timedelta(days=31))
    assert [one.username for one in people(admin.actor, Filters(state="ending"), DAY)[0]] == ["li"]


def test_the_database_keeps_its_promises(li: Person) -> None:
    broken: list[Callable[[], Any]] = [
        lambda: Post.objects.create(official=li.official, role="bureau", area=COUNTY, since=DAY),
        lambda: Post.objects.create(official=li.official, role="village", area=VILLAGE, bureau="医保", since=DAY),
        lambda: Post.objects.create(official=li.official, role="village", area="", since=DAY),
        lambda: Post.objects.create(
            official=li.official, role="village", area=VILLAGE, since=DAY, until=DAY - timedelta(days=1)
        ),
        lambda: Official.objects.create(username="", name="x"),
        lambda: Official.objects.create(username="li", name="x"),
        lambda: Token.objects.create(official=li.official, name="", digest="d", made_on=DAY, ends_on=DAY),
        lambda: Token.objects.create(
            official=li.official, name="x", digest="d", made_on=DAY, ends_on=DAY - timedelta(days=1)
        ),
    ]
    for attempt in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
