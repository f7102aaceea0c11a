"""The engine at published and at large size: the published case, 340 and 2,850 regions, the full model, a public peer.

Large worlds run in a process of their own, which prints its peak memory. Where the shared data or the peer are absent
the row says so.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate import Economy, Scenario
from ronghe.simulate.shock import Cut, Shock
from ronghe.simulate.solver.solve import prepare, solve_problem
from synthetic import economy, full
from timing import interleaved, row

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("RONGHE_SHARED", HERE.parents[1] / "shared")) / "data" / "caliendo_parro_2015"


def opening(count: int, sectors: int) -> Shock:
    """A tenth cheaper among the first third of the regions."""
    pairs = np.zeros((count, count), dtype=bool)
    pairs[: count // 3, : count // 3] = True
    np.fill_diagonal(pairs, False)
    return Shock(cuts=(Cut(pairs, np.ones(sectors, dtype=bool), 0.9),))


def published() -> None:
    """Two solves: the world of 1993 without deficits, and NAFTA against it."""
    if not SHARED.exists():
        print("Caliendo-Parro: shared data not present")
        return
    sys.path.insert(0, str(HERE.parent / "tests"))
    sys.path.insert(0, str(HERE.parent / "tests" / "reference"))
    from test_caliendo_parro import BLOC, tables

    made, tariffs = tables()
    scenario = Scenario("NAFTA").set_tariffs(tariffs, axes=("sector", "buyer", "seller"), within=BLOC)
    nafta = replace(made.solve(scenario, starts=0, radius=False).shock)
    rng = np.random.default_rng(0)
    gaps = 0.02 * made.world.value_added * rng.standard_normal(len(made.regions))
    with_deficits = replace(made.world, transfers=gaps - gaps.mean())

    def two() -> None:
        for world, shock in ((with_deficits, Shock()), (made.world, nafta)):
            found = solve_problem(prepare(world=world, shock=shock), tolerance=1e-10)
            assert found.converged

    (spent,) = interleaved([two], rounds=9)
    row("Caliendo-Parro, 31 x 40: deficits and NAFTA, two solves to 1e-10, kernels included", spent, goal=0.020)


def large(count: int, sectors: int, storage: str) -> None:
    """Solve one large world; print seconds, seconds a step over a memory pass with the same threads, peak memory."""
    made = economy(count, sectors, storage=np.float32 if storage == "float32" else np.float64)
    built = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    start = time.perf_counter()
    problem = prepare(world=made.world, shock=opening(count, sectors))
    ready = time.perf_counter() - start
    solve_problem(problem, tolerance=1e-10, max_steps=2, in_parts=False)
    threads = min(2, os.cpu_count() or 1) if problem.kernel.size >= 20_000_000 else 1
    pool = ThreadPoolExecutor(threads)

    def through() -> None:
        parts = [slice(int(p[0]), int(p[-1]) + 1) for p in np.array_split(np.arange(sectors), threads)]
        list(pool.map(lambda part: problem.kernel[part].sum(), parts))

    found = solve_problem(problem, tolerance=1e-10)
    solve, passed = interleaved([lambda: solve_problem(problem, tolerance=1e-10), through], rounds=3)
    print(json.dumps({"solve": solve, "prepare": ready, "pass": passed, "steps": found.steps, "built": built,
                      "residual": found.residual, "converged": found.converged, "threads": threads,
                      "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}))  # fmt: skip


def in_its_own_process(count: int, sectors: int, storage: str) -> dict[str, float]:
    """Return what a process of its own measured."""
    command = [sys.executable, str(Path(__file__).resolve()), "large", str(count), str(sectors), storage]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=HERE.parent)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def sizes() -> None:
    """Rows of the large worlds."""
    for count, sectors, storage, goals in ((340, 42, "float64", (0.25, 0.5)), (2850, 42, "float32", (10.0, 4.0))):
        found = in_its_own_process(count, sectors, storage)
        name = f"{count} x {sectors}, {storage}, to 1e-10, {found['steps']} steps, {found['threads']} thread(s)"
        row(f"{name}: one solve", found["solve"], goal=goals[0])
        row(f"{name}: one step", found["solve"] / found["steps"], peer=found["pass"], peer_name="one pass of memory")
        row(f"{name}: peak memory", found["peak"], unit="GB", goal=goals[1])


def whole_model() -> None:
    """The full model, long closure, every block on, certified."""
    made = full(31, 42)
    cut = Scenario("cut").cut_trade_cost(0.10, within=[f"R{n}" for n in range(10)])
    solution = made.solve(cut, closure="long")
    assert solution.converged, solution.status
    print(f"full model: {solution.status}")
    (spent,) = interleaved([lambda: made.solve(cut, closure="long")], rounds=5)
    row("full model, long closure, all blocks on, 31 x 42, certified", spent, goal=0.5)


def fresh() -> None:
    """Import, and the first compiled call where nothing is kept yet."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import ronghe"], check=True)
    row("import ronghe, fresh process", time.perf_counter() - start, goal=0.5)
    code = (
        "import time; from synthetic import economy, np; from ronghe.simulate import Scenario; "
        "import numba; made = None; start = time.perf_counter(); made = economy(8, 3); "
        "made.solve(Scenario('c').cut_trade_cost(0.1, within=['R0', 'R1'])); print(time.perf_counter() - start)"
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, goal in (("first compiled call, nothing kept", 5.0), ("first call, kernels kept", 1.0)):
            env = os.environ | {"NUMBA_CACHE_DIR": folder, "PYTHONPATH": str(HERE)}
            done = subprocess.run([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, text=True, check=True)
            row(name, float(done.stdout), goal=goal)


def peer() -> None:
    """One sector, 30 regions, beside gegravity: the same economy, the same experiment.

    gegravity solves its prices at baseline nominal output and spending and moves these afterwards: its results are
    those of the equilibrium where all places are alike (the ring), and differ where they are not.
    """
    try:
        import gegravity  # noqa: F401
    except ImportError:
        print("gegravity is not installed: pip install 'gegravity==0.3' puts it beside")
        return
    rng = np.random.default_rng(0)
    around = 2 * np.pi * np.arange(COUNT) / COUNT
    ring = 5.0 * np.stack([np.cos(around), np.sin(around)], axis=1)
    beside_gegravity("ring", ring, np.full(COUNT, 100.0), COUNT)
    beside_gegravity("uneven", rng.random((COUNT, 2)) * 10, rng.lognormal(0, 1, COUNT) * 100, 10)


COUNT, THETA, COST, BORDER = 30, 4.0, -0.8, -1.2


def beside_gegravity(name: str, places: Floats, size: Floats, members: int) -> None:
    """Halve the border between some regions of one world in both programs."""
    distance = np.log(1.0 + np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2)))
    border = 1.0 - np.eye(COUNT)
    kernel = np.exp(COST * distance + BORDER * border)
    inward = np.ones(COUNT)
    for _ in range(5000):
        outward = 1.0 / (kernel @ (size / inward))
        inward = kernel.T @ (size * outward)
    flows = kernel * (size * outward)[:, None] * (size / inward)[None, :]  # seller, buyer
    halved = border.copy()
    halved[:members, :members] *= 0.5
    names = [f"N{n:02d}" for n in range(COUNT)]
    ours = Economy.from_flows(
        flows=flows.T[:, :, None], axes=("buyer", "seller", "sector"), value_added_shares=np.ones((COUNT, 1)),
        input_shares=np.zeros((1, 1)), elasticities=THETA, regions=names, sectors=["goods"],
    )  # fmt: skip
    barriers = np.exp(BORDER * (halved - border) / -THETA)[None]
    shock = Shock(barriers=barriers)
    theirs = their_model(names, flows, distance, border)
    # A model of theirs is used up by one experiment.
    ready = [deepcopy(theirs) for _ in range(7)]
    changed = theirs.baseline_data.copy()
    changed["border"] = [
        halved[int(i[1:]), int(n[1:])] for i, n in zip(changed.exporter, changed.importer, strict=True)
    ]

    def them() -> Any:
        used = ready.pop()
        used.define_experiment(changed)
        used.simulate(ge_tolerance=1e-10)
        return used

    used = them()
    solved = ours.solve_shock(shock, scenario=Scenario("peer"))
    # Theirs is real income before over after.
    after = np.array([1.0 / used.country_set[name].welfare_stat for name in names])
    print(f"gegravity, {name}: largest difference of real income {np.abs(after - solved.welfare).max():.1e}")
    mine, other = interleaved(
        [lambda: solve_problem(prepare(world=ours.world, shock=shock), tolerance=1e-10), them], rounds=5
    )
    row(f"one sector, {COUNT} regions ({name}), one experiment", mine, peer=other, peer_name="gegravity 0.3")


def their_model(names: list[str], flows: Floats, distance: Floats, border: Floats) -> Any:
    """Return the same world as a baseline of gegravity."""
    import gegravity
    import pandas as pd

    pairs = [(i, n) for i in range(COUNT) for n in range(COUNT)]
    frame = pd.DataFrame({
        "exporter": [names[i] for i, _ in pairs], "importer": [names[n] for _, n in pairs], "year": "2020",
        "trade": [flows[p] for p in pairs], "Y": [flows[i].sum() for i, _ in pairs],
        "E": [flows[:, n].sum() for _, n in pairs], "distance": [distance[p] for p in pairs],
        "border": [border[p] for p in pairs],
    })  # fmt: skip
    coefficients = pd.DataFrame({"var": ["distance", "border"], "coeff": [COST, BORDER], "ste": [0.1, 0.1]})
    made = gegravity.OneSectorGE(
        gegravity.BaselineData(frame, trade_var_name="trade", expend_var_name="E", output_var_name="Y"),
        year="2020", expend_var_name="E", output_var_name="Y", sigma=THETA + 1, reference_importer=names[-1],
        cost_variables=["distance", "border"], quiet=True,
        cost_coeff_values=gegravity.CostCoeffs(coefficients, "var", coeff_col="coeff", stderr_col="ste"),
    )  # fmt: skip
    made.build_baseline(omr_rescale=1.0)
    return made


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "large":
        large(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    else:
        published()
        sizes()
        whole_model()
        fresh()
        peer()
