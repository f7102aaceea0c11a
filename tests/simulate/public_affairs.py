"""Small public affairs that tests share."""

from __future__ import annotations

import numpy as np

from ronghe.simulate.affairs.costs import CostShare
from ronghe.simulate.affairs.forms import linear, linear_quadratic, threshold
from ronghe.simulate.affairs.input import Affair, affair
from ronghe.simulate.affairs.provision import Provision

# Solved exactly, piece by piece; what is left is rounding of a few dozen operations.
EXACT = 1e-12
# The certificate's own promise, relative to the first marginal benefit.
CERTIFIED = 1e-9
SOURCED = {"cost": ["record"] * 9, "benefit": ["record"] * 9}


def alike(count: int) -> Affair:
    return affair(
        players="ABCDEFGHIJK"[:count],
        spillovers=np.ones((count, count)),
        benefits=[linear(1.0)] * count,
        costs=[linear_quadratic(0.0, 1.0)] * count,
    )


def river() -> Affair:
    """The hand test of the water affair: one unit of effort lowers the index P = 1.03 - 0.01 q by a point."""
    return affair(
        players=["up", "down"],
        spillovers={("up", "up"): 1.0, ("up", "down"): 1.0},
        benefits=[linear(0.2), linear(0.6)],
        costs=[linear_quadratic(0.0, 0.1), linear(1.0)],
        providers=[True, False],
        sources=SOURCED,
        status="estimated",
    )


def pair(benefit: float = 3.0) -> Affair:
    return affair(
        players=["U", "D"],
        spillovers=np.ones((2, 2)),
        benefits=[linear(1.0), linear(benefit)],
        costs=[linear_quadratic(0.0, 1.0)] * 2,
        providers=[True, False],
    )


def depot(*benefits: float) -> Affair:
    count = len(benefits)
    return affair(
        players="123456"[:count],
        spillovers=np.ones((count, count)),
        benefits=[threshold(1.0, height) for height in benefits],
        costs=[linear(4.5)] * count,
        whole=True,
    )


def worth(table: Provision) -> np.ndarray:
    """v(S): the members' gains, summed; the game itself lives in ``share``."""
    masks = np.arange(len(table.outcomes))
    inside = masks[:, None] >> np.arange(len(table.case.players)) & 1
    return (table.gains * inside).sum(axis=1)


def rule(found: tuple[CostShare, ...], name: str) -> CostShare:
    return next(one for one in found if one.rule == name)
