"""An account's way: begun, written, shown, confirmed or disputed, corrected; and who may not."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from characters import DAY, OTHER_VILLAGE, VILLAGE, Person
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.standards.reading import Dated, Number
from mingbai.base.standards.standards import numbers
from mingbai.facts.income.actions import answering, entering
from mingbai.facts.income.entry import Entry, first_place
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.income.queries import account_of, accounts_of, correction_of, reckoned
from mingbai.facts.registry.models import Household, Member

pytestmark = pytest.mark.django_db
D = Decimal
Family = Callable[..., Household]


def said(item: str, amount: str, nth: int = 0, **more: str) -> Entry:
    return Entry(first_place(item) + nth, item, D(amount), **more)


def written(by: Person, household: Household, *entries: Entry) -> HouseholdAccount:
    account = entering.begin(by=by.actor, household=household, year=2026, day=DAY)
    return entering.save(by=by.actor, account=account, version=account.version, entries=entries, day=DAY)


def shown(by: Person, household: Household) -> HouseholdAccount:
    account = written(by, household, said("A1", "24000"), said("B2", "6000"), said("E2", "2400"))
    return answering.show(by=by.actor, account=account, version=account.version, day=DAY)


def confirmed(author: Person, other: Person, household: Household) -> HouseholdAccount:
    account = shown(author, household)
    return answering.confirm(
        by=other.actor, account=account, version=account.version, name="杨一", way="签字", on=DAY, day=DAY
    )


def verbs(household: Household) -> list[str]:
    return list(
        Event.objects.filter(subject=f"household:{household.household_id}")
        .order_by("id")
        .values_list("verb", flat=True)
    )


def test_from_the_kitchen_table_to_the_signature(family: Family, li: Person, zhao: Person) -> None:
    household = family()
    account = confirmed(li, zhao, household)
    assert account.status == "confirmed" and account.recorded_by == "official:zhao"
    assert [one["name"] for one in account.members] == [m.name for m in household.members.order_by("person_id")]
    assert reckoned(account, 99).per_head == D("9200.00")
    assert verbs(household) == ["income.account_begun", "income.account_shown", "income.account_confirmed"]
    event = Event.objects.get(verb="income.account_shown")
    assert event.said == "2026 年收支账交户里确认：3 笔，3 人，人均纯收入 9200.00 元。"


def test_beginning_twice_is_beginning_once(family: Family, li: Person) -> None:
    household = family()
    one = entering.begin(by=li.actor, household=household, year=2026, day=DAY)
    two = entering.begin(by=li.actor, household=household, year=2026, day=DAY)
    assert one == two and verbs(household) == ["income.account_begun"]


def test_the_author_does_not_confirm_nor_dispute(family: Family, li: Person, zhao: Person) -> None:
    account = shown(li, family())
    common = {"account": account, "version": account.version, "name": "杨一", "way": "签字", "on": DAY, "day": DAY}
    with pytest.raises(Forbidden, match="您记过"):
        answering.confirm(by=li.actor, **common)
    with pytest.raises(Forbidden, match="您记过"):
        answering.dispute(by=li.actor, reasons={}, note="少记了", **common)
    # Whoever wrote a single line is an author, too.
    held = entering.take_back(by=li.actor, account=account, version=account.version, day=DAY)
    held = entering.save(
        by=zhao.actor, account=held, version=held.version, entries=[said("A1", "1")], day=DAY, dropped=()
    )
    held = answering.show(by=li.actor, account=held, version=held.version, day=DAY)
    with pytest.raises(Forbidden):
        answering.confirm(by=zhao.actor, account=held, version=held.version, name="杨一", way="签字", on=DAY, day=DAY)


def test_strangers_and_other_posts_are_refused(
    family: Family, li: Person, sun: Person, wang: Person, chen: Person, qian: Person
) -> None:
    household = family()
    other = family(OTHER_VILLAGE)
    account = shown(li, household)
    with pytest.raises(Forbidden):
        entering.begin(by=li.actor, household=other, year=2026, day=DAY)
    for person in (sun, wang, chen, qian):
        by = person.actor
        with pytest.raises(Forbidden):
            entering.begin(by=by, household=household, year=2025, day=DAY)
        with pytest.raises(Forbidden):
            entering.save(by=by, account=account, version=account.version, entries=[], day=DAY)
        with pytest.raises(Forbidden):
            answering.show(by=by, account=account, version=account.version, day=DAY)
        with pytest.raises(Forbidden):
            answering.confirm(by=by, account=account, version=account.version, name="杨一", way="签字", on=DAY, day=DAY)
    assert account_of(sun.actor, household.household_id, 2026) is None
    assert accounts_of(sun.actor, household.household_id) == []
    assert accounts_of(chen.actor, household.household_id) == []
    assert account_of(qian.actor, household.household_id, 2026) == account
    assert verbs(household)[-1] == "income.account_shown"


def test_years_that_have_not_begun_or_never_were(family: Family, li: Person) -> None:
    household = family()
    for year in (2027, 2013, 20260):
        with pytest.raises(Refused):
            entering.begin(by=li.actor, household=household, year=year, day=DAY)
    entering.begin(by=li.actor, household=household, year=2027, day=date(2026, 10, 1))


@pytest.mark.parametrize(
    "entry",
    [Entry(first_place("A1"), "A1", D("-1")), Entry(first_place("A1"), "A1", D("1.005")), Entry(0, "Q1", D("1"))],
    ids=["negative", "three decimals", "unknown item"],
)
def test_a_bad_line_is_refused_and_nothing_is_written(family: Family, li: Person, entry: Entry) -> None:
    account = entering.begin(by=li.actor, household=family(), year=2026, day=DAY)
    with pytest.raises(Refused):
        entering.save(by=li.actor, account=account, version=1, entries=[said("B1", "5"), entry], day=DAY)
    assert not account.lines.exists()
    assert HouseholdAccount.objects.get().version == 1


def test_the_second_of_two_is_told_what_differs_and_loses_nothing(family: Family, li: Person, zhao: Person) -> None:
    account = written(li, family(), said("A1", "12000"))
    old = account.version
    entering.save(by=zhao.actor, account=account, version=old, entries=[said("A1", "13000")], day=DAY)
    with pytest.raises(Changed) as changed:
        entering.save(by=li.actor, account=account, version=old, entries=[said("A1", "12500")], day=DAY)
    first, *rest = changed.value.reasons
    assert first.startswith("赵")
    assert rest == ["务工：现在存的是13000.00 元，您填的是12500.00 元。"]
    assert account.lines.get().amount == D("13000.00")
    assert verbs(account.household)[-1] == "income.account_continued"


def test_the_same_save_twice_does_one_thing(family: Family, li: Person) -> None:
    account = entering.begin(by=li.actor, household=family(), year=2026, day=DAY)
    for _ in range(2):
        held = entering.save(by=li.actor, account=account, version=1, entries=[said("A1", "1")], day=DAY)
    assert held.version == 2 and account.lines.count() == 1


def test_a_line_keeps_its_number_while_it_is_mended(family: Family, li: Person) -> None:
    account = written(li, family(), said("A1", "12000"), said("A1", "500", 1), said("D6", "80"))
    number = account.lines.get(item="A1", amount=500).pk
    held = entering.save(
        by=li.actor, account=account, version=account.version, day=DAY,
        entries=[said("A1", "600", 1, note="采茶"), said("B1", "3000")],
    )  # fmt: skip
    assert [(x.pk == number, x.item, str(x.amount), x.note) for x in held.lines.all()] == [
        (True, "A1", "600.00", "采茶"), (False, "B1", "3000.00", ""),
    ]  # fmt: skip


def test_a_dispute_opens_the_account_and_stays_in_sight(family: Family, li: Person, zhao: Person) -> None:
    account = shown(li, family())
    stock = account.lines.get(item="B2")
    account = answering.dispute(
        by=zhao.actor, account=account, version=account.version, name="杨一", way="当面口头", on=DAY, day=DAY,
        reasons={stock.pk: "猪还没有卖，妻子有病没顾上"}, note="少记了采茶",
    )  # fmt: skip
    assert account.status == "disputed" and account.lines.get(disputed=True) == stock
    event = Event.objects.get(verb="income.account_disputed")
    assert "养殖；有漏记的" in event.said and "有病" not in event.said + event.changed + event.why
    account = entering.save(
        by=li.actor, account=account, version=account.version, day=DAY,
        entries=[said("A1", "24000"), said("B2", "0"), said("A5", "700")],
    )  # fmt: skip
    assert account.status == "draft" and account.lines.get(item="B2").dispute == "猪还没有卖，妻子有病没顾上"
    assert account.disputes[0]["lines"] == [["B2", "6000.00", "猪还没有卖，妻子有病没顾上"]]
    assert verbs(account.household)[-2:] == ["income.account_disputed", "income.account_reopened"]


def test_an_answer_says_who_how_and_when(family: Family, li: Person, zhao: Person) -> None:
    account = shown(li, family())
    with pytest.raises(Refused) as refused:
        answering.confirm(
            by=zhao.actor, account=account, version=account.version, name=" ", way="托人带话", on=date(2026, 7, 1),
            day=DAY,
        )  # fmt: skip
    assert len(refused.value.reasons) == 3
    common = {"account": account, "version": account.version, "name": "杨一", "way": "签字", "on": DAY, "day": DAY}
    for reasons in ({}, {account.lines.first().pk: "  "}, {-1: "不对"}):
        with pytest.raises(Refused):
            answering.dispute(by=zhao.actor, reasons=reasons, **common)
    answering.confirm(by=zhao.actor, **common)
    with pytest.raises(Changed):
        answering.confirm(by=zhao.actor, **common)
    assert verbs(account.household).count("income.account_confirmed") == 1


def test_an_empty_account_is_not_shown(family: Family, li: Person) -> None:
    account = entering.begin(by=li.actor, household=family(), year=2026, day=DAY)
    with pytest.raises(Refused, match="还没有一笔"):
        answering.show(by=li.actor, account=account, version=account.version, day=DAY)


def test_who_left_later_stays_in_a_signed_account(family: Family, li: Person, zhao: Person) -> None:
    household = family()
    account = confirmed(li, zhao, household)
    Member.objects.filter(household=household, relation="之子").update(left_on=DAY, left_why="迁出")
    assert reckoned(account, 2).members == 3


def test_a_confirmed_account_changes_only_by_a_correction(family: Family, li: Person, zhao: Person) -> None:
    old = confirmed(li, zhao, family())
    with pytest.raises(Refused, match="更正"):
        entering.save(by=li.actor, account=old, version=old.version, entries=[], day=DAY)
    with pytest.raises(Refused, match="为什么"):
        entering.correct(by=li.actor, account=old, why="  ", day=DAY)
    new = entering.correct(by=li.actor, account=old, why="漏记了公益林补偿", day=DAY)
    assert entering.correct(by=li.actor, account=old, why="再点一次", day=DAY) == new
    household_id = old.household.household_id
    assert account_of(li.actor, household_id, 2026) == old and correction_of(li.actor, household_id, 2026) == new
    entries = [said(x.item, str(x.amount)) for x in new.lines.all()] + [said("D5B", "300")]
    new = entering.save(by=li.actor, account=new, version=new.version, entries=entries, day=DAY)
    new = answering.show(by=li.actor, account=new, version=new.version, day=DAY)
    assert account_of(li.actor, household_id, 2026) == old
    answering.confirm(by=zhao.actor, account=new, version=new.version, name="杨一", way="按手印", on=DAY, day=DAY)
    old.refresh_from_db()
    assert (old.status, old.in_force) == ("replaced", False)
    assert account_of(li.actor, household_id, 2026) == new and correction_of(li.actor, household_id, 2026) is None
    assert [one.pk for one in accounts_of(li.actor, household_id)] == [new.pk]
    assert verbs(old.household)[-3:] == [
        "income.account_correction_begun", "income.account_shown", "income.account_confirmed",
    ]  # fmt: skip


def ratio(value: str) -> tuple[Number, ...]:
    ours = numbers()["cost_ratio_livestock"]
    since = Dated(date(2026, 1, 1), D(value), date(2026, 1, 1), "县农办〔2026〕1号", place="513434")
    return (Number(ours.name, ours.title, ours.title_en, ours.unit, (since,)),)


def test_costs_by_ratio_only_where_the_place_has_one(family: Family, li: Person) -> None:
    account = written(li, family(), said("B2", "6000.05"), said("A1", "1"))
    ask = {"by": li.actor, "account": account, "place": first_place("B2"), "ratio": "cost_ratio_livestock", "day": DAY}
    with pytest.raises(Refused, match="没有定这个成本比例"):
        entering.estimate(version=account.version, **ask)
    held = entering.estimate(version=account.version, own=ratio("0.40"), **ask)
    held = entering.estimate(version=held.version, own=ratio("0.40"), **ask)
    cost = held.lines.get(item="E2")
    assert (cost.amount, cost.source) == (D("2400.02"), "estimate")
    assert "40%" in cost.source_note and "县农办〔2026〕1号" in cost.source_note
    # It follows the line it rests on, and goes with it.
    entries = [said("B2", "1000"), said("A1", "1")]
    held = entering.save(by=li.actor, account=held, version=held.version, entries=entries, day=DAY)
    assert held.lines.get(item="E2").amount == D("400.00")
    with pytest.raises(Refused, match="估算的行不能直接改"):
        entering.save(by=li.actor, account=held, version=held.version, entries=[*entries, said("E2", "1")], day=DAY)
    held = entering.save(by=li.actor, account=held, version=held.version, entries=entries[1:], day=DAY)
    assert [x.item for x in held.lines.all()] == ["A1"]
    with pytest.raises(Refused, match="不能按比例估算"):
        entering.estimate(
            by=li.actor, account=held, version=held.version, place=first_place("A1"), ratio="cost_ratio_livestock",
            day=DAY, own=ratio("0.40"),
        )  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"recorded_by": "official:li"},
        {"status": "confirmed"},
        {"entered_by": ""},
        {"in_force": False},
        {"status": "replaced"},
    ],
    ids=["author confirms", "nobody answered", "no author", "out of force", "replaced in force"],
)
def test_the_database_keeps_what_is_promised(family: Family, li: Person, changes: dict[str, object]) -> None:
    account = shown(li, family())
    with pytest.raises(IntegrityError), transaction.atomic():
        HouseholdAccount.objects.filter(pk=account.pk).update(**changes)


def test_the_database_keeps_one_account_a_year_and_no_loss_on_a_line(family: Family, li: Person) -> None:
    household = family()
    account = shown(li, household)
    with pytest.raises(IntegrityError), transaction.atomic():
        HouseholdAccount.objects.create(
            household=household, village=VILLAGE, year=2026, entered_by="x", entered_by_shown="x", entered_on=DAY
        )
    for changes in ({"amount": -1}, {"disputed": True}, {"ratio": D("0.4")}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AccountLine.objects.filter(account=account, item="A1").update(**changes)
