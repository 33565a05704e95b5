"""Every figure counted by hand on a small county; adding up; and nobody else's county."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters import (
    COUNTY,
    DAY,
    NEXT_VILLAGE,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    Person,
)
from findings.issues.problems import make_clue, make_issue
from mingbai.base.lib.errors import Forbidden
from mingbai.base.lib.permissions import system
from mingbai.facts.assessments.queries import unmet_counts
from mingbai.oversight.indicators.figures import EVERY, FIGURES
from mingbai.oversight.indicators.queries.counting import Counts, counts
from mingbai.oversight.indicators.queries.figures import above_of, figures, households_behind
from mingbai.oversight.indicators.reckoning import FigureRow
from oversight.indicators.figures_by_hand import build, income, unmet

pytestmark = pytest.mark.django_db
Family = Callable[..., Any]


def by_key(rows: list[FigureRow]) -> dict[tuple[str, str, str], FigureRow]:
    return {(row.figure, row.category, row.place): row for row in rows}


COUNTED = {
    "households": (5, None), "persons": (13, None), "monitored": (2, 5), "monitored_persons": (5, 13),
    "returned": (1, 2),
    "accounts": (4, 5), "without_account": (1, 5), "account_persons": (9, None), "below": (3, 4),
    "below_persons": (6, 9),
    "above_before": (2, 4), "fell_below": (1, 2), "any_unmet": (2, 5), "clues_open": (2, None), "clues_late": (1, 2),
    "clues_found": (4, None), "clues_decided": (2, None), "clues_confirmed": (1, 2), "clues_on_time": (1, 2),
    "clues_measured": (1, None), "clues_closed": (1, None), "problems_open": (2, None), "problems_late": (1, 2),
    "problems_answered": (1, 2), "problems_found": (4, None), "problems_closed": (2, None), "problems_on_time": (1, 2),
}  # fmt: skip


def test_the_county_counted_by_hand(wang: Person) -> None:
    build()
    found = by_key(figures(wang.actor, COUNTY, DAY))
    told = {code: (found[code, "", COUNTY].numerator, found[code, "", COUNTY].denominator) for code in COUNTED}
    assert told == COUNTED
    # Nothing is declared that this does not look at.
    looked = {*COUNTED, "household_class", "causes", "income_band", "income_class", "households_unmet", "unmet", "gap",
              "severity", "shortfall", "gini", "income_median", "income_mean", "clue_to_decision", "clue_to_measure",
              "clue_to_close"}  # fmt: skip
    assert looked == set(FIGURES)


def test_categories_counted_by_hand(wang: Person) -> None:
    build()
    rows = figures(wang.actor, COUNTY, DAY)

    def of(code: str) -> dict[str, Any]:
        return {r.category: r.numerator for r in rows if r.figure == code and r.place == COUNTY and r.numerator}

    assert of("household_class") == {"脱贫户": 1, "边缘易致贫户": 1, "脱贫不稳定户": 1, "突发严重困难户": 1, "未填": 1}
    assert of("causes") == {"因病": 2, "缺劳动力": 1}
    assert of("income_band") == {"<0": 1, "4000-6000": 1, "8000-10000": 2}
    assert of("income_class") == {"<0": 1, "4000": 1, "8000": 2}
    assert of("households_unmet") == {"medical": 1, "housing": 1} and of("unmet") == {"medical": 2, "housing": 1}


def test_incomes_by_hand(wang: Person) -> None:
    build()
    found = by_key(figures(wang.actor, COUNTY, DAY))
    # Per head: 8700 (3), 8699.9967 (3), 4350 (2), -800 (1). Nine people.
    assert found["income_mean", "", COUNTY].value == rounded((26100 + 26099.99 + 8700 - 800) / 9, 2)
    assert found["income_median", "", COUNTY].value == Decimal("6525.00")
    gaps = [(3, 0.01 / 3 / 8700), (2, 0.5), (1, 9500 / 8700)]
    assert found["gap", "", COUNTY].value == rounded(sum(n * g for n, g in gaps) / 9, 6)
    assert found["severity", "", COUNTY].value == rounded(sum(n * g * g for n, g in gaps) / 9, 6)
    assert found["shortfall", "", COUNTY].value == Decimal("18200.01") == Decimal("0.01") + 8700 + 9500
    incomes = [8700] * 3 + [26099.99 / 3] * 3 + [4350] * 2 + [-800]
    pairs = sum(abs(a - b) for a in incomes for b in incomes)
    assert found["gini", "", COUNTY].value == rounded(pairs / (2 * 9 * sum(incomes)), 6)
    # A village whose mean is not above zero has none; one without accounts has no rate.
    assert found["below", "", VILLAGE].value == Decimal("0.500000")


def rounded(number: float, digits: int) -> Decimal:
    return Decimal(repr(number)).quantize(Decimal(1).scaleb(-digits))


def test_an_income_is_divided_by_the_list_of_its_account(wang: Person, family: Family) -> None:
    """Three live there. Signed by four, of whom one has left: 8000 a head, below the line of 8700."""
    signed = family(VILLAGE, 3)
    income(signed, ("A1", "32000.00"), members=["a", "b", "c", "d"])
    # A year ago its own list had two, at the line of 8000; that of three would have been below it.
    income(signed, ("A1", "16000.00"), year=2024, members=["a", "b"])
    # Nobody is left of the two who signed; and of who never signed nobody is left.
    income(family(OTHER_VILLAGE, 0), ("A1", "18000.00"), members=["a", "b"])
    income(family(OTHER_VILLAGE, 0), ("A1", "1.00"))
    found = by_key(figures(wang.actor, COUNTY, DAY))
    told = {code: found[code, "", COUNTY][4:6] for code in ("persons", "households", *SHARED)}
    assert told == {"persons": (3, None), "households": (3, None)} | SHARED
    assert found["gap", "", COUNTY].value == rounded(4 * (700 / 8700) / 6, 6)
    assert found["severity", "", COUNTY].value == rounded(4 * (700 / 8700) ** 2 / 6, 6)
    assert found["gini", "", COUNTY].value == rounded(2 * 4 * 2 * 1000 / (2 * 6 * 50000), 6)
    assert found["income_mean", "", COUNTY].value == rounded(50000 / 6, 2)
    assert found["income_median", "", COUNTY].value == Decimal("8500.00")
    assert found["shortfall", "", COUNTY].value == Decimal("2800.00")
    assert found["income_band", "8000-10000", COUNTY].numerator == 2
    assert [found["income_class", low, COUNTY].numerator for low in ("8000", "9000")] == [1, 1]
    kept = {one.household_id for one in households_behind(wang.actor, TOWNSHIP, DAY, "fell_below")}
    assert kept == {signed.household_id}


SHARED = {
    "accounts": (2, 3), "without_account": (1, 3), "account_persons": (6, None), "below": (1, 2),
    "below_persons": (4, 6), "above_before": (1, 2), "fell_below": (1, 1),
}  # fmt: skip


def test_times_are_medians_of_the_rows(wang: Person) -> None:
    build()
    found = by_key(figures(wang.actor, COUNTY, DAY))
    assert found["clue_to_decision", "", COUNTY].value == Decimal("7.0")
    assert found["clue_to_measure", "", COUNTY].value == Decimal("6.0")
    assert found["clue_to_close", "", COUNTY].value == Decimal("20.0")
    assert found["clue_to_close", "", OTHER_VILLAGE].value is None


def test_numerators_and_denominators_add_up_at_every_level(wang: Person, family: Family) -> None:
    build()
    for at in range(12):
        income(family((VILLAGE, OTHER_VILLAGE)[at % 2], 1 + at % 4), ("A1", f"{at * 3000}.17"))
    rows = figures(system("test"), "51", DAY)
    found = by_key(rows)
    assert {len(row.place) for row in rows} == {2, 4, 6, 9, 12}
    for row in rows:
        below = [r for r in rows if r[:2] == row[:2] and above_of(r.place) == row.place]
        if not below or not FIGURES[row.figure].adds:
            continue
        assert row.numerator == sum(r.numerator for r in below if r.numerator is not None), row
        if row.denominator is not None:
            assert row.denominator == sum(r.denominator for r in below if r.denominator is not None), row
    for one in EVERY:
        if one.parts:
            parts = sum(found[one.code, c.code, COUNTY].numerator or 0 for c in one.categories)
            assert parts == found[one.of, "", COUNTY].numerator
    # The whole is not the mean of its parts.
    medians = [found["income_median", "", village].value for village in (VILLAGE, OTHER_VILLAGE)]
    assert found["income_median", "", TOWNSHIP].value != sum(m for m in medians if m is not None) / 2


def test_lists_of_work_count_as_the_figures_do(wang: Person) -> None:
    build()
    found = by_key(figures(wang.actor, COUNTY, DAY))
    for digits, places in ((9, [TOWNSHIP]), (12, [VILLAGE, OTHER_VILLAGE])):
        worked = counts(wang.actor, COUNTY, DAY, digits)
        names = ("households", "monitored", "clues_open", "clues_late", "problems_open", "problems_late")
        assert {p: worked[p] for p in places} == {
            p: Counts(*(int(found[name, "", p].numerator or 0) for name in names)) for p in places
        }
        items = unmet_counts(wang.actor, COUNTY, digits, DAY)
        told = {
            (p, r.category): r.numerator for p in places for r in found.values() if (r.figure, r.place) == ("unmet", p)
        }
        assert {key: n for key, n in told.items() if n} == items


def test_every_number_opens_to_the_households_that_it_counts(wang: Person) -> None:
    at_line, a_cent_less, half, _loss, without, _gone = build()

    def opened(code: str, category: str = "", place: str = TOWNSHIP) -> set[str]:
        return {one.household_id for one in households_behind(wang.actor, place, DAY, code, category)}

    assert opened("below", place=VILLAGE) == {a_cent_less.household_id}
    assert opened("causes", "因病") == {a_cent_less.household_id, half.household_id}
    assert opened("without_account") == {without.household_id}
    assert opened("households_unmet", "medical") == {at_line.household_id} == opened("unmet", "medical")
    assert opened("returned") == {half.household_id}
    rows = figures(wang.actor, TOWNSHIP, DAY)
    for row in rows:
        one = FIGURES[row.figure]
        if row.place == TOWNSHIP and one.kind == "count" and row.numerator:
            assert len(households_behind(wang.actor, TOWNSHIP, DAY, row.figure, row.category)) == row.numerator, row


def test_nobody_reads_the_figures_of_another_county(sun: Person, li: Person, chen: Person, admin: Person) -> None:
    build()
    for who, place in (
        (sun, COUNTY),
        (sun, "51"),
        (li, TOWNSHIP),
        (li, OTHER_VILLAGE),
        (chen, COUNTY),
        (admin, COUNTY),
    ):
        with pytest.raises(Forbidden):
            figures(who.actor, place, DAY)
        with pytest.raises(Forbidden):
            households_behind(who.actor, place, DAY, "below")
    assert by_key(figures(li.actor, VILLAGE, DAY))["households", "", VILLAGE].numerator == 2
    assert {row.place for row in figures(li.actor, VILLAGE, DAY)} == {VILLAGE}


def test_the_next_county_is_not_counted(wang: Person, family: Family) -> None:
    build()
    home = family(NEXT_VILLAGE, household_class="边缘易致贫户")
    income(home, ("A1", "1.00"))
    unmet(home, "housing")
    make_clue(NEXT_VILLAGE)
    make_issue(NEXT_VILLAGE)
    found = by_key(figures(wang.actor, COUNTY, DAY))
    assert {code: found[code, "", COUNTY][4:6] for code in COUNTED} == COUNTED


def test_an_empty_place_has_noughts_and_no_rates(wang: Person) -> None:
    found = by_key(figures(wang.actor, COUNTY, DAY))
    assert found["households", "", VILLAGE].value == 0
    assert found["below", "", COUNTY][4:7] == (0, 0, None)
    assert found["gini", "", COUNTY].value is None and found["income_median", "", COUNTY].value is None


def test_as_many_queries_for_many_as_for_few(wang: Person, family: Family) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            figures(wang.actor, COUNTY, DAY)
        return len(queries)

    build()
    few = asked()
    for at in range(15):
        home = family((VILLAGE, OTHER_VILLAGE)[at % 2], household_class="边缘易致贫户")
        income(home, ("A1", "100.00"))
        unmet(home, "housing")
        make_clue()
        make_issue()
    assert asked() == few < 20
