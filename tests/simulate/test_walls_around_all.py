"""Walls around every region leave parts that trade with no one: each has its own scale, and the answer is exact."""

import numpy as np
import pytest

from ronghe.simulate import Economy, Scenario, realised_gain
from ronghe.simulate.opening import barriers
from ronghe.simulate.solver.parts import connected

THETA = 4.0


def closed_country(count: int, sectors: int = 1) -> tuple[Economy, np.ndarray]:
    """Return an economy without a rest of the world, trade balanced pair by pair, and its flows."""
    rng = np.random.default_rng(count)
    flows = rng.random((count, count, sectors)) * 5.0
    flows = (flows + flows.transpose(1, 0, 2)) / 2
    for n in range(count):
        flows[n, n] = 20.0 + 50.0 * rng.random(sectors)
    economy = Economy.from_flows(
        flows=flows,
        axes=("buyer", "seller", "sector"),
        value_added_shares=np.ones((count, sectors)),
        input_shares=np.zeros((count, sectors, sectors)),
        elasticities=THETA,
        regions=[f"R{n}" for n in range(count)],
        sectors=[f"S{j}" for j in range(sectors)],
    )
    return economy, flows


@pytest.mark.parametrize("count", [2, 4, 10, 31])
def test_the_loss_to_autarky_is_the_closed_form(count):
    economy, flows = closed_country(count)
    found = realised_gain(economy, list(economy.regions))
    income = flows.sum(axis=(1, 2))
    own = flows[range(count), range(count), 0] / income
    assert found.solution.converged
    assert found.household == pytest.approx(income * (1 - own ** (1 / THETA)), abs=1e-9 * income.max())


def test_with_many_sectors_each_own_share_counts_by_its_weight():
    economy, flows = closed_country(5, sectors=3)
    found = realised_gain(economy, list(economy.regions))
    income = flows.sum(axis=(1, 2))
    spent = flows.sum(axis=1)
    own = np.array([flows[n, n] for n in range(5)]) / spent
    lost = 1 - np.prod(own ** (spent / income[:, None] / THETA), axis=1)
    assert found.household == pytest.approx(income * lost, abs=1e-9 * income.max())


def test_two_blocs_that_no_longer_trade_are_certified():
    economy, _ = closed_country(6)
    between = np.ones((6, 6), dtype=bool)
    between[:3, :3] = between[3:, 3:] = False
    assert economy.solve_shock(barriers(economy.world, between, np.inf), scenario=Scenario("two blocs")).converged


def test_parts_are_found_at_any_remove():
    linked = np.eye(5, dtype=bool)
    linked[0, 1] = linked[1, 0] = linked[1, 2] = linked[2, 1] = True
    assert [part.nonzero()[0].tolist() for part in connected(linked)] == [[0, 1, 2], [3], [4]]
