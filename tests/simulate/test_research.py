"""Research: opening access by hand, the law that a yuan is spent or saved, and the way into the model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import three_region_economy
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import ParameterFault
from ronghe.simulate import Parameters, Scenario
from ronghe.simulate.research import Research, research_productivity
from ronghe.simulate.shock import Shock

# A spends 3, B spends 1, ROW 6; each uses its own effort in full and half of the neighbour's inside the country.
NOW = Research(
    access=np.array([[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1.0]]),
    effort=np.array([[3.0, 1.0], [1.0, 1.0], [6.0, 2.0]]),
    duplicated=np.zeros((3, 3)),
)


def opened(access: float) -> Research:
    table = NOW.access.copy()
    table[0, 1] = table[1, 0] = access
    return replace(NOW, access=table)


def test_full_access_by_hand():
    """A reaches 3.5 and then 4, B 2.5 and then 4: with phi 0.1, (4/3.5)^0.1 and (4/2.5)^0.1."""
    found = research_productivity(now=NOW, then=opened(1.0), strength=0.1)
    assert found[0] == pytest.approx([(4 / 3.5) ** 0.1, (4 / 2.5) ** 0.1, 1.0], rel=1e-14)


def test_nothing_changes_without_a_change_and_without_strength():
    assert (research_productivity(now=NOW, then=NOW, strength=0.1) == 1.0).all()
    assert (research_productivity(now=NOW, then=opened(1.0), strength=0.0) == 1.0).all()


def test_research_raises_welfare_in_the_model_and_in_no_other_way():
    economy = three_region_economy().with_parameters(Parameters(kappa=0.0))
    made = research_productivity(now=NOW, then=opened(1.0), strength=0.1)
    found = economy.solve_shock(Shock(productivity=made), scenario=Scenario("research"))
    assert found.converged
    assert (found.welfare[:2] > 1.0).all()
    plain = economy.solve_shock(Shock(productivity=np.ones((2, 3))), scenario=Scenario("none"))
    np.testing.assert_allclose(plain.welfare, 1.0, atol=1e-12)


def test_merging_cannot_raise_effort_and_save_the_same_yuan():
    raised = replace(NOW, effort=NOW.effort * 1.2)
    with pytest.raises(ParameterFault, match="at most 10"):
        research_productivity(now=NOW, then=raised, strength=0.1)
    research_productivity(now=NOW, then=raised, strength=0.1, joint=0.2 * NOW.effort.sum(axis=0))
    with pytest.raises(ParameterFault, match="same yuan"):
        research_productivity(now=NOW, then=raised, strength=0.1, joint=0.2 * NOW.effort.sum(axis=0), saved=0.1)


def test_every_fault_is_told_at_once():
    wrong = Research(-NOW.access, NOW.effort, NOW.duplicated + 1.5)
    with pytest.raises(ParameterFault) as told:
        research_productivity(now=NOW, then=wrong, strength=2.0)
    assert "then" in str(told.value)
    assert "phi 2" in str(told.value)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_access_never_makes_less_productive(low, high):
    first, second = sorted((low, high))
    less = research_productivity(now=NOW, then=opened(first), strength=0.1)
    more = research_productivity(now=NOW, then=opened(second), strength=0.1)
    assert (more >= less - 1e-15).all()
