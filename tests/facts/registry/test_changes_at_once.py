"""Several at the same moment: one form sent four times at once, and two people with one household each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from characters import DAY, Person
from mingbai.base.events.models import Event
from mingbai.facts.registry.models import Household
from mingbai.facts.registry.queries.verifying import mismatches

pytestmark = pytest.mark.django_db(transaction=True)
FORM = {
    "on": DAY.isoformat(),
    "why": "出生医学证明",
    "version": 1,
    "seen": 0,
    "relation": "之女",
    "sex": "女",
    "id_number": "",
}


def send(person: Person, path: str, form: dict[str, Any]) -> int:
    """The status of one form sent by a browser of its own."""
    client = Client()
    client.force_login(person.official, backend="allauth.account.auth_backends.AuthenticationBackend")
    try:
        return client.post(path, form).status_code
    finally:
        connection.close()


def test_one_form_sent_four_times_at_once_is_one_child(li: Person, family: Callable[..., Household]) -> None:
    home = family()
    path = f"/roster/household/{home.household_id}/birth/"
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: send(li, path, FORM | {"name": "杨妹", "nonce": "a" * 32}), range(4)))
    assert sent == [302] * 4
    assert (home.members.count(), Event.objects.count()) == (4, 1)


def test_two_at_once_and_the_second_is_told(li: Person, zhao: Person, family: Callable[..., Household]) -> None:
    home = family()
    path = f"/roster/household/{home.household_id}/birth/"
    forms = [FORM | {"name": f"杨妹{n}", "nonce": str(n) * 32} for n in range(2)]
    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(send, (li, zhao), (path, path), forms))
    assert sorted(sent) == [302, 409]
    assert (home.members.count(), Event.objects.count()) == (4, 1)


def test_households_registered_at_once_have_codes_of_their_own(li: Person, zhao: Person) -> None:
    form = FORM | {"how": "新登记", "sex": "男", "born": "1980-01-01", "ethnicity": "", "group_name": "", "phone": ""}
    forms = [form | {"name": f"沙马{n}", "nonce": str(n) * 32} for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda f: send(li, "/roster/new/513434100200/", f), forms))
    assert sent == [302] * 4
    assert Household.objects.values("household_id").distinct().count() == 4
    assert list(mismatches()) == []
