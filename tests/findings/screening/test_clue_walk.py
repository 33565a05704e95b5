"""A walk over everything that can be done with clues, by everybody, in any order: nothing leaves the allowed moves."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from characters import COUNTY, DAY, NEXT_VILLAGE, OTHER_VILLAGE, PLACES, VILLAGE, make_family, person
from clue_making import make_clue
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Refused
from mingbai.base.places.models import Place
from mingbai.findings.screening.actions import clues as actions
from mingbai.findings.screening.actions.reports import Report, Signed, record_consent, report, withdraw_consent
from mingbai.findings.screening.models import Clue, Consent
from mingbai.findings.screening.queries import clues as queries

WHO = st.sampled_from(["li", "zhao", "wang", "chen", "qian", "sun", "admin"])
WHICH = st.integers(0, 7)
WORDS = st.sampled_from(["", "  ", "看过了", "<script>alert(1)</script>"])
VILLAGES = st.sampled_from([VILLAGE, OTHER_VILLAGE, NEXT_VILLAGE])


class Walk(RuleBasedStateMachine):
    """Everybody acts on what they may have looked at a while ago."""

    def __init__(self) -> None:
        super().__init__()
        # Each walk begins with an empty database, and leaves it so.
        self.walk = transaction.atomic()
        self.walk.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.walk.__exit__(None, None, None)

    @initialize()
    def start(self) -> None:
        for code, (name, parent) in PLACES.items():
            Place.objects.create(code=code, name=name, parent=parent)
        self.people = {name: person(name) for name in ("li", "zhao", "wang", "chen", "qian", "sun", "admin")}
        self.homes = [make_family(village) for village in (VILLAGE, VILLAGE, OTHER_VILLAGE, NEXT_VILLAGE)]
        for home in self.homes:
            make_clue(home)
        make_clue(self.homes[0], rule="new_disability", group="risk")
        self.stale = list(Clue.objects.order_by("pk"))
        self.was = {clue.pk: (clue.status, clue.village) for clue in self.stale}

    def attempt(self, act: Callable[[], object]) -> None:
        """Does it in a transaction of its own; a refusal is fine, writes nothing, and anything else is a fault."""
        before = list(Clue.objects.order_by("pk").values()), Event.objects.count(), Consent.objects.count()
        try:
            with transaction.atomic():
                act()
        except Refused as refused:
            assert all(refused.reasons)
            after = list(Clue.objects.order_by("pk").values()), Event.objects.count(), Consent.objects.count()
            assert after == before

    def clue(self, which: int, fresh: bool) -> Clue:
        pk = self.stale[which % len(self.stale)].pk
        return Clue.objects.get(pk=pk) if fresh else self.stale[which % len(self.stale)]

    @rule()
    def look(self) -> None:
        """Everybody opens the pages anew."""
        self.stale = list(Clue.objects.order_by("pk"))

    @rule(who=WHO, which=WHICH, fresh=st.booleans(), finding=WORDS, reason=st.sampled_from(["other", "solved", "x"]))
    def dismiss(self, who: str, which: int, fresh: bool, finding: str, reason: str) -> None:
        clue, by = self.clue(which, fresh), self.people[who].actor
        self.attempt(lambda: actions.dismiss(by=by, clue=clue, finding=finding, reason=reason, day=DAY))

    @rule(who=WHO, which=WHICH, fresh=st.booleans(), finding=WORDS, to=st.sampled_from(["confirmed", "new", "cleared"]))
    def confirm(self, who: str, which: int, fresh: bool, finding: str, to: str) -> None:
        clue, by = self.clue(which, fresh), self.people[who].actor
        self.attempt(lambda: actions.move(clue, to=to, by=by, finding=finding, day=DAY))

    @rule(who=WHO, which=st.lists(WHICH, max_size=3), to=st.sampled_from(["", "official:li", "official:sun", "x"]))
    def assign(self, who: str, which: list[int], to: str) -> None:
        picked = [self.clue(n, True).pk for n in which]
        self.attempt(lambda: actions.assign(by=self.people[who].actor, picked=picked, to=to, day=DAY))

    @rule(who=WHO, which=st.lists(WHICH, max_size=3), why=WORDS)
    def send_back(self, who: str, which: list[int], why: str) -> None:
        picked = [self.clue(n, True).pk for n in which]
        self.attempt(lambda: actions.send_back(by=self.people[who].actor, picked=picked, why=why, day=DAY))

    @rule(
        who=WHO, village=VILLAGES, nonce=st.sampled_from(["a" * 32, "b" * 32, ""]), home=st.none() | st.integers(0, 3),
        channel=st.sampled_from(["self_report", "letter", "screening"]), late=st.integers(-1, 70),
    )  # fmt: skip
    def report(self, who: str, village: str, nonce: str, home: int | None, channel: str, late: int) -> None:
        told = Report(channel, village, "反映的话", DAY - timedelta(late), None if home is None else self.homes[home])
        self.attempt(lambda: report(by=self.people[who].actor, report=told, nonce=nonce, day=DAY))

    @rule(who=WHO, which=WHICH, fresh=st.booleans(), home=st.integers(0, 3))
    def attach(self, who: str, which: int, fresh: bool, home: int) -> None:
        clue, household = self.clue(which, fresh), self.homes[home]
        by = self.people[who].actor
        self.attempt(lambda: actions.attach_household(by=by, clue=clue, household=household, day=DAY))

    @rule(who=WHO, home=st.integers(0, 3), way=st.sampled_from(["签字", "口头"]))
    def consent(self, who: str, home: int, way: str) -> None:
        by, household = self.people[who].actor, self.homes[home]
        self.attempt(lambda: record_consent(by=by, household=household, signed=Signed("杨", way, DAY), day=DAY))

    @rule(who=WHO, why=WORDS)
    def withdraw(self, who: str, why: str) -> None:
        if consent := Consent.objects.order_by("pk").last():
            self.attempt(lambda: withdraw_consent(by=self.people[who].actor, consent=consent, why=why, day=DAY))

    @rule(who=WHO, which=WHICH)
    def open_pages(self, who: str, which: int) -> None:
        client = self.people[who].client
        answers = [client.get("/clues/"), client.get(f"/clues/{self.clue(which, True).pk}/")]
        assert {answer.status_code for answer in answers} <= {200, 403, 404}
        assert b"<script>alert" not in b"".join(answer.content for answer in answers)

    @invariant()
    def only_allowed_moves(self) -> None:
        if not hasattr(self, "was"):
            return
        for clue in Clue.objects.all():
            before, _ = self.was.get(clue.pk, ("new", ""))
            assert clue.status == before or clue.status in Clue.MOVES[before]
            assert (clue.status in ("confirmed", "dismissed")) == bool(
                clue.decided_by and clue.finding and clue.decided_on
            )
            assert (clue.status == "assigned") or before == "assigned" or not clue.assigned_to
            assert bool(clue.household_id) or clue.subject_kind == "village"
            self.was[clue.pk] = (clue.status, clue.village)

    @invariant()
    def nobody_of_the_next_county_touched_ours(self) -> None:
        if hasattr(self, "was"):
            assert not Event.objects.filter(by="official:sun", place__startswith=COUNTY).exists()
            assert not Clue.objects.filter(decided_by="official:sun", village__startswith=COUNTY).exists()
            assert all(c.village.startswith(COUNTY) for c in queries.visible(self.people["wang"].actor))


@pytest.mark.django_db
def test_no_walk_leaves_the_allowed_moves() -> None:
    run_state_machine_as_test(Walk, settings=settings(max_examples=15, stateful_step_count=25))
