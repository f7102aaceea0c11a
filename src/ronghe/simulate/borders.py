"""Border terms: what trade between two regions lacks, once distance, sellers and buyers are accounted for.

    ln X_nij = m_nj + e_ij - delta ln d_ni + beta_nij,       beta = 0 where buyer and seller share a block

beta < 0 is a wall: in tariff language its cost factor is exp(-beta / theta). Own flows and flows inside a
block carry no border, so the mean of the two directions of a pair is the Head-Ries index net of distance.
What differs between the two directions is known only up to one number a block (a dearer buyer and a dearer
seller look alike); it is fixed by letting the differences of each block with its partners add up to 0.

References
----------
.. [1] K. Head, J. Ries, "Increasing Returns versus National Product Differentiation", 2001, eq. 8.
.. [2] D. Novy, "Gravity Redux: Measuring International Trade Costs with Panel Data", 2013, eq. 5.
.. [3] C. Cameron, J. Gelbach, D. Miller, "Robust Inference with Multiway Clustering", 2011.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints

DISTANCE = 0.8
"""Distance elasticity where the flows cannot tell it."""

DISTANCE_BAND = (0.3, 1.1)
"""Its range where it is assumed."""

_NORMAL_95 = 1.6448536269514722


@dataclass(frozen=True, slots=True, eq=False)
class DistanceElasticity:
    """How fast trade falls with distance.

    Attributes
    ----------
    value, low, high : float
        Central value and its range: 5-95 % where estimated, the assumed band otherwise.
    estimated : bool
        Whether the flows themselves tell it (some block holds two units or more).
    """

    value: float
    low: float
    high: float
    estimated: bool


@dataclass(frozen=True, slots=True, eq=False)
class BorderTerms:
    """Log border terms of one table at one distance elasticity.

    Attributes
    ----------
    terms : array, shape (sector, buyer, seller)
        beta; 0 inside a block, NaN where a flow of either direction is missing ("not measured").
    noise : array, shape (sector,)
        Standard deviation of what the equation leaves unexplained within pairs of blocks; NaN where unknown.
    elasticity : float
        The distance elasticity used.
    """

    terms: Floats
    noise: Floats
    elasticity: float


def distance_elasticity(*, flows: Floats, distances: Floats, blocks: Ints) -> DistanceElasticity:
    """Estimate the distance elasticity from what varies inside pairs of blocks, all sectors pooled.

    Parameters
    ----------
    flows : array, shape (sector, buyer, seller)
        Traded sectors only, own flows on the diagonal.
    distances : array, shape (buyer, seller)
        km, own distances on the diagonal.
    blocks : array of int, shape (region,)
        Block of each region, numbered from 0.

    Returns
    -------
    DistanceElasticity
        With errors clustered by buyer and by seller; the assumed band where pairs of blocks hold one flow each.
    """
    apart = np.log(distances)
    top, bottom = 0.0, 0.0
    kept: list[tuple[Floats, Floats, Ints]] = []
    for table in flows:
        cells = np.argwhere(table > 0)
        unexplained = _unexplained(cells, blocks, np.column_stack([apart[*cells.T], np.log(table[*cells.T])]))
        top += float(unexplained[:, 0] @ unexplained[:, 1])
        bottom += float(unexplained[:, 0] @ unexplained[:, 0])
        kept.append((unexplained[:, 0], unexplained[:, 1], cells))
    if bottom <= 1e-9 * max(1, len(kept)):
        return DistanceElasticity(DISTANCE, *DISTANCE_BAND, estimated=False)
    value = -top / bottom
    score: Floats = np.zeros(distances.shape)
    for on_distance, on_flow, cells in kept:
        np.add.at(score, tuple(cells.T), on_distance * (on_flow + value * on_distance))
    spread = (score.sum(axis=1) ** 2).sum() + (score.sum(axis=0) ** 2).sum() - (score**2).sum()
    margin = _NORMAL_95 * float(np.sqrt(max(spread, 0.0))) / bottom
    return DistanceElasticity(value, value - margin, value + margin, estimated=True)


def border_terms(*, flows: Floats, distances: Floats, blocks: Ints, elasticity: float) -> BorderTerms:
    """Read border terms by ordered pair of blocks and sector from the flows.

    Parameters
    ----------
    flows : array, shape (sector, buyer, seller)
        Own flows on the diagonal, any unit.
    distances : array, shape (buyer, seller)
    blocks : array of int, shape (region,)
    elasticity : float
        Distance elasticity delta.
    """
    closeness = elasticity * np.log(distances)
    terms = np.full(flows.shape, np.nan)
    noise = np.full(len(flows), np.nan)
    for j, table in enumerate(flows):
        cells = np.argwhere(table > 0)
        logs = np.log(table[*cells.T]) + closeness[*cells.T]
        means, noise[j] = _means_of_pairs(cells, logs, blocks)
        terms[j] = _terms(means)[np.ix_(blocks, blocks)]
    return BorderTerms(terms, noise, elasticity)


def outside_level(terms: Floats, blocks: Ints, inside: Bools) -> Floats:
    """Return the mean border term of members with outsiders, both directions, shape (sector,); NaN where none.

    Every ordered pair of blocks counts once. A block with a member inside counts as inside.
    """
    count = int(blocks.max()) + 1
    first = np.array([int(np.flatnonzero(blocks == b)[0]) for b in range(count)])
    member = np.array([bool(inside[blocks == b].any()) for b in range(count)])
    pairs = terms[:, first[:, None], first[None, :]][:, member[:, None] != member[None, :]]
    known = np.isfinite(pairs)
    total = np.where(known, pairs, 0.0).sum(axis=1)
    level: Floats = np.full(len(terms), np.nan)
    np.divide(total, known.sum(axis=1), out=level, where=known.any(axis=1))
    return level


def _groups(cells: Ints, blocks: Ints) -> Ints:
    numbers: Ints = blocks[cells[:, 0]] * (int(blocks.max()) + 1) + blocks[cells[:, 1]]
    return numbers


def _demeaned(values: Floats, groups: Ints, count: int) -> Floats:
    """Take out the mean of every pair of blocks, column by column."""
    size = np.maximum(np.bincount(groups, minlength=count), 1)
    means = np.stack([np.bincount(groups, column, minlength=count) / size for column in values.T], axis=1)
    left: Floats = values - means[groups]
    return left


def _units(cells: Ints, blocks: Ints) -> Floats:
    """Return dummies of buyers and sellers, shape (cell, 2 * region)."""
    count, at = len(blocks), np.arange(len(cells))
    design = np.zeros((len(cells), 2 * count))
    design[at, cells[:, 0]] = 1.0
    design[at, count + cells[:, 1]] = 1.0
    return design


def _unexplained(cells: Ints, blocks: Ints, values: Floats) -> Floats:
    """Return what pairs of blocks, buyers and sellers leave unexplained of each column of ``values``."""
    count = int(blocks.max() + 1) ** 2
    groups = _groups(cells, blocks)
    design = _demeaned(_units(cells, blocks), groups, count)
    left = _demeaned(values, groups, count)
    if not np.abs(design).max(initial=0.0) > 0:
        return np.zeros_like(left)
    fitted = design @ np.linalg.lstsq(design, left, rcond=1e-10)[0]
    return np.asarray(left - fitted)


def _means_of_pairs(cells: Ints, logs: Floats, blocks: Ints) -> tuple[Floats, float]:
    """Return the mean of each pair of blocks net of its units' own effects, and the noise left within pairs."""
    count = int(blocks.max()) + 1
    groups = _groups(cells, blocks)
    units = _units(cells, blocks)
    design = _demeaned(units, groups, count**2)
    net, noise = logs, float("nan")
    if np.abs(design).max(initial=0.0) > 0:
        left = _demeaned(logs[:, None], groups, count**2)[:, 0]
        # The smallest solution: effects of the units of a block add up to 0.
        effects, _, rank, _ = np.linalg.lstsq(design, left, rcond=1e-10)
        net = logs - units @ effects
        free = len(cells) - len(np.unique(groups)) - int(rank)
        if free > 0:
            noise = float(np.sqrt(((left - design @ effects) ** 2).sum() / free))
    size = np.bincount(groups, minlength=count**2)
    total = np.bincount(groups, net, minlength=count**2)
    means = np.divide(total, size, out=np.full(count**2, np.nan), where=size > 0)
    return means.reshape(count, count), noise


def _terms(means: Floats) -> Floats:
    """Turn means of pairs into border terms: home flows carry none, differences of direction add up to 0."""
    home = np.diagonal(means)
    raw = means - (home[:, None] + home[None, :]) / 2
    measured = np.isfinite(raw) & np.isfinite(raw.T)
    lean = np.where(measured, (raw - raw.T) / 2, 0.0)
    links = measured & ~np.eye(len(means), dtype=bool)
    laplacian = np.diag(links.sum(axis=1)) - links.astype(float)
    shift = np.linalg.lstsq(laplacian, lean.sum(axis=1), rcond=1e-10)[0]
    terms = np.where(measured, raw - shift[:, None] + shift[None, :], np.nan)
    np.fill_diagonal(terms, np.where(np.isfinite(home), 0.0, np.nan))
    return np.asarray(terms)
