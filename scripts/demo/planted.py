"""What is planted: places, walls, technologies and tastes of the demonstration country.

Walls are log border terms b of trade *flows*, by ordered pair of blocks (buyer, seller) and sector:
freeness F = exp(-b) distance^-delta, so the cost factor of a wall is exp(b / theta). Every draw is
rounded before it is used. What differs between the two directions of a pair has zero row sums: the
only asymmetry that flows can tell, the rest being the same as a higher cost of buyer or seller.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.arith import Floats, exp, log, normals
from demo.levels import Country

SEED = 20240601
VERSION = "1"
THETA, DELTA, CAPITAL_SHARE = 4.0, 0.8, 0.45
YEARS = (1, 2, 3)
DOMESTIC_INCOME = {1: 90000.0, 2: 95000.0, 3: 100000.0}
UNITS = tuple(f"D{u:02d}" for u in range(1, 25))
BLOCKS = tuple(f"P{b}" for b in range(1, 9))
PLACES = (*UNITS, "ROW")
BLOCK_OF = np.repeat(np.arange(8), 3)
SECTORS = (
    "agriculture", "industry", "construction", "wholesale_retail", "transport_post",
    "hotel_catering", "finance", "real_estate", "other_services",
)  # fmt: skip
TRADED = np.array([s not in ("construction", "real_estate") for s in SECTORS])
AREAS = {"demo_a": (0, 1, 2, 3), "demo_b": (3, 4, 5)}
LAYER_SHARES = {"software": 0.7, "protection": 0.3}
SECTOR_FACTOR = np.array([1.1, 1.0, 0.0, 0.95, 0.9, 1.0, 1.05, 0.0, 1.0])
FALLING_PAIR, FALLING = (0, 2), {1: 0.9, 2: 0.75, 3: 0.6}
# Blocks on a plane, steps of 330 km: P1-P4 a square, P4-P6 in touch, P7 and P8 beyond.
_CENTRES = ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1))
_INSIDE = {(0, 1): 0.42, (0, 2): 0.6, (0, 3): 0.78, (1, 2): 0.84, (1, 3): 0.62, (2, 3): 0.7}
_CIRCLES = ((0, 1, 2), (0, 3, 1), (1, 3, 2), (0, 4, 6), (1, 5, 7), (2, 6, 5), (3, 7, 6), (4, 7, 0))
# Rows: inputs; columns: using sectors, in the order of SECTORS.
_INPUTS = np.array(
    [
        [0.13, 0.05, 0.01, 0.00, 0.00, 0.13, 0.00, 0.00, 0.01],
        [0.19, 0.53, 0.46, 0.05, 0.24, 0.34, 0.04, 0.03, 0.20],
        [0.00, 0.00, 0.04, 0.00, 0.00, 0.00, 0.00, 0.01, 0.01],
        [0.03, 0.05, 0.05, 0.02, 0.03, 0.06, 0.01, 0.01, 0.03],
        [0.02, 0.03, 0.03, 0.07, 0.14, 0.04, 0.01, 0.01, 0.03],
        [0.00, 0.01, 0.01, 0.01, 0.02, 0.01, 0.03, 0.01, 0.03],
        [0.01, 0.02, 0.04, 0.05, 0.09, 0.01, 0.07, 0.11, 0.03],
        [0.00, 0.00, 0.00, 0.07, 0.01, 0.04, 0.06, 0.04, 0.04],
        [0.01, 0.04, 0.12, 0.13, 0.09, 0.04, 0.11, 0.07, 0.16],
    ]
)
_HOUSEHOLD = (0.10, 0.34, 0.00, 0.07, 0.05, 0.07, 0.08, 0.14, 0.15)
_INVESTMENT = (0.01, 0.27, 0.55, 0.03, 0.01, 0.00, 0.00, 0.02, 0.11)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the units lie: km between them, own distances on the diagonal, tiles, area in km2."""

    distance: Floats
    area: Floats
    tiles: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Planted:
    """Everything drawn once: places, people by home, and what does not change over the years."""

    places: Places
    home_people: Floats
    country: Country
    barrier_abroad: Floats
    hukou: Floats
    draws: np.random.Generator


def plant(seed: int = SEED) -> Planted:
    """Draw the country; ``country.freeness`` still lacks the walls of a year."""
    draws = np.random.default_rng(seed)

    def normal(*shape: int) -> Floats:
        return normals(draws.random(shape))

    places = _places(draws)
    people = np.round(4.0e6 * exp(0.35 * normal(24)), -2)
    labour = np.append(people, 5.0e8)
    capital = np.round(labour * exp(0.2 * normal(25)), -2)
    land = np.append(np.round(places.area * exp(0.2 * normal(24))), 3.0e6)
    general = 0.2 * normal(25, 1)
    general[24] = 0.2
    technology = np.round(THETA * (general + 0.14 * normal(25, 9)) + 0.4 * log(labour / 4e6)[:, None], 3)
    inputs = _input_shares(normal(25, 9))
    tastes = [_basket(row, normal(25, 9)) for row in (_HOUSEHOLD, _INVESTMENT)]
    country = Country(
        theta=THETA,
        factors=np.array([labour, capital, land]),
        factor_shares=_factor_shares(),
        technology=technology,
        freeness=np.ones((25, 25, 9)),
        value_added=np.round(1.0 - inputs.transpose(2, 0, 1).sum(axis=0), 4),
        inputs=inputs,
        tax_rate=np.append(np.round(0.10 + 0.05 * draws.random(24), 3), 0.0),
        consumption_share=np.append(np.round(0.58 + 0.10 * draws.random(24), 3), 0.62),
        household=tastes[0],
        government=np.repeat(np.eye(9)[8:], 25, axis=0),
        investment=tastes[1],
        world_income=1.0,
    )
    abroad = np.round(3.9 + 0.35 * normal(24, 1) + 0.15 * normal(24, 9), 3)
    hukou = np.round(1.0 + 0.15 * normal(8, 8), 3) * (1 - np.eye(8))
    return Planted(places, people, country, abroad, hukou, draws)


def _places(draws: np.random.Generator) -> Places:
    corners = ((-85.0, -55.0), (85.0, -55.0), (0.0, 85.0))
    shake = np.round(40.0 * (draws.random((24, 2)) - 0.5), 1)
    points = np.array([(330.0 * x + a, 330.0 * y + b) for x, y in _CENTRES for a, b in corners]) + shake
    area: Floats = np.round(20000.0 + 30000.0 * draws.random(24), -2)
    apart = points[:, None] - points[None]
    squares = apart[..., 0] * apart[..., 0] + apart[..., 1] * apart[..., 1]
    km = np.asarray(np.round(np.sqrt(squares), 1), dtype=np.float64)
    np.fill_diagonal(km, 0.67 * np.sqrt(area / np.pi))
    tiles = tuple((2 * y + down, 2 * x + right) for x, y in _CENTRES for down, right in ((0, 0), (0, 1), (1, 0)))
    return Places(km, area, tiles)


def _input_shares(draw: Floats) -> Floats:
    """Return cost shares (n, user j, input k): the table above, each region-sector up to a few % off."""
    scale = np.clip(1.0 + 0.03 * draw, 0.92, 1.08)
    return np.round(_INPUTS.T[None] * scale[..., None], 4)


def _factor_shares() -> Floats:
    """Return shares of labour, capital and land in value added, shape (f, j): rent of real estate is land rent."""
    estate = np.array([s == "real_estate" for s in SECTORS])
    other = np.full(len(SECTORS), CAPITAL_SHARE)
    return np.array([1.0 - other, np.where(estate, 0.0, other), np.where(estate, other, 0.0)])


def _basket(base: tuple[float, ...], draw: Floats) -> Floats:
    shares = np.round(np.array(base) * exp(0.12 * draw), 4)
    shares[:, 1] = np.round(1.0 - (shares.T.sum(axis=0) - shares[:, 1]), 4)  # industry takes what is left
    return shares


def walls(year: int) -> Floats:
    """Return the log border terms of a year, shape (buyer block, seller block), before the sector's factor."""
    wall = np.full((8, 8), 1.6)
    for n in range(8):
        for i in range(n + 1, 8):
            offset = (-0.04, 0.02, 0.0, 0.04, -0.02)[(3 * n + 2 * i) % 5]
            wall[n, i] = wall[i, n] = _INSIDE.get((n, i), 1.6 + offset)
    n, i = FALLING_PAIR
    wall[n, i] = wall[i, n] = FALLING[year]
    for at, circle in enumerate(_CIRCLES):
        step = 0.02 + 0.01 * (at % 3)
        for n, i in zip(circle, (*circle[1:], circle[0]), strict=True):
            wall[n, i] += step
            wall[i, n] -= step
    # The second area is merely added: inside as high as, on average, against all others.
    inside = AREAS["demo_b"]
    mean = outside_mean(wall, inside)
    for n in inside:
        for i in inside:
            wall[n, i] = mean
    np.fill_diagonal(wall, 0.0)
    return wall


def outside_mean(wall: Floats, blocks: tuple[int, ...]) -> float:
    """Return the mean wall over ordered pairs (member, outsider) and (outsider, member)."""
    others = [b for b in range(8) if b not in blocks]
    pairs = [(n, i) for n in blocks for i in others]
    return sum(float(wall[n, i]) + float(wall[i, n]) for n, i in pairs) / (2 * len(pairs))


def freeness(planted: Planted, year: int) -> Floats:
    """Return the freeness of trade, shape (buyer, seller, sector); local sectors are not traded."""
    border = walls(year)[np.ix_(BLOCK_OF, BLOCK_OF)]
    relative = log(planted.places.distance / 100.0)[..., None]
    free = np.zeros((25, 25, 9))
    free[:24, :24] = exp(-border[..., None] * SECTOR_FACTOR - DELTA * relative)
    free[:24, 24] = free[24, :24] = exp(-planted.barrier_abroad)
    free[24, 24] = 1.0
    own = np.eye(25, dtype=bool)[..., None]
    return np.where(TRADED | own, free, 0.0)
