"""A county's own numbers: set with a document, never overwritten, in force at once, by the rules of the file."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from characters import COUNTY, DAY, NEXT_COUNTY, TOWNSHIP, VILLAGE, Person
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.standards import standards
from mingbai.base.standards.actions import set_number
from mingbai.base.standards.models import OwnNumber
from mingbai.base.standards.queries import own_numbers

pytestmark = pytest.mark.django_db


def put(by: Person, **given: Any) -> OwnNumber:
    start: dict[str, Any] = {
        "name": "monitoring_line", "place": COUNTY, "since": DAY, "value": "9000", "document": "越农发〔2026〕3号",
        "day": DAY,
    }  # fmt: skip
    return set_number(by=by.actor, **(start | given))


def line_at(place: str, day: date = DAY, known: date | None = None) -> Any:
    found = standards.at(day, place, own=own_numbers(place), known=known).get("monitoring_line")
    return found.value if found else None


def test_the_own_value_is_in_force_from_its_day_in_its_place_only(wang: Person) -> None:
    put(wang, since=date(2026, 5, 1))
    assert line_at(VILLAGE) == line_at(COUNTY) == Decimal(9000)
    assert line_at(VILLAGE, date(2026, 4, 30)) == Decimal(8800)
    assert line_at(NEXT_COUNTY) == Decimal(8800)
    assert line_at(VILLAGE, known=date(2026, 6, 29)) != Decimal(9000), "known only since it was written down"


def test_one_event_tells_it(wang: Person) -> None:
    put(wang)
    event = Event.objects.get()
    assert (event.verb, event.subject, event.place) == ("standards.number_set", "standard:monitoring_line", COUNTY)
    assert "9000" in event.said and "越农发〔2026〕3号" in event.said


def test_a_township_may_have_its_own(wang: Person) -> None:
    put(wang)
    put(wang, place=TOWNSHIP, value="9500")
    assert line_at(VILLAGE) == Decimal(9500) and line_at(COUNTY) == Decimal(9000)


def test_a_number_may_end(wang: Person) -> None:
    put(wang, value=None)
    assert line_at(VILLAGE) is None


def test_labels_are_kept_as_a_list(wang: Person) -> None:
    put(wang, name="passenger_car_kinds", value=["小型轿车", "小型越野客车"])
    found = standards.at(DAY, VILLAGE, own=own_numbers(VILLAGE))["passenger_car_kinds"]
    assert found.value == ("小型轿车", "小型越野客车")


def test_a_slip_is_mended_on_the_same_day_and_both_stay(wang: Person) -> None:
    put(wang, value="90000")
    put(wang, value="9000")
    assert line_at(VILLAGE) == Decimal(9000)
    put(wang, value="90000")
    assert line_at(VILLAGE) == Decimal(90000)
    assert OwnNumber.objects.count() == Event.objects.count() == 3


def test_the_same_form_sent_twice_is_written_once(wang: Person) -> None:
    put(wang)
    with pytest.raises(Refused, match="刚才已经登记过"):
        put(wang)
    assert OwnNumber.objects.count() == Event.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "no_such_number"}, "没有这个政策数值"), ({"value": "9,000"}, "应为不带逗号"), ({"value": ""}, "没有写数值"),
        ({"value": "-1"}, "不能用"), ({"value": "9000.001"}, "不能用"), ({"value": "NaN"}, "不能用"),
        ({"name": "income_drop_ratio", "value": "30"}, "比例 30 太大"), ({"document": "  "}, "缺少依据文件"),
        ({"name": "passenger_car_kinds", "value": ["轿车", "轿车"]}, "不重复"),
        ({"name": "passenger_car_kinds", "value": []}, "不重复"),
        ({"document_on": date(2026, 7, 1)}, "文件日期还没到"),
    ],
)  # fmt: skip
def test_what_the_file_would_not_take_is_refused(wang: Person, given: dict[str, Any], said: str) -> None:
    if given.get("name") == "income_drop_ratio":
        given["name"] = next(n.name for n in standards.numbers().values() if n.unit == "ratio")
    with pytest.raises(Refused, match=said) as refusal:
        put(wang, **given)
    assert "第1个数值" not in str(refusal.value)
    assert not OwnNumber.objects.exists() and not Event.objects.exists()


@pytest.mark.parametrize("who", ["li", "zhao", "chen", "qian", "sun", "admin"])
def test_only_the_county_sets_its_numbers(who: str, request: pytest.FixtureRequest) -> None:
    by: Person = request.getfixturevalue(who)
    for place in (COUNTY, TOWNSHIP):
        with pytest.raises(Forbidden):
            put(by, place=place)


def test_the_county_sets_nothing_for_others(wang: Person) -> None:
    for place in (NEXT_COUNTY, "51", ""):
        with pytest.raises(Forbidden):
            put(wang, place=place)


def test_an_uncited_number_is_refused_by_the_database(wang: Person) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnNumber.objects.create(
            name="monitoring_line", place=COUNTY, since=DAY, recorded_on=DAY, value="1", document="", by="official:x"
        )
