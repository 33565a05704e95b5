"""Accounts straight in the tables: the net income of a household in a year."""

from decimal import Decimal
from typing import Any

from characters import DAY
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.registry.models import Household


def income(household: Household, *lines: tuple[str, str], year: int = 2025, **fields: Any) -> HouseholdAccount:
    """An account in force with lines (item, yuan)."""
    account = HouseholdAccount.objects.create(
        household=household, village=household.village, year=year, entered_by="a", entered_by_shown="a", entered_on=DAY,
        **{"is_whole": True} | fields,
    )  # fmt: skip
    for at, (item, amount) in enumerate(lines):
        AccountLine.objects.create(account=account, position=at, item=item, amount=Decimal(amount), source="said")
    return account
