"""A table handed in: kept as it came but unreadable, its twin without IDs, and every reason when it is refused."""

import os
import struct
import time
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import pytest
from django.conf import settings

from characters import COUNTY, DAY, NEXT_COUNTY, Person, invented_id
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.resident_id import cleaned
from mingbai.facts.bureaus import actions, queries
from mingbai.facts.bureaus.actions import Received
from mingbai.facts.bureaus.models import Delivery, Expected

pytestmark = pytest.mark.django_db
ONE, TWO = (invented_id(date(1960, 3, day), "男", day) for day in (4, 5))
BILLS = (
    "证件号码,姓名,结算日期,医疗机构,总费用,基本医保支付,大病保险支付,医疗救助支付,合规自付\n"
    f"{ONE},杨一,2026-05-02,县医院,1000,500,,,500\n"
    f"{TWO},杨二,2026-05-03,转自{ONE}的账,200,,,,20\n"
)


def bills(folder: Path, text: str = BILLS, name: str = "医保结算.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def hand_in(by: Actor, path: Path, table: str = "bill", place: str = COUNTY, period: date = DAY) -> Received:
    return actions.receive(by=by, table=table, place=place, period=period, file=path, name=path.name, day=DAY)


def lying() -> set[str]:
    """What lies in the two folders now."""
    folders = (Path(settings.DELIVERIES), Path(settings.HOME) / "scratch")
    return {str(path) for folder in folders if folder.exists() for path in folder.rglob("*")}


def test_the_file_is_kept_as_it_came_and_nobody_can_read_it(chen: Person, tmp_path: Path) -> None:
    path = bills(tmp_path)
    taken = hand_in(chen.actor, path).delivery
    hidden = queries.hidden_path(taken).read_bytes()
    assert settings.KEYS.open_bytes(hidden) == path.read_bytes()
    assert ONE.encode() not in hidden and "姓名".encode() not in hidden
    assert (taken.rows, taken.rejected, taken.bad_cells, taken.sender) == (2, 0, 0, "医保")
    assert taken.period == date(2026, 6, 1)
    told = Event.objects.get(subject=f"delivery:{taken.pk}")
    assert (told.verb, told.place) == ("bureaus.received", COUNTY)
    assert "医保结算" in told.said and ONE not in told.said + told.changed


def test_the_twin_has_a_hash_for_an_id_and_none_in_its_texts(chen: Person, tmp_path: Path) -> None:
    twin = queries.twin_path(hand_in(chen.actor, bills(tmp_path)).delivery)
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT line, person_key, person_valid, person_birth, person_sex, hospital, own_pay FROM read_parquet(?)",
            [str(twin)],
        ).fetchall()
        columns = [row[0] for row in con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(twin)]).fetchall()]
    assert rows[0][:5] == (2, settings.KEYS.person_key(cleaned(ONE)), True, date(1960, 3, 4), "男")
    assert rows[1][5] == f"转自{ONE[:6]}********{ONE[-4:]}的账"
    assert ONE not in str(rows) and TWO not in str(rows)
    assert columns[0] == "line" and "person_key" in columns


def test_a_certificate_leaves_only_its_tail(wang: Person, tmp_path: Path) -> None:
    text = f"证件号码,姓名,残疾证号,类别,等级,发证日期\n{ONE},杨一,{ONE}42,肢体,二级,2026-01-05\n"
    twin = queries.twin_path(hand_in(wang.actor, bills(tmp_path, text, "残疾人证.csv"), "disability").delivery)
    with duckdb.connect() as con:
        row = con.execute("SELECT * FROM read_parquet(?)", [str(twin)]).fetchone()
    assert row is not None and "42" in row and ONE not in str(row)


def test_the_same_file_again_is_one_delivery(chen: Person, tmp_path: Path) -> None:
    path = bills(tmp_path)
    first, files = hand_in(chen.actor, path), lying()
    again = hand_in(chen.actor, path)
    assert again.again and not first.again and again.delivery == first.delivery
    assert (Delivery.objects.count(), Event.objects.count()) == (1, 1)
    assert lying() == files


def test_the_newest_month_counts_and_in_it_the_last_that_came(wang: Person, tmp_path: Path) -> None:
    def take(text: str, period: date) -> Delivery:
        return hand_in(wang.actor, bills(tmp_path, text), period=period).delivery

    june = take(BILLS, DAY)
    may = take(BILLS + "\n", date(2026, 5, 1))
    assert queries.newest("bill", COUNTY) == june
    corrected = take(BILLS.replace("1000", "1001"), DAY)
    assert queries.newest("bill", COUNTY) == corrected
    assert queries.newest("bill", COUNTY, until=date(2026, 5, 31)) is None  # may came on 30 June
    for one in (corrected, june):
        actions.withdraw(by=wang.actor, delivery=one, why="交错了", day=DAY)
    assert queries.newest("bill", COUNTY) == may
    assert queries.newest("bill", NEXT_COUNTY) is None
    # A withdrawn file may come once more.
    assert not hand_in(wang.actor, bills(tmp_path, BILLS)).again


def test_only_its_sender_hands_a_table_in(chen: Person, li: Person, qian: Person, sun: Person, tmp_path: Path) -> None:
    path, before = bills(tmp_path), lying()
    for who in (li, qian, sun):
        with pytest.raises(Forbidden):
            hand_in(who.actor, path)
    with pytest.raises(Forbidden, match="公安车管"):
        hand_in(chen.actor, path, table="vehicle")
    with pytest.raises(Forbidden):
        hand_in(chen.actor, path, place=NEXT_COUNTY)
    for table in ("member", "../etc", ""):
        with pytest.raises(Refused, match="没有这张表"):
            hand_in(chen.actor, path, table=table)
    assert Delivery.objects.count() == 0 and lying() == before


def test_the_county_hands_in_for_a_bureau_and_its_own_cadres(wang: Person, tmp_path: Path) -> None:
    text = f"证件号码,姓名,村代码\n{ONE},杨一,513434100200\n"
    cadres = hand_in(wang.actor, bills(tmp_path, text, "干部.csv"), "cadre").delivery
    assert (cadres.sender, hand_in(wang.actor, bills(tmp_path)).delivery.sender) == ("本县", "医保")


def bomb(path: Path, honest: bool) -> Path:
    """A workbook of a megabyte that unpacks to more than a gigabyte, and may say that it does not."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        for _ in range(1100):
            sheet.write(bytes(1 << 20))
    if not honest:
        content = bytearray(path.read_bytes())
        at = content.rindex(b"PK\x01\x02")
        content[at + 24 : at + 28] = struct.pack("<I", 1000)
        path.write_bytes(content)
    return path


def test_what_is_no_table_is_refused_with_a_sentence_and_nothing_stays(chen: Person, tmp_path: Path) -> None:
    before = lying()
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no")
    cases = {
        bills(tmp_path, name="病历.pdf"): ".pdf",
        bills(tmp_path, name="无扩展名"): "没有扩展名",
        bills(tmp_path, "甲,乙\n1,2\n", "没表头.csv"): "表头",
        bills(tmp_path, BILLS.replace("合规自付", "自付").replace("总费用", "费用"), "缺列.csv"): "合规自付",
        bills(tmp_path, "", "空.csv"): "表头",
        tmp_path / "broken.xlsx": "打不开",
        tmp_path / "broken.parquet": "打不开",
        bomb(tmp_path / "bomb.xlsx", honest=True): "展开后",
        bomb(tmp_path / "lie.xlsx", honest=False): "展开后",
    }
    for path, words in cases.items():
        with pytest.raises(Refused, match=words) as refused:
            hand_in(chen.actor, path)
        assert path.name in refused.value.reasons[0]
    with pytest.raises(Refused) as both:
        hand_in(chen.actor, tmp_path / "缺列.csv")
    assert len(both.value.reasons) == 2  # every reason at once
    assert (Delivery.objects.count(), Event.objects.count(), lying()) == (0, 0, before)


def test_a_file_of_61_megabytes_is_refused(chen: Person, tmp_path: Path) -> None:
    path = tmp_path / "大.csv"
    with path.open("wb") as file:
        file.truncate(settings.UPLOAD_MAX_BYTES + 1)
    with pytest.raises(Refused, match="超过 60 MB"):
        hand_in(chen.actor, path)


@pytest.mark.parametrize("period", [date(2026, 7, 1), date(2013, 12, 31)])
def test_a_month_that_cannot_be_is_refused(chen: Person, tmp_path: Path, period: date) -> None:
    with pytest.raises(Refused, match="所属月份"):
        hand_in(chen.actor, bills(tmp_path), period=period)


def test_bad_cells_are_told_one_by_one_and_lie_encrypted(chen: Person, tmp_path: Path) -> None:
    text = BILLS + f"{TWO},=cmd|x,2026-13-03,{ONE},1\u00a0000元,,,,30\n,杨三,2026-05-03,,5,,,,5\n"
    taken = hand_in(chen.actor, bills(tmp_path, text)).delivery
    assert (taken.rows, taken.rejected, taken.bad_cells) == (4, 2, 3)
    cells = actions.problems_of(taken)
    assert [(line, column) for line, column, _, _ in cells] == [(4, "总费用"), (4, "结算日期"), (5, "证件号码")]
    assert "不是有效日期" in cells[1][3] and "必填" in cells[2][3]
    assert b"2026-13-03" not in queries.problems_path(taken).read_bytes()


def test_when_the_row_cannot_be_written_no_file_stays(wang: Person, tmp_path: Path) -> None:
    nobody = Actor("official", "", "无名", wang.actor.grants)
    before = lying()
    with pytest.raises(Exception, match="delivery_has_author"):
        hand_in(nobody, bills(tmp_path))
    assert lying() == before and Event.objects.count() == 0


def test_what_a_killed_process_left_is_swept_up(wang: Person, tmp_path: Path) -> None:
    kept = hand_in(wang.actor, bills(tmp_path)).delivery
    folder, old = Path(settings.DELIVERIES), time.time() - 2 * 24 * 3600
    orphans = [folder / "513434-bill-202606-0000.hidden", folder / "513434-bill-202606-0000.parquet.part"]
    scratch = Path(settings.HOME) / "scratch" / "mingbai-left"
    scratch.mkdir(parents=True)
    (scratch / "医保.csv").write_text(ONE)
    for path in (*orphans, queries.hidden_path(kept)):
        path.touch()
        os.utime(path, (old, old))
    os.utime(scratch, (old, old))
    young = folder / "513434-bill-202606-1111.hidden"
    young.touch()
    actions.sweep()
    assert not any(path.exists() for path in (*orphans, scratch))
    assert queries.hidden_path(kept).exists() and young.exists()
    young.unlink()


def test_the_original_is_opened_for_a_reason_and_on_record(chen: Person, sun: Person, li: Person, qian: Person,
                                                           tmp_path: Path) -> None:  # fmt: skip
    path = bills(tmp_path)
    taken = hand_in(chen.actor, path).delivery
    for who in (chen, qian):
        assert actions.open_original(by=who.actor, delivery=taken, why="核对", day=DAY) == path.read_bytes()
    assert list(Event.objects.filter(verb="bureaus.opened").order_by("id").values_list("by", flat=True)) == [
        "official:chen", "official:qian",
    ]  # fmt: skip
    with pytest.raises(Refused, match="做什么用"):
        actions.open_original(by=chen.actor, delivery=taken, why=" ", day=DAY)
    for who in (li, sun):
        with pytest.raises(Forbidden):
            actions.open_original(by=who.actor, delivery=taken, why="看看", day=DAY)
    assert Event.objects.filter(verb="bureaus.opened").count() == 2


def test_a_file_changed_on_the_disk_is_told(chen: Person, tmp_path: Path) -> None:
    taken = hand_in(chen.actor, bills(tmp_path)).delivery
    path = queries.hidden_path(taken)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(Refused, match="改动过"):
        actions.open_original(by=chen.actor, delivery=taken, why="核对", day=DAY)
    path.unlink()
    with pytest.raises(Refused, match="找不到"):
        actions.open_original(by=chen.actor, delivery=taken, why="核对", day=DAY)


def test_withdrawing_needs_the_county_and_a_reason_and_happens_once(chen: Person, wang: Person, sun: Person,
                                                                    tmp_path: Path) -> None:  # fmt: skip
    taken = hand_in(chen.actor, bills(tmp_path)).delivery
    for who in (chen, sun):
        with pytest.raises(Forbidden):
            actions.withdraw(by=who.actor, delivery=taken, why="错", day=DAY)
    with pytest.raises(Refused, match="原因"):
        actions.withdraw(by=wang.actor, delivery=taken, why="", day=DAY)
    actions.withdraw(by=wang.actor, delivery=taken, why="上月的", day=DAY)
    with pytest.raises(Refused, match="已经撤回"):
        actions.withdraw(by=wang.actor, delivery=taken, why="上月的", day=DAY)
    taken.refresh_from_db()
    assert (taken.status, taken.withdrawn_why) == ("withdrawn", "上月的")


def test_what_is_expected_changes_by_the_county_and_the_second_is_told(wang: Person, chen: Person) -> None:
    def ask(by: Actor, seen: int | None, every: int = 1) -> None:
        actions.expect(by=by, table="bill", place=COUNTY, every_months=every, by_day=5, day=DAY, seen=seen)

    with pytest.raises(Forbidden):
        ask(chen.actor, None)
    ask(wang.actor, None)
    first = Expected.objects.get()
    with pytest.raises(Changed):
        ask(wang.actor, None, every=3)
    ask(wang.actor, first.pk, every=3)
    now = Expected.objects.get(until=None)
    assert (now.every_months, now.since) == (3, date(2026, 6, 1))
    first.refresh_from_db()
    assert (first.every_months, first.until) == (1, DAY)
    ask(wang.actor, now.pk, every=0)
    assert not Expected.objects.filter(until=None).exists()
    with pytest.raises(Refused, match="1 至 12"):
        ask(wang.actor, None, every=13)
    # What was ended on purpose does not come back by itself.
    assert actions.expect_usual(by=wang.actor, place=COUNTY, day=DAY) == 19
    assert actions.expect_usual(by=wang.actor, place=COUNTY, day=DAY) == 0


def test_the_calendar_shows_a_bureau_its_own_tables(wang: Person, chen: Person, sun: Person, tmp_path: Path) -> None:
    actions.expect_usual(by=wang.actor, place=COUNTY, day=date(2026, 3, 1))
    hand_in(chen.actor, bills(tmp_path), period=date(2026, 5, 1))
    lines = {line.expected.table: line for line in queries.calendar(chen.actor, COUNTY, DAY)}
    assert set(lines) == {"bill", "insured"}
    assert [cell.state for cell in lines["bill"].cells] == ["none", "none", "missed", "missed", "received_late", "due"]
    assert lines["bill"].late is None and lines["insured"].late is not None and lines["insured"].late.days == 25
    assert len(queries.calendar(wang.actor, COUNTY, DAY)) == 20
    assert queries.calendar(sun.actor, COUNTY, DAY) == []
