"""The fallbacks reach the same equilibrium as the main method, and Krylov's tools agree with dense algebra."""

from __future__ import annotations

import numpy as np
import pytest
from economies import random_economy

from ronghe.base.errors import ParameterFault
from ronghe.simulate import Parameters, Scenario
from ronghe.simulate.binding import shock_of
from ronghe.simulate.solver.krylov import gmres, largest_eigenvalue
from ronghe.simulate.solver.solve import _in_parts, newton, prepare, solve_problem


@pytest.mark.parametrize("mobile", [False, True])
@pytest.mark.parametrize("method", [newton, _in_parts])
def test_newton_and_the_shock_in_parts_agree_with_anderson(method, mobile):
    economy = random_economy(3, regions=5)
    bound = economy.bind(Scenario("cut").cut_trade_cost(0.3, within=economy.regions[:4]))
    closure = "medium" if mobile else "short"
    problem = prepare(world=economy.world, shock=shock_of(bound, economy.world), closure=closure)
    found = solve_problem(problem, tolerance=1e-11)
    arguments = (problem,) if method is _in_parts else (problem, problem.start)
    state, _, residual = method(*arguments, 1e-11, 500, "numba")
    assert residual <= 1e-11
    np.testing.assert_allclose(state, found.state, rtol=0, atol=1e-9)


def test_gmres_and_the_largest_eigenvalue_agree_with_dense_algebra():
    rng = np.random.default_rng(1)
    matrix = rng.standard_normal((60, 60)) / 12
    right = rng.standard_normal(60)
    one = np.eye(60)
    answer = gmres(lambda x: x - matrix @ x, right, accuracy=1e-12, size=60)
    np.testing.assert_allclose(answer, np.linalg.solve(one - matrix, right), atol=1e-9)
    radius, _ = largest_eigenvalue(lambda x: matrix @ x, rng.standard_normal(60), size=40, most=400)
    assert radius == pytest.approx(np.abs(np.linalg.eigvals(matrix)).max(), rel=1e-2)


def test_parameters_out_of_range_are_named_all_at_once():
    with pytest.raises(ParameterFault) as caught:
        Parameters(kappa=-1.0, rivalry=2.0)
    assert "kappa = -1" in caught.value.text.en
    assert "rivalry = 2" in caught.value.text.en


def test_an_unknown_closure_is_refused():
    with pytest.raises(ParameterFault, match="use short, medium, long"):
        random_economy(1).solve(Scenario("nothing"), closure="endless")
