"""Economies of known make for the tests of ``simulate``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ronghe.base.region import ROW, provinces
from ronghe.base.sector import nine_sectors
from ronghe.base.text import same
from ronghe.data.baseline import Baseline, People
from ronghe.simulate.blocks import Blocks, Groups, Services, Sharing
from ronghe.simulate.calibrate import balanced, with_blocks
from ronghe.simulate.economy import Economy
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.world import World


def three_region_world() -> World:
    """The worked page of the model's documentation: A, B, ROW; traded T and local S; tax 20 %, no inputs, b = 0.4."""
    traded = np.array([[75, 15, 10], [15, 75, 10], [10, 10, 380.0]])
    flows = np.array([traded, np.diag([100, 100, 400.0])])
    spending = flows.sum(axis=2)
    nothing = np.zeros(3)
    return balanced(
        World(
            regions=("A", "B", ROW),
            sectors=("T", "S"),
            traded=np.array([True, False]),
            shares=flows / spending[:, :, None],
            spending=spending,
            output=flows.sum(axis=1),
            value_added_shares=np.ones((2, 3)),
            capital_shares=np.full((2, 3), 0.4),
            inputs=np.zeros((3, 2, 2)),
            household=np.array([[100, 100, 400], [60, 60, 240.0]]),
            government=np.array([[0, 0, 0], [40, 40, 160.0]]),
            investment=np.zeros((2, 3)),
            tariffs=None,
            transfers=nothing,
            external=nothing,
            own_revenue=np.array([40, 40, 160.0]),
            elasticities=np.array([4.0, 4.0]),
            residents=None,
            domestic=np.array([True, True, False]),
            fiscal=True,
            housing=-1,
            rule="fixed",
            numeraire="world",
        )
    )


def three_region_economy() -> Economy:
    """The worked page as an economy."""
    return Economy.from_world(three_region_world())


def random_baseline(seed: int, *, regions: int = 6, sectors: int = 9, people: bool = True) -> Baseline:
    """A balanced baseline with inputs, three uses, transfers, an external balance and residents by home."""
    rng = np.random.default_rng(seed)
    codes = (*(region.code for region in provinces()[: regions - 1]), ROW)
    chosen = nine_sectors()[:sectors]
    local = np.array([sector.local for sector in chosen])
    size = np.append(rng.lognormal(0, 0.6, regions - 1), regions * 3.0)
    added = rng.uniform(0.25, 0.7, sectors) * np.ones((regions, 1))
    inputs = rng.dirichlet(np.ones(sectors), size=sectors).T * (1 - added[0])
    inputs = np.broadcast_to(inputs, (regions, sectors, sectors)).copy()
    shares = rng.lognormal(0, 0.8, (sectors, regions, regions)) * size
    shares[:, np.arange(regions), np.arange(regions)] *= 12.0
    shares[local] = np.eye(regions)
    shares /= shares.sum(axis=2, keepdims=True)
    # Final use in proportion to value added plus a transfer that sums to 0: one linear system gives the levels.
    basket = np.array([rng.dirichlet(np.ones(sectors) * 3, size=regions) for _ in range(3)])
    split = np.array([0.45, 0.18, 0.37])
    mixed = np.einsum("u,unj->nj", split, basket)
    gap = rng.uniform(-0.02, 0.02, regions)
    output = np.ones((sectors, regions)) * size
    for _ in range(2000):
        value = (added.T * output).sum(axis=0)
        income = value * (1 + gap - gap @ value / value.sum())
        spending = mixed.T * income + np.einsum("nkj,jn->kn", inputs, output)
        output = np.einsum("jni,jn->ji", shares, spending)
        output *= size.sum() * 10 / output.sum()
    value = (added.T * output).sum(axis=0)
    spending = np.einsum("nkj,jn->kn", inputs, output)
    income = value * (1 + gap - gap @ value / value.sum())
    spending = mixed.T * income + spending
    flows = shares * spending[:, :, None]
    uses = [basket[u] * split[u] * income[:, None] for u in range(3)]
    deficit = income - value
    external = np.full(regions, -deficit[-1] / (regions - 1))
    external[-1] = deficit[-1]
    transfers = deficit - external
    transfers[-1] = 0.0
    homes = regions - 1
    residents = rng.uniform(0, 0.03, (homes, homes)) + np.eye(homes)
    residents = residents / residents.sum(axis=1, keepdims=True) * size[:homes, None] * 1e6
    return Baseline(
        regions=codes,
        sectors=tuple(sector.code for sector in chosen),
        traded=~local,
        flows=flows,
        value_added_shares=added,
        input_shares=inputs,
        household=uses[0],
        government=uses[1],
        investment=uses[2],
        transfers=transfers,
        external=external,
        own_revenue=np.append(uses[1].sum(axis=1)[:-1] * rng.uniform(0.4, 0.9, regions - 1), 0.0),
        elasticities=np.full(sectors, 4.0),
        people=People(residents, "estimated") if people else None,
        pair_status="estimated",
    )


def random_economy(seed: int, *, regions: int = 6, sectors: int = 9, parameters: Parameters | None = None) -> Economy:
    """An economy on a random baseline."""
    return Economy.from_baseline(random_baseline(seed, regions=regions, sectors=sectors), parameters=parameters)


def random_flows(seed: int, *, regions: int = 4, sectors: int = 3, tariffs: bool = True) -> dict[str, object]:
    """Arguments of ``Economy.from_flows``: flows whose final demand is positive everywhere."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0, 0.5, regions)
    flows = rng.lognormal(0, 0.7, (regions, regions, sectors)) * size[:, None, None] * size[None, :, None]
    flows[np.arange(regions), np.arange(regions)] *= 8.0
    added = rng.uniform(0.5, 0.8, (regions, sectors))
    inputs = rng.dirichlet(np.full(sectors, 4.0), size=(regions, sectors)).transpose(0, 2, 1) * (1 - added)[:, None, :]
    wedges = rng.uniform(0, 0.2, flows.shape) if tariffs else np.zeros(flows.shape)
    wedges[np.arange(regions), np.arange(regions)] = 0.0
    return {
        "flows": flows,
        "axes": ("buyer", "seller", "sector"),
        "value_added_shares": added,
        "input_shares": inputs,
        "elasticities": rng.uniform(3, 8, sectors),
        "tariffs": wedges if tariffs else None,
        "regions": [f"R{n}" for n in range(regions)],
        "sectors": [f"S{j}" for j in range(sectors)],
    }


def full_blocks(seed: int, world: World) -> Blocks:
    """Every block on, with random numbers that add up."""
    rng = np.random.default_rng(seed)
    n, j, home = len(world.regions), len(world.sectors), int(world.domestic.sum())
    skilled = rng.uniform(0.2, 0.5, (j, n))
    sharing = np.eye(n)[None] * np.ones((j, 1, 1))
    sharing[:, :home, :home] = 0.85 * np.eye(home) + 0.1 * np.roll(np.eye(home), 1, axis=0)
    sharing[0, :home, :home] = 0.6 * np.eye(home) + 0.3 * np.roll(np.eye(home), 1, axis=0)
    owners = 0.8 * np.eye(n)
    owners[:home, :home] += 0.2 / home
    owners[-1, -1] = 1.0
    pooling = rng.uniform(0, 0.1, (3, n, n)) * ~np.eye(n, dtype=bool)
    pooling[:, -1] = pooling[:, :, -1] = 0.0
    groups = None
    if world.residents is not None:
        residents = np.array([0.3 * world.residents, 0.7 * world.residents]) * rng.uniform(0.9, 1.1, (2, home, home))
        groups = Groups((same("skilled"), same("other")), np.array([skilled, 1 - skilled]), residents)
    return Blocks(
        groups=groups,
        services=Services(
            (same("education"), same("health"), same("other")),
            rng.dirichlet(np.ones(3) * 5, size=n).T,
            np.array([0.5, 0.7, 0.2]),
            np.array([0.05, 0.05, 0.05]),
            pooling,
        ),
        sharing=Sharing(rng.uniform(0, 0.05, n), sharing),
        subsidies=rng.uniform(0, 0.03, (j, n)) * world.traded[:, None],
        ownership=owners,
        waste=0.4,
    )


def full_economy(seed: int, *, regions: int = 5, sectors: int = 4) -> Economy:
    """A random economy with every block on, wedges among them; residents by group move."""
    economy = random_economy(seed, regions=regions, sectors=sectors)
    world = economy.world
    rng = np.random.default_rng(seed)
    wedges = rng.uniform(0, 0.1, world.shares.shape) * world.traded[:, None, None]
    wedges[:, np.arange(regions), np.arange(regions)] = 0.0
    world = balanced(replace(world, tariffs=wedges))
    return economy.with_world(with_blocks(world, full_blocks(seed, world)))
