"""The household page: everything of one household at once, and nothing that the viewer may not see."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from characters import COUNTY, DAY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, Person
from mingbai.base.events.actions import record as record_event
from mingbai.facts.assessments import actions
from mingbai.facts.assessments.guarantees import Word
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.registry.models import Difference, Household, Import
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.models import Clue, Consent

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]


def url(household: Household) -> str:
    return f"/household/{household.household_id}/"


def clue(household: Household, number: int = 1, **fields: object) -> Clue:
    return Clue.objects.create(
        **{
            "rule": "owns_car", "subject_kind": "household", "subject_id": household.household_id,
            "clue_key": f"k{number}", "household_id": household.household_id, "village": household.village,
            "group": "doubt", "said": "名下有小汽车", "question": "这辆车是谁的？", "found_on": DAY,
            "due_on": DAY + timedelta(days=15),
        } | fields
    )  # fmt: skip


def issue(household: Household, **fields: object) -> Issue:
    return Issue.objects.create(
        **{
            "title": "饮水不达标", "household_id": household.household_id, "village": household.village, "found_on": DAY,
            "found_by": "official:li", "since": DAY, "due_on": DAY + timedelta(days=15),
        } | fields
    )  # fmt: skip


def account(household: Household, year: int = 2025) -> HouseholdAccount:
    kept = HouseholdAccount.objects.create(
        household=household, village=household.village, year=year, entered_by="official:li", entered_by_shown="李",
        entered_on=DAY,
    )  # fmt: skip
    for at, (item, amount) in enumerate((("A1", "9000"), ("D2", "3600"), ("E1", "600"))):
        AccountLine.objects.create(account=kept, position=at, item=item, amount=Decimal(amount), source="said")
    return kept


def busy(li: Person, home: Household, clues: int) -> None:
    """A household with something in every part of the page."""
    members = list(home.members.order_by("id"))
    for n in range(clues):
        clue(home, n)
        clue(home, n + 1000, status="dismissed", decided_on=DAY, decided_by="official:li", finding="看过了")
        issue(home, title=f"问题{n}")
    for year in (2024, 2025):
        account(home, year)
    words = [Word("housing", "", "unmet", note="东墙裂了"), *(Word("medical", m.person_id, "met") for m in members)]
    actions.record_many(
        by=li.actor, household=home, words=words, source="visit", said_on=DAY, day=DAY
    )  # fmt: skip
    Consent.objects.create(
        household_id=home.household_id, village=home.village, signed_by="杨一", way="签字", signed_on=DAY,
        recorded_by="official:li",
    )  # fmt: skip
    roster = Import.objects.create(place=COUNTY, by="official:wang", by_shown="王", at="2026-06-30T08:00Z", day=DAY,
                                   file_names="户表.xlsx", sha256="x")  # fmt: skip
    Difference.objects.create(household=home, source=roster, field="household_class", ours="脱贫户", theirs="一般农户")


def test_the_page_shows_who_lives_here_and_what_is_open(li: Person, family: Family) -> None:
    home = family(VILLAGE, size=3, household_class="脱贫不稳定户")
    busy(li, home, 1)
    text = li.client.get(url(home)).content.decode()
    for member in home.members.all():
        assert member.name in text
    for words in (
        "东墙裂了",
        "名下有小汽车",
        "问题0",
        "脱贫不稳定户",
        "与导入的花名册不一样",
        "有效",
        "家庭纯收入",
        "12,000.00",
    ):
        assert words in text, words
    assert "入户看：住房未保障" in text


def test_no_id_in_full_and_a_phone_only_for_who_works_there(li: Person, qian: Person, family: Family) -> None:
    home = family(VILLAGE, size=3, phone="10900001234")
    home.members.update(health="长期慢性病")
    seen, inspected = (who.client.get(url(home)).content.decode() for who in (li, qian))
    for member in home.members.all():
        clear = settings.KEYS.open(member.id_hidden)
        assert clear not in seen + inspected
        assert f"{clear[:6]}********{clear[-4:]}" in seen
    assert "10900001234" in seen and "长期慢性病" in seen
    assert "10900001234" not in inspected and "长期慢性病" not in inspected and "109****1234" in inspected


@pytest.mark.parametrize(("who", "status"), [
    ("li", 200), ("zhao", 200), ("wang", 200), ("qian", 200), ("chen", 404), ("sun", 404), ("admin", 404),
])  # fmt: skip
def test_who_may_open_the_page(who: str, status: int, family: Family, request: pytest.FixtureRequest) -> None:
    home = family(VILLAGE)
    answer = request.getfixturevalue(who).client.get(url(home))
    assert answer.status_code == status
    if status == 404:
        assert home.head_name not in answer.content.decode()


def test_the_next_village_and_no_household_at_all_look_the_same_to_li(li: Person, family: Family) -> None:
    assert li.client.get(url(family(OTHER_VILLAGE))).status_code == 404
    assert li.client.get("/household/nobody/").status_code == 404


def test_buttons_are_there_only_for_who_may_use_them(li: Person, qian: Person, wang: Person, family: Family) -> None:
    home = family(VILLAGE)
    record = f"/guarantees/{home.household_id}/"
    assert record in li.client.get(url(home)).content.decode()
    for who in (qian, wang):
        assert record not in who.client.get(url(home)).content.decode()
    home.ended_on, home.ended_why = DAY, "整户迁出"
    home.save()
    ended = li.client.get(url(home)).content.decode()
    assert record not in ended and "只供查阅" in ended


def test_a_village_worker_sees_no_history_of_another_household(li: Person, family: Family) -> None:
    home, other = family(VILLAGE), family(VILLAGE)
    with transaction.atomic():
        for one, said in ((home, "本户的事"), (other, "别户的事")):
            record_event(
                by=li.actor, day=DAY, verb="registry.corrected", subject=f"household:{one.household_id}",
                place=VILLAGE, said=said,
            )  # fmt: skip
    text = li.client.get(url(home)).content.decode()
    assert "本户的事" in text and "别户的事" not in text


def test_sources_that_differ_stand_out(li: Person, zhao: Person, family: Family) -> None:
    home = family(VILLAGE)
    for who, state, source in ((li, "met", "visit"), (zhao, "unmet", "household")):
        actions.record_many(
            by=who.actor, household=home, words=[Word("food", "", state)], source=source, said_on=DAY, day=DAY
        )  # fmt: skip
    answer = li.client.get(url(home))
    text = answer.content.decode()
    assert "1 项说法不一" in text and 'class="mb-cell is-unmet has-conflict"' in text
    assert answer.context["summary"]["contradicts"] == 1


def test_the_queries_do_not_grow_with_the_household(li: Person, family: Family) -> None:
    small, large = family(VILLAGE, size=2), family(VILLAGE, size=9)
    busy(li, small, 1)
    busy(li, large, 20)
    li.client.get(url(small))
    counts = []
    for home in (small, large):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert li.client.get(url(home)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 26, counts


def test_a_bare_household_opens_too(li: Person, family: Family) -> None:
    text = li.client.get(url(family(VILLAGE, size=0))).content.decode()
    assert "还没有记过收支账" in text and "没有没办完的线索和问题" in text


def test_the_picture_adds_up_and_draws_the_line_for_the_whole_household(li: Person, family: Family) -> None:
    home = family(VILLAGE, size=3)
    account(home)
    chart = li.client.get(url(home)).context["account"]["chart"]
    steps = dict(chart["rows"])
    assert steps["纯收入"] == sum(value for name, value in steps.items() if name != "纯收入") == Decimal("12000")
    assert chart["line"]["value"] == 3 * Decimal(8700)
    assert li.client.get(url(home)).context["account"]["below"] is True


def test_names_never_come_back_as_html(li: Person, family: Family) -> None:
    home = family(VILLAGE)
    Household.objects.filter(pk=home.pk).update(head_name="<script>alert(1)</script>", helper="<b>x</b>")
    home.members.update(name="<img src=x onerror=1>")
    text = li.client.get(url(home)).content.decode()
    assert "<script>alert" not in text and "<img src=x" not in text and "<b>x</b>" not in text


def test_the_page_in_english(li: Person, family: Family) -> None:
    home = family(VILLAGE)
    li.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    text = li.client.get(url(home)).content.decode()
    assert "Compulsory schooling" in text and "义务教育有保障" not in text


def test_a_township_opens_households_of_all_its_villages(zhao: Person, family: Family) -> None:
    for village in (VILLAGE, OTHER_VILLAGE):
        assert village.startswith(TOWNSHIP)
        assert zhao.client.get(url(family(village))).status_code == 200


def test_dates_far_back_do_not_break_the_page(li: Person, family: Family) -> None:
    home = family(VILLAGE, size=1)
    home.members.update(birth=date(1900, 1, 1))
    assert li.client.get(url(home)).status_code == 200
