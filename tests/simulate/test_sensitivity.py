"""Scenario bands: what they span, what drives them, and that they are called by their name."""

from __future__ import annotations

import numpy as np
import pytest
from economies import random_economy

from ronghe.base.errors import UnconvergedSolution
from ronghe.data import load
from ronghe.simulate.calibrate import world_from_baseline
from ronghe.simulate.economy import Economy
from ronghe.simulate.gain import gain, realised_gain
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.sensitivity import gain_bands

COLUMNS = ("headline", "household", "services", "payable")
DRAWS = 24


@pytest.fixture(scope="module")
def data():
    return load()


@pytest.fixture(scope="module")
def economy(data):
    return Economy.from_data(data)


@pytest.fixture(scope="module")
def area(data):
    return data.area("长三角")


@pytest.fixture(scope="module")
def cut(area):
    return Scenario("cut").cut_trade_cost(0.1, within=area)


@pytest.fixture(scope="module")
def bands(economy, area, cut):
    return gain_bands(economy, area, cut, draws=DRAWS, seed=7)


def test_bands_hold_the_central_figures_and_are_called_bands(economy, area, cut, bands):
    for band, found in ((bands.gain, gain(economy, cut, starts=0)), (bands.realised, realised_gain(economy, area))):
        for column in COLUMNS:
            spread = band.columns[column]
            assert spread.kind == "band"
            assert spread.low <= found.total(column) <= spread.high
            assert (band.region_low[column] <= getattr(found, column) + 1e-6).all()
            assert (band.region_high[column] >= getattr(found, column) - 1e-6).all()
        assert (band.draws, band.failed, band.seed) == (DRAWS, 0, 7)


def test_the_ends_are_the_union_of_sweeps_and_draws(data, economy, area, cut, bands):
    """Recomputed plainly: each assumption one at a time, and 5-95 % of the same draws."""
    values = [gain(economy.with_world(economy.world.with_elasticities(t)), cut, starts=0).total("headline")
              for t in (3.0, 4.0, 5.0, 6.0, 8.0)]  # fmt: skip
    for delta in (0.3, 1.1):
        world = world_from_baseline(data.baseline_with(distance_elasticity=delta))
        values.append(gain(economy.with_world(world), cut, starts=0).total("headline"))
    drawn = [
        gain(economy.with_world(world_from_baseline(draw)), cut, starts=0).total("headline")
        for draw in data.draws(DRAWS, seed=7)
    ]
    five, ninety_five = np.quantile(drawn, [0.05, 0.95])
    reading = next(driver for driver in bands.gain.drivers if driver.key == "reading")
    spread = bands.gain.columns["headline"]
    assert spread.low == pytest.approx(min(*values, five, reading.low), rel=1e-7)
    assert spread.high == pytest.approx(max(*values, ninety_five), rel=1e-7)


def test_by_elasticity_is_the_gain_at_each(economy, cut, bands):
    for theta, value in bands.gain.by_elasticity.items():
        there = gain(economy.with_world(economy.world.with_elasticities(theta)), cut, starts=0)
        assert value == pytest.approx(there.total("headline"), rel=1e-8)
    assert tuple(bands.gain.by_elasticity) == (3.0, 4.0, 5.0, 6.0, 8.0)


def test_drivers_are_sorted_by_how_far_they_move_the_gain(bands):
    widths = [driver.width for driver in bands.gain.drivers]
    assert widths == sorted(widths, reverse=True)
    assert {driver.key for driver in bands.gain.drivers} == {"elasticity", "distance", "estimate", "reading"}
    assert {driver.key for driver in bands.realised.drivers} == {"elasticity", "distance", "estimate"}
    for driver in (*bands.gain.drivers, *bands.realised.drivers):
        assert driver.name.zh
        assert driver.at_low.en != driver.at_high.en


def test_a_rebated_wedge_is_worth_less_than_a_resource_cost(economy, cut, bands):
    reading = next(driver for driver in bands.gain.drivers if driver.key == "reading")
    assert reading.high == pytest.approx(gain(economy, cut, starts=0).total("headline"), rel=1e-8)
    assert 0 < reading.low < 0.6 * reading.high
    assert "wedge" in reading.at_low.en


def test_the_same_seed_gives_the_same_band_and_another_one_does_not(economy, area, cut, bands):
    again = gain_bands(economy, area, cut, draws=DRAWS, seed=7)
    other = gain_bands(economy, area, cut, draws=DRAWS, seed=8)
    assert again.gain.columns == bands.gain.columns
    assert other.gain.drivers != bands.gain.drivers


def test_order_is_by_gain_relative_to_value_added(economy, cut, bands):
    found = gain(economy, cut, starts=0)
    at = [economy.regions.index(code) for code in bands.gain.order]
    relative = found.headline[at] / economy.world.value_added[at]
    assert (np.diff(relative) <= 0).all()


def test_progress_runs_from_nothing_to_all(economy, area, cut):
    seen = []
    gain_bands(economy, area, cut, draws=5, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_the_band_of_a_gain_is_the_one_of_its_scenario(economy, area, cut, bands):
    assert gain(economy, cut, starts=0).band(draws=DRAWS, seed=7).columns == bands.gain.columns
    band = realised_gain(economy, area, starts=0).band(draws=DRAWS, seed=7)
    assert band.columns == bands.realised.columns


def test_where_people_move_what_the_closure_uses_is_swept_as_well() -> None:
    moving = random_economy(5, regions=5)
    scenario = Scenario("cut").cut_trade_cost(0.1, within=moving.regions[:2])
    drivers = {}
    for closure in ("short", "medium", "long"):
        found = gain(moving, scenario, closure=closure)
        band = found.band(draws=0)
        drivers[closure] = {driver.key for driver in band.drivers}
        assert band.columns["headline"].low <= found.total("headline") <= band.columns["headline"].high
        assert ("migration elasticity 1 to 3" in band.note.en) == (closure != "short")
    assert drivers["short"] == {"elasticity", "reading"}
    assert drivers["medium"] == drivers["short"] | {"kappa", "rivalry", "service_weight"}
    # The share of capital decides the calibration, which a world without its table cannot be put through again.
    added = {"land_supply", "capital_mobility", "scale"}
    assert drivers["medium"] | added <= drivers["long"]


def test_observed_pairs_are_swept_and_not_drawn():
    data = load("demo")
    area = data.area("demo_a")
    band = gain_bands(Economy.from_data(data), area, Scenario("cut").cut_trade_cost(0.1, within=area)).gain
    assert band.draws == 0
    assert {driver.key for driver in band.drivers} == {"elasticity", "reading"}


def test_where_the_central_solve_has_no_equilibrium_there_is_no_band():
    """A makes nothing at home and buys from B only: behind walls it is left without any supplier."""
    economy = Economy.from_flows(
        flows=np.array([[0, 5, 0], [2, 5, 1], [3, 1, 5.0]])[:, :, None],
        axes=("buyer", "seller", "sector"),
        value_added_shares=np.ones((3, 1)),
        input_shares=np.zeros((1, 1)),
        elasticities=4.0,
        regions=("A", "B", "C"),
        sectors=("goods",),
    )
    with pytest.raises(UnconvergedSolution, match="did not converge; no band"):
        gain_bands(economy, ["A", "B"], Scenario("cut").cut_trade_cost(0.1, within=["A", "B"]))


def test_the_note_says_what_was_run_and_calls_the_band_no_interval(bands):
    note = bands.gain.note
    assert "情景带" in note.zh
    assert f"{DRAWS} draws" in note.en
    assert "distance elasticity 0.3 to 1.1" in note.en
    assert "not from sampling error" in note.en


def test_where_pairs_are_not_estimated_the_note_claims_no_draws():
    economy = random_economy(3)
    band = gain(economy, Scenario("cut").cut_trade_cost(0.1, within=economy.regions[:2])).band(draws=50)
    assert "draws" not in band.note.en
    assert "distance" not in band.note.en
    assert "trade elasticity 3 to 8, both readings" in band.note.en


def test_a_band_says_how_exact_its_solves_are(bands):
    told = bands.gain.certificate.en
    assert "solves converged" in told
    assert "also from other starts" in told


def test_a_huge_cut_is_called_an_exercise_and_has_one_reading():
    economy = random_economy(3)
    huge = gain(economy, Scenario("huge").cut_trade_cost(0.8, within=economy.regions[:3]))
    assert any("an exercise only" in note.en for note in huge.notes)
    band = huge.band(draws=0)
    assert "reading" not in {driver.key for driver in band.drivers}
    assert "no second reading" in band.note.en
    usual = gain(economy, Scenario("usual").cut_trade_cost(0.1, within=economy.regions[:3]))
    assert not any("exercise" in note.en for note in usual.notes)
    assert "no second reading" not in usual.band(draws=0).note.en
