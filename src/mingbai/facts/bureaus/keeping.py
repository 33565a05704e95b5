"""Files that stay: written under names of their own, on the disk for good, and only then called what they are.

One delivery is three files: ``.hidden`` the file as it came, ``.parquet`` its twin, ``.problems`` its bad cells. The
first and the last are encrypted.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from mingbai.base.lib.cipher import Keys
from mingbai.base.lib.errors import Refused

KINDS = ("hidden", "parquet", "problems")
_HOUR = 3600


@dataclass
class Keeping:
    """The files of one delivery while it is taken in; without `done` none of them stays."""

    folder: Path
    name: str
    done: bool = False

    def part(self, kind: str) -> Path:
        """Where a file is written before it has its name."""
        return self.folder / f"{self.name}.{kind}.part"

    def hide(self, kind: str, content: bytes, keys: Keys) -> None:
        """Writes one file encrypted."""
        self.part(kind).write_bytes(keys.hide_bytes(content))

    def name_files(self) -> None:
        """Gives the three files their names, once they lie on the disk so that a power cut leaves them."""
        for kind in KINDS:
            with self.part(kind).open("rb") as file:
                os.fsync(file.fileno())
        for kind in KINDS:
            self.part(kind).replace(self.part(kind).with_suffix(""))
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def keeping(folder: Path, name: str) -> Iterator[Keeping]:
    """A place for the files of one delivery, whose name nobody has had before."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = Keeping(folder, f"{name}-{token_hex(6)}")
    try:
        yield kept
    finally:
        for kind in KINDS:
            kept.part(kind).unlink(missing_ok=True)
            if not kept.done:
                kept.part(kind).with_suffix("").unlink(missing_ok=True)


@contextmanager
def scratch(home: Path) -> Iterator[Path]:
    """A folder that nobody else may open, for what lies open only while it is read."""
    above = home / "scratch"
    above.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mingbai-", dir=above) as folder:
        yield Path(folder)


def sweep_scratch(home: Path) -> None:
    """Takes away what processes that were killed left in the scratch folder, their uploads too."""
    for found in (home / "scratch").glob("*"):
        if age(found) > _HOUR:
            for one in sorted(found.rglob("*"), reverse=True):
                one.rmdir() if one.is_dir() else one.unlink(missing_ok=True)
            found.rmdir() if found.is_dir() else found.unlink(missing_ok=True)


def forgotten(folder: Path) -> dict[Path, str]:
    """Files that have lain for more than a day → the delivery's name, for finding those that no row names."""
    return {path: path.name.split(".")[0] for path in folder.glob("*.*") if age(path) > 24 * _HOUR}


def read(path: Path) -> bytes:
    """Refused, with a sentence, where the file is gone."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused("存下的文件找不到了，请从备份恢复，或请部门重新交。") from error


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def plain_name(name: str) -> str:
    """What a sender calls a file, without folders and signs that a file system or a page stumbles over."""
    last = Path(name.replace("\\", "/")).name
    plain = "".join(ch for ch in last if ch.isprintable() and ch not in '<>:"|?*').strip()
    return f"{Path(plain).stem[:60] or '未命名'}{Path(plain).suffix[:10]}"


def age(path: Path) -> float:
    """Seconds since it was last written; 0 where it is gone."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
