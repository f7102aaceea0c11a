"""A scenario: a named list of changes, built step by step and never changed in place.

    Scenario("10 % cheaper trade inside the delta").cut_trade_cost(0.10, within=delta)

A pair is ordered: (buyer, seller). An area opens both orders of every pair of its members; the own wall of a
region is what enters it. What a scenario means for one economy is worked out by ``bind``, with all faults at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ronghe.base.area import Area
from ronghe.base.arrays import Floats
from ronghe.base.canonical import content_hash
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.simulate import scenario_input as given
from ronghe.simulate.changes import CHANNELS as CHANNELS
from ronghe.simulate.changes import MEASURED_CHANNELS as MEASURED_CHANNELS
from ronghe.simulate.changes import ON_REGIONS as ON_REGIONS
from ronghe.simulate.changes import RELATIONS as RELATIONS
from ronghe.simulate.changes import Change as Change
from ronghe.simulate.changes import ChangeKind as ChangeKind
from ronghe.simulate.changes import Layer as Layer
from ronghe.simulate.changes import Lever as Lever
from ronghe.simulate.changes import Relation as Relation
from ronghe.simulate.changes import Where as Where

NO_SIDES = Text("请写明买方和卖方。", "State buyer and seller.")
NO_MOVE = Text("请写明户籍地和居住地。", "State homes and places.")


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
        faults: list[Text] = []
        cut, place = given.share_of(share, faults), given.area_of(within, faults)
        named = given.sectors_of(sectors, faults)
        given.settle(faults)
        return self._with(_inside(place, Change("cut", factor=1.0 - cut, sectors=named)))

    def cut_entry(
        self, share: float, *, buyers: Where, sellers: Where, sectors: Iterable[str] | None = None
    ) -> Scenario:
        """Lower what it costs to enter the buyers' regions, one way: ordered pairs (buyer, seller)."""
        faults: list[Text] = []
        cut, sides = given.share_of(share, faults), given.sides_of(buyers, sellers, NO_SIDES, faults)
        named = given.sectors_of(sectors, faults)
        given.settle(faults)
        return self._with(Change("cut", buyers=sides[0], sellers=sides[1], factor=1.0 - cut, sectors=named))

    def prohibit(self, *, within: Where, sectors: Iterable[str] | None = None) -> Scenario:
        """Forbid trade inside an area: the limit of a prohibitive wall, kernel 0 on both orders of every pair."""
        faults: list[Text] = []
        place, named = given.area_of(within, faults), given.sectors_of(sectors, faults)
        given.settle(faults)
        return self._with(_inside(place, Change("prohibit", factor=float("inf"), sectors=named)))

    def ease_settling(self, share: float, *, homes: Where, places: Where) -> Scenario:
        """Lower the cost of living away from home by ``share``, from each of the homes to each of the places.

        mu^ = 1 - share on ordered pairs (home, place); it acts where people move.
        """
        faults: list[Text] = []
        cut, sides = given.share_of(share, faults), given.sides_of(homes, places, NO_MOVE, faults)
        given.settle(faults)
        return self._with(Change("settling", factor=1.0 - cut, buyers=sides[0], sellers=sides[1]))

    def change_land(self, factors: Mapping[str, float]) -> Scenario:
        """Change the quota of construction land by factors above 0, by region: Q^."""
        return self._with(given.valued("land", factors, given.FACTOR))

    def raise_productivity(self, factors: Mapping[str, float], *, sectors: Iterable[str] | None = None) -> Scenario:
        """Change productivity by factors above 0, by region, in the sectors named or in all traded ones: A^."""
        return self._with(given.valued("productivity", factors, given.FACTOR, sectors=sectors))

    def subsidise(self, rates: Mapping[str, float], *, sectors: Iterable[str] | None = None) -> Scenario:
        """Let regions pay a share of their sellers' cost, in the sectors named or in all traded ones: s', below 1."""
        return self._with(given.valued("subsidy", rates, given.RATE, sectors=sectors))

    def share_taxes(self, parts: Mapping[tuple[str, str], float], *, sectors: Iterable[str] | None = None) -> Scenario:
        """Send parts of the local taxes raised at a place to another region: keys (place, receiver), fractions.

        An enclave park is a pair in its sectors; the place keeps what is left.
        """
        return self._with(given.valued("sharing", parts, given.PART, size=2, sectors=sectors))

    def pool_services(self, parts: Mapping[tuple[str, str], float]) -> Scenario:
        """Let a region's services also serve others: keys (user, provider), the part that a yuan does for the user.

        The part holds for every kind of service: for each one of the economy's block of services, and without such a
        block for all public services together. To pool one kind alone, give the block its ``pooling``.
        """
        return self._with(given.valued("pooling", parts, given.PART, size=2))

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
            Same axes as flows at the door, any order, named by ``axes``; 0 where buyer and seller are one region.
        pairs, within : optional
            One of them or neither.

        Raises
        ------
        ScenarioFault
            For what is no array of fractions above -1, own tariffs other than 0, no pair in ``pairs``, ``pairs`` and
            ``within`` together: all at once.
        """
        faults: list[Text] = []
        array, named = given.tariffs_of(tariffs, axes, faults)
        chosen, place = _pairs_or_area(pairs, within, faults)
        given.settle(faults)
        return self._with(_inside(place, Change("tariffs", pairs=chosen, tariffs=array, axes=named)))

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

        A lever of ``competition`` takes the rate of subsidy of the regions in ``within`` from conversion * before,
        which the economy must hold, to conversion * after; one of ``research`` multiplies their productivity by k^.
        An ``after`` above ``before`` raises the cost; ``notes`` says so.

        Parameters
        ----------
        conversion : float
            Cost for one unit of the measure, above 0.

        Raises
        ------
        ScenarioFault
            Without a measure, a source or an owner, on unordered pairs, for a channel that takes none, for readings
            that are no numbers: all at once.
        """
        made = Lever(name, channel, layer, before, after, measure, source, owner, relation, conversion, status)
        faults = given.lever_faults(made)
        if channel in ON_REGIONS:
            return self._with(_on_regions(made, within, pairs, sectors, faults))
        if within is None and pairs is None:
            faults.append(Text("请给出 within 或 pairs 之一。", "Give either within or pairs."))
        chosen, place = _pairs_or_area(pairs, within, faults)
        named = given.sectors_of(sectors, faults)
        given.settle(faults)
        kind: ChangeKind = "settling" if channel == "hukou" else "lever"
        change = Change(kind, pairs=chosen, factor=made.factor, sectors=named, lever=made)
        return self._with(_inside(place, change))

    @property
    def levers(self) -> tuple[Lever, ...]:
        """Levers in the order they were added."""
        return tuple(change.lever for change in self.changes if change.lever is not None)

    @property
    def notes(self) -> tuple[Text, ...]:
        """What a reader must know: levers that raise a cost instead of lowering it."""
        return tuple(
            Text(
                f"举措“{lever.name}”提高成本：读数由 {lever.before:g} 升到 {lever.after:g}。",
                f'Lever "{lever.name}" raises the cost: from {lever.before:g} to {lever.after:g}.',
            )
            for lever in self.levers
            if lever.raises
        )

    def _with(self, change: Change) -> Scenario:
        return replace(self, changes=(*self.changes, change))


def _on_regions(lever: Lever, within: object, pairs: object, sectors: object, faults: list[Text]) -> Change:
    """Return the change of a lever that acts on regions: a rate of subsidy, or a productivity."""
    if pairs is not None or within is None:
        faults.append(Text(f"渠道“{lever.channel}”作用于地区：请给出 within，不要给出 pairs。",
                           f'Channel "{lever.channel}" acts on regions: give within, and no pairs.'))  # fmt: skip
    names = () if within is None else given.codes(given.place_of(within, faults))
    chosen = given.sectors_of(sectors, faults)
    given.settle(faults)
    kind: ChangeKind = "subsidy" if lever.channel == "competition" else "productivity"
    value = lever.conversion * lever.after if kind == "subsidy" else lever.factor
    return Change(kind, values=tuple(((name,), value) for name in names), sectors=chosen, lever=lever)


def _inside(place: given.Place | None, change: Change) -> Change:
    """Return the change on both orders of every pair of an area or list; as it is without one."""
    if place is None:
        return change
    if isinstance(place, Area):
        return replace(change, area=place)
    return replace(change, members=given.codes(place))


def _pairs_or_area(
    pairs: object, within: object, faults: list[Text]
) -> tuple[tuple[tuple[str, str], ...], given.Place | None]:
    """Return ordered pairs and an area, as far as they are given; both at once is a fault."""
    if pairs is not None and within is not None:
        faults.append(Text("pairs 与 within 只能给出其一。", "Give either within or pairs, not both."))
    chosen = () if pairs is None else given.pairs_of(pairs, faults)
    return chosen, None if within is None else given.area_of(within, faults)
