"""The pictures of the county's home: numbers by the rule of every other list, each opens to exactly its households."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters import COUNTY, DAY, NEXT_TOWNSHIP, NEXT_VILLAGE, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person, person
from doors.accounts import income
from mingbai.doors.web.guarantee_states import GUARANTEES, STATES
from mingbai.doors.web.queries import movement, pictures
from mingbai.facts.assessments.guarantees import ITEMS, matrix
from mingbai.facts.assessments.models import Finding
from mingbai.facts.assessments.queries import ages_at, people_of, unmet_counts, unmet_in_village, words_of
from mingbai.facts.registry.models import Household, Member

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
HOMES = "/county/guarantees/households/"
TABLE = "/county/guarantees/"


@pytest.fixture(autouse=True)
def nothing_kept(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def said(home: Household, item: str, state: str, day: date = DAY, source: str = "visit", **more: Any) -> Finding:
    return Finding.objects.create(
        household=home, village=home.village, item=item, state=state, source=source, day=day, by="a", **more
    )


def by_the_rule(home: Household) -> dict[str, str]:
    """The state of each guarantee as the household's own page has it."""
    people = people_of(home.members.filter(left_on=None).order_by("id"))
    rows = matrix(people, words_of(home), DAY, ages_at(DAY, home.village))
    cells = {item.code: [cell.state for cell in row if cell.applies] for item, row in rows}
    found = {}
    for guarantee, items in GUARANTEES.items():
        states = {state for item in items for state in cells[item]}
        if states:
            found[guarantee] = next(state for state in STATES if state in states)
    return found


def scattered(family: Family, seed: int, count: int = 12) -> list[Household]:
    """Households of every age about which several sources said this and that, also of people who left since."""
    rng = random.Random(seed)
    homes = []
    for _ in range(count):
        home = family(rng.choice([VILLAGE, OTHER_VILLAGE]), size=rng.randint(1, 4))
        members = list(home.members.all())
        for one in members:
            Member.objects.filter(pk=one.pk).update(
                birth=date(rng.randint(2003, 2022), rng.randint(1, 12), rng.randint(1, 28)),
                id_valid=rng.random() < 0.8, studying=rng.choice(["", "小学", "大学"]),
            )  # fmt: skip
        for _ in range(rng.randint(0, 14)):
            item = rng.choice(list(ITEMS.values()))
            member = None if item.per == "household" else rng.choice(members)
            source = rng.choice(["visit", "household", "roster", item.table or "visit"])
            day = DAY - timedelta(days=rng.randint(0, 3))
            said(home, item.code, rng.choice(["met", "met", "unmet", "unknown"]), day, source, member=member)
        if len(members) > 2 and rng.random() < 0.5:
            Member.objects.filter(pk=members[-1].pk).update(left_on=DAY, left_why="迁出")
        homes.append(Household.objects.get(pk=home.pk))
    return homes


@pytest.mark.parametrize("seed", range(12))
def test_every_household_is_in_the_state_that_its_own_page_shows(family: Family, seed: int) -> None:
    homes = scattered(family, seed)
    by = person("wang").actor
    listed = {home for village in (VILLAGE, OTHER_VILLAGE)
              for home, items in unmet_in_village(by, village, DAY).items() if "schooling" in items}  # fmt: skip
    for guarantee in GUARANTEES:
        for state in ("unmet", "unknown"):
            found = {row.household.pk for row in pictures.homes(by, TOWNSHIP, guarantee, state, DAY, "")[0]}
            # A grown-up's or a small child's old word counts where every list counts it, and nowhere else.
            if guarantee != "schooling":
                assert found == {home.pk for home in homes if by_the_rule(home).get(guarantee) == state}
            elif state == "unmet":
                assert found == listed
            else:
                assert found == {home.pk for home in homes if by_the_rule(home).get(guarantee) == state} - listed


@pytest.mark.parametrize("seed", range(3))
def test_the_sums_are_those_of_the_lists_of_guarantees_unmet(wang: Person, family: Family, seed: int) -> None:
    scattered(family, seed, 20)
    found = pictures.deprived_of_township(wang.actor, TOWNSHIP, DAY)
    listed = {village: unmet_in_village(wang.actor, village, DAY) for village in (VILLAGE, OTHER_VILLAGE)}
    assert {place: n for place, n in found.some.items() if place} == {v: len(homes) for v, homes in listed.items()}
    for guarantee, items in GUARANTEES.items():
        for village, homes in listed.items():
            mine = sum(bool(set(items) & set(codes)) for codes in homes.values())
            assert found.cells.get((village, guarantee, "unmet"), 0) == mine
    for (_place, item), n in unmet_counts(wang.actor, TOWNSHIP, 9, DAY).items():
        guarantee = next(name for name, items in GUARANTEES.items() if item in items)
        assert found.cells["", guarantee, "unmet"] > 0 and n > 0


@pytest.fixture
def world(family: Family) -> list[Household]:
    """Four households: water bad twice over in the first, medical care in the second, nothing known of the third."""
    homes = [family(VILLAGE, size=2), family(VILLAGE, size=2), family(OTHER_VILLAGE, size=1), family(NEXT_VILLAGE)]
    for home in (homes[0], homes[1], homes[3]):
        for item in ITEMS.values():
            if item.per == "household":
                said(home, item.code, "met", DAY - timedelta(days=9))
            if item.per == "member":
                for member in home.members.all():
                    said(home, item.code, "met", DAY - timedelta(days=9), "insured", member=member)
    said(homes[0], "water_quality", "unmet")
    said(homes[0], "water_quantity", "unmet")
    said(homes[1], "medical", "unmet", DAY, "insured", member=homes[1].members.first())
    said(homes[3], "food", "unmet")
    return homes


def cells_of(context: Any) -> dict[str, list[tuple[int, int, int]]]:
    return {code: [(c["asked"], c["unmet"], c["unknown"]) for c in cells] for code, _n, cells, *_ in context["rows"]}


def test_the_matrix_by_township_and_by_village(wang: Person, world: list[Household]) -> None:
    matrix_ = wang.client.get("/county/").context["matrix"]
    asked = (3, 0, 1)
    assert cells_of(matrix_) == {TOWNSHIP: [asked, asked, (0, 0, 0), (3, 1, 1), asked, (3, 1, 1)]}
    assert (matrix_["total"][1], matrix_["total"][2]) == (2, 3)
    assert "3 户里，2 户至少有一项没有保障" in matrix_["text"]
    answer = wang.client.get(f"/village/{TOWNSHIP}/")
    rows = cells_of(answer.context["matrix"])
    assert rows[VILLAGE][3] == (2, 1, 0) and rows[OTHER_VILLAGE][3] == (1, 0, 1)
    shares = [cell["share"] for cell in answer.context["matrix"]["rows"][0][2]]
    assert shares == ["", "", "", "50%", "", "50%"] and "mb-shade s5" in answer.content.decode()


def test_each_cell_opens_to_exactly_its_households(wang: Person, world: list[Household]) -> None:
    for page in ("/county/", f"/village/{TOWNSHIP}/"):
        drawn = wang.client.get(page).context["matrix"]
        rows = [*(row[2] for row in drawn["rows"]), *([drawn["total"][0]] if page.startswith("/village/") else [])]
        for cells in rows:
            for cell in cells:
                for count, url in ((cell["unmet"], cell["url"]), (cell["unknown"], cell["unknown_url"])):
                    assert bool(count) == bool(url)
                    if url:
                        found = wang.client.get(url).context
                        assert found["count"] == len(found["rows"]) == count
    water = wang.client.get(HOMES, {"place": TOWNSHIP, "what": "water", "state": "unmet"}).context["rows"]
    assert [(row.household, row.items) for row in water] == [(world[0], ("water_quality", "water_quantity"))]
    unasked = wang.client.get(HOMES, {"place": OTHER_VILLAGE, "what": "medical", "state": "unknown"}).context["rows"]
    assert [row.household for row in unasked] == [world[2]]


def test_a_long_list_goes_on(wang: Person, family: Family) -> None:
    homes = [family(VILLAGE, size=1) for _ in range(pictures.PAGE + 3)]
    first = wang.client.get(HOMES, {"place": VILLAGE, "what": "food", "state": "unknown"})
    rest = wang.client.get(HOMES + first.context["next_url"])
    seen = [row.household for row in (*first.context["rows"], *rest.context["rows"])]
    assert seen == homes and not rest.context["next_url"]


def test_nobody_sees_another_county(sun: Person, world: list[Household]) -> None:
    matrix_ = sun.client.get("/county/").context["matrix"]
    assert list(cells_of(matrix_)) == [NEXT_TOWNSHIP]
    assert cells_of(matrix_)[NEXT_TOWNSHIP][0] == (1, 1, 0)
    for query in ({"place": VILLAGE}, {"place": TOWNSHIP}, {"place": COUNTY}):
        assert sun.client.get(HOMES, query | {"what": "food", "state": "unknown"}).status_code == 404
        assert sun.client.get(TABLE, query).status_code == 404


def test_a_village_has_its_own_households_only(li: Person, world: list[Household]) -> None:
    query = {"what": "medical", "state": "unmet"}
    answer = li.client.get(HOMES, query | {"place": VILLAGE})
    assert [row.household for row in answer.context["rows"]] == [world[1]]
    for place in (OTHER_VILLAGE, TOWNSHIP, NEXT_VILLAGE, "", "5"):
        assert li.client.get(HOMES, query | {"place": place}).status_code == 404
    assert li.client.get(TABLE).status_code == 404
    assert li.client.get("/county/incomes/")["Location"] == f"/village/{VILLAGE}/"


@pytest.mark.parametrize("query", ["what=food&state=met", "what=love&state=unmet", "what=food", "state=unmet"])
def test_a_question_that_means_nothing(wang: Person, query: str) -> None:
    assert wang.client.get(f"{HOMES}?place={VILLAGE}&{query}").status_code == 404


@pytest.mark.parametrize("who", ["chen", "admin"])
def test_who_reads_no_figures_is_told_so(who: str, request: pytest.FixtureRequest) -> None:
    client = request.getfixturevalue(who).client
    for path in ("/county/incomes/", TABLE, f"{HOMES}?place={VILLAGE}&what=food&state=unmet"):
        assert client.get(path).status_code == 403


def test_each_income_class_opens_by_township_to_its_households(wang: Person, family: Family) -> None:
    rich = [family(VILLAGE, size=1), family(OTHER_VILLAGE, size=1)]
    for home in rich:
        income(home, ("A1", "12500.00"))
    income(family(VILLAGE, size=1), ("E1", "1.00"))
    income(family(NEXT_VILLAGE, size=1), ("A1", "12500.00"))
    family(VILLAGE)
    chart = wang.client.get("/county/").context["incomes"]
    assert "平均数是" in chart["text"] and "还有 1 户没有 2025 年的账" in chart["text"]
    at = [name for name, _n in chart["rows"]].index("12000–13000")
    page = wang.client.get(chart["urls"][at])
    ((url, name, n, share, *_rest),) = page.context["rows"]
    assert (name, n, share) == ("越城镇", 2, "66.7%")
    assert {row[0] for row in wang.client.get(url).context["rows"]} == set(rich)
    classes = wang.client.get("/county/incomes/").context["rows"]
    assert [(name, n, lower) for _u, name, n, _s, lower, _poor in classes] == [
        ("亏损", 1, "33.3%"),
        ("12000–13000", 2, "100%"),
    ]
    assert [poor for *_rest, poor in classes] == [True, False]
    assert wang.client.get("/county/incomes/?class=12345").status_code == 404


def test_movement_is_the_same_as_on_its_own_page(wang: Person, family: Family) -> None:
    for before, after in (("20000", "5000"), ("5000", "20000"), ("20000", "20000")):
        home = family(VILLAGE, size=1)
        income(home, ("A1", before), year=2024)
        income(home, ("A1", after), year=2025)
    income(family(VILLAGE, size=1), ("A1", "5000"), year=2025)
    flow = wang.client.get("/county/").context["flow"]
    assert "1 户新落到监测线下，1 户到了线上" in flow["chart"]["text"]
    whole = wang.client.get(flow["url"]).context["moved"]
    assert sum(n for *_, n in flow["chart"]["rows"]) == sum(whole.cells.values()) == 4
    for _words, n, url, _tone in flow["turns"]:
        assert wang.client.get(url).context["page"].count == n


def test_one_year_of_accounts_shows_no_movement(wang: Person, family: Family) -> None:
    income(family(VILLAGE), ("A1", "100.00"))
    assert wang.client.get("/county/").context["flow"] is None


def test_the_matrix_as_excel(wang: Person, world: list[Household]) -> None:
    def rows(**query: str) -> list[tuple[Any, ...]]:
        sheet = openpyxl.load_workbook(BytesIO(wang.client.get(TABLE, query).content)).active
        assert sheet is not None
        return list(sheet.iter_rows(min_row=2, values_only=True))

    head, first, total = rows()
    assert head[:3] == ("地方", "户数", "至少缺一项") and head[-3:-1] == (
        "饮水安全：要保障的户",
        "饮水安全：没有保障",
    )
    assert first[0] == "越城镇" and first[1:] == total[1:] and first[-3:] == (3, 1, 1)
    assert len(rows(place=TOWNSHIP)) == 4
    assert wang.client.get(TABLE, {"place": VILLAGE}).status_code == 404


def test_it_asks_as_much_for_many_as_for_few(
    wang: Person, world: list[Household], family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing is put aside on a slow machine and asked for on a fast one.
    monkeypatch.setattr(pictures, "DEAR", 1e9)
    monkeypatch.setattr(movement, "DEAR", 1e9)

    def asked(path: str, **query: str) -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert wang.client.get(path, query).status_code == 200
        return len(queries)

    pages: list[tuple[str, dict[str, str]]] = [
        ("/county/", {}), (f"/village/{TOWNSHIP}/", {}),
        (HOMES, {"place": TOWNSHIP, "what": "medical", "state": "unmet"}),
    ]  # fmt: skip
    for year in (2024, 2025):
        income(world[0], ("A1", "100.00"), year=year)
    few = [asked(path, **query) for path, query in pages]
    for _ in range(15):
        home = family(OTHER_VILLAGE)
        said(home, "medical", "unmet", member=home.members.first())
        income(home, ("A1", "100.00"))
    assert [asked(path, **query) for path, query in pages] == few


def test_english(wang: Person, world: list[Household]) -> None:
    wang.client.cookies["django_language"] = "en"
    text = wang.client.get("/county/").content.decode()
    assert "Safe water" in text and "Unknown" in text
