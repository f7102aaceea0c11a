"""The opening of an area: the ordered pairs of members between which walls stand.

A wall is owned by a block (a province of counties, a state of cities); inside a block there is none. Where a
data set names no blocks each region is its own. A coalition opens both orders of every pair.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.text import Text, same
from ronghe.simulate.economy import Economy
from ronghe.simulate.scenario import Change, Scenario, Where
from ronghe.simulate.shock import Cut, Shock
from ronghe.simulate.world import World

HEADLINE = "headline"
"""Household consumption equivalent and public services together, the welfare that depth and bands count."""


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """Pairs of an area on the regions of one economy.

    Attributes
    ----------
    members : tuple of int
        Positions of the members with data, in the economy's order.
    mask : array of bool, shape (buyer, seller)
        Ordered pairs of members of different blocks.
    blocks : array of int, shape (region,)
        Block of every region; the rest of the world is a block of its own.
    """

    members: tuple[int, ...]
    mask: Bools
    blocks: Ints

    @property
    def inside(self) -> Bools:
        """Whether each region is a member, shape (region,)."""
        found = np.zeros(len(self.blocks), dtype=bool)
        found[list(self.members)] = True
        return found


def opening(economy: Economy, area: Where) -> Opening:
    """Return the pairs of an area between which walls stand.

    Raises
    ------
    UnknownRegion, ScenarioFault
        Unknown names; fewer than two members with data.
    """
    bound = economy.bind(_looked_up(area))
    blocks = blocks_of(economy)
    mask = np.logical_or.reduce([piece.mask for piece in bound.pieces])
    mask &= blocks[:, None] != blocks[None, :]
    return Opening(bound.members, mask, blocks)


def _looked_up(area: Where) -> Scenario:
    """Return the scenario that names an area; a list of one name is looked up before it is called too short."""
    if isinstance(area, (list, tuple)) and len(area) == 1:
        return Scenario("opening", (Change("cut", members=(str(area[0]),)),))
    return Scenario("opening").cut_trade_cost(0.0, within=area)


def blocks_of(economy: Economy) -> Ints:
    """Return the block of every region, numbered from 0 in order of appearance."""
    owners = {} if economy.data is None else dict(economy.data.blocks)
    names = [owners.get(region, region) for region in economy.regions]
    order = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return np.array([order[name] for name in names], dtype=np.int64)


def block_names(economy: Economy) -> tuple[tuple[str, Text], ...]:
    """Return code and name of every block, in the order of their numbers."""
    data = economy.data
    named = dict(zip(economy.regions, economy.names, strict=True))
    owners = {} if data is None else dict(data.blocks)
    if data is not None and "regions" in data.tables:
        rows = data.tables["regions"]
        columns = (rows[column] for column in ("code", "short_zh", "name_en"))
        named = {str(code): Text(str(zh), str(en)) for code, zh, en in zip(*columns, strict=True)} | named
    codes = dict.fromkeys(owners.get(region, region) for region in economy.regions)
    return tuple((code, named.get(code, same(code))) for code in codes)


def barriers(world: World, mask: Bools, factor: float, sectors: Bools | None = None) -> Shock:
    """Return the shock that multiplies trade cost by ``factor`` on pairs of a mask, in traded sectors."""
    return Shock(cuts=(Cut(mask, world.traded if sectors is None else sectors, factor, stated=False),))


def welfare(columns: Floats, members: Bools) -> float:
    """Return household and services of the members together."""
    return float(columns[:2, members].sum())
