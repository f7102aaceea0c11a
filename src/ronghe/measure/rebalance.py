"""A multi-regional table balanced anew: to border-free flows between regions, or to redrawn cells.

*Border-free (F09).* Cells of each pair of regions are scaled by F0_pq / F_pq, the flow between them if borders did not
matter over the observed one, by turns with a fit of each product, so that every seller sells and every user buys of
it what they do today: recipes, output and final demand stay, only who buys from whom changes.

    realisation = share of partners' value added in the area's final demand / the same share after balancing to F0

*Intervals (B2).* Every cell is drawn around its figure, with a coefficient of variation that falls with its size,

    cv(z) = min(most, largest * (z / max z) ** -slope),

and the table is fitted to the published totals of output, final demand and costs. 5 to 95 % of a statistic over the
draws is its interval: sampling error of cells whose totals are held. With the true variation it holds the true value in
about 90 % of tables; the variation is stated with it.

References
----------
.. [1] R. C. Johnson, G. Noguera, "Accounting for Intermediates: Production Sharing and Trade in Value Added", 2012.
.. [2] M. Lenzen, R. Wood, T. Wiedmann, "Uncertainty Analysis for Multi-Region Input-Output Models", 2010.
.. [3] R. Stone, "Input-Output and National Accounts", 1961 (the RAS method).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault, UnconvergedSolution
from ronghe.base.ipf import Fit, generalised_fit, proportional_fit
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.measure.accounts import Accounts
from ronghe.measure.mrio import check_per_region

TOLERANCE = 1e-9
"""Largest relative gap of a margin after balancing."""
SWEEPS = 5_000
ROUNDS = 30
"""Most turns between the flows of pairs and the totals of products."""
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Variation:
    """Coefficient of variation of a cell by its size.

    Attributes
    ----------
    largest : float
        Of the largest cell; an assumption to be replaced by the statistical office's own figure where it has one.
    slope : float
        How fast it rises as cells get smaller: -d ln cv / d ln z.
    most : float
        Ceiling for the smallest cells.
    """

    largest: float = 0.02
    slope: float = 0.25
    most: float = 0.5

    def of(self, values: Floats) -> Floats:
        """Return the coefficient of variation of each cell; 0 for a cell of 0."""
        size = np.abs(values)
        share = np.divide(size, size.max(initial=0.0), out=np.ones_like(size), where=size > 0)
        return np.where(size > 0, np.minimum(self.most, self.largest * share**-self.slope), 0.0)


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


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A statistic over redrawn tables.

    Attributes
    ----------
    low, high : array
        5 and 95 %, of the shape of the statistic; NaN where a draw has none.
    draws, seed : int
    variation : Variation
    """

    low: Floats
    high: Floats
    draws: int
    seed: int
    variation: Variation

    @property
    def spread(self) -> Spread:
        """The interval of a statistic that is one number."""
        return Spread("interval", float(self.low), float(self.high))


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
    wanted = _fitted(_filled(pairs, flows), pairs.sum(axis=1), pairs.sum(axis=0), tolerance).values
    found, sweeps = uses, 0
    for _ in range(ROUNDS):
        # Product first, then seller by user: one fit a product.
        start = _towards(found, wanted).transpose(1, 0, 2, 3).reshape(sectors, count, -1)
        fit = _fitted(start, sold, used, tolerance)
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


def redrawn(*, observed: Accounts, draws: int, seed: int = 0, variation: Variation = Variation()) -> Iterator[Accounts]:
    """Yield tables with redrawn cells, balanced to the totals of output, final demand, value added and imports.

    Zeros and signs stay. Cells are lognormal with the figure as mean.

    Raises
    ------
    UnconvergedSolution
        If a draw cannot be balanced in time.
    """
    size, destinations = observed.output.size, observed.final.shape[2]
    corner = np.zeros((2, destinations))
    below = np.stack([observed.value_added.ravel(), observed.imports.ravel()])
    right = observed.final.reshape(size, -1)
    table = np.block([[observed.intermediate.reshape(size, size), right], [below, corner]])
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    scale = np.sqrt(np.log1p(variation.of(table) ** 2))
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        cells = table * np.exp(scale * rng.standard_normal(table.shape) - scale**2 / 2)
        values = _fitted(cells, rows, columns, TOLERANCE).values
        yield replace(
            observed,
            intermediate=np.ascontiguousarray(values[:size, :size]).reshape(observed.intermediate.shape),
            final=np.ascontiguousarray(values[:size, size:]).reshape(observed.final.shape),
            value_added=values[size, :size].reshape(observed.output.shape),
            imports=values[size + 1, :size].reshape(observed.output.shape),
        )


def interval(
    *,
    observed: Accounts,
    statistic: Callable[[Accounts], Floats | float],
    draws: int = 200,
    seed: int = 0,
    variation: Variation = Variation(),
) -> Drawn:
    """Return the interval (B2) of any statistic of a table.

    Parameters
    ----------
    observed : Accounts
    statistic : function
        From a table to a number or an array.
    draws, seed : int
    variation : Variation

    Raises
    ------
    ParameterFault
        With fewer than 20 draws, of which 5 % cannot be told.
    """
    if draws < 20:
        raise ParameterFault(Text(f"至少需要20次抽样，读到{draws}次。", f"At least 20 draws are needed; read {draws}."))
    tables = redrawn(observed=observed, draws=draws, seed=seed, variation=variation)
    low, high = np.quantile(np.array([statistic(one) for one in tables]), (LOW, HIGH), axis=0)
    return Drawn(np.asarray(low), np.asarray(high), draws, seed, variation)


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


def _fitted(seed: Floats, rows: Floats, columns: Floats, tolerance: float) -> Fit:
    """Fit a table, or a batch of tables, to its margins; cells below 0 keep their sign."""
    if (seed >= 0).all() and (rows >= 0).all() and (columns >= 0).all():
        # Factors grow without bound where the totals cannot be met: told below, not by a warning of overflow.
        with np.errstate(over="ignore", invalid="ignore"):
            fit = proportional_fit(seed=seed, rows=rows, columns=columns, tolerance=tolerance, most=SWEEPS)
    elif seed.ndim == 2:
        fit = generalised_fit(seed=seed, rows=rows, columns=columns, tolerance=tolerance, most=SWEEPS)
    else:
        fits = [_fitted(*one, tolerance) for one in zip(seed, rows, columns, strict=True)]
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
