"""The pages of people: added, given posts, helped; what is shown once; who is turned away."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters import COUNTY, DAY, NEXT_VILLAGE, OTHER_VILLAGE, VILLAGE, Person, make_family
from mingbai.base.events.models import Event
from mingbai.base.staff import actions
from mingbai.base.staff.models import Official, Post, Token
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.models import Clue

pytestmark = pytest.mark.django_db

NEW = {"name": "杨丽", "username": "yangli", "role": "village", "area": VILLAGE, "since": DAY.isoformat()}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def do(by: Person, to: Person, verb: str, **given: Any) -> Any:
    return by.client.post(f"/people/{to.official.pk}/{verb}/", given)


def test_a_person_is_added_and_the_password_is_shown_once(admin: Person) -> None:
    answer = admin.client.post("/people/new/", NEW)
    official = Official.objects.get(username="yangli")
    assert answer.status_code == 302 and answer.headers["location"] == f"/people/{official.pk}/"
    # Until it is shown it lies hidden in the session.
    kept = admin.client.session["password_shown_once"]["password"]
    assert kept.startswith("aes256gcm$")
    page = text(admin.client.get(f"/people/{official.pk}/"))
    password = settings.KEYS.open(kept)
    assert password in page and official.check_password(password)
    assert password not in text(admin.client.get(f"/people/{official.pk}/"))


def test_a_password_is_shown_on_nobody_elses_page(admin: Person, li: Person, zhao: Person) -> None:
    do(admin, li, "password")
    assert "一次性密码只显示" not in text(admin.client.get(f"/people/{zhao.official.pk}/"))


def test_what_was_typed_is_kept_with_the_reasons(admin: Person, li: Person) -> None:
    answer = admin.client.post("/people/new/", NEW | {"username": "li", "unit": "外南村"})
    assert answer.status_code == 422
    assert "已经有人用了" in text(answer) and 'value="外南村"' in text(answer)
    answer = admin.client.post("/people/new/", NEW | {"area": NEXT_VILLAGE})
    assert answer.status_code == 422 and "不在您管理的范围内" in text(answer)
    assert not Official.objects.filter(username="yangli").exists()


@pytest.mark.parametrize("who", ["li", "zhao", "wang", "chen", "qian", "sun"])
def test_others_have_no_business_here(who: str, request: pytest.FixtureRequest, admin: Person) -> None:
    by: Person = request.getfixturevalue(who)
    number = admin.official.pk
    for path in ("/people/", "/people/new/", f"/people/{number}/", f"/people/{number}/handover/"):
        assert by.client.get(path).status_code == 403
    for path in ("/people/new/", f"/people/{number}/close/", f"/people/{number}/post/", f"/people/{number}/handover/"):
        assert by.client.post(path, NEW | {"reason": "试试"}).status_code == 403
    assert not Event.objects.exists()


def test_the_administrator_of_another_county_sees_nobody_of_ours(places: Any, li: Person) -> None:
    stranger = Official.objects.create(username="gan", name="甘")
    Post.objects.create(official=stranger, role="admin", area="513435", since=date(2024, 1, 1))
    li.client.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "外南村" not in text(li.client.get("/people/?state=all"))
    number = li.official.pk
    assert li.client.get(f"/people/{number}/").status_code == 404
    for verb in ("close", "password", "post", "change", "handover"):
        assert li.client.post(f"/people/{number}/{verb}/", {"reason": "试试"}).status_code == 404
    assert li.client.post("/people/new/", NEW).status_code == 422
    assert not Event.objects.exists()


def test_posts_are_given_and_ended_on_the_page(admin: Person, li: Person) -> None:
    answer = do(admin, li, "post", role="village", area=OTHER_VILLAGE, since=DAY.isoformat())
    assert answer.status_code == 302
    post = li.official.posts.get(area=OTHER_VILLAGE)
    clash = do(admin, li, "post", role="county", area=COUNTY, since=DAY.isoformat())
    assert clash.status_code == 422 and "不能由同一个人担任" in text(clash)
    assert do(admin, li, "end", post=post.pk, on="2026-07-10", reason="轮换").status_code == 302
    post.refresh_from_db()
    assert post.until == date(2026, 7, 10)
    assert "到 2026-07-09" in text(admin.client.get("/people/?state=ending"))


def test_a_double_click_gives_one_post(admin: Person, li: Person) -> None:
    given = {"role": "village", "area": OTHER_VILLAGE, "since": DAY.isoformat()}
    assert [do(admin, li, "post", **given).status_code for _ in range(2)] == [302, 422]
    assert li.official.posts.filter(area=OTHER_VILLAGE).count() == 1


def test_two_who_edit_at_once(admin: Person, li: Person) -> None:
    given = {"version": li.official.version, "name": "李明", "unit": "乡政府"}
    assert do(admin, li, "change", **given).status_code == 302
    second = do(admin, li, "change", **given | {"name": "李大明"})
    assert second.status_code == 422
    assert "现在姓名是李明" in text(second) and 'value="李大明"' in text(second)
    version = re.search(r'name="version" value="(\d+)"', text(second))
    assert (
        version
        and do(admin, li, "change", **given | {"name": "李大明", "version": version.group(1)}).status_code == 302
    )
    li.official.refresh_from_db()
    assert li.official.name == "李大明"


@pytest.mark.parametrize("nonsense", [{"version": "x"}, {"version": ""}, {"version": "9" * 30}, {}])
def test_nonsense_is_no_500(admin: Person, li: Person, nonsense: dict[str, str]) -> None:
    assert do(admin, li, "change", name="李", **nonsense).status_code == 404
    assert do(admin, li, "end", post="x", reason="试试").status_code == 404
    assert do(admin, li, "dance").status_code == 404
    assert admin.client.get("/people/?q=%00&role=%00&after=%00&state=%00").status_code == 200


def test_open_work_goes_to_a_colleague_in_one_step(admin: Person, li: Person) -> None:
    home = make_family(VILLAGE)
    start = {"household_id": home.household_id, "village": VILLAGE, "found_on": DAY, "due_on": DAY + timedelta(days=15)}
    issue = Issue.objects.create(title="饮水", found_by="official:x", since=DAY, holder="official:li", **start)
    clue = Clue.objects.create(
        rule="owns_car", subject_kind="household", subject_id=home.household_id, clue_key="k", said="有车",
        status="assigned", assigned_to="official:li", **start,
    )  # fmt: skip
    answer = admin.client.post("/people/new/", NEW)
    heir = Official.objects.get(username="yangli")
    page = text(admin.client.get(f"/people/{li.official.pk}/"))
    assert f"/people/{li.official.pk}/handover/" in page
    refused = admin.client.post(f"/people/{li.official.pk}/handover/", {"to": "sun", "why": "调离"})
    assert refused.status_code == 422
    answer = admin.client.post(f"/people/{li.official.pk}/handover/", {"to": heir.username, "why": "调离"})
    assert answer.status_code == 302
    issue.refresh_from_db()
    clue.refresh_from_db()
    assert issue.holder == clue.assigned_to == "official:yangli"
    again = admin.client.post(f"/people/{li.official.pk}/handover/", {"to": heir.username, "why": "调离"})
    assert again.status_code == 422 and "没有要移交的" in text(again)


def test_the_list_costs_the_same_however_long_it_is(admin: Person) -> None:
    with CaptureQueriesContext(connection) as few:
        admin.client.get("/people/")
    for n in range(60):
        official = Official.objects.create(username=f"p{n:03}", name=f"某{n}")
        Post.objects.create(official=official, role="village", area=VILLAGE, since=DAY)
    with CaptureQueriesContext(connection) as many:
        first = text(admin.client.get("/people/"))
    assert len(many) == len(few)
    assert not [query for query in many if "OFFSET" in query["sql"]]
    after = re.search(r'rel="next" href="\?after=(\w+)', first)
    assert after
    second = text(admin.client.get(f"/people/?after={after.group(1)}"))
    seen = re.findall(r">(p\d{3})<", first) + re.findall(r">(p\d{3})<", second)
    assert seen == [f"p{n:03}" for n in range(60)]


def test_names_never_come_back_as_html(admin: Person) -> None:
    admin.client.post("/people/new/", NEW | {"name": "<script>alert(1)</script>", "unit": '"><img src=x>'})
    for path in ("/people/", f"/people/{Official.objects.get(username='yangli').pk}/"):
        page = text(admin.client.get(path))
        assert "<script>alert" not in page and "<img src=x>" not in page


def test_a_token_is_shown_once_and_revoked(li: Person, zhao: Person) -> None:
    answer = li.client.post("/people/tokens/", {"name": "台账系统", "ends_on": "2026-12-31"})
    assert answer.status_code == 302
    shown = re.search(r"mb_[\w-]{40,}", text(li.client.get("/people/tokens/")))
    assert shown and actions.digest(shown.group()) == Token.objects.get().digest
    assert not re.search(r"mb_[\w-]{40,}", text(li.client.get("/people/tokens/")))
    assert li.client.post("/people/tokens/", {"name": "x", "ends_on": "2030-01-01"}).status_code == 422
    number = Token.objects.get().pk
    assert zhao.client.post(f"/people/tokens/{number}/revoke/").status_code == 404
    assert li.client.post(f"/people/tokens/{number}/revoke/").status_code == 302
    assert Token.objects.get().revoked_on == DAY


def test_the_page_of_ones_own_account_offers_nothing(admin: Person) -> None:
    page = text(admin.client.get(f"/people/{admin.official.pk}/"))
    assert "另一位管理员" in page and "停用账号" not in page
    answer = do(admin, admin, "close", reason="试试")
    assert Official.objects.get(username="admin").is_active and answer.status_code in (302, 422)
