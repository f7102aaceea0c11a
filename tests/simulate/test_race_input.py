"""The subsidy race: what registers, weights, floors and names that cannot be meant are told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_race import HALF, documented, page

from ronghe.base.errors import DataFault, NotIdentified, ParameterFault, UnknownRegion
from ronghe.base.text import same
from ronghe.simulate.race import Capacity, SubsidyGame, competition_cost, duplicated_capacity, restraint, subsidy_game

GOOD = {
    "projects": ("P1", "P2"),
    "regions": ("A", "B"),
    "outlay": np.array([120.0, 80.0]),
    "rate": 0.05,
    "depreciation": 0.05,
    "normal": 0.8,
    "utilisation": np.array([0.5, 0.9]),
    "source": same("register"),
    "status": "demonstration",
}


@pytest.fixture(scope="module")
def race() -> SubsidyGame:
    return subsidy_game(economy=page(), weights=HALF)


# --- the register ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"utilisation": np.array([0.5])}, "utilisation"),
        ({"utilisation": 0.5}, "utilisation"),
        ({"outlay": np.ones(3)}, "outlay"),
        ({"rate": np.ones(1)}, "rate"),
        ({"normal": "full"}, "normal"),
        ({"depreciation": None}, "depreciation"),
        ({"regions": ("A",)}, "projects, regions"),
        ({"projects": ("P1", "P1")}, "projects, regions"),
        ({"regions": "AB"}, "regions"),
        ({"projects": None}, "projects"),
        ({"status": "x"}, "status"),
        ({"source": "register"}, "source"),
        ({"utilisation": np.array([0.5, np.nan])}, "utilisation [P2]"),
    ],
)
def test_a_register_that_is_not_one_figure_a_project_is_a_fault(wrong: dict[str, object], place: str) -> None:
    with pytest.raises(DataFault) as caught:
        Capacity(**{**GOOD, **wrong})
    assert [fault.place for fault in caught.value.faults] == [place]


def test_all_faults_of_a_register_are_told_at_once() -> None:
    wrong = {"regions": ("A",), "status": "x", "utilisation": np.array([0.5]), "rate": -0.1}
    with pytest.raises(DataFault) as caught:
        Capacity(**{**GOOD, **wrong})
    places = [fault.place for fault in caught.value.faults]
    assert places == ["projects, regions", "status", "rate [P1]", "rate [P2]", "utilisation"]


def test_idle_capacity_is_never_spread_over_projects() -> None:
    with pytest.raises(DataFault, match="utilisation"):
        duplicated_capacity(outlay=np.ones(2), rate=0.1, depreciation=0.1, normal=0.8, utilisation=np.array([0.5]))


def test_the_status_of_a_register_stands_beside_its_count_and_its_regions_are_known() -> None:
    cost = competition_cost(economy=page(), weights=HALF, capacity=Capacity(**GOOD))
    assert "2 registered projects (demonstration)" in cost.status
    assert "演示数据" in cost.status_text.zh
    with pytest.raises(UnknownRegion):
        competition_cost(economy=page(), weights=HALF, capacity=Capacity(**{**GOOD, "regions": ("A", "Z")}))


# --- what a race is asked with ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"weights": None}, "weights must give numbers by name"),
        ({"weights": {"output": "a"}}, "weight output must be one number or 2 numbers; read 'a'"),
        ({"weights": {"output": [0.5, [0.5]]}}, "weight output"),
        ({"weights": {"output": np.nan}}, "weights must be 0 or more"),
        ({"floor": 3}, "floor must give numbers by name; read 3"),
        ({"floor": {"A": "x"}}, "a floor is no number"),
        ({"most": "high"}, "highest rate 'high'"),
        ({"most": None}, "highest rate None"),
        ({"job_value": "x"}, "job_value must be a number of at least 0"),
        ({"players": 5}, "players must be a list of names"),
        ({"players": ["A", None]}, "players must be a list of names"),
        ({"players": []}, "there is no player"),
        ({"sectors": 1}, "sectors must be a list of names"),
        ({"sectors": []}, "no sector is named"),
        ({"closure": "x"}, "closure is one of short, medium, long"),
        ({"starts": 0}, "starts must be a whole number of at least 1"),
        ({"threads": "a"}, "threads must be a whole number"),
        ({"economy": None}, "economy must be of Economy"),
    ],
)
def test_a_race_that_cannot_be_meant_is_told_so(wrong: dict[str, object], said: str) -> None:
    for asked in (subsidy_game, competition_cost):
        given = {"economy": page(), "weights": HALF, **wrong}
        if asked is competition_cost and "players" in given:
            continue
        with pytest.raises(ParameterFault) as caught:
            asked(**given)
        assert said in caught.value.message("en")
        assert caught.value.message("zh") != caught.value.message("en")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"game": None}, "game must be of SubsidyGame; read None"),
        ({"cap": "low"}, "cap must be a number between 0 and 0.25"),
        ({"members": []}, "Members must be players"),
        ({"members": 3}, "members must be a list of names"),
        ({"threads": 0}, "threads must be a whole number"),
    ],
)
def test_a_restraint_that_cannot_be_meant_is_told_so(race: SubsidyGame, wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ParameterFault) as caught:
        restraint(**{"game": race, **wrong})
    assert said in caught.value.message("en")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cap": "low"}, "cap must be a number between 0 and 1"),
        ({"outsiders": "leave"}, "outsiders is one of answer, documented; read 'leave'"),
        ({"capacity": GOOD}, "capacity must be of Capacity"),
        ({"members": ["A", 1]}, "members must be a list of names"),
    ],
)
def test_a_cost_that_cannot_be_meant_is_told_so(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ParameterFault) as caught:
        competition_cost(**{"economy": documented(0.05), "weights": HALF, **wrong})
    assert said in caught.value.message("en")


def test_what_the_tables_cannot_tell_is_not_computed() -> None:
    blind = replace(documented(0.05), identifies={})
    with pytest.raises(NotIdentified):
        subsidy_game(economy=blind, weights=HALF)
    with pytest.raises(NotIdentified):
        competition_cost(economy=blind, weights=HALF)


def test_weights_by_player_and_floors_of_members_hold_under_a_cap() -> None:
    economy, halves = documented(0.05), {"output": np.array([0.5, 0.5]), "welfare": np.array([0.5, 0.5])}
    one = competition_cost(economy=economy, weights=halves, members=["A"], cap=0.0, floor={"A": 20.0})
    two = competition_cost(economy=economy, weights=HALF, members=["A"], cap=0.0)
    np.testing.assert_allclose(one.restrained.rates, two.restrained.rates, atol=1e-5)
