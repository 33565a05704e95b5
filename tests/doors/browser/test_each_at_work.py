"""In a real browser: everybody signs in and does one thing of theirs; no page complains or is wider than its screen."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from characters import COUNTY, PEOPLE, VILLAGE, Person, person
from doors.browser.conftest import SignIn
from doors.world import World, build, clear
from mingbai.base.events.models import Event
from mingbai.facts.assessments.models import Finding
from mingbai.facts.bureaus.models import Delivery
from mingbai.facts.registry.models import Household
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.models import Clue

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = {
    "li": (
        "/ /household/{household_id}/ /household/{household_id}/account/2026/ /village/{village}/ /clues/ "
        "/clues/{clue}/ "
        "/problems/ /problems/{issue}/ /clues/report/ /guarantees/{household_id}/ /household/{household_id}/history/ "
        "/roster/household/{household_id}/"
    ).split(),
    "zhao": "/ /clues/ /roster/export/".split(),
    "wang": (
        "/ /county/ /deliveries/ /deliveries/calendar/ /deliveries/send/ /clues/runs/ /roster/imports/ "
        "/roster/differences/ "
        "/clues/precision/ /standards/ /standards/monitoring_line/ /guarantees/questions/ /places/"
    ).split(),
    "chen": "/ /deliveries/ /problems/".split(),
    "qian": "/ /county/ /problems/".split(),
    "admin": "/ /people/ /people/{official}/ /sign-in/2fa/ /people/tokens/".split(),
}


@pytest.fixture
def world(places: object) -> Iterator[World]:
    found = build()
    for username in PEOPLE:
        person(username)
    yield found
    clear()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"))


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("who", PAGES)
def test_pages_open_without_a_complaint_and_fit_the_screen(who: str, width: int, world: World, sign_in: SignIn) -> None:
    page = sign_in(who, width)
    wide = []
    for path in PAGES[who]:
        address = path.format(**world.keys)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        if not fits(page):
            wide.append(address)
    assert wide == []


def test_li_dismisses_a_clue_on_a_phone(world: World, sign_in: SignIn) -> None:
    page = sign_in("li", 390)
    page.goto(f"/clues/{world.keys['clue']}/")
    form = page.locator(f"form[action='/clues/{world.keys['clue']}/dismiss/']")
    reason = form.locator("input[type=radio], select").first
    if reason.evaluate("e => e.tagName") == "SELECT":
        reason.select_option(index=1)
    else:
        form.locator("label", has=page.locator("input[type=radio]")).first.click()
    form.locator("textarea").fill("入户看过，票据是去年的，今年没有住院。")
    form.locator("button:not([type=button])").click()
    page.wait_for_load_state()
    assert Clue.objects.get(pk=world.keys["clue"]).status == "dismissed"


def test_li_records_a_visit_on_a_phone(world: World, sign_in: SignIn) -> None:
    page = sign_in("li", 390)
    page.goto(f"/guarantees/{world.keys['household_id']}/")
    page.locator("label:has(input[type=radio][value=met])").first.click()
    page.locator("main form button:not([type=button])").last.click()
    page.wait_for_load_state()
    assert Finding.objects.filter(source="visit", state="met", village=VILLAGE).exists()


def test_zhao_gives_a_clue_to_the_village(world: World, sign_in: SignIn) -> None:
    page = sign_in("zhao")
    page.goto("/clues/")
    page.locator(f"input[name=pick][value='{world.keys['clue']}']").check()
    page.locator("button[value=assign]").first.click()
    page.wait_for_load_state()
    assert Clue.objects.get(pk=world.keys["clue"]).status == "assigned"


def test_chen_hands_in_a_table_and_sees_at_once_what_is_wrong(world: World, sign_in: SignIn, tmp_path: Path) -> None:
    file = tmp_path / "医保参保.csv"
    file.write_text("证件号码,姓名,年度,险种\n599901197801010017,杨,2026,居民\n,无号,2026,居民\n", encoding="utf-8")
    page = sign_in("chen")
    page.goto("/deliveries/send/")
    page.select_option("[name=table]", "insured")
    page.set_input_files("[name=file]", str(file))
    page.locator("main form button:not([type=button])").first.click()
    page.wait_for_load_state()
    delivery = Delivery.objects.get(table="insured")
    assert (delivery.rows, delivery.rejected) == (2, 1)
    assert "证件号码" in page.inner_text("main")


def test_wang_asks_for_a_screening(world: World, sign_in: SignIn) -> None:
    page = sign_in("wang")
    page.goto("/clues/runs/")
    page.locator("form[action='/clues/runs/start/'] button:not([type=button])").first.click()
    page.wait_for_url("**/clues/runs/*/")
    assert page.locator("progress").count() == 1


def test_qian_revisits_what_was_answered(world: World, sign_in: SignIn) -> None:
    issue = Issue.objects.get(pk=world.keys["issue"])
    Issue.objects.filter(pk=issue.pk).update(
        status="answered", answer="办好了", answered_by="official:zhao", answered_on=issue.since
    )
    page = sign_in("qian")
    page.goto(f"/problems/{issue.pk}/")
    form = page.locator(f"form[action='/problems/{issue.pk}/revisit/']")
    form.locator("label:has(input[value=yes])").click()
    form.locator("textarea").fill("到户看过，办好了。")
    form.locator("button:not([type=button])").click()
    page.wait_for_load_state()
    issue.refresh_from_db()
    assert issue.revisited_by == "official:qian"


def test_the_administrator_adds_somebody(world: World, sign_in: SignIn) -> None:
    page = sign_in("admin")
    page.goto("/people/new/")
    page.fill("[name=username]", "zhou")
    page.fill("[name=name]", "周")
    page.fill("[name=unit]", "县农业农村局")
    page.select_option("[name=role]", "county")
    area = page.locator("[name=area]")
    if area.evaluate("e => e.tagName") == "SELECT":
        area.select_option(COUNTY)
    else:
        area.fill(COUNTY)
    page.locator("main form button:not([type=button])").first.click()
    page.wait_for_load_state()
    # The one-time password stands on the page, once.
    assert "密码" in page.inner_text("main")
    assert Event.objects.filter(verb="staff.person_added", subject="official:zhou").exists()


def test_the_switch_speaks_english(world: World, sign_in: SignIn, family: Callable[..., Household], li: Person) -> None:
    page = sign_in("li")
    page.locator("form[action='/language/'] button").first.click()
    page.wait_for_load_state()
    assert "My tasks" in page.inner_text("body")
