"""Screening on the web: started, watched, read and taken back; and who may not."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from characters import COUNTY, DAY, NEXT_COUNTY, VILLAGE, Person, make_family
from mingbai.facts.bureaus import actions as bureaus
from mingbai.facts.bureaus.models import Delivery
from mingbai.findings.screening.models import Clue, Screening

pytestmark = pytest.mark.django_db
RUNS = "/clues/runs/"


@pytest.fixture
def muddled(wang: Person, tmp_path):  # type: ignore[no-untyped-def]
    """Six households with one phone: a clue each, and a water table with a village that was short of it."""
    for _ in range(6):
        make_family(VILLAGE, phone="10912345678")
    path = tmp_path / "供水监测.csv"
    path.write_text(f"村代码,年度,停水天数,水质是否合格\n{VILLAGE},2026,50,是\n", "utf-8")
    bureaus.receive(by=wang.actor, table="water", place=COUNTY, period=DAY, file=path, name=path.name, day=DAY)


def start(who: Person, place: str = COUNTY):  # type: ignore[no-untyped-def]
    return who.client.post(f"{RUNS}start/", {"place": place})


def work() -> None:
    """What the background process does with all that waits."""
    for waiting in DBTaskResult.objects.ready():
        waiting.task.call(*waiting.args_kwargs["args"], **waiting.args_kwargs["kwargs"])
        waiting.set_successful(None)


def done(wang: Person) -> Screening:
    start(wang)
    work()
    screening = Screening.objects.latest("id")
    assert screening.status == "done", screening.why
    return screening


def test_the_county_starts_watches_and_reads(muddled: None, wang: Person) -> None:
    begun = start(wang)
    screening = Screening.objects.get()
    assert (begun.status_code, begun.url) == (302, f"{RUNS}{screening.pk}/")
    assert "排队中" in wang.client.get(begun.url).text
    part = wang.client.get(f"{begun.url}progress/")
    assert part.status_code == 200 and f'hx-get="{begun.url}progress/"' in part.text and "<html" not in part.text
    work()
    assert wang.client.get(f"{begun.url}progress/")["HX-Refresh"] == "true"
    page = wang.client.get(begun.url)
    assert "多户共用一个电话" in page.text and "村里缺水或水质不合格" in page.text and "没有核对" in page.text
    assert "没有收到：机动车登记" in page.text
    wang.client.cookies["django_language"] = "en"
    assert "did not come: 机动车登记" in wang.client.get(begun.url).text
    wang.client.cookies["django_language"] = "zh-hans"
    assert Clue.objects.filter(rule="same_phone").count() == 6
    assert Clue.objects.get(rule="water_short").village == VILLAGE
    assert "完成" in wang.client.get(RUNS).text


def test_pressing_twice_is_one_screening(muddled: None, wang: Person) -> None:
    start(wang)
    again = wang.client.post(f"{RUNS}start/", {"place": COUNTY}, headers={"referer": f"http://testserver{RUNS}"})
    assert again.status_code == 302 and Screening.objects.count() == 1 and DBTaskResult.objects.count() == 1
    assert "正在筛查" in wang.client.get(RUNS).text


def test_the_list_of_clues_comes_as_excel(muddled: None, wang: Person, sun: Person, li: Person) -> None:
    screening = done(wang)
    url = f"{RUNS}{screening.pk}/clues/"
    book = openpyxl.load_workbook(io.BytesIO(wang.client.post(url).content))
    rows = [row for sheet in book for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert len(rows) == Clue.objects.filter(status="new").count()
    assert sun.client.post(url).status_code == 404 and li.client.post(url).status_code == 404
    assert wang.client.get(url).status_code == 405


def test_who_has_no_business_there_sees_nothing(
    muddled: None, wang: Person, li: Person, chen: Person, sun: Person, qian: Person
) -> None:
    screening = done(wang)
    one = f"{RUNS}{screening.pk}/"
    for who in (li, chen):
        assert who.client.get(RUNS).status_code == 403
        assert start(who).status_code == 403
    assert start(qian).status_code == 403 and start(sun).status_code == 403
    assert start(wang, NEXT_COUNTY).status_code == 403
    for who in (li, chen, sun):
        for page in (one, f"{one}progress/", f"{one}withdraw/"):
            assert who.client.get(page).status_code == 404, page
        assert who.client.post(f"{one}withdraw/", {"reason": "错"}).status_code == 404
    assert sun.client.get(RUNS).context["rows"] == []
    assert qian.client.get(one).status_code == 200
    assert qian.client.post(f"{one}withdraw/", {"reason": "错"}).status_code == 403
    assert Client().get(one).status_code == 302
    screening.refresh_from_db()
    assert screening.status == "done"


def test_a_run_is_taken_back_on_its_page(muddled: None, wang: Person) -> None:
    screening = done(wang)
    url = f"{RUNS}{screening.pk}/withdraw/"
    count = Clue.objects.count()
    assert f"线索 {count} 条" in wang.client.get(url).text
    kept = wang.client.post(url, {"reason": " "})
    assert kept.status_code == 422 and "请写明撤回的原因" in kept.text
    assert wang.client.post(url, {"reason": "表用错了"}).status_code == 302
    assert set(Clue.objects.values_list("status", flat=True)) == {"retracted"}
    assert wang.client.post(url, {"reason": "表用错了"}).status_code == 422  # twice does one thing
    assert "表用错了" in wang.client.get(f"{RUNS}{screening.pk}/").text


def test_a_delivery_is_taken_back_with_its_clues_only(muddled: None, wang: Person, chen: Person, sun: Person) -> None:
    done(wang)
    water = Delivery.objects.get(table="water")
    url = f"/clues/deliveries/{water.pk}/withdraw/"
    assert wang.client.get(f"/deliveries/{water.pk}/withdraw/").url == url
    assert "线索 1 条" in wang.client.get(url).text
    for who, status in ((chen, 404), (sun, 404)):
        assert who.client.post(url, {"reason": "错"}).status_code == status
    assert wang.client.post(url, {"reason": "去年的表"}).status_code == 302
    assert dict(Clue.objects.values_list("rule", "status").distinct())["water_short"] == "retracted"
    assert set(Clue.objects.exclude(rule="water_short").values_list("status", flat=True)) == {"new"}
    assert "去年的表" in wang.client.get(f"/deliveries/{water.pk}/").text


def test_the_list_takes_as_many_queries_whatever_it_shows(wang: Person) -> None:
    def take() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert wang.client.get(RUNS).status_code == 200
        return len(asked)

    def screening(status: str) -> Screening:
        return Screening(
            place=COUNTY, day=DAY, by="official:wang", by_shown="王", queued_at=timezone.now(), status=status
        )

    screening("done").save()
    few = take()
    Screening.objects.bulk_create(screening("failed") for _ in range(60))
    assert take() == few
    page = wang.client.get(RUNS)
    assert len(page.context["rows"]) == 30
    rest = wang.client.get(RUNS, {"after": page.context["after"]}).context["rows"]
    assert {one.pk for one in rest}.isdisjoint({one.pk for one in page.context["rows"]})
