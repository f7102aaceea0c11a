"""Shared public affairs: what wrong figures are told."""

from __future__ import annotations

import numpy as np
import pytest
from public_affairs import alike, depot, pair, river

from ronghe.base.errors import DataFault, ParameterFault, UnknownRegion
from ronghe.simulate.affairs.contracts import water_index
from ronghe.simulate.affairs.costs import cost_shares
from ronghe.simulate.affairs.effort import Contract, effort_bought
from ronghe.simulate.affairs.forms import Curve, linear, linear_quadratic, piecewise, threshold
from ronghe.simulate.affairs.input import affair
from ronghe.simulate.affairs.provision import joint_provision, own_interest, public_affair


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
