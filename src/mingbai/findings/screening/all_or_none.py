"""Writing a folder of files so that a kill, a full disk or a refusal in the middle leaves what was there before."""

import errno
import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from xlsxwriter.exceptions import XlsxWriterException

from mingbai.base.lib.errors import Refused


@contextmanager
def all_or_none(out: Path, *, last: str) -> Iterator[Path]:
    """A new folder beside `out` to write into; at the end its files take their places, `last` after the others.

    Other files of `out` stay. Refused, with the reason in Chinese, when something cannot be written.
    """
    # Inside `out` where it is there already: it may lie on a disk of its own.
    home = out if out.is_dir() else out.parent
    beside = home / f".{out.name}.{os.getpid()}.partial"
    try:
        home.mkdir(parents=True, exist_ok=True)
        _sweep(home, out.name)
        # A killed run may have had this very number.
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        yield beside
        _put(beside, out, last)
    except (OSError, duckdb.IOException, XlsxWriterException) as error:
        why = _why_not_written(error)
        raise Refused(f"写不进「{out}」：{why}。原有文件没有改动，请腾出空间或换一个文件夹。") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _put(beside: Path, out: Path, last: str) -> None:
    if not out.exists():
        beside.rename(out)
        return
    paths = sorted(beside.iterdir(), key=lambda path: (path.name == last, path.name))
    for path in paths:
        if (out / path.name).is_dir():
            raise IsADirectoryError(errno.EISDIR, "", path.name)
    before, placed = beside / "before", list[Path]()
    before.mkdir()
    try:
        for path in paths:
            target = out / path.name
            if target.exists():
                target.replace(before / path.name)
            path.replace(target)
            placed.append(target)
    except OSError:
        # One of them is open in a spreadsheet, say: what stood here stands again.
        for new in placed:
            new.unlink()
        for old in before.iterdir():
            old.replace(out / old.name)
        raise


def _sweep(home: Path, name: str) -> None:
    """Removes what a run that was killed left (where the system can be asked whether it still runs)."""
    if os.name != "posix":
        return
    for left in home.glob(f".{glob.escape(name)}.*.partial"):
        try:
            os.kill(int(left.name.split(".")[-2]), 0)
        except ProcessLookupError:
            shutil.rmtree(left, ignore_errors=True)
        except (PermissionError, ValueError):
            continue


def _why_not_written(error: Exception) -> str:
    """In Chinese, why a file could not be written."""
    # XlsxWriter wraps the system's error.
    cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else error
    known = {
        errno.ENOSPC: "磁盘满了",
        errno.EDQUOT: "磁盘配额用完了",
        errno.EFBIG: "文件超过了允许的大小",
        errno.EROFS: "磁盘是只读的",
        errno.EACCES: "没有写入的权限",
        errno.EPERM: "没有写入的权限",
        errno.ENOENT: "上级文件夹建不了",
        errno.EISDIR: "里面有同名的文件夹",
        errno.ENOTDIR: "上级是文件，不是文件夹",
        errno.EEXIST: "上级是文件，不是文件夹",
    }
    if isinstance(cause, OSError):
        return known.get(cause.errno or 0, cause.strerror or str(cause))
    return "磁盘满了，或不能写入"
