"""Best replies in a subsidy race, and the sweeps that look for a rest point.

    s_i = argmax over feasible s in [0, s_max] of  sum_j a_ij payoff_j(s, s_-i)

a is the identity where each region is for itself; members of a bloc count one another. A reply is the top of the
cubic through four solved worlds around the last rate; the interval moves on while the top lies on its edge, and
narrows as the moves become small. What such a reply cannot see, a higher top far away, the grid of
:mod:`ronghe.simulate.race.deviations` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate.race.payoffs import Arena

STILL = 1e-6
"""The sweeps end when no rate moves by more."""

MOST_SWEEPS = 100

NARROW, FIRST, WIDE = 1e-3, 1e-2, 5e-2
"""Least, first and largest half-width of the interval of a reply, in rates."""

DIGITS = 1e-4
"""Residual at which a world of a reply is near enough, over the square of the half-width."""

Ending = Literal["still", "cycle", "stopped"]
Answer = Callable[[int, Floats], float]

NODES = -np.cos(np.pi * np.arange(4) / 3.0)
_POWERS = np.linalg.inv(np.vander(NODES, increasing=True))


def sequential(
    answer: Answer, start: Floats, *, still: float = STILL, most: int = MOST_SWEEPS
) -> tuple[Floats, Ending, int]:
    """Let players answer in turn until no rate moves, or the rates come back to where they were.

    Parameters
    ----------
    answer : callable
        (player, rates) -> the player's best rate; NaN ends the sweeps.
    start : array, shape (player,)

    Returns
    -------
    rates : array, shape (player,)
    ending : {"still", "cycle", "stopped"}
    sweeps : int

    Examples
    --------
    One wants to match, the other to differ: they chase each other for ever.

    >>> sequential(lambda i, s: s[1] if i == 0 else 1.0 - s[0], np.array([0.0, 0.0]))[1:]
    ('cycle', 3)
    """
    rates = start.astype(float)
    seen = [rates.copy()]
    for sweep in range(1, most + 1):
        for player in range(len(rates)):
            rates[player] = answer(player, rates)
            if np.isnan(rates[player]):
                return seen[-1], "stopped", sweep
        if np.abs(rates - seen[-1]).max(initial=0.0) <= still:
            return rates, "still", sweep
        if any(np.abs(rates - old).max() <= still for old in seen[:-1]):
            return rates, "cycle", sweep
        seen.append(rates.copy())
    return rates, "stopped", most


class Answers:
    """Best replies around a moving point; holds its state and, for each player, how the state turns with its rate."""

    def __init__(self, arena: Arena, rates: Floats, state: Floats) -> None:
        self.arena, self.rates, self.state = arena, rates.copy(), state
        self.widths = np.full(len(rates), FIRST)
        self.tangents: dict[int, Floats] = {}

    def __call__(self, player: int, rates: Floats) -> float:
        """Move a player to its best reply and return it; NaN where the worlds around it are not found."""
        begun = rates[player]
        for _ in range(40):
            edge = self._step(player)
            if edge is None:
                return float("nan")
            if not edge:
                break
        move = abs(self.rates[player] - begun)
        self.widths[player] = min(max(2.0 * move, NARROW), self.widths[player])
        return float(self.rates[player])

    def _step(self, player: int) -> bool | None:
        """Move to the best rate near by; return whether it lies on an edge that is no bound, None if not found."""
        here, most = self.rates[player], self.arena.aims.most[player]
        width = self.widths[player]
        low, high = max(0.0, here - width), min(most, here + width)
        if not high > low:
            return False
        points = low + (high - low) * 0.5 * (1.0 + NODES)
        guesses = self.state + np.outer(points - here, self.tangents.get(player, np.zeros_like(self.state)))
        # A wide interval needs fewer digits: the top is found to a small part of the width.
        path = self.arena.path(player, self.rates, points, guesses, DIGITS * width**2)
        if not path.solved.all():
            self.widths[player] *= 0.25
            return True if self.widths[player] > 0.01 * NARROW else None
        best = top(path.values, path.room)
        self.tangents[player] = (path.states[-1] - path.states[0]) / (high - low)
        self.state = best ** np.arange(4) @ _POWERS @ path.states
        self.rates[player] = low + (high - low) * 0.5 * (best + 1.0)
        edge = (best <= -1.0 and low > 0.0) or (best >= 1.0 and high < most)
        if edge:
            self.widths[player] = min(2.0 * width, WIDE)
        return edge


def top(values: Floats, room: Floats) -> float:
    """Return where on [-1, 1] the cubic through four values is highest while that through the room is not negative.

    Where no point has room: where the room is largest.

    Examples
    --------
    >>> round(top(1 - (NODES - 0.5) ** 2, np.ones(4)), 12), round(top(1 - (NODES - 0.5) ** 2, 0.2 - NODES), 12)
    (0.5, 0.2)
    """
    curve, space = (_cubic(row) for row in (values, room))
    tight = bool(room.min() < 0.0)
    roots = [*curve.deriv().roots(), *(space.roots() if tight else ())]
    inside = [float(root.real) for root in roots if abs(root.imag) < 1e-9 and -1.0 < root.real < 1.0]
    candidates = np.array([-1.0, 1.0, *inside])
    allowed = candidates[space(candidates) >= -1e-12 * np.abs(room).max()] if tight else candidates
    if not allowed.size:
        return float(candidates[np.argmax(space(candidates))])
    return float(allowed[np.argmax(curve(allowed))])


def _cubic(values: Floats) -> np.polynomial.Polynomial:
    """Return the cubic through four values; a power that only rounding holds is left out, for it would spoil roots."""
    powers = _POWERS @ values
    return np.polynomial.Polynomial(powers).trim(1e-13 * np.abs(powers).max())
