"""What Li, Zhao, Wang and Qian did in the demo's year: verified, mended, revisited, entered, visited."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from mingbai.base.lib.permissions import Actor
from mingbai.base.staff.models import Official
from mingbai.base.staff.queries import acting
from mingbai.doors.demo.stories import story
from mingbai.facts.assessments.actions import record_many
from mingbai.facts.assessments.guarantees import Word
from mingbai.facts.income.actions import answering, entering
from mingbai.facts.income.entry import Entry
from mingbai.facts.registry.actions.book import Entry as Told
from mingbai.facts.registry.actions.changes import Newcomer, arrive, leave
from mingbai.facts.registry.models import Household
from mingbai.findings.issues.actions import moving
from mingbai.findings.issues.actions.finding import confirm_clue
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.actions.clues import assign, dismiss
from mingbai.findings.screening.actions.reports import Report, Signed, report
from mingbai.findings.screening.models import Clue


@dataclass
class Year:
    """A year that ends on `day`, told by chance."""

    cast: dict[str, Actor]
    village: str
    day: date
    chance: Random
    names: dict[str, str] = field(default_factory=dict)
    """Short names of villages by code."""

    def screening_days(self) -> Sequence[date]:
        """Three screenings: the last one on the demo's day."""
        return (self.day.replace(month=1, day=5), self.day.replace(month=4, day=3), self.day)

    def work(self, on: date) -> None:
        """What followed a screening: Li's village first, then the county's most urgent."""
        mine = Clue.objects.filter(village=self.village, status="new").order_by("-rank", "id")
        self._assign(mine.filter(group__in=("risk", "doubt"))[:40], "official:li", self.cast["zhao"], on)
        town = Clue.objects.filter(village__startswith=self.village[:9], status="new").order_by("-rank", "id")
        self._assign(town[:60], "", self.cast["zhao"], on)
        rest = Clue.objects.filter(status="new").order_by("-rank", "id")
        self._assign(rest[:90], "", self.cast["wang"], on)
        last = on == self.day
        held = list(Clue.objects.filter(status="assigned").order_by("-rank", "id")[:130])
        for number, clue in enumerate(self.chance.sample(held, min(len(held), 30 if last else 90))):
            self._decide(clue, on if last else on + timedelta(days=2 + number % 9))
        if not last:
            self._mend(on + timedelta(days=12))

    def _assign(self, clues: Iterable[Clue], to: str, by: Actor, on: date) -> None:
        picked = [clue.pk for clue in clues]
        if picked:
            assign(by=by, picked=picked, to=to, day=on)

    def _decide(self, clue: Clue, on: date) -> None:
        by = self._worker(clue.village)
        clue.refresh_from_db()
        # As in the field: most are false alarms.
        likely = 0.45 if clue.group == "risk" else 0.12
        if self.chance.random() < likely:
            confirm_clue(by=by, clue=clue, finding=story(clue.rule).true, day=on)
        else:
            dismiss(by=by, clue=clue, finding=story(clue.rule).false, day=on)

    def _mend(self, on: date) -> None:
        zhao, wang, qian = (self.cast[name] for name in ("zhao", "wang", "qian"))
        for issue in Issue.objects.filter(status="found").select_related("clue").order_by("id"):
            told = story(issue.clue.rule if issue.clue else "")
            far = self.chance.random()
            if far < 0.15:
                continue
            here = issue.village.startswith(self.village[:9])
            worker = self._worker(issue.village, issue.level)
            moving.start_mending(by=worker, issue=issue, plan=told.plan, day=on, version=self._fresh(issue))
            if far < 0.35:
                continue
            moving.answer(
                by=worker,
                issue=issue,
                text=told.answer,
                day=on + timedelta(days=5),
                version=self._fresh(issue),
            )
            if far < 0.5:
                continue
            kept = far > 0.58
            moving.revisit(
                by=qian, issue=issue, kept=kept, text=told.revisit if kept else "到户看过，还没有解决，请继续办。",
                day=on + timedelta(days=9), version=self._fresh(issue),
            )  # fmt: skip
            if kept and far > 0.65:
                closer = wang if worker is zhao or not here else zhao
                if closer is worker:
                    continue
                moving.close(by=closer, issue=issue, day=on + timedelta(days=10), version=self._fresh(issue))

    def _worker(self, village: str, level: str = "village") -> Actor:
        """Who does the work at a level: Li in her village, Zhao in the township, Wang; elsewhere somebody of that place
        who has no account in the demo."""
        if level == "county":
            return self.cast["wang"]
        area = village[:9] if level == "township" else village
        if self.village == village or (level == "township" and self.village.startswith(area)):
            return self.cast["li" if level == "village" else "zhao"]
        somebody = Official(username=f"{level}{area}", name="专干" if level == "township" else "村干部")
        somebody.unit = self.names.get(area, area)
        return acting(somebody, [(level, area, "")])

    @staticmethod
    def _fresh(issue: Issue) -> int:
        issue.refresh_from_db()
        return issue.version

    def visits(self) -> None:
        """Accounts of this year, guarantees seen on visits, reports of people, a birth and a death."""
        li = self.cast["li"]
        homes = list(Household.objects.filter(village=self.village, ended_on=None).order_by("id"))
        for number, home in enumerate(self.chance.sample(homes, min(10, len(homes)))):
            on = self.day - timedelta(days=40 - 3 * number)
            self._account(home, on, number)
            words = [Word(item, "", "met") for item in ("food", "clothing", "water_quantity", "water_convenience")]
            words.append(Word("housing", "", "unmet" if number == 3 else "met"))
            record_many(by=li, household=home, words=words, source="visit", said_on=on, day=on)
        first, second, third = self.chance.sample(homes, 3)
        self._reports(first, second)
        arrive(
            by=li, household=third, newcomer=Newcomer("小满", "之女", "女", born=self.day - timedelta(days=33)), how="出生",
            entry=self._told(third, self.day - timedelta(days=33), "户里报的，有出生医学证明"),
        )  # fmt: skip
        self._death(homes)

    def _told(self, home: Household, on: date, why: str) -> Told:
        home.refresh_from_db()
        return Told(day=self.day - timedelta(days=20), on=on, why=why, version=home.version)

    def _death(self, homes: Sequence[Household]) -> None:
        for home in homes:
            old = (
                home.members.filter(left_on=None, relation__in=("之父", "之母"), id_valid=True)
                .order_by("birth")
                .first()
            )
            if old:
                leave(
                    by=self.cast["li"], household=home, person_id=old.person_id, how="死亡",
                    entry=self._told(home, self.day - timedelta(days=45), "户里报的，有死亡证明"),
                )  # fmt: skip
                return

    def _reports(self, first: Household, second: Household) -> None:
        li, day = self.cast["li"], self.day
        report(
            by=li, nonce="demo-self-report", day=day - timedelta(days=4),
            report=Report("self_report", first.village, "今年住院花了不少，能报的都报了，想申请帮扶。",
                          day - timedelta(days=4), first, first.head_name),
            signed=Signed(first.head_name, "按手印", day - timedelta(days=4)),
        )  # fmt: skip
        report(
            by=li, nonce="demo-letter", day=day - timedelta(days=3),
            report=Report("letter", self.village, "意见箱来信：村里二组有一家老人没人管，吃水要去沟里背。", day - timedelta(days=3)),
        )  # fmt: skip
        report(
            by=self.cast["wang"], nonce="demo-hotline", day=day - timedelta(days=9),
            report=Report("hotline", second.village, "热线反映：房子后墙开裂，怕下雨。", day - timedelta(days=9), second),
        )  # fmt: skip

    def _account(self, home: Household, on: date, number: int) -> None:
        li, zhao = self.cast["li"], self.cast["zhao"]
        year = self.day.year
        account = entering.begin(by=li, household=home, year=year, day=on)
        wage, grain = 9600 + 700 * number, 3200 + 150 * number
        entries = [
            Entry(1, "A1", Decimal(wage), "said", home.head_name, "在县城工地，按月说的"),
            Entry(5001, "B1", Decimal(grain), "said", home.head_name, "玉米和土豆，自己吃的也算"),
            Entry(25001, "E1", Decimal(grain) * Decimal("0.4"), "receipt", "", "化肥、种子的票"),
        ]
        account = entering.save(by=li, account=account, version=account.version, entries=entries, day=on)
        if number < 2:
            return
        account = answering.show(by=li, account=account, version=account.version, day=on)
        if number < 4:
            return
        if number == 4:
            line = account.lines.order_by("position").first()
            assert line
            answering.dispute(
                by=zhao, account=account, version=account.version, name=home.head_name, way="当面口头", on=on, day=on,
                reasons={line.pk: "只做了七个月，后两个月没有活。"},
            )  # fmt: skip
            return
        answering.confirm(
            by=zhao, account=account, version=account.version, name=home.head_name, way="按手印", on=on, day=on
        )
