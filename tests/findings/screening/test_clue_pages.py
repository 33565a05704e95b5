"""The clue desk and one clue through real requests: what each sees, and who is turned away."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from characters import COUNTY, DAY, NEXT_VILLAGE, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person
from clue_making import decided, make_clue
from mingbai.base.events.models import Event
from mingbai.facts.registry.models import Household
from mingbai.findings.screening.models import Clue

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
DESK = "/clues/"


def page(person: Person, url: str, **asked: Any) -> str:
    answer = person.client.get(url, asked)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def dismissal(clue: Clue, **changes: Any) -> dict[str, Any]:
    return {"reason": "outdated", "finding": "车三年前已卖", "version": clue.version} | changes


def test_the_highest_rank_comes_first_and_only_of_ones_own_area(
    li: Person, sun: Person, wang: Person, family: Family
) -> None:
    low, high = make_clue(family(), rank=1, said="低的"), make_clue(family(), rank=9, said="高的")
    other, far = make_clue(family(OTHER_VILLAGE), said="隔壁村的"), make_clue(family(NEXT_VILLAGE), said="邻县的")
    text = page(li, DESK)
    assert text.index("高的") < text.index("低的")
    assert other.said not in text and far.said not in text
    assert other.said in page(wang, DESK) and far.said not in page(wang, DESK)
    assert [high.said in page(sun, DESK), far.said in page(sun, DESK)] == [False, True]
    assert low.said in page(li, DESK, sort="due")


def test_who_has_no_clues_to_read_is_turned_away(chen: Person, admin: Person) -> None:
    for person in (chen, admin):
        for url in (DESK, "/clues/precision/", "/clues/report/"):
            assert person.client.get(url).status_code == 403
        assert person.client.post("/clues/export/").status_code == 403


def test_a_stranger_signs_in_first(client: Any) -> None:
    assert client.get(DESK).status_code == 302
    assert client.post("/clues/batch/", {"do": "assign", "pick": 1}).status_code == 302


def test_another_countys_clue_is_not_found(sun: Person, chen: Person, family: Family) -> None:
    clue = make_clue(family())
    for person in (sun, chen):
        assert person.client.get(f"/clues/{clue.pk}/").status_code == 404
        assert person.client.post(f"/clues/{clue.pk}/dismiss/", dismissal(clue)).status_code == 404
        assert person.client.post(f"/clues/{clue.pk}/household/", {"household_id": "x"}).status_code == 404
    assert sun.client.get(f"/clues/{10**30}/").status_code == 404


FILTERS = [
    ({"status": "new"}, {"new", "late"}), ({"status": "assigned"}, {"given"}), ({"status": "dismissed"}, {"done"}),
    ({"status": "all"}, {"new", "late", "given", "done"}), ({"late": "1"}, {"late"}), ({"mine": "1"}, {"given"}),
    ({"group": "risk"}, {"late"}), ({"group": "nonsense"}, set()), ({"status": "nonsense"}, set()),
    ({"rule": "low_income"}, {"late"}), ({"rule": "none"}, set()), ({"place": VILLAGE}, {"new", "late", "given"}),
    ({"place": OTHER_VILLAGE}, set()), ({"place": "x"}, set()), ({"class": "一般农户"}, {"given"}),
    ({"channel": "letter"}, set()), ({"channel": "screening"}, {"new", "late", "given"}),
    ({"place": "\x00"}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "expected"), FILTERS, ids=[str(f[0]) for f in FILTERS])
def test_filters(asked: dict[str, str], expected: set[str], zhao: Person, family: Family) -> None:
    made = {
        "new": make_clue(family()),
        "late": make_clue(family(), rule="low_income", group="risk", found_on=DAY - timedelta(20),
                          due_on=DAY - timedelta(5)),
        "given": make_clue(family(household_class="一般农户"), status="assigned", assigned_to="official:zhao"),
        "done": decided(make_clue(family()), "dismissed"),
    }  # fmt: skip
    text = page(zhao, DESK, **asked)
    assert {name for name, clue in made.items() if f'href="/clues/{clue.pk}/"' in text} == expected


def test_pages_follow_one_another_without_a_gap_or_a_repeat(wang: Person, family: Family) -> None:
    home = family()
    made = {make_clue(home, rank=n % 7).pk for n in range(120)}
    for sort in ("-rank", "rank", "due", "-due", "nonsense"):
        seen: list[int] = []
        after, pages = "", 0
        while pages == 0 or after:
            context = wang.client.get(DESK, {"sort": sort, "after": after}).context
            seen += [row.clue.pk for row, *_ in context["rows"]]
            after, pages = context["page"].after, pages + 1
        assert pages == 3
        assert len(seen) == len(set(seen)) == 120 and set(seen) == made
        back = wang.client.get(DESK, {"sort": sort, "before": context["page"].before}).context
        assert [row.clue.pk for row, *_ in back["rows"]] == seen[50:100]


def test_a_mark_that_is_none_shows_the_first_page(wang: Person, family: Family) -> None:
    clue = make_clue(family())
    for mark in ("x", "1", "1-", "-", "9" * 40 + "-1", "1-" + "9" * 40, "²-1", "0-1"):
        for sort in ("-rank", "due"):
            assert wang.client.get(DESK, {"after": mark, "sort": sort}).status_code == 200
            assert wang.client.get(DESK, {"before": mark, "sort": sort}).status_code == 200
    assert f"/clues/{clue.pk}/" in page(wang, DESK, after="nonsense")


def queries_of(person: Person, url: str, **asked: Any) -> int:
    with CaptureQueriesContext(connection) as caught:
        page(person, url, **asked)
    return len(caught)


def test_a_page_asks_the_database_as_often_whatever_it_shows(wang: Person, li: Person, family: Family) -> None:
    asked = [{}, {"by": "village"}, {"place": TOWNSHIP, "late": "1", "sort": "due"}]
    first = family()
    shown = make_clue(first, due_on=DAY - timedelta(1), found_on=DAY - timedelta(9), status="assigned",
                      assigned_to="official:li", subject_kind="person",
                      subject_id=f"{first.household_id}01")  # fmt: skip
    one_page = f"/clues/{shown.pk}/"
    page(wang, DESK)
    few = [queries_of(wang, DESK, **a) for a in asked]
    few_one = queries_of(wang, one_page)
    for village in (VILLAGE, OTHER_VILLAGE):
        for n in range(30):
            home = family(village)
            make_clue(home, found_on=DAY - timedelta(30), due_on=DAY - timedelta(n % 5), status="assigned",
                      assigned_to="official:wang")  # fmt: skip
            make_clue(home, subject_kind="person", subject_id=f"{home.household_id}01")
    for _ in range(20):
        make_clue(first, rule="low_income")
    assert [queries_of(wang, DESK, **a) for a in asked] == few
    assert queries_of(wang, one_page) == few_one


def test_by_village(wang: Person, family: Family) -> None:
    for _ in range(3):
        make_clue(family(), due_on=DAY + timedelta(2), rank=5)
    make_clue(family(OTHER_VILLAGE), rank=50, found_on=DAY - timedelta(30), due_on=DAY - timedelta(15))
    rows = wang.client.get(DESK, {"by": "village"}).context["villages"]
    assert [(name, v.clues, v.not_given, v.late) for v, name in rows] == [
        ("越城镇 · 城关村", 1, 1, 1), ("越城镇 · 外南村", 3, 3, 0)
    ]  # fmt: skip


def test_a_clue_opens_to_its_lines_and_numbers(wang: Person, family: Family) -> None:
    home = family()
    clue, other = make_clue(home), make_clue(home, rule="low_income", group="risk")
    text = page(wang, f"/clues/{clue.pk}/")
    assert "机动车登记" in text and ">12<" in text.replace("\n", "")
    assert f"/clues/{other.pk}/" in text and home.head_name in text


def test_dismissing_through_the_page(li: Person, family: Family) -> None:
    clue = make_clue(family())
    url = f"/clues/{clue.pk}/dismiss/"
    missing = li.client.post(url, dismissal(clue, finding="  "))
    assert missing.status_code == 422 and "入户看到的情况" in missing.content.decode()
    no_reason = li.client.post(url, dismissal(clue, reason="nonsense", finding="写了很多字"))
    assert no_reason.status_code == 422 and "写了很多字" in no_reason.content.decode()
    assert Event.objects.count() == 0
    assert li.client.post(url, dismissal(clue)).status_code == 302
    clue.refresh_from_db()
    assert (clue.status, clue.decided_by, clue.finding) == ("dismissed", "official:li", "数据过时：车三年前已卖")
    text = page(li, f"/clues/{clue.pk}/")
    assert "车三年前已卖" in text and "核实后排除" in text


def test_the_second_to_decide_is_told_and_keeps_the_words(li: Person, zhao: Person, family: Family) -> None:
    clue = make_clue(family())
    seen = dismissal(clue, finding="我写的话")
    assert zhao.client.post(f"/clues/{clue.pk}/dismiss/", dismissal(clue)).status_code == 302
    late = li.client.post(f"/clues/{clue.pk}/dismiss/", seen)
    assert late.status_code == 409
    assert "已由赵" in late.content.decode() and "车三年前已卖" in late.content.decode()
    assert "我写的话" in late.content.decode()
    assert Event.objects.filter(verb="screening.clue_dismissed").count() == 1


def test_a_page_that_is_out_of_date_is_told_and_keeps_the_words(li: Person, zhao: Person, family: Family) -> None:
    clue = make_clue(family())
    stale = dismissal(clue, finding="我写的话")
    zhao.client.post("/clues/batch/", {"do": "assign", "pick": clue.pk, "to": ""})
    answer = li.client.post(f"/clues/{clue.pk}/dismiss/", stale)
    assert answer.status_code == 409
    assert "我写的话" in answer.content.decode() and "刚才被别人改过" in answer.content.decode()
    clue.refresh_from_db()
    assert clue.status == "assigned"


def test_batch_work_through_the_page(zhao: Person, li: Person, family: Family) -> None:
    clues = [make_clue(family()) for _ in range(3)]
    picked = {"do": "assign", "pick": [c.pk for c in clues], "to": "official:li"}
    assert zhao.client.post("/clues/batch/", picked).status_code == 302
    assert set(Clue.objects.values_list("status", "assigned_to")) == {("assigned", "official:li")}
    assert Event.objects.filter(verb="screening.clue_assigned").count() == 3
    zhao.client.post("/clues/batch/", picked)
    assert Event.objects.count() == 3, "sending twice does one thing"
    assert "交给我的" in page(li, DESK, mine="1")
    back = {"do": "send_back", "pick": clues[0].pk, "why": "这户在邻村住"}
    assert li.client.post("/clues/batch/", back).status_code == 302
    clues[0].refresh_from_db()
    assert (clues[0].status, clues[0].assigned_to, clues[0].assigned_on) == ("new", "", None)
    assert "这户在邻村住" in page(zhao, f"/clues/{clues[0].pk}/")


def test_all_that_match(zhao: Person, family: Family) -> None:
    home = family()
    for n in range(60):
        make_clue(home, rule="low_income" if n % 2 else "owns_car")
    answer = zhao.client.post("/clues/batch/?rule=low_income", {"do": "assign", "all": "1", "to": ""})
    assert answer.status_code == 302 and answer["Location"].endswith("?rule=low_income")
    assert Clue.objects.filter(status="assigned", rule="low_income").count() == 30
    assert Clue.objects.filter(status="assigned").count() == 30


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "assign"}, {"do": "assign", "pick": "x"}, {"do": "assign", "pick": "9" * 30},
        {"do": "nonsense", "pick": "1"},
        {"pick": "1"}, {"do": "send_back", "pick": "1", "why": " "},
    ],
)  # fmt: skip
def test_a_batch_that_makes_no_sense_is_refused_with_a_sentence(
    zhao: Person, family: Family, sent: dict[str, str]
) -> None:
    make_clue(family())
    answer = zhao.client.post("/clues/batch/", sent)
    assert answer.status_code == 422
    assert Event.objects.count() == 0


def test_a_batch_never_leads_to_another_site(zhao: Person, family: Family) -> None:
    clue = make_clue(family())
    sent = {"do": "assign", "pick": clue.pk, "to": "", "next": "//evil.example/"}
    assert zhao.client.post("/clues/batch/", sent)["Location"].startswith("/clues/")


def sheet(content: bytes) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for one in book.worksheets for row in one.iter_rows()]


def test_the_list_as_excel_has_the_fields_columns_and_no_full_id(wang: Person, qian: Person, family: Family) -> None:
    home = family()
    make_clue(home, said="=1+1 是文字", subject_kind="person", subject_id=f"{home.household_id}01")
    make_clue(family(NEXT_VILLAGE))
    answer = wang.client.post("/clues/export/?group=doubt")
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    rows = sheet(answer.content)
    assert rows[1][:6] == ["序号", "行政村", "村民小组", "户编号", "户主", "户类型"] and len(rows) == 3
    assert rows[2][3] == home.household_id and rows[2][10] == "=1+1 是文字" and "********" in rows[2][7]
    event = Event.objects.get()
    assert (event.verb, event.subject, event.by) == ("screening.clues_exported", f"place:{COUNTY}", "official:wang")
    assert qian.client.post("/clues/export/").status_code == 200
    assert wang.client.post("/clues/export/?group=leak").status_code == 422


def test_the_english_switch(li: Person, family: Family) -> None:
    clue = make_clue(family())
    li.client.cookies["django_language"] = "en"
    for url in (DESK, f"/clues/{clue.pk}/", "/clues/precision/", "/clues/report/"):
        assert "Clues" in page(li, url)
    assert "Owns a passenger car" in page(li, f"/clues/{clue.pk}/")


def test_precision_shows_the_worst_rule_first(wang: Person, sun: Person, family: Family) -> None:
    home = family()
    for n in range(8):
        decided(make_clue(home, rule="owns_car"), "dismissed" if n else "confirmed")
        decided(make_clue(home, rule="low_income", group="risk"), "confirmed")
    make_clue(home, rule="id_twice", group="file")
    make_clue(home, rule="owns_car", status="retracted")
    rows = wang.client.get("/clues/precision/").context["rows"]
    assert [row["code"] for row in rows] == ["owns_car", "low_income", "id_twice"]
    assert (rows[0]["counted"].raised, rows[0]["verified"], rows[0]["right"].share) == (8, 8, 12.5)
    assert rows[2]["right"] is None
    assert sun.client.get("/clues/precision/").context["rows"] == []


def test_urls_are_where_other_rooms_look_for_them() -> None:
    assert [reverse(f"screening:{n}") for n in ("desk", "report", "precision")] == [
        DESK,
        "/clues/report/",
        "/clues/precision/",
    ]
    assert reverse("screening:clue", args=[7]) == "/clues/7/"
    assert reverse("screening:consent", args=["34340001"]) == "/clues/consent/34340001/"
