"""A group of openings solved side by side: the steps of one solve in every lane, and each lane's spectral radius.

What does not converge here is solved by itself, with every fallback of the solver.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.simulate.batches.map import Map
from ronghe.simulate.solver.coefficients import RESTART, RESTART_PACE
from ronghe.simulate.solver.solve import MEMORY, MOST_STEPS, Problem

PRODUCTS = 10
"""Products of Arnoldi's process from a direction near the answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A group of openings, solved or not.

    Attributes
    ----------
    states : array, shape (opening, state)
        In the solver's order.
    output : array, shape (opening, sector, region)
        Gross output at cost, in units of constant world value added.
    steps, residuals, radii : array, shape (opening,)
        Radii are NaN where they were not asked for, or not found below 1.
    """

    states: Floats
    output: Floats
    steps: Ints
    residuals: Floats
    radii: Floats


class Group(Map):
    """Solves up to ``lanes`` openings at a time; holds its memory, so one a thread.

    Parameters
    ----------
    base : Problem
        The world before.
    kernel_open : array, shape (sector, buyer, seller)
        The kernel after the scenario on all its pairs.
    near : array, shape (state,), or None
        Leading direction of a problem close by; without it no radius is found.
    """

    def __init__(self, base: Problem, kernel_open: Floats, near: Floats | None) -> None:
        super().__init__(base, kernel_open)
        self.near = None if near is None else self.inward(near[None])[0] * ~self.dead
        # Held, for the system takes long to hand out large arrays anew.
        self.memory = np.zeros((2, self.lanes, MEMORY, self.start.size))
        self.basis = np.zeros((self.lanes, PRODUCTS + 1, self.start.size))

    def solve(self, masks: Bools, *, tolerance: float, radius: bool) -> Solved:
        """Solve openings given as masks, shape (opening, buyer, seller), at most ``lanes`` of them."""
        self.open(masks)
        radii = np.full(len(masks), np.nan)
        # A lane that runs away does so alone, and says so by its residual.
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            states, steps, residuals = self._iterate(len(masks), tolerance)
            gap, output = self.gaps(states)
            if radius and self.near is not None:
                radii = self._radii(states, gap, self.near)
        made = np.empty((len(masks), self.sectors, self.count))
        made[:, :, self.order] = output.transpose(1, 0, 2)
        return Solved(self.outward(states), made, steps, residuals, radii)

    def _iterate(self, lanes: int, tolerance: float) -> tuple[Floats, Ints, Floats]:
        """Run the Anderson iteration in every lane (:mod:`ronghe.simulate.solver.anderson`).

        ``moves`` holds moves and turns together, which is all that is used of them. A lane that restarts has its
        memory emptied and takes half a plain step; an empty place of the memory has weight 0.
        """
        z = np.repeat(self.start[None], lanes, axis=0)
        self.rescale(z)
        size = z[0].size
        turns, moves = self.memory[:, :lanes]
        pair, gram = np.zeros((lanes, 2, size)), np.zeros((lanes, MEMORY, MEMORY))
        old, last, one = np.zeros_like(z), np.zeros_like(z), 1e-12 * np.eye(MEMORY)
        best, least, window = z.copy(), np.full(lanes, np.inf), np.full(lanes, np.inf)
        steps, going = np.zeros(lanes, dtype=np.int64), np.ones(lanes, dtype=np.bool_)
        for step in range(MOST_STEPS):
            gap, _ = self.gaps(z)
            flat = gap.reshape(lanes, -1)
            worst = np.maximum(flat.max(axis=1), -flat.min(axis=1))
            better = going & (worst < least)
            least[better], best[better] = worst[better], z[better]
            steps[going] += 1
            going &= np.isfinite(worst) & ~(worst <= tolerance)
            if not going.any():
                break
            restart = worst > RESTART * window
            window = np.where(restart, worst, np.minimum(window, worst))
            if restart.any():
                turns[restart] = moves[restart] = 0.0
                gram[restart] = 0.0
            flat = self.paced(gap).reshape(lanes, -1)
            pair[:, 1] = flat
            if step > 0:
                slot, filled = (step - 1) % MEMORY, slice(min(step, MEMORY))
                old -= gap
                last -= z
                turn, move = old.reshape(lanes, -1), last.reshape(lanes, -1)
                length = np.sqrt(np.einsum("ls,ls->l", turn, turn))
                used = going & ~restart & (length > 0)
                scale = np.divide(-1.0, length, out=np.zeros(lanes), where=used)[:, None]
                np.multiply(turn, scale, out=turns[:, slot])
                move += turn
                np.multiply(move, scale, out=moves[:, slot])
                pair[:, 0] = turns[:, slot]
                # The products of the newest turn and of the gap with the whole memory, read once for both.
                products = turns[:, filled] @ pair.transpose(0, 2, 1)
                gram[:, slot, filled] = gram[:, filled, slot] = products[:, :, 0]
                weight = np.linalg.solve((gram + one)[:, filled, filled], products[:, :, 1:])
                change = (weight.transpose(0, 2, 1) @ moves[:, filled])[:, 0]
            else:
                change = np.zeros_like(flat)
            old[:], last[:] = gap, z
            step_size = np.where(restart, RESTART_PACE, 1.0) * going
            flat *= step_size[:, None]
            change *= going[:, None]
            flat -= change
            z += flat.reshape(z.shape)
            self.rescale(z)
        return best, steps, least

    def _radii(self, states: Floats, here: Floats, near: Floats) -> Floats:
        """Return the largest modulus of an eigenvalue of the plain map in every lane; NaN where it is not below 1.

        One round of Arnoldi's process on differences of the gap; the price level is held, to first order.
        """
        lanes, j, size = len(states), self.sectors, near.size
        live = (~self.dead).astype(float).ravel()
        added = self.paid * np.exp(states[:, :, j : j + 3])
        added /= added.sum(axis=(1, 2), keepdims=True)
        basis, table = self.basis[:lanes], np.zeros((lanes, PRODUCTS + 1, PRODUCTS))
        basis[:, 0] = near.ravel() / np.linalg.norm(near)
        paced = self.pace[:, None]
        for m in range(PRODUCTS):
            direction = basis[:, m].reshape(states.shape)
            step = 1e-6 / np.maximum(np.abs(basis[:, m]).max(axis=1), 1e-300)[:, None, None]
            change, _ = self.gaps(states + step * direction)
            change -= here
            change /= step
            change[:, :, j : j + 3] *= paced
            change += direction
            change -= (added * change[:, :, j : j + 3]).sum(axis=(1, 2), keepdims=True)
            image = change.reshape(lanes, size)
            image *= live
            # Twice, so that rounding leaves no part of the earlier directions.
            for _ in range(2):
                part = basis[:, : m + 1] @ image[:, :, None]
                image -= (part.transpose(0, 2, 1) @ basis[:, : m + 1])[:, 0]
                table[:, : m + 1, m] += part[:, :, 0]
            length = np.sqrt(np.einsum("ls,ls->l", image, image))
            table[:, m + 1, m] = length
            basis[:, m + 1] = image * np.divide(1.0, length, out=np.zeros(lanes), where=length > 1e-12)[:, None]
        square = table[:, :PRODUCTS]
        sound: Bools = np.all(np.isfinite(square), axis=(1, 2))
        found = np.abs(np.linalg.eigvals(np.where(sound[:, None, None], square, 0.0))).max(axis=1)
        return np.where(sound & (found < 1.0), found, np.nan)
