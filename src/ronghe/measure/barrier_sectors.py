"""Walls of one sector from its flows, by two methods: pair dummies in a gravity equation, or the Head-Ries index.

Border terms are log points of flow; below 0 is a wall. Both methods tell what the two directions of a pair have in
common and fill both orders with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.errors import NotIdentified
from ronghe.base.text import Text
from ronghe.measure.border_dummies import INSIDE, OTHER, area_borders, crossing, pair_borders, pair_name, require_border
from ronghe.measure.flow_noise import FlowNoise
from ronghe.measure.gravity import gravity
from ronghe.measure.gravity_fit import NORMAL_95, GravityFit
from ronghe.measure.headries import head_ries

DISTANCE = "ln distance"


@dataclass(frozen=True, slots=True, eq=False)
class SectorWalls:
    """Border terms of one sector between blocks.

    Attributes
    ----------
    distance : float
        Elasticity of flow with respect to distance (below 0).
    inside, other : float
        Common border term between members, and of all other borders; NaN where there is none.
    terms, margins : array, shape (block, block)
        Border term of every pair, 0 on the diagonal, and half its 5-95 % interval; NaN where not measured.
        Pairs that are not both members have the common term with ``ppml``.
    reasons : mapping of (block, block) to Text
        Pairs of members without a term, and why.
    notes : tuple of Text
    """

    distance: float
    inside: float
    other: float
    terms: Floats
    margins: Floats
    reasons: Mapping[tuple[int, int], Text]
    notes: tuple[Text, ...]


def walls_by_ppml(
    *, flows: Floats, distances: Floats, blocks: Ints, members: Sequence[int], names: Sequence[str]
) -> SectorWalls:
    """Return the walls of one sector from a gravity equation with a dummy for every pair of members.

    Parameters
    ----------
    flows : array, shape (buyer, seller)
        Own sales on the diagonal; NaN where unknown.
    distances : array, shape (buyer, seller)
        km, own distances on the diagonal.
    blocks : array of int, shape (unit,)
    members : sequence of int
        Blocks whose pairs are told apart.
    names : sequence of str
        Of the blocks.

    Raises
    ------
    NotIdentified
        If no border can be told.
    UnconvergedSolution
        If the search stopped.
    """
    require_border(flows, blocks)
    sent, covariates = np.asarray(flows).T, {DISTANCE: np.log(np.asarray(distances).T)}
    common = gravity(flows=sent, covariates=covariates, borders=area_borders(blocks, members))
    fit = gravity(flows=sent, covariates=covariates, borders=pair_borders(blocks, members, names))
    inside, other = _value(common, INSIDE), _value(fit, OTHER)
    terms, margins = _elsewhere(len(names), other, fit)
    reasons: dict[tuple[int, int], Text] = {}
    for at, p in enumerate(members):
        for q in members[at + 1 :]:
            value, margin, reason = _pair(fit, pair_name(names, p, q))
            terms[[p, q], [q, p]], margins[[p, q], [q, p]] = value, margin
            if reason is not None:
                reasons[p, q] = reasons[q, p] = reason
    return SectorWalls(_value(fit, DISTANCE), inside, other, terms, margins, reasons, fit.notes)


def walls_by_head_ries(
    *, flows: Floats, distances: Floats, blocks: Ints, members: Sequence[int], noise: FlowNoise | None = None
) -> SectorWalls:
    """Return the walls of one sector from the Head-Ries index, less what distance explains.

    The elasticity of distance is what varies between units of the same two blocks; where every block is one unit,
    what varies between pairs around one common border.

    Parameters
    ----------
    flows, distances, blocks, members
        As in :func:`walls_by_ppml`; all pairs are told apart, ``members`` tells whose mean is ``inside``.
    noise : FlowNoise, optional
        For the interval; NaN without one.

    Raises
    ------
    NotIdentified
        If no pair is measured.
    """
    found = head_ries(flows=flows, theta=1.0, noise=noise)
    logs = np.log(distances)
    own = np.diagonal(logs)
    far = (logs + logs.T) / 2 - (own[:, None] + own[None]) / 2
    rows, columns = np.nonzero(np.triu(np.isfinite(found.walls), 1))
    if not len(rows):
        raise NotIdentified("pair_walls", Text("没有一对被测到", "no pair is measured"), ("trade",))
    between = blocks[rows] != blocks[columns]
    number = _pair_numbers(blocks[rows], blocks[columns], between)
    apart, index = far[rows, columns], found.walls[rows, columns]
    elasticity = _slope(index, apart, number, between)
    left = index - elasticity * apart
    count = int(blocks.max()) + 1
    terms, margins = np.full((count, count), np.nan), np.full((count, count), np.nan)
    for pair in np.unique(number[between]):
        on = number == pair
        p, q = int(blocks[rows[on][0]]), int(blocks[columns[on][0]])
        terms[[p, q], [q, p]] = -left[on].mean()
        margins[[p, q], [q, p]] = NORMAL_95 * np.sqrt((found.errors[rows[on], columns[on]] ** 2).sum()) / on.sum()
    np.fill_diagonal(terms, 0.0)
    np.fill_diagonal(margins, 0.0)
    belongs = np.isin(np.arange(count), list(members))
    both = np.triu(belongs[:, None] & belongs, 1) & np.isfinite(terms)
    others = np.triu(~(belongs[:, None] & belongs), 1) & np.isfinite(terms)
    none = Text("四个流量中有零或未知，未测", "one of the four flows is zero or not known: not measured")
    reasons = {(int(p), int(q)): none for p, q in np.argwhere(~np.isfinite(terms))}
    return SectorWalls(-elasticity, _mean(terms[both]), _mean(terms[others]), terms, margins, reasons, ())


def _value(fit: GravityFit, name: str) -> float:
    fit.require()
    return float(fit.coefficients[fit.names.index(name)]) if name in fit.names else float("nan")


def _elsewhere(count: int, other: float, fit: GravityFit) -> tuple[Floats, Floats]:
    """Return terms and margins with the common one everywhere but inside blocks."""
    told = OTHER in fit.names and OTHER not in fit.unidentified
    terms, margins = np.full((count, count), other), np.full((count, count), np.nan)
    margins[:] = fit.quantile * fit.effect(OTHER).error if told else np.nan
    np.fill_diagonal(terms, 0.0)
    np.fill_diagonal(margins, 0.0)
    return terms, margins


def _pair(fit: GravityFit, name: str) -> tuple[float, float, Text | None]:
    """Return term, margin and why there is none of one pair."""
    if name in fit.unidentified:
        return float("nan"), float("nan"), fit.unidentified[name]
    effect = fit.effect(name)
    return effect.value, fit.quantile * effect.error, None


def _pair_numbers(first: Ints, second: Ints, between: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Ints:
    """Number unordered pairs of different blocks from 1; 0 inside a block."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    _, number = np.unique(low * (int(high.max()) + 1) + high, return_inverse=True)
    return np.where(between, number + 1, 0).astype(np.int64)


def _slope(index: Floats, far: Floats, number: Ints, between: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    """Return how fast the index rises with distance."""
    design = (number[:, None] == np.unique(number[between])).astype(float)
    if np.linalg.matrix_rank(np.column_stack([far, design])) <= design.shape[1]:
        design = between[:, None].astype(float)
    columns = np.column_stack([far, design])
    if np.linalg.matrix_rank(columns) < columns.shape[1]:
        reason = Text("距离与边界无法区分", "distance and border cannot be told apart")
        raise NotIdentified("pair_walls", reason, ("trade",))
    return float(np.linalg.lstsq(columns, index, rcond=None)[0][0])


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def spread_to_units(table: Floats, blocks: Ints) -> Floats:
    """Return a table of blocks as one of units."""
    return np.asarray(table[np.ix_(blocks, blocks)], dtype=np.float64)


def common_terms(found: SectorWalls, members: Sequence[int], count: int) -> Floats:
    """Return the common border term of every pair of blocks, 0 on the diagonal."""
    belongs = np.isin(np.arange(count), list(members))
    held = np.where(belongs[:, None] & belongs, found.inside, found.other)
    held[~crossing(np.arange(count, dtype=np.int64))] = 0.0
    return np.asarray(held, dtype=np.float64)
