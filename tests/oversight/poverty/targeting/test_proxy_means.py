"""The proxy-means tests against scikit-learn, on villages not seen, and what is refused."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression, Ridge

from mingbai.oversight.poverty.targeting.folds import folds
from mingbai.oversight.poverty.targeting.proxy_means import Proxy, boosting, linear, logistic, out_of_fold, part
from mingbai.oversight.poverty.targeting.scorecards import Answer, Question, Table, questions_of
from mingbai.oversight.poverty.welfare import Undefined

COLUMNS = ("roof", "water", "size")


def country(rows: int = 600, seed: int = 4) -> tuple[Table, np.ndarray, np.ndarray, np.ndarray]:
    """Answers, welfare, weights and villages (of twenty households each)."""
    chance = np.random.default_rng(seed)
    table = {
        "roof": chance.choice(["straw", "tile", "concrete"], rows), "water": chance.choice(["tap", "well"], rows),
        "size": chance.integers(1, 9, rows),
    }  # fmt: skip
    y = 7 + 0.5 * (table["roof"] == "tile") + 0.8 * (table["roof"] == "concrete") + 0.3 * (table["water"] == "tap")
    welfare = np.exp(y - 0.1 * table["size"] + chance.normal(0, 0.4, rows))
    return table, welfare, chance.uniform(0.5, 3, rows), np.arange(rows) // 20


def asked(table: Table) -> tuple[Question, ...]:
    return questions_of(table, COLUMNS, bands={"size": [3, 5]})


def ones(table: Table) -> np.ndarray:
    return np.hstack([np.eye(len(q.answers))[q.codes(table)] for q in asked(table)])


@pytest.mark.parametrize("ridge", [0.01, 1.0, 50.0])
def test_linear_is_scikit_learns_ridge(ridge: float) -> None:
    table, welfare, weight, village = country()
    ours = linear(table, asked(table), welfare, village=village, weight=weight, ridge=ridge)
    theirs = Ridge(alpha=ridge, solver="svd").fit(ones(table), np.log(welfare), sample_weight=weight / weight.mean())
    assert ours.value(table) == pytest.approx(theirs.predict(ones(table)), abs=1e-9)
    assert np.concatenate(ours.effects) == pytest.approx(theirs.coef_, abs=1e-9)


@pytest.mark.parametrize("ridge", [0.1, 1.0, 50.0])
def test_logistic_is_scikit_learns(ridge: float) -> None:
    table, welfare, weight, village = country()
    poor = welfare < np.quantile(welfare, 0.2)
    ours = logistic(table, asked(table), poor, village=village, weight=weight, ridge=ridge)
    theirs = LogisticRegression(C=1 / ridge, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    theirs.fit(ones(table), poor, sample_weight=weight / weight.mean())
    assert ours.probability(table) == pytest.approx(theirs.predict_proba(ones(table))[:, 1], abs=1e-9)


def test_weights_count_as_so_many_rows() -> None:
    table, welfare, _, village = country(120)
    times = np.random.default_rng(1).integers(1, 4, 120)
    many = np.repeat(np.arange(120), times)
    # The ridge is in rows: twice the rows, twice the ridge.
    once = linear(table, asked(table), welfare, village=village, weight=times.astype(float), ridge=1.0)
    each = linear(part(table, many), asked(table), welfare[many], village=village[many], ridge=times.mean())
    assert once.value(table) == pytest.approx(each.value(table), abs=1e-10)


@settings(max_examples=20)
@given(st.floats(0.01, 1000))
def test_the_unit_of_money_and_the_scale_of_weights_change_no_order(money: float) -> None:
    table, welfare, weight, village = country(100)
    one = linear(table, asked(table), welfare, village=village, weight=weight)
    other = linear(table, asked(table), money * welfare, village=village, weight=money * weight)
    assert other.value(table) - one.value(table) == pytest.approx(np.log(money), abs=1e-9)


def test_the_same_every_time() -> None:
    table, welfare, weight, village = country()
    for fit in (lambda: linear(table, asked(table), welfare, village=village, weight=weight),
                lambda: logistic(table, asked(table), welfare < 1000, village=village, weight=weight)):  # fmt: skip
        assert fit().value(table).tobytes() == fit().value(table).tobytes()


def test_out_of_fold_values_come_from_tests_that_have_not_seen_the_village() -> None:
    table, welfare, weight, village = country()
    made = folds(np.arange(600), village, k=5, seed=1)

    def fit(rows: np.ndarray) -> Proxy:
        return linear(part(table, rows), asked(table), welfare[rows], village=village[rows], weight=weight[rows])

    found = out_of_fold(made, table, village, fit)
    for outside, inside in made:
        assert found[inside] == pytest.approx(fit(outside).value(part(table, inside)))
    assert np.corrcoef(found, np.log(welfare))[0, 1] > 0.6
    with pytest.raises(ValueError, match="reading a fold needs villages that the model has not seen"):
        out_of_fold(made, table, village, lambda rows: fit(np.ones(600, np.bool_)))


def test_answers_that_nobody_gave_are_named_and_have_no_effect() -> None:
    table, welfare, _, village = country()
    without = np.asarray(table["roof"]) != "concrete"
    found = linear(part(table, without), asked(table), welfare[without], village=village[without])
    assert found.unseen == (("roof", "concrete"),)
    assert found.effects[0][0] == 0.0  # concrete comes first


def test_an_unknown_answer_is_refused_when_scored() -> None:
    table, welfare, _, village = country()
    found = linear(table, asked(table), welfare, village=village)
    with pytest.raises(ValueError, match=r"does not know \('thatch'\)"):
        found.value({**table, "roof": np.array(["thatch", *["tile"] * 599])})


@pytest.mark.parametrize("bad", [0.0, -5.0, np.nan, np.inf])
def test_welfare_without_a_logarithm_is_refused(bad: float) -> None:
    table, welfare, _, village = country()
    with pytest.raises(Undefined, match="in 1 rows and has no logarithm"):
        linear(table, asked(table), [bad, *welfare[1:]], village=village)


@pytest.mark.parametrize(("poor", "who"), [(True, "everybody"), (False, "nobody")])
def test_nobody_or_everybody_poor_is_refused(poor: bool, who: str) -> None:
    table, _, _, village = country()
    with pytest.raises(Undefined, match=f"{who} is poor"):
        logistic(table, asked(table), np.full(600, poor), village=village)


def test_no_ridge_a_wrong_length_and_wrong_weights_are_refused() -> None:
    table, welfare, weight, village = country()
    with pytest.raises(ValueError, match="must be above zero"):
        linear(table, asked(table), welfare, village=village, ridge=0)
    with pytest.raises(ValueError, match="another length than the 599 rows"):
        linear(table, asked(table), welfare[:-1], village=village)
    with pytest.raises(ValueError, match="weights must be zero or more"):
        linear(table, asked(table), welfare, village=village, weight=-weight)
    with pytest.raises(ValueError, match="the village is missing in 1 rows"):
        linear(table, asked(table), welfare, village=[None, *village[1:].tolist()])


def test_a_linear_test_states_no_probability() -> None:
    table, welfare, _, village = country()
    with pytest.raises(Undefined, match="guesses welfare, not a probability"):
        linear(table, asked(table), welfare, village=village).probability(table)


@pytest.mark.skipif(importlib.util.find_spec("lightgbm") is not None, reason="LightGBM is installed")
def test_boosting_says_what_it_needs() -> None:
    table, welfare, _, village = country()
    with pytest.raises(ValueError, match=r"needs LightGBM, which is not installed: pip install 'mingbai\[boosting\]'"):
        boosting(table, asked(table), welfare, village=village)


def test_boosting_is_one_effect_an_answer_and_the_same_every_time() -> None:
    engine = pytest.importorskip("lightgbm")
    table, welfare, weight, village = country()
    one = boosting(table, asked(table), welfare, village=village, weight=weight, seed=3)
    assert (
        one.value(table).tobytes()
        == boosting(table, asked(table), welfare, village=village, weight=weight, seed=3).value(table).tobytes()
    )
    asked_for = {"objective": "l2", "num_leaves": 2, "learning_rate": 0.1, "seed": 3, "deterministic": True,
                 "force_row_wise": True, "num_threads": 1, "verbosity": -1, "min_data_in_leaf": 5,
                 "feature_pre_filter": False, "enable_bundle": False}  # fmt: skip
    data = engine.Dataset(ones(table), np.log(welfare), weight=weight / weight.mean())
    trees = engine.train(asked_for, data, num_boost_round=300)
    assert one.value(table) == pytest.approx(trees.predict(ones(table)), abs=1e-9)


def test_scikit_learn_and_lightgbm_are_not_loaded_with_the_library() -> None:
    program = (
        "import sys\n"
        "from mingbai.oversight.poverty.targeting import proxy_means, points, calibration, conformal\n"
        "from mingbai.oversight.poverty.targeting import village_effects, fairness\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'sklearn', 'lightgbm', 'django', 'pandas'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_missing_answer_may_be_an_answer_of_its_own() -> None:
    table, welfare, _, village = country()
    roof = np.where(np.arange(600) % 7 == 0, None, np.asarray(table["roof"], object))
    own = questions_of({"roof": roof}, ["roof"], missing_apart=True)
    found = linear({"roof": roof}, own, welfare, village=village)
    assert own[0].answers[-1] == Answer("没有回答 not answered", values=(None,))
    assert found.value({"roof": np.array([None], object)})[0] == pytest.approx(found.intercept + found.effects[0][-1])
