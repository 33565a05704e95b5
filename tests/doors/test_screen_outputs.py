"""What a screening writes: the same bytes whatever the process, sorted, openable in Excel; and all of it or none."""

import csv
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from doors.small import DAY, FILES, MEMBERS, Done, county, environment, mingbai, screen
from oracle.scramble import scramble

SIZE_LIMITS = {"accounts.csv": 60, "clues.csv": 200, "线索清单.xlsx": 3000}


@pytest.fixture(scope="module")
def scrambled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county with every fault in it, large enough that its list takes a while to write."""
    folder = tmp_path_factory.mktemp("scrambled") / "county"
    scramble(folder, households=200, seed=11)
    return folder


@pytest.fixture(scope="module")
def outputs(scrambled: Path) -> Path:
    out = scrambled.parent / "out"
    assert screen(scrambled, out).code == 1
    return out


def contents(out: Path, *but: str) -> dict[str, object]:
    """Each file's bytes, but for some; of run.json all but the seconds."""
    found: dict[str, object] = {path.name: path.read_bytes() for path in out.iterdir() if path.name not in but}
    run = json.loads((out / "run.json").read_text("utf-8"))
    assert run.pop("seconds")
    return found | {"run.json": json.dumps(run, ensure_ascii=False)}


def in_process(*words: str | Path, script: str, **more: object) -> Done:
    """Runs the command in a process after a script of its own."""
    full = f"{script}\nfrom mingbai.doors.cli import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", full, *map(str, words)], capture_output=True, timeout=120, check=False,
        **{"env": environment(), **more},  # type: ignore[call-overload]
    )  # fmt: skip
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


THREADS = """
from contextlib import contextmanager
from mingbai.findings.screening import run
connect = run.connect
@contextmanager
def with_threads():
    with connect() as con:
        con.execute("SET threads = {}")
        yield con
run.connect = with_threads
"""


@pytest.mark.parametrize(
    ("script", "env"),
    [
        (THREADS.format(7), {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LANG": "C", "LC_ALL": "C"}),
        (THREADS.format(1), {"PYTHONHASHSEED": "77", "TZ": "America/New_York"}),
    ],
    ids=["seven threads", "one thread"],
)
def test_the_same_bytes_in_every_process(
    scrambled: Path, outputs: Path, tmp_path: Path, script: str, env: dict[str, str]
) -> None:
    words = ("screen", scrambled, "--day", DAY, "--out", tmp_path / "again")
    done = in_process(*words, script=script, env=environment(**env))
    assert done.code == 1 and done.err == ""
    assert contents(tmp_path / "again") == contents(outputs)


def test_the_order_of_files_in_the_folder_does_not_matter(scrambled: Path, outputs: Path, tmp_path: Path) -> None:
    for path in sorted(scrambled.iterdir(), reverse=True):
        (tmp_path / "county").mkdir(exist_ok=True)
        shutil.copy(path, tmp_path / "county" / path.name)
    assert screen(tmp_path / "county", tmp_path / "out").code == 1
    assert contents(tmp_path / "out") == contents(outputs)


def rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)


def test_text_files_open_in_excel_and_are_sorted(outputs: Path) -> None:
    heads = {
        "clues.csv": "rule,subject_kind,subject_id,household_id,village,evidence,question,clue_key",
        "accounts.csv": "household_id,year,wages,business,property,transfers,costs,net_income,members,"
        "net_income_per_head",
        "errors.csv": "file,line,column,value,problem",
    }
    keys: dict[str, Callable[[list[str]], object]] = {
        "clues.csv": lambda row: (row[0], row[1], row[2]),
        "accounts.csv": lambda row: (row[0], int(row[1])),
        "errors.csv": lambda row: (row[0], int(row[1]), row[2]),
    }
    assert {path.name for path in outputs.iterdir()} == FILES
    for name, head in heads.items():
        assert (outputs / name).read_bytes().startswith(b"\xef\xbb\xbf")
        first, *others = rows(outputs / name)
        assert ",".join(first) == head and len(others) > 100
        keyed = [keys[name](row) for row in others]
        assert keyed == sorted(keyed) and len(set(map(str, keyed))) == len(keyed)
    for clue in list(rows(outputs / "clues.csv"))[1:]:
        assert json.loads(clue[5]) and clue[6][-1] in "？。", clue


def test_the_list_for_people_has_every_clue_once(outputs: Path) -> None:
    clues = list(rows(outputs / "clues.csv"))[1:]
    book = openpyxl.load_workbook(outputs / "线索清单.xlsx", read_only=True)
    listed = 0
    for sheet in book:
        title, head, *lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert DAY in title[0] and head[0] == "序号" and head[-1] == "核实结果"
        assert [line[0] for line in lines] == list(range(1, len(lines) + 1))
        assert all(line[-1] in (None, "") and line[9] and line[10] and line[11] for line in lines)
        listed += len(lines)
    assert listed == len(clues)


def test_run_json_adds_up(outputs: Path) -> None:
    run = json.loads((outputs / "run.json").read_text("utf-8"))
    clues, errors = list(rows(outputs / "clues.csv"))[1:], list(rows(outputs / "errors.csv"))[1:]
    assert run["day"] == DAY and run["clues"] == len(clues) == sum(run["clues_by_rule"].values())
    assert list(run["clues_by_rule"]) == run["rules_run"]
    assert len(run["rules_run"]) + len(run["rules_not_checked"]) == 44
    for name, file in run["files"].items():
        assert file["bad_cells"] == sum(error[0] == name for error in errors)
        assert len(file["sha256"]) == 64 and file["rejected"] + file["repeated"] <= file["rows"]
    assert all(s["document"] and s["since"] for s in (*run["standards"], *run["monitoring_lines"]))


def test_a_kill_in_the_middle_leaves_what_was_there_and_a_rerun_is_right(
    scrambled: Path, outputs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert screen(county(tmp_path / "county"), out).code == 0
    before = contents(out)
    (out / "笔记.txt").write_text("mine")
    command = [sys.executable, "-m", "mingbai.doors.cli", "screen", str(scrambled), "--day", DAY, "--out", str(out)]
    for _ in range(3):
        running = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL)
        while running.poll() is None and not list(out.glob(".out.*.partial/clues.csv")):
            time.sleep(0.002)
        running.send_signal(signal.SIGKILL)
        if running.wait() == -signal.SIGKILL:
            break
    else:
        pytest.fail("never caught it writing")
    (left,) = out.glob(".out.*.partial")
    assert contents(out, left.name, "笔记.txt") == before and (out / "笔记.txt").read_text() == "mine"
    assert screen(scrambled, out).code == 1
    assert (out / "笔记.txt").read_text() == "mine" and not list(out.glob(".*"))
    (out / "笔记.txt").unlink()
    assert contents(out) == contents(outputs)


@pytest.mark.parametrize("at", SIZE_LIMITS)
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, at: str) -> None:
    """Files may grow to so many bytes and no further: the same refusal by the system as a full disk, at each file."""
    out, folder = tmp_path / "out", county(tmp_path / "county", 收入表="户编号,年度,科目,金额\nH1,2025,A1,1\n")
    assert screen(folder, out).code == 0
    before = contents(out)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for target in (out, tmp_path / "new"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE_LIMITS[at], hard))
        try:
            done = screen(folder, target)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert done.code == 2 and done.out == "" and done.err.count("\n") == 1, done
        assert f"写不进「{target}」" in done.err and done.err.endswith("。\n")
    assert contents(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["county", "out"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    folder = county(tmp_path / "county")
    (tmp_path / "file").write_text("mine")
    for out in (tmp_path / "file", tmp_path / "file" / "out"):
        done = screen(folder, out)
        assert done.code == 2 and str(out) in done.err and done.err.endswith("。\n"), done
    assert (tmp_path / "file").read_text() == "mine"
    if Path("/proc/self").exists():
        assert "写不进" in screen(folder, Path("/proc/mingbai/out")).err  # not even root can
    if os.geteuid() != 0:
        (tmp_path / "locked").mkdir(mode=0o500)
        assert "没有写入的权限" in screen(folder, tmp_path / "locked" / "out").err


def test_a_folder_in_the_place_of_a_file_is_refused_before_any_file_is_replaced(tmp_path: Path) -> None:
    folder, out = county(tmp_path / "county"), tmp_path / "out"
    (out / "errors.csv").mkdir(parents=True)
    (out / "accounts.csv").write_text("mine")
    done = screen(folder, out)
    assert done.code == 2 and "同名的文件夹" in done.err
    assert (out / "accounts.csv").read_text() == "mine" and len(list(out.iterdir())) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["county", "out"]


def test_a_new_folder_in_a_new_folder_and_over_an_old_run(tmp_path: Path) -> None:
    folder, out = county(tmp_path / "county"), tmp_path / "a" / "b" / "out"
    assert screen(folder, out).code == 0
    first = contents(out)
    county(folder, 成员表=MEMBERS[:3])
    assert screen(folder, out).code == 0 and contents(out) != first
    county(folder)
    assert screen(folder, out).code == 0 and contents(out) == first


def test_out_may_be_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county(tmp_path / "county")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert mingbai("screen", "../county", "--day", DAY, "--out", ".").code == 0
    assert {path.name for path in (tmp_path / "here").iterdir()} == FILES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["county", "here"]
