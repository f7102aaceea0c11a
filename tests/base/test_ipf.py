"""Iterative proportional fitting: margins are met, zeros stay, nothing is hidden."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.ipf import proportional_fit

TOLERANCE = 1e-11


def tables(seed: int, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a positive seed, and margins that some other table has."""
    random = np.random.default_rng(seed)
    other = random.uniform(0.1, 5, shape)
    return random.uniform(0.1, 5, shape), other.sum(axis=1), other.sum(axis=0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 7), st.integers(2, 7))
def test_both_margins_are_met_and_the_table_is_the_scaled_seed(seed: int, n: int, m: int) -> None:
    start, rows, columns = tables(seed, (n, m))
    fit = proportional_fit(seed=start, rows=rows, columns=columns, tolerance=TOLERANCE)
    assert fit.converged
    np.testing.assert_allclose(fit.values.sum(axis=1), rows, rtol=1e-10)
    np.testing.assert_allclose(fit.values.sum(axis=0), columns, rtol=1e-10)
    # Scaling rows and columns keeps every odds ratio of the seed.
    ratio = fit.values / start
    np.testing.assert_allclose(ratio * ratio[0, 0], np.outer(ratio[:, 0], ratio[0]), rtol=1e-9)


def test_a_batch_gives_what_its_tables_give_one_by_one() -> None:
    cases = [tables(seed, (4, 5)) for seed in range(3)]
    batch = proportional_fit(
        seed=np.stack([c[0] for c in cases]),
        rows=np.stack([c[1] for c in cases]),
        columns=np.stack([c[2] for c in cases]),
        tolerance=TOLERANCE,
    )
    for values, (start, rows, columns) in zip(batch.values, cases, strict=True):
        alone = proportional_fit(seed=start, rows=rows, columns=columns, tolerance=TOLERANCE)
        np.testing.assert_allclose(values, alone.values, rtol=1e-9)


def test_empty_rows_and_zero_cells_stay_zero() -> None:
    start = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
    fit = proportional_fit(seed=start, rows=np.array([2.0, 3.0, 0.0]), columns=np.array([2.0, 1.0, 2.0]))
    assert fit.converged
    assert fit.values[0, 1] == 0
    assert (fit.values[2] == 0).all()


def test_margins_out_of_reach_are_said_so() -> None:
    start = np.array([[1.0, 0.0], [0.0, 1.0]])
    fit = proportional_fit(seed=start, rows=np.array([1.0, 3.0]), columns=np.array([2.0, 2.0]), most=50)
    assert not fit.converged
    assert fit.gap > 0.1


def test_negative_margins_are_refused() -> None:
    with pytest.raises(ValueError, match="rows"):
        proportional_fit(seed=np.ones((2, 2)), rows=np.array([-1.0, 1.0]), columns=np.array([0.0, 0.0]))
