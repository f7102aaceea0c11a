"""Many solves on one world under one closure: each keeps its residual, a seeded 1 % of them are certified in full.

A sampled solve that the certificate does not call converged counts as one that stopped: no number comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Lock

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import UnconvergedSolution
from ronghe.base.text import Text
from ronghe.simulate.closure import Closure
from ronghe.simulate.columns import COLUMNS, columns, start_accounts
from ronghe.simulate.outcome import Accounts
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver.certificate import certify
from ronghe.simulate.solver.solve import TOLERANCE, Problem, prepare, solve_problem
from ronghe.simulate.world import World

SHARE = 0.01
SEED = 20_240_103


@dataclass(eq=False)
class Record:
    """What is known of a row of solves; several worlds may share one.

    Attributes
    ----------
    solved, failed : int
        Equilibria found, and those that stopped or whose certificate failed.
    sampled : int
        How many were certified in full, with radius and other starts.
    residual, radius : float
        Largest residual of those found; largest radius of those sampled.
    """

    solved: int = 0
    failed: int = 0
    sampled: int = 0
    residual: float = 0.0
    radius: float = 0.0
    _count: int = 0
    _lock: Lock = field(init=False, repr=False, default_factory=Lock)

    def next(self) -> int:
        """Return the number of the next solve."""
        with self._lock:
            self._count += 1
            return self._count - 1

    def wants(self, number: int) -> bool:
        """Whether a solve is one of the sample; the first always is."""
        return number == 0 or bool(np.random.default_rng((SEED, number)).random() < SHARE)

    def enter(self, residual: float, *, radius: float | None, converged: bool) -> None:
        """Enter one solve."""
        with self._lock:
            self.solved += converged
            self.failed += not converged
            self.sampled += radius is not None
            if converged:
                self.residual = max(self.residual, residual)
                self.radius = max(self.radius, radius or 0.0)

    @property
    def sentence(self) -> Text:
        """How many solves, and how exact."""
        solves = "1 solve" if self.solved == 1 else f"{self.solved} solves"
        return Text(
            f"求解{self.solved}次全部收敛，最大残差 {self.residual:.0e}；"
            f"其中{self.sampled}次另从多个起点复核，谱半径不超过 {self.radius:.2f}",
            f"{solves} converged, largest residual {self.residual:.0e}; "
            f"{self.sampled} of them also from other starts, radius at most {self.radius:.2f}",
        )


@dataclass(eq=False)
class Quick:
    """Solves shocks on one world."""

    world: World
    parameters: Parameters
    record: Record = field(default_factory=Record)
    closure: Closure = "short"
    _before: Accounts = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._before = start_accounts(self.world)

    def columns(self, shock: Shock, *, number: int | None = None) -> Floats | None:
        """Return household, services and payable by region, shape (3, region), or None where it stopped.

        Parameters
        ----------
        number : int, optional
            Place of the solve in the row, which decides whether it is sampled; threads must give it.
        """
        problem = prepare(world=self.world, shock=shock, parameters=self.parameters, closure=self.closure)
        # A tenth of the tolerance, as in every certified solve: sums of gains then add up to 1e-9.
        found = replace(solve_problem(problem, tolerance=0.1 * TOLERANCE), tolerance=TOLERANCE)
        converged, radius = found.residual <= TOLERANCE, None
        if converged and self.record.wants(self.record.next() if number is None else number):
            made = certify(problem, shock, replace(found, converged=True), closure=self.closure)
            converged, radius = made.kind == "converged", made.radius
        self.record.enter(found.residual, radius=radius, converged=converged)
        return self._columns(problem, found.state) if converged else None

    def _columns(self, problem: Problem, state: Floats) -> Floats:
        made = columns(problem, state, before=self._before)
        return np.array([getattr(made, name) for name in COLUMNS])

    def certain(self, shock: Shock, *, number: int | None = None) -> Floats:
        """Return the columns; a solve that stopped is no number.

        Raises
        ------
        UnconvergedSolution
        """
        found = self.columns(shock, number=number)
        if found is None:
            raise UnconvergedSolution(
                Text(
                    "其中一次求解没有收敛，或没有通过复核，不给出数字。",
                    "One of the solves did not converge or failed its certificate; no number is given.",
                )
            )
        return found

    @property
    def certificate(self) -> Text:
        """How many solves, and how exact."""
        return self.record.sentence
