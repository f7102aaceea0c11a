"""Margins of the estimated economy: what each region makes, earns, uses and buys, before any pair is formed.

Production follows from value added and the national coefficients; national absorption from the balance with
abroad; final use of a region is its value added plus its net inflow:

    Y_nj = VA_nj / v_j          A_j = (1 - e_j) Y_j / (1 - mu_j)          F_j = A_j - sum_k a_jk Y_k
    f_n  = VA_n + T_n + B_n     E_nj = sum_k a_jk Y_nk + final_nj

n region; j, k sector; Y_j national sums. Money in 亿元 of one year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import DataFault, Fault
from ronghe.base.ipf import proportional_fit
from ronghe.base.text import Text, same


@dataclass(frozen=True, slots=True)
class NationalTable:
    """A national input-output table, imports inside its uses.

    Attributes
    ----------
    intermediate : array, shape (input, sector)
        Use of each product by each sector, domestic and imported together.
    consumption, investment : array, shape (sector,)
        Final consumption; fixed capital and inventories.
    exports, imports, output : array, shape (sector,)
        Imports net of re-exports.
    """

    intermediate: Floats
    consumption: Floats
    investment: Floats
    exports: Floats
    imports: Floats
    output: Floats


@dataclass(frozen=True, slots=True)
class Coefficients:
    """National coefficients.

    Attributes
    ----------
    inputs : array, shape (input, sector)
        a_jk: use of j by k over the output of k.
    value_added : array, shape (sector,)
        1 less the inputs' shares.
    exports, imports : array, shape (sector,)
        Exports over output; imports over absorption. A published 0 is 0.
    investment : array, shape (sector,)
        Investment's part of final use other than the government's.
    """

    inputs: Floats
    value_added: Floats
    exports: Floats
    imports: Floats
    investment: Floats


def coefficients(*, table: NationalTable, government_share: float, government_sector: int) -> Coefficients:
    """Return the national coefficients of a table.

    Parameters
    ----------
    government_share : float
        Government use over all final use.
    government_sector : int
        The sector from which government buys.
    """
    inputs = table.intermediate / table.output
    household = table.consumption.copy()
    household[government_sector] -= government_share * float(table.consumption.sum() + table.investment.sum())
    return Coefficients(
        inputs=inputs,
        value_added=1 - inputs.sum(axis=0),
        exports=table.exports / table.output,
        imports=table.imports / (table.output - table.exports + table.imports),
        investment=table.investment / (household + table.investment),
    )


@dataclass(frozen=True, slots=True)
class Margins:
    """What every region makes and buys.

    Attributes
    ----------
    output, absorption : array, shape (region, sector)
        Gross output Y and purchases E.
    household, government, investment : array, shape (region, sector)
        Final use, which with intermediate use adds up to absorption.
    transfers, external : array, shape (region,)
        T (sums to 0) and B (sums to less the balance with abroad).
    capped, held : array of bool, shape (region,)
        Regions whose transfers stand at the cap; whose government use stands at its ceiling.
    """

    output: Floats
    absorption: Floats
    household: Floats
    government: Floats
    investment: Floats
    transfers: Floats
    external: Floats
    capped: Bools
    held: Bools


def margins(
    *,
    value_added: Floats,
    revenue: Floats,
    expenditure: Floats,
    national: Coefficients,
    local: Bools,
    government_sector: int,
    government_share: float,
    government_most: float,
    services_most: float,
    transfer_cap: float,
    local_least: float,
    net_outflow: Floats | None = None,
) -> Margins:
    """Build production, final use and absorption of every region and sector.

    Parameters
    ----------
    value_added : array, shape (region, sector)
        亿元.
    revenue, expenditure : array, shape (region,)
        Local general budget, 亿元.
    local : array of bool, shape (sector,)
        Construction and real estate, whose final use follows the local surplus.
    government_share : float
        National government use over national final use.
    government_most, services_most : float
        Ceilings of a region's government use: over all its final use, and over its final use of other services.
    transfer_cap, local_least : float
        Cap on transfers over GDP; least final use of a local sector, over its GDP share.
    net_outflow : array, shape (region,), optional
        Net outflow of goods and services by the expenditure accounts; the transfers then follow from it, uncapped.

    Raises
    ------
    DataFault
        If final use of a sector would be negative: the accounts contradict the coefficients.
    """
    output = value_added / national.value_added
    total = output.sum(axis=0)
    final = (1 - national.exports) * total / (1 - national.imports) - national.inputs @ total
    refuse_negative(final)
    earned = value_added.sum(axis=1)
    share = earned / earned.sum()
    external = -share * float(earned.sum() - final.sum())
    gap = expenditure - revenue - share * float(expenditure.sum() - revenue.sum())
    if net_outflow is None:
        transfers, capped = capped_transfers(gap=gap, gdp=earned, cap=transfer_cap)
    else:
        # What the accounts of all regions leave over is spread by GDP, so that transfers cancel out.
        transfers = -net_outflow - external
        transfers, capped = transfers - share * float(transfers.sum()), np.zeros(len(share), dtype=bool)
    income = earned + transfers + external

    surplus = (1 - national.exports) * output / (1 - national.imports) - output @ national.inputs.T
    seed = np.where(local, np.maximum(surplus, local_least * share[:, None] * final), income[:, None] * final)
    fitted = proportional_fit(seed=seed, rows=income, columns=final, tolerance=1e-13).values
    # Government buys other services alone, so it cannot buy more of them than a region uses in all.
    spent, held = ceiling_shares(
        total=government_share * float(final.sum()),
        keys=expenditure,
        ceilings=np.minimum(government_most * income, services_most * fitted[:, government_sector]),
    )
    government = np.zeros_like(output)
    government[:, government_sector] = spent
    private = fitted - government
    return Margins(
        output=output,
        absorption=output @ national.inputs.T + fitted,
        household=private * (1 - national.investment),
        government=government,
        investment=private * national.investment,
        transfers=transfers,
        external=external,
        capped=capped,
        held=held,
    )


def capped_transfers(*, gap: Floats, gdp: Floats, cap: float) -> tuple[Floats, Bools]:
    """Hold transfers within a share of GDP while they go on adding up to 0.

    Every region beyond the cap is fixed at it; the others take T_n less what restores the sum, in proportion
    to GDP; again until nobody new exceeds.

    Returns
    -------
    transfers : array, shape (region,)
    capped : array of bool, shape (region,)

    Examples
    --------
    >>> transfers, capped = capped_transfers(gap=np.array([5.0, -2.0, -3.0]), gdp=np.array([10.0, 40, 50]), cap=0.2)
    >>> transfers.round(3), capped
    (array([ 2.   , -0.667, -1.333]), array([ True, False, False]))
    """
    transfers, fixed = gap.astype(float), np.zeros(gap.shape, dtype=bool)
    while True:
        beyond = (np.abs(transfers) > cap * gdp) & ~fixed
        if not beyond.any():
            return transfers, fixed
        transfers = np.where(beyond, np.sign(transfers) * cap * gdp, transfers)
        fixed |= beyond
        free = np.where(fixed, 0.0, gdp)
        transfers = transfers - float(transfers.sum()) * free / max(float(free.sum()), 1e-300)


def ceiling_shares(*, total: float, keys: Floats, ceilings: Floats) -> tuple[Floats, Bools]:
    """Share a total in proportion to keys, nobody above his ceiling, the rest spread likewise.

    Returns
    -------
    shares : array, shape (region,)
    at_ceiling : array of bool, shape (region,)

    Examples
    --------
    >>> ceiling_shares(total=6.0, keys=np.array([1.0, 1.0, 1.0]), ceilings=np.array([1.0, 9.0, 9.0]))[0]
    array([1. , 2.5, 2.5])
    """
    held = np.zeros(keys.shape, dtype=bool)
    while True:
        free = np.where(held, 0.0, keys)
        left = total - float(ceilings[held].sum())
        shares = np.where(held, ceilings, left * free / max(float(free.sum()), 1e-300))
        beyond = (shares > ceilings) & ~held
        if not beyond.any():
            return shares, held
        held |= beyond


def refuse_negative(final: Floats) -> None:
    """Raise the fault of a sector whose final use would be negative."""
    faults = [
        Fault(
            "E501",
            f"national accounts, sector {j + 1}",
            same(f"{value:.1f}"),
            Text("不小于0的最终使用", "final use of at least 0"),
            Text(
                "地区增加值与全国投入系数不相容；请核对二者的年份和口径。",
                "Value added of the regions contradicts the national input coefficients; check year and definition.",
            ),
        )
        for j, value in enumerate(final)
        if value < 0
    ]
    if faults:
        raise DataFault(faults)
