"""What the referees found, and what we find for the same question."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from mingbai.oversight.poverty.design import Design, Lonely
from mingbai.oversight.poverty.estimates import Estimate
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.measures import measure
from mingbai.oversight.poverty.multidimensional import measures as multidimensional_measures
from mingbai.oversight.poverty.welfare import Welfare
from referees.sample import CUTOFF, INDICATORS, Columns, columns

HERE = Path(__file__).parent
COMMITTED = HERE / "numbers.json"
EUSILC = HERE.parents[1] / "examples" / "out" / "eusilc.csv"
WHATS = ("value", "se", "lower", "upper")
QUESTION = ("referee", "call", "data", "design", "measure", "by", "group")
TOLERANCE = {"survey": 1e-9, "svy": 1e-9, "laeken": 1e-9, "formula": 1e-9, "derivative": 1e-6, "jackknife": 0.01}
"""How far we may be from a referee, relatively. Numerical derivatives know no more digits; a jackknife is another
estimator of the same error, equal only where the measure is a straight line in the weights."""

MET = ("geo_01", "geo_03")
"""Regions of equal weights whose poorest fifth ends exactly between two households."""


@dataclass(frozen=True)
class Found:
    """One figure of a referee: its call, the question, and the numbers it gave, by `WHATS`."""

    referee: str
    call: str
    data: str
    design: str
    measure: str
    by: str
    group: str
    numbers: dict[str, float]


def convention(one: Found) -> str:
    """Why a referee differs, where it is known; else nothing."""
    if one.referee == "laeken" and one.measure == "qsr" and one.group in MET:
        return (
            "where a fifth of the weights ends exactly between two incomes, laeken's quantile is the upper of them, "
            "ours their mean: one household more or less at each end"
        )
    if (one.referee, one.measure, one.group) == ("survey", "quantile0.2", "geo_03"):
        return (
            "the same tie: R's sum of equal weights falls short of the fifth by its last bit and takes the next income"
        )
    return ""


def gathered(files: Iterable[Path]) -> list[Found]:
    """The figures in the R scripts' files; the numbers of one question stand together."""
    found: dict[tuple[str, ...], dict[str, float]] = {}
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                found.setdefault(tuple(row[key] for key in QUESTION), {})[row["what"]] = float(row["number"])
    return [Found(*question, numbers) for question, numbers in found.items()]


def commit(made_with: str, found: Iterable[Found]) -> None:
    """Writes numbers.json: one line a figure."""
    lines = [json.dumps([*(getattr(one, key) for key in QUESTION), one.numbers], ensure_ascii=False) for one in found]
    head = json.dumps(made_with)
    COMMITTED.write_text(f'{{"made_with": {head},\n"found": [\n' + ",\n".join(lines) + "\n]}\n", "utf-8")


def committed() -> tuple[str, list[Found]]:
    """What the referees were, and their figures."""
    held = json.loads(COMMITTED.read_text("utf-8"))
    return held["made_with"], [Found(*line) for line in held["found"]]


def eusilc() -> Columns:
    """laeken's EU-SILC data, as `make referees` exported it; it is not ours to hand on. FileNotFoundError without."""
    with EUSILC.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {
        "y": np.array([float(row["eqIncome"]) for row in rows]),
        "w": np.array([float(row["rb050"]) for row in rows]),
        "db040": np.array([row["db040"] for row in rows]),
    }


def _design(table: Columns, name: str) -> Design:
    rows = len(table["w"])
    parts = name.split("+")
    lonely: Lonely = "refuse"
    if name.startswith("lonely:"):
        parts = ["lonely", "clusters"]
        lonely = name.removeprefix("lonely:")  # type: ignore[assignment]
    strata = table["alone"] if "lonely" in parts else table["stratum"] if "strata" in parts else None
    return Design.of(rows, weight=table["w"], strata=strata, psu=table["psu"] if "clusters" in parts else None,
                     fpc=table["fpc"] if "fpc" in parts else None, lonely=lonely)  # fmt: skip


def _line(data: str, table: Columns) -> Any:
    """On the referees' own lines; with laeken 60 % of the median."""
    whole = Welfare.of(table["y"], weight=table["w"], groups=Groups.everybody(len(table["w"])))
    return float(measure(whole, ["arpt"], Design.of(len(table["w"]), weight=table["w"]), errors=False)[0].value[0])


@cache
def _table(data: str) -> Columns:
    return columns() if data == "sample" else eusilc()


@cache
def _of_group(data: str, design_name: str, by: str, relative: bool) -> tuple[Welfare, Design]:
    table = _table(data)
    design = _design(table, design_name)
    groups = Groups.of(table[by] if by else None, design.rows)
    line = _line(data, table) if relative else table["z"]
    return Welfare.of(table["y"], weight=design.weight, groups=groups, line=line), design


@cache
def _ours(data: str, design_name: str, by: str, name: str, relative: bool) -> dict[str, Estimate]:
    welfare, design = _of_group(data, design_name, by, relative)
    if name in ("H", "A", "M0") or ":" in name:
        table = _table(data)
        found = multidimensional_measures.measure(
            {indicator: table[indicator] for indicator in INDICATORS},
            weights={indicator: Fraction(weight) for indicator, weight in INDICATORS.items()},
            cutoff=Fraction(CUTOFF), design=design, groups=welfare.groups, names=[name],
        )  # fmt: skip
    else:
        found = measure(welfare, [name], design)
    return {"" if one.group is None else str(one.group): one for one in found[0]}


def ours(of: Found) -> Estimate:
    """Our answer to the same question."""
    return _ours(of.data, of.design, of.by, of.measure, of.referee == "laeken")[of.group]


def compared(found: Iterable[Found]) -> Iterator[tuple[Found, str, float, float, float]]:
    """Each number: what it is, theirs, ours, and how far apart, relatively."""
    for one in found:
        mine = ours(one)
        for what, theirs in one.numbers.items():
            own = float(getattr(mine, what))
            yield one, what, theirs, own, abs(own - theirs) / max(abs(theirs), 1e-12) if own != theirs else 0.0
