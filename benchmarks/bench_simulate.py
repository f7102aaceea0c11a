"""The engine: one counterfactual beside the plain path and the memory floor, batches, bands, data."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np

from ronghe.data import load
from ronghe.share import coalition_game
from ronghe.simulate import Economy, Scenario, gain_bands
from ronghe.simulate.binding import shock_of
from ronghe.simulate.solver.solve import prepare, solve_problem
from timing import interleaved, row

start = time.perf_counter()
data = load()
row("load(), first in its process", time.perf_counter() - start, goal=1.0)
economy = Economy.from_data(data)
delta, belt = data.area("长三角"), data.area("长江经济带")
cut = Scenario("a tenth").cut_trade_cost(0.10, within=delta)
world = economy.world
problem = prepare(world=world, shock=shock_of(economy.bind(cut), world), parameters=economy.parameters)
kernel = np.ascontiguousarray(problem.kernel)
found = solve_problem(problem)

compiled, plain, memory = interleaved(
    [
        lambda: solve_problem(problem, backend="numba"),
        lambda: solve_problem(problem, backend="numpy"),
        lambda: [kernel.sum() for _ in range(found.steps)],
    ],
    rounds=9,
)
name = f"one counterfactual 32 x 9 to 1e-10, {found.steps} steps"
row(name, compiled, goal=0.030, peer=plain, peer_name="the NumPy path")
row("the same", compiled, peer=memory, peer_name=f"{found.steps} passes over the kernel's memory")
(single,) = interleaved([lambda: economy.solve(cut, starts=0, radius=False)], rounds=9)
row("Economy.solve with its independent residual", single)
(certified,) = interleaved([lambda: economy.solve(cut)], rounds=5)
row("Economy.solve certified: residual, radius, six starts", certified)

still = economy.solve(Scenario("no shock"))
print(f"no shock: largest |hat - 1| = {max(float(np.abs(np.asarray(v) - 1).max()) for v in still.hats.values()):.1e}")

start = time.perf_counter()
coalition_game(economy, Scenario("a tenth").cut_trade_cost(0.10, within=belt), players=belt)
row("all 2,048 coalitions of 长江经济带, people fixed", time.perf_counter() - start, goal=60.0)
start = time.perf_counter()
gain_bands(economy, delta, cut, draws=200)
row("scenario bands of gain and realised gain, 200 draws", time.perf_counter() - start)
(drawn,) = interleaved([lambda: list(data.draws(200, seed=1))], rounds=3)
row("200 draws of the estimated baseline", drawn)
start = time.perf_counter()
subprocess.run([sys.executable, "-c", "import ronghe.simulate"], check=True)
row("import ronghe.simulate, fresh process", time.perf_counter() - start, goal=1.5)
