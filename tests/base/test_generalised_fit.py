"""Fitting tables with cells below 0 to margins of any sign."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.ipf import generalised_fit, proportional_fit

some = settings(max_examples=60, deadline=None)
sizes = st.integers(2, 6)


def margins_of(seed, rng):
    """Margins that some table of the same signs has."""
    other = seed * np.exp(rng.normal(0, 0.4, seed.shape))
    return other.sum(axis=1), other.sum(axis=0)


@some
@given(sizes, sizes, st.integers(0, 10**6))
def test_margins_are_met_and_signs_and_zeros_stay(height, width, at):
    rng = np.random.default_rng(at)
    seed = rng.lognormal(0, 1, (height, width)) * rng.choice([1.0, 1.0, 1.0, 0.0, -0.3], (height, width))
    rows, columns = margins_of(seed, rng)
    fit = generalised_fit(seed=seed, rows=rows, columns=columns, tolerance=1e-9)
    if fit.converged:
        size = max(np.abs(rows).max(), np.abs(columns).max())
        assert np.abs(fit.values.sum(axis=1) - rows).max() <= 1e-8 * size
        assert np.abs(fit.values.sum(axis=0) - columns).max() <= 1e-8 * size
    assert (np.sign(fit.values) == np.sign(seed)).all()


@some
@given(sizes, sizes, st.integers(0, 10**6))
def test_without_cells_below_0_it_is_ras(height, width, at):
    rng = np.random.default_rng(at)
    seed = rng.lognormal(0, 1, (height, width))
    rows, columns = margins_of(seed, rng)
    first = proportional_fit(seed=seed, rows=rows, columns=columns, tolerance=1e-12)
    second = generalised_fit(seed=seed, rows=rows, columns=columns, tolerance=1e-12)
    assert second.converged
    assert np.allclose(first.values, second.values, rtol=1e-9)


def test_factors_are_those_of_one_row_and_one_column_each():
    seed = np.array([[7.0, 3.0, 5.0, -3.0], [2.0, 9.0, 8.0, 1.0], [-2.0, 0.0, 2.0, 1.0]])
    rows, columns = np.array([15.0, 26.0, -1.0]), np.array([9.0, 16.0, 17.0, -2.0])
    fit = generalised_fit(seed=seed, rows=rows, columns=columns, tolerance=1e-12)
    assert fit.converged
    assert np.allclose(fit.values.sum(axis=1), rows)
    assert np.allclose(fit.values.sum(axis=0), columns)
    live = seed != 0
    # log |x / a| = +-(log r + log s): with the signs taken out it is additive.
    told = np.zeros_like(seed)
    told[live] = np.log(fit.values[live] / seed[live]) * np.sign(seed[live])
    assert told[0, 0] - told[0, 2] == pytest.approx(told[1, 0] - told[1, 2], abs=1e-9)
    assert told[0, 3] - told[0, 0] == pytest.approx(told[2, 3] - told[2, 0], abs=1e-9)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_no_number_is_refused(wrong):
    with pytest.raises(ValueError, match="finite"):
        generalised_fit(seed=np.array([[1.0, wrong]]), rows=np.ones(1), columns=np.ones(2))
