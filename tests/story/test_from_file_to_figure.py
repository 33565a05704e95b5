"""The whole flow through real HTTP: a bureau's file, a clue, a visit's finding, a problem, the ladder, an answer, a
revisit by someone else, closed, and the figure that changed; with the events that it wrote."""

import json
import urllib.request
from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from browsing import Browser
from characters import COUNTY, DAY, VILLAGE, Person
from doors.api.calls import token_of
from mingbai.base.events.models import Event
from mingbai.base.lib.permissions import system
from mingbai.facts.bureaus.models import Delivery
from mingbai.facts.registry.models import Household
from mingbai.findings.issues.actions.night import escalate
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.models import Clue, Screening

pytestmark = pytest.mark.django_db(transaction=True)


def _bill(person: str, own_pay: str) -> bytes:
    head = "证件号码,姓名,结算日期,医疗机构,总费用,基本医保支付,大病保险支付,医疗救助支付,合规自付\n"
    return (head + f"{person},杨,2026-05-12,县医院,90000.00,20000.00,0.00,0.00,{own_pay}\n").encode()


def test_a_bill_becomes_a_closed_problem(
    live_server: LiveServer, li: Person, zhao: Person, wang: Person, chen: Person, qian: Person,
    family: Callable[..., Household],
) -> None:  # fmt: skip
    yang = family(VILLAGE, size=4, household_class="脱贫户")
    other = family(VILLAGE, size=3)
    ill = settings.KEYS.open(yang.members.get(relation="配偶").id_hidden)
    at = {name: Browser(live_server.url).sign_in(name) for name in ("li", "zhao", "wang", "chen", "qian")}

    # Chen of the medical insurance hands in a table; one ID in it is nobody's of ours.
    page = at["chen"].get("/deliveries/send/")
    assert page.status == 200
    page = at["chen"].post(
        "/deliveries/send/", file=("file", "医保结算.csv", _bill(ill, "41200.50")), table="bill", place=COUNTY,
        period="2026-06", nonce=page.hidden("nonce"),
    )  # fmt: skip
    assert page.status == 200, page.text
    delivery = Delivery.objects.get(table="bill")
    assert (delivery.rows, delivery.rejected) == (1, 0)

    # Wang's county screens, in the background.
    page = at["wang"].post("/clues/runs/start/", place=COUNTY)
    assert page.status == 200, page.text
    call_command("db_worker", batch=True, verbosity=0)
    assert Screening.objects.get().status == "done", Screening.objects.get().why
    clue = Clue.objects.get(rule="medical_burden", household_id=yang.household_id)
    assert "41200.50" in clue.said
    assert not Clue.objects.filter(rule="medical_burden", household_id=other.household_id).exists()

    # Zhao's desk gives it to the village; Li goes, asks, and finds it true.
    assert clue.said[:10] in at["zhao"].get("/clues/").text
    at["zhao"].post("/clues/batch/", do="assign", pick=[clue.pk], to="")
    clue.refresh_from_db()
    assert clue.status == "assigned"
    assert yang.head_name in at["li"].get(f"/clues/{clue.pk}/").text
    page = at["li"].post(
        f"/problems/confirm/{clue.pk}/", finding="入户看了票据，自付的是借来的。", version=clue.version
    )
    issue = Issue.objects.get(clue=clue)
    assert issue.level == "village"
    token = token_of(wang)
    assert _figure(live_server.url, token) == {"open_problems": 1, "open_clues": 0}

    # Nobody mends it in time: at night it goes up to the township.
    escalate(by=system("escalate"), place=COUNTY, day=date(2026, 8, 1))
    issue.refresh_from_db()
    assert issue.level == "township"
    assert issue.times_raised == 1

    # Zhao mends and answers, and may not close; Qian looks again; Wang closes.
    _move(at["zhao"], issue, "mend", plan="协调医疗救助，月底前送材料。")
    _move(at["zhao"], issue, "answer", text="救助金 30000 元已到账，户里已签字。")
    refused = at["zhao"].post(f"/problems/{issue.pk}/close/", version=_fresh(issue).version)
    assert refused.status in (403, 409, 422)
    _move(at["qian"], issue, "revisit", kept="yes", text="到户看过，款已收到，户里认可。")
    refused = at["zhao"].post(f"/problems/{issue.pk}/close/", version=_fresh(issue).version)
    assert refused.status in (403, 409, 422)
    assert _fresh(issue).status == "answered"
    _move(at["wang"], issue, "close")
    assert _fresh(issue).status == "closed"

    # The figure, a minute later, and the history that the household can be read.
    cache.clear()
    assert _figure(live_server.url, token) == {"open_problems": 0, "open_clues": 0}
    page = at["li"].get(f"/household/{yang.household_id}/")
    assert page.status == 200
    verbs = list(
        Event.objects.filter(subject=f"household:{yang.household_id}").order_by("id").values_list("verb", flat=True)
    )
    assert verbs == [
        "screening.clue_assigned", "issues.found", "issues.raised", "issues.mending", "issues.answered",
        "issues.revisited", "issues.closed",
    ]  # fmt: skip
    every = " ".join(Event.objects.values_list("said", flat=True)) + " ".join(
        Event.objects.values_list("changed", flat=True)
    )
    assert ill not in every
    assert DAY.isoformat() not in ill


def _figure(host: str, token: str) -> dict[str, int]:
    """What is open in the village, as another system reads it."""
    asked = urllib.request.Request(
        f"{host}/api/v1/figures?place={VILLAGE}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked) as answer:
        items = json.load(answer)["items"]
    return {name: sum(one[name] for one in items) for name in ("open_problems", "open_clues")}


def _fresh(issue: Issue) -> Issue:
    issue.refresh_from_db()
    return issue


def _move(browser: Browser, issue: Issue, name: str, **fields: object) -> None:
    before = _fresh(issue).version
    page = browser.post(f"/problems/{issue.pk}/{name}/", version=before, **fields)
    assert page.status == 200, page.text
    assert _fresh(issue).version > before, page.text
