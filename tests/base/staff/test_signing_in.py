"""Signing in: limits, one sentence for every mistake, sessions that end, the second factor, and only these pages."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone, translation

from characters import DAY, PASSWORD, Person
from mingbai.base.events.models import Event
from mingbai.base.staff import actions
from mingbai.base.staff.models import Official

pytestmark = pytest.mark.django_db

LOGIN = "/sign-in/login/"
NEW = "river-stone-42-bridge"


@pytest.fixture(autouse=True)
def no_attempts_so_far(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, name: str = "li", password: str = PASSWORD, ip: str = "10.1.1.1", **more: str) -> Any:
    return client.post(LOGIN, {"login": name, "password": password, **more}, REMOTE_ADDR=ip)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def code_of(official: Official) -> str:
    secret = settings.KEYS.open(Authenticator.objects.get(user=official, type="totp").data["secret"])
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def enrol(person: Person) -> None:
    """Turns the second factor on, through the pages, as the person would."""
    person.client.post("/sign-in/reauthenticate/?next=/sign-in/2fa/totp/activate/", {"password": PASSWORD})
    page = text(person.client.get("/sign-in/2fa/totp/activate/"))
    secret = re.search(r">([A-Z2-7]{32})<", page)
    assert secret
    code = format_hotp_value(hotp_value(secret.group(1), next(yield_hotp_counters_from_time())))
    assert person.client.post("/sign-in/2fa/totp/activate/", {"code": code}).status_code == 302


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back(li: Person) -> None:
    client = Client()
    answer = client.get("/people/tokens/")
    assert answer.status_code == 302 and answer.headers["location"] == f"{LOGIN}?next=/people/tokens/"
    signed = client.post(answer.headers["location"], {"login": "li", "password": PASSWORD, "next": "/people/tokens/"})
    assert signed.headers["location"] == "/people/tokens/"
    assert client.get("/people/tokens/").status_code == 200


def test_a_part_of_a_page_is_not_replaced_by_the_page_to_sign_in(li: Person) -> None:
    answer = Client().get("/people/tokens/", headers={"hx-request": "true"})
    assert answer.headers["hx-redirect"].startswith(LOGIN)


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", r"\\evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_away(li: Person, away: str) -> None:
    answer = Client().post(LOGIN, {"login": "li", "password": PASSWORD, "next": away})
    assert answer.status_code == 302 and answer.headers["location"] == "/"


def test_a_wrong_name_and_a_wrong_password_are_told_the_same(li: Person) -> None:
    wrong_name, wrong_password = sign_in(Client(), name="nobody"), sign_in(Client(), password="wrong")
    said = [re.findall(r'role="alert".*?<p>(.*?)</p>', text(one), re.DOTALL) for one in (wrong_name, wrong_password)]
    assert said[0] == said[1] == ["用户名或密码不对。"]


def test_the_sixth_wrong_password_in_five_minutes_is_refused_even_from_elsewhere(li: Person, zhao: Person) -> None:
    for n in range(5):
        assert "用户名或密码不对" in text(sign_in(Client(), password="wrong", ip=f"10.1.1.{n}"))
    refused = sign_in(Client(), ip="10.9.9.9")
    assert "连续输错的次数太多" in text(refused), "the right password does not help any more"
    other = sign_in(Client(), "zhao", ip="10.1.1.1")
    assert other.status_code == 302, "others are not locked out"


def test_one_place_may_not_try_many_names(li: Person) -> None:
    for n in range(20):
        assert "用户名或密码不对" in text(sign_in(Client(), name=f"name{n}"))
    assert "连续输错的次数太多" in text(sign_in(Client()))
    assert sign_in(Client(), ip="10.2.2.2").status_code == 302


def test_a_session_lasts_a_working_day_and_no_longer_than_the_browser(li: Person) -> None:
    client = Client()
    sign_in(client)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and not cookie["max-age"] and not cookie["expires"]
    left = Session.objects.get(pk=cookie.value).expire_date - timezone.now()
    assert timedelta(hours=7, minutes=59) < left <= timedelta(hours=8)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/people/tokens/").status_code == 302


def test_signing_out_ends_the_session_on_the_server(li: Person) -> None:
    client = Client()
    sign_in(client)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/sign-in/logout/").status_code == 200
    client.post("/sign-in/logout/")
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert client.get("/people/tokens/").status_code == 302


def test_a_one_time_password_opens_only_the_page_to_change_it(admin: Person, li: Person) -> None:
    once = actions.reset_password(by=admin.actor, official=li.official, day=DAY)
    client = Client()
    sign_in(client, password=once)
    change = "/sign-in/password/change/"
    for path in ("/people/tokens/", "/standards/", "/sign-in/2fa/"):
        assert client.get(path).headers["location"] == change
    assert "一次性密码" in text(client.get(change))
    same = client.post(change, {"oldpassword": once, "password1": once, "password2": once})
    assert "不能和现在的一样" in text(same)
    weak = client.post(change, {"oldpassword": once, "password1": "1234567890", "password2": "1234567890"})
    assert weak.status_code == 200 and Official.objects.get(username="li").must_change_password
    done = client.post(change, {"oldpassword": once, "password1": NEW, "password2": NEW})
    assert done.status_code == 302 and done.headers["location"] == "/"
    assert client.get("/people/tokens/").status_code == 200
    assert Event.objects.order_by("-id")[0].verb == "staff.password_changed"


def test_a_changed_password_signs_out_everywhere_else(li: Person) -> None:
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    here.post("/sign-in/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert here.get("/people/tokens/").status_code == 200
    assert there.get("/people/tokens/").status_code == 302


def test_the_second_factor_is_asked_for_and_its_secret_lies_hidden(li: Person) -> None:
    enrol(li)
    held = Authenticator.objects.filter(user=li.official)
    assert {one.type for one in held} == {"totp", "recovery_codes"}
    for one in held:
        assert all(value.startswith("aes256gcm$") for key, value in one.data.items() if key in ("secret", "seed"))
    client = Client()
    first = sign_in(client)
    assert first.headers["location"] == "/sign-in/2fa/authenticate/"
    assert client.get("/people/tokens/").status_code == 302, "the password alone opens nothing"
    assert "验证码不对" in text(client.post("/sign-in/2fa/authenticate/", {"code": "000000"}))
    cache.clear()
    assert client.post("/sign-in/2fa/authenticate/", {"code": code_of(li.official)}).status_code == 302
    assert client.get("/people/tokens/").status_code == 200


def test_a_recovery_code_works_once(li: Person) -> None:
    enrol(li)
    codes = re.findall(r"\b\d{8}\b", text(li.client.get("/sign-in/2fa/recovery-codes/")))
    assert len(codes) == 10
    for expected in (302, 200):
        client = Client()
        sign_in(client)
        assert client.post("/sign-in/2fa/authenticate/", {"code": codes[0]}).status_code == expected


def test_a_lost_phone_is_helped_by_the_administrator(admin: Person, li: Person) -> None:
    enrol(li)
    actions.reset_second_factor(by=admin.actor, official=li.official, why="手机丢了", day=DAY)
    client = Client()
    assert sign_in(client).headers["location"] == "/"


def test_turning_it_off_asks_for_the_password_again(li: Person) -> None:
    enrol(li)
    session = li.client.session
    session["account_authentication_methods"] = []
    session.save()
    answer = li.client.get("/sign-in/2fa/totp/deactivate/")
    assert answer.status_code == 302 and "reauthenticate" in answer.headers["location"]


REACHABLE = {
    "account_login", "account_logout", "account_inactive", "account_reauthenticate", "account_change_password",
    "mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
}  # fmt: skip


def test_nothing_else_of_the_library_can_be_reached(li: Person) -> None:
    named = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert {name for name in named if name.startswith(("account_", "mfa_", "socialaccount_"))} == REACHABLE
    for path in (
        "signup/",
        "email/",
        "password/reset/",
        "password/set/",
        "confirm-email/",
        "3rdparty/",
        "2fa/webauthn/",
    ):
        assert li.client.get(f"/sign-in/{path}").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_speak_the_language_that_was_chosen(li: Person, language: str) -> None:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    # A request leaves its language behind; the next test wants Chinese.
    with translation.override("zh-hans"):
        page = text(client.get(LOGIN))
    assert ("用户名" in page) == (language == "zh-hans") and ("Sign in" in page) == (language == "en")
