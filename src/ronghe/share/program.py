"""Linear programmes over payoffs x and one level epsilon, whose rows are coalitions.

    min  c·x + d·eps    x(N) = v(N),   x(S) + eps >= v(S) for every coalition S

There are 2**n rows; few matter. The programme starts with a few hundred, finds by one doubling pass
the coalitions its answer wrongs most, adds those and solves again from where it stood (HiGHS, dual
simplex). The answer is optimal for all rows once no coalition is wronged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import highspy
import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import UnconvergedSolution
from ronghe.base.text import Text
from ronghe.share.coalitions import indicators, totals
from ronghe.share.game import CoalitionGame

TOLERANCE = 1e-9
"""Largest violation left, on games scaled to max |v(S)| = 1."""
ADDED = 20
"""Rows added after each solve, at least."""
STARTING = 300
MOST_ROUNDS = 5000
INFINITY = highspy.kHighsInf


@dataclass(frozen=True, slots=True)
class ScaledGame:
    """Worths with v(i) = 0 and max |v(S)| = 1: what the solvers see.

    Attributes
    ----------
    worth : array, shape (2**n,)
        (v(S) - Σ v(i)) / size.
    alone : array, shape (n,)
        v(i), in the game's unit.
    size : float
        What one unit of the scaled game is worth; 0 for a game without any gain from acting together.
    """

    worth: Floats
    alone: Floats
    size: float

    def payoffs(self, scaled: Floats) -> Floats:
        """Return payoffs in the game's unit."""
        return scaled * self.size + self.alone


def scaled_game(game: CoalitionGame) -> ScaledGame:
    """Take the singletons' worths out and scale the rest; what is left of rounding counts as nothing."""
    joint = game.worth - totals(game.alone)
    size = float(np.max(np.abs(joint)))
    if size <= 1e-13 * game.scale * len(game):
        return ScaledGame(np.zeros_like(joint), game.alone, 0.0)
    return ScaledGame(joint / size, game.alone, size)


@dataclass(frozen=True, slots=True)
class Answer:
    """An optimum over all coalitions.

    Attributes
    ----------
    payoffs : array, shape (n,)
    level : float
        epsilon.
    row_duals : mapping of mask to dual
        Of the rows in the programme that are still inequalities.
    bound_duals : array, shape (n,)
        Reduced costs of x_i.
    residual : float
        Largest violation over all coalitions.
    """

    payoffs: Floats
    level: float
    row_duals: dict[int, float]
    bound_duals: Floats
    residual: float


class CoalitionProgram:
    """One HiGHS model that grows by the rows it needs."""

    def __init__(self, worth: Floats, *, lower: float = -INFINITY, seed: int = 0) -> None:
        self.worth = worth
        self.players = len(worth).bit_length() - 1
        self.open: Bools = np.ones(len(worth), dtype=bool)
        """Coalitions that may still enter as rows."""
        self.open[[0, -1]] = False
        self.entered: Bools = np.zeros(len(worth), dtype=bool)
        self.rows: dict[int, int] = {}
        self.highs = _model()
        for _ in range(self.players):
            self.highs.addVar(lower, INFINITY)
        self.highs.addVar(-INFINITY, INFINITY)
        columns = np.arange(self.players, dtype=np.int32)
        self.highs.addRow(worth[-1], worth[-1], self.players, columns, np.ones(self.players))
        self._add(_first_rows(self.players, seed))

    def minimise(self, costs: Floats) -> Answer:
        """Return the optimum of ``costs`` (n payoffs, then epsilon) over all open coalitions.

        Raises
        ------
        UnconvergedSolution
            If HiGHS finds no optimum, or rows do not come to an end.
        """
        for column, cost in enumerate(costs):
            self.highs.changeColCost(column, float(cost))
        for _ in range(MOST_ROUNDS):
            values = self._solved()
            excess = self.worth - totals(values[:-1]) - values[-1]
            excess[~self.open] = -np.inf
            fresh = np.flatnonzero((excess > TOLERANCE) & ~self.entered)
            if not len(fresh):
                return self._answer(values, max(float(excess.max(initial=0.0)), 0.0))
            count = max(ADDED, self.players)
            if len(fresh) > count:
                fresh = fresh[np.argpartition(-excess[fresh], count)[:count]]
            self._add(fresh)
        raise _unsolved(f"{MOST_ROUNDS} rounds")

    def hold_level(self, level: float) -> None:
        """Fix epsilon."""
        self.highs.changeColBounds(self.players, level, level)

    def fix_coalition(self, mask: int, received: float) -> None:
        """Turn a coalition's row into x(S) = received."""
        row = self.rows[mask]
        self.highs.changeCoeff(row, self.players, 0.0)
        self.highs.changeRowBounds(row, received, received)

    def fix_payoff(self, player: int, payoff: float) -> None:
        """Fix one region's payoff."""
        self.highs.changeColBounds(player, payoff, payoff)

    def close(self, closed: Bools, keep: Iterable[int]) -> None:
        """Take coalitions out: their complaint is settled by what is fixed. Rows in ``keep`` stay as they are."""
        newly = closed & self.open
        self.open &= ~closed
        newly[list(keep)] = False
        for mask, row in self.rows.items():
            if newly[mask]:
                self.highs.changeRowBounds(row, -INFINITY, INFINITY)

    def _add(self, masks: Ints) -> None:
        fresh = masks[self.open[masks] & ~self.entered[masks]]
        self.entered[fresh] = True
        table = np.column_stack((indicators(fresh, self.players), np.ones(len(fresh))))
        rows, columns = np.nonzero(table)
        starts = np.searchsorted(rows, np.arange(len(fresh))).astype(np.int32)
        first = self.highs.getNumRow()
        self.highs.addRows(
            len(fresh),
            self.worth[fresh],
            np.full(len(fresh), INFINITY),
            len(rows),
            starts,
            columns.astype(np.int32),
            table[rows, columns],
        )
        self.rows.update((int(mask), first + number) for number, mask in enumerate(fresh))

    def _solved(self) -> Floats:
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self.highs.clearSolver()
            self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise _unsolved(str(self.highs.modelStatusToString(self.highs.getModelStatus())))
        return np.array(self.highs.getSolution().col_value)

    def _answer(self, values: Floats, residual: float) -> Answer:
        solution = self.highs.getSolution()
        duals = np.array(solution.row_dual)
        open_rows = {mask: float(duals[row]) for mask, row in self.rows.items() if self.open[mask]}
        return Answer(values[:-1], float(values[-1]), open_rows, np.array(solution.col_dual)[:-1], residual)


def quiet_highs(**settings: bool | int | float | str) -> highspy.Highs:
    """Return an empty model that prints nothing and uses one thread."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in {"output_flag": False, "threads": 1, **settings}.items():
        highs.setOptionValue(name, value)
    return highs


def _model() -> highspy.Highs:
    return quiet_highs(
        presolve="off", solver="simplex", primal_feasibility_tolerance=1e-10, dual_feasibility_tolerance=1e-10
    )


def _first_rows(players: int, seed: int) -> Ints:
    """Singletons, their complements, and a random sample over all sizes."""
    everybody = 2**players - 1
    if everybody <= STARTING:
        return np.arange(1, everybody, dtype=np.int64)
    singles = 2 ** np.arange(players, dtype=np.int64)
    draw = np.random.default_rng(seed)
    chosen = draw.random((STARTING, players)) < draw.uniform(0.1, 0.9, (STARTING, 1))
    return np.unique(np.concatenate((singles, everybody - singles, chosen @ singles)))


def _unsolved(state: str) -> UnconvergedSolution:
    return UnconvergedSolution(
        Text(
            f"线性规划没有得到最优解（{state}），因此不给出数字。请检查各联盟的值是否相差过大。",
            f"The linear programme has no optimum to show ({state}), so no number is given. "
            "See whether the worths differ by too many orders of magnitude.",
        )
    )
