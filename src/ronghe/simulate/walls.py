"""Walls of one economy: border terms read from its flows, and the worlds without them or with others.

    as outsiders   k^ = exp((beta_in - beta_out) / theta)          fused   k^ = exp(removable beta_in / theta)

beta < 0 is a wall. A pair whose flow is missing in either direction is not measured and stays as it is; where
beta > 0 there is nothing to remove.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.base.text import Text
from ronghe.simulate.borders import DistanceElasticity, border_terms, distance_elasticity, outside_level
from ronghe.simulate.economy import Economy
from ronghe.simulate.opening import Opening
from ronghe.simulate.scenario import Where
from ronghe.simulate.shock import Shock
from ronghe.simulate.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Walls:
    """What the walls of an economy are read from.

    Attributes
    ----------
    flows : array, shape (sector, buyer, seller)
        Traded sectors and domestic regions only.
    distances : array, shape (buyer, seller)
        km; all ones where the economy knows no distances: the whole cost of trade then counts as border.
    elasticity : DistanceElasticity
    home, traded : array of bool
        Regions and sectors that the flows cover.
    """

    flows: Floats
    distances: Floats
    elasticity: DistanceElasticity
    home: Bools
    traded: Bools
    where: Opening

    def terms(self, elasticity: float, flows: Floats | None = None) -> Floats:
        """Return border terms over the whole economy, shape (sector, buyer, seller); 0 outside the country."""
        _, blocks = np.unique(self.where.blocks[self.home], return_inverse=True)
        found = border_terms(
            flows=self.flows if flows is None else flows,
            distances=self.distances,
            blocks=np.asarray(blocks, dtype=np.int64),
            elasticity=elasticity,
        )
        terms = np.zeros((len(self.traded), len(self.home), len(self.home)))
        terms[np.ix_(self.traded, self.home, self.home)] = found.terms
        return terms

    def noise(self) -> Floats:
        """Return the noise of log flows around the border terms, shape (traded sector,); NaN where none is seen."""
        _, blocks = np.unique(self.where.blocks[self.home], return_inverse=True)
        return border_terms(
            flows=self.flows,
            distances=self.distances,
            blocks=np.asarray(blocks, dtype=np.int64),
            elasticity=self.elasticity.value,
        ).noise


def walls(economy: Economy, where: Opening, *, distances: Floats | None = None) -> Walls:
    """Return what the walls of an economy can be read from.

    Parameters
    ----------
    distances : array, shape (region, region), optional
        km between the economy's regions, own distances on the diagonal; the data set's if left out.

    Raises
    ------
    ParameterFault
        If distances are not a positive table of all regions.
    """
    world = economy.world
    home = world.domestic
    known = distances if distances is not None else _of_data(economy)
    if known is not None:
        known = np.asarray(known, dtype=float)
        if known.shape == (len(home), len(home)):
            known = known[np.ix_(home, home)]
        size = int(home.sum())
        if known.shape != (size, size) or not (np.isfinite(known).all() and (known > 0).all()):
            raise ParameterFault(
                Text(
                    f"距离须是{size}×{size}个正数（对角线为本地距离），读到 {known.shape}。",
                    f"Distances must be {size} x {size} positive numbers, own distances on the diagonal; "
                    f"read {known.shape}.",
                )
            )
    flows = world.flows[np.ix_(world.traded, home, home)]
    _, blocks = np.unique(where.blocks[home], return_inverse=True)
    if known is None:
        flat = np.ones((int(home.sum()), int(home.sum())))
        return Walls(flows, flat, DistanceElasticity(0.0, 0.0, 0.0, estimated=False), home, world.traded, where)
    elasticity = distance_elasticity(flows=flows, distances=known, blocks=np.asarray(blocks, dtype=np.int64))
    return Walls(flows, known, elasticity, home, world.traded, where)


def _of_data(economy: Economy) -> Floats | None:
    """Return the distances of the data set, where it has them for every pair and every region itself."""
    if economy.data is None or not np.isfinite(economy.data.distances).all():
        return None
    codes = [code for code, home in zip(economy.regions, economy.world.domestic, strict=True) if home]
    at = [economy.data.codes.index(code) for code in codes]
    return economy.data.distances[np.ix_(at, at)]


def as_outsiders(world: World, where: Opening, terms: Floats) -> Shock | None:
    """Return the shock that puts inside walls at the level with outsiders; None where there are no outsiders."""
    home = world.domestic
    _, blocks = np.unique(where.blocks[home], return_inverse=True)
    inside = where.inside[home]
    levels = outside_level(terms[np.ix_(world.traded, home, home)], np.asarray(blocks, dtype=np.int64), inside)
    if np.isnan(levels).all():
        return None
    level = np.full(len(world.sectors), np.nan)
    level[world.traded] = levels
    return _shift(world, where, terms - level[:, None, None])


def fused(world: World, where: Opening, terms: Floats, removable: float) -> Shock:
    """Return the shock that removes a share of the inside border terms."""
    return _shift(world, where, removable * np.minimum(terms, 0.0))


def _shift(world: World, where: Opening, logs: Floats) -> Shock:
    """Return k^ = exp(logs / theta) on measured pairs of the opening in traded sectors."""
    chosen = where.mask & world.traded[:, None, None] & np.isfinite(logs)
    change = np.exp(np.where(chosen, logs, 0.0) / world.elasticities[:, None, None])
    return Shock(barriers=change)


def refusal(economy: Economy, key: str, area: Where) -> NotIdentified | None:
    """Return why the tables cannot tell ``key`` for an area, or None where they can."""
    if economy.data is not None:
        found = economy.data.identification(key, area=area)
        return None if found.value else NotIdentified(key, found.reason, found.unlocks)
    try:
        economy.require(key)
    except NotIdentified as refused:
        return refused
    if economy.status not in ("estimated", "assumed"):
        return None
    reason = Text(
        "区域间贸易为估算，区内区外壁垒按构造相等。",
        "trade between regions is estimated: walls inside and outside are equal by construction. ",
    )
    return NotIdentified(key, reason, ("trade", "io_intermediate"))
