"""Slopes by every barrier: all welfares of 31 x 42 at once, beside the seconds that differences would take."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import numpy as np

from ronghe.simulate import Economy
from ronghe.simulate.columns import columns, start_accounts
from ronghe.simulate.derivatives.adjoint import (
    Tangent,
    barrier_slopes,
    change,
    joined,
    local,
    regional_slopes,
    slopes_of,
)
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver.solve import prepare, solve_problem
from ronghe.simulate.world import World
from timing import interleaved, row

REGIONS, SECTORS = 31, 42
COLUMNS = ("headline", "payable", "output", "revenue")


def synthetic(regions: int, sectors: int, *, home: float, seed: int = 0) -> World:
    """A random table; ``home`` is how much larger own sales are than all sales to others together, about."""
    draw = np.random.default_rng(seed)
    size = draw.lognormal(0, 0.5, regions)
    flows = draw.lognormal(0, 0.7, (regions, regions, sectors)) * size[:, None, None] * size[None, :, None]
    flows[np.arange(regions), np.arange(regions)] *= home * regions
    added = draw.uniform(0.3, 0.7, (regions, sectors))
    inputs = draw.dirichlet(np.ones(sectors), size=(regions, sectors)).transpose(0, 2, 1) * (1 - added)[:, None, :]
    return Economy.from_flows(
        flows=flows,
        axes=("buyer", "seller", "sector"),
        value_added_shares=added,
        input_shares=inputs,
        elasticities=draw.uniform(3, 8, sectors),
        regions=[f"R{n}" for n in range(regions)],
        sectors=[f"S{j}" for j in range(sectors)],
    ).world


def every_slope(world: World) -> np.ndarray:
    """All welfares by all barriers, shape (outcome, sector, buyer, seller), from the prepared world on."""
    problem = prepare(world=world)
    here = local(problem, problem.start)
    return barrier_slopes(problem, here, regional_slopes(problem, here))


def cpu(job: Callable[[], object], rounds: int = 7) -> float:
    """CPU seconds of one run, all threads."""
    job()
    start = time.process_time()
    for _ in range(rounds):
        job()
    return (time.process_time() - start) / rounds


def error(world: World, cells: int = 4, step: float = 1e-3) -> float:
    """Largest |adjoint - Richardson's difference| / largest slope, over all welfares and some cells, moved world."""
    draw = np.random.default_rng(1)
    base = np.exp(0.05 * draw.normal(size=world.shares.shape))
    before = start_accounts(world)

    def welfare(barriers: np.ndarray) -> np.ndarray:
        problem = prepare(world=world, shock=Shock(barriers=barriers))
        found = solve_problem(problem, tolerance=1e-13, backend="numpy")
        made = columns(problem, found.state, before=before)
        return made.household + made.services

    problem = prepare(world=world, shock=Shock(barriers=base))
    here = local(problem, solve_problem(problem, tolerance=1e-13, backend="numpy").state)
    slopes = barrier_slopes(problem, here, regional_slopes(problem, here))
    worst = 0.0
    for _ in range(cells):
        cell = tuple(int(draw.integers(size)) for size in base.shape)
        ends = []
        for h in (step, step / 2):
            up, down = base.copy(), base.copy()
            up[cell] *= np.exp(h)
            down[cell] *= np.exp(-h)
            ends.append((welfare(up) - welfare(down)) / (2 * h))
        exact = (4 * ends[1] - ends[0]) / 3
        worst = max(worst, float(np.abs(slopes[(slice(None), *cell)] - exact).max()))
    return worst / float(np.abs(slopes).max())


narrow, wide = (synthetic(REGIONS, SECTORS, home=home) for home in (2.0, 0.03))
name = f"{REGIONS} welfares x {REGIONS * REGIONS * SECTORS:,} barriers"
problem = prepare(world=narrow)
ours, spread = interleaved([lambda: every_slope(narrow), lambda: every_slope(wide)], rounds=9)
row(name, ours, goal=0.3)
row(f"{name}, wide demands", spread, goal=0.3)
row(f"{name}, CPU seconds", cpu(lambda: every_slope(narrow)))

small = prepare(world=narrow, shock=Shock(barriers=np.full(narrow.shares.shape, 1.0 + 1e-3)))
(solve,) = interleaved([lambda: solve_problem(small)], rounds=9)
differences = 4 * solve * narrow.shares.size
row("the same", ours, peer=differences, peer_name=f"four solves a barrier ({solve:.3f} s each, reckoned)")
row("its error against Richardson's differences", error(narrow), unit="of the largest slope", goal=1e-7)

here = local(problem, problem.start)
linear = Tangent(problem, here)
outcomes = joined([regional_slopes(problem, here, column) for column in COLUMNS])
direction = np.random.default_rng(2).normal(size=narrow.shares.shape)
factored, forward = interleaved(
    [
        lambda: slopes_of(Tangent(problem, here), outcomes),
        lambda: change(linear, outcomes, barriers=direction),
    ]
)
row(f"{len(COLUMNS)} columns x {REGIONS} regions, slopes in factors", factored)
row("one direction forward, the matrix at hand", forward)

large = prepare(world=synthetic(150, 42, home=2.0))
there = local(large, large.start)
(all_large,) = interleaved([lambda: slopes_of(Tangent(large, there), regional_slopes(large, there))], rounds=1)
row(f"150 welfares x {large.kernel.size:,} barriers, in factors", all_large)
print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
