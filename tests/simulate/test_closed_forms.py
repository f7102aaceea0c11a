"""Cases whose answer is known in closed form.

Sources: Arkolakis, Costinot and Rodriguez-Clare 2012 (one sector); Caliendo and Parro 2015, eq. 15 (many sectors).
"""

from __future__ import annotations

import numpy as np
import pytest
from economies import random_economy, random_flows

from ronghe.simulate import Economy, Parameters, Scenario, gain

CLOSE = 1e-9


def one_sector(seed: int, added: float, theta: float = 5.0, deficits: object = None) -> Economy:
    table = random_flows(seed, regions=4, sectors=1, tariffs=False)
    table["value_added_shares"] = np.full((4, 1), added)
    table["input_shares"] = np.full((1, 1), 1 - added)
    table["elasticities"] = theta
    return Economy.from_flows(**table, deficits=deficits)


@pytest.mark.parametrize("added", [1.0, 0.4])
def test_one_sector_real_wage_is_the_home_share_to_the_power(added):
    economy = one_sector(2, added)
    solution = economy.solve(Scenario("cut").cut_trade_cost(0.3, within=["R0", "R1", "R2"]))
    home = np.diagonal(solution.shares[0]) / np.diagonal(economy.world.shares[0])
    np.testing.assert_allclose(solution.real_wages, home ** (-1 / (5.0 * added)), rtol=CLOSE)


def test_many_sectors_with_tariffs_and_deficits_follow_the_home_shares():
    economy = Economy.from_flows(**random_flows(4, regions=4, sectors=3))
    world = economy.world
    solution = economy.solve(Scenario("cut").cut_trade_cost(0.3, within=["R0", "R1", "R3"]))
    for n in range(4):
        home = solution.shares[:, n, n] / world.shares[:, n, n]
        # e[k, j]: ln P_j holds e of ln pi_kk / theta_k; w cancels because inputs and value added sum to 1.
        chain = np.linalg.inv(np.eye(3) - world.inputs[n].T)
        expected = np.exp(-world.baskets[0][:, n] @ chain @ (np.log(home) / world.elasticities))
        assert solution.real_wages[n] == pytest.approx(expected, rel=CLOSE)


def test_the_way_to_autarky_costs_what_the_home_share_says():
    economy = one_sector(3, 1.0, theta=4.0, deficits=np.zeros(4))
    solution = economy.solve(Scenario("walls").prohibit(within=economy.regions))
    home = np.diagonal(economy.world.shares[0])
    np.testing.assert_allclose(1 - solution.welfare, 1 - home ** (1 / 4.0), rtol=CLOSE)


@pytest.mark.parametrize("cut", [0.05, 0.3])
def test_two_alike_regions(cut):
    flows = np.array([[[0.8], [0.2]], [[0.2], [0.8]]])
    economy = Economy.from_flows(
        flows=flows, axes=("buyer", "seller", "sector"), value_added_shares=np.ones((2, 1)),
        input_shares=np.zeros((1, 1)), elasticities=4.0, regions=["A", "B"], sectors=["all"],
    )  # fmt: skip
    welfare = economy.solve(Scenario("cut").cut_trade_cost(cut, within=["A", "B"])).welfare
    np.testing.assert_allclose(welfare, (0.8 + 0.2 * (1 - cut) ** -4.0) ** 0.25, rtol=CLOSE)


def alone(deficits: object) -> Economy:
    table = random_flows(1, regions=4, sectors=2, tariffs=False)
    table["flows"][3, :3] = table["flows"][:3, 3] = 0.0
    return Economy.from_flows(**table, deficits=deficits)


def test_a_region_that_trades_with_no_one_feels_nothing():
    welfare = alone(np.zeros(4)).solve(Scenario("cut").cut_trade_cost(0.3, within=["R0", "R1"])).welfare
    assert welfare[3] == pytest.approx(1.0, abs=CLOSE)
    assert welfare[0] > 1.001


def test_a_part_of_the_world_answers_as_if_the_other_were_not_there():
    # Parts without trade share no unit of money: the deficits of each are a share of its own value added.
    table = random_flows(1, regions=4, sectors=2, tariffs=False)
    three = {"flows": table["flows"][:3, :3], "value_added_shares": table["value_added_shares"][:3]}
    three["input_shares"] = table["input_shares"][:3] if table["input_shares"].ndim == 3 else table["input_shares"]
    three["regions"] = table["regions"][:3]
    cut = Scenario("cut").cut_trade_cost(0.3, within=["R0", "R1"])
    found = alone(None).solve(cut)
    assert found.certificate.agreed == found.certificate.starts
    np.testing.assert_allclose(found.welfare[:3], Economy.from_flows(**(table | three)).solve(cut).welfare, rtol=CLOSE)
    np.testing.assert_allclose(found.welfare[3], 1.0, rtol=CLOSE)


def test_a_small_cut_is_worth_its_import_share():
    economy = one_sector(6, 1.0)
    step = 1e-6
    solution = economy.solve(Scenario("small").cut_entry(step, buyers=["R0"], sellers=["R1"]), starts=0)
    share = economy.world.shares[0, 0, 1]
    world = (solution.welfare - 1) @ economy.world.purchases[0]
    # Terms of trade cancel over the world where deficits do not move.
    assert world == pytest.approx(share * step * economy.world.spending[0, 0], rel=1e-4)


def test_with_one_basket_the_payable_part_is_the_household_column_at_new_prices():
    economy = Economy.from_flows(**random_flows(8))
    found = gain(economy, Scenario("cut").cut_trade_cost(0.2, within=["R0", "R1"]))
    np.testing.assert_allclose(found.payable, found.solution.consumer_prices * found.household, rtol=1e-8)
    assert (found.services == 0).all()


def test_medium_without_mobility_is_short():
    economy = random_economy(2, parameters=Parameters(kappa=0.0))
    scenario = Scenario("cut").cut_trade_cost(0.2, within=economy.regions[:3])
    short, medium = (economy.solve(scenario, closure=closure) for closure in ("short", "medium"))
    np.testing.assert_array_equal(short.welfare, medium.welfare)
    almost = economy.with_parameters(Parameters(kappa=1e-9)).solve(scenario, closure="medium")
    np.testing.assert_allclose(almost.welfare, short.welfare, rtol=1e-8)


def test_with_endless_mobility_all_occupied_places_are_equally_good():
    economy = random_economy(2, parameters=Parameters(kappa=50.0, rivalry=1.0, service_weight=0.3))
    scenario = Scenario("cut").cut_trade_cost(0.2, within=economy.regions[:3])
    solution = economy.solve(scenario, closure="medium", starts=0)
    own = economy.solve(scenario, starts=0).welfare
    moved = solution.welfare
    inside = economy.world.domestic
    assert np.ptp(np.log(moved[inside])) < 0.5 * np.ptp(np.log(own[inside]))
