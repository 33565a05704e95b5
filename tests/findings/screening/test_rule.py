"""What is refused when a rule is loaded: a rule may name only what is declared, and says what it rests on."""

import pytest

from mingbai.base.lib.errors import Refused
from mingbai.findings.screening.rule import load_rule, reads, standards_of

HEAD = """\
-- code: tried
-- title: 试一条 · One to try
-- group: doubt
-- subject: person
-- basis: 为测试而写
-- ask: 这辆车是谁的？
-- ask_en: Whose car is it?
-- says: 车牌 {plates}
-- key: 号牌号码 · the plate
"""
BODY = """\
SELECT l.person_id, ARRAY_AGG(v.plate) AS clue_key, ARRAY_AGG(v.plate) AS plates
FROM living AS l
JOIN vehicle AS v ON v.person_key = l.person_key
WHERE v.purpose IN (SELECT label FROM standard WHERE name = 'passenger_car_kinds')
GROUP BY l.person_id
"""


def refusal(text: str, name: str = "tried") -> str:
    with pytest.raises(Refused) as refused:
        load_rule(name, text)
    return str(refused.value)


def test_a_rule_over_declared_tables_is_loaded_with_what_it_reads() -> None:
    rule = load_rule("tried", HEAD + BODY)
    assert reads(rule) == ("vehicle",)
    assert rule.evidence == ("plates",)
    assert "passenger_car_kinds" in standards_of(rule)


def test_a_table_that_nobody_declared_is_refused_by_name() -> None:
    assert "vehicles" in refusal(HEAD + BODY.replace("JOIN vehicle AS", "JOIN vehicles AS"))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param("v.plate) AS plates", "v.colour) AS plates", id="of a table"),
        pytest.param("l.person_id, ARRAY", "l.nickname AS person_id, ARRAY", id="of a view"),
        pytest.param("SELECT label FROM", "SELECT wording FROM", id="of the numbers"),
        pytest.param("v.purpose IN", "purpose_of_use IN", id="without its table"),
    ],
)
def test_a_column_that_nobody_declared_is_refused_by_name(right: str, wrong: str) -> None:
    said = refusal(HEAD + BODY.replace(right, wrong))
    assert any(word in said for word in ("colour", "nickname", "wording", "purpose_of_use"))
    assert "tried.sql" in said


def test_a_column_of_a_step_within_the_rule_must_be_there_too() -> None:
    step = "WITH car AS (SELECT v.plate, v.purpose FROM vehicle AS v)\n"
    assert "person_key" in refusal(HEAD + step + BODY.replace("JOIN vehicle AS v", "JOIN car AS v"))


def test_a_file_that_a_rule_opens_itself_is_refused() -> None:
    assert "vehicle.csv" in refusal(HEAD + BODY.replace("JOIN vehicle AS", "JOIN read_csv('vehicle.csv') AS"))
    assert "vehicle.csv" in refusal(HEAD + BODY.replace("JOIN vehicle AS", "JOIN 'vehicle.csv' AS"))


def test_what_arrived_is_out_of_reach_for_it_has_rows_dated_after_the_screening_day() -> None:
    assert "arrived.vehicle" in refusal(HEAD + BODY.replace("JOIN vehicle AS", "JOIN arrived.vehicle AS"))


def test_text_that_is_no_sql_is_refused() -> None:
    assert "tried.sql" in refusal(HEAD + BODY.replace("GROUP BY", "GROUP BY BY ("))


@pytest.mark.parametrize("field", ["title", "group", "subject", "basis", "ask", "ask_en", "says", "key"])
def test_a_head_without_one_of_its_lines_is_refused_by_name(field: str) -> None:
    head = "".join(line for line in HEAD.splitlines(keepends=True) if not line.startswith(f"-- {field}:"))
    assert field in refusal(head + BODY)


def test_a_rule_is_named_as_its_file() -> None:
    assert "code" in refusal(HEAD + BODY, name="other")


@pytest.mark.parametrize("given", ["SELECT l.person_id,", "AS clue_key"], ids=["subject", "key"])
def test_a_rule_gives_its_subject_and_its_key(given: str) -> None:
    other = {"SELECT l.person_id,": "SELECT l.person_id AS whom,", "AS clue_key": "AS other"}[given]
    assert "person_id 和 clue_key" in refusal(HEAD + BODY.replace(given, other))
