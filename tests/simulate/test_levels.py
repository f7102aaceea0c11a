"""Hats against the same model in levels, by another solver: the worked numbers of blocks 1-8."""

from __future__ import annotations

import numpy as np
import pytest
from economies import random_economy
from levels import Levels

from ronghe.simulate import Scenario

# The root-finder stops at about 1e-9; the hats are exact to 1e-10.
CLOSE = 2e-8


@pytest.mark.parametrize("closure", ["short", "medium"])
def test_hats_agree_with_a_model_in_levels(closure):
    economy = random_economy(3, regions=4)
    members = economy.regions[:2]
    solution = economy.solve(Scenario("cut").cut_trade_cost(0.2, within=members), closure=closure)
    barriers = np.ones_like(economy.world.shares)
    for j in np.flatnonzero(economy.world.traded):
        barriers[j, 0, 1] = barriers[j, 1, 0] = 0.8
    levels = Levels(economy)
    after = levels.solve(barriers, mobile=closure == "medium")
    scale = solution.price_level
    np.testing.assert_allclose(solution.wages * scale, after["factors"][0] / levels.price0[0], rtol=CLOSE)
    np.testing.assert_allclose(solution.prices * scale, after["goods"] / levels.goods0, rtol=CLOSE)
    np.testing.assert_allclose(solution.accounts.government * scale, after["government"], rtol=CLOSE)
    np.testing.assert_allclose(solution.accounts.investment * scale, after["investment"], rtol=10 * CLOSE)
    np.testing.assert_allclose(solution.output * scale, after["output"], rtol=CLOSE, atol=1e-9)
    np.testing.assert_allclose(solution.people, after["people"], rtol=CLOSE)
    if closure == "medium":
        assert np.abs(solution.people - 1).max() > 1e-3
