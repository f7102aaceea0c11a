"""Values of games: our table passes beside the plain definition."""

from __future__ import annotations

import itertools

import numpy as np

from ronghe.share import core_range, nucleolus, shapley
from timing import interleaved, row

seeded = np.random.default_rng(0)


def random_game(n: int) -> np.ndarray:
    """Return a random monotone game of ``n`` players, v(empty) = 0."""
    size = np.array([mask.bit_count() for mask in range(2**n)], dtype=float)
    worth = size**1.5 + seeded.random(2**n)
    worth[0] = 0.0
    return worth


def by_orders(worth: np.ndarray, n: int) -> np.ndarray:
    """Return the Shapley value by walking through every order, as the textbook says."""
    paid = np.zeros(n)
    for order in itertools.permutations(range(n)):
        mask = 0
        for player in order:
            paid[player] += worth[mask | 1 << player] - worth[mask]
            mask |= 1 << player
    return paid / np.prod(np.arange(1, n + 1))


names = tuple(f"R{i:02d}" for i in range(22))
small = random_game(8)
ours, peer = interleaved([lambda: shapley(worth=small, regions=names[:8]), lambda: by_orders(small, 8)], rounds=3)
row("Shapley value, 8 players", ours, peer=peer, peer_name="all orders, plain Python")
middle = random_game(11)
(ours,) = interleaved([lambda: nucleolus(worth=middle, regions=names[:11])], rounds=3)
row("nucleolus with its certificate, 11 players", ours)
(ours,) = interleaved([lambda: core_range(worth=middle, regions=names[:11])], rounds=3)
row("core range, 11 players", ours)
large = random_game(20)
(ours,) = interleaved([lambda: shapley(worth=large, regions=names[:20])], rounds=3)
row("Shapley value, 20 players", ours)
