"""Money on pages: 24,000.00, the same in both languages (Django's Chinese format groups nothing)."""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def yuan(value: Decimal | str | None, decimals: int = 2) -> str:
    """An amount with commas and so many decimals; a dash where there is none."""
    return "—" if value is None else f"{Decimal(value):,.{decimals}f}"


@register.filter
def unsigned(value: Decimal | None) -> Decimal | None:
    """How much, whichever way."""
    return None if value is None else abs(value)
