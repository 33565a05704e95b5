"""People from the shell: for the first days of a site, and for the day when nobody can sign in."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from characters import DAY, VILLAGE, Person
from mingbai.base.events.models import Event
from mingbai.base.staff.models import Official
from mingbai.base.staff.queries import actor_of

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    """What it prints; a refusal is 'status 2' and its sentences."""
    out, errors = StringIO(), StringIO()
    try:
        call_command("mingbai_person", *words, stdout=out, stderr=errors)
    except SystemExit as left:
        return f"status {left.code}\n{errors.getvalue()}"
    return out.getvalue()


ADD = ("add", "--username", "yangli", "--name", "杨丽", "--role", "village", "--area", VILLAGE)


def test_somebody_is_added_and_can_sign_in(places: Any) -> None:
    password = run(*ADD).rstrip().rpartition(" ")[2]
    assert actor_of(Official.objects.get(username="yangli"), DAY).roles == ("village",)
    assert Client().post("/sign-in/login/", {"login": "yangli", "password": password}).status_code == 302
    assert [(e.by, e.verb) for e in Event.objects.all()] == [("system:shell", "staff.person_added")]
    assert "已经有人用了" in run(*ADD)


def test_a_post_a_reset_a_farewell_and_a_return(places: Any, li: Person) -> None:
    assert "乡镇专干" in run("post", "--username", "li", "--role", "township", "--area", VILLAGE[:9])
    password = run("reset", "--username", "li").rstrip().rpartition(" ")[2]
    li.official.refresh_from_db()
    assert li.official.check_password(password)
    assert run("close", "--username", "li").startswith("status 2")
    assert "已停用" in run("close", "--username", "li", "--why", "调离")
    assert "一次性密码" in run("reopen", "--username", "li", "--why", "调回")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("reset", "--username", "nobody"), "没有用户名"),
        ((*ADD[:-1], "513434999999"), "没有区划代码"),
        (("add", "--username", "yangli", "--name", "杨丽", "--area", VILLAGE), "没有这个岗位"),
    ],
)
def test_nonsense_is_told_and_nothing_is_written(words: tuple[str, ...], said: str, places: Any) -> None:
    told = run(*words)
    assert told.startswith("status 2") and said in told
    assert not Official.objects.exists() and not Event.objects.exists()
