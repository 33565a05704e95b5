"""Figures and statements on pages: each for their own place, down to the household, and out as a file."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from characters import COUNTY, DAY, NEXT_COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person
from mingbai.base.events.models import Event
from mingbai.oversight.indicators import statement as canonical
from mingbai.oversight.indicators.figures import FIGURES
from mingbai.oversight.indicators.models import Statement
from mingbai.oversight.indicators.queries import figures as queries
from mingbai.oversight.indicators.queries.statements import content
from mingbai.oversight.indicators.tasks import make_statement
from oversight.indicators.figures_by_hand import build, income

pytestmark = pytest.mark.django_db
HALF = "2026-01-01/2026-06-30"


@pytest.fixture(autouse=True)
def nothing_kept(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()
    for path in Path(settings.STATEMENTS).glob("*"):
        path.unlink()


def lines(answer: Any) -> dict[str, dict[str, str]]:
    return {line["code"]: line for _title, some in answer.context["sections"] for line in some}


def test_the_overview_says_numerator_denominator_and_value(wang: Person) -> None:
    build()
    answer = wang.client.get("/figures/")
    assert answer.context["place"] == COUNTY
    found = lines(answer)
    assert (found["below"]["top"], found["below"]["bottom"], found["below"]["value"]) == ("3", "4", "75.0%")
    assert found["income_median"]["value"] == "6,525.00" and found["income_mean"]["value"] == "6,677.78"
    assert "因病 2" in found["causes"]["value"] and found["clue_to_decision"]["value"] == "7.0"
    assert set(found) == {code for code, one in FIGURES.items() if one.publish}
    text = answer.content.decode()
    assert "没有当年收支账的户" in text and "低于监测线的户" in text


def test_everybody_begins_with_their_own_place(li: Person, zhao: Person, sun: Person) -> None:
    build()
    assert lines(li.client.get("/figures/"))["households"]["top"] == "2"
    assert lines(zhao.client.get("/figures/"))["households"]["top"] == "5"
    assert sun.client.get("/figures/").context["place"] == NEXT_COUNTY
    for who, place in ((li, TOWNSHIP), (li, OTHER_VILLAGE), (zhao, COUNTY), (sun, COUNTY), (sun, VILLAGE)):
        for path in ("/figures/", "/figures/below/", "/figures/below/households/"):
            assert who.client.get(path, {"place": place}).status_code == 404


def test_a_figure_by_village_opens_to_its_households(zhao: Person) -> None:
    _at_line, a_cent_less, *_ = build()
    answer = zhao.client.get("/figures/below/")
    rows = {row["code"]: row for row in answer.context["rows"]}
    assert (rows[VILLAGE]["top"], rows[VILLAGE]["bottom"], rows[VILLAGE]["value"]) == ("1", "2", "50.0%")
    assert answer.context["total"]["top"] == "3" and answer.context["chart"]["rows"]
    opened = zhao.client.get(rows[VILLAGE]["url"])
    assert [home.household_id for home, *_ in opened.context["rows"]] == [a_cent_less.household_id]
    by_cause = zhao.client.get("/figures/causes/")
    assert by_cause.context["heads"] == ["因病", "缺劳动力"]
    cells = {row["code"]: row["cells"] for row in by_cause.context["rows"]}
    assert [(head, shown) for head, shown, _url, _some in cells[VILLAGE]] == [("因病", "1"), ("缺劳动力", "1")]


@pytest.mark.parametrize("code", [code for code, one in FIGURES.items()])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_figure_is_a_page_in_both_languages(zhao: Person, code: str, language: str) -> None:
    build()
    zhao.client.cookies["django_language"] = language
    answer = zhao.client.get(f"/figures/{code}/")
    one = FIGURES[code]
    assert (one.english if language == "en" else one.title) in answer.content.decode()


def test_clues_and_problems_open_too(zhao: Person) -> None:
    build()
    late = zhao.client.get("/figures/problems_late/households/", {"place": OTHER_VILLAGE})
    (_home, _where, number, url) = late.context["rows"][0]
    assert url == f"/problems/{number}/" and "全村" in late.content.decode()


@pytest.mark.parametrize(("path", "place"), [
    ("/figures/none/", VILLAGE), ("/figures/below/", "5134341002"), ("/figures/below/", "abc"),
    ("/figures/", "513434999"), ("/figures/below/households/", COUNTY), ("/figures/gini/households/", VILLAGE),
    ("/figures/none/households/", VILLAGE),
])  # fmt: skip
def test_what_is_not_there_is_not_found(wang: Person, path: str, place: str) -> None:
    assert wang.client.get(path, {"place": place}).status_code == 404


@pytest.mark.parametrize("who", ["chen", "admin"])
def test_who_reads_no_figures_is_refused(who: str, request: pytest.FixtureRequest) -> None:
    client = request.getfixturevalue(who).client
    for path in ("/figures/", "/figures/below/", "/statements/"):
        assert client.get(path).status_code == 403
    assert client.post("/figures/export/", {"format": "csv"}).status_code == 403


def test_figures_leave_as_excel_csv_and_parquet_and_it_is_on_record(wang: Person) -> None:
    build()
    files = {
        kind: wang.client.post("/figures/export/", {"format": kind}).content for kind in ("csv", "xlsx", "parquet")
    }
    rows = canonical.read_rows(files["csv"])
    table = pq.read_table(pa.BufferReader(files["parquet"])).to_pylist()
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
    assert len(rows) == len(table) == book.max_row - 2
    below = next(r for r in rows if (r["figure"], r["place"]) == ("below", COUNTY))
    assert (below["numerator"], below["denominator"], below["value"]) == ("3", "4", "0.750000")
    assert {row["place"] for row in rows} == {COUNTY, TOWNSHIP, VILLAGE, OTHER_VILLAGE}
    assert Event.objects.filter(verb="indicators.exported").count() == 3
    assert wang.client.post("/figures/export/", {"format": "doc"}).status_code == 404


def test_a_large_county_is_counted_in_the_background(wang: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    build()
    monkeypatch.setattr(queries, "_FEW", 0)
    assert "正在汇总" in wang.client.get("/figures/").content.decode()
    queries.refresh(COUNTY, DAY)
    assert lines(wang.client.get("/figures/"))["households"]["top"] == "5"
    # Its townships and what lies below came along.
    assert lines(wang.client.get("/figures/", {"place": TOWNSHIP}))["households"]["top"] == "5"


def test_pages_ask_as_much_for_many_as_for_few(zhao: Person, family: Callable[..., Any]) -> None:
    def asked(path: str) -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert zhao.client.get(path).status_code == 200
        return len(queries)

    build()
    paths = (
        "/figures/",
        "/figures/below/",
        "/figures/causes/",
        f"/figures/below/households/?place={VILLAGE}",
        "/statements/",
    )
    few = [asked(path) for path in paths]
    for _ in range(20):
        income(family(VILLAGE, household_class="边缘易致贫户", causes="因学"), ("A1", "100.00"))
    assert [asked(path) for path in paths] == few


def test_a_statement_walks_from_draft_to_frozen(wang: Person, qian: Person, zhao: Person) -> None:
    build()
    form = wang.client.get("/statements/new/").context["form"]
    assert HALF in dict(form.fields["period"].choices) and "2026-01-01/2026-12-31" not in dict(
        form.fields["period"].choices
    )
    sent = {"place": COUNTY, "period": HALF, "nonce": form.initial["nonce"]}
    made = wang.client.post("/statements/new/", sent)
    assert wang.client.post("/statements/new/", sent).headers["Location"] == made.headers["Location"]
    one = Statement.objects.get()
    page = made.headers["Location"]
    assert "要由别的同事审定冻结" in wang.client.get(page).content.decode()
    assert zhao.client.get(page).status_code == 404
    assert qian.client.post(f"{page}freeze/").status_code == 302
    one.refresh_from_db()
    assert one.status == "frozen"
    assert "一致" in qian.client.get(page, {"check": "1"}).content.decode()
    assert "2026 年上半年" in wang.client.get("/statements/").content.decode()
    inner = wang.client.post(f"{page}file/", {"kind": "inner", "format": "csv"}).content
    outer = wang.client.post(f"{page}file/", {"kind": "published", "format": "csv"}).content
    assert (inner, outer) == (content(one, published=False), content(one, published=True))
    assert b"*" in outer and b"*" not in inner
    book = openpyxl.load_workbook(io.BytesIO(wang.client.post(f"{page}file/", {"format": "xlsx"}).content))
    assert "公布" in book.worksheets[0]["A1"].value
    assert Event.objects.filter(verb="indicators.exported").count() == 1
    published = wang.client.get(page, {"view": "published", "place": VILLAGE})
    shown = {line["figure"]: line for _t, some in published.context["sections"] for line in some}
    assert shown["households"]["numerator"] == "*"


def test_a_page_says_that_a_statement_does_not_come_out_the_same(wang: Person, qian: Person) -> None:
    build()
    wang.client.post("/statements/new/", {"place": COUNTY, "period": HALF, "nonce": "n"})
    one = Statement.objects.get()
    for path in Path(settings.STATEMENTS).glob("*"):
        path.write_bytes(b"x")
    answer = qian.client.get(f"/statements/{one.pk}/", {"check": "1"})
    assert answer.status_code == 200 and "不一致" in answer.content.decode()
    assert qian.client.post(f"/statements/{one.pk}/freeze/").status_code in (302, 422)
    one.refresh_from_db()
    assert one.status == "draft"


def test_a_draft_is_not_handed_out_as_published(wang: Person) -> None:
    build()
    wang.client.post("/statements/new/", {"place": COUNTY, "period": HALF, "nonce": "n"})
    one = Statement.objects.get()
    answer = wang.client.post(f"/statements/{one.pk}/file/", {"kind": "published", "format": "csv"})
    assert answer.status_code in (302, 422)
    assert wang.client.post(f"/statements/{one.pk}/drop/", {"reason": "选错了"}).status_code == 302
    assert "选错了" in wang.client.get(f"/statements/{one.pk}/").content.decode()


def test_li_makes_none_and_sun_finds_none(li: Person, sun: Person, wang: Person) -> None:
    build()
    assert li.client.get("/statements/new/").status_code == 403
    wang.client.post("/statements/new/", {"place": COUNTY, "period": HALF, "nonce": "n"})
    one = Statement.objects.get()
    for who in (li, sun):
        for path in ("", "freeze/", "drop/", "file/"):
            send = who.client.get if path == "" else who.client.post
            assert send(f"/statements/{one.pk}/{path}", {"format": "csv", "reason": "x"}).status_code == 404
    refused = sun.client.post("/statements/new/", {"place": COUNTY, "period": HALF, "nonce": "m"})
    assert refused.status_code == 422 and Statement.objects.count() == 1


def test_a_statement_of_a_large_county_is_made_in_the_background(
    wang: Person, sun: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    build()
    monkeypatch.setattr(queries, "_FEW", 0)
    sent = {"place": COUNTY, "period": HALF, "nonce": "n"}
    for _ in range(2):
        answer = wang.client.post("/statements/new/", sent, follow=True)
        assert "正在编制" in answer.content.decode()
    assert not Statement.objects.exists()
    waiting = DBTaskResult.objects.filter(task_path="mingbai.oversight.indicators.tasks.make_statement")
    for one in waiting:
        make_statement.func(*one.args_kwargs["args"])
    assert Statement.objects.get().made_by == "official:wang" and waiting.count() == 2
    # Posts are asked again when it is made.
    make_statement.func("sun", COUNTY, "2026-01-01", "2026-03-31", DAY.isoformat(), "m")
    assert Statement.objects.count() == 1
