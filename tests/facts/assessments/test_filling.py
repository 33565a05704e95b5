"""What the roster and the bureaus' tables say of guarantees, taken over once and only where it is news."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings

from characters import COUNTY, DAY, NEXT_VILLAGE, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Forbidden
from mingbai.base.lib.permissions import system
from mingbai.facts.assessments import actions
from mingbai.facts.assessments.guarantees import Word
from mingbai.facts.assessments.models import Finding
from mingbai.facts.assessments.queries import unmet_in_village
from mingbai.facts.bureaus.models import Delivery
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.facts.registry.models import Household, Member

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
JUNE = date(2026, 6, 1)
_number = count(1)


def key(member: Member) -> str:
    return settings.KEYS.person_key(settings.KEYS.open(member.id_hidden))


def deliver(table: str, *rows: dict[str, Any], period: date = JUNE, day: date = date(2026, 6, 10)) -> Delivery:
    """A delivery whose twin has these rows; columns that are left out are empty."""
    name = f"{table}-{next(_number)}"
    Path(settings.DELIVERIES).mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    typed = BY_NAME[table].typed
    con.execute(f"CREATE TABLE t ({', '.join(f'{column} {kind}' for column, kind in typed)})")
    for line, row in enumerate(rows, 2):
        cells = [line if column == "line" else row.get(column) for column, _ in typed]
        con.execute(f"INSERT INTO t VALUES ({', '.join('?' for _ in cells)})", cells)
    con.execute(f"COPY t TO '{settings.DELIVERIES / name}.parquet' (FORMAT parquet)")
    con.close()
    return Delivery.objects.create(
        table=table, place=COUNTY, sender=BY_NAME[table].sender, period=period, day=day, by="official:chen",
        received_at=datetime(day.year, day.month, day.day, tzinfo=UTC), by_shown="陈", file_name=name,
        sha256=name, kept_as=name, twin_sha256="x", rows=len(rows),
    )  # fmt: skip


def fill(day: date = DAY, place: str = COUNTY) -> int:
    return actions.fill_from_deliveries(by=system("guarantees"), place=place, day=day)


def said(**filters: Any) -> list[tuple[Any, ...]]:
    rows = Finding.objects.filter(**filters).order_by("id")
    return list(rows.values_list("member__person_id", "item", "state", "source", "source_note", "day"))


def test_who_is_insured_and_who_is_not(family: Family) -> None:
    home = family(VILLAGE, size=3)
    head, spouse, child = home.members.order_by("person_id")
    child.id_valid = False
    child.save()
    deliver("insured", {"person_key": key(head), "year": 2026}, {"person_key": key(spouse), "year": 2025})
    assert fill() == 2
    day = date(2026, 6, 10)
    assert said() == [
        (head.person_id, "medical", "met", "insured", "2026 年度有参保记录", day),
        (spouse.person_id, "medical", "unmet", "insured", "2026 年度参保名单里没有（在外地参保的不在名单里）", day),
    ]
    assert Finding.objects.first().village == VILLAGE


def test_pupils_of_school_age(family: Family) -> None:
    # Members: head 1978, spouse 1980, son born March 2012 (14), daughter April 2015 (11).
    home = family(VILLAGE, size=4)
    _, _, son, daughter = home.members.order_by("person_id")
    deliver("pupil", {"person_key": key(son), "status": "辍学", "school": "x", "stage": "初中"})
    fill()
    assert [(who, state, note[:10]) for who, _, state, _, note, _ in said(item="schooling")] == [
        (son.person_id, "unmet", "2025 学年：辍学"),
        (daughter.person_id, "unmet", "2025 学年学籍里"),
    ]
    deliver("pupil", {"person_key": key(son), "status": "送教上门"}, {"person_key": key(daughter), "status": "在读"},
            day=date(2026, 6, 20))  # fmt: skip
    assert fill() == 2
    assert [state for _, _, state, *_ in said(item="schooling")] == ["unmet", "unmet", "met", "met"]


@pytest.mark.parametrize(
    ("rows", "state", "day"),
    [
        ([("B", "2025-03-01", None)], "met", date(2025, 3, 1)),
        ([("D", "2025-03-01", None)], "unmet", date(2025, 3, 1)),
        ([("C", "2025-03-01", "2025-11-20")], "met", date(2025, 11, 20)),
        ([("C", "2025-03-01", "2024-11-20")], "unmet", date(2025, 3, 1)),  # rebuilt before it was appraised
        ([("A", "2024-03-01", None), ("D", "2025-03-01", None)], "unmet", date(2025, 3, 1)),
        ([("A", "2025-03-01", None), ("D", "2025-03-01", None)], "unmet", date(2025, 3, 1)),  # the worse of one day
        ([("待定", "2025-03-01", None)], "unknown", date(2025, 3, 1)),
    ],
)
def test_the_newest_appraisal_of_the_house(rows: list[Any], state: str, day: date, family: Family) -> None:
    home = family(VILLAGE)
    deliver("housing", *({"household_id": home.household_id, "grade": g, "appraised_on": a, "rebuilt_on": r}
                         for g, a, r in rows))  # fmt: skip
    fill()
    assert [(s, d) for _, _, s, _, _, d in said(item="housing")] == [(state, day)]


def test_an_appraisal_without_a_code_is_found_by_the_head(family: Family) -> None:
    home, other = family(VILLAGE), family(VILLAGE)
    head = home.members.get(relation="户主")
    row = {"head_key": key(head), "head_valid": True, "grade": "D", "appraised_on": "2025-01-01"}
    # Where there is a code, the code counts.
    deliver("housing", row, row | {"household_id": other.household_id, "grade": "A"})
    fill()
    assert {f.household_id: f.state for f in Finding.objects.all()} == {home.pk: "unmet", other.pk: "met"}


def test_water_is_said_of_every_household_of_the_village(family: Family) -> None:
    family(VILLAGE), family(VILLAGE), family(OTHER_VILLAGE)
    deliver(
        "water",
        {"village": VILLAGE, "year": 2026, "days_without": 37, "quality_ok": "是"},
        {"village": VILLAGE, "year": 2025, "days_without": 0, "quality_ok": "否"},
    )
    assert fill() == 4
    assert sorted(set(said()))[0][1:5] == ("water_assurance", "unmet", "water", "全村 2026 年停水 37 天")
    assert sorted(set(said()))[1][1:5] == ("water_quality", "met", "water", "全村 2026 年水质合格")


def test_the_roster_speaks_of_house_and_water(family: Family) -> None:
    family(VILLAGE, housing_grade="C", safe_water="是")
    family(VILLAGE, safe_water="否", housing_grade="待核")
    assert fill() == 3
    assert sorted((i, s) for _, i, s, *_ in said(source="roster")) == [
        ("housing", "unmet"), ("water_quality", "met"), ("water_quality", "unmet"),
    ]  # fmt: skip


def test_filling_twice_writes_nothing_more_and_a_change_is_one_word(family: Family) -> None:
    home = family(VILLAGE, size=2, housing_grade="A")
    head, spouse = home.members.order_by("person_id")
    deliver("insured", *({"person_key": key(m), "year": 2026} for m in (head, spouse)))
    assert fill() == 3
    assert fill() == 0 == fill(date(2026, 7, 5))
    # The next month's list says the same of one, and has lost the other.
    deliver("insured", {"person_key": key(head), "year": 2026}, period=date(2026, 7, 1), day=date(2026, 7, 3))
    assert fill(date(2026, 7, 5)) == 1
    assert said(item="medical", state="unmet")[0][0] == spouse.person_id
    home.housing_grade = "D"
    home.save()
    assert fill(date(2026, 7, 6)) == 1


def test_a_table_that_still_says_so_after_somebody_said_otherwise_is_written_again(li: Person, family: Family) -> None:
    home = family(VILLAGE, size=1)
    head = home.members.get()
    deliver("insured", {"person_key": key(head), "year": 2026}, day=date(2026, 6, 1))
    fill()
    words = [Word("medical", head.person_id, "unmet")]
    actions.record_many(
        by=li.actor, household=home, words=words, source="visit", said_on=date(2026, 6, 15), day=DAY
    )  # fmt: skip
    assert fill() == 0
    deliver("insured", {"person_key": key(head), "year": 2026}, day=date(2026, 6, 20))
    assert fill() == 1 and fill() == 0
    assert said(source="insured")[-1][-1] == date(2026, 6, 20)


def test_a_withdrawn_delivery_gives_way_to_the_one_before(family: Family) -> None:
    home = family(VILLAGE, size=1)
    head = home.members.get()
    deliver("insured", {"person_key": key(head), "year": 2026}, period=date(2026, 5, 1), day=date(2026, 5, 3))
    wrong = deliver("insured", {"person_key": "nobody", "year": 2026})
    fill()
    Delivery.objects.filter(pk=wrong.pk).update(status="withdrawn", withdrawn_why="发错了")
    assert fill() == 1
    last = Finding.objects.order_by("id").last()
    # Its day does not go back behind the wrong one's, or the wrong word would stay the newest.
    assert last is not None and (last.state, last.day) == ("met", date(2026, 6, 10))


def test_one_event_a_township_and_none_without_news(family: Family) -> None:
    family(VILLAGE, housing_grade="A"), family(OTHER_VILLAGE, housing_grade="B")
    assert fill() == 2
    event = Event.objects.get()
    assert (event.verb, event.subject, event.place) == ("assessments.filled", f"place:{TOWNSHIP}", TOWNSHIP)
    assert "新记 2 条（花名册 2 条）" in event.said and json.loads(event.changed) == {"roster": 2}
    assert fill() == 0 and Event.objects.count() == 1


def test_a_part_of_the_county_is_filled_alone(family: Family) -> None:
    (
        family(VILLAGE, housing_grade="A"),
        family(OTHER_VILLAGE, housing_grade="A"),
        family(NEXT_VILLAGE, housing_grade="A"),
    )
    assert fill(place=VILLAGE) == 1 and fill() == 1


def test_findings_follow_a_household_that_moved(zhao: Person, family: Family) -> None:
    home = family(VILLAGE, housing_grade="D")
    fill()
    Household.objects.filter(pk=home.pk).update(village=OTHER_VILLAGE)
    assert not unmet_in_village(zhao.actor, OTHER_VILLAGE, DAY)
    assert fill() == 0
    assert unmet_in_village(zhao.actor, OTHER_VILLAGE, DAY) == {home.pk: ["housing"]}
    assert not unmet_in_village(zhao.actor, VILLAGE, DAY)


def test_households_that_ended_are_left_out(family: Family) -> None:
    family(VILLAGE, housing_grade="A", ended_on=DAY, ended_why="误登")
    assert fill() == 0


@pytest.mark.parametrize("who", ["li", "zhao", "chen", "qian", "sun", "admin"])
def test_only_the_county_fills(who: str, family: Family, request: pytest.FixtureRequest) -> None:
    family(VILLAGE, housing_grade="A")
    with pytest.raises(Forbidden):
        actions.fill_from_deliveries(by=request.getfixturevalue(who).actor, place=COUNTY, day=DAY)
    assert not Finding.objects.exists()
