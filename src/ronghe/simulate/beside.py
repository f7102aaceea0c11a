"""What a scenario changes beside trade: settling, land, productivity, subsidies, sharing of taxes, pooled services.

Factors of several changes multiply; a subsidy rate takes the place of the baseline's; what is sent to others, in taxes
or services, adds to what is sent already. In a coalition a change acts when all regions it names are members; settling
acts on pairs, like a wall.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ScenarioFault
from ronghe.base.text import Text
from ronghe.simulate.scenario import Change
from ronghe.simulate.shock import Shock
from ronghe.simulate.world import World

BESIDE = ("settling", "land", "productivity", "subsidy", "sharing", "pooling")


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """One change beside trade, on arrays.

    Attributes
    ----------
    kind : str
        One of ``BESIDE``.
    array : array
        ``settling`` (home, place), ``land`` (region,), ``productivity`` (sector, region): factors; ``subsidy`` (sector,
        region): rates, NaN where unchanged; ``sharing`` (sector, receiver, place) and ``pooling`` (user, provider):
        what is added.
    touched : array of bool, shape (region,)
    """

    kind: str
    array: Floats
    touched: Bools


def bind_beside(
    change: Change,
    *,
    world: World,
    at: Callable[[str], list[int]],
    mask: Callable[[Change], Bools],
    sectors: Callable[[tuple[str, ...] | None], Bools],
) -> Beside:
    """Return a change on the arrays of a world.

    Parameters
    ----------
    at : callable
        Positions of the regions of a name.
    mask : callable
        Ordered pairs that a change acts on.
    sectors : callable
        Sectors of names; the traded ones where none is named.
    """
    count = len(world.regions)
    if change.kind == "settling":
        pairs = mask(change)
        home = world.domestic
        factors = np.where(pairs, change.factor, 1.0)[np.ix_(home, home)]
        return Beside("settling", factors, np.asarray((pairs | pairs.T).any(axis=0)))
    touched = np.zeros(count, dtype=bool)
    placed = [([at(name) for name in names], value) for names, value in change.values]
    for groups, _ in placed:
        touched[[n for group in groups for n in group]] = True
    return Beside(change.kind, _array(change, placed, sectors(change.sectors), count), touched)


def _array(change: Change, placed: list[tuple[list[list[int]], float]], sectors: Bools, count: int) -> Floats:
    if change.kind == "land":
        land = np.ones(count)
        for (where,), value in placed:
            land[where] *= value
        return land
    if change.kind in ("productivity", "subsidy"):
        start = 1.0 if change.kind == "productivity" else np.nan
        table = np.full((len(sectors), count), start)
        for (where,), value in placed:
            table[np.ix_(np.flatnonzero(sectors), np.asarray(where, dtype=np.intp))] = value
        return table
    sent = np.zeros((count, count))
    _two_regions(change, placed)
    for (first, second), value in placed:
        sent[np.ix_(np.asarray(first, dtype=np.intp), np.asarray(second, dtype=np.intp))] = value
    if change.kind == "pooling":
        return sent
    # Keys are (place, receiver): what the receiver gets, the place gives.
    taken = sent.T - np.diag(sent.sum(axis=1))
    return np.where(sectors[:, None, None], taken, 0.0)


def _two_regions(change: Change, placed: list[tuple[list[list[int]], float]]) -> None:
    """Refuse pairs whose two names are one region, in another spelling or as a member of an area."""
    own = [
        names for (names, _), (groups, _) in zip(change.values, placed, strict=True) if set(groups[0]) & set(groups[1])
    ]
    if own:
        zh, en = "；".join("、".join(names) for names in own), "; ".join(", ".join(names) for names in own)
        raise ScenarioFault(Text(f"一对中的两个地区须不同：{zh}。", f"The two regions of a pair must differ: {en}."))


def with_beside(shock: Shock, pieces: Sequence[Beside], world: World, *, only: Bools | None = None) -> Shock:
    """Return a shock with the changes beside trade; ``only`` restricts it to pairs of a coalition.

    Raises
    ------
    ScenarioFault
        If more is sent from a place than it raises.
    """
    for piece in pieces:
        if only is not None and piece.kind != "settling":
            inside = np.logical_or(only.any(axis=0), only.any(axis=1))
            if not inside[piece.touched].all():
                continue
        shock = _WITH[piece.kind](shock, piece, world, only)
    return shock


def _settling(shock: Shock, piece: Beside, world: World, only: Bools | None) -> Shock:
    home = world.domestic
    factors = piece.array if only is None else np.where(only[np.ix_(home, home)], piece.array, 1.0)
    return replace(shock, moving=factors if shock.moving is None else shock.moving * factors)


def _land(shock: Shock, piece: Beside, world: World, only: Bools | None) -> Shock:
    return replace(shock, land=piece.array if shock.land is None else shock.land * piece.array)


def _productivity(shock: Shock, piece: Beside, world: World, only: Bools | None) -> Shock:
    now = shock.productivity
    return replace(shock, productivity=piece.array if now is None else now * piece.array)


def _subsidy(shock: Shock, piece: Beside, world: World, only: Bools | None) -> Shock:
    now = world.subsidies if shock.subsidies is None else shock.subsidies
    return replace(shock, subsidies=np.where(np.isnan(piece.array), now, piece.array))


def _sharing(shock: Shock, piece: Beside, world: World, only: Bools | None) -> Shock:
    count, kept = len(world.regions), world.blocks.sharing
    now = np.eye(count)[None] if kept is None else kept.shares
    if shock.sharing is not None:
        now = shock.sharing
    new = now + piece.array
    if (new < -1e-12).any():
        short = sorted({world.regions[place] for _, _, place in np.argwhere(new < -1e-12)})
        raise ScenarioFault(
            Text(
                f"{'、'.join(short)}分出的税收超过其所征收的。",
                f"More of the taxes raised in {', '.join(short)} is sent away than there is.",
            )
        )
    return replace(shock, sharing=new)


def _pooling(shock: Shock, piece: Beside, world: World, only: Bools | None) -> Shock:
    # A part holds for every kind; where there is no block of services, for all public services as one kind.
    kinds = world.blocks.services
    count = len(world.regions)
    now = shock.pooling
    if now is None:
        one = np.zeros((1 if kinds is None else len(kinds.names), count, count))
        now = one if kinds is None or kinds.pooling is None else kinds.pooling
    return replace(shock, pooling=now + piece.array[None])


_WITH: dict[str, Callable[[Shock, Beside, World, Bools | None], Shock]] = {
    "settling": _settling,
    "land": _land,
    "productivity": _productivity,
    "subsidy": _subsidy,
    "sharing": _sharing,
    "pooling": _pooling,
}
