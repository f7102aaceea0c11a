"""Flows of invented units whose gravity equation is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Invented:
    """Units in blocks on a plane, and the flows that their equation expects."""

    blocks: np.ndarray
    distances: np.ndarray
    expected: np.ndarray
    gamma: float
    beta: float

    @property
    def crossing(self) -> np.ndarray:
        return self.blocks[:, None] != self.blocks[None]

    def noisy(self, chance: np.random.Generator, size: float = 0.4) -> np.ndarray:
        """Return flows with lognormal noise of mean 1."""
        return self.expected * chance.lognormal(-(size**2) / 2, size, self.expected.shape)


def invented(
    chance: np.random.Generator, *, blocks: int = 6, units: int = 4, gamma: float = -0.8, beta: float = -0.9, walls=None
) -> Invented:
    """Return a world; ``walls``, shape (block, block), stand in the place of one common ``beta``."""
    count = blocks * units
    of = np.repeat(np.arange(blocks), units)
    places = (chance.uniform(0, 1000, (blocks, 1, 2)) + chance.uniform(-120, 120, (blocks, units, 2))).reshape(-1, 2)
    km = np.maximum(np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)), 20.0)
    np.fill_diagonal(km, chance.uniform(15, 40, count))
    sizes = chance.normal(0, 0.7, (2, count))
    wall = beta * (of[:, None] != of[None]) if walls is None else np.asarray(walls)[np.ix_(of, of)]
    expected = np.exp(sizes[0][:, None] + sizes[1] + gamma * np.log(km / 100) + wall)
    return Invented(of, km, expected, gamma, beta)
