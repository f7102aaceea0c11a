"""A multi-regional table balanced to border-free flows, and what of partners' value added is realised (F09).

Cells of each pair of regions are scaled by F0_pq / F_pq, the flow between them if borders did not
matter over the observed one, by turns with a fit of each product, so that every seller sells and every user buys of
it what they do today: recipes, output and final demand stay, only who buys from whom changes.

    realisation = share of partners' value added in the area's final demand / the same share after balancing to F0

References
----------
.. [1] R. C. Johnson, G. Noguera, "Accounting for Intermediates: Production Sharing and Trade in Value Added", 2012.
.. [2] R. Stone, "Input-Output and National Accounts", 1961 (the RAS method).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault, UnconvergedSolution
from ronghe.base.ipf import Fit, generalised_fit, proportional_fit
from ronghe.base.text import Text
from ronghe.measure.accounts import Accounts
from ronghe.measure.mrio import check_per_region

TOLERANCE = 1e-9
"""Largest relative gap of a margin after balancing."""
SWEEPS = 5_000
ROUNDS = 30
"""Most turns between the flows of pairs and the totals of products."""


@dataclass(frozen=True, slots=True, eq=False)
class BorderFree:
    """A table balanced to flows between regions without borders.

    Attributes
    ----------
    accounts : Accounts
    sweeps : int
    gap : float
        Largest relative gap of a margin.
    pair_gap : float
        Largest gap between a pair's flow and the border-free one, as a share of all flows: the products each region
        makes and uses do not admit every pattern of flows.
    """

    accounts: Accounts
    sweeps: int
    gap: float
    pair_gap: float


@dataclass(frozen=True, slots=True, eq=False)
class PartnerValueAdded:
    """Value added of partners in the final demand of an area (F09).

    Attributes
    ----------
    share : float
        Of the members' final demand for products of the table's regions, what is value added in other blocks of the
        area; NaN without such demand.
    border_free : float
        The same share after balancing to border-free flows.
    ratio : float
        share / border_free; NaN where the latter is 0.
    pairs, border_free_pairs : array, shape (R, R)
        Value added by origin and destination.
    """

    share: float
    border_free: float
    ratio: float
    pairs: Floats
    border_free_pairs: Floats


def border_free(*, observed: Accounts, flows: Floats, tolerance: float = TOLERANCE) -> BorderFree:
    """Balance a table to the flows between its regions that there would be without borders.

    Parameters
    ----------
    observed : Accounts
    flows : array, shape (R, R)
        F0, sellers in rows, in any unit common to all pairs; NaN for a pair that is to start from what it is (own
        flows, say). They are first fitted to what each region sells and buys in all.

    Raises
    ------
    ParameterFault
        If the flows have another shape, or are below 0 or infinite.
    UnconvergedSolution
        If sellers and users cannot all keep their totals under these flows.
    """
    count, sectors = observed.output.shape
    _check_flows(flows, count)
    uses = np.concatenate([observed.intermediate, observed.final[:, :, :count, None]], axis=3)
    pairs, sold, used = uses.sum(axis=(1, 3)), uses.sum(axis=(2, 3)).T, uses.sum(axis=0).reshape(sectors, -1)
    wanted = fitted(_filled(pairs, flows), pairs.sum(axis=1), pairs.sum(axis=0), tolerance).values
    found, sweeps = uses, 0
    for _ in range(ROUNDS):
        # Product first, then seller by user: one fit a product.
        start = _towards(found, wanted).transpose(1, 0, 2, 3).reshape(sectors, count, -1)
        fit = fitted(start, sold, used, tolerance)
        found, sweeps = fit.values.reshape(sectors, count, count, -1).transpose(1, 0, 2, 3), sweeps + fit.sweeps
        away = float(np.abs(found.sum(axis=(1, 3)) - wanted).max()) / max(float(uses.sum()), 1e-300)
        if away <= tolerance:
            break
    final = np.concatenate([found[..., -1], observed.final[:, :, count:]], axis=2)
    made = replace(observed, intermediate=np.ascontiguousarray(found[..., :-1]), final=final)
    return BorderFree(made, sweeps, fit.gap, away)


def partner_value_added(
    *, observed: Accounts, free: Accounts, members: Bools, blocks: Sequence[str] | None = None
) -> PartnerValueAdded:
    """Return the realisation rate of partners' value added in the final demand of an area.

    Parameters
    ----------
    observed, free : Accounts
        As it is, and balanced to border-free flows (:func:`border_free`).
    members : array of bool, shape (R,)
    blocks : sequence of str, optional
        Block of each region; partners are members of another block. Each region is a block where left out.

    Raises
    ------
    ParameterFault
        If ``members`` or ``blocks`` do not hold one entry a region.
    """
    count = len(observed.regions)
    named = np.array(observed.regions if blocks is None else blocks)
    check_per_region(count, members=members, blocks=named.tolist())
    partners = members[:, None] & members[None, :] & (named[:, None] != named[None, :])
    pairs, without = observed.value_added_flows[:, :count], free.value_added_flows[:, :count]
    shares = [_share(made, partners, one, members) for made, one in ((pairs, observed), (without, free))]
    ratio = shares[0] / shares[1] if shares[1] else float("nan")
    return PartnerValueAdded(shares[0], shares[1], ratio, pairs, without)


def _filled(pairs: Floats, flows: Floats) -> Floats:
    """Return border-free flows in the unit of the table; a pair left open has its own."""
    given = ~np.isnan(flows)
    unit = pairs[given].sum() / max(float(flows[given].sum()), 1e-300)
    return np.where(given, flows * unit, pairs)


def _towards(uses: Floats, wanted: Floats) -> Floats:
    """Scale the cells of each pair to its flow; a pair that does not trade starts from what both sell and use."""
    pairs = uses.sum(axis=(1, 3))
    start = uses * np.divide(wanted, pairs, out=np.zeros_like(pairs), where=pairs != 0)[:, None, :, None]
    for p, q in np.argwhere((pairs == 0) & (wanted > 0)):
        mix = np.maximum(uses[p].sum(axis=(1, 2)), 0.0)[:, None] * np.maximum(uses[:, :, q].sum(axis=0), 0.0)
        if mix.sum() > 0:
            start[p, :, q] = mix * (wanted[p, q] / mix.sum())
    return np.asarray(start, dtype=np.float64)


def fitted(seed: Floats, rows: Floats, columns: Floats, tolerance: float) -> Fit:
    """Fit a table, or a batch of tables, to its margins; cells below 0 keep their sign.

    Parameters
    ----------
    seed : array, shape (row, column) or (table, row, column)
    rows, columns : arrays of the margins
    tolerance : float
        Largest relative gap of a margin.

    Raises
    ------
    UnconvergedSolution
        If the margins cannot be met in time.
    """
    if (seed >= 0).all() and (rows >= 0).all() and (columns >= 0).all():
        # Factors grow without bound where the totals cannot be met: told below, not by a warning of overflow.
        with np.errstate(over="ignore", invalid="ignore"):
            fit = proportional_fit(seed=seed, rows=rows, columns=columns, tolerance=tolerance, most=SWEEPS)
    elif seed.ndim == 2:
        fit = generalised_fit(seed=seed, rows=rows, columns=columns, tolerance=tolerance, most=SWEEPS)
    else:
        fits = [fitted(*one, tolerance) for one in zip(seed, rows, columns, strict=True)]
        gap, sweeps = max(one.gap for one in fits), max(one.sweeps for one in fits)
        fit = Fit(np.stack([one.values for one in fits]), sweeps, gap, gap <= tolerance)
    if not fit.converged:
        raise UnconvergedSolution(
            Text(
                f"平衡在{fit.sweeps}次迭代后停止，最大相对误差{fit.gap:.2g}：零值的位置使各项合计不能同时满足。"
                "请核对表中的零和各项合计。",
                f"Balancing stopped after {fit.sweeps} sweeps, largest relative gap {fit.gap:.2g}: with these zeros "
                "the totals cannot all be met. Check the zeros and the totals.",
            )
        )
    return fit


def _share(made: Floats, partners: Bools, table: Accounts, members: Bools) -> float:
    demand = float(table.final[:, :, : len(members)][:, :, members].sum())
    return float(made[partners].sum()) / demand if demand > 0 else float("nan")


def _check_flows(flows: Floats, count: int) -> None:
    if flows.shape != (count, count):
        raise ParameterFault(
            Text(
                f"flows 的形状应为 {(count, count)}，读到 {flows.shape}。",
                f"flows must have shape {(count, count)}; read {flows.shape}.",
            )
        )
    wrong = int((flows < 0).sum() + np.isinf(flows).sum())
    if wrong:
        raise ParameterFault(
            Text(f"flows 有{wrong}个数小于0或无穷。", f"Figures of flows below 0 or infinite: {wrong}.")
        )
