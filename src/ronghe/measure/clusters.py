"""Clusters of plants: how near plants of one industry stand to one another, against chance (Duranton-Overman).

Density of the distances d_ij between the n plants of an industry, Gaussian kernel f, reflected at 0:

    K(d) = 1/(n (n - 1) h) sum_(i != j) f((d - d_ij) / h)      h = 0.9 min(sd, IQR/1.34) n^(-1/5)

Chance is the same number of plants drawn without replacement from all sites, so the pattern of industry as a whole
is allowed for. Local band: 5 to 95 % of the draws at each distance. Global band: left anywhere by 5 % of the
draws. Above it the industry is localised at that distance, below it dispersed.

Distances are great-circle km, counted in 2^14 steps of the longest one; each draw has its own bandwidth by the same
rule, so that under complete randomness the curve and the draws are alike.

References
----------
.. [1] G. Duranton, H. G. Overman, "Testing for Localization Using Micro-Geographic Data", 2005.
.. [2] B. W. Silverman, "Density Estimation for Statistics and Data Analysis", 1986, equation (3.31), section 2.10.
.. [3] M. Myllymäki, T. Mrkvička, P. Grabarnik, H. Seijo, U. Hahn, "Global Envelope Tests for Spatial Processes",
   2017 (directional quantiles).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct, idct

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import NotIdentified
from ronghe.base.text import Text
from ronghe.measure.points import arc_km, unit_vectors, wrong_points
from ronghe.measure.wrong import refuse

FEWEST = 10
"""With fewer plants a density of distances says nothing."""
DRAWS = 999
STEPS = 1 << 14
POINTS = 200
"""Distances at which the curve is shown."""
TABLE = 12_000
"""Up to so many sites all distances are kept, 2 bytes each; beyond, they are computed draw by draw."""
LEAVE = 0.05
BLOCK = 128
"""Rows of distances looked up at once."""
Bins = NDArray[np.uint16]

Verdict = Literal["localised", "dispersed", "as chance has it"]
WORDS: dict[Verdict, Text] = {
    "localised": Text("集聚", "localised"),
    "dispersed": Text("分散", "dispersed"),
    "as chance has it": Text("与随机分布无异", "as chance has it"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Clustering:
    """Density of distances of one industry, with the bands of chance.

    Attributes
    ----------
    distances : array, shape (point,)
        km, from 0 to the median distance between all sites.
    density : array, shape (point,)
        K, per km.
    local_low, local_high, global_low, global_high : array, shape (point,)
    localised, dispersed : array, shape (point,)
        How far K lies above the global band, and below it; 0 inside.
    verdict : {"localised", "dispersed", "as chance has it"}
        Localised wins where both occur.
    chance : float
        Share of draws, the industry among them, that stray from the mean at least as far.
    bandwidth : float
        h of the industry, km.
    plants, sites, draws, seed : int
    """

    distances: Floats
    density: Floats
    local_low: Floats
    local_high: Floats
    global_low: Floats
    global_high: Floats
    localised: Floats
    dispersed: Floats
    verdict: Verdict
    chance: float
    bandwidth: float
    plants: int
    sites: int
    draws: int
    seed: int


def clustering(
    *, longitudes: Floats, latitudes: Floats, plants: Bools, draws: int = DRAWS, seed: int = 0
) -> Clustering:
    """Return the density of distances of an industry beside that of as many sites drawn by chance.

    Parameters
    ----------
    longitudes, latitudes : array, shape (site,)
        Sites of all industries, degrees.
    plants : array of bool, shape (site,)
        Which of them belong to the industry.
    draws, seed : int

    Raises
    ------
    ParameterFault
        If shapes do not fit, coordinates are none, or there are fewer than 19 draws.
    NotIdentified
        With fewer than ten plants, no site of another industry, or all sites in one place.
    """
    faults = wrong_points(longitudes, latitudes)
    if np.shape(plants) != np.shape(longitudes) or np.asarray(plants).dtype != np.bool_:
        faults.append(
            Text("plants 应为与坐标等长的布尔数组。", "plants must be an array of bool as long as the coordinates.")
        )
    if draws < 19:
        faults.append(Text(f"draws 至少为19，读到{draws}。", f"draws must be at least 19; read {draws}."))
    refuse(faults)
    own = np.flatnonzero(plants)
    sites, number = len(longitudes), len(own)
    _refuse_few(number, sites)
    binned, step, middle = _binning(unit_vectors(longitudes, latitudes))
    random = np.random.default_rng(seed)
    chosen = [own, *(np.sort(random.choice(sites, number, replace=False)) for _ in range(draws))]
    grid = np.linspace(0.0, middle, POINTS)
    curves, widths = np.empty((draws + 1, POINTS)), np.empty(draws + 1)
    for at, some in enumerate(chosen):
        counts = _counts(binned, some)
        widths[at] = _bandwidth(counts, step, number)
        curves[at] = _density(counts, step, widths[at], grid)
    return _judged(grid, curves, float(widths[0]), number, sites, seed)


def k_density(*, distances: Floats, at: Floats, bandwidth: float) -> Floats:
    """Return K by its formula, pair by pair.

    Parameters
    ----------
    distances : array, shape (plant, plant)
        km.
    at : array, shape (point,)
        Distances wanted, km.
    bandwidth : float
        h, km.
    """
    pairs = distances[np.triu_indices(len(distances), 1)]
    scaled = (np.concatenate([at[:, None] - pairs, at[:, None] + pairs], axis=1)) / bandwidth
    return np.asarray(np.exp(-(scaled**2) / 2).sum(axis=1) / (len(pairs) * bandwidth * np.sqrt(2 * np.pi)))


def _binning(vectors: Floats) -> tuple[Callable[[Ints, Ints], Bins], float, float]:
    """Return how to look up the binned distances of some sites, the width of a bin, and the median distance."""
    blocks = [vectors[start : start + 4 * BLOCK] for start in range(0, len(vectors), 4 * BLOCK)]
    longest = max(float(arc_km(block, vectors).max()) for block in blocks)
    if longest == 0:
        raise NotIdentified("plants", Text("所有厂址都在同一点。", "All sites are in one place."), ("plants",))
    step = longest / (STEPS - 1)

    def binned(rows: Floats, columns: Floats) -> Bins:
        return np.rint(arc_km(rows, columns) / step).astype(np.uint16)

    counts = np.zeros(STEPS)
    for block in blocks:
        counts += np.bincount(binned(block, vectors).ravel(), minlength=STEPS)
    counts[0] -= len(vectors)
    middle = step * float(_quantile(counts, 0.5))
    if len(vectors) > TABLE:
        return (lambda rows, columns: binned(vectors[rows], vectors[columns])), step, middle
    table = np.concatenate([binned(block, vectors) for block in blocks])
    return (lambda rows, columns: table[rows].take(columns, axis=1)), step, middle


def _counts(binned: Callable[[Ints, Ints], Bins], some: Ints) -> Floats:
    """Return the number of ordered pairs of some sites in each bin."""
    counts = np.zeros(STEPS)
    # Rows in blocks that the cache holds, against themselves and, counted for both orders, those after them.
    for start in range(0, len(some), BLOCK):
        rows, after = some[start : start + BLOCK], some[start + BLOCK :]
        counts += np.bincount(binned(rows, rows).ravel(), minlength=STEPS)
        counts += 2 * np.bincount(binned(rows, after).ravel(), minlength=STEPS)
    counts[0] -= len(some)
    return counts


def _quantile(counts: Floats, share: float) -> float:
    """Return a quantile of binned values, in bins, linear inside one."""
    below = np.cumsum(counts)
    wanted = share * below[-1]
    at = int(np.searchsorted(below, wanted))
    before = below[at] - counts[at]
    return max(at - 0.5 + float((wanted - before) / counts[at]), 0.0)


def _bandwidth(counts: Floats, step: float, number: int) -> float:
    """Return Silverman's rule [2]_ for distances of one industry, km; at least one bin."""
    bins, total = np.arange(STEPS), counts.sum()
    mean = float(counts @ bins / total)
    deviation = float(np.sqrt(counts @ (bins - mean) ** 2 / max(total - 1, 1)))
    middle_half = (_quantile(counts, 0.75) - _quantile(counts, 0.25)) / 1.34
    # Many plants on one site: the middle half of distances may have no width although the whole has.
    narrow = min(deviation, middle_half) if middle_half > 0 else deviation
    return step * max(0.9 * narrow * math.pow(number, -0.2), 1.0)


def _density(counts: Floats, step: float, width: float, grid: Floats) -> Floats:
    """Return K on a grid: the binned distances, reflected at 0, smoothed by a product of cosine transforms."""
    # A point at bin 0 is its own mirror image: its two halves meet there, as type I of the transform has it.
    mirrored = np.zeros(2 * STEPS + 1)
    mirrored[:STEPS] = counts / counts.sum()
    mirrored[0] *= 2.0
    waves = dct(mirrored, type=1)
    waves *= np.exp(-((np.pi * np.arange(len(mirrored)) / (len(mirrored) - 1) * width / step) ** 2) / 2)
    smooth = idct(waves, type=1) / step
    return np.asarray(np.interp(grid, step * np.arange(len(smooth)), smooth), dtype=np.float64)


def _judged(grid: Floats, curves: Floats, width: float, number: int, sites: int, seed: int) -> Clustering:
    """Return the curve (the first) with the bands of the others."""
    density, drawn = curves[0], curves[1:]
    low, high = np.quantile(drawn, [LEAVE, 1 - LEAVE], axis=0)
    # How far each curve strays at most, in units of the band of its side at that distance [3]_. The industry is one
    # of the curves here: only then are it and the draws alike under complete randomness.
    middle = curves.mean(axis=0)
    floor = 1e-9 * max(float(curves.max()), 1e-300)
    outer = np.quantile(curves, [LEAVE / 2, 1 - LEAVE / 2], axis=0)
    below, above = np.maximum(middle - outer[0], floor), np.maximum(outer[1] - middle, floor)
    strays = np.maximum((curves - middle) / above, (middle - curves) / below).max(axis=1)
    reach = float(np.sort(strays)[int(np.ceil((1 - LEAVE) * len(strays))) - 1])
    least, most = np.maximum(middle - reach * below, 0.0), middle + reach * above
    over, under = np.maximum(density - most, 0.0), np.maximum(least - density, 0.0)
    verdict: Verdict = "localised" if over.any() else "dispersed" if under.any() else "as chance has it"
    chance = float((strays >= strays[0]).mean())
    return Clustering(
        grid, density, low, high, least, most, over, under, verdict, chance, width, number, sites, len(drawn), seed
    )


def _refuse_few(plants: int, sites: int) -> None:
    if plants < FEWEST:
        reason = Text(
            f"该行业只有{plants}个厂址，少于{FEWEST}个。",
            f"The industry has fewer than {FEWEST} plants ({plants}).",
        )
        raise NotIdentified("plants", reason, ("plants",))
    if plants == sites:
        reason = Text(
            "所有厂址都属于该行业，没有其他行业可以比照。",
            "Every site belongs to the industry; there is no other to hold it against.",
        )
        raise NotIdentified("plants", reason, ("plants",))
