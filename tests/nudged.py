"""The derivative of a measure by the weight of a row, taken numerically: what an influence function must equal."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def slopes(value: Callable[[Floats], Floats], weight: Floats, rows: Iterable[int], step: float = 1e-3) -> Floats:
    """d value / d weight of each of the rows, shape (rows, groups): central differences, freed of their first error.

    Richardson's extrapolation of two steps; error of the order of step^4.
    """

    def central(row: int, width: float) -> Floats:
        more, less = weight.copy(), weight.copy()
        more[row] += width
        less[row] -= width
        return (value(more) - value(less)) / (2 * width)

    return np.array([(4 * central(row, step / 2) - central(row, step)) / 3 for row in rows])
