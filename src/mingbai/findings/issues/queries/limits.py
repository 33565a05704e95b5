"""The days that problems have at each level, by the numbers in force where they lie."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

from mingbai.base.standards import standards as policy
from mingbai.base.standards.queries import own_numbers
from mingbai.base.standards.standards import Standard

Numbers = Callable[[str], Mapping[str, Standard]]
"""Division code of a village → the policy numbers in force there."""


def numbers_on(day: date) -> Numbers:
    """The policy numbers of a day by village, the county's own included; one query a county, however many villages."""
    own = cache(own_numbers)
    return cache(lambda village: policy.at(day, village, own=own(village[:6])))
