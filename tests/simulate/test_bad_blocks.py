"""Blocks and parameters that cannot be: each is told by name with what was expected, and none is solved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import full_blocks, random_economy, random_flows, three_region_economy

from ronghe.base.errors import DataFault, ParameterFault
from ronghe.simulate import Economy, Parameters
from ronghe.simulate.blocks import Blocks, Groups, Services, Sharing

ECONOMY = random_economy(1, regions=4, sectors=4)
WORLD = ECONOMY.world
FULL = full_blocks(1, WORLD)


def told(blocks: object) -> tuple[set[str], str]:
    with pytest.raises(DataFault) as caught:
        ECONOMY.with_blocks(blocks)  # type: ignore[arg-type]
    assert caught.value.text.zh != caught.value.text.en
    return {fault.code for fault in caught.value.faults}, caught.value.text.en


def part(block: str, **changed: object) -> Blocks:
    return replace(FULL, **{block: replace(getattr(FULL, block), **changed)})


def spoilt(array: np.ndarray, value: float, at: tuple[int, ...] | None = None) -> np.ndarray:
    made = np.array(array)
    made[at or (0,) * made.ndim] = value
    return made


@pytest.mark.parametrize(
    ("block", "field", "values", "code"),
    [
        ("services", "rivalry", [7.0, 0.5, 0.5], "S133"),
        ("services", "rivalry", [np.nan, 0.5, 0.5], "S133"),
        ("services", "weight", [2.0, 0.1, 0.1], "S133"),
        ("services", "weight", [-0.1, 0.1, 0.1], "S133"),
        ("services", "budget", spoilt(FULL.services.budget, np.nan), "S130"),
        ("services", "pooling", spoilt(FULL.services.pooling, 1.5, (0, 0, 1)), "S133"),
        ("services", "pooling", spoilt(FULL.services.pooling, 0.2), "S133"),
        ("sharing", "capital_rates", [5.0, 0, 0, 0], "S133"),
        ("sharing", "capital_rates", [np.nan, 0, 0, 0], "S133"),
        ("sharing", "shares", spoilt(FULL.sharing.shares, -0.1), "S131"),
        ("sharing", "shares", spoilt(FULL.sharing.shares, np.nan), "S131"),
        ("sharing", "shares", spoilt(FULL.sharing.shares, 1.5), "S131"),
        ("groups", "bills", spoilt(FULL.groups.bills, np.nan), "S130"),
        ("groups", "residents", spoilt(FULL.groups.residents, -5.0), "S135"),
        ("groups", "residents", spoilt(FULL.groups.residents, np.nan), "S135"),
        ("groups", "residents", FULL.groups.residents * np.array([1.0, 1.0, 0.0]), "S135"),
    ],
)
def test_a_value_out_of_range_is_told_and_not_solved(block, field, values, code):
    codes, text = told(part(block, **{field: values}))
    assert codes == {code}
    assert f"{block}, {field}" in text or f"{block}, columns" in text


@pytest.mark.parametrize(
    ("block", "field", "values", "words"),
    [
        ("services", "pooling", np.zeros((3, 4)), "service 3 x user 4 x provider 4"),
        ("services", "rivalry", np.zeros(2), "axis service has 2, services.names has 3 names"),
        ("sharing", "capital_rates", np.zeros(2), "axis region has 2, regions has 4 names"),
        ("sharing", "shares", np.repeat(np.eye(4)[None], 2, axis=0), "axis sector has 2, sectors has 4 names"),
        ("groups", "residents", np.ones((2, 4, 4)), "axis home has 4, domestic regions has 3 names"),
        ("groups", "bills", 0.5, "a single number 0.5"),
    ],
)
def test_a_wrong_size_is_told_with_the_axis_and_how_many_were_named(block, field, values, words):
    codes, text = told(part(block, **{field: values}))
    assert codes == {"S103"}
    assert words in text


@pytest.mark.parametrize(
    ("blocks", "code", "words"),
    [
        (Blocks(sharing=np.eye(4)), "S134", "Sharing(capital_rates, shares)"),
        (Blocks(services="health"), "S134", "Services(names, budget"),
        (None, "S134", "Blocks(groups"),
        (Blocks(waste="much"), "S133", "waste"),
        (Blocks(waste=float("nan")), "S133", "waste"),
        (Blocks(subsidies=[["a"]]), "S100", "array of real numbers"),
        (Blocks(ownership=np.eye(4) * 1j), "S100", "array of real numbers"),
        (Blocks(services=Services("ab", np.ones((2, 4)) / 2, np.zeros(2), np.zeros(2))), "S104", "services, names"),
    ],
)
def test_what_is_no_block_is_told_with_its_kind(blocks, code, words):
    codes, text = told(blocks)
    assert code in codes
    assert words in text


def test_faults_of_all_blocks_are_told_at_once():
    wrong = replace(FULL, services=replace(FULL.services, rivalry=[7, 0, 0]), waste=2, groups=np.ones(3))
    codes, _ = told(replace(wrong, sharing=replace(FULL.sharing, capital_rates=np.zeros(1))))
    assert codes == {"S103", "S133", "S134"}


def test_lists_of_numbers_are_blocks_like_arrays():
    rates = np.full(WORLD.output.shape, 0.02)
    kinds = Services(["all"], [[1.0] * 4], [0.5], [0.1])  # type: ignore[arg-type]
    groups = Groups(("all",), np.ones((1, *WORLD.output.shape)).tolist())  # type: ignore[arg-type]
    listed = ECONOMY.with_blocks(Blocks(subsidies=rates.tolist(), services=kinds, groups=groups))  # type: ignore[arg-type]
    np.testing.assert_array_equal(listed.world.subsidies, rates)
    plain = ECONOMY.with_blocks(Blocks(subsidies=rates)).world
    np.testing.assert_allclose(listed.world.spending, plain.spending, rtol=1e-12)
    assert listed.world.blocks.services is not None
    assert listed.world.blocks.services.names[0].en == "all"


@pytest.mark.parametrize("value", ["a", float("nan"), None, -1.0, True, 1e9, float("inf")])
def test_a_parameter_that_is_none_is_told_with_its_range(value):
    with pytest.raises(ParameterFault, match=r"kappa = .* must lie between 0 and 50"):
        Parameters(kappa=value)


def test_all_parameters_out_of_range_are_told_at_once():
    with pytest.raises(ParameterFault) as caught:
        Parameters(kappa="a", rivalry=2.0)  # type: ignore[arg-type]
    assert "kappa = 'a'" in caught.value.text.en
    assert "rivalry = 2.0" in caught.value.text.en
    assert "应在 0 与 50 之间" in caught.value.text.zh


def test_waste_needs_accounts_that_it_can_leave() -> None:
    economy = Economy.from_flows(**random_flows(1))  # type: ignore[arg-type]
    with pytest.raises(DataFault, match="wasted"):
        economy.with_blocks(Blocks(waste=0.5))


def test_keys_that_are_alike_tell_no_rates() -> None:
    keys = np.eye(3)
    keys[:2, :2] = 0.5
    with pytest.raises(DataFault) as caught:
        three_region_economy().with_blocks(Blocks(sharing=Sharing(np.zeros(3), keys[None])))
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [("S131", "sharing")]
