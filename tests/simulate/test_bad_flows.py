"""Flows of one's own that cannot be a table: the cell, the axis and the remedy are named; the doubtful is noted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from economies import random_baseline, random_flows

from ronghe.base.errors import DataFault
from ronghe.simulate import Economy


def told(wrong: dict[str, Any], **changed: Any) -> str:
    with pytest.raises(DataFault) as caught:
        Economy.from_flows(**(random_flows(1) | wrong | changed))
    assert caught.value.text.zh != caught.value.text.en
    return caught.value.text.en


def inputs_of(share: float) -> dict[str, Any]:
    """Input shares of which one is ``share``, the sum unchanged."""
    inputs = random_flows(1)["input_shares"].copy()
    inputs[1, 0, 2] += inputs[1, 1, 2] - share
    inputs[1, 1, 2] = share
    return {"input_shares": inputs}


@pytest.mark.parametrize("share", [-0.005, -0.0007, np.nan])
def test_an_input_share_below_zero_is_a_fault(share):
    text = told(inputs_of(share))
    assert "input_shares [R1, S1, S2]" in text
    assert "0 or more" in text


def test_the_error_of_published_tables_is_taken_and_noted_and_rounding_is_not_noted():
    noted = Economy.from_flows(**(random_flows(1) | inputs_of(-0.0005))).world.notes
    assert any("1 input shares are below 0, the lowest -0.0005 [R1, S1, S2]" in note.en for note in noted)
    rounded = Economy.from_flows(**(random_flows(1) | inputs_of(-1e-13))).world.notes
    assert not any("below 0" in note.en for note in rounded)


def test_cells_of_a_sector_without_output_may_be_left_without_a_number():
    table = random_flows(1, tariffs=False)
    table["flows"][:, 1, 2] = 0.0
    table["value_added_shares"][1, 2] = np.nan
    table["input_shares"][1, :, 2] = np.nan
    world = Economy.from_flows(**table).world
    assert np.isfinite(world.inputs).all()


@pytest.mark.parametrize("theta", [0.04, 201.0, 1e9, np.nan, np.inf])
def test_an_elasticity_out_of_range_is_told_with_the_range(theta):
    text = told({"elasticities": [4.0, theta, 4.0]})
    assert "elasticities [S1]" in text
    assert "expected 0.05 to 200" in text


def test_a_baseline_has_the_same_range_of_elasticities():
    baseline = random_baseline(1)
    baseline.elasticities[0] = 500.0
    with pytest.raises(DataFault, match=r"expected 0\.05 to 200"):
        Economy.from_baseline(baseline)


@pytest.mark.parametrize(
    ("name", "at", "place"),
    [
        ("flows", (1, 2, 0), "flows [R1, R2, S0]"),
        ("tariffs", (1, 2, 0), "tariffs [R1, R2, S0]"),
        ("value_added_shares", (1, 2), "value_added_shares [R1, S2]"),
        ("input_shares", (3, 0, 1), "input_shares [R3, S0, S1]"),
        ("elasticities", (2,), "elasticities [S2]"),
    ],
)
def test_a_masked_cell_is_a_missing_value_and_is_named(name, at, place):
    table = np.ma.array(random_flows(1)[name])
    table[at] = np.ma.masked
    text = told({name: table})
    assert f"{place}: read missing (masked)" in text


def test_a_mask_that_hides_nothing_is_a_table():
    table = random_flows(1)
    whole = Economy.from_flows(**(table | {"flows": np.ma.array(table["flows"])})).world
    np.testing.assert_array_equal(whole.shares, Economy.from_flows(**table).world.shares)


@pytest.mark.parametrize("name", ["flows", "tariffs", "value_added_shares", "input_shares", "elasticities"])
@pytest.mark.parametrize("kind", [complex, bool, str])
def test_only_real_numbers_are_numbers(name, kind):
    assert f"S100 {name}" in told({name: random_flows(1)[name].astype(kind)})


@pytest.mark.parametrize("gross", ["yes", 1, None])
def test_gross_is_yes_or_no(gross):
    assert "S113 gross" in told({}, gross=gross)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"deficits": 0}, "deficits: read a single number 0; expected region 4"),
        ({"tariffs": 0.1}, "tariffs: read a single number 0.1; expected three axes"),
        ({"flows": np.ones((4, 4))}, "flows: read 2 axes (4 x 4); expected three axes"),
        ({"value_added_shares": 0.5}, "read a single number 0.5; expected region 4 x sector 3"),
        ({"sectors": ["S0", "S1"]}, "axis sector has 3, sectors has 2 names"),
        ({"regions": ["R0", "R1", "R2"]}, "axis buyer has 4, regions has 3 names; axis seller has 4, regions has 3"),
        ({"regions": ["R0", "R0", "R1", "R2"]}, "names that differ"),
        ({"regions": [["A"], "", "B", "C"]}, "an empty name"),
    ],
)
def test_a_size_is_told_with_the_axis_and_how_many_were_named(wrong, words):
    assert words in told(wrong)


def test_an_input_that_nobody_there_buys_is_named():
    table = random_flows(1, tariffs=False)
    table["flows"][2, :, 1] = 0.0
    text = told(table)
    assert "S114 flows, purchases [sector, buyer] [S1, R2]" in text
    assert "as an input" in text


def test_tariffs_in_per_cent_are_noted():
    table = random_flows(1)
    table["tariffs"] = table["tariffs"] * 100
    notes = Economy.from_flows(**table).world.notes
    assert any("The largest tariff is" in note.en and "not per cent" in note.en for note in notes)
    assert not any("largest tariff" in note.en for note in Economy.from_flows(**random_flows(1)).world.notes)


def test_cells_without_own_sales_are_noted_by_name_and_number():
    table = random_flows(1)
    for n, j in ((0, 0), (1, 0), (2, 1), (3, 2)):
        table["flows"][n, n, j] = 0.0
    notes = [note for note in Economy.from_flows(**table).world.notes if "no own sales" in note.en]
    assert notes[0].en.startswith("4 cells have no own sales, e.g. [R0, S0], [R1, S0], [R2, S1]:")
    assert "没有本地销售" in notes[0].zh
    assert not any("no own sales" in note.en for note in Economy.from_flows(**random_flows(1)).world.notes)
