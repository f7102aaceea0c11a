"""First-order decomposition of a tariff change, explanation only: terms of trade and volume of trade.

    I_n dlnW_n = sum_ij (M_inj dc_nj - M_nij dc_ij) + sum_ij t_nij M_nij (dM_nij - dc_ij)

Published convention (Caliendo and Parro 2015, eq. 20 and Table 2): proportional changes x^ - 1 at baseline
weights. It is a first-order formula evaluated on a large change; no gain or game uses it. The exact change of
real income stands beside it.

References
----------
.. [1] L. Caliendo, F. Parro, "Estimates of the Trade and Welfare Effects of NAFTA", 2015.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import ScenarioFault
from ronghe.base.text import Text
from ronghe.simulate.binding import shock_of
from ronghe.simulate.checks import require_whole, shown
from ronghe.simulate.economy import Economy
from ronghe.simulate.outcome import recalibrate
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.shock import Shock, new_tariffs
from ronghe.simulate.solution import Solution
from ronghe.simulate.solver import equations
from ronghe.simulate.solver.solve import prepare, solve_problem
from ronghe.simulate.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Decomposition:
    """Parts of a change of real income, as shares of income; arrays of shape (region,).

    Attributes
    ----------
    terms_of_trade, volume_of_trade : array
    exact : array
        Exact proportional change of real income between the same two equilibria.
    """

    terms_of_trade: Floats
    volume_of_trade: Floats
    exact: Floats

    @property
    def total(self) -> Floats:
        """Sum of the two parts."""
        return self.terms_of_trade + self.volume_of_trade


def cost_hats(solution: Solution) -> Floats:
    """Return c^, shape (sector, region), from the reported factor prices and sector prices."""
    c, s = solution.problem.coefficients, solution.state
    logs = equations.unit_cost(c, s, equations.labour_cost(c, s.wages))
    hats: Floats = np.exp(logs).T / solution.price_level
    return hats


def decompose(solution: Solution) -> Decomposition:
    """Return the published first-order decomposition of a tariff change.

    Baseline weights, proportional changes x^ - 1; one-basket economies.

    Raises
    ------
    ScenarioFault
        Where the formula does not apply: for what is no solution, for changes other than tariffs, for another closure
        than ``short``, on economies with public accounts or investment.
    UnconvergedSolution
        If the solution has no usable numbers.
    """
    _require_formula(solution)
    world = solution.problem.world
    income = world.value_added + world.wedge_revenue + world.transfers + world.external
    before, after, cost = world.flows, solution.flows, cost_hats(solution) - 1.0
    change = np.divide(after - before, before, out=np.zeros_like(before), where=before > 0)
    imported = (before * cost[:, None, :]).sum(axis=(0, 2))
    exported = (before * cost[:, None, :]).sum(axis=(0, 1))
    wedge = np.zeros_like(before) if world.tariffs is None else world.tariffs
    volume = (wedge * before * (change - cost[:, None, :])).sum(axis=(0, 2))
    return Decomposition((exported - imported) / income, volume / income, solution.welfare - 1.0)


def _require_formula(solution: object) -> None:
    if not isinstance(solution, Solution):
        read = shown(solution, kind=True)
        raise ScenarioFault(
            Text(
                f"应给出一个解（economy.solve(情景)），读到 {read}。",
                f"A solution is needed, economy.solve(scenario); read {read}.",
            )
        )
    reasons = [*_beyond_tariffs(solution.shock), *_beyond_one_basket(solution.problem.world)]
    if solution.closure != "short":
        reasons.append(Text(f"闭合 {solution.closure}", f"closure {solution.closure}"))
    _refuse(reasons)


def _beyond_tariffs(shock: Shock) -> list[Text]:
    """Name what a shock changes beside tariffs."""
    cut = any(part.factor != 1.0 and part.pairs.any() for part in shock.cuts)
    found = [Text("贸易成本的变化", "a change of trade cost")] if cut or shock.barriers is not None else []
    others = [name for name in _BESIDE if getattr(shock, name) is not None]
    return [*found, *(Text(f"{name} 的变化", f"a change of {name}") for name in others)]


_BESIDE = ("moving", "gifts", "productivity", "land", "subsidies", "sharing", "budget", "pooling", "capital")


def _beyond_one_basket(world: World) -> list[Text]:
    """Name what an economy has beside one final basket."""
    found = []
    if world.fiscal or world.government.any():
        found.append(Text("公共账户", "public accounts"))
    if world.investment.any():
        found.append(Text("投资", "investment"))
    if world.blocks.arrays:
        found.append(Text("其他模块（Blocks）", "further blocks"))
    return found


def _refuse(reasons: list[Text]) -> None:
    if reasons:
        zh, en = "、".join(text.zh for text in reasons), ", ".join(text.en for text in reasons)
        raise ScenarioFault(
            Text(
                f"分解公式只用于单一最终需求经济体（from_flows）的关税变化，读到：{zh}。请用解的精确值。",
                "The decomposition is for changes of tariffs on economies of one basket (from_flows), people fixed; "
                f"read: {en}. Use the exact numbers of the solution.",
            )
        )


def along_path(economy: Economy, scenario: Scenario, *, steps: int = 16) -> Decomposition:
    """Return the decomposition summed along the shock, tariffs linear in the step, trapezoid weights, extrapolated.

    One-sided sums converge too slowly; the trapezoid with log changes and Richardson's step reaches 1e-5.

    Raises
    ------
    ScenarioFault
        Where the formula does not apply, as in :func:`decompose`.
    ParameterFault
        If steps are no whole number of at least 1.
    """
    require_whole("steps", steps, least=1)
    _refuse([*_beyond_tariffs(shock_of(economy.bind(scenario), economy.world)), *_beyond_one_basket(economy.world)])
    coarse, fine = _path(economy, scenario, steps), _path(economy, scenario, 2 * steps)
    terms = fine[0] + (fine[0] - coarse[0]) / 3.0
    volume = fine[1] + (fine[1] - coarse[1]) / 3.0
    exact = economy.solve(scenario, starts=0, radius=False).welfare - 1.0
    return Decomposition(terms, volume, exact)


def _path(economy: Economy, scenario: Scenario, steps: int) -> tuple[Floats, Floats]:
    world = economy.world
    goal = new_tariffs(world, shock_of(economy.bind(scenario), world))
    start = np.zeros_like(world.shares) if world.tariffs is None else world.tariffs
    target = start if goal is None else goal
    terms, volume = np.zeros(len(world.regions)), np.zeros(len(world.regions))
    here = world
    for step in range(1, steps + 1):
        tariffs = start + (target - start) * step / steps
        there, cost = _next(here, tariffs)
        part = _trapezoid(here, there, cost)
        terms, volume = terms + part[0], volume + part[1]
        here = there
    return terms, volume


def _next(world: World, tariffs: Floats) -> tuple[World, Floats]:
    shock = Shock(tariffs=tariffs)
    problem = prepare(world=world, shock=shock)
    found = solve_problem(problem, tolerance=1e-12)
    there = recalibrate(problem, found.state, shock=shock)
    c = problem.coefficients
    size = len(world.regions)
    prices = found.state[4 * size : 4 * size + size * len(world.sectors)].reshape(size, -1)
    logs = c.labour * found.state[:size, None] + np.einsum("nkj,nk->nj", c.inputs, prices)
    return there, logs.T


def _trapezoid(here: World, there: World, cost: Floats) -> tuple[Floats, Floats]:
    """Return both parts of one step: log changes, the mean of weights over income at both ends."""
    before, after = here.flows, there.flows
    live = (before > 0) & (after > 0)
    change = np.where(live, np.log(np.where(live, after, 1.0) / np.where(live, before, 1.0)), 0.0)
    terms = volume = np.zeros(len(here.regions))
    for world, flows in ((here, before), (there, after)):
        income = world.value_added + world.wedge_revenue + world.transfers + world.external
        wedge = np.zeros_like(flows) if world.tariffs is None else world.tariffs
        imported = (flows * cost[:, None, :]).sum(axis=(0, 2))
        exported = (flows * cost[:, None, :]).sum(axis=(0, 1))
        terms = terms + 0.5 * (exported - imported) / income
        volume = volume + 0.5 * (wedge * flows * (change - cost[:, None, :])).sum(axis=(0, 2)) / income
    return terms, volume
