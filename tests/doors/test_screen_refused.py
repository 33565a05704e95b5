"""What stops a screening: exit status 2, a sentence for each reason, all at once, and nothing written."""

import os
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import msoffcrypto.format.ooxml
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doors.small import (
    DAY,
    HOUSEHOLDS,
    MEMBERS,
    county,
    csv_text,
    environment,
    inline_book,
    mingbai,
    old_book,
    openpyxl_book,
    parquet,
    process,
    screen,
)

TEXT = csv_text(MEMBERS)
GIB = 1 << 30
# The most memory a process took, in KiB. Linux' ru_maxrss also counts what the process that started it held.
PEAK = (
    "import re; print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1], file=sys.stderr)"
    if sys.platform == "linux"
    else "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)"
)


def refused(folder: Path, out: Path, *more: str | Path) -> list[str]:
    """The sentences of a screening that is refused, after looking that nothing was written and nothing else said."""
    before = sorted(out.parent.iterdir())
    done = mingbai("screen", folder, "--out", out, *(more or ("--day", DAY)))
    assert done.code == 2 and done.out == "", done
    assert sorted(out.parent.iterdir()) == before
    sentences = done.err.splitlines()
    assert sentences and all(sentence.endswith("。") for sentence in sentences), sentences
    return sentences


def cut(path: Path, share: float) -> None:
    """What is left when a copy stops in the middle."""
    os.truncate(path, int(path.stat().st_size * share))


def with_password(path: Path) -> None:
    plain = path.with_name("plain.bin")
    openpyxl_book(plain, MEMBERS)
    with plain.open("rb") as source, path.open("wb") as target:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("0000", target)
    plain.unlink()


def half(write: Callable[[Path], None], share: float = 0.6) -> Callable[[Path], None]:
    def both(path: Path) -> None:
        write(path)
        cut(path, share)

    return both


def twice_in_parquet(path: Path) -> None:
    columns = [pa.array(column) for column in zip(*MEMBERS[1:], strict=True)]
    pq.write_table(pa.table([*columns, columns[2]], names=[*MEMBERS[0], "姓名"]), path)


def bomb(path: Path) -> None:
    """A small archive that says it unfolds to 5 GB."""
    openpyxl_book(path, MEMBERS)
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    for _ in range(2):
        struct.pack_into("<I", data, at + 24, 5 * GIB // 2)
        at = data.index(b"PK\x01\x02", at + 4)
    path.write_bytes(data)


def blank_book(path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("数据").append(list(MEMBERS[0]))
    book.save(path)


def wide(rows: list[list[str]], column: str) -> list[list[str]]:
    return [[*row, column if at == 0 else "x"] for at, row in enumerate(rows)]


MEMBER_ROWS = [list(row) for row in MEMBERS]
NO_PERSON = csv_text([["人号" if cell == "人编号" else cell for cell in row] for row in MEMBERS])
FILES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "header in row 9": (".xlsx", lambda p: openpyxl_book(p, [["成员表"]] * 8 + MEMBER_ROWS), "没有找到表头"),
    "header in row 7": (".csv", lambda p: p.write_text("成员表\n" * 6 + TEXT, "utf-8"), "没有找到表头"),
    "password": (".xlsx", with_password, "密码"),
    "parquet cut short": (".parquet", half(lambda p: parquet(p, MEMBERS)), "Parquet"),
    "xlsx cut short": (".xlsx", half(lambda p: openpyxl_book(p, MEMBERS)), "不完整"),
    "xls cut short": (".xls", half(lambda p: old_book(p, MEMBERS), 0.37), "打不开"),
    "utf-16": (".csv", lambda p: p.write_text(TEXT, "utf-16"), "UTF-16"),
    "utf-16 little, no mark": (".csv", lambda p: p.write_text(TEXT, "utf-16-le"), "UTF-16"),
    "utf-16 big, no mark": (".csv", lambda p: p.write_text(TEXT, "utf-16-be"), "UTF-16"),
    "no known encoding": (".csv", lambda p: p.write_bytes(TEXT.encode() + b"\xff\xfe\xff"), "编码"),
    "column twice, csv": (".csv", lambda p: p.write_text(csv_text(wide(MEMBER_ROWS, "姓名")), "utf-8"), "出现了 2 次"),
    "column twice, xlsx": (".xlsx", lambda p: inline_book(p, wide(MEMBER_ROWS, "姓 名")), "出现了 2 次"),
    "column twice, parquet": (".parquet", twice_in_parquet, "出现了 2 次"),
    "xlsx that is a csv": (".xlsx", lambda p: p.write_text(TEXT, "utf-8"), "不是真正的 Excel"),
    "xlsx that is an xls": (".xlsx", lambda p: old_book(p, MEMBERS), "旧的 .xls"),
    "xls that is a page": (".xls", lambda p: p.write_text("<table><tr><td>户编号</td></tr></table>"), "Excel"),
    "csv that is a zip": (".csv", lambda p: openpyxl_book(p.with_suffix(".zip"), MEMBERS), "文本"),
    "parquet that is a csv": (".parquet", lambda p: p.write_text(TEXT, "utf-8"), "Parquet"),
    "no ● column": (".csv", lambda p: p.write_text(NO_PERSON, "utf-8"), "缺少必有的列「人编号」"),
    "quote not closed": (".csv", lambda p: p.write_text(TEXT.replace("王二", '"王二'), "utf-8"), "第 3 行起引号"),
    "tabs": (".csv", lambda p: p.write_text(TEXT.replace(",", "\t"), "utf-8"), "制表符"),
    "semicolons": (".csv", lambda p: p.write_text(TEXT.replace(",", ";"), "utf-8"), "分号"),
    "empty csv": (".csv", lambda p: p.write_bytes(b""), "没有找到表头"),
    "empty xlsx": (".xlsx", lambda p: p.write_bytes(b""), "打不开"),
    "empty parquet": (".parquet", lambda p: p.write_bytes(b""), "打不开"),
    "first sheet blank": (".xlsx", blank_book, "第一张工作表"),
    "bomb": (".xlsx", bomb, "太大"),
    "folder": (".csv", lambda p: p.mkdir(), "文件夹"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_cannot_be_used_stops_the_run(tmp_path: Path, case: str) -> None:
    suffix, write, says = FILES[case]
    folder = county(tmp_path / "county", 成员表=None)
    write(folder / f"成员表{suffix}")
    if case == "csv that is a zip":
        (folder / "成员表.zip").rename(folder / "成员表.csv")
    (sentence,) = refused(folder, tmp_path / "out")
    assert f"「成员表{suffix}」" in sentence and says in sentence, sentence


def test_the_roster_that_cannot_be_opened_is_the_only_thing_said(tmp_path: Path) -> None:
    folder = county(tmp_path / "county", 户表=b"\xff\xfe")
    (sentence,) = refused(folder, tmp_path / "out")
    assert "户表.csv" in sentence  # and not that no member's household is on it


def test_no_folder_and_an_empty_one(tmp_path: Path) -> None:
    (sentence,) = refused(tmp_path / "nowhere", tmp_path / "out")
    assert "没有找到文件夹" in sentence and "nowhere" in sentence
    (tmp_path / "file").write_text("")
    assert "没有找到文件夹" in refused(tmp_path / "file", tmp_path / "out")[0]
    (tmp_path / "empty").mkdir()
    sentences = refused(tmp_path / "empty", tmp_path / "out")
    assert ["户表" in sentences[0], "成员表" in sentences[1], len(sentences)] == [True, True, 2]


@pytest.mark.parametrize("day", ["2026-02-30", "2026-06", "昨天", "1900-02-29", ""])
def test_a_day_that_does_not_exist(tmp_path: Path, day: str) -> None:
    (sentence,) = refused(county(tmp_path / "county"), tmp_path / "out", "--day", day)
    assert f"「{day}」不是有效日期" in sentence


def test_all_reasons_come_at_once(tmp_path: Path) -> None:
    folder = county(tmp_path / "county", 户表=None, 学籍="证件号码,学校,学段\n", 死亡注销=b"\xff\xfe1")
    parquet(folder / "收入表.parquet", [["户编号", "年度"], ["H1", 2025]])
    cut(folder / "收入表.parquet", 0.5)
    shutil.copy(folder / "成员表.csv", folder / "成员表.xls")
    (tmp_path / "taken").write_text("mine")
    (tmp_path / "own.yaml").write_text("- nonsense")
    named = ("--day", "2026-02-30", "--own", tmp_path / "own.yaml")
    sentences = refused(folder, tmp_path / "taken", *named)
    assert (tmp_path / "taken").read_text() == "mine"
    wanted = [
        "2026-02-30",
        "taken",
        "own.yaml",
        "缺少「户表」",
        "「成员表」有 2 个文件",
        "收入表.parquet",
        "死亡注销.csv",
    ]
    missing = [
        name for name in (*wanted, "学籍.csv」缺少必有的列「学籍状态」") if not any(name in s for s in sentences)
    ]
    assert not missing and len(sentences) == len(wanted) + 1, sentences


def test_one_table_in_two_files(tmp_path: Path) -> None:
    folder = county(tmp_path / "county")
    parquet(folder / "户表.parquet", HOUSEHOLDS)
    (sentence,) = refused(folder, tmp_path / "out")
    assert "户表.csv" in sentence and "户表.parquet" in sentence and "只留一个" in sentence


def test_what_was_in_the_output_folder_stays_when_a_run_is_refused(tmp_path: Path) -> None:
    assert screen(county(tmp_path / "county"), tmp_path / "out").code == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    county(tmp_path / "county", 户表="x")
    refused(tmp_path / "county", tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_line_of_2_gb_is_refused_in_little_memory(tmp_path: Path) -> None:
    folder = county(tmp_path / "county")
    with (folder / "收入表.csv").open("wb") as file:
        file.write("户编号,年度,科目,金额,说明\nH1,2025,A1,1,".encode())
        for _ in range(16):
            file.write(b"x" * (1 << 20))
        file.truncate(2 * GIB)  # the rest is a hole where the file system can hold one
    script = f"import sys\nfrom mingbai.doors.cli import main\ntry:\n main()\nfinally:\n {PEAK}"
    words = ["screen", folder, "--day", DAY, "--out", tmp_path / "out"]
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, words)],
        capture_output=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    sentence, kib = done.stderr.decode().splitlines()
    assert done.returncode == 2 and "收入表.csv" in sentence and "没有换行" in sentence
    assert int(kib) < 400 * 1024
    assert not (tmp_path / "out").exists()


def test_exit_status_and_sentences_of_a_real_process(tmp_path: Path) -> None:
    folder = county(tmp_path / "county", 成员表=None)
    half(lambda p: old_book(p, MEMBERS), 0.37)(folder / "成员表.xls")
    # The library that reads .xls panics over this one, with a page of its own on standard error.
    done = process("screen", folder, "--day", DAY, "--out", tmp_path / "out", env=environment(RUST_BACKTRACE="1"))
    assert done.code == 2 and done.out == ""
    assert done.err.count("\n") == 1 and "「成员表.xls」打不开" in done.err
    assert not (tmp_path / "out").exists()


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    folder = county(tmp_path / "county", 成员表=None)
    with zipfile.ZipFile(folder / "成员表.xlsx", "w") as archive:
        archive.writestr("成员表.csv", TEXT)
    assert "「成员表.xlsx」打不开" in refused(folder, tmp_path / "out")[0]
