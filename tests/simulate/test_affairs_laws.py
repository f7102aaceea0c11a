"""Shared public affairs: what holds in every one of them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from public_affairs import CERTIFIED, EXACT, rule

from ronghe.simulate.affairs.complementarity import lemke
from ronghe.simulate.affairs.costs import cost_shares
from ronghe.simulate.affairs.forms import Curve, linear, linear_quadratic, piecewise
from ronghe.simulate.affairs.input import Affair, affair
from ronghe.simulate.affairs.provision import joint_provision, own_interest

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
