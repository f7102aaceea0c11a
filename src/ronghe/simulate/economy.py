"""An economy: a calibrated world with names, parameters and what its data can tell; it solves scenarios.

economy = Economy.from_data(data)                    # or Economy.from_flows(flows=..., axes=(...), ...)
economy.solve(Scenario("a cut").cut_trade_cost(0.1, within=area)).welfare
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import DataFault, Fault, NotIdentified, ParameterFault
from ronghe.base.region import REST_OF_WORLD, ROW, Region, provinces
from ronghe.base.sector import Sector, nine_sectors
from ronghe.base.status import Status, weakest
from ronghe.base.text import Text, same
from ronghe.data.baseline import Baseline
from ronghe.simulate.binding import Bound, bind, shock_of
from ronghe.simulate.blocks import Blocks
from ronghe.simulate.calibrate import with_blocks, world_from_baseline, world_from_flows
from ronghe.simulate.closure import Closure
from ronghe.simulate.held import held_notes, own_levels, several_likely
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.shock import Shock
from ronghe.simulate.solution import Solution
from ronghe.simulate.solver.certificate import STARTS, certify
from ronghe.simulate.solver.solve import MOST_STEPS, TOLERANCE, Problem, prepare, solve_problem
from ronghe.simulate.world import World
from ronghe.simulate.world_input import check_world

if TYPE_CHECKING:
    from ronghe.data import Dataset

KEYS = (
    "realised_gain",
    "stated_cut_gain",
    "pair_walls",
    "depth",
    "blocked_points",
    "damages_model",
    "protection_split",
    "drain",
    "local_objective",
)
# At ``from_flows`` the caller answers for the cells; they are never evidence.
OF_THE_CALLER = MappingProxyType(
    {key: key in ("realised_gain", "stated_cut_gain", "pair_walls", "depth", "blocked_points") for key in KEYS}
)


@dataclass(frozen=True, eq=False)
class Economy:
    """A world ready for scenarios.

    Attributes
    ----------
    world : World
        Calibrated shares and levels.
    regions, sectors : tuple of str
        Codes.
    data : Dataset or None
        Where it came from.
    baseline : Baseline or None
        The table of the data room it was calibrated on.
    identifies : mapping of str to bool
        What the tables can and cannot tell.
    status : Status
        Weakest word for results: ``estimated`` on the embedded default, ``user`` at ``from_flows``.
    statuses : tuple of (Text, Status)
        Inputs that are not observed, by name.
    """

    world: World
    parameters: Parameters = field(default_factory=Parameters)
    region_list: tuple[Region, ...] = ()
    sector_list: tuple[Sector, ...] = ()
    known: tuple[Region, ...] = ()
    data: Dataset | None = None
    baseline: Baseline | None = None
    identifies: Mapping[str, bool] = field(default_factory=lambda: OF_THE_CALLER)
    status: Status = "user"
    statuses: tuple[tuple[Text, Status], ...] = ()

    @classmethod
    def from_data(cls, data: Dataset, *, parameters: Parameters | None = None) -> Economy:
        """Calibrate on the baseline of a data set.

        Raises
        ------
        DataFault
            If the baseline does not add up.
        """
        made = cls.from_baseline(data.baseline, parameters=parameters)
        return replace(
            made,
            data=data,
            identifies=data.identifies,
            known=tuple(data.known_regions),
            region_list=_named(made.regions, (*data.known_regions, REST_OF_WORLD)),
            sector_list=tuple(data.sectors),
            status=weakest([made.status, data.status]),
        )

    @classmethod
    def from_baseline(cls, baseline: Baseline, *, parameters: Parameters | None = None) -> Economy:
        """Calibrate on one baseline (three uses, fiscal block, indexed deficits)."""
        chosen = Parameters() if parameters is None else parameters
        world = world_from_baseline(baseline, parameters=chosen)
        return cls._of(world, parameters=chosen, status=baseline.pair_status, statuses=baseline.statuses,
                       baseline=baseline)  # fmt: skip

    @classmethod
    def from_world(
        cls,
        world: World,
        *,
        parameters: Parameters | None = None,
        status: Status = "user",
        statuses: tuple[tuple[Text, Status], ...] = (),
        baseline: Baseline | None = None,
    ) -> Economy:
        """Wrap a calibrated world.

        Raises
        ------
        DataFault
            Every fault at once: shapes, shares that do not add up, ranges.
        """
        check_world(world)
        return cls._of(world, parameters=parameters, status=status, statuses=statuses, baseline=baseline)

    @classmethod
    def _of(
        cls,
        world: World,
        *,
        parameters: Parameters | None = None,
        status: Status = "user",
        statuses: tuple[tuple[Text, Status], ...] = (),
        baseline: Baseline | None = None,
    ) -> Economy:
        known = (*provinces(), REST_OF_WORLD)
        sectors = {sector.code: sector for sector in nine_sectors()}
        return cls(
            world=world,
            parameters=Parameters() if parameters is None else parameters,
            region_list=_named(world.regions, known),
            sector_list=tuple(sectors.get(code, Sector(code, same(code))) for code in world.sectors),
            # A province without data is known by name only where the regions are provinces at all.
            known=provinces() if set(world.regions) & {region.code for region in provinces()} else (),
            baseline=baseline,
            status=status,
            statuses=statuses,
        )

    @classmethod
    def from_flows(
        cls,
        *,
        flows: Floats,
        axes: Sequence[str] | None = None,
        value_added_shares: Floats,
        input_shares: Floats,
        elasticities: Floats | float,
        tariffs: Floats | None = None,
        deficits: Floats | Literal["zero"] | None = None,
        gross: bool = False,
        regions: Sequence[str],
        sectors: Sequence[str],
    ) -> Economy:
        """Calibrate on flows of one's own: one final basket, no nation, world value added constant.

        Parameters
        ----------
        flows : array
            Purchases, own sales included, axes as named; net of tariff unless ``gross``. Copied to float64; float32
            (an array or a writable memory map) stays float32, and where its axes are sector, buyer, seller it is
            turned into shares in place, without a second copy: the caller's array is used up.
        axes : sequence of str
            ``("buyer", "seller", "sector")`` in the order of the array; required, never guessed.
        value_added_shares : array, shape (region, sector)
        input_shares : array, shape (region, input, sector) or (input, sector)
            Cost shares: with the value-added share they add up to 1.
        elasticities : array, shape (sector,), or float
            Trade elasticity theta.
        tariffs : array, same axes as ``flows``, optional
            Fractions (0.05).
        deficits : array, shape (region,), optional
            Net inflows, sum 0, a constant share of world value added. Computed from the flows if left out;
            others are imposed by solving the baseline first (``"zero"``: none).

        Raises
        ------
        DataFault
            Every fault at once: axes, shapes, negative flows, shares, deficits.
        """
        none = isinstance(deficits, str) and deficits == "zero"
        world = world_from_flows(
            flows=flows,
            axes=axes,
            value_added_shares=value_added_shares,
            input_shares=input_shares,
            elasticities=elasticities,
            tariffs=tariffs,
            deficits=np.zeros(len(regions)) if none else deficits,
            gross=gross,
            regions=regions,
            sectors=sectors,
        )
        return cls._of(world)

    @property
    def regions(self) -> tuple[str, ...]:
        """Codes of the regions."""
        return self.world.regions

    @property
    def sectors(self) -> tuple[str, ...]:
        """Codes of the sectors."""
        return self.world.sectors

    @property
    def names(self) -> tuple[Text, ...]:
        """Names of the regions in both languages."""
        return tuple(region.name for region in self.region_list)

    def with_world(self, world: World) -> Economy:
        """Return the same economy on another calibrated world (a draw, other elasticities)."""
        return replace(self, world=world)

    def with_parameters(self, parameters: Parameters) -> Economy:
        """Return the same economy with other parameters of people and services."""
        return replace(self, parameters=parameters)

    def with_blocks(self, blocks: Blocks) -> Economy:
        """Return the same economy with groups, services, sharing, subsidies or ownership on.

        Raises
        ------
        DataFault
            Every fault of the blocks at once.
        """
        return replace(self, world=with_blocks(self.world, blocks))

    def require(self, key: str) -> None:
        """Raise :class:`NotIdentified` unless the tables can tell ``key``."""
        if self.identifies.get(key, False):
            return
        reason, unlocks = Text("现有数据无法判断。", "the tables at hand cannot tell. "), tuple[str, ...]()
        if self.data is not None:
            answer = self.data.identification(key)
            reason, unlocks = answer.reason, answer.unlocks
        raise NotIdentified(key, reason, unlocks)

    def bind(self, scenario: Scenario) -> Bound:
        """Return what a scenario means here (ordered pairs, sectors, factors), all faults at once."""
        return bind(
            scenario,
            world=self.world,
            regions=self.region_list,
            known=self.known,
            sectors=self.sector_list,
            blocks={} if self.data is None else self.data.blocks,
            area=None if self.data is None else self.data.area,
        )

    def problem(self, shock: Shock, *, closure: Closure = "short") -> Problem:
        """Return the prepared arrays of a shock under a closure."""
        return prepare(world=self.world, shock=shock, parameters=self.parameters, closure=closure)

    def solve(
        self,
        scenario: Scenario,
        *,
        closure: Closure = "short",
        transfers: Floats | None = None,
        starts: int = STARTS,
        radius: bool = True,
        tolerance: float = TOLERANCE,
        max_steps: int = MOST_STEPS,
    ) -> Solution:
        """Solve a scenario and certify the answer.

        Parameters
        ----------
        closure : {"short", "medium", "long"}
            People, capital and land fixed; people moving; capital, land supply and scale as well.
        transfers : array, shape (region,), optional
            Payments between regions at base-year prices, sum 0, that enter public grants.
        starts : int
            Seeded starts of the certificate; 0 to leave them out, except where several equilibria are likely.

        Returns
        -------
        Solution
            With a status; its numbers answer only if converged.
        """
        bound = self.bind(scenario)
        shock = replace(shock_of(bound, self.world), gifts=self._gifts(transfers))
        return self.solve_shock(
            shock, scenario=scenario, closure=closure, starts=starts, radius=radius, tolerance=tolerance,
            max_steps=max_steps, notes=(*bound.notes, *held_notes(bound, self.world, self.parameters, closure)),
        )  # fmt: skip

    def solve_shock(
        self,
        shock: Shock,
        *,
        scenario: Scenario,
        closure: Closure = "short",
        starts: int = STARTS,
        radius: bool = True,
        tolerance: float = TOLERANCE,
        max_steps: int = MOST_STEPS,
        notes: tuple[Text, ...] = (),
    ) -> Solution:
        """Solve a shock given as arrays.

        Raises
        ------
        ParameterFault
            For a tolerance out of range.
        """
        _check_tolerance(tolerance)
        problem = self.problem(shock, closure=closure)
        # A tenth of the tolerance leaves room for the second formula, which adds up the residuals of all blocks.
        found = solve_problem(problem, tolerance=0.1 * tolerance, max_steps=max_steps)
        if not found.converged and found.residual <= tolerance:
            found = replace(found, converged=True)
        found = replace(found, tolerance=tolerance)
        zone = several_likely(self.world, self.parameters, closure)
        if zone is not None:
            starts = max(starts, STARTS)
        certificate = certify(problem, shock, found, closure=closure, starts=starts, radius=radius)
        return Solution(
            scenario=scenario,
            closure=closure,
            certificate=certificate,
            label=self.status,
            notes=(*notes, *self.world.notes, *own_levels(problem, self.names)),
            problem=problem,
            shock=shock,
            equilibrium=found,
            parameters=self.parameters,
            names=self.names,
            sector_names=tuple(sector.name for sector in self.sector_list),
            zone=zone,
        )

    def now(self, closure: Closure = "short") -> Solution:
        """Return today's world as a solution of its own, certified once: what every gain is counted from."""
        held: dict[Closure, Solution] = self.__dict__.setdefault("_now", {})
        if closure not in held:
            held[closure] = self.solve_shock(Shock(), scenario=Scenario("now"), closure=closure)
        return held[closure]

    def _gifts(self, transfers: Floats | None) -> Floats | None:
        if transfers is None:
            return None
        given = np.asarray(transfers, dtype=float)
        size = max(1.0, float(np.abs(given).sum()))
        if given.shape != (len(self.regions),) or not abs(given.sum()) <= 1e-6 * size:
            read = same(f"{given.shape}, {given.sum():g}")
            expected = Text(f"{len(self.regions)}个数，合计为0", f"{len(self.regions)} numbers that sum to 0")
            remedy = Text("支付与收入必须相抵。", "Payments and receipts must cancel out.")
            raise DataFault([Fault("S108", "transfers", read, expected, remedy)])
        return given


def _check_tolerance(tolerance: float) -> None:
    least, most = 1e-14, 1e-6
    if not (isinstance(tolerance, Real) and least <= tolerance <= most):
        raise ParameterFault(
            Text(f"tolerance 应在 {least:g} 与 {most:g} 之间，读到 {tolerance}。",
                 f"tolerance must lie between {least:g} and {most:g}; read {tolerance}.")
        )  # fmt: skip


def _named(codes: Sequence[str], known: Sequence[Region]) -> tuple[Region, ...]:
    by_code = {region.code: region for region in known} | {ROW: REST_OF_WORLD}
    return tuple(by_code.get(code, Region(code, code, code, "", code)) for code in codes)
