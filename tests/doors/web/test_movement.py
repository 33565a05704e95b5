"""Movement between years on the page: a year without an account is unknown, and never above the line."""

import io
from collections.abc import Callable, Iterator
from datetime import date
from xml.etree import ElementTree

import openpyxl
import pyarrow.csv
import pyarrow.parquet
import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from characters import COUNTY, DAY, NEXT_VILLAGE, OTHER_VILLAGE, VILLAGE, Person, person
from doors.accounts import income
from mingbai.base.events.actions import record
from mingbai.base.lib.permissions import Permission
from mingbai.base.staff import queries as staff
from mingbai.base.staff.roles import ROLES
from mingbai.doors.web.queries.movement import STATES
from mingbai.facts.registry.models import Household

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
URL = "/figures/measures/movement/"
YEARS = {"from": "2024", "to": "2025"}


@pytest.fixture(autouse=True)
def nothing_kept(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def drawn(family: Family, text: str, village: str = VILLAGE) -> Household:
    """A household from one sign a year from 2023 on: P below the line, n not, . no account."""
    home = family(village, size=1)
    for at, sign in enumerate(text):
        if sign != ".":
            income(home, ("A1", "5000.00" if sign == "P" else "20000.00"), year=2023 + at)
    return home


@pytest.fixture
def panel(family: Family) -> list[Household]:
    homes = [drawn(family, text) for text in ("PnP", "nnP", "nPP", "nPn", "nnn", "nP.", "..P")]
    homes += [drawn(family, text, OTHER_VILLAGE) for text in ("nnn", "nPn", "nnP")]
    drawn(family, "nPP", NEXT_VILLAGE)
    return homes


def test_entries_exits_and_returns(wang: Person, panel: list[Household]) -> None:
    context = wang.client.get(URL, YEARS).context
    flow = context["moved"].total
    assert (flow.before, flow.entered, flow.returned, flow.exited, flow.lost, flow.joined, flow.after) == (
        4, 3, 1, 2, 1, 1, 5
    )  # fmt: skip
    assert flow.after == flow.before + flow.entered - flow.exited - flow.lost + flow.joined
    assert context["words"] == [
        "2024 年低于线的 4 户，到 2025 年：2 户不再低于线，1 户还低于线，1 户没有账、不知道。",
        "2025 年低于线的 5 户：1 户原来就是，3 户是新落下来的，1 户原来没有账。",
        "新落下来的里面，有 1 户更早也低于过线，是再次落下。",
    ]


def test_the_table_the_flow_and_the_places_add_up(wang: Person, panel: list[Household]) -> None:
    context = wang.client.get(URL, YEARS).context
    moved = context["moved"]
    assert sum(moved.cells.values()) == len(panel) == sum(n for _one, _other, n in context["chart"]["rows"])
    assert moved.cells["below", "unknown"] == 1 and moved.cells["unknown", "below"] == 1
    whole = [sum(getattr(flow, name) for _code, _name, flow in moved.groups) for name in moved.total._fields[1:]]
    assert whole == list(moved.total[1:])
    assert [row[2] for row in context["cells"]] == [4, 5, 1]


def test_each_cell_opens_to_its_households(wang: Person, panel: list[Household]) -> None:
    cells = wang.client.get(URL, YEARS).context["moved"].cells
    for was in STATES:
        for now in STATES:
            answer = wang.client.get(URL + "households/", YEARS | {"was": was, "is": now})
            found = answer.context["page"]
            assert found.count == len(found.lines) == cells.get((was, now), 0)
    entered = wang.client.get(URL + "households/", YEARS | {"was": "above", "is": "below"}).context["page"]
    assert {line.household.pk for line in entered.lines} == {panel[0].pk, panel[1].pk, panel[9].pk}


def test_a_household_that_split_in_between_is_another_one(wang: Person, panel: list[Household]) -> None:
    with transaction.atomic():
        record(by=person("li").actor, day=date(2025, 3, 1), verb="registry.household_split",
               subject=f"household:{panel[1].household_id}", place=VILLAGE, said="分户出去。")  # fmt: skip
    context = wang.client.get(URL, YEARS).context
    flow, cells = context["moved"].total, context["moved"].cells
    assert (flow.entered, flow.joined, flow.after) == (2, 2, 5)
    assert cells["above", "unknown"] == 1 and cells["unknown", "below"] == 2
    for was, now, n in (("above", "below", 2), ("above", "unknown", 1), ("unknown", "below", 2)):
        assert wang.client.get(URL + "households/", YEARS | {"was": was, "is": now}).context["page"].count == n


def test_a_household_that_ended_is_lost_not_gone_up(wang: Person, panel: list[Household]) -> None:
    Household.objects.filter(pk=panel[5].pk).update(ended_on=DAY, ended_why="整户迁出")
    flow = wang.client.get(URL, YEARS).context["moved"].total
    assert (flow.before, flow.lost) == (4, 1)


def test_without_two_years_there_is_nothing_to_compare(wang: Person, family: Family) -> None:
    income(family(VILLAGE), ("A1", "1.00"))
    assert "还比不了" in wang.client.get(URL).content.decode()


def test_years_without_a_line_are_not_compared(wang: Person, family: Family) -> None:
    home = drawn(family, "PP")
    income(home, ("A1", "1.00"), year=2019)
    context = wang.client.get(URL, {"from": "2019", "to": "2024"}).context
    assert (context["before"], context["after"]) == (2023, 2024)


def test_nobody_sees_another_county(sun: Person, wang: Person, li: Person, panel: list[Household]) -> None:
    assert sun.client.get(URL, YEARS).context["moved"].total.n == 1
    for who, code in ((sun, COUNTY), (sun, VILLAGE), (wang, NEXT_VILLAGE), (li, OTHER_VILLAGE)):
        assert who.client.get(URL, YEARS | {"place": code}).status_code == 404
        asked = YEARS | {"place": code, "was": "above", "is": "below"}
        assert who.client.get(URL + "households/", asked).status_code == 404
    assert li.client.get(URL, YEARS).context["moved"].total.entered == 2


@pytest.mark.parametrize("who", ["chen", "admin"])
def test_who_reads_no_figures_is_told_so(who: str, request: pytest.FixtureRequest) -> None:
    client = request.getfixturevalue(who).client
    assert client.get(URL).status_code == client.get(URL + "households/").status_code == 403


def test_it_asks_as_much_for_many_as_for_few(wang: Person, family: Family) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert wang.client.get(URL, YEARS).status_code == 200
        return len(queries)

    drawn(family, "PnP")
    few = asked()
    for _ in range(20):
        drawn(family, "nPn", OTHER_VILLAGE)
    assert asked() == few


@pytest.mark.parametrize("name", ["from", "to", "was", "is", "place", "after"])
@pytest.mark.parametrize("value", ["", "x", "-1", "²", "99999999999999999999", "\x00"])
def test_nothing_that_is_asked_breaks_it(wang: Person, panel: list[Household], name: str, value: str) -> None:
    asked = YEARS | {"was": "above", "is": "below", name: value}
    assert wang.client.get(URL, asked).status_code in (200, 404)
    assert wang.client.get(URL + "households/", asked).status_code in (200, 404)


def test_files_have_the_pages_numbers(wang: Person, panel: list[Household]) -> None:
    context = wang.client.get(URL, YEARS).context
    moved = context["moved"]
    answer = wang.client.get(URL, YEARS | {"format": "parquet"})
    assert answer["Content-Disposition"] == f'attachment; filename="movement-{COUNTY}-2024-2025.parquet"'
    parquet = pyarrow.parquet.read_table(io.BytesIO(answer.content)).to_pylist()
    csv = pyarrow.csv.read_csv(io.BytesIO(wang.client.get(URL, YEARS | {"format": "csv"}).content)).to_pylist()
    for made in (parquet, csv):
        assert {(row["was"], row["now"]): row["households"] for row in made if row["households"]} == {
            cell: n for cell, n in moved.cells.items() if n
        }
        below = [row["share"] for row in made if row["was"] == "below" and row["share"] is not None]
        # Of those below the line with accounts in both years: one stayed, two went up.
        assert below == [pytest.approx(1 / 3), pytest.approx(2 / 3)]
        assert all(row["share"] is None for row in made if "unknown" in (row["was"], row["now"]))
    book = openpyxl.load_workbook(io.BytesIO(wang.client.get(URL, YEARS | {"format": "xlsx"}).content))
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert cells[0][0] == "越西县 2024 年到 2025 年的进出" and any(row[0] == "虚构数据" for row in cells)
    assert [tuple(row[1:5]) for row in cells[-3:]] == [
        (*(moved.cells.get((was, now), 0) for now in STATES), total)
        for was, (_label, _cells, total) in zip(STATES, context["cells"], strict=True)
    ]
    places = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()]
    assert [row[1] for row in places[-len(moved.groups) :]] == [int(row[2].before) for row in context["groups"]]


def test_the_flow_is_svg_with_every_household(wang: Person, panel: list[Household]) -> None:
    answer = wang.client.get(URL, YEARS | {"format": "svg"})
    root = ElementTree.fromstring(answer.content)
    texts = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert answer["Content-Type"] == "image/svg+xml"
    assert {"2024 年低于线 4 户", "2024 年不低于线 5 户", "2024 年没有账 1 户"} <= set(texts)
    cells = wang.client.get(URL, YEARS).context["moved"].cells
    assert len(list(root.iter("{http://www.w3.org/2000/svg}path"))) == sum(n > 0 for n in cells.values())


def test_files_of_another_county_are_not_there(sun: Person, wang: Person, panel: list[Household]) -> None:
    for form in ("xlsx", "csv", "parquet", "svg"):
        assert sun.client.get(URL, YEARS | {"place": COUNTY, "format": form}).status_code == 404
        assert wang.client.get(URL, YEARS | {"place": NEXT_VILLAGE, "format": form}).status_code == 404
    assert wang.client.get(URL, YEARS | {"format": "pdf"}).headers["Content-Type"].startswith("text/html")


def test_who_opens_no_households_gets_no_file_of_small_numbers(
    wang: Person, panel: list[Household], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A role that reads figures and no households: a statistician from outside.
    monkeypatch.setattr(staff, "ROLES", {**ROLES, "county": frozenset({Permission.FIGURE_READ})})
    answer = wang.client.get(URL, YEARS | {"format": "csv"})
    assert answer.headers["Content-Type"].startswith("text/html") and answer.context["cells"] == []
