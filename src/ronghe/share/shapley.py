"""The Shapley value: each region's average marginal contribution.

A coalition of regions S can secure the dividend v(S) without the others. The Shapley value pays
region i the mean of v(S + i) - v(S) over all orders in which the regions could have joined.

    phi_i = sum_S |S|! (n - |S| - 1)! / n! * (v(S + i) - v(S)),   S without i

References
----------
.. [1] L. S. Shapley, "A Value for n-Person Games", 1953.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.share.allocation import Allocation, allocate
from ronghe.share.coalitions import sizes
from ronghe.share.game import CoalitionGame, as_game


def shapley(
    game: CoalitionGame | None = None,
    *,
    worth: Floats | Sequence[float] | None = None,
    regions: Sequence[str] | None = None,
) -> Allocation:
    """Share the grand coalition's worth by the Shapley value.

    Parameters
    ----------
    game : CoalitionGame, optional
    worth : array, shape (2**n,), optional
        In place of a game: v(S) by bitmask, bit i set when ``regions[i]`` is in S.
    regions : sequence of str, optional
        Codes for ``worth``; "1", "2", … if left out.

    Examples
    --------
    Two left gloves, one right glove: the scarce hand takes two thirds.

    >>> worth = np.array([0, 0, 0, 0, 0, 1, 1, 1.0])
    >>> shapley(worth=worth, regions=("皖", "苏", "沪")).payoffs.round(3)
    array([0.167, 0.167, 0.667])
    """
    held = as_game(game, worth, regions)
    return allocate(held, shapley_payoffs(worth=held.worth), rule="shapley")


def shapley_payoffs(*, worth: Floats) -> Floats:
    """Return the Shapley value of a table of coalitions.

    Parameters
    ----------
    worth : array, shape (2**n,)

    Returns
    -------
    array, shape (n,)
    """
    players = len(worth).bit_length() - 1
    weights = np.array([1 / (players * comb(players - 1, size)) for size in range(players)])
    # Striking out one player's bit leaves the others' order alone: one table of weights serves all.
    by_coalition = weights[sizes(players - 1)]
    payoffs = np.empty(players)
    for player in range(players):
        split = worth.reshape(-1, 2, 1 << player)
        payoffs[player] = (split[:, 1] - split[:, 0]).ravel() @ by_coalition
    return payoffs


def dividends(*, worth: Floats) -> Floats:
    """Return the Harsanyi dividends m_T = sum over R in T of (-1)**(|T| - |R|) v(R), shape (2**n,).

    Examples
    --------
    >>> dividends(worth=np.array([0, 0, 0, 4.0])).tolist()
    [0.0, 0.0, 0.0, 4.0]
    """
    shares = np.array(worth, dtype=np.float64)
    for player in range(len(shares).bit_length() - 1):
        split = shares.reshape(-1, 2, 1 << player)
        split[:, 1] -= split[:, 0]
    return shares
