"""The gain (红利) of a scenario by region, and what today's trade inside an area is already worth.

Every gain is the exact change between two certified equilibria, never a first-order formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ronghe.base.area import Area
from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault, UnknownRegion
from ronghe.base.region import find_region, nearest
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.simulate.bands import GainBand
from ronghe.simulate.closure import Closure
from ronghe.simulate.columns import COLUMNS, Columns, columns, start_accounts
from ronghe.simulate.economy import Economy
from ronghe.simulate.held import require_moving
from ronghe.simulate.levers import LeverSplit, split_by_lever
from ronghe.simulate.scenario import Scenario, Where
from ronghe.simulate.sensitivity import DRAWS, scenario_band
from ronghe.simulate.solution import Solution
from ronghe.simulate.solver.certificate import STARTS, Certificate

if TYPE_CHECKING:
    import pandas as pd

Column = Literal["headline", "household", "services", "payable", "revaluation", "home_household", "home_services"]

TITLES: dict[str, Text] = {
    "headline": Text("居民消费当量与公共服务合计", "household consumption and public services"),
    "household": Text("居民消费当量", "household consumption equivalent"),
    "services": Text("公共服务", "public services"),
    "payable": Text("可支付部分", "payable part"),
    "revaluation": Text("转移支付重估", "revaluation of transfers"),
    "home_household": Text("居民消费当量（按户籍地）", "household consumption equivalent, by home"),
    "home_services": Text("公共服务（按户籍地）", "public services, by home"),
}


@dataclass(frozen=True, eq=False)
class Gain:
    """Gains by region in three columns, 亿元 a year at base prices (or the unit of the flows).

    Attributes
    ----------
    regions : tuple of str
        Codes of every region of the economy.
    members : tuple of str
        Codes of the regions the scenario acts on.
    household, services, payable, revaluation : array, shape (region,)
        By place. Services and household may be added; the payable part never is.
    home_household, home_services : array or None
        By home population where people move.
    status : Status
        Weakest word of what it rests on; ``statuses`` lists the inputs by name.
    solution : Solution
        The equilibrium behind it, with its certificate.
    """

    economy: Economy
    scenario: Scenario
    closure: Closure
    regions: tuple[str, ...]
    members: tuple[str, ...]
    household: Floats
    services: Floats
    payable: Floats
    revaluation: Floats
    home_household: Floats | None
    home_services: Floats | None
    status: Status
    statuses: tuple[tuple[Text, Status], ...]
    solution: Solution
    realised: bool = False
    notes: tuple[Text, ...] = ()

    @property
    def headline(self) -> Floats:
        """Household consumption equivalent plus public services, shape (region,): the two that may be added."""
        return self.household + self.services

    @property
    def certificate(self) -> Certificate:
        """How the equilibrium was reached and checked."""
        return self.solution.certificate

    def column(self, name: str) -> Floats:
        """Return one column by name.

        Raises
        ------
        ParameterFault
            If there is no such column, or people are fixed and a column by home is asked for.
        """
        values = getattr(self, name) if name in TITLES else None
        if values is None:
            known = [key for key in TITLES if getattr(self, key) is not None]
            raise ParameterFault(
                Text(f"没有“{name}”一列，可用：{'、'.join(known)}。", f'No column "{name}"; known: {", ".join(known)}.')
            )
        array: Floats = values
        return array

    def total(self, column: str = "household", regions: Sequence[str] | None = None) -> float:
        """Return the sum of a column over regions (the members if left out)."""
        wanted = self.members if regions is None else regions
        return float(self.column(column)[self._positions(wanted)].sum())

    def outsiders(self) -> tuple[str, ...]:
        """Codes of regions inside the country that the scenario does not act on."""
        domestic = self.economy.world.domestic
        return tuple(r for r, inside in zip(self.regions, domestic, strict=True) if inside and r not in self.members)

    def by_region(self) -> pd.DataFrame:
        """Return a table with one row a region: code, names, member, and every column."""
        import pandas as pd

        names = self.economy.names
        table = {
            "region": self.regions,
            "name_zh": [name.zh for name in names],
            "name_en": [name.en for name in names],
            "member": [region in self.members for region in self.regions],
        }
        filled = {key: getattr(self, key) for key in TITLES if getattr(self, key) is not None}
        return pd.DataFrame({**table, **filled}).set_index("region")

    def by_lever(self) -> LeverSplit:
        """Split the gain over the levers of the scenario by Shapley: 2^m exact solves, parts sum to the whole."""
        return split_by_lever(self.economy, self.scenario, closure=self.closure)

    def band(self, *, draws: int = DRAWS, seed: int = 0) -> GainBand:
        """Return the scenario band of this gain: sweeps of the assumed parameters and draws of the estimate.

        Raises
        ------
        UnconvergedSolution
            If more than 5 % of the solves stop.
        """
        return scenario_band(
            self.economy, self.scenario, closure=self.closure, draws=draws, seed=seed, realised=self.realised
        )

    def _positions(self, regions: Sequence[str]) -> list[int]:
        found = []
        for name in regions:
            code = find_region(name, among=self.economy.region_list).code
            if code not in self.regions:
                raise UnknownRegion(Text("地区", "region"), name, nearest(name, self.regions))
            found.append(self.regions.index(code))
        return found


def gain(
    economy: Economy,
    scenario: Scenario,
    *,
    closure: Closure = "short",
    starts: int = STARTS,
    transfers: Floats | None = None,
) -> Gain:
    """Return the gain of a scenario against the baseline.

    Raises
    ------
    NotIdentified
        If the tables cannot tell the gain of a stated cut.
    ScenarioFault
        If the closure holds all that the scenario changes.
    UnconvergedSolution
        If the equilibrium, or today's, has no certificate.
    """
    economy.require("stated_cut_gain")
    return _gain(economy, scenario, closure=closure, starts=starts, transfers=transfers)


def realised_gain(economy: Economy, area: Where, *, closure: Closure = "short", starts: int = STARTS) -> Gain:
    """Return what today's trade inside an area is worth: welfare now minus welfare behind prohibitive walls.

    Money at today's prices: every column is minus the gain of raising the walls.
    """
    economy.require("realised_gain")
    name = area.short.en if isinstance(area, Area) else area if isinstance(area, str) else ", ".join(area)
    walls = Scenario(f"prohibitive walls inside {name}").prohibit(within=area)
    return _gain(economy, walls, closure=closure, starts=starts, realised=True)


def _gain(
    economy: Economy,
    scenario: Scenario,
    *,
    closure: Closure,
    starts: int,
    transfers: Floats | None = None,
    realised: bool = False,
) -> Gain:
    bound = economy.bind(scenario)
    economy.require(bound.key)
    if transfers is None:
        require_moving(bound, economy.world, economy.parameters, closure)
    solution = economy.solve(scenario, closure=closure, starts=starts, transfers=transfers)
    solution.require()
    economy.now(closure).require()
    found = gain_columns(economy, solution)
    sign = -1.0 if realised else 1.0
    members = bound.members
    return Gain(
        economy=economy,
        scenario=scenario,
        closure=closure,
        regions=economy.regions,
        members=tuple(economy.regions[i] for i in members),
        household=sign * found.household,
        services=sign * found.services,
        payable=sign * found.payable,
        revaluation=sign * found.revaluation,
        home_household=None if found.home_household is None else sign * found.home_household,
        home_services=None if found.home_services is None else sign * found.home_services,
        status=economy.status,
        statuses=economy.statuses,
        solution=solution,
        realised=realised,
        notes=solution.notes if solution.zone is None else (*solution.notes, solution.zone),
    )


def gain_columns(economy: Economy, solution: Solution) -> Columns:
    """Return the columns of a converged solution."""
    before = start_accounts(economy.world)
    found = columns(solution.problem, solution.equilibrium.state, before=before)
    return found


def as_array(found: Columns) -> Floats:
    """Return the three columns as one array, shape (column, region)."""
    return np.array([getattr(found, name) for name in COLUMNS])
