"""The village page lists its households by keyset, the township page its villages; only to whoever may read there."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters import COUNTY, DAY, NEXT_VILLAGE, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person
from mingbai.base.places.models import Place
from mingbai.doors.web.queries import village as queries
from mingbai.facts.assessments.models import Finding
from mingbai.facts.income.models import HouseholdAccount
from mingbai.facts.registry.models import Household
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.models import Clue
from mingbai.oversight.indicators.queries.counting import Counts

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
PAGE = f"/village/{VILLAGE}/"


def clue(home: Household, **fields: Any) -> None:
    Clue.objects.create(
        **{
            "rule": "owns_car", "subject_kind": "household", "subject_id": home.household_id,
            "clue_key": str(Clue.objects.count()), "household_id": home.household_id, "village": home.village,
            "group": "doubt", "said": "名下有小汽车", "found_on": DAY - timedelta(days=20), "due_on": DAY,
        } | fields
    )  # fmt: skip


def issue(home: Household, **fields: Any) -> None:
    Issue.objects.create(
        **{
            "title": "饮水不达标", "household_id": home.household_id, "village": home.village,
            "found_on": DAY - timedelta(days=20), "found_by": "official:li", "since": DAY - timedelta(days=20),
            "due_on": DAY,
        } | fields
    )  # fmt: skip


def unmet(home: Household) -> None:
    Finding.objects.create(
        household=home, village=home.village, item="housing", state="unmet", source="visit", day=DAY, by="official:li",
        by_shown="李",
    )  # fmt: skip


def listed(who: Person, address: str = PAGE) -> list[str]:
    answer = who.client.get(address)
    assert answer.status_code == 200
    return [line.household.household_id for line in answer.context["page"].lines]


def test_the_list_and_its_figures(li: Person, family: Family) -> None:
    first = family(VILLAGE, size=4, household_class="突发严重困难户", group_name="一组")
    family(VILLAGE, group_name="二组")
    family(VILLAGE, ended_on=DAY, ended_why="误登")
    family(OTHER_VILLAGE)
    clue(first), clue(first, due_on=DAY - timedelta(days=1)), issue(first), unmet(first)
    clue(first, status="dismissed", decided_on=DAY, decided_by="official:li", finding="看过")
    answer = li.client.get(PAGE)
    line = answer.context["page"].lines[0]
    assert (line.household, line.members, line.clues, line.clue_late, line.issues, line.issue_late, line.unmet) == (
        first, 4, 2, True, 1, False, ("housing",),
    )  # fmt: skip
    assert answer.context["counts"] == Counts(2, 1, 2, 1, 1, 0)
    assert answer.context["unmet"] == 1
    assert answer.context["groups"] == [("一组", 1, 1), ("二组", 1, 0)]
    assert len(answer.context["page"].lines) == 2


def test_each_filter_leaves_its_own(li: Person, family: Family) -> None:
    poor, clued, short, kept, plain = (
        family(VILLAGE, **fields)
        for fields in (
            {"household_class": "边缘易致贫户"}, {"group_name": "一组"}, {}, {},
            {"household_class": "边缘易致贫户", "eliminated": "是"},
        )
    )  # fmt: skip
    clue(clued), unmet(short)
    account = {"household": kept, "village": VILLAGE, "year": DAY.year, "entered_by": "official:li", "entered_on": DAY}
    HouseholdAccount.objects.create(**account)
    every = {home.household_id for home in (poor, clued, short, kept, plain)}
    for query, homes in {
        "monitored=1": {poor.household_id},
        "class=边缘易致贫户": {poor.household_id, plain.household_id},
        "group=一组": {clued.household_id},
        "clue=1": {clued.household_id},
        "unmet=1": {short.household_id},
        "no_account=1": every - {kept.household_id},
        "clue=1&unmet=1": set(),
        "class=没有这一类": set(),
        "after=nonsense": every,
    }.items():
        assert set(listed(li, f"{PAGE}?{query}")) == homes, query


def walk(who: Person, query: str) -> list[list[str]]:
    pages, address = [], f"{PAGE}?{query}"
    while address:
        answer = who.client.get(address)
        pages.append([line.household.household_id for line in answer.context["page"].lines])
        address = PAGE + answer.context["next_url"] if answer.context["next_url"] else ""
        assert len(pages) < 20
    return pages


@pytest.mark.parametrize("sort", ["", "head", "-head", "group", "-group", "class", "nonsense"])
def test_the_pages_hold_every_household_once_in_order(
    sort: str, li: Person, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 4)
    for n in range(11):
        family(VILLAGE, size=1, group_name=f"{n % 3}组")
    pages = walk(li, f"sort={sort}")
    rows = [row for page in pages for row in page]
    assert [len(page) for page in pages] == [4, 4, 3] and len(set(rows)) == 11
    field = queries.SORTS.get(sort.removeprefix("-"), "pk")
    by_code = Household.objects.in_bulk(rows, field_name="household_id")
    keys = [(getattr(by_code[row], field), by_code[row].pk) for row in rows]
    if field == "pk" or connection.vendor == "sqlite":  # PostgreSQL orders Chinese by its own collation
        assert keys == sorted(keys, reverse=sort.startswith("-"))
    # And back again.
    last = li.client.get(f"{PAGE}?sort={sort}&after={by_code[pages[1][-1]].pk}")
    back = li.client.get(PAGE + last.context["prev_url"])
    assert [line.household.household_id for line in back.context["page"].lines] == pages[1]


def test_the_queries_do_not_grow_with_the_village(li: Person, family: Family) -> None:
    def fill(n: int) -> None:
        for _ in range(n):
            home = family(VILLAGE, size=2)
            clue(home), issue(home), unmet(home)

    counts = []
    for n in (2, 30):
        fill(n)
        li.client.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            li.client.get(f"{PAGE}?unmet=1&clue=1")
        counts.append(len(captured))
        assert not any("OFFSET" in query["sql"] for query in captured)
    assert counts[0] == counts[1] <= 22, counts


@pytest.mark.parametrize(("who", "village", "township"), [
    ("li", 200, 404), ("zhao", 200, 200), ("wang", 200, 200), ("qian", 200, 200), ("chen", 404, 404), ("sun", 404, 404),
    ("admin", 404, 404),
])  # fmt: skip
def test_who_may_open_them(who: str, village: int, township: int, request: pytest.FixtureRequest) -> None:
    client = request.getfixturevalue(who).client
    assert client.get(PAGE).status_code == village
    assert client.get(f"{PAGE}?format=xlsx").status_code == village
    assert client.get(f"/village/{TOWNSHIP}/").status_code == township


@pytest.mark.parametrize("code", ["5134", "513434100999", "abc", "51343410020", NEXT_VILLAGE])
def test_a_code_that_is_no_place_of_theirs_is_not_found(code: str, wang: Person) -> None:
    assert wang.client.get(f"/village/{code}/").status_code == 404


def test_the_township_lists_its_villages(zhao: Person, family: Family) -> None:
    home = family(VILLAGE, household_class="突发严重困难户")
    family(OTHER_VILLAGE), family(NEXT_VILLAGE)
    clue(home, due_on=DAY - timedelta(days=1)), issue(home), unmet(home)
    answer = zhao.client.get(f"/village/{TOWNSHIP}/")
    rows = {place.code: (counts, short) for place, counts, short in answer.context["rows"]}
    assert rows == {
        VILLAGE: (Counts(1, 1, 1, 1, 1, 0), 1),
        OTHER_VILLAGE: (Counts(1, 0, 0, 0, 0, 0), 0),
    }
    assert answer.context["counts"] == Counts(2, 1, 1, 1, 1, 0)
    assert "外南村最多，1 件" in answer.content.decode()


def test_a_village_that_was_merged_says_where_it_went(zhao: Person, family: Family) -> None:
    Place.objects.filter(code=VILLAGE).update(until=DAY, successor=OTHER_VILLAGE)
    text = zhao.client.get(PAGE).content.decode()
    assert "已撤并" in text and "城关村" in text
    # What still hangs on it stays in sight.
    family(VILLAGE)
    rows = [place.code for place, *_ in zhao.client.get(f"/village/{TOWNSHIP}/").context["rows"]]
    assert rows == [OTHER_VILLAGE, VILLAGE]


def test_the_list_as_a_workbook(li: Person, family: Family) -> None:
    home = family(VILLAGE, size=3, household_class="突发严重困难户", helper="=1+1")
    family(VILLAGE)
    clue(home), unmet(home)
    answer = li.client.get(f"{PAGE}?format=xlsx&monitored=1")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert rows[0][:3] == ("户编号", "户主", "村民小组") and len(rows) == 2
    row = dict(zip(rows[0], rows[1], strict=True))
    assert (row["户编号"], row["人数"], row["未办结线索"], row["未保障项目"]) == (home.household_id, 3, 1, "住房")
    assert sheet.cell(4, 12).data_type == "s" and row["帮扶责任人"] == "=1+1"
    cells = {str(cell) for line in rows for cell in line}
    assert home.phone not in cells


def test_the_county_code_leads_to_the_county(wang: Person) -> None:
    assert wang.client.get(f"/village/{COUNTY}/").status_code in (302, 404)
