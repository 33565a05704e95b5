"""The library as somebody uses it who uses nothing else of this house."""

import subprocess
import sys

import numpy as np
import pytest

from mingbai.oversight import poverty

INCOME = [800.0, 1200.0, 2500.0, 900.0, 3100.0, 700.0]


def test_a_figure_from_plain_lists() -> None:
    found = poverty.measured(INCOME, ["headcount", "gap"], line=1000, weight=[1, 1, 1, 2, 2, 1], by=list("aabbab"))
    assert {(row.measure, row.group): row.value for row in poverty.rows(found)} == pytest.approx(
        {
            ("headcount", "a"): 1 / 4, ("headcount", "b"): 3 / 4,
            ("gap", "a"): 0.2 / 4, ("gap", "b"): (2 * 0.1 + 0.3) / 4,
        }
    )  # fmt: skip


def test_columns_and_the_long_way_give_the_same() -> None:
    villages, strata = [1, 1, 2, 2, 3, 4], ["n", "n", "n", "n", "s", "s"]
    (short,) = poverty.measured(INCOME, ["gini"], psu=villages, strata=strata, fpc=[9] * 6)
    design = poverty.Design.of(6, psu=villages, strata=strata, fpc=[9] * 6)
    welfare = poverty.Welfare.of(INCOME, weight=design.weight, groups=poverty.Groups.everybody(6))
    (long,) = poverty.measure(welfare, ["gini"], design)
    assert (short.value, short.se) == (long.value, long.se)
    assert short.se > 0


def test_columns_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="6 rows"):
        poverty.measured(INCOME, ["gini"], weight=[1, 2])
    with pytest.raises(ValueError, match="welfare"):
        poverty.measured(np.ones((2, 3)), ["gini"])


def test_it_comes_without_the_rest_of_the_house() -> None:
    """Neither Django nor any other room is loaded, nor what only tables and proxy-means tests need."""
    script = (
        "import sys, mingbai.oversight.poverty\n"
        "names = sorted({'.'.join(n.split('.')[:3]) for n in sys.modules if n.startswith('mingbai.')})\n"
        "print(names, [n for n in ('django', 'sklearn', 'pandas', 'polars', 'duckdb') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['mingbai.oversight', 'mingbai.oversight.poverty'] []"
