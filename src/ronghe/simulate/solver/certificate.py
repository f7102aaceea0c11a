"""The certificate of an equilibrium: recomputed residuals, spectral radius, and other starts.

The residuals are those of the second formula (:mod:`ronghe.simulate.solver.residuals`), which shares nothing with the
solver. The radius and the other starts judge the solver's own map: whether the answer is stable, and the only one
that is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate.closure import moves
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver import equations
from ronghe.simulate.solver.krylov import largest_eigenvalue
from ronghe.simulate.solver.residuals import Hats, independent_residuals
from ronghe.simulate.solver.solve import Equilibrium, Problem, gap_function, solve_problem

Kind = Literal["converged", "stopped", "inconsistent", "several", "unstable"]

AGREE = 1e-8
STARTS = 6
START_STEPS = 500
MAY_STOP = 1
"""How many of the other starts may stop on the way; all that arrive must arrive at the answer."""

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
        Seeded starts tried, and how many of them reached the same equilibrium; those that neither did so nor
        found another stopped on the way.
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
        """Largest residual of the second formula; not a number where any block has none."""
        return worst_of(self.residuals)


def worst_of(residuals: Mapping[str, float]) -> float:
    """Return the largest residual; one that is no number stays, so that nothing passes behind it."""
    return float(np.max([*residuals.values()])) if residuals else float("nan")


def recomputed(problem: Problem, shock: Shock, state: Floats) -> dict[str, float]:
    """Return the residuals of a state by the second formula, block by block."""
    c = problem.coefficients
    s = equations.unpack(c, state)
    bought = s.spending > -600.0
    hats = Hats(
        wages=np.exp(s.wages),
        rents=np.exp(s.rents),
        land_rents=np.exp(s.land_rents),
        people=np.exp(s.people),
        prices=np.exp(s.prices).T,
        spending=np.where(bought, np.exp(s.spending), 0.0).T,
        productivity=np.exp(s.productivity).T if s.productivity.size else None,
    )
    # From the closure and the parameters, not from what the solver made of them.
    moving = moves(problem.closure, problem.parameters)
    return independent_residuals(problem.world, shock, hats, parameters=problem.parameters, moving=moving)


DAMPINGS = (1.0, 0.5, 0.25)
NEAR = 10
"""Products enough for the radius of a problem close to one whose leading direction is known."""


def spectral_radius(problem: Problem, state: Floats, *, near: Floats | None = None) -> tuple[float, Floats]:
    """Return the largest modulus of an eigenvalue of the damped, unpreconditioned map at a state, and its direction.

    The paces are those of the baseline and may overshoot after a large shock, so that the map is damped further
    when the modulus is not below 1; an eigenvalue whose real part is 1 or more stays so under any damping.

    Parameters
    ----------
    near : array, optional
        Leading direction of a problem close by: one short round of Arnoldi's process then suffices.
    """
    start = np.random.default_rng(SEED).standard_normal(len(state)) if near is None else near
    most = 160 if near is None else NEAR
    for damping in DAMPINGS:
        radius, direction = _radius(problem, state, damping, start, most)
        if radius < 1.0:
            break
    return radius, direction


def _radius(problem: Problem, state: Floats, damping: float, start: Floats, most: int) -> tuple[float, Floats]:
    c = problem.coefficients
    none = np.zeros((0, 0, 0))
    bare = replace(
        problem,
        coefficients=c._replace(block_prices=none, block_spending=none),
        packed=None if problem.packed is None else problem.packed._replace(blocks=np.array([none, none])),
    )
    gaps = gap_function(bare)
    live = np.ones(len(state))
    parts = equations.unpack(c, live)
    parts.rents[c.rents <= 0] = 0.0
    parts.land_rents[c.land_rents <= 0] = 0.0
    parts.people[:] = 0.0
    if c.kappa > 0:
        parts.people[:, c.home] = 1.0
    # What nobody buys stays as it is, which is no direction in which the map could run away.
    unbought = equations.unpack(c, state).spending < -600.0
    parts.spending[unbought] = parts.prices[unbought] = 0.0

    def image(z: Floats) -> Floats:
        moved = z + damping * gaps(z)[0]
        equations.rescale(c, moved)
        return moved

    here = image(state)

    def turn(direction: Floats) -> Floats:
        step = 1e-6 / max(float(np.abs(direction).max()), 1e-300)
        change: Floats = (image(state + step * live * direction) - here) / step
        return change * live

    return largest_eigenvalue(turn, start * live, size=min(20, most), most=most)


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
            s.people[:, c.home] = 0.5 * rng.standard_normal((c.groups, len(c.home)))
        starts.append(z)
    return starts


def other_starts(
    problem: Problem, found: Equilibrium, *, count: int = STARTS, seed: int = SEED, max_steps: int = START_STEPS
) -> tuple[int, float, tuple[Floats, ...]]:
    """Solve from seeded starts; return how many agree, their spread in logs, and other equilibria."""
    agreed, spread, others = 0, 0.0, []
    gaps = gap_function(problem)
    for drawn in seeded_starts(problem, count, seed):
        start = drawn
        # A start at which a market has no finite answer is drawn in until it has one.
        while not np.isfinite(gaps(start)[1]) and np.abs(start - problem.start).max() > 1e-3:
            start = problem.start + 0.5 * (start - problem.start)
        again = solve_problem(problem, start=start, tolerance=found.tolerance, max_steps=max_steps, in_parts=False)
        if not again.converged:
            continue
        apart = _distance(problem, again.state, found.state)
        if apart <= max(AGREE, 100 * found.tolerance):
            agreed += 1
            spread = max(spread, apart)
        else:
            others.append(again.state)
    return agreed, spread, tuple(others)


def _distance(problem: Problem, one: Floats, other: Floats) -> float:
    """Return the largest difference in logs, each region's money counted in its own wage.

    Regions that trade with no one have no common unit; in their own wage every answer is comparable.
    """
    c = problem.coefficients
    gap = equations.unpack(c, one - other)
    unit = gap.wages[0]
    live = equations.unpack(c, one).spending > -600.0
    real = [gap.people, gap.wages - unit]
    # What nobody buys has no price, and what nobody makes no productivity.
    real += [np.where(live, part - unit[:, None], 0.0) for part in (gap.prices, gap.spending)]
    if gap.productivity.size:
        real.append(np.where(problem.world.output.T > 0, gap.productivity, 0.0))
    real += [np.where(base > 0, rent - unit, 0.0) for base, rent in ((c.rents, gap.rents),
                                                                     (c.land_rents, gap.land_rents))]  # fmt: skip
    return max(float(np.abs(part).max(initial=0.0)) for part in real)


def certify(
    problem: Problem,
    shock: Shock,
    found: Equilibrium,
    *,
    closure: str,
    starts: int = STARTS,
    radius: bool = True,
    start_steps: int = START_STEPS,
) -> Certificate:
    """Check an equilibrium and say of which kind it is.

    Parameters
    ----------
    starts : int
        Seeded starts to solve again from; 0 for members of a batch.
    radius : bool
        Whether to estimate the spectral radius.
    start_steps : int
        Most steps from each of the other starts.
    """
    kind: Kind = "converged" if found.converged else "stopped"
    residuals: dict[str, float] = {}
    size, agreed, spread, others = None, 0, 0.0, tuple[Floats, ...]()
    if found.converged:
        residuals = recomputed(problem, shock, found.state)
        if not worst_of(residuals) <= 10 * found.tolerance:
            kind = "inconsistent"
        if radius:
            size = spectral_radius(problem, found.state)[0]
        if starts:
            agreed, spread, others = other_starts(problem, found, count=starts, max_steps=start_steps)
        if kind == "converged" and others:
            kind = "several"
        unmet = starts - agreed > MAY_STOP if starts > MAY_STOP else agreed < starts
        if kind == "converged" and (unmet or (size is not None and not size < 1.0)):
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
        parameters=asdict(problem.parameters),
    )
