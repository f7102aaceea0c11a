"""Gains on varied economies: levers that sum to the whole, slopes that are differences, openings that are unions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from varied import (
    answer,
    apart,
    some_barriers,
    varied_economy,
    varied_world,
)

from ronghe.simulate import Scenario, gain
from ronghe.simulate.binding import shock_of
from ronghe.simulate.blocks import Blocks
from ronghe.simulate.calibrate import with_blocks
from ronghe.simulate.columns import columns, start_accounts
from ronghe.simulate.derivatives.adjoint import Tangent, local, regional_slopes, slopes_of
from ronghe.simulate.levers import split_by_lever
from ronghe.simulate.outcome import accounts
from ronghe.simulate.shock import Shock, barrier_factor
from ronghe.simulate.solver.solve import prepare, solve_problem

SUM = 1e-9  # of household consumption
SLOPE = 1e-7  # of the largest slope of the same column
STEP = 1e-3

seeds = st.integers(0, 100_000)
few = settings(max_examples=8, deadline=None)


def with_levers(economy, seed):
    """Two levers, a road and plates, and a stated cut, each on members and sizes of its own."""
    rng = np.random.default_rng([seed, 6])
    scenario = Scenario("three").cut_trade_cost(0.05, within=economy.regions[1:4])
    for name, layer, members in (("road", "hardware", [0, 1, 2]), ("plates", "software", [0, 1, 3])):
        scenario = scenario.lever(
            name, "transaction", layer=layer, before=rng.uniform(0.05, 0.15), after=rng.uniform(0.0, 0.05),
            measure="hours", source="survey", owner="provincial government",
            within=[economy.regions[n] for n in members],
        )  # fmt: skip
    return scenario


@settings(max_examples=6, deadline=None)
@given(seeds, st.sampled_from(["short", "long"]))
def test_parts_of_hardware_software_and_a_stated_cut_sum_to_the_whole(seed, closure):
    economy = varied_economy(seed)
    scenario = with_levers(economy, seed)
    split = split_by_lever(economy, scenario, closure=closure)
    whole = gain(economy, scenario, closure=closure, starts=0)
    assert [label.en for label in split.levers] == ["road", "plates", "stated change"]
    size = economy.world.purchases[0].max()
    for name in ("household", "services", "payable"):
        assert apart(split.column(name).sum(axis=0) / size, whole.column(name) / size) <= SUM


def three_columns(world, barriers, before):
    problem = prepare(world=world, shock=Shock(barriers=barriers))
    found = solve_problem(problem, tolerance=1e-13, backend="numpy")
    assert found.residual <= 1e-13
    made = columns(problem, found.state, before=before)
    revenue = accounts(problem, found.state)
    own = revenue.own_revenue / revenue.government_prices - before.own_revenue
    return np.array([made.household, made.services, made.payable, own])


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_slopes_by_the_adjoint_are_differences_of_exact_solves(seed):
    """Richardson's difference of solves to 1e-13, around a world already moved, at cells drawn by chance."""
    plain = varied_world(seed, blocks=False, people=False)
    world = with_blocks(plain, Blocks(services=varied_world(seed).blocks.services, waste=0.4))
    base, before = some_barriers(world, seed), start_accounts(world)
    problem, state = answer(world, Shock(barriers=base))
    at = local(problem, state)
    found = [slopes_of(Tangent(problem, at), regional_slopes(problem, at, name))
             for name in ("household", "services", "payable", "revenue")]  # fmt: skip
    tables = np.array([list(each) for each in found])
    largest = np.abs(tables).max(axis=(1, 2, 3, 4))[:, None]
    for cell in np.random.default_rng(seed).permutation(np.argwhere(world.shares > 0))[:3]:

        def along(step, cell=tuple(cell)):
            barriers = base.copy()
            barriers[cell] *= np.exp(step)
            return three_columns(world, barriers, before)

        coarse, fine = ((along(h) - along(-h)) / (2 * h) for h in (STEP, STEP / 2))
        assert apart(tables[(..., *cell)] / largest, (4 * fine - coarse) / 3 / largest) <= SLOPE


@few
@given(seeds, st.sets(st.integers(0, 4), min_size=2), st.floats(0.01, 0.2))
def test_opening_both_orders_is_the_union_of_the_one_way_openings(seed, members, share):
    economy = varied_economy(seed, blocks=False)
    inside = [economy.regions[n] for n in sorted(members)]
    both = Scenario("both").cut_trade_cost(share, within=inside)
    single = Scenario("each")
    masks = []
    for buyer in inside:
        one_way = Scenario("one").cut_entry(share, buyers=[buyer], sellers=[s for s in inside if s != buyer])
        masks.append(economy.bind(one_way).pieces[0].mask)
        single = replace(single, changes=single.changes + one_way.changes)
    assert (np.sum(masks, axis=0) == economy.bind(both).pieces[0].mask).all()
    # A pair that several openings cover counts once.
    twice = replace(single, changes=single.changes + both.changes)
    factors = [barrier_factor(economy.world, shock_of(economy.bind(s), economy.world)) for s in (both, single, twice)]
    assert (factors[1] == factors[0]).all()
    assert (factors[2] == factors[0]).all()
