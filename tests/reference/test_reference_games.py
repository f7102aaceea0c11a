"""Printed solutions of known games, one row a game in games.toml."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ronghe.share import (
    CoalitionGame,
    core_range,
    diagnose,
    game_from_costs,
    game_from_list,
    least_compensation,
    nucleolus,
    prenucleolus,
    shapley,
)

# The solvers work to 1e-9 of the largest worth.
CLOSE = 1e-8

GAMES: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "games.toml").read_text(encoding="utf-8"))


def game_of(row: dict[str, Any]) -> CoalitionGame:
    if "costs" in row:
        return game_from_costs(row["costs"], order="size")
    return game_from_list(row["worth"], order="size")


def numbers(values: list[Any]) -> list[float]:
    return [float(Fraction(str(value))) for value in values]


def having(key: str) -> Any:
    rows = [(name, row) for name, row in GAMES.items() if key in row]
    return pytest.mark.parametrize(("name", "row"), rows, ids=[name for name, _ in rows])


def close(value: Any, expected: Any, game: CoalitionGame) -> None:
    np.testing.assert_allclose(value, expected, rtol=0, atol=CLOSE * game.scale)


@having("shapley")
def test_shapley_values_as_printed(name: str, row: dict[str, Any]) -> None:
    game = game_of(row)
    found = shapley(game)
    close(found.payoffs if found.costs is None else found.costs, numbers(row["shapley"]), game)


@having("nucleolus")
def test_nucleoli_as_printed_and_certified(name: str, row: dict[str, Any]) -> None:
    game = game_of(row)
    found = nucleolus(game)
    close(found.payoffs if found.costs is None else found.costs, numbers(row["nucleolus"]), game)
    assert found.label == "certified"


@having("prenucleolus")
def test_prenucleoli_as_printed(name: str, row: dict[str, Any]) -> None:
    found = prenucleolus(game_of(row))
    assert found.rational == tuple(row["prenucleolus"])


@having("core")
def test_core_ranges_as_printed(name: str, row: dict[str, Any]) -> None:
    game = game_of(row)
    close(core_range(game).ranges, [numbers(ends) for ends in row["core"]], game)


@having("empty")
def test_emptiness_of_the_core(name: str, row: dict[str, Any]) -> None:
    found = core_range(game_of(row))
    assert found.empty is row["empty"]
    if "epsilon" in row:
        assert found.epsilon == pytest.approx(numbers([row["epsilon"]])[0], abs=CLOSE)


@having("convex")
def test_convexity_as_printed(name: str, row: dict[str, Any]) -> None:
    assert diagnose(game_of(row)).convex.holds is row["convex"]


def test_the_security_council_gives_a_permanent_member_hundred_times_the_power() -> None:
    """[39; 7 five times, 1 ten times], Shapley and Shubik 1954 for the council of fifteen."""
    votes = np.array([7] * 5 + [1] * 10)
    masks = np.arange(2**15)
    worth = (((masks[:, None] >> np.arange(15)) & 1) @ votes >= 39).astype(float)
    power = shapley(worth=worth).payoffs
    np.testing.assert_allclose(power[:5], 421 / 2145, atol=1e-12)
    np.testing.assert_allclose(power[5:], 4 / 2145, atol=1e-12)


def test_least_compensation_by_hand() -> None:
    found = least_compensation(gains=[10, -4, 0, 6], regions=("A", "B", "C", "D"))
    assert found.net.tolist() == [-2.5, 4, 0, -1.5]
    assert found.payoffs.tolist() == [7.5, 0, 0, 4.5]
    paid = [(payment.payer, payment.receiver, payment.amount) for payment in found.payments]
    assert paid == [("A", "B", pytest.approx(2.5)), ("D", "B", pytest.approx(1.5))]
