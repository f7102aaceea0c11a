"""Every figure of the worked pages by another route: the model in levels, a closed form, or a sum by hand."""

from __future__ import annotations

import numpy as np
import pytest
from levels import NOTHING, Changed, Levels, Moves
from worked import CLOSE, COLUMNS, agree, barriers, on_industry, ran, said

from ronghe.simulate.outcome import accounts

CAPITAL = Moves(capital=3.0)


# ---- blocks.md


@pytest.mark.parametrize(("closure", "moves"), [("short", Moves()), ("long", CAPITAL)])
def test_entry_with_capital_held_and_moving(closure, moves):
    page = ran("blocks")
    after = Levels(page.economy, moves).solve(Changed(barriers=barriers(page.world)))
    agree(page.entry[closure], after)
    said("blocks", *after["household"][:2])
    if closure == "long":
        said("blocks", *after["services"][:2], *after["payable"][:2])
        made = accounts(page.entry[closure].solution.problem, page.entry[closure].solution.equilibrium.state)
        grown = (after["output"] / after["cost"] * after["cost0"]).sum(axis=0) - page.world.output.sum(axis=0)
        np.testing.assert_allclose(made.real_output, grown, atol=CLOSE)


def test_a_subsidy():
    page = ran("blocks")
    rates = on_industry(page.world, 0.05, at_rest=0.0)
    rates[1] = 0.0
    after = Levels(page.economy, CAPITAL).solve(Changed(subsidies=rates))
    agree(page.paid, after)
    said("blocks", *after["household"][:2], after["services"][0])


def test_pooled_services_by_hand_and_in_levels():
    page = ran("blocks")
    lam = np.zeros((1, 3, 3))
    lam[0, 0, 1] = 0.5
    economy = page.pooled.economy
    after = Levels(economy).solve(Changed(pooling=lam))
    agree(page.pooled, after)
    np.testing.assert_allclose(page.pooled.services, [40 + 0.5 * 40 - 40, 0, 0], atol=CLOSE)


def test_an_enclave_park():
    page = ran("blocks")
    keys = np.repeat(np.eye(3)[None], 2, axis=0)
    keys[0, :2, 0] = 0.6, 0.4
    after = Levels(page.economy).solve(Changed(keys=keys))
    np.testing.assert_allclose(page.park.accounts.own_revenue, after["own"], atol=CLOSE)
    said("blocks", *after["own"][:2])
    # By hand: what A keeps is 0.2 of what it makes, less 0.4 of that in T; nothing is lost on the way.
    made = page.park.output
    kept = 0.2 * np.array([0.6 * made[0, 0] + made[1, 0], 0.4 * made[0, 0] + made[0, 1] + made[1, 1]])
    np.testing.assert_allclose(page.park.accounts.own_revenue[:2], kept, atol=CLOSE)
    assert after["own"].sum() == pytest.approx(0.2 * 1200.0, abs=CLOSE)


def test_scale():
    page = ran("blocks")
    rates = on_industry(page.world, 0.05, at_rest=0.0)
    change = Changed(productivity=on_industry(page.world, 1.1), subsidies=rates)
    still = Levels(page.growing).solve(change)["household"][:2]
    grown = Levels(page.growing, Moves(scale=0.1)).solve(change)["household"][:2]
    np.testing.assert_allclose(page.still, still, atol=CLOSE)
    np.testing.assert_allclose(page.grown, grown, atol=CLOSE)
    said("blocks", still[0], grown[0] - still[0])


def test_two_groups_of_workers():
    page = ran("blocks")
    levels = Levels(page.skilled)
    after = levels.solve(Changed(subsidies=on_industry(page.world, 0.05, at_rest=0.0)))
    wages = after["wages"] / levels.tech.wages0
    np.testing.assert_allclose(page.wages[:, :2] / page.wages[1, 0], wages[:, :2] / wages[1, 0], atol=CLOSE)
    said("blocks", wages[0, 0] / wages[1, 0])


# ---- people-and-land.md

SETTLED = np.array([[1, 1], [0.8, 1]])
LAND = np.array([1.1, 1, 1])
PLACES = {
    "settling": (Moves(kappa=1.5), Changed(moving=SETTLED)),
    "quota": (Moves(kappa=1.5), Changed(land=LAND)),
    "land follows rents": (Moves(kappa=1.5, land=0.5), Changed(land=LAND)),
    "settling and land": (Moves(kappa=1.5, land=0.5), Changed(moving=SETTLED, land=LAND)),
}
# What the words say of each: A and B by home, by place, land rents, persons who come to A.
WORDS = {
    "settling": ([0, 1], [0, 1], [0, 1], True),
    "quota": ([], [0], [0], True),
    "land follows rents": ([], [0], [0], False),
    "settling and land": ([0], [], [], True),
}


@pytest.mark.parametrize("name", PLACES)
def test_people_and_land(name):
    page = ran("people-and-land")
    moves, change = PLACES[name]
    found, levels = page.found[name], Levels(page.economy, moves)
    after = levels.solve(change)
    agree(found, after)
    moving = 1.0 if change.moving is None else change.moving
    by_home = levels.people.home_household(after["per_head"], moving)
    np.testing.assert_allclose(found.home_household[:2], by_home, atol=CLOSE)
    np.testing.assert_allclose(found.solution.people, after["heads"], atol=CLOSE)
    rents = after["land_rents"] / levels.tech.land_rents0 / levels.money(after["goods"])
    np.testing.assert_allclose(found.solution.hats["land_rents"], rents, atol=CLOSE)
    home, place, rent, persons = WORDS[name]
    said("people-and-land", *by_home[home], *after["household"][place], *rents[rent])
    if persons:
        said("people-and-land", 550 * after["heads"][0] - 550, digits=2)


@pytest.mark.parametrize(("name", "eps"), [("quota", 0.0), ("land follows rents", 0.5)])
def test_land_rent_by_hand(name, eps):
    """(what is spent on housing / land allowed)^(1 / (1 + eps))."""
    found = ran("people-and-land").found[name].solution
    spent = found.output[2] / ran("people-and-land").world.output[2]
    np.testing.assert_allclose(found.hats["land_rents"], (spent / LAND) ** (1 / (1 + eps)), atol=CLOSE)
    said("people-and-land", spent[0])


@pytest.mark.parametrize("page", ["blocks", "people-and-land", "research-and-years"])
def test_levels_without_a_change_are_today(page):
    economy = ran(page).economy
    for moves in (
        Moves(),
        Moves(kappa=1.5 if economy.world.residents is not None else 0, capital=3, land=1, scale=0.1),
    ):
        after = Levels(economy, moves).solve(NOTHING)
        for name in COLUMNS:
            np.testing.assert_allclose(after[name], 0.0, atol=CLOSE)
