"""The Head-Ries index: the wall between two places from four flows, without any regression.

    T_ij = (X_ii X_jj / (X_ij X_ji))^(1 / (2 theta)),      ad-valorem equivalent T - 1

What each side sells to itself, against what they sell to one another: sizes and outward resistance cancel. T is the
geometric mean of the two directions relative to trade at home; it holds distance and everything else that divides
the two. theta is the trade elasticity (sigma - 1 in the CES reading). With any zero among the four flows it is not
measured: never infinite, never 0.

References
----------
.. [1] K. Head, J. Ries, "Increasing Returns versus National Product Differentiation", 2001, eq. 8.
.. [2] D. Novy, "Gravity Redux: Measuring International Trade Costs with Panel Data", 2013, eq. 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.measure.flow_noise import FlowNoise
from ronghe.measure.gravity_fit import NORMAL_95


@dataclass(frozen=True, slots=True, eq=False)
class HeadRies:
    """Symmetric walls between places.

    Attributes
    ----------
    walls : array, shape (..., place, place)
        theta ln T, log points of flow; 0 on the diagonal, NaN where not measured.
    errors : array, same shape
        Standard error of ``walls`` from the noise of flows; NaN where no law was given.
    theta : array, broadcast to the leading axes
    zero, unknown : array of bool, same shape
        Pairs not measured because one of the four flows is zero, or is not known.
    """

    walls: Floats
    errors: Floats
    theta: Floats
    zero: Bools
    unknown: Bools

    @property
    def factors(self) -> Floats:
        """T, same shape."""
        return np.exp(self.walls / self.theta)

    @property
    def equivalents(self) -> Floats:
        """T - 1: the duty that would divide them as much."""
        return np.expm1(self.walls / self.theta)

    @property
    def interval(self) -> tuple[Floats, Floats]:
        """5 and 95 % of the equivalents at this theta; NaN without a noise law."""
        low, high = (np.expm1((self.walls + side * NORMAL_95 * self.errors) / self.theta) for side in (-1, 1))
        return low, high

    def reason(self, *at: int) -> Text:
        """Return why a pair is not measured; empty where it is."""
        if self.unknown[at]:
            return Text("四个流量中有未知，未测", "one of the four flows is not known: not measured")
        if self.zero[at]:
            return Text("四个流量中有零，未测", "one of the four flows is zero: not measured")
        return Text("", "")


def head_ries(*, flows: Floats, theta: float | Floats, noise: FlowNoise | None = None) -> HeadRies:
    """Return the Head-Ries index of every pair.

    Parameters
    ----------
    flows : array, shape (place, place) or (sector, place, place)
        What the column sells to the row or the reverse; own sales on the diagonal; NaN where unknown.
    theta : float or array, shape (sector,)
        Trade elasticity.
    noise : FlowNoise, optional
        Law of the noise of flows, for the interval.

    Raises
    ------
    ParameterFault
        If flows are no square tables of numbers of at least 0, or theta is not above 0.

    Examples
    --------
    >>> found = head_ries(flows=np.array([[80.0, 20.0], [10.0, 60.0]]), theta=4.0)
    >>> found.factors.round(7)
    array([[1.       , 1.4877378],
           [1.4877378, 1.       ]])
    """
    held, power = np.asarray(flows, dtype=np.float64), np.asarray(theta, dtype=np.float64)
    _check(held, power)
    own = np.diagonal(held, axis1=-2, axis2=-1)
    four = np.stack(np.broadcast_arrays(held, np.swapaxes(held, -1, -2), own[..., :, None], own[..., None, :]))
    unknown, zero = np.isnan(four).any(axis=0), (four == 0).any(axis=0)
    measured = ~unknown & ~zero
    logs = np.log(np.where(measured, four, 1.0))
    walls = np.where(measured, 0.5 * (logs[2] + logs[3] - logs[0] - logs[1]), np.nan)
    errors = np.full(held.shape, np.nan)
    if noise is not None:
        errors = np.where(
            measured, 0.5 * np.sqrt(noise.log_variance(np.where(measured, four, np.nan)).sum(axis=0)), np.nan
        )
        at = np.arange(held.shape[-1])
        errors[..., at, at] = np.where(measured[..., at, at], 0.0, np.nan)
    return HeadRies(walls, errors, power[..., None, None] if power.ndim else power, zero & ~unknown, unknown)


def _check(flows: Floats, theta: Floats) -> None:
    """Tell every fault of the input at once."""
    faults = []
    if flows.ndim not in (2, 3) or flows.shape[-1] != flows.shape[-2] or not flows.size:
        faults.append(
            Text(
                f"flows 应为方阵或（部门，地点，地点），读到 {flows.shape}。",
                f"flows must be square, or (sector, place, place); read {flows.shape}.",
            )
        )
    wrong = int((flows < 0).sum() + np.isinf(flows).sum())
    if wrong:
        faults.append(Text(f"有{wrong}个流量为负或无穷。", f"{wrong} flows are negative or infinite."))
    if theta.ndim and (flows.ndim != 3 or theta.shape != flows.shape[:1]):
        faults.append(
            Text(
                f"theta 应为一个数或每部门一个，读到 {theta.shape}。",
                f"theta must be one number or one a sector; read {theta.shape}.",
            )
        )
    if not (np.isfinite(theta).all() and (theta > 0).all()):
        faults.append(Text("theta 须大于0。", "theta must be above 0."))
    if faults:
        raise ParameterFault(Text("".join(one.zh for one in faults), " ".join(one.en for one in faults)))
