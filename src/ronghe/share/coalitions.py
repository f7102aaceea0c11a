"""Coalitions as bitmasks: bit i of a mask is set when region i belongs.

Masks run 1, 2, 12, 3, 13, 23, 123; textbooks list coalitions by size and then alphabetically
(1, 2, 3, 12, 13, 23, 123). :func:`size_order` leads from the second order to the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ronghe.base.arrays import Floats, Ints
from ronghe.base.text import Text, joined


def sizes(players: int) -> NDArray[np.uint8]:
    """Return |S| of every coalition, shape (2**players,)."""
    return np.bitwise_count(np.arange(2**players, dtype=np.uint32))


def size_order(players: int) -> Ints:
    """Return the masks in the order of textbooks: by size, then lexicographically.

    Examples
    --------
    >>> size_order(3).tolist()
    [0, 1, 2, 4, 3, 5, 6, 7]
    """
    masks = np.arange(2**players, dtype=np.int64)
    mirrored = np.zeros_like(masks)
    for player in range(players):
        mirrored |= ((masks >> player) & 1) << (players - 1 - player)
    return masks[np.lexsort((-mirrored, sizes(players)))]


def totals(payoffs: Floats) -> Floats:
    """Return x(S), what each coalition receives together, in one doubling pass.

    Parameters
    ----------
    payoffs : array, shape (n,)

    Returns
    -------
    array, shape (2**n,)
    """
    received = np.zeros(2 ** len(payoffs))
    for player, payoff in enumerate(payoffs):
        half = 1 << player
        np.add(received[:half], payoff, out=received[half : 2 * half])
    return received


def indicators(masks: Ints | Sequence[int], players: int) -> Floats:
    """Return the 0/1 rows of coalitions, shape (len(masks), players)."""
    held = np.asarray(masks, dtype=np.int64)
    return ((held[:, None] >> np.arange(players)) & 1).astype(np.float64)


def members(mask: int, regions: Sequence[str]) -> tuple[str, ...]:
    """Return the codes of a coalition's regions."""
    return tuple(code for player, code in enumerate(regions) if mask >> player & 1)


def mask_of(codes: Iterable[str], regions: Sequence[str]) -> int:
    """Return the bitmask of a set of regions."""
    return sum(1 << regions.index(code) for code in set(codes))


def coalition_name(mask: int, names: Sequence[Text]) -> Text:
    """Return a coalition as its members' names; the empty one as ∅."""
    inside = [name for player, name in enumerate(names) if mask >> player & 1]
    return joined(inside) if inside else Text("∅", "∅")
