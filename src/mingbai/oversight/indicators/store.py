"""What statements keep: files named by the SHA-256 of what is in them, encrypted, never changed."""

import hashlib
import os
from pathlib import Path
from secrets import token_hex

from mingbai.base.lib.cipher import Keys
from mingbai.base.lib.errors import Refused

SUFFIX = ".hidden"


def put(folder: Path, content: bytes, keys: Keys) -> str:
    """Keeps `content`; its SHA-256. What is there already is not written again. On the disk for good at the end."""
    known = digest(content)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = path_of(folder, known)
    if path.exists() and _sound(path, known, keys):
        return known
    beside = folder / f"{known}.{token_hex(6)}.part"
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(keys.hide_bytes(content))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return known


def get(folder: Path, known: str, keys: Keys) -> bytes:
    """What was kept under a SHA-256. Refused where it is gone, or is no longer what was kept."""
    try:
        hidden = path_of(folder, known).read_bytes()
    except OSError:
        raise Refused(f"报表留存的文件 {known[:12]} 找不到了，请从备份恢复。") from None
    content = keys.open_bytes(hidden)
    if digest(content) != known:
        raise Refused(f"报表留存的文件 {known[:12]} 被改动过，与记下的校验值不符。")
    return content


def digest(content: bytes) -> str:
    """By which a content is known."""
    return hashlib.sha256(content).hexdigest()


def path_of(folder: Path, known: str) -> Path:
    return folder / f"{known}{SUFFIX}"


def _sound(path: Path, known: str, keys: Keys) -> bool:
    """A damaged file is written anew rather than trusted."""
    try:
        return digest(keys.open_bytes(path.read_bytes())) == known
    except (OSError, Refused):
        return False
