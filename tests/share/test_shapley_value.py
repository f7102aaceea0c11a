"""Laws of the Shapley value."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from share_games import games, reordered, tables

from ronghe.share import CoalitionGame, diagnose, dividends, shapley
from ronghe.share.coalitions import sizes

# Sums of up to 32 worths of at most 1000.
CLOSE = 1e-9


@given(games())
def test_the_whole_dividend_is_paid_out(game: CoalitionGame) -> None:
    assert shapley(game).payoffs.sum() == pytest.approx(game.total, abs=CLOSE)


@given(games(most=4))
def test_it_is_the_mean_over_all_orders_of_joining(game: CoalitionGame) -> None:
    paid = np.zeros(len(game))
    orders = list(permutations(range(len(game))))
    for order in orders:
        inside = 0
        for player in order:
            paid[player] += game.worth[inside | 1 << player] - game.worth[inside]
            inside |= 1 << player
    np.testing.assert_allclose(shapley(game).payoffs, paid / len(orders), atol=CLOSE)


@given(games())
def test_each_dividend_is_shared_equally_by_those_who_make_it(game: CoalitionGame) -> None:
    masks = np.arange(len(game.worth))
    shares = dividends(worth=game.worth)[1:] / sizes(len(game))[1:]
    expected = [shares[masks[1:] >> player & 1 == 1].sum() for player in range(len(game))]
    np.testing.assert_allclose(shapley(game).payoffs, expected, atol=CLOSE)


@given(tables(most=4))
def test_a_region_that_adds_nothing_gets_nothing(table: np.ndarray) -> None:
    doubled = np.concatenate((table, table))
    assert shapley(worth=doubled).payoffs[-1] == 0.0


@given(tables(least=2, most=4))
def test_regions_that_add_alike_get_alike(table: np.ndarray) -> None:
    alike = table.copy()
    split = alike.reshape(-1, 2, 2)
    split[:, 0, 1] = split[:, 1, 0]
    payoffs = shapley(worth=alike).payoffs
    assert payoffs[0] == pytest.approx(payoffs[1], abs=CLOSE)


@given(tables(least=3, most=3), tables(least=3, most=3))
def test_the_value_of_a_sum_is_the_sum_of_values(one: np.ndarray, other: np.ndarray) -> None:
    apart = shapley(worth=one).payoffs + shapley(worth=other).payoffs
    np.testing.assert_allclose(shapley(worth=one + other).payoffs, apart, atol=CLOSE)


@given(games(), st.integers(1, 9), st.integers(-5, 5))
def test_units_and_endowments_carry_over(game: CoalitionGame, factor: int, endowment: int) -> None:
    moved = factor * game.worth + endowment * sizes(len(game)).astype(float)
    expected = factor * shapley(game).payoffs + endowment
    np.testing.assert_allclose(shapley(worth=moved).payoffs, expected, atol=10 * CLOSE)


@given(games(least=2), st.randoms(use_true_random=False))
def test_the_order_of_regions_does_not_matter(game: CoalitionGame, chance: object) -> None:
    order = list(range(len(game)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    moved = shapley(reordered(game, order))
    for code in game.regions:
        assert moved.of(code) == pytest.approx(shapley(game).of(code), abs=CLOSE)


@given(games())
def test_in_a_convex_game_it_lies_in_the_core(game: CoalitionGame) -> None:
    size = sizes(len(game)).astype(float)
    convex = CoalitionGame(game.regions, game.worth + 200_000 * size**2)
    assert diagnose(convex).convex.holds
    assert shapley(convex).in_core


def test_twenty_regions_are_shared_from_one_table() -> None:
    """v = |S|**2: everybody adds alike and gets n."""
    worth = sizes(20).astype(float) ** 2
    np.testing.assert_allclose(shapley(worth=worth).payoffs, 20, rtol=1e-12)
