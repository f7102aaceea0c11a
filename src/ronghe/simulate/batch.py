"""Gains of every coalition of an area: 2^n exact solves of the same scenario on ever other pairs.

A coalition S opens both orders of all pairs inside S as the scenario says. With K_now and K_open the kernels
before and after, its kernel is K_open on pairs inside S and K_now elsewhere; each thread holds one such kernel.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from ronghe.base.area import Area
from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import ParameterFault, ScenarioFault
from ronghe.base.region import find_region
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.simulate.binding import Bound, shock_of
from ronghe.simulate.closure import Closure
from ronghe.simulate.columns import COLUMNS, columns, start_accounts
from ronghe.simulate.economy import Economy
from ronghe.simulate.scenario import Scenario, Where
from ronghe.simulate.shock import Shock, kernel_of
from ronghe.simulate.solver.certificate import Kind, certify, spectral_radius
from ronghe.simulate.solver.solve import TOLERANCE, Equilibrium, Problem, solve_problem

MOST_PLAYERS = 16
SAMPLE = 0.01
SEED = 20_240_102

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class BatchGains:
    """Gains of every coalition, bit i of the row number is set when ``players[i]`` is in it.

    Attributes
    ----------
    players : tuple of str
        Codes of the regions that may join, or of the blocks that own the walls.
    groups : tuple of tuple of str
        Regions of each player: itself, or the units of a block.
    regions : tuple of str
        Codes of every region.
    household, services, payable : array, shape (2**n, region)
        NaN where the coalition has no certified equilibrium.
    kinds : tuple of str, length 2**n
        ``converged``, ``stopped`` or, on the sample, what the certificate found.
    residuals, radii : array, shape (2**n,)
        Largest residual and spectral radius of each coalition; the radius is 0 where nothing opens.
    sample : tuple of int
        Coalitions certified in full, with other starts: a seeded 1 %, the grand coalition among them.
    """

    players: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    regions: tuple[str, ...]
    scenario: Scenario
    closure: Closure
    household: Floats
    services: Floats
    payable: Floats
    kinds: tuple[Kind, ...]
    residuals: Floats
    radii: Floats
    steps: Floats
    sample: tuple[int, ...]
    status: Status
    notes: tuple[Text, ...] = ()

    @property
    def converged(self) -> bool:
        """Whether every coalition has its number, and no sampled one has several."""
        return all(kind == "converged" for kind in self.kinds)

    @property
    def failed(self) -> tuple[int, ...]:
        """Coalitions without a number."""
        return tuple(s for s, kind in enumerate(self.kinds) if kind != "converged")

    @property
    def status_text(self) -> Text:
        """One sentence on the whole batch."""
        count, bad = len(self.kinds), len(self.failed)
        worst = float(np.nanmax(self.residuals))
        if bad:
            return Text(
                f"{count}个联合体中{bad}个没有可用的均衡", f"{bad} of {count} coalitions have no usable equilibrium"
            )
        return Text(
            f"{count}个联合体全部收敛，最大残差 {worst:.0e}，谱半径不超过 {self.radius:.2f}；"
            f"{len(self.sample)}个另从多个起点复核",
            f"all {count} coalitions converged, largest residual {worst:.0e}, radius at most {self.radius:.2f}; "
            f"{len(self.sample)} of them also from other starts",
        )

    @property
    def radius(self) -> float:
        """Largest spectral radius of any coalition."""
        return float(np.nanmax(self.radii))

    def worth(self) -> Floats:
        """v(S): the members' payable part, shape (2**n,)."""
        return self.of_members(self.payable)

    def of_members(self, column: Floats) -> Floats:
        """Sum a column over the members of each coalition, shape (2**n,)."""
        mask = np.arange(len(column))[:, None] >> np.arange(len(self.players)) & 1
        total: Floats = (self.by_player(column) * mask).sum(axis=1)
        return total

    def by_player(self, column: Floats) -> Floats:
        """Sum a column over the regions of each player, shape (2**n, n)."""
        groups = [[self.regions.index(code) for code in group] for group in self.groups]
        return np.stack([column[:, at].sum(axis=1) for at in groups], axis=1)

    @property
    def others(self) -> tuple[str, ...]:
        """Codes of regions that belong to no player."""
        inside = {code for group in self.groups for code in group}
        return tuple(code for code in self.regions if code not in inside)


def batch(
    economy: Economy,
    scenario: Scenario,
    players: Where,
    *,
    closure: Closure = "short",
    progress: Progress | None = None,
    threads: int | None = None,
    tolerance: float = TOLERANCE,
) -> BatchGains:
    """Solve the scenario for every coalition of the players.

    Parameters
    ----------
    players : Area, its name, or list of names or codes
        At most 16 regions with data.
    progress : callable, optional
        Called with (done, all) as coalitions are finished.
    threads : int, optional
        As many as the machine offers if left out.

    Raises
    ------
    ScenarioFault
        If fewer than one player has data, or the scenario acts on nothing among them.
    ParameterFault
        For more than 16 players.
    """
    economy.require("stated_cut_gain")
    bound = economy.bind(scenario)
    codes, groups = _players(economy, players)
    at = [region for group in groups for region in group]
    if not any(piece.mask[np.ix_(at, at)].any() for piece in bound.pieces):
        raise ScenarioFault(
            Text("情景没有涉及这些地区之间的任何一对。", "The scenario touches no pair among these regions.")
        )
    runner = _Runner(economy, bound, groups, closure, tolerance)
    count = 2 ** len(groups)
    gains, residuals, radii, steps = runner.run(progress, threads)
    kinds = [_kind(residual, radius, tolerance) for residual, radius in zip(residuals, radii, strict=True)]
    sample = _sample(count)
    for coalition in sample:
        runner.certify(coalition, kinds)
    gains[[kind != "converged" for kind in kinds]] = np.nan
    return BatchGains(
        players=codes,
        groups=tuple(tuple(economy.regions[i] for i in group) for group in groups),
        regions=economy.regions,
        scenario=scenario,
        closure=closure,
        household=gains[:, 0],
        services=gains[:, 1],
        payable=gains[:, 2],
        kinds=tuple(kinds),
        residuals=residuals,
        radii=radii,
        steps=steps,
        sample=tuple(sample),
        status=economy.status,
        notes=bound.notes,
    )


def _players(economy: Economy, players: Where) -> tuple[tuple[str, ...], list[list[int]]]:
    """Return the players' codes and the positions of their regions; where blocks own the walls, they play."""
    if isinstance(players, str) and economy.data is not None:
        players = economy.data.area(players)
    names: Sequence[str] = players.regions if isinstance(players, Area) else _listed(players)
    known = (*economy.region_list, *economy.known)
    codes = [find_region(name, among=known).code for name in names]
    at = [economy.regions.index(code) for code in dict.fromkeys(codes) if code in economy.regions]
    if len(at) < 2:
        raise ScenarioFault(
            Text(
                "有数据的参与方不足两个，在这一空间尺度上无法计算；请加载更细的空间单元。",
                "Fewer than two players have data: not computable at this resolution; load finer units.",
            )
        )
    owner = {} if economy.data is None else dict(economy.data.blocks)
    blocks = dict.fromkeys(owner.get(economy.regions[i], economy.regions[i]) for i in at)
    if len(blocks) < 2:
        blocks, owner = dict.fromkeys(economy.regions[i] for i in at), {}
    if len(blocks) > MOST_PLAYERS:
        count = len(blocks)
        raise ParameterFault(
            Text(
                f"{count}个参与方有 {2**count:,} 个联合体，整表至多{MOST_PLAYERS}个；请分组。",
                f"{count} players make {2**count:,} coalitions; the whole table stops at {MOST_PLAYERS}: group.",
            )
        )
    groups = [[i for i in at if owner.get(economy.regions[i], economy.regions[i]) == block] for block in blocks]
    return tuple(blocks), groups


def _kind(residual: float, radius: float, tolerance: float) -> Kind:
    if not residual <= tolerance:
        return "stopped"
    return "converged" if radius < 1.0 else "unstable"


def _listed(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _sample(count: int) -> list[int]:
    """Return the grand coalition and a seeded 1 % of the others; fewer than two members open nothing."""
    others = [s for s in range(count - 1) if s.bit_count() >= 2]
    most = min(max(1, round(SAMPLE * count)), len(others))
    drawn = np.random.default_rng(SEED).choice(others, size=most, replace=False).tolist() if others else []
    return sorted({count - 1, *drawn})


class _Runner:
    """Holds what all coalitions share: both kernels, coefficients, the start."""

    def __init__(
        self, economy: Economy, bound: Bound, groups: list[list[int]], closure: Closure, tolerance: float
    ) -> None:
        self.economy, self.groups, self.closure, self.tolerance = economy, groups, closure, tolerance
        self.bound = bound
        self.open = shock_of(bound, economy.world)
        self.base = economy.problem(Shock(), closure=closure)
        self.kernel_open = kernel_of(economy.world, self.open)
        self.before = start_accounts(economy.world)
        # A forbidden pair may leave parts that trade with no one: then each coalition is prepared by itself.
        closes = bool((self.base.kernel[self.kernel_open <= 0] > 0).any())
        opened = economy.problem(self.open, closure=closure)
        self.plain = bool((opened.coefficients.wedge_slot < 0).all() and self.base.net.size == 0) and not closes

    def members(self, coalition: int) -> Bools:
        inside = np.zeros(len(self.economy.regions), dtype=bool)
        inside[[i for a, group in enumerate(self.groups) if coalition >> a & 1 for i in group]] = True
        return inside

    def shock(self, coalition: int) -> Shock:
        """Return the shock of one coalition."""
        inside = self.members(coalition)
        return shock_of(self.bound, self.economy.world, only=np.outer(inside, inside))

    def problem(self, coalition: int) -> Problem:
        """Return the prepared problem of one coalition."""
        return self.economy.problem(self.shock(coalition), closure=self.closure)

    def run(self, progress: Progress | None, threads: int | None) -> tuple[Floats, Floats, Floats, Floats]:
        """Solve all coalitions in threads; return gains (coalition, column, region), residuals, radii, steps."""
        count = 2 ** len(self.groups)
        gains = np.zeros((count, len(COLUMNS), len(self.economy.regions)))
        residuals, radii, steps = np.zeros(count), np.zeros(count), np.zeros(count)
        workers = threads or min(8, os.cpu_count() or 1)
        # Small chunks keep the threads even and the progress smooth.
        chunks = np.array_split(np.arange(count), max(workers, count // 64))
        near = self._leading(count - 1)

        def work(chunk: Ints) -> int:
            for s in chunk:
                if int(s).bit_count() >= 2:
                    gains[s], steps[s], residuals[s], radii[s] = self._one(int(s), near)
            return len(chunk)

        with ThreadPoolExecutor(workers) as pool:
            done = 0
            for finished in pool.map(work, chunks):
                done += finished
                if progress is not None:
                    progress(done, count)
        return gains, residuals, radii, steps

    def _solved(self, coalition: int) -> tuple[Problem, Equilibrium]:
        problem = self._fast(coalition) if self.plain else self.problem(coalition)
        return problem, solve_problem(problem, tolerance=0.1 * self.tolerance)

    def _leading(self, coalition: int) -> Floats | None:
        """Return the leading direction of one coalition's map, from which those of the others are found."""
        problem, found = self._solved(coalition)
        return spectral_radius(problem, found.state)[1] if found.residual <= self.tolerance else None

    def _one(self, coalition: int, near: Floats | None) -> tuple[Floats, int, float, float]:
        """Return the columns of one coalition, its steps, its residual and its radius."""
        problem, found = self._solved(coalition)
        made = columns(problem, found.state, before=self.before)
        radius = float("nan")
        if found.residual <= self.tolerance:
            radius = spectral_radius(problem, found.state, near=near)[0]
        return np.array([getattr(made, name) for name in COLUMNS]), found.steps, found.residual, radius

    def _fast(self, coalition: int) -> Problem:
        """Return the problem of a coalition without wedges and walls: one kernel of its own, all else shared."""
        inside = self.members(coalition)
        kernel = self.base.kernel.copy()
        rows = np.ix_(np.arange(len(kernel)), inside, inside)
        kernel[rows] = self.kernel_open[rows]
        return replace(self.base, kernel=kernel)

    def certify(self, coalition: int, kinds: list[Kind]) -> None:
        """Certify one coalition in full and write its kind."""
        if coalition.bit_count() < 2 or kinds[coalition] != "converged":
            return
        shock = self.shock(coalition)
        problem = self.economy.problem(shock, closure=self.closure)
        found = replace(solve_problem(problem, tolerance=0.1 * self.tolerance), tolerance=self.tolerance)
        kinds[coalition] = certify(problem, shock, found, closure=self.closure).kind
