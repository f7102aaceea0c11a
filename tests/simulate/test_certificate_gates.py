"""The gates of a certificate: each of them refuses a number in a case where it must, and a real case where it can.

Two twin regions with footloose people, scale and almost no congestion: gathering pays, so that the even world is one
of several equilibria, or one that any push would leave.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from economies import full_economy, random_economy

from ronghe.base.errors import UnconvergedSolution
from ronghe.simulate import Economy, Parameters, Scenario, gain, gain_bands, gain_curve, quick, split_by_sector
from ronghe.simulate.binding import shock_of
from ronghe.simulate.quick import Quick, Record
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver.certificate import certify
from ronghe.simulate.solver.residuals import incomes
from ronghe.simulate.solver.solve import prepare, solve_problem

EVEN = Scenario("as it is")


def twins(*, home: float, kappa: float, scale: float) -> Economy:
    flows = 100.0 * np.array([[home, 1 - home], [1 - home, home]])[:, :, None]
    economy = Economy.from_flows(
        flows=flows, axes=("buyer", "seller", "sector"), value_added_shares=np.ones((2, 1)),
        input_shares=np.zeros((1, 1)), elasticities=4.0, regions=["A", "B"], sectors=["T"],
    )  # fmt: skip
    footloose = replace(economy.world, residents=np.full((2, 2), 50.0))
    gathering = Parameters(
        kappa=kappa, scale=scale, land_supply=0.0, capital_mobility=0.0, rivalry=0.0, service_weight=0.0
    )
    return Economy.from_world(footloose, parameters=gathering)


def test_an_equilibrium_that_any_push_would_leave_is_unstable_and_has_no_number():
    solution = twins(home=0.9, kappa=20.0, scale=0.25).solve(EVEN, closure="long")
    assert solution.equilibrium.residual <= 1e-10
    assert solution.certificate.radius > 1.0
    assert solution.kind == "unstable"
    assert solution.status.startswith("unstable")
    with pytest.raises(UnconvergedSolution, match="unstable"):
        _ = solution.welfare


def test_several_equilibria_are_listed_and_none_of_them_is_the_answer():
    solution = twins(home=0.6, kappa=20.0, scale=0.24).solve(EVEN, closure="long")
    assert solution.kind == "several"
    assert len(solution.certificate.others) >= 1
    wages = [other[0] - other[1] for other in solution.certificate.others]
    people = [other[-6] - other[-5] for other in solution.certificate.others]
    assert max(map(abs, [*wages, *people])) > 0.02
    with pytest.raises(UnconvergedSolution, match="several equilibria"):
        _ = solution.people


def test_a_gain_is_refused_where_today_itself_is_not_certain():
    economy = twins(home=0.6, kappa=20.0, scale=0.24)
    one_way = Scenario("one way").cut_entry(0.1, buyers=["A"], sellers=["B"])
    assert economy.solve(one_way, closure="long").converged
    with pytest.raises(UnconvergedSolution, match='"now"'):
        gain(economy, one_way, closure="long")


def case():
    economy = random_economy(4)
    scenario = Scenario("cut").cut_trade_cost(0.2, within=economy.regions[:3])
    shock = shock_of(economy.bind(scenario), economy.world)
    problem = prepare(world=economy.world, shock=shock, parameters=economy.parameters)
    return problem, shock, replace(solve_problem(problem, tolerance=1e-11), tolerance=1e-10)


def test_a_state_that_is_no_equilibrium_is_inconsistent_whatever_the_solver_says():
    problem, shock, found = case()
    assert certify(problem, shock, found, closure="short").kind == "converged"
    for entry in (0, len(found.state) // 2, len(found.state) - 1):
        state = found.state.copy()
        state[entry] += 1e-6
        verdict = certify(problem, shock, replace(found, state=state), closure="short", starts=0, radius=False)
        assert verdict.kind == "inconsistent", entry


def test_starts_that_all_stop_speak_for_nothing():
    problem, shock, found = case()
    verdict = certify(problem, shock, found, closure="short", start_steps=1)
    assert (verdict.starts, verdict.agreed) == (6, 0)
    assert verdict.kind == "unstable"


def test_a_certificate_takes_what_moves_from_the_closure_and_not_from_the_solver():
    """A solver that moved people with another elasticity than the parameters say is found out."""
    economy = random_economy(4)
    shock = shock_of(economy.bind(Scenario("c").cut_trade_cost(0.3, within=economy.regions[:3])), economy.world)
    problem = prepare(world=economy.world, shock=shock, parameters=economy.parameters, closure="medium")
    other = prepare(
        world=economy.world, shock=shock, closure="medium",
        parameters=replace(economy.parameters, kappa=1.05 * economy.parameters.kappa),
    )  # fmt: skip
    state = solve_problem(other, tolerance=1e-11).state
    found = replace(solve_problem(problem, tolerance=1e-11), state=state, tolerance=1e-10)
    verdict = certify(problem, shock, found, closure="medium", starts=0, radius=False)
    assert verdict.kind == "inconsistent"
    mixed = replace(problem, coefficients=other.coefficients, packed=other.packed)
    assert certify(mixed, shock, found, closure="medium", starts=0, radius=False).kind == "inconsistent"


def test_rows_of_solves_are_sampled_and_say_how_many():
    economy = random_economy(4)
    area = economy.regions[:3]
    scenario = Scenario("cut").cut_trade_cost(0.1, within=area)
    told = [
        gain_bands(economy, area, scenario, draws=0).gain.certificate,
        gain_curve(economy, area).certificate,
        split_by_sector(economy, scenario).certificate,
    ]
    for text in told:
        assert re.search(r"[1-9]\d* of them also from other starts", text.en), text.en


def test_a_sampled_solve_whose_certificate_fails_is_no_number(monkeypatch):
    problem, shock, found = case()
    doubtful = replace(certify(problem, shock, found, closure="short"), kind="several")
    monkeypatch.setattr(quick, "certify", lambda *_args, **_more: doubtful)
    solver = Quick(problem.world, problem.parameters, Record())
    assert solver.columns(shock, number=0) is None
    assert solver.record.failed == 1
    with pytest.raises(UnconvergedSolution, match="failed its certificate"):
        solver.certain(Shock(), number=0)
    assert solver.columns(shock, number=1) is not None or solver.record.wants(1)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("make", [random_economy, full_economy])
def test_expenditure_settles_where_the_whole_system_solves_it(monkeypatch, make, seed):
    economy = make(seed)
    cut = Scenario("a tenth").cut_trade_cost(0.1, within=economy.regions[:3])
    told = economy.solve(cut, closure="long").certificate.residuals
    # No round is allowed: the same equations as one dense system.
    monkeypatch.setattr(incomes, "ROUNDS", 0)
    dense = economy.solve(cut, closure="long").certificate.residuals
    assert told.keys() == dense.keys()
    for block, residual in told.items():
        assert abs(residual - dense[block]) < 1e-12, block
