"""One of everything in our county, each with a word that stands nowhere else: whoever reads it has seen it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
from django.conf import settings
from django.db import transaction

from characters import COUNTY, DAY, VILLAGE, make_family, person
from mingbai.base.events.actions import record
from mingbai.facts.assessments.models import Finding
from mingbai.facts.bureaus.models import Delivery
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.registry.models import Difference, Import, Member
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.models import Clue, Consent, Screening
from mingbai.oversight.indicators.models import Statement

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)


@dataclass
class World:
    """Arguments of addresses by their name, and the words that a stranger must never read."""

    keys: dict[str, object] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)


def _file(suffix: str) -> Path:
    return Path(settings.DELIVERIES) / f"world-bill.{suffix}"


def clear() -> None:
    """Takes the delivery's files away again: no other test expects them."""
    for suffix in ("hidden", "problems", "parquet"):
        _file(suffix).unlink(missing_ok=True)


def build() -> World:
    """Written straight into the tables, for looking at only."""
    home = make_family(VILLAGE, size=4, household_id="3434777000001", head_name="杨鹮鹮", phone="10977700011",
                       household_class="脱贫不稳定户", helper="帮扶人鹇鹇")  # fmt: skip
    spouse = home.members.get(relation="配偶")
    Member.objects.filter(pk=spouse.pk).update(name="配偶鹬鹬", phone="10977700022", health="患有大病")
    ids = [settings.KEYS.open(one.id_hidden) for one in home.members.all()]
    delivery = Delivery.objects.create(
        table="bill", place=COUNTY, sender="医保", period=DAY.replace(day=1), received_at=AT, day=DAY, by="official:chen",
        by_shown="陈", file_name="结算鸬鹚.csv", sha256="1" * 64, kept_as="world-bill", twin_sha256="2" * 64, rows=3,
    )  # fmt: skip
    settings.DELIVERIES.mkdir(parents=True, exist_ok=True)
    for suffix in ("hidden", "problems"):
        _file(suffix).write_bytes(settings.KEYS.hide_bytes(b"[]"))
    duckdb.sql("SELECT 1 AS line").write_parquet(str(_file("parquet")))
    run = Screening.objects.create(
        place=COUNTY, day=DAY, by="official:wang", by_shown="王鸊鷉", queued_at=AT, began_at=AT, ended_at=AT,
        status="failed", why="停电", percent=100, report={},
    )  # fmt: skip
    consent = Consent.objects.create(
        household_id=home.household_id, village=VILLAGE, signed_by="杨鹮鹮", way="按手印", signed_on=DAY,
        recorded_by="official:li",
    )  # fmt: skip
    clue = _clue(home.household_id, run, "medical_burden", "看病自付鹡鸰元")
    confirmed = _clue(home.household_id, run, "low_income", "人均鹡鸰元", status="confirmed")
    issue = Issue.objects.create(
        title="看病负担重鸲鹆", detail="欠债鸲鹆", household_id=home.household_id, village=VILLAGE, clue=confirmed, found_on=DAY,
        found_by="official:li", since=DAY, due_on=DAY + timedelta(days=15),
    )  # fmt: skip
    account = HouseholdAccount.objects.create(
        household=home, village=VILLAGE, year=2026, entered_by="official:li", entered_by_shown="李", entered_on=DAY,
        is_whole=True,
    )  # fmt: skip
    AccountLine.objects.create(account=account, position=1, item="A1", amount="8765.43", source="said", note="工地鹪鹩")
    Finding.objects.create(
        household=home, member=spouse, village=VILLAGE, item="medical", state="unmet", source="visit", day=DAY,
        by="official:li", note="没有参保鹧鸪",
    )  # fmt: skip
    roster = Import.objects.create(
        place=COUNTY, by="official:wang", by_shown="王", at=AT, day=DAY, file_names="花名册鸸鹋.csv", sha256="3" * 64,
        status="done", counts={}, done_on=DAY, done_by="official:wang",
    )  # fmt: skip
    difference = Difference.objects.create(
        household=home, source=roster, field="household_class", ours="脱贫不稳定户", theirs="一般农户"
    )
    statement = Statement.objects.create(
        place=COUNTY, since=DAY.replace(month=1, day=1), until=DAY, day=DAY, rows=1, sha256="4" * 64,
        published_sha256="5" * 64, made_by="official:wang", made_by_shown="王鸂鶒", inputs=[["household", "6" * 64, 1]],
    )  # fmt: skip
    with transaction.atomic():
        record(by=person("li").actor, day=DAY, verb="registry.corrected", subject=f"household:{home.household_id}",
               place=VILLAGE, said="改了户里的鹈鹕。")  # fmt: skip
    keys = {
        "household_id": home.household_id, "person_id": spouse.person_id, "village": VILLAGE, "code": VILLAGE,
        "year": 2026, "delivery": delivery.pk, "run": run.pk, "clue": clue.pk, "issue": issue.pk, "import": roster.pk,
        "difference": difference.pk, "consent": consent.pk, "official": person("li").official.pk,
        "statement": statement.pk,
    }  # fmt: skip
    secrets = [
        *ids, home.household_id, spouse.person_id, "杨鹮鹮", "配偶鹬鹬", "10977700011", "10977700022", "帮扶人鹇鹇", "结算鸬鹚",
        "王鸊鷉", "鹡鸰", "鸲鹆", "8765.43", "8,765.43", "鹪鹩", "鹧鸪", "鸸鹋", "鹈鹕", "王鸂鶒",
    ]  # fmt: skip
    return World(keys, secrets)


def _clue(household_id: str, run: Screening, rule: str, said: str, status: str = "new") -> Clue:
    decided = {"decided_on": DAY, "decided_by": "official:li", "finding": "属实"} if status == "confirmed" else {}
    return Clue.objects.create(
        rule=rule, subject_kind="household", subject_id=household_id, clue_key="2026", household_id=household_id,
        village=VILLAGE, group="risk", evidence={"year": 2026}, said=said, question="家里怎么样？", status=status,
        household_class="脱贫不稳定户", rank=500, found_on=DAY, due_on=DAY + timedelta(days=15), screening=run, last_seen=run,
        **decided,
    )  # fmt: skip
