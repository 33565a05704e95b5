"""Guarantees as a measure: the library's figures on the rows of the county's home; no unknown is silently met."""

import io
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import cycle
from typing import Any
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pyarrow.csv
import pyarrow.parquet
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from characters import COUNTY, DAY, NEXT_COUNTY, NEXT_VILLAGE, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person
from mingbai.base.lib.permissions import Permission
from mingbai.base.staff import queries as staff
from mingbai.base.staff.roles import ROLES
from mingbai.doors.web.guarantee_states import GUARANTEES
from mingbai.doors.web.queries import guarantee_measures as queries
from mingbai.doors.web.queries import pictures
from mingbai.doors.web.queries.guarantee_measures import MEASURES, Row
from mingbai.doors.web.queries.guarantee_publishing import LACKS, STATES, blanked
from mingbai.doors.web.queries.measures import EVERYBODY
from mingbai.doors.web.tasks import refresh_guarantees
from mingbai.facts.assessments.models import Finding
from mingbai.facts.registry.models import Household, Member
from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.multidimensional.guarantees import STRUCTURE, guarantees
from mingbai.oversight.poverty.multidimensional.measures import measure

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
URL = "/figures/measures/guarantees/"
HOMES = URL + "households/"
NAN = float("nan")
OF_HOME = ("food", "clothing", "housing", *GUARANTEES["water"])
SIGNS = {"u": ("unmet", 1.0), "?": ("unknown", NAN), "m": ("met", 0.0)}
ROWS = [  # food, clothing, medical, housing, water: u unmet, ? not known, m met
    "mmmmm", "mmmmm", "ummmm", "mm?mm", "uumm?", "mmmmu", "mmumm", "m?mmm", "mmm?m", "mmmmm", "uuuuu", "?????", "mmmum",
]  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_kept(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def lives(family: Family, signs: str, village: str = VILLAGE, size: int = 2, **more: Any) -> Household:
    """A household of grown-ups in the states of `ROWS`; what is not known has no word or one that says so."""
    home = family(village, size=size, **more)
    Member.objects.filter(household=home).update(birth="1980-01-01")
    food, clothing, medical, housing, water = tuple(signs)
    said = dict(zip(OF_HOME, (food, clothing, housing, *water * 4), strict=True))
    for item, sign in said.items():
        if sign != "?" or item == "food":
            Finding.objects.create(household=home, village=village, item=item, state=SIGNS[sign][0], source="visit",
                                   day=DAY, by="a")  # fmt: skip
    for member in home.members.all() if medical != "?" else ():
        Finding.objects.create(household=home, village=village, item="medical", state=SIGNS[medical][0],
                               source="insured", day=DAY, by="a", member=member)  # fmt: skip
    return home


@pytest.fixture
def county(family: Family) -> dict[str, Any]:
    """The rows of `ROWS` in two villages as the library's columns; one household beyond the county."""
    villages, sizes = cycle((VILLAGE, VILLAGE, OTHER_VILLAGE)), cycle((1, 2, 3, 4))
    held = [(signs, next(villages), next(sizes)) for signs in ROWS]
    for signs, village, size in held:
        lives(family, signs, village, size)
    lives(family, "uuuuu", NEXT_VILLAGE)
    column = {name: np.array([SIGNS[signs[at]][1] for signs, *_ in held])
              for at, name in enumerate(("food", "clothing", "medical", "housing", "water"))}  # fmt: skip
    column["schooling"] = np.zeros(len(held))
    return {
        "columns": column, "size": np.array([size for *_, size in held]), "village": np.array([v for _s, v, _n in held])
    }  # fmt: skip


def near(value: float) -> Any:
    return None if np.isnan(value) else pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("rule", ["not_deprived", "deprived", "drop", "reweight"])
@pytest.mark.parametrize(("count", "cutoff"), [("people", 1), ("homes", 1), ("people", 2)])
def test_the_figures_are_the_librarys_on_the_same_rows(
    wang: Person, county: dict[str, Any], rule: Any, count: str, cutoff: int
) -> None:
    asked = {"missing": rule, "count": count, "cutoff": cutoff, "by": "size"}
    table = wang.client.get(URL, asked).context["table"]
    size, n = county["size"], len(ROWS)
    weight = size.astype(float) if count == "people" else np.ones(n)
    design = Design.of(n, weight=weight, psu=county["village"], lonely="certainty")
    theirs = measure(county["columns"], weights=STRUCTURE, cutoff=Fraction(cutoff, 6), design=design,
                     groups=Groups.everybody(n), missing=rule, names=MEASURES)  # fmt: skip
    for one in theirs:
        ours: Row = table.whole[one.measure]
        assert ours.value == near(one.value[0])
        if one.se[0] > 0:
            assert (ours.se, ours.lower, ours.upper) == (
                near(one.se[0]), near(max(one.lower[0], 0)), near(min(one.upper[0], 1)),
            )  # fmt: skip
    (by_size,) = measure(county["columns"], weights=STRUCTURE, cutoff=Fraction(cutoff, 6), design=design,
                         groups=Groups.of(size, n), missing=rule, names=["H"])  # fmt: skip
    assert [(row.key, row.value) for row in table.rows] == [(str(one.group), near(one.value)) for one in by_size]


def test_by_default_the_unknown_makes_bounds(wang: Person, county: dict[str, Any]) -> None:
    context = wang.client.get(URL).context
    total = context["table"].total
    ends = [guarantees(county["columns"], design=Design.of(13), groups=Groups.everybody(13), missing=rule, names=["H"])
            for rule in ("not_deprived", "deprived")]  # fmt: skip
    assert (total.value, total.most) == tuple(near(one[0].value[0]) for one in ends) == (near(6 / 13), near(10 / 13))
    assert (total.unmet, total.unknown, total.met) == (6, 4, 3)
    assert total.lower <= total.value <= total.most <= total.upper
    assert "最少 46.2%，最多 76.9%" in context["words"][0]
    assert "六样里，缺得最多的是吃饭，3 户没有保障。" in context["words"]


def test_intensity_has_two_readings_and_no_bounds(wang: Person, county: object) -> None:
    context = wang.client.get(URL, {"measure": "A", "by": ""}).context
    assert "不清楚的当作有保障是" in context["words"][0] and any("可大可小" in note for note in context["notes"])
    assert "最少" not in context["words"][0]


def test_it_counts_what_the_countys_home_counts(wang: Person, county: object) -> None:
    found = pictures.deprived_of_township(wang.actor, TOWNSHIP, DAY)
    whole = wang.client.get(URL, {"place": TOWNSHIP}).context["table"].whole
    for name in GUARANTEES:
        row = whole[f"uncensored:{name}"]
        assert (row.unmet, row.unknown) == tuple(found.cells.get(("", name, s), 0) for s in ("unmet", "unknown"))
    assert whole["H"].unmet == found.some[""]


@pytest.mark.parametrize(
    ("by", "labels"),
    [("township", {"越城镇"}), ("village", {"外南村", "城关村"}), ("class", {"脱贫户"}), ("", set()),
     ("size", {"1 人", "2 人", "3 人", "4 人"})],
)  # fmt: skip
def test_groups_add_up(wang: Person, county: object, by: str, labels: set[str]) -> None:
    context = wang.client.get(URL, {"by": by}).context
    rows = [line["row"] for line in context["rows"]]
    assert {row.label for row in rows} == labels
    if by:
        assert sum(row.households for row in rows) == context["table"].total.households == 13
        assert sum(row.members for row in rows) == context["table"].total.members


def test_contributions_add_up_and_the_index_is_the_product(wang: Person, county: object) -> None:
    whole = wang.client.get(URL, {"missing": "deprived"}).context["table"].whole
    assert whole["M0"].value == pytest.approx(whole["H"].value * whole["A"].value)
    assert sum(whole[f"contribution:{item}"].value for item in GUARANTEES) == pytest.approx(1)
    lacking = sum(whole[f"censored:{item}"].value for item in GUARANTEES)
    assert whole["M0"].value == pytest.approx(lacking / 6)


def test_numbers_open_to_the_households_behind_them(wang: Person, county: object) -> None:
    for asked in (
        {"by": "village"},
        {"by": "size", "cutoff": "2"},
        {"by": "", "measure": "censored:water", "cutoff": "2"},
    ):
        page = wang.client.get(URL, asked).context
        lines = [*page["rows"], page["total"], *(parts[0] for _name, parts in page["items"])]
        for line in lines:
            for state in STATES:
                n = getattr(line["row"], state)
                assert bool(n) == bool(line["urls"][state])
                if n:
                    found = wang.client.get(line["urls"][state]).context["page"]
                    assert found.count == len(found.lines) == n
    text = wang.client.get(HOMES, {"measure": "uncensored:food", "key": "*", "state": "unmet"}).content.decode()
    assert "吃饭没有保障的户" in text and "吃饭、穿衣" in text
    assert wang.client.get(HOMES, {"by": "village", "key": "nobody"}).context["page"].count == 0


def test_pages_of_households_follow_each_other(wang: Person, family: Family) -> None:
    for _ in range(60):
        family(VILLAGE, size=1)
    asked = HOMES + "?key=*&state=unknown"
    first = wang.client.get(asked)
    second = wang.client.get(HOMES + first.context["next_url"])
    codes = [line.household.household_id for answer in (first, second) for line in answer.context["page"].lines]
    assert len(codes) == len(set(codes)) == 60 and not second.context["next_url"]


def test_nobody_sees_another_county(sun: Person, wang: Person, li: Person, county: object) -> None:
    found = sun.client.get(URL)
    assert found.context["table"].total.households == 1 and found.context["place"].code == NEXT_COUNTY
    for code in (COUNTY, TOWNSHIP, VILLAGE, "51", "nonsense"):
        for path in (URL, HOMES):
            assert sun.client.get(path, {"place": code, "key": "*"}).status_code == 404
        assert sun.client.get(URL, {"place": code, "format": "csv"}).status_code == 404
    assert wang.client.get(URL, {"place": NEXT_VILLAGE}).status_code == 404
    assert li.client.get(URL, {"place": OTHER_VILLAGE}).status_code == 404
    assert li.client.get(URL).context["table"].total.households == 9


@pytest.mark.parametrize("who", ["chen", "admin"])
def test_who_reads_no_figures_is_told_so(who: str, request: pytest.FixtureRequest) -> None:
    client = request.getfixturevalue(who).client
    assert client.get(URL).status_code == client.get(HOMES).status_code == 403


def test_a_place_without_households_is_a_page_too(wang: Person) -> None:
    assert "还没有在册的户" in wang.client.get(URL).content.decode()
    assert wang.client.get(URL, {"format": "xlsx"}).status_code == 200


def test_what_is_published_hides_small_numbers_and_offers_no_other_rule(wang: Person, family: Family) -> None:
    for household_class, signs in (("脱贫户", "ummmm"), ("一般农户", "mmmmm")):
        for _ in range(30):
            lives(family, signs, household_class=household_class)
    for _ in range(7):
        lives(family, "ummmm", household_class="一般农户")
    for _ in range(2):
        lives(family, "ummmm", household_class="边缘易致贫户")
    asked = {"public": "1", "by": "class", "missing": "drop", "cutoff": "2"}
    context = wang.client.get(URL, asked).context
    assert (context["choice"].rule, context["choice"].cutoff) == ("bounds", 1)
    assert {key for key, _label in context["asked"].rules} == {"bounds", "not_deprived", "deprived"}
    rows = {line["row"].label: line["row"] for line in context["rows"]}
    blank = {label for label, row in rows.items() if row.blank}
    assert "边缘易致贫户" in blank and len(blank) >= 2
    assert all((row.value, row.most, row.households) == (None, None, 0) for row in rows.values() if row.blank)
    csv = wang.client.get(URL, asked | {"format": "csv"}).content.decode("utf-8-sig")
    assert not [line for line in csv.splitlines()[1:] if "True" in line and ",,,,,,,,,," not in line]


def test_who_opens_no_households_sees_what_may_be_published(
    wang: Person, county: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A role that reads figures and no households: a statistician from outside.
    monkeypatch.setattr(staff, "ROLES", {**ROLES, "county": frozenset({Permission.FIGURE_READ})})
    context = wang.client.get(URL, {"by": "size", "missing": "drop"}).context
    assert context["asked"].public and context["choice"].rule == "bounds"
    assert all(line["row"].blank and not line["urls"] for line in context["rows"])
    assert wang.client.get(HOMES, {"key": "*"}).status_code in (403, 404)


def test_a_small_item_hides_what_it_could_be_reckoned_from() -> None:
    states = {item: {EVERYBODY: (0, 0, 100)} for item in GUARANTEES}
    states |= {"food": {EVERYBODY: (3, 0, 97)}, "water": {EVERYBODY: (20, 0, 80)}, "": {EVERYBODY: (23, 0, 77)}}
    found = blanked(states)
    # Of the six only food and water count anything: the sum of what is lacking, that is M0, would give food away.
    assert ("unmet", "food", EVERYBODY) in found
    assert {("unmet", "water", EVERYBODY), ("unmet", LACKS, EVERYBODY)} & found


def test_files_open_again_with_the_same_numbers(wang: Person, county: object) -> None:
    asked = {"by": "village", "measure": "M0"}
    table = wang.client.get(URL, asked).context["table"]
    rows = [*table.rows, *table.whole.values()]
    answer = wang.client.get(URL, asked | {"format": "parquet"})
    assert answer["Content-Disposition"] == f'attachment; filename="guarantees-M0-village-{COUNTY}.parquet"'
    parquet = pyarrow.parquet.read_table(io.BytesIO(answer.content)).to_pylist()
    csv = pyarrow.csv.read_csv(io.BytesIO(wang.client.get(URL, asked | {"format": "csv"}).content)).to_pylist()
    for made in (parquet, csv):
        names = ("measure", "key", "value", "se", "lower", "upper", "most", "unmet", "unknown", "met")
        assert [tuple(str(r[name]) if name == "key" else r[name] for name in names) for r in made] == [
            tuple(getattr(row, name) for name in names) for row in rows
        ]
    book = openpyxl.load_workbook(io.BytesIO(wang.client.get(URL, asked | {"format": "xlsx"}).content))
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert cells[0][0] == "越西县综合缺失指数（M0），按村" and any(row[0] == "虚构数据" for row in cells)
    head = next(at for at, row in enumerate(cells) if row[0] == "村")
    assert [(row[0], row[1], row[8]) for row in cells[head + 1 :]] == [
        (r.label or "越西县", pytest.approx(r.value), r.unmet) for r in [*table.rows, table.total]
    ]
    assert len(list(book.worksheets[1].iter_rows())) == 3 + 3 + 18


def test_the_picture_is_svg_with_words(wang: Person, county: object) -> None:
    for by, dots in (("village", 2), ("", 7)):
        answer = wang.client.get(URL, {"by": by, "format": "svg"})
        root = ElementTree.fromstring(answer.content)
        texts = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
        assert answer["Content-Type"] == "image/svg+xml" and any("不清楚的怎么算" in text for text in texts)
        assert by or "46.2%…76.9%" in texts
        assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == dots


@pytest.mark.parametrize("by", ["township", "size", "class", ""])
def test_it_asks_as_much_for_many_as_for_few(wang: Person, family: Family, by: str) -> None:
    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as questions:
            assert wang.client.get(path, {"by": by, "key": "*"}).status_code == 200
        return len(questions)

    lives(family, "m?mum")
    few = asked(URL), asked(HOMES)
    for _ in range(15):
        lives(family, "umm?m", OTHER_VILLAGE)
    assert (asked(URL), asked(HOMES)) == few


def test_dear_tables_are_kept(wang: Person, county: object, family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "DEAR", 0.0)
    assert wang.client.get(URL).context["table"].total.households == 13
    lives(family, "mmmmm")
    assert wang.client.get(URL).context["table"].total.households == 13
    # The states are kept too: whoever they do not have yet is not known, and by no means met.
    total = wang.client.get(URL, {"by": "size"}).context["table"].total
    assert (total.households, total.unknown) == (14, 5)


def test_nobody_waits_for_a_county_of_many(wang: Person, county: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MANY", 5)
    monkeypatch.setattr(queries, "DEAR", 0.0)
    assert "正在读全部的户" in wang.client.get(URL).content.decode()
    assert DBTaskResult.objects.filter(task_path__endswith="refresh_guarantees").count() == 1
    # Who comes meanwhile does not ask again.
    assert "正在读全部的户" in wang.client.get(URL).content.decode()
    assert DBTaskResult.objects.filter(task_path__endswith="refresh_guarantees").count() == 1
    refresh_guarantees.call(COUNTY, DAY.isoformat())
    assert wang.client.get(URL).context["table"].total.households == 13


def test_nothing_that_is_asked_breaks_it(wang: Person, county: object) -> None:
    odd: tuple[Any, ...] = ("", "x", "-1", "99999999999999999999", "２０２５", "\x00", "censored:", "é" * 300)
    for name in ("place", "measure", "by", "missing", "cutoff", "count", "public", "format", "key", "state", "after"):
        for value in odd:
            assert wang.client.get(URL, {name: value}).status_code in (200, 404)
            assert wang.client.get(HOMES, {name: value}).status_code in (200, 404)


def test_english(wang: Person, county: object) -> None:
    wang.client.cookies["django_language"] = "en"
    text = wang.client.get(URL, {"by": "size"}).content.decode()
    assert "at least" in text and "Safe water" in text
