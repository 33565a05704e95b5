"""Programs that run side by side and stop together: the web process and the one for jobs."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from mingbai.base.lib.errors import Refused

_GRACE = 15.0
"""Seconds that a program has to stop by itself."""
_QUICK = 5.0
"""A program that ends sooner than this after its start is not started at once again."""


@contextmanager
def alone(lock: Path, busy: str) -> Iterator[None]:
    """Holds a lock file while it lasts; Refused with `busy` where another process holds it. A killed holder lets go."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(busy) from None
        yield


def refuse_taken(host: str, port: int) -> None:
    """Refused where somebody listens there already: two web servers would share the port, and answer by turns."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise Refused(f"{host} 的端口 {port} 用不了（{error.strerror}），请用 --port 换一个。") from None


def together(commands: Mapping[str, Sequence[str]], env: Mapping[str, str]) -> int:
    """Runs programs until this one is told to stop (Ctrl-C or SIGTERM), and starts again what ends by itself.

    Returns 0 when told to stop, 1 when a program ended three times within seconds of its start: something is wrong
    that starting again does not mend, and its own words stand on standard error.
    """
    stopping = False

    def stop(number: int, frame: object) -> None:
        nonlocal stopping
        stopping = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    running = {name: _start(command, env) for name, command in commands.items()}
    began = {name: time.monotonic() for name in commands}
    quick = dict.fromkeys(commands, 0)
    try:
        while not stopping:
            time.sleep(0.2)
            for name, process in running.items():
                if process.poll() is None or stopping:
                    continue
                quick[name] = quick[name] + 1 if time.monotonic() - began[name] < _QUICK else 0
                if quick[name] >= 3:
                    print(f"「{name}」启动不了，原因见上面。", file=sys.stderr)  # noqa: T201
                    return 1
                running[name], began[name] = _start(commands[name], env), time.monotonic()
        return 0
    finally:
        _end(list(running.values()))
        for number, handler in before.items():
            signal.signal(number, handler)


def _start(command: Sequence[str], env: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    # A group of its own: Ctrl-C reaches this process only, which then stops the others in order.
    return subprocess.Popen(command, env={**os.environ, **env}, start_new_session=True)


def _end(processes: "Sequence[subprocess.Popen[bytes]]") -> None:
    for process in processes:
        _signal(process, signal.SIGTERM)
    until = time.monotonic() + _GRACE
    for process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            process.wait()


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        # The group: a server's own workers as well.
        os.killpg(process.pid, number)
