"""All rounds of the input-output table at once: what one yuan reaches through sellers and the inputs they buy.

With K the shares of sellers in a buyer's spending and G the cost shares of inputs, for many right-hand sides

    s = b + K G' s + lost (spent . s)        what a yuan of spending is worth        :meth:`Rounds.worth`
    x = b + G K' x + spent (lost . x)        spending that follows from spending     :meth:`Rounds.spread`

``lost`` is the part of spending that a wedge takes for the buyer's region, which spends it again by ``spent``. The
two are each other's transpose. A seller keeps its value added, so every round is smaller than the last; the rounds
inside a region are summed exactly by a block inverse, those between regions one after another.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import UnconvergedSolution
from ronghe.base.text import Text

SETTLED = 1e-13
"""Rounds stop where the last one added less than this part of every column's largest entry."""

MOST = 3_000
EVERY = 3
"""Rounds between two looks at what the last one added."""


def to_buyers(shares: Floats, by_seller: Floats) -> Floats:
    """Return sum_i K_jni u_ij, shape (buyer, sector, column), from u of shape (seller, sector, column)."""
    return np.asarray(np.matmul(shares, by_seller.transpose(1, 0, 2)).transpose(1, 0, 2))


def to_sellers(shares: Floats, by_buyer: Floats) -> Floats:
    """Return sum_n K_jni x_nj, shape (seller, sector, column), from x of shape (buyer, sector, column)."""
    return np.asarray(np.matmul(shares.transpose(0, 2, 1), by_buyer.transpose(1, 0, 2)).transpose(1, 0, 2))


class Rounds:
    """The rounds of one table.

    Parameters
    ----------
    shares : array, shape (sector, buyer, seller)
        K: what reaches each seller of one yuan of the buyer's spending.
    inputs : array, shape (region, input, sector)
        G: cost shares of inputs.
    lost, spent : array, shape (region, sector), optional
        What a wedge takes of one yuan of spending, and how one yuan of its revenue is spent.
    """

    def __init__(self, shares: Floats, inputs: Floats, lost: Floats | None = None, spent: Floats | None = None) -> None:
        self.shares = shares
        self.home = np.ascontiguousarray(np.diagonal(shares, axis1=1, axis2=2).T)[:, :, None]
        sellers = inputs.transpose(0, 2, 1)
        within = np.eye(inputs.shape[1]) - self.home * sellers
        if lost is not None and spent is not None:
            within = within - lost[:, :, None] * spent[:, None, :]
        self.inverse = np.asarray(np.linalg.inv(within), dtype=float)
        self.turn = np.asarray(sellers @ self.inverse)

    def worth(self, source: Floats) -> Floats:
        """Return s for a source b, both of shape (region, sector, column)."""
        inside = settle(lambda u: np.asarray(self.turn @ self._others(u)), self.turn @ source)
        return np.asarray(self.inverse @ (source + self._others(inside)))

    def spread(self, source: Floats) -> Floats:
        """Return x for a source b, both of shape (region, sector, column)."""
        turn = self.turn.transpose(0, 2, 1)
        first = self.inverse.transpose(0, 2, 1) @ source
        return settle(lambda x: np.asarray(turn @ (to_sellers(self.shares, x) - self.home * x)), first)

    def _others(self, by_seller: Floats) -> Floats:
        return to_buyers(self.shares, by_seller) - self.home * by_seller


def settle(turn: Callable[[Floats], Floats], first: Floats) -> Floats:
    """Return x = first + turn(x), round after round, for columns on the last axis.

    Raises
    ------
    UnconvergedSolution
        If the rounds do not die out.
    """
    now = first
    for sweep in range(1, MOST + 1):
        new = turn(now)
        new += first
        if sweep % EVERY == 0:
            added, whole = (np.abs(part).max(axis=(0, 1)) for part in (new - now, new))
            if (added <= SETTLED * whole).all():
                return new
        now = new
    raise UnconvergedSolution(
        Text(
            f"投入产出的轮次在{MOST}轮内没有收敛：请检查增加值率接近0的行业。",
            f"The rounds of the input-output table did not settle within {MOST}: look for sectors whose value-added "
            "share is near 0.",
        )
    )
