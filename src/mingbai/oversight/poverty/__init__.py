"""Measures of poverty and inequality with the uncertainty of the survey that they come from.

    from mingbai.oversight import poverty

    poverty.measured(income, ["headcount", "gini"], line=3000, weight=w, strata=h, psu=village, by=county)

    from mingbai.oversight.poverty.multidimensional import measures
    design = poverty.Design.of(len(w), weight=w, strata=h, psu=village)
    groups = poverty.Groups.of(county, len(w))
    measures.measure(answers, weights=shares, cutoff=Fraction(1, 3), design=design, groups=groups)

Each gives Estimates: value, standard error and interval by group. Everything takes numpy arrays, or what numpy makes
arrays of, and nothing of it knows a household register or a web site. The rest is asked of its module:

    fgt, sen, inequality, quantiles, shares     the measures themselves, as value and linearized scores
    subgroups, growth, sectors, change, dates   where poverty comes from, and what changed between two dates
    grouped, lorenz_fits                        published tables of shares
    multidimensional                            deprivations counted with exact weights
    bootstrap, design_effect                    other ways to see uncertainty
    targeting                                   who would be missed
    movement, spells                            entries, exits, returns
    from_file                                   what `mingbai measure` does with a table

Conventions: docs/decisions/0013-measures-of-poverty.md; how they are shown right: docs/referees.md.
"""

from mingbai.oversight.poverty.design import Design, Domains
from mingbai.oversight.poverty.estimates import Estimate, Estimates, rows
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.measures import FAMILIES, MEASURES, measure, measured, named
from mingbai.oversight.poverty.welfare import Point, Undefined, Welfare

__all__ = [
    "FAMILIES", "MEASURES", "Design", "Domains", "Estimate", "Estimates", "Groups", "Point", "Undefined", "Welfare",
    "measure", "measured", "named", "rows",
]  # fmt: skip
