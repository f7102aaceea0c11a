"""Laws and refusals of the least compensation, and of transfers in general."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ronghe.base.errors import GameFault, SharingRefused
from ronghe.base.text import Text
from ronghe.share import CoalitionGame, allocate, least_compensation
from ronghe.share.transfers import transfers_between

GAINS = st.lists(st.floats(-1e4, 1e4).map(lambda gain: round(gain, 6)), min_size=1, max_size=11)
YUAN = Text("亿元/年", "100 million yuan a year")


@given(GAINS)
def test_it_sums_to_nothing_and_leaves_no_loser(gains: list[float]) -> None:
    assume(sum(gains) > 1e-6)
    found = least_compensation(gains=gains)
    assert found.net.sum() == pytest.approx(0, abs=1e-9)
    assert (found.payoffs >= 0).all()
    assert (found.payoffs <= np.maximum(gains, 0) + 1e-9).all()


@given(GAINS, st.floats(0.01, 1))
def test_it_grows_with_the_need(gains: list[float], part: float) -> None:
    assume(sum(gains) > 1e-6)
    smaller = [gain * part if gain < 0 else gain for gain in gains]
    less, more = least_compensation(gains=smaller), least_compensation(gains=gains)
    assert (np.abs(less.net) <= np.abs(more.net) + 1e-9).all()


@given(GAINS, st.data())
def test_by_another_key_no_winner_pays_more_than_it_gains(gains: list[float], data: st.DataObject) -> None:
    assume(sum(gains) > 1e-6)
    keys = data.draw(st.lists(st.floats(0.1, 100), min_size=len(gains), max_size=len(gains)))
    found = least_compensation(gains=gains, keys=keys)
    assert (found.payoffs >= -1e-9).all()
    assert found.payoffs.sum() == pytest.approx(sum(gains), abs=1e-7)


def test_members_who_together_lose_are_told_by_how_much() -> None:
    with pytest.raises(SharingRefused, match="The members together lose 1; no transfer among them") as caught:
        least_compensation(gains=[3, -4])
    assert caught.value.short == 1
    assert "成员合计损失1" in caught.value.text.zh


def test_gains_that_just_cover_the_losses_are_used_up() -> None:
    found = least_compensation(gains=[3, -3])
    assert found.payoffs.tolist() == [0, 0]


def test_where_nobody_loses_nothing_is_due() -> None:
    found = least_compensation(gains=[2, 0])
    assert not found.due
    assert found.net.tolist() == [0, 0]
    assert found.text.en == "Nobody loses; no compensation is due."
    assert found.text.zh == "没有地区受损，无需补偿。"


def test_the_sentence_names_losers_and_payers() -> None:
    found = least_compensation(gains=[10, -4, 6], regions=("310000", "320000", "330000"), unit=YUAN)
    assert found.text.zh == (
        "受损地区应得补偿：江苏4亿元/年；由受益地区承担：上海2.5亿元/年、浙江1.5亿元/年。补偿后没有地区比现状更差。"
    )


def test_a_game_uses_its_gains_at_the_grand_coalition() -> None:
    gains = np.zeros((4, 3))
    gains[3] = [-1.0, 5.0, 3.0]
    game = CoalitionGame(("B", "A"), np.array([0, 0, 0, 2.0]), gains=gains, gain_regions=("C", "A", "B"))
    assert game.player_gains()[-1].tolist() == [3, 5]  # type: ignore[index]
    assert least_compensation(game).payoffs.tolist() == [3, 5]


def test_a_game_of_worths_alone_cannot_tell_who_loses() -> None:
    with pytest.raises(GameFault, match="cannot tell who loses; give them as gains="):
        least_compensation(CoalitionGame(("A",), np.array([0, 1.0])))


def test_faults_of_a_vector_are_told_together() -> None:
    with pytest.raises(GameFault) as caught:
        least_compensation(gains=[1.0, float("nan"), 2.0], regions=("A", "B", "A"))
    assert "Regions named twice: A." in caught.value.text.en
    assert "Gains without a finite number: B." in caught.value.text.en


@given(st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=11), st.data())
def test_payments_keep_both_margins_to_the_fen(cents: list[int], data: st.DataObject) -> None:
    start = np.array(cents) / 7
    goal = data.draw(st.permutations(start.tolist()))
    codes = tuple(str(number) for number in range(len(cents)))
    found = transfers_between(start, goal, codes, unit=Text("元", "yuan"))
    assert found.step == 0.01
    assert found.net.sum() == pytest.approx(0, abs=1e-6)
    for code, net in zip(codes, found.net, strict=True):
        assert found.received(code) - found.paid(code) == pytest.approx(net, abs=0.011)
        assert min(found.received(code), found.paid(code)) == 0
    steps = [payment.amount / 0.01 for payment in found.payments]
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-4)


def test_each_payer_pays_in_proportion_to_what_is_due() -> None:
    found = transfers_between([6, 3, -6, -3], [0, 0, 0, 0], ("A", "B", "C", "D"))
    assert {(payment.payer, payment.receiver): round(payment.amount, 9) for payment in found.payments} == {
        ("A", "C"): 4,
        ("A", "D"): 2,
        ("B", "C"): 2,
        ("B", "D"): 1,
    }


def test_transfers_make_no_money() -> None:
    game = CoalitionGame(("A", "B"), np.array([0, 0, 0, 4.0]))
    with pytest.raises(GameFault, match="neither make nor destroy money"):
        allocate(game, [2, 2]).transfers([1, 1])
    assert allocate(game, [2, 2]).transfers([1, 3]).payments[0].amount == pytest.approx(1)
