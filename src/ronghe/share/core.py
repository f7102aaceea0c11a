"""The core: allocations that no coalition can better on its own, and how far they reach.

    core = { x : x(N) = v(N), x(S) >= v(S) for every S }

For each region: the least and the most it can get inside. If the core is empty, the same inside the
least core, where every coalition forgoes the same smallest epsilon.

    least core: min eps, x(N) = v(N), x(S) >= v(S) - eps

References
----------
.. [1] D. B. Gillies, "Solutions to General Non-zero-sum Games", 1959.
.. [2] M. Maschler, B. Peleg, L. S. Shapley, "Geometric Properties of the Kernel, Nucleolus, and
   Related Solution Concepts", 1979 (least core).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import UnconvergedSolution
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.share.allocation import Label, allocate
from ronghe.share.amounts import amount
from ronghe.share.game import CoalitionGame, as_game
from ronghe.share.program import TOLERANCE, Answer, CoalitionProgram, ScaledGame, scaled_game


@dataclass(frozen=True, slots=True, eq=False)
class CoreRange:
    """What negotiation is left with.

    Attributes
    ----------
    regions : tuple of str
    low, high : array, shape (n,)
        Least and most each region can get in the core; in the least core where the core is empty.
    empty : bool
        Whether the core is empty.
    epsilon : float
        Least-core value, in ``unit``: above 0 what every coalition must forgo; below 0 what every
        coalition can be given beyond what it secures alone.
    residual : float
        Largest violation left over all coalitions and programmes, in ``unit``.
    costs_low, costs_high : array, optional
        The same range as costs, for a cost game.
    """

    regions: tuple[str, ...]
    low: Floats
    high: Floats
    empty: bool
    epsilon: float
    residual: float
    label: Label
    unit: Text
    status: Status
    notes: tuple[Text, ...] = ()
    costs_low: Floats | None = None
    costs_high: Floats | None = None

    @property
    def ranges(self) -> Floats:
        """Low and high, shape (n, 2)."""
        return np.column_stack((self.low, self.high))

    @property
    def text(self) -> Text:
        """Whether the core is empty, in words."""
        if self.empty:
            forgone = amount(self.epsilon, self.unit)
            return Text(
                f"核心为空：任何分配都有联盟抱怨；每个联盟至少让出{forgone.zh}时才有解，区间是这一最小核心内的。",
                "The core is empty: under every allocation some coalition complains. An agreement exists once every "
                f"coalition forgoes {forgone.en}; the ranges are those of this least core.",
            )
        return Text(
            "核心非空：存在没有任何联盟抱怨的分配。", "The core is not empty: some allocations leave no complaint."
        )


def core_range(
    game: CoalitionGame | None = None,
    *,
    worth: Floats | Sequence[float] | None = None,
    regions: Sequence[str] | None = None,
) -> CoreRange:
    """Return the least and the most each region can get in the core.

    Parameters
    ----------
    game : CoalitionGame, optional
    worth : array, shape (2**n,), optional
        In place of a game, by bitmask.
    regions : sequence of str, optional

    Raises
    ------
    UnconvergedSolution
        If a linear programme finds no optimum.

    Examples
    --------
    >>> found = core_range(worth=[0, 0, 0, 4, 0, 3, 2, 6], regions=("A", "B", "C"))
    >>> found.empty, (found.ranges.round(6) + 0.0).tolist()
    (False, [[1.0, 4.0], [0.0, 3.0], [0.0, 2.0]])
    """
    held = as_game(game, worth, regions)
    scaled = scaled_game(held)
    if len(held) == 1 or scaled.size == 0:
        return _range(held, held.alone.copy(), held.alone.copy(), epsilon=0.0, empty=False, residual=0.0)
    program = CoalitionProgram(scaled.worth)
    least = program.minimise(_unit_cost(len(held), len(held)))
    empty = least.level > TOLERANCE
    low, high, residual = _span(program, scaled, least.level if empty else max(least.level, 0.0))
    epsilon = least.level * scaled.size if abs(least.level) > TOLERANCE else 0.0
    return _range(held, low, high, epsilon=epsilon, empty=empty, residual=max(residual, least.residual) * scaled.size)


def in_core(
    payoffs: Floats | Sequence[float],
    *,
    game: CoalitionGame | None = None,
    worth: Floats | Sequence[float] | None = None,
    regions: Sequence[str] | None = None,
) -> bool:
    """Return whether no coalition complains, by one pass over the table."""
    return bool(allocate(as_game(game, worth, regions), payoffs).in_core)


def _span(program: CoalitionProgram, scaled: ScaledGame, level: float) -> tuple[Floats, Floats, float]:
    """Return least and most of each payoff at a level, and the largest residual."""
    players = program.players
    low, high, residual = np.empty(players), np.empty(players), 0.0
    # Where the least core is thin, rounding can leave it just out of reach: then a hair more is allowed.
    for slack in (0.0, 1e-10, TOLERANCE, 10 * TOLERANCE):
        program.hold_level(level + slack)
        try:
            answers = [_ends(program, player) for player in range(players)]
        except UnconvergedSolution:
            if slack == 10 * TOLERANCE:
                raise
            continue
        break
    for player, (least, most) in enumerate(answers):
        low[player], high[player] = least.payoffs[player], most.payoffs[player]
        residual = max(residual, least.residual, most.residual)
    return scaled.payoffs(low), scaled.payoffs(np.maximum(low, high)), residual


def _ends(program: CoalitionProgram, player: int) -> tuple[Answer, Answer]:
    cost = _unit_cost(program.players, player)
    return program.minimise(cost), program.minimise(-cost)


def _unit_cost(players: int, column: int) -> Floats:
    cost = np.zeros(players + 1)
    cost[column] = 1.0
    return cost


def _range(
    game: CoalitionGame, low: Floats, high: Floats, *, epsilon: float, empty: bool, residual: float
) -> CoreRange:
    return CoreRange(
        regions=game.regions,
        low=low,
        high=high,
        empty=empty,
        epsilon=epsilon,
        residual=residual,
        label="exact",
        unit=game.unit,
        status=game.status,
        notes=game.notes,
        costs_low=None if game.costs is None else game.costs - high,
        costs_high=None if game.costs is None else game.costs - low,
    )
