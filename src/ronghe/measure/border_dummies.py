"""Border dummies: which flows cross the border of a block, and whether a border can be told at all.

Units u, v belong to blocks (province, city) whose borders are judged. The sets of a family are disjoint, so every
coefficient is the whole effect of its borders:

    common   D_uv = 1 where the blocks of u and v differ
    by area  borders between members of an area, and all others
    by pair  borders of every pair of members, both directions alike, and all others

A border exists for the data only if some block holds two units or flows inside units are known: else every flow
crosses one, and the effects of units absorb it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import NotIdentified
from ronghe.base.text import Text

COMMON, INSIDE, OTHER = "border", "inside", "other"


def crossing(blocks: Ints) -> Bools:
    """Return which ordered pairs of units cross a border, shape (unit, unit)."""
    return np.asarray(blocks[:, None] != blocks[None, :], dtype=np.bool_)


def common_border(blocks: Ints) -> dict[str, Bools]:
    """Return one dummy for all borders."""
    return {COMMON: crossing(blocks)}


def area_borders(blocks: Ints, members: Collection[int]) -> dict[str, Bools]:
    """Return a dummy for borders between members of an area, and one for all others where there are any.

    Parameters
    ----------
    blocks : array of int, shape (unit,)
    members : collection of int
        Blocks of the area.
    """
    belongs = np.isin(blocks, list(members))
    inside = crossing(blocks) & belongs[:, None] & belongs[None, :]
    return _with_others({INSIDE: inside}, blocks)


def pair_borders(blocks: Ints, members: Collection[int], names: Sequence[str]) -> dict[str, Bools]:
    """Return a dummy for every unordered pair of members, and one for all other borders where there are any.

    Parameters
    ----------
    names : sequence of str
        Name of every block, by number; a pair is called ``"name-name"``.
    """
    chosen = sorted(set(members))
    found = {}
    for at, p in enumerate(chosen):
        for q in chosen[at + 1 :]:
            one = (blocks[:, None] == p) & (blocks[None, :] == q)
            found[pair_name(names, p, q)] = one | one.T
    return _with_others(found, blocks)


def pair_name(names: Sequence[str], p: int, q: int) -> str:
    """Return how a pair of blocks is called."""
    return f"{names[p]}-{names[q]}"


def require_border(flows: Floats, blocks: Ints) -> None:
    """Raise :class:`NotIdentified` unless some flow is known that crosses no border.

    Parameters
    ----------
    flows : array, shape (..., unit, unit)
        NaN where unknown.
    """
    if not (np.isfinite(flows) & ~crossing(blocks)).any():
        reason = Text(
            "每个区块只有一个单元，且没有区块内部的流量，所有流量都跨边界",
            "every block is one unit and no flow inside a block is known, so every flow crosses a border",
        )
        raise NotIdentified("pair_walls", reason, ("trade",))


def _with_others(found: dict[str, Bools], blocks: Ints) -> dict[str, Bools]:
    others = crossing(blocks)
    for dummy in found.values():
        others = others & ~dummy
    return found | ({OTHER: others} if others.any() else {})
