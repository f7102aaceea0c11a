"""The subsidy race (competition cost, 竞争成本): overbidding for investment, and joint restraint.

Each region sets one rate s_i on the output of named sectors, paid from local revenue, to get the most of its own
payoff; capital follows.

    race        s_i = argmax payoff_i(s, s_-i),  0 <= s_i <= s_max            (Nash)
    restraint   members maximise the sum of their payoffs, or keep to a cap;  everyone else goes on answering

A rest point is certified: no region gets more than 1e-9 of its income by any of 201 other rates, other starts end
there too, and the equations hold by a second formula. Ossa finds observed rates nearer to co-operation than to Nash;
a race on assumed weights is an illustration, and stands outside every sum.

References
----------
.. [1] R. Ossa, "Trade Wars and Trade Talks with Data", 2014 (Nash policies in changes).
.. [2] R. Ossa, "A Quantitative Analysis of Subsidy Competition in the U.S.", NBER working paper 20975, 2015.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault, UnconvergedSolution
from ronghe.base.status import Status, weakest
from ronghe.base.text import Text
from ronghe.simulate.closure import Closure
from ronghe.simulate.columns import Columns
from ronghe.simulate.economy import Economy
from ronghe.simulate.race.asked import kind, names, number, of_search, settle, whole
from ronghe.simulate.race.payoffs import PAYOFFS, Arena
from ronghe.simulate.race.rest import SEED, RaceCertificate, Rest, highest, rest_point
from ronghe.simulate.race.setup import Weights, Where, arena, positions
from ronghe.simulate.race.words import race_text

MOST = 0.25
STARTS = 3


@dataclass(frozen=True, eq=False)
class SubsidyGame:
    """Rates at rest, behind a certificate; any number of an unconverged race raises.

    Attributes
    ----------
    arena : Arena
        The worlds of the race and what they are worth.
    certificate : RaceCertificate
        ``certificate.equilibria`` lists every rest point found where there are several.
    members : array of bool, shape (player,), or None
        Who restrains together; None in a race.
    cap : float or None
        The rate that members keep to, where it is a cap that restrains them.
    """

    arena: Arena
    certificate: RaceCertificate
    _rest: Rest | None
    members: Bools | None = None
    cap: float | None = None

    @property
    def players(self) -> tuple[str, ...]:
        """Codes of the players."""
        return tuple(self.arena.worlds.economy.regions[i] for i in self.arena.worlds.players)

    @property
    def converged(self) -> bool:
        """Whether the numbers may be used."""
        return self.certificate.kind == "converged"

    @property
    def label(self) -> Status:
        """Weights and the highest rate are assumed, whatever the table."""
        return weakest([self.arena.worlds.economy.status, "assumed"])

    @property
    def status_text(self) -> Text:
        """What happened, in one sentence."""
        names = [self.arena.worlds.economy.names[i] for i in self.arena.worlds.players]
        return race_text(self.certificate, names)

    @property
    def status(self) -> str:
        """The English sentence."""
        return self.status_text.en

    def require(self) -> Rest:
        """Return the rest point; raise :class:`UnconvergedSolution` unless converged."""
        if not self.converged or self._rest is None:
            text = self.status_text
            raise UnconvergedSolution(Text(f"补贴竞争没有可用的结果：{text.zh}。", f"No usable race: {text.en}."))
        return self._rest

    @property
    def rates(self) -> Floats:
        """Rates of the players, shape (player,)."""
        return self.require().rates

    @cached_property
    def columns(self) -> Columns:
        """Household, services and payable part against the baseline, each (region,), 亿元 a year."""
        found = self.require()
        return self.arena.columns(found.rates, found.state)

    @cached_property
    def payoffs(self) -> Floats:
        """Payoffs in the order output, revenue, jobs, welfare, shape (payoff, player); jobs in persons."""
        found = self.require()
        return self.arena.payoffs(found.rates, found.state)[0]

    @property
    def output(self) -> Floats:
        """Constant-price output less the baseline's, shape (player,)."""
        made: Floats = self.payoffs[PAYOFFS.index("output")]
        return made

    @property
    def worth(self) -> Floats:
        """Weighted payoff of each player, shape (player,), 亿元 a year."""
        return self.arena.worth(self.payoffs)


def subsidy_game(
    *,
    economy: Economy,
    players: Where | None = None,
    sectors: Sequence[str] | None = None,
    weights: Weights,
    job_value: float | None = None,
    most: float = MOST,
    floor: Mapping[str, float] | None = None,
    closure: Closure = "long",
    starts: int = STARTS,
    seed: int = SEED,
    threads: int | None = None,
) -> SubsidyGame:
    """Find the rates at which no region changes its own.

    Parameters
    ----------
    players : Area, its name, or list of names or codes, optional
        Every domestic region if left out; others keep the baseline's rates.
    sectors : sequence of str, optional
        Where the rate is paid; industry if left out, or the first traded sector where there is none.
    weights : mapping
        al of ``output``, ``revenue``, ``jobs`` and ``welfare``, one number or one a player; they add up to 1.
    job_value : float, optional
        亿元 a person; needed where jobs have a weight.
    most : float
        s_max: highest rate.
    floor : mapping of region to float, optional
        Least own revenue after subsidies, at base prices, 亿元 a year (三保); rates that break it are infeasible.
    closure : {"short", "medium", "long"}
        Capital moves in ``long`` only.
    starts : int
        Sweeps begin at 0, at the highest even rate that every budget bears, and at seeded rates below it.
    threads : int, optional
        Of the check; as many as the machine offers if left out.

    Raises
    ------
    UnknownRegion, UnknownName, ParameterFault
        For names there are not, and every wrong number.
    NotIdentified
        If the tables cannot tell what a change of cost brings.
    """
    settle(of_search(closure=closure, starts=starts, seed=seed, threads=threads))
    made = arena(economy=economy, players=players, sectors=sectors, weights=weights, job_value=job_value, most=most,
                 floor=floor, closure=closure)  # fmt: skip
    return raced(made, starts=starts, seed=seed, threads=threads)


def raced(made: Arena, *, starts: int, seed: int, threads: int | None) -> SubsidyGame:
    """Return the race in an arena."""
    return SubsidyGame(made, *rest_point(made, _starts(made, starts, seed), threads=threads))


def restraint(
    *,
    game: SubsidyGame,
    members: Where | None = None,
    cap: float | None = None,
    threads: int | None = None,
) -> SubsidyGame:
    """Find the rates when members restrain together and everyone else goes on answering.

    Parameters
    ----------
    game : SubsidyGame
        The race they leave; it need not have come to rest.
    members : Area, its name, or list of names or codes, optional
        Among the players; all of them if left out.
    cap : float, optional
        A named cap instead of the joint optimum: each member stays for itself, at no more than this rate.

    Returns
    -------
    SubsidyGame
        Where all players are members, of several local optima the one with the largest sum.

    Raises
    ------
    ParameterFault
        For what is no race, members that do not play, or a cap outside [0, s_max].
    """
    settle([*kind("game", game, SubsidyGame), *names("members", members)])
    worlds, aims = game.arena.worlds, game.arena.aims
    inside = _inside(game, members)
    faults = [] if cap is None else number("cap", cap, 0.0, float(aims.most.max()))
    settle(faults + ([] if threads is None else whole("threads", threads, 1)))
    if cap is not None:
        aims = replace(aims, most=np.where(inside, np.minimum(cap, aims.most), aims.most))
    else:
        together = np.outer(inside, inside) | np.eye(len(inside), dtype=bool)
        aims = replace(aims, counted=together.astype(float))
    made = Arena(worlds, aims)
    begun = [np.zeros(len(inside)), highest(made)[0]]
    if game.converged:
        raced = np.minimum(game.rates, aims.most)
        begun += [raced, np.where(inside, 0.0, raced)]
    one = cap is None and bool(inside.all())
    return SubsidyGame(made, *rest_point(made, begun, joint=one, threads=threads), inside, cap)


def _starts(made: Arena, count: int, seed: int) -> list[Floats]:
    """Return the starts: 0, the highest even rate, and seeded ones below it."""
    none = np.zeros(len(made.worlds.players))
    if count < 2:
        return [none]
    top, rng = highest(made)[0], np.random.default_rng(seed)
    return [none, top, *(rng.uniform(0.0, top) for _ in range(count - 2))]


def _inside(game: SubsidyGame, members: Where | None) -> Bools:
    """Return which players are members."""
    worlds = game.arena.worlds
    if members is None:
        return np.ones(len(worlds.players), dtype=bool)
    wanted = positions(worlds.economy, members)
    if not len(wanted) or not np.isin(wanted, worlds.players).all():
        raise ParameterFault(
            Text("成员应是参与方，至少一个。", "Members must be players of the race, one of them at least.")
        )
    return np.isin(worlds.players, wanted)
