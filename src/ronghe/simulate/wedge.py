"""The other reading of a stated cut: not a resource cost that melts, but a wedge whose revenue is paid back.

The same flows, at basic prices, are taken to be bought at (1 + t) times the seller's price on the pairs of the
cut, t = 1 / k^ - 1, the revenue staying with the buyer's region; the cut abolishes the wedge. Buyers then gain
the triangle only, not the rectangle. With m_nk the mean mark-up on n's purchases of k, accounts hold when

    spending, final use: times m;    inputs: g_nkj m_nk;    value added: what is left of cost

References
----------
.. [1] A. Costinot, A. Rodriguez-Clare, "Trade Theory with Numbers: Quantifying the Consequences of
   Globalization", 2014, section 4 (tariffs against iceberg costs).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ronghe.simulate.calibrate import balanced
from ronghe.simulate.shock import Shock, barrier_factor
from ronghe.simulate.world import World

LEAST = 0.75
"""Least k^ that is read a second way: a larger wedge would inflate the money it is counted in."""


def rebated_wedge(world: World, shock: Shock) -> tuple[World, Shock] | None:
    """Return the world in which the cost that a shock takes away is a rebated wedge, and the shock that abolishes it.

    Parameters
    ----------
    world : World
    shock : Shock
        What lowers resource costs by finite factors.

    Returns
    -------
    tuple or None
        None where there is no second reading: costs that rise or are prohibitive, wedges that change anyway, a cut of
        more than a quarter, or a wedge so large that no value added would be left.
    """
    if shock.tariffs is not None:
        return None
    factor = barrier_factor(world, shock)
    if factor is not None and factor.min() < LEAST:
        return None
    if factor is None or not ((factor > 0) & (factor <= 1.0)).all():
        return None
    old = np.zeros_like(world.shares) if world.tariffs is None else world.tariffs
    lowered = np.where(world.shares > 0, factor, 1.0)
    paid = world.shares / lowered
    markup = np.where(world.spending > 0, paid.sum(axis=2), 1.0)
    inputs = world.inputs * markup.T[:, :, None]
    added = 1.0 - inputs.sum(axis=1).T
    if not (added > 0).all():
        return None
    made = replace(
        world,
        shares=paid / markup[:, :, None],
        spending=world.spending * markup,
        inputs=inputs,
        value_added_shares=added,
        household=world.household * markup,
        government=world.government * markup,
        investment=world.investment * markup,
        tariffs=(1.0 + old) / lowered - 1.0,
    )
    return balanced(made), Shock(tariffs=old, moving=shock.moving, gifts=shock.gifts)
