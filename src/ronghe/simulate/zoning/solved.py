"""A scenario held against the functions by exact solves: its levels are read off the solution, at any share of it.

    share s of a scenario:    x(s) = x_now + s (x_then - x_now)      every factor, wedge and rate of its shock

Measures say which levels count: sector output, land used, people, each an array by region of the economy. A prohibition
is done or not done; it has no share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.errors import DataFault, ParameterFault, ScenarioFault
from ronghe.base.region import find_region
from ronghe.base.text import Text, same
from ronghe.simulate.binding import shock_of
from ronghe.simulate.checks import Faults, is_number, numeric, shown
from ronghe.simulate.closure import Closure
from ronghe.simulate.economy import Economy
from ronghe.simulate.held import held_notes, require_moving
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.shock import Shock
from ronghe.simulate.solution import Solution
from ronghe.simulate.solver.certificate import STARTS
from ronghe.simulate.world import World
from ronghe.simulate.zoning.limits import Zoning, ZoningFault
from ronghe.simulate.zoning.share import largest_share
from ronghe.simulate.zoning.table import QUANTITIES, known_quantity

Measure = Callable[[Solution], Floats]


def keep_functions_of(
    economy: Economy,
    scenario: Scenario,
    *,
    zoning: Zoning,
    measures: Mapping[str, Measure],
    share: float = 1.0,
    closure: Closure = "short",
    accuracy: float = 1e-4,
) -> Solution:
    """Return the solution of a scenario that keeps every function; refuse one that does not.

    Parameters
    ----------
    zoning : Zoning
        Its units are regions of the economy, by code or name.
    measures : mapping of quantity to callable
        Solution -> level by region, shape (region,) in the economy's order, in the unit of the limit; one for every
        limited quantity.
    share : float
        Above 0, at most 1: how much of the scenario is done.
    closure : {"short", "medium", "long"}
    accuracy : float
        Width of share at which the bisection for the largest share ends.

    Raises
    ------
    ZoningFault
        With every limit broken and the largest share that keeps them all, at most ``share``; without a share where
        the scenario prohibits trade.
    DataFault, UnknownRegion, ParameterFault, ScenarioFault
        For units, measures, a share or a scenario that cannot be meant.
    NotIdentified, UnconvergedSolution
        If the tables cannot tell the scenario's change, or a share has no certified equilibrium.
    """
    at = _check(economy, zoning, measures, share)
    solved = _Solved(economy, scenario, closure, measures, at, share)
    levels = solved.levels(1.0)
    breaches = (*zoning.breaches(levels, "before"), *zoning.breaches(levels, "after"))
    if breaches and solved.prohibits:
        raise ZoningFault(breaches)
    if breaches:
        offer = largest_share(zoning=zoning, inputs=solved.levels, outcomes=solved.levels, accuracy=accuracy)
        largest = None if offer.share is None else share * offer.share
        raise ZoningFault(breaches, largest, tuple(share * gap for gap in offer.gaps))
    return solved.whole


class _Solved:
    """Solves parts of what is asked for, each once, and measures them."""

    def __init__(
        self,
        economy: Economy,
        scenario: Scenario,
        closure: Closure,
        measures: Mapping[str, Measure],
        at: Ints,
        share: float,
    ) -> None:
        bound = economy.bind(scenario)
        require_moving(bound, economy.world, economy.parameters, closure)
        economy.require(bound.key)
        self.economy, self.scenario, self.closure = economy, scenario, closure
        self.measures, self.at, self.share = measures, at, share
        self.shock = shock_of(bound, economy.world)
        self.prohibits = any(np.isinf(cut.factor) for cut in self.shock.cuts)
        self.notes = (*bound.notes, *held_notes(bound, economy.world, economy.parameters, closure))
        self.known: dict[float, Mapping[str, Floats]] = {}
        self.whole = self._solution(1.0)

    def levels(self, part: float) -> Mapping[str, Floats]:
        """Return the levels of the zoning's units when a part of the share asked for is done."""
        if part not in self.known:
            self.known[part] = self._measured(self.whole if part == 1.0 else self._solution(part))
        return self.known[part]

    def _solution(self, part: float) -> Solution:
        done = part * self.share
        named = self.scenario if done == 1.0 else replace(self.scenario, name=f"{self.scenario.name} × {done:g}")
        solution = self.economy.solve_shock(
            part_of(self.shock, self.economy.world, done), scenario=named, closure=self.closure,
            starts=STARTS if part == 1.0 else 0, radius=part == 1.0, notes=self.notes,
        )  # fmt: skip
        solution.require()
        return solution

    def _measured(self, solution: Solution) -> Mapping[str, Floats]:
        faults, count = Faults(), len(self.economy.regions)
        found = {name: numeric(measure(solution), f"measures [{name}]", faults)
                 for name, measure in self.measures.items()}  # fmt: skip
        for name, array in found.items():
            if array is not None and array.shape != (count,):
                faults.add("S103", f"measures [{name}]", " x ".join(map(str, array.shape)) or "one number",
                           Text(f"{count}个数，每个地区一个", f"{count} numbers, one a region"),
                           Text("请按 economy.regions 的次序给出。",
                                "Return them in the order of economy.regions."))  # fmt: skip
        faults.settle()
        return {name: array[self.at] for name, array in found.items() if array is not None}


def part_of(shock: Shock, world: World, share: float) -> Shock:
    """Return the shock of a scenario of which a share is done; the rest of the way from today is left.

    Raises
    ------
    ScenarioFault
        For a share of a prohibition.
    """
    if share == 1.0:
        return shock
    if any(np.isinf(cut.factor) for cut in shock.cuts):
        raise ScenarioFault(
            Text(f"禁止贸易要么做、要么不做，没有 {share:g} 的比例；请改用降低或提高贸易成本。",
                 f"A prohibition is done or not done: there is no {share:g} of it. Change trade costs instead.")
        )  # fmt: skip

    def way(now: Floats | float, then: Floats | None) -> Floats | None:
        return None if then is None else np.asarray(now + share * (then - now))

    blocks, count = world.blocks, len(world.regions)
    pooled = None if blocks.services is None else blocks.services.pooling
    return replace(
        shock,
        cuts=tuple(replace(cut, factor=1.0 + share * (cut.factor - 1.0)) for cut in shock.cuts),
        tariffs=way(0.0 if world.tariffs is None else world.tariffs, shock.tariffs),
        moving=way(1.0, shock.moving),
        productivity=way(1.0, shock.productivity),
        land=way(1.0, shock.land),
        subsidies=way(world.subsidies, shock.subsidies),
        sharing=way(np.eye(count)[None] if blocks.sharing is None else blocks.sharing.shares, shock.sharing),
        pooling=way(0.0 if pooled is None else pooled, shock.pooling),
    )


def _check(economy: object, zoning: object, measures: object, share: object) -> Ints:
    """Return where the zoning's units stand among the regions; tell every fault."""
    wrong = []
    for name, value, kind in (("economy", economy, Economy), ("zoning", zoning, Zoning)):
        if not isinstance(value, kind):
            wrong.append(Text(f"{name} 应是 {kind.__name__}，读到 {type(value).__name__}",
                              f"{name} must be of {kind.__name__}; read {type(value).__name__}"))  # fmt: skip
    if not is_number(share) or not 0.0 < share <= 1.0:
        wrong.append(Text(f"share 应大于0、不大于1，读到 {shown(share)}",
                          f"share must be above 0 and at most 1; read {shown(share)}"))  # fmt: skip
    if wrong:
        raise ParameterFault(Text("；".join(w.zh for w in wrong) + "。", "; ".join(w.en for w in wrong) + "."))
    assert isinstance(economy, Economy)
    assert isinstance(zoning, Zoning)
    faults = Faults()
    _measures(zoning, measures, faults)
    at = _places(economy, zoning, faults)
    faults.settle()
    return at


def _measures(zoning: Zoning, measures: object, faults: Faults) -> None:
    given = measures if isinstance(measures, Mapping) else {}
    for name in (*zoning.limited("before"), *zoning.limited("after")):
        if name not in given:
            faults.add("S175", f"measures [{name}]", "none", QUANTITIES[name].title,
                       Text("请给出从解读取该项的函数。", "Give a function that reads it off a solution."))  # fmt: skip
    for name, measure in given.items():
        if known_quantity(name, f"measures [{name}]", faults) and not callable(measure):
            faults.add("S175", f"measures [{name}]", type(measure).__name__, Text("函数", "a function"),
                       Text("请写成“解 → 各地区的水平”。", "Write it as solution -> level by region."))  # fmt: skip


def _places(economy: Economy, zoning: Zoning, faults: Faults) -> Ints:
    known = (*economy.region_list, *economy.known)
    codes = [find_region(str(unit), among=known).code for unit in zoning.units]
    for unit, code in zip(zoning.units, codes, strict=True):
        if code not in economy.regions or codes.count(code) > 1:
            faults.add("S170", f"zoning [{unit}]", code, Text("有数据的地区，各一次", "a region with data, each once"),
                       same("zoning_limits(units=...)"))  # fmt: skip
    if faults:
        raise DataFault(faults)
    return np.array([economy.regions.index(code) for code in codes], dtype=np.int64)
