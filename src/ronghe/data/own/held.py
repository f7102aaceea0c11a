"""Observed cells held, the rest of the estimate fitted around them, and the economy that follows.

With the observed cells O of a sector kept as they are, the other cells are those nearest to the estimate (least
information gained) that bring every region's purchases and sales to their margins:

    X_ni = O_ni where observed, else r_n S_ni c_i          (S the estimate; r, c by turns: IPF)

A region all of whose purchases (or sales) are observed has the margin that they add up to. Else the other cells stay
within half and twice the estimate: where the observed ones would push them further, the margin, which is an estimate
too, gives way and is named; cells far above it are taken for another unit or definition and refused. Output and
absorption follow from the table; value added stays as the accounts have it, so that its share of output is the
region's own; national input coefficients are scaled to that share, and where a region would use more of a product
than it buys, fitted to what it buys.

References
----------
.. [1] R. E. Miller, P. D. Blair, "Input-Output Analysis", ch. 7 (RAS with cells known in advance).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import DataFault
from ronghe.base.ipf import proportional_fit
from ronghe.base.text import Text
from ronghe.data.estimate import GOVERNMENT, EstimateInputs, Frame
from ronghe.data.intake.findings import Findings
from ronghe.data.margins import ceiling_shares
from ronghe.data.own.cells import TradeCells
from ronghe.data.own.uses import fitted_uses

ENOUGH = 1e-9
MOST_ABOVE = 3.0
"""Observed cells over a region's margin by its accounts, from which on they are taken for a fault."""
LEAST_FREE = 0.5
"""Least part of the estimate that the cells of a region which are not observed keep together; at most its inverse."""
SWEEPS, FEW_SWEEPS = 300, 20
MOST_ADDED = 0.98
"""Value added over output from which on a table cannot hold all that a region sells."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of the regions, the rest of the world last, and of the sectors."""

    regions: tuple[Text, ...]
    sectors: tuple[Text, ...]


def held_flows(
    estimated: Floats, cells: TradeCells, labels: Labels, *, most: float = MOST_ABOVE
) -> tuple[Floats, tuple[Text, ...]]:
    """Return the estimate with observed cells in their place and the rest fitted around them, and what was lifted.

    Parameters
    ----------
    estimated : array, shape (sector, buyer, seller)
        The last region is the rest of the world.
    most : float
        Observed cells over a region's margin, from which on they are taken for a fault.

    Raises
    ------
    DataFault
        Regions whose observed purchases or sales are far more than their accounts leave for all (E501).
    """
    lifted: list[Text] = []
    flows = np.where(cells.there, cells.values, estimated)
    found = Findings()
    for j in range(len(flows)):
        there = cells.inland[j]
        # Trade with abroad that is observed leaves less, or more, for the country.
        changed = flows[j, :-1, -1] != estimated[j, :-1, -1], flows[j, -1, :-1] != estimated[j, -1, :-1]
        if there.all() or not (there.any() or changed[0].any() or changed[1].any()):
            continue
        bought = estimated[j, :-1].sum(axis=1) - flows[j, :-1, -1]
        sold = estimated[j, :, :-1].sum(axis=0) - flows[j, -1, :-1]
        flows[j, :-1, :-1] = _around(flows[j, :-1, :-1], cells, j, (bought, sold), labels, found, lifted, most)
    if found:
        raise DataFault(found)
    return flows, tuple(lifted)


def _around(
    start: Floats,
    cells: TradeCells,
    j: int,
    margins: tuple[Floats, Floats],
    labels: Labels,
    found: Findings,
    lifted: list[Text],
    most: float,
) -> Floats:
    """Fit the free cells of one sector to what the observed ones leave of the margins."""
    there = cells.inland[j]
    fixed, free = np.where(there, start, 0.0), np.where(there, 0.0, start)
    left = []
    for axis, case in ((1, "E501_bought"), (0, "E501_sold")):
        margin, taken, others = margins[1 - axis], fixed.sum(axis=axis), free.sum(axis=axis)
        ratio = np.divide(margin - taken, others, out=np.ones_like(others), where=others > 0)
        kept = np.clip(ratio, LEAST_FREE, 1.0 / LEAST_FREE)
        moved = (others > 0) & (np.abs(kept - ratio) > ENOUGH)
        lifted += [labels.regions[n] + Text("的", ", ") + labels.sectors[j] for n in np.flatnonzero(moved)]
        for n in np.flatnonzero((others > 0) & (taken > most * margin)).tolist():
            place = cells.place(j, n if axis else None, None if axis else n)
            found.add(case, place, region=labels.regions[n], sector=labels.sectors[j],
                      observed=f"{taken[n]:.6g}", margin=f"{margin[n]:.6g}")  # fmt: skip
        left.append(kept * others)
    totals = [float(rest.sum()) for rest in left]
    if found or min(totals) <= 0:
        return fixed + free
    # Margins that gave way may leave other totals for buyers and for sellers: both meet in the middle.
    middle = float(np.sqrt(totals[0] * totals[1]))
    rows, columns = left[0] * middle / totals[0], left[1] * middle / totals[1]
    with np.errstate(over="ignore", invalid="ignore"):
        fit = proportional_fit(seed=free, rows=rows, columns=columns, most=SWEEPS)
    if not fit.converged:
        # Too few free cells to meet every margin: a few sweeps bring them near, and the sums of the table count.
        fit = proportional_fit(seed=free, rows=rows, columns=columns, most=FEW_SWEEPS)
        lifted.append(labels.sectors[j])
    return fixed + fit.values


def updated_flows(estimated: Floats, earlier: TradeCells, labels: Labels) -> Floats:
    """Return the table of an earlier year carried to the margins of the estimate (RAS): the nearest that meets them.

    Cells that the earlier table lacks start from the estimate, at the level of those it has; trade with abroad is the
    estimate's.

    Parameters
    ----------
    estimated : array, shape (sector, buyer, seller)
        The last region is the rest of the world.

    Raises
    ------
    DataFault
        Sectors whose pattern cannot meet the margins: zeros where a region must sell or buy (E501).
    """
    flows, found = estimated.copy(), Findings()
    for j, target in enumerate(estimated[:, :-1, :-1]):
        there, held = earlier.inland[j], earlier.values[j, :-1, :-1]
        known = float(held[there].sum())
        if known <= 0:
            continue
        seed = np.where(there, np.nan_to_num(held) * float(target[there].sum()) / known, target)
        fit = proportional_fit(seed=seed, rows=target.sum(axis=1), columns=target.sum(axis=0))
        if not fit.converged:
            found.add("E501_fit", earlier.place(j), sector=labels.sectors[j], gap=f"{fit.gap:.1e}")
        flows[j, :-1, :-1] = fit.values
    if found:
        raise DataFault(found)
    return flows


@dataclass(frozen=True, slots=True)
class Refit:
    """What follows from flows: shares of cost and uses of every region, the rest of the world last.

    Attributes
    ----------
    value_added_shares : array, shape (region, sector)
    input_shares : array, shape (region, input, sector)
    household, government, investment : array, shape (region, sector)
    transfers, external : array, shape (region,)
    fitted : array of bool, shape (region,)
        Regions whose input coefficients were fitted to what they buy.
    low : array of bool, shape (region, sector)
        Sales that are less than the value added of the accounts: it is counted at the nation's share of them.
    """

    value_added_shares: Floats
    input_shares: Floats
    household: Floats
    government: Floats
    investment: Floats
    transfers: Floats
    external: Floats
    fitted: Bools
    low: Bools


def refit(
    inputs: EstimateInputs, built: Frame, values: Mapping[str, float], flows: Floats, cells: TradeCells, labels: Labels
) -> Refit:
    """Return the economy that flows and accounts make together.

    Raises
    ------
    DataFault
        Sectors that sell less than they add in value, and regions that buy less than their producers use (E501).
    """
    output, bought = flows.sum(axis=1).T, flows.sum(axis=2).T
    added = np.vstack([inputs.value_added, built.national.value_added * output[-1]])
    share = np.divide(added, output, out=np.zeros_like(added), where=output > 0)
    # Sales that cannot hold the value added of the accounts: the table counts, with the nation's share.
    low = (share > MOST_ADDED) & (share <= MOST_ABOVE)
    share = np.where(low, built.national.value_added, share)
    found = Findings()
    for n, j in zip(*np.nonzero(~((share > 0) & (share <= MOST_ADDED))), strict=True):
        found.add("E501_added", cells.place(j, None, n), region=labels.regions[n], sector=labels.sectors[j],
                  sales=f"{output[n, j]:.6g}", added=f"{added[n, j]:.6g}")  # fmt: skip
    if found:
        raise DataFault(found)
    scale = (1 - share) / (1 - built.national.value_added)
    used = built.national.inputs * (scale * output)[:, None, :]
    used, final, fitted = fitted_uses(used, bought, lambda n: (cells.table.file, labels.regions[n]))
    government_use, private = _government(inputs, values, final, inputs.sectors.index(GOVERNMENT))
    inflow = (bought - output).sum(axis=1)
    earned = inputs.value_added.sum(axis=1)
    abroad = float(inflow[:-1].sum())
    external = np.append(earned / earned.sum() * abroad, -abroad)
    return Refit(
        value_added_shares=share,
        input_shares=np.divide(used, output[:, None, :], out=np.zeros_like(used), where=output[:, None, :] > 0),
        household=private * (1 - built.national.investment),
        government=government_use,
        investment=private * built.national.investment,
        transfers=inflow - external,
        external=external,
        fitted=fitted,
        low=low,
    )


def _government(
    inputs: EstimateInputs, values: Mapping[str, float], final: Floats, government: int
) -> tuple[Floats, Floats]:
    """Split final use: the government's, all of one sector and in proportion to its outlays, and the rest."""
    total, spent = final.sum(axis=1), np.zeros_like(final)
    share = values["government_share"]
    most = np.minimum(values["government_most"] * total, values["government_most_services"] * final[:, government])
    spent[:-1, government], _ = ceiling_shares(
        total=min(share * float(total[:-1].sum()), float(most[:-1].sum())), keys=inputs.expenditure, ceilings=most[:-1]
    )
    spent[-1, government] = min(share * total[-1], most[-1])
    return spent, final - spent
