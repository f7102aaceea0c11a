"""Slopes of welfare by every barrier: the adjoint against differences of exact solves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from countries import country

from ronghe.base.errors import ParameterFault
from ronghe.simulate.adjoint import barrier_slopes, headline_slopes, local
from ronghe.simulate.calibrate import balanced, world_from_baseline
from ronghe.simulate.columns import columns, start_accounts
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver.solve import prepare, solve_problem

ACCURACY = 1e-7  # of the largest slope; Richardson's difference at h = 1e-3 carries about 1e-10
STEP = 1e-3


def world(*, wedges, seed=0):
    made = world_from_baseline(country(0.8 * (1 - np.eye(3)), np.repeat(np.arange(3), 2), deficits=True, seed=seed))
    if not wedges:
        return made
    tariffs = np.zeros_like(made.shares)
    tariffs[0] = 0.1 * (1 - np.eye(len(made.regions)))
    return balanced(replace(made, tariffs=tariffs))


def welfare(here, barriers, members):
    problem = prepare(world=here, shock=Shock(barriers=barriers))
    found = solve_problem(problem, tolerance=1e-13, backend="numpy")
    made = columns(problem, found.state, before=start_accounts(here))
    return float((made.household + made.services)[members].sum())


@pytest.mark.parametrize("wedges", [False, True])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_adjoint_equals_richardsons_difference_at_a_world_already_moved(wedges, seed):
    here = world(wedges=wedges, seed=seed)
    members = np.arange(len(here.regions)) < 4
    base = np.ones_like(here.shares)
    base[0, 0, 2], base[1, 3, 1] = 0.7, 1.2
    problem = prepare(world=here, shock=Shock(barriers=base))
    at = local(problem, solve_problem(problem, tolerance=1e-13, backend="numpy").state)
    slopes = barrier_slopes(problem, at, headline_slopes(problem, at, members))

    def difference(cell, step):
        ends = []
        for sign in (1, -1):
            moved = base.copy()
            moved[cell] *= np.exp(sign * step)
            ends.append(welfare(here, moved, members))
        return (ends[0] - ends[1]) / (2 * step)

    for cell in [(0, 0, 2), (0, 2, 0), (1, 3, 0), (1, 0, 6), (0, 6, 1), (0, 1, 1), (1, 5, 4)]:
        exact = (4 * difference(cell, STEP / 2) - difference(cell, STEP)) / 3
        assert abs(slopes[cell] - exact) <= ACCURACY * np.abs(slopes).max()


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

    def along(step):
        return welfare(here, np.where(off, np.exp(step), 1.0), members)

    coarse, fine = ((along(h) - along(-h)) / (2 * h) for h in (STEP, STEP / 2))
    assert slopes[off].sum() == pytest.approx((4 * fine - coarse) / 3, rel=1e-8)


def test_too_many_cells_says_how_many_it_takes():
    made = country(0.5 * (1 - np.eye(70)), np.arange(70))
    here = world_from_baseline(made)
    wide = prepare(world=here)
    labour = np.tile(wide.coefficients.labour, (1, 10))
    problem = replace(wide, coefficients=wide.coefficients._replace(labour=labour))
    with pytest.raises(ParameterFault, match="2000 region-sector cells; read 2130"):
        barrier_slopes(problem, local(wide, wide.start), None)
