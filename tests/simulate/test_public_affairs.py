"""Shared public affairs: the cases computed by hand, the laws, and what wrong figures are told."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import DataFault, ParameterFault, UnconvergedSolution, UnknownRegion
from ronghe.share import CoalitionGame, shapley
from ronghe.simulate.affairs.complementarity import lemke
from ronghe.simulate.affairs.contracts import renewal_range, water_index
from ronghe.simulate.affairs.costs import CostShare, cost_shares
from ronghe.simulate.affairs.effort import Contract, effort_bought
from ronghe.simulate.affairs.forms import Curve, linear, linear_quadratic, piecewise, threshold
from ronghe.simulate.affairs.input import Affair, affair, payable_only
from ronghe.simulate.affairs.provision import Provision, joint_provision, own_interest, public_affair

# Solved exactly, piece by piece; what is left is rounding of a few dozen operations.
EXACT = 1e-12
# The certificate's own promise, relative to the first marginal benefit.
CERTIFIED = 1e-9
SOURCED = {"cost": ["record"] * 9, "benefit": ["record"] * 9}


def alike(count: int) -> Affair:
    return affair(
        players="ABCDEFGHIJK"[:count],
        spillovers=np.ones((count, count)),
        benefits=[linear(1.0)] * count,
        costs=[linear_quadratic(0.0, 1.0)] * count,
    )


def river() -> Affair:
    """The hand test of the water affair: one unit of effort lowers the index P = 1.03 - 0.01 q by a point."""
    return affair(
        players=["up", "down"],
        spillovers={("up", "up"): 1.0, ("up", "down"): 1.0},
        benefits=[linear(0.2), linear(0.6)],
        costs=[linear_quadratic(0.0, 0.1), linear(1.0)],
        providers=[True, False],
        sources=SOURCED,
        status="estimated",
    )


def pair(benefit: float = 3.0) -> Affair:
    return affair(
        players=["U", "D"],
        spillovers=np.ones((2, 2)),
        benefits=[linear(1.0), linear(benefit)],
        costs=[linear_quadratic(0.0, 1.0)] * 2,
        providers=[True, False],
    )


def depot(*benefits: float) -> Affair:
    count = len(benefits)
    return affair(
        players="123456"[:count],
        spillovers=np.ones((count, count)),
        benefits=[threshold(1.0, height) for height in benefits],
        costs=[linear(4.5)] * count,
        whole=True,
    )


def worth(table: Provision) -> np.ndarray:
    """v(S): the members' gains, summed; the game itself lives in ``share``."""
    masks = np.arange(len(table.outcomes))
    inside = masks[:, None] >> np.arange(len(table.case.players)) & 1
    return (table.gains * inside).sum(axis=1)


def rule(found: tuple[CostShare, ...], name: str) -> CostShare:
    return next(one for one in found if one.rule == name)


# --- by hand -------------------------------------------------------------------------------------------------------


def test_the_river_by_hand() -> None:
    """b_u 0.2 and b_d 0.6 a point, cost 0.05 q^2: 0.1 q meets 0.2 alone and 0.8 together."""
    own, joint = own_interest(case=river()), joint_provision(case=river())
    np.testing.assert_allclose(own.provision, [2, 0], atol=EXACT)
    np.testing.assert_allclose(joint.provision, [8, 0], atol=EXACT)
    assert (joint.cost - own.cost)[0] == pytest.approx(3.0, abs=EXACT)
    assert (joint.benefit - own.benefit)[0] == pytest.approx(1.2, abs=EXACT)
    price = renewal_range(joint=joint, own=own, provider="up", beneficiary="down")
    assert (price.least, price.most, price.net) == pytest.approx((1.8, 3.6, 1.8), abs=EXACT)
    assert not price.empty
    np.testing.assert_allclose(rule(cost_shares(joint=joint, own=own), "lindahl").shares[0], [0.25, 0.75], atol=EXACT)
    assert own.unpaid[0] == pytest.approx(0.75)
    assert np.isnan(own.unpaid[1])
    assert own.label == "estimated"


def test_round_two_buys_an_effort_of_three() -> None:
    """Steps 2 at P = 1.00 and 1 at 0.95 above the reverse payment of 1; going on to 8 would take a step of 1.75."""
    bought = effort_bought(
        contract=Contract(lowest=-1.0, thresholds=(1.0, 0.95), steps=(2.0, 1.0)),
        response=lambda q: 1.03 - 0.01 * q,
        benefit=linear(0.2),
        cost=linear_quadratic(0.0, 0.1),
        largest=20.0,
    )
    assert (bought.effort, bought.index, bought.payment) == pytest.approx((3.0, 1.0, 1.0), abs=1e-10)
    assert bought.needed is not None
    np.testing.assert_allclose(bought.needed, [0.05, 1.75], atol=1e-10)
    np.testing.assert_array_equal(bought.met, [1, 0])
    np.testing.assert_array_equal(bought.met_without, [0, 0])


@pytest.mark.parametrize(("step", "effort"), [(1.74, 3.0), (1.76, 8.0)])
def test_the_step_that_is_needed_is_the_step_that_moves_upstream(step: float, effort: float) -> None:
    bought = effort_bought(
        contract=Contract(lowest=-1.0, thresholds=(1.0, 0.95), steps=(2.0, step)),
        response=lambda q: 1.03 - 0.01 * q,
        benefit=linear(0.2),
        cost=linear_quadratic(0.0, 0.1),
        largest=20.0,
    )
    assert bought.effort == pytest.approx(effort, abs=1e-9)


def test_with_a_spread_the_reward_at_the_margin_meets_the_marginal_cost() -> None:
    """b_u + sum_k Delta_k phi((P_k - P) / sig) (0.01 / sig) = 0.1 q, phi the normal density."""
    contract = Contract(lowest=-1.0, thresholds=(1.0, 0.95), steps=(2.0, 1.0), spread=0.02)
    bought = effort_bought(
        contract=contract,
        response=lambda q: 1.03 - 0.01 * q,
        benefit=linear(0.2),
        cost=linear_quadratic(0.0, 0.1),
        largest=20.0,
    )
    rooms = (np.array([1.0, 0.95]) - bought.index) / 0.02
    density = np.exp(-(rooms**2) / 2) / np.sqrt(2 * np.pi)
    assert 0.2 + (np.array([2.0, 1.0]) @ density) * 0.5 == pytest.approx(0.1 * bought.effort, abs=1e-6)
    assert bought.needed is None
    assert (bought.met > bought.met_without).all()


def test_the_expected_payment_of_a_contract() -> None:
    """At P_k itself the chance is one half: -1 + 2 * 0.5 + 1 * Phi(-1)."""
    contract = Contract(lowest=-1.0, thresholds=(1.0, 0.95), steps=(2.0, 1.0), spread=0.05)
    assert contract.expected(1.0) == pytest.approx(0.15865525393145707, abs=1e-12)
    sure = Contract(lowest=-1.0, thresholds=(1.0, 0.95), steps=(2.0, 1.0))
    np.testing.assert_array_equal(sure.expected(np.array([1.01, 1.0, 0.95, 0.9])), [-1, 1, 2, 2])


def test_four_alike() -> None:
    table = public_affair(case=alike(4))
    np.testing.assert_allclose(table.own_interest.provision, 1, atol=EXACT)
    np.testing.assert_allclose(table.own_interest.payoff, 3.5, atol=EXACT)
    np.testing.assert_allclose(table.joint.provision, 4, atol=EXACT)
    np.testing.assert_allclose(table.joint.payoff, 8, atol=EXACT)
    by_size = np.array([0, 0, 1, 6, 18])
    np.testing.assert_allclose(worth(table), by_size[np.bitwise_count(np.arange(16))], atol=1e-11)
    np.testing.assert_allclose(shapley(CoalitionGame(tuple("ABCD"), worth(table))).payoffs, 4.5, atol=1e-11)
    leaving = table.gains[0b1110, 0]
    assert leaving == pytest.approx(6, abs=EXACT)
    assert leaving - 4.5 == pytest.approx(1.5, abs=EXACT)
    np.testing.assert_allclose(table.shortfall, 3, atol=EXACT)
    np.testing.assert_allclose(table.own_interest.unpaid, 0.75, atol=EXACT)


@pytest.mark.parametrize("count", [3, 5, 7])
def test_the_treaty_of_barrett(count: int) -> None:
    """S. Barrett, "Self-Enforcing International Environmental Agreements", 1994: members gain (s - 1)^2 / 2 each."""
    table = public_affair(case=alike(count))
    for mask in range(1, 2**count):
        size = mask.bit_count()
        inside = np.array([mask >> i & 1 == 1 for i in range(count)])
        np.testing.assert_allclose(table.gains[mask][inside], (size - 1) ** 2 / 2, atol=1e-10)
        np.testing.assert_allclose(table.gains[mask][~inside], size**2 - size, atol=1e-10)


def test_upstream_and_downstream() -> None:
    table = public_affair(case=pair())
    own, joint = table.own_interest, table.joint
    np.testing.assert_allclose(own.payoff, [0.5, 3], atol=EXACT)
    np.testing.assert_allclose(joint.payoff, [-4, 12], atol=EXACT)
    assert joint.provision[0] == pytest.approx(4, abs=EXACT)
    assert worth(table)[3] == pytest.approx(4.5, abs=EXACT)
    price = renewal_range(joint=joint, own=own, provider="U", beneficiary="D")
    assert (price.least, price.most) == pytest.approx((4.5, 9), abs=EXACT)
    shares = cost_shares(joint=joint, own=own, weights={"population": [1, 3]})
    lindahl = rule(shares, "lindahl")
    np.testing.assert_allclose(lindahl.received, [6, -6], atol=EXACT)
    np.testing.assert_allclose(lindahl.payoff, [2, 6], atol=EXACT)
    np.testing.assert_allclose(lindahl.net, [1.5, 3], atol=EXACT)
    assert lindahl.losers == ()
    equal = rule(shares, "equal")
    np.testing.assert_allclose(equal.payoff, [0, 8], atol=EXACT)
    assert equal.losers == ("U",)
    assert rule(shares, "provider").losers == ("U",)
    np.testing.assert_allclose(rule(shares, "population").borne, lindahl.borne, atol=EXACT)
    np.testing.assert_allclose(rule(shares, "benefit").borne, [2, 6], atol=EXACT)


def test_the_emergency_depot_is_built_by_one_of_those_who_act_together() -> None:
    table = public_affair(case=depot(3, 3, 2))
    np.testing.assert_array_equal(table.own_interest.provision, 0)
    np.testing.assert_allclose(worth(table), [0, 0, 0, 1.5, 0, 0.5, 0.5, 3.5], atol=EXACT)
    game = CoalitionGame(("1", "2", "3"), worth(table))
    split = shapley(game).payoffs
    np.testing.assert_allclose(split, [4 / 3, 4 / 3, 5 / 6], atol=EXACT)
    free = [table.gains[0b111 ^ 1 << i, i] - split[i] for i in range(3)]
    np.testing.assert_allclose(free, [5 / 3, 5 / 3, 7 / 6], atol=EXACT)
    assert 3.5 - sum(table.gains[0b111 ^ 1 << i, i] for i in range(3)) == pytest.approx(-4.5)
    assert (table.joint.certificate.alike, table.joint.provision.sum()) == (3, 1)
    assert table.joint.unpaid[0] == pytest.approx(5 / 8)
    shares = cost_shares(joint=table.joint, own=table.own_interest)
    assert "lindahl" not in [share.rule for share in shares]
    np.testing.assert_allclose(rule(shares, "benefit").borne, np.array([3, 3, 2]) * 4.5 / 8, atol=EXACT)


def test_two_who_would_each_build_are_two_equilibria_and_no_number() -> None:
    own = own_interest(case=depot(5, 5))
    assert [effort.tolist() for effort in own.certificate.equilibria] == [[1, 0], [0, 1]]
    with pytest.raises(UnconvergedSolution, match="several equilibria; 2 are listed, not averaged"):
        _ = own.provision


def test_close_substitutes_have_several_equilibria_and_no_number() -> None:
    """b = 4 Q - Q^2 / 2, c = q^2 / 2, each effort worth three times as much to the other as to oneself.

    One alone at 2, where the other's margin is 4 - 6 < 0; both at 4 / 5 is left by the slightest push.
    """
    case = affair(
        players="AB",
        spillovers=[[1, 3], [3, 1]],
        benefits=[linear_quadratic(4, -1)] * 2,
        costs=[linear_quadratic(0, 1)] * 2,
    )
    own = own_interest(case=case)
    listed = sorted(effort.round(9).tolist() for effort in own.certificate.equilibria)
    assert [0, 2] in listed
    assert [2, 0] in listed
    with pytest.raises(UnconvergedSolution, match="listed, not averaged"):
        _ = own.provision


def test_matching_pennies_with_depots_has_no_equilibrium() -> None:
    """1 builds only where 2 does; 2 builds only where 1 does not."""
    case = affair(
        players="12",
        spillovers=[[1, 1], [1, 2]],
        benefits=[piecewise([1], [0, 1]), piecewise([1], [1, 0])],
        costs=[linear(0.5), linear(0.5)],
        whole=True,
    )
    own = own_interest(case=case)
    assert own.status == "no profile of 0/1 efforts is an equilibrium"
    with pytest.raises(UnconvergedSolution):
        _ = own.cost


def test_costs_that_do_not_bend_leave_open_who_provides() -> None:
    """Two alike with b = 2 Q - Q^2 / 2 and c = q: any split of Q = 1 is an equilibrium."""
    case = affair(
        players="AB", spillovers=np.ones((2, 2)), benefits=[linear_quadratic(2, -1)] * 2, costs=[linear(1)] * 2
    )
    own = own_interest(case=case)
    assert own.certificate.kind == "several"
    np.testing.assert_allclose([q.sum() for q in own.certificate.equilibria], 1, atol=1e-8)
    with pytest.raises(UnconvergedSolution, match="own interest"):
        _ = own.payoff
    table = public_affair(case=case)
    assert 0 in table.refused
    with pytest.raises(UnconvergedSolution, match="coalitions have no usable outcome"):
        _ = table.gains


def test_a_kink_shares_its_price_so_that_samuelson_holds() -> None:
    """Both kinks at Q = 3: prices 2 + x = 4, between the slopes left and right of the kink."""
    case = affair(
        players="AB",
        spillovers=[[1, 1], [0, 0]],
        benefits=[piecewise([3], [5, 0]), linear(1)],
        costs=[linear_quadratic(1, 1), linear(1)],
        providers=[True, False],
    )
    joint = joint_provision(case=case)
    assert joint.provision[0] == pytest.approx(3, abs=EXACT)
    np.testing.assert_allclose(joint.prices, [3, 1], atol=EXACT)


def test_satiation_ends_the_effort() -> None:
    case = affair(players="A", spillovers=[[2]], benefits=[linear_quadratic(4, -1)], costs=[linear(0.0 + 1e-3)])
    assert own_interest(case=case).enjoyed[0] == pytest.approx(4 - 1e-3 / 2, abs=EXACT)


def test_the_water_index() -> None:
    index = water_index(scale=0.85, weights=[0.25] * 4, means=[1.05, 0.9, 1.1, 1.15], bases=[1.0] * 4)
    assert index == pytest.approx(0.8925, abs=EXACT)
    assert water_index(scale=0.85, weights=[0.25] * 4, means=[20] * 4, bases=[17] * 4) == pytest.approx(1, abs=EXACT)


# --- laws ----------------------------------------------------------------------------------------------------------

money = st.integers(1, 20).map(lambda value: value / 4)


@st.composite
def benefits(draw: st.DrawFn) -> Curve:
    slope = draw(money)
    form = draw(st.sampled_from(["linear", "bent", "pieces"]))
    if form == "linear":
        return linear(slope)
    if form == "bent":
        return linear_quadratic(slope, -draw(money) / 4)
    return piecewise([draw(money), 7.0], [slope, slope * 0.6, slope * 0.1])


@st.composite
def affairs(draw: st.DrawFn, least: int = 1, most: int = 4, *, spread: bool = False) -> Affair:
    count = draw(st.integers(least, most))
    cells = st.integers(1 if spread else 0, 8).map(lambda value: value / 8)
    matrix = np.array(draw(st.lists(cells, min_size=count**2, max_size=count**2))).reshape(count, count)
    np.fill_diagonal(matrix, 1.0)
    costs = [linear_quadratic(draw(money) / 8, draw(money) / 2) for _ in range(count)]
    return affair(
        players="ABCDEF"[:count],
        spillovers=matrix,
        benefits=[draw(benefits()) for _ in range(count)],
        costs=costs,
        payable=draw(st.lists(st.booleans(), min_size=count, max_size=count)),
    )


@settings(max_examples=40, deadline=None)
@given(affairs(most=3))
def test_no_own_deviation_on_a_grid_pays(case: Affair) -> None:
    own = own_interest(case=case)
    assert own.certificate.kind in ("converged", "several")
    for effort in own.certificate.equilibria:
        payoff = case.benefit(effort) - case.cost(effort)
        for player in range(len(case.players)):
            tried = np.repeat(effort[None], 801, axis=0)
            tried[:, player] = np.linspace(0, 40, 801)
            moved = (case.benefit(tried) - case.cost(tried))[:, player]
            assert moved.max() <= payoff[player] + CERTIFIED * 100


@settings(max_examples=25, deadline=None)
@given(affairs(least=2, most=2))
def test_no_pair_of_efforts_on_a_grid_beats_joint_provision(case: Affair) -> None:
    joint = joint_provision(case=case)
    step = max(2.0 * float(joint.provision.max()), 1.0) / 60
    tried = np.array(list(product(np.arange(61) * step, repeat=2)))
    assert (case.benefit(tried) - case.cost(tried)).sum(axis=1).max() <= joint.payoff.sum() + 1e-7
    assert joint.certificate.residual <= CERTIFIED


@settings(max_examples=25, deadline=None)
@given(affairs(least=2))
def test_samuelsons_condition_holds_at_the_prices_told(case: Affair) -> None:
    joint = joint_provision(case=case)
    value = case.spillovers @ joint.prices
    slope = np.array([c.margin(float(q)) for c, q in zip(case.costs, joint.provision, strict=True)])
    positive = joint.provision > 1e-9
    np.testing.assert_allclose(value[positive], slope[positive], rtol=1e-8, atol=1e-8)
    assert (value <= slope + 1e-8).all()


@settings(max_examples=25, deadline=None)
@given(affairs(least=2))
def test_together_is_worth_no_less_than_each_for_itself(case: Affair) -> None:
    own, joint = own_interest(case=case), joint_provision(case=case)
    if own.converged:
        assert joint.payoff.sum() >= own.payoff.sum() - 1e-9


@settings(max_examples=25, deadline=None)
@given(st.lists(money, min_size=2, max_size=5), money)
def test_each_for_itself_provides_less_where_benefits_are_straight(slopes: list[float], bend: float) -> None:
    """With linear benefits an effort does not depend on the others': every one falls short while B spills over."""
    count = len(slopes)
    case = affair(
        players="ABCDE"[:count],
        spillovers=np.full((count, count), 0.5) + 0.5 * np.eye(count),
        benefits=[linear(slope) for slope in slopes],
        costs=[linear_quadratic(0.0, bend)] * count,
    )
    own, joint = own_interest(case=case), joint_provision(case=case)
    assert (own.provision < joint.provision).all()
    np.testing.assert_allclose(own.provision, np.array(slopes) / bend, rtol=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 4), benefits(), money, money, st.integers(1, 8))
def test_those_alike_enjoy_no_less_together(count: int, curve: Curve, slope: float, bend: float, share: int) -> None:
    """Alike and spilling over evenly, what everyone enjoys grows when all is counted. Unlike ones may be relieved."""
    case = affair(
        players="ABCD"[:count],
        spillovers=np.full((count, count), share / 8) + (1 - share / 8) * np.eye(count),
        benefits=[curve] * count,
        costs=[linear_quadratic(slope / 8, bend)] * count,
    )
    own, joint = own_interest(case=case), joint_provision(case=case)
    if own.converged:
        assert (own.enjoyed <= joint.enjoyed + 1e-9).all()


def test_who_is_served_better_by_another_is_relieved() -> None:
    """Joint effort need not be larger player by player. b = 4 Q - Q^2 / 2, c = q^2 / 2; solved by substitution."""
    case = affair(
        players="AB",
        spillovers=[[1, 1], [0.1, 1]],
        benefits=[linear_quadratic(4, -1)] * 2,
        costs=[linear_quadratic(0, 1)] * 2,
    )
    own, joint = own_interest(case=case), joint_provision(case=case)
    np.testing.assert_allclose(own.provision, [2 - 0.05 / 0.975, 1 / 0.975], atol=EXACT)
    second = (4.4 - 8.8 / 3) / (2.01 - 1.21 / 3)
    np.testing.assert_allclose(joint.provision, [(8 - 1.1 * second) / 3, second], atol=EXACT)
    assert joint.provision[1] < own.provision[1]
    assert (joint.enjoyed > own.enjoyed).all()


@settings(max_examples=25, deadline=None)
@given(affairs())
def test_without_spillovers_each_for_itself_is_joint_provision(case: Affair) -> None:
    apart = affair(players=case.players, spillovers=np.eye(len(case.players)), benefits=case.benefits, costs=case.costs)
    own, joint = own_interest(case=apart), joint_provision(case=apart)
    np.testing.assert_allclose(own.provision, joint.provision, atol=1e-9)
    assert np.nan_to_num(own.unpaid).max() == 0


@settings(max_examples=20, deadline=None)
@given(affairs(least=2, most=3), st.randoms(use_true_random=False))
def test_renaming_players_renames_results(case: Affair, chance: object) -> None:
    order = list(range(len(case.players)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    moved = affair(
        players=[case.players[i] for i in order],
        spillovers=case.spillovers[np.ix_(order, order)],
        benefits=[case.benefits[i] for i in order],
        costs=[case.costs[i] for i in order],
        payable=case.payable[order].tolist(),
    )
    for members in (case.players[:0], case.players[:2], case.players):
        one, other = joint_provision(case=case, members=members), joint_provision(case=moved, members=members)
        assert one.certificate.kind == other.certificate.kind
        if one.converged:
            np.testing.assert_allclose(other.provision, one.provision[order], atol=1e-8)
            np.testing.assert_allclose(other.payable, one.payable[order], atol=1e-8)


@settings(max_examples=20, deadline=None)
@given(affairs(least=2, most=3), st.sampled_from([1e-4, 0.5, 1e4]), st.sampled_from([1e-5, 1.0, 1e6]))
def test_units_of_money_and_of_effort_carry_over(case: Affair, money: float, unit: float) -> None:
    """Money times ``money``; an effort told in units ``unit`` times smaller is ``unit`` times larger."""

    def told(curve: Curve) -> Curve:
        scaled = money * curve.slopes / unit, money * curve.curvatures / unit**2, money * curve.jumps
        return Curve(curve.form, curve.starts * unit, *scaled)

    moved = affair(
        players=case.players,
        spillovers=case.spillovers,
        benefits=[told(curve) for curve in case.benefits],
        costs=[told(curve) for curve in case.costs],
    )
    one, other = joint_provision(case=case), joint_provision(case=moved)
    np.testing.assert_allclose(other.provision, unit * one.provision, rtol=1e-8, atol=1e-9 * unit)
    np.testing.assert_allclose(other.payoff, money * one.payoff, rtol=1e-7, atol=1e-8 * money)


@settings(max_examples=15, deadline=None)
@given(affairs(least=2, most=3))
def test_cost_shares_pay_the_cost_and_lindahl_leaves_a_surplus_to_all_at_the_margin(case: Affair) -> None:
    own, joint = own_interest(case=case), joint_provision(case=case)
    if not own.converged:
        return
    shares = cost_shares(joint=joint, own=own, weights={"gdp": range(1, len(case.players) + 1)})
    for share in shares:
        assert share.borne.sum() == pytest.approx(joint.cost.sum(), abs=1e-9)
        assert share.received.sum() == pytest.approx(0, abs=1e-9)
        assert share.net.sum() == pytest.approx(joint.payoff.sum() - own.payoff.sum(), abs=1e-9)
    assert (rule(shares, "lindahl").payoff >= -1e-8).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.integers(0, 10_000))
def test_a_complementarity_problem_of_a_convex_programme_is_solved(size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    root = rng.integers(-3, 4, (size, size)).astype(float)
    matrix, vector = root @ root.T + np.eye(size), rng.integers(-5, 6, size).astype(float)
    z = lemke(matrix=matrix, vector=vector)
    assert z is not None
    w = matrix @ z + vector
    assert (z >= 0).all()
    assert (w >= -1e-9).all()
    assert abs(z @ w) <= 1e-9


def test_a_programme_without_bound_ends_on_a_ray() -> None:
    assert lemke(matrix=np.array([[0.0]]), vector=np.array([-1.0])) is None


# --- the two ways to see the optimum -------------------------------------------------------------------------------


def test_health_counts_in_the_optimum_and_not_in_what_can_be_paid() -> None:
    case = affair(
        players=["U", "D"],
        spillovers=np.ones((2, 2)),
        benefits=[linear(1.0), linear(3.0)],
        costs=[linear_quadratic(0.0, 1.0)] * 2,
        providers=[True, False],
        payable=[True, False],
    )
    table = public_affair(case=case)
    assert table.joint.provision[0] == pytest.approx(4)
    np.testing.assert_allclose(table.joint.payable, [4, 0])
    np.testing.assert_allclose(table.payable_gains[3], [-4.5, 0], atol=EXACT)
    assert joint_provision(case=payable_only(case)).provision[0] == pytest.approx(1)
    lindahl = rule(cost_shares(joint=table.joint, own=table.own_interest), "lindahl")
    assert (lindahl.losers, lindahl.payable_losers) == ((), ("D",))
    price = renewal_range(joint=table.joint, own=table.own_interest, provider="U", beneficiary="D")
    assert (price.most, price.payable_most) == pytest.approx((9, 0), abs=EXACT)


def test_every_coalition_of_a_river_of_six_is_certified() -> None:
    """Upstream serves all below it; every coalition's conditions hold and the table says how many were solved twice."""
    count = 6
    case = affair(
        players="ABCDEF",
        spillovers=np.triu(np.full((count, count), 0.6)) + 0.4 * np.eye(count),
        benefits=[linear_quadratic(2 + i / 5, -0.3) if i % 2 else piecewise([1, 2], [3, 2, 1]) for i in range(count)],
        costs=[linear_quadratic(0.1, 0.2 + i / 10) for i in range(count)],
        sources=SOURCED,
    )
    table = public_affair(case=case)
    assert table.refused == ()
    assert table.status.startswith("all 64 coalitions converged, 16 solved again")
    assert max(outcome.certificate.residual for outcome in table.outcomes) <= CERTIFIED
    assert all(outcome.certificate.agreed == 6 for outcome in table.outcomes if outcome.certificate.starts)
    assert (worth(table) >= -1e-9).all()
    assert table.label == "user"


# --- wrong figures -------------------------------------------------------------------------------------------------


def test_all_faults_of_an_affair_are_told_at_once() -> None:
    with pytest.raises(DataFault) as caught:
        affair(
            players=["U", "D"],
            spillovers={("U", "U"): 1.0, ("U", "D"): -0.5, ("U", "海"): 1.0},
            benefits=[piecewise([1], [1, 2]), threshold(1, 5)],
            costs=[linear_quadratic(1, -0.1), linear(-1)],
        )
    places = [fault.place for fault in caught.value.faults]
    assert places == [
        "spillovers [U -> 海]",
        "spillovers [U, D]",
        "benefit [U]",
        "benefit [D]",
        "cost [U]",
        "cost [D]",
    ]
    assert "whole=True" in caught.value.message("en")
    assert "受益方和出力方都必须是参与方" in caught.value.message("zh")


def test_shapes_are_faults_too() -> None:
    with pytest.raises(DataFault) as caught:
        affair(players=["U", "U"], spillovers=np.ones((2, 3)), benefits=[linear(1)], costs=[linear(1)] * 2)
    assert [fault.place for fault in caught.value.faults] == ["players", "spillovers", "benefits"]


@pytest.mark.parametrize(
    "curve", [piecewise([1, 2], [3, 2]), piecewise([2, 1], [3, 2, 1]), linear(float("nan")), piecewise([1], [1, -1])]
)
def test_a_curve_that_is_none(curve: Curve) -> None:
    with pytest.raises(DataFault, match="benefit"):
        affair(players="A", spillovers=[[1]], benefits=[curve], costs=[linear_quadratic(0, 1)])


def test_an_effort_without_bound_is_refused() -> None:
    with pytest.raises(DataFault, match="Ever more effort would pay"):
        affair(players="AB", spillovers=np.ones((2, 2)), benefits=[linear(1)] * 2, costs=[linear(1.5)] * 2)


def test_figures_without_a_source_are_assumed() -> None:
    assert alike(2).label == "assumed"
    half = affair(
        players="AB",
        spillovers=np.ones((2, 2)),
        benefits=[linear(1)] * 2,
        costs=[linear_quadratic(0, 1)] * 2,
        sources={"benefit": ["record", "record"], "cost": ["budget", " "]},
        status="observed",
    )
    assert half.label == "assumed"
    assert [note.en for note in half.notes] == ["cost without a source, taken as assumed: B"]
    assert river().label == "estimated"


def test_too_many_players_say_what_to_do() -> None:
    case = affair(
        players="ABCDEFGHIJKL",
        spillovers=np.eye(12),
        benefits=[linear(1)] * 12,
        costs=[linear_quadratic(0, 1)] * 12,
    )
    with pytest.raises(ParameterFault, match="4,096 coalitions; the table stops at 11 players"):
        public_affair(case=case)
    np.testing.assert_allclose(own_interest(case=case).provision, 1)
    with pytest.raises(DataFault, match="11 players at most"):
        affair(
            players="ABCDEFGHIJKL", spillovers=np.eye(12), benefits=[linear(1)] * 12, costs=[linear(2)] * 12, whole=True
        )


def test_a_member_that_is_no_player() -> None:
    with pytest.raises(UnknownRegion, match="Unknown player"):
        joint_provision(case=alike(2), members=["Z"])


def test_a_project_has_no_marginal_benefit() -> None:
    with pytest.raises(ParameterFault, match="no marginal benefit"):
        _ = joint_provision(case=depot(3, 3, 2)).prices


def test_weights_that_share_nothing() -> None:
    own, joint = own_interest(case=pair()), joint_provision(case=pair())
    with pytest.raises(DataFault) as caught:
        cost_shares(joint=joint, own=own, weights={"gdp": [0, 0], "population": [1], "fiscal_capacity": [1, -1]})
    assert len(caught.value.faults) == 3


def test_a_missing_sample_is_refused() -> None:
    with pytest.raises(DataFault, match="never guessed"):
        water_index(scale=0.85, weights=[0.25] * 4, means=[1.0] * 3, bases=[1.0] * 4)
    with pytest.raises(DataFault) as caught:
        water_index(scale=0.85, weights=[0.25] * 4, means=[1, np.nan, 1, 1], bases=[1, 1, 0, 1])
    assert [fault.place for fault in caught.value.faults] == ["means [2]", "bases [3]"]
    with pytest.raises(DataFault, match="a sum of 1"):
        water_index(scale=0.85, weights=[0.25] * 3, means=[1.0] * 3, bases=[1.0] * 3)


def test_a_contract_that_is_none() -> None:
    with pytest.raises(ParameterFault, match="falling order"):
        Contract(lowest=0, thresholds=(0.95, 1.0), steps=(1, 1))
    with pytest.raises(ParameterFault, match="must not rise"):
        effort_bought(
            contract=Contract(0, (1.0,), (1.0,)),
            response=lambda q: 1.0 + q,
            benefit=linear(0),
            cost=linear(1),
            largest=5,
        )
