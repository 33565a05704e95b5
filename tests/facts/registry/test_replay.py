"""Events folded give the state; plain, without a database."""

from datetime import date
from decimal import Decimal

import pytest

from mingbai.facts.registry.kinship import relation_after
from mingbai.facts.registry.replay import fold, past
from mingbai.facts.registry.snapshot import as_text, changed, difference, member_fields


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), ("", ""), (date(2026, 6, 30), "2026-06-30"), (Decimal("3.00"), "3"), (Decimal("3.50"), "3.5"),
        (Decimal("10"), "10"), (Decimal("1E+1"), "10"), ("因病", "因病"), (7, "7"),
    ],
)  # fmt: skip
def test_a_value_reads_the_same_whichever_way_it_came(value: object, text: str) -> None:
    assert as_text(value) == text


def test_an_event_carries_only_what_changed_with_phone_and_health_hidden() -> None:
    told = changed(
        difference({"phone": "1", "helper": "甲"}, {"phone": "2", "helper": "甲"}),
        {"p1": difference({}, {"name": "阿依", "health": "残疾", "skill": ""}), "p2": {}},
        lambda text: f"<{text}>",
    )
    assert told == {"household": {"phone": "<2>"}, "members": {"p1": {"name": "阿依", "health": "<残疾>"}}}


def test_a_birth_date_is_stated_only_where_no_valid_id_says_it() -> None:
    born = date(2020, 1, 1)
    assert member_fields({"birth": born, "id_valid": False})["birth"] == "2020-01-01"
    assert member_fields({"birth": born, "id_valid": True})["birth"] == ""


def test_later_events_win_and_other_parts_are_passed_over() -> None:
    state = fold(
        "h1",
        [
            {"household": {"village": "v", "helper": "甲"}, "members": {"p1": {"name": "阿依", "household": "h1"}}},
            {"clue": 5, "household": "not fields", "members": 3},
            {"household": {"helper": "", "unheard_of": "x"}, "members": {"p1": {"relation": "户主"}}, "nonce": "n"},
        ],
    )
    assert state.household == {"village": "v", "helper": ""}
    assert state.members == {"p1": {"name": "阿依", "household": "h1", "relation": "户主"}}


def test_who_goes_to_another_household_is_gone_and_may_come_back() -> None:
    came = {"members": {"p1": {"name": "阿依", "household": "h1", "skill": "普通"}}}
    went = {"members": {"p1": {"household": "h2"}}}
    assert fold("h1", [came, went]).members == {}
    back = {"members": {"p1": {"name": "阿依", "household": "h1"}}}
    assert fold("h1", [came, went, back]).members == {"p1": {"name": "阿依", "household": "h1"}}


def test_the_past_is_read_with_ids_masked_and_the_dead_apart() -> None:
    number = "599901198003030018"
    state = fold(
        "h1",
        [
            {
                "household": {"village": "v", "phone": "109"},
                "members": {
                    "p2": {"name": "阿依", "relation": "配偶", "left_on": "2026-06-01", "left_why": "死亡"},
                    "p3": {"name": "杨小", "relation": "之子"},
                    "p1": {"name": "杨山", "relation": "户主", "id_hidden": number},
                },
            }
        ],
    )
    then = past(state, date(2026, 6, 30), lambda text: text)
    assert then is not None
    assert [m["name"] for _, m in then.members] == ["杨山", "杨小"]
    assert [m["name"] for _, m in then.departed] == ["阿依"]
    assert number not in str(then)
    before = past(state, date(2026, 5, 31), lambda text: text)
    assert before is not None and len(before.members) == 3
    assert past(fold("h1", []), date(2026, 6, 30), lambda text: text) is None


@pytest.mark.parametrize(
    ("relation", "sex", "head_was", "old", "new", "after"),
    [
        ("户主", "男", "配偶", "男", "女", "配偶"), ("之子", "男", "配偶", "男", "女", "之子"),
        ("之母", "女", "配偶", "男", "女", "之婆婆"), ("之父", "男", "配偶", "女", "男", "之岳父"),
        ("之公公", "男", "配偶", "女", "男", "之父"),
        ("户主", "男", "之子", "男", "男", "之父"), ("配偶", "女", "之子", "男", "男", "之母"),
        ("之儿媳", "女", "之子", "男", "男", "配偶"), ("之孙子", "男", "之子", "男", "男", "之子"),
        ("之母", "女", "之女", "女", "女", "之外祖母"), ("之女", "女", "之子", "男", "男", "其他"),
        ("户主", "女", "之母", "女", "女", "之女"), ("配偶", "男", "之母", "女", "女", "之女婿"),
        ("之父", "男", "之母", "男", "女", "配偶"), ("之女", "女", "之父", "男", "男", "之孙女"),
        ("户主", "男", "之儿媳", "男", "女", "之公公"), ("之子", "男", "之儿媳", "男", "女", "配偶"),
        ("之子", "男", "其他", "男", "男", "其他"),
    ],
)  # fmt: skip
def test_relations_to_a_new_head(relation: str, sex: str, head_was: str, old: str, new: str, after: str) -> None:
    assert relation_after(relation, sex, head_was=head_was, old_head_sex=old, new_head_sex=new) == after
