"""Laws of the nucleolus, and its certificate."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from share_games import balanced_games, games, generous_games, reordered

from ronghe.base.errors import ParameterFault, SharingRefused
from ronghe.share import CoalitionGame, core_range, nucleolus, prenucleolus
from ronghe.share.certificate import Level, certificate_of
from ronghe.share.coalitions import sizes, totals

CLOSE = 1e-5


@given(generous_games())
def test_every_result_passes_kohlbergs_criterion_without_rounding(game: CoalitionGame) -> None:
    found = nucleolus(game)
    assert found.label == "certified"
    assert found.rational is not None
    assert sum(found.rational) == Fraction(repr(game.total))


@given(games())
def test_the_prenucleolus_always_exists_and_is_certified(game: CoalitionGame) -> None:
    assert prenucleolus(game).label == "certified"


@given(generous_games())
def test_nobody_gets_less_than_alone(game: CoalitionGame) -> None:
    assert (nucleolus(game).payoffs >= game.alone - 1e-12 * game.scale).all()


@given(balanced_games())
def test_it_lies_in_the_core_and_inside_the_range(game: CoalitionGame) -> None:
    found, core = nucleolus(game), core_range(game)
    assert found.in_core
    assert (found.payoffs >= core.low - CLOSE).all()
    assert (found.payoffs <= core.high + CLOSE).all()


@given(generous_games(), st.randoms(use_true_random=False))
def test_the_order_of_regions_does_not_matter(game: CoalitionGame, chance: object) -> None:
    order = list(range(len(game)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    one, other = nucleolus(game), nucleolus(reordered(game, order))
    assert one.rational is not None
    assert other.rational is not None
    assert dict(zip(one.regions, one.rational, strict=True)) == dict(zip(other.regions, other.rational, strict=True))


@given(generous_games(most=4), st.integers(1, 9), st.integers(-5, 5))
def test_units_and_endowments_carry_over(game: CoalitionGame, factor: int, endowment: int) -> None:
    moved = factor * game.worth + endowment * sizes(len(game)).astype(float)
    expected = factor * nucleolus(game).payoffs + endowment
    np.testing.assert_allclose(nucleolus(worth=moved).payoffs, expected, atol=CLOSE)


@given(st.lists(st.integers(1, 60), min_size=2, max_size=5), st.fractions(0, 1, max_denominator=20))
def test_a_bankruptcy_game_is_settled_by_the_talmud(claims: list[int], part: Fraction) -> None:
    """Aumann and Maschler 1985: the nucleolus of max(0, E - claims outside S) is the Talmud rule."""
    estate = int(part * sum(claims))
    worth = np.maximum(0, estate - (sum(claims) - totals(np.array(claims, dtype=float))))
    assert nucleolus(worth=worth).rational == tuple(talmud(claims, estate))


def talmud(claims: list[int], estate: int) -> list[Fraction]:
    halves = [Fraction(claim, 2) for claim in claims]
    if 2 * estate <= sum(claims):
        return equal_awards(halves, Fraction(estate))
    lost = equal_awards(halves, Fraction(sum(claims) - estate))
    return [claim - loss for claim, loss in zip(claims, lost, strict=True)]


def equal_awards(claims: list[Fraction], estate: Fraction) -> list[Fraction]:
    left, waiting, given_ = estate, sorted(range(len(claims)), key=lambda i: claims[i]), [Fraction(0)] * len(claims)
    while waiting:
        given_[waiting[0]] = min(claims[waiting[0]], left / len(waiting))
        left -= given_[waiting.pop(0)]
    return given_


def test_without_enough_for_all_it_is_refused_and_the_prenucleolus_offered() -> None:
    with pytest.raises(SharingRefused, match=r"have 5 more than all together.*prenucleolus") as caught:
        nucleolus(worth=[0, 4, 4, 3])
    assert caught.value.short == 5
    assert caught.value.exit_code == 1
    assert prenucleolus(worth=[0, 4, 4, 3]).payoffs.tolist() == [1.5, 1.5]


def test_a_wrong_level_structure_is_found_out() -> None:
    game = CoalitionGame(("A", "B", "C"), np.array([0, 0, 0, 4, 0, 3, 2, 6.0]))
    equal_split = [Level((1, 2, 4))]
    found = certificate_of(game, levels=equal_split, bounded=True)
    assert found.payoffs == (2, 2, 2)
    assert found.failing == 1
    assert "第1层" in found.text.zh


def test_seventeen_regions_cannot_be_certified_and_sixteen_can_on_request() -> None:
    with pytest.raises(ParameterFault, match="up to 16 regions; this game has 17"):
        nucleolus(worth=sizes(17).astype(float) ** 2, certify=True)
    assert nucleolus(worth=sizes(13).astype(float) ** 2, certify=True).label == "certified"
    assert nucleolus(worth=sizes(13).astype(float) ** 2).label == "exact"


def test_eleven_regions_with_worths_of_every_size() -> None:
    draw = np.random.default_rng(11)
    size = sizes(11).astype(float)
    worth = size**1.5 + draw.random(2**11)
    worth[size < 2] = 0
    found = nucleolus(worth=worth)
    assert found.label == "certified"
    assert found.payoffs.sum() == pytest.approx(worth[-1], rel=1e-12)
