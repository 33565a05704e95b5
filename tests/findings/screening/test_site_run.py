"""A county screened from its deliveries: the same clues as from its folder; found again, cleared, taken back."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

import filled
from characters import COUNTY, DAY, NEXT_COUNTY, Person
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import system
from mingbai.facts.bureaus import actions as bureaus
from mingbai.facts.bureaus.models import Delivery
from mingbai.facts.bureaus.queries import OWN, newest, twin_path
from mingbai.facts.bureaus.read import read
from mingbai.facts.bureaus.tables import TABLES
from mingbai.facts.registry.models import Household
from mingbai.findings.screening import run
from mingbai.findings.screening.actions import clues, running
from mingbai.findings.screening.models import Clue, Screening
from mingbai.findings.screening.ranking import rank_of

pytestmark = pytest.mark.django_db
SYSTEM = system("test")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled.made(tmp_path_factory.mktemp("county"))


@pytest.fixture
def filled_county(folder: Path, wang: Person) -> Path:
    """The registry filled, and three tables come in: enough for most."""
    filled.fill(folder)
    hand_in(folder, "bill", "vehicle", "insured")
    return folder


@pytest.fixture
def whole_county(filled_county: Path) -> Path:
    hand_in(filled_county)
    return filled_county


def hand_in(folder: Path, *tables: str, day: date = DAY) -> dict[str, Delivery]:
    found = {}
    for table in TABLES:
        path = folder / f"{table.file}.csv"
        if table.name not in OWN and path.exists() and (not tables or table.name in tables):
            found[table.name] = bureaus.receive(
                by=SYSTEM, table=table.name, place=COUNTY, period=day, file=path, name=path.name, day=day
            ).delivery
    return found


def twin_of(delivery: Delivery | None) -> Path:
    assert delivery is not None
    return twin_path(delivery)


def screened(wang: Person, day: date = DAY) -> Screening:
    done = running.carry_out(by=SYSTEM, screening=running.start(by=wang.actor, place=COUNTY, day=day))
    assert done.status == "done", done.why
    return done


def without(folder: Path, tmp_path: Path, file: str, *words: str) -> Path:
    """A folder with one table, from which the rows with these words are gone."""
    lines = (folder / f"{file}.csv").read_text("utf-8-sig").splitlines(keepends=True)
    (tmp_path / f"{file}.csv").write_text("".join(x for x in lines if not any(w in x for w in words)), "utf-8")
    return tmp_path


def test_a_site_finds_what_its_folder_holds(whole_county: Path, wang: Person, tmp_path: Path) -> None:
    done = screened(wang)
    by_folder = run.screen(whole_county, DAY, tmp_path / "out")
    expected = {(r.clue.rule, r.clue.subject_id, r.clue.clue_key): r.clue for r in by_folder.raised}
    got = {(c.rule, c.subject_id, c.clue_key): c for c in Clue.objects.all()}
    # Two heads of one household cannot stand in a registry.
    assert {key for key in got.keys() ^ expected.keys() if key[0] != "head_count"} == set()
    assert len(got) > 50
    for key, clue in got.items():
        if key in expected and key[0] != "head_count":
            assert (clue.household_id, clue.village) == (expected[key].household_id, expected[key].village)
    assert set(done.report["rules_run"]) == set(by_folder.report["rules_run"])  # type: ignore[call-overload]
    assert done.report["stored"] | {"new_by_rule": {}} == {
        "new": len(got), "again": 0, "still": 0, "decided": 0, "cleared": 0, "new_by_rule": {},
        "rules_run": len(done.report["rules_run"]),
    }  # fmt: skip


def test_a_clue_says_what_it_rests_on(filled_county: Path, wang: Person) -> None:
    done = screened(wang)
    bills = newest("bill", COUNTY)
    assert bills in done.deliveries.all() and done.deliveries.filter(table__in=OWN).count() == 3
    clue = Clue.objects.filter(rule="medical_burden").first()
    assert clue is not None
    home = Household.objects.get(household_id=clue.household_id)
    assert (clue.screening, clue.last_seen, clue.found_on, clue.due_on) == (done, done, DAY, DAY + timedelta(15))
    assert (clue.status, clue.group, clue.household_class) == ("new", "risk", home.household_class)
    assert clue.rank == rank_of("risk", home.household_class, 0, 0)
    # Money is never a binary fraction, not even in JSON.
    assert clue.evidence["own_pay"] == f"{float(clue.evidence['own_pay']):.2f}"
    assert clue.evidence["own_pay"] in clue.said and clue.question
    with duckdb.connect() as con:
        lines = con.execute("SELECT line FROM read_parquet(?)", [str(twin_of(bills))]).fetchall()
    assert {(n,) for n in clue.evidence["bill_lines"]} <= set(lines)
    told = Event.objects.filter(subject=f"screening:{done.pk}").order_by("id")
    assert [event.verb for event in told] == ["screening.queued", "screening.done"]
    assert json.loads(told[1].changed)["new"] == Clue.objects.count()


def test_no_id_lies_open_on_the_disk(whole_county: Path, wang: Person) -> None:
    screened(wang)
    with duckdb.connect() as con:
        read(con, whole_county)
        keys = [(t.name, f"{c.name}_key") for t in TABLES for c in t.columns if c.kind == "person"]
        ids = {
            text
            for table, key in keys
            for (text,) in con.execute(f"SELECT {key} FROM arrived.{table} WHERE {key} IS NOT NULL").fetchall()
            if len(text) == 18
        }
        assert len(ids) > 400
        for path in Path(settings.HOME).rglob("*"):
            if path.is_dir():
                continue
            content = path.read_bytes()
            if path.suffix == ".parquet":
                rows = con.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
                content += str(rows).encode()
            # Overlapping: 18 characters of a longer number count too.
            found = {one.decode() for one in re.findall(rb"(?=([0-9]{17}[0-9X]))", content)}
            assert not found & ids, path
    assert list((Path(settings.HOME) / "scratch").iterdir()) == []


def test_a_second_run_finds_the_same_clues_and_no_new_ones(filled_county: Path, wang: Person) -> None:
    first = screened(wang)
    before = list(Clue.objects.order_by("id").values("id", "status", "version", "found_on", "due_on", "screening"))
    rows = Delivery.objects.count()
    second = screened(wang)
    assert list(Clue.objects.order_by("id").values(*before[0])) == before
    assert set(Clue.objects.values_list("last_seen", "screening")) == {(second.pk, first.pk)}
    assert second.report["stored"]["still"] == len(before) and second.report["stored"]["new"] == 0
    # What has not changed is not kept twice.
    assert Delivery.objects.count() == rows


def test_people_decide_and_a_run_does_not_ask_again(filled_county: Path, wang: Person) -> None:
    screened(wang)
    one, other = Clue.objects.filter(rule="uninsured")[:2]
    clues.dismiss(by=wang.actor, clue=one, finding="在外地参保，看了缴费记录", reason="outdated", day=DAY)
    clues.assign(by=wang.actor, picked=[other.pk], to="", day=DAY)
    done = screened(wang, DAY + timedelta(1))
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.status, one.last_seen_id == done.pk) == ("dismissed", False)
    assert (other.status, other.last_seen_id, other.found_on) == ("assigned", done.pk, DAY)
    assert done.report["stored"]["decided"] == 1
    # The rule was wrong once, so its clues come later now.
    assert other.rank == rank_of("risk", other.household_class, 0, 1)


def test_what_the_data_no_longer_show_is_cleared_and_comes_back(
    filled_county: Path, wang: Person, tmp_path: Path
) -> None:
    first = screened(wang)
    car = Clue.objects.filter(rule="owns_car").first()
    other = Clue.objects.filter(rule="owns_car").last()
    assert car is not None and other is not None and car != other
    clues.assign(by=wang.actor, picked=[car.pk], to="", day=DAY)
    hand_in(without(filled_county, tmp_path, "机动车登记", *car.evidence["plates"]), "vehicle")
    second = screened(wang)
    car.refresh_from_db()
    other.refresh_from_db()
    assert (car.status, car.cleared_in, car.last_seen, car.assigned_on) == ("cleared", second, first, DAY)
    assert (other.status, other.last_seen) == ("new", second)
    wrong = newest("vehicle", COUNTY)
    assert wrong is not None
    # The county finds out that the second table was cut short: what it cleared is as it was.
    assert running.withdraw_delivery(by=wang.actor, delivery=wrong, why="少了几行", day=DAY) >= 1
    car.refresh_from_db()
    other.refresh_from_db()
    assert (car.status, car.cleared_in) == ("assigned", None)
    assert other.status == "retracted"
    third = screened(wang, DAY + timedelta(2))
    car.refresh_from_db()
    other.refresh_from_db()
    assert (car.status, car.last_seen) == ("assigned", third)
    assert (other.status, other.screening, other.found_on) == ("new", third, DAY + timedelta(2))


def test_a_cleared_clue_that_is_raised_again_begins_anew(filled_county: Path, wang: Person, tmp_path: Path) -> None:
    screened(wang)
    car = Clue.objects.filter(rule="owns_car").first()
    assert car is not None
    clues.assign(by=wang.actor, picked=[car.pk], to="", day=DAY)
    hand_in(without(filled_county, tmp_path, "机动车登记", *car.evidence["plates"]), "vehicle")
    screened(wang)
    text = (filled_county / "机动车登记.csv").read_text("utf-8-sig")
    (tmp_path / "机动车登记.csv").write_text(text + "\n", "utf-8")
    hand_in(tmp_path, "vehicle")
    third = screened(wang, DAY + timedelta(3))
    car.refresh_from_db()
    assert (car.status, car.screening, car.due_on) == ("new", third, DAY + timedelta(18))
    assert (car.assigned_on, car.assigned_to, car.cleared_in) == (None, "", None)
    assert third.report["stored"]["again"] == 1


def test_a_rule_that_did_not_run_clears_nothing(filled_county: Path, wang: Person) -> None:
    screened(wang)
    cars = set(Clue.objects.filter(rule="owns_car").values_list("pk", flat=True))
    wrong = newest("vehicle", COUNTY)
    assert wrong is not None and cars
    bureaus.withdraw(by=wang.actor, delivery=wrong, why="试一试", day=DAY)
    done = screened(wang)
    assert {"rule": "owns_car", "missing": ["机动车登记"], "reason": "没有收到：机动车登记"} in done.report[
        "rules_not_checked"
    ]
    assert set(Clue.objects.filter(rule="owns_car", status="new").values_list("pk", flat=True)) == cars


def test_other_evidence_is_told_to_whoever_is_about_to_decide(
    filled_county: Path, wang: Person, tmp_path: Path
) -> None:
    screened(wang)
    clue = Clue.objects.filter(rule="medical_burden").first()
    assert clue is not None
    text = (filled_county / "医保结算.csv").read_text("utf-8-sig").splitlines(keepends=True)
    # The same bills, two lines further down: other lines to look at.
    (tmp_path / "医保结算.csv").write_text("".join([text[0], text[-1], text[-2], *text[1:-2]]), "utf-8")
    hand_in(tmp_path, "bill")
    done = screened(wang)
    again = Clue.objects.get(pk=clue.pk)
    assert (
        again.evidence["bill_lines"] != clue.evidence["bill_lines"]
        and again.evidence["own_pay"] == clue.evidence["own_pay"]
    )
    assert (again.version, again.status, again.last_seen, again.found_on) == (clue.version + 1, "new", done, DAY)


def test_a_withdrawn_run_takes_its_clues_along_but_no_decided_one(filled_county: Path, wang: Person, sun: Person,
                                                                  li: Person) -> None:  # fmt: skip
    first = screened(wang)
    decided = Clue.objects.filter(rule="uninsured").first()
    assert decided is not None
    clues.dismiss(by=wang.actor, clue=decided, finding="在外地参保", reason="outdated", day=DAY)
    for who in (sun, li):
        with pytest.raises(Forbidden):
            running.withdraw_run(by=who.actor, screening=first, why="错", day=DAY)
    with pytest.raises(Refused, match="原因"):
        running.withdraw_run(by=wang.actor, screening=first, why=" ", day=DAY)
    running.withdraw_run(by=wang.actor, screening=first, why="表用错了", day=DAY)
    assert set(Clue.objects.exclude(pk=decided.pk).values_list("status", flat=True)) == {"retracted"}
    decided.refresh_from_db()
    assert decided.status == "dismissed"
    with pytest.raises(Refused, match="不能撤回"):
        running.withdraw_run(by=wang.actor, screening=first, why="表用错了", day=DAY)
    assert (
        Event.objects.filter(verb="screening.withdrawn", subject=f"screening:{first.pk}", why="表用错了").count() == 1
    )
    second = screened(wang)
    assert second.report["stored"]["again"] == Clue.objects.filter(status="new", screening=second).count() > 0


def test_what_a_later_run_raised_too_stays(filled_county: Path, wang: Person) -> None:
    first = screened(wang)
    screened(wang)
    assert running.withdraw_run(by=wang.actor, screening=first, why="表用错了", day=DAY) == 0
    assert set(Clue.objects.values_list("status", flat=True)) == {"new"}


def test_who_may_not_screen_is_refused(wang: Person, li: Person, chen: Person, qian: Person, sun: Person) -> None:
    for who in (li, chen, qian, sun):
        with pytest.raises(Forbidden):
            running.start(by=who.actor, place=COUNTY, day=DAY)
    with pytest.raises(Forbidden):
        running.start(by=wang.actor, place=NEXT_COUNTY, day=DAY)
    with pytest.raises(Forbidden):
        running.start(by=wang.actor, place="51", day=DAY)
    assert not Screening.objects.exists()


def test_one_screening_at_a_time(wang: Person, sun: Person) -> None:
    asked: list[int] = []
    first = running.start(by=wang.actor, place=COUNTY, day=DAY, enqueue=asked.append)
    with pytest.raises(Refused, match="正在筛查"):
        running.start(by=wang.actor, place=COUNTY, day=DAY, enqueue=asked.append)
    assert asked == [first.pk]
    running.start(by=sun.actor, place=NEXT_COUNTY, day=DAY)
    assert Event.objects.filter(verb="screening.queued").count() == 2


def test_a_run_whose_process_died_is_taken_over_and_its_ghost_writes_nothing(filled_county: Path, wang: Person) -> None:
    ghost = running.start(by=wang.actor, place=COUNTY, day=DAY)
    long_ago = timezone.now() - timedelta(minutes=31)
    Screening.objects.filter(pk=ghost.pk).update(queued_at=long_ago)
    done = screened(wang)
    ghost.refresh_from_db()
    assert (ghost.status, "可以重新开始" in ghost.why) == ("failed", True)
    assert Event.objects.filter(verb="screening.failed", subject=f"screening:{ghost.pk}").count() == 1
    # The background process wakes up at last.
    count = Clue.objects.count()
    assert running.carry_out(by=SYSTEM, screening=ghost).status == "failed"
    # One that was running is stopped at its next sign of life.
    late = running.start(by=wang.actor, place=COUNTY, day=DAY)
    # What waits is not dead because the site was started anew.
    assert running.take_over(by=SYSTEM, place="", day=DAY, silent=timedelta(0)) == 0
    Screening.objects.filter(pk=late.pk).update(status="running", beat_at=long_ago)
    assert running.take_over(by=wang.actor, place=COUNTY, day=DAY) == 1
    with pytest.raises(Refused, match="中断"):
        running._beat(late, "核对规则", 60)
    assert (Clue.objects.count(), Screening.objects.filter(status="done").get()) == (count, done)


def test_a_damaged_twin_stops_the_run_with_a_sentence(filled_county: Path, wang: Person) -> None:
    bills = newest("bill", COUNTY)
    twin_of(bills).write_bytes(b"PAR1 no longer")
    failed = running.carry_out(by=SYSTEM, screening=running.start(by=wang.actor, place=COUNTY, day=DAY))
    assert failed.status == "failed" and "医保结算" in failed.why
    assert not Clue.objects.exists()
    twin_of(bills).unlink()
    # The next one need not wait.
    assert running.start(by=wang.actor, place=COUNTY, day=DAY).status == "queued"


def test_the_command_of_the_night(filled_county: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("mingbai_screen", "--day", "2026-06-30")
    assert "筛查完成" in capsys.readouterr().out
    assert Screening.objects.get().by == "system:night"
    for given, words in ((["--day", "30.6.2026"], "有效日期"), (["--place", "51"], "6 位区划代码")):
        with pytest.raises(SystemExit) as stopped:
            call_command("mingbai_screen", *given)
        assert stopped.value.code == 2 and words in capsys.readouterr().err
    running.start(by=SYSTEM, place=COUNTY, day=DAY)
    with pytest.raises(SystemExit) as stopped:
        call_command("mingbai_screen")
    assert stopped.value.code == 2 and "正在筛查" in capsys.readouterr().err


def test_the_command_says_when_cells_could_not_be_used(filled_county: Path, tmp_path: Path) -> None:
    text = (filled_county / "医保结算.csv").read_text("utf-8-sig")
    (tmp_path / "医保结算.csv").write_text(text + ",,,,,,,,\n,没有证件,2026-05-01,,1,,,,1\n", "utf-8")
    hand_in(tmp_path, "bill")
    with pytest.raises(SystemExit) as stopped:
        call_command("mingbai_screen")
    assert stopped.value.code == 1
