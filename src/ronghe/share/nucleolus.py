"""The nucleolus: the largest complaint made as small as possible, then the next, and so on.

    complaint e(S, x) = v(S) - x(S);  sort all complaints in falling order;
    the nucleolus has the lexicographically smallest list, with x(N) = v(N) and x_i >= v(i)
    (the prenucleolus drops the last condition)

A sequence of linear programmes, at most n: at each level the coalitions whose complaint is the same
in every optimum (strictly positive dual) are fixed; coalitions in the span of fixed ones are settled
and leave; the next programme makes the remaining complaints small.

References
----------
.. [1] D. Schmeidler, "The Nucleolus of a Characteristic Function Game", 1969.
.. [2] A. Kopelowitz, "Computation of the Kernels of Simple Games and the Nucleolus of n-Person
   Games", 1967 (sequence of linear programmes).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault, SharingRefused, UnconvergedSolution
from ronghe.base.text import Text
from ronghe.share.allocation import TOLERANCE, Allocation, Label, allocate
from ronghe.share.amounts import amount
from ronghe.share.certificate import Certificate, Level, certificate_of
from ronghe.share.coalitions import indicators, totals
from ronghe.share.game import CoalitionGame, as_game
from ronghe.share.program import INFINITY, Answer, CoalitionProgram, ScaledGame, scaled_game

DUAL = 1e-7
"""Duals of a level add up to 1; what is below this is rounding."""
IN_SPAN = 1e-9
CERTIFIED_UNASKED = 12
CERTIFIED_MOST = 16


def nucleolus(
    game: CoalitionGame | None = None,
    *,
    worth: Floats | Sequence[float] | None = None,
    regions: Sequence[str] | None = None,
    certify: bool | None = None,
) -> Allocation:
    """Share the grand coalition's worth by the nucleolus.

    Parameters
    ----------
    game : CoalitionGame, optional
    worth : array, shape (2**n,), optional
        In place of a game, by bitmask.
    regions : sequence of str, optional
    certify : bool, optional
        Check the result in rational arithmetic; by default up to 12 regions, on request up to 16.

    Raises
    ------
    SharingRefused
        If the regions alone have more than all together: nobody could be given at least v(i).
    UnconvergedSolution
        If a linear programme finds no optimum.

    Examples
    --------
    >>> nucleolus(worth=[0, 0, 0, 4, 0, 3, 2, 6], regions=("A", "B", "C")).payoffs.round(6).tolist()
    [3.0, 2.0, 1.0]
    """
    held = as_game(game, worth, regions)
    short = float(held.alone.sum()) - held.total
    if short > TOLERANCE * held.scale:
        more = amount(short, held.unit)
        sentence = Text(
            f"各地区单独合计比全体联合多{more.zh}，无法让每个地区不低于单独所得，核仁不存在。"
            "可改用预核仁 prenucleolus()。",
            f"The regions alone have {more.en} more than all together, so no allocation gives each at least what it "
            "has alone: there is no nucleolus. prenucleolus() drops that condition.",
        )
        raise SharingRefused(sentence, short)
    return _solved(held, bounded=True, asked=certify)


def prenucleolus(
    game: CoalitionGame | None = None,
    *,
    worth: Floats | Sequence[float] | None = None,
    regions: Sequence[str] | None = None,
    certify: bool | None = None,
) -> Allocation:
    """Share by the prenucleolus: the nucleolus without x_i >= v(i). It always exists.

    Parameters are those of :func:`nucleolus`.

    Examples
    --------
    >>> prenucleolus(worth=[0, 0, 0, 10, 0, 0, 0, 2]).payoffs.round(6).tolist()
    [3.0, 3.0, -4.0]
    """
    return _solved(as_game(game, worth, regions), bounded=False, asked=certify)


def _solved(game: CoalitionGame, *, bounded: bool, asked: bool | None) -> Allocation:
    if asked and len(game) > CERTIFIED_MOST:
        raise ParameterFault(
            Text(
                f"有理数验证最多支持{CERTIFIED_MOST}个地区，此博弈有{len(game)}个。",
                f"The rational certificate covers up to {CERTIFIED_MOST} regions; this game has {len(game)}.",
            )
        )
    scaled = scaled_game(game)
    levels, payoffs, residual = _levels(scaled, bounded=bounded)
    wanted = len(game) <= CERTIFIED_UNASKED if asked is None else asked
    proof = certificate_of(game, levels=levels, bounded=bounded) if wanted else None
    label: Label = "exact"
    if proof is not None and proof.payoffs is not None and not proof.failing:
        label, payoffs = "certified", np.array([float(payoff) for payoff in proof.payoffs])
    return allocate(
        game,
        payoffs,
        rule="nucleolus" if bounded else "prenucleolus",
        label=label,
        notes=(_note(len(levels), residual * scaled.size / game.scale, proof),),
        rational=proof.payoffs if proof is not None and label == "certified" else None,
    )


def _levels(scaled: ScaledGame, *, bounded: bool) -> tuple[list[Level], Floats, float]:
    """Solve level after level; return them, the payoffs and the largest violation (scaled)."""
    players = len(scaled.alone)
    if players == 1 or scaled.size == 0:
        return [], scaled.alone.copy() if scaled.size == 0 else scaled.payoffs(scaled.worth[-1:]), 0.0
    program = CoalitionProgram(scaled.worth, lower=0.0 if bounded else -INFINITY)
    span = _Span(players)
    levels: list[Level] = []
    residual, answer = 0.0, None
    while span.rank < players:
        answer = program.minimise(np.append(np.zeros(players), 1.0))
        residual = max(residual, answer.residual)
        level = _fixed(answer, span, bounded=bounded)
        levels.append(level)
        for mask in level.coalitions:
            program.fix_coalition(mask, scaled.worth[mask] - answer.level)
        for player in level.bounds:
            program.fix_payoff(player, 0.0)
        program.close(span.settled, keep=level.coalitions)
    assert answer is not None
    return levels, scaled.payoffs(_polished(scaled, levels, answer.payoffs)), residual


def _fixed(answer: Answer, span: _Span, *, bounded: bool) -> Level:
    """Return the coalitions and bounds that are tight in every optimum, and extend the span by them."""
    coalitions = tuple(mask for mask, dual in answer.row_duals.items() if dual > DUAL)
    if not coalitions:
        raise UnconvergedSolution(
            Text(
                f"核仁在秩{span.rank}处停止：没有对偶值为正的联盟，因此不给出数字。",
                f"The nucleolus stopped at rank {span.rank}: no coalition has a positive dual, so no number is given.",
            )
        )
    bounds: tuple[int, ...] = ()
    if bounded:
        tight = (answer.bound_duals > DUAL) & (np.abs(answer.payoffs) < TOLERANCE)
        bounds = tuple(player for player in np.flatnonzero(tight).tolist() if not span.settled[1 << player])
    for mask in (*coalitions, *(1 << player for player in bounds)):
        span.add(mask)
    return Level(coalitions, bounds)


class _Span:
    """The span of the fixed coalitions: which complaints can no longer change."""

    def __init__(self, players: int) -> None:
        self.players = players
        self.basis = np.full((1, players), players**-0.5)
        self.distance = totals(np.ones(players)) - totals(self.basis[0]) ** 2
        """Squared distance of every coalition's indicator from the span."""

    @property
    def rank(self) -> int:
        return len(self.basis)

    @property
    def settled(self) -> Bools:
        return self.distance < IN_SPAN

    def add(self, mask: int) -> None:
        if self.distance[mask] < IN_SPAN:
            return
        row = indicators([mask], self.players)[0]
        for _ in range(2):  # the second pass removes what rounding left of the first
            row = row - self.basis.T @ (self.basis @ row)
        row /= np.linalg.norm(row)
        self.basis = np.vstack((self.basis, row))
        self.distance -= totals(row) ** 2


def _polished(scaled: ScaledGame, levels: list[Level], payoffs: Floats) -> Floats:
    """Solve the fixed rows once more as one linear system, which carries no error from level to level."""
    players, depth = len(payoffs), len(levels)
    rows = [np.concatenate((np.ones(players), np.zeros(depth)))]
    known = [float(scaled.worth[-1])]
    for number, level in enumerate(levels):
        mark = np.zeros(depth)
        mark[number] = 1.0
        for mask in level.coalitions:
            rows.append(np.concatenate((indicators([mask], players)[0], mark)))
            known.append(float(scaled.worth[mask]))
        for player in level.bounds:
            rows.append(np.concatenate((np.eye(players)[player], np.zeros(depth))))
            known.append(0.0)
    solved = np.linalg.lstsq(np.array(rows), np.array(known), rcond=None)[0][:players]
    return solved if np.max(np.abs(solved - payoffs)) < 1e-6 else payoffs


def _note(levels: int, residual: float, proof: Certificate | None) -> Text:
    left = Text(
        f"核仁：{levels}层线性规划，最大残差为最大联盟值的{residual:.1g}",
        f"Nucleolus: linear programmes solved: {levels}, largest residual {residual:.1g} of the largest worth",
    )
    if proof is None:
        return left + Text("；未作有理数验证。", "; not checked in rational arithmetic.")
    if proof.failing:
        return left + Text("；" + proof.text.zh, "; " + proof.text.en)
    return left + Text(
        f"；有理数逐层验证{proof.levels}层（Kohlberg 准则）。",
        f"; levels checked in rational arithmetic (Kohlberg's criterion): {proof.levels}.",
    )
