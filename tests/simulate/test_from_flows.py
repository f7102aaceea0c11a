"""The door for flows of one's own: axes named, faults whole, traps handled."""

from __future__ import annotations

import numpy as np
import pytest
from economies import random_flows

from ronghe.base.errors import DataFault
from ronghe.simulate import Economy, Scenario
from ronghe.simulate.solver.solve import gap_function, prepare

CUT = Scenario("cut").cut_trade_cost(0.2, within=["R0", "R1"])


@pytest.mark.parametrize("axes", [("sector", "seller", "buyer"), ("seller", "buyer", "sector")])
def test_any_order_of_axes_gives_the_same_economy(axes):
    table = random_flows(2)
    turn = [("buyer", "seller", "sector").index(axis) for axis in axes]
    other = dict(table, axes=axes, flows=table["flows"].transpose(turn), tariffs=table["tariffs"].transpose(turn))
    one, two = (Economy.from_flows(**t).solve(CUT, starts=0).welfare for t in (table, other))
    np.testing.assert_allclose(one, two, rtol=1e-12)


@pytest.mark.parametrize("axes", [None, ("buyer", "buyer", "sector"), ("buyer", "seller"), ("n", "i", "j")])
def test_axes_are_never_guessed(axes):
    with pytest.raises(DataFault, match="nothing is guessed"):
        Economy.from_flows(**dict(random_flows(2), axes=axes))


def test_gross_flows_are_the_net_ones_times_the_tariff():
    table = random_flows(3)
    gross = dict(table, flows=table["flows"] * (1 + table["tariffs"]), gross=True)
    one, two = (Economy.from_flows(**t).solve(CUT, starts=0).welfare for t in (table, gross))
    np.testing.assert_allclose(one, two, rtol=1e-10)


def test_every_fault_is_told_at_once_with_its_cell():
    table = random_flows(2)
    table["flows"][1, 2, 0] = -5.0
    table["tariffs"][0, 0, 1] = 0.1
    table["elasticities"][2] = 0.0
    with pytest.raises(DataFault) as caught:
        Economy.from_flows(**table, deficits=np.array([1.0, 0, 0, 0]))
    text = caught.value.text.en
    for words in ("flows [S0, R1, R2]", "-5", "tariffs [S1, R0, R0]", "elasticities [S2]", "deficits", "a sum of 0"):
        assert words in text
    assert len(caught.value.faults) == 4


def test_cost_shares_that_do_not_add_up_are_a_fault():
    table = random_flows(2)
    table["input_shares"][1, 0, 2] += 0.01
    with pytest.raises(DataFault, match=r"R1, S2.*1\.01"):
        Economy.from_flows(**table)


def test_published_roundings_are_rescaled_and_walras_law_holds():
    table = random_flows(2)
    table["input_shares"] = table["input_shares"] * (1 + 2e-6)
    solution = Economy.from_flows(**table).solve(CUT)
    assert solution.converged
    assert solution.certificate.residuals["walras"] < 1e-13


def test_one_input_table_serves_every_region():
    table = random_flows(2)
    table["value_added_shares"] = np.tile(table["value_added_shares"][:1], (4, 1))
    table["input_shares"] = table["input_shares"][:1].repeat(4, axis=0)
    one = Economy.from_flows(**table).solve(CUT, starts=0).welfare
    table["input_shares"] = table["input_shares"][0]
    np.testing.assert_array_equal(Economy.from_flows(**table).solve(CUT, starts=0).welfare, one)


def test_deficits_are_those_of_the_flows_unless_others_are_given():
    table = random_flows(2)
    flows = table["flows"]
    economy = Economy.from_flows(**table)
    imports = flows.sum(axis=(1, 2)) - flows.sum(axis=(0, 2))
    np.testing.assert_allclose(economy.world.transfers, imports, atol=1e-9 * flows.sum())
    balanced = Economy.from_flows(**table, deficits=np.zeros(4)).world
    np.testing.assert_allclose(balanced.transfers, 0.0, atol=1e-12)
    exports = balanced.flows.sum(axis=(0, 1)) - balanced.flows.sum(axis=(0, 2))
    np.testing.assert_allclose(exports, 0.0, atol=1e-9 * flows.sum())
    assert any("deficits given" in note.en for note in balanced.notes)


def test_negative_final_demand_is_cut_and_reported_and_the_table_balanced():
    table = random_flows(2, tariffs=False)
    table["flows"][:, :, 1] *= 0.05
    economy = Economy.from_flows(**table)
    assert any("negative in" in note.en for note in economy.world.notes)
    solution = economy.solve(Scenario("nothing"))
    assert np.abs(solution.welfare - 1).max() <= 1e-12


def test_a_region_without_output_is_a_fault_and_not_a_nan():
    table = random_flows(2, tariffs=False)
    table["flows"][:, 3] = 0.0
    with pytest.raises(DataFault, match="flows, output"):
        Economy.from_flows(**table)


def stored_small(seed: int, *, negative: bool = False) -> tuple[Economy, Economy]:
    """The same table in float64 and in float32, its axes in the order of storage."""
    table = random_flows(seed, regions=6, sectors=4, tariffs=seed % 2 == 0)
    if negative:
        table["value_added_shares"] = np.full_like(table["value_added_shares"], 0.2)
        table["input_shares"] = 0.8 * table["input_shares"] / table["input_shares"].sum(axis=1, keepdims=True)
    double = Economy.from_flows(**table)
    small = table | {"axes": ("sector", "buyer", "seller")}
    small["flows"] = np.ascontiguousarray(table["flows"].transpose(2, 0, 1)).astype(np.float32)
    if table["tariffs"] is not None:
        small["tariffs"] = table["tariffs"].transpose(2, 0, 1)
    return double, Economy.from_flows(**small)


@pytest.mark.parametrize("negative", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_single_precision_storage_is_a_baseline_of_its_own_and_gives_the_same_welfare(seed, negative):
    double, single = stored_small(seed, negative=negative)
    assert single.world.shares.dtype == np.float32
    problem = prepare(world=single.world)
    assert gap_function(problem)(problem.start)[1] <= 1e-13
    cut = Scenario("cut").cut_trade_cost(0.2, within=["R0", "R1", "R2"])
    found = single.solve(cut)
    assert found.converged
    assert found.certificate.independent_residual <= 1e-9
    np.testing.assert_allclose(found.welfare, double.solve(cut).welfare, rtol=0, atol=1e-6)


def test_single_precision_flows_are_turned_into_shares_in_their_own_place(tmp_path):
    table = random_flows(2, regions=5, sectors=3, tariffs=False)
    flows = np.ascontiguousarray(table["flows"].transpose(2, 0, 1)).astype(np.float32)
    held = np.memmap(tmp_path / "flows.bin", dtype=np.float32, mode="w+", shape=flows.shape)
    held[:] = flows
    economy = Economy.from_flows(**(table | {"flows": held, "axes": ("sector", "buyer", "seller")}))
    assert np.shares_memory(economy.world.shares, held)
    np.testing.assert_allclose(np.asarray(held).sum(axis=2), 1.0, atol=1e-6)


def test_a_table_with_a_fault_comes_back_as_it_was():
    table = random_flows(2, regions=5, sectors=3, tariffs=False)
    flows = np.ascontiguousarray(table["flows"].transpose(2, 0, 1)).astype(np.float32)
    before = flows.copy()
    wrong = table | {"flows": flows, "axes": ("sector", "buyer", "seller")}
    with pytest.raises(DataFault):
        Economy.from_flows(**(wrong | {"value_added_shares": np.full((5, 3), 0.1)}))
    np.testing.assert_array_equal(flows, before)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"deficits": "foo"}, "deficits: read str 'foo'"),
        ({"elasticities": "x"}, "elasticities: read str 'x'"),
        ({"elasticities": None}, "elasticities"),
        ({"flows": [[1, 2], [3]]}, "Rows must be of one length"),
        ({"axes": 3}, "flows, axes: read 3"),
        ({"regions": None}, "a list of names"),
        ({"regions": "AB"}, "a list of names"),
        ({"tariffs": "n"}, "tariffs"),
    ],
)
def test_what_is_no_table_of_numbers_is_told_and_never_guessed(wrong, words):
    with pytest.raises(DataFault) as told:
        Economy.from_flows(**(random_flows(1) | wrong))
    assert words in told.value.text.en


def test_names_may_come_as_any_list_of_them():
    table = random_flows(1)
    table["regions"] = np.array(table["regions"])
    table["axes"] = list(table["axes"])
    assert Economy.from_flows(**table).regions == ("R0", "R1", "R2", "R3")
