"""What subsidy rates are worth to a local government, 亿元 a year at base prices.

    payoff_n = al_Q dQ + al_F dF + al_J v dJ + al_W dW,      al >= 0, sum 1

    dQ = sum_j [Y'/c^ - sum_k g_k Y'/P^_k] - sum_j g Y       output, double deflated (双缩法)
    dF = own revenue' / PG^ - own revenue                    after subsidies, before transfers
    dJ = (L^ - 1) L                                          persons, v the value of a job
    dW = household + services column, by place               residents' welfare

Rates that leave the budget below its floor (三保), or less than a tenth of today's public purchases, are infeasible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.text import Text
from ronghe.simulate.columns import Columns, columns, start_accounts
from ronghe.simulate.outcome import accounts
from ronghe.simulate.race.worlds import AIM, Worlds

PAYOFFS = ("output", "revenue", "jobs", "welfare")
"""What a local government may be weighed by, in the order of every payoff array."""

TITLES = {
    "output": Text("不变价产出", "constant-price output"),
    "revenue": Text("地方收入", "local revenue"),
    "jobs": Text("就业", "jobs"),
    "welfare": Text("居民福利", "residents' welfare"),
}

LEAST_SERVICES = 0.1
"""A rate that leaves a region less than this share of today's public purchases is infeasible, floor or none [A]."""


@dataclass(frozen=True, slots=True, eq=False)
class Aims:
    """What the players want and may.

    Attributes
    ----------
    weights : array, shape (player, payoff)
        al, rows sum to 1, in the order of :data:`PAYOFFS`.
    job : array, shape (player,)
        Value of a job, 亿元 a person.
    most : array, shape (player,)
        Highest rate.
    floor : array, shape (player,), or None
        Least own revenue at base prices, 亿元 a year.
    counted : array, shape (player, player)
        1 where the row counts the payoff of the column: the identity where each is for itself.
    """

    weights: Floats
    job: Floats
    most: Floats
    floor: Floats | None
    counted: Floats


class Path(NamedTuple):
    """Worlds at several rates of one player.

    Attributes
    ----------
    points : array, shape (point,)
        Rates of the player.
    states : array, shape (point, state)
    values : array, shape (point,)
        What the player maximises, 亿元 a year.
    room : array, shape (point,)
        What the player's budget has above its floor, as a share of the baseline's; below 0 the rate is infeasible.
    solved : array of bool, shape (point,)
    """

    points: Floats
    states: Floats
    values: Floats
    room: Floats
    solved: Bools

    @property
    def feasible(self) -> Bools:
        """Return which points are solved and leave the budget above its floor, shape (point,)."""
        return self.solved & (self.room >= 0.0)


class Arena:
    """Worlds, and what they are worth to the players."""

    def __init__(self, worlds: Worlds, aims: Aims) -> None:
        self.worlds, self.aims = worlds, aims
        self.before = start_accounts(worlds.economy.world)
        world = worlds.economy.world
        self.income: Floats = aims.counted @ world.value_added[worlds.players]
        # Government of a region that buys nothing has nothing to keep up.
        self._served = self.before.government > 0
        self._people = np.zeros(len(world.regions))
        if world.residents is not None:
            self._people[world.domestic] = world.residents.sum(axis=0)

    def payoffs(self, rates: Floats, state: Floats) -> tuple[Floats, Floats]:
        """Return the payoffs of the players, (payoff, player), jobs in persons, and the room of budgets (player,)."""
        at, before = self.worlds.players, self.before
        after = accounts(self.worlds.problem(rates), state)
        own = after.own_revenue / after.government_prices
        # The columns household and services, by place; asked for thousands of times, they are added up here.
        kept = after.consumption / (before.consumption * after.people * after.household_prices)
        served = (before.budget * before.government * (after.services - 1.0)).sum(axis=0)
        welfare = before.consumption * (kept - 1.0) + served
        found = np.array([after.real_output, own - before.own_revenue, (after.people - 1.0) * self._people, welfare])
        bought = after.government / after.government_prices
        room = np.divide(bought, before.government, out=np.ones_like(bought), where=self._served) - LEAST_SERVICES
        if self.aims.floor is None:
            return found[:, at], room[at]
        above = (own[at] - self.aims.floor) / self.worlds.economy.world.value_added[at]
        return found[:, at], np.minimum(room[at], above)

    def worth(self, payoffs: Floats) -> Floats:
        """Return weighted payoffs, shape (player,), of payoffs (payoff, player)."""
        money = payoffs.copy()
        money[PAYOFFS.index("jobs")] *= self.aims.job
        total: Floats = (self.aims.weights.T * money).sum(axis=0)
        return total

    def path(
        self, player: int, rates: Floats, points: Floats, guesses: Floats, aim: float = AIM, *, last: bool = True
    ) -> Path:
        """Return the worlds at some rates of one player while all others keep theirs."""
        every = np.repeat(rates[None], len(points), axis=0)
        every[:, player] = points
        states, solved = self.worlds.solve(every, guesses, aim, last=last)
        values, room = np.full((2, len(points)), np.nan)
        for m in np.flatnonzero(solved):
            found, rooms = self.payoffs(every[m], states[m])
            values[m], room[m] = self.aims.counted[player] @ self.worth(found), rooms[player]
        return Path(points, states, values, room, solved)

    def columns(self, rates: Floats, state: Floats) -> Columns:
        """Return the three columns of a solved state against the baseline."""
        return columns(self.worlds.problem(rates), state, before=self.before)
