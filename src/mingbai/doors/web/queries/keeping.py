"""What was dear to put together is kept for a while; what was cheap is put together again."""

import hashlib
import time
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.utils.translation import get_language

DEAR = 0.25
"""Seconds from which something is dear."""
KEPT = 600
"""Seconds for which it is kept."""
T = TypeVar("T")


def kept(key: str, make: Callable[[], T], *, dear: float) -> T:
    """What the cache has under `key`, else what `make` makes, kept if that took `dear` seconds; None is never kept.

    The cache knows nobody: whoever calls has asked whether the one who asks may see it.
    """
    found: T | None = cache.get(key)
    if found is not None:
        return found
    began = time.monotonic()
    made = make()
    if made is not None and time.monotonic() - began >= dear:
        cache.set(key, made, KEPT)
    return made


def key_of(name: str, *parts: object) -> str:
    """A key for something that depends on these parts and on the language."""
    words = "|".join(map(str, (*parts, get_language())))
    return f"{name}:{hashlib.sha256(words.encode()).hexdigest()[:32]}"
