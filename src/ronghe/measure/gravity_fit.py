"""What a gravity equation found: coefficients with their intervals, effects of units, and what it could not tell.

The clustered covariance is shown as it is. An interval rests on the *spread* covariance: the same, each error raised
to what the noise of single flows gives where clusters say less, and Student's t with one degree of freedom less than
there are clusters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from ronghe.base.arrays import Floats
from ronghe.base.errors import NotIdentified, UnconvergedSolution, UnknownTerm
from ronghe.base.region import nearest
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.measure.flow_noise import FlowNoise
from ronghe.measure.gravity_cells import Cells

FEW_CELLS = 6
NORMAL_95 = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Effect:
    """One coefficient.

    Attributes
    ----------
    value : float
        Log points of flow.
    clustered : float
        Two-way clustered standard error.
    error : float
        Standard error behind the interval: clustered, but not below what the noise of flows gives; that noise alone
        with fewer than six cells. NaN where there is neither.
    interval : Spread
        5-95 %.
    positive : float
        Probability that the effect is above 0.
    cells : int
        Cells in which the regressor is not 0.
    """

    value: float
    clustered: float
    error: float
    interval: Spread
    positive: float
    cells: int

    @property
    def few_cells(self) -> bool:
        """Whether clusters say nothing of it and its interval comes from the noise of flows."""
        return self.cells < FEW_CELLS


@dataclass(frozen=True, slots=True, eq=False)
class GravityFit:
    """A gravity equation, fitted.

    Attributes
    ----------
    names, borders : tuple of str
        All regressors, covariates first; those of them that are border dummies.
    coefficients : array, shape (regressor,)
        gamma and beta; NaN where not identified and everywhere in a fit that stopped.
    solution : array, shape (regressor,)
        The same with 0 where a regressor was left out: what the fitted values rest on.
    covariance : array, shape (regressor, regressor)
        Two-way clustered; 0 for a regressor that was left out.
    noise_covariance : array, same shape
        What the noise of single flows gives; NaN without a law of it.
    noise : FlowNoise or None
        That law.
    unidentified : mapping of name to Text
        Regressors without a coefficient, and why.
    cells : Cells
        What was used and what was not, by cell and reason.
    origin_effects, destination_effects : array, shape (period, unit)
        a and b in logs of the flow's unit; known up to one number a connected part and period (the smallest
        solution is shown). NaN where a unit sends or receives nothing.
    pair_effects : array, shape (unit, unit), or None
    fitted : array, shape (period, origin, destination)
        Expected flow; 0 where the equation can only say 0, NaN where the flow is unknown.
    converged : bool
    outcome : Text
        Sentence on the search.
    clusters : int
        The smaller number of clusters.
    notes : tuple of Text
        Warnings and what was left out.
    """

    names: tuple[str, ...]
    borders: tuple[str, ...]
    coefficients: Floats
    solution: Floats
    covariance: Floats
    noise_covariance: Floats
    noise: FlowNoise | None
    unidentified: Mapping[str, Text]
    cells: Cells
    origin_effects: Floats
    destination_effects: Floats
    pair_effects: Floats | None
    fitted: Floats
    converged: bool
    outcome: Text
    clusters: int
    notes: tuple[Text, ...] = ()

    @property
    def status(self) -> str:
        """``ok`` or ``stopped``."""
        return "ok" if self.converged else "stopped"

    def require(self) -> None:
        """Raise :class:`UnconvergedSolution` unless the search converged."""
        if not self.converged:
            raise UnconvergedSolution(self.outcome)

    def effect(self, name: str) -> Effect:
        """Return one coefficient with its interval.

        Raises
        ------
        UnconvergedSolution, NotIdentified, UnknownTerm
        """
        self.require()
        if name not in self.names:
            raise UnknownTerm(Text("回归变量", "regressor"), name, nearest(name, self.names))
        if name in self.unidentified:
            raise NotIdentified("pair_walls", self.unidentified[name])
        at, count = self.names.index(name), int(self.cells.counts[self.names.index(name)])
        chosen = self.noise_covariance if count < FEW_CELLS else self.spread_covariance
        value, error = float(self.coefficients[at]), float(np.sqrt(chosen[at, at]))
        interval = Spread("interval", value - self.quantile * error, value + self.quantile * error)
        positive = float(stdtr(self.clusters - 1, value / error)) if error > 0 else float(value > 0)
        return Effect(value, float(np.sqrt(self.covariance[at, at])), error, interval, positive, count)

    @property
    def quantile(self) -> float:
        """95 % of Student's t with one degree of freedom less than clusters."""
        return float(stdtrit(self.clusters - 1, 0.95))

    @property
    def spread_covariance(self) -> Floats:
        """The clustered covariance, each error raised to what the noise of flows gives where it is smaller."""
        return widened(self.covariance, self.noise_covariance)

    def variance(self, combination: Floats) -> float:
        """Return the variance of a sum of coefficients: clustered, but not below what the noise of flows gives.

        Parameters
        ----------
        combination : array, shape (regressor,)
            Weight of every coefficient.
        """
        self.require()
        both = [float(combination @ one @ combination) for one in (self.covariance, self.noise_covariance)]
        return max(one for one in (*both, 0.0) if not np.isnan(one))

    def draws(self, count: int = 2000, *, seed: int = 0) -> Floats:
        """Return draws of (gamma, beta) from the spread covariance, shape (count, regressor); 0 where left out."""
        self.require()
        return self.solution + student_draws(self.spread_covariance, self.clusters - 1, count, seed)

    def kernel(self, drawn: Floats | None = None) -> Floats:
        """Return exp(gamma Z), the pull without borders, shape (..., period, origin, destination).

        Parameters
        ----------
        drawn : array, shape (..., regressor), optional
            Coefficients; those of the fit if left out. Border dummies are not counted.
        """
        self.require()
        held = self.solution if drawn is None else drawn
        count = len(self.names) - len(self.borders)
        return np.exp(np.tensordot(held[..., :count], self.cells.regressors[:count], axes=1))


def widened(covariance: Floats, least: Floats) -> Floats:
    """Return a covariance whose errors are not below those of another; NaN there raises nothing.

    Examples
    --------
    >>> widened(np.array([[1.0, 0.5], [0.5, 4.0]]), np.array([[4.0, 0.0], [0.0, 1.0]]))
    array([[4., 1.],
           [1., 4.]])
    """
    had, wanted = (np.sqrt(np.maximum(np.diagonal(one), 0.0)) for one in (covariance, least))
    raised = np.where(wanted > had, wanted, had)
    by = np.divide(raised, had, out=np.ones_like(had), where=had > 0)
    found = covariance * by[:, None] * by
    np.fill_diagonal(found, raised**2)
    return np.asarray(found, dtype=np.float64)


def student_draws(covariance: Floats, free: int, count: int, seed: int) -> Floats:
    """Return draws of a centred Student's t, shape (count, variable); the covariance may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    chance = np.random.default_rng(seed)
    normal = chance.standard_normal((count, len(values))) @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    return np.asarray(normal / np.sqrt(chance.chisquare(free, size=count) / free)[:, None], dtype=np.float64)
