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
from dataclasses import replace
from pathlib import Path

import numpy as np

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
    """One sector, 30 regions, beside gegravity: the same economy, the same experiment."""
    try:
        import gegravity
        import pandas as pd
    except ImportError:
        print("gegravity is not installed: pip install 'gegravity==0.3' puts it beside")
        return
    count, theta, cost = 30, 4.0, -0.8
    rng = np.random.default_rng(0)
    places = rng.random((count, 2)) * 10
    distance = np.log(1.0 + np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2)))
    border = 1.0 - np.eye(count)
    size = rng.lognormal(0, 1, count) * 100
    kernel = np.exp(cost * distance - 1.2 * border)
    inward = np.ones(count)
    for _ in range(5000):
        outward = 1.0 / (kernel @ (size / inward))
        inward = kernel.T @ (size * outward)
    flows = kernel * (size * outward)[:, None] * (size / inward)[None, :]  # seller, buyer
    names = [f"N{n:02d}" for n in range(count)]
    pairs = [(i, n) for i in range(count) for n in range(count)]
    frame = pd.DataFrame({
        "exporter": [names[i] for i, _ in pairs], "importer": [names[n] for _, n in pairs], "year": "2020",
        "trade": [flows[p] for p in pairs], "Y": [flows[i].sum() for i, _ in pairs],
        "E": [flows[:, n].sum() for _, n in pairs], "distance": [distance[p] for p in pairs],
        "border": [border[p] for p in pairs],
    })  # fmt: skip
    coefficients = pd.DataFrame({"var": ["distance", "border"], "coeff": [cost, -1.2], "ste": [0.1, 0.1]})
    theirs = gegravity.OneSectorGE(
        gegravity.BaselineData(frame, trade_var_name="trade", expend_var_name="E", output_var_name="Y"),
        year="2020", expend_var_name="E", output_var_name="Y", sigma=theta + 1, reference_importer=names[-1],
        cost_variables=["distance", "border"], quiet=True,
        cost_coeff_values=gegravity.CostCoeffs(coefficients, "var", coeff_col="coeff", stderr_col="ste"),
    )  # fmt: skip
    theirs.build_baseline(omr_rescale=1.0)
    changed = frame.copy()
    inside = changed.exporter.isin(names[:10]) & changed.importer.isin(names[:10])
    changed.loc[inside, "border"] *= 0.5

    def them() -> object:
        theirs.define_experiment(changed)
        return theirs.simulate(ge_tolerance=1e-10)

    ours = Economy.from_flows(
        flows=flows.T[:, :, None], axes=("buyer", "seller", "sector"), value_added_shares=np.ones((count, 1)),
        input_shares=np.zeros((1, 1)), elasticities=theta, regions=names, sectors=["goods"],
    )  # fmt: skip
    barriers = np.ones((1, count, count))
    barriers[0, :10, :10] = np.where(np.eye(10, dtype=bool), 1.0, np.exp(0.6 / -theta))
    shock = Shock(barriers=barriers)

    def us() -> object:
        return solve_problem(prepare(world=ours.world, shock=shock), tolerance=1e-10)

    them()
    table = theirs.country_results
    solved = ours.solve_shock(shock, scenario=Scenario("peer"))
    change = table[next(c for c in table.columns if "welfare" in c.lower())].reindex(names).to_numpy(dtype=float)
    apart = float(np.abs(1 + change / 100 - solved.welfare).max())
    print(f"gegravity: largest difference of real income {apart:.1e}")
    mine, other = interleaved([us, them], rounds=5)
    row("one sector, 30 regions, one experiment", mine, peer=other, peer_name="gegravity 0.3")


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "large":
        large(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    else:
        published()
        sizes()
        whole_model()
        fresh()
        peer()
