"""The pages of policy numbers: in force, changed, coming, whom they touch; a value of the county's own."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters import COUNTY, DAY, NEXT_COUNTY, NEXT_VILLAGE, VILLAGE, Person
from mingbai.base.standards import standards
from mingbai.base.standards.models import OwnNumber
from mingbai.doors.web.queries.numbers import groups
from mingbai.findings.screening.models import Clue

pytestmark = pytest.mark.django_db

PAGE = "/standards/monitoring_line/"
GIVEN = {"value": "9000", "since": DAY.isoformat(), "place": COUNTY, "document": "越农发〔2026〕3号"}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_every_number_stands_on_the_page(wang: Person) -> None:
    named = [row["name"] for group in groups(COUNTY, DAY, "zh") for row in group["rows"]]
    assert sorted(named) == sorted(standards.numbers())
    page = text(wang.client.get("/standards/"))
    assert all(number.title in page for number in standards.numbers().values())


@pytest.mark.parametrize("who", ["li", "zhao", "wang", "chen", "qian", "admin"])
def test_everybody_with_a_post_reads_them(who: str, request: pytest.FixtureRequest) -> None:
    by: Person = request.getfixturevalue(who)
    assert by.client.get("/standards/").status_code == by.client.get(PAGE).status_code == 200


def test_the_county_sets_a_value_and_sees_it(wang: Person) -> None:
    assert wang.client.post(PAGE, GIVEN).status_code == 302
    page = text(wang.client.get(PAGE))
    assert "9000 元/人·年" in page and "越农发〔2026〕3号" in page and "越西县" in page
    assert "8800 元/人·年" in page, "what was before stays"
    listed = text(wang.client.get("/standards/"))
    assert "9000 元/人·年" in listed


def test_a_value_ahead_is_announced(wang: Person) -> None:
    wang.client.post(PAGE, GIVEN | {"since": "2026-09-01"})
    page = text(wang.client.get("/standards/"))
    assert "8800 元/人·年" in page and "2026-09-01 变" in page


def test_what_was_typed_is_kept_with_the_reasons(wang: Person) -> None:
    for wrong in ({"value": "九千"}, {"value": ""}, {"document": ""}, {"place": NEXT_COUNTY}, {"since": "x"},
                  {"ends": "on"}):  # fmt: skip
        answer = wang.client.post(PAGE, GIVEN | wrong)
        assert answer.status_code == 422
        assert "越农发〔2026〕3号" in text(answer) or wrong == {"document": ""}
    assert not OwnNumber.objects.exists()


@pytest.mark.parametrize("who", ["li", "zhao", "chen", "qian", "admin"])
def test_others_only_read(who: str, request: pytest.FixtureRequest) -> None:
    by: Person = request.getfixturevalue(who)
    assert 'name="document"' not in text(by.client.get(PAGE))
    assert by.client.post(PAGE, GIVEN).status_code == 403
    assert not OwnNumber.objects.exists()


def test_the_next_county_neither_sees_nor_sets_ours(wang: Person, sun: Person) -> None:
    wang.client.post(PAGE, GIVEN)
    for path in ("/standards/", PAGE):
        assert "越农发" not in text(sun.client.get(path))
    assert sun.client.post(PAGE, GIVEN).status_code == 422
    assert OwnNumber.objects.count() == 1


def test_whom_it_touches_is_counted_within_ones_own_area(wang: Person, chen: Person) -> None:
    for n, village in enumerate((VILLAGE, VILLAGE, NEXT_VILLAGE)):
        Clue.objects.create(
            rule="low_income", subject_kind="household", subject_id=f"h{n}", clue_key="k", said="低于监测线",
            village=village, found_on=DAY, due_on=DAY + timedelta(days=15),
        )  # fmt: skip
    assert "未办线索 2 条" in text(wang.client.get(PAGE))
    assert "未办线索" not in text(chen.client.get(PAGE)), "a bureau reads no clues"


def test_the_pages_cost_the_same_however_long_the_history_is(wang: Person) -> None:
    wang.client.post(PAGE, GIVEN)
    for path in ("/standards/", PAGE):
        with CaptureQueriesContext(connection) as few:
            wang.client.get(path)
        for n in range(5):
            OwnNumber.objects.create(
                name="monitoring_line", place=COUNTY, since=DAY - timedelta(days=n), recorded_on=DAY, value="9000",
                document=f"文件{path}{n}", by="official:wang",
            )  # fmt: skip
        with CaptureQueriesContext(connection) as many:
            wang.client.get(path)
        assert len(many) == len(few)


def test_a_number_that_is_none_is_not_found(wang: Person) -> None:
    assert wang.client.get("/standards/no_such_number/").status_code == 404
