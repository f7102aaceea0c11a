"""Intervals of a multi-regional table: its cells drawn anew, its totals held (B2).

Every cell is drawn around its figure, with a coefficient of variation that falls with its size,

    cv(z) = min(most, largest * (z / max z) ** -slope),

and the table is fitted to the published totals of output, final demand and costs. 5 to 95 % of a statistic over the
draws is its interval: sampling error of cells whose totals are held. With the true variation it holds the true value in
about 90 % of tables; the variation is stated with it.

References
----------
.. [1] M. Lenzen, R. Wood, T. Wiedmann, "Uncertainty Analysis for Multi-Region Input-Output Models", 2010.
.. [2] R. Stone, "Input-Output and National Accounts", 1961 (the RAS method).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.measure.accounts import Accounts
from ronghe.measure.rebalance import TOLERANCE, fitted

LOW, HIGH = 0.05, 0.95
FEWEST = 20
"""With fewer draws the fifth in a hundred is not among them."""


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
        values = fitted(cells, rows, columns, TOLERANCE).values
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
    if draws < FEWEST:
        raise ParameterFault(
            Text(f"至少需要{FEWEST}次抽样，读到{draws}次。", f"At least {FEWEST} draws are needed; read {draws}.")
        )
    tables = redrawn(observed=observed, draws=draws, seed=seed, variation=variation)
    low, high = np.quantile(np.array([statistic(one) for one in tables]), (LOW, HIGH), axis=0)
    return Drawn(np.asarray(low), np.asarray(high), draws, seed, variation)
