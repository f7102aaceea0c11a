"""The nucleolus checked without rounding.

The floating-point solve says which coalitions are fixed at which level. Over the rationals, that
linear system gives payoffs x without any rounding; then Kohlberg's criterion is checked at x:

    for every level t, the coalitions with complaint >= t are balanced: some weights, all positive
    on them and non-negative on singletons held at v(i), make every region's total weight 1

x is the nucleolus if and only if this holds. Plain tables enter as the decimals that were written,
worths from the model as the exact binary value of the float.

References
----------
.. [1] E. Kohlberg, "On the Nucleolus of a Characteristic Function Game", 1971.
.. [2] A. I. Sobolev, "A Characterization of Optimality Principles in Cooperative Games by Functional
   Equations", 1975 (prenucleolus).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import lcm

import highspy
import numpy as np
import scipy.linalg

from ronghe.base.arrays import Floats, Ints
from ronghe.base.text import Text
from ronghe.share.coalitions import indicators
from ronghe.share.game import CoalitionGame
from ronghe.share.program import quiet_highs
from ronghe.share.rational import orthogonal_integers, solve


@dataclass(frozen=True, slots=True)
class Level:
    """What one linear programme fixed: coalitions (masks) and regions held at v(i) (numbers)."""

    coalitions: tuple[int, ...]
    bounds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Certificate:
    """Outcome of the check.

    Attributes
    ----------
    payoffs : tuple of Fraction, optional
        Solution of the level structure, where it has one.
    levels : int
        Levels of complaint that were checked.
    failing : int
        Number of the level that failed, 0 if none did.
    text : Text
        What failed, empty if nothing did.
    """

    payoffs: tuple[Fraction, ...] | None
    levels: int
    failing: int = 0
    text: Text = Text("", "")


def certificate_of(game: CoalitionGame, *, levels: Sequence[Level], bounded: bool) -> Certificate:
    """Return the rational payoffs of a level structure and whether they are the (pre)nucleolus.

    Parameters
    ----------
    levels : sequence of Level
        From the floating-point solve.
    bounded : bool
        True for the nucleolus, False for the prenucleolus.
    """
    exact = _exact(game)
    payoffs = _structure(exact, levels, len(game))
    if payoffs is None:
        return _failed(None, 0, 1, "层级结构没有唯一解", "the level structure has no single solution")
    held = [number for number, payoff in enumerate(payoffs) if payoff == exact[1 << number]]
    if sum(payoffs) != exact[-1]:
        return _failed(payoffs, 0, 1, "总额不等于 v(N)", "the payoffs do not add up to v(N)")
    if bounded and any(payoff < exact[1 << number] for number, payoff in enumerate(payoffs)):
        return _failed(payoffs, 0, 1, "有地区低于单独所得", "a region gets less than v(i)")
    return _kohlberg(_complaints(exact, payoffs), payoffs, held if bounded else [])


def _exact(game: CoalitionGame) -> list[Fraction]:
    written = game.kind in ("table", "costs")
    return [Fraction(repr(value)) if written else Fraction(value) for value in game.worth.tolist()]


def _structure(exact: list[Fraction], levels: Sequence[Level], players: int) -> tuple[Fraction, ...] | None:
    """Solve x(S) + eps_t = v(S) on fixed coalitions, x_i = v(i) on held regions, x(N) = v(N)."""
    if players == 1 or not levels:
        return tuple(exact[1 << number] for number in range(players))
    rows, known = [[1] * players + [0] * len(levels)], [exact[-1]]
    for number, level in enumerate(levels):
        mark = [int(number == at) for at in range(len(levels))]
        for mask in level.coalitions:
            rows.append([mask >> player & 1 for player in range(players)] + mark)
            known.append(exact[mask])
        for player in level.bounds:
            rows.append([int(player == at) for at in range(players)] + [0] * len(levels))
            known.append(exact[1 << player])
    solved = solve(rows, known)
    return None if solved is None else tuple(solved[:players])


def _complaints(exact: list[Fraction], payoffs: Sequence[Fraction]) -> list[int]:
    """Return e(S, x) of every coalition as whole numbers over one common denominator."""
    common = lcm(*{value.denominator for value in (*exact, *payoffs)})
    received = [0]
    for payoff in payoffs:
        part = payoff.numerator * (common // payoff.denominator)
        received += [total + part for total in received]
    whole = (value.numerator * (common // value.denominator) for value in exact)
    return [secured - given for secured, given in zip(whole, received, strict=True)]


def _kohlberg(complaints: list[int], payoffs: tuple[Fraction, ...], held: list[int]) -> Certificate:
    """Check level after level; coalitions in the span of settled ones need no further weight."""
    players = len(payoffs)
    ranked = sorted(range(1, len(complaints) - 1), key=lambda mask: -complaints[mask])
    generators = [[1] * players]
    across = np.array(orthogonal_integers(generators, players), dtype=np.int64).reshape(-1, players).T
    number = 0
    for number, (_, group) in enumerate(groupby(ranked, key=lambda mask: complaints[mask]), start=1):
        masks = np.fromiter(group, dtype=np.int64)
        images = indicators(masks, players).astype(np.int64) @ across
        new = images.any(axis=1)
        if not new.any():
            continue
        distinct, first = np.unique(images[new], axis=0, return_index=True)
        singles = np.eye(players, dtype=np.int64)[held] @ across
        if not _balanced(distinct, singles[singles.any(axis=1)]):
            return _failed(payoffs, number, number, "该层的联盟不平衡", "its coalitions are not balanced")
        chosen = masks[new][first][_independent(distinct.T)]
        generators += indicators(chosen, players).astype(int).tolist()
        across = np.array(orthogonal_integers(generators, players), dtype=np.int64).reshape(-1, players).T
        if across.shape[1] == 0:
            break
    return Certificate(payoffs, number)


def _balanced(coalitions: Ints, singles: Ints) -> bool:
    """Return whether weights > 0 on coalitions and >= 0 on singles make their images add up to nothing.

    HiGHS proposes weights; the proof is a rational solution next to them.
    """
    images = np.concatenate((coalitions, singles)).T
    strict = len(coalitions)
    weights = _proposed(images, strict)
    if weights is None:
        return False
    # Weights at least 1 stay positive when moved by rounding; singles without weight keep none.
    movable = np.flatnonzero((np.arange(len(weights)) < strict) | (weights > 1e-6))
    chosen = movable[_independent(images[:, movable])]
    fixed = np.setdiff1d(movable, chosen)
    exact = {int(at): Fraction(float(weights[at])).limit_denominator(10**6) for at in fixed}
    missing = [-sum((exact[at] * int(row[at]) for at in exact), Fraction(0)) for row in images]
    solved = solve([[int(cell) for cell in row[chosen]] for row in images], missing)
    if solved is None:
        return False
    exact.update(zip(chosen.tolist(), solved, strict=True))
    return all(weight > 0 if at < strict else weight >= 0 for at, weight in exact.items())


def _proposed(images: Ints, strict: int) -> Floats | None:
    """Return weights, at least 1 on the first ``strict`` columns, whose images add up to nothing."""
    scaled = images / np.maximum(np.abs(images).max(axis=0, initial=1), 1)
    highs = quiet_highs()
    sizes = np.maximum(np.abs(images).max(axis=0, initial=1), 1).astype(np.float64)
    for column in range(images.shape[1]):
        highs.addVar(float(sizes[column]) if column < strict else 0.0, highspy.kHighsInf)
        highs.changeColCost(column, 1.0)
    for row in scaled:
        at = np.flatnonzero(row).astype(np.int32)
        highs.addRow(0.0, 0.0, len(at), at, row[at])
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    weights: Floats = np.array(highs.getSolution().col_value) / sizes
    return weights


def _independent(columns: Ints) -> Ints:
    """Return numbers of linearly independent columns, as many as there are."""
    _, upper, order = scipy.linalg.qr(columns.astype(np.float64), mode="economic", pivoting=True)
    size = np.abs(np.diag(upper))
    rank = int((size > 1e-9 * size[0]).sum()) if len(size) else 0
    return np.asarray(np.sort(order[:rank]), dtype=np.int64)


def _failed(payoffs: tuple[Fraction, ...] | None, levels: int, failing: int, zh: str, en: str) -> Certificate:
    return Certificate(
        payoffs,
        levels,
        failing,
        Text(f"有理数验证在第{failing}层未通过：{zh}。", f"the rational check failed at level {failing}: {en}."),
    )
