"""The numbers we ship, and which of several values is in force."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from mingbai.base.standards.reading import Dated, Number
from mingbai.base.standards.standards import at, by_year, numbers, rows

VILLAGE = "532301001001"
EVERY = [pytest.param(n, v, id=f"{n.name}-{v.since}") for n in numbers().values() for v in n.values]

# What rules.md gives for the default county in 2026. A new value is a new dated line, so this moves only
# when the rules' text does.
IN_2026 = {
    "medical_burden_registered": "6000", "medical_burden_others": "10000", "medical_burden_months": "12",
    "schooling_from_age": "6", "schooling_until_age": "16", "water_days": "36", "disability_months": "12",
    "disability_grades": ("一级", "二级"), "job_lost_months": "6", "working_age_from": "16", "working_age_to": "60",
    "disaster_loss": "10000", "disaster_months": "12", "accident_months": "12", "monitoring_line": "8800",
    "income_drop": "0.30", "income_drop_line_factor": "1.5", "school_cost": "10000",
    "school_cost_stages": ("高中", "中职", "高职", "本科"), "new_dibao_months": "6", "worker_died_months": "12",
    "passenger_car_kinds": ("小型轿车", "小型普通客车", "小型越野客车"),
    "second_home_uses": ("商品住房", "商铺", "公寓"), "firm_capital": "100000", "paid_after_death_days": "31",
    "paid_twice_months": "12", "dibao_unpaid_months": "2", "payee_mismatch_months": "12", "pension_age": "60",
    "grant_months": "12", "kin_age_gap": "12", "cause_workers": "3", "same_phone_households": "5",
    "copied_year_items": "3", "copied_account_items": "4", "copied_account_others": "2",
    "stale_monitored_days": "31", "early_elimination_months": "1",
    # Clocks of the procedure (policy.md 4.4): the four steps of a clue add up to its fifteen days.
    "clue_decision_days": "15", "clue_accept_days": "2", "clue_visit_days": "3", "clue_compare_days": "5",
    "notice_days": "5", "letter_answer_days": "5", "letter_days_are": ("日历日",),
    "account_year_month": "10", "cost_ratio_grain": "0.40", "cost_ratio_tobacco": "0.45",
    "cost_ratio_other_crops": "0.40", "cost_ratio_livestock": "0.40", "cost_ratio_fruit": "0.15",
    "subsidy_items": (
        "电费=D6", "低保=D2", "特困=D3", "五保=D3", "养老=D4", "计划生育=D1", "计生=D1", "奖励扶助=D1", "护林员=A2",
        "公益性岗位=A2", "公益岗=A2", "退耕=D5A", "公益林=D5B", "草原=D5C", "移民=D5D", "生态=D5E",
    ),
    "subsidy_left_out": (
        "危房改造", "易地搬迁", "圈舍", "慰问", "临时救助", "临时生活", "一次性", "农机购置", "医疗救助", "赔偿", "借款",
        "贷款",
    ),
    "issue_village_days": "15", "issue_township_days": "15", "issue_county_days": "30", "issue_bureau_days": "30",
}  # fmt: skip


def own(name: str, *values: Dated) -> tuple[Number, ...]:
    ours = numbers()[name]
    return (Number(name, ours.title, ours.title_en, ours.unit, values),)


def dated(since: str, value: str | None, place: str = "", recorded_on: str = "2026-01-05") -> Dated:
    number = None if value is None else Decimal(value)
    return Dated(date.fromisoformat(since), number, date.fromisoformat(recorded_on), "某农发〔2026〕3号", place=place)


def test_the_default_county_of_2026() -> None:
    shown = {
        n: s.value if isinstance(s.value, tuple) else str(s.value) for n, s in at(date(2026, 6, 30), VILLAGE).items()
    }
    assert shown == IN_2026


@pytest.mark.parametrize(("number", "value"), EVERY)
def test_every_number_is_titled_cited_and_recorded(number: Number, value: Dated) -> None:
    assert number.title
    assert number.title_en.isascii()
    assert value.document == "惯例 (practice)" or any(mark in value.document for mark in "《〔")
    assert value.recorded_on >= date(2026, 11, 21)


@pytest.mark.parametrize(("number", "value"), EVERY)
def test_both_sides_of_every_date(number: Number, value: Dated) -> None:
    eve = at(value.since - timedelta(days=1), value.place).get(number.name)
    day = at(value.since, value.place).get(number.name)
    before = [v for v in number.values if v.since < value.since]
    assert (eve and eve.since) == (max(v.since for v in before) if before else None)
    assert (day and (day.since, day.value)) == (None if value.value is None else (value.since, value.value))


def test_the_line_of_each_account_year_and_none_where_none_was_set() -> None:
    lines = by_year("monitoring_line", range(2018, 2030), VILLAGE)
    assert {year: int(line.value) for year, line in lines.items() if isinstance(line.value, Decimal)} == {
        2021: 6000, 2022: 6500, 2023: 7300, 2024: 8000, 2025: 8700, 2026: 8800,
    }  # fmt: skip


def test_an_account_year_has_the_value_of_its_last_day() -> None:
    county = own("monitoring_line", dated("2026-12-31", "9000"))
    assert by_year("monitoring_line", [2026], VILLAGE, county)[2026].value == 9000
    assert by_year("monitoring_line", [2025], VILLAGE, county)[2025].value == 8700


def test_a_name_that_is_no_number_is_not_taken_for_a_number_without_values() -> None:
    with pytest.raises(KeyError):
        by_year("monitoring_lime", [2026], VILLAGE)


DAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([dated("2015-01-01", "9000")], 9000, id="own before ours, though ours began later"),
        pytest.param([dated("2026-07-01", "9000")], 8800, id="not yet begun: ours"),
        pytest.param([dated("2026-06-30", "9000")], 9000, id="begins today"),
        pytest.param([dated("2026-01-01", "9000", "5301")], 8800, id="another prefecture: ours"),
        pytest.param([dated("2026-06-01", "1", "5323"), dated("2026-01-01", "2", "532301")], 2, id="longest place"),
        pytest.param([dated("2026-01-01", "1"), dated("2026-06-01", "2")], 2, id="latest since"),
        pytest.param(
            [dated("2026-06-01", "2"), dated("2026-01-01", "1", recorded_on="2026-06-20")], 2, id="since first"
        ),
        pytest.param(
            [dated("2026-01-01", "2", recorded_on="2026-02-01"), dated("2026-01-01", "1")], 2, id="latest recorded"
        ),
        pytest.param([dated("2026-01-01", None)], None, id="ended by the county, ours does not come back"),
        pytest.param(
            [dated("2026-01-01", "2"), dated("2026-06-01", None, "532301001")], None, id="ended in a township"
        ),
    ],
)
def test_which_value_wins(values: list[Dated], expected: int | None) -> None:
    for order in (values, values[::-1]):
        found = at(DAY, VILLAGE, own("monitoring_line", *order)).get("monitoring_line")
        assert (found and found.value) == expected


def test_a_correction_is_seen_only_by_who_asks_after_it_was_recorded() -> None:
    county = own("monitoring_line", dated("2026-01-01", "9000"), dated("2026-01-01", "9100", recorded_on="2026-03-10"))
    before, after = date(2026, 3, 9), date(2026, 3, 10)
    assert at(DAY, VILLAGE, county, known=before)["monitoring_line"].value == 9000
    assert at(DAY, VILLAGE, county, known=after)["monitoring_line"].value == 9100
    assert by_year("monitoring_line", [2026], VILLAGE, county, known=before)[2026].value == 9000


def test_what_was_not_yet_written_down_was_not_known() -> None:
    assert at(DAY, VILLAGE, known=date(2026, 11, 20)) == {}
    assert at(DAY, VILLAGE, known=date(2026, 11, 21)) == at(DAY, VILLAGE)


def test_a_countys_own_number_leaves_the_other_numbers_alone() -> None:
    ours, theirs = at(DAY, VILLAGE), at(DAY, VILLAGE, own("school_cost", dated("2026-01-01", "8000")))
    assert {name for name in ours if ours[name] != theirs[name]} == {"school_cost"}


def test_rows_for_printing_in_both_languages() -> None:
    county = own("income_drop", dated("2026-01-01", "0.25", "532301"))
    chinese = {row[0]: row for row in rows(DAY, VILLAGE, county)}
    assert chinese["monitoring_line"][2:5] == ("8800 元/人·年", "2026-01-01", "各地")
    assert chinese["income_drop"][2:] == ("0.25", "2026-01-01", "532301", "某农发〔2026〕3号")
    assert chinese["disability_grades"][2] == "一级、二级"
    english = {row[0]: row for row in rows(DAY, VILLAGE, lang="en")}
    assert english["water_days"][1:3] == ("days without water in a year that are still allowed", "36 days")
    assert english["water_days"][4] == "everywhere"
