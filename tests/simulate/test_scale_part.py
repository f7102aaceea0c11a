"""The scale part of a gain: scale on less scale off, and nothing where there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import random_economy, three_region_economy

from ronghe.base.errors import ParameterFault
from ronghe.simulate import Scenario, gain
from ronghe.simulate.scale import scale_part


@pytest.mark.parametrize("seed", [1, 2])
def test_it_is_the_gain_with_scale_less_the_gain_without(seed: int) -> None:
    economy = random_economy(seed, regions=4)
    cut = Scenario("a tenth").cut_trade_cost(0.1, within=economy.regions[:2])
    part = scale_part(economy, cut)
    flat = economy.with_parameters(replace(economy.parameters, scale=0.0))
    expected = gain(economy, cut, closure="long").headline - gain(flat, cut, closure="long").headline
    np.testing.assert_allclose(part.column(), expected, atol=1e-9)
    assert part.total() == pytest.approx(expected[:2].sum(), abs=1e-9)


def test_it_vanishes_with_the_elasticity() -> None:
    economy = three_region_economy()
    cut = Scenario("a tenth").cut_trade_cost(0.1, within=["A", "B"])
    parts = [
        scale_part(economy.with_parameters(replace(economy.parameters, kappa=0.0, scale=scale)), cut).total()
        for scale in (1e-4, 1e-5)
    ]
    assert parts[1] == pytest.approx(0.1 * parts[0], rel=0.01)


def test_without_scale_there_is_nothing_to_part() -> None:
    economy = three_region_economy()
    flat = economy.with_parameters(replace(economy.parameters, scale=0.0))
    with pytest.raises(ParameterFault, match="no scale part"):
        scale_part(flat, Scenario("a tenth").cut_trade_cost(0.1, within=["A", "B"]))
