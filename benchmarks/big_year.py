"""What is done in the big site's year (see big_site.py). Imported once Django knows the site."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

from django.core.management import call_command

from big_site import (
    ACCOUNTS,
    ASSIGNED,
    BEGAN,
    COUNTY,
    DAY,
    DECIDED,
    DESKS,
    MEMBERS,
    REPORTS,
    SCREENED,
    VISITS,
    year_days,
)
from mingbai.base.events.models import Event
from mingbai.base.lib.permissions import Actor, system
from mingbai.base.staff.actions import add_person
from mingbai.base.staff.models import Official
from mingbai.base.staff.queries import acting
from mingbai.doors.demo.actions import filling
from mingbai.doors.demo.actions.people import PASSWORD, people, places
from mingbai.facts.assessments.actions import fill_from_deliveries, record_many
from mingbai.facts.assessments.guarantees import Word
from mingbai.facts.assessments.models import Finding
from mingbai.facts.bureaus.actions import expect_usual, receive
from mingbai.facts.bureaus.tables import TABLES
from mingbai.facts.income.actions import answering, entering
from mingbai.facts.income.entry import Entry
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.registry.actions import importing, writing
from mingbai.facts.registry.actions.book import Entry as Told
from mingbai.facts.registry.actions.changes import Newcomer, arrive
from mingbai.facts.registry.models import Household, Member
from mingbai.findings.issues.actions import moving
from mingbai.findings.issues.actions.finding import confirm_clue
from mingbai.findings.issues.actions.night import escalate
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.actions.clues import AT_ONCE, assign, dismiss
from mingbai.findings.screening.actions.reports import Report, report
from mingbai.findings.screening.actions.running import carry_out, start
from mingbai.findings.screening.models import Clue

Step = Callable[[str], AbstractContextManager[None]]


def fill(folder: Path, step: Step) -> dict[str, int]:
    """An empty site becomes a county after a year. Returns how much is in it."""
    with step("tables made, places and people"):
        call_command("mingbai_prepare", no_administrator=True)
        by = system("benchmark")
        places(by=by, day=BEGAN)
        village = filling._busiest(folder, DAY)
        cast = people(by=by, village=village, day=BEGAN)
    wang = cast["wang"]
    _tables(folder, wang, step)
    with step("people of more desks"):
        _desks(cast["admin"], village)
    with step(f"{ASSIGNED:,} clues assigned"):
        _assign(wang)
    with step(f"{DECIDED:,} clues decided"):
        _decide()
    with step("problems mended, answered, revisited, closed"):
        _mend(cast["qian"], wang)
    with step("problems escalated"):
        escalate(by=system("escalate"), place=COUNTY, day=DAY)
    homes = _homes()
    with step(f"{ACCOUNTS:,} accounts entered, shown, answered"):
        for number, home in enumerate(islice(homes, ACCOUNTS)):
            _account(home, number)
    with step(f"{VISITS:,} visits recorded"):
        for number, home in enumerate(islice(homes, VISITS)):
            _visit(home, number)
    with step(f"{MEMBERS:,} members came"):
        for number, home in enumerate(islice(homes, MEMBERS)):
            _birth(home, number)
    with step(f"{REPORTS:,} reports of people"):
        for number, home in enumerate(islice(homes, REPORTS)):
            _report(home, number)
    return _counts()


def _tables(folder: Path, by: Actor, step: Step) -> None:
    files = {table: filling._file(folder, table) for table in ("household", "member")}
    with step("roster read and compared"):
        came = importing.receive(
            by=by, day=BEGAN, place=COUNTY, files={t: (path.name, path.read_bytes()) for t, path in files.items()}
        )
        importing.stage(by=by, number=came.pk)
    with step("roster confirmed"):
        writing.confirm(by=by, day=BEGAN, number=came.pk)
    with step("accounts loaded"):
        filling.accounts(by=by, folder=folder, day=BEGAN)
    with step("21 tables delivered"):
        for table in TABLES:
            if table.name in ("household", "member", "income_line"):
                continue
            file = filling._file(folder, table.name)
            receive(by=by, table=table.name, place=COUNTY, period=SCREENED, file=file, name=file.name, day=SCREENED)
        expect_usual(by=by, place=COUNTY, day=BEGAN)
    with step("county screened"):
        screening = carry_out(by=by, screening=start(by=by, place=COUNTY, day=SCREENED))
        assert screening.status == "done", screening.why
    with step("guarantees filled"):
        fill_from_deliveries(by=by, place=COUNTY, day=SCREENED)


def _desks(by: Actor, village: str) -> None:
    """For each of a few townships its desk, and somebody in one of its villages."""
    areas = [village]
    for code in Household.objects.order_by("village").values_list("village", flat=True).distinct():
        if len(code) == 12 and code[:9] not in {area[:9] for area in areas}:
            areas.append(code)
    for number, area in enumerate(areas[:DESKS], 1):
        for role, code in (("township", area[:9]), ("village", area)):
            official, _ = add_person(
                by=by, username=f"{role}{number}", name=f"{role} {number}", role=role, area=code, since=BEGAN, day=BEGAN
            )
            official.set_password(PASSWORD)
            official.must_change_password = False
            official.save()
    official, _ = add_person(
        by=by, username="county1", name="county 1", role="county", area=COUNTY, since=BEGAN, day=BEGAN
    )
    official.set_password(PASSWORD)
    official.must_change_password = False
    official.save()


def _worker(area: str, role: str = "village") -> Actor:
    """Whoever works at a place; most have no account in this site."""
    return acting(Official(username=f"{role}{area}", name="专干", unit=area), [(role, area, "")])


def _assign(by: Actor) -> None:
    """The most urgent, in batches as a desk picks them."""
    picked = list(Clue.objects.filter(status="new").order_by("-rank", "-id").values_list("pk", flat=True)[:ASSIGNED])
    for at in range(0, len(picked), AT_ONCE):
        assign(by=by, picked=picked[at : at + AT_ONCE], to="", day=SCREENED + timedelta(days=1))


def _decide() -> None:
    for number, clue in enumerate(list(Clue.objects.filter(status="assigned").order_by("pk")[:DECIDED])):
        by, on = _worker(clue.village), SCREENED + timedelta(days=2 + number % 12)
        if number % 4:
            dismiss(by=by, clue=clue, finding="入户核对过，是部门表里填错，已请部门更正。", day=on)
        else:
            confirm_clue(by=by, clue=clue, finding="入户核实属实，需要帮。", day=on)


def _mend(qian: Actor, wang: Actor) -> None:
    for number, issue in enumerate(list(Issue.objects.filter(status="found").order_by("pk"))):
        if number % 5 == 0:
            continue
        by, on = _worker(issue.village), issue.found_on + timedelta(days=2)
        moving.start_mending(by=by, issue=issue, plan="月底前落实。", day=on, version=issue.version)
        if number % 5 == 1:
            continue
        issue.refresh_from_db()
        moving.answer(by=by, issue=issue, text="已办好，户里认可。", day=on, version=issue.version)
        if number % 5 == 2:
            continue
        issue.refresh_from_db()
        moving.revisit(by=qian, issue=issue, kept=True, text="到户看过，办好了。", day=on, version=issue.version)
        if number % 5 == 4:
            issue.refresh_from_db()
            moving.close(by=wang, issue=issue, day=on, version=issue.version)


def _homes() -> Iterator[Household]:
    """Households from everywhere in the county, each once."""
    last = Household.objects.order_by("-pk").values_list("pk", flat=True)[0]
    wanted = range(1, last + 1, max(1, last // (2 * (ACCOUNTS + VISITS + MEMBERS + REPORTS))))
    for at in range(0, len(wanted), 500):
        yield from Household.objects.filter(pk__in=wanted[at : at + 500], ended_on=None)


def _account(home: Household, number: int) -> None:
    by, other, on = _worker(home.village), _worker(home.village[:9], "township"), DAY - timedelta(days=number % 60)
    account = entering.begin(by=by, household=home, year=DAY.year, day=on)
    entries = [
        Entry(1, "A1", Decimal(9000 + number), "said", home.head_name, "在县城务工"),
        Entry(5001, "B1", Decimal(3000 + number), "said", home.head_name, "玉米和土豆"),
        Entry(25001, "E1", Decimal(1200), "receipt", "", "化肥、种子的票"),
    ]
    account = entering.save(by=by, account=account, version=account.version, entries=entries, day=on)
    if number % 4 == 0:
        return
    account = answering.show(by=by, account=account, version=account.version, day=on)
    if number % 4 > 1:
        answering.confirm(
            by=other, account=account, version=account.version, name=home.head_name, way="按手印", on=on, day=on
        )


def _visit(home: Household, number: int) -> None:
    words = [Word(item, "", "met") for item in ("food", "clothing", "housing", "water_quantity")]
    on = year_days(number)
    record_many(by=_worker(home.village), household=home, words=words, source="visit", said_on=on, day=on)


def _birth(home: Household, number: int) -> None:
    on = year_days(number)
    arrive(
        by=_worker(home.village), household=home, newcomer=Newcomer("小满", "之孙", "男", born=on), how="出生",
        entry=Told(on=on, why="有出生医学证明", day=on, version=home.version),
    )  # fmt: skip


def _report(home: Household, number: int) -> None:
    # Reports are verified within their days: what is a year old would be refused as mistyped.
    on = DAY - timedelta(days=number % 50)
    report(
        by=_worker(home.village), nonce=f"year-{number}", day=on,
        report=Report("cadre", home.village, "干部排查：家里有人住院，开销大。", on, home),
    )  # fmt: skip


def _counts() -> dict[str, int]:
    kinds = {"households": Household, "persons": Member, "accounts": HouseholdAccount, "lines of accounts": AccountLine,
             "words on guarantees": Finding, "clues": Clue, "problems": Issue, "events": Event}  # fmt: skip
    return {name: kind._default_manager.count() for name, kind in kinds.items()}
