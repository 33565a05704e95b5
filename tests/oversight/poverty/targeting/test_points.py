"""Whole points are the model's, rounded; the stated loss holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.oversight.poverty.targeting.points import TOTAL, exact_points, rounding, to_card
from mingbai.oversight.poverty.targeting.proxy_means import Proxy
from mingbai.oversight.poverty.targeting.scorecards import Answer, Question
from mingbai.oversight.poverty.welfare import Undefined


def proxy(*effects: list[float], unseen: tuple[tuple[str, str], ...] = ()) -> Proxy:
    questions = tuple(
        Question(f"q{i}", f"问{i}", f"q{i}", tuple(Answer(f"a{j}", values=(j,)) for j in range(len(e))))
        for i, e in enumerate(effects)
    )
    return Proxy("linear", questions, 1.0, tuple(np.array(e) for e in effects), frozenset({"v"}), unseen)


EFFECTS = st.lists(st.lists(st.floats(-3, 3), min_size=2, max_size=6), min_size=1, max_size=8).filter(
    lambda all_of: sum(max(e) - min(e) for e in all_of) > 1e-3
)


@given(EFFECTS)
def test_a_card_is_the_rounding_of_its_test(effects: list[list[float]]) -> None:
    model = proxy(*effects)
    card, exact = to_card(model, "卡", "card"), exact_points(model)
    assert (card.least, card.most) == (0, TOTAL)
    assert sum(points.max() for points in exact) == pytest.approx(TOTAL)
    for question, points in zip(card.questions, exact, strict=True):
        best = points == points.max()
        assert (np.abs(question.points - points) < 1 + 1e-6).all()
        assert (np.abs(question.points - points)[~best & (question.points < question.points.max())] <= 0.5 + 1e-9).all()
        # Who is guessed better off by the test never has fewer points for it.
        assert (np.diff(question.points[np.argsort(points)]) >= 0).all()


@given(EFFECTS, st.integers(0, 99), st.floats(0.05, 0.95))
def test_the_stated_loss_holds(effects: list[list[float]], seed: int, share: float) -> None:
    model = proxy(*effects)
    card = to_card(model, "卡", "card")
    chance = np.random.default_rng(seed)
    table = {f"q{i}": chance.integers(0, len(e), 50) for i, e in enumerate(effects)}
    weight = chance.uniform(0.5, 2, 50)
    loss = rounding(model, card, table, weight, share)
    span = sum(max(e) - min(e) for e in effects)
    exact = (model.value(table) - 1.0 - sum(min(e) for e in effects)) * TOTAL / span
    off = np.abs(card.score(table) - exact)
    assert loss.worst == pytest.approx(off.max(), abs=1e-7)
    assert loss.mean <= loss.worst + 1e-9 <= loss.bound + 2e-9
    assert loss.share <= share + 1e-9 and 0 <= loss.moved <= 2 * loss.share + 1e-9


def test_by_hand() -> None:
    # Spans 2 and 1 make 66.67 and 33.33 points, shared out as 67 and 33; the middle answer 0.7 is 23.33.
    model = proxy([0.0, 2.0], [-1.0, -0.3, 0.0])
    card = to_card(model, "卡", "card")
    assert [q.points.tolist() for q in card.questions] == [[0, 67], [0, 23, 33]]
    table = {"q0": [0, 0, 0, 1, 1], "q1": [0, 1, 2, 0, 2]}
    loss = rounding(model, card, table, np.array([1.0, 1, 2, 1, 5]), 0.25)
    assert loss.bound == pytest.approx(2 / 3)
    assert loss.worst == pytest.approx(1 / 3)
    assert loss.mean == pytest.approx((1 + 2 + 1) / 3 / 10)  # 23 for 23.33, twice 33 for 33.33, 67 for 66.67
    assert (loss.cutoff, loss.share, loss.moved) == (32, 0.2, 0.0)
    assert "0.67" in str(loss) and "32" in str(loss)


def test_a_test_that_tells_nobody_apart_makes_no_card() -> None:
    with pytest.raises(Undefined, match="tells nobody apart"):
        to_card(proxy([0.5, 0.5]), "卡", "card")


def test_answers_without_evidence_are_said_on_the_card() -> None:
    card = to_card(proxy([0.0, 1.0, 0.4], unseen=(("q0", "a2"),)), "卡", "card", "来源")
    assert "来源" in card.note and "q0 a2" in card.note and "没有依据" in card.note
