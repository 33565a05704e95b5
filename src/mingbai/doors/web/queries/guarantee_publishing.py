"""The table of guarantees as it may leave the house: no small count, and none that could be reckoned from the others.

All measures of a place and grouping are blanked together, so that nobody finds in one what another leaves out.
"""

from collections.abc import Mapping
from dataclasses import replace

from mingbai.doors.web.guarantee_states import GUARANTEES
from mingbai.doors.web.queries.guarantee_measures import Choice, Row, Table
from mingbai.doors.web.queries.measures import EVERYBODY
from mingbai.oversight.indicators.suppression import Key, Sum, suppressed

STATES = ("unmet", "unknown", "met")
LACKS = "lacks"
"""How many of the six are lacking altogether: what M0 and the contributions are made of."""
_ALL = "all"


def publishable(choice: Choice) -> Choice:
    """The choice with what may be published of it: rules by which shares tell no more than the counts beside them, and
    the cut-off of the policy, since tables of several would be subtracted."""
    rule = choice.rule if choice.rule in ("bounds", "not_deprived", "deprived") else "bounds"
    return replace(choice, cutoff=1, rule=rule)


def published(found: Table) -> Table:
    """The table with small numbers left blank. Of a choice that is `publishable`."""
    blank = blanked(found.states)
    rows = tuple(_shown(row, blank) for row in found.rows)
    return replace(found, rows=rows, whole={name: _shown(row, blank) for name, row in found.whole.items()})


def blanked(states: Mapping[str, Mapping[str, tuple[int, int, int]]]) -> set[Key]:
    """Cells that stay blank, as (state, item or '', group); of how many lack altogether, as (state, LACKS, group)."""
    if not states:
        return set()
    groups = [key for key in states[""] if key != EVERYBODY]
    cells: dict[Key, int] = {}
    sums: list[Sum] = []
    for key in (*groups, EVERYBODY):
        cells[_ALL, "", key] = sum(states[""][key])
        for what, of in states.items():
            cells |= {(state, what, key): n for state, n in zip(STATES, of[key], strict=True)}
            sums.append(Sum((_ALL, "", key), tuple((state, what, key) for state in STATES)))
        for state in STATES[:2]:
            items = tuple((state, item, key) for item in GUARANTEES)
            cells[state, LACKS, key] = sum(cells[item] for item in items)
            sums.append(Sum((state, LACKS, key), items))
    if groups:
        kinds = {(state, what) for state, what, _key in cells}
        sums += [Sum((*kind, EVERYBODY), tuple((*kind, key) for key in groups)) for kind in sorted(kinds)]
    return suppressed(cells, sums)


def _shown(row: Row, blank: set[Key]) -> Row:
    kind, _, item = row.measure.partition(":")
    cells = {(_ALL, "", row.key), *((state, item, row.key) for state in STATES)}
    if kind in ("A", "M0", "contribution"):
        cells |= {(state, LACKS, row.key) for state in STATES[:2]}
    if not cells & blank:
        return row
    return Row(row.measure, row.key, row.label, None, None, None, None, None, None, 0, 0, 0, 0, blank=True)
