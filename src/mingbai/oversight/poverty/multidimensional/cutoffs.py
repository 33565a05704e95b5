"""How much hangs on the cut-off, and on what is not known: a table by cut-off, and bounds for missing answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from numpy.typing import ArrayLike

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.estimates import Estimates
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.multidimensional.measures import Multidimensional, estimates
from mingbai.oversight.poverty.multidimensional.patterns import Deprivations, Missing
from mingbai.oversight.poverty.multidimensional.structure import Structure, Weight, Weights, cutoff_of

MOST = 200
"""A table of more cut-offs than this is refused: nobody reads it, and it was not meant."""
GROWING = ("H", "M0", "censored", "uncensored")
"""Measures that can only grow when one more deprivation is found: those that have bounds."""


def by_cutoff(
    deprivations: Mapping[str, ArrayLike], *, weights: Weights, design: Design, groups: Groups,
    cutoffs: Sequence[Weight] | None = None, names: Sequence[str] = ("H", "A", "M0"), missing: Missing = "refuse",
    level: float = 0.95, errors: bool = True,
) -> dict[Fraction, list[Estimates]]:  # fmt: skip
    """The measures at each cut-off; None for every score that occurs, the only cut-offs that make a difference.

    Alkire and Foster (2011), section 7. A ValueError where more than 200 scores occur: name some cut-offs then.
    """
    held = Deprivations.of(deprivations, weights, missing=missing)
    wanted = held.scores() if cutoffs is None else [cutoff_of(cutoff) for cutoff in cutoffs]
    if len(wanted) > MOST:
        raise ValueError(f"{len(wanted)} different scores occur, more than {MOST}: name the cut-offs that you want")
    found = {}
    for cutoff in wanted:
        of = Multidimensional(held, cutoff)
        found[cutoff] = estimates(of, names, design, groups, level=level, errors=errors)
    return found


def bounds(
    deprivations: Mapping[str, ArrayLike], *, weights: Weights, cutoff: Weight, design: Design, groups: Groups,
    names: Sequence[str] = ("H", "M0"), level: float = 0.95, errors: bool = True,
) -> list[Estimates]:  # fmt: skip
    """Between what a measure can lie, whatever the missing answers are: "H:lowest" counts none of them as a
    deprivation, "H:highest" all (Manski 1989). No assumption is made, and nobody is dropped.

    A ValueError for a measure that does not only grow with deprivations (the intensity and the contributions).
    """
    if wrong := [name for name in names if name.partition(":")[0] not in GROWING]:
        raise ValueError(f"no bounds for {', '.join(wrong)}: they can fall when a deprivation is found")
    structure = Structure.of(weights)
    sides: dict[str, Missing] = {"lowest": "not_deprived", "highest": "deprived"}
    found: dict[str, list[Estimates]] = {}
    for side, rule in sides.items():
        of = Multidimensional.of(deprivations, weights=structure, cutoff=cutoff, missing=rule)
        found[side] = estimates(of, names, design, groups, level=level, errors=errors)
    pairs = zip(found["lowest"], found["highest"], strict=True)
    return [
        replace(one, measure=f"{one.measure}:{side}") for pair in pairs for side, one in zip(sides, pair, strict=True)
    ]
