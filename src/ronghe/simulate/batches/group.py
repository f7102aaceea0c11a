"""A group of openings solved side by side: the steps of one solve in every lane, and each lane's spectral radius.

What does not converge here is solved by itself, with every fallback of the solver.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.simulate.batches.map import Map
from ronghe.simulate.solver.engine import Backend
from ronghe.simulate.solver.solve import MEMORY, MOST_STEPS, Problem

PRODUCTS = 10
"""Most products of Arnoldi's process from a direction near the answer."""

FEWEST, SETTLED, CLEAR = 4, 1e-4, 0.9
"""From so many products on, a modulus that changes by no more is taken; one above the last has all of them."""


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

    def __init__(
        self, base: Problem, kernel_open: Floats, near: Floats | None, *, backend: Backend = "numba"
    ) -> None:  # fmt: skip
        super().__init__(base, kernel_open, backend=backend)
        self.near = None if near is None else self.inward(near[None])[0] * ~self.dead
        self.held = self.backend.lanes(self.lanes, MEMORY, self.start.size)
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
        """Run the Anderson iteration in every lane (:mod:`ronghe.simulate.solver.anderson`)."""
        z = np.repeat(self.start[None], lanes, axis=0)
        self.rescale(z)
        self.held.clear()
        best, least = z.copy(), np.full(lanes, np.inf)
        steps, going = np.zeros(lanes, dtype=np.int64), np.ones(lanes, dtype=np.bool_)
        for _ in range(MOST_STEPS):
            gap, _output = self.gaps(z)
            flat = gap.reshape(lanes, -1)
            worst = np.maximum(flat.max(axis=1), -flat.min(axis=1))
            better = going & (worst < least)
            least[better] = worst[better]
            np.copyto(best, z, where=better[:, None, None])
            steps[going] += 1
            going &= np.isfinite(worst) & ~(worst <= tolerance)
            if not going.any():
                break
            flat = self.paced(gap).reshape(lanes, -1)
            self.held.advance(z.reshape(lanes, -1), flat, worst, going)
            self.rescale(z)
        return best, steps, least

    def _radii(self, states: Floats, here: Floats, near: Floats) -> Floats:
        """Return the largest modulus of an eigenvalue of the plain map in every lane; NaN where it is not below 1.

        One round of Arnoldi's process on differences of the gap; the price level is held, to first order.
        """
        lanes, j, size = len(states), self.sectors, near.size
        added = self.paid * np.exp(states[:, :, j : j + 3])
        added /= added.sum(axis=(1, 2), keepdims=True)
        basis, table = self.basis[:lanes], np.zeros((lanes, PRODUCTS + 1, PRODUCTS))
        basis[:, 0] = near.ravel() / np.linalg.norm(near)
        radii, before = np.full(lanes, np.nan), np.full(lanes, np.inf)
        for m in range(PRODUCTS):
            direction = basis[:, m].reshape(states.shape)
            step = 1e-6 / np.maximum(np.abs(basis[:, m]).max(axis=1), 1e-300)
            change, _ = self.gaps(states + step[:, None, None] * direction)
            self.between.turn(change, here, step, direction, self.pace, added, self.dead)
            image = change.reshape(lanes, size)
            table[:, : m + 1, m] = self.held.orthogonal(basis, m + 1, image)
            length = np.sqrt(np.einsum("ls,ls->l", image, image))
            table[:, m + 1, m] = length
            basis[:, m + 1] = image * np.divide(1.0, length, out=np.zeros(lanes), where=length > 1e-12)[:, None]
            if m + 1 < FEWEST:
                continue
            now = _moduli(table[:, : m + 1, : m + 1])
            # Each lane keeps the first answer that settled, whatever lanes stand beside it.
            settled = ((np.abs(now - before) <= SETTLED) & (now < CLEAR)) | (m + 1 == PRODUCTS)
            radii = np.where(np.isnan(radii) & settled, now, radii)
            if not np.isnan(radii).any():
                break
            before = now
        return np.where(radii < 1.0, radii, np.nan)


def _moduli(tables: Floats) -> Floats:
    """Return the largest modulus of an eigenvalue of each table, infinite where it has none."""
    sound: Bools = np.all(np.isfinite(tables), axis=(1, 2))
    found = np.abs(np.linalg.eigvals(np.where(sound[:, None, None], tables, 0.0))).max(axis=1)
    return np.where(sound, found, np.inf)
