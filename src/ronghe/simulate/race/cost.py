"""Competition cost (竞争成本): what documented subsidies cost against restraint, and capacity that stands idle.

    gain of restraint = columns(rates under restraint) - columns(documented rates),      baseline: the documented ones

The race on assumed weights stands beside it as a check of how far documented rates are from open rivalry, outside the
figure. What is not documented is not measured (未测): it has no number and stays outside every sum.

References
----------
.. [1] R. Ossa, "A Quantitative Analysis of Subsidy Competition in the U.S.", NBER working paper 20975, 2015.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import NotIdentified
from ronghe.base.region import find_region
from ronghe.base.status import WORDS, Status, weakest
from ronghe.base.text import Text
from ronghe.simulate.checks import shown
from ronghe.simulate.closure import Closure
from ronghe.simulate.columns import Columns
from ronghe.simulate.economy import Economy
from ronghe.simulate.race.asked import kind, names, number, of_search, settle
from ronghe.simulate.race.capacity import Capacity
from ronghe.simulate.race.game import MOST, STARTS, SubsidyGame, raced, restraint
from ronghe.simulate.race.payoffs import Aims, Arena
from ronghe.simulate.race.rest import SEED, rest_point
from ronghe.simulate.race.setup import Weights, Where, arena, named, positions
from ronghe.simulate.race.worlds import Worlds

Outsiders = Literal["answer", "documented"]

UNTOLD = Text(
    "未测：没有记录的补贴率（税收和基金账户）", "no data: no documented subsidy rates (tax and fund accounts)"
)
UNREGISTERED = Text(
    "未测：没有登记的产能（项目投资和利用率）", "no data: no registered capacity (outlay and utilisation)"
)


@dataclass(frozen=True, eq=False)
class CompetitionCost:
    """The channel's figure, its check, and idle capacity; each with a number only where it is documented.

    Attributes
    ----------
    members : array of bool, shape (region,)
    documented : array, shape (sector, region), or None
        Rates of the baseline.
    restrained : SubsidyGame or None
        The rates under restraint.
    race : SubsidyGame or None
        Open rivalry, an illustration beside the figure.
    capacity : Capacity or None
    label : Status
        Weakest word of what the gain rests on.
    """

    members: Bools
    documented: Floats | None
    restrained: SubsidyGame | None
    race: SubsidyGame | None
    capacity: Capacity | None
    label: Status

    @property
    def columns(self) -> Columns:
        """Gain of restraint against the documented rates, each column (region,), 亿元 a year.

        Raises
        ------
        NotIdentified
            Without documented rates.
        UnconvergedSolution
        """
        if self.restrained is None:
            raise NotIdentified("competition_cost", UNTOLD)
        return self.restrained.columns

    @property
    def idle_capacity(self) -> float:
        """Yearly cost of registered idle capacity, 亿元 a year.

        Raises
        ------
        NotIdentified
            Without a register.
        """
        if self.capacity is None:
            raise NotIdentified("competition_cost", UNREGISTERED)
        return float(self.capacity.idle.sum())

    @property
    def documented_share(self) -> float:
        """Documented outlay rate of the racers over that of open rivalry, weighted by output; NaN if that is 0."""
        if self.restrained is None or self.race is None:
            raise NotIdentified("competition_cost", UNTOLD)
        worlds = self.race.arena.worlds
        made = worlds.economy.world.output[np.ix_(worlds.sectors, worlds.players)]
        paid = worlds.economy.world.subsidies[np.ix_(worlds.sectors, worlds.players)]
        raced = float((self.race.rates * made).sum())
        return float((paid * made).sum()) / raced if raced > 0 else float("nan")

    @property
    def status_text(self) -> Text:
        """What is measured and what is not, in one sentence."""
        rates = UNTOLD if self.restrained is None else Text("补贴：", "subsidies: ") + self.restrained.status_text
        if self.capacity is None:
            built = UNREGISTERED
        else:
            count = len(self.capacity.projects)
            word = WORDS[self.capacity.status]
            built = Text(f"重复产能：{count}个登记项目（{word.zh}）",
                         f"duplicated capacity: {count} registered projects ({word.en})")  # fmt: skip
        return rates + Text("；", "; ") + built

    @property
    def status(self) -> str:
        """The English sentence."""
        return self.status_text.en


def competition_cost(
    *,
    economy: Economy,
    members: Where | None = None,
    sectors: Sequence[str] | None = None,
    weights: Weights,
    job_value: float | None = None,
    cap: float | None = None,
    outsiders: Outsiders = "answer",
    capacity: Capacity | None = None,
    most: float = MOST,
    floor: Mapping[str, float] | None = None,
    closure: Closure = "long",
    starts: int = STARTS,
    seed: int = SEED,
    threads: int | None = None,
) -> CompetitionCost:
    """Return what the members' documented subsidies cost against restraint.

    Parameters
    ----------
    economy : Economy
        With documented rates in ``world.blocks.subsidies``; without them nothing is solved and there is no number.
    members : Area, its name, or list of names or codes, optional
        Who restrains; every domestic region if left out.
    cap : float, optional
        A named cap instead of the joint optimum: documented rates above it come down to it.
    outsiders : {"answer", "documented"}
        Domestic regions outside go on answering, or keep their documented rates.
    capacity : Capacity, optional
        Registered projects.

    Raises
    ------
    UnknownRegion, UnknownName, ParameterFault
        For names there are not, and every wrong number.
    NotIdentified
        If the tables cannot tell what a change of cost brings.

    See Also
    --------
    ronghe.simulate.race.subsidy_game : The other arguments.
    """
    _check(economy, members, sectors, cap, outsiders, capacity)
    settle(of_search(closure=closure, starts=starts, seed=seed, threads=threads))
    at, chosen = positions(economy, members), named(economy, sectors)
    codes = [economy.regions[i] for i in at]
    made = arena(
        economy=economy, players=codes if outsiders == "documented" else None, sectors=sectors, weights=weights,
        job_value=job_value, most=most, floor=floor, closure=closure,
    )  # fmt: skip
    inside = np.isin(np.arange(len(economy.regions)), at)
    rates = economy.world.blocks.subsidies
    if rates is None or not rates[np.ix_(chosen, at)].any():
        return CompetitionCost(inside, None, None, None, capacity, "computed")
    race = raced(made, starts=starts, seed=seed, threads=threads)
    if cap is None:
        restrained = restraint(game=race, members=codes, threads=threads)
    else:
        restrained = _capped(race, at, rates, cap, threads)
    return CompetitionCost(inside, rates, restrained, race, capacity, weakest([race.label, economy.status]))


def _capped(race: SubsidyGame, at: Ints, rates: Floats, cap: float, threads: int | None) -> SubsidyGame:
    """Return the race of the others when a cap binds members where more is documented; what is below it stays."""
    worlds, aims = race.arena.worlds, race.arena.aims
    paid = rates.copy()
    where = np.ix_(worlds.sectors, at)
    paid[where] = np.minimum(cap, paid[where])
    free = ~np.isin(worlds.players, at)
    left = Worlds(
        worlds.economy, players=worlds.players[free], sectors=worlds.sectors, closure=worlds.closure, paid=paid
    )
    floor = None if aims.floor is None else aims.floor[free]
    made = Arena(left, Aims(aims.weights[free], aims.job[free], aims.most[free], floor, np.eye(int(free.sum()))))
    return SubsidyGame(made, *rest_point(made, [np.zeros(int(free.sum()))], threads=threads), None, cap)


def _check(economy: object, members: object, sectors: object, cap: object, outsiders: object, capacity: object) -> None:
    """Tell every fault of what only this channel is asked with."""
    faults = [*kind("economy", economy, Economy), *names("members", members), *names("sectors", sectors)]
    faults += [] if cap is None else number("cap", cap, 0.0, 1.0)
    known = get_args(Outsiders)
    if not isinstance(outsiders, str) or outsiders not in known:
        read = shown(outsiders)
        faults.append(Text(f"outsiders 可用 {'、'.join(known)}，读到 {read}",
                           f"outsiders is one of {', '.join(known)}; read {read}"))  # fmt: skip
    settle(faults + ([] if capacity is None else kind("capacity", capacity, Capacity)))
    if isinstance(capacity, Capacity) and isinstance(economy, Economy):
        for region in capacity.regions:
            find_region(region, among=(*economy.region_list, *economy.known))
