"""A roster comes in: looked at first, then everything at once."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from characters import DAY, NEXT_VILLAGE, VILLAGE, Person
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.facts.registry import kept
from mingbai.facts.registry.actions import importing, writing
from mingbai.facts.registry.models import Difference, Household, Import, Member
from mingbai.facts.registry.replay import fold
from mingbai.facts.registry.snapshot import HIDDEN, member_fields

from .rosters import a_household, a_member, an_id, imported, staged

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]


def rows_of(roster: Import, kind: str) -> list[dict[str, Any]]:
    """The rows of the preview, of one kind."""
    rows = kept.get_table(importing.folder(), roster.pk, "row", settings.KEYS).to_pylist()
    return [row for row in rows if row["kind"] == kind]


def test_nothing_is_written_until_confirmed(wang: Person) -> None:
    roster = staged(wang, [a_household()], [a_member(), a_member("343490002", 2)])
    assert roster.status == "staged"
    assert (roster.counts["households_new"], roster.counts["members_new"]) == (1, 2)
    assert not Household.objects.exists() and not Event.objects.exists()


def test_confirmed_it_is_all_there_with_one_event_a_household(wang: Person) -> None:
    roster = imported(wang, [a_household()], [a_member(), a_member("343490002", 2)])
    assert roster.status == "done" and roster.done_by == "official:wang"
    household = Household.objects.get()
    assert (household.head_name, household.causes, str(household.identified_on)) == ("杨光", "因病、因残", "2015-10-01")
    head = Member.objects.get(relation="户主")
    assert settings.KEYS.open(head.id_hidden) == an_id(1) and head.id_index == settings.KEYS.index(an_id(1))
    assert head.id_valid and str(head.birth) == "1971-03-05" and str(head.months_worked) == "6.50"
    assert list(Event.objects.order_by("id").values_list("verb", flat=True)) == [
        "registry.imported",
        "registry.roster_imported",
    ]
    told = Event.objects.get(verb="registry.imported")
    assert told.subject == "household:3434900" and an_id(1) not in told.changed and "10900000001" not in told.changed
    assert json.loads(told.changed)["members"]["343490002"]["household"] == "3434900"


def test_the_same_file_twice_changes_nothing(wang: Person) -> None:
    rows = [a_household()], [a_member(), a_member("343490002", 2)]
    imported(wang, *rows)
    before = Event.objects.count()
    again = imported(wang, *rows)
    assert (again.counts["households_unchanged"], again.counts["members_unchanged"]) == (1, 2)
    assert again.counts["members_changed"] == again.counts["households_changed"] == 0
    assert Event.objects.count() == before and Household.objects.get().version == 1


def test_what_changes_is_said_field_by_field_and_an_empty_cell_erases_nothing(wang: Person) -> None:
    imported(wang, [a_household()], [a_member(), a_member("343490002", 2)])
    roster = staged(wang, [a_household(联系电话="", 住房等级="C")], [a_member(健康状况="残疾")])
    rows = rows_of(roster, "changed")
    assert [(r["field"], r["ours"], r["theirs"]) for r in rows] == [
        ("住房等级", "A", "C"),
        ("健康状况", "健康", "残疾"),
    ]
    assert [r["person_id"] for r in rows_of(roster, "missing")] == ["343490002"]
    writing.confirm(by=wang.actor, day=DAY, number=roster.pk)
    household = Household.objects.get()
    assert (household.phone, household.housing_grade, household.version) == ("10900000001", "C", 2)
    assert Member.objects.filter(left_on=None).count() == 2
    told = Event.objects.filter(subject="household:3434900").latest("id")
    assert told.said == "名册导入：更新住房等级；更新杨光的健康状况。"
    assert "残疾" not in told.changed and "健康" not in told.said.removesuffix("的健康状况。")


def test_the_history_replays_to_what_stands_here(wang: Person) -> None:
    imported(wang, [a_household()], [a_member(), a_member("343490002", 2)])
    imported(wang, [a_household("3434901", 户主姓名="王五")], [a_member("343490002", 2, code="3434901", 姓名="杨二")])
    for code, people in (("3434900", ["343490001"]), ("3434901", ["343490002"])):
        events = Event.objects.filter(subject=f"household:{code}").order_by("id").values_list("changed", flat=True)
        state = fold(code, map(json.loads, events))
        assert sorted(state.members) == people
        for person, fields in state.members.items():
            member = Member.objects.values().get(person_id=person)
            expected = member_fields(member | {"household": code})
            told = {name: settings.KEYS.open(v) if name in HIDDEN else v for name, v in fields.items()}
            assert told == {name: value for name, value in expected.items() if value}


def test_a_status_decided_here_is_kept_and_becomes_a_difference(wang: Person) -> None:
    imported(wang, [a_household()], [a_member()])
    Household.objects.update(household_class="脱贫不稳定户", class_decided_on=DAY, monitored_since=DAY)
    rows = [a_household(户类型="边缘易致贫户", 住房等级="B")], [a_member()]
    roster = imported(wang, *rows)
    household = Household.objects.get()
    assert (household.household_class, household.housing_grade) == ("脱贫不稳定户", "B")
    difference = Difference.objects.get()
    assert (difference.ours, difference.theirs, roster.counts["difference"]) == ("脱贫不稳定户", "边缘易致贫户", 1)
    events = Event.objects.count()
    imported(wang, *rows)
    assert Difference.objects.count() == 1 and Event.objects.count() == events


def test_rows_of_another_area_and_unknown_villages_are_refused(wang: Person, family: Family) -> None:
    stranger = family(NEXT_VILLAGE)
    rows = [
        a_household(), a_household("3434901", 村代码=NEXT_VILLAGE), a_household("3434902", 村代码="513434999001"),
        a_household(stranger.household_id),
    ]  # fmt: skip
    person = Member.objects.filter(household=stranger).first()
    assert person
    roster = staged(wang, rows, [a_member(), a_member(person.person_id, 2)])
    said = {row["person_id"] + row["household_id"]: row["theirs"] for row in rows_of(roster, "refused")}
    assert "不在本次导入的范围内" in said["3户表.csv"] and "没有这个村代码" in said["4户表.csv"]
    assert "范围以外" in said["5户表.csv"] and "范围以外" in said["3成员表.csv"]
    assert (roster.counts["households_new"], roster.counts["members_new"]) == (1, 1)


def test_the_dead_and_the_ended_do_not_come_back(wang: Person) -> None:
    imported(wang, [a_household(), a_household("3434901")], [a_member(), a_member("343490002", 2)])
    Member.objects.filter(person_id="343490002").update(left_on=DAY, left_why="死亡")
    Household.objects.filter(household_id="3434901").update(ended_on=DAY, ended_why="整户迁出")
    roster = staged(wang, [a_household(), a_household("3434901")], [a_member(), a_member("343490002", 2)])
    said = " ".join(row["theirs"] for row in rows_of(roster, "refused"))
    assert "已于 2026-06-30 在系统里登记死亡" in said and "已于 2026-06-30 在系统里销户（整户迁出）" in said
    assert roster.counts["members_new"] == roster.counts["households_new"] == 0


def test_two_heads_are_refused_and_heads_may_change_places(wang: Person) -> None:
    both = [a_member(), a_member("343490002", 2)]
    imported(wang, [a_household()], both)
    roster = staged(wang, None, [a_member("343490002", 2, 与户主关系="户主")])
    assert "这一户的户主是杨光" in rows_of(roster, "refused")[0]["theirs"]
    imported(wang, None, [a_member(与户主关系="之父"), a_member("343490002", 2, 与户主关系="户主")])
    assert Member.objects.get(relation="户主").person_id == "343490002"
    imported(wang, [a_household("3434901")], [a_member("343490101", 3, code="3434901", 与户主关系="户主")])
    # Across two households.
    imported(
        wang, None,
        [a_member("343490002", 2, code="3434901", 与户主关系="户主"), a_member("343490101", 3, 与户主关系="户主")],
    )  # fmt: skip
    heads = Member.objects.filter(relation="户主").values_list("household__household_id", "person_id")
    assert sorted(heads) == [("3434900", "343490101"), ("3434901", "343490002")]


def test_possible_duplicates_are_listed_with_masked_ids(wang: Person) -> None:
    imported(wang, [a_household()], [a_member(), a_member("343490002", 2)])
    members = [
        a_member("343490101", 1, code="3434901"), a_member("343490102", 3, code="3434901"),
        a_member("343490103", 3, code="3434901", 姓名="杨三"),
        a_member("343490104", 2, code="3434901", 证件号码=an_id(2)[:-1] + "?"),
    ]  # fmt: skip
    roster = staged(wang, [a_household("3434901")], members)
    said = {row["person_id"]: row["theirs"] for row in rows_of(roster, "doubt")}
    assert "登记在户 3434900 的杨光" in said["343490101"]
    assert "文件里还有 杨三" in said["343490102"]
    assert "出生日期相同" in said["343490104"]
    assert an_id(1) not in str(said) and an_id(3) not in str(said)


def test_a_person_beyond_the_area_is_a_doubt_without_their_name(wang: Person, family: Family) -> None:
    person = Member.objects.filter(household=family(NEXT_VILLAGE), relation="户主").get()
    number = settings.KEYS.open(person.id_hidden)
    roster = staged(wang, [a_household()], [a_member(证件号码=number)])
    (row,) = rows_of(roster, "doubt")[:1]
    assert "范围以外" in row["theirs"] and person.name not in row["theirs"]


def test_a_wrong_number_never_takes_the_place_of_a_right_one(wang: Person) -> None:
    imported(wang, [a_household()], [a_member()])
    wrong = an_id(1)[:-1] + ("1" if an_id(1)[-1] != "1" else "2")
    roster = imported(wang, None, [a_member(证件号码=wrong)])
    assert roster.counts["members_changed"] == 0 and roster.counts["doubt"] == 1
    assert settings.KEYS.open(Member.objects.get().id_hidden) == an_id(1)
    imported(wang, None, [a_member(证件号码=an_id(5))])
    member = Member.objects.get()
    assert settings.KEYS.open(member.id_hidden) == an_id(5) and str(member.birth) == "1975-03-05"
    told = Event.objects.filter(verb="registry.imported").latest("id")
    assert json.loads(told.changed)["members"]["343490001"] == {"id_hidden": member.id_hidden}


def test_what_changed_meanwhile_is_compared_again(wang: Person) -> None:
    imported(wang, [a_household()], [a_member()])
    roster = staged(wang, [a_household(住房等级="C", 帮扶责任人="李")])
    # Touched, but the import still does the same.
    Household.objects.update(group_name="5组", version=2)
    with pytest.raises(Changed, match="已按最新名册重新比对"):
        writing.confirm(by=wang.actor, day=DAY, number=roster.pk)
    assert Household.objects.get().group_name == "5组"
    roster.refresh_from_db()
    assert roster.status == "staged" and {r["field"] for r in rows_of(roster, "changed")} == {
        "村民小组",
        "住房等级",
        "帮扶责任人",
    }
    Household.objects.update(version=3)
    assert writing.confirm(by=wang.actor, day=DAY, number=roster.pk).status == "done"
    household = Household.objects.get()
    assert (household.group_name, household.helper, household.version) == ("3组", "李", 4)


def test_a_household_registered_meanwhile_is_compared_again(wang: Person, family: Family) -> None:
    roster = staged(wang, [a_household()], [a_member()])
    family(VILLAGE, size=0, household_id="3434900")
    with pytest.raises(Changed):
        writing.confirm(by=wang.actor, day=DAY, number=roster.pk)
    roster.refresh_from_db()
    assert (roster.counts["households_new"], roster.counts["households_changed"]) == (0, 1)
    assert writing.confirm(by=wang.actor, day=DAY, number=roster.pk).status == "done"


def test_confirming_and_dropping_twice_does_one_thing(wang: Person) -> None:
    roster = imported(wang, [a_household()], [a_member()])
    events = Event.objects.count()
    assert writing.confirm(by=wang.actor, day=DAY, number=roster.pk).status == "done"
    assert Event.objects.count() == events
    with pytest.raises(Refused, match="不能放弃"):
        importing.drop(by=wang.actor, number=roster.pk)
    other = staged(wang, [a_household("3434905")])
    importing.drop(by=wang.actor, number=other.pk)
    importing.drop(by=wang.actor, number=other.pk)
    with pytest.raises(Refused, match="放弃"):
        writing.confirm(by=wang.actor, day=DAY, number=other.pk)
    assert not list(importing.folder().glob(f"{other.pk}.*hidden"))


def test_the_same_files_while_the_first_wait_are_one_import(wang: Person) -> None:
    assert staged(wang, [a_household()]).pk == staged(wang, [a_household()]).pk


@pytest.mark.parametrize("who", ["li", "zhao", "chen", "qian", "sun", "admin"])
def test_nobody_else_may_import_here(who: str, wang: Person, request: pytest.FixtureRequest) -> None:
    stranger = request.getfixturevalue(who)
    with pytest.raises(Forbidden):
        staged(stranger, [a_household()])
    roster = staged(wang, [a_household()])
    for act in (
        lambda: importing.stage(by=stranger.actor, number=roster.pk),
        lambda: importing.drop(by=stranger.actor, number=roster.pk),
        lambda: writing.confirm(by=stranger.actor, day=DAY, number=roster.pk),
    ):
        with pytest.raises(Forbidden):
            act()
    assert not Household.objects.exists()


def test_odd_texts_stand_in_the_history_as_they_are(wang: Person) -> None:
    odd = 'a"b\\c</script>'
    imported(
        wang, [a_household(帮扶单位=odd), a_household("3434901", 户主姓名='王"五')], [a_member(务工所在地=f"{odd}\n二")]
    )
    told = [json.loads(text) for text in Event.objects.order_by("id").values_list("changed", flat=True)]
    assert told[0]["household"]["helper_unit"] == odd == Household.objects.get(household_id="3434900").helper_unit
    assert told[0]["members"]["343490001"]["work_place"] == f"{odd}\n二" == Member.objects.get().work_place
    assert told[1]["household"]["head_name"] == '王"五'
