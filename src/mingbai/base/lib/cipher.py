"""Secrets at rest: AES-256-GCM to hide a value, HMAC-SHA256 to find it again. Keys lie in a file outside the database.

Whatever was hidden says how: ``aes256gcm$KEY$BASE64`` and ``hs256$KEY$HEX``. So a key can be changed while old values
still open, and another cipher (SM4, SM3) can take over beside these by a new name in `_CIPHERS` and `_HASHES`.
"""

import hmac
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mingbai.base.lib.errors import Refused

_NONCE = 12


def _aes_hide(key: bytes, plain: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + _aes(key).encrypt(nonce, plain, None)


def _aes_open(key: bytes, hidden: bytes) -> bytes:
    return _aes(key).decrypt(hidden[:_NONCE], hidden[_NONCE:], None)


@cache
def _aes(key: bytes) -> AESGCM:
    return AESGCM(key)


def _hs256(key: bytes, plain: bytes) -> str:
    # In one call: an object for each of a million hashes costs more than the hashing.
    return hmac.digest(key, plain, "sha256").hex()


@cache
def _purpose(key: bytes, purpose: str) -> bytes:
    """One key in the file, one for each purpose: what hides never hashes."""
    return hmac.digest(key, f"mingbai:{purpose}".encode(), "sha256")


_CIPHERS: Mapping[str, tuple[Callable[[bytes, bytes], bytes], Callable[[bytes, bytes], bytes]]] = MappingProxyType(
    {"aes256gcm": (_aes_hide, _aes_open)}
)
_HASHES: Mapping[str, Callable[[bytes, bytes], str]] = MappingProxyType({"hs256": _hs256})


@dataclass(frozen=True)
class Keys:
    """The keys of one site: by name, 32 bytes each, and which of them hides what is written now."""

    current: str
    keys: Mapping[str, bytes]
    cipher: str = "aes256gcm"
    hash: str = "hs256"

    def _derived(self, name: str, purpose: str) -> bytes:
        if name not in self.keys:
            raise Refused(f"密钥文件里没有名为「{name}」的密钥，这些数据打不开。请找回当时的密钥文件。")
        return _purpose(self.keys[name], purpose)

    def hide_bytes(self, plain: bytes) -> bytes:
        """A header line ``aes256gcm$KEY`` and the hidden bytes."""
        hide, _ = _CIPHERS[self.cipher]
        return f"{self.cipher}${self.current}\n".encode() + hide(self._derived(self.current, "hide"), plain)

    def open_bytes(self, hidden: bytes) -> bytes:
        """What `hide_bytes` hid. Refused where the key is missing or a byte was changed."""
        head, _, body = hidden.partition(b"\n")
        cipher, _, name = head.decode("ascii", "replace").partition("$")
        return self._open(cipher, name, body)

    def hide(self, text: str) -> str:
        """The text, unreadable; '' stays ''. Hiding twice gives two different texts."""
        if not text:
            return ""
        hide, _ = _CIPHERS[self.cipher]
        body = hide(self._derived(self.current, "hide"), text.encode())
        return f"{self.cipher}${self.current}${b64encode(body).decode()}"

    def hide_many(self, texts: Iterable[str]) -> list[str]:
        """`hide` of each, for a roster of a million."""
        hide, _ = _CIPHERS[self.cipher]
        key, head = self._derived(self.current, "hide"), f"{self.cipher}${self.current}$"
        return [head + b64encode(hide(key, text.encode())).decode() if text else "" for text in texts]

    def open(self, hidden: str) -> str:
        """What `hide` hid; '' for ''."""
        if not hidden:
            return ""
        cipher, name, body = hidden.split("$", 2)
        return self._open(cipher, name, b64decode(body)).decode()

    def index(self, text: str, purpose: str = "id") -> str:
        """A keyed hash by which an equal text is found again, under the current key; '' for ''."""
        return self.indexes(text, purpose)[0] if text else ""

    def indexes(self, text: str, purpose: str = "id") -> list[str]:
        """The hashes under every key, the current first: for finding rows that a rotation has not reached yet."""
        names = [self.current, *(n for n in sorted(self.keys, reverse=True) if n != self.current)]
        keyed = _HASHES[self.hash]
        return [f"{self.hash}${n}${keyed(self._derived(n, purpose), text.encode())}" for n in names]

    def index_many(self, texts: Iterable[str], name: str = "", purpose: str = "id") -> list[str]:
        """`index` of each, under the key called `name` (the current one where none is named)."""
        name = name or self.current
        keyed, key, head = _HASHES[self.hash], self._derived(name, purpose), f"{self.hash}${name}$"
        return [head + keyed(key, text.encode()) if text else "" for text in texts]

    def person_key(self, text: str) -> str:
        """32 hex digits in place of an ID in a table that rules read; the same for the same ID as long as the oldest
        key is kept, so that matters already judged stay recognized after a rotation; '' for ''."""
        if not text:
            return ""
        return _HASHES[self.hash](self._derived(min(self.keys), "person"), text.encode())[:32]

    def _open(self, cipher: str, name: str, body: bytes) -> bytes:
        if cipher not in _CIPHERS:
            raise Refused(f"数据是用「{cipher}」加密的，这个版本的程序不认得。")
        try:
            return _CIPHERS[cipher][1](self._derived(name, "hide"), body)
        except InvalidTag:
            raise Refused("加密的数据被改动过，或密钥不对，打不开。请用备份核对。") from None


def make(path: Path, day: date) -> Keys:
    """A key file with a new key, which only its owner may read; adds a key to a file that exists (rotation)."""
    held = json.loads(path.read_text("ascii")) if path.exists() else {"keys": {}}
    name = f"k{len(held['keys']) + 1:03d}"
    held["keys"][name] = {"made": day.isoformat(), "key": b64encode(os.urandom(32)).decode()}
    held["current"] = name
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(held, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return load(path)


def load(path: Path) -> Keys:
    """The keys of a key file. Refused where it is missing or damaged."""
    try:
        held = json.loads(path.read_text("ascii"))
        keys = {name: b64decode(one["key"]) for name, one in held["keys"].items()}
        current = held["current"]
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(
            f"密钥文件「{path.name}」不在或已损坏。没有它，证件号码和原始文件都打不开，请从备份找回。"
        ) from None
    if current not in keys or any(len(key) != 32 for key in keys.values()):
        raise Refused(f"密钥文件「{path.name}」内容不对：当前密钥缺失或长度不是 32 字节。")
    return Keys(current, MappingProxyType(keys))
