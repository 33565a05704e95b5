"""A small county whose every figure can be counted on one's fingers."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from characters import DAY, OTHER_VILLAGE, VILLAGE, make_family, person
from findings.issues.problems import make_clue, make_issue
from mingbai.base.events.actions import record
from mingbai.facts.assessments.models import Finding
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.registry.models import Household
from mingbai.findings.issues.models import Issue

MAY = date(2026, 5, 1)


def income(
    household: Household, *lines: tuple[str, str], year: int = 2025, members: Sequence[str] = ()
) -> HouseholdAccount:
    """A whole account in force; members: its own list, which it has since the household saw it."""
    account = HouseholdAccount.objects.create(
        household=household, village=household.village, year=year, entered_by="a", entered_by_shown="a",
        entered_on=DAY, is_whole=True, members=[{"person_id": one, "name": one} for one in members],
    )  # fmt: skip
    for at, (item, amount) in enumerate(lines):
        AccountLine.objects.create(account=account, position=at, item=item, amount=Decimal(amount), source="said")
    return account


def told(household: Household, day: date = MAY, **fields: str) -> None:
    """An event of the registry that sets fields of a household."""
    with transaction.atomic():
        subject = f"household:{household.household_id}"
        record(by=person("wang").actor, day=day, verb="registry.corrected", subject=subject, place=household.village,
               said="改了。", changed={"household": fields})  # fmt: skip


def unmet(household: Household, item: str, at: int = -1) -> None:
    member = household.members.order_by("id")[at] if at >= 0 else None
    Finding.objects.create(
        household=household, member=member, village=household.village, item=item, state="unmet", source="visit",
        day=DAY, by="official:li", by_shown="李",
    )  # fmt: skip


def build() -> list[Household]:
    """Two villages of one township. The line of 2025 is 8700 yuan a head, that of 2024 8000."""
    at_line = make_family(VILLAGE, 3)
    income(at_line, ("A1", "30100.00"), ("E1", "4000.00"))
    income(at_line, ("A1", "24000.00"), year=2024)
    a_cent_less = make_family(VILLAGE, 3, household_class="边缘易致贫户", causes="因病、缺劳动力")
    income(a_cent_less, ("A1", "26099.99"))
    income(a_cent_less, ("A1", "24000.00"), year=2024)
    half = make_family(OTHER_VILLAGE, 2, household_class="脱贫不稳定户", causes="因病")
    income(half, ("A1", "8700.00"))
    income(half, ("A1", "15999.99"), year=2024)
    loss = make_family(OTHER_VILLAGE, 1, household_class="突发严重困难户", eliminated="是")
    income(loss, ("B1", "100.00"), ("E1", "900.00"))
    without = make_family(OTHER_VILLAGE, 4, household_class="")
    gone = make_family(VILLAGE, 2, ended_on=DAY, ended_why="整户迁出")
    unmet(at_line, "medical", 0)
    unmet(at_line, "medical", 1)
    unmet(without, "housing")
    told(half, household_class="脱贫不稳定户", eliminated="是")
    told(half, eliminated="否")
    told(a_cent_less, household_class="边缘易致贫户", eliminated="否")
    _findings(at_line)
    return [at_line, a_cent_less, half, loss, without, gone]


def _findings(home: Household) -> None:
    """Clues found on 1 May: late, in time, decided after 4 and 10 days; one problem mended after 6, closed after 20."""
    make_clue(found_on=MAY, due_on=MAY + timedelta(15))
    make_clue(OTHER_VILLAGE, found_on=DAY, due_on=DAY)
    decided = {"decided_by": "official:li", "finding": "去看过", "found_on": MAY, "due_on": MAY + timedelta(5)}
    make_clue(status="dismissed", decided_on=MAY + timedelta(10), **decided)
    clue = make_clue(
        status="confirmed", decided_on=MAY + timedelta(4), household_id=home.household_id, **decided
    )  # fmt: skip
    # Of the year before: in no figure of this one.
    make_clue(status="dismissed", **(decided | {"decided_on": date(2025, 12, 31), "found_on": date(2025, 12, 1)}))
    closed = {
        "status": "closed", "closed_by": "official:zhao", "revisited_by": "official:qian", "revisit": "好了",
        "answer": "好了", "answered_by": "official:li",
    }  # fmt: skip
    issue = make_issue(
        household_id=home.household_id, clue=clue, found_on=MAY + timedelta(4), since=MAY + timedelta(4),
        due_on=MAY + timedelta(19), closed_on=MAY + timedelta(20), **closed,
    )  # fmt: skip
    make_issue(due_on=MAY + timedelta(60), found_on=MAY, since=MAY, closed_on=MAY + timedelta(30), **closed)
    make_issue(OTHER_VILLAGE, due_on=DAY - timedelta(1), since=MAY, found_on=MAY)
    make_issue(OTHER_VILLAGE, status="answered", answer="修了", answered_by="official:li")
    _begun(issue, home, MAY + timedelta(9))
    _begun(issue, home, MAY + timedelta(6))


def _begun(issue: Issue, home: Household, day: date) -> None:
    with transaction.atomic():
        record(by=person("li").actor, day=day, verb="issues.mending", subject=f"household:{home.household_id}",
               place=home.village, said="开始整改。", changed={"issue": issue.pk, "status": "mending"})  # fmt: skip
