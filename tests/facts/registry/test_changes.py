"""Members come and go: each change is an event, guarded, and the fold of the events is what stands in the tables."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings

from characters import DAY, NEXT_VILLAGE, OTHER_VILLAGE, VILLAGE, Person, invented_id
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.facts.registry.actions.book import Entry
from mingbai.facts.registry.actions.changes import Newcomer, NewHead, arrive, go_to, leave
from mingbai.facts.registry.actions.correcting import correct_household, correct_id, correct_member, decide_status
from mingbai.facts.registry.actions.families import change_head, end, join, register, split
from mingbai.facts.registry.actions.moving import follow_village, move_village
from mingbai.facts.registry.models import Household, Member
from mingbai.facts.registry.queries.verifying import mismatches

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
THERE = {"配偶": "配偶"}


def entry(household: Household | None = None, **others: Any) -> Entry:
    version = household.version if household else 1
    return Entry(**{"on": DAY, "why": "入户核实", "day": DAY, "version": version} | others)


def last() -> Event:
    return Event.objects.order_by("-id")[0]


@pytest.fixture
def home(li: Person) -> Household:
    """A household that the history knows from its first day: head, wife, son."""
    made = register(
        by=li.actor, village=VILLAGE, how="新登记", fields={"phone": "10912345678", "group_name": "一组"},
        head=Newcomer("杨山", "户主", id_number=invented_id(date(1980, 3, 3), "男", 1)), entry=entry(),
    )  # fmt: skip
    for name, relation, born, sex in (
        ("阿依", "配偶", date(1982, 4, 4), "女"),
        ("杨小", "之子", date(2010, 5, 5), "男"),
    ):
        newcomer = Newcomer(name, relation, id_number=invented_id(born, sex, 2), others={"health": "长期慢性病"})
        arrive(by=li.actor, household=made, newcomer=newcomer, how="补登", entry=entry(made))
        made.refresh_from_db()
    return made


def pid(home: Household, number: int) -> str:
    return f"{home.household_id}{number:02d}"


def holds() -> bool:
    """The tables read as the history says."""
    return [one.sentence() for one in mismatches()] == []


def test_a_household_registered_here_has_a_code_of_ours_and_a_history(home: Household) -> None:
    assert home.household_id == f"N{VILLAGE}0001"
    assert [m.relation for m in home.members.order_by("person_id")] == ["户主", "配偶", "之子"]
    assert home.members.get(relation="户主").sex == "男"
    assert Event.objects.filter(subject=f"household:{home.household_id}").count() == 3
    assert holds()


def test_no_event_shows_an_id_a_phone_or_a_health_status(home: Household) -> None:
    told = " ".join(Event.objects.values_list("changed", flat=True)) + " ".join(
        Event.objects.values_list("said", flat=True)
    )
    for member in home.members.all():
        assert settings.KEYS.open(member.id_hidden) not in told
    assert "10912345678" not in told
    assert "慢性病" not in told


def test_a_reason_with_an_id_or_a_phone_is_masked(li: Person, home: Household) -> None:
    number = invented_id(date(1980, 3, 3), "男", 1)
    why = f"户口本 {number}，电话 13800001111"
    correct_household(by=li.actor, household=home, fields={"helper": "王干部"}, entry=entry(home, why=why))
    assert number not in last().why
    assert "13800001111" not in last().why
    assert "户口本" in last().why


def test_a_birth_takes_the_next_number_and_keeps_its_day_without_an_id(li: Person, home: Household) -> None:
    born = DAY - timedelta(days=3)
    baby = Newcomer("杨妹", "之女", "女", born=born)
    made = arrive(by=li.actor, household=home, newcomer=baby, how="出生", entry=entry(home, on=born))
    assert made.person_id == pid(home, 4)
    assert (last().verb, last().day) == ("registry.member_born", born)
    assert holds()
    home.refresh_from_db()
    number = invented_id(born, "女", 9)
    correct_id(by=li.actor, household=home, person_id=made.person_id, id_number=number.lower(), entry=entry(home))
    stored = Member.objects.get(pk=made.pk)
    assert (stored.birth, stored.id_valid, stored.id_index) == (born, True, settings.KEYS.index(number))
    assert holds()


@pytest.mark.parametrize(
    ("newcomer", "others", "reason"),
    [
        (Newcomer("杨妹", "之女", "女"), {}, "出生日期"),
        (Newcomer("", "之女", "女", born=DAY), {}, "姓名"),
        (Newcomer("杨妹", "户主", "女", born=DAY), {}, "户主"),
        (Newcomer("杨妹", "之女", "女", born=DAY), {"on": DAY + timedelta(days=1)}, "还没到"),
        (Newcomer("杨妹", "之女", "女", born=DAY), {"on": DAY - timedelta(days=1)}, "早于出生日期"),
        (Newcomer("杨妹", "之女", "女", born=DAY), {"why": " "}, "原因"),
        (Newcomer("杨妹", "之女", "女", "513434202606300020", DAY), {}, "校验位"),
        (Newcomer("杨妹", "之女", "女", invented_id(date(1980, 3, 3), "男", 1)), {}, "已经登记在杨山户"),
    ],
)
def test_a_birth_that_cannot_be_is_refused(
    li: Person, home: Household, newcomer: Newcomer, others: dict[str, Any], reason: str
) -> None:
    before = Event.objects.count()
    with pytest.raises(Refused, match=reason):
        arrive(by=li.actor, household=home, newcomer=newcomer, how="出生", entry=entry(home, **others))
    assert Event.objects.count() == before
    assert home.members.count() == 3


def test_an_id_held_out_of_reach_is_refused_without_saying_whose(li: Person, family: Family, home: Household) -> None:
    stranger = family(OTHER_VILLAGE, size=1).members.get()
    number = settings.KEYS.open(stranger.id_hidden)
    newcomer = Newcomer("某某", "配偶", id_number=number)
    with pytest.raises(Refused, match="范围以外") as refused:
        arrive(by=li.actor, household=home, newcomer=newcomer, how="婚入", entry=entry(home))
    assert stranger.name not in str(refused.value)


def test_a_dead_person_does_not_die_twice(li: Person, home: Household) -> None:
    leave(by=li.actor, household=home, person_id=pid(home, 2), how="死亡", entry=entry(home))
    home.refresh_from_db()
    assert last().said == "阿依去世。"
    assert holds()
    with pytest.raises(Refused, match="现有成员"):
        leave(by=li.actor, household=home, person_id=pid(home, 2), how="死亡", entry=entry(home))


def test_nobody_dies_before_being_born(li: Person, home: Household) -> None:
    with pytest.raises(Refused, match="早于杨小的出生日期"):
        leave(
            by=li.actor, household=home, person_id=pid(home, 3), how="死亡", entry=entry(home, on=date(2009, 1, 1))
        )  # fmt: skip


def test_when_the_head_dies_another_follows(li: Person, home: Household) -> None:
    with pytest.raises(Refused, match="新户主"):
        leave(by=li.actor, household=home, person_id=pid(home, 1), how="死亡", entry=entry(home))
    head = NewHead(pid(home, 2), {pid(home, 3): "之子"})
    leave(by=li.actor, household=home, person_id=pid(home, 1), how="死亡", entry=entry(home), head=head)
    home.refresh_from_db()
    assert home.head_name == "阿依"
    assert home.members.get(person_id=pid(home, 2)).relation == "户主"
    assert holds()


def test_with_the_last_member_the_household_ends(li: Person, home: Household) -> None:
    for number in (3, 2, 1):
        leave(by=li.actor, household=home, person_id=pid(home, number), how="死亡", entry=entry(home))
        home.refresh_from_db()
    assert (home.ended_on, home.ended_why) == (DAY, "全户死亡")
    assert holds()
    with pytest.raises(Refused, match="注销"):
        correct_household(by=li.actor, household=home, fields={"helper": "谁"}, entry=entry(home))


def test_a_member_marries_into_another_household_and_keeps_the_number(
    li: Person, home: Household, family: Family
) -> None:
    other = register(
        by=li.actor, village=VILLAGE, how="新登记", fields={}, entry=entry(),
        head=Newcomer("沙马", "户主", "男", born=date(1990, 1, 1)),
    )  # fmt: skip
    go_to(
        by=li.actor, household=home, person_id=pid(home, 3), to=other, relation="之女婿", how="婚出", entry=entry(home)
    )
    gone = Member.objects.get(person_id=pid(home, 3))
    assert (gone.household, gone.relation, gone.left_on) == (other, "之女婿", None)
    assert {e.verb for e in Event.objects.order_by("-id")[:2]} == {
        "registry.member_married_out",
        "registry.member_came",
    }
    assert holds()


def test_going_to_a_household_out_of_reach_is_forbidden(
    li: Person, zhao: Person, home: Household, family: Family
) -> None:
    other = family(OTHER_VILLAGE)
    arguments: dict[str, Any] = {
        "household": home, "person_id": pid(home, 3), "to": other, "relation": "之女婿", "how": "婚出", "entry": entry(home),
    }  # fmt: skip
    with pytest.raises(Forbidden):
        go_to(by=li.actor, **arguments)
    go_to(by=zhao.actor, **arguments)
    assert Member.objects.get(person_id=pid(home, 3)).household == other


def test_a_household_splits_and_keeps_what_was_decided_of_it(wang: Person, li: Person, home: Household) -> None:
    decide_status(
        by=wang.actor, household=home, entry=entry(home),
        fields={"household_class": "边缘易致贫户", "monitored_since": DAY, "eliminated": "否"},
    )  # fmt: skip
    home.refresh_from_db()
    made = split(
        by=li.actor, household=home, leaving=[pid(home, 2), pid(home, 3)], entry=entry(home),
        head=NewHead(pid(home, 2), {pid(home, 3): "之子"}),
    )  # fmt: skip
    assert made.household_id == f"N{VILLAGE}0002"
    assert (made.head_name, made.household_class, made.class_decided_on) == ("阿依", "边缘易致贫户", DAY)
    assert sorted(made.members.values_list("relation", flat=True)) == sorted(["户主", "之子"])
    assert [m.name for m in home.members.all()] == ["杨山"]
    assert holds()


def test_the_old_head_does_not_split_off(li: Person, home: Household) -> None:
    with pytest.raises(Refused, match="原户主不能分出去"):
        split(
            by=li.actor, household=home, leaving=[pid(home, 1)], head=NewHead(pid(home, 1), {}), entry=entry(home)
        )  # fmt: skip
    with pytest.raises(Refused, match="请选分出去的成员"):
        split(by=li.actor, household=home, leaving=[], head=NewHead(pid(home, 2), {}), entry=entry(home))


def test_two_households_join(li: Person, home: Household) -> None:
    other = register(
        by=li.actor, village=VILLAGE, how="新登记", fields={}, entry=entry(),
        head=Newcomer("杨父", "户主", "男", born=date(1950, 1, 1)),
    )  # fmt: skip
    with pytest.raises(Refused, match="关系"):
        join(by=li.actor, household=other, into=home, relations={}, entry=entry(other))
    join(by=li.actor, household=other, into=home, relations={f"{other.household_id}01": "之父"}, entry=entry(other))
    other.refresh_from_db()
    assert (other.ended_why, other.members.count(), home.members.count()) == ("并户", 0, 4)
    assert holds()


def test_a_new_head_gives_everybody_a_new_relation(li: Person, home: Household) -> None:
    with pytest.raises(Refused, match="杨山、杨小"):
        change_head(by=li.actor, household=home, head=NewHead(pid(home, 2), {}), entry=entry(home))
    head = NewHead(pid(home, 2), {pid(home, 1): "配偶", pid(home, 3): "之子"})
    change_head(by=li.actor, household=home, head=head, entry=entry(home))
    home.refresh_from_db()
    assert (home.head_name, last().said) == ("阿依", "户主换为阿依。")
    assert holds()


def test_fields_are_put_right_and_the_heads_name_is_the_households(li: Person, home: Household) -> None:
    correct_member(by=li.actor, household=home, person_id=pid(home, 1), fields={"name": "杨三"}, entry=entry(home))
    home.refresh_from_db()
    assert (home.head_name, last().said) == ("杨三", "更正杨山的姓名。")
    assert holds()
    with pytest.raises(Refused, match="没有改动"):
        correct_member(by=li.actor, household=home, person_id=pid(home, 1), fields={"name": "杨三"}, entry=entry(home))
    with pytest.raises(Refused, match="更换户主"):
        correct_member(
            by=li.actor, household=home, person_id=pid(home, 1), fields={"relation": "之子"}, entry=entry(home)
        )  # fmt: skip


def test_class_and_risk_are_decided_by_the_county_only(li: Person, zhao: Person, wang: Person, home: Household) -> None:
    fields = {"household_class": "脱贫户"}
    for person in (li, zhao):
        with pytest.raises(Forbidden):
            decide_status(by=person.actor, household=home, fields=fields, entry=entry(home))
    decide_status(by=wang.actor, household=home, fields=fields, entry=entry(home))
    home.refresh_from_db()
    assert (home.class_decided_on, last().said) == (DAY, "户类型由一般农户改为脱贫户。")
    bad = {"household_class": "边缘易致贫户", "eliminated": "是"}
    with pytest.raises(Refused, match="监测识别时间"):
        decide_status(by=wang.actor, household=home, fields=bad, entry=entry(home))
    assert holds()


def test_whoever_is_second_is_told_and_writes_nothing(li: Person, zhao: Person, home: Household) -> None:
    seen = entry(home)
    correct_household(by=li.actor, household=home, fields={"helper": "甲"}, entry=seen)
    before = Event.objects.count()
    with pytest.raises(Changed):
        correct_household(by=zhao.actor, household=home, fields={"helper": "乙"}, entry=seen)
    assert Event.objects.count() == before
    assert Household.objects.get(pk=home.pk).helper == "甲"


def test_the_same_registration_sent_twice_is_one_household(li: Person, places: Any) -> None:
    sent = entry(nonce="a" * 32)
    arguments: dict[str, Any] = {"village": VILLAGE, "how": "新登记", "fields": {}, "entry": sent}
    register(by=li.actor, head=Newcomer("杨山", "户主", "男"), **arguments)
    with pytest.raises(Changed):
        register(by=li.actor, head=Newcomer("杨山", "户主", "男"), **arguments)
    assert Household.objects.count() == 1


@pytest.mark.parametrize("who", ["sun", "chen", "qian", "admin"])
def test_who_has_no_business_here_changes_nothing(who: str, home: Household, request: pytest.FixtureRequest) -> None:
    by = request.getfixturevalue(who).actor
    before = Event.objects.count()
    head = NewHead(pid(home, 2), {})
    for act in (
        lambda: leave(by=by, household=home, person_id=pid(home, 2), how="死亡", entry=entry(home)),
        lambda: end(by=by, household=home, how="误登", entry=entry(home)),
        lambda: change_head(by=by, household=home, head=head, entry=entry(home)),
        lambda: split(by=by, household=home, leaving=[pid(home, 2)], head=head, entry=entry(home)),
        lambda: correct_household(by=by, household=home, fields={"helper": "x"}, entry=entry(home)),
        lambda: correct_id(by=by, household=home, person_id=pid(home, 2), id_number="", entry=entry(home)),
        lambda: move_village(by=by, household=home, village=OTHER_VILLAGE, group_name="", entry=entry(home)),
        lambda: register(by=by, village=VILLAGE, head=Newcomer("x", "户主"), how="新登记", fields={}, entry=entry()),
    ):
        with pytest.raises(Forbidden):
            act()
    assert Event.objects.count() == before


def test_a_whole_household_moves_to_another_village(zhao: Person, li: Person, home: Household) -> None:
    with pytest.raises(Forbidden):
        move_village(by=li.actor, household=home, village=OTHER_VILLAGE, group_name="", entry=entry(home))
    move_village(by=zhao.actor, household=home, village=OTHER_VILLAGE, group_name="二组", entry=entry(home))
    home.refresh_from_db()
    assert (home.village, home.group_name, last().place) == (OTHER_VILLAGE, "二组", OTHER_VILLAGE)
    assert holds()
    with pytest.raises(Forbidden):
        move_village(by=zhao.actor, household=home, village=NEXT_VILLAGE, group_name="", entry=entry(home))


def test_the_household_ends_for_all_its_members(li: Person, home: Household) -> None:
    end(by=li.actor, household=home, how="整户迁出", entry=entry(home))
    assert set(home.members.values_list("left_why", flat=True)) == {"迁出"}
    assert holds()


def test_a_change_that_fails_in_the_middle_leaves_nothing(
    li: Person, home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("mingbai.facts.registry.actions.book.record_many", broken)
    with pytest.raises(RuntimeError):
        leave(by=li.actor, household=home, person_id=pid(home, 2), how="死亡", entry=entry(home))
    assert Member.objects.get(person_id=pid(home, 2)).left_on is None
    assert holds()


def test_all_households_of_a_merged_village_follow(wang: Person, li: Person, home: Household) -> None:
    with pytest.raises(Forbidden):
        follow_village(by=li.actor, old=VILLAGE, new=OTHER_VILLAGE, day=DAY, why="撤并")
    assert follow_village(by=wang.actor, old=VILLAGE, new=OTHER_VILLAGE, day=DAY, why="撤并") == 1
    home.refresh_from_db()
    assert (home.village, last().verb, last().place) == (OTHER_VILLAGE, "registry.village_merged", OTHER_VILLAGE)
    assert holds()
    assert follow_village(by=wang.actor, old=VILLAGE, new=OTHER_VILLAGE, day=DAY, why="撤并") == 0
