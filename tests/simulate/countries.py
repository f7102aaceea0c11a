"""Small countries with known walls, made for tests: flows first, every account fitted to them."""

from __future__ import annotations

import numpy as np

from ronghe.data.baseline import Baseline

SECTORS = ("industry", "other_services", "real_estate")


def places(count, seed=0):
    """Distances in km between random points, own distances on the diagonal."""
    draw = np.random.default_rng(seed)
    points = draw.uniform(0, 1000, (count, 2))
    return np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2)) + np.diag(draw.uniform(20, 60, count))


def country(
    walls,
    blocks,
    *,
    seed=0,
    delta=0.8,
    world=True,
    deficits=False,
    status="demonstration",
    distances=None,
    diverse=0.3,
):
    """Return a baseline of units with planted walls (positive log border terms by ordered pair of blocks).

    Two traded sectors and real estate; the rest of the world is the last region unless ``world`` is false.
    """
    draw = np.random.default_rng(seed)
    blocks = np.asarray(blocks)
    units = len(blocks)
    n = units + world
    apart = places(units, seed) if distances is None else distances
    flows = np.zeros((3, n, n))
    for j in range(2):
        free = np.exp(-delta * np.log(apart / 100) - np.asarray(walls)[np.ix_(blocks, blocks)])
        size = 100 * np.exp(diverse * draw.normal(size=n))
        table = np.zeros((n, n))
        table[:units, :units] = free
        if world:
            table[:units, units] = table[units, :units] = 0.02
            table[units, units] = 5.0
        flows[j] = table * size[:, None] * np.exp(diverse * draw.normal(size=n))[None, :]
    flows[2] = np.diag(0.15 * flows[:2].sum(axis=(0, 1)))
    spending, output = flows.sum(axis=2), flows.sum(axis=1)
    inputs = np.array([[0.3, 0.1, 0.02], [0.1, 0.2, 0.1], [0.02, 0.05, 0.03]])
    inputs = np.broadcast_to(inputs, (n, 3, 3)) * np.exp(0.02 * draw.normal(size=(n, 1, 3)))
    added = 1 - inputs.sum(axis=1)
    final = (spending - np.einsum("nkj,jn->kn", inputs, output)).T
    assert (final > 0).all()
    value_added = (added * output.T).sum(axis=1)
    gap = final.sum(axis=1) - value_added
    government = np.zeros_like(final)
    government[:, 1] = np.minimum(0.12 * value_added, 0.5 * final[:, 1])
    if world:
        government[-1] = 0.0
    household = 0.65 * (final - government)
    transfers = np.where(np.arange(n) < units, 0.02 * (value_added - value_added[:units].mean()), 0.0)
    transfers -= np.where(np.arange(n) < units, transfers.sum() / units, 0.0)
    transfers *= deficits
    revenue = government.sum(axis=1) * np.where(np.arange(n) < units, 0.7, 1.0)
    names = tuple(f"U{u}" for u in range(units)) + (("ROW",) if world else ())
    return Baseline(
        regions=names,
        sectors=SECTORS,
        traded=np.array([True, True, False]),
        flows=flows,
        value_added_shares=added,
        input_shares=inputs,
        household=household,
        government=government,
        investment=final - government - household,
        transfers=transfers,
        external=gap - transfers,
        own_revenue=revenue,
        elasticities=np.full(3, 4.0),
        people=None,
        pair_status=status,
    )
