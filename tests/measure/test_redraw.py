"""Redrawn cells: the totals that are held, and intervals that hold the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from mrio_cases import SEEDS, table
from ronghe.base.errors import ParameterFault
from ronghe.measure.accounts import accounts
from ronghe.measure.mrio import feedback
from ronghe.measure.redraw import Variation, interval, redrawn

# Margins are met to 1e-9 of each; a value by way of the inverse loses a digit or two.
FITTED = 1e-7
FEW = settings(max_examples=15, deadline=None)


@FEW
@given(SEEDS)
def test_redrawn_tables_keep_totals_and_zeros(seed):
    held = table(seed, zeros=0.3)
    for drawn in redrawn(observed=held, draws=2, seed=seed):
        accounts(intermediate=drawn.intermediate, final=drawn.final, value_added=drawn.value_added,
                 imports=drawn.imports, output=drawn.output, tolerance=FITTED)  # fmt: skip
        assert np.array_equal(drawn.intermediate == 0, held.intermediate == 0)
        assert np.allclose(drawn.final.sum(axis=(0, 1)), held.final.sum(axis=(0, 1)), rtol=FITTED)
        assert not np.allclose(drawn.intermediate, held.intermediate, rtol=1e-3)


def test_smaller_cells_are_less_certain():
    cv = Variation(largest=0.02, slope=0.5, most=0.4).of(np.array([100.0, 25.0, 1e-6, 0.0, -25.0]))
    assert cv == pytest.approx([0.02, 0.04, 0.4, 0.0, 0.04])


def statistic(held):
    return feedback(coefficients=held.coefficients, inverse=held.inverse, output=held.output).area


def test_the_interval_holds_the_figure_and_widens_with_the_variation():
    held = table(9)
    narrow = interval(observed=held, statistic=statistic, draws=60, variation=Variation(largest=0.01))
    wide = interval(observed=held, statistic=statistic, draws=60, variation=Variation(largest=0.05))
    assert narrow.low < statistic(held) < narrow.high
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
    assert wide.spread.word.en == "interval"
    again = interval(observed=held, statistic=statistic, draws=60, variation=Variation(largest=0.05))
    assert (again.low, again.high) == (wide.low, wide.high)


def test_the_interval_holds_the_truth_in_about_nine_tables_of_ten():
    """A table read with errors of known size, 40 times; eight figures each, so 320 in all."""
    variation, held = Variation(largest=0.03), []

    def figures(one):
        back = feedback(coefficients=one.coefficients, inverse=one.inverse, output=one.output).regions
        return np.append(back, one.value_added_flows[:2, :2].ravel())

    for seed in range(40):
        truth = table(seed)
        read = next(redrawn(observed=truth, draws=1, seed=1000 + seed, variation=variation))
        found = interval(observed=read, statistic=figures, draws=60, seed=seed, variation=variation)
        held.append((found.low <= figures(truth)) & (figures(truth) <= found.high))
    assert 0.84 < np.mean(held) < 0.95


def test_exact_cells_have_no_interval():
    held = table(9)
    exact = interval(observed=held, statistic=statistic, draws=20, variation=Variation(largest=0.0))
    assert exact.low == pytest.approx(statistic(held), rel=FITTED)
    assert exact.high == pytest.approx(statistic(held), rel=FITTED)


def test_too_few_draws_are_told():
    with pytest.raises(ParameterFault) as raised:
        interval(observed=table(9), statistic=statistic, draws=19)
    assert raised.value.text.en == "At least 20 draws are needed; read 19."
    assert raised.value.text.zh == "至少需要20次抽样，读到19次。"
