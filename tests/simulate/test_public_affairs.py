"""Shared public affairs: the cases computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from public_affairs import CERTIFIED, EXACT, SOURCED, alike, depot, pair, river, rule, worth

from ronghe.base.errors import UnconvergedSolution
from ronghe.share import CoalitionGame, shapley
from ronghe.simulate.affairs.contracts import renewal_range, water_index
from ronghe.simulate.affairs.costs import cost_shares
from ronghe.simulate.affairs.effort import Contract, effort_bought
from ronghe.simulate.affairs.forms import linear, linear_quadratic, piecewise
from ronghe.simulate.affairs.input import affair, payable_only
from ronghe.simulate.affairs.provision import joint_provision, own_interest, public_affair


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
