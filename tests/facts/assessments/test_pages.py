"""The page on which a visit is written down, and the page on which the county rewords the questions."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters import COUNTY, DAY, OTHER_VILLAGE, VILLAGE, Person
from mingbai.base.lib.errors import Forbidden
from mingbai.facts.assessments import actions, tasks
from mingbai.facts.assessments.models import Finding, Wording
from mingbai.facts.registry.models import Household

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
QUESTIONS = "/guarantees/questions/"


def page(household: Household) -> str:
    return f"/guarantees/{household.household_id}/"


def test_a_visit_by_phone(li: Person, family: Family) -> None:
    home = family(VILLAGE, size=3)
    child = f"{home.household_id}03"
    shown = li.client.get(page(home))
    text = shown.content.decode()
    assert shown.status_code == 200 and "家里吃的愁不愁" in text and f"state-schooling-{child}" in text
    assert "checked" not in text.split('name="source"')[-1], "no answer is given beforehand"
    typed = {
        "source": "visit", "said_on": DAY.isoformat(), "state-housing": "unmet", "note-housing": "东墙裂了",
        f"state-schooling-{child}": "met",
    }  # fmt: skip
    for _ in range(2):
        answer = li.client.post(page(home), typed)
        assert (answer.status_code, answer["Location"]) == (302, f"/household/{home.household_id}/#guarantees")
    rows = list(Finding.objects.order_by("item").values_list("item", "state", "note"))
    assert rows == [("housing", "unmet", "东墙裂了"), ("schooling", "met", "")]
    assert "没有重复记" in li.client.get(f"/household/{home.household_id}/").content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "至少选一项"),
        ({"state-housing": "splendid"}, "splendid"),
        ({"state-housing": "met", "said_on": "2026-13-40"}, "哪天"),
        ({"state-housing": "met", "said_on": (DAY + timedelta(days=1)).isoformat()}, "不能晚于今天"),
        ({"state-housing": "met", "source": "insured"}, "insured"),
    ],
)
def test_what_was_typed_is_kept_when_it_is_not_taken(
    typed: dict[str, str], says: str, li: Person, family: Family
) -> None:
    home = family(VILLAGE)
    answer = li.client.post(
        page(home), {"source": "visit", "said_on": DAY.isoformat(), "note-food": "够吃到秋收"} | typed
    )  # fmt: skip
    text = answer.content.decode()
    assert answer.status_code == 422 and says in text and "够吃到秋收" in text
    assert not Finding.objects.exists()


@pytest.mark.parametrize(("who", "status"), [
    ("li", 200), ("zhao", 200), ("wang", 403), ("qian", 403), ("chen", 404), ("sun", 404), ("admin", 404),
])  # fmt: skip
def test_who_may_record(who: str, status: int, family: Family, request: pytest.FixtureRequest) -> None:
    home = family(VILLAGE)
    client = request.getfixturevalue(who).client
    assert client.get(page(home)).status_code == status
    typed = {"source": "visit", "said_on": DAY.isoformat(), "state-food": "met"}
    assert client.post(page(home), typed).status_code == (302 if status == 200 else status)
    assert Finding.objects.exists() == (status == 200)


def test_li_finds_no_household_of_the_next_village(li: Person, family: Family) -> None:
    assert li.client.get(page(family(OTHER_VILLAGE))).status_code == 404


def test_the_form_asks_in_the_countys_words_and_its_queries_do_not_grow(
    li: Person, wang: Person, family: Family
) -> None:
    actions.reword(by=wang.actor, item="food", place=COUNTY, question="米缸里还有米没得？", was="", day=DAY)
    small, large = family(VILLAGE, size=2), family(VILLAGE, size=9)
    counts = []
    for home in (small, large):
        li.client.get(page(home))
        with CaptureQueriesContext(connection) as captured:
            text = li.client.get(page(home)).content.decode()
        counts.append(len(captured))
        assert "米缸里还有米没得？" in text and "家里吃的愁不愁" not in text
    assert counts[0] == counts[1]


def test_the_county_rewords_on_the_page(wang: Person) -> None:
    typed = {"item": "housing", "was": "", "question": "房子漏不漏？<b>"}
    assert wang.client.post(QUESTIONS, typed).status_code == 302
    text = wang.client.get(QUESTIONS).content.decode()
    assert "房子漏不漏？&lt;b&gt;" in text and "王" in text
    assert Wording.objects.get().place == COUNTY


def test_the_second_who_rewords_keeps_the_text_and_can_then_save_it(wang: Person) -> None:
    wang.client.post(QUESTIONS, {"item": "food", "was": "", "question": "有没有饭吃？"})
    late = wang.client.post(QUESTIONS, {"item": "food", "was": "", "question": "饿不饿肚子？"})
    text = late.content.decode()
    assert late.status_code == 409 and "有没有饭吃？" in text and "饿不饿肚子？" in text
    assert 'name="was" value="有没有饭吃？"' in text
    wang.client.post(QUESTIONS, {"item": "food", "was": "有没有饭吃？", "question": "饿不饿肚子？"})
    assert Wording.objects.get().question == "饿不饿肚子？"


@pytest.mark.parametrize(("who", "read", "write"), [
    ("li", 200, 403), ("zhao", 200, 403), ("wang", 200, 302), ("qian", 200, 403), ("chen", 403, 403),
    ("admin", 403, 403),
])  # fmt: skip
def test_who_reads_and_who_rewords(who: str, read: int, write: int, request: pytest.FixtureRequest) -> None:
    client = request.getfixturevalue(who).client
    assert client.get(QUESTIONS).status_code == read
    assert client.post(QUESTIONS, {"item": "food", "was": "", "question": "？"}).status_code == write
    assert client.post("/guarantees/fill/").status_code == write
    assert client.get("/guarantees/fill/").status_code == 405


def test_the_next_countys_wording_stays_there(sun: Person, li: Person, family: Family) -> None:
    assert sun.client.post(QUESTIONS, {"item": "food", "was": "", "question": "邻县的问法"}).status_code == 302
    assert "邻县的问法" not in li.client.get(page(family(VILLAGE))).content.decode()
    assert "邻县的问法" not in li.client.get(QUESTIONS).content.decode()


def test_the_county_takes_over_what_the_tables_say(
    wang: Person, family: Family, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    family(VILLAGE, housing_grade="D")
    with django_capture_on_commit_callbacks(execute=True):
        assert wang.client.post("/guarantees/fill/").status_code == 302
    assert Finding.objects.get().state == "unmet"
    assert "正在按部门最新数据更新" in wang.client.get(QUESTIONS).content.decode()


def test_who_has_lost_the_post_meanwhile_fills_nothing(wang: Person, family: Family) -> None:
    family(VILLAGE, housing_grade="D")
    wang.official.posts.update(until=DAY)
    with pytest.raises(Forbidden):
        tasks.fill.func("wang", COUNTY, DAY.isoformat())
    assert not Finding.objects.exists()
