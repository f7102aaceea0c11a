"""What all openings of one scenario share, and the solving of a few of them.

K_now and K_open are kept once; the kernel of an opening is K_open on its pairs and K_now elsewhere. A seeded sample is
certified in full, with other starts; the others carry residual and radius.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import local
from typing import Literal

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.text import Text
from ronghe.simulate.batches.group import Group
from ronghe.simulate.batches.map import fits, lanes_for
from ronghe.simulate.batches.measures import BY_HOME, MEASURES, NO_CHANGE, Together, measured
from ronghe.simulate.binding import Bound, shock_of
from ronghe.simulate.closure import Closure
from ronghe.simulate.columns import start_accounts
from ronghe.simulate.economy import Economy
from ronghe.simulate.held import held_notes, require_moving, several_likely
from ronghe.simulate.shock import Shock, kernel_of
from ronghe.simulate.solver.certificate import Kind, certify, spectral_radius
from ronghe.simulate.solver.solve import Equilibrium, Problem, solve_problem

Radius = Literal["every", "sample"]

KINDS: tuple[Kind, ...] = ("converged", "stopped", "inconsistent", "several", "unstable")
SAMPLE = 0.01
SEED = 20_240_102


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Openings solved.

    Attributes
    ----------
    values : array, shape (opening, measure, region)
        NaN where an opening has no usable equilibrium.
    checks : array, shape (opening, 4)
        Place of the kind in ``KINDS``, largest residual, spectral radius, steps.
    """

    values: Floats
    checks: Floats


def sample_of(among: Ints, count: int) -> Ints:
    """Return a seeded 1 % of ``count``, at least one, drawn from those that open something."""
    most = min(max(1, round(SAMPLE * count)), len(among))
    return np.sort(np.random.default_rng(SEED).choice(among, size=most, replace=False)) if most else among


def _kind(good: bool, invested: bool, radius: float | None) -> Kind:
    """Return the kind of one solve; a radius that was asked for and not found below 1 is none."""
    if not good:
        return "stopped"
    if not invested:
        return "inconsistent"
    return "converged" if radius is None or radius < 1.0 else "unstable"


class Case:
    """Solves openings of one scenario.

    Parameters
    ----------
    widest : array of bool, shape (buyer, seller)
        All pairs of any opening: its problem gives the direction from which the radii of the others are found.
    radius : {"every", "sample"}
        Whether every opening has its radius, or the certified sample only.
    """

    def __init__(
        self, economy: Economy, bound: Bound, widest: Bools, *, closure: Closure, tolerance: float, radius: Radius
    ) -> None:
        self.economy, self.bound, self.closure = economy, bound, closure
        self.tolerance, self.radius = tolerance, radius
        require_moving(bound, economy.world, economy.parameters, closure)
        economy.now(closure).require()
        self.zone = several_likely(economy.world, economy.parameters, closure)
        self.base = economy.problem(Shock(), closure=closure)
        self.kernel_open = kernel_of(economy.world, shock_of(bound, economy.world))
        self.before = start_accounts(economy.world)
        # A forbidden pair may leave parts that trade with no one: then each opening is prepared by itself.
        closes = bool((self.base.kernel[self.kernel_open <= 0] > 0).any())
        trade_only = not any(piece.beside is not None or piece.tariffs is not None for piece in bound.pieces)
        self.plain = trade_only and self.base.net.size == 0 and not closes
        self.homes = self.base.coefficients.kappa > 0
        self.names = (*MEASURES, *BY_HOME) if self.homes else MEASURES
        self.together = Together(self.base, self.before) if self.plain and fits(self.base) else None
        self.lanes = lanes_for(self.base)
        self.near = self._leading(widest)
        self.held = local()

    @property
    def notes(self) -> tuple[Text, ...]:
        """What is to be said of every opening: what is held, and whether several equilibria are likely."""
        economy = self.economy
        held = held_notes(self.bound, economy.world, economy.parameters, self.closure)
        return (*self.bound.notes, *held, *economy.world.notes, *(() if self.zone is None else (self.zone,)))

    @property
    def nothing(self) -> Floats:
        """Measures of an opening of no pair, shape (measure, region)."""
        count = len(self.economy.regions)
        return np.array([np.full(count, NO_CHANGE.get(name, 0.0)) for name in self.names])

    def shock(self, mask: Bools) -> Shock:
        """Return the shock of one opening."""
        return shock_of(self.bound, self.economy.world, only=mask)

    def problem(self, mask: Bools) -> Problem:
        """Return the prepared problem of one opening."""
        if self.plain:
            return replace(self.base, kernel=np.where(mask, self.kernel_open, self.base.kernel))
        return self.economy.problem(self.shock(mask), closure=self.closure)

    def solve(self, masks: Bools, certified: Bools) -> Rows:
        """Solve openings, shape (opening, buyer, seller); certify those that ``certified`` says.

        Where several equilibria are likely all of them are certified, from several starts.
        """
        certified = certified | (self.zone is not None)
        values = np.repeat(self.nothing[None], len(masks), axis=0)
        checks = np.zeros((len(masks), 4))
        live = np.flatnonzero(masks.any(axis=(1, 2)))
        for first in range(0, len(live), self.lanes):
            at = live[first : first + self.lanes]
            values[at], checks[at] = self._few(masks[at], certified[at])
        values[checks[:, 0] > 0] = np.nan
        return Rows(values, checks)

    def _few(self, masks: Bools, certified: Bools) -> tuple[Floats, Floats]:
        ask = np.full(len(masks), self.radius == "every") | certified
        values = np.zeros((len(masks), len(self.names), len(self.economy.regions)))
        invested, radii = np.ones(len(masks), dtype=bool), np.full(len(masks), np.nan)
        found: list[Equilibrium | None] = [None] * len(masks)
        if self.together is not None:
            made = self._group().solve(masks, tolerance=0.1 * self.tolerance, radius=self.radius == "every")
            values, invested = self.together.measured(made.states, made.output)
            radii = np.where(ask, made.radii, np.nan)
            for k in np.flatnonzero(made.residuals <= self.tolerance).tolist():
                residual, steps = float(made.residuals[k]), int(made.steps[k])
                found[k] = Equilibrium(made.states[k], steps, residual, True, "anderson", self.tolerance)
        kinds, checks = np.zeros(len(masks)), np.zeros((len(masks), 4))
        for k, mask in enumerate(masks):
            one = found[k]
            if one is None:
                problem = self.problem(mask)
                one = solve_problem(problem, tolerance=0.1 * self.tolerance)
                radii[k] = np.nan
                if one.residual <= self.tolerance:
                    values[k], invested[k] = measured(problem, one.state, self.before, homes=self.homes)
            good = one.residual <= self.tolerance
            if ask[k] and good and np.isnan(radii[k]):
                radii[k] = spectral_radius(self.problem(mask), one.state, near=self.near)[0]
            kinds[k] = KINDS.index(_kind(good, bool(invested[k]), float(radii[k]) if ask[k] else None))
            if certified[k] and kinds[k] == 0:
                kinds[k] = KINDS.index(self._certified(mask, one))
            checks[k] = kinds[k], one.residual, radii[k], one.steps
        return values, checks

    def _certified(self, mask: Bools, found: Equilibrium) -> Kind:
        shock = self.shock(mask)
        problem = self.economy.problem(shock, closure=self.closure)
        return certify(problem, shock, replace(found, converged=True, tolerance=self.tolerance),
                       closure=self.closure).kind  # fmt: skip

    def _leading(self, mask: Bools) -> Floats | None:
        """Return the leading direction of one opening's map, or None where it has no equilibrium."""
        problem = self.problem(mask)
        found = solve_problem(problem, tolerance=0.1 * self.tolerance)
        return spectral_radius(problem, found.state)[1] if found.residual <= self.tolerance else None

    def _group(self) -> Group:
        """Return this thread's group."""
        if not hasattr(self.held, "group"):
            self.held.group = Group(self.base, self.kernel_open, self.near)
        group: Group = self.held.group
        return group
