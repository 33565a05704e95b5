"""Yuan to the cent. Thresholds are compared on exact sums; rounding is for showing only."""

from decimal import ROUND_HALF_UP, Context, Decimal

CENT = Decimal("0.01")
# Wide enough that no sum of DECIMAL(18,2) lines is rounded before its cents are.
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)


def cents(value: Decimal) -> Decimal:
    """`value` yuan to two decimals, half up (a loss of half a cent rounds away from zero); never minus zero."""
    # Adding zero turns -0.00 into 0.00.
    return _WIDE.add(value.quantize(CENT, context=_WIDE), Decimal("0.00"))


def per_head(net: Decimal, members: int) -> Decimal | None:
    """Net income in yuan divided by the living members, to the cent; None for a household without members.

    Never compare this with a line: compare `net` with line × members, which is exact.
    """
    return cents(_WIDE.divide(net, Decimal(members))) if members else None
