"""Blocks beyond trade: each falls back to the smaller model, each meets a number found by another route.

The three-region page, to its printed digits; test_worked_pages finds the same figures in levels, to 1e-7.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import full_blocks, full_economy, random_economy, three_region_economy
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import DataFault, ParameterFault
from ronghe.base.text import same
from ronghe.simulate import Economy, Parameters, Scenario
from ronghe.simulate.blocks import Blocks, Groups, Services, Sharing
from ronghe.simulate.calibrate import balanced
from ronghe.simulate.columns import columns, start_accounts
from ronghe.simulate.outcome import accounts, recalibrate
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver.solve import polish, prepare, solve_problem

PRINTED = 2e-6  # the page prints six decimals
EXACT = 1e-9
CAPITAL_ONLY = Parameters(kappa=0.0, land_supply=0.0, capital_mobility=3.0, scale=0.0)
seeds = st.integers(0, 10_000)
few = settings(max_examples=8, deadline=None)


def cut(*pairs: tuple[int, int]) -> Shock:
    barriers = np.ones((2, 3, 3))
    for buyer, seller in pairs:
        barriers[0, buyer, seller] = 0.9
    return Shock(barriers=barriers)


def subsidy(*rates: float) -> Shock:
    paid = np.zeros((2, 3))
    paid[0, : len(rates)] = rates
    return Shock(subsidies=paid)


PAGE = [
    # scenario, closure, household, services, payable, constant-price output
    (cut((0, 1), (1, 0)), "short", [1.989052, 1.989052, -0.176582], [0, 0], [1.976410, 1.976410, -0.176101], [0, 0]),
    (cut((0, 1)), "short", [1.054144, 0.789721, -0.065894], [0, 0], [1.031441, 0.802006], [0, 0]),
    (cut((0, 1)), "long", [1.899590, 0.000296, -0.072756], [-0.233789, 0.231758], [1.633032, 0.235846],
     [-1.168947, 1.158788]),
    (subsidy(0.05), "long", [4.063372, 1.126499, 0.062886], [-5.056014, -0.283555], [-1.146809, 0.839280],
     [1.402859, -1.417777]),
    (subsidy(0.1163915, 0.1163915), "long", [12.710348, 12.710348, 0.302912], [-13.172295, -13.172295],
     [-1.500678, -1.500678], [0, 0]),
]  # fmt: skip


@pytest.mark.parametrize(("shock", "closure", "household", "services", "payable", "output"), PAGE)
def test_the_three_region_page(shock, closure, household, services, payable, output):
    economy = three_region_economy().with_parameters(CAPITAL_ONLY)
    solution = economy.solve_shock(shock, scenario=Scenario("page"), closure=closure)
    assert solution.converged
    state, before = solution.equilibrium.state, start_accounts(economy.world)
    found = columns(solution.problem, state, before=before)
    made = (found.household, found.services, found.payable, accounts(solution.problem, state).real_output)
    for values, wanted in zip(made, (household, services, payable, output), strict=True):
        np.testing.assert_allclose(values[: len(wanted)], wanted, atol=PRINTED)


def solved(economy: Economy, shock: Shock, closure: str = "long"):
    solution = economy.solve_shock(shock, scenario=Scenario("s"), closure=closure, starts=0, radius=False)
    assert solution.converged, solution.status
    return solution


def change(economy: Economy, seed: int = 0) -> Shock:
    """A shock that touches every lever of every block that is on."""
    world, rng = economy.world, np.random.default_rng(seed)
    n, home = len(world.regions), int(world.domestic.sum())
    barriers = np.where(world.traded[:, None, None], rng.uniform(0.85, 1.1, world.shares.shape), 1.0)
    barriers[:, np.arange(n), np.arange(n)] = 1.0
    kinds = world.blocks.services
    return Shock(
        barriers=barriers,
        tariffs=None if world.tariffs is None else 0.5 * world.tariffs,
        moving=rng.uniform(0.9, 1.1, (home, home)),
        productivity=rng.uniform(0.98, 1.04, world.output.shape),
        land=rng.uniform(0.95, 1.1, n),
        subsidies=None if world.blocks.subsidies is None else 0.5 * world.blocks.subsidies,
        sharing=None if world.blocks.sharing is None else 0.9 * world.blocks.sharing.shares,
        budget=None if kinds is None else np.roll(kinds.budget, 1, axis=1),
        pooling=None if kinds is None or kinds.pooling is None else 2.0 * kinds.pooling,
    )


@few
@given(seeds)
def test_with_every_block_on_nothing_changes_without_a_shock(seed):
    economy = full_economy(seed)
    problem = prepare(world=economy.world, parameters=economy.parameters, closure="long")
    found = polish(problem, solve_problem(problem))
    np.testing.assert_allclose(found.state, problem.start, atol=1e-12)


@few
@given(seeds)
def test_with_every_block_on_the_second_formula_finds_no_residual(seed):
    economy = full_economy(seed)
    for closure in ("short", "medium", "long"):
        found = economy.solve_shock(
            change(economy, seed), scenario=Scenario("s"), closure=closure, starts=0, radius=False
        )
        if "government use would be negative" in found.status:
            # Large subsidies and taxes sent elsewhere can leave a government less than nothing: refused as such.
            continue
        residuals = solved(economy, change(economy, seed), closure).certificate.residuals
        assert max(residuals.values()) <= 1e-9
        assert residuals["walras"] <= 1e-12
        assert ("migration" in residuals) == (closure != "short")
        assert ("scale" in residuals) == (closure == "long")


@few
@given(seeds)
def test_with_every_block_on_both_back_ends_agree(seed):
    economy = full_economy(seed)
    problem = prepare(world=economy.world, shock=change(economy, seed), parameters=economy.parameters, closure="long")
    answers = [polish(problem, solve_problem(problem, backend=b), backend=b).state for b in ("numba", "numpy")]
    np.testing.assert_allclose(answers[0], answers[1], atol=1e-11)


@few
@given(seeds)
def test_forward_recalibrate_and_back_with_every_block_on(seed):
    economy = full_economy(seed)
    # What the centre gets it spends by the baseline's shares, which are others after a change: here it gets nothing.
    keys = economy.world.blocks.sharing.shares
    kept = Sharing(economy.world.blocks.sharing.capital_rates, keys / keys.sum(axis=1, keepdims=True))
    economy = economy.with_blocks(replace(economy.world.blocks, sharing=kept))
    rates = economy.world.blocks.subsidies
    there = Shock(barriers=change(economy, seed).barriers, subsidies=0.5 * rates)
    back = Shock(barriers=1.0 / there.barriers, subsidies=rates)
    problem = prepare(world=economy.world, shock=there, parameters=economy.parameters, closure="medium")
    moved = recalibrate(problem, solve_problem(problem, tolerance=1e-13).state, shock=there)
    problem = prepare(world=moved, shock=back, parameters=economy.parameters, closure="medium")
    again = recalibrate(problem, solve_problem(problem, tolerance=1e-13).state, shock=back)
    # The national price index has the weights of its own baseline, so that the way back has another unit of money.
    unit = again.value_added.sum() / economy.world.value_added.sum()
    for name in ("spending", "output", "household", "own_revenue", "transfers"):
        np.testing.assert_allclose(getattr(again, name) / unit, getattr(economy.world, name), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(again.blocks.groups.bills, economy.world.blocks.groups.bills, rtol=1e-9)
    np.testing.assert_allclose(again.blocks.groups.residents, economy.world.blocks.groups.residents, rtol=1e-8)


NOTHING_NEW = {
    "one group": lambda w: Blocks(groups=Groups((same("all"),), np.ones((1, *w.output.shape)), w.residents[None])),
    "one service": lambda w: Blocks(
        services=Services((same("all"),), np.ones((1, len(w.regions))), np.array([0.5]), np.array([0.15]))
    ),
    "taxes at place": lambda w: Blocks(sharing=Sharing(np.zeros(len(w.regions)), np.eye(len(w.regions))[None])),
    "taxes at place, on capital too": lambda w: Blocks(
        sharing=Sharing(np.zeros(len(w.regions)), np.eye(len(w.regions))[None] * np.ones((len(w.sectors), 1, 1)))
    ),
    "no subsidy": lambda w: Blocks(subsidies=np.zeros_like(w.output)),
    "own capital": lambda w: Blocks(ownership=np.eye(len(w.regions))),
    "waste without wedges": lambda w: Blocks(waste=0.5),
}


@pytest.mark.parametrize("name", NOTHING_NEW)
@pytest.mark.parametrize("closure", ["short", "medium", "long"])
def test_a_block_that_adds_nothing_gives_the_smaller_model(name, closure):
    small = random_economy(3, regions=5, sectors=4)
    large = small.with_blocks(NOTHING_NEW[name](small.world))
    shock = Shock(barriers=change(small).barriers)
    one, other = solved(small, shock, closure), solved(large, shock, closure)
    np.testing.assert_allclose(other.welfare, one.welfare, rtol=EXACT)
    np.testing.assert_allclose(other.people, one.people, rtol=EXACT)
    np.testing.assert_allclose(other.revenue, one.revenue, rtol=EXACT)


def test_long_with_nothing_that_moves_is_medium_and_medium_without_people_is_short():
    still = Parameters(land_supply=0.0, capital_mobility=0.0, scale=0.0)
    economy = random_economy(4, parameters=still)
    shock = Shock(barriers=change(economy).barriers)
    np.testing.assert_allclose(
        solved(economy, shock, "long").welfare, solved(economy, shock, "medium").welfare, rtol=EXACT
    )
    fixed = economy.with_parameters(replace(still, kappa=0.0))
    np.testing.assert_allclose(
        solved(fixed, shock, "long").welfare, solved(economy, shock, "short").welfare, rtol=EXACT
    )


def test_two_groups_alike_are_one_group():
    small = random_economy(5, regions=5, sectors=4)
    half = np.full((2, *small.world.output.shape), 0.5)
    residents = 0.5 * np.array([small.world.residents, small.world.residents])
    large = small.with_blocks(Blocks(groups=Groups((same("a"), same("b")), half, residents)))
    shock = Shock(barriers=change(small).barriers)
    one, other = solved(small, shock), solved(large, shock)
    np.testing.assert_allclose(other.welfare, one.welfare, rtol=EXACT)
    np.testing.assert_allclose(other.wages, np.array([one.wages, one.wages]), rtol=EXACT)


def test_the_scarcer_group_gains_where_its_sector_does():
    small = random_economy(6, regions=4, sectors=4)
    bills = np.full((2, *small.world.output.shape), 0.5)
    bills[:, 1] = np.array([0.9, 0.1])[:, None]
    economy = small.with_blocks(Blocks(groups=Groups((same("skilled"), same("other")), bills)))
    made = np.ones_like(small.world.output)
    made[1, 0] = 1.3
    wages = solved(economy, Shock(productivity=made), "short").wages
    assert wages[0, 0] > wages[1, 0]


@few
@given(seeds)
def test_mobile_capital_is_moved_and_not_made(seed):
    economy = random_economy(seed, regions=5, sectors=4)
    solution = solved(economy, change(economy, seed))
    held = accounts(solution.problem, solution.equilibrium.state)
    rents = solution.problem.coefficients.rents
    home = economy.world.domestic
    assert held.capital[home] @ rents[home] == pytest.approx(rents[home].sum(), rel=1e-12)
    assert held.capital_income[home].sum() == pytest.approx(0.0, abs=1e-9 * rents.sum())
    assert (held.capital[~home] == 1.0).all()


def test_land_rent_follows_what_housing_sells():
    """rl^ = (Y^_re / Q^)^(1/(1+eps)) in units of the numeraire (block 6)."""
    economy = random_economy(7, regions=5)
    shock = change(economy)
    solution = solved(economy, shock)
    world = economy.world
    sold = solution.output[world.housing] / world.output[world.housing]
    rent = solution.hats["land_rents"]
    eps = economy.parameters.land_supply
    np.testing.assert_allclose(rent, (sold / shock.land) ** (1 / (1 + eps)), rtol=1e-9)


def test_scale_makes_a_sector_productive_where_labour_gathers():
    economy = random_economy(8, regions=4)
    solution = solved(economy, Shock(barriers=change(economy).barriers))
    world, c = economy.world, solution.problem.coefficients
    used = (solution.output / world.output).T / solution.wages[:, None]
    live = (c.labour > 0) & (world.output.T > 0)
    grown = np.exp(solution.state.productivity)
    np.testing.assert_allclose(grown[live], used[live] ** economy.parameters.scale, rtol=1e-9)


def test_scale_that_would_gather_a_sector_in_one_place_is_refused():
    economy = random_economy(1, parameters=Parameters(scale=0.3))
    with pytest.raises(ParameterFault, match=r"at most 0\.25"):
        solved(economy, Shock())


def test_revenue_of_regions_and_centre_is_what_was_raised():
    economy = full_economy(9)
    solution = solved(economy, change(economy))
    now, c = solution.accounts, solution.problem.coefficients
    start = c.wages.sum(axis=0) + c.rents + c.land_rents
    on_added = c.tax_rates - c.capital_rates * c.rents / start
    raised = on_added * (c.added_shares.T * solution.output) + c.capital_rates * (c.capital.T * solution.output)
    assert (now.own_revenue + now.subsidies).sum() + now.centre == pytest.approx(raised.sum(), rel=1e-12)


def test_an_enclave_park_sends_the_agreed_share_home():
    """A keeps 60 % of what its industry pays and B gets 40 %: moved by hand from A's revenue to B's."""
    economy = three_region_economy()
    keys = np.repeat(np.eye(3)[None], 2, axis=0)
    keys[0, 0, 0], keys[0, 1, 0] = 0.6, 0.4
    solution = solved(economy.with_parameters(CAPITAL_ONLY), Shock(sharing=keys), "short")
    found, made = solution.accounts, solution.output
    # Tax is 20 % of value added, which is all of output here.
    kept = [0.2 * (0.6 * made[0, 0] + made[1, 0]), 0.2 * (0.4 * made[0, 0] + made[0, 1] + made[1, 1])]
    np.testing.assert_allclose(found.own_revenue[:2], kept, rtol=EXACT)
    # A's government then buys less of A's own S: A loses more than the 8 that are sent at today's prices.
    assert found.own_revenue[0] < 40 - 0.4 * 0.2 * 100
    assert found.own_revenue.sum() == pytest.approx(0.2 * found.value_added.sum(), rel=1e-12)


def test_pooled_services_by_hand():
    """B's hospital does half as much for A as for B: A is served 40 + 0.5 * 40, half as much again."""
    economy = three_region_economy().with_parameters(CAPITAL_ONLY)
    kinds = Services((same("health"),), np.ones((1, 3)), np.array([1.0]), np.array([0.1]))
    lam = np.zeros((1, 3, 3))
    lam[0, 0, 1] = 0.5
    solution = solved(economy.with_blocks(Blocks(services=kinds)), Shock(pooling=lam), "short")
    assert solution.accounts.services[0] == pytest.approx([1.5, 1.0, 1.0], abs=1e-9)
    found = columns(solution.problem, solution.equilibrium.state, before=start_accounts(economy.world))
    assert found.services == pytest.approx([20.0, 0.0, 0.0], abs=1e-7)


@pytest.mark.parametrize("rates", [np.array([[0.1], [0.1]]) * np.array([1, 0, 0]), np.full((2, 3), 0.1)])
def test_an_even_subsidy_moves_nothing_real(rates):
    """Fixed factors: one rate on all of a region's sectors, or everywhere, only takes from services what it gives."""
    world = three_region_economy().world
    # One basket: government buys what households buy, a fifth of both sectors.
    bought = world.household + world.government
    economy = Economy.from_world(balanced(replace(world, household=0.8 * bought, government=0.2 * bought)))
    solution = solved(economy, Shock(subsidies=rates), "short")
    made = accounts(solution.problem, solution.equilibrium.state)
    np.testing.assert_allclose(made.real_output, 0.0, atol=1e-8)
    found = columns(solution.problem, solution.equilibrium.state, before=start_accounts(economy.world))
    paid = rates.any(axis=0)
    assert (found.household[paid] > 1.0).all()
    np.testing.assert_allclose((found.household + found.services)[paid], 0.0, atol=1e-7)


@pytest.mark.parametrize(("kappa", "rivalry", "scale"), [(1.5, 0.5, 0.05), (3.0, 0.5, 0.1)])
def test_where_one_equilibrium_is_known_all_starts_agree(kappa, rivalry, scale):
    economy = random_economy(2, parameters=Parameters(kappa=kappa, rivalry=rivalry, scale=scale))
    found = economy.solve(Scenario("cut").cut_trade_cost(0.2, within=economy.regions[:3]), closure="long")
    assert found.converged
    assert found.certificate.agreed == 6


def test_every_fault_of_the_blocks_is_told_at_once():
    economy = random_economy(1, regions=4, sectors=4)
    wrong = replace(
        full_blocks(1, economy.world),
        subsidies=np.full((4, 4), 1.2),
        ownership=np.eye(4) * 0.5,
        waste=1.5,
        groups=Groups((same("a"),), np.ones((2, 4, 4))),
    )
    with pytest.raises(DataFault) as told:
        economy.with_blocks(wrong)
    codes = {fault.code for fault in told.value.faults}
    assert {"S130", "S132", "S133", "S103"} <= codes
    assert "subsidies [" in str(told.value)


def test_people_cannot_move_without_a_table_of_residents():
    with pytest.raises(ParameterFault, match="kappa=0"):
        three_region_economy().solve(Scenario("nothing"), closure="long")


def test_a_government_that_would_buy_less_than_nothing_is_refused_by_name() -> None:
    economy = full_economy(26)
    found = economy.solve_shock(change(economy, 26), scenario=Scenario("s"), closure="long", starts=0, radius=False)
    assert not found.converged
    assert found.kind == "inconsistent"
    assert "government use would be negative in" in found.status
    assert "政府购买将为负" in found.status_text.zh
