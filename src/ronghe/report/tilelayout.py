"""Where tiles stand, and the lines around areas: a strategy is outlined over its tiles, overlaps are nested."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from ronghe.base.region import Region
from ronghe.base.text import Text
from ronghe.report import palette

WIDTH, HEIGHT, GAP = 74, 58, 6
STEP_X, STEP_Y = WIDTH + GAP, HEIGHT + GAP
EDGE = 10
_NEST = 4.0
_DASHES = ("", "8 4", "2 4", "10 4 2 4", "5 3", "1 3")

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Outline:
    """A strategy area drawn as a line around its tiles."""

    name: Text
    regions: tuple[str, ...]


def layout(regions: Sequence[Region]) -> dict[str, Place]:
    """Return row and column of every region, both from 0; regions without a place follow below in rows."""
    placed = {region.code: region.tile for region in regions if region.tile is not None}
    west = min((tile[1] for tile in placed.values()), default=0)
    north = min((tile[0] for tile in placed.values()), default=0)
    places = {code: (tile[0] - north, tile[1] - west) for code, tile in placed.items()}
    loose = [region.code for region in regions if region.tile is None]
    width = max((column for _, column in places.values()), default=math.ceil(math.sqrt(max(1, len(loose)))) - 1) + 1
    below = max((row for row, _ in places.values()), default=-1) + 1
    return places | {code: (below + at // width, at % width) for at, code in enumerate(loose)}


def nesting(outlines: Sequence[Outline]) -> list[int]:
    """Return how far inside each outline is drawn: areas that share a region never share a level."""
    levels: list[int] = []
    for at, outline in enumerate(outlines):
        met = {levels[k] for k in range(at) if set(outlines[k].regions) & set(outline.regions)}
        levels.append(next(level for level in range(at + 1) if level not in met))
    return levels


def free_rows(places: Mapping[str, Place], columns: int) -> int:
    """Return how many northern rows leave all but the last column free for the heading."""
    blocked = [row for row, column in places.values() if column < columns - 1]
    return min(blocked, default=0)


def stroke(at: int) -> str:
    """Return colour and dashes of the ``at``-th outline."""
    dash = _DASHES[at % len(_DASHES)]
    colour = palette.OUTLINES[at % len(palette.OUTLINES)]
    return f'stroke="{colour}" stroke-width="2.5"' + (f' stroke-dasharray="{dash}"' if dash else "")


def line_around(outline: Outline, level: int, at: int, places: Mapping[str, Place], top: float) -> str:
    """Draw the border of a set of tiles, ``level`` steps inside the middle of the gap."""
    inside = {places[code] for code in outline.regions if code in places}
    inset = _NEST * level
    pieces = []
    for row, column in sorted(inside):
        west, north = EDGE - GAP / 2 + column * STEP_X, top - GAP / 2 + row * STEP_Y
        east, south = west + STEP_X, north + STEP_Y
        for y, step in ((north + inset, -1), (south - inset, 1)):
            if (row + step, column) not in inside:
                start = west + _turn(inside, (row, column - 1), (row + step, column - 1), inset)
                end = east - _turn(inside, (row, column + 1), (row + step, column + 1), inset)
                pieces.append(f"M{start:g} {y:g}H{end:g}")
        for x, step in ((west + inset, -1), (east - inset, 1)):
            if (row, column + step) not in inside:
                start = north + _turn(inside, (row - 1, column), (row - 1, column + step), inset)
                end = south - _turn(inside, (row + 1, column), (row + 1, column + step), inset)
                pieces.append(f"M{x:g} {start:g}V{end:g}")
    return (
        f'<path class="outline o{at}" d="{"".join(pieces)}" fill="none" stroke-linecap="round" {stroke(at)}>'
        f"<title>{escape(outline.name.zh)} / {escape(outline.name.en)}</title></path>"
    )


def _turn(inside: set[Place], beside: Place, across: Place, inset: float) -> float:
    """Return how far an edge stops short of its cell's end: at an outer corner; it runs over at an inner one."""
    if beside not in inside:
        return inset
    return -inset if across in inside else 0.0
