"""The calibrated world: baseline shares and levels from which every counterfactual starts.

Exact-hat algebra needs no level of productivity: expenditure shares, cost shares, final uses and
elasticities describe the whole baseline. Inside, arrays are ``[sector, buyer, seller]``.

    X_nj = sum_i purchases gross of wedges,   pi_nij = purchases / X_nj,   Y_ij = sum_n pi_nij X_nj / (1 + t_nij)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.canonical import array_hash, content_hash
from ronghe.base.text import Text
from ronghe.simulate.blocks import NOTHING, Blocks

DeficitRule = Literal["indexed", "fixed"]
Numeraire = Literal["world", "national"]


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """One baseline economy in shares and levels, 亿元 a year (or the unit of the flows).

    Attributes
    ----------
    regions, sectors : tuple of str
        Codes, lengths N and J.
    traded : array of bool, shape (sector,)
        Sectors that a stated cut or a wall acts on.
    shares : array, shape (sector, buyer, seller)
        pi: share of the buyer's spending, at buyer prices; rows sum to 1, or are 0 where nothing is bought. Stored in
        float64 or float32; rounded rows count as parts of their own sum.
    spending, output : array, shape (sector, region)
        X gross of wedges, Y at cost.
    value_added_shares, capital_shares : array, shape (sector, region)
        g: value added / output; b: capital and land / value added.
    inputs : array, shape (region, input, sector)
        Cost shares of inputs; with g they add up to 1 over inputs.
    household, government, investment : array, shape (sector, region)
        Final purchases by use at buyer prices. A one-basket world has only ``household``.
    tariffs : array, shape (sector, buyer, seller), or None
        t: wedge on the seller's price whose revenue stays with the buyer's region.
    transfers, external : array, shape (region,)
        T (sum 0 over the country) and B (sum 0 over the world): net inflows.
    own_revenue : array, shape (region,)
        Recorded own revenue of local government; all 0 where the fiscal block is off.
    elasticities : array, shape (sector,)
        theta.
    residents : array, shape (home, residence), or None
        Persons by home and place over the domestic regions, in their order.
    domestic : array of bool, shape (region,)
        Regions of the nation; all where the flows know no nation.
    fiscal : bool
        Whether final use is split by households, government and investment (block 8).
    housing : int
        Index of the real-estate sector, whose capital-and-land income is land rent; -1 for none.
    rule : {"indexed", "fixed"}
        How deficits follow the economy.
    numeraire : {"world", "national"}
        World value added constant, or national consumer-price index 1.
    blocks : Blocks
        Groups, services, sharing of taxes, subsidies, ownership; all off by default.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    traded: Bools
    shares: Floats
    spending: Floats
    output: Floats
    value_added_shares: Floats
    capital_shares: Floats
    inputs: Floats
    household: Floats
    government: Floats
    investment: Floats
    tariffs: Floats | None
    transfers: Floats
    external: Floats
    own_revenue: Floats
    elasticities: Floats
    residents: Floats | None
    domestic: Bools
    fiscal: bool
    housing: int
    rule: DeficitRule
    numeraire: Numeraire
    notes: tuple[Text, ...] = ()
    blocks: Blocks = NOTHING

    @property
    def value_added(self) -> Floats:
        """Value added by region, shape (region,)."""
        total: Floats = (self.value_added_shares * self.output).sum(axis=0)
        return total

    @property
    def net_shares(self) -> Floats:
        """Return pi / (1 + t), shape (sector, buyer, seller): what reaches the seller of one yuan spent."""
        return self.shares if self.tariffs is None else self.shares / (1.0 + self.tariffs)

    @property
    def flows(self) -> Floats:
        """Purchases net of wedges, at the seller's price after subsidy, shape (sector, buyer, seller)."""
        return self.net_shares * self.spending[:, :, None]

    @property
    def wedge_revenue(self) -> Floats:
        """Revenue of wedges by buyer, shape (region,)."""
        if self.tariffs is None:
            return np.zeros(len(self.regions))
        revenue = np.zeros(len(self.regions))
        for shares, tariffs, spent in zip(self.shares, self.tariffs, self.spending, strict=True):
            revenue += spent * (1.0 - (shares / (1.0 + tariffs)).sum(axis=1)) * (spent > 0)
        return revenue

    @property
    def subsidies(self) -> Floats:
        """Return s, shape (sector, region); 0 where nothing is paid."""
        return np.zeros_like(self.output) if self.blocks.subsidies is None else self.blocks.subsidies

    @property
    def subsidy_outlay(self) -> Floats:
        """Return what each region pays to its sellers, shape (region,)."""
        outlay: Floats = (self.subsidies * self.output).sum(axis=0)
        return outlay

    @property
    def purchases(self) -> tuple[Floats, Floats, Floats]:
        """Levels C, Gv, Inv by region, each shape (region,)."""
        return self.household.sum(axis=0), self.government.sum(axis=0), self.investment.sum(axis=0)

    @property
    def baskets(self) -> tuple[Floats, Floats, Floats]:
        """Baskets of the three uses, each shape (sector, region), columns sum to 1 or are 0."""
        household, government, investment = (basket(use) for use in (self.household, self.government, self.investment))
        return household, government, investment

    @property
    def hash(self) -> str:
        """SHA-256 of everything that decides a result."""
        return _hash(self)

    def with_elasticities(self, elasticities: Floats | float) -> World:
        """Return the same world with other trade elasticities (a number stands for every sector)."""
        theta = np.broadcast_to(np.asarray(elasticities, dtype=float), (len(self.sectors),)).copy()
        return replace(self, elasticities=theta)

    def with_rule(self, rule: DeficitRule) -> World:
        """Return the same world with another rule for its deficits."""
        return replace(self, rule=rule)


@lru_cache(maxsize=32)
def _hash(world: World) -> str:
    arrays = [world.shares, world.spending, world.output, world.value_added_shares, world.capital_shares, world.inputs]
    arrays += [world.household, world.government, world.investment, world.transfers, world.external, world.own_revenue]
    arrays += [world.elasticities] + [a for a in (world.tariffs, world.residents) if a is not None]
    arrays += world.blocks.arrays
    names = [world.regions, world.sectors, world.rule, world.numeraire, world.housing]
    return content_hash([array_hash(*arrays), *names])


def basket(use: Floats) -> Floats:
    """Return shares of a use over sectors, shape (sector, region); 0 where nothing is bought."""
    total = use.sum(axis=0)
    shares: Floats = np.divide(use, total, out=np.zeros_like(use), where=total > 0)
    return shares
