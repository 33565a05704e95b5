"""Multidimensional poverty of 1,000,000 households in 500 areas: ten indicators in five dimensions, with errors by
area.

`python measures_multidimensional.py WHICH` prints one line of JSON: the seconds of the step, data in memory. WHICH is
`ours` (22 measures), `ours_one` (one of them) or `svy` (the same one, the mean of an indicator by area), each followed
by `_rows` (rows drawn one by one) or `_villages` (50,000 villages drawn in 100 strata).
"""

import json
import os
import sys
import time
from typing import Any

import numpy as np

ROWS, AREAS, VILLAGES, STRATA = 1_000_000, 500, 50_000, 100
INDICATORS = tuple(f"i{j}" for j in range(10))
DIMENSIONS = {f"d{d}": [f"i{2 * d}", f"i{2 * d + 1}"] for d in range(5)}
MEASURES = (
    "H", "A", "M0", *(f"censored:{name}" for name in INDICATORS), *(f"contribution:{name}" for name in INDICATORS[:9])
)  # fmt: skip
ONE = "i3"
SEED = 20260630
MOST_SECONDS, MOST_GIB, TIMES = 1.5, 1.5, 50.0


def invented() -> dict[str, np.ndarray]:
    """A table of households: deprived the more often, the poorer the area."""
    chance = np.random.default_rng(SEED)
    village = np.sort(chance.integers(0, VILLAGES, ROWS))
    area = village // (VILLAGES // AREAS)
    prone = chance.uniform(0.3, 1.5, AREAS)[area]
    table = {name: chance.random(ROWS) < 0.05 * (1 + j) * prone for j, name in enumerate(INDICATORS)}
    stratum = village // (VILLAGES // STRATA)
    return table | {"area": area, "village": village, "stratum": stratum, "weight": chance.uniform(0.5, 3, ROWS)}


def ours(table: dict[str, np.ndarray], villages: bool, names: tuple[str, ...]) -> float:
    from mingbai.oversight.poverty.design import Design
    from mingbai.oversight.poverty.groups import Groups
    from mingbai.oversight.poverty.multidimensional.measures import measure

    began = time.perf_counter()
    drawn = {"strata": table["stratum"], "psu": table["village"]} if villages else {}
    design, groups = Design.of(ROWS, weight=table["weight"], **drawn), Groups.of(table["area"], ROWS)
    columns = {name: table[name] for name in INDICATORS}
    found = measure(columns, weights=DIMENSIONS, cutoff="1/3", design=design, groups=groups, names=names)
    assert all(len(one.value) == AREAS and np.isfinite(one.se).all() for one in found)
    return time.perf_counter() - began


def svys(table: dict[str, np.ndarray], villages: bool) -> float:
    os.environ.setdefault("SVYLAB_OFFLINE", "1")
    import polars as pl
    import svy

    frame = pl.DataFrame({name: table[name] for name in ("area", "village", "stratum", "weight")})
    frame = frame.with_columns(pl.Series(ONE, table[ONE].astype(np.float64)))
    began = time.perf_counter()
    design = svy.Design(stratum="stratum", psu="village", wgt="weight") if villages else svy.Design(wgt="weight")
    found = svy.Sample(frame, design).estimation.mean(ONE, by="area").to_polars(tidy=True)
    assert len(found) == AREAS
    return time.perf_counter() - began


def results(repeats: int = 3) -> list[dict[str, Any]]:
    """Lines for the table: what, ours, theirs, bound, kept. svy takes minutes and runs once."""
    from measuring import in_turn, process, seconds

    rows = []
    for kind, said in (("rows", "rows drawn one by one"), ("villages", "50,000 villages in 100 strata")):
        taken = in_turn(repeats, **{name: (__file__, f"{name}_{kind}") for name in ("ours", "ours_one")})
        all_of_them, one = seconds(taken["ours"]), seconds(taken["ours_one"])
        theirs = process(__file__, f"svy_{kind}").seconds
        peak = max(timing.peak for timing in taken["ours"]) / (1 << 30)
        rows += [
            {
                "what": "multidimensional, 1,000,000 households, 10 indicators, 22 measures × 500 areas, errors; "
                f"{said}",
                "ours": f"{all_of_them:.2f} s", "theirs": "", "bound": f"≤ {MOST_SECONDS} s",
                "kept": all_of_them <= MOST_SECONDS,
            },
            {
                "what": f"the same, memory of the whole process; {said}", "ours": f"{peak:.2f} GiB", "theirs": "",
                "bound": f"≤ {MOST_GIB} GiB", "kept": peak <= MOST_GIB,
            },
            {
                "what": f"mean of one indicator × 500 areas, errors; {said}", "ours": f"{one:.2f} s",
                "theirs": f"svy {theirs:.1f} s ({theirs / one:.0f} ×)", "bound": f"≥ {TIMES:g} ×",
                "kept": theirs >= TIMES * one,
            },
        ]  # fmt: skip
    return rows


def main(which: str) -> None:
    who, _, kind = which.rpartition("_")
    table, villages = invented(), kind == "villages"
    if who == "svy":
        taken = svys(table, villages)
    else:
        taken = ours(table, villages, MEASURES if who == "ours" else (f"uncensored:{ONE}",))
    print(json.dumps({"seconds": taken}))


if __name__ == "__main__":
    main(sys.argv[1]) if len(sys.argv) > 1 else print(json.dumps(results(), indent=1))
