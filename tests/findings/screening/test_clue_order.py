"""What comes first, how sure a rule is, and by when a step is due: plain arithmetic."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.base.lib.errors import Refused
from mingbai.base.standards.reading import Dated, Number
from mingbai.base.standards.standards import at, numbers
from mingbai.findings.screening.clocks import counts_working_days, due_on, steps
from mingbai.findings.screening.opening import opened, table_of, values
from mingbai.findings.screening.ranking import precision, rank_of, rank_of_report
from mingbai.findings.screening.rule import GROUPS, reads, rules
from mingbai.findings.screening.wording import named, titled

FRIDAY = date(2026, 7, 3)
OURS = at(FRIDAY, "513434100200")
COUNTS = st.integers(0, 10**6)


def own(name: str, value: Decimal | tuple[str, ...] | None) -> Number:
    ours = numbers()[name]
    dated = Dated(date(2026, 1, 1), value, date(2026, 1, 1), "某农发〔2026〕3号", place="513434")
    return Number(name, ours.title, ours.title_en, ours.unit, (dated,))


def test_a_known_rank() -> None:
    assert rank_of("risk", "脱贫户", 0, 0) == 100 * 120 * 300 // 100 == 36000
    assert rank_of("file", "", 0, 50) == 30 * 100 * 50 // 100 == 1500


def test_the_rank_follows_group_class_and_record() -> None:
    assert sorted(GROUPS, key=lambda g: -rank_of(g, "", 0, 0)) == ["risk", "leak", "doubt", "file"]
    assert (
        rank_of("risk", "突发严重困难户", 0, 0)
        > rank_of("risk", "边缘易致贫户", 0, 0)
        > rank_of("risk", "一般农户", 0, 0)
    )
    assert rank_of("doubt", "", 5, 1) > rank_of("doubt", "", 0, 0) > rank_of("doubt", "", 1, 20)
    assert rank_of_report("一般农户") > rank_of("risk", "一般农户", 900, 1)


@given(COUNTS, COUNTS)
def test_a_rank_fits_its_column_and_one_more_that_held_never_lowers_it(confirmed: int, dismissed: int) -> None:
    rank = rank_of("risk", "突发严重困难户", confirmed, dismissed)
    assert 0 <= rank <= 150_000
    assert rank_of("risk", "突发严重困难户", confirmed + 1, dismissed) >= rank
    assert rank_of("risk", "突发严重困难户", confirmed, dismissed + 1) <= rank


def test_wilsons_interval_as_the_books_give_it() -> None:
    assert precision(0, 0) is None
    assert precision(1, 9) == (10.0, 1.8, 40.4)
    assert precision(0, 10) == (0.0, 0.0, 27.8)
    assert precision(10, 0) == (100.0, 72.2, 100.0)


@given(COUNTS, COUNTS)
def test_a_share_lies_in_its_interval(confirmed: int, dismissed: int) -> None:
    if found := precision(confirmed, dismissed):
        assert 0 <= found.low <= found.share <= found.high <= 100


def test_the_steps_of_a_report_add_up_to_its_fifteen_days() -> None:
    days = {step.name: (step.due - FRIDAY).days for step in steps(FRIDAY, "self_report", OURS)}
    assert days == {"受理": 2, "入户核实": 5, "信息比对": 10, "评议公示": 15}
    assert due_on(FRIDAY, "self_report", OURS) == FRIDAY + timedelta(15)


def test_a_letter_is_answered_in_five_days_of_the_calendar() -> None:
    assert due_on(FRIDAY, "letter", OURS) == date(2026, 7, 8)
    assert [step.name for step in steps(FRIDAY, "letter", OURS)] == [
        "受理", "入户核实", "答复来信", "信息比对", "评议公示"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "due"),
    [(FRIDAY, date(2026, 7, 10)), (date(2026, 7, 4), date(2026, 7, 10)), (date(2026, 7, 6), date(2026, 7, 13))],
    ids=["friday", "saturday", "monday"],
)
def test_or_in_five_working_days_where_the_county_says_so(found: date, due: date) -> None:
    theirs = at(found, "513434100200", [own("letter_days_are", ("工作日",))])
    assert counts_working_days(theirs) and not counts_working_days(OURS)
    assert due_on(found, "letter", theirs) == due


def test_a_shorter_decision_cuts_the_steps_short() -> None:
    theirs = at(FRIDAY, "513434100200", [own("clue_decision_days", Decimal(7))])
    assert [(step.due - FRIDAY).days for step in steps(FRIDAY, "visit", theirs)] == [2, 5, 7, 7]


def test_a_clock_that_the_county_ended_is_refused_with_a_sentence() -> None:
    theirs = at(FRIDAY, "513434100200", [own("clue_decision_days", None)])
    with pytest.raises(Refused, match="clue_decision_days"):
        due_on(FRIDAY, "visit", theirs)


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.code)
def test_every_field_of_lines_names_a_table_that_its_rule_reads(rule: object) -> None:
    from mingbai.findings.screening.rule import Rule

    assert isinstance(rule, Rule)
    own_rows = {"household", "member", "income_line"}
    for field in rule.evidence:
        if "_line" in field and field != "line_per_head" and field != "line_total":
            assert table_of(field) in {*reads(rule), *own_rows}, field
        else:
            assert not table_of(field), field


def test_evidence_opens_to_lines_and_names_the_table_where_nothing_was() -> None:
    rows = opened("new_dibao", {"dibao_lines": [9, 3], "tekun_lines": [], "people": 1, "starts_on": "2026-01-01"})
    assert [(r.file, r.lines) for r in rows] == [("低保对象", (3, 9)), ("特困对象", ())]
    assert opened("uninsured", {"year": 2026})[0].file == "医保参保"
    assert opened("a_rule_of_long_ago", {}) == []
    assert values({"kinds": ["甲", "乙"], "x": None, "dibao_lines": [1]}) == [("kinds", "甲、乙"), ("x", "")]


def test_what_a_clue_is_called() -> None:
    assert titled("owns_car") == "名下有小汽车" and titled("letter", english=True) == "A letter from the box"
    assert titled("gone") == "gone"

    class Ill:
        rule = "new_disability"

    assert named(Ill()) == "线索", "a title that tells of an illness has no place in the history"
