"""Flows of the estimated economy: at home, from other regions, and with abroad.

Home flows are set, not guessed by gravity: a gravity diagonal makes home shares follow size, which the
observed shares do not. The rest of each sector is spread over the other regions by distance and margins:

    X_nn = min(h, cap) E_n         X_ni ~ r_n d_ni^(-delta) c_i   (n other than i), fitted to rows and columns

n buyer, i seller. Leading axes are a batch: (sector, ...) or (draw, sector, ...).

References
----------
.. [1] K. Head, T. Mayer, "Gravity Equations: Workhorse, Toolkit, and Cookbook", 2014.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import ParameterFault
from ronghe.base.ipf import proportional_fit
from ronghe.base.text import Text


@dataclass(frozen=True, slots=True)
class HomeFlows:
    """What regions buy at home.

    Attributes
    ----------
    values : array, shape (..., region, sector)
        Purchases from the own region.
    missed : array of bool, shape (..., plate)
        Plates whose target was out of reach.
    """

    values: Floats
    missed: Bools


def foreign_shares(*, national: Floats, openness: Floats, weights: Floats) -> Floats:
    """Return a share of abroad for each region: the national one, tilted by openness, its total kept.

    Parameters
    ----------
    national : array, shape (sector,)
        National share. Where it is 0 every region's is 0 and nothing is renormalised.
    openness : array, shape (..., region)
        Relative openness o_n.
    weights : array, shape (region, sector)
        What the shares are taken of (absorption for imports, output for exports).

    Returns
    -------
    array, shape (..., region, sector)
    """
    tilted = openness[..., :, None] * np.where(national > 0, national, 0.0)
    reached = (tilted * weights).sum(axis=-2, keepdims=True)
    wanted = national * weights.sum(axis=0)
    shares: Floats = tilted * np.divide(wanted, reached, out=np.zeros_like(reached), where=reached > 0)
    return shares


def home_flows(
    *,
    shares: Floats,
    caps: Floats,
    supply: Floats,
    demand: Floats,
    absorption: Floats,
    plates: Ints,
    targets: Floats,
    shifted: Bools,
    counted: Bools,
    steps: int = 60,
) -> HomeFlows:
    """Set home flows, one logit shift per plate making its home share meet the target, by bisection.

    Parameters
    ----------
    shares : array, shape (..., region, sector)
        Base home shares h of absorption.
    caps : array, shape (sector,)
        Largest part of min(supply, demand) that may stay at home.
    supply, demand : array, shape (..., region, sector)
        Output not exported; absorption not imported.
    absorption : array, shape (region, sector)
    plates : array of int, shape (region,)
        Plate of each region.
    targets : array, shape (plate,)
        Home share of the counted sectors.
    shifted, counted : array of bool, shape (sector,)
        Sectors that the shift moves; sectors that the target is about.
    """
    ceiling = caps * np.minimum(supply, demand)
    logit = np.log(shares / (1 - shares))
    member = (plates[:, None] == np.arange(len(targets))).astype(float)
    spent = member.T @ (absorption * counted).sum(axis=1)

    def at(shift: Floats) -> Floats:
        moved = logit + (shift[..., plates])[..., None] * shifted
        kept: Floats = np.minimum(absorption / (1 + np.exp(-moved)), ceiling)
        return kept

    def reached(values: Floats) -> Floats:
        share: Floats = ((values * counted).sum(axis=-1) @ member) / spent
        return share

    low = np.full((*shares.shape[:-2], len(targets)), -12.0)
    high = -low
    for _ in range(steps):
        middle = (low + high) / 2
        short = reached(at(middle)) < targets
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    values = at((low + high) / 2)
    return HomeFlows(values, np.abs(reached(values) - targets) > 1e-6)


def cross_flows(
    *, distances: Floats, elasticity: Floats | float, home: Floats, supply: Floats, demand: Floats, tolerance: float
) -> Floats:
    """Spread what is not bought at home over the other regions.

    Parameters
    ----------
    distances : array, shape (region, region)
        km; the diagonal is not used.
    elasticity : float or array, shape (...,)
        Distance elasticity delta.
    home, supply, demand : array, shape (..., region, sector)

    Returns
    -------
    array, shape (..., sector, buyer, seller)
        Domestic flows, home on the diagonal.

    Raises
    ------
    ParameterFault
        If the fit does not meet its margins.
    """
    count = distances.shape[0]
    apart = np.where(np.eye(count, dtype=bool), 1.0, distances)
    seed = apart ** (-np.asarray(elasticity)[..., None, None, None]) * ~np.eye(count, dtype=bool)
    rows = np.moveaxis(demand - home, -1, -2)
    columns = np.moveaxis(supply - home, -1, -2)
    spread = np.broadcast_to(seed, (*rows.shape, count))
    fit = proportional_fit(seed=spread, rows=rows, columns=columns, tolerance=tolerance)
    if not fit.converged:
        raise ParameterFault(
            Text(
                f"省际流量的比例拟合在{fit.sweeps}轮后相对误差仍为{fit.gap:.1e}；请放宽设想的本地份额或距离弹性。",
                f"Fitting the flows stopped after {fit.sweeps} sweeps at a relative gap of {fit.gap:.1e}; "
                "choose milder home shares or a smaller distance elasticity.",
            )
        )
    at = np.arange(count)
    values = fit.values
    values[..., at, at] = np.moveaxis(home, -1, -2)
    return values
