"""The pages of the problem list, through HTTP: what each sees, sends, and is refused."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from characters import DAY, NEXT_VILLAGE, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person
from findings.issues.problems import answered, make_clue, make_issue, verbs
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Changed
from mingbai.findings.issues.actions import moving
from mingbai.findings.issues.models import Issue
from mingbai.findings.issues.queries.issues import Filters, page, visible
from mingbai.findings.issues.sheet import COLUMNS

pytestmark = pytest.mark.django_db


def shown(who: Person, query: str = "") -> list[int]:
    return [row["issue"].pk for row in who.client.get(f"/problems/{query}").context["rows"]]


def test_each_sees_their_area_and_a_bureau_its_own(
    li: Person, zhao: Person, wang: Person, qian: Person, chen: Person, sun: Person
) -> None:
    mine, other, theirs = make_issue().pk, make_issue(OTHER_VILLAGE).pk, make_issue(NEXT_VILLAGE).pk
    sent = make_issue(OTHER_VILLAGE, level="bureau", bureau="医保").pk
    make_issue(NEXT_VILLAGE, level="bureau", bureau="医保")
    make_issue(level="bureau", bureau="住建")
    assert shown(li) == [mine, Issue.objects.get(bureau="住建").pk]
    assert [mine, other, sent] == [pk for pk in shown(zhao) if pk in (mine, other, sent)] and theirs not in shown(zhao)
    assert shown(wang) == shown(qian) == shown(zhao)
    assert shown(chen) == [sent]
    assert theirs in shown(sun) and mine not in shown(sun)


def test_who_has_no_business_with_problems_is_told_so(admin: Person) -> None:
    assert admin.client.get("/problems/").status_code == 403


@pytest.mark.parametrize("who", ["sun", "chen", "admin"])
def test_a_problem_out_of_sight_is_not_there(who: str, request: pytest.FixtureRequest) -> None:
    stranger = request.getfixturevalue(who)
    issue = make_issue()
    assert stranger.client.get(f"/problems/{issue.pk}/").status_code == 404
    sent = stranger.client.post(f"/problems/{issue.pk}/mend/", {"plan": "修", "version": 1})
    assert sent.status_code == 404 and verbs() == []


def test_nobody_signed_in_sees_the_sign_in_page(client: Any, db: None) -> None:
    for address in ("/problems/", "/problems/1/", "/problems/new/"):
        answer = client.get(address)
        assert answer.status_code == 302 and "/sign-in/" in answer["Location"]


def test_pages_follow_each_other_without_gap_or_repetition(zhao: Person) -> None:
    for at in range(23):
        make_issue(due_on=DAY + timedelta(at % 4))
    whole = list(visible(zhao.actor).order_by("due_on", "id").values_list("pk", flat=True))
    read, keys, after = [], [], ""
    while True:
        part = page(zhao.actor, Filters(), DAY, after=after, size=5)
        read += [issue.pk for issue in part.rows]
        keys.append(part)
        after = part.after
        if not after:
            break
    assert read == whole and len(keys) == 5 and keys[0].before == ""
    back = page(zhao.actor, Filters(), DAY, before=keys[2].before, size=5)
    assert [i.pk for i in back.rows] == [i.pk for i in keys[1].rows]
    first = page(zhao.actor, Filters(), DAY, before=keys[1].before, size=5)
    assert [i.pk for i in first.rows] == [i.pk for i in keys[0].rows] and first.before == ""


@pytest.mark.parametrize("query", ["?after=x", "?before=2026-01-01", "?after=2026-13-01.5", "?after=.", "?status=%00"])
def test_a_key_that_is_none_is_no_error(query: str, zhao: Person) -> None:
    make_issue()
    assert zhao.client.get(f"/problems/{query}").status_code in (200, 404)


def test_filters_narrow_and_one_that_names_nothing_finds_nothing(zhao: Person, li: Person) -> None:
    late = make_issue(due_on=date(2026, 6, 29), since=date(2026, 6, 1))
    held = make_issue(holder="official:zhao", level="township")
    done = answered(
        status="closed", closed_on=DAY, closed_by="official:zhao", revisit="好", revisited_by="official:zhao"
    )
    other = make_issue(OTHER_VILLAGE)
    assert shown(zhao) == [late.pk, held.pk, other.pk]
    assert shown(zhao, "?overdue=1") == [late.pk]
    assert shown(zhao, "?mine=1") == shown(zhao, "?level=township") == [held.pk]
    assert shown(zhao, "?status=closed") == [done.pk]
    assert len(shown(zhao, "?status=all")) == 4
    assert shown(zhao, f"?place={OTHER_VILLAGE}") == [other.pk]
    assert (
        shown(zhao, f"?place={NEXT_VILLAGE}") == shown(zhao, "?status=nothing") == shown(zhao, "?bureau=nothing") == []
    )
    assert zhao.client.get("/problems/?place=%25").status_code == 404


def test_the_list_asks_as_much_for_many_as_for_few(zhao: Person, family: Callable[..., Any]) -> None:
    def asked(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert zhao.client.get(address).status_code == 200
        return len(queries)

    one = make_issue(household_id=family(VILLAGE).household_id)
    few, few_one = asked("/problems/"), asked(f"/problems/{one.pk}/")
    for at in range(60):
        make_issue([VILLAGE, OTHER_VILLAGE][at % 2], household_id=family(VILLAGE).household_id)
        moving.start_mending(by=zhao.actor, issue=make_issue(level="township"), plan="修", day=DAY, version=1)
    assert asked("/problems/") == few
    assert asked(f"/problems/{one.pk}/") == few_one


def test_a_move_by_the_page_and_back_to_it(li: Person) -> None:
    issue = make_issue()
    answer = li.client.post(f"/problems/{issue.pk}/mend/", {"plan": "补瓦", "version": 1})
    assert answer.status_code == 302 and answer["Location"] == f"/problems/{issue.pk}/"
    text = li.client.get(answer["Location"]).content.decode()
    assert "补瓦" in text and "整改中" in text and "开始整改" in text


def test_a_double_click_is_one_move(li: Person) -> None:
    issue = make_issue()
    for _ in range(2):
        assert li.client.post(f"/problems/{issue.pk}/mend/", {"plan": "补瓦", "version": 1}).status_code == 302
    assert verbs() == ["issues.mending"]


def test_the_second_hand_is_told_and_keeps_the_text(li: Person, zhao: Person) -> None:
    issue = make_issue()
    moving.raise_up(by=zhao.actor, issue=issue, reason="村里没钱", day=DAY, version=1)
    answer = li.client.post(f"/problems/{issue.pk}/raise/", {"reason": "我们修不了这口窖", "version": 1})
    text = answer.content.decode()
    assert answer.status_code == 409 and "赵" in text and "我们修不了这口窖" in text
    assert verbs() == ["issues.raised"]


def test_a_second_hand_that_may_still_sends_again_with_the_new_version(zhao: Person, li: Person) -> None:
    issue = make_issue()
    moving.start_mending(by=li.actor, issue=issue, plan="修", day=DAY, version=1)
    answer = zhao.client.post(f"/problems/{issue.pk}/raise/", {"reason": "要乡里立项", "version": 1})
    assert answer.status_code == 409
    form = next(form for name, _, form in answer.context["forms"] if name == "raise")
    again = {"reason": form["reason"].value(), "version": form["version"].value()}
    assert zhao.client.post(f"/problems/{issue.pk}/raise/", again).status_code == 302
    assert Issue.objects.get().level == "township"


def test_a_form_left_empty_says_what_is_missing(li: Person) -> None:
    issue = make_issue()
    answer = li.client.post(f"/problems/{issue.pk}/mend/", {"plan": "  ", "version": 1})
    assert answer.status_code == 422 and "整改措施" in answer.content.decode()
    assert li.client.post(f"/problems/{issue.pk}/mend/", {"plan": "修"}).status_code == 422
    assert li.client.post(f"/problems/{issue.pk}/nothing/", {"version": 1}).status_code == 404


def test_a_move_above_ones_level_is_forbidden(li: Person) -> None:
    issue = make_issue(level="county")
    assert li.client.post(f"/problems/{issue.pk}/mend/", {"plan": "修", "version": 1}).status_code == 403


def test_a_bureau_sees_its_task_and_no_more(chen: Person, li: Person, wang: Person, family: Callable[..., Any]) -> None:
    household = family(VILLAGE)
    issue = make_issue(household_id=household.household_id, detail="没有参保")
    moving.start_mending(by=li.actor, issue=issue, plan="家里的难处说来话长", day=DAY, version=1)
    moving.raise_up(by=li.actor, issue=issue, reason="系统里查不到", day=DAY, version=2)
    moving.raise_up(by=wang.actor, issue=issue, reason="请医保查", day=DAY, version=3)
    moving.raise_up(by=wang.actor, issue=issue, reason="请医保查", day=DAY, version=4, bureau="医保")
    text = chen.client.get(f"/problems/{issue.pk}/").content.decode()
    assert household.head_name in text and household.household_id in text and "请医保查" in text
    assert f"/household/{household.household_id}/" not in text
    assert "说来话长" not in text and str(household.phone) not in text and "/clues/" not in text
    answer = chen.client.post(f"/problems/{issue.pk}/mend/", {"plan": "补录", "version": 5})
    assert answer.status_code == 302


def test_a_clue_confirmed_twice_by_the_page_leads_to_one_problem(li: Person) -> None:
    clue = make_clue()
    for _ in range(2):
        answer = li.client.post(f"/problems/confirm/{clue.pk}/", {"finding": "确实没有参保"})
        assert answer.status_code == 302 and answer["Location"] == f"/problems/{Issue.objects.get().pk}/"


@pytest.mark.parametrize(("who", "status"), [("sun", 404), ("chen", 404), ("qian", 403)])
def test_who_may_not_confirm_by_the_page(who: str, status: int, request: pytest.FixtureRequest) -> None:
    clue = make_clue()
    person = request.getfixturevalue(who)
    assert person.client.post(f"/problems/confirm/{clue.pk}/", {"finding": "属实"}).status_code == status
    assert not Issue.objects.exists()


def test_a_problem_without_a_clue_by_the_page(qian: Person, li: Person, sun: Person) -> None:
    form = qian.client.get("/problems/new/").context["form"]
    sent = {
        "nonce": form["nonce"].value(),
        "village": VILLAGE,
        "title": "路塌了",
        "detail": "进村路塌方",
        "household_id": "",
    }
    for _ in range(2):
        assert qian.client.post("/problems/new/", sent).status_code == 302
    assert Issue.objects.count() == 1
    answer = li.client.post("/problems/new/", sent | {"nonce": "n2", "household_id": "没有的户"})
    assert answer.status_code == 422 and "没有的户" in answer.content.decode()
    assert sun.client.post("/problems/new/", sent | {"nonce": "n3"}).status_code == 422


def test_many_by_the_page(zhao: Person, li: Person, sun: Person) -> None:
    picked = [make_issue().pk, make_issue().pk]
    answer = zhao.client.post("/problems/assign/?level=village", {"pick": picked, "whom": "li"})
    assert answer.status_code == 302 and answer["Location"] == "/problems/?level=village"
    assert set(Issue.objects.values_list("holder", flat=True)) == {"official:li"}
    assert li.client.post("/problems/assign/", {"pick": picked, "whom": "li"}).status_code == 403
    assert sun.client.post("/problems/assign/", {"pick": picked, "whom": "li"}).status_code == 422
    assert zhao.client.post("/problems/assign/", {"pick": picked, "whom": "nobody"}).status_code == 404


def test_the_list_as_excel_in_the_fields_columns(zhao: Person, family: Callable[..., Any]) -> None:
    household = family(VILLAGE)
    make_issue(household_id=household.household_id, title="=1+1", due_on=date(2026, 6, 20), since=date(2026, 6, 1))
    make_issue(OTHER_VILLAGE, level="bureau", bureau="医保")
    make_issue(NEXT_VILLAGE)
    answer = zhao.client.post("/problems/export/")
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[1] == tuple(COLUMNS) and len(rows) == 4
    line = dict(zip(rows[1], rows[2], strict=True))
    assert (line["问题"], line["户主"], line["行政村"], line["逾期天数"]) == ("=1+1", household.head_name, "外南村", 10)
    assert dict(zip(rows[1], rows[3], strict=True))["办理层级"] == "医保"
    event = Event.objects.get()
    assert (event.verb, event.place) == ("issues.exported", TOWNSHIP)


@pytest.mark.parametrize("who", ["chen", "admin"])
def test_who_does_not_read_the_list_does_not_take_it_along(who: str, request: pytest.FixtureRequest) -> None:
    make_issue(level="bureau", bureau="医保")
    assert request.getfixturevalue(who).client.post("/problems/export/").status_code == 403


def test_sun_exports_nothing_of_ours(sun: Person) -> None:
    make_issue()
    assert sun.client.post("/problems/export/").status_code == 422


def test_what_was_typed_never_comes_back_as_html(li: Person, zhao: Person) -> None:
    issue = make_issue(title="<script>alert(1)</script>")
    moving.start_mending(by=li.actor, issue=issue, plan="<img src=x onerror=alert(2)>", day=DAY, version=1)
    for address in ("/problems/", f"/problems/{issue.pk}/"):
        text = zhao.client.get(address).content.decode()
        assert "<script>alert(1)" not in text and "<img src=x" not in text


def test_changed_is_what_a_stale_page_meets(li: Person) -> None:
    issue = make_issue(version=4)
    with pytest.raises(Changed):
        moving.start_mending(by=li.actor, issue=issue, plan="修", day=DAY, version=3)


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 40])
def test_a_number_that_no_problem_has_is_not_there(number: str, zhao: Person) -> None:
    assert zhao.client.get(f"/problems/{number}/").status_code == 404
    assert zhao.client.get(f"/problems/?after=2026-07-01.{number}").status_code == 200
    assert zhao.client.post("/problems/assign/", {"pick": [number], "whom": "zhao"}).status_code == 422
