"""Who calls: a token in place of a session, and how often it may."""

import time
from collections import defaultdict

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer

from mingbai.base.lib.permissions import Actor
from mingbai.base.staff.queries import actor_of, official_of_token

A_MINUTE = 600
"""Requests of one official's tokens that a process answers in a minute."""


class Bearer(HttpBearer):
    """``Authorization: Bearer mb_…``: the call sees and may what the token's official sees and may today."""

    def __init__(self) -> None:
        super().__init__()
        # In the process, not in the database: a read should not have to write.
        self._seen: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The official as an Actor, also set on the request; None is answered with 401."""
        day = request.day  # type: ignore[attr-defined]
        # A NUL is no part of any token, and PostgreSQL takes none.
        official = official_of_token(token, day) if token.isascii() and token.isprintable() else None
        if official is None:
            return None
        self._count(official.username)
        actor = actor_of(official, day)
        request.actor = actor  # type: ignore[attr-defined]
        return actor

    def _count(self, who: str) -> None:
        now = int(time.monotonic() // 60)
        minute, calls = self._seen[who]
        calls = calls + 1 if minute == now else 1
        self._seen[who] = (now, calls)
        if calls > A_MINUTE:
            raise HttpError(429, "一分钟内请求太多，请放慢。")
