from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.base.lib.money import cents, per_head

YUAN = st.decimals(Decimal("-9999999999999999.99"), Decimal("9999999999999999.99"), places=2)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1.005", "1.01"),
        ("1.0049999", "1.00"),
        ("2.675", "2.68"),
        ("-0.005", "-0.01"),
        ("-0.004", "0.00"),
        ("7", "7.00"),
        ("9999999999999999.995", "10000000000000000.00"),
    ],
)
def test_cents_round_half_up(value: str, shown: str) -> None:
    assert str(cents(Decimal(value))) == shown


@pytest.mark.parametrize(
    ("net", "members", "shown"),
    [("10000", 3, "3333.33"), ("20000", 3, "6666.67"), ("0.01", 2, "0.01"), ("-5000", 4, "-1250.00")],
)
def test_per_head(net: str, members: int, shown: str) -> None:
    assert str(per_head(Decimal(net), members)) == shown


def test_a_household_without_members_has_no_income_per_head() -> None:
    assert per_head(Decimal("10000"), 0) is None


@given(YUAN, st.integers(1, 30))
def test_per_head_is_the_nearest_cent_and_a_half_goes_away_from_zero(net: Decimal, members: int) -> None:
    shown = per_head(net, members)
    assert shown is not None
    off = Fraction(shown) - Fraction(net) / members
    assert abs(off) <= Fraction(1, 200)
    if abs(off) == Fraction(1, 200):
        assert (off > 0) == (net > 0)
