"""The interval of a gain: errors of cells and elasticities through the whole chain, never mixed with a band."""

from __future__ import annotations

import numpy as np
import pytest
from economies import random_economy, three_region_economy

from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.data import load
from ronghe.simulate import Economy, Scenario, gain, gain_interval


def cut(economy: Economy) -> Scenario:
    return Scenario("a tenth").cut_trade_cost(0.1, within=economy.regions[:2])


def test_without_errors_it_is_a_point_at_the_gain() -> None:
    economy = random_economy(1, regions=4)
    found = gain_interval(economy, cut(economy), cell_error=0.0, elasticity_error=0.0, draws=20)
    point = gain(economy, cut(economy))
    for name in ("household", "services", "payable"):
        spread = found.columns[name]
        assert spread.kind == "interval"
        assert spread.low == pytest.approx(point.total(name), abs=1e-7)
        assert spread.high == pytest.approx(point.total(name), abs=1e-7)


def test_small_errors_follow_the_slope_of_the_gain_in_the_elasticity() -> None:
    economy = three_region_economy()
    error, step = 0.2, 1e-3
    up, down = (
        gain(economy.with_world(economy.world.with_elasticities(4.0 + sign * step)), cut(economy)).total("household")
        for sign in (1, -1)
    )
    # Only the traded sector's elasticity matters: the other trades with nobody.
    width = 2 * 1.6449 * abs(up - down) / (2 * step) * error
    found = gain_interval(economy, cut(economy), cell_error=0.0, elasticity_error=error, draws=2000, seed=3)
    spread = found.columns["household"]
    assert spread.high - spread.low == pytest.approx(width, rel=0.08)


def test_more_error_is_a_wider_interval_and_seeds_repeat() -> None:
    economy = random_economy(2, regions=4)

    def width(error: float, seed: int = 1) -> float:
        found = gain_interval(economy, cut(economy), cell_error=error, elasticity_error=0.0, draws=60, seed=seed)
        return found.columns["headline"].high - found.columns["headline"].low

    assert width(0.02) < width(0.1)
    assert width(0.05) == width(0.05)
    assert width(0.05) != width(0.05, seed=2)


@pytest.mark.parametrize("closure", ["short", "medium", "long"])
def test_it_is_there_under_every_closure_and_says_what_was_drawn(closure: str) -> None:
    economy = random_economy(3, regions=4)
    found = gain_interval(
        economy, cut(economy), cell_error=0.05, elasticity_error=0.3, closure=closure, draws=20  # type: ignore[arg-type]
    )  # fmt: skip
    assert found.failed == 0
    assert "standard deviation 0.05" in found.note.en
    assert "区间" in found.note.zh
    assert "情景带" not in found.note.zh
    at = list(found.members)
    assert (found.gaining["headline"][[economy.regions.index(name) for name in at]] > 0.9).all()
    low, high = found.region_low["headline"], found.region_high["headline"]
    assert (low <= high).all()
    point = gain(economy, cut(economy), closure=closure).headline  # type: ignore[arg-type]
    assert ((low - 0.05 * np.abs(point) <= point) & (point <= high + 0.05 * np.abs(point))).mean() > 0.7


def test_the_interval_holds_the_gain_as_often_as_it_says() -> None:
    # A true table, read many times with error: each reading's interval should hold the truth in about 90 of 100.
    economy = random_economy(4, regions=3, sectors=2)
    truth = gain(economy, cut(economy)).total("headline")
    from ronghe.simulate.interval import _drawn

    rng, held, tries = np.random.default_rng(5), 0, 40
    for seed in range(tries):
        read = _drawn(economy.world, rng, 0.1, np.zeros(len(economy.sectors)))
        assert read is not None
        again = economy.with_world(read)
        spread = gain_interval(again, cut(again), cell_error=0.1, elasticity_error=0.0, draws=40, seed=seed)
        held += spread.columns["headline"].low <= truth <= spread.columns["headline"].high
    assert 0.75 <= held / tries <= 1.0


def test_estimated_cells_have_no_interval() -> None:
    economy = Economy.from_data(load())
    with pytest.raises(NotIdentified):
        gain_interval(economy, Scenario("c").cut_trade_cost(0.1, within="长三角"), cell_error=0.1, elasticity_error=0.1)


def test_errors_out_of_range_are_told_at_once() -> None:
    economy = random_economy(1, regions=4)
    with pytest.raises(ParameterFault) as caught:
        gain_interval(economy, cut(economy), cell_error=-1.0, elasticity_error="a", draws=3)  # type: ignore[arg-type]
    for word in ("cell_error", "elasticity_error", "draws"):
        assert word in caught.value.text.en
        assert word in caught.value.text.zh
