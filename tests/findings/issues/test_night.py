"""The nightly escalation: what goes up, what stays and is told of, and that running it twice is running it once."""

import re
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters import COUNTY, DAY, NEXT_COUNTY, NEXT_VILLAGE, OTHER_VILLAGE, VILLAGE, Person
from findings.issues.problems import answered, make_issue, verbs
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import system
from mingbai.base.standards.models import OwnNumber
from mingbai.findings.issues.actions.night import Night, escalate
from mingbai.findings.issues.models import Issue

pytestmark = pytest.mark.django_db
NIGHT = system("escalate")
PAST = {"since": date(2026, 6, 10), "due_on": date(2026, 6, 29)}


def test_each_goes_up_one_level_with_the_days_of_that_level(db: None) -> None:
    village = make_issue(holder="official:li", holder_shown="李", **PAST)
    township = make_issue(level="township", **PAST)
    assert escalate(by=NIGHT, place=COUNTY, day=DAY) == Night(raised=2, told=0)
    village.refresh_from_db()
    township.refresh_from_db()
    assert (village.level, village.due_on, village.since, village.holder) == ("township", date(2026, 7, 15), DAY, "")
    assert (township.level, township.due_on, township.times_raised) == ("county", date(2026, 7, 30), 1)
    assert verbs() == ["issues.raised"] * 2
    assert all("逾期" in said for said in Event.objects.values_list("said", flat=True))


def test_what_is_in_time_stays(db: None) -> None:
    make_issue(since=DAY, due_on=DAY)
    answered(status="closed", closed_on=DAY, closed_by="b", revisit="好", revisited_by="b", **PAST)
    make_issue(NEXT_VILLAGE, **PAST)
    assert escalate(by=NIGHT, place=COUNTY, day=DAY) == Night(0, 0)
    assert verbs() == []


def test_every_open_state_goes_up_and_keeps_its_state(db: None) -> None:
    made = [make_issue(**PAST), make_issue(status="fed_back", **PAST), make_issue(status="mending", plan="修", **PAST)]
    made.append(answered(**PAST))
    escalate(by=NIGHT, place=COUNTY, day=DAY)
    assert [Issue.objects.get(pk=one.pk).status for one in made] == ["found", "fed_back", "mending", "answered"]
    assert set(Issue.objects.values_list("level", flat=True)) == {"township"}


def test_twice_on_a_day_is_once(db: None) -> None:
    make_issue(**PAST)
    make_issue(level="county", **PAST)
    assert escalate(by=NIGHT, place=COUNTY, day=DAY) == Night(1, 1)
    before = list(Issue.objects.order_by("pk").values())
    assert escalate(by=NIGHT, place=COUNTY, day=DAY) == Night(0, 0)
    assert list(Issue.objects.order_by("pk").values()) == before and len(verbs()) == 2


def test_at_the_top_it_stays_overdue_and_is_told_of_once_a_period(db: None) -> None:
    county, bureau = make_issue(level="county", **PAST), make_issue(level="bureau", bureau="医保", **PAST)
    told = [escalate(by=NIGHT, place=COUNTY, day=DAY + timedelta(at)).told for at in range(61)]
    assert [at for at, n in enumerate(told) if n] == [0, 30, 60] and sum(told) == 6
    for issue in (county, bureau):
        level = issue.level
        issue.refresh_from_db()
        assert (issue.level, issue.due_on) == (level, date(2026, 6, 29))


def test_the_whole_way_up_when_nobody_does_anything(db: None) -> None:
    issue = make_issue(since=DAY, due_on=date(2026, 7, 15))
    levels = []
    for at in range(62):
        escalate(by=NIGHT, place=COUNTY, day=DAY + timedelta(at))
        issue.refresh_from_db()
        levels.append(issue.level)
    # In time on the fifteenth day, up on the sixteenth; at the county it is told of on the first day too late.
    assert (levels.index("township"), levels.index("county")) == (16, 32)
    assert (levels.count("county"), verbs()) == (30, ["issues.raised", "issues.raised"])


def test_a_township_with_its_own_days(db: None) -> None:
    OwnNumber.objects.create(
        name="issue_township_days", place=VILLAGE, since=date(2026, 1, 1), recorded_on=date(2026, 1, 1),
        value=str(Decimal(7)), document="县发〔2026〕1号", by="official:wang",
    )  # fmt: skip
    mine, other = make_issue(**PAST), make_issue(OTHER_VILLAGE, **PAST)
    escalate(by=NIGHT, place=COUNTY, day=DAY)
    assert Issue.objects.get(pk=mine.pk).due_on == date(2026, 7, 7)
    assert Issue.objects.get(pk=other.pk).due_on == date(2026, 7, 15)


def test_a_number_that_ended_stops_the_night_with_a_sentence(db: None) -> None:
    OwnNumber.objects.create(
        name="issue_township_days", place=COUNTY, since=date(2026, 1, 1), recorded_on=date(2026, 1, 1),
        value="", document="县发〔2026〕2号", by="official:wang",
    )  # fmt: skip
    make_issue(**PAST)
    with pytest.raises(Refused, match="issue_township_days"):
        escalate(by=NIGHT, place=COUNTY, day=DAY)
    assert verbs() == [] and Issue.objects.get().level == "village"


def test_it_asks_as_much_for_many_as_for_few(db: None) -> None:
    def asked(day: date) -> int:
        with CaptureQueriesContext(connection) as queries:
            escalate(by=NIGHT, place=COUNTY, day=day)
        return len(queries)

    make_issue(**PAST)
    few = asked(DAY)
    for at in range(80):
        make_issue([VILLAGE, OTHER_VILLAGE][at % 2], **PAST)
    assert asked(DAY + timedelta(1)) == few


@pytest.mark.parametrize("who", ["sun", "chen", "qian", "admin"])
def test_nobody_starts_it_for_another_area(who: str, request: pytest.FixtureRequest) -> None:
    make_issue(**PAST)
    with pytest.raises(Forbidden):
        escalate(by=request.getfixturevalue(who).actor, place=COUNTY, day=DAY)


def test_the_command_says_what_it_did(places: object, sun: Person) -> None:
    make_issue(**PAST)
    said = StringIO()
    call_command("mingbai_escalate", place=COUNTY, day=DAY.isoformat(), stdout=said)
    assert re.search(r"上交 1 个", said.getvalue())
    call_command("mingbai_escalate", place=NEXT_COUNTY, day=DAY.isoformat(), stdout=said)
    assert len(verbs()) == 1
