"""The certificate of an equilibrium: recomputed residuals, spectral radius, and other starts.

Nothing here shares a formula with the solver: shares are formed in full, expenditure is one dense linear
solve at the reported prices, and every market is then checked block by block.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate import equations
from ronghe.simulate.coefficients import factor_shares
from ronghe.simulate.fiscal import final_use
from ronghe.simulate.krylov import gmres, largest_eigenvalue
from ronghe.simulate.shock import Shock, barrier_factor, new_tariffs
from ronghe.simulate.solve import Equilibrium, Problem, gap_function, solve_problem

Kind = Literal["converged", "stopped", "inconsistent", "several", "unstable"]

DENSE_LIMIT = 1_500
AGREE = 1e-8
STARTS = 6
SEED = 20_240_101


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """What was checked about one solve.

    Attributes
    ----------
    residuals : mapping of block to float
        Recomputed by the second formula, relative.
    radius : float or None
        Largest modulus of an eigenvalue of the damped map without acceleration, price levels held.
    starts, agreed : int
        Seeded starts tried, and how many of them reached the same equilibrium.
    spread : float
        Largest difference in logs between the answers of the starts.
    others : tuple of array
        States of other equilibria, if any start found one.
    """

    kind: Kind
    steps: int
    method: str
    residual: float
    tolerance: float
    residuals: Mapping[str, float]
    radius: float | None
    starts: int
    agreed: int
    spread: float
    others: tuple[Floats, ...]
    data_hash: str
    closure: str
    parameters: Mapping[str, float]

    @property
    def independent_residual(self) -> float:
        """Largest residual of the second formula."""
        return max(self.residuals.values(), default=float("nan"))


def independent_residuals(problem: Problem, shock: Shock, state: Floats) -> dict[str, float]:
    """Return the largest relative residual of each block by the plain formula.

    Price, goods, labour, capital, land, migration, the fiscal identity and Walras' law, each recomputed from
    the reported hats of factor prices, people and sector prices.
    """
    world, c = problem.world, problem.coefficients
    s = equations.unpack(c, state)
    theta = world.elasticities[:, None, None]
    shares = [share.T for share in factor_shares(world)]
    wage, rent, land_rent, people = (np.exp(part) for part in (s.wages, s.rents, s.land_rents, s.people))
    price = np.exp(s.prices).T
    cost = wage ** shares[0] * rent ** shares[1] * land_rent ** shares[2]
    cost = cost * np.prod(price.T[:, :, None] ** world.inputs, axis=1).T
    factor = barrier_factor(world, shock)
    barrier = 1.0 if factor is None else factor
    landed = (barrier * cost[:, None, :]) ** -theta
    bought = world.spending > 0
    index = np.where(bought, (world.shares * landed).sum(axis=2), 1.0) ** (-1.0 / world.elasticities[:, None])
    new_shares = world.shares * landed * (price ** world.elasticities[:, None])[:, :, None]
    tariffs = new_tariffs(world, shock)
    received = new_shares if tariffs is None else new_shares / (1.0 + tariffs)
    incomes = [(share * world.output).sum(axis=0) for share in shares]
    paid = [incomes[0] * wage * people, incomes[1] * rent, incomes[2] * land_rent]
    added = paid[0] + paid[1] + paid[2]
    inflow, grants = equations.inflows(c, s, added)
    spending = _spending(problem, received, added, inflow, grants)
    output = np.einsum("jni,jn->ji", received, spending)
    residuals = {
        "price": float(np.abs(np.where(bought, index / price - 1.0, 0.0)).max()),
        "goods": float(np.abs(np.where(bought, spending / np.where(bought, np.exp(s.spending).T, 1.0) - 1.0, 0)).max()),
    }
    for name, share, income, base in zip(("labour", "capital", "land"), shares, paid, incomes, strict=True):
        demand = (share * output).sum(axis=0)
        residuals[name] = float(np.abs(np.divide(demand - income, income, out=0 * income, where=base > 0)).max())
    revenue = (spending * (1.0 - received.sum(axis=2)) * bought).sum(axis=0)
    residuals |= _sums(problem, state, added, revenue, inflow, grants, spending, output)
    if c.kappa > 0:
        change = equations.attracted(c, s, added=added, revenue=revenue, inflow=inflow, grants=grants)[0]
        residuals["migration"] = float(np.abs(np.exp(change - s.people) - 1.0).max())
    return residuals


def _sums(
    problem: Problem,
    state: Floats,
    added: Floats,
    revenue: Floats,
    inflow: Floats,
    grants: Floats,
    spending: Floats,
    output: Floats,
) -> dict[str, float]:
    """Check that uses add up to income, that the country's budget closes, and that Walras' law holds."""
    world, c = problem.world, problem.coefficients
    use = final_use(world)
    nation = world.domestic & world.fiscal
    taxed = np.where(nation, use.centre_rate, 0.0) * added
    owed = equations.inflows(c._replace(gifts=0.0 * c.gifts), equations.unpack(c, state), added)[1]
    budget = abs(float((owed - taxed)[nation].sum())) if nation.any() else 0.0
    final = spending - np.einsum("nkj,jn->kn", world.inputs, output)
    income = added + revenue + inflow + np.where(world.fiscal, grants - taxed, grants)
    total = added.sum()
    return {
        "fiscal": budget / total,
        "uses": float(np.abs(final.sum(axis=0) / income - 1.0).max()),
        "walras": abs(float(final.sum() - added.sum() - revenue.sum())) / total,
    }


def _spending(problem: Problem, received: Floats, added: Floats, inflow: Floats, grants: Floats) -> Floats:
    """Solve X = final use + inputs of output for given shares and incomes, shape (sector, region)."""
    world, c = problem.world, problem.coefficients
    sectors, count = world.spending.shape
    known = c.on_value_added * added[:, None] + c.on_inflow * inflow[:, None] + c.on_grants * grants[:, None]
    lost = np.where(world.spending > 0, 1.0 - received.sum(axis=2), 0.0)
    size = sectors * count
    if size <= DENSE_LIMIT:
        # Order (sector, region): X_kn takes inputs[n, k, j] * received[j, m, n] of X_jm, and wedge revenue of X_jn.
        matrix = np.einsum("nkj,jmn->knjm", world.inputs, received)
        where = np.arange(count)
        matrix[:, where, :, where] += c.on_revenue[:, :, None] * lost.T[:, None, :]
        solved: Floats = np.linalg.solve(np.eye(size) - matrix.reshape(size, size), known.T.ravel())
        return solved.reshape(sectors, count)

    def left(flat: Floats) -> Floats:
        spent = flat.reshape(sectors, count)
        output = np.einsum("jni,jn->ji", received, spent)
        needed = np.einsum("nkj,jn->kn", world.inputs, output) + c.on_revenue.T * (lost * spent).sum(axis=0)
        rest: Floats = (spent - needed).ravel()
        return rest

    return gmres(left, known.T.ravel(), accuracy=1e-12, size=60, restarts=50).reshape(sectors, count)


def spectral_radius(problem: Problem, state: Floats) -> float:
    """Return the largest modulus of an eigenvalue of the damped, unpreconditioned map at a state (Arnoldi).

    The paces are those of the baseline and may overshoot after a large shock, so that the map is damped further
    when the modulus is not below 1; an eigenvalue whose real part is 1 or more stays so under any damping.
    """
    for damping in (1.0, 0.5, 0.25):
        radius = _radius(problem, state, damping)
        if not radius >= 1.0:
            break
    return radius


def _radius(problem: Problem, state: Floats, damping: float) -> float:
    c = problem.coefficients
    none = np.zeros((0, 0, 0))
    bare = replace(
        problem,
        coefficients=c._replace(block_prices=none, block_spending=none),
        packed=problem.packed._replace(blocks=np.array([none, none])),
    )
    gaps = gap_function(bare)
    live = np.ones(len(state))
    parts = equations.unpack(c, live)
    parts.rents[c.rents <= 0] = 0.0
    parts.land_rents[c.land_rents <= 0] = 0.0
    parts.people[:] = 0.0
    if c.kappa > 0:
        parts.people[c.home] = 1.0
    parts.spending[equations.unpack(c, state).spending < -600.0] = 0.0

    def image(z: Floats) -> Floats:
        moved = z + damping * gaps(z)[0]
        equations.rescale(c, moved)
        return moved

    here = image(state)

    def turn(direction: Floats) -> Floats:
        step = 1e-6 / max(float(np.abs(direction).max()), 1e-300)
        change: Floats = (image(state + step * live * direction) - here) / step
        return change * live

    return largest_eigenvalue(turn, np.random.default_rng(SEED).standard_normal(len(state)) * live)


def seeded_starts(problem: Problem, count: int = STARTS, seed: int = SEED) -> list[Floats]:
    """Return starts with lognormal(0, 0.5) wages, rents, people and prices."""
    rng = np.random.default_rng(seed)
    c = problem.coefficients
    starts = []
    for _ in range(count):
        z = problem.start.copy()
        s = equations.unpack(c, z)
        for part in (s.wages, s.rents, s.land_rents, s.prices):
            part += 0.5 * rng.standard_normal(part.shape)
        if c.kappa > 0:
            s.people[c.home] = 0.5 * rng.standard_normal(len(c.home))
        starts.append(z)
    return starts


def other_starts(
    problem: Problem, found: Equilibrium, *, count: int = STARTS, seed: int = SEED, max_steps: int = 500
) -> tuple[int, float, tuple[Floats, ...]]:
    """Solve from seeded starts; return how many agree, their spread in logs, and other equilibria."""
    agreed, spread, others = 0, 0.0, []
    for start in seeded_starts(problem, count, seed):
        again = solve_problem(problem, start=start, tolerance=found.tolerance, max_steps=max_steps, in_parts=False)
        if not again.converged:
            continue
        apart = _distance(problem, again.state, found.state)
        if apart <= AGREE:
            agreed += 1
            spread = max(spread, apart)
        else:
            others.append(again.state)
    return agreed, spread, tuple(others)


def _distance(problem: Problem, one: Floats, other: Floats) -> float:
    """Return the largest difference in logs, each region's money counted in its own wage.

    Regions that trade with no one have no common unit; in their own wage every answer is comparable.
    """
    gap = equations.unpack(problem.coefficients, one - other)
    unit = gap.wages[:, None]
    real = [gap.people[:, None], gap.prices - unit, gap.spending - unit]
    real += [np.where(base > 0, rent - gap.wages, 0.0)[:, None] for base, rent in (
        (problem.coefficients.rents, gap.rents), (problem.coefficients.land_rents, gap.land_rents))]  # fmt: skip
    live = np.where(one[-gap.spending.size :].reshape(gap.spending.shape) > -600.0, 1.0, 0.0)
    real[2] = real[2] * live
    return max(float(np.abs(part).max()) for part in real)


def certify(
    problem: Problem,
    shock: Shock,
    found: Equilibrium,
    *,
    closure: str,
    parameters: Mapping[str, float],
    starts: int = STARTS,
    radius: bool = True,
) -> Certificate:
    """Check an equilibrium and say of which kind it is.

    Parameters
    ----------
    starts : int
        Seeded starts to solve again from; 0 for members of a batch.
    radius : bool
        Whether to estimate the spectral radius.
    """
    kind: Kind = "converged" if found.converged else "stopped"
    residuals: dict[str, float] = {}
    size, agreed, spread, others = None, 0, 0.0, tuple[Floats, ...]()
    if found.converged:
        residuals = independent_residuals(problem, shock, found.state)
        if not max(residuals.values()) <= 10 * found.tolerance:
            kind = "inconsistent"
        if radius:
            size = spectral_radius(problem, found.state)
        if starts:
            agreed, spread, others = other_starts(problem, found, count=starts)
        if kind == "converged" and others:
            kind = "several"
        if kind == "converged" and size is not None and size >= 1.0:
            kind = "unstable"
    return Certificate(
        kind=kind,
        steps=found.steps,
        method=found.method,
        residual=found.residual,
        tolerance=found.tolerance,
        residuals=residuals,
        radius=size,
        starts=starts if found.converged else 0,
        agreed=agreed,
        spread=spread,
        others=others,
        data_hash=problem.world.hash,
        closure=closure,
        parameters=parameters,
    )
