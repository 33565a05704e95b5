"""One command starts the site and its jobs, and stops both."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from mingbai.doors.cli import main; main()"]
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("MINGBAI_", "DJANGO_"))}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(home: Path, port: int, **env: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [*COMMAND, "serve", "--home", str(home), "--port", str(port), "--workers", "1"],
        env=CLEAN | {"MINGBAI_COUNTY": "513434"} | env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def answer(port: int) -> int:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/login/", timeout=2) as page:
                return int(page.status)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    return 0


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in tasks.read_text().split()] if tasks.exists() else []


def test_a_port_that_somebody_has_is_not_shared(tmp_path: Path) -> None:
    with socket.socket() as taken:
        # As web servers do: with this two of them would answer by turns.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = subprocess.run(
            [*COMMAND, "serve", "--home", str(tmp_path / "home"), "--port", str(port)],
            env=CLEAN | {"MINGBAI_COUNTY": "513434"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert ran.returncode == 2
    assert f"端口 {port} 用不了" in ran.stderr and "--port" in ran.stderr


def test_the_site_starts_answers_and_stops_with_all_its_processes(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path / "home", port) as process:
        assert answer(port) == 200
        started = children(process.pid)
        assert len(started) == 2
        again = subprocess.run(
            [*COMMAND, "serve", "--home", str(tmp_path / "home"), "--port", str(free_port())],
            env=CLEAN | {"MINGBAI_COUNTY": "513434"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert again.returncode == 2
        assert "已经在运行" in again.stderr
    assert process.returncode == 0
    assert not any(Path(f"/proc/{child}").exists() for child in started)
    said = process.stdout.read() if process.stdout else ""
    # No default password: the first one is made by chance and shown once.
    assert re.search(r"用户名 admin　密码 \S{16}", said)
    assert (tmp_path / "home" / "keys.json").stat().st_mode & 0o077 == 0
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0


def test_a_job_process_that_dies_is_started_again(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path / "home", port) as process:
        assert answer(port) == 200
        jobs = next(c for c in children(process.pid) if "db_worker" in Path(f"/proc/{c}/cmdline").read_text())
        os.kill(jobs, signal.SIGKILL)
        for _ in range(100):
            now = set(children(process.pid))
            if len(now) == 2 and jobs not in now:
                break
            time.sleep(0.1)
        assert len(now) == 2
        assert jobs not in now


NONSENSE = {
    "MINGBAI_DATABASE": ("mysql://x/y", "postgresql://"),
    "MINGBAI_COUNTY": ("51", "6 位"),
    "MINGBAI_DAY": ("2026-06-30", "只用于演示"),
    "MINGBAI_HTTPS": ("maybe", "1 或 0"),
    "MINGBAI_HOSTS": ("*", "不能写 *"),
}


@pytest.mark.parametrize(("name", "value", "sentence"), [(n, *v) for n, v in NONSENSE.items()], ids=list(NONSENSE))
def test_settings_that_make_no_sense_are_refused_with_a_sentence(
    name: str, value: str, sentence: str, tmp_path: Path
) -> None:
    ran = subprocess.run(
        [*COMMAND, "serve", "--home", str(tmp_path), "--port", str(free_port())],
        env=CLEAN | {name: value}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 2
    assert sentence in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_site_with_data_never_makes_new_keys_in_silence(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port):
        assert answer(port) == 200
    (tmp_path / "keys.json").rename(tmp_path / "elsewhere.json")
    ran = subprocess.run(
        [*COMMAND, "verify", "--home", str(tmp_path)],
        env=CLEAN | {"MINGBAI_COUNTY": "513434"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 2
    assert "找不到密钥文件" in ran.stderr
    assert not (tmp_path / "keys.json").exists()
