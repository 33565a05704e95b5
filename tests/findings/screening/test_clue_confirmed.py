"""What the clue's page sends when it was true, taken by the problem list above."""

import re
from collections.abc import Callable

import pytest

from characters import Person
from clue_making import make_clue
from mingbai.base.events.models import Event
from mingbai.facts.registry.models import Household
from mingbai.findings.issues.models import Issue

pytestmark = pytest.mark.django_db


def test_the_confirm_form_of_the_page_makes_a_problem(li: Person, family: Callable[..., Household]) -> None:
    clue = make_clue(family())
    text = li.client.get(f"/clues/{clue.pk}/").content.decode()
    found = re.search(r'action="([^"]+)" data-keep="confirm"', text)
    assert found is not None
    version = re.findall(r'name="version" value="(\d+)"', text)[-1]
    answer = li.client.post(found[1], {"finding": "车就停在院里", "title": "", "version": version})
    clue.refresh_from_db()
    assert (answer.status_code, clue.status, clue.finding) == (302, "confirmed", "车就停在院里")
    assert Issue.objects.get().clue == clue and Event.objects.count() == 1
    after = li.client.get(f"/clues/{clue.pk}/").content.decode()
    assert "属实" in after and "data-keep" not in after
