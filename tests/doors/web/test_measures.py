"""The page of measures: the library's figures on our rows, who may see which, nobody silently not poor, its files."""

import io
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import openpyxl
import pyarrow.csv
import pyarrow.parquet
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters import COUNTY, DAY, NEXT_COUNTY, NEXT_VILLAGE, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person
from doors.accounts import income
from mingbai.base.lib.permissions import Actor, Permission, granted
from mingbai.doors.web.queries import measures
from mingbai.doors.web.queries.measures import Choice, published, table
from mingbai.facts.registry.models import Household, Member
from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.measures import measure
from mingbai.oversight.poverty.welfare import Welfare

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
URL = "/figures/measures/"


@pytest.fixture(autouse=True)
def nothing_kept(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def county(family: Family) -> list[tuple[str, int, float]]:
    """Twelve households with an account in two villages, as (village, members, yuan a head); one without; one beyond"""
    rows = []
    for n in range(12):
        village, size, head = (VILLAGE, OTHER_VILLAGE)[n % 3 == 0], 1 + n % 4, 6000 + 500 * n
        income(family(village, size=size), ("A1", f"{head * size + 100}.00"), ("E1", "100.00"))
        rows.append((village, size, float(head)))
    family(VILLAGE)
    income(family(NEXT_VILLAGE), ("A1", "1.00"))
    return rows


@pytest.mark.parametrize(
    "name", ["headcount", "gap", "severity", "watts", "sen", "sst", "gini", "ge1", "atkinson1", "mean"]
)
@pytest.mark.parametrize("count", ["people", "homes"])
def test_the_figures_are_the_librarys_on_the_same_rows(
    wang: Person, county: list[tuple[str, int, float]], name: str, count: str
) -> None:
    context = wang.client.get(URL, {"measure": name, "by": "size", "count": count}).context
    village, size, head = (np.array(column) for column in zip(*county, strict=True))
    weight = size.astype(float) if count == "people" else np.ones(12)
    design = Design.of(12, weight=weight, psu=village, lonely="certainty")
    (ours,) = measure(Welfare.of(head, weight=weight, groups=Groups.of(size, 12), line=8700.0), [name], design)
    rows = [line["row"] for line in context["rows"]]
    assert [(row.key, row.value, row.known) for row in rows if row.known] == [
        (str(one.group), pytest.approx(one.value, abs=1e-12), one.n) for one in ours
    ]
    (whole,) = measure(Welfare.of(head, weight=weight, groups=Groups.everybody(12), line=8700.0), [name], design)
    total = context["table"].total
    assert (total.value, total.se) == (pytest.approx(whole.value[0], abs=1e-12), pytest.approx(whole.se[0], abs=1e-12))
    assert (total.lower, total.upper) == (pytest.approx(whole.lower[0]), pytest.approx(whole.upper[0]))


def test_who_has_no_account_is_counted_apart_and_never_as_not_poor(wang: Person, county: object) -> None:
    context = wang.client.get(URL).context
    total = context["table"].total
    assert (total.known, total.unknown, total.poor, context["table"].households) == (12, 1, 6, 13)
    text = wang.client.get(URL).content.decode()
    assert "没有账的 1 户" in text and "没有当成不低于线" in text


def test_exactly_on_the_line_is_not_below_it(wang: Person, family: Family) -> None:
    income(family(VILLAGE, size=3), ("A1", "26100.00"))
    income(family(VILLAGE, size=3), ("A1", "26099.99"))
    assert wang.client.get(URL).context["table"].total.poor == 1


def test_the_accounts_own_list_of_members_counts_before_the_roster(wang: Person, family: Family) -> None:
    income(family(VILLAGE, size=4), ("A1", "17400.00"), members=[{"id": "1"}, {"id": "2"}])
    income(family(VILLAGE, size=4), ("A1", "17400.00"))
    total = wang.client.get(URL).context["table"].total
    assert (total.members, total.poor) == (6, 1)


def test_a_household_that_nobody_shares_or_without_lines_is_not_known(wang: Person, family: Family) -> None:
    empty = family(VILLAGE, size=1)
    Member.objects.filter(household=empty).update(left_on=DAY, left_why="死亡")
    income(empty, ("A1", "1.00"))
    income(family(VILLAGE))
    income(family(VILLAGE), ("A1", "90000.00"))
    income(family(VILLAGE, ended_on=DAY, ended_why="整户迁出"), ("A1", "1.00"))
    total = wang.client.get(URL).context["table"].total
    assert (total.known, total.unknown, total.poor) == (1, 2, 0)


def test_the_line_can_be_another_official_one(wang: Person, county: object) -> None:
    def poor(line: str) -> int:
        return int(wang.client.get(URL, {"line": line}).context["table"].total.poor)

    assert (poor("own"), poor("of2024"), poor("own1.5"), poor("nonsense")) == (6, 4, 12, 6)
    assert "2024 年监测线 8000 元" in wang.client.get(URL, {"line": "of2024"}).content.decode()


@pytest.mark.parametrize(
    ("by", "labels"),
    [
        ("township", {"越城镇"}), ("village", {"外南村", "城关村"}), ("class", {"脱贫户", "边缘易致贫户"}),
        ("size", {"1 人", "2 人", "3 人", "4 人"}), ("head_age", {"户主 40—59 岁"}), ("head_sex", {"男"}),
        ("head_people", {"彝族"}), ("", set()),
    ],
)  # fmt: skip
def test_groups(wang: Person, county: object, by: str, labels: set[str]) -> None:
    Household.objects.filter(pk__in=Household.objects.order_by("pk").values("pk")[:2]).update(
        household_class="边缘易致贫户"
    )
    context = wang.client.get(URL, {"by": by}).context
    found = {line["row"].label for line in context["rows"] if line["row"].known}
    assert found == labels
    if by:
        assert sum(line["row"].known for line in context["rows"]) == context["table"].total.known == 12


def test_undefined_is_said_not_guessed(wang: Person, county: object, family: Family) -> None:
    income(family(VILLAGE), ("E1", "500.00"))
    text = wang.client.get(URL, {"measure": "ge0"}).content.decode()
    assert "有 1 户的纯收入是零或亏损" in text
    assert wang.client.get(URL, {"measure": "gini"}).context["table"].total.value > 0


def test_words_say_the_highest_and_what_the_intervals_allow(wang: Person, county: object) -> None:
    words = wang.client.get(URL, {"by": "village"}).context["words"]
    assert words[0].startswith("越西县 2025 年发生率（按人）是 ")
    assert "最高的是" in words[1] and "区间有重叠" in words[1]


def test_a_place_without_accounts_is_a_page_too(wang: Person, family: Family) -> None:
    family(VILLAGE)
    assert "还没有收支账" in wang.client.get(URL).content.decode()
    assert wang.client.get(URL, {"format": "xlsx"}).status_code == 200


def test_nobody_sees_another_county(sun: Person, wang: Person, county: object) -> None:
    assert sun.client.get(URL).context["table"].households == 1
    assert sun.client.get(URL).context["place"].code == NEXT_COUNTY
    for code in (COUNTY, TOWNSHIP, VILLAGE, "51", "nonsense"):
        assert sun.client.get(URL, {"place": code}).status_code == 404
        assert sun.client.get(URL + "households/", {"place": code, "key": "*"}).status_code == 404
        assert sun.client.get(URL, {"place": code, "format": "csv"}).status_code == 404
    assert wang.client.get(URL, {"place": NEXT_VILLAGE}).status_code == 404


@pytest.mark.parametrize("who", ["chen", "admin"])
def test_who_reads_no_figures_is_told_so(who: str, request: pytest.FixtureRequest) -> None:
    client = request.getfixturevalue(who).client
    assert client.get(URL).status_code == client.get(URL + "households/").status_code == 403


def test_each_works_in_their_own_place(li: Person, zhao: Person, qian: Person, county: object) -> None:
    assert li.client.get(URL).context["table"].households == 9
    assert zhao.client.get(URL).context["asked"].groups[0][0] == "village"
    assert qian.client.get(URL).context["table"].households == 13
    assert li.client.get(URL, {"place": OTHER_VILLAGE}).status_code == 404


def test_numbers_open_to_the_households_behind_them(wang: Person, county: object) -> None:
    page = wang.client.get(URL, {"by": "village"}).context
    for line in [*page["rows"], page["total"]]:
        for state, n in (("all", line["row"].known), ("poor", line["row"].poor), ("none", line["row"].unknown)):
            if n:
                found = wang.client.get(line["urls"][state]).context["page"]
                assert found.count == len(found.lines) == n
    poor = wang.client.get(page["total"]["urls"]["poor"]).context["page"]
    heads = [line.per_head for line in poor.lines]
    assert heads == sorted(heads) and heads[-1] < 8700
    assert wang.client.get(URL + "households/", {"by": "village", "key": "nobody"}).context["page"].count == 0


def test_pages_of_households_follow_each_other(wang: Person, family: Family) -> None:
    for n in range(60):
        income(family(VILLAGE, size=1), ("A1", f"{1000 + n % 7}.00"))
    first = wang.client.get(URL + "households/", {"key": "*", "state": "poor"})
    second = wang.client.get(URL + "households/" + first.context["next_url"])
    codes = [line.household.household_id for answer in (first, second) for line in answer.context["page"].lines]
    assert len(codes) == len(set(codes)) == 60 and not second.context["next_url"]


def actor(*permissions: Permission) -> Actor:
    return Actor("official", "official:nobody", "无名", granted((one, COUNTY) for one in permissions))


def test_small_groups_are_blank_in_what_is_published_and_cannot_be_subtracted(county: object, family: Family) -> None:
    for household_class, n in (("边缘易致贫户", 2), ("脱贫不稳定户", 30), ("一般农户", 40)):
        for at in range(n):
            income(family(VILLAGE, size=1, household_class=household_class), ("A1", "9000.00" if at % 2 else "5000.00"))
        for _ in range(9):
            family(VILLAGE, size=1, household_class=household_class)
    choice = Choice(COUNTY, 2025, "headcount", "class", 8700.0, people=True)
    whole = table(actor(Permission.FIGURE_READ), choice, DAY)
    shown = published(whole)
    blank = {row.label for row in shown.rows if row.blank}
    assert "边缘易致贫户" in blank and len(blank) >= 2
    assert all((row.value, row.known, row.poor) == (None, 0, 0) for row in shown.rows if row.blank)
    assert {row.label: row.value for row in shown.rows if not row.blank}.items() <= {
        row.label: row.value for row in whole.rows
    }.items()


def test_wang_can_look_at_what_would_be_published(wang: Person, county: object) -> None:
    text = wang.client.get(URL, {"public": "1", "by": "size"}).content.decode()
    assert "户数少，不公布" in text
    csv = wang.client.get(URL, {"public": "1", "by": "size", "format": "csv"}).content.decode("utf-8-sig")
    assert "True" in csv and not [line for line in csv.splitlines()[1:] if "True" in line and ",,,,,,,," not in line]


def test_files_open_again_with_the_same_numbers(wang: Person, county: object) -> None:
    asked = {"by": "village", "measure": "gap"}
    rows = [*wang.client.get(URL, asked).context["table"].rows, wang.client.get(URL, asked).context["table"].total]
    answer = wang.client.get(URL, asked | {"format": "parquet"})
    parquet = pyarrow.parquet.read_table(io.BytesIO(answer.content)).to_pylist()
    assert answer["Content-Disposition"] == f'attachment; filename="gap-village-{COUNTY}-2025.parquet"'
    csv = pyarrow.csv.read_csv(io.BytesIO(wang.client.get(URL, asked | {"format": "csv"}).content)).to_pylist()
    for made in (parquet, csv):
        assert [
            (r["group"] or "", r["value"], r["se"], r["lower"], r["households"], r["below_line"]) for r in made
        ] == [(r.label, r.value, r.se, r.lower, r.known, r.poor) for r in rows]
        assert {(r["year"], r["line"], r["measure"]) for r in made} == {(2025, 8700.0, "gap")}
    book = openpyxl.load_workbook(io.BytesIO(wang.client.get(URL, asked | {"format": "xlsx"}).content))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert cells[0][0] == "越西县 2025 年差距率，按村" and any(row[0] == "虚构数据" for row in cells)
    head = next(at for at, row in enumerate(cells) if row[0] == "村")
    assert [(row[0], row[1], row[5], row[8]) for row in cells[head + 1 :]] == [
        (r.label or "越西县", pytest.approx(r.value), r.known, r.unknown) for r in rows
    ]


def test_the_picture_is_svg_with_words(wang: Person, county: object) -> None:
    Household.objects.update(group_name='<b>"&一组')
    answer = wang.client.get(URL, {"place": VILLAGE, "by": "group", "format": "svg"})
    root = ElementTree.fromstring(answer.content)
    texts = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert answer["Content-Type"] == "image/svg+xml"
    assert '<b>"&一组' in texts and any("区间" in text for text in texts)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 1


def test_text_of_a_group_is_no_formula(wang: Person, county: object) -> None:
    Household.objects.update(group_name="=1+1")
    asked = {"place": VILLAGE, "by": "group"}
    assert "'=1+1" in wang.client.get(URL, asked | {"format": "csv"}).content.decode()
    book = openpyxl.load_workbook(io.BytesIO(wang.client.get(URL, asked | {"format": "xlsx"}).content))
    assert "=1+1" in [cell.value for row in book.active.iter_rows() for cell in row if cell.data_type == "s"]


@pytest.mark.parametrize("by", ["township", "size", "class", "head_age"])
def test_it_asks_as_much_for_many_as_for_few(wang: Person, family: Family, by: str) -> None:
    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert wang.client.get(path, {"by": by, "key": "*"}).status_code == 200
        return len(queries)

    income(family(VILLAGE), ("A1", "100.00"))
    few = asked(URL), asked(URL + "households/")
    for _ in range(20):
        income(family(OTHER_VILLAGE), ("A1", "100.00"))
    assert (asked(URL), asked(URL + "households/")) == few


def test_dear_tables_are_kept(wang: Person, county: object, family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "DEAR", 0.0)
    assert wang.client.get(URL).context["table"].households == 13
    family(VILLAGE)
    assert wang.client.get(URL).context["table"].households == 13
    assert wang.client.get(URL, {"by": "size"}).context["table"].households == 14


def test_nothing_that_is_asked_breaks_it(wang: Person, county: object) -> None:
    odd: tuple[Any, ...] = ("", "x", "-1", "99999999999999999999", "２０２５", "%00", "é" * 300)
    for name in ("place", "year", "measure", "by", "line", "count", "public", "format", "key", "state", "after"):
        for value in odd:
            assert wang.client.get(URL, {name: value}).status_code in (200, 404)
            assert wang.client.get(URL + "households/", {name: value}).status_code in (200, 404)


def test_a_group_of_few_is_not_called_the_highest(wang: Person, family: Family) -> None:
    for household_class, n, poor in (("脱贫户", 30, 5), ("一般农户", 30, 3), ("边缘易致贫户", 1, 1)):
        for at in range(n):
            home = family(VILLAGE, size=1, household_class=household_class)
            income(home, ("A1", "5000.00" if at < poor else "9000.00"))
    context = wang.client.get(URL, {"by": "class"}).context
    assert context["rows"][0]["row"].label == "边缘易致贫户" and context["rows"][0]["few"]
    assert context["words"][1].startswith("最高的是脱贫户（16.7%），最低的是一般农户（10.0%）。")
    assert "不满 30 户的组没有参加比较" in context["words"][1]


def test_yuan_are_named_in_sentences(wang: Person, county: object) -> None:
    words = wang.client.get(URL, {"measure": "median", "by": "village", "count": "homes"}).context["words"]
    assert words[0].startswith("越西县 2025 年人均纯收入中位数（按户）是 8,750 元")
