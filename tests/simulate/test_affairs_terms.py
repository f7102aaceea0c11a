"""Shared public affairs: ranges and contracts that have no answer say so; names, words and numbers that are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from public_affairs import pair, river

from ronghe.base.errors import DataFault, ParameterFault, UnknownRegion
from ronghe.simulate.affairs import (
    Bought,
    Contract,
    affair,
    cost_shares,
    effort_bought,
    joint_provision,
    linear,
    linear_quadratic,
    own_interest,
    payable_only,
    piecewise,
    public_affair,
    renewal_range,
    threshold,
    water_index,
)

# --- the renewal range -----------------------------------------------------------------------------------------------


def ranged(provider: str, beneficiary: str, case=None):
    case = river() if case is None else case
    own, joint = own_interest(case=case), joint_provision(case=case)
    return renewal_range(joint=joint, own=own, provider=provider, beneficiary=beneficiary)


def test_a_range_says_between_what_neither_loses() -> None:
    found = ranged("up", "down")
    assert found.status == "from 1.8 to 3.6 a year paid by down to up neither loses"
    assert found.label == "estimated"


def test_a_payment_the_wrong_way_has_no_range_and_says_so() -> None:
    found = ranged("down", "up")
    assert (found.least, found.most) == pytest.approx((-3.6, -1.8))
    assert found.empty
    assert "no range in which both gain" in found.status
    assert "it is down who would pay up 1.8 to 3.6" in found.status
    assert "没有双方都得益的区间" in found.status_text.zh


def test_where_both_lose_more_than_they_gain_there_is_no_range() -> None:
    lost = replace(ranged("up", "down"), most=1.0)
    assert lost.empty
    assert lost.status == "there is no range in which both gain: up needs at least 1.8, down gives at most 1"


def test_a_gain_that_cannot_be_paid_out_is_said() -> None:
    case = replace(pair(), payable=np.array([True, False]))
    assert "only 0 is payable, which is too little" in ranged("U", "D", case).status
    assert "unpaid, up still gains 1" in replace(ranged("up", "down"), least=-1.0).status


def test_parties_that_are_one_or_unknown_are_refused() -> None:
    with pytest.raises(ParameterFault, match="both up; name two parties"):
        ranged("up", "up")
    with pytest.raises(UnknownRegion, match="Did you mean up"):
        ranged("upp", "down")
    with pytest.raises(UnknownRegion, match="Unknown player"):
        ranged("up", None)


def test_outcomes_that_are_swapped_or_none_are_refused() -> None:
    own, joint = own_interest(case=river()), joint_provision(case=river())
    for asked in (cost_shares, lambda **given: renewal_range(**given, provider="up", beneficiary="down")):
        with pytest.raises(ParameterFault, match="are the two swapped"):
            asked(joint=own, own=joint)
        with pytest.raises(ParameterFault, match="outcomes of one affair"):
            asked(joint=joint, own=own_interest(case=pair()))
        with pytest.raises(ParameterFault, match=r"joint must be of Outcome; read None; own must be of Outcome"):
            asked(joint=None, own=None)


# --- the effort a contract buys --------------------------------------------------------------------------------------

TABLE = Contract(lowest=-1.0, thresholds=(1.0, 0.95), steps=(2.0, 1.0))
GIVEN = {
    "contract": TABLE,
    "response": lambda q: 1.03 - 0.01 * q,
    "benefit": linear(0.2),
    "cost": linear_quadratic(0.0, 0.1),
    "largest": 20.0,
}


def bought(**changed: object) -> Bought:
    return effort_bought(**{**GIVEN, **changed})


def test_an_effort_at_the_bound_and_thresholds_beyond_it_are_said() -> None:
    short = bought(largest=2.0)
    assert short.effort == pytest.approx(2.0)
    assert short.at_largest
    assert short.beyond == (1, 2)
    assert "at the bound: a larger one may pay more, raise largest" in short.status
    inner = bought(largest=2.5)
    assert (inner.at_largest, inner.beyond) == (False, (1, 2))
    assert "thresholds that none of them meets: 1, 2" in inner.status
    assert "达不到的阈值" in inner.status_text.zh
    whole = bought()
    assert whole.effort == pytest.approx(3.0)
    assert whole.status == "the best of efforts from 0 to 20"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"steps": (2.0, -1.0)}, "steps must be numbers, 0 or more"),
        ({"steps": (2.0,)}, "one step a threshold; read 2 thresholds and 1 steps"),
        ({"steps": None}, "steps must be numbers"),
        ({"thresholds": ("a", 0.95)}, "falling order"),
        ({"thresholds": 1.0}, "falling order"),
        ({"lowest": "x"}, "lowest must be a finite number; read 'x'"),
        ({"spread": -1.0}, "spread must be a number, 0 or more"),
        ({"spread": None}, "spread must be"),
    ],
)
def test_terms_that_cannot_be_meant(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ParameterFault) as caught:
        Contract(**{"lowest": -1.0, "thresholds": (1.0, 0.95), "steps": (2.0, 1.0), **wrong})
    assert said in caught.value.message("en")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"contract": None}, "contract must be of Contract"),
        ({"benefit": 0.2}, "benefit must be of Curve"),
        ({"response": 1.0}, "response must be a function"),
        ({"response": lambda q: "low"}, "P(0) must be a finite number; read 'low'"),
        ({"response": lambda q: float("nan")}, "P(0) must be a finite number"),
        ({"largest": 0.0}, "largest must be a number above 0"),
        ({"largest": "far"}, "largest must be a number above 0; read 'far'"),
        ({"cost": linear(float("nan"))}, "cost: finite numbers"),
    ],
)
def test_an_effort_that_cannot_be_asked_for(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ParameterFault) as caught:
        bought(**wrong)
    assert said in caught.value.message("en")


# --- the affair ------------------------------------------------------------------------------------------------------

PAIR = {
    "players": ["U", "D"],
    "spillovers": np.ones((2, 2)),
    "benefits": [linear(1.0)] * 2,
    "costs": [linear_quadratic(0.0, 1.0)] * 2,
}


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"status": "x"}, "status"),
        ({"status": None}, "status"),
        ({"players": None, "spillovers": {}, "benefits": [], "costs": []}, "players"),
        ({"players": [1, 2]}, "players"),
        ({"spillovers": "all"}, "spillovers"),
        ({"spillovers": {("U", "D"): "much"}}, "spillovers [U -> D]"),
        ({"spillovers": {"U": 1.0}}, "spillovers"),
        ({"benefits": None}, "benefits"),
        ({"benefits": [1.0, linear(1.0)]}, "benefit [U]"),
        ({"payable": ["yes", "no"]}, "payable"),
        ({"providers": True}, "providers"),
        ({"whole": "no"}, "whole"),
        ({"sources": {"benefit": "survey"}}, "sources [benefit]"),
        ({"sources": {"benefits": ["a", "b"]}}, "sources [benefits]"),
        ({"sources": ["a", "b"]}, "sources"),
    ],
)
def test_a_part_of_an_affair_that_cannot_be_meant_is_a_fault(wrong: dict[str, object], place: str) -> None:
    with pytest.raises(DataFault) as caught:
        affair(**{**PAIR, **wrong})
    assert place in [fault.place for fault in caught.value.faults]


def test_a_source_that_is_none_is_no_source() -> None:
    case = affair(**PAIR, sources={"benefit": ["survey", None], "cost": ["a", "b"]})
    assert [note.en for note in case.notes] == ["benefit without a source, taken as assumed: D"]


@pytest.mark.parametrize("asked", [own_interest, joint_provision, public_affair, payable_only])
def test_what_is_no_affair_is_told_so(asked) -> None:
    with pytest.raises(ParameterFault, match="case must be of Affair; read None"):
        asked(case=None)


def test_members_and_starts_that_cannot_be_meant() -> None:
    with pytest.raises(UnknownRegion, match="Did you mean down"):
        joint_provision(case=river(), members=["up", "dawn"])
    with pytest.raises(ParameterFault, match="members must be a list"):
        joint_provision(case=river(), members=5)
    with pytest.raises(ParameterFault, match="starts must be a whole number"):
        own_interest(case=river(), starts="a")


@pytest.mark.parametrize(
    "made",
    [
        lambda: linear("a"),
        lambda: linear_quadratic(None, 1.0),
        lambda: piecewise(3, [1.0]),
        lambda: piecewise([1.0], "ab"),
        lambda: threshold("a", 1.0),
    ],
)
def test_a_curve_of_words_is_a_fault(made) -> None:
    with pytest.raises(DataFault):
        made()


def test_weights_and_samples_that_are_words_are_faults() -> None:
    own, joint = own_interest(case=pair()), joint_provision(case=pair())
    for weights in ({"gdp": ["a", "b"]}, [1, 2], {"gdp": None}):
        with pytest.raises(DataFault, match="weights"):
            cost_shares(joint=joint, own=own, weights=weights)
    good = {"scale": 1.0, "weights": [0.5, 0.5], "means": [1.0, 1.0], "bases": [1.0, 1.0]}
    for wrong in ({"scale": "a"}, {"scale": float("nan")}, {"means": ["a", "b"]}, {"bases": None}, {"weights": 1.0}):
        with pytest.raises(DataFault):
            water_index(**{**good, **wrong})
