"""Laws of the equilibrium map: what must hold in every economy, on both back ends.

Tolerances: the solver stops at 1e-11 on every residual, so answers agree to about 1e-10; where states are
compared directly after polishing, 1e-12.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import random_economy, random_flows, three_region_world
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.simulate import Economy, Scenario, Shock
from ronghe.simulate.outcome import recalibrate
from ronghe.simulate.solver import equations, kernels
from ronghe.simulate.solver.certificate import recomputed
from ronghe.simulate.solver.solve import hat_equilibrium, polish, prepare, solve_problem

seeds = st.integers(0, 10_000)
few = settings(max_examples=12, deadline=None)


def cut(world, seed, size=0.3):
    rng = np.random.default_rng(seed)
    barriers = 1.0 - size * rng.random(world.shares.shape)
    barriers[:, np.arange(len(world.regions)), np.arange(len(world.regions))] = 1.0
    return Shock(barriers=barriers)


@few
@given(seeds, st.sampled_from(["short", "medium"]))
def test_no_change_leaves_every_hat_at_one(seed, closure):
    solution = random_economy(seed).solve(Scenario("nothing"), closure=closure, starts=0)
    assert max(np.abs(hat - 1).max() for hat in solution.hats.values()) <= 1e-12


@few
@given(seeds)
def test_no_change_leaves_every_hat_at_one_with_tariffs_and_deficits(seed):
    solution = Economy.from_flows(**random_flows(seed)).solve(Scenario("nothing"), starts=0)
    assert max(np.abs(hat - 1).max() for hat in solution.hats.values()) <= 1e-12


@few
@given(seeds, st.booleans())
def test_both_back_ends_take_the_same_step_and_reach_the_same_answer(seed, mobile):
    economy = random_economy(seed, regions=5)
    problem = prepare(world=economy.world, shock=cut(economy.world, seed), closure="medium" if mobile else "short")
    z = problem.start + 0.1 * np.random.default_rng(seed).standard_normal(len(problem.start))
    z[equations.unpack(problem.coefficients, np.arange(len(z)) * 1.0).people.astype(int)[0, -1]] = 0.0
    plain, worst = equations.gaps(problem.kernel, problem.net, problem.coefficients, z)
    gap = np.empty_like(z)
    compiled = kernels.gaps(problem.kernel, problem.net, problem.packed, z, gap)
    np.testing.assert_allclose(gap, plain, rtol=0, atol=1e-12 * max(1.0, np.abs(plain).max()))
    assert compiled == pytest.approx(worst, rel=1e-12)
    answers = [polish(problem, solve_problem(problem, backend=b), backend=b).state for b in ("numba", "numpy")]
    np.testing.assert_allclose(answers[0], answers[1], rtol=0, atol=1e-12)


@few
@given(seeds)
def test_the_second_formula_finds_no_residual_and_walras_law_holds(seed):
    for world in (random_economy(seed).world, Economy.from_flows(**random_flows(seed)).world):
        shock = cut(world, seed)
        problem = prepare(world=world, shock=shock)
        found = solve_problem(problem, tolerance=1e-11)
        residuals = recomputed(problem, shock, found.state)
        assert max(residuals.values()) <= 1e-9
        assert residuals["walras"] <= 1e-13


def test_a_perturbed_market_is_found_out():
    world = random_economy(1).world
    shock = cut(world, 1)
    problem = prepare(world=world, shock=shock)
    state = solve_problem(problem, tolerance=1e-11).state.copy()
    state[2] += 1e-6
    assert max(recomputed(problem, shock, state).values()) > 1e-8


@few
@given(seeds)
def test_people_that_moved_stand_where_the_second_formula_sends_them(seed):
    economy = random_economy(seed)
    shock = cut(economy.world, seed)
    problem = prepare(world=economy.world, shock=shock, parameters=economy.parameters, closure="medium")
    found = solve_problem(problem, tolerance=1e-11)
    residuals = recomputed(problem, shock, found.state)
    assert max(residuals.values()) <= 1e-9
    state = found.state.copy()
    state[3 * len(economy.regions)] += 1e-6
    assert recomputed(problem, shock, state)["migration"] > 1e-8


@few
@given(seeds, st.floats(-2, 2))
def test_the_level_of_the_start_changes_nothing(seed, level):
    world = random_economy(seed, regions=4).world
    problem = prepare(world=world, shock=cut(world, seed))
    first = solve_problem(problem, tolerance=1e-12)
    start = problem.start.copy()
    state = equations.unpack(problem.coefficients, start)
    for part in (state.wages, state.rents, state.land_rents, state.prices):
        part += level
    again = solve_problem(problem, start=start, tolerance=1e-12)
    np.testing.assert_allclose(again.state, first.state, rtol=0, atol=1e-9)


@few
@given(seeds)
def test_the_currency_of_the_table_changes_nothing(seed):
    table = random_flows(seed)
    scenario = Scenario("cut").cut_trade_cost(0.2, within=["R0", "R1"])
    one = Economy.from_flows(**table).solve(scenario, starts=0).welfare
    table["flows"] = table["flows"] * 7.3e4
    np.testing.assert_allclose(Economy.from_flows(**table).solve(scenario, starts=0).welfare, one, rtol=1e-9)


@few
@given(seeds)
def test_renaming_and_reordering_changes_nothing(seed):
    table = random_flows(seed, regions=4, sectors=3)
    rng = np.random.default_rng(seed)
    n, j = rng.permutation(4), rng.permutation(3)
    scenario = Scenario("cut").cut_trade_cost(0.2, within=["R0", "R1"]).cut_entry(0.1, buyers=["R2"], sellers=["R0"])
    first = Economy.from_flows(**table).solve(scenario, starts=0)
    moved = dict(table)
    for name in ("flows", "tariffs"):
        moved[name] = table[name][np.ix_(n, n, j)]
    moved["value_added_shares"] = table["value_added_shares"][np.ix_(n, j)]
    moved["input_shares"] = table["input_shares"][np.ix_(n, j, j)]
    moved["elasticities"] = table["elasticities"][j]
    moved["regions"] = [table["regions"][i] for i in n]
    moved["sectors"] = [table["sectors"][i] for i in j]
    second = Economy.from_flows(**moved).solve(scenario, starts=0)
    np.testing.assert_allclose(second.welfare, first.welfare[n], rtol=1e-9)
    np.testing.assert_allclose(second.prices, first.prices[np.ix_(j, n)], rtol=1e-9)


@few
@given(seeds, st.booleans())
def test_forward_recalibrate_and_back_is_where_one_began(seed, mobile):
    world = random_economy(seed, regions=5).world
    shock = cut(world, seed)
    problem = prepare(world=world, shock=shock, closure="medium" if mobile else "short")
    there = recalibrate(problem, solve_problem(problem, tolerance=1e-12).state, shock=shock)
    back = Shock(barriers=1.0 / shock.barriers)
    problem = prepare(world=there, shock=back, closure="medium" if mobile else "short")
    home = recalibrate(problem, solve_problem(problem, tolerance=1e-12).state, shock=back)
    np.testing.assert_allclose(home.shares, world.shares, rtol=0, atol=1e-9)
    # Money in units of world value added: an index of prices with new weights does not run back exactly.
    unit, was = home.value_added.sum(), world.value_added.sum()
    np.testing.assert_allclose(home.spending / unit, world.spending / was, rtol=1e-8)
    np.testing.assert_allclose(home.transfers / unit, world.transfers / was, rtol=0, atol=1e-9)


@few
@given(seeds)
def test_shares_sum_to_one_and_structural_zeros_stay_zero(seed):
    economy = random_economy(seed)
    solution = economy.solve(Scenario("cut").cut_trade_cost(0.5, within=economy.regions), starts=0)
    np.testing.assert_allclose(solution.shares.sum(axis=2), 1.0, atol=1e-13)
    assert (solution.shares[economy.world.shares == 0] == 0).all()


@few
@given(seeds)
def test_transfers_cancel_out_and_uses_add_up_to_income(seed):
    economy = random_economy(seed)
    accounts = economy.solve(Scenario("cut").cut_trade_cost(0.3, within=economy.regions[:3]), starts=0).accounts
    size = accounts.value_added.sum()
    inside = accounts.inflow - accounts.external
    assert abs(accounts.external.sum()) <= 1e-12 * size
    assert abs(inside.sum()) <= 1e-12 * size
    uses = accounts.consumption + accounts.government + accounts.investment
    assert uses.sum() == pytest.approx(size, rel=1e-12)


def test_splitting_a_region_in_two_halves_leaves_the_others_alone():
    table = random_flows(5, regions=3, sectors=2, tariffs=False)
    flows = table["flows"]
    scenario = Scenario("cut").cut_entry(0.2, buyers=["R1"], sellers=["R2"])
    whole = Economy.from_flows(**table).solve(scenario, starts=0)
    halves = np.zeros((4, 4, 2))
    weight = np.array([0.5, 0.5, 1, 1])
    origin = [0, 0, 1, 2]
    for buyer in range(4):
        for seller in range(4):
            halves[buyer, seller] = flows[origin[buyer], origin[seller]] * weight[buyer] * weight[seller]
    split = dict(table, flows=halves, regions=["R0", "R0b", "R1", "R2"])
    split["value_added_shares"] = table["value_added_shares"][origin]
    split["input_shares"] = table["input_shares"][origin]
    parts = Economy.from_flows(**split).solve(scenario, starts=0)
    np.testing.assert_allclose(parts.welfare, whole.welfare[origin], rtol=1e-10)


def test_opening_both_orders_is_the_union_of_the_two_one_way_openings():
    economy = Economy.from_world(three_region_world())
    one_way = Scenario("there").cut_entry(0.1, buyers=["A"], sellers=["B"])
    both = economy.bind(Scenario("both").cut_trade_cost(0.1, within=["A", "B"])).pieces[0].mask
    there = economy.bind(one_way).pieces[0].mask
    back = economy.bind(Scenario("back").cut_entry(0.1, buyers=["B"], sellers=["A"])).pieces[0].mask
    assert (both == (there | back)).all()
    assert not (there & back).any()


def test_a_planted_nan_arrives_as_a_status_and_not_as_a_number():
    world = three_region_world()
    broken = world.shares.copy()
    broken[0, 0, 1] = np.nan
    found = hat_equilibrium(world=replace(world, shares=broken))
    assert not found.converged
