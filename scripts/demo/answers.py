"""The answers: what any correct program must find on the tables, by re-solving the levels model.

Worlds differ from the base world of the same year only in the freeness of trade of ordered pairs of
units inside an area, in traded sectors. People, capital and land stay (closure ``short``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from demo.arith import Floats, exp, log
from demo.levels import TOLERANCE, Country, World, columns, first_of, ordered_sum, solve, with_elasticity
from demo.planted import AREAS, BLOCK_OF, BLOCKS, PLACES, SECTOR_FACTOR, SECTORS, THETA, TRADED, UNITS, outside_mean

Bools = NDArray[np.bool_]
THETAS = (3.0, 4.0, 5.0, 6.0, 8.0)
REMOVABLE = (0.1, 0.25, 0.5, 1.0)
CUT, STEP, SCREENED, CHUNK = 0.10, 1e-3, 24, 256
MONEY = ("household", "services", "payable", "payable_world")


@dataclass(frozen=True, slots=True)
class Year:
    """One solved year: its primitives, the base world, the walls by ordered pair of blocks."""

    country: Country
    world: World
    walls: Floats


def plain(value: Any) -> Any:
    """Return numbers with 12 significant digits, arrays as lists."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return float(f"{value:.12g}") if isinstance(value, float) else value


def members(blocks: Iterable[int]) -> Bools:
    """Return which of the 24 units belong to the blocks."""
    return np.isin(BLOCK_OF, list(blocks))


def units_of(block: int) -> NDArray[np.int64]:
    """Return the three units of a block."""
    return np.arange(3 * block, 3 * block + 3)


def inside(blocks: Iterable[int], *, units: bool = False) -> Bools:
    """Return the cells (buyer, seller, sector) inside: pairs of different blocks, or of different units."""
    member = members(blocks)
    pair = member[:, None] & member[None] & ~np.eye(24, dtype=bool)
    if not units:
        pair &= BLOCK_OF[:, None] != BLOCK_OF[None]
    cells = np.zeros((25, 25, 9), dtype=bool)
    cells[:24, :24] = pair[..., None] & TRADED
    return cells


def border(walls: Floats) -> Floats:
    """Return the log border term of every cell, shape (25, 25, 9); 0 with abroad."""
    cells = np.zeros((25, 25, 9))
    cells[:24, :24] = walls[np.ix_(BLOCK_OF, BLOCK_OF)][..., None] * SECTOR_FACTOR
    return cells


def stated(year: Year, blocks: tuple[int, ...]) -> dict[str, Any]:
    """Return realised gain and gain of the 10 % cut, by unit, for pairs of blocks and pairs of units."""
    result: dict[str, Any] = {}
    for key, units in (("between_blocks", False), ("all_units", True)):
        cells = inside(blocks, units=units)
        cheaper = exp(np.full(1, -year.country.theta) * log(np.array([1 - CUT])))[0]
        changes = np.array([np.where(cells, 0.0, 1.0), np.where(cells, cheaper, 1.0)])
        money = columns(year.country, year.world, solve(year.country, changes, year.world))
        result[key] = {
            "realised_gain": _by_place({name: -money[name][0] for name in MONEY}, blocks),
            "cut_10_percent": _by_place({name: money[name][1] for name in MONEY}, blocks),
        }
    return result


def _by_place(money: dict[str, Floats], blocks: tuple[int, ...]) -> dict[str, Any]:
    member = np.append(members(blocks), False)
    block = np.array([money[m][:24].reshape(8, 3).T.sum(axis=0) for m in MONEY])
    return {
        "by_unit": {p: dict(zip(MONEY, (money[m][at] for m in MONEY), strict=True)) for at, p in enumerate(PLACES)},
        "by_block": {b: dict(zip(MONEY, block[:, at], strict=True)) for at, b in enumerate(BLOCKS)},
        "members": {m: ordered_sum(money[m][member], 0) for m in MONEY},
    }


def depth(year: Year, blocks: tuple[int, ...], thetas: Iterable[float]) -> list[dict[str, Any]]:
    """Return A, G and D for each elasticity, with the tables of the year held fixed."""
    cells, symmetric = inside(blocks), (year.walls + year.walls.T) / 2
    rows = []
    for theta in thetas:
        country = with_elasticity(year.country, year.world, theta)
        changes = [np.ones(cells.shape), np.where(cells, 0.0, 1.0)]
        for wall in (year.walls, symmetric):
            lower = border(wall) - outside_mean(wall, blocks) * SECTOR_FACTOR
            changes += [np.where(cells, exp(lower), 1.0)]
            changes += [np.where(cells, exp(share * border(wall)), 1.0) for share in REMOVABLE]
        worlds = solve(country, np.array(changes), year.world if theta == year.country.theta else None)
        now = first_of(worlds)
        money = columns(country, now, worlds)
        welfare = ordered_sum((money["household"] + money["services"])[:, :24][:, members(blocks)], -1)
        rows.append(_depth_row(theta, welfare))
    return rows


def _depth_row(theta: float, welfare: Floats) -> dict[str, Any]:
    row: dict[str, Any] = {"theta": theta}
    for name, at in (("ordered", 2), ("symmetric", 7)):
        lost = {"as_outsiders": -welfare[at], "prohibitive": -welfare[1]}
        gained = dict(zip((str(r) for r in REMOVABLE), welfare[at + 1 : at + 5], strict=True))
        row[name] = {
            "A": lost,
            "G": gained,
            "D": {how: {r: a / (a + g) for r, g in gained.items()} for how, a in lost.items()},
        }
    return row


def blocked(year: Year, blocks: tuple[int, ...], *, units: bool) -> list[dict[str, Any]]:
    """Return the ten dearest walls: what a 1 % lower cost of one ordered pair in one sector is worth.

    Slope of the members' household and services columns, by central differences of ln k at STEP and
    STEP / 2, extrapolated (Richardson); 万元 a year for 1 %. ``exact`` re-solves the cut by 1 %. All
    walls of the area are tried in one direction first; the SCREENED dearest are then measured.
    """
    places = np.flatnonzero(members(blocks)) if units else np.array(blocks)
    owner = BLOCK_OF if units else np.arange(8)
    names = UNITS if units else BLOCKS
    points = [
        (n, i, j)
        for n in places
        for i in places
        for j in np.flatnonzero(TRADED)
        if owner[n] != owner[i]
    ]  # fmt: skip
    rough = _money(year, blocks, points, STEP, units, tolerance=1e-9)[0]
    points = [points[at] for at in np.argsort(-rough, kind="stable")[:SCREENED]]
    fine, coarse = (
        (_money(year, blocks, points, h, units) - _money(year, blocks, points, -h, units)) / (2 * h)
        for h in (STEP / 2, STEP)
    )
    slope = (4 * fine - coarse) / 3
    first = np.argsort(-slope[0], kind="stable")[:10]
    best = [points[at] for at in first]
    exact = _money(year, blocks, best, -float(log(np.array([0.99]))[0]), units)
    return [
        {
            "buyer": names[n],
            "seller": names[i],
            "sector": SECTORS[j],
            "per_1_percent": 100 * slope[0, at],
            "payable_per_1_percent": 100 * slope[1, at],
            "exact_1_percent": 1e4 * exact[0, rank],
        }
        for rank, (at, (n, i, j)) in enumerate(zip(first, best, strict=True))
    ]


def _money(
    year: Year,
    blocks: tuple[int, ...],
    points: list[tuple[Any, ...]],
    fall: float,
    units: bool,
    tolerance: float = TOLERANCE,
) -> Floats:
    """Return members' welfare and payable part, 亿元, when each point's ln k falls by ``fall`` alone."""
    parts = []
    factor = exp(np.array([year.country.theta * fall]))[0]
    for begin in range(0, len(points), CHUNK):
        chunk = points[begin : begin + CHUNK]
        changes = np.ones((len(chunk), 25, 25, 9))
        for at, (n, i, j) in enumerate(chunk):
            buyers, sellers = ([n], [i]) if units else (units_of(n), units_of(i))
            changes[at][np.ix_(buyers, sellers, [j])] = factor
        money = columns(year.country, year.world, solve(year.country, changes, year.world, tolerance))
        member = members(blocks)
        both = np.array([money["household"] + money["services"], money["payable"]])
        parts.append(ordered_sum(both[:, :, :24][:, :, member], -1))
    return np.concatenate(parts, axis=1)


def game(year: Year, blocks: tuple[int, ...]) -> dict[str, Any]:
    """Return the worth of every coalition of blocks that cuts its inside costs by 10 %, and its Shapley value."""
    count = len(blocks)
    cheaper = exp(np.full(1, -year.country.theta) * log(np.array([1 - CUT])))[0]
    teams = [tuple(b for bit, b in enumerate(blocks) if mask >> bit & 1) for mask in range(1 << count)]
    changes = np.array([np.where(inside(team), cheaper, 1.0) for team in teams])
    payable = columns(year.country, year.world, solve(year.country, changes, year.world))["payable"][:, :24]
    worth = [float(ordered_sum(payable[at][members(t)], 0)) if len(t) > 1 else 0.0 for at, t in enumerate(teams)]
    orders = list(permutations(range(count)))
    value = [0.0] * count
    for order in orders:
        mask = 0
        for player in order:
            value[player] += (worth[mask | 1 << player] - worth[mask]) / len(orders)
            mask |= 1 << player
    return {"players": [BLOCKS[b] for b in blocks], "worth_by_mask": worth, "shapley": value}


def all_answers(years: dict[int, Year]) -> dict[str, Any]:
    """Return every answer by area; base year 3, depth in years 1 and 2 as well at theta 4."""
    base = years[3]
    result: dict[str, Any] = {}
    for area, blocks in AREAS.items():
        result[area] = {
            "depth": {str(t): depth(y, blocks, THETAS if t == 3 else (THETA,)) for t, y in years.items()},
            "gains": stated(base, blocks),
            "game_cut_10_percent": game(base, blocks),
            "blocked_points": {
                "blocks": blocked(base, blocks, units=False),
                "units": blocked(base, blocks, units=True),
            },
        }
    return result
