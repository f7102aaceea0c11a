"""How far a border effect rests on the assumed distance of a unit to itself.

Own flows cross no border, and their distance is no measured one: half of it, or half as much again, moves the border
effect. That is a scenario band, not sampling error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.measure.gravity import gravity

FACTORS = (0.5, 1.5)
DISTANCE = "ln distance"


def home_distance_band(
    *,
    flows: Floats,
    distances: Floats,
    borders: Mapping[str, Floats | Bools],
    covariates: Mapping[str, Floats] | None = None,
    factors: Sequence[float] = FACTORS,
) -> dict[str, Spread]:
    """Return the scenario band of every border effect over own distances.

    Parameters
    ----------
    flows : array, shape (origin, destination)
    distances : array, shape (origin, destination)
        km, own distances on the diagonal.
    borders, covariates : mapping of name to array
        As in :func:`ronghe.measure.gravity.gravity`, log distance aside.
    factors : sequence of float
        By which own distances are multiplied; 1 is always among them.

    Raises
    ------
    ParameterFault
        If a distance or factor is not above 0.
    NotIdentified, UnconvergedSolution
        As the equation does.
    """
    held = np.asarray(distances, dtype=np.float64)
    if not ((held > 0).all() and np.isfinite(held).all() and all(factor > 0 for factor in factors)):
        raise ParameterFault(Text("距离与倍数须为正数。", "Distances and factors must be above 0."))
    found: dict[str, list[float]] = {name: [] for name in borders}
    for factor in {1.0, *factors}:
        own = np.where(np.eye(len(held), dtype=np.bool_), factor * held, held)
        fit = gravity(flows=flows, covariates={DISTANCE: np.log(own), **(covariates or {})}, borders=borders)
        for name in borders:
            found[name].append(fit.effect(name).value)
    return {name: Spread("band", min(values), max(values)) for name, values in found.items()}
