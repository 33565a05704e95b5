"""We agree with other people's software: with R's committed numbers, and with svy, asked live."""

import pytest

from referees import by_svy, figures, page
from referees.figures import TOLERANCE, Found, compared, convention

MADE_WITH, COMMITTED = figures.committed()


def apart(found: list[Found]) -> list[str]:
    """The numbers that are further away than allowed."""
    return [
        f"{one.referee} {one.design} {one.measure} {one.by} {one.group} {what}: {theirs!r}, ours {own!r}"
        for one, what, theirs, own, difference in compared(found)
        if difference > TOLERANCE[one.referee] and not convention(one)
    ]


@pytest.mark.parametrize("referee", ["survey", "formula", "derivative", "jackknife", "laeken"])
def test_r_finds_the_same(referee: str) -> None:
    asked = [one for one in COMMITTED if one.referee == referee and one.data == "sample"]
    assert len(asked) > 10
    assert apart(asked) == []


def test_r_finds_the_same_on_eu_silc() -> None:
    if not figures.EUSILC.exists():
        pytest.skip("laeken's data are not ours to hand on: `make referees` writes them")
    assert apart([one for one in COMMITTED if one.data == "eusilc"]) == []


def test_svy_finds_the_same() -> None:
    asked = [*by_svy.figures()]
    assert len(asked) > 300
    assert apart(asked) == []


def test_a_wrong_number_would_be_seen() -> None:
    one = next(one for one in COMMITTED if one.referee == "survey")
    spoilt = Found(*(getattr(one, key) for key in figures.QUESTION), {"se": one.numbers["se"] * (1 + 1e-8)})
    assert len(apart([spoilt])) == 1


def test_a_named_convention_is_still_needed() -> None:
    named = [one for one in COMMITTED if convention(one)]
    assert {one.group for one in named} == set(figures.MET)
    assert all(difference > TOLERANCE[one.referee] for one, _, _, _, difference in compared(named))


def test_every_rule_and_design_is_refereed() -> None:
    designs = {one.design for one in COMMITTED if one.referee == "survey"}
    assert designs >= {"strata+clusters", "strata+clusters+fpc", "clusters", "rows", "lonely:certainty",
                       "lonely:centre", "lonely:average"}  # fmt: skip


def test_the_page_tells_of_these_referees() -> None:
    text = page.PAGE.read_text("utf-8")
    assert MADE_WITH in text and "✗" not in text
