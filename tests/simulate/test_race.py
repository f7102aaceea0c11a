"""The subsidy race: the worked page, laws, best replies by brute force, and what wrong input is told."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from economies import random_baseline, random_economy, three_region_economy
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import DataFault, NotIdentified, ParameterFault, UnconvergedSolution, UnknownName, UnknownRegion
from ronghe.base.text import same
from ronghe.data.baseline import Baseline, People
from ronghe.simulate import Economy, Parameters, Scenario
from ronghe.simulate.blocks import Blocks
from ronghe.simulate.calibrate import balanced
from ronghe.simulate.columns import columns, start_accounts
from ronghe.simulate.outcome import accounts
from ronghe.simulate.race import Capacity, SubsidyGame, competition_cost, duplicated_capacity, restraint, subsidy_game
from ronghe.simulate.race.payoffs import Aims, Arena, Path
from ronghe.simulate.race.rest import RaceCertificate, rest_point
from ronghe.simulate.race.words import race_text
from ronghe.simulate.race.worlds import Worlds
from ronghe.simulate.shock import Shock

# Rates are at rest when none moves by 1e-6; the page prints its rate to 1e-7, and levels change by a hundred a unit.
RATE = 1e-6
PRINTED = 1e-5
CAPITAL_ONLY = Parameters(kappa=0.0, land_supply=0.0, capital_mobility=3.0, scale=0.0)
HALF = {"output": 0.5, "welfare": 0.5}


def page() -> Economy:
    return three_region_economy().with_parameters(CAPITAL_ONLY)


def documented(rate: float) -> Economy:
    paid = np.zeros((2, 3))
    paid[0, :2] = rate
    return page().with_blocks(Blocks(subsidies=paid))


@pytest.fixture(scope="module")
def race() -> SubsidyGame:
    return subsidy_game(economy=page(), weights=HALF)


def test_the_race_of_the_three_region_page(race: SubsidyGame) -> None:
    assert race.players == ("A", "B")
    np.testing.assert_allclose(race.rates, 0.1163915, atol=RATE)
    found = race.columns
    np.testing.assert_allclose(found.household, [12.710348, 12.710348, 0.302912], atol=PRINTED)
    np.testing.assert_allclose(found.services, [-13.172295, -13.172295, 0.0], atol=PRINTED)
    np.testing.assert_allclose(found.payable[:2], -1.500678, atol=PRINTED)
    np.testing.assert_allclose((found.household + found.services)[:2], -0.461947, atol=PRINTED)
    np.testing.assert_allclose(race.output, 0.0, atol=PRINTED)
    assert race.certificate.agreed == 3
    assert race.certificate.deviation <= 1e-9
    assert race.label == "assumed"


def test_with_a_quarter_on_output_no_one_races() -> None:
    calm = subsidy_game(economy=page(), weights={"output": 0.25, "welfare": 0.75})
    np.testing.assert_array_equal(calm.rates, 0.0)


def test_restraint_on_the_page_is_no_subsidy(race: SubsidyGame) -> None:
    calm = restraint(game=race)
    np.testing.assert_array_equal(calm.rates, 0.0)
    assert calm.worth.sum() > race.worth.sum()


def test_one_who_restrains_alone_is_answered(race: SubsidyGame) -> None:
    """Alone in its bloc a region does what it does in the race; capped at half, the other goes on."""
    np.testing.assert_allclose(restraint(game=race, members=["A"]).rates, race.rates, atol=10 * RATE)
    capped = restraint(game=race, members=["A"], cap=0.05)
    assert capped.rates[0] == pytest.approx(0.05, abs=RATE)
    assert capped.rates[1] > 0.1
    assert "at the highest rate: A" in capped.status


def test_rates_at_the_bound_are_said() -> None:
    eager = subsidy_game(economy=page(), weights={"output": 0.9, "welfare": 0.1}, most=0.2)
    np.testing.assert_allclose(eager.rates, 0.2, atol=RATE)
    assert "at the highest rate: A, B" in eager.status
    assert "在最高补贴率上：A、B" in eager.status_text.zh


def test_a_floor_under_the_budget_stops_the_race() -> None:
    held = subsidy_game(economy=page(), weights=HALF, floor={"A": 36.0})
    own = held.payoffs[1] + 40.0
    assert own[0] == pytest.approx(36.0, abs=1e-5)
    assert held.rates[0] < 0.05 < held.rates[1]
    assert "budget at its floor: A" in held.status


def test_a_floor_no_rate_can_keep_gives_no_number() -> None:
    short = subsidy_game(economy=page(), weights=HALF, floor={"A": 60.0})
    assert short.certificate.kind == "no room"
    with pytest.raises(UnconvergedSolution, match="below its floor"):
        _ = short.rates


def payoff(economy: Economy, rates: np.ndarray, player: int, weights: dict[str, float]) -> float:
    """A payoff by the ordinary solver: cold start, columns of the gain, accounts."""
    paid = np.zeros_like(economy.world.output)
    paid[economy.sectors.index("industry"), : len(rates)] = rates
    found = economy.solve_shock(
        Shock(subsidies=paid), scenario=Scenario("s"), closure="long", starts=0, radius=False, tolerance=1e-11
    )
    if not found.converged:
        return -np.inf
    before = start_accounts(economy.world)
    made, after = columns(found.problem, found.equilibrium.state, before=before), found.accounts
    if (after.government / after.government_prices / before.government)[player] < 0.1:
        return -np.inf
    parts = {
        "output": after.real_output,
        "revenue": after.own_revenue / after.government_prices - before.own_revenue,
        "welfare": made.household + made.services,
    }
    return float(sum(weight * parts[name][player] for name, weight in weights.items()))


@settings(max_examples=2, deadline=None, derandomize=True)
@given(st.integers(0, 1_000))
def test_no_region_does_better_by_brute_force(seed: int) -> None:
    economy, weights = random_economy(seed, regions=4, sectors=3), {"output": 0.6, "revenue": 0.1, "welfare": 0.3}
    found = subsidy_game(economy=economy, weights=weights, starts=2)
    assert found.converged, found.status
    for player in range(3):
        now = payoff(economy, found.rates, player, weights)
        assert now == pytest.approx(found.worth[player], abs=1e-8)
        for rate in np.linspace(0.0, 0.25, 21):
            tried = found.rates.copy()
            tried[player] = rate
            assert payoff(economy, tried, player, weights) <= now + 1e-9 * found.arena.income[player]


@settings(max_examples=2, deadline=None, derandomize=True)
@given(st.integers(0, 1_000))
def test_restraint_of_all_is_never_worse_for_their_sum(seed: int) -> None:
    economy = random_economy(seed, regions=4, sectors=3)
    raced = subsidy_game(economy=economy, weights={"output": 0.7, "welfare": 0.3}, starts=2)
    calm = restraint(game=raced)
    assert calm.converged, calm.status
    assert calm.worth.sum() >= raced.worth.sum() - 1e-9 * raced.arena.income.sum()


def renamed(base: Baseline, order: np.ndarray) -> Baseline:
    at = np.append(order, len(order))
    return replace(
        base,
        regions=tuple(base.regions[i] for i in at),
        flows=base.flows[:, at][:, :, at],
        value_added_shares=base.value_added_shares[at],
        input_shares=base.input_shares[at],
        household=base.household[at],
        government=base.government[at],
        investment=base.investment[at],
        transfers=base.transfers[at],
        external=base.external[at],
        own_revenue=base.own_revenue[at],
        people=People(base.people.residents[np.ix_(order, order)], "estimated"),
    )


def test_renaming_regions_renames_rates() -> None:
    base, order = random_baseline(11, regions=4, sectors=3), np.array([2, 0, 1])
    weights = {"output": 0.7, "welfare": 0.3}
    one = subsidy_game(economy=Economy.from_baseline(base), weights=weights, starts=1)
    other = subsidy_game(economy=Economy.from_baseline(renamed(base, order)), weights=weights, starts=1)
    assert one.rates.max() > 0.01
    np.testing.assert_allclose(other.rates, one.rates[order], atol=10 * RATE)


def test_equal_rates_everywhere_with_fixed_factors_move_nothing_real() -> None:
    world = three_region_economy().world
    bought = world.household + world.government
    economy = Economy.from_world(balanced(replace(world, household=0.8 * bought, government=0.2 * bought)))
    every = np.arange(3)
    worlds = Worlds(economy, players=every, sectors=np.array([True, True]), closure="short")
    aims = Aims(np.full((3, 4), 0.25), np.zeros(3), np.full(3, 0.25), None, np.eye(3))
    rates = np.full(3, 0.1)
    state = worlds.at(rates)
    assert state is not None
    made = Arena(worlds, aims).payoffs(rates, state)[0]
    np.testing.assert_allclose(made[0], 0.0, atol=1e-8)
    np.testing.assert_allclose(made[3], 0.0, atol=1e-7)
    assert (made[1] < -5.0).all()


def test_worlds_from_a_neighbour_are_the_engine_s() -> None:
    economy = random_economy(3, regions=4, sectors=3)
    worlds = Worlds(economy, players=np.arange(3), sectors=np.array([False, True, False]), closure="long")
    rates = np.array([0.02, 0.05, 0.0])
    state = worlds.at(rates)
    assert state is not None
    assert max(worlds.residuals(rates, state).values()) <= 1e-10


class Pennies:
    """Two who chase each other: one wants what the other does, the other what is left of the highest rate."""

    def __init__(self) -> None:
        self.aims = SimpleNamespace(most=np.full(2, 0.2))
        self.worlds = SimpleNamespace(
            base=SimpleNamespace(start=np.zeros(1)), solves=0, at=lambda rates, guess=None: np.zeros(1)
        )

    def path(self, player: int, rates: np.ndarray, points: np.ndarray, guesses: np.ndarray, aim: float = 0.0) -> Path:
        wanted = rates[1] if player == 0 else 0.2 - rates[0]
        count = len(points)
        return Path(points, np.zeros((count, 1)), -((points - wanted) ** 2), np.ones(count), np.ones(count, dtype=bool))


def test_a_cycle_is_said_and_gives_no_number(race: SubsidyGame) -> None:
    certificate, rest = rest_point(Pennies(), [np.zeros(2), np.full(2, 0.2)])
    assert (certificate.kind, certificate.cycled, rest) == ("cycle", 2, None)
    told = race_text(certificate, [same("A"), same("B")])
    assert "cycle" in told.en
    assert "转成一圈" in told.zh
    with pytest.raises(UnconvergedSolution, match="cycle"):
        _ = SubsidyGame(race.arena, certificate, None).columns


def test_several_rest_points_are_listed_and_not_averaged(race: SubsidyGame) -> None:
    certificate = RaceCertificate("several", equilibria=(np.zeros(2), np.full(2, 0.1)))
    found = SubsidyGame(race.arena, certificate, race.require())
    with pytest.raises(UnconvergedSolution, match="several equilibria; 2 are listed"):
        _ = found.rates


def test_the_cost_of_documented_rates_against_restraint() -> None:
    economy = documented(0.05)
    cost = competition_cost(economy=economy, weights=HALF)
    np.testing.assert_array_equal(cost.restrained.rates, 0.0)
    solved = economy.solve_shock(Shock(subsidies=np.zeros((2, 3))), scenario=Scenario("none"), closure="long")
    by_engine = columns(solved.problem, solved.equilibrium.state, before=start_accounts(economy.world))
    for name in ("household", "services", "payable"):
        np.testing.assert_allclose(getattr(cost.columns, name), getattr(by_engine, name), atol=1e-8)
    assert (cost.columns.services[:2] > 4.0).all()
    assert ((cost.columns.household + cost.columns.services)[:2] > 0.0).all()
    assert cost.documented_share == pytest.approx(0.05 / cost.race.rates.mean(), rel=1e-9)
    assert cost.documented_share < 1.0
    assert "no registered capacity" in cost.status
    with pytest.raises(NotIdentified):
        _ = cost.idle_capacity


def test_a_cap_takes_documented_rates_down_to_it() -> None:
    economy = documented(0.05)
    capped = competition_cost(economy=economy, weights=HALF, cap=0.02)
    paid = np.zeros((2, 3))
    paid[0, :2] = 0.02
    solved = economy.solve_shock(Shock(subsidies=paid), scenario=Scenario("cap"), closure="long")
    after = accounts(solved.problem, solved.equilibrium.state)
    assert after.subsidies[0] == pytest.approx(0.02 * solved.output[0, 0], rel=1e-9)
    by_engine = columns(solved.problem, solved.equilibrium.state, before=start_accounts(economy.world))
    np.testing.assert_allclose(capped.columns.payable, by_engine.payable, atol=1e-8)
    loose = competition_cost(economy=economy, weights=HALF, cap=0.2)
    np.testing.assert_allclose(loose.columns.household, 0.0, atol=1e-8)


def test_outsiders_answer_or_keep_their_documented_rates() -> None:
    economy = documented(0.05)
    kept = competition_cost(economy=economy, weights=HALF, members=["A"], cap=0.0, outsiders="documented")
    answering = competition_cost(economy=economy, weights=HALF, members=["A"], cap=0.0)
    assert kept.restrained.players == ()
    assert answering.restrained.players == ("B",)
    assert answering.restrained.certificate.deviation <= 1e-9
    assert answering.restrained.rates[0] > 0.0504
    assert kept.columns.household[0] < 0.0


def test_without_documents_there_is_no_number_and_it_says_so() -> None:
    cost = competition_cost(economy=page(), weights=HALF)
    assert cost.restrained is None
    assert cost.status.startswith("no data")
    assert cost.status_text.zh.startswith("未测")
    with pytest.raises(NotIdentified, match="tax and fund accounts"):
        _ = cost.columns


def test_idle_capacity_by_hand() -> None:
    register = Capacity(
        ("P1", "P2", "P3"), ("A", "B", "B"), np.array([120.0, 80.0, 50.0]), 0.05, np.array([0.05, 0.07, 0.05]), 0.8,
        np.array([0.5, 0.6, 0.95]), same("register"),
    )  # fmt: skip
    np.testing.assert_allclose(register.idle, [3.6, 1.92, 0.0])
    cost = competition_cost(economy=page(), weights=HALF, capacity=register)
    assert cost.idle_capacity == pytest.approx(5.52)
    assert "3 registered projects" in cost.status
    with pytest.raises(DataFault) as told:
        duplicated_capacity(
            outlay=np.array([-1.0, 2.0]), rate=0.05, depreciation=0.05, normal=0.8, utilisation=np.array([0.5, np.nan])
        )
    assert {fault.code for fault in told.value.faults} == {"S191", "S192"}


def test_every_wrong_number_is_told_at_once() -> None:
    with pytest.raises(ParameterFault) as told:
        subsidy_game(economy=page(), weights={"output": 0.5, "jobs": 0.2, "votes": 0.3}, most=1.5, floor={"ROW": 1.0})
    for part in ('unknown weight "votes"', "add up to 1", "job_value", "highest rate 1.5", "no player: ROW"):
        assert part in told.value.message("en")
    with pytest.raises(ParameterFault, match="the rest of the world is no player"):
        subsidy_game(economy=page(), weights=HALF, players=["A", "ROW"])
    with pytest.raises(UnknownRegion):
        subsidy_game(economy=page(), weights=HALF, players=["A", "Z"])
    with pytest.raises(UnknownName, match="sector"):
        subsidy_game(economy=page(), weights=HALF, sectors=["steel"])


def test_a_cap_and_members_outside_the_race_are_refused(race: SubsidyGame) -> None:
    with pytest.raises(ParameterFault, match=r"cap must be a number between 0 and 0\.25; read 0\.5"):
        restraint(game=race, cap=0.5)
    alone = subsidy_game(economy=page(), weights=HALF, players=["A"])
    with pytest.raises(ParameterFault, match="Members must be players"):
        restraint(game=alone, members=["A", "B"])


def test_of_several_local_tops_the_sentence_says_so() -> None:
    told = race_text(RaceCertificate("converged", starts=4, agreed=1, one_of_tops=True), [same("A")])
    assert "largest sum found" in told.en
    assert "合计最大" in told.zh
