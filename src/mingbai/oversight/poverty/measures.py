"""The measures of income by name, and the one way to ask for several."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mingbai.oversight.poverty import fgt
from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.estimates import Estimates, estimated
from mingbai.oversight.poverty.welfare import Point, Welfare


@dataclass(frozen=True)
class Measure:
    """A measure of income. needs_line: whether it asks who is poor."""

    name: str
    compute: Callable[[Welfare], Point]
    needs_line: bool


MEASURES = {
    measure.name: measure
    for measure in (
        Measure("headcount", fgt.headcount, needs_line=True),
        Measure("gap", fgt.gap, needs_line=True),
        Measure("severity", fgt.severity, needs_line=True),
    )
}


def measure(
    welfare: Welfare, names: Sequence[str], design: Design, *, level: float = 0.95, errors: bool = True
) -> list[Estimates]:
    """Estimates of the named measures, in that order, by the welfare's groups, under the whole design.

    errors: False leaves standard errors out (NaN) and is several times as fast.
    """
    if unknown := [name for name in names if name not in MEASURES]:
        raise ValueError(f"no such measure: {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    domains = design.over(welfare.groups)
    found = []
    for name in names:
        point = MEASURES[name].compute(welfare)
        found.append(estimated(name, domains, point.value, point.scores() if errors else None, level))
    return found
