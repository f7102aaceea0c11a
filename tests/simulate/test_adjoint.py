"""Slopes of regional outcomes by every barrier: the adjoint against differences of exact solves, and its own twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from countries import country
from dense_adjoint import dense_slopes
from economies import full_blocks, random_baseline, random_flows
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import ParameterFault, UnconvergedSolution
from ronghe.base.text import same
from ronghe.simulate.blocks import Blocks, Services
from ronghe.simulate.calibrate import balanced, with_blocks, world_from_baseline
from ronghe.simulate.columns import columns, start_accounts
from ronghe.simulate.derivatives import adjoint, tangent
from ronghe.simulate.derivatives.adjoint import (
    Slopes,
    Tangent,
    barrier_slopes,
    change,
    headline_slopes,
    joined,
    local,
    regional_slopes,
    slopes_of,
)
from ronghe.simulate.economy import Economy
from ronghe.simulate.outcome import accounts
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver.solve import prepare, solve_problem

ACCURACY = 1e-7  # of the largest slope; Richardson's difference at h = 1e-3 carries about 1e-10
TWIN = 1e-10  # of the largest slope; two linear solves of the same system
STEP = 1e-3
COLUMNS = ("headline", "household", "services", "payable", "output", "revenue")


def world(*, wedges, seed=0):
    made = world_from_baseline(country(0.8 * (1 - np.eye(3)), np.repeat(np.arange(3), 2), deficits=True, seed=seed))
    if not wedges:
        return made
    tariffs = np.zeros_like(made.shares)
    tariffs[0] = 0.1 * (1 - np.eye(len(made.regions)))
    return balanced(replace(made, tariffs=tariffs))


def world_with_services(*, wedges, seed=0):
    """Kinds of services that others share in, and wedge income of which a part is wasted."""
    here = world(wedges=wedges, seed=seed)
    n = len(here.regions)
    draw = np.random.default_rng(seed)
    pooling = draw.uniform(0, 0.2, (2, n, n)) * ~np.eye(n, dtype=bool)
    pooling[:, -1] = pooling[:, :, -1] = 0.0
    kinds = Services(
        (same("school"), same("health")),
        draw.dirichlet(np.ones(2), size=n).T,
        np.array([0.5, 0.7]),
        np.array([0.05, 0.05]),
        pooling,
    )
    return with_blocks(here, Blocks(services=kinds, waste=0.4))


def wide_world(*, regions, sectors, home, tariffs=False, seed=0):
    """Flows of the caller's own; ``home`` is how much larger own sales are than those to another."""
    table = random_flows(seed, regions=regions, sectors=sectors, tariffs=tariffs)
    own = np.arange(regions)
    table["flows"][own, own] *= home / 8.0
    return Economy.from_flows(**table).world


def moved(here, seed=7, size=0.1):
    """Barriers away from the baseline, own sales apart."""
    draw = np.random.default_rng(seed)
    barriers = np.exp(size * draw.normal(size=here.shares.shape))
    barriers[:, np.arange(len(here.regions)), np.arange(len(here.regions))] = 1.0
    return barriers


def at_equilibrium(here, shock):
    problem = prepare(world=here, shock=shock)
    found = solve_problem(problem, tolerance=1e-13, backend="numpy")
    assert found.residual <= 1e-13
    return problem, found.state


def outcomes(here, shock, before):
    """Every column of every region after a shock, shape (column, region), from the accounts."""
    problem, state = at_equilibrium(here, shock)
    made, after = columns(problem, state, before=before), accounts(problem, state)
    own = after.own_revenue / after.government_prices - before.own_revenue
    return np.array(
        [made.household + made.services, made.household, made.services, made.payable, after.real_output, own]
    )


def richardson(function):
    """Return the derivative of a function at 0 by two central differences."""
    coarse, fine = ((function(h) - function(-h)) / (2 * h) for h in (STEP, STEP / 2))
    return (4 * fine - coarse) / 3


def every_column(problem, here):
    return joined([regional_slopes(problem, here, name) for name in COLUMNS])


def welfare(here, barriers, members):
    household, services = outcomes(here, Shock(barriers=barriers), start_accounts(here))[1:3]
    return float((household + services)[members].sum())


@pytest.mark.parametrize("wedges", [False, True])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_adjoint_equals_richardsons_difference_at_a_world_already_moved(wedges, seed):
    here = world(wedges=wedges, seed=seed)
    members = np.arange(len(here.regions)) < 4
    base = np.ones_like(here.shares)
    base[0, 0, 2], base[1, 3, 1] = 0.7, 1.2
    problem, state = at_equilibrium(here, Shock(barriers=base))
    at = local(problem, state)
    slopes = barrier_slopes(problem, at, headline_slopes(problem, at, members))
    for cell in [(0, 0, 2), (0, 2, 0), (1, 3, 0), (1, 0, 6), (0, 6, 1), (0, 1, 1), (1, 5, 4)]:

        def along(step, cell=cell):
            barriers = base.copy()
            barriers[cell] *= np.exp(step)
            return welfare(here, barriers, members)

        assert abs(slopes[cell] - richardson(along)) <= ACCURACY * np.abs(slopes).max()


@pytest.mark.parametrize("make", [world, world_with_services])
@pytest.mark.parametrize("wedges", [False, True])
def test_every_column_of_every_region_equals_richardsons_difference(make, wedges):
    """By barriers and by wedges, in sectors with a wedge and without, while gifts flow between regions."""
    here = make(wedges=wedges)
    n, before = len(here.regions), start_accounts(here)
    gifts = np.append([3.0, -1.0, -2.0], np.zeros(n - 3))
    base = moved(here)
    tariffs = np.zeros_like(here.shares) if here.tariffs is None else here.tariffs
    problem, state = at_equilibrium(here, Shock(barriers=base, gifts=gifts))
    at = local(problem, state)
    found = slopes_of(Tangent(problem, at), every_column(problem, at))
    tables = {
        kind: np.array([get(m) for m in range(len(found))]).reshape(len(COLUMNS), n, *base.shape)
        for kind, get in (("barrier", found.barriers), ("wedge", found.wedges))
    }
    largest = np.abs(tables["barrier"]).max(axis=(1, 2, 3, 4))
    # Real output follows factors, which stay: its slopes are the small rest of large terms.
    largest[COLUMNS.index("output")] = largest[0]
    for cell in [(0, 0, 2), (1, 3, 0), (0, 6, 1), (1, 2, 2)]:

        def shocked(step, kind, cell=cell):
            barriers, levied = base.copy(), tariffs.copy()
            if kind == "barrier":
                barriers[cell] *= np.exp(step)
            else:
                levied[cell] = (1 + levied[cell]) * np.exp(step) - 1
            return outcomes(here, Shock(barriers=barriers, tariffs=levied, gifts=gifts), before)

        for kind, table in tables.items():
            exact = richardson(lambda step, kind=kind, cell=cell: shocked(step, kind, cell))
            error = np.abs(table[(..., *cell)] - exact).max(axis=1)
            assert (error <= ACCURACY * largest).all()


@pytest.mark.parametrize(("home", "tariffs"), [(8.0, True), (1.0, False)])
def test_a_larger_economy_whose_demand_is_narrow_or_wide_keeps_the_accuracy(home, tariffs):
    here = wide_world(regions=20, sectors=12, home=home, tariffs=tariffs)
    base, before = moved(here), start_accounts(here)
    problem, state = at_equilibrium(here, Shock(barriers=base))
    at = local(problem, state)
    slopes = barrier_slopes(problem, at, regional_slopes(problem, at))
    for cell in [(0, 0, 2), (11, 19, 4), (5, 7, 7)]:

        def along(step, cell=cell):
            barriers = base.copy()
            barriers[cell] *= np.exp(step)
            return outcomes(here, Shock(barriers=barriers), before)[0]

        assert np.abs(slopes[(slice(None), *cell)] - richardson(along)).max() <= ACCURACY * np.abs(slopes).max()


@pytest.mark.parametrize("make", [world, world_with_services])
@pytest.mark.parametrize("wedges", [False, True])
def test_the_small_system_equals_the_whole_system_laid_out(make, wedges):
    here = make(wedges=wedges)
    problem, state = at_equilibrium(here, Shock(barriers=moved(here)))
    at = local(problem, state)
    for name in ("headline", "payable", "revenue"):
        outcome = regional_slopes(problem, at, name)
        many = barrier_slopes(problem, at, outcome)
        for region, table in enumerate(many):
            whole = dense_slopes(problem, at, Slopes(*(part[region] for part in outcome)))
            np.testing.assert_allclose(table, whole, rtol=0, atol=TWIN * np.abs(many).max())


def test_parts_that_do_not_trade_have_a_price_level_each():
    table = random_flows(1, regions=6, sectors=3)
    apart = np.repeat([0, 1], 3)
    table["flows"][apart[:, None] != apart] = 0.0
    table["deficits"] = "zero"
    here = Economy.from_flows(**table).world
    problem, state = at_equilibrium(here, Shock(barriers=moved(here)))
    assert len(np.unique(problem.coefficients.level)) == 2
    at = local(problem, state)
    many = barrier_slopes(problem, at, regional_slopes(problem, at))
    assert np.abs(many[:3, :, 3:, 3:]).max() <= TWIN * np.abs(many).max()
    whole = dense_slopes(problem, at, headline_slopes(problem, at, np.arange(6) == 1))
    np.testing.assert_allclose(many[1], whole, rtol=0, atol=TWIN * np.abs(many).max())


def test_many_outcomes_equal_each_alone_and_their_sum():
    here = world(wedges=True)
    problem, state = at_equilibrium(here, Shock(barriers=moved(here)))
    at = local(problem, state)
    outcome = regional_slopes(problem, at)
    many = barrier_slopes(problem, at, outcome)
    tolerance = TWIN * np.abs(many).max()
    for region, table in enumerate(many):
        alone = barrier_slopes(problem, at, Slopes(*(part[region] for part in outcome)))
        np.testing.assert_allclose(table, alone, rtol=0, atol=tolerance)
    members = np.arange(len(here.regions)) < 4
    together = barrier_slopes(problem, at, headline_slopes(problem, at, members))
    np.testing.assert_allclose(many[members].sum(axis=0), together, rtol=0, atol=tolerance)


def test_a_buyers_own_slopes_are_those_of_its_outcome_on_what_enters_it():
    here = world(wedges=True)
    problem = prepare(world=here)
    at = local(problem, problem.start)
    found = slopes_of(Tangent(problem, at), regional_slopes(problem, at))
    own = found.own(np.arange(len(here.regions)))
    for buyer, table in enumerate(found):
        np.testing.assert_array_equal(own[:, buyer], table[:, buyer])


@pytest.mark.parametrize("krylov", [False, True])
@pytest.mark.parametrize("wedges", [False, True])
def test_forward_and_backward_are_each_others_transpose(wedges, krylov, monkeypatch):
    """<x, J y> = <J' x, y> for outcomes weighted by x and a direction y of barriers and wedges."""
    if krylov:
        monkeypatch.setattr(tangent, "LARGEST", 0)
    here = world_with_services(wedges=wedges)
    problem, state = at_equilibrium(here, Shock(barriers=moved(here)))
    at = local(problem, state)
    linear, outcome = Tangent(problem, at), every_column(problem, at)
    found = slopes_of(linear, outcome)
    draw = np.random.default_rng(3)
    weights = draw.normal(size=len(found))
    barriers, wedge = draw.normal(size=(2, *here.shares.shape))
    forward = weights @ change(linear, outcome, barriers=barriers, wedges=wedge)
    parts = [(found.barriers(m) * barriers).sum() + (found.wedges(m) * wedge).sum() for m in range(len(found))]
    assert forward == pytest.approx(weights @ parts, rel=1e-9)


def test_the_change_along_a_direction_equals_richardsons_difference():
    here = world(wedges=True)
    base, before = moved(here), start_accounts(here)
    direction = np.random.default_rng(4).normal(size=base.shape)
    problem, state = at_equilibrium(here, Shock(barriers=base))
    at = local(problem, state)
    found = change(Tangent(problem, at), regional_slopes(problem, at), barriers=direction)
    exact = richardson(lambda step: outcomes(here, Shock(barriers=base * np.exp(step * direction)), before)[0])
    np.testing.assert_allclose(found, exact, rtol=0, atol=ACCURACY * np.abs(found).max())


def test_gmres_and_the_matrix_laid_out_agree(monkeypatch):
    here = wide_world(regions=12, sectors=5, home=4.0, tariffs=True)
    problem, state = at_equilibrium(here, Shock(barriers=moved(here)))
    at = local(problem, state)
    outcome = regional_slopes(problem, at)
    laid_out = barrier_slopes(problem, at, outcome)
    monkeypatch.setattr(tangent, "LARGEST", 0)
    assert not Tangent(problem, at).dense(12)
    np.testing.assert_allclose(
        barrier_slopes(problem, at, outcome), laid_out, rtol=0, atol=TWIN * np.abs(laid_out).max()
    )


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), regions=st.permutations(range(5)), sectors=st.permutations(range(3)))
def test_another_order_of_regions_and_sectors_only_reorders_the_slopes(seed, regions, sectors):
    table = random_flows(seed, regions=5, sectors=3)
    other = table | {
        "flows": table["flows"][np.ix_(regions, regions, sectors)],
        "tariffs": table["tariffs"][np.ix_(regions, regions, sectors)],
        "value_added_shares": table["value_added_shares"][np.ix_(regions, sectors)],
        "input_shares": table["input_shares"][np.ix_(regions, sectors, sectors)],
        "elasticities": table["elasticities"][list(sectors)],
    }
    made = []
    for each in (table, other):
        problem = prepare(world=Economy.from_flows(**each).world)
        at = local(problem, problem.start)
        made.append(barrier_slopes(problem, at, regional_slopes(problem, at, "payable")))
    reordered = made[0][np.ix_(regions, sectors, regions, regions)]
    np.testing.assert_allclose(made[1], reordered, rtol=0, atol=1e-9 * np.abs(reordered).max())


def test_a_pair_without_trade_has_no_slope():
    here = world(wedges=False)
    problem = prepare(world=here)
    at = local(problem, problem.start)
    slopes = barrier_slopes(problem, at, headline_slopes(problem, at, np.ones(len(here.regions), dtype=bool)))
    assert (slopes[here.shares == 0] == 0).all()


def test_cheaper_trade_everywhere_is_worth_the_sum_of_all_slopes():
    """Total differential: the slope along one common cut of all pairs is the sum over pairs."""
    here = world(wedges=False)
    members = np.ones(len(here.regions), dtype=bool)
    problem = prepare(world=here)
    at = local(problem, problem.start)
    slopes = barrier_slopes(problem, at, headline_slopes(problem, at, members))
    off = ~np.eye(len(here.regions), dtype=bool) & here.traded[:, None, None]
    exact = richardson(lambda step: welfare(here, np.where(off, np.exp(step), 1.0), members))
    assert slopes[off].sum() == pytest.approx(exact, rel=1e-8)


@pytest.mark.parametrize(("regions", "sectors"), [(6, 4), (70, 30)])
def test_without_wedges_the_world_loses_what_dearer_trade_uses_up(regions, sectors):
    """Hulten's theorem, at 24 cells and at 2,100: a barrier costs the regions together the sales that it hits."""
    here = wide_world(regions=regions, sectors=sectors, home=20.0)
    problem = prepare(world=here)
    at = local(problem, problem.start)
    whole = barrier_slopes(problem, at, headline_slopes(problem, at, np.ones(regions, dtype=bool)))
    np.testing.assert_allclose(whole, -at.sales, rtol=0, atol=1e-9 * at.sales.max())


def test_a_world_stored_in_float32_has_the_slopes_of_its_table():
    table = random_flows(2, regions=5, sectors=3)
    made = []
    for storage in (np.float64, np.float32):
        problem = prepare(world=Economy.from_flows(**(table | {"flows": table["flows"].astype(storage)})).world)
        at = local(problem, problem.start)
        made.append(barrier_slopes(problem, at, regional_slopes(problem, at)))
    assert made[1].dtype == np.float64
    np.testing.assert_allclose(made[1], made[0], rtol=0, atol=1e-6 * np.abs(made[0]).max())


def test_a_table_too_large_says_how_to_read_it(monkeypatch):
    here = world(wedges=False)
    problem = prepare(world=here)
    at = local(problem, problem.start)
    monkeypatch.setattr(adjoint, "LARGEST", 1_000)
    with pytest.raises(ParameterFault, match="At most 1,000 slopes in one table; read 1,029"):
        barrier_slopes(problem, at, regional_slopes(problem, at))


def test_a_world_too_large_says_how_many_outcomes_it_takes(monkeypatch):
    here = world(wedges=False)
    problem = prepare(world=here)
    at = local(problem, problem.start)
    monkeypatch.setattr(tangent, "LARGEST", 0)
    monkeypatch.setattr(tangent, "LONGEST", 3e5)
    with pytest.raises(ParameterFault, match="at most 2 outcomes at once; read 7"):
        slopes_of(Tangent(problem, at), regional_slopes(problem, at))


def test_markets_left_open_are_no_number(monkeypatch):
    here = world(wedges=False)
    problem = prepare(world=here)
    at = local(problem, problem.start)
    monkeypatch.setattr(tangent, "LARGEST", 0)
    monkeypatch.setattr(tangent, "KRYLOV", 2)
    monkeypatch.setattr(tangent, "RESTARTS", 1)
    with pytest.raises(UnconvergedSolution, match="left with a residual"):
        slopes_of(Tangent(problem, at), regional_slopes(problem, at))


def test_what_the_slopes_leave_out_is_refused_and_not_ignored():
    here = world_from_baseline(random_baseline(0, people=False))
    for name in ("sharing", "subsidies", "ownership"):
        blocks = Blocks(**{name: getattr(full_blocks(0, here), name)})
        problem = prepare(world=with_blocks(here, blocks))
        with pytest.raises(ParameterFault, match="do not cover groups of workers, subsidies"):
            local(problem, problem.start)
    people = prepare(world=world_from_baseline(random_baseline(0)), closure="medium")
    with pytest.raises(ParameterFault, match="hold people, capital and land fixed"):
        local(people, people.start)
