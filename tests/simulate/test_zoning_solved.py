"""Functional zoning of a solved scenario: its levels come from exact solves, at any share of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import full_economy, random_economy

from ronghe.base.errors import DataFault, NotIdentified, ParameterFault, ScenarioFault, UnknownRegion
from ronghe.base.text import same
from ronghe.simulate import Economy, Scenario
from ronghe.simulate.binding import shock_of
from ronghe.simulate.zoning import Limit, Zoning, ZoningFault, keep_functions_of, zoning_limits
from ronghe.simulate.zoning.solved import Measure, part_of

PLAN = same("plan 12")


@pytest.fixture(scope="module")
def economy() -> Economy:
    return random_economy(7, regions=5, sectors=4)


@pytest.fixture(scope="module")
def cut(economy: Economy) -> Scenario:
    return Scenario("cut").cut_trade_cost(0.2, within=economy.regions[:3])


def measures(economy: Economy) -> dict[str, Measure]:
    """Industry's output at current prices; land is not changed and nothing is paid."""
    return {
        "industry_output": lambda solution: solution.output[1],
        "construction_land": lambda solution: np.ones(len(economy.regions)),
        "listed_subsidy": lambda solution: solution.accounts.subsidies,
    }


def zoned(economy: Economy, *stated: Limit, units: tuple[str, ...] | None = None) -> Zoning:
    """The first region that gains industry from the cut is ecological, the rest of the zone is urbanised."""
    units = economy.regions[:2] if units is None else units
    at = [economy.regions.index(unit) for unit in units]
    return zoning_limits(
        units=units, functions=("ecological", "urbanised"), stated=stated,
        today={"industry_output": economy.now().output[1][at], "construction_land": np.ones(2)},
    )  # fmt: skip


def grown(economy: Economy, scenario: Scenario) -> np.ndarray:
    found: np.ndarray = economy.solve(scenario).output[1] - economy.now().output[1]
    return found


def test_a_scenario_inside_its_limits_passes_and_is_returned(economy: Economy, cut: Scenario) -> None:
    room = Limit(economy.regions[0], "industry_output", 1e6, PLAN, "user")
    found = keep_functions_of(economy, cut, zoning=zoned(economy, room), measures=measures(economy))
    np.testing.assert_allclose(found.welfare, economy.solve(cut).welfare, rtol=1e-12)
    assert found.scenario is cut


def test_the_share_offered_is_where_an_exact_solve_meets_the_limit(economy: Economy, cut: Scenario) -> None:
    best = int(np.argmax(grown(economy, cut)[:3]))
    units = (economy.regions[best], economy.regions[(best + 1) % 3])
    now, less = (economy.solve(scenario).output[1][best] for scenario in (Scenario("none"), smaller(economy)))
    assert less > now
    cap = Limit(units[0], "industry_output", less, PLAN, "user")
    zoning = zoned(economy, cap, units=units)
    with pytest.raises(ZoningFault, match="industry output") as caught:
        keep_functions_of(economy, cut, zoning=zoning, measures=measures(economy))
    assert caught.value.share == pytest.approx(0.47, abs=1e-4)
    kept = keep_functions_of(economy, cut, zoning=zoning, measures=measures(economy), share=caught.value.share)
    assert kept.scenario.name.startswith("cut × 0.4")
    with pytest.raises(ZoningFault) as caught:
        keep_functions_of(economy, cut, zoning=zoning, measures=measures(economy), share=0.8)
    assert caught.value.share == pytest.approx(0.47, abs=1e-4)


def smaller(economy: Economy) -> Scenario:
    return Scenario("smaller").cut_trade_cost(0.094, within=economy.regions[:3])


def test_a_part_of_a_scenario_is_the_smaller_scenario() -> None:
    """Half of every step, of all kinds that scenarios have, by the steps themselves."""
    economy = full_economy(3)
    one, two, three = economy.regions[:3]
    sector = economy.sectors[1]

    def made(part: float) -> Scenario:
        tariffs = economy.world.tariffs + part * 0.1 * ~np.eye(len(economy.regions), dtype=bool)
        return (
            Scenario("all").cut_trade_cost(0.2 * part, within=[one, two])
            .lever("days", "transaction", layer="software", before=0.2, after=0.2 - 0.1 * part, measure="m",
                   source="s", owner="o", pairs=[(two, three)])
            .set_tariffs(tariffs, axes=("sector", "buyer", "seller"), pairs=[(one, three)])
            .ease_settling(0.3 * part, homes=[one], places=[two])
            .change_land({one: 1 + 0.2 * part})
            .raise_productivity({two: 1 + 0.1 * part}, sectors=[sector])
            .share_taxes({(one, two): 0.1 * part}, sectors=[sector])
            .pool_services({(one, two): 0.04 * part})
        )  # fmt: skip

    world = economy.world
    found = part_of(shock_of(economy.bind(made(1.0)), world), world, 0.5)
    direct = shock_of(economy.bind(made(0.5)), world)
    for name in ("tariffs", "moving", "land", "productivity", "sharing", "pooling"):
        np.testing.assert_allclose(getattr(found, name), getattr(direct, name), atol=1e-12, err_msg=name)
    assert [a.factor for a in found.cuts] == pytest.approx([a.factor for a in direct.cuts])
    paid = part_of(shock_of(economy.bind(Scenario("s").subsidise({one: 0.1})), world), world, 0.5).subsidies
    traded = world.traded
    np.testing.assert_allclose(paid[traded, 0], 0.5 * world.subsidies[traded, 0] + 0.05)
    np.testing.assert_allclose(paid[:, 1:], world.subsidies[:, 1:])


def test_a_prohibition_has_no_share(economy: Economy) -> None:
    wall = Scenario("wall").prohibit(within=economy.regions[:3])
    best = int(np.argmax(grown(economy, wall)[:3]))
    units = (economy.regions[best], economy.regions[(best + 1) % 3])
    floor = Limit(units[0], "industry_output", 0.0, PLAN, "user")
    with pytest.raises(ZoningFault) as caught:
        keep_functions_of(economy, wall, zoning=zoned(economy, floor, units=units), measures=measures(economy))
    assert caught.value.share is None
    with pytest.raises(ScenarioFault, match="done or not done"):
        keep_functions_of(economy, wall, zoning=zoned(economy), measures=measures(economy), share=0.5)


def test_wrong_measures_units_and_shares_are_told(economy: Economy, cut: Scenario) -> None:
    good, zoning = measures(economy), zoned(economy)
    with pytest.raises(DataFault) as caught:
        keep_functions_of(economy, cut, zoning=zoning, measures={"industryoutput": good["industry_output"]})
    assert [fault.place for fault in caught.value.faults] == [
        "measures [construction_land]", "measures [listed_subsidy]", "measures [industry_output]",
        "measures [industryoutput]",
    ]  # fmt: skip
    with pytest.raises(DataFault, match="a function"):
        keep_functions_of(economy, cut, zoning=zoning, measures={**good, "industry_output": np.ones(5)})
    with pytest.raises(DataFault, match="5 numbers, one a region"):
        keep_functions_of(economy, cut, zoning=zoning, measures={**good, "industry_output": lambda s: s.output})
    with pytest.raises(DataFault, match=f"{economy.regions[0]}, industry_output"):
        keep_functions_of(
            economy, cut, zoning=zoning, measures={**good, "industry_output": lambda s: np.full(5, np.nan)}
        )
    for share in (0.0, 1.5, "a", None):
        with pytest.raises(ParameterFault, match="share must be above 0"):
            keep_functions_of(economy, cut, zoning=zoning, measures=good, share=share)
    with pytest.raises(ParameterFault, match=r"economy must be.*zoning must be"):
        keep_functions_of(None, cut, zoning=None, measures=good)
    with pytest.raises(UnknownRegion):
        keep_functions_of(economy, cut, zoning=replace(zoning, units=("Q", "R")), measures=good)
    with pytest.raises(DataFault, match="each once"):
        keep_functions_of(economy, cut, zoning=replace(zoning, units=economy.regions[:1] * 2), measures=good)


def test_what_the_tables_cannot_tell_is_not_solved(economy: Economy, cut: Scenario) -> None:
    blind = replace(economy, identifies={})
    with pytest.raises(NotIdentified):
        keep_functions_of(blind, cut, zoning=zoned(economy), measures=measures(economy))
