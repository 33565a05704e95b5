"""The village effect: against the published example, against brute force, where it helps and where it must not harm."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.targeting.scorecards import Table, questions_of
from mingbai.oversight.poverty.targeting.village_effects import Nested, neighbours, nested
from mingbai.oversight.poverty.welfare import Undefined

# Battese, Harter and Fuller (1988), table 1: county, hectares of corn, pixels of corn and of soybeans in 37 segments;
# below hectares of soybeans. As they did, the second segment of Hardin (county 12) is left out.
CORN = np.array("""
1 165.76 374 55|2 96.32 209 218|3 76.08 253 250|4 185.35 432 96|4 116.43 367 178|5 162.08 361 137|5 152.04 288 206
5 161.75 369 165|6 92.88 206 218|6 149.94 316 221|6 64.75 145 338|7 127.07 355 128|7 133.55 295 147|7 77.70 223 204
8 206.39 459 77|8 108.33 290 217|8 118.17 307 258|9 99.96 252 303|9 140.43 293 221|9 98.95 206 222|9 131.04 302 274
10 114.12 313 190|10 100.60 246 270|10 127.88 353 172|10 116.90 271 228|10 87.41 237 297|11 93.48 221 167
11 121.00 369 191|11 109.91 343 249|11 122.66 342 182|11 104.21 294 179|12 88.59 220 262|12 165.35 355 160
12 104.00 261 221|12 88.63 187 345
12 153.70 350 190""".replace("|", "\n").split(), np.float64).reshape(-1, 4)  # fmt: skip

SOY = np.array("""8.09 106.03 103.60 6.47 63.82 43.50 71.43 42.49 105.26 76.49 174.34 95.67 76.57 93.48 37.84 131.12
124.44 144.15 103.60 88.59 115.58 99.15 124.56 110.88 109.14 143.66 91.05 132.33 143.14 104.13 118.57 102.59 69.28
99.15 143.66 94.49""".split(), np.float64)  # fmt: skip


def test_the_published_example() -> None:
    """Corn and soybeans, p. 33: to the digits printed by R's lme4 (as in the help page of agridat's battese.survey)."""
    x = np.column_stack([np.ones(36), CORN[:, 2:]])
    corn = nested(x, CORN[:, 1], Groups.of(CORN[:, 0], 36))
    assert corn.b == pytest.approx([51.0703979, 0.3287217, -0.1345684], rel=1e-6)
    assert (round(corn.between), round(corn.within, 1)) == (140, 147.3)
    soy = nested(x, SOY, Groups.of(CORN[:, 0], 36))
    assert soy.b == pytest.approx([-15.59027098, 0.02717639, 0.49439320], rel=1e-5)
    assert (round(soy.between, 1), round(soy.within, 1)) == (247.5, 190.5)


def test_columns_that_add_up_to_others_change_no_guess() -> None:
    x = np.column_stack([np.ones(36), CORN[:, 2:]])
    more = np.column_stack([x, x[:, 1] + 2 * x[:, 2]])
    village = Groups.of(CORN[:, 0], 36)
    one, other = nested(x, CORN[:, 1], village), nested(more, CORN[:, 1], village)
    assert more @ other.b == pytest.approx(x @ one.b) and other.between == pytest.approx(one.between)


def test_it_is_where_the_restricted_likelihood_is_highest() -> None:
    """Against the likelihood written out with full matrices, on a grid about what was found."""
    x, y, village = np.column_stack([np.ones(36), CORN[:, 2:]]), CORN[:, 1], CORN[:, 0]
    found = nested(x, y, Groups.of(village, 36))

    def likelihood(between: float, within: float) -> float:
        v = within * np.eye(36) + between * (village[:, None] == village)
        inverse = np.linalg.inv(v)
        b = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
        parts = [np.linalg.slogdet(v)[1], np.linalg.slogdet(x.T @ inverse @ x)[1], (y - x @ b) @ inverse @ (y - x @ b)]
        return -float(sum(parts)) / 2

    best = likelihood(found.between, found.within)
    for step in (0.9, 0.99, 0.999, 1.001, 1.01, 1.1):
        assert likelihood(found.between * step, found.within) < best > likelihood(found.between, found.within * step)


def test_in_balanced_data_it_is_the_analysis_of_variance() -> None:
    chance = np.random.default_rng(1)
    y = chance.normal(0, 2, 12)[:, None] + chance.normal(5, 1, (12, 7))
    found = nested(np.ones((84, 1)), y.ravel(), Groups.of(np.repeat(np.arange(12), 7), 84))
    within = y.var(axis=1, ddof=1).mean()
    assert found.within == pytest.approx(within)
    assert found.between == pytest.approx(y.mean(axis=1).var(ddof=1) - within / 7)
    assert found.b[0] == pytest.approx(y.mean())


def test_estimates_are_near_the_truth_on_unbalanced_data() -> None:
    """The mean over 400 draws, within three errors and a hundredth."""
    chance = np.random.default_rng(2)
    village = np.repeat(np.arange(15), chance.integers(2, 12, 15))
    x = np.column_stack([np.ones(len(village)), chance.normal(0, 1, len(village)) + 0.1 * village])
    found = []
    for _ in range(400):
        y = x @ [1, 2] + chance.normal(0, 1.5, 15)[village] + chance.normal(0, 1, len(village))
        one = nested(x, y, Groups.of(village, len(y)))
        found.append([*one.b, one.between, one.within])
    mean, error = np.mean(found, axis=0), np.std(found, axis=0) / 20
    assert (np.abs(mean - [1, 2, 2.25, 1]) < 3 * error + 0.01).all()


@given(st.integers(0, 10_000))
def test_a_household_never_tells_of_itself(seed: int) -> None:
    """Changing one household's own welfare changes every neighbour's effect, and not its own."""
    chance = np.random.default_rng(seed)
    village = Groups.of(np.repeat([0, 1, 2], [4, 3, 2]), 9)
    known = chance.random(9) < 0.7
    model = Nested(np.zeros(1), 0.5, 1.0)
    residual = chance.normal(0, 1, 9)
    before, left = model.effects(np.where(known, residual, np.nan), village, known)
    for row in range(9):
        others = known & (village.codes == village.codes[row]) & (np.arange(9) != row)
        m = int(others.sum())
        assert before[row] == pytest.approx(0.5 / (0.5 + 1 / m) * residual[others].mean() if m else 0.0)
        assert left[row] == pytest.approx(1.0 + 0.5 * (1 - (0.5 / (0.5 + 1 / m) if m else 0)))
        moved = residual.copy()
        moved[row] += 100
        assert model.effects(moved, village, known)[0][row] == pytest.approx(before[row], abs=1e-10)


def made(between: float, seed: int = 3) -> tuple[Table, np.ndarray, np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    village = np.repeat(np.arange(80), 25)
    table = {"roof": chance.choice(["straw", "tile", "concrete"], 2000)}
    y = 7 + 0.4 * (table["roof"] == "tile") + chance.normal(0, between, 80)[village] + chance.normal(0, 0.4, 2000)
    return table, y, y < np.quantile(y, 0.2), village


def test_neighbours_help_where_villages_differ() -> None:
    table, y, poor, village = made(between=0.5)
    gains = neighbours(
        table, questions_of(table, ["roof"]), y, poor, household=np.arange(2000), village=village, k=5,
        known=[0, 1, 2, 5, 10], seed=1,
    )  # fmt: skip
    assert [g.known for g in gains] == [0, 1, 2, 5, 10] and {g.n for g in gains} == {80 * 15}
    errors = [g.error for g in gains]
    assert errors == sorted(errors, reverse=True) and errors[-1] < 0.75 * errors[0]
    assert gains[-1].missed < gains[0].missed - 0.1
    # With everything known the error is that of a household about its village.
    assert errors[-1] == pytest.approx(np.sqrt(0.16 + 0.25 * (1 - 0.25 / (0.25 + 0.016))), rel=0.05)
    assert gains[0].steady == pytest.approx(0.25 / 0.41, abs=0.08)


@pytest.mark.parametrize("seed", range(5))
def test_neighbours_do_no_harm_where_villages_do_not_differ(seed: int) -> None:
    table, y, poor, village = made(between=0.0, seed=seed)
    gains = neighbours(
        table, questions_of(table, ["roof"]), y, poor, household=np.arange(2000), village=village, k=5,
        known=[0, 2, 10], seed=1,
    )  # fmt: skip
    assert max(g.error for g in gains) <= gains[0].error * 1.005
    assert gains[0].steady < 0.02


def test_neighbours_help_in_the_census(census: pl.DataFrame) -> None:
    columns = ["hhsize", "rooms", "electricity", "toilet"]
    table = {name: census[name].to_numpy() for name in columns}
    asked = questions_of(table, columns, bands={"hhsize": [2, 3, 4, 5, 6, 8], "rooms": [2, 3, 4, 6]})
    y = np.log(census["pc_exp"].to_numpy())
    poor = y < np.quantile(y, 0.2)
    ask = {
        "household": census["hid"].to_numpy(),
        "village": census["ea"].to_numpy(),
        "k": 5,
        "known": [0, 5, 20],
        "seed": 1,
    }
    gains = neighbours(table, asked, y, poor, **ask)
    assert gains[0].r2 < gains[1].r2 < gains[2].r2 and gains[0].missed > gains[1].missed > gains[2].missed
    again = neighbours(table, asked, y, poor, **ask)
    assert gains == again
    alone = neighbours({}, [], y, poor, **ask)
    assert alone[0].r2 < 0.02 and alone[2].r2 > 0.4  # twenty incomes in the village, and not one answer


def test_too_little_to_go_by_is_refused() -> None:
    with pytest.raises(Undefined, match="3 households in 3 villages are too few"):
        nested(np.ones((3, 1)), np.arange(3.0), Groups.of([1, 2, 3], 3))
    with pytest.raises(Undefined, match="in 1 villages are too few"):
        nested(np.ones((3, 1)), np.arange(3.0), Groups.of([1, 1, 1], 3))


def test_small_villages_several_rows_and_nobody_poor_are_refused() -> None:
    table, y, poor, village = made(between=0.3)
    asked = questions_of(table, ["roof"])
    home = np.arange(2000)
    with pytest.raises(ValueError, match="village 0 has 25 households, too few to know 25"):
        neighbours(table, asked, y, poor, household=home, village=village, k=5, known=[0, 25], seed=1)
    with pytest.raises(ValueError, match="a household has several rows"):
        neighbours(table, asked, y, poor, household=home // 2, village=village, k=5, known=[0], seed=1)
    with pytest.raises(Undefined, match="nobody or everybody is poor"):
        neighbours(table, asked, y, y < -99, household=home, village=village, k=5, known=[0], seed=1)
    with pytest.raises(ValueError, match="the village is missing in 1 rows"):
        neighbours(table, asked, y, poor, household=home, village=[None, *village[1:].tolist()], k=5, known=[0], seed=1)
