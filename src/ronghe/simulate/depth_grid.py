"""The worlds that depth compares, over a grid of assumptions: blocks, now and fused.

    D = A / (A + G),     A = W(now) - W(blocks),     G = W(fused) - W(now)

For each trade elasticity, distance elasticity and removable share the table of flows is held fixed; border terms
are read again from it, and the worlds are solved again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.simulate.borders import DistanceElasticity
from ronghe.simulate.economy import Economy
from ronghe.simulate.opening import Opening, barriers, welfare
from ronghe.simulate.quick import Quick, Record
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.shock import NO_SHOCK, Shock, barrier_factor
from ronghe.simulate.walls import Walls, as_outsiders, fused
from ronghe.simulate.world import World

Reading = Literal["as_outsiders", "prohibitive"]

READINGS: tuple[Reading, ...] = ("as_outsiders", "prohibitive")
ELASTICITIES = (3.0, 4.0, 5.0, 6.0, 8.0)
REMOVABLE = (0.1, 0.25, 0.5, 1.0)
NOTHING = 1e-9
"""Share of the members' value added below which a difference is none."""

DRAWS = 40
STEPS = (-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0)
"""From blocks (-1) over now (0) to fused (1), even in logs of the kernel."""


@dataclass(frozen=True, slots=True)
class DepthCell:
    """One cell of the grid: its assumptions, A and G in 亿元 a year, and D (NaN where there is no potential)."""

    reading: Reading
    elasticity: float
    distance: float
    removable: float | None
    achieved: float
    remaining: float
    value: float

    @property
    def sign(self) -> int | None:
        """-1, 0 or 1; None where there is no potential."""
        return None if np.isnan(self.value) else int(np.sign(self.value))


@dataclass(frozen=True, slots=True, eq=False)
class Central:
    """The central worlds: A by reading, G, each member's part, the way between the worlds."""

    achieved: Mapping[str, float]
    remaining: float
    values: Mapping[str, float]
    by_region: Mapping[str, Mapping[str, float]]
    curve: Mapping[str, Mapping[float, float]]
    certificate: Text


class DepthGrid:
    """Solves the worlds of one area and judges the sign of D over them."""

    def __init__(self, economy: Economy, where: Opening, read: Walls, levers: Shock | None) -> None:
        self.economy, self.where, self.read, self.levers = economy, where, read, levers
        self.income = float(economy.world.value_added[where.inside].sum())
        self.terms = {delta: read.terms(delta) for delta in grid_distances(read.elasticity)}
        self.record = Record()
        self.removable: tuple[float | None, ...] = REMOVABLE if levers is None else (None,)

    def cells(self) -> tuple[DepthCell, ...]:
        """Return D in every cell of the grid."""
        return tuple(cell for theta in ELASTICITIES for cell in self._cells(theta))

    def _blocks(self, world: World, terms: Floats) -> dict[Reading, Shock]:
        """Return the worlds that are merely added, by reading."""
        found: dict[Reading, Shock] = {}
        outside = as_outsiders(world, self.where, terms)
        if outside is not None:
            found["as_outsiders"] = outside
        found["prohibitive"] = barriers(world, self.where.mask, np.inf)
        return found

    def _fused(self, world: World, terms: Floats, removable: float | None) -> Shock:
        if self.levers is not None:
            return self.levers
        return fused(world, self.where, terms, 1.0 if removable is None else removable)

    def _cells(self, theta: float) -> list[DepthCell]:
        world = self.economy.world.with_elasticities(theta)
        quick = Quick(world, self.economy.parameters, self.record)
        walled: float | None = None
        made = []
        for delta, terms in self.terms.items():
            gains = [(share, self._worth(quick, self._fused(world, terms, share))) for share in self.removable]
            for reading, shock in self._blocks(world, terms).items():
                if reading == "prohibitive" and walled is not None:
                    lost = walled
                else:
                    lost = -self._worth(quick, shock)
                if reading == "prohibitive":
                    walled = lost
                made += [
                    DepthCell(reading, theta, delta, share, lost, gain, self._ratio(lost, gain))
                    for share, gain in gains
                ]
        return made

    def _worth(self, quick: Quick, shock: Shock) -> float:
        return welfare(quick.certain(shock), self.where.inside)

    def _ratio(self, achieved: float, remaining: float) -> float:
        """Return D; NaN where there is no potential."""
        potential = achieved + remaining
        if potential <= NOTHING * self.income:
            return float("nan")
        return 0.0 if abs(achieved) <= NOTHING * self.income else achieved / potential

    def central(self, *, certified: bool) -> Central:
        """Solve the central worlds with certificate, and the way between them."""
        world, terms = self.economy.world, self.terms[self.read.elasticity.value]
        target = self._fused(world, terms, 1.0)
        blocks = self._blocks(world, terms)
        inside = self.where.inside
        if certified:
            for name, shock in [("fused", target), *blocks.items()]:
                self.economy.solve_shock(shock, scenario=Scenario(name)).require()
        quick = Quick(world, self.economy.parameters, self.record)
        remaining = quick.certain(target)
        lost: dict[str, Floats] = {reading: -quick.certain(shock) for reading, shock in blocks.items()}
        codes = [self.economy.regions[n] for n in self.where.members]
        parts: dict[str, Floats] = {**lost, "remaining": remaining}
        by_region = {
            code: {name: float(value[:2, n].sum()) for name, value in parts.items()}
            for code, n in zip(codes, self.where.members, strict=True)
        }
        achieved = {reading: welfare(value, inside) for reading, value in lost.items()}
        gained = welfare(remaining, inside)
        return Central(
            achieved=achieved,
            remaining=gained,
            values={reading: self._ratio(value, gained) for reading, value in achieved.items()},
            by_region=by_region,
            curve={reading: self._curve(quick, shock, target) for reading, shock in blocks.items()},
            certificate=quick.certificate,
        )

    def _curve(self, quick: Quick, blocks: Shock, target: Shock) -> dict[float, float]:
        """Return W less W(now) on the way from blocks over now to fused."""
        world = quick.world
        found = {}
        for step in STEPS:
            end = blocks if step < 0 else target
            factor = barrier_factor(world, end)
            assert factor is not None
            if step == 0:
                shock = NO_SHOCK
            elif np.isinf(factor).any():
                # Without a finite wall the way is in shares of the kernel: nothing left at -1.
                left = 1.0 + step
                power = -1.0 / world.elasticities[:, None, None]
                shock = Shock(np.where(np.isinf(factor), np.inf if left == 0 else left**power, 1.0))
            else:
                shock = Shock(factor ** abs(step))
            found[step] = self._worth(quick, shock)
        return found

    def interval(self) -> dict[str, Spread]:
        """Return 5-95 % of D over draws of the noise of log flows, at the central parameters."""
        noise = self.read.noise()
        if self.levers is not None or not np.isfinite(noise).all() or not noise.max() > 1e-8:
            return {}
        draw = np.random.default_rng(0)
        world = self.economy.world
        quick = Quick(world, self.economy.parameters, self.record)
        walled = -self._worth(quick, barriers(world, self.where.mask, np.inf))
        values: dict[str, list[float]] = {}
        for _ in range(DRAWS):
            shaken = self.read.flows * np.exp(noise[:, None, None] * draw.standard_normal(self.read.flows.shape))
            terms = self.read.terms(self.read.elasticity.value, shaken)
            remaining = self._worth(quick, fused(world, self.where, terms, 1.0))
            outside = as_outsiders(world, self.where, terms)
            if outside is not None:
                lost = -self._worth(quick, outside)
                values.setdefault("as_outsiders", []).append(self._ratio(lost, remaining))
            values.setdefault("prohibitive", []).append(self._ratio(walled, remaining))
        return {
            reading: Spread("interval", *(float(q) for q in np.quantile(found, [0.05, 0.95])))
            for reading, found in values.items()
        }


def grid_distances(elasticity: DistanceElasticity) -> tuple[float, ...]:
    """Return the distance elasticities of the grid: low, central, high, or one where they are the same."""
    if elasticity.high - elasticity.low < 1e-9:
        return (elasticity.value,)
    return elasticity.low, elasticity.value, elasticity.high


def band(cells: Sequence[DepthCell]) -> dict[str, tuple[float, float]]:
    """Return lowest and highest D by reading."""
    found: dict[str, list[float]] = {}
    for cell in cells:
        found.setdefault(cell.reading, []).append(cell.value)
    return {reading: (min(values), max(values)) for reading, values in found.items()}
