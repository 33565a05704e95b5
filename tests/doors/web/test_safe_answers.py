"""What every answer carries and what no form goes without: headers, cookies, the token against forged forms."""

from typing import Any

import pytest
from django.conf import settings
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from characters import PASSWORD, Person
from mingbai.base.staff.models import Token

pytestmark = pytest.mark.django_db

ANSWERS = ("/sign-in/login/", "/standards/", "/people/tokens/", "/people/", "/no/such/page/", "/api/v1/households",
           "/api/v1/openapi.json", "/sign-in/2fa/", "/language/")  # fmt: skip


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_headers(path: str, wang: Person) -> None:
    for client in (wang.client, Client()):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "object-src 'none'" in policy
        assert "form-action 'self'" in policy and "base-uri 'none'" in policy
        assert "unsafe" not in policy and "*" not in policy and "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"


def test_cookies_are_out_of_reach(li: Person) -> None:
    client = Client()
    client.get("/sign-in/login/")
    client.post("/sign-in/login/", {"login": "li", "password": PASSWORD})
    session, csrf = client.cookies[settings.SESSION_COOKIE_NAME], client.cookies[settings.CSRF_COOKIE_NAME]
    assert session["httponly"] and session["samesite"] == csrf["samesite"] == "Lax"
    # Whether they travel by https only follows the one switch.
    assert settings.SESSION_COOKIE_SECURE == settings.CSRF_COOKIE_SECURE == settings.HTTPS


def test_a_form_from_elsewhere_is_refused(li: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(li.official, backend="allauth.account.auth_backends.AuthenticationBackend")
    for path in ("/sign-in/login/", "/people/tokens/", "/sign-in/password/change/", "/standards/monitoring_line/"):
        answer: Any = client.post(path, {"name": "x", "ends_on": "2026-12-31"})
        assert answer.status_code == 403
    assert not Token.objects.exists()
    good = get_token(RequestFactory().get("/"))
    client.cookies[settings.CSRF_COOKIE_NAME] = good
    sent = {"name": "x", "ends_on": "2026-12-31", "csrfmiddlewaretoken": good}
    assert client.post("/people/tokens/", sent).status_code == 302


def test_the_switch_of_language_never_leads_away(li: Person) -> None:
    answer = Client().post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert answer.headers["location"] == "/"


def test_a_host_that_is_not_ours_is_refused(li: Person) -> None:
    assert Client().get("/sign-in/login/", headers={"host": "evil.example"}).status_code == 400
