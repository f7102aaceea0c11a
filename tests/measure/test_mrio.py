"""Multi-regional accounts: by hand, on a published test table, and the laws of the Leontief inverse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrio_cases import SEEDS, by_hand, multiregional, reordered, scaled, table
from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.measure.accounts import accounts, accounts_of
from ronghe.measure.mrio import (
    average_propagation_length,
    feedback,
    leontief_inverse,
    origins,
    own_share,
    technical_coefficients,
)

# What a well-conditioned system of some dozens of equations leaves over.
TIGHT = 1e-10
# Reference values are printed to six or seven digits.
PRINTED = 5e-7
FEW = settings(max_examples=25, deadline=None)


def feedback_of(held):
    return feedback(coefficients=held.coefficients, inverse=held.inverse, output=held.output)


def test_two_regions_match_the_hand_calculation():
    """x by Cramer's rule: (.7 + .1) 10 / .555 and (.8 + .05) 10 / .555; the feedback is a12 a21 / ((1-a11)(1-a22))."""
    held = by_hand()
    assert held.output.ravel() == pytest.approx([8 / 0.555, 8.5 / 0.555], rel=1e-14)
    assert feedback_of(held).regions == pytest.approx([0.005 / 0.56] * 2, rel=1e-12)
    assert feedback_of(held).regions[0] == pytest.approx(0.0089286, abs=PRINTED)


def test_published_test_table():
    """Values of pymrio's test table (6 regions x 8 sectors), computed with pymrio 0.7.0."""
    pymrio = pytest.importorskip("pymrio")
    theirs = pymrio.load_test().calc_all()
    x = theirs.x.to_numpy()[:, 0].reshape(6, 8)
    z = theirs.Z.to_numpy().reshape(6, 8, 6, 8)
    a = technical_coefficients(intermediate=z, output=x)
    inverse = leontief_inverse(coefficients=a)
    y = theirs.Y.to_numpy().sum(axis=1)
    again = inverse.reshape(48, 48) @ y
    assert again[:3] == pytest.approx([239154.3864726197, 48751.94245779137, 263914953.50160095], rel=1e-9)
    assert np.trace(inverse.reshape(48, 48)) == pytest.approx(49.35071172883379, rel=1e-9)
    assert own_share(intermediate=z) == pytest.approx(0.8791987510, abs=1e-10)
    assert np.abs(inverse.reshape(48, 48) - theirs.L.to_numpy()).max() < TIGHT


def test_average_propagation_length_of_a_chain_counts_its_steps():
    """A sells to B only and B to C only: one step from A to B, two from A to C, none back."""
    a = np.zeros((3, 1, 3, 1))
    a[0, 0, 1, 0], a[1, 0, 2, 0] = 0.4, 0.3
    steps = average_propagation_length(coefficients=a, inverse=leontief_inverse(coefficients=a)).reshape(3, 3)
    assert steps[0, 1] == pytest.approx(1.0)
    assert steps[0, 2] == pytest.approx(2.0)
    assert np.isnan(steps[[0, 1, 2, 2], [0, 0, 0, 1]]).all()


@FEW
@given(SEEDS)
def test_average_propagation_length_is_the_mean_of_the_rounds(seed):
    """The sum of k A^k over the sum of A^k, k from 1, is the definition [4]."""
    held = table(seed, 3, 2)
    a = held.coefficients.reshape(6, 6)
    power, weighted, plain = np.eye(6), np.zeros((6, 6)), np.zeros((6, 6))
    for k in range(1, 400):
        power = power @ a
        weighted, plain = weighted + k * power, plain + power
    found = average_propagation_length(coefficients=held.coefficients, inverse=held.inverse).reshape(6, 6)
    assert np.allclose(found, weighted / plain, rtol=1e-8)


@FEW
@given(SEEDS, st.integers(1, 5), st.integers(1, 4))
def test_costs_of_production_by_origin_are_the_whole_of_final_demand(seed, regions, sectors):
    held = table(seed, regions, sectors)
    imports = origins(cost=held.imports, output=held.output, inverse=held.inverse, final=held.final)
    assert (held.value_added_flows + imports).sum(axis=0) == pytest.approx(held.final.sum(axis=(0, 1)), rel=TIGHT)
    assert held.value_added_flows.sum(axis=1) == pytest.approx(held.value_added.sum(axis=1), rel=TIGHT)


@FEW
@given(SEEDS)
def test_feedback_is_a_share_and_nothing_comes_back_to_a_region_alone(seed):
    found = feedback_of(table(seed))
    assert ((found.regions > 0) & (found.regions < 1)).all()
    assert found.regions.min() <= found.area <= found.regions.max()
    assert feedback_of(table(seed, 1, 3)).regions == pytest.approx([0.0], abs=1e-12)


@FEW
@given(SEEDS, st.floats(1e-6, 1e6))
def test_neither_order_nor_unit_changes_anything(seed, factor):
    rng, held = np.random.default_rng(seed), table(seed)
    r, s = rng.permutation(4), rng.permutation(3)
    other, dearer = reordered(held, r, s), scaled(held, factor)
    ends = np.append(r, 4)
    assert feedback_of(other).regions == pytest.approx(feedback_of(held).regions[r], rel=1e-9)
    assert feedback_of(other).area == pytest.approx(feedback_of(held).area, rel=1e-9)
    assert np.allclose(other.value_added_flows, held.value_added_flows[np.ix_(r, ends)], rtol=1e-9)
    assert np.allclose(dearer.value_added_flows, factor * held.value_added_flows, rtol=1e-9)
    assert feedback_of(dearer).regions == pytest.approx(feedback_of(held).regions, rel=1e-9)


def test_a_sector_without_output_has_a_column_of_zeros_and_a_region_without_has_no_feedback():
    held = table(3)
    z, x = held.intermediate.copy(), held.output.copy()
    final, added, bought = held.final.copy(), held.value_added.copy(), held.imports.copy()
    # The last region makes nothing: what it sold is made up by value added, what it used by exports.
    added += z[-1].sum(axis=0)
    final[..., -1] += z[:, :, -1].sum(axis=2)
    z[-1], z[:, :, -1] = 0.0, 0.0
    for array in (x, added, bought, final):
        array[-1] = 0.0
    x = z.sum(axis=(2, 3)) + final.sum(axis=2)
    added = x - z.sum(axis=(0, 1)) - bought
    idle = accounts(intermediate=z, final=final, value_added=added, imports=bought, output=x)
    assert (idle.coefficients[:, :, -1] == 0).all()
    found = feedback_of(idle)
    assert np.isnan(found.regions[-1])
    assert np.isfinite(found.area)
    nobody = feedback(coefficients=idle.coefficients, inverse=idle.inverse, output=x, members=np.eye(4, dtype=bool)[3])
    assert np.isnan(nobody.area)


def test_inputs_of_a_whole_output_are_told_by_sector_in_both_languages():
    a = np.array([[0.6, 0.1], [0.5, 0.3]]).reshape(2, 1, 2, 1)
    with pytest.raises(ParameterFault) as raised:
        leontief_inverse(coefficients=a)
    assert "Sectors whose inputs are not below their output (Hawkins-Simon condition): 1." in raised.value.text.en
    assert "(1, 1) 1.1" in raised.value.text.en
    assert "霍金斯—西蒙条件不成立" in raised.value.text.zh
    assert "(1, 1) 1.1" in raised.value.text.zh
    with pytest.raises(ParameterFault) as raised:
        leontief_inverse(coefficients=a, names=[["A x"], ["B x"]])
    assert "A x 1.1" in raised.value.text.en


def test_cells_that_do_not_add_up_are_all_told_by_name():
    held = table(1, 2, 2)
    output = held.output.copy()
    output[1, 0] *= 1 + 1e-5
    with pytest.raises(ParameterFault) as raised:
        accounts(**{**_parts(held), "output": output})
    assert raised.value.text.en.count("B x: ") == 2
    assert "uses add up to" in raised.value.text.en
    assert "costs add up to" in raised.value.text.en
    assert "B x：使用合计" in raised.value.text.zh
    assert accounts(**{**_parts(held), "output": output}, tolerance=1e-4).output[1, 0] == output[1, 0]


def test_more_than_ten_cells_are_counted():
    held = table(1, 4, 3)
    with pytest.raises(ParameterFault) as raised:
        accounts(**{**_parts(held), "output": 2 * held.output})
    assert raised.value.text.en.count("Further cells that do not add up: 2.") == 2
    assert raised.value.text.zh.count("另有2处同样不平。") == 2


def test_shapes_and_figures_that_cannot_be_are_told_at_once():
    held = table(1, 2, 2)
    with pytest.raises(ParameterFault) as raised:
        accounts(**{**_parts(held), "final": held.final[..., :1], "imports": np.zeros(2)})
    assert "final must have shape (2, 2, D >= 2); read (2, 2, 1)." in raised.value.text.en
    assert "imports must have shape (2, 2); read (2,)." in raised.value.text.en
    z = held.intermediate.copy()
    z[0, 0, 0, 0], z[0, 0, 0, 1] = np.nan, -1.0
    with pytest.raises(ParameterFault) as raised:
        accounts(**{**_parts(held), "intermediate": z})
    assert (
        raised.value.text.en == "Figures of intermediate missing or not finite: 1. Figures of intermediate below 0: 1."
    )
    assert raised.value.text.zh == "intermediate 有1个数缺失或不是有限数。intermediate 有1个数小于0。"


def _parts(held):
    names = ("intermediate", "final", "value_added", "imports", "output", "regions", "sectors")
    return {name: getattr(held, name) for name in names}


def test_a_table_of_a_data_set_becomes_accounts():
    held = table(5)
    found = accounts_of(multiregional(held))
    assert np.array_equal(found.final, held.final)
    assert np.allclose(found.value_added_flows, held.value_added_flows)
    assert found.status == "observed"
    residual = np.full(held.output.shape, 0.5)
    exports = held.final[..., -1] - residual
    assert accounts_of(multiregional(held, exports=exports, residual=residual)).final.shape == (4, 3, 6)


def test_a_table_made_by_a_model_is_an_estimate():
    assert accounts_of(multiregional(table(5), made_by="gravity")).status == "estimated"


def test_imports_inside_the_cells_are_refused():
    with pytest.raises(NotIdentified) as raised:
        accounts_of(multiregional(table(5), import_treatment="competitive"))
    assert raised.value.unlocks == ("io_intermediate",)
    assert "competitive table" in raised.value.text.en
    assert "竞争型表" in raised.value.text.zh
