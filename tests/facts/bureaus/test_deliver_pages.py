"""Handing in on the web: what a bureau sees at once, and who sees nothing."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from characters import COUNTY, DAY, PASSWORD, Person
from mingbai.base.events.models import Event
from mingbai.base.lib.permissions import system
from mingbai.facts.bureaus import actions
from mingbai.facts.bureaus.models import Delivery, Expected

pytestmark = pytest.mark.django_db
HEAD = "证件号码,姓名,结算日期,医疗机构,总费用,基本医保支付,大病保险支付,医疗救助支付,合规自付\n"
GOOD = HEAD + "599901197801010036,杨一,2026-05-02,县医院,1000,500,,,500\n"
BAD = HEAD + '599901197801010036,杨一,2026-13-02,<b>县医院</b>,1000,,,,"<script>alert(1)</script>"\n'
SEND = "/deliveries/send/"


def post(who: Person, text: str = GOOD, table: str = "bill", name: str = "医保结算.csv", **more: str) -> Any:
    file = SimpleUploadedFile(name, text.encode())
    return who.client.post(SEND, {"table": table, "place": COUNTY, "period": "2026-06", "file": file} | more)


def test_a_bureau_hands_in_and_sees_the_counts(chen: Person) -> None:
    page = chen.client.get(SEND)
    assert page.status_code == 200 and "医保结算" in page.text and "机动车登记" not in page.text
    sent = post(chen)
    delivery = Delivery.objects.get()
    assert (sent.status_code, sent.url) == (302, f"/deliveries/{delivery.pk}/")
    shown = chen.client.get(sent.url)
    assert "没有发现问题" in shown.text and "每一格都能用" in shown.text
    assert "医保结算" in chen.client.get("/deliveries/").text


def test_bad_cells_are_on_the_page_as_text_and_in_excel(chen: Person) -> None:
    url = post(chen, BAD).url
    page = chen.client.get(url)
    assert "不是有效日期" in page.text and "<script>alert" not in page.text and "&lt;script&gt;" in page.text
    excel = chen.client.get(f"{url}problems/")
    rows = list(openpyxl.load_workbook(io.BytesIO(excel.content)).active.iter_rows(values_only=True))
    assert rows[0] == ("行", "列", "原来填的", "问题")
    assert [(row[0], row[1], row[2]) for row in rows[1:]] == [
        (2, "合规自付", "<script>alert(1)</script>"), (2, "结算日期", "2026-13-02"),
    ]  # fmt: skip
    assert list((Path(settings.HOME) / "scratch").iterdir()) == []


def test_a_refused_file_says_every_reason_and_keeps_the_choice(chen: Person) -> None:
    answer = post(chen, HEAD.replace("合规自付", "自付").replace("结算日期", "日期"))
    assert answer.status_code == 422
    assert "缺少必有的列「合规自付」" in answer.text and "缺少必有的列「结算日期」" in answer.text
    assert 'value="bill" selected' in answer.text and "没有接收" in answer.text
    assert post(chen, name="病历.docx").status_code == 422
    assert post(chen, period="六月").status_code == 422
    assert post(chen, table="vehicle").status_code == 422  # no choice of hers
    assert not Delivery.objects.exists()


def test_pressing_twice_is_one_delivery(chen: Person) -> None:
    first, second = post(chen), post(chen)
    assert first.url == second.url and Delivery.objects.count() == 1
    assert "一模一样" in chen.client.get(second.url).text


def test_a_hundred_megabytes_are_refused_before_they_are_read(chen: Person) -> None:
    class Untouched(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("nobody may read this")

    answer = chen.client.generic("POST", SEND, b"", content_type="multipart/form-data; boundary=x",
                                 CONTENT_LENGTH=str(100 << 20), **{"wsgi.input": Untouched()})  # fmt: skip
    assert answer.status_code == 413 and "超过 60 MB" in answer.text and not Delivery.objects.exists()


def test_a_large_upload_leaves_nothing_behind(chen: Person) -> None:
    line = "599901197801010036,杨一,2026-05-02,县医院,{},500,,,500\n"
    text = HEAD + "".join(line.format(n) for n in range(120_000))
    assert len(text.encode()) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    assert post(chen, text).status_code == 302
    assert Delivery.objects.get().rows == 120_000
    assert list((Path(settings.HOME) / "scratch").iterdir()) == []


def test_a_forged_form_is_refused(chen: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.login(username="chen", password=PASSWORD)
    file = SimpleUploadedFile("医保结算.csv", GOOD.encode())
    sent = strict.post(SEND, {"table": "bill", "place": COUNTY, "period": "2026-06", "file": file})
    assert sent.status_code == 403 and not Delivery.objects.exists()


def test_who_has_no_business_there_sees_nothing(
    chen: Person, sun: Person, li: Person, qian: Person, wang: Person
) -> None:
    url = post(chen, BAD).url
    pages = [url, f"{url}problems/", f"{url}withdraw/"]
    for page in pages:
        assert sun.client.get(page).status_code == 404, page
        assert li.client.get(page).status_code == 404, page
        assert Client().get(page).status_code == 302, page
    assert sun.client.post(f"{url}original/", {"reason": "看"}).status_code == 404
    assert sun.client.get("/deliveries/").context["rows"] == []
    assert li.client.get("/deliveries/").status_code == 403
    assert li.client.get("/deliveries/calendar/").status_code == 403
    assert post(li).status_code == 403 and post(qian).status_code == 403
    assert post(sun).status_code == 422  # our county is no choice of hers
    # Another bureau's table.
    cars = actions.receive(
        by=wang.actor, table="vehicle", place=COUNTY, period=DAY, name="机动车登记.csv", day=DAY,
        file=_file("证件号码,姓名,号牌号码,车辆类型\n599901197801010036,杨一,川W1,小型轿车\n"),
    ).delivery  # fmt: skip
    assert chen.client.get(f"/deliveries/{cars.pk}/").status_code == 404
    assert "机动车登记" not in chen.client.get("/deliveries/").text
    assert qian.client.get(f"/deliveries/{cars.pk}/").status_code == 200


def _file(text: str) -> Path:
    path = Path(settings.HOME) / "upload.csv"
    path.write_text(text, "utf-8")
    return path


def test_the_original_comes_down_for_a_reason(chen: Person) -> None:
    url = post(chen).url
    refused = chen.client.post(f"{url}original/", {"reason": ""}, headers={"referer": f"http://testserver{url}"})
    assert refused.status_code == 302
    got = chen.client.post(f"{url}original/", {"reason": "核对行数"})
    assert got.content == GOOD.encode() and got["Content-Disposition"].endswith('.csv"')
    assert Event.objects.filter(verb="bureaus.opened", why="核对行数").count() == 1


def test_the_county_settles_the_calendar(wang: Person, chen: Person) -> None:
    assert chen.client.post("/deliveries/calendar/usual/", {"place": COUNTY}).status_code == 403
    assert wang.client.post("/deliveries/calendar/usual/", {"place": COUNTY}).status_code == 302
    bill = Expected.objects.get(table="bill")
    typed = {"table": "bill", "place": COUNTY, "every_months": "3", "by_day": "10", "seen": str(bill.pk)}
    assert chen.client.post("/deliveries/calendar/expect/", typed).status_code == 403
    assert wang.client.post("/deliveries/calendar/expect/", typed).status_code == 302
    # Somebody who still sees the old one is told.
    assert wang.client.post("/deliveries/calendar/expect/", typed).status_code == 409
    page = wang.client.get("/deliveries/calendar/")
    assert "每 3 个月，次月 10 日前" in page.text
    mine = chen.client.get("/deliveries/calendar/").text
    assert "医保结算" in mine and "机动车登记" not in mine and "expect-bill" not in mine


def test_a_late_table_is_told_to_the_county_and_to_its_bureau(wang: Person, chen: Person, sun: Person) -> None:
    Expected.objects.create(table="bill", place=COUNTY, every_months=1, by_day=5, since="2026-05-01")
    for who in (wang, chen):
        assert "逾期 25 天" in who.client.get("/deliveries/").text
        assert "逾期 25 天" in who.client.get("/deliveries/calendar/").text
    assert "逾期" not in sun.client.get("/deliveries/").text


@pytest.mark.parametrize("page", ["/deliveries/", "/deliveries/calendar/"])
def test_pages_take_as_many_queries_whatever_they_show(wang: Person, page: str) -> None:
    def take() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert wang.client.get(page).status_code == 200
        return len(asked)

    actions.expect_usual(by=wang.actor, place=COUNTY, day=DAY)
    actions.receive(by=system("t"), table="bill", place=COUNTY, period=DAY, file=_file(GOOD), name="a.csv", day=DAY)
    few = take()
    for at in range(70):
        one = Delivery.objects.order_by("id").last()
        assert one is not None
        one.pk, one.kept_as, one.sha256 = None, f"x{at}", f"{at:064d}"
        one.save(force_insert=True)
    assert take() == few
    first = wang.client.get("/deliveries/").text
    assert "after=" in first


def test_paging_shows_every_delivery_once(wang: Person) -> None:
    actions.receive(by=system("t"), table="bill", place=COUNTY, period=DAY, file=_file(GOOD), name="a.csv", day=DAY)
    for at in range(120):
        one = Delivery.objects.order_by("id").last()
        assert one is not None
        one.pk, one.kept_as, one.sha256 = None, f"x{at}", f"{at:064d}"
        one.save(force_insert=True)
    seen: list[int] = []
    after: object = ""
    while after is not None:
        page = wang.client.get("/deliveries/", {"after": after})
        seen += [row[0].pk for row in page.context["rows"]]
        after = page.context["after"]
    assert sorted(seen) == sorted(Delivery.objects.values_list("pk", flat=True)) and len(seen) == len(set(seen))
    assert wang.client.get("/deliveries/", {"after": "²", "table": "nothing"}).context["rows"] == []
