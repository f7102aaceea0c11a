"""Worlds at given subsidy rates, many of them, each solved from a neighbour.

A race asks for thousands of equilibria that differ in a few rates. Near a solved one they are found by

    z <- z - J^-1 F(z),      F(z) = rescaled(z + gap(z)) - z

with one Jacobian J for all of them, made anew when it no longer helps. A state counts as solved when every equation
of the engine holds within the engine's tolerance; where the steps do not reach it, the engine itself solves.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from threading import Lock

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.simulate.closure import Closure
from ronghe.simulate.economy import Economy
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver import equations
from ronghe.simulate.solver.certificate import recomputed
from ronghe.simulate.solver.coefficients import with_shock
from ronghe.simulate.solver.packed import pack
from ronghe.simulate.solver.solve import TOLERANCE, Problem, gap_function, solve_problem

AIM = 1e-12
"""Residual that a solve goes for; at most the engine's tolerance counts as solved."""

DENSE_LIMIT = 4_000
"""Longest state for which a Jacobian is inverted; beyond it the engine's own iteration solves every world."""

FEW = 5
"""Passes that a world near by should need; those beyond it speak for a new Jacobian."""

MOST_STEPS = 30
FALLBACK_STEPS = 200


class Worlds:
    """The worlds of one race: players set one rate each on named sectors, all other rates stay.

    Parameters
    ----------
    players : array, shape (player,)
        Positions of regions.
    sectors : array of bool, shape (sector,)
    paid : array, shape (sector, region), optional
        Rates of everyone else; the baseline's if left out.
    """

    def __init__(
        self, economy: Economy, *, players: Ints, sectors: Bools, closure: Closure, paid: Floats | None = None
    ) -> None:
        self.economy, self.players, self.sectors, self.closure = economy, players, sectors, closure
        self.paid = economy.world.subsidies if paid is None else paid
        self.base = economy.problem(Shock(), closure=closure)
        self.solves = 0
        self.tuning = True
        self._inverse: Floats | None = None
        self._wasted = 0
        self._counting = Lock()

    def shock(self, rates: Floats) -> Shock:
        """Return the shock at rates of shape (player,)."""
        paid = self.paid.copy()
        paid[np.ix_(self.sectors, self.players)] = rates
        return Shock(subsidies=paid)

    def problem(self, rates: Floats) -> Problem:
        """Return the problem at rates of shape (player,): the kernel is shared."""
        c = with_shock(self.base.coefficients, self.economy.world, self.shock(rates))
        return replace(self.base, coefficients=c, packed=pack(c))

    def residuals(self, rates: Floats, state: Floats) -> dict[str, float]:
        """Return the residuals of a state by the second formula, block by block."""
        return recomputed(self.problem(rates), self.shock(rates), state)

    def at(self, rates: Floats, guess: Floats | None = None) -> Floats | None:
        """Return the state at rates; None where none is found."""
        states, solved = self.solve(rates[None], (self.base.start if guess is None else guess)[None])
        return states[0] if solved[0] else None

    def solve(self, rates: Floats, guesses: Floats, aim: float = AIM, *, last: bool = True) -> tuple[Floats, Bools]:
        """Solve several worlds at once.

        Parameters
        ----------
        rates : array, shape (world, player)
        guesses : array, shape (world, state)
        aim : float
            Residual at which a solve may end; a looser one than the engine's only guides a search.
        last : bool
            Whether the engine itself is asked where the steps fail.

        Returns
        -------
        states : array, shape (world, state)
        solved : array of bool, shape (world,)
        """
        problems = [self.problem(row) for row in rates]
        states, residuals, passes = self._near(problems, guesses, aim)
        enough = max(aim, TOLERANCE)
        # Prices that run away end as no number, which the residual then says.
        with np.errstate(all="ignore"):
            for m in np.flatnonzero(~(residuals <= enough)) if last else ():
                found = solve_problem(
                    problems[m], start=guesses[m], tolerance=AIM, max_steps=FALLBACK_STEPS, in_parts=False
                )
                states[m], residuals[m] = found.state, found.residual
                passes += found.steps
        solved = residuals <= enough
        with self._counting:
            self.solves += len(rates)
            self._wasted += max(0, passes - FEW * len(rates))
        if self.tuning and self._wasted > guesses.shape[1] and solved.any():
            best = int(np.argmin(np.where(solved, residuals, np.inf)))
            self.refresh(rates[best], states[best])
        return states, solved

    def refresh(self, rates: Floats, state: Floats) -> None:
        """Make the Jacobian anew at a state, by differences."""
        self._wasted = 0
        if len(state) > DENSE_LIMIT:
            return
        problem = self.problem(rates)
        here, step = _move(problem, state)[0], 1e-6
        table = np.empty((len(state), len(state)))
        for m in range(len(state)):
            there = state.copy()
            there[m] += step
            table[:, m] = (_move(problem, there)[0] - here) / step
        # What is held fixed, or bought by no one, moves nothing: it stands still by itself.
        still = ~table.any(axis=0) | ~table.any(axis=1)
        table[still, still] = -1.0
        if np.isfinite(table).all():
            with suppress(np.linalg.LinAlgError):
                self._inverse = np.asarray(np.linalg.inv(table), dtype=float)

    def _near(self, problems: list[Problem], guesses: Floats, aim: float) -> tuple[Floats, Floats, int]:
        """Take steps with the shared Jacobian until none helps; return states, their residuals and the passes."""
        states, best = guesses.copy(), guesses.copy()
        least = np.full(len(problems), np.inf)
        if self._inverse is None and guesses.shape[1] <= DENSE_LIMIT:
            self.refresh(np.zeros(len(self.players)), self.base.start)
        if self._inverse is None:
            return best, least, 0
        going, passes = np.arange(len(problems)), 0
        mixed = [_Mixer() for _ in problems]
        for _ in range(MOST_STEPS):
            moves, further = np.zeros((len(going), states.shape[1])), np.zeros(len(going), dtype=bool)
            for row, m in enumerate(going):
                with np.errstate(all="ignore"):
                    moves[row], residual = _move(problems[m], states[m])
                # A step that does not halve the residual is one too many, or the start was too far.
                further[row] = aim < residual < 0.5 * least[m]
                if residual < least[m]:
                    least[m], best[m] = residual, states[m]
            passes += len(going)
            going = going[further]
            if not going.size:
                break
            for m, step in zip(going, moves[further] @ self._inverse.T, strict=True):
                states[m] -= mixed[m].shorten(states[m], step)
                equations.rescale(problems[m].coefficients, states[m])
        return best, least, passes


def _move(problem: Problem, state: Floats) -> tuple[Floats, float]:
    """Return F at a state and the largest residual of any equation; world value added is pinned."""
    gap, residual = gap_function(problem)(state)
    moved = state + gap
    equations.rescale(problem.coefficients, moved)
    return moved - state, residual


class _Mixer:
    """Anderson's acceleration of one world's steps: the last turns of the step say what the next would leave."""

    def __init__(self) -> None:
        self.past: list[tuple[Floats, Floats]] = []
        self.last: tuple[Floats, Floats] | None = None

    def shorten(self, state: Floats, step: Floats) -> Floats:
        """Return what to take off a state, from its step J^-1 F."""
        if self.last is not None:
            self.past = [*self.past[-2:], (state - self.last[0], step - self.last[1])]
        self.last = (state.copy(), step)
        if not self.past:
            return step
        turns = np.array([turn for _, turn in self.past])
        gram = turns @ turns.T
        gram[np.diag_indices(len(gram))] *= 1.0 + 1e-12
        share = np.linalg.solve(gram, turns @ step)
        taken: Floats = step + share @ (np.array([move for move, _ in self.past]) - turns)
        return taken
