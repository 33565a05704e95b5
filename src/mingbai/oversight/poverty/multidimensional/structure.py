"""Dimensions, indicators and their weights, as exact numbers: who is poor is decided in integers.

Alkire and Foster (2011), Counting and multidimensional poverty measurement, Journal of Public Economics 95, section 3:
a person's deprivation score is the sum of the weights of the indicators in which they are deprived, and whoever scores
the cut-off k or more is poor ("at or above", unlike an income line). A sum of sixths in floating point misses 1/2 or
1/3 by the last bit and turns poor people into non-poor ones; so weights are Fractions over a common denominator, scores
are sums of integers, and the cut-off is compared as an integer.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil, lcm
from typing import TypeAlias

Weight: TypeAlias = Fraction | int | str | Decimal | float
Level: TypeAlias = Mapping[str, "Weight | Level | tuple[Weight, Level | list[str]] | list[str] | None"]
"""Names of one level with what stands under each: a weight or None (an indicator), a level or a list of names (a
dimension), or a weight and a level (a dimension with its weight). In one level either all have weights or none."""

DIGITS = 6
"""A float with more decimals than this is a rounded fraction, and is refused."""


@dataclass(frozen=True)
class Branch:
    """A dimension, or an indicator where nothing is `inside`. weight: its share of the level that it stands in."""

    name: str
    weight: Fraction
    inside: tuple["Branch", ...] = ()

    def leaves(self) -> Iterator[str]:
        """The names of the indicators in it."""
        if not self.inside:
            yield self.name
        for branch in self.inside:
            yield from branch.leaves()


@dataclass(frozen=True)
class Structure:
    """Dimensions and indicators in any nesting. Made by `Structure.of`."""

    branches: tuple[Branch, ...]

    @classmethod
    def of(cls, weights: "Weights") -> "Structure":
        """The structure of nested names, such as {"health": ["nutrition", "mortality"], "school": ["years"]}, or of
        weights, such as {"nutrition": "1/6", "mortality": "1/6", "years": Fraction(2, 3)}; see `Level`.

        Without weights the parts of a level weigh the same. A ValueError where a level's weights do not add up to one
        exactly, only some of its parts have one, a weight is not above zero, or an indicator appears twice.
        """
        if isinstance(weights, Structure):
            return weights
        found = cls(_level(weights, "the measure"))
        names = [name for branch in found.branches for name in branch.leaves()]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"an indicator appears twice: {', '.join(twice)}")
        return found

    @cached_property
    def weights(self) -> dict[str, Fraction]:
        """Each indicator's share of the whole, in order; they add up to one."""
        return _spread(self.branches, None, Fraction(1))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.weights)

    @cached_property
    def dimensions(self) -> dict[str, tuple[str, ...]]:
        """The indicators of each part of the first level; an indicator that stands there alone is its own."""
        return {branch.name: tuple(branch.leaves()) for branch in self.branches}

    def among(self, known: Collection[str]) -> dict[str, Fraction]:
        """Weights when only some indicators are known: what is unknown gives its weight to the others of its own
        dimension, and a dimension of which nothing is known to the others of its level. Empty if nothing is known.
        """
        return _spread(self.branches, set(known), Fraction(1))


Weights: TypeAlias = Structure | Level


def points(weights: Mapping[str, Fraction]) -> tuple[dict[str, int], int]:
    """Weights as integers over their least common denominator, and that denominator."""
    whole = lcm(*(weight.denominator for weight in weights.values()))
    return {name: int(weight * whole) for name, weight in weights.items()}, whole


def needed(cutoff: Fraction, whole: int) -> int:
    """The least integer score, out of `whole`, that is at or above the cut-off."""
    return ceil(cutoff * whole)


def cutoff_of(value: Weight) -> Fraction:
    """The poverty cut-off as a share of all weights, above zero and at most one; else a ValueError."""
    cutoff = exact(value, "the cut-off")
    if not 0 < cutoff <= 1:
        raise ValueError(f"the cut-off is {cutoff}, but must be above 0 and at most 1")
    return cutoff


def union(structure: Structure) -> Fraction:
    """The cut-off by which any one deprivation makes poor: the least weight."""
    return min(structure.weights.values())


def exact(value: Weight, what: str) -> Fraction:
    """A number as a Fraction: "1/6", Fraction(1, 6), 1, Decimal("0.2") or 0.2 (a float is what it prints as).

    A ValueError for a float of more than six decimals: it was a fraction once, and which side of a tie it fell on
    nobody can tell; or for what is not a number.
    """
    try:
        if isinstance(value, float):
            found = Fraction(repr(float(value)))
            if (found * 10**DIGITS).denominator != 1:
                raise ValueError(f"{what} is {float(value)!r}, a rounded number: write it as a fraction, such as '1/3'")
            return found
        return Fraction(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
        if "rounded" in str(error):
            raise
        raise ValueError(f"{what} is {value!r}, which is not a number") from None


def _level(level: Level, where: str) -> tuple[Branch, ...]:
    if not level:
        raise ValueError(f"{where} has no indicator")
    given: dict[str, Fraction] = {}
    inside: dict[str, tuple[Branch, ...]] = {}
    for name, part in level.items():
        under: Weight | Level | list[str] | None
        if isinstance(part, tuple):
            weight, under = part
            given[name] = exact(weight, f"the weight of {name}")
        else:
            under = part
        if isinstance(under, list):
            if len(set(under)) < len(under):
                raise ValueError(f"an indicator appears twice in {name}: {', '.join(under)}")
            under = dict.fromkeys(under)
        if isinstance(under, Mapping):
            inside[name] = _level(under, name)
        elif under is not None:
            given[name] = exact(under, f"the weight of {name}")
    shares = _shares(list(level), given, where)
    return tuple(Branch(name, shares[name], inside.get(name, ())) for name in level)


def _shares(names: list[str], given: Mapping[str, Fraction], where: str) -> dict[str, Fraction]:
    if not given:
        return dict.fromkeys(names, Fraction(1, len(names)))
    if without := [name for name in names if name not in given]:
        raise ValueError(f"in {where}, some parts have weights and others have none: {', '.join(without)}")
    if bad := [name for name in names if given[name] <= 0]:
        raise ValueError(f"a weight must be above zero: {', '.join(bad)}. Leave an indicator without weight out")
    if (total := sum(given.values())) != 1:
        raise ValueError(f"the weights of {where} add up to {total}, but must add up to 1")
    return dict(given)


def _spread(branches: tuple[Branch, ...], known: set[str] | None, share: Fraction) -> dict[str, Fraction]:
    """The indicators' weights when `share` is spread over branches; over those with anything known, if given."""
    living = [branch for branch in branches if known is None or not known.isdisjoint(branch.leaves())]
    total = sum((branch.weight for branch in living), Fraction(0))
    found: dict[str, Fraction] = {}
    for branch in living:
        part = share * branch.weight / total
        found |= _spread(branch.inside, known, part) if branch.inside else {branch.name: part}
    return found
