"""The account page through HTTP: typed at the table, saved by itself, answered by another, corrected, printed."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from characters import COUNTY, DAY, VILLAGE, Person
from mingbai.base.standards.models import OwnNumber
from mingbai.facts.bureaus.models import Delivery
from mingbai.facts.bureaus.queries import twin_path
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.facts.income.entry import first_place
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.registry.models import Household

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]


def address(household: Household, year: int = 2026) -> str:
    return f"/household/{household.household_id}/account/{year}/"


def begun(person: Person, household: Household, year: int = 2026) -> HouseholdAccount:
    answer = person.client.post(address(household, year), {"do": "begin"})
    assert answer.status_code == 302
    return HouseholdAccount.objects.get(household=household, year=year)


def cells(*lines: tuple[str, str], **more: Any) -> dict[str, Any]:
    """The sheet as a browser sends it: (item, amount), each at the next place of its item."""
    sent: dict[str, Any] = {}
    for item, amount in lines:
        place = first_place(item)
        while f"amount-{place}" in sent:
            place += 1
        sent |= {f"amount-{place}": amount, f"item-{place}": item, f"source-{place}": "said"}
    return sent | more


def post(person: Person, household: Household, sent: dict[str, Any], *, htmx: bool = False) -> HttpResponse:
    headers = {"HX-Request": "true"} if htmx else {}
    return person.client.post(address(household), sent, headers=headers)


def text(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def shown(person: Person, household: Household) -> HouseholdAccount:
    account = begun(person, household)
    sent = cells(("A1", "24000"), ("B2", "6,000"), ("E2", "2400"), version=account.version, do="show")
    assert post(person, household, sent).status_code == 302
    account.refresh_from_db()
    assert account.status == "shown"
    return account


def test_from_an_empty_page_to_a_confirmed_account(family: Family, li: Person, zhao: Person) -> None:
    household = family()
    page = text(li.client.get(address(household)))
    assert "2026 年的账还没有记" in page and 'value="begin"' in page
    account = shown(li, household)
    page = text(li.client.get(address(household)))
    assert "您记过" in page and 'value="confirm"' not in page
    page = text(zhao.client.get(address(household)))
    assert "录入户里的答复" in page and 'value="confirm"' in page
    answer = {"do": "confirm", "version": account.version, "name": "杨一", "way": "签字", "on": "2026-06-29"}
    assert post(zhao, household, answer).status_code == 302
    page = text(li.client.get(address(household)))
    assert "户里已确认" in page and "9,200.00" in page and "杨一 · 签字 · 2026-06-29" in page
    assert "比监测线 8,800 元高 400.00 元" in page


def test_the_page_saves_itself_and_the_figure_runs_along(family: Family, li: Person) -> None:
    household = family()
    account = begun(li, household)
    answer = post(li, household, cells(("A1", "12000"), version=1), htmx=True)
    page = text(answer)
    assert answer.status_code == 200
    assert 'id="running"' in page and "4,000.00" in page and "低 4,800.00 元" in page
    assert '<input type="hidden" name="version" id="version" value="2" hx-swap-oob="true">' in page
    # The rules of the screening speak while the account is typed.
    answer = post(li, household, cells(("A1", "12000"), ("B1", "3000"), version=2), htmx=True)
    page = text(answer)
    assert "有经营收入无经营支出" in page and "收入表第" not in page
    assert [(x.item, str(x.amount)) for x in account.lines.all()] == [("A1", "12000.00"), ("B1", "3000.00")]
    # An emptied cell is no line any more.
    post(li, household, cells(("A1", ""), ("B1", "3000"), version=3), htmx=True)
    assert [x.item for x in account.lines.all()] == ["B1"]


@pytest.mark.parametrize(("amount", "said"), [("12.345", "最多两位小数"), ("-3", "是负数"), ("五百", "不是金额")])
def test_a_slip_of_the_finger_is_told_beside_its_row_and_kept(
    family: Family, li: Person, amount: str, said: str
) -> None:
    household = family()
    account = begun(li, household)
    sent = cells(("A1", amount), ("B1", "3000"), version=1)
    by_itself = post(li, household, sent, htmx=True)
    whole = post(li, household, sent | {"do": "save"})
    for answer in (by_itself, whole):
        assert answer.status_code == 422
        assert f'id="fault-{first_place("A1")}"' in text(answer) and said in text(answer)
    assert f'value="{amount}"' in text(whole) and 'value="3000"' in text(whole)
    assert not account.lines.exists()


def test_two_people_at_one_account(family: Family, li: Person, zhao: Person) -> None:
    household = family()
    account = begun(li, household)
    post(zhao, household, cells(("A1", "13000"), version=1), htmx=True)
    for htmx, status in ((True, 422), (False, 409)):
        answer = post(li, household, cells(("A1", "12500"), ("C2", "800"), version=1), htmx=htmx)
        page = text(answer)
        assert answer.status_code == status
        assert "赵（越城镇乡村振兴办）刚才也在改这本账" in page
        assert "务工：现在存的是13000.00 元，您填的是12500 元。" in page.replace("12500.00", "12500")
        assert 'name="over" value="2"' in page
    assert 'value="12500"' in page and 'value="800"' in page
    assert [str(x.amount) for x in account.lines.all()] == ["13000.00"]
    answer = post(li, household, cells(("A1", "12500"), ("C2", "800"), version=1, over="2"))
    assert answer.status_code == 302
    assert [str(x.amount) for x in account.lines.all()] == ["12500.00", "800.00"]


def test_a_double_click_does_one_thing(family: Family, li: Person) -> None:
    household = family()
    begun(li, household)
    begun(li, household)
    sent = cells(("A1", "24000"), version=1, do="show")
    assert [post(li, household, sent).status_code for _ in range(2)] == [302, 422]
    account = HouseholdAccount.objects.get()
    assert account.status == "shown" and account.lines.count() == 1


def test_a_dispute_line_by_line_goes_back_to_the_table(family: Family, li: Person, zhao: Person) -> None:
    household = family()
    account = shown(li, household)
    stock = account.lines.get(item="B2")
    answer = {"version": account.version, "name": "杨一", "way": "按手印", "on": "2026-06-30"}
    both = answer | {f"why-{stock.pk}": "猪还没有卖", "do": "confirm"}
    page = post(zhao, household, both)
    assert page.status_code == 422 and "又按了" in text(page) and 'value="猪还没有卖"' in text(page)
    assert post(zhao, household, answer | {"do": "dispute"}).status_code == 422
    assert post(zhao, household, both | {"do": "dispute", "missing": "采茶的钱"}).status_code == 302
    page = text(li.client.get(address(household)))
    assert "户里有异议" in page and "户里说：猪还没有卖" in page and "漏记的：采茶的钱" in page


def test_nothing_typed_comes_back_as_html(family: Family, li: Person, zhao: Person) -> None:
    household = family()
    account = begun(li, household)
    evil = "<script>alert(1)</script>"
    place = first_place("A1")
    sent = cells(("A1", "24000"), version=1) | {f"note-{place}": evil, f"who-{place}": evil}
    assert evil not in text(post(li, household, sent | {"do": "show"}, htmx=False))
    account.refresh_from_db()
    answer = {
        "do": "dispute",
        "version": account.version,
        "name": evil,
        "way": "签字",
        "on": "2026-06-30",
        "missing": evil,
    }
    post(zhao, household, answer)
    for url in (address(household), address(household) + "slip/"):
        page = li.client.get(url).content.decode()
        assert evil not in page and "&lt;script&gt;" in page


def test_strangers_find_nothing(
    family: Family, li: Person, sun: Person, chen: Person, qian: Person, wang: Person
) -> None:
    household = family()
    account = shown(li, household)
    for person in (sun, chen):
        for url in (address(household), address(household) + "slip/", address(household, 2025)):
            assert person.client.get(url).status_code == 404
        for do in ("begin", "save", "show", "take_back", "correct", "confirm", "dispute", "refresh", "row:A1"):
            assert person.client.post(address(household), {"do": do, "version": account.version}).status_code == 404
    for person in (qian, wang):
        page = text(person.client.get(address(household)))
        assert "24,000.00" in page and 'value="confirm"' not in page and 'value="take_back"' not in page
        for do in ("save", "take_back", "refresh"):
            assert person.client.post(address(household), {"do": do, "version": account.version}).status_code == 403
    answer = {"do": "confirm", "version": account.version, "name": "杨一", "way": "签字", "on": "2026-06-30"}
    assert post(li, household, answer).status_code == 403
    account.refresh_from_db()
    assert account.status == "shown"


def test_a_year_that_has_not_begun_is_not_there(family: Family, li: Person) -> None:
    household = family()
    for year in (0, 2013, 2027, 99999999999):
        assert li.client.get(address(household, year)).status_code == 404
        assert li.client.post(address(household, year), {"do": "begin"}).status_code in (302, 422)
    assert not HouseholdAccount.objects.exists()
    assert li.client.post(address(household), {"do": "nonsense"}).status_code == 400
    assert li.client.post(address(household), {"do": "save"}).status_code == 404


def test_a_correction_on_the_page(family: Family, li: Person, zhao: Person) -> None:
    household = family()
    account = shown(li, household)
    answer = {"version": account.version, "name": "杨一", "way": "签字", "on": "2026-06-30", "do": "confirm"}
    post(zhao, household, answer)
    made = post(li, household, {"do": "correct", "reason": "漏记公益林"})
    assert made.status_code == 302 and made["Location"].endswith("?correction=1")
    page = text(li.client.get(made["Location"]))
    assert "这是更正，原因：漏记公益林" in page and 'class="acct-form"' in page
    assert "有一份更正正在办（漏记公益林）" in text(li.client.get(address(household)))
    sent = cells(("A1", "24000"), ("B2", "6000"), ("E2", "2400"), ("D5B", "300"), version=1, do="show")
    assert li.client.post(made["Location"], sent).status_code == 302
    new = HouseholdAccount.objects.get(corrects=account)
    assert zhao.client.post(made["Location"], answer | {"version": new.version}).status_code == 302
    assert "9,300.00" in text(li.client.get(address(household)))


def test_one_more_row_comes_after_those_on_the_page(family: Family, li: Person) -> None:
    household = family()
    begun(li, household)
    sent = cells(("B1", "5"), ("B1", "6"), version=1)
    page = text(post(li, household, sent | {"do": "row:B1"}, htmx=True))
    assert f'name="amount-{first_place("B1") + 2}"' in page
    assert not AccountLine.objects.exists()
    assert post(li, household, sent | {"do": "row:B9"}).status_code == 400


@pytest.fixture
def payments() -> Iterator[Callable[..., Delivery]]:
    """Makes the delivery of 一卡通发放 with its twin, for one person: (ID, subsidy, amount, day)."""
    import duckdb

    made: list[Delivery] = []

    def make(*rows: tuple[str, str, str, str]) -> Delivery:
        delivery = Delivery.objects.create(
            table="payment", place=COUNTY, sender="财政", period=date(2026, 6, 1), received_at=timezone.now(), day=DAY,
            by="official:wang", by_shown="王", file_name="一卡通发放.xlsx", sha256=f"{len(made):064}",
            kept_as=f"test-{len(made)}", twin_sha256="0" * 64, rows=len(rows),
        )  # fmt: skip
        made.append(delivery)
        path = twin_path(delivery)
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(":memory:") as con:
            con.execute(f"CREATE TABLE t ({', '.join(f'{n} {kind}' for n, kind in BY_NAME['payment'].typed)})")
            for n, (number, subsidy, amount, on) in enumerate(rows, 2):
                con.execute(
                    "INSERT INTO t (line, person_key, subsidy, amount, paid_on) VALUES (?, ?, ?, ?, ?)",
                    [n, settings.KEYS.person_key(number), subsidy, amount, on],
                )
            con.execute(f"COPY t TO '{path}' (FORMAT parquet)")
        return delivery

    yield make
    for delivery in made:
        twin_path(delivery).unlink(missing_ok=True)


def test_bureau_amounts_are_filled_in_and_cannot_be_typed_over(
    family: Family, li: Person, payments: Callable[..., Delivery]
) -> None:
    household = family()
    number = settings.KEYS.open(household.members.get(relation="户主").id_hidden)
    payments((number, "农村低保金", "330.00", "2025-11-15"), (number, "春节慰问金", "500.00", "2026-02-01"))
    account = begun(li, household)
    line = account.lines.get()
    assert (line.item, str(line.amount), line.source) == ("D2", "330.00", "bureau")
    assert line.source_note == "一卡通发放 2026-06 第 2 行"
    page = text(li.client.get(address(household)))
    assert "部门数据" in page and "一卡通发放 2026-06 第 2 行" in page and number not in page
    forged = cells(("D2", "9999"), version=1)
    assert post(li, household, forged | {"do": "save"}).status_code == 422
    # A later table: taken anew, in place of what was taken before.
    payments((number, "农村低保金", "330.00", "2025-11-15"), (number, "农村低保金", "330.00", "2026-06-15"))
    assert post(li, household, {"do": "refresh", "version": 1}).status_code == 302
    line = account.lines.get()
    assert str(line.amount) == "660.00"
    assert post(li, household, {"do": "save", "version": 2, f"drop-{line.position}": "1"}).status_code == 302
    assert not account.lines.exists()


def test_a_ratio_is_offered_where_the_county_has_one(family: Family, li: Person) -> None:
    household = family()
    account = begun(li, household)
    sent = cells(("B2", "6000"), version=1, do="save")
    post(li, household, sent)
    place = first_place("B2")
    assert "estimate:" not in text(li.client.get(address(household)))
    ask = sent | {"do": f"estimate:{place}:cost_ratio_livestock", "version": 2}
    post(li, household, ask)
    assert account.lines.count() == 1
    OwnNumber.objects.create(
        name="cost_ratio_livestock", place=COUNTY, since=date(2026, 1, 1), recorded_on=date(2026, 1, 1), value="0.40",
        document="县农办〔2026〕1号", by="official:wang",
    )  # fmt: skip
    assert f"estimate:{place}:cost_ratio_livestock" in text(li.client.get(address(household)))
    assert post(li, household, ask).status_code == 302
    page = text(li.client.get(address(household)))
    assert "估算" in page and "2400.00" in page


def test_the_slip_reads_like_the_account(family: Family, li: Person) -> None:
    household = family()
    shown(li, household)
    page = text(li.client.get(address(household) + "slip/"))
    for words in ("务工", "24,000.00", "9,200.00", "不对打勾", "户里签字或按手印", "越城镇"):
        assert words in page
    members = list(household.members.values_list("name", flat=True))
    assert all(name in page for name in members)


def test_english_is_complete(family: Family, li: Person) -> None:
    # What a rule saw is a Chinese sentence, here as on the clue desk: an account that raises none.
    household = family()
    household.members.filter(relation="户主").update(months_worked=12)
    begun(li, household)
    li.client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    pages = [text(li.client.get(address(household)))]
    post(li, household, cells(("A1", "60000"), version=1, do="show"))
    pages += [text(li.client.get(address(household))), text(li.client.get(address(household) + "slip/"))]
    for words in ("务工", "监测线", "记账人", "户里说的", "一笔一笔"):
        assert not any(words in page for page in pages), words


def test_the_number_of_queries_does_not_grow(family: Family, li: Person) -> None:
    small, large = family(size=2), family(size=5)
    for household, lines in ((small, 1), (large, 40)):
        begun(li, household, 2025)
        account = begun(li, household)
        AccountLine.objects.bulk_create(
            AccountLine(account=account, position=n, item="A1", amount=n, source="said") for n in range(lines)
        )
    counts = []
    for household in (small, large):
        li.client.get(address(household))
        with CaptureQueriesContext(connection) as caught:
            li.client.get(address(household))
        counts.append(len(caught))
        sent = {"do": "show", "version": 1} | {
            f"{kind}-{n}": value for n in range(1 if household == small else 40)
            for kind, value in (("amount", str(n)), ("item", "A1"), ("source", "said"))
        }  # fmt: skip
        post(li, household, sent)
        with CaptureQueriesContext(connection) as caught:
            li.client.get(address(household))
        counts.append(len(caught))
    assert counts[:2] == counts[2:], counts


def test_the_village_of_the_tests_is_not_one_with_ratios() -> None:
    assert not VILLAGE.startswith("5323")
