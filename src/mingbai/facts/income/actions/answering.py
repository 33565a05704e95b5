"""The account and its household: shown, confirmed or disputed. Whoever wrote in it never enters the answer."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.db import transaction

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import without_ids
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.income.queries import living, reckoned

_LONGEST_REASON = 500


def show(*, by: Actor, account: HouseholdAccount, version: int, day: date) -> HouseholdAccount:
    """Hands the account to the household: its members of the day are fixed, its lines stand in the event.

    Refused for an account without a line or a household without members.
    """
    by.must(Permission.ACCOUNT_ENTER, at=account.household.village)
    with transaction.atomic():
        members = [{"person_id": one.person_id, "name": one.name} for one in living(account.household)]
        if not account.lines.exists():
            raise Refused("账上还没有一笔，记了再交户里确认。")
        if not members:
            raise Refused("这一户没有在册成员，请先核对成员。")
        _move(
            account, version, "draft", status="shown", members=members, is_whole=True, village=account.household.village
        )
        shown = HouseholdAccount.objects.select_related("household").get(pk=account.pk)
        reckoning = reckoned(shown, len(members))
        lines = [[one.item, one.amount, one.source] for one in shown.lines.all()]
        said = (
            f"{shown.year} 年收支账交户里确认：{len(lines)} 笔，{len(members)} 人，人均纯收入 {reckoning.per_head} 元。"
        )
        _tell(
            by, day, shown, "shown", said,
            {"net": reckoning.net_income, "per_head": reckoning.per_head, "lines": lines,
             "members": [one["person_id"] for one in members]},
        )  # fmt: skip
    return shown


def confirm(
    *, by: Actor, account: HouseholdAccount, version: int, name: str, way: str, on: date, day: date
) -> HouseholdAccount:
    """Enters that the household confirmed its account. A correction takes the place of what it corrects.

    Args:
        name: who of the household confirmed.
        way: one of HouseholdAccount.WAYS.
        on: the day of the answer, not after `day`.
    """
    by.must(Permission.ACCOUNT_CONFIRM, at=account.household.village)
    answer = _answer(by, account, name, way, on, day)
    with transaction.atomic():
        if account.corrects_id is not None:
            # The old one first: only one account of a year is in force.
            HouseholdAccount.objects.filter(pk=account.corrects_id, status="confirmed").update(
                status="replaced", in_force=False
            )
        _move(account, version, "shown", status="confirmed", in_force=True, **answer)
        what = "更正后的" if account.corrects_id else ""
        said = f"户里确认了{what} {account.year} 年收支账（{answer['answered_by_name']}，{way}）。"
        _tell(by, day, account, "confirmed", said, {"way": way, "replaces": account.corrects_id})
    return HouseholdAccount.objects.get(pk=account.pk)


def dispute(
    *, by: Actor, account: HouseholdAccount, version: int, name: str, way: str, on: date, day: date,
    reasons: Mapping[int, str], note: str = "",
) -> HouseholdAccount:  # fmt: skip
    """Enters that the household disputes its account, line by line.

    Args:
        reasons: AccountLine.pk → what the household says of it.
        note: what is missing in the account altogether.
    Raises:
        Refused: without any reason, or for a line that is not of this account.
    """
    by.must(Permission.ACCOUNT_CONFIRM, at=account.household.village)
    answer = _answer(by, account, name, way, on, day)
    said_of = {pk: _text(reason) for pk, reason in reasons.items()}
    note = _text(note)
    lines = {line.pk: line for line in account.lines.all()}
    if said_of.keys() - lines.keys():
        raise Refused("有的行已经不在这本账上，请刷新页面再录。")
    if not all(said_of.values()) or not (said_of or note):
        raise Refused("有异议的每一笔都要写明户里怎么说；漏记的写在“漏记了什么”里。")
    with transaction.atomic():
        told = {
            "on": on.isoformat(), "name": answer["answered_by_name"], "way": way, "note": note,
            "lines": [[lines[pk].item, str(lines[pk].amount), reason] for pk, reason in said_of.items()],
        }  # fmt: skip
        _move(account, version, "shown", status="disputed", disputes=[*account.disputes, told], **answer)
        AccountLine.objects.filter(account=account).update(disputed=False, dispute="")
        for pk, reason in said_of.items():
            AccountLine.objects.filter(pk=pk).update(disputed=True, dispute=reason)
        named = "、".join(dict.fromkeys(AccountLine.titled(lines[pk].item) for pk in said_of))
        what = "；".join(filter(None, [named, "有漏记的" if note else ""]))
        said = f"户里对 {account.year} 年收支账有异议（{answer['answered_by_name']}，{way}）：{what}。"
        # Reasons may tell of an illness: they do not lie open in the history.
        hidden = {AccountLine.titled(lines[pk].item): settings.KEYS.hide(why) for pk, why in said_of.items()}
        _tell(by, day, account, "disputed", said, {"way": way, "reasons": hidden, "note": settings.KEYS.hide(note)})
    return HouseholdAccount.objects.get(pk=account.pk)


def _answer(by: Actor, account: HouseholdAccount, name: str, way: str, on: date, day: date) -> dict[str, object]:
    """The fields that say who answered and how. Forbidden to an author; Refused where something is missing."""
    if by.name in account.authors or by.name == account.entered_by:
        raise Forbidden("这本账您记过，户里的答复要由别的工作人员录入。请把签字的账页交给没有记过这本账的人。")
    name = without_ids(" ".join(name.split()))
    reasons = []
    if not name:
        reasons.append("请填写户里是谁答复的。")
    if len(name) > 60:
        reasons.append("姓名太长，请写 60 个字以内。")
    if way not in HouseholdAccount.WAYS:
        reasons.append(f"请选户里怎样答复的：{'、'.join(HouseholdAccount.WAYS)}。")
    if on > day:
        reasons.append("答复日期还没有到，请核对。")
    if reasons:
        raise Refused(*reasons)
    return {"answered_by_name": name, "answered_way": way, "answered_on": on, "recorded_by": by.name}


def _move(account: HouseholdAccount, version: int, old: str, **to: object) -> None:
    """The guarded move: only from the status and version that were seen."""
    moved = HouseholdAccount.objects.filter(pk=account.pk, version=version, status=old).update(
        version=version + 1, **to
    )
    if not moved:
        now = HouseholdAccount.objects.get(pk=account.pk)
        who = f"{now.saved_by_shown}改过" if now.saved_by_shown else "有人动过"
        raise Changed(
            f"这本账刚才{who}，现在是「{HouseholdAccount.STATUS[now.status]}」，您这一步没有做。请刷新页面看看。"
        )


def _text(text: str) -> str:
    plain = without_ids(" ".join(text.split()))
    if len(plain) > _LONGEST_REASON:
        raise Refused(f"户里的说法写到 {_LONGEST_REASON} 个字以内。")
    return plain


def _tell(by: Actor, day: date, account: HouseholdAccount, verb: str, said: str, more: Mapping[str, object]) -> None:
    household = account.household
    record(
        by=by, day=day, verb=f"income.account_{verb}", subject=f"household:{household.household_id}",
        place=household.village, said=said, changed={"account": account.pk, "year": account.year, **more},
    )  # fmt: skip
