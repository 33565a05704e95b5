"""The six guarantees as a multidimensional measure by group: a choice in, a table out.

A household is the unit: it lacks a guarantee where anybody of it does, and what nobody knows stays unknown until a rule
is named for it. States are those of the county's home (`guarantee_states`), read once for a place and day.
"""

import time
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import date, datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np
from django.core.cache import cache
from django.utils import timezone
from numpy.typing import NDArray

from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.base.staff.queries import in_place
from mingbai.doors.web.guarantee_states import GUARANTEES
from mingbai.doors.web.queries import pictures
from mingbai.doors.web.queries.incomes import Homes, roster
from mingbai.doors.web.queries.keeping import DEAR, KEPT, kept, key_of
from mingbai.doors.web.queries.measures import EVERYBODY, NATURAL, clusters_of, parts
from mingbai.facts.registry.models import Household
from mingbai.oversight.indicators.queries.figures import engine
from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.multidimensional.guarantees import STRUCTURE
from mingbai.oversight.poverty.multidimensional.measures import Multidimensional, estimates
from mingbai.oversight.poverty.multidimensional.patterns import Missing

Rule = Literal["bounds", "not_deprived", "deprived", "drop", "reweight"]
RULES: Mapping[Rule, tuple[Missing, ...]] = MappingProxyType(
    {
        "bounds": ("not_deprived", "deprived"), "not_deprived": ("not_deprived",), "deprived": ("deprived",),
        "drop": ("drop",), "reweight": ("reweight",),
    }
)  # fmt: skip
"""By the word in an address: the library's rules for a missing answer. Bounds are two: nobody unknown lacks it, or
all do."""
CUTOFFS = (1, 2, 3)
"""How many of the six must be lacking; one is how the policy reads it."""
PARTS = ("uncensored", "censored", "contribution")
MEASURES = ("H", "A", "M0", *(f"{kind}:{item}" for kind in PARTS for item in GUARANTEES))
MANY = 30_000
"""Households of which the states are read while the page waits: about a second."""
_DAY = 24 * 3600
UNMET, UNKNOWN, MET = range(3)
"""A household's state in what a measure counts."""
States = NDArray[np.uint8]


@dataclass(frozen=True)
class Choice:
    """What somebody asks for. measure: one of MEASURES. by: township, village, class, group, size or '' (none).

    people: whether a household counts as many times as it has members. cutoff: one of CUTOFFS. rule: one of RULES.
    """

    place: str
    measure: str
    by: str
    people: bool
    cutoff: int
    rule: Rule


class Row(NamedTuple):
    """One group, or the whole in one measure. value: by the rule; among bounds by the first of the two, `most` by the
    second, else None. lower, upper: the interval, of both where there are two. Counts are of households, `members` of
    people: unmet counts whatever is unknown as met; unknown: who would be unmet too if it were not. blank: left out of
    what is published."""

    measure: str
    key: str
    label: str
    value: float | None
    se: float | None
    lower: float | None
    upper: float | None
    most: float | None
    most_se: float | None
    members: int
    unmet: int
    unknown: int
    met: int
    blank: bool = False

    @property
    def households(self) -> int:
        return self.unmet + self.unknown + self.met


@dataclass(frozen=True)
class Table:
    """rows: by group; whole: every measure of everybody, by its name, empty without any household. dropped: households
    that the rule leaves out. clusters: villages, or 0 where households are the clusters."""

    choice: Choice
    rows: tuple[Row, ...]
    whole: Mapping[str, Row]
    dropped: int
    clusters: int
    at: datetime
    states: Mapping[str, Mapping[str, tuple[int, int, int]]]
    """'' (enough of the six) or an item → group's key → households unmet, unknown, met."""

    @property
    def total(self) -> Row | None:
        return self.whole.get(self.choice.measure)


def bounded(measure: str) -> bool:
    """Whether the two rules of "bounds" are the least and the most that can be: not of means and shares of the poor."""
    return measure in ("H", "M0") or measure.startswith(("censored", "uncensored"))


def table(by: Actor, choice: Choice, day: date) -> Table:
    """The table of a place that lies in one area of `by`. At most ten queries; dear ones are kept for ten minutes."""
    by.must(P.FIGURE_READ, at=choice.place)

    def made() -> Table:
        found = roster(by, choice.place, choice.by)
        return measured(found, columns(by, choice.place, found.pk, day), choice, day)

    return kept(key_of("guarantee-measures", *astuple(choice), day), made, dear=DEAR)


def columns(by: Actor, place: str, pk: NDArray[np.int64], day: date) -> dict[str, NDArray[np.float64]]:
    """By guarantee 1 (unmet), 0 (met, or asked of nobody there) or NaN (not known) for households by their numbers,
    which are in ascending order. Whoever the states do not have yet is not known. Six queries, or the cache's one."""
    by.must(P.FIGURE_READ, at=place)
    known: Kept = cache.get(_key(place, day)) or refresh(place, day)
    at = np.minimum(np.searchsorted(known.pk, pk), max(len(known.pk) - 1, 0))
    here = known.pk[at] == pk if len(known.pk) else np.zeros(len(pk), np.bool_)
    found = np.full((len(pk), len(GUARANTEES)), np.nan)
    found[here] = np.array([0.0, 1.0, np.nan])[known.states[at[here]]]
    return {name: found[:, n] for n, name in enumerate(GUARANTEES)}


class Kept(NamedTuple):
    """Household numbers in ascending order, and by guarantee 0 (met or not asked), 1 (unmet), 2 (unknown)."""

    at: datetime
    pk: NDArray[np.int64]
    states: States


def ready(place: str, day: date) -> tuple[bool, bool]:
    """Whether the states are there or soon read, and whether they should be read again in the background: nobody waits
    for those of a county of many households."""
    known: Kept | None = cache.get(_key(place, day))
    if known is not None:
        return True, (timezone.now() - known.at).total_seconds() >= KEPT and _mine_to_read(place)
    if Household.objects.filter(in_place(place, "village"))[: MANY + 1].count() <= MANY:
        return True, False
    return False, _mine_to_read(place)


def refresh(place: str, day: date) -> Kept:
    """Reads the states of a place, and keeps them where that took long. Five queries."""
    began = time.monotonic()
    made = Kept(timezone.now(), *_states(place, day))
    if time.monotonic() - began >= DEAR:
        cache.set(_key(place, day), made, _DAY)
    return made


def _key(place: str, day: date) -> str:
    return f"guarantee-states:{place}:{day.isoformat()}"


def _mine_to_read(place: str) -> bool:
    """Whether this is the one of many simultaneous pages that asks for new states."""
    return bool(cache.add(f"guarantee-states-asked:{place}", 1, KEPT))


def _states(place: str, day: date) -> tuple[NDArray[np.int64], States]:
    cells = ", ".join(
        f"coalesce(max(CASE WHEN guarantee = '{name}' THEN CASE s.state WHEN 'unmet' THEN 1 WHEN 'unknown' THEN 2 END "
        f"END), 0)::UTINYINT AS {name}"
        for name in GUARANTEES
    )
    with engine() as con:
        pictures.read_states(con, place, day)
        rows = con.execute(
            f"SELECT h.id::BIGINT AS id, {cells} FROM home h LEFT JOIN state s ON s.house = h.id "
            "GROUP BY h.id ORDER BY 1"
        ).fetchnumpy()
    return np.asarray(rows["id"], np.int64), np.column_stack([np.asarray(rows[n], np.uint8) for n in GUARANTEES])


def measured(found: Homes, given: Mapping[str, NDArray[np.float64]], choice: Choice, day: date) -> Table:
    """The table of households that have been read."""
    if not len(found.pk):
        return Table(choice, (), {}, 0, 0, timezone.now(), {})
    codes, keys, labels = parts(found, choice.by, day)
    clusters = clusters_of(found.village, choice.by)
    rules = [_read(given, choice.cutoff, rule) for rule in RULES[choice.rule]]
    extremes = _extremes(given, choice.cutoff)
    weight = (found.size if choice.people else np.ones(len(found.pk))).astype(np.float64)
    # A single household shows no spread: it gets no interval, and the page is a page still.
    design = Design.of(len(weight), weight=weight, psu=found.village if clusters else None, lonely="certainty")
    everybody = np.zeros(len(found.pk), np.intp)
    every = _rows(found, rules, extremes, MEASURES, design, everybody, (EVERYBODY,), ("",))
    rows = _rows(found, rules, extremes, (choice.measure,), design, codes, keys, labels) if choice.by else []
    if choice.by not in NATURAL:
        rows.sort(key=lambda row: (row.value is None, -(row.value or 0.0), -(row.most or 0.0), row.key))
    counted = {what: _by_group(stated(extremes, what), codes, keys, everybody) for what in ("H", *_items("uncensored"))}
    return Table(
        choice, tuple(rows), {row.measure: row for row in every}, rules[0].deprivations.dropped, clusters,
        timezone.now(), {what.partition(":")[2]: n for what, n in counted.items()},
    )  # fmt: skip


def _items(kind: str) -> tuple[str, ...]:
    return tuple(f"{kind}:{item}" for item in GUARANTEES)


def _read(given: Mapping[str, NDArray[np.float64]], cutoff: int, rule: Missing) -> Multidimensional:
    return Multidimensional.of(given, weights=STRUCTURE, cutoff=Fraction(cutoff, len(GUARANTEES)), missing=rule)


Extremes = tuple[Multidimensional, Multidimensional]
"""The same households with whatever is unknown taken as met, and as unmet."""


def _extremes(given: Mapping[str, NDArray[np.float64]], cutoff: int) -> Extremes:
    return _read(given, cutoff, "not_deprived"), _read(given, cutoff, "deprived")


def states_of(given: Mapping[str, NDArray[np.float64]], measure: str, cutoff: int) -> States:
    """UNMET, UNKNOWN or MET by household in what a measure counts: enough of the six, an item, or both."""
    return stated(_extremes(given, cutoff), measure)


def stated(extremes: Extremes, measure: str) -> States:
    """`states_of`, of what has been read."""
    kind, _, item = measure.partition(":")
    sure, could = (_counted(of, kind, item) for of in extremes)
    return np.where(sure, UNMET, np.where(could, UNKNOWN, MET)).astype(np.uint8)


def _counted(of: Multidimensional, kind: str, item: str) -> NDArray[np.bool_]:
    held = of.deprivations
    here = np.ones(len(held.states), np.bool_)
    if item:
        here = held.deprived[:, held.structure.names.index(item)]
    if kind != "uncensored":
        here = here & of.poor
    return here[held.pattern]


def _by_group(
    states: States, codes: NDArray[np.intp], keys: tuple[str, ...], everybody: NDArray[np.intp]
) -> dict[str, tuple[int, int, int]]:
    found = dict(zip(keys, _counts(states, codes, len(keys)), strict=True))
    return found | {EVERYBODY: _counts(states, everybody, 1)[0]}


def _counts(states: States, codes: NDArray[np.intp], count: int) -> list[tuple[int, int, int]]:
    found = np.bincount(codes * 3 + states, minlength=3 * count).reshape(-1, 3)
    return [(unmet, unknown, met) for unmet, unknown, met in found.tolist()]


def _rows(
    found: Homes, rules: list[Multidimensional], extremes: Extremes, measures: tuple[str, ...], design: Design,
    codes: NDArray[np.intp], keys: tuple[str, ...], labels: tuple[str, ...],
) -> list[Row]:  # fmt: skip
    groups, count = Groups(codes, keys), len(keys)
    members = np.bincount(codes, found.size, count).astype(np.int64).tolist()
    made = [estimates(rule, measures, design, groups) for rule in rules]
    rows = []
    for at, measure in enumerate(measures):
        states = _counts(stated(extremes, measure), codes, count)
        ends = [list(_ends(one[at].value, one[at].se, one[at].half_width)) for one in made]
        for n in range(count):
            first, last = ends[0][n], ends[-1][n]
            # Where one end shows no spread (nobody, or everybody), it is its own bound.
            seen = first.lower is not None or last.lower is not None
            lows, highs = (
                zip(*(end.reach for end in (first, last) if end.value is not None), strict=True) if seen else _NO
            )
            second = (last.value, last.se) if len(ends) > 1 else (None, None)
            rows.append(Row(
                measure, keys[n], labels[n], first.value, first.se,
                min(lows, default=None), max(highs, default=None), *second, members[n], *states[n],
            ))  # fmt: skip
    return rows


class _End(NamedTuple):
    value: float | None
    se: float | None
    lower: float | None
    upper: float | None

    @property
    def reach(self) -> tuple[float, float]:
        """Its interval, or itself."""
        value = self.value or 0.0
        return (value if self.lower is None else self.lower), (value if self.upper is None else self.upper)


_NO: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())


def _ends(value: NDArray[np.float64], se: NDArray[np.float64], half: NDArray[np.float64]) -> list[_End]:
    """Each group's value with its interval; a group in one cluster, or in which all are alike, shows no spread: its
    zero is none. No share is less than nothing or more than all."""
    found = []
    for one, error, width in zip(value.tolist(), se.tolist(), half.tolist(), strict=True):
        if not np.isfinite(one):
            found.append(_End(None, None, None, None))
        elif not (np.isfinite(width) and error > 0):
            found.append(_End(one, None, None, None))
        else:
            found.append(_End(one, error, max(one - width, 0.0), min(one + width, 1.0)))
    return found
