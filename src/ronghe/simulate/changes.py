"""What a scenario is made of: changes as the user wrote them, and the levers behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ronghe.base.area import Area
from ronghe.base.arrays import Floats
from ronghe.base.canonical import array_hash
from ronghe.base.status import Status
from ronghe.base.text import Text

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
MEASURED_CHANNELS = ("transaction", "protection", "hukou", "competition", "research")
"""Channels that a documented measure can be put into."""

ON_REGIONS = ("competition", "research")
"""Channels whose levers act on regions and not on pairs of them: a rate of subsidy, a productivity."""

RELATIONS = ("央地", "府际", "政企", "企企")


@dataclass(frozen=True, slots=True)
class Lever:
    """A documented measure that lowers a barrier.

    Attributes
    ----------
    channel : str
        One of ``MEASURED_CHANNELS``; ``hukou`` lowers the cost of living away from home, and acts where people move;
        ``competition`` takes a rate of subsidy from one documented level to another, ``research`` a productivity.
    layer : {"hardware", "software"}
    before, after : float
        The measure's reading; times ``conversion`` it is the ad-valorem cost, the rate of subsidy, or what
        productivity is above 1.
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
        """k^ = (1 + cost after) / (1 + cost before); A^ of a lever of research."""
        return (1.0 + self.conversion * self.after) / (1.0 + self.conversion * self.before)

    @property
    def raises(self) -> bool:
        """Whether it raises the cost instead of lowering it."""
        return self.channel != "research" and self.after > self.before


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
