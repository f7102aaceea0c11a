"""What is printed with every game."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from share_games import games

from ronghe.share import CoalitionGame, diagnose, dividends
from ronghe.share.coalitions import sizes


@given(games())
def test_counts_agree_with_the_definitions(game: CoalitionGame) -> None:
    found, worth, rows = diagnose(game), game.worth, range(len(game.worth))
    nested = [(s, s | 1 << i) for s in rows for i in range(len(game)) if not s >> i & 1]
    apart = [(s, t) for s in rows for t in rows if 0 < s < t and not s & t]
    slack = 1e-9 * game.scale
    assert found.monotone.looked_at == len(nested)
    assert found.monotone.violating == sum(worth[s] - worth[t] > slack for s, t in nested)
    assert found.superadditive.looked_at == len(apart)
    assert found.superadditive.violating == sum(worth[s] + worth[t] - worth[s | t] > slack for s, t in apart)
    convex = all(worth[s | t] + worth[s & t] >= worth[s] + worth[t] - slack for s in rows for t in rows)
    assert found.convex.holds == convex


@given(games())
def test_dividends_add_up_to_the_worth(game: CoalitionGame) -> None:
    shares = dividends(worth=game.worth)
    assert shares.sum() == pytest.approx(game.total, abs=1e-7)
    by_order = diagnose(game).by_order
    assert len(by_order) == len(game)
    assert sum(by_order) == pytest.approx(np.abs(shares).sum())


def test_the_worst_pair_stands_in_words() -> None:
    game = CoalitionGame(("310000", "320000", "330000"), np.array([0, 0, 0, 4, 0, 3, 2, 6.0]))
    convex = diagnose(game).sentences[2]
    assert convex.zh == "不凸：6对联盟中1对不满足，最大的一处是{上海、江苏}与{上海、浙江}，差1。"
    assert "the worst being {Shanghai, Jiangsu} with {Shanghai, Zhejiang}, by 1." in convex.en


def test_outsiders_are_counted_by_the_sign_of_their_gains() -> None:
    gains = np.zeros((8, 4))
    gains[0b011] = [3, 2, -1, 0.5]
    gains[0b111] = [3, 3, 3, -2]
    game = CoalitionGame(
        ("A", "B", "C"), np.array([0, 0, 0, 5, 0, 0, 0, 9.0]), gains=gains, gain_regions=("A", "B", "C", "ROW")
    )
    found = diagnose(game).outsiders
    assert found is not None
    assert (found.losing, found.gaining, found.unmoved) == (2, 1, 4)
    assert found.largest_loss == (("A", "B", "C"), "ROW", -2)
    assert found.largest_gain == (("A", "B"), "ROW", 0.5)


def test_large_games_are_sampled_and_say_so() -> None:
    found = diagnose(CoalitionGame(tuple("ABCDEFGHIJKLMNO"), sizes(15).astype(float) ** 2))
    assert found.superadditive.sampled
    assert "sampled pairs" in found.sentences[1].en
