"""Means and ratios as PyPI's svy finds them, with their errors and intervals: a second referee, asked live."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl

from referees.figures import Found
from referees.sample import INDICATORS, columns

MEANS = ("headcount", "gap", "severity", "H", "M0", *(f"{kind}:{name}" for kind in ("censored", "uncensored")
         for name in INDICATORS))  # fmt: skip
RULES = {"certainty": "skip", "centre": "center", "average": "scale"}
"""Our words for a stratum of one cluster, and svy's."""


def table() -> pl.DataFrame:
    """The sample with what svy takes means of, reckoned here anew: in sixths, so that the cut-off is exact."""
    x = columns()
    sixths = {name: int(6 * Fraction(weight)) for name, weight in INDICATORS.items()}
    score = np.add.reduce([x[name] * weight for name, weight in sixths.items()])
    poor, below = score >= 2, x["y"] < x["z"]
    gap = np.where(below, 1 - x["y"] / x["z"], 0.0)
    found = {name: column for name, column in x.items() if name not in INDICATORS}
    found |= {"headcount": below.astype(float), "gap": gap, "severity": gap**2, "H": poor.astype(float),
              "M0": poor * score / 6}  # fmt: skip
    found |= {f"uncensored:{name}": x[name].astype(float) for name in INDICATORS}
    found |= {f"censored:{name}": x[name] * poor.astype(float) for name in INDICATORS}
    found |= {f"part:{name}": x[name] * poor * weight / 6 for name, weight in sixths.items()}
    return pl.DataFrame(found)


def designs() -> dict[str, Any]:
    """By our name for it."""
    import svy

    found = {
        "strata+clusters": svy.Design(stratum="stratum", psu="psu", wgt="w"),
        "strata+clusters+fpc": svy.Design(stratum="stratum", psu="psu", wgt="w", pop_size="fpc"),
        "clusters": svy.Design(psu="psu", wgt="w"),
    }
    found |= {f"lonely:{ours}": svy.Design(stratum="alone", psu="psu", wgt="w", singleton=theirs)
              for ours, theirs in RULES.items()}  # fmt: skip
    return found


def figures() -> Iterator[Found]:
    """All of them, in the shape of a referee's committed figures."""
    import svy

    data = table()
    for name, design in designs().items():
        sample = svy.Sample(data, design)
        for by in ("", "region", "kind", "size") if name == "strata+clusters" else ("",):
            asked = {"by": by} if by else {}
            for measure in MEANS:
                yield from _told(sample.estimation.mean(measure, **asked), "mean", name, measure, by)
            yield from _told(sample.estimation.ratio("M0", "H", **asked), "ratio", name, "A", by)
            for k in INDICATORS:
                told = sample.estimation.ratio(f"part:{k}", "M0", **asked)
                yield from _told(told, "ratio", name, f"contribution:{k}", by)


def _told(estimate: Any, call: str, design: str, measure: str, by: str) -> Iterator[Found]:
    for one in estimate.estimates:
        numbers = {"value": one.est, "se": one.se, "lower": one.lci, "upper": one.uci}
        numbers = {what: number for what, number in numbers.items() if number is not None and not np.isnan(number)}
        yield Found("svy", call, "sample", design, measure, by, str(one.by_level[0]) if by else "", numbers)
