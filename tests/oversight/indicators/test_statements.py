"""A statement made, frozen by another, the registry changed, the statement reproduced byte for byte."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, transaction

from characters import COUNTY, DAY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person, person
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.facts.income.models import AccountLine
from mingbai.facts.registry.models import Household, Member
from mingbai.oversight.indicators import figures, statement, store
from mingbai.oversight.indicators.actions import drop, freeze, make
from mingbai.oversight.indicators.models import Statement
from mingbai.oversight.indicators.queries.statements import content, files_of, folder, reproduce, visible
from oversight.indicators.figures_by_hand import build, income

pytestmark = pytest.mark.django_db
SINCE, UNTIL = date(2026, 1, 1), date(2026, 6, 30)


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    for path in Path(settings.STATEMENTS).glob("*"):
        path.unlink()


@pytest.fixture
def draft(wang: Person) -> Statement:
    build()
    return make(by=wang.actor, place=COUNTY, since=SINCE, until=UNTIL, day=DAY)


@pytest.fixture
def frozen(draft: Statement, qian: Person) -> Statement:
    return freeze(by=qian.actor, statement=draft, day=DAY)


def change_everything() -> None:
    """The registry a year later: people died, incomes corrected, classes changed, households gone and come."""
    AccountLine.objects.update(amount="1.00")
    Household.objects.filter(village=VILLAGE).update(household_class="突发严重困难户", causes="因灾")
    Household.objects.filter(village=OTHER_VILLAGE).update(ended_on=DAY, ended_why="误登")
    Member.objects.filter(relation="配偶").update(left_on=DAY, left_why="死亡")


def test_a_frozen_statement_reproduces_byte_for_byte_after_the_registry_changed(
    frozen: Statement, wang: Person, family: Callable[..., Any]
) -> None:
    before = content(frozen, published=False), content(frozen, published=True)
    change_everything()
    income(family(VILLAGE), ("A1", "5.00"))
    again = make(by=wang.actor, place=COUNTY, since=SINCE, until=UNTIL, day=DAY)
    assert again.sha256 != frozen.sha256
    compared = reproduce(frozen)
    assert compared.same and compared.reasons == ()
    assert (compared.sha256, compared.published_sha256) == (frozen.sha256, frozen.published_sha256)
    assert (content(frozen, published=False), content(frozen, published=True)) == before
    call_command("mingbai_statement", check=frozen.pk)


def test_the_same_registry_gives_the_same_bytes_whoever_asks_and_whatever_the_numbers(
    draft: Statement, zhao: Person, wang: Person
) -> None:
    again = make(by=wang.actor, place=COUNTY, since=SINCE, until=UNTIL, day=DAY)
    assert (again.inputs, again.sha256, again.published_sha256) == (draft.inputs, draft.sha256, draft.published_sha256)
    assert len(list(folder().iterdir())) == len(set(files_of(draft)))


def test_what_is_kept_names_nobody(draft: Statement) -> None:
    home = Household.objects.filter(ended_on=None).first()
    assert home is not None
    for name, sha256, rows in draft.inputs:
        path = store.path_of(folder(), sha256)
        assert home.village.encode() not in path.read_bytes()
        table = pq.read_table(pa.BufferReader(store.get(folder(), sha256, settings.KEYS)))
        assert table.num_rows == rows
        text = str(table.to_pylist())
        assert home.household_id not in text and home.head_name not in text, name
        if "number" in table.column_names:
            assert set(table["number"].to_pylist()) <= {0}


@pytest.mark.parametrize("at", range(7))
def test_a_changed_or_missing_file_is_found(frozen: Statement, at: int) -> None:
    digest = files_of(frozen)[at]
    path = store.path_of(folder(), digest)
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    assert not reproduce(frozen).same and "改动过" in reproduce(frozen).reasons[0]
    # Another content under the same name, hidden with the right key.
    path.write_bytes(settings.KEYS.hide_bytes(b"other"))
    assert not reproduce(frozen).same and reproduce(frozen).reasons
    path.unlink()
    assert "找不到" in reproduce(frozen).reasons[0]
    with pytest.raises(SystemExit) as end:
        call_command("mingbai_statement")
    assert end.value.code == 1


def test_rows_taken_out_of_a_kept_input_with_its_digest_made_anew_show(frozen: Statement) -> None:
    """Whoever holds the key and the database can forge an input, but then what it says is another."""
    name, sha256, _rows = next(one for one in frozen.inputs if one[0] == "household")
    table = pq.read_table(pa.BufferReader(store.get(folder(), sha256, settings.KEYS)))
    sink = pa.BufferOutputStream()
    pq.write_table(table.slice(1), sink)
    forged = store.put(folder(), bytes(sink.getvalue()), settings.KEYS)
    frozen.inputs = [[name, forged, 4] if one[0] == name else one for one in frozen.inputs]
    compared = reproduce(frozen)
    assert not compared.same and compared.reasons == () and compared.sha256 != frozen.sha256


def test_a_definition_changed_without_a_new_version_is_found(frozen: Statement) -> None:
    frozen.definitions[0][2] = "0" * 16
    assert "没有换版本号" in reproduce(frozen).reasons[0]
    frozen.definitions[0][1] = 99
    assert "没有报表用的指标定义" in reproduce(frozen).reasons[0]
    frozen.refresh_from_db()
    frozen.rule = 99
    assert "公布规则" in reproduce(frozen).reasons[0]


def test_no_definition_changes_without_a_new_version() -> None:
    """Whoever changes what a figure counts adds a version in `figures.EVERY` and leaves the old one there."""
    declared = (Path(__file__).parent / "declared.txt").read_text("utf-8").split("\n")
    told = [f"{one.code} {one.version} {statement.declaration(one)}" for one in figures.EVERY]
    assert [line for line in declared if line] == told


def test_history_tells_of_it_with_the_digests(frozen: Statement) -> None:
    told = Event.objects.filter(subject=f"statement:{frozen.pk}").order_by("id")
    assert [one.verb for one in told] == ["indicators.statement_made", "indicators.statement_frozen"]
    assert frozen.sha256 in told[1].changed and frozen.inputs[0][1] in told[0].changed
    assert told[1].by == "official:qian"


def test_who_makes_it_does_not_freeze_it(draft: Statement, wang: Person) -> None:
    with pytest.raises(Refused, match="别的同事"):
        freeze(by=wang.actor, statement=draft, day=DAY)
    draft.refresh_from_db()
    assert draft.status == "draft"
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.filter(pk=draft.pk).update(status="frozen", frozen_by=wang.actor.name, frozen_on=DAY)


@pytest.mark.parametrize("who", ["li", "zhao", "chen", "sun", "admin"])
def test_others_freeze_nothing(draft: Statement, who: str) -> None:
    with pytest.raises(Forbidden):
        freeze(by=person(who).actor, statement=draft, day=DAY)
    draft.refresh_from_db()
    assert draft.status == "draft"


@pytest.mark.parametrize(("who", "place"), [("li", VILLAGE), ("qian", COUNTY), ("chen", COUNTY), ("sun", COUNTY),
                                            ("zhao", COUNTY), ("admin", COUNTY)])  # fmt: skip
def test_others_make_nothing(places: object, who: str, place: str) -> None:
    with pytest.raises(Forbidden):
        make(by=person(who).actor, place=place, since=SINCE, until=UNTIL, day=DAY)
    assert not Statement.objects.exists()


def test_frozen_twice_is_frozen_once(draft: Statement, qian: Person) -> None:
    stale = Statement.objects.get(pk=draft.pk)
    freeze(by=qian.actor, statement=draft, day=DAY)
    with pytest.raises(Refused, match="已经有人处理"):
        freeze(by=qian.actor, statement=stale, day=DAY)
    assert Event.objects.filter(verb="indicators.statement_frozen").count() == 1
    assert Statement.objects.get().status == "frozen"


def test_a_later_one_supersedes_it(frozen: Statement, wang: Person, qian: Person) -> None:
    change_everything()
    later = make(by=wang.actor, place=COUNTY, since=SINCE, until=UNTIL, day=DAY)
    freeze(by=qian.actor, statement=later, day=DAY)
    frozen.refresh_from_db()
    assert (frozen.status, frozen.superseded_by) == ("superseded", later)
    assert reproduce(frozen).same and reproduce(later).same
    # Another period stands beside it.
    other = make(by=wang.actor, place=COUNTY, since=SINCE, until=date(2026, 3, 31), day=DAY)
    freeze(by=qian.actor, statement=other, day=DAY)
    later.refresh_from_db()
    assert later.status == "frozen"


def test_sent_twice_it_is_made_once(wang: Person) -> None:
    asked: dict[str, Any] = {"place": TOWNSHIP, "since": SINCE, "until": UNTIL, "day": DAY, "form_key": "k"}
    assert make(by=wang.actor, **asked) == make(by=wang.actor, **asked)
    assert Statement.objects.count() == 1 == Event.objects.filter(verb="indicators.statement_made").count()


@pytest.mark.parametrize(("place", "since", "until"), [
    (COUNTY, SINCE, date(2026, 7, 1)), (COUNTY, UNTIL, SINCE), ("5134341", SINCE, UNTIL), ("513434999", SINCE, UNTIL),
])  # fmt: skip
def test_no_such_place_or_period(wang: Person, place: str, since: date, until: date) -> None:
    with pytest.raises(Refused):
        make(by=wang.actor, place=place, since=since, until=until, day=DAY)
    assert not Statement.objects.exists()


def test_a_draft_is_dropped_with_a_reason_a_frozen_one_is_not(draft: Statement, wang: Person, qian: Person) -> None:
    with pytest.raises(Refused, match="原因"):
        drop(by=wang.actor, statement=draft, why=" ", day=DAY)
    drop(by=wang.actor, statement=draft, why="期间选错了", day=DAY)
    assert (draft.status, draft.why) == ("dropped", "期间选错了")
    with pytest.raises(Refused):
        freeze(by=qian.actor, statement=draft, day=DAY)
    other = make(by=wang.actor, place=COUNTY, since=SINCE, until=UNTIL, day=DAY)
    freeze(by=qian.actor, statement=other, day=DAY)
    with pytest.raises(Refused, match="不能再作废"):
        drop(by=wang.actor, statement=other, why="不要了", day=DAY)


def test_one_where_the_files_are_gone_is_not_frozen(draft: Statement, qian: Person) -> None:
    store.path_of(folder(), draft.inputs[1][1]).unlink()
    with pytest.raises(Refused, match="找不到"):
        freeze(by=qian.actor, statement=draft, day=DAY)


def test_the_next_county_sees_none(draft: Statement, sun: Person, li: Person, qian: Person, chen: Person) -> None:
    assert list(visible(qian.actor)) == [draft]
    assert not visible(sun.actor) and not visible(li.actor) and not visible(chen.actor)
