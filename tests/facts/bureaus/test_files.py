"""Files as counties send them: encodings, line ends, ragged rows, headers, four formats, and what each cell becomes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doors.small import Rows, csv_text, inline_book, old_book, openpyxl_book, parquet, person
from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus import files, read
from mingbai.facts.bureaus.read import BadCell
from mingbai.facts.bureaus.tables import BY_FILE

ZHANG, LI = person("19800101"), person("19550303", 4)
HEADER = ["证件号码", "姓名", "补贴项目", "金额", "发放日期"]
ROWS = [[ZHANG, "张三", "农村低保金", "300.5", "2026-06-01"], [LI, "李四", "地力补贴", "77", "2026-05-31"]]
PAID = [(ZHANG, "张三", Decimal("300.50"), date(2026, 6, 1)), (LI, "李四", Decimal("77.00"), date(2026, 5, 31))]


@dataclass
class Arrived:
    rows: list[dict[str, Any]]
    bad: list[BadCell]
    notes: list[str]
    counts: read.Counts

    @property
    def paid(self) -> list[tuple[Any, ...]]:
        return [(r["person_key"], r["name"], r["amount"], r["paid_on"]) for r in self.rows]

    @property
    def places(self) -> list[tuple[int, str, str]]:
        return [(b.line, b.column, b.value) for b in sorted(self.bad)]


def arrive(path: Path) -> Arrived:
    """One file read, typed and checked."""
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA arrived; CREATE TABLE arrived.household AS SELECT 'H1' AS household_id")
        scratch = path.parent / "scratch"
        scratch.mkdir(exist_ok=True)
        source = files.open_file(con, BY_FILE[path.stem], path, scratch)
        bad: list[BadCell] = []
        counts = read.arrive(con, source, bad)
        found = con.execute(f"SELECT * FROM arrived.{source.table.name} ORDER BY line")
        names = [column[0] for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return Arrived(rows, bad, [note.zh for note in counts.notes], counts)


def payments(folder: Path, body: str | bytes, encoding: str = "utf-8") -> Arrived:
    path = folder / "一卡通发放.csv"
    path.write_bytes(body.encode(encoding) if isinstance(body, str) else body)
    return arrive(path)


TEXT = csv_text([HEADER, *ROWS])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    text = TEXT.replace("张三", "𠮷野·㐂").replace("\n", end)
    arrived = payments(tmp_path, text, encoding)
    assert arrived.rows[0]["name"] == "𠮷野·㐂" and arrived.paid[1:] == PAID[1:]
    assert [row["line"] for row in arrived.rows] == [2, 3] and not arrived.bad
    assert payments(tmp_path, text.rstrip(end), encoding).rows == arrived.rows


def test_lines_keep_their_numbers(tmp_path: Path) -> None:
    head, first, second = TEXT.splitlines()
    bad = second.replace("77", "77元")
    blanks = f"\n{head}\n\n{first}\n,,,,\n \u3000,,\t,,\n\n{bad}\n\n\n"
    arrived = payments(tmp_path, blanks)
    assert arrived.places == [(8, "金额", "77元")] and [row["line"] for row in arrived.rows] == [4]
    assert arrived.counts.rows == 2 and arrived.counts.rejected == 1
    quoted = f"{head}\n{first.replace('张三', chr(34) + '张' + chr(10) + '，三,' + chr(34))}\n{bad}\n"
    arrived = payments(tmp_path, quoted)
    assert arrived.places == [(3, "金额", "77元")] and arrived.rows[0]["name"] == "张\n，三,"
    # A lone CR is one line more, the line end inside the quotes one less.
    mixed = quoted.replace("2026-06-01\n", "2026-06-01\r")
    assert payments(tmp_path, mixed).places == [(3, "金额", "77元")]


def test_quotes(tmp_path: Path) -> None:
    arrived = payments(tmp_path, TEXT.replace("张三", '"张""三"""').replace("李四", '李"四"'))
    assert [row["name"] for row in arrived.rows] == ['张"三"', '李"四"']
    for spoilt, line in ((TEXT.replace("张三", '"张三'), 2), (TEXT.replace("李四", '"李"四"'), 3), (TEXT + '"', 4)):
        with pytest.raises(Refused, match=f"从第 {line} 行起引号不成对"):
            payments(tmp_path, spoilt)
    with pytest.raises(Refused, match="从第 2 行起"):
        payments(tmp_path, TEXT.replace("张三", '"' + "长\n" * 700_000 + '"'))


def test_rows_shorter_and_longer_than_the_header(tmp_path: Path) -> None:
    head, first, second = TEXT.splitlines()
    short = ",".join(second.split(",")[:4])
    arrived = payments(tmp_path, "\n".join([head, first + ",,", short, first + ",街,", second]))
    assert arrived.paid == PAID and [row["line"] for row in arrived.rows] == [2, 5]
    assert arrived.places == [(3, "发放日期", ""), (4, "", "")]
    assert "比表头多" in sorted(arrived.bad)[1].problem and arrived.counts.rejected == 2
    # The same wherever the row stands: the header decides, not the widest row.
    for at in (1, 3):
        lines = [head, *[first] * 3]
        lines.insert(at, second + ",街")
        assert payments(tmp_path, "\n".join(lines)).places == [(at + 1, "", "")]


def test_a_line_end_across_two_blocks_of_reading(tmp_path: Path) -> None:
    head, first, _ = TEXT.splitlines()
    start = f"{head}\r\n".encode()
    for cr_at in (1 << 20) - 1, 1 << 20:
        pad = cr_at - len(start) - len(first.encode())
        body = start + first.replace("张三", "张三" + "x" * pad).encode() + f"\r\n{first}1\r\n".encode()
        assert body[cr_at : cr_at + 2] == b"\r\n"
        assert payments(tmp_path, body).places == [(3, "发放日期", "2026-06-011")]


@pytest.mark.parametrize("above", range(6))
def test_up_to_five_rows_above_the_header(tmp_path: Path, above: int) -> None:
    titles = [["某县惠农补贴发放表"], [], ["单位：元", "", "证件号码"], ["制表：财政局"], [""]][:above]
    path = tmp_path / "一卡通发放.xlsx"
    openpyxl_book(path, [*titles, HEADER, *ROWS], merged="A1:E1" if above else "")
    for arrived in (arrive(path), payments(tmp_path, csv_text([*titles, HEADER, *ROWS]))):
        assert arrived.paid == PAID and [row["line"] for row in arrived.rows] == [above + 2, above + 3]
        assert arrived.notes == ([f"表头在第 {above + 1} 行，上面 {above} 行已跳过。"] if above else [])


FORMATS: dict[str, tuple[str, Callable[[Path, Rows], None]]] = {
    "csv": (".csv", lambda path, rows: path.write_text(csv_text(rows), "utf-8") and None),
    "shared strings": (".xlsx", openpyxl_book),
    "inline strings": (".xlsx", inline_book),
    "xls": (".xls", old_book),
    "parquet": (".parquet", parquet),
}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_reads_the_same(tmp_path: Path, form: str) -> None:
    suffix, write = FORMATS[form]
    path = tmp_path / f"一卡通发放{suffix}"
    write(path, [HEADER, *ROWS])
    arrived = arrive(path)
    assert arrived.paid == PAID and not arrived.bad and not arrived.notes
    assert [row["line"] for row in arrived.rows] == [2, 3]


def test_numbers_dates_and_yes_of_a_spreadsheet_are_what_they_look_like(tmp_path: Path) -> None:
    rows: Rows = [
        ["村代码", "年度", "停水天数", "水质是否合格"],
        [990101101201, 2026, 36.5, True],
        ["990101101202", 2026.0, 40, False],
        ["'990101101203", " ２０２６", "０", " 1 "],
        ["990101101204", "2026", "1e2", "否"],
    ]
    for suffix, write in ((".xlsx", openpyxl_book), (".xls", old_book)):
        path = tmp_path / f"供水监测{suffix}"
        write(path, rows)
        arrived = arrive(path)
        assert [tuple(row.values())[1:] for row in arrived.rows] == [
            ("990101101201", 2026, Decimal("36.5"), "是"),
            ("990101101202", 2026, Decimal(40), "否"),
            ("990101101203", 2026, Decimal(0), "是"),
        ]
        assert arrived.places == [(5, "停水天数", "1e2")]


def test_dates_of_a_spreadsheet(tmp_path: Path) -> None:
    days: Sequence[Any] = [
        *(
            date(2026, 6, 1),
            datetime(2026, 6, 1, 13, 5, 7),
            20260601,
            "2026/6/1",
            "2026-6-1",
            "202606",
            202606,
            "2026-06",
        ),
        *("1900-02-29", "2026-02-30", 46174, "2026年6月1日", "2026.6.1", "20261301", "0000-00-00", "'=TODAY()"),
    ]
    path = tmp_path / "死亡注销.xlsx"
    openpyxl_book(path, [["证件号码", "死亡日期"], *[[ZHANG, day] for day in days]])
    arrived = arrive(path)
    # The first eight are one death: equal rows of a bureau count once.
    assert [row["died_on"] for row in arrived.rows] == [date(2026, 6, 1)] and arrived.counts.repeated == 7
    assert [line for line, _, _ in arrived.places] == list(range(10, 18))


BAD_MONEY = [
    "1e309",
    "1,234.50",
    "1234元",
    "+5",
    ".5",
    "5.",
    "1.2.3",
    "--1",
    "NaN",
    "inf",
    "1 234",
    "9" * 19,
    "=1+1",
    "１．５",
]
GOOD_MONEY = {"1234.50": "1234.50", "-3": "-3.00", " ０12 ": "12.00", "'7": "7.00", "1.005": "1.01", "-1.005": "-1.01",
              "0.0049": "0.00", "9" * 16 + ".99": "9" * 16 + ".99", "-0": "0.00"}  # fmt: skip


def test_money_is_a_plain_number(tmp_path: Path) -> None:
    cells = [*GOOD_MONEY, *BAD_MONEY]
    rows = [["户编号", "年度", "科目", "金额"], *[["H1", "2025", "a1", f'"{cell}"'] for cell in cells]]
    (tmp_path / "收入表.csv").write_text(csv_text(rows), "utf-8")
    arrived = arrive(tmp_path / "收入表.csv")
    assert [str(row["amount"]) for row in arrived.rows] == list(GOOD_MONEY.values())
    assert [value for _, _, value in arrived.places] == BAD_MONEY
    assert all(bad.column == "金额" and "普通数字" in bad.problem for bad in arrived.bad)


@pytest.mark.parametrize("form", ["shared strings", "inline strings", "xls"])
def test_ids_typed_as_numbers_are_warned_of_by_their_lines(tmp_path: Path, form: str) -> None:
    suffix, write = FORMATS[form]
    path = tmp_path / f"残疾人证{suffix}"
    header = ["证件号码", "残疾证号", "类别", "等级", "发证日期"]
    tail = ["肢体", "1", "2026-01-01"]
    ends_in_zero = next(p for p in (person("19800101", n) for n in range(1, 99)) if p.endswith("0"))
    rows = [[ends_in_zero, ends_in_zero + "41", *tail], [int(ZHANG[:17] + "5"), ZHANG + "41", *tail],
            [LI, float(LI[:17] + "841"), *tail], [990101800101001, LI + "41", *tail]]  # fmt: skip
    write(path, [["残疾人证台账"], header, *rows])
    arrived = arrive(path)
    assert arrived.rows[1]["person_key"] == ZHANG[:15] + "000" and arrived.rows[2]["certificate_tail"] == "00"
    notes = [note for note in arrived.notes if "按数字存" in note]
    assert len(notes) == 2, notes
    assert "「证件号码」有 1 格" in notes[0] and "第 4 行" in notes[0]
    assert "「残疾证号」有 1 格" in notes[1] and "第 5 行" in notes[1]


def test_ids_of_the_second_sheet_are_nobodys_business(tmp_path: Path) -> None:
    path = tmp_path / "死亡注销.xlsx"
    book = openpyxl.Workbook()
    book.worksheets[0].append(["证件号码", "死亡日期"])
    book.worksheets[0].append([990101198001010030, "2026-06-01"])
    other = book.create_sheet("说明", 0)
    for row in (["证件号码", "死亡日期"], ["990101198001010030", "2026-06-01"]):
        other.append(row)
    book.save(path)
    assert arrive(path).notes == ["只读了第一张工作表「说明」，另有：Sheet。"]


def test_what_parquet_brings(tmp_path: Path) -> None:
    path = tmp_path / "供水监测.parquet"
    table = pa.table(
        {
            "村代码": pa.array([990101101201.0, 990101101202.0]),
            "年度": pa.array(np.array([2026.0, float("nan")])),
            "停水天数": pa.array([Decimal("1.50"), Decimal("2.00")]),
            "水质是否合格": pa.array([True, False]).cast(pa.bool_()),
        }
    )
    pq.write_table(table, path)
    arrived = arrive(path)
    assert [tuple(row.values())[1:] for row in arrived.rows] == [("990101101201", 2026, Decimal("1.5"), "是")]
    assert arrived.places == [(3, "年度", "")]
    path = tmp_path / "死亡注销.parquet"
    texts = pa.array(["张三", "李四"]).dictionary_encode()
    days = pa.array([datetime(2026, 6, 1, 8), datetime(2026, 6, 2)], pa.timestamp("us"))
    raw = pa.array([ZHANG.encode(), LI.encode()], pa.binary())
    pq.write_table(pa.table({"证件号码": raw, "姓名": texts, "死亡日期": days}), path)
    people = [(row["person_key"], row["name"], row["died_on"]) for row in arrive(path).rows]
    assert people == [(ZHANG, "张三", date(2026, 6, 1)), (LI, "李四", date(2026, 6, 2))]


def test_a_parquet_that_is_damaged_inside(tmp_path: Path) -> None:
    path = tmp_path / "一卡通发放.parquet"
    parquet(
        path, [HEADER, *[[person("19800101", n % 900), f"张{n}", "低保", str(n), "2026-06-01"] for n in range(4000)]]
    )
    data = bytearray(path.read_bytes())
    data[2000:3000] = bytes(1000)
    path.write_bytes(data)
    with pytest.raises(Refused, match=r"一卡通发放\.parquet"):
        arrive(path)


def test_order_is_free_and_other_columns_tell_rows_apart(tmp_path: Path) -> None:
    header = ["备注", *reversed(HEADER), ""]
    rows = [["一", *reversed(ROWS[0]), ""], ["二", *reversed(ROWS[0]), ""], [" 一", *reversed(ROWS[0]), ""]]
    rows[2][2] = "３00.50"
    arrived = payments(tmp_path, csv_text([header, *rows]))
    assert arrived.paid == [PAID[0], PAID[0]] and arrived.counts.repeated == 1 and arrived.counts.rows == 3


def test_a_missing_column_is_empty_cells(tmp_path: Path) -> None:
    arrived = payments(tmp_path, csv_text([HEADER[:1] + HEADER[2:], *[row[:1] + row[2:] for row in ROWS]]))
    assert [row["name"] for row in arrived.rows] == [None, None] and not arrived.bad
    with pytest.raises(Refused) as refused:
        payments(tmp_path, csv_text([HEADER[:2], *[row[:2] for row in ROWS]]))
    assert [header in reason for header, reason in zip(HEADER[2:], refused.value.reasons, strict=True)] == [True] * 3


def test_headers_are_cleaned_too(tmp_path: Path) -> None:
    assert payments(tmp_path, TEXT.replace("证件号码", " 证件\u3000号码").replace("金额", "'金额")).paid == PAID


@pytest.mark.parametrize("name", ["一[户]", "甲*", "乙?", "丙'丁", "a b"])
def test_odd_names_of_folders(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (tmp_path / "甲乙").mkdir()
    parquet(tmp_path / "甲乙" / "一卡通发放.parquet", [HEADER, ROWS[0]])
    assert payments(folder, TEXT).paid == PAID
    parquet(folder / "一卡通发放.parquet", [HEADER, *ROWS])
    assert arrive(folder / "一卡通发放.parquet").paid == PAID


def test_an_id_is_cleaned_and_never_a_bad_cell(tmp_path: Path) -> None:
    forms = [
        f" {LI[:6]} {LI[6:]}\t",
        LI[:6] + LI[8:17],
        LI + "43B1",
        LI + "43",
        f"'{LI.lower()}",
        LI.replace("1", "１"),
    ]
    wrong = ["A" + LI[1:], LI[:17] + ("0" if LI[17] != "0" else "1"), "无", "990101190002291234"]
    text = csv_text(
        [["证件号码", "死亡日期"], *[[form, "2026-06-01"] for form in (*forms, *wrong)], ["", "2026-06-01"]]
    )
    (tmp_path / "死亡注销.csv").write_text(text, "utf-8")
    arrived = arrive(tmp_path / "死亡注销.csv")
    assert [row["person_key"] for row in arrived.rows] == [LI, *wrong] and arrived.counts.repeated == len(forms) - 1
    assert [row["person_valid"] for row in arrived.rows] == [True] + [False] * len(wrong)
    assert arrived.places == [(len(forms) + len(wrong) + 2, "证件号码", "")]


def test_a_stray_cell_far_to_the_right(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [HEADER, *ROWS]:
        book.worksheets[0].append(row)
    book.worksheets[0]["XFD2"] = "x"
    book.save(tmp_path / "一卡通发放.xlsx")
    assert arrive(tmp_path / "一卡通发放.xlsx").paid == PAID
    far = "," * 16_379 + "\n"
    assert payments(tmp_path, TEXT.replace("\n", far)).paid == PAID
