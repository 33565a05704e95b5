"""两不愁三保障和饮水: two assurances, three guarantees and water, as a ready-made multidimensional measure.

For a person, a household or a village. The field reads it as a union: one guarantee unmet is a problem to solve, and
there is no trading one for another; so the cut-off is the union, and the share deprived in anything (H) is the field's
figure. How many of the six fail together (A, M0) is ours, and so are the weights: each of the six promises counts one
sixth, in the three parts that the name has (two assurances 2/6, three guarantees 3/6, water 1/6). "Not clear" is a
missing answer, and the rule for it must be named. Water is safe when it is enough, clean, near and there all year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.estimates import Estimates
from mingbai.oversight.poverty.groups import Floats, Groups, Ints
from mingbai.oversight.poverty.multidimensional.measures import measure
from mingbai.oversight.poverty.multidimensional.patterns import Missing
from mingbai.oversight.poverty.multidimensional.structure import Structure, union

Columns: TypeAlias = dict[str, Floats]
"""By item 1 (unmet), 0 (met, or not asked) or NaN (not known), each of shape (units,)."""

STRUCTURE = Structure.of(
    {
        "assurances": ("2/6", ["food", "clothing"]),
        "guarantees": ("3/6", ["schooling", "medical", "housing"]),
        "water": ("1/6", ["water"]),
    }
)
UNION = union(STRUCTURE)
"""One guarantee unmet is enough."""
WATER = ("water_quantity", "water_quality", "water_convenience", "water_assurance")
"""The four tests of water (T/CHES 18-2018); "water" itself may be said instead of them."""
OF_MEMBERS = ("schooling", "medical")
"""Said of each member; the other items are said of the household (its member is then "")."""
STATES = MappingProxyType({"met": 0.0, "unmet": 1.0, "unknown": float("nan")})


@dataclass(frozen=True)
class People:
    """Who there is: one row a member. pupil: whether compulsory schooling is asked of them.

    household, member, pupil: shape (members,); a member's id is unique within the household.
    """

    household: NDArray[Any]
    member: NDArray[Any]
    pupil: NDArray[np.bool_]

    @classmethod
    def of(cls, household: ArrayLike, member: ArrayLike, pupil: ArrayLike) -> "People":
        """A ValueError for unequal lengths, a member twice, or a pupil column that is not True or False."""
        homes, members, asked = np.asarray(household), np.asarray(member), np.asarray(pupil)
        if not homes.shape == members.shape == asked.shape or homes.ndim != 1:
            raise ValueError(f"{homes.shape} households, {members.shape} members, {asked.shape} pupils: not one table")
        if asked.dtype != np.bool_:
            raise ValueError("whether schooling is asked of a member must be True or False in each row")
        if "" in members.tolist():
            raise ValueError("a member has an empty id, which means the household as a whole")
        seen = set(zip(homes.tolist(), members.tolist(), strict=True))
        if twice := len(homes) - len(seen):
            raise ValueError(f"{twice} members are listed more than once")
        return cls(homes, members, asked)


@dataclass(frozen=True)
class Said:
    """What is known: one row a statement of an item, of a member or (member "") of a household. shape (statements,).

    state: "met", "unmet" or "unknown". What nobody has spoken of is not known either.
    """

    household: Sequence[Any]
    member: Sequence[Any]
    item: Sequence[str]
    state: Sequence[str]

    def __post_init__(self) -> None:
        lengths = {len(self.household), len(self.member), len(self.item), len(self.state)}
        if len(lengths) > 1:
            raise ValueError(f"the statements' columns have different lengths: {sorted(lengths)}")


def by_member(people: People, said: Said) -> Columns:
    """The six items of each member, in the order of `people`: their own schooling and medical care, and what the
    household as a whole has. Somebody of whom schooling is not asked is not deprived in it.

    A ValueError for an item or state that does not exist, a household or member who is not among the people, an item
    said of a household that is a member's (or the other way round), or two different states of one thing.
    """
    homes, home_of_member = _numbers(people.household.tolist())
    persons, own = _numbers(people.member.tolist())
    key = home_of_member * len(persons) + own
    by_key = np.argsort(key)
    items, states = (*STRUCTURE.names, *WATER), tuple(STATES)
    item, state = _found(said.item, items, "item"), _found(said.state, states, "state")
    home = _codes(said.household, homes)
    person = _codes([None if member == "" else member for member in said.member], {**persons, None: len(persons)})
    if strangers := int(((home < 0) | (person < 0)).sum()):
        raise ValueError(f"{strangers} statements are of households or members who are not among the people")
    found = {}
    for number, name in enumerate(items):
        at = np.flatnonzero(item == number)
        if ((person[at] < len(persons)) != (name in OF_MEMBERS)).any():
            of = "each member" if name in OF_MEMBERS else "the household, without a member"
            raise ValueError(f"{name} is said of {of}")
        if name in OF_MEMBERS:
            asked = home[at] * len(persons) + person[at]
            row = by_key[np.minimum(np.searchsorted(key, asked, sorter=by_key), len(key) - 1)]
            if strangers := int((key[row] != asked).sum()):
                raise ValueError(f"{strangers} statements of {name} are of members of another household")
            found[name] = _stated(name, row, state[at], len(key))
        else:
            found[name] = _stated(name, home[at], state[at], len(homes))[home_of_member]
    found["water"] = _water(found["water"], np.column_stack([found.pop(test) for test in WATER]))
    found["schooling"] = np.where(people.pupil, found["schooling"], 0.0)
    return found


def gathered(columns: Mapping[str, ArrayLike], into: ArrayLike) -> tuple[tuple[Any, ...], Columns]:
    """Members gathered into households, or households into villages: the ids in ascending order, and their items.

    A unit is unmet in an item when any part of it is; else not known when any part is not; else met: a village is
    through (清零) when no household of it is left.
    """
    given = {item: np.asarray(column, np.float64) for item, column in columns.items()}
    units = Groups.of(into, len(next(iter(given.values()))))
    return units.names, {item: _any(column, units.codes, units.count) for item, column in given.items()}


def guarantees(
    columns: Mapping[str, ArrayLike], *, design: Design, groups: Groups, missing: Missing = "refuse",
    names: Sequence[str] | None = None, level: float = 0.95, errors: bool = True,
) -> list[Estimates]:  # fmt: skip
    """The measures of the six items for persons, households or villages (one row each): H is the share with anything
    unmet, `uncensored:ITEM` the share unmet in it, A the mean share of the six that fail together. See `measure`."""
    return measure(
        columns, weights=STRUCTURE, cutoff=UNION, design=design, groups=groups, names=names, missing=missing,
        level=level, errors=errors,
    )  # fmt: skip


def _numbers(ids: Sequence[Any]) -> tuple[dict[Any, int], Ints]:
    """A number for each id, and that of each row."""
    numbers = {one: number for number, one in enumerate(dict.fromkeys(ids))}
    return numbers, _codes(ids, numbers)


def _codes(ids: Sequence[Any], numbers: Mapping[Any, int]) -> Ints:
    """The number of each row's id, -1 for one that has none."""
    return np.fromiter((numbers.get(one, -1) for one in ids), np.intp, len(ids))


def _found(values: Sequence[str], allowed: Sequence[str], what: str) -> Ints:
    codes = _codes(values, {value: number for number, value in enumerate(allowed)})
    if (codes < 0).any():
        wrong = values[int(np.flatnonzero(codes < 0)[0])]
        raise ValueError(f"no such {what}: {wrong!r}; there are {', '.join(allowed)}")
    return codes


def _stated(item: str, unit: Ints, state: Ints, units: int) -> Floats:
    """The state of each unit, NaN where nobody spoke."""
    last = np.full(units, list(STATES).index("unknown"), np.intp)
    last[unit] = state
    if two := len(np.unique(unit[last[unit] != state])):
        raise ValueError(f"{two} have two states of {item}: decide which source holds before measuring")
    return np.array(list(STATES.values()))[last]


def _water(outright: Floats, tests: Floats) -> Floats:
    """Water said outright, or by its four tests: unmet if any is; met if said so or all four are."""
    unmet = (outright == 1) | (tests == 1).any(axis=1)
    met = (outright == 0) | (tests == 0).all(axis=1)
    return np.where(unmet, 1.0, np.where(met, 0.0, np.nan))


def _any(column: Floats, codes: Ints, count: int) -> Floats:
    unmet = np.bincount(codes[column == 1], minlength=count) > 0
    unknown = np.bincount(codes[np.isnan(column)], minlength=count) > 0
    return np.where(unmet, 1.0, np.where(unknown, np.nan, 0.0))
