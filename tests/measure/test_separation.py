"""Separated cells are found whole, and nothing else is."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.measure.gravity_effects import dummies
from ronghe.measure.separation import separated


def cells(count: int):
    origin, destination = (one.ravel() for one in np.indices((count, count)))
    return dummies({"origin": origin, "destination": destination}, (1, count, count), False)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), zeros=st.floats(0.0, 0.4))
def test_random_zeros_are_not_separated_and_planted_ones_are(seed, zeros):
    chance = np.random.default_rng(seed)
    flow = chance.random(100) >= zeros
    flow[:10] = flow[::10] = True  # one origin and one destination trade with all, so that all effects hold together
    plain = chance.normal(0, 1, (100, 1))
    none = separated(plain, cells(10), flow, pairs=False)
    assert not none.any()
    planted = (~flow) & (chance.random(100) < 0.5)
    amount = np.where(planted, chance.uniform(0.5, 2, 100), 0.0)[:, None]
    found = separated(np.hstack([plain, amount + 3 * plain]), cells(10), flow, pairs=False)
    np.testing.assert_array_equal(found, planted)


def test_effects_alone_separate_what_they_can_push_down_without_pushing_anything_up():
    group = np.repeat([0, 1], 5)
    first, second = (group[one.ravel()] for one in np.indices((10, 10)))
    none, forth, back = np.zeros((100, 0)), (first == 0) & (second == 1), (first == 1) & (second == 0)
    # The way back has flows: they tie the two groups.
    assert not separated(none, cells(10), ~forth, pairs=False).any()
    # Both ways are zero: what pushes one down pushes the other up, and the likelihood has its maximum between.
    assert not separated(none, cells(10), ~forth & ~back, pairs=False).any()
    # The way back is not known: nothing holds the way forth.
    left = ~back
    found = separated(none[left], cells(10)[left], ~forth[left], pairs=False)
    np.testing.assert_array_equal(found, forth[left])


def test_without_zeros_nothing_is_done():
    assert not separated(np.ones((9, 1)), cells(3), np.ones(9, dtype=bool), pairs=True).any()
