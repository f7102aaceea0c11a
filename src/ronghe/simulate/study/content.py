"""A scenario file as content: what changes, under which parameters, on which data; and its identity.

    scenario id = SHA-256 of the canonical JSON of everything but title, note and [report], defaults filled in
    run id      = SHA-256 of (scenario id, content hash of the data, version of the engine)

Areas, regions and sectors enter by their codes, sorted, so that another spelling or order is the same scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from importlib.metadata import version
from typing import Any

from ronghe.base.area import Area
from ronghe.base.canonical import content_hash
from ronghe.base.region import Region
from ronghe.base.sector import Sector
from ronghe.base.status import Status, weakest
from ronghe.base.text import Lang, Text
from ronghe.data import Dataset
from ronghe.data.elastic import with_elasticity
from ronghe.simulate.closure import Closure
from ronghe.simulate.economy import Economy
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.scenario import Change, Layer, Lever, Scenario
from ronghe.simulate.study.conversion import Kind, as_cost

FORMAT = 1
SHOWN = 16
"""Hex digits of an id that are printed."""


@dataclass(frozen=True, slots=True)
class LeverEntry:
    """One ``[[lever]]``: a documented measure in its own unit, and the pairs it acts on.

    Attributes
    ----------
    before, after : float
        Readings of the measure as documented (days, yuan per tkm, acceptance rate, or a cost share).
    fields : mapping of str to float
        What its kind needs to turn a reading into an ad-valorem cost.
    within : Area or None
    pairs : tuple of (Region, Region)
        Ordered (buyer, seller); empty where ``within`` is given.
    sectors : tuple of Sector
    """

    name: Text
    channel: str
    layer: Layer
    owner: Text
    relation: str
    measure: Text
    source: Text
    status: Status
    kind: Kind
    before: float
    after: float
    fields: Mapping[str, float]
    within: Area | None
    pairs: tuple[tuple[Region, Region], ...]
    sectors: tuple[Sector, ...]

    def add_to(self, scenario: Scenario) -> Scenario:
        """Return a scenario with this lever."""
        reading = as_cost(kind=self.kind, before=self.before, after=self.after, fields=self.fields)
        return scenario.lever(
            self.name.zh,
            self.channel,
            layer=self.layer,
            before=reading.before,
            after=reading.after,
            conversion=reading.conversion,
            measure=self.measure.zh,
            source=self.source.zh,
            owner=self.owner.zh,
            relation=self.relation,
            within=self.within,
            pairs=None if self.within else [(buyer.code, seller.code) for buyer, seller in self.pairs],
            sectors=[sector.code for sector in self.sectors],
            status=self.status,
        )

    @property
    def record(self) -> dict[str, Any]:
        """The lever as plain data."""
        texts = {name: asdict(getattr(self, name)) for name in ("name", "owner", "measure", "source")}
        plain = {name: getattr(self, name) for name in ("channel", "layer", "relation", "status", "kind")}
        return texts | plain | {
            "before": self.before + 0.0,
            "after": self.after + 0.0,
            **self.fields,
            "within": _codes(self.within),
            "pairs": sorted([buyer.code, seller.code] for buyer, seller in self.pairs),
            "sectors": sorted(sector.code for sector in self.sectors),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class CutEntry:
    """One ``[[cut]]``: a stated cut of trade cost on both orders of every pair of an area."""

    share: float
    within: Area
    sectors: tuple[Sector, ...]

    @property
    def record(self) -> dict[str, Any]:
        """The cut as plain data."""
        sectors = sorted(sector.code for sector in self.sectors)
        return {"share": self.share, "within": _codes(self.within), "sectors": sectors}


@dataclass(frozen=True, eq=False)
class ScenarioFile:
    """Everything a scenario file says, checked and with its defaults filled in.

    Attributes
    ----------
    title, note : Text
    source : str
        What ``data`` says: ``default``, ``demo`` or a content hash.
    data : Dataset
        The data set of the base year that it names.
    area : Area
        What the scenario is about; everything in it acts inside.
    levers, cuts : tuple
        In the order of the file. A file with neither has the default cut.
    theta : float
        Trade elasticity of every sector.
    language : {"zh", "en"} or None
    exhibits : tuple of str
        What a report shows; everything where empty.
    file : str
        Name of the file, for faults; it does not enter the identity.
    """

    title: Text
    note: Text
    source: str
    data: Dataset
    area: Area
    levers: tuple[LeverEntry, ...]
    cuts: tuple[CutEntry, ...]
    parameters: Parameters = field(default_factory=Parameters)
    theta: float = 4.0
    tolerance: float = 1e-10
    seed: int = 0
    draws: int = 200
    closure: Closure = "short"
    language: Lang | None = None
    exhibits: tuple[str, ...] = ()
    file: str = "scenario.toml"

    @property
    def canonical(self) -> dict[str, Any]:
        """What the identity rests on, as plain data."""
        solve = {name: getattr(self, name) for name in ("tolerance", "seed", "draws", "closure")}
        return {
            "format": FORMAT,
            "scenario": {"base_year": self.data.year, "data": self.source, "area": _codes(self.area)},
            "lever": [lever.record for lever in self.levers],
            "cut": [cut.record for cut in self.cuts],
            "parameters": asdict(self.parameters) | {"theta": self.theta},
            "solve": solve,
        }

    @cached_property
    def hash(self) -> str:
        """The scenario id, 64 hex digits."""
        return content_hash(self.canonical)

    @property
    def id(self) -> str:
        """The scenario id as it is shown, 16 hex digits."""
        return self.hash[:SHOWN]

    @property
    def run_id(self) -> str:
        """The id of a run of this scenario on its data by this engine, 16 hex digits."""
        return content_hash([self.hash, self.data.content_hash, version("ronghe")])[:SHOWN]

    @cached_property
    def scenario(self) -> Scenario:
        """The changes: levers in the order of the file, then cuts."""
        made = Scenario(self.title.en)
        for lever in self.levers:
            made = lever.add_to(made)
        for cut in self.cuts:
            made = made.cut_trade_cost(cut.share, within=cut.within, sectors=[sector.code for sector in cut.sectors])
        return made

    @property
    def documented(self) -> Scenario:
        """The levers alone, without stated cuts."""
        return replace(self.scenario, changes=tuple(c for c in self.scenario.changes if c.lever is not None))

    @property
    def over_area(self) -> Scenario:
        """The same changes, counted over all members of the area, those included on which nothing acts."""
        if any(c.area is not None and set(c.area.regions) == set(self.area.regions) for c in self.scenario.changes):
            return self.scenario
        nothing = Lever("", "transaction", "software", 0.0, 0.0, "", "", "", "府际")
        idle = Change("lever", area=self.area, factor=nothing.factor, lever=nothing)
        return replace(self.scenario, changes=(*self.scenario.changes, idle))

    @property
    def status(self) -> Status:
        """The weakest word of what the changes rest on; a stated cut is assumed."""
        return weakest([lever.status for lever in self.levers] + ["assumed"] * bool(self.cuts))

    def economy(self) -> Economy:
        """Return the economy of the data under the file's parameters."""
        return Economy.from_data(with_elasticity(self.data, self.theta), parameters=self.parameters)

    def changed(self, *, draws: int | None = None, seed: int | None = None) -> ScenarioFile:
        """Return the same scenario with other draws or another seed: another id."""
        return replace(
            self, draws=self.draws if draws is None else draws, seed=self.seed if seed is None else seed
        )  # fmt: skip


def _codes(area: Area | None) -> list[str] | None:
    return None if area is None else sorted(area.regions)
