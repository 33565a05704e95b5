"""What the account says: the running figure, the warnings, the reckoning as a tree, as a picture and in a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mingbai.base.lib.money import cents, per_head
from mingbai.base.lib.resident_id import cleaned
from mingbai.base.standards.reading import Number
from mingbai.doors.web.queries.account_words import GROUPS, SOURCES, STATES, TONES, WAYS, item_word
from mingbai.facts.income.account import Account, Line, Node
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.income.queries import monitoring_lines, reckoned
from mingbai.facts.income.templatetags.account_money import yuan
from mingbai.facts.registry.models import Household, Member
from mingbai.findings.screening.check import check
from mingbai.findings.screening.rule import rules


def around(
    held: HouseholdAccount, before: HouseholdAccount | None, members: Sequence[Member], day: date, own: Sequence[Number]
) -> dict[str, Any]:
    """What the sheet and the account to be read both show."""
    now = running(held, before, len(members), own)
    return {
        "now": now, "before": before, "members": members, "totals": totals(now.account),
        "told": told(now) if now.account.members else "", "state": STATES[held.status], "tone": TONES[held.status],
        "warnings": warnings(held, before, members, day, own), "disputes": disputes(held),
        "figure_tone": "overdue" if now.is_below else "met",
    }  # fmt: skip


def to_read(held: HouseholdAccount, now: "Running") -> dict[str, Any]:
    """What the account to be read shows besides."""
    lines = list(held.lines.all())
    return {
        "tree": tree(now.account.tree, {line.pk: line for line in lines}), "picture": picture(now),
        "ways": WAYS.items(), "item_words": [(line, item_word(line.item), SOURCES[line.source]) for line in lines],
    }  # fmt: skip


def totals(account: Account) -> dict[str, Decimal]:
    """The sum of each group by its letter."""
    return {part.code: part.amount for part in account.tree.parts}


@dataclass(frozen=True)
class Running:
    """The figure that runs along: per head against the line of the year and against last year."""

    account: Account
    line: Decimal | None
    before: Decimal | None

    @property
    def gap(self) -> Decimal | None:
        """Per head less the line, for showing."""
        each = self.account.per_head
        return None if each is None or self.line is None else each - self.line

    @property
    def is_below(self) -> bool:
        # Compared exactly: the net income against the line times the members.
        return self.line is not None and self.account.net_income < self.line * self.account.members

    @property
    def change(self) -> Decimal | None:
        each = self.account.per_head
        return None if each is None or self.before is None else each - self.before


def running(account: HouseholdAccount, before: HouseholdAccount | None, members: int, own: Sequence[Number]) -> Running:
    """The running figure of an account whose lines are loaded."""
    lines = monitoring_lines([account.year], account.household.village, own)
    past = reckoned(before, members).per_head if before else None
    return Running(reckoned(account, members), lines.get(account.year), past)


def warnings(
    account: HouseholdAccount,
    before: HouseholdAccount | None,
    members: Sequence[Member],
    day: date,
    own: Sequence[Number],
) -> list[dict[str, str]]:
    """What the screening would say of this household: title, sentence and the question to ask at the table."""
    household = account.household
    lines = {
        one.year: [Line(x.pk, x.item, x.amount, x.note) for x in one.lines.all()] for one in (account, before) if one
    }
    found = check(
        _household_row(household), [_member_row(household, one, n) for n, one in enumerate(members, 1)],
        {year: some for year, some in lines.items() if some}, day, household.village, own, account_only=True,
    )  # fmt: skip
    english = (get_language() or "").startswith("en")
    told = []
    for one in found:
        rule = rules()[one.rule]
        title, ask = (rule.title_en, rule.head["ask_en"]) if english else (rule.title, one.question)
        told.append({"title": title, "sentence": one.sentence, "ask": ask})
    return told


def tree(node: Node, lines: Mapping[int, AccountLine]) -> dict[str, Any]:
    """The reckoning for the page: each sum with its parts, down to lines with their source."""
    return {
        "title": item_word(node.code) if node.code else _("家庭纯收入"),
        "code": node.code,
        "amount": node.amount,
        "is_minus": node.sign < 0 and len(node.code) == 1,
        "parts": [tree(part, lines) for part in node.parts],
        "lines": [
            {"amount": one.amount, "line": lines[one.line], "source": str(SOURCES[lines[one.line].source])}
            for one in node.lines
        ],
    }  # fmt: skip


def disputes(account: HouseholdAccount) -> list[dict[str, Any]]:
    """All that the household ever disputed in it, with the items in words."""
    return [
        told | {"named": [(item_word(item), amount, why) for item, amount, why in told["lines"]]}
        for told in account.disputes
    ]


def picture(now: Running) -> dict[str, Any] | None:
    """The waterfall from wages to net income, per head, with the line of the year drawn in; None without members."""
    account = now.account
    if not account.members or account.per_head is None:
        return None
    rows = []
    for part in account.tree.parts:
        if part.amount:
            each = per_head(part.amount, account.members) or Decimal(0)
            rows.append([str(GROUPS[part.code][0]), cents(each * part.sign)])
    result = _("人均纯收入")
    rows.append([result, account.per_head])
    return {
        "kind": "waterfall",
        "title": _("人均纯收入是怎么来的"),
        "text": told(now),
        "columns": [_("项目"), _("元/人")],
        "rows": rows,
        "totals": [result],
        "unit": _("元"),
        **({"line": {"value": now.line, "label": _("监测线")}} if now.line is not None else {}),
    }


def told(now: Running) -> str:
    """The same in a sentence."""
    account = now.account
    said = _("全家纯收入 %(net)s 元，%(members)s 口人，人均 %(each)s 元") % {
        "net": yuan(account.net_income), "members": account.members, "each": yuan(account.per_head),
    }  # fmt: skip
    if now.gap is None:
        return said + _("；这一年没有监测线。")
    way = _("；比监测线 %(line)s 元低 %(gap)s 元。") if now.is_below else _("；比监测线 %(line)s 元高 %(gap)s 元。")
    return said + way % {"line": yuan(now.line, 0), "gap": yuan(abs(now.gap))}


def _household_row(household: Household) -> dict[str, object]:
    return {
        "line": 1, "household_id": household.household_id, "village": household.village,
        "head_name": household.head_name, "household_class": household.household_class or None,
        "causes": _several(household.causes), "identified_on": household.identified_on,
        "monitored_since": household.monitored_since, "eliminated": household.eliminated or None,
        "eliminated_on": household.eliminated_on, "elimination_way": household.elimination_way or None,
        "phone": household.phone or None, "helper": household.helper or None,
    }  # fmt: skip


def _member_row(household: Household, member: Member, line: int) -> dict[str, object]:
    sex = None
    if member.id_valid:
        sex = "男" if int(cleaned(settings.KEYS.open(member.id_hidden))[16]) % 2 else "女"
    return {
        "line": line, "household_id": household.household_id, "person_id": member.person_id, "name": member.name,
        # Any text that tells two IDs apart does here, so the ID itself stays closed.
        "person_key": member.id_index or None, "person_valid": member.id_valid, "person_birth": member.birth,
        "person_sex": sex, "relation": member.relation, "sex": member.sex or None, "studying": member.studying or None,
        "health": _several(member.health), "skill": member.skill or None, "months_worked": member.months_worked,
    }  # fmt: skip


def _several(text: str) -> str | None:
    return f"、{text}、" if text else None
