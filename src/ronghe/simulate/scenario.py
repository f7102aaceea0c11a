"""A scenario: a named list of changes, built step by step and never changed in place.

    Scenario("10 % cheaper trade inside the delta").cut_trade_cost(0.10, within=delta)

A pair is ordered: (buyer, seller). An area opens both orders of every pair of its members; the own wall of a
region is what enters it. What a scenario means for one economy is worked out by ``bind``, with all faults at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Any, Literal

import numpy as np

from ronghe.base.area import Area
from ronghe.base.arrays import Floats
from ronghe.base.canonical import array_hash, content_hash
from ronghe.base.errors import ScenarioFault
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.simulate.checks import AXES

Where = Area | str | Sequence[str]
"""An area, its name (长三角), or a list of regions."""

ChangeKind = Literal[
    "cut", "prohibit", "tariffs", "lever", "settling", "land", "productivity", "subsidy", "sharing", "pooling"
]
Layer = Literal["hardware", "software"]
Relation = Literal["央地", "府际", "政企", "企企"]

CHANNELS: dict[str, Text] = {
    "transaction": Text("交易成本", "transaction cost"),
    "protection": Text("保护成本", "protection cost"),
    "competition": Text("竞争成本", "competition cost"),
    "research": Text("研发成本", "research cost"),
    "hukou": Text("户籍壁垒", "hukou wedge"),
}
MEASURED_CHANNELS = ("transaction", "protection", "hukou")
"""Channels that a documented measure can be put into; the others come from subsidies and from research as a whole."""

RELATIONS = ("央地", "府际", "政企", "企企")


@dataclass(frozen=True, slots=True)
class Lever:
    """A documented measure that lowers a barrier.

    Attributes
    ----------
    channel : str
        One of ``MEASURED_CHANNELS``; ``hukou`` lowers the cost of living away from home, and acts where people move.
    layer : {"hardware", "software"}
    before, after : float
        The measure's reading; times ``conversion`` it is the ad-valorem cost.
    measure, source : str
        What was measured (days, yuan per tkm, acceptance rate) and where it is documented.
    owner : str
        Which government at which level, or firms.
    relation : str
        One of 央地, 府际, 政企, 企企.
    """

    name: str
    channel: str
    layer: Layer
    before: float
    after: float
    measure: str
    source: str
    owner: str
    relation: str
    conversion: float = 1.0
    status: Status = "user"

    @property
    def factor(self) -> float:
        """k^ = (1 + cost after) / (1 + cost before)."""
        return (1.0 + self.conversion * self.after) / (1.0 + self.conversion * self.before)


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One step of a scenario, as the user wrote it."""

    kind: ChangeKind
    area: Area | None = None
    members: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()
    sellers: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    factor: float = 1.0
    sectors: tuple[str, ...] | None = None
    tariffs: Floats | None = None
    axes: tuple[str, ...] = ()
    lever: Lever | None = None
    values: tuple[tuple[tuple[str, ...], float], ...] = ()

    @property
    def record(self) -> dict[str, object]:
        """The change as plain data, for its hash."""
        lever = self.lever
        # Only what a change has enters, so that a new kind of change leaves the hashes of the others alone.
        values = {"values": sorted(self.values)} if self.values else {}
        return values | {
            "kind": self.kind,
            "members": sorted(self.area.regions if self.area else self.members),
            "buyers": sorted(self.buyers),
            "sellers": sorted(self.sellers),
            "pairs": sorted(self.pairs),
            "factor": self.factor if np.isfinite(self.factor) else "prohibitive",
            "sectors": None if self.sectors is None else sorted(self.sectors),
            "tariffs": None if self.tariffs is None else array_hash(self.tariffs),
            "axes": list(self.axes),
            "lever": None if lever is None else {name: getattr(lever, name) for name in Lever.__slots__},
        }


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """What changes, by name. Every method returns a new scenario."""

    name: str
    changes: tuple[Change, ...] = field(default=())

    @property
    def hash(self) -> str:
        """SHA-256 of the changes; the name does not enter."""
        return content_hash([change.record for change in self.changes])

    def cut_trade_cost(self, share: float, *, within: Where, sectors: Iterable[str] | None = None) -> Scenario:
        """Lower trade cost by ``share`` on both orders of every pair of members: k^ = 1 - share.

        Parameters
        ----------
        share : float
            At least 0 and below 1; 0.10 is ten per cent.
        within : Area, its name, or list of names or codes
        sectors : iterable of str, optional
            Traded sectors of the economy if left out.

        Raises
        ------
        ScenarioFault
            If ``share`` is out of range, or the list holds fewer than two regions.
        """
        faults = [*_share_faults(share), *_member_faults(within)]
        _settle(faults)
        return self._with(_inside(within, Change("cut", factor=1.0 - share, sectors=_names(sectors))))

    def cut_entry(
        self, share: float, *, buyers: Where, sellers: Where, sectors: Iterable[str] | None = None
    ) -> Scenario:
        """Lower what it costs to enter the buyers' regions, one way: ordered pairs (buyer, seller)."""
        faults = _share_faults(share)
        if not len(buyers) or not len(sellers):
            faults.append(Text("请写明买方和卖方。", "State buyer and seller."))
        _settle(faults)
        return self._with(
            Change("cut", buyers=_codes(buyers), sellers=_codes(sellers), factor=1.0 - share, sectors=_names(sectors))
        )

    def prohibit(self, *, within: Where, sectors: Iterable[str] | None = None) -> Scenario:
        """Forbid trade inside an area: the limit of a prohibitive wall, kernel 0 on both orders of every pair."""
        _settle(_member_faults(within))
        return self._with(_inside(within, Change("prohibit", factor=float("inf"), sectors=_names(sectors))))

    def ease_settling(self, share: float, *, homes: Where, places: Where) -> Scenario:
        """Lower the cost of living away from home by ``share``, from each of the homes to each of the places.

        mu^ = 1 - share on ordered pairs (home, place); it acts where people move.
        """
        _settle(_share_faults(share))
        return self._with(Change("settling", factor=1.0 - share, buyers=_codes(homes), sellers=_codes(places)))

    def change_land(self, factors: Mapping[str, float]) -> Scenario:
        """Change the quota of construction land by factors, by region: Q^."""
        return self._with(_valued("land", factors, above=0.0))

    def raise_productivity(self, factors: Mapping[str, float], *, sectors: Iterable[str] | None = None) -> Scenario:
        """Change productivity by factors, by region, in the sectors named or in all traded ones: A^."""
        return self._with(replace(_valued("productivity", factors, above=0.0), sectors=_names(sectors)))

    def subsidise(self, rates: Mapping[str, float], *, sectors: Iterable[str] | None = None) -> Scenario:
        """Let regions pay a share of their sellers' cost, in the sectors named or in all traded ones: s'."""
        return self._with(replace(_valued("subsidy", rates, above=-1.0, below=1.0), sectors=_names(sectors)))

    def share_taxes(self, parts: Mapping[tuple[str, str], float], *, sectors: Iterable[str] | None = None) -> Scenario:
        """Send parts of the local taxes raised at a place to another region: keys (place, receiver), fractions.

        An enclave park is a pair in its sectors; the place keeps what is left.
        """
        return self._with(replace(_valued("sharing", parts, above=0.0, below=1.0, size=2), sectors=_names(sectors)))

    def pool_services(self, parts: Mapping[tuple[str, str], float]) -> Scenario:
        """Let a region's services also serve others: keys (user, provider), the part that a yuan does for the user."""
        return self._with(_valued("pooling", parts, above=0.0, below=1.0, size=2))

    def set_tariffs(
        self,
        tariffs: Floats,
        *,
        axes: Sequence[str],
        pairs: Iterable[tuple[str, str]] | None = None,
        within: Where | None = None,
    ) -> Scenario:
        """Put new wedges (fractions) on the ordered pairs named, on those within an area, or on all.

        Parameters
        ----------
        tariffs : array
            Same axes as flows at the door, any order, named by ``axes``.
        """
        faults = [] if sorted(axes) == sorted(AXES) else [
            Text("axes 须写明 buyer、seller、sector 各一次。", "axes must name buyer, seller and sector, each once.")
        ]  # fmt: skip
        array = np.array(tariffs, dtype=float)
        if not np.isfinite(array).all() or (array <= -1).any():
            faults.append(Text("关税须为大于-1的小数。", "Tariffs must be fractions above -1."))
        faults += _pair_faults(pairs)
        if within is not None:
            faults += _member_faults(within)
        _settle(faults)
        chosen = () if pairs is None else tuple((str(buyer), str(seller)) for buyer, seller in pairs)
        return self._with(_inside(within, Change("tariffs", pairs=chosen, tariffs=array, axes=tuple(axes))))

    def lever(
        self,
        name: str,
        channel: str,
        *,
        layer: Layer,
        before: float,
        after: float,
        measure: str = "",
        source: str = "",
        owner: str = "",
        relation: str = "府际",
        within: Where | None = None,
        pairs: Iterable[tuple[str, str]] | None = None,
        sectors: Iterable[str] | None = None,
        conversion: float = 1.0,
        status: Status = "user",
    ) -> Scenario:
        """Add a documented lever: k^ = (1 + conversion * after) / (1 + conversion * before).

        Raises
        ------
        ScenarioFault
            Without a measure, a source or an owner, on unordered pairs, for a channel that is no trade cost: all at once.
        """
        listed = None if pairs is None else list(pairs)
        made = Lever(name, channel, layer, before, after, measure, source, owner, relation, conversion, status)
        faults = [*_lever_faults(made), *_pair_faults(listed)]
        if (within is None) == (listed is None):
            faults.append(Text("请给出 within 或 pairs 之一。", "Give either within or pairs."))
        if within is not None:
            faults += _member_faults(within)
        _settle(faults)
        chosen = () if listed is None else tuple((str(buyer), str(seller)) for buyer, seller in listed)
        kind: ChangeKind = "settling" if channel == "hukou" else "lever"
        change = Change(kind, pairs=chosen, factor=made.factor, sectors=_names(sectors), lever=made)
        return self._with(_inside(within, change))

    @property
    def levers(self) -> tuple[Lever, ...]:
        """Levers in the order they were added."""
        return tuple(change.lever for change in self.changes if change.lever is not None)

    def _with(self, change: Change) -> Scenario:
        return replace(self, changes=(*self.changes, change))


def _inside(within: Where | None, change: Change) -> Change:
    """Return the change on both orders of every pair of an area or list; as it is without one."""
    if within is None:
        return change
    if isinstance(within, Area):
        return replace(change, area=within)
    return replace(change, members=_codes(within))


def _valued(
    kind: ChangeKind, values: Mapping[Any, float], *, above: float, below: float = np.inf, size: int = 1
) -> Change:
    """Return a change given by numbers, one a region or an ordered pair of regions."""
    faults = []
    made: list[tuple[tuple[str, ...], float]] = []
    for key, value in values.items():
        names = (key,) if isinstance(key, str) else tuple(str(name) for name in key)
        if len(names) != size:
            faults.append(Text(f"“{key}”应写{size}个地区。", f'"{key}" must name {size} region(s).'))
        if not above <= float(value) <= below or not np.isfinite(value) or (kind == "land" and value == 0):
            limits = f"{above:g}" + (f" 至 {below:g}" if np.isfinite(below) else " 以上")
            faults.append(
                Text(
                    f"{'、'.join(names)} 的数值 {value:g} 应在 {limits}。",
                    f"{', '.join(names)}: {value:g} must lie "
                    + (f"between {above:g} and {below:g}." if np.isfinite(below) else f"above {above:g}."),
                )
            )
        made.append((names, float(value)))
    if not values:
        faults.append(Text("没有给出任何数值。", "No value is given."))
    _settle(faults)
    return Change(kind, values=tuple(made))


def _codes(where: Where) -> tuple[str, ...]:
    if isinstance(where, Area):
        return where.regions
    return (where,) if isinstance(where, str) else tuple(str(code) for code in where)


def _names(sectors: Iterable[str] | None) -> tuple[str, ...] | None:
    if sectors is None:
        return None
    named = (sectors,) if isinstance(sectors, str) else tuple(str(sector) for sector in sectors)
    if not named:
        _settle([Text("没有写出任何部门；不限部门时请省略 sectors。",
                      "No sector is named; leave sectors out to mean all traded ones.")])  # fmt: skip
    return named


def _share_faults(share: float) -> list[Text]:
    if not isinstance(share, Real):
        return [Text(f"降幅应为小数，读到“{share}”（0.10 表示一成）。",
                     f'A cut is a fraction; read "{share}" (0.10 is ten per cent).')]  # fmt: skip
    if 0.0 <= share < 1.0:
        return []
    return [
        Text(
            f"降幅 {share:g} 应不小于0且小于1（0.10 表示一成）。",
            f"A cut of {share:g} must be at least 0 and below 1 (0.10 is ten per cent).",
        )
    ]


def _member_faults(within: Where) -> list[Text]:
    # One name alone is an area's; whether there is such an area is known when the scenario meets an economy.
    if isinstance(within, Area | str):
        return []
    if not isinstance(within, Iterable):
        return [Text(f"范围应为区域、区域名或地区列表，读到 {within!r}。",
                     f"A place is an area, its name or a list of regions; read {within!r}.")]  # fmt: skip
    if len(set(_codes(within))) >= 2:
        return []
    return [Text("一个范围至少要有两个地区。", "An area needs at least two regions.")]


def _pair_faults(pairs: Iterable[object] | None) -> list[Text]:
    if pairs is None:
        return []
    wrong = [pair for pair in pairs if not isinstance(pair, tuple) or len(pair) != 2]
    if not wrong:
        return []
    return [Text("请写明买方和卖方，或给出一个联合体。", "State buyer and seller, or give a coalition.")]


def _lever_faults(lever: Lever) -> list[Text]:
    faults = []
    if not lever.measure.strip():
        faults.append(Text(f"杠杆“{lever.name}”没有实测依据（measure）。", f'Lever "{lever.name}" names no measure.'))
    if not lever.source.strip():
        faults.append(Text(f"杠杆“{lever.name}”没有来源（source）。", f'Lever "{lever.name}" names no source.'))
    if not lever.owner.strip():
        faults.append(Text(f"杠杆“{lever.name}”没有责任主体（owner）。", f'Lever "{lever.name}" names no owner.'))
    if lever.channel not in MEASURED_CHANNELS:
        known = "、".join(MEASURED_CHANNELS)
        faults.append(
            Text(
                f"渠道“{lever.channel}”不能直接给出实测举措；可用：{known}。",
                f'Channel "{lever.channel}" takes no documented measure; known: {known.replace("、", ", ")}.',
            )
        )
    if lever.layer not in ("hardware", "software"):
        faults.append(Text(f"层次“{lever.layer}”应为 hardware 或 software。",
                           f'Layer "{lever.layer}" must be hardware or software.'))  # fmt: skip
    if lever.relation not in RELATIONS:
        faults.append(Text(f"关系“{lever.relation}”应为央地、府际、政企、企企之一。",
                           f'Relation "{lever.relation}" must be one of {", ".join(RELATIONS)}.'))  # fmt: skip
    if not (lever.conversion * lever.before > -1 and lever.conversion * lever.after > -1):
        faults.append(Text("换算后的成本须大于-1。", "Costs after conversion must be above -1."))
    return faults


def _settle(faults: Sequence[Text]) -> None:
    if faults:
        raise ScenarioFault(Text("".join(f.zh for f in faults), " ".join(f.en for f in faults)))
