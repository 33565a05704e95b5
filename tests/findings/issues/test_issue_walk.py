"""A walk by several people over everything that may be done with problems, in any order, with any words and days.

Whatever they do: a sentence or a done thing, never another error; no status that Issue.MOVES does not lead to; what a
page offers is taken and what it does not offer is refused; each done thing is one event.
"""

from datetime import date, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from characters import COUNTY, DAY, OTHER_VILLAGE, PEOPLE, PLACES, VILLAGE, Person, person
from findings.issues.problems import make_clue
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import system
from mingbai.base.places.models import Place
from mingbai.base.staff.models import Official
from mingbai.findings.issues import ladder
from mingbai.findings.issues.actions import assigning, finding, moving, night
from mingbai.findings.issues.models import Issue
from mingbai.findings.issues.queries.issues import visible
from mingbai.findings.issues.queries.offered import offered
from mingbai.findings.screening.models import Clue

pytestmark = pytest.mark.django_db(transaction=True)
WHO = st.sampled_from(sorted(PEOPLE))
WORDS = st.sampled_from(["修好了", "看过了", "", " ", "\x00", "<b>", "证 110101199003070134", "长" * 2001])
BUREAUS = st.sampled_from(["", "医保", "住建", "没有的局"])
LEVELS = st.sampled_from([*ladder.LEVELS])


class Walk(RuleBasedStateMachine):
    people: dict[str, Person]

    @initialize()
    def begin(self) -> None:
        for code, (name, parent) in PLACES.items():
            Place.objects.get_or_create(code=code, defaults={"name": name, "parent": parent})
        self.people = {username: person(username) for username in PEOPLE}
        self.day = DAY
        self.start = list(Event.objects.order_by("-id").values_list("id", flat=True)[:1])
        self.seen: dict[int, str] = {}
        self.done = 0
        for village in (VILLAGE, OTHER_VILLAGE):
            finding.confirm_clue(by=self.people["zhao"].actor, clue=make_clue(village), finding="属实", day=self.day)
            self.done += 1

    def act(self, move: Any) -> bool:
        """Does it; a refusal has written nothing."""
        try:
            with transaction.atomic():
                move()
        except Refused as refused:
            assert refused.reasons and all(refused.reasons)
            return False
        self.done += 1
        return True

    def one(self, which: int) -> Issue:
        every = list(Issue.objects.order_by("pk"))
        return every[which % len(every)]

    @rule(who=WHO, which=st.integers(0, 9), text=WORDS, stale=st.booleans(), kept=st.booleans(), bureau=BUREAUS)
    def move(self, who: str, which: int, text: str, stale: bool, kept: bool, bureau: str) -> None:
        by, issue = self.people[who].actor, self.one(which)
        version = issue.version - stale
        before, open_to = issue.status, offered(by, issue)
        sees = visible(by).filter(pk=issue.pk).exists()
        every: dict[str, Any] = {"by": by, "issue": issue, "day": self.day, "version": version}
        moves = {
            "mend": lambda: moving.start_mending(**every, plan=text),
            "answer": lambda: moving.answer(**every, text=text),
            "revisit": lambda: moving.revisit(**every, kept=kept, text=text),
            "close": lambda: moving.close(**every),
            "raise": lambda: moving.raise_up(**every, reason=text, bureau=bureau),
        }
        for name in sorted(moves, key=lambda name: (name not in open_to[:1], name)):
            move = moves[name]
            done = self.act(move)
            assert not (done and (stale or name not in open_to)), (name, who, before)
            good = name == "close" or (text.strip(" \x00") and len(text) < 2001)
            if name in open_to and not stale and good and (name != "raise" or issue.level != "county"):
                assert done and sees, (name, who, before, issue.level)
            if done:
                return

    @rule(pick=st.integers(0, 99), kept=st.booleans())
    def work_on(self, pick: int, kept: bool) -> None:
        """What somebody would sensibly do next: without it, chance alone hardly ever comes to an end."""
        open_to = [
            (name, at)
            for at, issue in enumerate(Issue.objects.order_by("pk"))
            for name, person in self.people.items()
            if {"close", "revisit", "answer", "mend"} & set(offered(person.actor, issue))
        ]
        if open_to:
            name, at = open_to[pick % len(open_to)]
            self.move(who=name, which=at, text="办好了", stale=False, kept=kept, bureau="医保")

    @rule(who=WHO, to=WHO, which=st.integers(0, 9), level=LEVELS, days=st.none() | st.integers(-2, 40), why=WORDS)
    def give(self, who: str, to: str, which: int, level: str, days: int | None, why: str) -> None:
        by, issue, holder = self.people[who].actor, self.one(which), self.people[to].official
        due = None if days is None else self.day + timedelta(days)
        may = "assign" in offered(by, issue)
        assert may >= self.act(
            lambda: assigning.assign(
                by=by, issue=issue, holder=holder, level=level, day=self.day, version=issue.version, due=due, why=why
            )
        )

    @rule(who=WHO, to=WHO, which=st.lists(st.integers(0, 9), max_size=3, unique=True))
    def give_many(self, who: str, to: str, which: list[int]) -> None:
        ids = {self.one(at).pk for at in which}
        holder: Official = self.people[to].official
        if self.act(
            lambda: assigning.assign_many(by=self.people[who].actor, ids=sorted(ids), holder=holder, day=self.day)
        ):
            self.done += len(ids) - 1

    @rule(who=WHO, text=WORDS, village=st.sampled_from([VILLAGE, OTHER_VILLAGE]))
    def find(self, who: str, text: str, village: str) -> None:
        if Issue.objects.count() < 6:
            self.act(
                lambda: finding.open_issue(
                    by=self.people[who].actor, village=village, title=text, detail=text, day=self.day
                )
            )

    @rule(who=WHO, text=WORDS)
    def confirm(self, who: str, text: str) -> None:
        clue = Clue.objects.order_by("pk").first()
        assert clue is not None
        if self.act(lambda: finding.confirm_clue(by=self.people[who].actor, clue=clue, finding=text, day=self.day)):
            raise AssertionError("a clue was confirmed twice")

    @rule(days=st.integers(1, 6))
    def nights(self, days: int) -> None:
        self.day += timedelta(days)
        done = night.escalate(by=system("escalate"), place=COUNTY, day=self.day)
        self.done += done.raised + done.told
        assert not Issue.objects.filter(
            closed_on=None, due_on__lt=self.day, level__in=["village", "township"], since__lt=self.day
        ).exists()

    @invariant()
    def every_status_was_led_to(self) -> None:
        for issue in Issue.objects.all():
            before = self.seen.get(issue.pk, "found")
            reachable = {before} | Issue.MOVES[before]
            # Raising to a bureau tells it; no other rule makes two moves at once.
            assert issue.status in reachable, (before, issue.status)
            assert issue.status != "closed" or issue.answered_by not in (issue.closed_by, issue.revisited_by)
            assert issue.due_on >= issue.since >= date(2026, 6, 30)
            self.seen[issue.pk] = issue.status

    @invariant()
    def each_done_thing_is_one_event(self) -> None:
        after = self.start[0] if self.start else 0
        assert Event.objects.filter(id__gt=after, verb__startswith="issues.").count() == self.done

    def teardown(self) -> None:
        Issue.objects.all().delete()
        Clue.objects.all().delete()


def test_no_walk_leaves_the_ladder(db: None) -> None:
    walks = 15 if connection.vendor == "sqlite" else 8
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Walk, settings=settings(max_examples=walks, stateful_step_count=30, deadline=None,
                                suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
