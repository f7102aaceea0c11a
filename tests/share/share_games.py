"""Games that hypothesis makes up for the laws of the room."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from ronghe.base.arrays import Floats
from ronghe.share import CoalitionGame

AMOUNTS = st.one_of(st.integers(-20, 60).map(float), st.integers(-40000, 90000).map(lambda cents: cents / 100))


@st.composite
def tables(draw: st.DrawFn, least: int = 1, most: int = 5) -> Floats:
    players = draw(st.integers(least, most))
    return np.array([0.0, *draw(st.lists(AMOUNTS, min_size=2**players - 1, max_size=2**players - 1))])


@st.composite
def games(draw: st.DrawFn, least: int = 1, most: int = 5) -> CoalitionGame:
    worth = draw(tables(least, most))
    return CoalitionGame(letters(len(worth)), worth)


@st.composite
def generous_games(draw: st.DrawFn, least: int = 2, most: int = 5) -> CoalitionGame:
    """Games in which the regions together have at least what they have alone: a nucleolus exists."""
    game = draw(games(least, most))
    worth = game.worth.copy()
    worth[-1] = max(worth[-1], round(float(game.alone.sum()), 2))
    return CoalitionGame(game.regions, worth)


@st.composite
def balanced_games(draw: st.DrawFn, least: int = 2, most: int = 5) -> CoalitionGame:
    """Games with a core: no coalition has more than its part of one drawn allocation."""
    players = draw(st.integers(least, most))
    payoffs = np.array(draw(st.lists(st.integers(0, 50), min_size=players, max_size=players)), dtype=float)
    given = np.array([sum(payoffs[i] for i in range(players) if mask >> i & 1) for mask in range(2**players)])
    lack = np.array(draw(st.lists(st.integers(0, 30), min_size=2**players, max_size=2**players)), dtype=float)
    lack[[0, -1]] = 0
    return CoalitionGame(letters(2**players), given - lack)


def letters(rows: int) -> tuple[str, ...]:
    return tuple("ABCDEFGHIJKLMNOP"[: rows.bit_length() - 1])


def reordered(game: CoalitionGame, order: list[int]) -> CoalitionGame:
    """The same game with its regions in another order: new place p holds old region order[p]."""
    masks = np.arange(len(game.worth))
    old = np.zeros_like(masks)
    for place, player in enumerate(order):
        old |= (masks >> place & 1) << player
    return CoalitionGame(tuple(game.regions[player] for player in order), game.worth[old])
