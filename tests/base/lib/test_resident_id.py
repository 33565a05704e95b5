"""GB 11643 as rules.md, "IDs", reads it. The number of GB 11643's own example is 11010519491231002X."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.base.lib.resident_id import birth_date, check_character, cleaned, masked, without_ids

EXAMPLE = "11010519491231002X"
BODIES = st.from_regex(r"[1-9][0-9]{16}", fullmatch=True)


def test_the_check_character_of_the_standard() -> None:
    assert check_character(EXAMPLE[:17]) == "X"
    # The standard's second example.
    assert check_character("44052418800101001") == "4"


@given(BODIES)
def test_a_check_character_makes_the_weighted_sum_one(body: str) -> None:
    whole = [10 if c == "X" else int(c) for c in body + check_character(body)]
    assert sum(value * 2 ** (17 - i) for i, value in enumerate(whole)) % 11 == 1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (EXAMPLE, EXAMPLE),
        ("11010519491231002x", EXAMPLE),
        ("11010519491231002Ｘ", EXAMPLE),
        (" 110105 19491231　002x\t", EXAMPLE),
        ("１１０１０５１９４９１２３１００２Ｘ", EXAMPLE),
        (EXAMPLE + "43", EXAMPLE),
        (EXAMPLE + "43B1", EXAMPLE),
        ("110105491231002", EXAMPLE),
        (EXAMPLE + "4", EXAMPLE + "4"),
        ("", ""),
    ],
)
def test_cleaning(text: str, key: str) -> None:
    assert cleaned(text) == key


@given(BODIES)
def test_fifteen_digits_are_the_eighteen_of_the_twentieth_century(body: str) -> None:
    body = f"{body[:6]}19{body[8:]}"
    assert cleaned(body[:6] + body[8:]) == body + check_character(body)


@pytest.mark.parametrize(
    ("text", "born"),
    [
        (EXAMPLE, date(1949, 12, 31)),
        (EXAMPLE.lower() + "43", date(1949, 12, 31)),
        ("110105491231002", date(1949, 12, 31)),
        # A wrong checksum, a missing digit, a digit too many, a letter.
        ("110105194912310020", None),
        (EXAMPLE[:17], None),
        (EXAMPLE + "1", None),
        ("1101051949123100AX", None),
        ("", None),
    ],
)
def test_the_birth_date_of_a_valid_id(text: str, born: date | None) -> None:
    assert birth_date(text) == born


@pytest.mark.parametrize(
    ("birth", "valid"),
    [("19000101", True), ("18991231", False), ("19000229", False), ("20000229", True), ("19801301", False)],
)
def test_a_real_day_from_1900_on(birth: str, valid: bool) -> None:
    body = f"599999{birth}001"
    assert (birth_date(body + check_character(body)) is not None) == valid


@given(BODIES, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_never_passes(body: str, place: int, by: int) -> None:
    right = f"{body[:6]}19800505{body[14:]}"
    right += check_character(right)
    if right[place] == "X":
        wrong = right[:17] + str(by)
    else:
        wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    assert birth_date(right) == date(1980, 5, 5)
    assert birth_date(wrong) is None


@given(BODIES)
def test_a_masked_id_hides_birth_and_serial(body: str) -> None:
    ident = body + check_character(body)
    assert masked(ident) == f"{ident[:6]}********{ident[14:]}"
    assert masked(ident[:14]) == "*" * 14


def test_an_id_inside_a_text_is_masked() -> None:
    assert without_ids(f"{EXAMPLE}购买，电话10912345678") == "110105********002X购买，电话10912345678"
    assert without_ids("川W0001") == "川W0001"
