"""Depth on countries of known walls: what is fused has D 1, what is merely added D 0, and doubt is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from countries import country, places
from economies import random_baseline

from ronghe.base.errors import ParameterFault, ScenarioFault, UnknownRegion
from ronghe.data import load
from ronghe.simulate.calibrate import world_from_baseline
from ronghe.simulate.depth import depth
from ronghe.simulate.economy import Economy
from ronghe.simulate.outcome import recalibrate
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver.solve import prepare, solve_problem

EXACT = 1e-8
AREA = ["U0", "U1"]


def even(count):
    """All regions equally far apart: the distance elasticity then moves every wall alike."""
    return np.where(np.eye(count, dtype=bool), 40.0, 400.0)


def made(inside, outside, *, members=2, count=5, distances=None, **options):
    """An economy whose first regions have one wall between them and all others another."""
    walls = np.full((count, count), float(outside))
    walls[:members, :members] = inside
    np.fill_diagonal(walls, 0.0)
    km = even(count) if distances is None else distances
    return Economy.from_baseline(country(walls, np.arange(count), distances=km, **options)), km


def centre(found, reading):
    """The cell at trade elasticity 4, planted distance elasticity 0.8, all removable."""
    return next(
        c for c in found.cells if (c.reading, c.elasticity, c.distance, c.removable) == (reading, 4.0, 0.8, 1.0)
    )


def test_no_wall_left_inside_is_fused():
    economy, km = made(0.0, 1.5, distances=places(5))
    found = depth(economy, AREA, distances=km)
    for reading in ("as_outsiders", "prohibitive"):
        assert centre(found, reading).value == pytest.approx(1.0, abs=EXACT)
        assert abs(centre(found, reading).remaining) < EXACT


def test_walls_inside_as_high_as_outside_are_merely_added():
    economy, km = made(1.2, 1.2)
    found = depth(economy, AREA, distances=km)
    assert found.status == "stable"
    assert found.band["as_outsiders"] == (0.0, 0.0)
    assert found.annex["as_outsiders"] == 0.0
    assert found.annex["prohibitive"] > 0.05


def test_without_levers_depth_is_a_band_and_full_removal_an_annex():
    """No share of a border term is called removable without a measure: no single value is given."""
    economy, km = made(0.6, 1.4)
    found = depth(economy, AREA, distances=km)
    assert found.stable
    assert found.value is found.prohibitive is None
    for reading, (low, high) in found.band.items():
        assert low <= found.annex[reading] <= high
        assert high - low > 0.1


def test_depth_falls_as_the_walls_inside_rise():
    values = []
    for wall in (0.2, 0.5, 0.9, 1.4):
        economy, km = made(wall, 1.6)
        found = depth(economy, AREA, distances=km)
        assert found.stable
        values.append(list(found.annex.values()))
    assert (np.diff(values, axis=0) < 0).all()


def test_many_equal_regions_give_the_known_profile():
    """One sector, theta 4, 31 regions, prohibitive walls, all removable: 1 and then falling with the border factor."""
    count, values = 31, []
    names = [f"R{n}" for n in range(count)]
    for factor in (1.0, 1.2, 1.5, 2.0, 3.0):
        free = np.where(np.eye(count + 1, dtype=bool), 1.0, 0.25 * factor**-4.0)
        free[-1, :-1] = free[:-1, -1] = 1e-3
        economy = Economy.from_flows(
            flows=free[:, :, None],
            axes=("buyer", "seller", "sector"),
            value_added_shares=np.ones((count + 1, 1)),
            input_shares=np.zeros((1, 1)),
            elasticities=4.0,
            regions=[*names, "ROW"],
            sectors=["goods"],
        )
        km = np.where(np.eye(count, dtype=bool), 1.0, 4 ** (1 / 0.8))
        values.append(centre(depth(economy, names, distances=km), "prohibitive").value)
    assert values[0] == pytest.approx(1.0, abs=EXACT)
    np.testing.assert_allclose(values[1:], [0.66, 0.36, 0.14, 0.03], atol=0.01)


def test_money_and_length_units_change_nothing():
    economy, km = made(0.6, 1.4, distances=places(5), deficits=True)
    other = Economy.from_baseline(country_in_other_units(economy.baseline, 1e4))
    first, second = depth(economy, AREA, distances=km), depth(other, AREA, distances=km / 1.609)
    assert second.status == first.status
    for here, there in zip(first.cells, second.cells, strict=True):
        assert there.value == pytest.approx(here.value, abs=1e-9)
        assert there.achieved == pytest.approx(1e4 * here.achieved, rel=1e-7)


def country_in_other_units(baseline, factor):
    names = ("flows", "household", "government", "investment", "transfers", "external", "own_revenue")
    return replace(baseline, **{name: getattr(baseline, name) * factor for name in names})


def test_the_members_parts_add_up_and_the_curve_joins_the_worlds():
    economy, km = made(0.6, 1.4)
    found = depth(economy, AREA, distances=km)
    for reading in ("as_outsiders", "prohibitive"):
        assert sum(row[reading] for row in found.by_region.values()) == pytest.approx(found.achieved[reading])
        curve = found.curve[reading]
        assert curve[-1.0] == pytest.approx(-found.achieved[reading], rel=1e-6)
        assert curve[0.0] == pytest.approx(0.0, abs=1e-6)
        assert curve[1.0] == pytest.approx(found.remaining, rel=1e-6)
        assert list(curve.values()) == sorted(curve.values())
    assert sum(row["remaining"] for row in found.by_region.values()) == pytest.approx(found.remaining)
    assert found.potential["prohibitive"] == pytest.approx(found.achieved["prohibitive"] + found.remaining)


def test_a_sign_that_turns_over_the_removable_share_is_said_with_its_cells():
    """Walls inside above those outside: today is below blocks, and only much removal brings fusion above them."""
    economy, km = made(1.8, 1.2)
    found = depth(economy, AREA, distances=km)
    assert found.status == "sign not stable"
    assert found.value is None
    assert found.band == {}
    assert "removable" in found.status_text.en
    assert "不发布" in found.status_text.zh
    assert centre(found, "as_outsiders").value < 0


def test_members_that_do_not_trade_have_no_potential():
    economy, km = made(np.inf, 1.0)
    found = depth(economy, AREA, distances=km)
    assert found.status == "no potential"
    assert found.value is None


def test_an_area_of_the_whole_country_has_one_reading_only():
    economy, km = made(0.6, 0.6, count=3)
    found = depth(economy, ["U0", "U1", "U2"], distances=km)
    assert set(found.band) == set(found.annex) == {"prohibitive"}
    assert 0 < found.annex["prohibitive"] < 1
    assert "No outsiders" in found.status_text.en


def test_without_distances_the_whole_cost_of_trade_is_border_and_the_status_says_so():
    economy, _ = made(0.6, 1.4)
    found = depth(economy, AREA)
    assert found.stable
    assert "No distances" in found.status_text.en


@pytest.mark.parametrize("economy", [Economy.from_data(load()), Economy.from_baseline(random_baseline(0))])
def test_estimated_trade_is_not_identified_and_gives_no_number(economy):
    found = depth(economy, economy.regions[:3])
    assert found.status == "not identified"
    assert found.value is found.prohibitive is None
    assert not found.identified
    assert "trade" in found.unlocks
    assert found.refusal.key == "depth"
    assert found.status_text.zh.startswith("无法识别")


def test_documented_levers_take_the_place_of_the_removable_share():
    economy, km = made(0.6, 1.4)
    words = {"measure": "days at the border", "source": "survey 2023", "owner": "customs"}
    levers = Scenario("one window").lever(
        "customs", "transaction", layer="software", before=0.20, after=0.10, within=AREA, **words
    )
    found = depth(economy, AREA, levers=levers, distances=km)
    assert {cell.removable for cell in found.cells} == {None}
    assert found.stable
    assert found.value > depth(economy, AREA, distances=km).annex["as_outsiders"]
    assert found.band["as_outsiders"][0] <= found.value <= found.band["as_outsiders"][1]
    assert found.annex == {}


def test_a_stated_cut_is_no_lever():
    economy, km = made(0.6, 1.4)
    with pytest.raises(ScenarioFault, match="documented measure"):
        depth(economy, AREA, levers=Scenario("cut").cut_trade_cost(0.1, within=AREA), distances=km)


def test_wrong_names_and_wrong_distances_are_told():
    economy, km = made(0.6, 1.4)
    with pytest.raises(UnknownRegion):
        depth(economy, ["U0", "nowhere"])
    with pytest.raises(ParameterFault, match="5 x 5 positive numbers"):
        depth(economy, AREA, distances=km[:3, :3])


@pytest.fixture(scope="module")
def noisy():
    """The demonstration with log-normal noise of 5 % on every wall, in balance again."""
    data = load("demo")
    economy = Economy.from_data(data)
    noise = np.exp(0.05 / 4 * np.random.default_rng(3).standard_normal(economy.world.shares.shape))
    shock = Shock(barriers=np.where(economy.world.traded[:, None, None], noise, 1.0))
    problem = prepare(world=economy.world, shock=shock)
    world = recalibrate(problem, solve_problem(problem).state, shock=shock)
    return data, economy.with_world(world)


def test_noise_gives_an_interval_that_covers_the_truth(noisy):
    data, economy = noisy
    found = depth(economy, data.area("demo_a"))
    truth = depth(Economy.from_data(data), data.area("demo_a"))
    assert found.stable
    for reading, value in truth.annex.items():
        spread = found.interval[reading]
        assert spread.kind == "interval"
        assert spread.low - 0.01 <= value <= spread.high + 0.01
        assert spread.high - spread.low < 0.05


def test_an_area_merely_added_answers_sign_not_stable_on_noisy_flows(noisy):
    data, economy = noisy
    found = depth(economy, data.area("demo_b"))
    assert found.status == "sign not stable"
    assert found.value is None
    assert "crosses 0" in found.status_text.en


def test_the_world_stays_the_same_for_a_second_question():
    economy, km = made(0.6, 1.4)
    before = world_from_baseline(economy.baseline).shares
    first = depth(economy, AREA, distances=km).band
    assert depth(economy, AREA, distances=km).band == first
    np.testing.assert_array_equal(economy.world.shares, before)
