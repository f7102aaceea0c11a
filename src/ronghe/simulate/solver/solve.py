"""Solve one counterfactual: Anderson iteration, then Newton-Krylov, then the shock in parts; else it stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.simulate.closure import Closure
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.shock import NO_SHOCK, Shock, kernel_of, wedge_kernel, without_supplier
from ronghe.simulate.solver import equations
from ronghe.simulate.solver.coefficients import Coefficients, coefficients, with_shock
from ronghe.simulate.solver.engine import Backend, engine
from ronghe.simulate.solver.krylov import gmres
from ronghe.simulate.solver.packed import Packed, pack
from ronghe.simulate.solver.parts import price_levels
from ronghe.simulate.world import World

Method = Literal["anderson", "newton-krylov", "homotopy", "none"]

TOLERANCE = 1e-10
MOST_STEPS = 500
MEMORY = 6


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A world under a shock, ready for the solver."""

    world: World
    kernel: Floats
    net: Floats
    coefficients: Coefficients
    packed: Packed | None
    start: Floats
    lost: tuple[tuple[int, int], ...]
    parameters: Parameters
    closure: Closure


@dataclass(frozen=True, slots=True, eq=False)
class Equilibrium:
    """What the solver returns: a state, and how it got there.

    Attributes
    ----------
    state : array
        ln w, ln r, ln rl, ln L, ln P, ln X (see :mod:`ronghe.simulate.solver.coefficients`).
    steps : int
        Passes over the kernel.
    residual : float
        Largest residual of any equation at ``state``.
    converged : bool
        Whether it is within the tolerance.
    lost : tuple of (sector, buyer)
        Cells left without any supplier: no equilibrium exists.
    """

    state: Floats
    steps: int
    residual: float
    converged: bool
    method: Method
    tolerance: float
    lost: tuple[tuple[int, int], ...] = ()


def prepare(
    *, world: World, shock: Shock = NO_SHOCK, parameters: Parameters | None = None, closure: Closure = "short"
) -> Problem:
    """Return the arrays of one counterfactual: the kernel once, and the coefficients of the closure."""
    chosen = Parameters() if parameters is None else parameters
    kernel = kernel_of(world, shock)
    net, slots = wedge_kernel(world, shock, kernel)
    c = with_shock(coefficients(world=world, parameters=chosen, closure=closure), world, shock)
    c = c._replace(wedge_slot=slots)
    c = c._replace(level=_levels(world, c, kernel))
    start = equations.baseline_state(c, world.spending)
    return Problem(world, kernel, net, c, pack(c), start, tuple(without_supplier(world, kernel)), chosen, closure)


def _levels(world: World, c: Coefficients, kernel: Floats) -> Ints:
    return price_levels(kernel, added=world.value_added, inflow=world.transfers + world.external + c.gifts)


def hat_equilibrium(
    *,
    world: World,
    shock: Shock = NO_SHOCK,
    parameters: Parameters | None = None,
    closure: Closure = "short",
    start: Floats | None = None,
    tolerance: float = TOLERANCE,
    max_steps: int = MOST_STEPS,
    backend: Backend = "numba",
) -> Equilibrium:
    """Solve the equilibrium in changes.

    Parameters
    ----------
    world : World
        The calibrated baseline.
    shock : Shock
        What changes; no shock returns the baseline itself.
    closure : {"short", "medium", "long"}
    start : array, optional
        State to start from; the baseline if left out.
    tolerance : float
        On the residual of every equation, in logs.
    max_steps : int
        Most passes of the first method; the fallbacks have as many again.

    Returns
    -------
    Equilibrium
        Never a number without its residual: ``converged`` says whether it may be used.
    """
    problem = prepare(world=world, shock=shock, parameters=parameters, closure=closure)
    return solve_problem(problem, start=start, tolerance=tolerance, max_steps=max_steps, backend=backend)


def solve_problem(
    problem: Problem,
    *,
    start: Floats | None = None,
    tolerance: float = TOLERANCE,
    max_steps: int = MOST_STEPS,
    backend: Backend = "numba",
    in_parts: bool = True,
) -> Equilibrium:
    """Solve a prepared problem (see :func:`hat_equilibrium`); ``in_parts`` allows the fallback from the baseline."""
    first = problem.start if start is None else start
    if problem.lost:
        return Equilibrium(first, 0, float("inf"), False, "none", tolerance, problem.lost)
    state, steps, residual = _anderson(problem, first, tolerance, max_steps, backend)
    if residual <= tolerance:
        return Equilibrium(state, steps, residual, True, "anderson", tolerance)
    if max_steps >= 50 and np.isfinite(residual):
        state, more, residual = newton(problem, state, tolerance, max_steps, backend)
        steps += more
        if residual <= tolerance:
            return Equilibrium(state, steps, residual, True, "newton-krylov", tolerance)
    if in_parts and max_steps >= 50:
        state, more, residual = _in_parts(problem, tolerance, max_steps, backend)
        steps += more
        if residual <= tolerance:
            return Equilibrium(state, steps, residual, True, "homotopy", tolerance)
    return Equilibrium(state, steps, residual, False, "none", tolerance)


def _anderson(
    problem: Problem, start: Floats, tolerance: float, most: int, backend: Backend
) -> tuple[Floats, int, float]:
    return engine(backend).iterate(
        problem.kernel, problem.net, problem.coefficients, problem.packed, start,
        tolerance=tolerance, most=most, memory=MEMORY,
    )  # fmt: skip


def polish(problem: Problem, found: Equilibrium, *, most: int = 40, backend: Backend = "numba") -> Equilibrium:
    """Take further steps towards the rounding of the machine, and keep the best state met."""
    state, steps, residual = _anderson(problem, found.state, 4e-15, most, backend)
    if not residual < found.residual:
        return found
    return replace(found, state=state, steps=found.steps + steps, residual=residual)


def gap_function(problem: Problem, backend: Backend = "numba") -> Callable[[Floats], tuple[Floats, float]]:
    """Return z -> (preconditioned gap, largest residual) of a problem."""
    gaps = engine(backend).gaps
    return lambda z: gaps(problem.kernel, problem.net, problem.coefficients, problem.packed, z)


def newton(problem: Problem, start: Floats, tolerance: float, most: int, backend: Backend) -> tuple[Floats, int, float]:
    """Newton steps whose linear systems are solved by GMRES on differences of the same preconditioned gap."""
    plain = gap_function(problem, backend)

    def evaluate(at: Floats) -> tuple[Floats, float]:
        # Pinning world value added takes out the direction in which every price rises alike.
        gap, worst = plain(at)
        moved = at + gap
        equations.rescale(problem.coefficients, moved)
        return moved - at, worst

    z = start.copy()
    gap, residual = evaluate(z)
    passes = 1
    while passes < most and np.isfinite(residual) and residual > tolerance:
        here, at = z, gap

        def turn(direction: Floats, here: Floats = here, at: Floats = at) -> Floats:
            nonlocal passes
            passes += 1
            size = float(np.abs(direction).max())
            if size == 0.0:
                return direction
            step = 1e-7 / size
            return (evaluate(here + step * direction)[0] - at) / step

        move = gmres(turn, -gap, accuracy=min(1e-2, float(np.linalg.norm(gap))), size=60)
        # A step of more than one log point leaves the region where the linear picture holds.
        scale = min(1.0, 1.0 / max(float(np.abs(move).max()), 1e-300))
        for _ in range(10):
            trial = here + scale * move
            equations.rescale(problem.coefficients, trial)
            new_gap, new_residual = evaluate(trial)
            passes += 1
            if np.linalg.norm(new_gap) < np.linalg.norm(gap):
                break
            scale *= 0.5
        else:
            return z, passes, residual
        z, gap, residual = trial, new_gap, new_residual
    return z, passes, residual


def _in_parts(problem: Problem, tolerance: float, most: int, backend: Backend) -> tuple[Floats, int, float]:
    """Move the kernel from the baseline to the shock in eight parts, each started from the last."""
    state, total, residual = problem.start, 0, float("nan")
    base = problem.world.shares
    live = (problem.kernel > 0) & (base > 0)
    ratio = np.divide(problem.kernel, base, out=np.ones_like(base), where=live)
    levied = np.flatnonzero(problem.coefficients.wedge_slot >= 0)
    wedge = np.divide(problem.net, problem.kernel[levied], out=np.ones_like(problem.net), where=live[levied])
    for part in np.linspace(0.125, 1.0, 8):
        # A forbidden pair leaves in proportion; every other cell moves evenly in logs.
        kernel = np.where(problem.kernel > 0, base * ratio**part, base * (1.0 - part))
        net = kernel[levied] * wedge
        level = _levels(problem.world, problem.coefficients, kernel)
        stage = replace(
            problem, kernel=kernel, net=net, lost=(),
            coefficients=problem.coefficients._replace(level=level),
            packed=None if problem.packed is None else problem.packed._replace(level=level),
        )  # fmt: skip
        state, steps, residual = _anderson(stage, state, tolerance, most, backend)
        total += steps
        if not residual <= tolerance:
            return state, total, residual
    return state, total, residual
