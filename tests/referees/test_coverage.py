"""Intervals cover the truth of a known census as often as they say; naive ones do not."""

import pytest

from referees import coverage

SURVEYS = 300
# Three standard errors of a share of 95 % among 300 are 3.8 points.
BAND = (91.2, 98.8)


@pytest.fixture(scope="module")
def scores() -> dict[str, tuple[coverage.Score, coverage.Score]]:
    return {name: (known, naive) for name, known, naive in coverage.scores(SURVEYS, seed=7)}


@pytest.mark.parametrize("measure", ["headcount", "gap", "severity", "watts", "sen", "sst", "H", "A", "M0", "mean"])
def test_design_based_intervals_cover(scores: dict[str, tuple[coverage.Score, coverage.Score]], measure: str) -> None:
    known, naive = scores[measure]
    assert BAND[0] <= known.covered <= BAND[1]
    assert naive.covered < known.covered - 5
    assert naive.width < known.width
