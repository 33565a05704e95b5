"""Cards: the sum of points, printed sheets, declared rules for missing answers, and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.oversight.poverty.targeting.four_looks import FOUR_LOOKS, LOOKS
from mingbai.oversight.poverty.targeting.scorecards import Answer, Card, Question, highest_cutoff, questions_of

ROOF = Question("roof", "屋顶", "roof", (Answer("草 straw", 0, ("草", None)), Answer("瓦 tile", 6, ("瓦", "水泥"))))
ROOMS = Question(
    "rooms", "房间", "rooms", (Answer("< 2", 1, high=2), Answer("2-3", 4, low=2, high=4), Answer("4+", 9, low=4))
)
CARD = Card("小卡", "small card", (ROOF, ROOMS), "示例 example")


def test_points_add_up_by_hand() -> None:
    score = CARD.score({"roof": ["草", "瓦", "水泥", None, " "], "rooms": [1, 2, 3.9, 4, 12]})
    assert score.tolist() == [1, 10, 10, 9, 9]
    assert (CARD.least, CARD.most) == (1, 15)


@given(st.lists(st.tuples(st.sampled_from(["草", "瓦", "水泥", None]), st.floats(-5, 99)), min_size=1, max_size=30))
def test_a_score_is_the_sum_of_what_each_answer_has_and_rows_do_not_touch(rows: list[tuple[str | None, float]]) -> None:
    score = CARD.score({"roof": [r for r, _ in rows], "rooms": [n for _, n in rows]})
    each = [6 * (r in ("瓦", "水泥")) + (1 if n < 2 else 4 if n < 4 else 9) for r, n in rows]
    assert score.tolist() == each


def test_truth_values_and_whole_numbers_as_numbers_or_objects_are_the_same() -> None:
    power = Question("power", "电", "power", (Answer("无", 0, (False, "否")), Answer("有", 2, (True, "是"))))
    assert power.codes({"power": [True, False]}).tolist() == [1, 0]
    assert power.codes({"power": np.array(["是", "否", True], object)}).tolist() == [1, 0, 1]
    assert ROOMS.codes({"rooms": np.array([1, 2.5, 7], object)}).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"roof": ["草", "铁"], "rooms": [1, 1]}, r"in 1 rows of the column 'roof' .* does not know \('铁'\)"),
        ({"roof": ["草", "瓦"], "rooms": [1, np.nan]}, "the answer is missing in 1 rows of the column 'rooms'"),
        ({"roof": ["草", "瓦"], "rooms": [1, None]}, "the answer is missing in 1 rows of the column 'rooms'"),
        ({"roof": ["草", "瓦"], "rooms": [1, "三"]}, "does not know .*'三'"),
        ({"roof": ["草", "瓦"]}, "asks for the column 'rooms', which the table does not have"),
        ({"roof": ["草", "瓦"], "rooms": [1]}, "not all of the same length"),
        ({"roof": ["草", "瓦"], "rooms": [[1], [2]]}, r"'rooms' has the shape \(2, 1\)"),
    ],
)
def test_what_the_card_does_not_know_is_refused(table: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        CARD.score(table)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ((Answer("a", 1, ("x",)),), "fewer than two answers"),
        ((Answer("a", 1, ("x",)), Answer("b", 2, ("x",))), "an answer twice"),
        ((Answer("a", 1, ("x",)), Answer("a", 2, ("y",))), "an answer twice"),
        ((Answer("a", 1, high=3), Answer("b", 2, low=2)), "empty or overlap"),
        ((Answer("a", 1, low=3, high=3), Answer("b", 2, low=4)), "empty or overlap"),
        ((Answer("a", -1, ("x",)), Answer("b", 2, ("y",))), "negative points"),
        ((Answer("a", 1.5, ("x",)), Answer("b", 2, ("y",))), "no whole number"),  # type: ignore[arg-type]
    ],
)
def test_a_question_that_could_count_twice_is_refused(answers: tuple[Answer, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Question("q", "问", "q", answers)


def test_the_sheet_has_every_answer_with_its_points() -> None:
    for sheet in (CARD.text(), CARD.markdown()):
        for question in CARD.questions:
            for answer in question.answers:
                line = next(line for line in sheet.splitlines() if answer.label in line)
                assert str(answer.points) in line
        assert "1-15" in sheet and "示例" in sheet


@given(st.lists(st.tuples(st.integers(0, 20), st.floats(0.1, 5)), min_size=1, max_size=40), st.floats(0.01, 0.99))
def test_the_cutoff_reaches_as_many_as_it_may_and_no_more(rows: list[tuple[int, float]], share: float) -> None:
    score, weight = (np.array(column) for column in zip(*rows, strict=True))
    cut = highest_cutoff(score, weight, share)
    assert weight[score <= cut].sum() <= share * weight.sum() * (1 + 1e-9)
    assert cut == score.max() or weight[score <= cut + 1].sum() > share * weight.sum() * (1 - 1e-9)


@pytest.mark.parametrize("share", [0.0, 1.0, 20.0])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="must lie between 0 and 1"):
        highest_cutoff([1, 2], np.ones(2), share)


def test_questions_are_made_from_a_table() -> None:
    table = {"roof": ["瓦", "草", None, "瓦"], "rooms": [1, 2, 3, 4]}
    roof, rooms = questions_of(table, ["roof", "rooms"], bands={"rooms": [2, 4]}, missing_apart=True)
    assert [a.values for a in roof.answers] == [("瓦",), ("草",), (None,)]
    assert roof.codes(table).tolist() == [0, 1, 2, 0]
    assert rooms.codes(table).tolist() == [0, 1, 1, 2]
    with pytest.raises(ValueError, match="bands for floor, which is not among the columns"):
        questions_of(table, ["roof"], bands={"floor": [1]})
    with pytest.raises(ValueError, match="no column 'floor'"):
        questions_of(table, ["floor"])
    strict = questions_of(table, ["roof"])[0]
    with pytest.raises(ValueError, match="missing in 1 rows"):
        strict.codes(table)


# --- the four looks ---------------------------------------------------------------------------------------------------

POOR = {
    "housing_grade": None, "floor_area_per_head": 5.0, "safe_water": "否", "power": "是", "farmland_per_head": 0.2,
    "livestock": "没有", "grain_months": 4, "labour_share": 0.0, "ill_or_disabled": 2, "months_of_work_away": 0,
    "pupils_beyond_compulsory": 1, "school_debt": "是", "highest_schooling": "小学",
}  # fmt: skip
FINE = {
    "housing_grade": "A", "floor_area_per_head": 30.0, "safe_water": "是", "power": "是", "farmland_per_head": 3.0,
    "livestock": "出售", "grain_months": 12, "labour_share": 0.75, "ill_or_disabled": 0, "months_of_work_away": 20,
    "pupils_beyond_compulsory": 0, "school_debt": "否", "highest_schooling": "高中",
}  # fmt: skip


def test_the_four_looks_add_up_to_a_hundred() -> None:
    parts = {name: sum(int(q.points.max()) for q in questions) for name, questions in LOOKS.items()}
    assert list(parts.values()) == [20, 30, 30, 20]
    assert (FOUR_LOOKS.least, FOUR_LOOKS.most) == (0, 100)
    assert [q for questions in LOOKS.values() for q in questions] == list(FOUR_LOOKS.questions)
    for question in FOUR_LOOKS.questions:
        assert question.points.min() == 0 and question.zh[:3] in ("一看房", "二看粮", "三看劳", "四看读")


def test_the_four_looks_of_two_households() -> None:
    table = {name: np.array([POOR[name], FINE[name]], object) for name in POOR}
    # The poor one has power (3) and a single pupil beyond the compulsory years (4).
    assert FOUR_LOOKS.score(table).tolist() == [7, 100]


def test_the_four_looks_refuse_an_unknown_answer() -> None:
    table = {name: np.array([value], object) for name, value in (FINE | {"school_debt": "一点"}).items()}
    with pytest.raises(ValueError, match="'school_debt' the answer is one that the card does not know"):
        FOUR_LOOKS.score(table)
