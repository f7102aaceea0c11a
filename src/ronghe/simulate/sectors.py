"""Which sectors' opening a gain comes from: Shapley over traded sectors, 2^m exact solves.

    part_a = sum_S |S|! (m - |S| - 1)! / m! * (v(S + a) - v(S)),       S without a

v(S) is the gain when only the sectors in S open. The parts add up to the whole; no order is preferred. Beside
them stand each sector alone, each last, the interaction of pairs v(ab) - v(a) - v(b), and scope (范围效应): what
opening together brings beyond the sum of each alone, through inputs.

References
----------
.. [1] L. S. Shapley, "A Value for n-Person Games", 1953.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.simulate.binding import shock_of
from ronghe.simulate.columns import COLUMNS
from ronghe.simulate.economy import Economy
from ronghe.simulate.levers import shapley_parts
from ronghe.simulate.opening import HEADLINE
from ronghe.simulate.quick import Quick
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.shock import Shock, barrier_factor
from ronghe.simulate.world import World

MOST_PARTS = 12
"""Most sectors that are split exactly: 4,096 solves."""

WORKERS = 2


@dataclass(frozen=True, slots=True, eq=False)
class PartSplit:
    """A value split over parts.

    Attributes
    ----------
    parts, alone, last : array, shape (part, ...)
        Shapley part; the part by itself; what it adds to all others.
    pairs : array, shape (part, part, ...)
        v(ab) - v(a) - v(b), 0 on the diagonal.
    whole : array, shape (...)
        v(all) - v(none).
    """

    parts: Floats
    alone: Floats
    last: Floats
    pairs: Floats
    whole: Floats

    @property
    def scope(self) -> Floats:
        """What all parts together bring beyond the sum of each alone."""
        together: Floats = self.whole - self.alone.sum(axis=0)
        return together


@dataclass(frozen=True, slots=True, eq=False)
class SectorSplit:
    """A gain split over the sectors that open, by column and region.

    Attributes
    ----------
    keys : tuple of str
        Codes of the sectors, in order of the parts.
    names : tuple of Text
    regions, members : tuple of str
        Codes of all regions and of the members.
    split : PartSplit
        Arrays of shape (part, column, region), columns household, services, payable, 亿元 a year.
    certificate : Text
        How many equilibria were solved and their largest residual.
    """

    keys: tuple[str, ...]
    names: tuple[Text, ...]
    regions: tuple[str, ...]
    members: tuple[str, ...]
    split: PartSplit
    certificate: Text

    @property
    def parts(self) -> Mapping[str, Floats]:
        """Shapley parts by column, each of shape (part, region)."""
        return {column: self.column(column) for column in (HEADLINE, *COLUMNS)}

    def column(self, name: str = HEADLINE) -> Floats:
        """Return the parts of one column, shape (part, region); ``headline`` is household and services together."""
        part: Floats = self.split.parts[:, _columns(name)].sum(axis=1)
        return part

    def total(self, regions: Iterable[str] | None = None, column: str = HEADLINE) -> Floats:
        """Return the part of each sector summed over regions (the members if left out), shape (part,)."""
        return self._sum(self.split.parts, regions, column)

    def alone(self, regions: Iterable[str] | None = None, column: str = HEADLINE) -> Floats:
        """Return what each sector would bring by itself, shape (part,)."""
        return self._sum(self.split.alone, regions, column)

    def last(self, regions: Iterable[str] | None = None, column: str = HEADLINE) -> Floats:
        """Return what each sector adds when all others are open, shape (part,)."""
        return self._sum(self.split.last, regions, column)

    def interaction(self, regions: Iterable[str] | None = None, column: str = HEADLINE) -> Floats:
        """Return what each pair brings beyond its two alone, shape (part, part)."""
        return self._sum(self.split.pairs, regions, column)

    def whole(self, regions: Iterable[str] | None = None, column: str = HEADLINE) -> float:
        """Return the gain that is split."""
        return float(self._sum(self.split.whole, regions, column))

    def scope(self, regions: Iterable[str] | None = None, column: str = HEADLINE) -> float:
        """Return what opening together brings beyond the sum of each alone."""
        return float(self._sum(self.split.scope, regions, column))

    def _sum(self, array: Floats, regions: Iterable[str] | None, column: str) -> Floats:
        at = [self.regions.index(code) for code in (self.members if regions is None else regions)]
        total: Floats = array[..., _columns(column), :][..., at].sum(axis=(-2, -1))
        return total


def _columns(name: str) -> list[int]:
    return [0, 1] if name == HEADLINE else [COLUMNS.index(name)]


def shapley_over(parts: int, value: Callable[[int], Floats], *, workers: int = 1) -> PartSplit:
    """Split ``value(all) - value(none)`` over parts.

    Parameters
    ----------
    parts : int
        m.
    value : callable
        v as a function of a bit mask: bit a is set when part a happens. Arrays of any one shape.
    workers : int
        Threads that evaluate ``value``.

    Raises
    ------
    ParameterFault
        For more than 12 parts.

    Examples
    --------
    A road is worth 1 alone, a rule nothing, both together 3: the rule earns half of what they add.

    >>> worth = {0: 0.0, 1: 1.0, 2: 0.0, 3: 3.0}
    >>> shapley_over(2, lambda mask: np.array(worth[mask])).parts
    array([2., 1.])
    """
    if parts > MOST_PARTS:
        raise ParameterFault(
            Text(
                f"精确分解最多支持{MOST_PARTS}个部分，读到{parts}个；请合并一些部分。",
                f"An exact split takes at most {MOST_PARTS} parts; read {parts}. Join some of them.",
            )
        )
    masks = range(1 << parts)
    if workers > 1:
        with ThreadPoolExecutor(workers) as pool:
            table = np.stack(list(pool.map(value, masks)))
    else:
        table = np.stack([np.asarray(value(mask), dtype=float) for mask in masks])
    table = table - table[0]
    alone = table[[1 << a for a in range(parts)]]
    last = np.stack([table[-1] - table[len(masks) - 1 ^ 1 << a] for a in range(parts)])
    pairs = np.zeros((parts, parts, *table.shape[1:]))
    for a in range(parts):
        for b in range(a):
            pairs[a, b] = pairs[b, a] = table[1 << a | 1 << b] - alone[a] - alone[b]
    return PartSplit(shapley_parts(table, parts), alone, last, pairs, table[-1])


def split_by_sector(economy: Economy, scenario: Scenario) -> SectorSplit:
    """Split the gain of a scenario over the traded sectors that it opens, people fixed.

    Raises
    ------
    NotIdentified
        If the tables cannot tell the gain of a stated cut.
    ParameterFault
        For more than 12 sectors.
    UnconvergedSolution
        If any set of sectors has no equilibrium.
    """
    economy.require("stated_cut_gain")
    bound = economy.bind(scenario)
    whole = shock_of(bound, economy.world)
    chosen = [int(j) for j in np.flatnonzero(_moved(whole, economy.world))]
    quick, full = Quick(economy.world, economy.parameters), (1 << len(chosen)) - 1

    def value(mask: int) -> Floats:
        if not mask:
            return np.zeros((len(COLUMNS), len(economy.regions)))
        opened = [j for a, j in enumerate(chosen) if mask >> a & 1]
        # Numbered from the whole down, so that the whole is certified in full.
        return quick.certain(_only(whole, economy.world, opened), number=full - mask)

    split = shapley_over(len(chosen), value, workers=WORKERS)
    return SectorSplit(
        keys=tuple(economy.sectors[j] for j in chosen),
        names=tuple(economy.sector_list[j].name for j in chosen),
        regions=economy.regions,
        members=tuple(economy.regions[n] for n in bound.members),
        split=split,
        certificate=quick.certificate,
    )


def _moved(shock: Shock, world: World) -> Bools:
    """Return the sectors in which a shock changes any pair that trades, shape (sector,)."""
    factor = barrier_factor(world, shock)
    if factor is None:
        return np.zeros(len(world.sectors), dtype=bool)
    moved: Bools = ((factor != 1.0) & (world.shares > 0)).any(axis=(1, 2))
    return moved


def _only(shock: Shock, world: World, sectors: list[int]) -> Shock:
    """Return the shock on some sectors only."""
    kept = np.isin(np.arange(len(world.sectors)), sectors)[:, None, None]
    old = 0.0 if world.tariffs is None else world.tariffs
    return replace(
        shock,
        cuts=tuple(replace(cut, sectors=cut.sectors & kept[:, 0, 0]) for cut in shock.cuts),
        barriers=None if shock.barriers is None else np.where(kept, shock.barriers, 1.0),
        tariffs=None if shock.tariffs is None else np.where(kept, shock.tariffs, old),
    )
