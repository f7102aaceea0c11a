"""The same world told otherwise: regions split, merged or in another order, sectors reordered, another currency.

A new region is a part of an old one. What is per head or per yuan it takes over; what is an amount it takes in
proportion. Parts of one region buy from each other as from themselves: trade between them is free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.simulate.blocks import Blocks
from ronghe.simulate.shock import Shock
from ronghe.simulate.world import World

CELLS = ("value_added_shares", "capital_shares")
AMOUNTS = ("spending", "output", "household", "government", "investment")
SUMS = ("transfers", "external", "own_revenue")


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """Where every new region and sector comes from.

    Attributes
    ----------
    regions, sectors : array of int
        The old position of every new one; ``homes`` that of domestic regions among themselves.
    part, home_part : array
        How much of the old region the new one is; of the domestic ones.
    """

    regions: Ints
    sectors: Ints
    part: Floats
    homes: Ints
    home_part: Floats

    def cells(self, table: Floats | None) -> Floats | None:
        """Return a table (sector, region) in the new order."""
        return None if table is None else table[np.ix_(self.sectors, self.regions)]

    def pairs(self, table: Floats | None, *, by: str = "") -> Floats | None:
        """Return a table (sector or kind, region, region) in the new order, in proportion to its first or last."""
        if table is None:
            return None
        kinds = self.sectors if len(table) == len(self.sectors) else np.arange(len(table))
        weight = {"": 1.0, "first": self.part[:, None], "last": self.part}[by]
        return table[np.ix_(kinds, self.regions, self.regions)] * weight

    def keys(self, table: Floats | None) -> Floats | None:
        """Return keys (sector or kind, receiver, place): every part keeps what the old region kept of its own."""
        shared = self.pairs(table, by="first")
        if shared is None or table is None:
            return None
        same = self.regions[:, None] == self.regions
        return np.where(same, np.eye(len(self.part)) * self.pairs(table), shared)

    def people(self, table: Floats | None, *, amounts: bool) -> Floats | None:
        """Return a table (..., home, residence) in the new order."""
        if table is None:
            return None
        weight = np.outer(self.home_part, self.home_part) if amounts else 1.0
        return table[..., self.homes[:, None], self.homes] * weight


def order(
    world: World, regions: Sequence[int], *, sectors: Sequence[int] | None = None, part: Floats | None = None
) -> Order:
    """Return an order by old positions; ``part`` is 1 where no region is split."""
    at = np.asarray(regions)
    kinds = np.arange(len(world.sectors)) if sectors is None else np.asarray(sectors)
    part = np.ones(len(at)) if part is None else part
    home = world.domestic[at]
    return Order(at, kinds, part, (np.cumsum(world.domestic) - 1)[at[home]], part[home])


def world_in(new: Order, world: World) -> World:
    """Return the world in a new order."""
    names = [f"{world.regions[n]}.{at}" for at, n in enumerate(new.regions)]
    return replace(
        world,
        regions=tuple(names),
        sectors=tuple(world.sectors[j] for j in new.sectors),
        traded=world.traded[new.sectors],
        shares=new.pairs(world.shares, by="last"),
        inputs=world.inputs[np.ix_(new.regions, new.sectors, new.sectors)],
        tariffs=new.pairs(world.tariffs),
        elasticities=world.elasticities[new.sectors],
        residents=new.people(world.residents, amounts=True),
        domestic=world.domestic[new.regions],
        housing=-1 if world.housing < 0 else int(np.flatnonzero(new.sectors == world.housing)[0]),
        blocks=_blocks_in(new, world.blocks),
        **{name: new.cells(getattr(world, name)) for name in CELLS},
        **{name: new.cells(getattr(world, name)) * new.part for name in AMOUNTS},
        **{name: getattr(world, name)[new.regions] * new.part for name in SUMS},
    )


def _blocks_in(new: Order, blocks: Blocks) -> Blocks:
    groups, services, sharing, owners = blocks.groups, blocks.services, blocks.sharing, blocks.ownership
    return replace(
        blocks,
        groups=groups and replace(
            groups,
            bills=groups.bills[:, new.sectors[:, None], new.regions],
            residents=new.people(groups.residents, amounts=True),
        ),
        services=services and replace(
            services, budget=services.budget[:, new.regions], pooling=new.pairs(services.pooling, by="first")
        ),
        sharing=sharing and replace(
            sharing, capital_rates=sharing.capital_rates[new.regions], shares=new.keys(sharing.shares)
        ),
        subsidies=new.cells(blocks.subsidies),
        ownership=None if owners is None else new.keys(owners[None])[0],
    )  # fmt: skip


def shock_in(new: Order, shock: Shock) -> Shock:
    """Return a shock in a new order."""
    return Shock(
        barriers=new.pairs(shock.barriers),
        tariffs=new.pairs(shock.tariffs),
        moving=new.people(shock.moving, amounts=False),
        gifts=None if shock.gifts is None else shock.gifts[new.regions] * new.part,
        productivity=new.cells(shock.productivity),
        land=None if shock.land is None else shock.land[new.regions],
        subsidies=new.cells(shock.subsidies),
        sharing=new.keys(shock.sharing),
        budget=None if shock.budget is None else shock.budget[:, new.regions],
        pooling=new.pairs(shock.pooling, by="first"),
    )


def figures_in(new: Order, figures: dict[str, Floats]) -> dict[str, Floats]:
    """Return figures of every region in a new order; of every sector too, where they are told by sector."""
    told = {name: values[..., new.regions] for name, values in figures.items()}
    return told | {"prices": told["prices"][new.sectors]}


def merged(world: World, new: Order) -> World:
    """Return the world with the parts of every region put together again; sectors must be in their old order."""
    first = np.array([np.flatnonzero(new.regions == n)[0] for n in range(int(new.regions.max()) + 1)])
    at_home = np.array([np.flatnonzero(new.homes == n)[0] for n in range(int(new.homes.max()) + 1)])
    whole = (new.regions == np.arange(len(first))[:, None]).astype(float)
    homes = (new.homes == np.arange(len(at_home))[:, None]).astype(float)
    blocks = world.blocks
    assert blocks.groups is not None
    assert blocks.services is not None
    assert blocks.sharing is not None
    return replace(
        world,
        regions=tuple(world.regions[n] for n in first),
        shares=world.shares[:, first] @ whole.T,
        inputs=world.inputs[first],
        tariffs=world.tariffs[:, first[:, None], first],
        residents=homes @ world.residents @ homes.T,
        domestic=world.domestic[first],
        blocks=replace(
            blocks,
            groups=replace(
                blocks.groups, bills=blocks.groups.bills[..., first],
                residents=homes @ blocks.groups.residents @ homes.T,
            ),
            services=replace(
                blocks.services, budget=blocks.services.budget[:, first],
                pooling=(whole @ blocks.services.pooling)[..., first],
            ),
            sharing=replace(
                blocks.sharing, capital_rates=blocks.sharing.capital_rates[first],
                shares=(whole @ blocks.sharing.shares)[..., first],
            ),
            subsidies=blocks.subsidies[:, first],
            ownership=(whole @ blocks.ownership)[:, first],
        ),
        **{name: getattr(world, name)[:, first] for name in CELLS},
        **{name: getattr(world, name) @ whole.T for name in AMOUNTS},
        **{name: whole @ getattr(world, name) for name in SUMS},
    )  # fmt: skip


def in_currency(world: World, unit: float) -> World:
    """Return the world with every amount of money in another unit."""
    return replace(world, **{name: unit * getattr(world, name) for name in (*AMOUNTS, *SUMS)})


def largest_difference(one: World, other: World) -> float:
    """Return the largest difference of two worlds in shares and wedges, and in amounts as parts of value added."""
    kept = ("shares", "tariffs", "value_added_shares", "capital_shares", "inputs")
    apart = [np.abs(getattr(one, name) - getattr(other, name)).max() for name in kept]
    sums = [w.value_added.sum() for w in (one, other)]
    for name in (*AMOUNTS, *SUMS):
        apart.append(np.abs(getattr(one, name) / sums[0] - getattr(other, name) / sums[1]).max())
    apart.append(np.abs(one.residents / one.residents.sum() - other.residents / other.residents.sum()).max())
    for mine, its in zip(one.blocks.arrays, other.blocks.arrays, strict=True):
        apart.append(np.abs(mine - its).max() / max(1.0, np.abs(its).max()))
    return float(max(apart))
