"""Writing in an account: begun, written, mended, taken back, corrected.

A draft is working paper: it saves itself at each change, and only the turns are events (begun, another person goes on,
opened again after a dispute). What was shown to the household stands in the event in full.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Changed, Refused
from mingbai.base.lib.money import cents
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import without_ids
from mingbai.base.standards import standards as policy
from mingbai.base.standards.reading import Number
from mingbai.facts.income.bureau_amounts import Found
from mingbai.facts.income.entry import PLACES_AN_ITEM, RATIOS, Entry, base, check_year, checked, first_place
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.income.queries import bureau_amounts, first_month
from mingbai.facts.registry.models import Household

_OPEN = ("draft", "disputed")


def begin(*, by: Actor, household: Household, year: int, day: date, own: Sequence[Number] = ()) -> HouseholdAccount:
    """Opens the account of a household's year, with what the bureaus paid filled in. Asked twice it gives the same one.

    Refused for a year that has not begun, and for a household that is none any more.
    """
    by.must(Permission.ACCOUNT_ENTER, at=household.village)
    check_year(year, day, first_month(policy.at(day, household.village, own)))
    if household.ended_on:
        raise Refused("这一户已经不在册，不能再记账。")
    paid = bureau_amounts(household, year, day, own)
    with transaction.atomic():
        account, is_new = HouseholdAccount.objects.get_or_create(
            household=household, year=year, in_force=True,
            defaults={
                "village": household.village, "entered_by": by.name, "entered_by_shown": by.shown, "entered_on": day,
                "authors": [by.name], "saved_by_shown": by.shown,
            },
        )  # fmt: skip
        if is_new:
            filled = len(_add_paid(account, paid))
            said = f"开始记 {year} 年收支账" + (f"，从部门数据填入 {filled} 笔。" if filled else "。")
            _tell(by, day, account, "begun", said, {"filled": filled})
    return account


def save(
    *,
    by: Actor,
    account: HouseholdAccount,
    version: int,
    entries: Sequence[Entry],
    day: date,
    dropped: Iterable[int] = (),
) -> HouseholdAccount:
    """Writes the lines as they now stand on the page; a line that is not among them goes.

    Lines from bureaus and estimates by ratio are not typed: they stay, but for the places in `dropped`; an estimate
    follows the line it rests on. Refused with every reason at once; Changed where somebody wrote meanwhile.
    """
    by.must(Permission.ACCOUNT_ENTER, at=account.household.village)
    typed = {entry.place: entry for entry in checked(entries)}
    gone = set(dropped)
    with transaction.atomic():
        held = _locked(account, version, typed)
        lines = {line.position: line for line in held.lines.all()}
        fixed = {place for place, line in lines.items() if is_fixed(line)}
        if fixed & typed.keys():
            raise Refused("部门数据和估算的行不能直接改；不对的先去掉，再按户里说的另记一行。")
        away = (lines.keys() - fixed - typed.keys()) | (fixed & gone)
        AccountLine.objects.filter(account=held, position__in=away).delete()
        changed = [_written(lines[place], entry) for place, entry in typed.items() if place in lines]
        AccountLine.objects.bulk_create(
            AccountLine(account=held, **_fields(entry), position=place)
            for place, entry in typed.items() if place not in lines
        )  # fmt: skip
        if not (away or any(changed) or typed.keys() - lines.keys()):
            return held
        _follow(held)
        return _wrote(by, held, day)


def refresh(
    *, by: Actor, account: HouseholdAccount, version: int, day: date, own: Sequence[Number] = ()
) -> tuple[HouseholdAccount, int]:
    """Takes the bureaus' amounts anew from the newest deliveries, in place of those taken before.

    Returns the account and how many lines the bureaus gave.
    """
    by.must(Permission.ACCOUNT_ENTER, at=account.household.village)
    paid = bureau_amounts(account.household, account.year, day, own)
    with transaction.atomic():
        held = _locked(account, version)
        before = held.lines.filter(source="bureau")
        now = sorted((f.item, f.amount, f.source, f.what) for f in paid if f.item)
        if sorted((o.item, o.amount, o.source_note, o.note) for o in before) == now:
            return held, len(now)
        before.delete()
        _add_paid(held, paid)
        return _wrote(by, held, day), len(now)


def estimate(
    *,
    by: Actor,
    account: HouseholdAccount,
    version: int,
    place: int,
    ratio: str,
    day: date,
    own: Sequence[Number] = (),
) -> HouseholdAccount:
    """Sets the costs of one line of gross income by a ratio of the place, marked as an estimate; again in its stead.

    Refused where the place has no such ratio.
    """  # fmt: skip
    by.must(Permission.ACCOUNT_ENTER, at=account.household.village)
    number = policy.at(day, account.household.village, own).get(ratio)
    with transaction.atomic():
        held = _locked(account, version)
        line = held.lines.filter(position=place).first()
        if line is None or ratio not in RATIOS.get(base(line.item), ()):
            raise Refused("这一行不能按比例估算成本，请先填毛收入。")
        if number is None or not isinstance(number.value, Decimal):
            raise Refused("本地没有定这个成本比例，不能按比例估算，请问清户里花了多少本钱。")
        line.estimates.all().delete()
        item = "E" + base(line.item)[1]
        AccountLine.objects.create(
            account=held, position=_free(held, item), item=item, amount=cents(line.amount * number.value),
            source="estimate", source_note=f"{number.title} {number.value:.0%}（{number.document}）"[:120],
            rests_on=line, ratio=number.value,
        )  # fmt: skip
        return _wrote(by, held, day)


def take_back(*, by: Actor, account: HouseholdAccount, version: int, day: date) -> HouseholdAccount:
    """Back to a draft, as long as the household has not answered."""
    by.must(Permission.ACCOUNT_ENTER, at=account.household.village)
    with transaction.atomic():
        moved = HouseholdAccount.objects.filter(pk=account.pk, version=version, status="shown").update(
            status="draft", members=[], version=version + 1, saved_by_shown=by.shown
        )
        if not moved:
            raise Changed("这本账已经有人动过，没有收回。请刷新页面看看。")
        _tell(by, day, account, "taken_back", f"收回 {account.year} 年收支账修改。")
    return HouseholdAccount.objects.get(pk=account.pk)


def correct(*, by: Actor, account: HouseholdAccount, why: str, day: date) -> HouseholdAccount:
    """Begins the correction of a confirmed account: a new one with the same lines. The old one counts until the
    household has confirmed the new one. Refused without a reason; asked twice it gives the same one."""
    by.must(Permission.ACCOUNT_ENTER, at=account.household.village)
    why = without_ids(" ".join(why.split()))
    if not why:
        raise Refused("请写明为什么要更正。")
    if pending := HouseholdAccount.objects.filter(corrects=account).first():
        return pending
    if account.status != "confirmed" or not account.in_force:
        raise Refused("只有户里确认过、现在有效的账才用更正；没有确认的直接修改。")
    with transaction.atomic():
        try:
            with transaction.atomic():
                new = HouseholdAccount.objects.create(
                    household=account.household, village=account.household.village, year=account.year, in_force=False,
                    entered_by=by.name, entered_by_shown=by.shown, entered_on=day, authors=[by.name],
                    saved_by_shown=by.shown, corrects=account, correction_why=why,
                )  # fmt: skip
        except IntegrityError:
            return HouseholdAccount.objects.get(corrects=account)
        _copy(account, new)
        _tell(by, day, new, "correction_begun", f"开始更正 {new.year} 年收支账。", {"corrects": account.pk}, why)
    return new


def is_fixed(line: AccountLine) -> bool:
    """Not typed but taken from a table or worked out by a ratio."""
    return line.source == "bureau" or line.rests_on_id is not None


def _locked(account: HouseholdAccount, version: int, typed: dict[int, Entry] | None = None) -> HouseholdAccount:
    """The account as it is now, held to the end of the transaction. Changed or Refused unless it may be written in."""
    held = HouseholdAccount.objects.select_for_update().get(pk=account.pk)
    # Whoever presses a button while the page is saving itself meets nobody but themselves: what lies there is the same.
    if held.version != version and (typed is None or _other(held, typed)):
        who = held.saved_by_shown or "别人"
        raise Changed(
            f"{who}刚才也在改这本账，您这次的没有存进去。您填的还在页面上，请对一对再保存。", *_other(held, typed)
        )
    if held.status not in _OPEN:
        state = HouseholdAccount.STATUS[held.status]
        raise Refused(
            f"这本账现在是「{state}」，不能直接改。" + ("先收回再改。" if held.status == "shown" else "要改请用更正。")
        )
    return held


def _other(held: HouseholdAccount, typed: dict[int, Entry] | None) -> list[str]:
    """What differs between the account as somebody else saved it and what was typed."""
    if typed is None:
        return []
    theirs = {line.position: line for line in held.lines.all() if not is_fixed(line)}
    said = []
    for place in sorted(theirs.keys() | typed.keys()):
        line, entry = theirs.get(place), typed.get(place)
        if line and entry and _is_same(line, entry):
            continue
        one = line or entry
        assert one is not None
        there = f"{line.amount} 元" if line else "没有这一笔"
        here = f"{entry.amount} 元" if entry else "没有这一笔"
        differ = f"现在存的是{there}，您填的是{here}" if there != here else "来源或说明不一样"
        said.append(f"{AccountLine.titled(one.item)}：{differ}。")
    return said


def _wrote(by: Actor, held: HouseholdAccount, day: date) -> HouseholdAccount:
    """Notes who wrote; a turn (another person, or a disputed account opened again) is an event."""
    opened = held.status == "disputed"
    is_turn = opened or by.name not in held.authors
    held.status, held.version, held.saved_by_shown = "draft", held.version + 1, by.shown
    held.village, held.recorded_by = held.household.village, ""
    # While it is written in again, it is divided by the living of the day.
    held.members = []
    if by.name not in held.authors:
        held.authors = [*held.authors, by.name]
    held.save()
    if is_turn:
        said = f"按户里的异议修改 {held.year} 年收支账。" if opened else f"续记 {held.year} 年收支账。"
        _tell(by, day, held, "reopened" if opened else "continued", said)
    return held


def _fields(entry: Entry) -> dict[str, object]:
    return {
        "item": entry.item, "amount": entry.amount, "source": entry.source, "source_note": entry.source_note,
        "note": entry.note,
    }  # fmt: skip


def _written(line: AccountLine, entry: Entry) -> bool:
    """Brings a line up to what was typed; whether anything changed."""
    if _is_same(line, entry):
        return False
    AccountLine.objects.filter(pk=line.pk).update(**_fields(entry))
    return True


def _is_same(line: AccountLine, entry: Entry) -> bool:
    return all(getattr(line, name) == value for name, value in _fields(entry).items())


def _follow(held: HouseholdAccount) -> None:
    """Estimates follow the lines they rest on."""
    for line in held.lines.filter(rests_on__isnull=False).select_related("rests_on"):
        assert line.rests_on and line.ratio is not None
        amount = cents(line.rests_on.amount * line.ratio)
        if amount != line.amount:
            AccountLine.objects.filter(pk=line.pk).update(amount=amount)


def _add_paid(account: HouseholdAccount, paid: Sequence[Found]) -> list[AccountLine]:
    made = []
    for found in paid:
        if found.item:
            made.append(
                AccountLine.objects.create(
                    account=account, position=_free(account, found.item), item=found.item, amount=found.amount,
                    source="bureau", source_note=found.source[:120], note=found.what[:200],
                )
            )  # fmt: skip
    return made


def _free(account: HouseholdAccount, item: str) -> int:
    first = first_place(item)
    taken = account.lines.filter(position__gte=first, position__lt=first + PLACES_AN_ITEM)
    last = taken.order_by("-position").values_list("position", flat=True).first()
    return first if last is None else last + 1


def _copy(old: HouseholdAccount, new: HouseholdAccount) -> None:
    """The lines of one account into another, estimates resting on the copies."""
    copies: dict[int, AccountLine] = {}
    for line in sorted(old.lines.all(), key=lambda one: one.rests_on_id is not None):
        copies[line.pk] = AccountLine.objects.create(
            account=new, position=line.position, item=line.item, amount=line.amount, source=line.source,
            source_note=line.source_note, note=line.note, ratio=line.ratio,
            rests_on=copies[line.rests_on_id] if line.rests_on_id else None,
        )  # fmt: skip


def _tell(
    by: Actor, day: date, account: HouseholdAccount, verb: str, said: str, more: dict[str, object] | None = None,
    why: str = "",
) -> None:  # fmt: skip
    household = account.household
    record(
        by=by, day=day, verb=f"income.account_{verb}", subject=f"household:{household.household_id}",
        place=household.village, said=said, why=why,
        changed={"account": account.pk, "year": account.year, **(more or {})},
    )  # fmt: skip
