"""Research, ownership, wedges and years of the guide by another route: the model in levels, and sums by hand."""

from __future__ import annotations

import numpy as np
import pytest
from levels import Changed, Levels, Moves
from worked import CLOSE, COLUMNS, agree, barriers, on_industry, ran, said

# Usable research by (region, sector), by hand: own, and access times what is not repeated of the neighbour's.
TODAY = np.array([[3 + 0.5 * 0.8 * 1, 1 + 0.5 * 0.8 * 1], [1 + 0.5 * 0.8 * 3, 1 + 0.5 * 0.8 * 1]])
REACHED = {
    "opened": np.array([[3 + 0.8 * 1, 1 + 0.8 * 1], [1 + 0.8 * 3, 1 + 0.8 * 1]]),
    "joint": np.array([[4, 2], [4, 2.0]]),
}


@pytest.mark.parametrize("name", REACHED)
def test_research(name):
    page = ran("research-and-years")
    better, found = page.research[name]
    by_hand = np.ones((2, 3))
    by_hand[:, :2] = ((REACHED[name] / TODAY) ** 0.05).T
    np.testing.assert_allclose(better, by_hand, rtol=1e-14)
    after = Levels(page.economy).solve(Changed(productivity=by_hand))
    agree(found, after)
    said("research-and-years", *after["household"][:2])
    if name == "opened":
        said("research-and-years", by_hand[0, 0], digits=6)


def test_what_is_saved_is_not_spent():
    page = ran("research-and-years")
    reached = np.array([[2.8 + 1, 0.8 + 1], [2.8 + 1, 0.8 + 1]])
    np.testing.assert_allclose(page.saving[:, :2], ((reached / TODAY) ** 0.05).T, rtol=1e-14)


@pytest.mark.parametrize("name", ["own capital", "A owns 0.3 of B's"])
def test_ownership_of_capital(name):
    page = ran("research-and-years")
    found = page.owned[name]
    after = Levels(found.economy).solve(Changed(productivity=on_industry(page.world, 1.0, 1.1)))
    agree(found, after)
    said("research-and-years", *after["household"][:2], after["payable"][1])


@pytest.mark.parametrize("part", [0.0, 0.5])
def test_waste_of_wedge_income(part):
    page = ran("research-and-years")
    found = page.wasted[part]
    levels = Levels(found.economy)
    after = levels.solve(Changed(tariffs=np.zeros_like(page.world.shares)))
    agree(found, after)
    said("research-and-years", after["household"][0])
    # By hand: 0.1 on what B gets of the 15 that A's buyers pay.
    wedge = 15 * 0.1 / 1.1
    assert levels.solve()["revenue"][0] == pytest.approx(wedge, abs=CLOSE)
    said("research-and-years", wedge, 0.5 * wedge, 160 - 0.5 * wedge)
    assert levels.budgets.start.disposable[0] == pytest.approx(160 - part * wedge, abs=CLOSE)


def test_two_years():
    page = ran("research-and-years")
    path, capital, payable = page.path, np.ones(3), []
    for year in (1, 2):
        np.testing.assert_allclose(path.capital[year - 1], capital, atol=1e-9)
        levels = Levels(page.economy, Moves(kappa=1.5 * (1 - np.exp(-year / 10))))
        after = levels.solve(Changed(barriers=barriers(page.world), capital=capital))
        for name in COLUMNS:
            np.testing.assert_allclose(getattr(path, name)[year - 1], after[name], atol=CLOSE)
        np.testing.assert_allclose(path.people[year - 1], after["heads"], atol=1e-9)
        payable.append(after["payable"])
        if year == 2:
            said("research-and-years", capital[0], digits=6)
        # All investment buys T: what is built is investment over the price of T.
        price = after["goods"][0] / levels.tech.goods0[0]
        capital = 0.95 * capital + 0.05 * after["uses"].investment / np.array([20, 20, 80]) / price
    present = payable[0] + payable[1] / 1.04
    np.testing.assert_allclose(path.present_value, present, atol=CLOSE)
    said("research-and-years", payable[0][0], payable[1][0], present[0])
