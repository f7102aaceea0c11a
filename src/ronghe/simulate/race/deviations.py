"""The certificate of a rest point: what every player would get at 201 rates while all others keep theirs.

Every eighth rate is reached in a march from where the player stands to where its budget ends; the others start from
polynomials through the worlds already solved, to the engine's tolerance. Every other rate is read off the polynomial
through the eight solved ones next to it, and solved too where that comes within 1e-5 of income of what the player has.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.simulate.race.payoffs import Arena, Path
from ronghe.simulate.solver.solve import TOLERANCE

POINTS = 201
COARSE = 8

NEAR = 1e-5
"""A rate read off its neighbours is solved where it comes so near to what the player has, as a share of income."""

USED_UP = 0.05
"""A world that is not found counts as the end of a budget that, drawn on, would have less room than this."""


@dataclass(frozen=True, slots=True, eq=False)
class Deviations:
    """What one player could get alone.

    Attributes
    ----------
    points, values : array, shape (point,)
        Feasible rates of the grid, ascending, and what the player maximises at each, 亿元 a year.
    whole : bool
        False where a world was not found although the budget had not ended.
    """

    points: Floats
    values: Floats
    whole: bool

    @property
    def best(self) -> float:
        """The rate of the grid that pays most."""
        return float(self.points[np.argmax(self.values)])


def deviations(
    arena: Arena, rates: Floats, state: Floats, *, now: Floats, threads: int | None = None
) -> list[Deviations]:
    """Return what each player could get alone from a rest point; ``now`` is what it has, shape (player,)."""
    arena.worlds.refresh(rates, state)
    arena.worlds.tuning = False

    def alone(player: int) -> Deviations:
        return _March(arena, player, rates, state, float(now[player])).run()

    try:
        with ThreadPoolExecutor(threads or min(8, os.cpu_count() or 1)) as pool:
            return list(pool.map(alone, range(len(rates))))
    finally:
        arena.worlds.tuning = True


class _March:
    """The worlds of one player's grid, found outwards from where it stands."""

    def __init__(self, arena: Arena, player: int, rates: Floats, state: Floats, now: float) -> None:
        self.now, self.arena, self.player, self.rates, self.state = now, arena, player, rates, state
        self.points = np.linspace(0.0, float(arena.aims.most[player]), POINTS)
        self.states: dict[int, Floats] = {}
        self.values: dict[int, float] = {}
        self.rooms: dict[int, float] = {}
        self.whole = True

    def run(self) -> Deviations:
        """Solve the grid up to the end of the budget."""
        coarse = np.arange(0, POINTS, COARSE)
        at = int(np.searchsorted(self.points[coarse], self.rates[self.player]))
        here = (float(self.rates[self.player]), self.state)
        down = self._outwards(coarse[:at][::-1], [here])
        self._outwards(coarse[at:], [here])
        if not self.states:
            return Deviations(np.zeros(0), np.zeros(0), False)
        for step in (COARSE // 2, COARSE // 4):
            self._fill(self._missing(step))
        self._read(self._missing(1))
        last = max(self.states)
        trail = [(float(self.points[m]), self.states[m]) for m in sorted(self.states)[-4:]]
        up = self._outwards(np.arange(last + 1, min(last + COARSE, POINTS)), trail)
        inside = [m for m in sorted(self.rooms) if self.rooms[m] >= 0.0]
        values = np.array([self.values[m] for m in inside])
        return Deviations(self.points[inside], values, self.whole and down and up)

    def _solve(self, numbers: Ints, guesses: Floats, *, last: bool = True) -> Path:
        return self.arena.path(self.player, self.rates, self.points[numbers], guesses, TOLERANCE, last=last)

    def _keep(self, numbers: Ints, path: Path) -> None:
        for row, m in enumerate(numbers.tolist()):
            self.states[m], self.values[m], self.rooms[m] = path.states[row], path.values[row], path.room[row]

    def _outwards(self, numbers: Ints, trail: list[tuple[float, Floats]]) -> bool:
        """Solve one rate after another; return whether the points, or the budget, came to an end."""
        for m in numbers:
            guess = extrapolated(trail[-4:], float(self.points[m]))[None]
            path = self._solve(np.array([m]), guess, last=not self._ends(int(m)))
            if not path.feasible[0]:
                return bool(path.solved[0]) or self._ends(int(m))
            self._keep(np.array([m]), path)
            trail.append((float(self.points[m]), path.states[0]))
        return True

    def _fill(self, numbers: Ints) -> None:
        if numbers.size:
            path = self._solve(numbers, between(self.states, numbers))
            self.whole = self.whole and bool(path.solved.all())
            self._keep(numbers, path)

    def _missing(self, step: int) -> Ints:
        span = range(min(self.states), max(self.states) + 1, step)
        return np.array([m for m in span if m not in self.states], dtype=np.int64)

    def _read(self, numbers: Ints) -> None:
        """Read what is far below today's worth off polynomials, and solve the rest."""
        if not numbers.size:
            return
        values, rooms = between(self.values, numbers), between(self.rooms, numbers)
        near = values >= self.now - NEAR * self.arena.income[self.player]
        for row in np.flatnonzero(~near):
            self.values[int(numbers[row])], self.rooms[int(numbers[row])] = float(values[row]), float(rooms[row])
        self._fill(numbers[near])

    def _ends(self, number: int) -> bool:
        """Return whether the room of the budget, drawn on through its last three points, is used up at the next."""
        near = sorted(self.rooms, key=lambda m: abs(m - number))[:3]
        if not near:
            return False
        rooms = np.array([self.rooms[m] for m in near])
        return bool(weights(np.array(near, dtype=float), float(number)) @ rooms < USED_UP)


def extrapolated(trail: Sequence[tuple[float, Floats]], point: float) -> Floats:
    """Return the polynomial through the last states of a march at one more rate; a rate met twice counts once."""
    rates = np.array([rate for rate, _ in trail])
    kept = [m for m in range(len(rates)) if not (np.abs(rates[m + 1 :] - rates[m]) < 1e-6).any()]
    guess: Floats = weights(rates[kept], point) @ np.array([trail[m][1] for m in kept])
    return guess


def between(states: Mapping[int, Floats] | Mapping[int, float], numbers: Ints) -> Floats:
    """Return the polynomials through the eight nearest states, or values, of a grid at further numbers of it."""
    have = np.array(sorted(states))
    guesses = []
    for m in numbers:
        near = have[np.argsort(np.abs(have - m), kind="stable")[:8]]
        guesses.append(weights(near.astype(float), float(m)) @ np.array([states[int(n)] for n in near]))
    return np.array(guesses)


def weights(nodes: Floats, at: float) -> Floats:
    """Return Lagrange's weights of some nodes at a point.

    Examples
    --------
    >>> weights(np.array([0.0, 1.0, 2.0]), 3.0).tolist()
    [1.0, -3.0, 3.0]
    """
    same = np.eye(len(nodes), dtype=bool)
    factors = np.where(same, 1.0, (at - nodes)[None, :] / (nodes[:, None] - nodes[None, :] + same))
    found: Floats = factors.prod(axis=1)
    return found
