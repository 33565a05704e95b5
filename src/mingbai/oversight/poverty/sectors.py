"""Change in poverty by sector: within sectors, by people moving between them, and both at once.

Ravallion and Huppi (1991), World Bank Economic Review 5(1). With n_s a sector's share of people and P_s its poverty,

    change = sum of n_s (P'_s - P_s)  +  sum of (n'_s - n_s) P_s  +  sum of (n'_s - n_s) (P'_s - P_s),

the dash for the second date: intrasectoral effect, population shift, interaction. The first date is the reference.
"""

from dataclasses import dataclass

import numpy as np

from mingbai.oversight.poverty.dates import Dates
from mingbai.oversight.poverty.estimates import Estimates
from mingbai.oversight.poverty.fgt import fgt
from mingbai.oversight.poverty.groups import Floats, Ints
from mingbai.oversight.poverty.welfare import Welfare


@dataclass(frozen=True)
class Sectors:
    """change = intrasectoral + shift + interaction, one row each, with errors under the designs of both dates.

    by_sector: what each sector adds to these three, shape (sectors, 3), in that order, and without errors.
    share_before, share_after, before, after: shape (sectors,).
    """

    change: Estimates
    intrasectoral: Estimates
    shift: Estimates
    interaction: Estimates
    names: tuple[object, ...]
    share_before: Floats
    share_after: Floats
    before: Floats
    after: Floats
    by_sector: Floats


def by_sector(dates: Dates, order: float, *, level: float = 0.95) -> Sectors:
    """The change of a Foster-Greer-Thorbecke measure by sector: the groups of both dates."""
    sides = (dates.before, dates.after)
    for side, when in zip(sides, ("first", "second"), strict=True):
        if lacking := [str(dates.groups.names[s]) for s in np.flatnonzero(np.isnan(side.total))]:
            raise ValueError(f"nobody is in sector {', '.join(lacking[:5])} at the {when} date: its poverty is unknown")
    points = tuple(fgt(side, order) for side in sides)
    old, new = (point.value for point in points)
    share_old, share_new = (side.total / side.total.sum() for side in sides)
    poorer, moved = new - old, share_new - share_old

    def estimate(name: str, value: Floats, before: Floats, after: Floats) -> Estimates:
        variance, freedom = dates.variance(before, after, whole=True)
        n: Ints = np.array([sum(len(side.weight) for side in sides)])
        return Estimates(name, (None,), value.sum(keepdims=True), np.sqrt(np.maximum(variance, 0)), freedom, n, level)

    each = {"intrasectoral": share_old * poorer, "shift": moved * old, "interaction": moved * poorer}
    scores = _scores(dates, (points[0].scores(), points[1].scores()), (share_old, moved), (old, poorer))
    whole = tuple(sum(pair[side] for pair in scores.values()) for side in (0, 1))
    total = share_new * new - share_old * old
    return Sectors(
        change=estimate("change", total, np.asarray(whole[0]), np.asarray(whole[1])),
        intrasectoral=estimate("intrasectoral", each["intrasectoral"], *scores["intrasectoral"]),
        shift=estimate("shift", each["shift"], *scores["shift"]),
        interaction=estimate("interaction", each["interaction"], *scores["interaction"]),
        names=dates.groups.names,
        share_before=share_old,
        share_after=share_new,
        before=old,
        after=new,
        by_sector=np.column_stack(list(each.values())),
    )


def _scores(
    dates: Dates, each: tuple[Floats, Floats], people: tuple[Floats, Floats], poverty: tuple[Floats, Floats]
) -> dict[str, tuple[Floats, Floats]]:
    """Scores by row of both dates: how each effect moves with the sectors' poverty, and with their shares.

    each: scores of both dates' poverty by sector. people, poverty: at the first date, and the difference.
    """
    share, moved = people
    old, poorer = poverty
    before, after = dates.before, dates.after
    first, second = before.groups.codes, after.groups.codes
    return {
        "intrasectoral": (_shares(before, poorer) - share[first] * each[0], share[second] * each[1]),
        "shift": (moved[first] * each[0] - _shares(before, old), _shares(after, old)),
        "interaction": (
            -moved[first] * each[0] - _shares(before, poorer),
            moved[second] * each[1] + _shares(after, poorer),
        ),
    }


def _shares(of: Welfare, factor: Floats) -> Floats:
    """Weighted scores of the sum of factor * share of people, over groups."""
    people = of.total.sum()
    mean = float((factor * of.total).sum() / people)
    return np.asarray(of.weight * (factor[of.groups.codes] - mean) / people, np.float64)
