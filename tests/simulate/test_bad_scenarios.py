"""Scenarios and questions that cannot be meant: a sentence in both languages, never an answer to another question."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from economies import full_economy, random_economy, random_flows, three_region_economy

from ronghe.base.errors import DataFault, ParameterFault, RongheError, ScenarioFault, UnknownRegion
from ronghe.simulate import Economy, Scenario, decompose, gain_bands, gain_curve
from ronghe.simulate.blocked import blocked_points
from ronghe.simulate.decompose import along_path
from ronghe.simulate.depth import depth
from ronghe.simulate.sensitivity import scenario_band

S = Scenario("wrong")
AXES = ("buyer", "seller", "sector")
ZERO = np.zeros((3, 3, 2))
LEVER = {"layer": "software", "measure": "days", "source": "survey", "owner": "city", "within": ["A", "B"]}


def lever(**changed: object) -> Scenario:
    given = {"channel": "transaction", "before": 0.2, "after": 0.1} | LEVER | changed
    return S.lever("window", **given)  # type: ignore[arg-type]


def own_tariff() -> np.ndarray:
    made = ZERO.copy()
    made[1, 1, 0] = 0.2
    return made


def told(make: Callable[[], object], kind: type[RongheError] = ScenarioFault) -> str:
    with pytest.raises(kind) as caught:
        make()
    assert caught.value.text.zh != caught.value.text.en
    return caught.value.text.en


@pytest.mark.parametrize("name", ["change_land", "raise_productivity", "subsidise"])
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"A": "x"}, "A: the value must be a number; read 'x'"),
        ({"A": None}, "must be a number; read None"),
        ({"A": True}, "must be a number; read True"),
        ({"A": float("nan")}, "must be a number; read nan"),
        (["A"], "Give a mapping of region to number; read list"),
        (None, "Give a mapping of region to number; read NoneType"),
        ({3: 0.5}, '"3" must name 1 region'),
    ],
)
def test_values_by_region_are_a_mapping_to_numbers(name, values, words):
    assert words in told(lambda: getattr(S, name)(values))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: S.raise_productivity({"A": 0.0}), "must lie above 0"),
        (lambda: S.change_land({"A": 0.0}), "must lie above 0"),
        (lambda: S.subsidise({"A": 1.0}), "between -1 and 1, ends excluded"),
        (lambda: S.subsidise({"A": -1.0}), "between -1 and 1, ends excluded"),
        (lambda: S.share_taxes({("A", "A"): 0.3}), "needs another region"),
        (lambda: S.pool_services({frozenset({"A", "B"}): 0.3}), "must name 2"),
        (lambda: S.subsidise({"A": 0.1}, sectors=5), "Sectors are a list of names; read 5"),
        (lambda: S.cut_entry(0.1, buyers=None, sellers=["B"]), "a list of regions; read None"),
        (lambda: S.cut_entry(0.1, buyers=[], sellers=["B"]), "State buyer and seller"),
        (lambda: S.ease_settling(0.1, homes=[], places=[]), "State homes and places"),
        (lambda: S.cut_trade_cost(True, within=["A", "B"]), 'read "True"'),
    ],
)
def test_limits_and_places_are_told(make, words):
    assert words in told(make)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"before": "a"}, "before must be a number; read 'a'"),
        ({"after": float("nan")}, "after must be a number; read nan"),
        ({"status": "x"}, 'Status "x" must be one of observed'),
        ({"conversion": -1}, "conversion must be above 0; read -1"),
        ({"conversion": 0}, "conversion must be above 0; read 0"),
        ({"measure": None}, "names no measure"),
        ({"pairs": []}, "No pair is named"),
        ({"pairs": [], "within": None}, "No pair is named"),
        ({"pairs": [("A", "A")], "within": None}, "must be two regions; one and the same: A"),
        ({"pairs": 5, "within": None}, "State buyer and seller"),
    ],
)
def test_a_lever_that_cannot_be_meant_is_refused(changed, words):
    assert words in told(lambda: lever(**changed))


def test_all_faults_of_one_step_are_told_at_once():
    text = told(lambda: lever(before="a", status="x", owner=None, within=5, sectors=[]))
    for words in ("before must be", 'Status "x"', "names no owner", "read 5", "No sector is named"):
        assert words in text


def test_a_lever_that_raises_cost_is_kept_and_said():
    raising = lever(before=0.1, after=0.2)
    assert raising.levers[0].factor == pytest.approx(1.2 / 1.1)
    assert "raises the cost" in raising.notes[0].en
    assert "提高成本" in raising.notes[0].zh
    assert lever().notes == ()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: S.set_tariffs(ZERO, axes=AXES, pairs=[]), "No pair is named"),
        (lambda: S.set_tariffs(ZERO, axes=AXES, pairs=[("A", "B")], within=["A", "B"]), "not both"),
        (lambda: S.set_tariffs(own_tariff(), axes=AXES), "0.2 for region 2, sector 1"),
        (lambda: S.set_tariffs("x", axes=AXES), "an array of real numbers"),
        (lambda: S.set_tariffs(ZERO + 1j, axes=AXES), "an array of real numbers"),
        (lambda: S.set_tariffs(np.ma.masked_equal(ZERO, 0), axes=AXES), "missing (masked)"),
        (lambda: S.set_tariffs(0.1, axes=AXES), "three axes; read a single number 0.1"),
        (lambda: S.set_tariffs(ZERO, axes=None), "axes must name"),
        (lambda: S.set_tariffs(ZERO, axes=7), "axes must name"),
    ],
)
def test_tariffs_that_cannot_be_meant_are_refused(make, words):
    assert words in told(make)


def test_names_may_come_one_by_one_and_are_not_used_up():
    """An iterator read twice would be empty the second time, and a change without names acts on all pairs."""
    economy = three_region_economy()
    listed = S.cut_trade_cost(0.1, within=["A", "B"])
    assert S.cut_trade_cost(0.1, within=(name for name in "AB")).hash == listed.hash  # type: ignore[arg-type]
    tariffs = ZERO.copy()
    tariffs[0, 1, 0] = 0.1
    made = S.set_tariffs(tariffs, axes=AXES, pairs=(pair for pair in [("A", "B")]))
    assert economy.bind(made).pieces[0].mask.sum() == 1


def test_two_spellings_of_one_region_are_no_pair():
    economy = random_economy(1)
    scenario = S.pool_services({("北京", "Beijing"): 0.2})
    assert "must differ: 北京, Beijing" in told(lambda: economy.solve(scenario))


# ---- questions beside a scenario


@pytest.mark.parametrize("cuts", [0.1, ["a"], "0.1", None, [float("nan")], [-float("inf")], [True]])
def test_points_of_a_curve_are_a_list_of_numbers(cuts):
    assert "cuts below 1 or shares from 0 to 1" in told(lambda: gain_curve(three_region_economy(), ["A", "B"], cuts))


@pytest.mark.parametrize("wrong", [{"draws": "a"}, {"draws": -1}, {"seed": -1}, {"draws": 2.5}, {"seed": None}])
def test_draws_and_seeds_are_whole_numbers(wrong):
    economy, cut = three_region_economy(), S.cut_trade_cost(0.1, within=["A", "B"])
    for make in (lambda: gain_bands(economy, ["A", "B"], cut, **wrong), lambda: scenario_band(economy, cut, **wrong)):
        assert "whole number of at least 0" in told(make, ParameterFault)


def test_questions_about_walls_name_what_was_read():
    economy = Economy.from_flows(**random_flows(1))
    two = ["R0", "R1"]
    assert "use headline, household" in told(lambda: blocked_points(economy, two, payoff="x"), ParameterFault)
    for exact in ("a", -1, 1.5):
        words = told(lambda exact=exact: blocked_points(economy, two, exact=exact), ParameterFault)
        assert "exact must be a whole number" in words
    assert "distances" in told(lambda: depth(economy, two, distances="a"), DataFault)
    for question in (blocked_points, depth):
        assert '"R9"' in told(lambda question=question: question(economy, ["R9"]), UnknownRegion)
        assert "only one region" in told(lambda question=question: question(economy, ["R0"]))


# ---- the first-order formula


def test_the_decomposition_refuses_what_its_formula_does_not_cover():
    economy = Economy.from_flows(**random_flows(1))
    cut = S.cut_trade_cost(0.1, within=["R0", "R1"])
    assert "a change of trade cost" in told(lambda: decompose(economy.solve(cut, starts=0)))
    assert "a change of trade cost" in told(lambda: along_path(economy, cut))
    raised = S.raise_productivity({"R0": 1.1})
    assert "a change of productivity" in told(lambda: decompose(economy.solve(raised, starts=0)))
    with_state = full_economy(1)
    text = told(lambda: decompose(with_state.solve(Scenario("nothing"), starts=0)))
    for words in ("public accounts", "investment", "further blocks"):
        assert words in text
    assert "A solution is needed" in told(lambda: decompose(None))  # type: ignore[arg-type]
    assert "whole number of at least 1" in told(lambda: along_path(economy, S, steps=0), ParameterFault)


def test_the_decomposition_answers_for_tariffs_on_one_basket():
    economy = Economy.from_flows(**random_flows(1))
    tariffs = np.zeros((4, 4, 3))
    parts = decompose(economy.solve(S.set_tariffs(tariffs, axes=AXES), starts=0))
    assert np.abs(parts.total - parts.exact).max() < 0.02
    assert decompose(economy.solve(Scenario("nothing"), starts=0)).total == pytest.approx(np.zeros(4), abs=1e-9)
