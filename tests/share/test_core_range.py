"""Laws and sentences of the core and of its range."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from share_games import balanced_games, games

from ronghe.base.errors import GameFault
from ronghe.share import CoalitionGame, allocate, core_range, in_core
from ronghe.share.coalitions import indicators, totals

# Linear programmes stop at 1e-9 of a scaled game with worths up to about 1000.
CLOSE = 1e-5


def corners(game: CoalitionGame) -> np.ndarray:
    """Every vertex of the core, by trying all sets of tight coalitions."""
    players, found = len(game), []
    rows = indicators(np.arange(1, 2**players - 1), players)
    for tight in combinations(range(len(rows)), players - 1):
        matrix = np.vstack((np.ones(players), rows[list(tight)]))
        if abs(np.linalg.det(matrix)) < 1e-9:
            continue
        point = np.linalg.solve(matrix, [game.total, *(game.worth[1 + at] for at in tight)])
        if (totals(point)[1:-1] >= game.worth[1:-1] - 1e-9).all():
            found.append(point)
    return np.array(found)


@given(balanced_games(most=4))
def test_the_range_is_that_of_the_corners(game: CoalitionGame) -> None:
    points = corners(game)
    found = core_range(game)
    assert not found.empty
    np.testing.assert_allclose(found.low, points.min(axis=0), atol=CLOSE)
    np.testing.assert_allclose(found.high, points.max(axis=0), atol=CLOSE)


@given(games(least=2, most=4))
def test_the_core_is_empty_exactly_when_it_has_no_corner(game: CoalitionGame) -> None:
    assert core_range(game).empty == (len(corners(game)) == 0)


@given(games(least=2))
def test_forgoing_epsilon_makes_an_agreement_possible_and_nothing_less_does(game: CoalitionGame) -> None:
    epsilon = core_range(game).epsilon
    for change, empty in ((1e-3, False), (-1e-3, True)):
        relaxed = game.worth - epsilon - change
        relaxed[0], relaxed[-1] = 0.0, game.total
        assert core_range(worth=relaxed).empty is empty


def test_membership_is_told_with_the_coalition_that_complains() -> None:
    worth = [0, 0, 0, 4, 0, 3, 2, 6]
    assert in_core([3, 2, 1], worth=worth)
    given_ = allocate(CoalitionGame(("310000", "320000", "330000"), np.array(worth, dtype=float)), [1, 1, 4])
    assert given_.in_core is False
    assert given_.excess == 2
    assert given_.worst_coalition == ("310000", "320000")
    assert given_.complaint.zh == "抱怨最大的联盟是上海、江苏：自行联合可多得2。"
    assert "Shanghai, Jiangsu: on its own it would have 2 more" in given_.complaint.en


def test_an_allocation_that_does_not_add_up_is_not_in_the_core() -> None:
    assert not in_core([9, 9, 9], worth=[0, 0, 0, 4, 0, 3, 2, 6])


def test_an_empty_core_is_said_with_what_must_be_forgone() -> None:
    said = core_range(worth=[0, 0, 0, 1, 0, 1, 1, 1]).text
    assert "核心为空" in said.zh
    assert "0.3333" in said.zh
    assert "The core is empty" in said.en
    assert "0.3333" in said.en


def test_a_single_region_gets_what_it_has() -> None:
    found = core_range(worth=[0, 7])
    assert (found.low.tolist(), found.high.tolist(), found.empty) == ([7], [7], False)


def test_a_game_without_joint_gain_has_one_allocation() -> None:
    found = core_range(worth=totals(np.array([1.0, 2.0, 3.0])))
    assert found.ranges.tolist() == [[1, 1], [2, 2], [3, 3]]


def test_payoffs_of_another_length_are_refused() -> None:
    with pytest.raises(GameFault, match="2 finite numbers"):
        in_core([1, 2, 3], worth=[0, 0, 0, 1])
