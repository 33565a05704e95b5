"""What people report becomes a clue; and a household's consent (承诺授权) to have its private data looked up."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Changed, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import without_ids
from mingbai.base.standards import standards
from mingbai.base.standards.queries import own_numbers
from mingbai.facts.registry.models import Household
from mingbai.findings.screening.clocks import due_on
from mingbai.findings.screening.models import Clue, Consent
from mingbai.findings.screening.ranking import rank_of_report
from mingbai.findings.screening.wording import QUESTION, REPORTS

WAYS = ("签字", "按手印")
OLDEST_DAYS = 60
"""A report older than this was mistyped: its clock would have run out long ago."""


@dataclass(frozen=True)
class Report:
    """What somebody told: by which channel, about which village and maybe household, in whose words, on which day.

    Without a reporter it is anonymous, and then has no phone.
    """

    channel: str
    village: str
    said: str
    got_on: date
    household: Household | None = None
    reporter: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Signed:
    """A consent on paper: who signed, how (WAYS), when, and the last day on which it holds, if it names one."""

    by: str
    way: str
    on: date
    until: date | None = None
    note: str = ""


def report(*, by: Actor, report: Report, nonce: str, day: date, signed: Signed | None = None) -> tuple[Clue, bool]:
    """The clue of a report, and whether it is new: the same form sent twice gives the same clue.

    `signed` is the consent handed in with a self-report; it needs a household. Raises Refused, all reasons at once.
    """
    by.must(Permission.CLUE_REPORT, at=report.village)
    if signed:
        by.must(Permission.CONSENT_RECORD, at=report.village)
    if reasons := [*_faults(report, nonce, day), *(_unsigned(report.household, signed, day) if signed else ())]:
        raise Refused(*reasons)
    with transaction.atomic():
        clue, new = _raised(report, nonce, _due(report, day))
        if not new:
            return clue, False
        if signed and report.household:
            clue.consent = _consent(by, report.household, signed, day)
            clue.save(update_fields=["consent"])
        subject = f"household:{clue.household_id}" if clue.household_id else f"clue:{clue.pk}"
        whose = "" if clue.household_id else "，还不知道是哪一户"
        record(
            by=by, day=day, verb="screening.reported", subject=subject, place=clue.village,
            # Not the words themselves: they may tell of an illness.
            said=f"登记了一条{REPORTS[clue.channel]}{whose}，{clue.due_on} 前办结。",
            changed={"clue": clue.pk, "channel": clue.channel, "found_on": clue.found_on, "due_on": clue.due_on},
        )  # fmt: skip
    return clue, True


def record_consent(*, by: Actor, household: Household, signed: Signed, day: date) -> Consent:
    """Writes down a consent. The same paper (who, when) entered twice is one consent."""
    by.must(Permission.CONSENT_RECORD, at=household.village)
    if reasons := _unsigned(household, signed, day):
        raise Refused(*reasons)
    with transaction.atomic():
        return _consent(by, household, signed, day)


def withdraw_consent(*, by: Actor, consent: Consent, why: str, day: date) -> None:
    """Ends a consent from today; what was looked up while it held stays on record."""
    by.must(Permission.CONSENT_RECORD, at=consent.village)
    why = without_ids(why.strip())
    if not why:
        raise Refused("请写明谁提出撤回、什么时候提出的。")
    with transaction.atomic():
        note = f"{consent.note}\n撤回：{why}".strip()
        if not Consent.objects.filter(pk=consent.pk, withdrawn_on=None).update(withdrawn_on=day, note=note):
            raise Changed("这份承诺授权已经撤回过了。")
        record(
            by=by, day=day, verb="screening.consent_withdrawn", subject=f"household:{consent.household_id}",
            place=consent.village, said=f"撤回了 {consent.signed_on} 的承诺授权，不再比对部门信息。",
            changed={"consent": consent.pk, "withdrawn_on": [None, day], "words": settings.KEYS.hide(why)},
        )  # fmt: skip


def _faults(report: Report, nonce: str, day: date) -> list[str]:
    reasons = []
    if report.channel not in REPORTS:
        reasons.append("请选这条线索是从哪里来的。")
    if not report.said.strip():
        reasons.append("请写下反映的内容。")
    if report.phone.strip() and not report.reporter.strip():
        reasons.append("没有留姓名就是匿名，匿名不记电话。请补上姓名，或删去电话。")
    if report.got_on > day:
        reasons.append("收到的日期不能晚于今天。")
    elif report.got_on < day - timedelta(OLDEST_DAYS):
        reasons.append(f"收到的日期在 {OLDEST_DAYS} 天以前，请核对。")
    if report.household and report.household.ended_on:
        reasons.append("这一户已经不在花名册上，请核对户编号。")
    if report.household and report.household.village != report.village:
        reasons.append("这一户不在所选的村，请核对。")
    if not nonce:
        reasons.append("表单已失效，请刷新页面重填。")
    return reasons


def _unsigned(household: Household | None, signed: Signed, day: date) -> list[str]:
    reasons = []
    if household is None:
        reasons.append("承诺授权要落到具体的户，请先填户编号。")
    if not signed.by.strip():
        reasons.append("请写明承诺授权书由谁签的。")
    if signed.way not in WAYS:
        reasons.append("请选签字还是按手印。")
    if signed.on > day:
        reasons.append("签授权书的日期不能晚于今天。")
    if signed.until and signed.until < signed.on:
        reasons.append("授权截止日不能早于签署日。")
    return reasons


def _due(report: Report, day: date) -> date:
    """By the numbers of today: a letter that lay for a week is judged by the rule under which it was opened."""
    return due_on(report.got_on, report.channel, standards.at(day, report.village, own=own_numbers(report.village)))


def _raised(report: Report, nonce: str, due: date) -> tuple[Clue, bool]:
    # The nonce alone finds it: the household may have been attached since.
    if before := Clue.objects.filter(rule=report.channel, clue_key=nonce).first():
        return before, False
    household = report.household
    return Clue.objects.get_or_create(
        rule=report.channel, clue_key=nonce, subject_id=household.household_id if household else report.village,
        defaults={
            "channel": report.channel, "subject_kind": "household" if household else "village",
            "household_id": household.household_id if household else "", "village": report.village, "group": "risk",
            "said": without_ids(report.said.strip()), "found_on": report.got_on, "due_on": due,
            "household_class": household.household_class if household else "",
            "rank": rank_of_report(household.household_class if household else ""),
            "reporter": report.reporter.strip(), "reporter_phone": report.phone.strip(),
            "question": QUESTION,
        },
    )  # fmt: skip


def _consent(by: Actor, household: Household, signed: Signed, day: date) -> Consent:
    consent, new = Consent.objects.get_or_create(
        household_id=household.household_id, signed_by=signed.by.strip(), signed_on=signed.on, withdrawn_on=None,
        defaults={
            "village": household.village, "way": signed.way, "until": signed.until, "recorded_by": by.name,
            "note": without_ids(signed.note.strip()),
        },
    )  # fmt: skip
    if not new:
        return consent
    until = f"，到 {consent.until} 为止" if consent.until else ""
    record(
        by=by, day=day, verb="screening.consented", subject=f"household:{household.household_id}",
        place=household.village, said=f"{consent.signed_by}{consent.way}，承诺授权比对部门信息{until}。",
        changed={"consent": consent.pk, "signed_on": consent.signed_on, "until": consent.until},
    )  # fmt: skip
    return consent
