"""From starts to a certified rest point of a race.

Sweeps of best replies run from every start; a rest point is held against 201 rates of every player. If one of them
pays, the sweeps go on from there. Rest points further apart than 1e-5 are several equilibria.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.simulate.race.deviations import deviations
from ronghe.simulate.race.payoffs import Arena
from ronghe.simulate.race.replies import Answers, sequential
from ronghe.simulate.solver.solve import TOLERANCE

Kind = Literal["converged", "several", "cycle", "stopped", "deviation", "no room", "unchecked", "inconsistent"]

WORST: tuple[Kind, ...] = ("no room", "deviation", "unchecked", "cycle")
"""What is said of several failures: the first of these."""

PAYS = 1e-9
"""A deviation pays if it brings more than this share of income."""

AGREE = 1e-5
AT_BOUND = 1e-6
ROUNDS = 6
SEED = 20_240_103


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """Rates at which no one moves, the state of the world there, and the sweeps it took.

    Attributes
    ----------
    rates : array, shape (player,)
    state : array
        See :mod:`ronghe.simulate.solver.coefficients`.
    """

    rates: Floats
    state: Floats
    sweeps: int
    deviation: float = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class RaceCertificate:
    """What was checked about a race.

    Attributes
    ----------
    sweeps, solves : int
        Sweeps of best replies from the start that ended at the answer; worlds solved in all.
    deviation : float
        Most that any player gets by another rate of the grid, as a share of income; at most 0 at a rest point.
    residual : float
        Of the equations at the answer, by the second formula.
    starts, agreed, cycled : int
        Starts tried; how many ended at the answer; how many went round in a cycle.
    equilibria : tuple of array, shape (player,)
        Rates of every certified rest point.
    at_most, at_budget : tuple of int
        Players whose rate is at the highest allowed; whose budget is at its floor.
    one_of_tops : bool
        One sum is maximised, starts ended at several local tops, and this is the highest of those found.
    """

    kind: Kind
    sweeps: int = 0
    solves: int = 0
    deviation: float = float("nan")
    residual: float = float("nan")
    starts: int = 0
    agreed: int = 0
    cycled: int = 0
    equilibria: tuple[Floats, ...] = ()
    at_most: tuple[int, ...] = ()
    at_budget: tuple[int, ...] = ()
    one_of_tops: bool = False


@dataclass(slots=True, eq=False)
class _Found:
    rests: list[Rest] = field(default_factory=list)
    reached: list[int] = field(default_factory=list)
    failures: list[Kind] = field(default_factory=list)


def rest_point(
    arena: Arena, starts: list[Floats], *, joint: bool = False, threads: int | None = None
) -> tuple[RaceCertificate, Rest | None]:
    """Return the rest point that the starts lead to, with its certificate.

    Parameters
    ----------
    starts : list of array, shape (player,)
    joint : bool
        All players maximise one sum: of several local optima the best is the answer.
    """
    found = _Found()
    before = arena.worlds.solves
    for start in starts:
        _follow(arena, start, found, check=not joint, threads=threads)
    if joint and found.rests:
        # Of local tops the highest counts, and it alone is held against the grid; where that moves it, it counts anew.
        sums = [arena.worth(arena.payoffs(rest.rates, rest.state)[0]).sum() for rest in found.rests]
        answered = int(np.argmax(sums))
        best = _Found(failures=found.failures)
        _follow(arena, found.rests[answered].rates, best, check=True, threads=threads)
        moved = not best.rests or np.abs(best.rests[0].rates - found.rests[answered].rates).max() > AGREE
        found = _Found(best.rests, [] if moved else [0] * found.reached.count(answered), best.failures)
    solves, cycled = arena.worlds.solves - before, found.failures.count("cycle")
    if not found.rests:
        failed: Kind = next((kind for kind in WORST if kind in found.failures), "stopped")
        return RaceCertificate(failed, solves=solves, starts=len(starts), cycled=cycled), None
    answer = found.rests[0]
    residual = max(arena.worlds.residuals(answer.rates, answer.state).values())
    room = arena.payoffs(answer.rates, answer.state)[1]
    kind: Kind = "converged" if len(found.rests) == 1 else "several"
    if not residual <= 10 * TOLERANCE:
        kind = "inconsistent"
    most = arena.aims.most
    certificate = RaceCertificate(
        kind=kind,
        sweeps=answer.sweeps,
        solves=solves,
        deviation=answer.deviation,
        residual=residual,
        starts=len(starts),
        agreed=found.reached.count(0),
        cycled=cycled,
        equilibria=tuple(rest.rates for rest in found.rests),
        at_most=_where((answer.rates >= most - AT_BOUND) & (most > 0)),
        at_budget=_where(room <= AT_BOUND),
        one_of_tops=joint and found.reached.count(0) < len(starts) - len(found.failures),
    )
    return certificate, answer


def _follow(arena: Arena, start: Floats, found: _Found, *, check: bool, threads: int | None) -> None:
    """Follow one start to a rest point, or note how it failed."""
    rates = np.minimum(start, arena.aims.most)
    state = reached(arena, rates)
    kind: Kind = "stopped"
    for _ in range(ROUNDS):
        if state is None:
            break
        answers = Answers(arena, rates, state)
        rates, ending, sweeps = sequential(answers, rates)
        if ending != "still":
            kind = "cycle" if ending == "cycle" else "stopped"
            break
        state = arena.worlds.at(rates, answers.state)
        if state is None:
            break
        near = [m for m, rest in enumerate(found.rests) if np.abs(rest.rates - rates).max(initial=0.0) <= AGREE]
        if near:
            found.reached.append(near[0])
            return
        worth, room = arena.payoffs(rates, state)
        if room.min(initial=0.0) < -AT_BOUND:
            kind = "no room"
            break
        if not check:
            found.rests.append(Rest(rates, state, sweeps))
            found.reached.append(len(found.rests) - 1)
            return
        now = arena.aims.counted @ arena.worth(worth)
        checks = deviations(arena, rates, state, now=now, threads=threads)
        if not all(check.whole for check in checks):
            kind = "unchecked"
            break
        gains = np.array([check.values.max() for check in checks]) - now
        most = float((gains / arena.income).max(initial=-np.inf))
        if most <= PAYS:
            found.rests.append(Rest(rates, state, sweeps, most))
            found.reached.append(len(found.rests) - 1)
            return
        kind, better = "deviation", int(np.argmax(gains / arena.income))
        rates = rates.copy()
        rates[better] = checks[better].best
        state = reached(arena, rates)
    found.failures.append(kind)


def reached(arena: Arena, rates: Floats) -> Floats | None:
    """Return the state at rates far from the baseline, in steps where one is too long; None where there is none."""
    for parts in (1, 4, 16):
        state: Floats | None = arena.worlds.base.start
        for part in range(1, parts + 1):
            state = arena.worlds.at(part / parts * rates, state)
            if state is None:
                break
        if state is not None:
            return state
    return None


def highest(arena: Arena, parts: int = 16) -> tuple[Floats, Floats | None]:
    """Return the largest even share of the highest rates that every budget bears, and the state there."""
    best, state = np.zeros(len(arena.aims.most)), arena.worlds.base.start
    for part in range(parts + 1):
        rates = part / parts * arena.aims.most
        there = arena.worlds.at(rates, state)
        if there is None or arena.payoffs(rates, there)[1].min(initial=0.0) < 0.0:
            break
        best, state = rates, there
    return best, state


def _where(mask: Bools) -> tuple[int, ...]:
    return tuple(int(i) for i in np.flatnonzero(mask))
