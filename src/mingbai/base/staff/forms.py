"""How signing in behaves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: people are added by the county's administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
