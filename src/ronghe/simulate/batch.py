"""Gains of every coalition of an area: 2^n exact solves of the same scenario on ever other pairs.

A coalition S opens both orders of all pairs inside S as the scenario says. Other openings (profiles, partitions,
overlapping areas), and tables that are kept in a folder, are in :mod:`ronghe.simulate.batches`, which solves these
too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ronghe.base.area import Area
from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import ParameterFault, ScenarioFault
from ronghe.base.region import find_region
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.simulate.batches.case import KINDS, Case, Rows, sample_of
from ronghe.simulate.binding import Bound
from ronghe.simulate.closure import Closure
from ronghe.simulate.economy import Economy
from ronghe.simulate.scenario import Scenario, Where
from ronghe.simulate.solver.certificate import Kind
from ronghe.simulate.solver.solve import TOLERANCE

MOST_PLAYERS = 16
CHUNK = 64

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
        several = self.kinds.count("several")
        if several:
            return Text(
                f"抽检的{len(self.sample)}个联合体中{several}个有多个均衡，整批都不作数",
                f"{several} of the {len(self.sample)} coalitions sampled have several equilibria: "
                "the whole batch is marked",
            )
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
    economy.require(bound.key)
    codes, groups = _players(economy, players)
    at = [region for group in groups for region in group]
    if not any(piece.mask[np.ix_(at, at)].any() or piece.touched[at].any() for piece in bound.pieces):
        raise ScenarioFault(
            Text("情景没有涉及这些地区之间的任何一对。", "The scenario touches no pair among these regions.")
        )
    count = 2 ** len(groups)
    members = _Members(groups, len(economy.regions))
    case = Case(
        economy, bound, members.masks(np.array([count - 1]))[0], closure=closure, tolerance=tolerance, radius="every"
    )
    sample = _sample(count, _opening(bound, groups))
    rows = _run(case, members, sample, progress, threads)
    gains = rows.values
    return BatchGains(
        players=codes,
        groups=tuple(tuple(economy.regions[i] for i in group) for group in groups),
        regions=economy.regions,
        scenario=scenario,
        closure=closure,
        household=gains[:, case.names.index("household")],
        services=gains[:, case.names.index("services")],
        payable=gains[:, case.names.index("payable")],
        kinds=tuple(KINDS[int(kind)] for kind in rows.checks[:, 0]),
        residuals=rows.checks[:, 1],
        radii=rows.checks[:, 2],
        steps=rows.checks[:, 3],
        sample=tuple(sample),
        status=economy.status,
        notes=case.notes,
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


def _listed(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _opening(bound: Bound, groups: list[list[int]]) -> Bools:
    """Return which pairs of players (player, player) the scenario says something about."""
    touched = np.zeros((len(groups), len(groups)), dtype=bool)
    for piece in bound.pieces:
        for p, first in enumerate(groups):
            for q, second in enumerate(groups):
                both = [*first, *second]
                touched[p, q] |= bool(piece.mask[np.ix_(first, second)].any() or piece.touched[both].any())
    return np.asarray(touched | touched.T)


def _sample(count: int, opening: Bools) -> list[int]:
    """Return the grand coalition and a seeded 1 % of the others that open something."""
    every = np.arange(count - 1)
    opens = np.zeros(count - 1, dtype=bool)
    for p, q in np.argwhere(np.triu(opening, 1)):
        opens |= (every >> p & 1 == 1) & (every >> q & 1 == 1)
    return sorted({count - 1, *sample_of(np.flatnonzero(opens), count).tolist()})


class _Members:
    """Which ordered pairs a coalition opens; fewer than two players open nothing."""

    def __init__(self, groups: list[list[int]], count: int) -> None:
        self.owner = np.zeros((len(groups), count), dtype=bool)
        for player, group in enumerate(groups):
            self.owner[player, group] = True

    def masks(self, coalitions: Ints) -> Bools:
        """Return masks, shape (coalition, buyer, seller), without the diagonal."""
        joined = (coalitions[:, None] >> np.arange(len(self.owner)) & 1).astype(bool)
        inside = (joined @ self.owner) & (joined.sum(axis=1) >= 2)[:, None]
        masks: Bools = inside[:, :, None] & inside[:, None, :] & ~np.eye(inside.shape[1], dtype=bool)
        return masks


def _run(case: Case, members: _Members, sample: list[int], progress: Progress | None, threads: int | None) -> Rows:
    """Solve all coalitions in threads."""
    count = 2 ** len(members.owner)
    certified = np.isin(np.arange(count), sample)
    workers = threads or min(8, os.cpu_count() or 1)
    # Small chunks keep the threads even and the progress smooth.
    chunks = np.array_split(np.arange(count), max(min(workers, count), count // CHUNK))
    done, found = 0, []
    with ThreadPoolExecutor(workers) as pool:
        for rows in pool.map(lambda chunk: case.solve(members.masks(chunk), certified[chunk]), chunks):
            found.append(rows)
            done += len(rows.values)
            if progress is not None:
                progress(done, count)
    return Rows(np.concatenate([rows.values for rows in found]), np.concatenate([rows.checks for rows in found]))
