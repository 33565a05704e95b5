"""`mingbai verify`: whoever changes a row behind the program's back is found."""

from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from characters import DAY, VILLAGE, Person, invented_id
from mingbai.base.events.append_only import GUARD, UNGUARD
from mingbai.base.events.models import Event
from mingbai.base.events.queries import head
from mingbai.facts.registry.actions.book import Entry
from mingbai.facts.registry.actions.changes import Newcomer, arrive
from mingbai.facts.registry.actions.families import register
from mingbai.facts.registry.models import Household, Member

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> tuple[int, str]:
    """Exit status and what was said."""
    out = StringIO()
    try:
        call_command("mingbai_verify", *arguments, stdout=out, stderr=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def home(li: Person) -> Household:
    entry = Entry(DAY, "入户核实", DAY, 1)
    head_ = Newcomer("杨山", "户主", id_number=invented_id(date(1980, 3, 3), "男", 1), others={"health": "残疾"})
    made = register(
        by=li.actor, village=VILLAGE, how="新登记", fields={"phone": "10912345678"}, head=head_, entry=entry
    )
    baby = Newcomer("杨妹", "之女", "女", born=date(2026, 1, 1))
    arrive(by=li.actor, household=made, newcomer=baby, how="出生", entry=Entry(DAY, "出生医学证明", DAY, 1))
    return made


@pytest.fixture
def unguarded(home: Household) -> Iterator[None]:
    """Somebody with the database's password took the guard away."""
    for statement in UNGUARD[connection.vendor]:
        sql(statement)
    yield
    for statement in GUARD[connection.vendor]:
        sql(statement)


def test_all_holds(home: Household) -> None:
    status, said = run()
    assert status == 0, said
    assert "历史完整" in said and "逐户核对一致" in said and "没有给校验点" in said


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE registry_household SET household_class = '脱贫户'", "户类型与历史不符"),
        ("UPDATE registry_household SET phone = '10900000000'", "联系电话与历史不符"),
        ("UPDATE registry_member SET health = '健康' WHERE relation = '户主'", "01：健康状况与历史不符"),
        ("UPDATE registry_member SET birth = '2019-01-01' WHERE relation = '之女'", "02：出生日期与历史不符"),
        ("UPDATE registry_member SET birth = '1979-01-01' WHERE relation = '户主'", "01：出生日期与历史不符"),
        ("UPDATE registry_member SET id_index = 'hs256$k001$00' WHERE relation = '户主'", "校验和查找与历史不符"),
        ("UPDATE registry_member SET id_hidden = '' WHERE relation = '户主'", "证件号码与历史不符"),
        ("UPDATE registry_member SET id_hidden = 'rubbish' WHERE relation = '户主'", "证件号码与历史不符"),
        ("DELETE FROM registry_member WHERE relation = '之女'", "02：历史里有，花名册里没有这一行"),
    ],
)
def test_a_row_changed_behind_the_programs_back_is_named(home: Household, statement: str, said: str) -> None:
    sql(statement)
    status, told = run()
    assert status == 1
    assert said in told and home.household_id in told
    assert "不符 1 处" in told


def test_rows_that_no_event_knows_are_named(home: Household, family: Callable[..., Household]) -> None:
    strange = family(size=1)
    status, told = run()
    assert status == 1
    assert f"户 {strange.household_id}：花名册里有这一行，历史里没有登记过" in told
    assert f"成员 {strange.household_id}01：花名册里有这一行" in told


def test_a_household_that_is_gone_is_named(home: Household) -> None:
    Member.objects.all().delete()
    Household.objects.all().delete()
    status, told = run()
    assert (status, f"户 {home.household_id}：历史里有，花名册里没有这一行" in told) == (1, True)


def test_a_changed_event_is_found(home: Household, unguarded: None) -> None:
    second = Event.objects.order_by("-id")[0]
    sql("UPDATE events_event SET why = '别的原因' WHERE id = %s", second.pk)
    status, told = run()
    assert (status, f"事件 {second.pk}：内容或前后衔接被改动过" in told) == (1, True)
    assert "历史完整" not in told


def test_an_event_taken_from_the_middle_or_the_start_is_found(home: Household, unguarded: None) -> None:
    first, second = Event.objects.order_by("id")
    sql("DELETE FROM events_event WHERE id = %s", first.pk)
    status, told = run()
    assert (status, f"事件 {second.pk}" in told) == (1, True)


def test_a_cut_tail_shows_only_against_a_head_kept_elsewhere(home: Household, unguarded: None, tmp_path: Path) -> None:
    kept, there = tmp_path / "head.json", head()
    assert run("--write-head", str(kept))[0] == 0
    assert run("--head", str(kept))[0] == 0
    sql("DELETE FROM events_event WHERE id = %s", there.number)
    sql("DELETE FROM registry_member WHERE relation = '之女'")
    status, told = run()
    assert (status, "没有给校验点" in told) == (0, True)
    status, told = run("--head", str(kept))
    assert (status, "与留存的校验点不符" in told) == (1, True)
    assert run("--at", str(there.number), "--hash", there.hash)[0] == 1


def test_no_head_is_written_of_a_broken_chain(home: Household, unguarded: None, tmp_path: Path) -> None:
    sql("UPDATE events_event SET said = 'x'")
    assert run("--write-head", str(tmp_path / "head.json"))[0] == 1
    assert not (tmp_path / "head.json").exists()


@pytest.mark.parametrize("arguments", [["--at", "1"], ["--hash", "x"], ["--head", "no-such-file"]])
def test_a_head_that_cannot_be_read_is_refused(home: Household, arguments: list[str]) -> None:
    assert run(*arguments)[0] == 2


def test_a_new_key_is_no_tampering(home: Household, settings: object, tmp_path: Path) -> None:
    from shutil import copy

    from mingbai.base.lib import cipher
    from mingbai.base.lib.permissions import system
    from mingbai.facts.registry.actions.rotation import rehide

    path = tmp_path / "keys.json"
    copy(settings.KEY_FILE, path)  # type: ignore[attr-defined]
    settings.KEYS = cipher.make(path, DAY)  # type: ignore[attr-defined]
    assert rehide(by=system("rotate"), day=DAY) == 1
    status, told = run()
    assert status == 0, told
