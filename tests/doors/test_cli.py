"""The command line: exit status, quiet when piped, moving on a terminal, two languages, explain and standards."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from doors.small import DAY, HOUSEHOLDS, LI, MEMBERS, county, environment, mingbai, openpyxl_book, process, screen
from mingbai.facts.bureaus.tables import TABLES
from mingbai.findings.screening.rule import rules

INCOMES = [["户编号", "年度", "科目", "金额", "说明"], ["H1", "2025", "A1", "20000", "在外务工"],
           ["H1", "2025", "D2a", "300.5", ""], ["H2", "2025", "B1", "9000", ""], ["H2", "2025", "E1", "1000", "化肥"],
           ["H2", "2024", "B1", "9000", ""]]  # fmt: skip
HAN = re.compile(r"[\u3400-\u9fff，。；：（）「」、]")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A county in which something of everything is said: notes, errors, clues, rules that were not checked."""
    made = county(tmp_path / "county", 户表=None, 收入表=INCOMES, 医保参保="证件号码,年度\n" + LI + ",2025\n")
    rows = [list(row) for row in HOUSEHOLDS]
    rows[2][5] = int(LI[:17] + "0")
    openpyxl_book(made / "户表.xlsx", [["花名册"], *rows, ["H3"]], sheets=["说明"])
    (made / "通知.docx").write_text("")
    return made


def test_a_pipe_gets_the_summary_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    done = process("screen", folder, "--day", DAY, "--out", tmp_path / "out")
    assert done.code == 1 and done.err == ""
    assert "\x1b" not in done.out and "\r" not in done.out
    for said in ("筛查完成　2026-06-30", "户表.xlsx（本县）　3 行，未采用 1 行", "没有收到：", "务工月数", "没有核对的规则",
                 "没有收到：机动车登记", "里没有 2026 年度的行", "errors.csv", str(tmp_path / "out")):  # fmt: skip
        assert said in done.out, said


def test_a_terminal_sees_it_move(folder: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "mingbai.doors.cli", "screen", str(folder), "--day", DAY, "--out", "out"]
    running = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, env=environment(TERM="xterm", COLUMNS="80")
    )
    os.close(theirs)
    seen, end = b"", time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([ours], [], [], 1)[0]:
            continue
        try:
            part = os.read(ours, 4096)
        except OSError:  # Linux says so when the other side has closed
            break
        if not part:
            break
        seen += part
    os.close(ours)
    assert running.stdout is not None and "筛查完成" in running.stdout.read().decode()
    running.stdout.close()
    assert running.wait() == 1
    text = seen.decode(errors="replace")
    assert "\x1b[" in text and any(step in text for step in ("读表", "读 ", "整理", "核对规则", "写线索")), text


def without_names(text: str) -> str:
    """The text without the names of tables, sheets, columns and files, which stay as they are in any language."""
    names = {name for t in TABLES for name in (t.file, *(c.header for c in t.columns))} | {"说明", "通知", "虚构数据"}
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    return text


def test_in_english_only_names_are_chinese(folder: Path, tmp_path: Path) -> None:
    done = screen(folder, tmp_path / "out", "--lang", "en")
    assert done.code == 1 and "Screening done" in done.out
    for said in ("the first sheet", "header is row 2", "IDs as numbers (row 4)", "通知.docx is not a table",
                 "no rows of 2026 in 医保参保", "did not come: 机动车登记"):  # fmt: skip
        assert said in done.out, said
    assert not HAN.findall(without_names(done.out)), HAN.findall(without_names(done.out))


def test_the_word_of_a_language_that_is_not_there(folder: Path, tmp_path: Path) -> None:
    done = screen(folder, tmp_path / "out", "--lang", "fr")
    assert done.code == 2 and not (tmp_path / "out").exists()


def test_a_name_that_the_terminal_cannot_show_does_not_stop_a_run(tmp_path: Path) -> None:
    rows = [[cell.replace("张三", "𠮷三") for cell in row] for row in HOUSEHOLDS]
    folder = county(tmp_path / "county", 户表=rows)
    done = process("explain", folder, "--household", "H1", "--day", DAY, env=environment(PYTHONIOENCODING="gbk"))
    assert done.code == 0 and done.err == ""


def test_explain_says_what_every_rule_saw(folder: Path) -> None:
    done = mingbai("explain", folder, "--household", "H2", "--day", DAY)
    assert done.code == 0 and done.err == ""
    assert "户编号 H2　户主 李四　脱贫户" in done.out and "在世成员 1 人" in done.out
    marks = re.findall(r"^([●○－]) .*?（(\w+)）", done.out, re.M)
    assert {code for _, code in marks} == set(rules()) and len(marks) == len(rules())
    marked = {code: mark for mark, code in marks}
    assert marked["months_over_twelve"] == "●" and marked["owns_car"] == "－" and marked["low_income"] == "●"
    assert marked["copied_year"] == "○"
    assert "入户要问：" in done.out and "没有收到：机动车登记" in done.out and "8700" in done.out
    tree = done.out[done.out.index("2025 年收支账") :]
    assert (
        "人均 8000.00 元" in tree and "收入表第 4 行　9000.00 元" in tree and "收入表第 5 行　1000.00 元　化肥" in tree
    )
    assert tree.index("2025 年收支账") < tree.index("2024 年收支账")


def test_explain_of_a_household_that_is_not_there(folder: Path) -> None:
    for household in ("H9", "H3", "' OR 1=1 --", ""):
        done = mingbai("explain", folder, "--household", household, "--day", DAY)
        assert (done.code, done.out) == (2, "") and f"「{household}」" in done.err and done.err.endswith("。\n")


def test_explain_is_refused_as_a_screening_is(tmp_path: Path) -> None:
    done = mingbai("explain", tmp_path / "nowhere", "--household", "H1", "--day", "2026-02-30")
    assert done.code == 2 and done.err.count("\n") == 2 and "2026-02-30" in done.err and "nowhere" in done.err


def test_explain_and_screen_agree_on_every_household(folder: Path, tmp_path: Path) -> None:
    county(folder, 户表=None, 成员表=[*MEMBERS, ["H1", "P4", "王五", "1", "户主", "女", "-1"]])
    assert screen(folder, tmp_path / "out").code == 1
    clues = (tmp_path / "out" / "clues.csv").read_text("utf-8-sig")
    for household in ("H1", "H2"):
        told = mingbai("explain", folder, "--household", household, "--day", DAY).out
        fired = {line.split("（")[1].split("）")[0] for line in told.splitlines() if line.startswith("●")}
        raised = {line.split(",")[0] for line in clues.splitlines() if f",{household}," in line}
        assert fired == raised and fired


def test_standards_in_force_on_a_day(tmp_path: Path) -> None:
    done = mingbai("standards", "--day", DAY)
    lines = [line.split("\t") for line in done.out.splitlines()]
    assert done.code == 0 and all(len(line) == 6 and all(line[i] for i in (0, 1, 2, 3, 5)) for line in lines)
    by_name = {line[0]: line for line in lines}
    assert len(by_name) == len(lines) and by_name["monitoring_line"][2].startswith("8800")
    earlier = [line.split("\t") for line in mingbai("standards", "--day", "2025-12-31").out.splitlines()]
    assert next(line[2] for line in earlier if line[0] == "monitoring_line").startswith("8700")
    english = mingbai("standards", "--day", DAY, "--lang", "en").out.splitlines()
    assert [line.split("\t")[0] for line in english] == list(by_name) and english[0].split("\t")[1].isascii()
    wrong = mingbai("standards", "--day", "2026-02-30")
    assert wrong.code == 2 and "2026-02-30" in wrong.err and wrong.out == ""


def test_no_command_and_help() -> None:
    for words in ((), ("--help",)):
        done = mingbai(*words)
        assert all(name in done.out + done.err for name in ("screen", "sample", "explain", "standards"))
    assert mingbai("nonsense").code == 2
