"""The noise of single flows: how far a flow lies from what its equation expects.

    Var(F_uv) = phi mu_uv^lambda

lambda is the slope of ln (F - mu)^2 on ln mu; phi makes the law give the scatter that is seen, sum of (F - mu)^2 / mu,
degrees of freedom counted. It gives an interval where clusters cannot: a pair of few cells, an
index made of four flows.

References
----------
.. [1] W. G. Manning, J. Mullahy, "Estimating Log Models: To Transform or Not to Transform?", 2001 (the slope).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import NotIdentified
from ronghe.base.text import Text

LEAST_CELLS = 20
EXACT = 1e-9
"""Relative gap below which a flow is taken to be fitted exactly, by an effect of its own."""


@dataclass(frozen=True, slots=True)
class FlowNoise:
    """Variance of a flow by its expected size.

    Attributes
    ----------
    phi, power : float
        phi in the unit of the flow to the power 2 - lambda; lambda.
    cells : int
        Cells it rests on.
    """

    phi: float
    power: float
    cells: int

    def variance(self, expected: Floats) -> Floats:
        """Return the variance of flows of an expected size; NaN stays NaN, 0 stays 0."""
        return np.asarray(self.phi * np.power(expected, self.power, where=expected > 0, out=np.zeros_like(expected)))

    def log_variance(self, expected: Floats) -> Floats:
        """Return the variance of the log of flows, to first order; NaN where 0 is expected."""
        held = np.where(expected > 0, expected, np.nan)
        return np.asarray(self.phi * held ** (self.power - 2), dtype=np.float64)


def flow_noise(*, flows: Floats, expected: Floats, free: int) -> FlowNoise:
    """Return the noise law of flows around what an equation expects.

    Parameters
    ----------
    flows, expected : array, shape (cell,)
        F and mu, in one unit.
    free : int
        Degrees of freedom: cells less coefficients and effects.

    Raises
    ------
    NotIdentified
        With fewer than 20 cells that the equation does not fit exactly, or no degree of freedom.
    """
    gap = (flows - expected) ** 2
    seen = (gap > (EXACT * expected) ** 2) & (expected > 0)
    if seen.sum() < LEAST_CELLS or free < 1:
        reason = Text(
            f"可用于判断流量误差的格不足{LEAST_CELLS}个", f"fewer than {LEAST_CELLS} cells tell the noise of flows"
        )
        raise NotIdentified("pair_flows", reason)
    logs = np.log(expected[seen])
    spread = float(logs.std())
    slope = float(np.polyfit(logs, np.log(gap[seen]), 1)[0]) if spread > EXACT else 1.0
    # Weighted as the equation weighs its cells, so that small ones do not speak for large ones.
    share = float((gap[seen] / expected[seen]).sum() / (expected[seen] ** (slope - 1)).sum())
    phi = share * len(expected) / free
    return FlowNoise(phi, slope, int(seen.sum()))
