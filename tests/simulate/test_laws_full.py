"""Laws of the whole model on varied economies: who is counted where, in what order and in what money changes nothing.

Figures are compared as parts of their size. Answers are taken to the rounding of the machine, so that the tolerances
of the laws (1e-10; shares stored in single precision 1e-6) leave room and are not used up.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rearranged import (
    figures_in,
    in_currency,
    largest_difference,
    merged,
    order,
    shock_in,
    world_in,
)
from varied import (
    all_apart,
    answer,
    apart,
    every_change,
    some_barriers,
    told,
    varied_flows,
    varied_world,
)

from ronghe.simulate import Economy, Parameters
from ronghe.simulate.calibrate import with_blocks
from ronghe.simulate.outcome import recalibrate
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver.solve import prepare

SAME = 1e-10
SINGLE = 1e-6

seeds = st.integers(0, 100_000)
closures = st.sampled_from(["short", "medium", "long"])
few = settings(max_examples=8, deadline=None)


def halves(world, seed):
    """The first two regions in two parts each, of any size, among the others."""
    one, two = np.random.default_rng([seed, 5]).uniform(0.2, 0.8, 2)
    return order(world, [0, 1, 0, 2, 3, 1, 4], part=np.array([one, two, 1 - one, 1, 1, 1 - two, 1]))


@few
@given(seeds)
def test_a_varied_economy_is_at_rest_and_differs_everywhere(seed):
    world = varied_world(seed)
    for closure in ("short", "medium", "long"):
        problem = prepare(world=world, closure=closure)
        assert np.abs(answer(world, Shock(), closure)[1] - problem.start).max() <= 1e-12
    assert (world.shares[world.traded] == 0).any()
    for table in (world.elasticities, world.value_added_shares[0], world.capital_shares[0], world.inputs[:, 0, 1]):
        assert len(np.unique(table)) == len(table)


@few
@given(seeds, closures)
def test_parts_of_a_region_fare_as_the_region_and_leave_the_others_alone(seed, closure):
    world = varied_world(seed)
    shock, split = every_change(world, seed), halves(world, seed)
    whole, parts = told(world, shock, closure), told(world_in(split, world), shock_in(split, shock), closure)
    assert all_apart(parts, figures_in(split, whole)) <= SAME


@few
@given(seeds, closures)
def test_parts_of_a_region_add_up_to_it_before_and_after(seed, closure):
    world = varied_world(seed)
    shock, split = every_change(world, seed), halves(world, seed)
    parts = world_in(split, world)
    assert largest_difference(merged(parts, split), world) <= 1e-14
    after = [recalibrate(*answer(w, s, closure), shock=s) for w, s in ((world, shock), (parts, shock_in(split, shock)))]
    assert largest_difference(merged(after[1], split), after[0]) <= SAME
    for name in ("household", "government", "investment", "own_revenue", "spending"):
        assert apart(getattr(after[1], name).sum(), getattr(after[0], name).sum()) <= SAME


@few
@given(seeds)
def test_splitting_a_table_of_flows_changes_nothing(seed):
    table = varied_flows(seed)
    world = Economy.from_flows(**table).world
    at, part = [0, 1, 2, 0, 3, 4], np.array([0.3, 1, 1, 0.7, 1, 1])
    shock, split = Shock(barriers=some_barriers(world, seed)), order(world, at, part=part)
    halved = table | {"flows": table["flows"][np.ix_(at, at)] * part[:, None, None] * part[None, :, None]}
    halved |= {name: table[name][at] for name in ("value_added_shares", "input_shares")}
    halved |= {"tariffs": table["tariffs"][np.ix_(at, at)], "regions": [f"R{n}" for n in range(6)]}
    parts = told(Economy.from_flows(**halved).world, shock_in(split, shock))
    names = ("welfare", "wages", "prices", "household", "payable")
    whole = told(world, shock)
    assert max(apart(parts[name], whole[name][..., at]) for name in names) <= SAME


@few
@given(seeds, closures, st.permutations(range(5)), st.permutations(range(5)))
def test_another_order_of_regions_and_sectors_only_reorders_the_answer(seed, closure, regions, sectors):
    world = varied_world(seed)
    shock, other = every_change(world, seed), order(world, regions, sectors=sectors)
    moved = told(world_in(other, world), shock_in(other, shock), closure)
    assert all_apart(moved, figures_in(other, told(world, shock, closure))) <= SAME


@few
@given(seeds, closures, st.floats(-6, 6), st.floats(-3, 3))
def test_the_currency_and_the_unit_of_persons_change_nothing(seed, closure, power, persons):
    world = varied_world(seed)
    shock, unit = every_change(world, seed), 10.0**power
    other = in_currency(world, unit)
    groups = replace(world.blocks.groups, residents=world.blocks.groups.residents * 10.0**persons)
    other = replace(other, residents=other.residents * 10.0**persons, blocks=replace(world.blocks, groups=groups))
    found = told(other, replace(shock, gifts=unit * shock.gifts), closure)
    assert all_apart(found, told(world, shock, closure)) <= SAME


def there_and_back(world, seed, closure, parameters):
    """The world after a change and after its reverse."""
    there = replace(every_change(world, seed), gifts=None, sharing=None, budget=None, pooling=None)
    back = Shock(
        barriers=1.0 / there.barriers, tariffs=world.tariffs, moving=1.0 / there.moving,
        productivity=1.0 / there.productivity, land=1.0 / there.land, subsidies=world.blocks.subsidies,
    )  # fmt: skip
    for shock in (there, back):
        world = recalibrate(*answer(world, shock, closure, parameters), shock=shock)
    return world


def without_centre(world):
    """The world with all local taxes local: what the centre gets it spends by the shares of its own baseline."""
    sharing = world.blocks.sharing
    kept = sharing.shares / sharing.shares.sum(axis=1, keepdims=True)
    return with_blocks(world, replace(world.blocks, sharing=replace(sharing, shares=kept)))


@few
@given(seeds, closures)
def test_forward_recalibrate_and_back_where_capital_stays(seed, closure):
    # Land follows real rents: an index of prices with new weights does not run back, world value added does.
    world = replace(without_centre(varied_world(seed)), numeraire="world")
    home = there_and_back(world, seed, closure, Parameters(capital_mobility=0.0))
    assert largest_difference(home, world) <= SAME


@pytest.mark.xfail(
    strict=True,
    reason="A world keeps what capital earns in a place and not how much is there: after a change of rents the pool is "
    "counted in other units, and its owners' shares are those of the places where it has gone. Off by about 2e-4.",
)
def test_forward_recalibrate_and_back_with_mobile_capital():
    world = replace(without_centre(varied_world(0)), numeraire="world")
    home = there_and_back(world, 0, "long", Parameters())
    assert largest_difference(home, world) <= SAME


@few
@given(seeds, st.booleans())
def test_flows_stored_in_single_precision_give_the_same_welfare(seed, tariffs):
    table = varied_flows(seed, tariffs=tariffs)
    found = []
    for storage in (np.float64, np.float32):
        world = Economy.from_flows(**(table | {"flows": table["flows"].astype(storage)})).world
        assert world.shares.dtype == storage
        found.append(told(world, Shock(barriers=some_barriers(world, seed)))["welfare"])
    assert apart(found[1], found[0]) <= SINGLE


@few
@given(seeds, closures)
def test_the_whole_model_on_shares_in_single_precision_gives_the_same_welfare(seed, closure):
    world = varied_world(seed)
    shock = every_change(world, seed)
    single = replace(world, shares=world.shares.astype(np.float32))
    assert apart(told(single, shock, closure)["welfare"], told(world, shock, closure)["welfare"]) <= SINGLE
