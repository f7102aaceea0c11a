"""The second formula: every market of a solved state recomputed from the definitions of the model.

Nothing here reads the solver's coefficients or calls its equations. Shares are formed in full, expenditure is
solved anew at the reported prices (in large worlds the reported one is put in), and each block is checked by itself:

    price      P_nj against (sum_i pi_nij (k^_nij p^_ij)^-theta_j)^(-1/theta_j)
    goods      X_nj against final use and inputs of what is sold
    factors    wages, rents and land rents against what sectors pay for them
    migration  people against m_on (V^_n / mu^_on)^kappa
    scale      productivity against (labour in the sector)^psi
    fiscal     grants against the centre's tax; taxes shared against taxes raised; uses against income; Walras' law
"""

from __future__ import annotations

import numpy as np

from ronghe.simulate.closure import Moves
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver.residuals.case import Case, Hats, baskets_of, largest
from ronghe.simulate.solver.residuals.incomes import incomes_of, spending_of, sum_gaps, uses_of
from ronghe.simulate.solver.residuals.people import migration_gap
from ronghe.simulate.solver.residuals.trade import factor_gaps, paid_to_factors, scale_gap, trade_of
from ronghe.simulate.world import World

__all__ = ["Hats", "independent_residuals"]


def independent_residuals(
    world: World, shock: Shock, hats: Hats, *, parameters: Parameters, moving: Moves
) -> dict[str, float]:
    """Return the largest relative residual of each block.

    Parameters
    ----------
    world : World
    shock : Shock
    hats : Hats
        What the solver reports, in any unit of money.
    parameters : Parameters
    moving : Moves
        What moves under the closure.
    """
    case = Case(world, shock, hats, parameters, moving)
    trade = trade_of(case)
    paid = paid_to_factors(case)
    added = sum((part.sum(axis=0) if part.ndim == 2 else part for part in paid), np.zeros(len(world.regions)))
    settled = incomes_of(case, added, paid[1], trade.sold)
    if trade.received is None:
        spending, sold = hats.spending, trade.sold
    else:
        spending = spending_of(case, trade.received, settled)
        sold = np.einsum("jni,jn->ji", trade.received, spending) / (1.0 - case.rates)
    revenue = (spending * trade.lost).sum(axis=0)
    bought = world.spending > 0
    uses, baskets = uses_of(case, settled, revenue), baskets_of(world)
    needed = sum((basket * use for basket, use in zip(baskets, uses, strict=True)), np.zeros(sold.shape))
    needed = needed + np.einsum("nkj,jn->kn", world.inputs, sold)
    found = {
        "price": largest(np.where(bought, trade.index / hats.prices - 1.0, 0.0)),
        "goods": largest(np.where(bought, needed / np.where(bought, hats.spending, 1.0) - 1.0, 0.0)),
    }
    found |= factor_gaps(case, paid, sold) | sum_gaps(case, settled, revenue, spending, sold)
    if moving.kappa > 0:
        found["migration"] = migration_gap(case, settled, revenue)
    if moving.scale > 0:
        found["scale"] = scale_gap(case, sold)
    return found
