"""Inputs and final use of regions from what they buy, fitted where inputs would exceed purchases."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import DataFault
from ronghe.base.ipf import proportional_fit
from ronghe.base.text import Text
from ronghe.data.intake.findings import Findings

LEAST_FINAL = 1e-3
"""Final use of a product that a region's producers would use up, over what the region buys of it."""


def fitted_uses(used: Floats, bought: Floats, place: Callable[[int], tuple[str, Text]]) -> tuple[Floats, Floats, Bools]:
    """Return inputs and final use of every region; where inputs exceed purchases both are fitted to them.

    Parameters
    ----------
    used : array, shape (region, input, sector)
        What producers would use by their coefficients; each sector's sum is kept.
    bought : array, shape (region, input)
        Purchases.
    place : function
        Where a region stands and what it is called, for faults.

    Returns
    -------
    used : array, shape (region, input, sector)
    final : array, shape (region, input)
    fitted : array of bool, shape (region,)

    Raises
    ------
    DataFault
        Regions that buy no more than their producers use (E501).
    """
    final = bought - used.sum(axis=2)
    income = final.sum(axis=1)
    short: Bools = (final < 0).any(axis=1)
    found = Findings()
    for n in np.flatnonzero(short | ~(income > 0)).tolist():
        where, name = place(n)
        if not income[n] > 0:
            found.add("E501_income", where, region=name, bought=f"{bought[n].sum():.6g}", used=f"{used[n].sum():.6g}")
            continue
        last = np.where(bought[n] > 0, np.maximum(final[n], LEAST_FINAL * bought[n]), 0.0)
        fit = proportional_fit(
            seed=np.column_stack([used[n], last]),
            rows=bought[n],
            columns=np.append(used[n].sum(axis=0), income[n]),
            tolerance=1e-12,
        )
        if not fit.converged:
            found.add("E501_unfit", where, region=name, gap=f"{fit.gap:.1e}")
            continue
        used[n], final[n] = fit.values[:, :-1], fit.values[:, -1]
    if found:
        raise DataFault(found)
    return used, final, short
