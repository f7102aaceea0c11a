"""Projects that are built or not: every profile of 0/1 efforts is compared, so that any curve is allowed.

A profile is an outcome of coalition S if S as one cannot gain by any other set of projects of its members, and no
outsider by changing its own. Profiles and coalitions are bitmasks: bit i is player i.
"""

from __future__ import annotations

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.simulate.affairs.equilibrium import TOLERANCE, Certificate, Kind
from ronghe.simulate.affairs.input import Affair


def profiles(players: int) -> Floats:
    """Return all 0/1 efforts, shape (2**players, player), in the order of their bitmasks."""
    masks = np.arange(2**players)
    return (masks[:, None] >> np.arange(players) & 1).astype(np.float64)


def payoffs(case: Affair) -> Floats:
    """Return b_i - c_i of every profile, shape (2**n, player), 亿元 a year."""
    efforts = profiles(len(case.players))
    return case.benefit(efforts) - case.cost(efforts)


def whole_equilibrium(case: Affair, mask: int, worth: Floats) -> tuple[Floats, Certificate]:
    """Return the outcome of one coalition and its certificate.

    Several profiles alike for the coalition as a whole and for every outsider are one outcome: it has the fewest
    projects, by the earliest players; ``alike`` says how many there are.

    Parameters
    ----------
    mask : int
        The coalition.
    worth : array, shape (2**n, player)
        From :func:`payoffs`.
    """
    count = len(case.players)
    every, able = np.arange(2**count), _bits(case.providers)
    close = TOLERANCE * max(1.0, float(np.abs(worth).max()))
    inside = [i for i in range(count) if mask >> i & 1]
    gain = _missed(worth[:, inside].sum(axis=1), every, mask & able, able)
    for i in range(count):
        if not mask >> i & 1:
            gain = np.maximum(gain, _missed(worth[:, i], every, 1 << i & able, able))
    stable = np.flatnonzero((gain <= close) & (every & ~able == 0))
    efforts = profiles(count)
    if not len(stable):
        return np.zeros(count), Certificate("none", 0.0, float(gain[every & ~able == 0].min()), 0, 0, ())
    order = sorted(stable.tolist(), key=lambda p: (int(p).bit_count(), [-bit for bit in efforts[p]]))
    outside = [i for i in range(count) if not mask >> i & 1]
    seen = np.column_stack((worth[order][:, inside].sum(axis=1), worth[order][:, outside]))
    same = bool((np.abs(seen - seen[0]).max(axis=1) <= close).all())
    listed = tuple(efforts[p] for p in order)
    kind: Kind = "converged" if same else "several"
    return listed[0], Certificate(kind, 0.0, max(float(gain[order[0]]), 0.0), 0, 0, listed, len(order) if same else 1)


def _bits(which: Bools) -> int:
    return sum(1 << int(i) for i in np.flatnonzero(which))


def _missed(worth: Floats, every: Ints, movers: int, able: int) -> Floats:
    """Return by profile what the movers miss against their best projects, all other bits held."""
    best = np.full(len(every), -np.inf)
    usable = every & ~able == 0
    np.maximum.at(best, (every & ~movers)[usable], worth[usable])
    missed: Floats = np.where(usable, best[every & ~movers] - worth, np.inf)
    return missed
