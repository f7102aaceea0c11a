"""Batches of openings: 1,024 coalitions on a synthetic economy of 31 regions and 42 sectors, people fixed."""

from __future__ import annotations

import time

import numpy as np

from ronghe.simulate import Economy, Scenario
from ronghe.simulate.batches import OpenPairs, batch_openings
from ronghe.simulate.batches.plan import planned
from ronghe.simulate.solver.solve import solve_problem
from timing import interleaved, row

REGIONS, SECTORS, PLAYERS, THREADS = 31, 42, 10, 2

rng = np.random.default_rng(1)
size = rng.lognormal(0, 0.5, REGIONS)
flows = rng.lognormal(0, 0.7, (REGIONS, REGIONS, SECTORS)) * size[:, None, None] * size[None, :, None]
flows[np.arange(REGIONS), np.arange(REGIONS)] *= 8.0
added = rng.uniform(0.5, 0.8, (REGIONS, SECTORS))
inputs = rng.dirichlet(np.full(SECTORS, 4.0), size=(REGIONS, SECTORS)).transpose(0, 2, 1) * (1 - added)[:, None, :]
economy = Economy.from_flows(
    flows=flows, axes=("buyer", "seller", "sector"), value_added_shares=added, input_shares=inputs,
    elasticities=rng.uniform(3, 8, SECTORS), regions=[f"R{n}" for n in range(REGIONS)],
    sectors=[f"S{j}" for j in range(SECTORS)],
)  # fmt: skip
names = economy.regions[:PLAYERS]
cut = Scenario("a tenth").cut_trade_cost(0.10, within=names)
openings = [OpenPairs.coalition(economy, [c for i, c in enumerate(names) if s >> i & 1]) for s in range(2**PLAYERS)]

plan = planned(economy, cut, openings, "short", 1e-10, "every", 64, THREADS)
case = plan.case()
masks = plan.masks(np.arange(500, 532))
none = np.zeros(len(masks), dtype=bool)
problems = [case.problem(mask) for mask in masks]
beside, alone = interleaved(
    [lambda: case.solve(masks, none), lambda: [solve_problem(problem, tolerance=1e-11) for problem in problems]],
    rounds=5,
)
row("32 coalitions 31 x 42, measured, with radius, 1 thread", beside, peer=alone, peer_name="only solved, one by one")
for radius in ("every", "sample"):
    start = time.perf_counter()
    gains = batch_openings(economy, cut, openings, radius=radius, threads=THREADS)
    seconds = time.perf_counter() - start
    what = f"1,024 coalitions 31 x 42, radius of {radius}, {len(gains.sample)} certified, {THREADS} threads"
    row(what, seconds, goal=1.0)
