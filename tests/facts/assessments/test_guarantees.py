"""What several sources' words amount to, and who is asked what."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.facts.assessments.guarantees import (
    ITEMS,
    SOURCES,
    SOURCES_EN,
    STATES,
    STATES_EN,
    Ages,
    Person,
    Word,
    asked,
    cell,
    is_news,
    matrix,
    newest,
    of_school_age,
    told,
)  # fmt: skip
from mingbai.facts.bureaus.tables import BY_NAME

DAY = date(2026, 6, 30)
AGES = Ages(6, 16)
HOUSING = ITEMS["housing"]


def words(*lines: str) -> list[Word]:
    """One word a line: source, day, state."""
    found = []
    for number, line in enumerate(lines):
        source, day, state = line.split()
        found.append(Word("housing", "", state, source, date.fromisoformat(day), number))
    return found


@pytest.mark.parametrize(
    ("said", "state", "contradicts"),
    [
        ([], "unknown", False),
        (["visit 2026-01-01 met"], "met", False),
        (["visit 2026-01-01 unknown"], "unknown", False),
        # the newest known word decides
        (["housing 2026-01-01 unmet", "visit 2026-02-01 met"], "met", True),
        (["visit 2026-01-01 met", "housing 2026-02-01 unmet"], "unmet", True),
        (["visit 2026-01-01 met", "household 2026-02-01 unknown"], "met", False),
        # on one day, unmet
        (["visit 2026-01-01 unmet", "household 2026-01-01 met"], "unmet", True),
        (["household 2026-01-01 met", "visit 2026-01-01 unmet"], "unmet", True),
        # an older word of the same source is passed over
        (["visit 2026-01-01 unmet", "visit 2026-03-01 met"], "met", False),
        (["visit 2026-03-01 met", "visit 2026-01-01 unmet"], "met", False),
        # entered later on the same day, the second word of one source counts
        (["visit 2026-01-01 unmet", "visit 2026-01-01 met"], "met", False),
        # a word taken back leaves the others
        (["housing 2026-01-01 met", "visit 2026-02-01 unmet", "visit 2026-03-01 unknown"], "met", False),
        # the roster has no date of its own: it decides only where nobody else speaks
        (["visit 2026-01-01 unmet", "roster 2026-05-01 met"], "unmet", True),
        (["visit 2026-01-01 unknown", "roster 2026-05-01 met"], "met", False),
        (["roster 2026-05-01 unmet"], "unmet", False),
    ],
)
def test_the_newest_word_decides_and_a_difference_shows(said: list[str], state: str, contradicts: bool) -> None:
    found = cell(HOUSING, None, words(*said))
    assert (found.state, found.contradicts) == (state, contradicts)
    if state != "unknown":
        assert found.decided_by is not None and found.decided_by.state == state


WORDS = st.lists(
    st.builds(
        Word, st.just("housing"), st.just(""), st.sampled_from(list(STATES)), st.sampled_from(list(SOURCES)),
        st.dates(date(2026, 1, 1), date(2026, 1, 5)),
    ),
    max_size=8,
)  # fmt: skip


@given(WORDS, st.randoms())
def test_the_order_in_which_words_are_read_does_not_matter(said: list[Word], chance: object) -> None:
    numbered = [Word(w.item, "", w.state, w.source, w.day, n) for n, w in enumerate(said)]
    mixed = list(numbered)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = cell(HOUSING, None, numbered), cell(HOUSING, None, mixed)
    assert (one.state, one.contradicts, one.words) == (other.state, other.contradicts, other.words)
    assert len(one.words) == len({w.source for w in said})
    assert one.contradicts == ({"met", "unmet"} <= {w.state for w in newest(numbered).values()})


@pytest.mark.parametrize(
    ("birth", "is_asked"),
    [
        (date(2019, 8, 31), True),  # six on 31 August 2025
        (date(2019, 9, 1), False),
        (date(2010, 7, 1), True),  # still fifteen on 30 June 2026
        (date(2010, 6, 30), False),  # sixteen today
    ],
)
def test_school_age_is_asked_on_both_its_days(birth: date, is_asked: bool) -> None:
    assert of_school_age(Person("1", "小明", birth), date(2026, 6, 30), AGES) is is_asked


def test_without_a_birth_date_the_roster_says_who_goes_to_school() -> None:
    assert of_school_age(Person("1", "小明", None, "七年级"), DAY, AGES)
    assert not of_school_age(Person("1", "小明", None, "高中一年级"), DAY, AGES)
    assert not of_school_age(Person("1", "小明"), DAY, AGES)


def test_where_the_numbers_ended_nobody_is_of_school_age() -> None:
    assert not of_school_age(Person("1", "小明", date(2014, 1, 1)), DAY, Ages(0, 0))


def test_the_matrix_has_a_row_an_item_and_a_cell_for_the_household_and_each_person() -> None:
    people = [Person("01", "父", date(1980, 1, 1)), Person("02", "女", date(2014, 1, 1))]
    rows = {item.code: cells for item, cells in matrix(people, [], DAY, AGES)}
    assert list(rows) == list(ITEMS)
    assert [[c.applies for c in rows[code]] for code in ("food", "medical", "schooling")] == [
        [True, False, False],
        [False, True, True],
        [False, False, True],
    ]


def test_what_was_said_of_a_pupil_who_has_grown_up_is_not_shown() -> None:
    grown = Person("01", "子", date(2009, 1, 1))
    rows = matrix([grown], [Word("schooling", "01", "unmet", "pupil", DAY)], DAY, AGES)
    (school,) = [cells for item, cells in rows if item.code == "schooling"]
    assert not school[1].applies and school[1].state == "unknown"


def test_a_visit_asks_the_household_first_and_then_each_member() -> None:
    people = [Person("01", "父", date(1980, 1, 1)), Person("02", "女", date(2014, 1, 1))]
    codes = [(item.code, person.person_id if person else "") for item, person in asked(people, DAY, AGES)]
    assert codes[-3:] == [("medical", "01"), ("schooling", "02"), ("medical", "02")]
    assert all(not person for _, person in codes[:-3]) and len(codes) == 10


def test_the_sentence_names_people_and_puts_what_is_unmet_first() -> None:
    said = [Word("food", "", "met"), Word("medical", "01", "unmet"), Word("housing", "", "unmet", note="不写进去")]
    assert told(said, {"01": "杨一"}) == "杨一的看病、住房未保障；吃有保障"


def test_the_same_word_again_is_no_news() -> None:
    word = Word("food", "", "met", "visit", DAY, 3, "李", "够吃")
    assert not is_news(Word("food", "", "met", "visit", DAY, note="够吃"), word)
    assert is_news(word, None)
    for other in (Word("food", "", "unmet", "visit", DAY, note="够吃"), Word("food", "", "met", "visit", DAY)):
        assert is_news(other, word)


def test_every_item_says_in_both_languages_what_is_asked_and_names_a_table_that_exists() -> None:
    for item in ITEMS.values():
        assert item.term and item.short and item.question and item.look
        assert item.term_en and item.question_en and item.look_en
        assert item.per in ("household", "member", "pupil")
        assert not item.table or (item.table in BY_NAME and item.table in SOURCES)
    assert SOURCES.keys() == SOURCES_EN.keys() and STATES.keys() == STATES_EN.keys()
