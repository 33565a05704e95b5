"""Self-reports, calls, letters and visits as clues; and consent."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from characters import COUNTY, DAY, NEXT_VILLAGE, OTHER_VILLAGE, VILLAGE, Person
from clue_making import make_clue
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.standards.models import OwnNumber
from mingbai.facts.registry.models import Household
from mingbai.findings.screening.actions.reports import Report, Signed, record_consent, report, withdraw_consent
from mingbai.findings.screening.models import Clue, Consent
from mingbai.findings.screening.queries.clues import bureau_evidence

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
SAME = ("rule", "subject_id", "clue_key")
SIGNED = Signed("杨一", "按手印", DAY)


def sent(**changes: Any) -> dict[str, Any]:
    typed = {
        "nonce": uuid4().hex, "channel": "self_report", "household_id": "", "village": VILLAGE, "said": "房子漏雨，没钱修",
        "got_on": DAY.isoformat(), "reporter": "", "phone": "",
    }  # fmt: skip
    return typed | changes


def test_a_self_report_starts_the_clock(li: Person, family: Family) -> None:
    home = family()
    answer = li.client.post(
        "/clues/report/", sent(household_id=f" {home.household_id} ", reporter="杨一", phone="10900000001")
    )
    clue = Clue.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/clues/{clue.pk}/"
    assert (clue.rule, clue.channel, clue.household_id, clue.village) == ("self_report",) * 2 + (
        home.household_id,
        VILLAGE,
    )
    assert (clue.due_on - DAY).days == 15 and clue.group == "risk" and clue.screening is None
    event = Event.objects.get()
    assert (event.verb, event.subject) == ("screening.reported", f"household:{home.household_id}")
    assert "漏雨" not in event.said + event.changed and "10900000001" not in event.said + event.changed
    text = li.client.get(answer["Location"]).content.decode()
    assert "2026-07-02" in text and "2026-07-15" in text and "房子漏雨" in text


def test_the_same_form_twice_is_one_clue(li: Person, family: Family) -> None:
    form = sent(household_id=family().household_id)
    first, second = (li.client.post("/clues/report/", form) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert (Clue.objects.count(), Event.objects.count()) == (1, 1)


def test_an_anonymous_letter_about_nobody_known(li: Person, family: Family) -> None:
    li.client.post("/clues/report/", sent(channel="letter", got_on=(DAY - timedelta(1)).isoformat()))
    clue = Clue.objects.get()
    assert (clue.household_id, clue.reporter, clue.subject_kind) == ("", "", "village")
    assert clue.due_on == DAY + timedelta(4), "five days of the calendar from when it was found"
    assert Event.objects.get().subject == f"clue:{clue.pk}"
    home = family()
    url = f"/clues/{clue.pk}/household/"
    wrong = li.client.post(url, {"household_id": "没有这户", "version": clue.version})
    assert wrong.status_code == 422 and "没有这户" in wrong.content.decode()
    assert li.client.post(url, {"household_id": home.household_id, "version": clue.version}).status_code == 302
    again = li.client.post(url, {"household_id": family().household_id, "version": clue.version})
    assert again.status_code == 409
    clue.refresh_from_db()
    assert clue.household_id == home.household_id


def test_a_letter_by_working_days_where_the_county_says_so(li: Person) -> None:
    OwnNumber.objects.create(
        name="letter_days_are", place=COUNTY, since=date(2026, 1, 1), recorded_on=date(2026, 1, 1), value="工作日",
        document="越农发〔2026〕3号", by="official:wang",
    )  # fmt: skip
    li.client.post("/clues/report/", sent(channel="letter"))
    clue = Clue.objects.get()
    assert (DAY.weekday(), clue.due_on) == (1, date(2026, 7, 7))
    assert "法定节假日" in li.client.get(f"/clues/{clue.pk}/").content.decode()


WRONG = [
    {"said": "  "}, {"village": "", "household_id": ""}, {"village": OTHER_VILLAGE}, {"village": NEXT_VILLAGE},
    {"channel": "screening"}, {"channel": ""}, {"got_on": "2026-07-01"}, {"got_on": "2025-01-01"}, {"got_on": "昨天"},
    {"phone": "10900000001"}, {"nonce": ""}, {"nonce": "x"}, {"household_id": "nobody"}, {"said": "长" * 2001},
    {"consents": "on"},
    {"channel": "letter", "consents": "on", "signed_by": "杨", "way": "签字", "signed_on": "2026-06-30"},
]  # fmt: skip


@pytest.mark.parametrize("changes", WRONG, ids=lambda changes: "+".join(changes))
def test_what_is_not_taken_keeps_what_was_typed(li: Person, family: Family, changes: dict[str, str]) -> None:
    home = family()
    known = {} if {"village", "household_id"} & changes.keys() else {"household_id": home.household_id}
    answer = li.client.post("/clues/report/", sent(**({"reporter": ""} | known | changes)))
    assert answer.status_code == 422
    if "said" not in changes:
        assert "房子漏雨，没钱修" in answer.content.decode()
    assert (Clue.objects.count(), Event.objects.count(), Consent.objects.count()) == (0, 0, 0)


def test_every_fault_of_a_report_is_said_at_once(li: Person, family: Family) -> None:
    wrong = Report("post", VILLAGE, " ", DAY + timedelta(1), family(OTHER_VILLAGE), "", "10900000001")
    with pytest.raises(Refused) as refused:
        report(by=li.actor, report=wrong, nonce="", day=DAY, signed=Signed("", "口头", DAY + timedelta(1), DAY))
    assert len(refused.value.reasons) >= 9


@pytest.mark.parametrize("who", ["chen", "qian", "sun", "admin"])
def test_who_may_not_write_reports_or_consents_down(who: str, family: Family, request: pytest.FixtureRequest) -> None:
    person: Person = request.getfixturevalue(who)
    home = family()
    with pytest.raises(Forbidden):
        report(by=person.actor, report=Report("letter", VILLAGE, "话", DAY), nonce="a", day=DAY)
    with pytest.raises(Forbidden):
        record_consent(by=person.actor, household=home, signed=SIGNED, day=DAY)
    answer = person.client.post(f"/clues/consent/{home.household_id}/", {})
    assert answer.status_code == (403 if who == "qian" else 404)


def test_another_countys_household_is_not_found_by_its_code(sun: Person, family: Family) -> None:
    answer = sun.client.post("/clues/report/", sent(household_id=family().household_id, village=NEXT_VILLAGE))
    assert answer.status_code == 422 and "没有这个户编号" in answer.content.decode()


def test_a_self_report_with_its_consent(li: Person, family: Family) -> None:
    home = family()
    found = make_clue(home, said="名下有小型轿车")
    paper = {"consents": "on", "signed_by": "杨一", "way": "按手印", "signed_on": DAY.isoformat()}
    answer = li.client.post("/clues/report/", sent(household_id=home.household_id, **paper))
    clue = Clue.objects.get(channel="self_report")
    assert clue.consent == Consent.objects.get()
    assert found.said in li.client.get(answer["Location"]).content.decode()
    assert set(Event.objects.values_list("verb", flat=True)) == {"screening.consented", "screening.reported"}


def test_a_bureau_match_of_a_self_report_waits_for_consent(li: Person, sun: Person, family: Family) -> None:
    home = family()
    found = make_clue(home, said="名下有小型轿车")
    clue, _ = report(by=li.actor, report=Report("self_report", VILLAGE, "话", DAY, home), nonce="a" * 32, day=DAY)
    page = f"/clues/{clue.pk}/"
    assert bureau_evidence(li.actor, clue, DAY) == (True, None, [])
    text = li.client.get(page).content.decode()
    assert "等承诺授权" in text and found.said not in text and f"/clues/{found.pk}/" not in text
    consent = record_consent(by=li.actor, household=home, signed=SIGNED, day=DAY)
    assert bureau_evidence(li.actor, clue, DAY).clues == [found]
    assert found.said in li.client.get(page).content.decode()
    assert bureau_evidence(sun.actor, clue, DAY).waits, "who reads nothing there finds no consent either"
    withdraw_consent(by=li.actor, consent=consent, why="户主不愿意了", day=DAY)
    assert bureau_evidence(li.actor, clue, DAY).waits
    assert found.said not in li.client.get(page).content.decode()


@pytest.mark.parametrize(
    ("signed", "waits"),
    [
        (Signed("杨", "签字", DAY, DAY), False), (Signed("杨", "签字", DAY - timedelta(9), DAY - timedelta(1)), True),
        (Signed("杨", "签字", DAY - timedelta(9)), False),
    ],
    ids=["its last day", "ended yesterday", "no end"],
)  # fmt: skip
def test_a_consent_holds_from_day_to_day(li: Person, family: Family, signed: Signed, waits: bool) -> None:
    home = family()
    clue, _ = report(by=li.actor, report=Report("self_report", VILLAGE, "话", DAY, home), nonce="a" * 32, day=DAY)
    record_consent(by=li.actor, household=home, signed=signed, day=DAY)
    assert bureau_evidence(li.actor, clue, DAY).waits is waits


def test_other_reports_wait_for_nothing(li: Person, family: Family) -> None:
    home = family()
    found = make_clue(home)
    clue, _ = report(by=li.actor, report=Report("hotline", VILLAGE, "话", DAY, home), nonce="a" * 32, day=DAY)
    assert bureau_evidence(li.actor, clue, DAY) == (False, None, [found])


def test_consent_through_its_page_twice_is_one_and_is_withdrawn_once(li: Person, family: Family) -> None:
    home = family()
    url = f"/clues/consent/{home.household_id}/"
    paper = {"signed_by": "杨一", "way": "签字", "signed_on": DAY.isoformat(), "until": "", "note": ""}
    assert [li.client.post(url, paper).status_code for _ in range(2)] == [302, 302]
    consent = Consent.objects.get()
    assert Event.objects.count() == 1 and "授权有效" in li.client.get(url).content.decode()
    assert li.client.post(url, paper | {"until": "2026-01-01"}).status_code == 422
    assert li.client.post(f"/clues/consent/{consent.pk}/withdraw/", {"reason": " "}).status_code == 422
    assert li.client.post(f"/clues/consent/{consent.pk}/withdraw/", {"reason": "不愿意"}).status_code == 302
    assert li.client.post(f"/clues/consent/{consent.pk}/withdraw/", {"reason": "不愿意"}).status_code == 409
    with pytest.raises(Changed):
        withdraw_consent(by=li.actor, consent=consent, why="不愿意", day=DAY)
    assert Event.objects.filter(verb="screening.consent_withdrawn").count() == 1
    assert "没有有效授权" in li.client.get(url).content.decode()


def test_the_database_keeps_what_a_consent_and_a_clue_promise(li: Person, family: Family) -> None:
    home = family()
    consent = record_consent(by=li.actor, household=home, signed=SIGNED, day=DAY)
    clue = make_clue(home)
    broken = [
        lambda: Consent.objects.create(
            household_id=home.household_id,
            village=VILLAGE,
            signed_by="杨一",
            signed_on=DAY,
            way="签字",
            recorded_by="x",
        ),
        lambda: Consent.objects.filter(pk=consent.pk).update(signed_by=""),
        lambda: Clue.objects.create(**{f: getattr(clue, f) for f in SAME}, found_on=DAY, due_on=DAY, village=VILLAGE),
        lambda: Clue.objects.filter(pk=clue.pk).update(status="dismissed", decided_by="official:li", decided_on=DAY),
        lambda: Clue.objects.filter(pk=clue.pk).update(due_on=DAY - timedelta(1)),
    ]
    for attempt in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


def test_consent_pages_of_another_county_are_not_found(sun: Person, li: Person, family: Family) -> None:
    home = family()
    consent = record_consent(by=li.actor, household=home, signed=SIGNED, day=DAY)
    assert sun.client.get(f"/clues/consent/{home.household_id}/").status_code == 404
    assert sun.client.post(f"/clues/consent/{consent.pk}/withdraw/", {"reason": "x"}).status_code == 404
