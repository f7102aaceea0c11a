"""The Head-Ries index: by hand, known truth, and what is not measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import ParameterFault
from ronghe.measure.flow_noise import FlowNoise
from ronghe.measure.headries import head_ries

EXACT = 1e-13  # INDICATORS section 4, F03 says 1e-14 of ln T; a few roundings of logs of six digits


def test_the_index_by_hand():
    """X = (80 20; 10 60), theta 4: (80 * 60 / (20 * 10))^(1/8) = 24^(1/8) = 1.4877378."""
    found = head_ries(flows=np.array([[80.0, 20.0], [10.0, 60.0]]), theta=4.0)
    assert found.factors[0, 1] == pytest.approx(24 ** (1 / 8), abs=1e-15)
    assert found.factors[0, 1] == pytest.approx(1.4877378, abs=5e-8)
    assert found.equivalents[1, 0] == pytest.approx(0.4877378, abs=5e-8)
    np.testing.assert_array_equal(np.diagonal(found.factors), 1.0)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), theta=st.floats(1, 10))
def test_a_known_symmetric_wall_comes_back_whatever_sizes_and_resistance_are(seed, theta):
    chance = np.random.default_rng(seed)
    wall = chance.uniform(1, 3, (6, 6))
    wall = np.sqrt(wall * wall.T)
    np.fill_diagonal(wall, 1.0)
    sell, buy = np.exp(chance.normal(0, 1, (2, 6)))
    found = head_ries(flows=sell[:, None] * buy * wall**-theta, theta=theta)
    np.testing.assert_allclose(found.factors, wall, rtol=EXACT * 10 / theta + EXACT)


def test_a_zero_or_an_unknown_flow_is_not_measured_and_never_infinite():
    flows = np.array(
        [[[5.0, 1.0, 0.0], [2.0, 4.0, 1.0], [1.0, 1.0, 6.0]], [[5.0, np.nan, 1.0], [2.0, 4.0, 1.0], [1.0, 1.0, 0.0]]]
    )
    found = head_ries(flows=flows, theta=np.array([4.0, 5.0]))
    assert np.isfinite(found.factors[0, 0, 1])
    assert np.isnan(found.factors[0, 0, 2])
    assert np.isnan(found.factors[0, 2, 0])
    assert found.reason(0, 2, 0).en == "one of the four flows is zero: not measured"
    assert found.reason(0, 2, 0).zh == "四个流量中有零，未测"
    assert found.reason(1, 1, 0).en == "one of the four flows is not known: not measured"
    assert np.isnan(found.factors[1, 2]).all()  # its own sales are zero
    assert found.reason(0, 0, 1).en == ""
    assert np.isnan(found.interval[0]).all()  # no law of noise was given


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Lognormal noise of 0.2 has variance 0.0408 mu^2; ln T of four flows has half the root of four of it."""
    chance, law = np.random.default_rng(0), FlowNoise(phi=float(np.expm1(0.2**2)), power=2.0, cells=100)
    expected = np.array([[80.0, 20.0], [10.0, 60.0]])
    truth, held = head_ries(flows=expected, theta=4.0).equivalents[0, 1], []
    for _ in range(400):
        low, high = head_ries(flows=expected * chance.lognormal(-0.02, 0.2, (2, 2)), theta=4.0, noise=law).interval
        held.append(low[0, 1] <= truth <= high[0, 1])
    assert 0.86 <= np.mean(held) <= 0.94


def test_faults_are_told_at_once():
    with pytest.raises(ParameterFault) as told:
        head_ries(flows=np.array([[1.0, -1.0, 2.0]]), theta=-1.0)
    assert told.value.message("en") == (
        "flows must be square, or (sector, place, place); read (1, 3). 1 flows are negative or infinite. "
        "theta must be above 0."
    )
    assert "theta 须大于0。" in told.value.message("zh")
    with pytest.raises(ParameterFault, match="one number or one a sector"):
        head_ries(flows=np.ones((2, 2)), theta=np.array([4.0, 5.0]))
