"""Worths from the equilibrium model: the same numbers as single solves, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from ronghe.base.errors import GameTooLargeError, NotIdentified, ScenarioFault
from ronghe.data import Dataset, load
from ronghe.share import (
    CoalitionGame,
    coalition_game,
    core_range,
    least_compensation,
    nucleolus,
    shapley,
    silent_losers,
)
from ronghe.simulate import Economy, Scenario, gain

DELTA = ("310000", "320000", "330000", "340000")


@pytest.fixture(scope="module")
def data() -> Dataset:
    return load()


@pytest.fixture(scope="module")
def economy(data: Dataset) -> Economy:
    return Economy.from_data(data)


@pytest.fixture(scope="module")
def game(economy: Economy, data: Dataset) -> CoalitionGame:
    return coalition_game(economy, cut(DELTA), players=data.area("长三角"))


def cut(members: tuple[str, ...]) -> Scenario:
    return Scenario("a tenth off trade cost").cut_trade_cost(0.10, within=list(members))


def test_one_region_opens_nothing(game: CoalitionGame) -> None:
    assert game.worth[0] == 0
    np.testing.assert_allclose(game.alone, 0, atol=1e-9 * game.scale)


@pytest.mark.parametrize("members", [("310000", "330000"), ("320000", "330000", "340000"), DELTA])
def test_a_coalition_is_worth_what_its_opening_brings_its_members(
    economy: Economy, game: CoalitionGame, members: tuple[str, ...]
) -> None:
    """Solved alone, by the single-scenario path."""
    alone = gain(economy, cut(members))
    mask = sum(1 << game.regions.index(code) for code in members)
    assert game.worth[mask] == pytest.approx(alone.total("payable", members), rel=1e-7)
    assert game.gains is not None
    order = [alone.regions.index(code) for code in game.gain_regions]
    np.testing.assert_allclose(game.gains[mask], alone.payable[order], atol=1e-7 * game.scale)


def test_the_order_of_players_only_renames_the_worths(economy: Economy, game: CoalitionGame) -> None:
    turned = coalition_game(economy, cut(DELTA), players=DELTA[::-1])
    masks = np.arange(16)
    mirrored = sum((masks >> place & 1) << (3 - place) for place in range(4))
    assert turned.regions == DELTA[::-1]
    np.testing.assert_allclose(turned.worth[mirrored], game.worth, atol=1e-9 * game.scale)


def test_the_game_says_what_it_is_and_what_it_rests_on(game: CoalitionGame) -> None:
    assert game.kind == "gain per stated cut"
    assert game.title.zh == "按设定降幅的收益"
    assert game.status == "estimated"
    assert game.unit.zh == "亿元/年"
    assert set(game.beside) == {"household", "services"}
    assert any("converged" in note.en for note in game.notes)
    for shared in (shapley(game), core_range(game), nucleolus(game), least_compensation(game)):
        assert shared.status == "estimated"


def test_only_the_payable_part_is_shared(game: CoalitionGame) -> None:
    own = game.player_gains()
    assert own is not None
    assert own[-1].sum() == pytest.approx(game.total)
    assert shapley(game).payoffs.sum() == pytest.approx(game.total)


def test_transfers_lead_from_gains_to_shares_to_the_fen(game: CoalitionGame) -> None:
    start = least_compensation(game).gains
    paid = shapley(game).transfers(start)
    assert paid.step == 1e-10
    for code, before, after in zip(game.regions, start, shapley(game).payoffs, strict=True):
        assert before + paid.received(code) - paid.paid(code) == pytest.approx(after, abs=2e-10)


def test_results_on_binary_worths_are_certified(game: CoalitionGame) -> None:
    assert nucleolus(game).label == "certified"


def test_losers_in_what_money_does_not_carry_are_named() -> None:
    gains, household = np.zeros((4, 2)), np.zeros((4, 2))
    gains[3], household[3] = [2.0, 1.0], [1.0, -0.5]
    held = CoalitionGame(("A", "B"), np.array([0, 0, 0, 3.0]), gains=gains, beside={"household": household})
    assert silent_losers(held) == ("B",)


def test_removing_walls_is_no_game_on_an_estimated_table(economy: Economy) -> None:
    with pytest.raises(NotIdentified):
        coalition_game(economy, Scenario("walls").prohibit(within=list(DELTA)), players=DELTA)
    uneven = cut(DELTA).cut_trade_cost(0.2, within=["310000", "320000"])
    with pytest.raises(NotIdentified):
        coalition_game(economy, uneven, players=DELTA)


def test_all_provinces_at_once_are_refused_before_anything_is_solved(economy: Economy, data: Dataset) -> None:
    with pytest.raises(GameTooLargeError, match="31 regions make 2,147,483,648 coalitions"):
        coalition_game(economy, cut(DELTA), players=data.codes)


def test_one_member_with_data_makes_no_game(economy: Economy, data: Dataset) -> None:
    bay = data.area("大湾区")
    with pytest.raises(ScenarioFault, match="not computable at this resolution"):
        coalition_game(economy, Scenario("cut").cut_trade_cost(0.1, within=bay), players=bay)
