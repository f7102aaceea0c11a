"""Synthetic economies of any size for the benchmarks; seeded, so that every run meets the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.region import ROW
from ronghe.base.text import same
from ronghe.simulate import Economy, Parameters
from ronghe.simulate.blocks import Blocks, Groups, Services, Sharing
from ronghe.simulate.calibrate import balanced, with_blocks


def economy(count: int, sectors: int, *, seed: int = 0, storage: type = np.float64) -> Economy:
    """Return regions at random places, home shares 0.6 to 0.9, trade falling with distance, no deficits."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0.0, 1.0, count)
    places = rng.random((count, 2))
    nearness = 1.0 / (np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2)) + 0.05)
    np.fill_diagonal(nearness, 0.0)
    flows = np.empty((sectors, count, count), dtype=storage)
    here = np.arange(count)
    for j in range(sectors):
        table = nearness * (size * rng.lognormal(0.0, 0.5, count))
        own = 0.6 + 0.3 * rng.random(count)
        table *= ((1.0 - own) / table.sum(axis=1))[:, None]
        table[here, here] = own
        flows[j] = table * (size * rng.lognormal(0.0, 0.3))[:, None]
    added = rng.uniform(0.4, 0.7, (count, sectors))
    needs = rng.dirichlet(np.full(sectors, 2.0), size=sectors).T
    return Economy.from_flows(
        flows=flows,
        axes=("sector", "buyer", "seller"),
        value_added_shares=added,
        input_shares=needs * (1.0 - added)[:, None, :],
        elasticities=4.0,
        regions=[*(f"R{n}" for n in range(count - 1)), ROW],
        sectors=[f"S{j}" for j in range(sectors)],
    )


def full(count: int, sectors: int, *, seed: int = 0) -> Economy:
    """Return the same with every block on: uses, groups, services, taxes, subsidies, wedges, owners, people, land."""
    rng = np.random.default_rng(seed)
    world = economy(count, sectors, seed=seed).world
    final, home = world.household, count - 1
    government = np.zeros_like(final)
    government[-1] = np.minimum(0.6 * final[-1], 0.15 * final.sum(axis=0))
    private = final - government
    wedges = rng.uniform(0.0, 0.1, world.shares.shape)
    wedges[:, np.arange(count), np.arange(count)] = 0.0
    # What abroad balances is external; the rest moves inside the country and sums to 0 there.
    external = np.append(np.full(home, -world.transfers[-1] / home), world.transfers[-1])
    world = replace(
        world, household=0.65 * private, investment=0.35 * private, government=government, fiscal=True,
        capital_shares=np.full_like(final, 0.4), own_revenue=0.7 * government.sum(axis=0), housing=0,
        rule="indexed", numeraire="national", transfers=world.transfers - external, external=external,
        residents=(np.eye(home) + 0.03 * rng.random((home, home))) * world.value_added[:home, None],
    )  # fmt: skip
    world = balanced(replace(balanced(world), tariffs=wedges))
    economy_ = Economy.from_world(world, parameters=Parameters())
    return economy_.with_world(with_blocks(world, _blocks(rng, count, sectors, world.residents)))


def _blocks(rng: np.random.Generator, count: int, sectors: int, residents: Floats | None) -> Blocks:
    home = count - 1
    skilled = rng.uniform(0.2, 0.5, (sectors, count))
    keys = np.eye(count)
    keys[:home, :home] = 0.85 * np.eye(home) + 0.15 * np.roll(np.eye(home), 1, axis=0)
    owners = 0.8 * np.eye(count)
    owners[:home, :home] += 0.2 / home
    owners[-1, -1] = 1.0
    pooling = 0.02 * rng.random((3, count, count)) * ~np.eye(count, dtype=bool)
    pooling[:, -1] = pooling[:, :, -1] = 0.0
    assert residents is not None
    return Blocks(
        groups=Groups(
            (same("skilled"), same("other")), np.array([skilled, 1 - skilled]),
            np.array([0.3, 0.7])[:, None, None] * residents,
        ),
        services=Services(
            (same("education"), same("health"), same("other")), rng.dirichlet(np.ones(3) * 5, size=count).T,
            np.array([0.5, 0.7, 0.2]), np.array([0.05, 0.05, 0.05]), pooling,
        ),
        sharing=Sharing(rng.uniform(0, 0.03, count), keys[None]),
        subsidies=rng.uniform(0, 0.02, (sectors, count)),
        ownership=owners,
        waste=0.4,
    )  # fmt: skip
