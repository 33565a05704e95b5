"""Who bears the errors: exclusion and inclusion by household size, age and sex of the head, or anything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.estimates import Estimate, estimated
from mingbai.oversight.poverty.groups import Floats, Groups
from mingbai.oversight.poverty.targeting.rates import Targeting, WhereNone, measured


@dataclass(frozen=True)
class Row:
    """One group's error. apart: how far it lies from that of everybody, with the standard error of that difference
    (both come from the same sample, so it is not that of independent figures).
    """

    by: str
    definition: str
    error: Estimate
    apart: float
    apart_se: float


def errors_by(
    of: Targeting, by: Mapping[str, "Groups | ArrayLike"], design: Design, *,
    names: Sequence[str] = ("exclusion", "inclusion"), level: float = 0.95, where_none: WhereNone = "refuse",
) -> list[Row]:  # fmt: skip
    """The named measures by each characteristic in turn, and how far each group lies from everybody.

    by: a column, or `Groups` (such as `banded` gives), by its name. The groups of `of` are not looked at.
    """
    rows = len(of.weight)
    found = []
    everybody = Groups.everybody(rows)
    whole = replace(of, groups=everybody)
    all_together = design.over(everybody)
    for name in names:
        _, overall = measured(whole, name, where_none)
        common = overall.scores()
        for title, column in by.items():
            groups = column if isinstance(column, Groups) else Groups.of(column, rows)
            definition, point = measured(replace(of, groups=groups), name, where_none)
            scores = point.scores()
            estimates = estimated(name, design.over(groups), point.value, scores, level)
            for code, estimate in enumerate(estimates):
                own: Floats = np.where(groups.codes == code, scores, 0.0)
                se = float(np.sqrt(all_together.variance(own - common)[0]))
                found.append(Row(title, definition, estimate, estimate.value - float(overall.value[0]), se))
    return found


def banded(values: ArrayLike, edges: Sequence[float]) -> Groups:
    """Groups by bands of a number: below the first edge, from each edge up to the next, from the last edge on.

    Named in words that people read, in order; bands without a row are left out. Missing values are refused.
    """
    numbers = np.asarray(values, np.float64)
    if numbers.ndim != 1 or np.isnan(numbers).any():
        raise ValueError(f"a number is missing in {int(np.isnan(numbers).sum())} rows: bands need one in each row")
    if not len(edges) or (np.diff(edges) <= 0).any():
        raise ValueError("the edges of the bands must be given in ascending order")
    labels = [
        f"< {edges[0]:g}",
        *(f"{a:g} - < {b:g}" for a, b in pairwise(edges)),
        f">= {edges[-1]:g}",
    ]
    used, codes = np.unique(np.searchsorted(np.asarray(edges), numbers, side="right"), return_inverse=True)
    return Groups(codes.astype(np.intp), tuple(labels[u] for u in used.tolist()))
