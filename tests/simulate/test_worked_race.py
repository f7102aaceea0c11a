"""The race of two of the guide by another route: payoffs from the model in levels, best replies by their slopes."""

from __future__ import annotations

import numpy as np
import pytest
from levels import Changed, Levels, Moves
from scipy.optimize import brentq
from worked import CLOSE, ran, said

PAGE = "competition"
# The race is at rest when no rate moves by 1e-6.
RATE = 2e-6
STEP = 1e-3


@pytest.fixture(scope="module")
def levels():
    return Levels(ran(PAGE).economy, Moves(capital=3.0))


def after(levels, *rates):
    paid = np.zeros_like(levels.world.output)
    paid[0, :2] = rates
    return levels.solve(Changed(subsidies=paid))


def payoffs(levels, rates, output):
    """Weighted sum of constant-price output and of residents' welfare, of A and B."""
    found = after(levels, *rates)
    made = (found["output"] / found["cost"] * found["cost0"] - levels.world.output).sum(axis=0)
    return (output * made + (1 - output) * (found["household"] + found["services"]))[:2]


def slope(levels, rates, player, output=0.5):
    """Slope of a player's payoff by its own rate, central differences of the fourth order."""
    parts = []
    for step in (-2, -1, 1, 2):
        moved = np.array(rates, dtype=float)
        moved[player] += step * STEP
        parts.append(payoffs(levels, moved, output)[player])
    return (parts[0] - 8 * parts[1] + 8 * parts[2] - parts[3]) / (12 * STEP)


def test_the_rate_at_which_neither_wants_another(levels):
    rate = brentq(lambda s: slope(levels, [s, s], 0), 0.11, 0.12, xtol=1e-9)
    race = ran(PAGE).race
    np.testing.assert_allclose(race.rates[:2], rate, atol=RATE)
    said(PAGE, rate)
    said(PAGE, rate, digits=7)
    # The columns at the very rates of the program, and the words at the rate found here.
    found = after(levels, *race.rates[:2])
    for name in ("household", "services", "payable"):
        np.testing.assert_allclose(getattr(race.columns, name), found[name], atol=CLOSE)
    found = after(levels, rate, rate)
    said(PAGE, found["household"][0], found["household"][2], found["services"][0], found["payable"][0], digits=2)
    said(PAGE, found["household"][0] + found["services"][0], digits=3)
    # By hand: what services lose is the rate on the industry's output in units of its own cost.
    made = (found["output"] / found["cost"] * found["cost0"])[0, 0]
    assert found["services"][0] == pytest.approx(-rate * made, abs=CLOSE)
    said(PAGE, made, digits=2)
    said(PAGE, found["services"][0])


def test_with_a_quarter_on_output_the_race_does_not_start(levels):
    assert slope(levels, [2 * STEP, 2 * STEP], 0, output=0.25) < 0
    assert (ran(PAGE).calm.rates == 0).all()


def test_restraint_is_no_subsidy(levels):
    both = [payoffs(levels, [s, s], 0.5).sum() for s in (0.0, 0.01, 0.05)]
    assert both[0] > both[1] > both[2]


def test_an_answer_to_a_cap(levels):
    """A holds to 0.05; B's payoff has no slope at its answer."""
    page = ran(PAGE)
    answer = brentq(lambda s: slope(levels, [0.05, s], 1), 0.09, 0.12, xtol=1e-9)
    np.testing.assert_allclose(page.restraint(game=page.race, members=["A"], cap=0.05).rates, [0.05, answer], atol=RATE)


def test_a_floor_under_the_budget(levels):
    """A pays until its own revenue, at the prices of what government buys, is 36; B has no better answer."""
    rates = ran(PAGE).floor.rates
    found = after(levels, *rates)
    price = found["index"][1][0]
    assert found["own"][0] / price == pytest.approx(36.0, abs=1e-4)
    assert slope(levels, rates, 0) > 0
    answer = brentq(lambda s: slope(levels, [rates[0], s], 1), 0.09, 0.12, xtol=1e-9)
    assert rates[1] == pytest.approx(answer, abs=RATE)
