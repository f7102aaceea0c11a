"""Blocked points (堵点): which wall inside an area costs most, by ordered pair and sector.

What a 1 % lower cost of one pair (buyer, seller) in one sector brings the area, household consumption and public
services of its members together: the slope by the adjoint (:mod:`ronghe.simulate.derivatives.adjoint`), all pairs at
once. A wall is owned by blocks: slopes of the unit pairs of two blocks are added up. The slope is local, so the
dearest walls are solved again with k^ = 0.99 before they are shown as money. Walls whose gain is not above 0 at every
trade elasticity are left out and counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import ParameterFault
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.simulate.checks import require_whole, shown
from ronghe.simulate.derivatives.adjoint import (
    BarrierSlopes,
    Column,
    Tangent,
    joined,
    local,
    regional_slopes,
    slopes_of,
)
from ronghe.simulate.economy import Economy
from ronghe.simulate.opening import Opening, block_names, opening
from ronghe.simulate.quick import Quick
from ronghe.simulate.scenario import Where
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver.solve import prepare
from ronghe.simulate.walls import refusal
from ronghe.simulate.world import World

if TYPE_CHECKING:
    import pandas as pd

ELASTICITIES = (3.0, 4.0, 5.0, 6.0, 8.0)
CUT = 0.01
EXACT = 20
"""How many of the dearest walls are solved again."""


@dataclass(frozen=True, slots=True, eq=False)
class BlockedPoint:
    """One wall: what enters the buyer from the seller, in one sector.

    Attributes
    ----------
    buyer, seller, sector : str
        Codes; of blocks where blocks own the walls.
    name : Text
    per_percent : float
        Gain of the area's members, household and services, 亿元 a year, of a 1 % lower cost: solved exactly for
        the dearest walls (``exact``), else the slope.
    low, high : float
        Scenario band of the same over trade elasticities 3 to 8.
    slope : float
        Minus the derivative by the log of cost, over 100.
    own : float
        The same slope of the buyer's own payoff (see :func:`blocked_points`): below 0, it gains by keeping the wall.
    gains : mapping of code to float
        Who gains and who loses, every region; empty unless ``exact``.
    payable : float
        Members' payable part; NaN unless ``exact``.
    """

    buyer: str
    seller: str
    sector: str
    name: Text
    per_percent: float
    low: float
    high: float
    slope: float
    own: float
    exact: bool
    gains: Mapping[str, float]
    payable: float


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """Walls of an area ranked by what a 1 % lower cost brings.

    Attributes
    ----------
    points : tuple of BlockedPoint
        Sign-stable walls, dearest first.
    unstable : int
        Walls left out because their gain is not above 0 at every trade elasticity.
    slopes, own : array, shape (sector, buyer, seller)
        The area's gain of a 1 % lower cost of every pair of regions, and the own payoff of the buyer's block, central
        elasticity; 0 outside the area.
    regions, sectors, members : tuple of str
    status : Status
    certificate : Text
    """

    points: tuple[BlockedPoint, ...]
    unstable: int
    slopes: Floats
    own: Floats
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    members: tuple[str, ...]
    status: Status
    certificate: Text

    def __len__(self) -> int:
        return len(self.points)

    def head(self, n: int = 10) -> tuple[BlockedPoint, ...]:
        """Return the n dearest walls."""
        return self.points[:n]

    def resisted(self) -> tuple[BlockedPoint, ...]:
        """Return the walls whose buyer loses by lowering them alone, dearest first."""
        return tuple(point for point in self.points if point.own < 0)

    def to_frame(self) -> pd.DataFrame:
        """Return all walls as a table, dearest first."""
        import pandas as pd

        rows = [
            {
                "buyer": point.buyer,
                "seller": point.seller,
                "sector": point.sector,
                "per_percent": point.per_percent,
                "low": point.low,
                "high": point.high,
                "slope": point.slope,
                "own": point.own,
                "exact": point.exact,
                "payable": point.payable,
            }
            for point in self.points
        ]
        return pd.DataFrame(rows)


def blocked_points(economy: Economy, within: Where, *, exact: int = EXACT, payoff: Column = "headline") -> Sensitivity:
    """Rank the walls inside an area by what a 1 % lower cost brings, people fixed.

    Parameters
    ----------
    within : Area, its name, or list of names or codes
    exact : int
        How many of the dearest walls to solve again.
    payoff : {"headline", "household", "services", "payable", "output", "revenue"}
        What the buyer's block looks at when it is asked to lower a wall of its own.

    Raises
    ------
    NotIdentified
        On estimated trade, naming the tables that would unlock it.
    UnknownRegion, ScenarioFault
        Unknown names; fewer than two members with data.
    ParameterFault
        For another payoff, for ``exact`` that is no whole number of at least 0, and where blocks are on that slopes do
        not cover.
    """
    require_whole("exact", exact)
    require_payoff(payoff)
    where = opening(economy, within)
    refused = refusal(economy, "blocked_points", within)
    if refused is not None:
        raise refused
    owners, names = where.blocks, block_names(economy)
    central, own = _with_own(economy.world, where, payoff)
    swept = [wall_slopes(economy.world.with_elasticities(theta), where) for theta in ELASTICITIES]
    ranked = _by_owner(economy.world, where, central, owners)
    interest = _by_owner(economy.world, where, own, owners)
    bands = np.array([_by_owner(economy.world, where, slopes, owners) for slopes in swept])
    stable = (bands > 0).all(axis=0) & (ranked > 0)
    counted = _by_owner(economy.world, where, np.ones_like(central) * (economy.world.shares > 0), owners) > 0
    order = sorted(((int(j), int(n), int(i)) for j, n, i in np.argwhere(stable)), key=lambda at: -float(ranked[at]))
    solver = _Exact(economy, where, owners)
    points = [
        solver.point((j, n, i), (ranked[j, n, i], interest[j, n, i]), bands[:, j, n, i], names, exact=rank < exact)
        for rank, (j, n, i) in enumerate(order)
    ]
    points.sort(key=lambda point: (not point.exact, -point.per_percent))
    return Sensitivity(
        points=tuple(points),
        unstable=int((counted & ~stable).sum()),
        slopes=central,
        own=own,
        regions=economy.regions,
        sectors=economy.sectors,
        members=tuple(economy.regions[n] for n in where.members),
        status=economy.status,
        certificate=solver.quick.certificate,
    )


def require_payoff(payoff: object) -> None:
    """Raise :class:`ParameterFault` unless a payoff is one that slopes know."""
    known = get_args(Column)
    if payoff not in known:
        raise ParameterFault(
            Text(
                f"未知的收益口径 {shown(payoff)}，可用 {'、'.join(known)}。",
                f"Unknown payoff {shown(payoff)}; use {', '.join(known)}.",
            )
        )


def wall_slopes(world: World, where: Opening) -> Floats:
    """Return the area's gain of a 1 % lower cost of every pair of its opening, shape (sector, buyer, seller)."""
    return _of_a_cut(world, where, _slopes(world, where.inside[None].astype(float)).barriers(0))


def _with_own(world: World, where: Opening, payoff: Column) -> tuple[Floats, Floats]:
    """Return the area's gain of a 1 % lower cost of every pair, and the own payoff of the buyer's block."""
    owned = (where.blocks == np.arange(int(where.blocks.max()) + 1)[:, None]).astype(float)
    found = _slopes(world, where.inside[None].astype(float), owned, payoff)
    own = found.own(1 + where.blocks)
    return _of_a_cut(world, where, found.barriers(0)), _of_a_cut(world, where, own)


def _slopes(world: World, headline: Floats, owned: Floats | None = None, payoff: Column = "headline") -> BarrierSlopes:
    """Return slopes of sums over regions, one a row: of the headline, then of the payoff."""
    problem = prepare(world=world)
    here = local(problem, problem.start)
    outcomes = [regional_slopes(problem, here).weighted(headline)]
    if owned is not None:
        outcomes.append(regional_slopes(problem, here, payoff).weighted(owned))
    return slopes_of(Tangent(problem, here), joined(outcomes))


def _of_a_cut(world: World, where: Opening, slopes: Floats) -> Floats:
    return np.where(where.mask & world.traded[:, None, None], -CUT * slopes, 0.0)


def _by_owner(world: World, where: Opening, slopes: Floats, owners: Ints) -> Floats:
    """Add unit pairs up to pairs of owners, shape (sector, buyer, seller)."""
    member = (owners[:, None] == np.arange(int(owners.max()) + 1)).astype(float)
    inside = np.where(where.mask & world.traded[:, None, None], slopes, 0.0)
    total: Floats = np.einsum("jni,na,ib->jab", inside, member, member)
    return total


class _Exact:
    """Solves single walls again at k^ = 0.99."""

    def __init__(self, economy: Economy, where: Opening, owners: Ints) -> None:
        self.economy, self.where, self.owners = economy, where, owners
        self.quick = Quick(economy.world, economy.parameters)
        self.others = [
            Quick(economy.world.with_elasticities(t), economy.parameters, self.quick.record) for t in ELASTICITIES
        ]

    def point(
        self,
        at: tuple[int, int, int],
        slopes: tuple[float, float],
        band: Floats,
        names: tuple[tuple[str, Text], ...],
        *,
        exact: bool,
    ) -> BlockedPoint:
        """Return one wall; ``slopes`` are the area's and the buyer's own."""
        j, n, i = at
        slope, own = (float(part) for part in slopes)
        buyer, seller, sector = names[n], names[i], self.economy.sector_list[j]
        name = Text(
            f"{buyer[1].zh}←{seller[1].zh}，{sector.name.zh}", f"{buyer[1].en} from {seller[1].en}, {sector.name.en}"
        )
        value, gains, payable = slope, dict[str, float](), float("nan")
        low, high = float(band.min()), float(band.max())
        if exact:
            shock = self._shock(j, self._pairs(n, i))
            columns = self.quick.certain(shock)
            inside = self.where.inside
            value, payable = float(columns[:2, inside].sum()), float(columns[2, inside].sum())
            gains = dict(zip(self.economy.regions, columns[:2].sum(axis=0).tolist(), strict=True))
            swept = [float(quick.certain(shock)[:2, inside].sum()) for quick in self.others]
            low, high = min(value, *swept), max(value, *swept)
        return BlockedPoint(buyer[0], seller[0], sector.code, name, value, low, high, slope, own, exact, gains, payable)

    def _pairs(self, buyer: int, seller: int) -> Bools:
        pairs: Bools = self.where.mask & np.outer(self.owners == buyer, self.owners == seller)
        return pairs

    def _shock(self, sector: int, pairs: Bools) -> Shock:
        change = np.ones(self.economy.world.shares.shape)
        change[sector][pairs] = 1.0 - CUT
        return Shock(barriers=change)
