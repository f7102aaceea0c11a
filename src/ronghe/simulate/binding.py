"""What a scenario means for one economy: ordered pairs, sectors and factors, all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ronghe.base.area import Area
from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import RongheError, ScenarioFault, UnknownName, UnknownRegion
from ronghe.base.region import Region, find_region, nearest, normalised
from ronghe.base.sector import Sector
from ronghe.base.text import Text, joined
from ronghe.simulate.beside import BESIDE, Beside, bind_beside, with_beside
from ronghe.simulate.checks import AXES
from ronghe.simulate.scenario import Change, Lever, Scenario
from ronghe.simulate.shock import Cut, Shock
from ronghe.simulate.world import World

SAME_RATE = 1e-6
"""Rates of subsidy that differ by less are one rate."""

LARGEST_CUT = 0.25
"""Stated cuts above it are called an exercise; 0.05 to 0.2 is the range that is swept."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One change on arrays.

    Attributes
    ----------
    mask : array of bool, shape (buyer, seller)
        Ordered pairs it acts on, never the diagonal.
    sectors : array of bool, shape (sector,)
    factor : float
        k^ on those cells; ``inf`` forbids them.
    tariffs : array, shape (sector, buyer, seller), or None
        New wedges on the pairs.
    beside : Beside or None
        What changes outside trade.
    """

    mask: Bools
    sectors: Bools
    factor: float
    tariffs: Floats | None
    lever: Lever | None
    beside: Beside | None = None

    @property
    def stated(self) -> bool:
        """Whether it is a stated cut, which counts a pair once however many areas cover it."""
        return self.lever is None and self.tariffs is None and self.beside is None

    @property
    def one_way(self) -> bool:
        """Whether it is a stated change of some ordered pairs and not of their opposites: of single walls."""
        return self.lever is None and self.beside is None and bool((self.mask != self.mask.T).any())

    @property
    def touched(self) -> Bools:
        """Regions it acts on, shape (region,)."""
        if self.beside is not None:
            return self.beside.touched
        return np.asarray((self.mask | self.mask.T).any(axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A scenario bound to an economy.

    Attributes
    ----------
    members : tuple of int
        Regions (positions) on any pair, in the economy's order.
    dropped : tuple of str
        Members of an area for which the economy holds no data.
    """

    scenario: Scenario
    pieces: tuple[Piece, ...]
    members: tuple[int, ...]
    dropped: tuple[str, ...]
    notes: tuple[Text, ...]

    @property
    def key(self) -> str:
        """What the tables must tell for its gain: walls of single pairs where it changes those."""
        return "pair_walls" if any(piece.one_way for piece in self.pieces) else "stated_cut_gain"


def bind(
    scenario: Scenario,
    *,
    world: World,
    regions: Sequence[Region],
    known: Sequence[Region],
    sectors: Sequence[Sector],
    blocks: Mapping[str, str] = MappingProxyType({}),
    area: Callable[[str], Area] | None = None,
) -> Bound:
    """Return the arrays of a scenario.

    Parameters
    ----------
    regions : sequence of Region
        Those of the world, in its order.
    known : sequence of Region
        Those that have a name here; a known region without data is left out of an area and named.
    blocks : mapping of region to block
        Who owns the wall around a region, where that is a larger unit: an area of several blocks opens between
        them, for inside a block there is no wall.
    area : callable, optional
        Returns the area of a name that is no region's (长三角).

    Raises
    ------
    UnknownRegion
        If a name is unknown, with the nearest ones.
    ScenarioFault
        If an area has fewer than two members with data, a sector is unknown, or an array has the wrong shape.
    """
    if not isinstance(scenario, Scenario):
        raise ScenarioFault(
            Text(
                f"应给出 Scenario，读到 {type(scenario).__name__}；如 Scenario(“名称”).cut_trade_cost(0.1, within=…)。",
                f"A Scenario is needed; read {type(scenario).__name__}. For example "
                'Scenario("name").cut_trade_cost(0.1, within=...).',
            )
        )
    finder = _Finder(world, tuple(regions), tuple(known), tuple(sectors), blocks, area)
    pieces = tuple(finder.piece(change) for change in scenario.changes)
    finder.settle()
    if pieces:
        touched = np.logical_or.reduce([piece.touched for piece in pieces])
    else:
        touched = np.zeros(len(world.regions), dtype=bool)
    dropped = tuple(dict.fromkeys(finder.dropped))
    local = [sectors[j].name for j in finder.local]
    notes = (*scenario.notes, *_notes(dropped, known), *_covered_twice(pieces), *_far(pieces), *_local(local))
    return Bound(scenario, pieces, tuple(int(i) for i in np.flatnonzero(touched)), dropped, notes)


def _notes(dropped: tuple[str, ...], known: Sequence[Region]) -> tuple[Text, ...]:
    if not dropped:
        return ()
    names = joined([region.name for region in known if region.code in dropped])
    return (Text(f"下列成员没有数据，未计入：{names.zh}。", f"Members without data are left out: {names.en}."),)


def _far(pieces: Sequence[Piece]) -> tuple[Text, ...]:
    """Say that a stated cut lies beyond the range in which one elasticity can be relied on."""
    cuts = [1.0 - piece.factor for piece in pieces if piece.stated and piece.factor < 1.0]
    if not cuts or max(cuts) <= LARGEST_CUT:
        return ()
    return (
        Text(
            f"降幅{max(cuts):.3g}远大于常用的0.05至0.2：弹性是按较小的变化估计的，这里的数字只能当作演算。",
            f"A cut of {max(cuts):.3g} lies far beyond the usual 0.05 to 0.2: elasticities are known for smaller "
            "changes, and these figures are an exercise only.",
        ),
    )


def _covered_twice(pieces: Sequence[Piece]) -> tuple[Text, ...]:
    """Say that ordered pairs which several stated cuts cover count once."""
    stated = [piece for piece in pieces if piece.stated]
    covers = np.zeros_like(stated[0].mask, dtype=np.int64) if stated else np.zeros((0, 0), dtype=np.int64)
    for j in range(len(stated[0].sectors) if stated else 0):
        covers = np.maximum(covers, sum((piece.mask & piece.sectors[j]).astype(np.int64) for piece in stated))
    twice = int((covers > 1).sum())
    if not twice:
        return ()
    return (
        Text(
            f"{twice}个有序地区对被多项降幅覆盖：每对只计一次，取其中最深的降幅。",
            f"{twice} ordered pairs are covered by several stated cuts: each counts once, at the deepest cut.",
        ),
    )


def _local(names: Sequence[Text]) -> tuple[Text, ...]:
    if not names:
        return ()
    named = joined(list(names))
    return (
        Text(
            f"{named.zh}是本地部门，不在“可贸易部门”之列：其跨地区流量很小或为零。",
            f"{named.en}: a local sector, not among the traded ones; little or nothing of it crosses borders.",
        ),
    )


class _Finder:
    """Looks up names and collects every fault before any is raised."""

    def __init__(
        self,
        world: World,
        regions: tuple[Region, ...],
        known: tuple[Region, ...],
        sectors: tuple[Sector, ...],
        blocks: Mapping[str, str],
        area: Callable[[str], Area] | None,
    ) -> None:
        self.world, self.regions, self.sectors, self.blocks, self.area = world, regions, sectors, blocks, area
        self.known = (*regions, *(region for region in known if region.code not in world.regions))
        self.dropped: list[str] = []
        self.unknown: list[UnknownRegion] = []
        self.faults: list[Text] = []
        self.local: dict[int, None] = {}

    def piece(self, change: Change) -> Piece:
        """Return one change on arrays; faults are kept for later."""
        if change.kind in BESIDE:
            nothing = np.zeros((len(self.world.regions),) * 2, dtype=bool)
            beside = bind_beside(
                change, world=self.world, at=lambda name: self.positions([name]), mask=self.mask, sectors=self.traded
            )
            self.rates(change, beside)
            return Piece(nothing, np.zeros(len(self.sectors), dtype=bool), 1.0, None, change.lever, beside)
        return Piece(self.mask(change), self.traded(change.sectors), change.factor, self.tariffs(change), change.lever)

    def rates(self, change: Change, beside: Beside) -> None:
        """Keep a fault where a documented rate is not the one that the economy holds."""
        if change.kind != "subsidy" or change.lever is None:
            return
        stated = change.lever.conversion * change.lever.before
        held = self.world.subsidies[~np.isnan(beside.array)]
        if held.size and np.abs(held - stated).max() > SAME_RATE:
            self.faults.append(
                Text(
                    f"杠杆“{change.lever.name}”说现行补贴率为 {stated:g}，经济中为 {held.min():g} 至 {held.max():g}；"
                    "请用 with_blocks(Blocks(subsidies=…)) 载入现行补贴率。",
                    f'Lever "{change.lever.name}" states a rate of {stated:g} today; the economy holds '
                    f"{held.min():g} to {held.max():g}: load today's rates by with_blocks(Blocks(subsidies=...)).",
                )
            )

    def mask(self, change: Change) -> Bools:
        count = len(self.world.regions)
        mask = np.zeros((count, count), dtype=bool)
        if change.area is not None or change.members:
            names = change.area.regions if change.area is not None else change.members
            at = self.positions(names)
            if len(set(at)) < 2 and not self.unknown:
                self.faults.append(_one_member(change, len(set(at))))
            mask[np.ix_(at, at)] = self.walled(at)
        elif change.pairs:
            for buyer, seller in change.pairs:
                mask[np.ix_(self.positions([buyer]), self.positions([seller]))] = True
        elif change.buyers or change.sellers:
            mask[np.ix_(self.positions(change.buyers), self.positions(change.sellers))] = True
        else:
            mask[:] = True
        np.fill_diagonal(mask, False)
        if not mask.any() and not self.faults and not self.unknown:
            self.faults.append(Text("情景没有涉及任何地区对。", "The scenario touches no pair of regions."))
        return mask

    def walled(self, at: Sequence[int]) -> Bools:
        """Return the pairs of positions between which a wall stands; all of them inside one single block."""
        owner = np.array([self.blocks.get(code, code) for code in (self.world.regions[i] for i in at)])
        apart: Bools = owner[:, None] != owner[None, :]
        return apart if apart.any() else ~apart

    def positions(self, names: Sequence[str]) -> list[int]:
        """Return positions of regions with data; known ones without are dropped and remembered."""
        found = []
        for code in (code for name in names for code in self.codes(name)):
            if code in self.world.regions:
                found.append(self.world.regions.index(code))
            else:
                self.dropped.append(code)
        return found

    def codes(self, name: str) -> Sequence[str]:
        """Return the code of a region, or those of the members of an area."""
        try:
            return [find_region(name, among=self.known).code]
        except UnknownRegion as error:
            if self.area is None:
                self.unknown.append(error)
                return ()
            try:
                return self.area(name).regions
            except UnknownName as either:
                near = list(dict.fromkeys([*error.nearest, *either.nearest]))
                self.unknown.append(UnknownRegion(Text("地区或区域", "region or area"), name, near))
            return ()

    def traded(self, names: tuple[str, ...] | None) -> Bools:
        if names is None:
            return self.world.traded
        chosen = np.zeros(len(self.world.sectors), dtype=bool)
        for name in names:
            hits = [
                j for j, sector in enumerate(self.sectors)
                if normalised(name) in {normalised(word) for word in (sector.code, sector.name.zh, sector.name.en)}
            ]  # fmt: skip
            if hits:
                chosen[hits[0]] = True
                if not self.world.traded[hits[0]]:
                    self.local[hits[0]] = None
            else:
                words = [word for sector in self.sectors for word in (sector.code, sector.name.zh)]
                self.faults.append(UnknownName(Text("部门", "sector"), name, nearest(name, words)).text)
        return chosen

    def tariffs(self, change: Change) -> Floats | None:
        if change.tariffs is None:
            return None
        count, sectors = len(self.world.regions), len(self.world.sectors)
        order = [change.axes.index(axis) for axis in ("sector", "buyer", "seller")]
        sizes = {"sector": sectors, "buyer": count, "seller": count}
        wanted = tuple(sizes[axis] for axis in change.axes)
        if change.tariffs.shape != wanted:
            read = " x ".join(map(str, change.tariffs.shape))
            need = " x ".join(map(str, wanted))
            self.faults.append(
                Text(f"关税数组为 {read}，应为 {need}。", f"The tariff array is {read}; expected {need}.")
            )
            return None
        return change.tariffs.transpose(order)

    def settle(self) -> None:
        """Raise everything found."""
        found: list[RongheError] = list(self.unknown)
        texts = [*(error.text for error in found), *self.faults]
        if not texts:
            return
        if self.unknown and not self.faults:
            if len(self.unknown) == 1:
                raise self.unknown[0]
            near = [name for error in self.unknown for name in error.nearest]
            read = ", ".join(dict.fromkeys(error.read for error in self.unknown))
            raise UnknownRegion(Text("地区", "region"), read, list(dict.fromkeys(near)))
        raise ScenarioFault(Text("".join(text.zh for text in texts), " ".join(text.en for text in texts)))


def _one_member(change: Change, count: int) -> Text:
    name = change.area.short if change.area is not None else Text("所列范围", "the list")
    have = Text("没有地区", "no region") if count == 0 else Text("只有一个地区", "only one region")
    return Text(
        f"{name.zh}在这一空间尺度上{have.zh}有数据，无法计算；请加载更细的空间单元。",
        f"{name.en} has {have.en} with data: not computable at this resolution; load finer units.",
    )


def shock_of(bound: Bound, world: World, *, pieces: Sequence[int] | None = None, only: Bools | None = None) -> Shock:
    """Return the shock of some or all pieces, on all their pairs or only on those of a mask (buyer, seller).

    Stated cuts are a union of openings, in which a cell counts once; documented levers multiply.
    """
    chosen = bound.pieces if pieces is None else [bound.pieces[p] for p in pieces]
    cuts: list[Cut] = []
    tariffs: Floats | None = None
    for piece in chosen:
        mask = piece.mask if only is None else piece.mask & only
        if piece.beside is not None:
            continue
        if piece.tariffs is None:
            cuts.append(Cut(mask, piece.sectors, piece.factor, stated=piece.stated))
            continue
        if tariffs is None:
            tariffs = np.zeros_like(world.shares) if world.tariffs is None else world.tariffs.copy()
        tariffs = np.where(mask, piece.tariffs, tariffs)
    shock = Shock(cuts=tuple(cuts), tariffs=tariffs)
    return with_beside(shock, [piece.beside for piece in chosen if piece.beside is not None], world, only=only)


__all__ = ["AXES", "Bound", "Piece", "bind", "shock_of"]
