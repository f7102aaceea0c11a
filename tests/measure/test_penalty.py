"""Border penalty: by statsmodels with dummies and two-way clusters, known truth, and its laws."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.measure.penalty import border_penalty

SETTINGS = settings(max_examples=15, deadline=None)
SAME = 1e-8  # two ways to solve the same least squares
CLOSE = 1e-6  # relative, of clustered errors
COVERED = 0.75  # 60 runs of a 90 % interval with few clusters


def roads(
    seed: int, *, units: int = 24, border: float = 0.25, noise: float = 0.1
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    random = np.random.default_rng(seed)
    blocks = np.arange(units) % 4
    places = random.uniform(0, 300, (4, 2))[blocks] + random.uniform(0, 200, (units, 2))
    km = np.sqrt(((places[:, None] - places) ** 2).sum(axis=-1)) + 5
    ends = random.normal(0, 0.3, (2, units))
    across = blocks[:, None] != blocks
    # Errors shared by all pairs of an end with one side of the border: what clusters are for.
    shared = noise * random.normal(0, 1, units)[:, None] * across
    logs = 0.8 * np.log(km) + border * across + ends[0][:, None] + ends[1] + shared
    return np.exp(logs + noise * random.normal(0, 1, km.shape)), km, blocks.tolist()


def by_dummies(costs: np.ndarray, km: np.ndarray, blocks: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Slopes, and the two-way clustered covariance summed by hand from statsmodels' residuals."""
    label, units = np.array(blocks), len(blocks)
    known = np.isfinite(costs) & ~np.eye(units, dtype=bool)
    u, v = np.nonzero(known)
    design = np.column_stack(
        [np.log(km[known]), (label[u] != label[v]).astype(float), np.eye(units)[u], np.eye(units)[v][:, 1:]]
    )
    fit = sm.OLS(np.log(costs[known]), design).fit()
    bread = np.linalg.inv(design.T @ design)
    scores = design * fit.resid[:, None]
    one, two = (np.array([scores[end == at].sum(axis=0) for at in range(units)]) for end in (u, v))
    meat = one.T @ one + two.T @ two - scores.T @ scores
    n = len(u)
    return fit.params[:2], (bread @ meat @ bread)[:2, :2] * (n - 1) / (n - 3) * units / (units - 1)


@pytest.mark.parametrize("missing", [0, 60])
def test_slopes_and_errors_are_those_of_dummies(missing: int) -> None:
    costs, km, blocks = roads(1)
    random = np.random.default_rng(0)
    costs[random.integers(0, 24, missing), random.integers(0, 24, missing)] = np.nan
    found = border_penalty(costs=costs, kilometres=km, blocks=blocks)
    slopes, covariance = by_dummies(costs, km, blocks)
    assert (found.distance, found.border) == pytest.approx(tuple(slopes), abs=SAME)
    np.testing.assert_allclose(found.covariance, covariance, rtol=CLOSE, atol=1e-12)
    assert found.border_error == pytest.approx(np.sqrt(covariance[1, 1]), rel=CLOSE)
    assert found.pairs + found.left_out == 24 * 23


def test_without_noise_the_truth_is_found_exactly() -> None:
    costs, km, blocks = roads(2, noise=0.0)
    found = border_penalty(costs=costs, kilometres=km, blocks=blocks)
    assert found.border == pytest.approx(0.25, abs=SAME)
    assert found.distance == pytest.approx(0.8, abs=SAME)
    assert found.added == pytest.approx(np.expm1(0.25), abs=SAME)


def test_known_penalty_lies_in_the_interval_as_often_as_it_says() -> None:
    held = []
    for seed in range(60):
        costs, km, blocks = roads(seed)
        spread = border_penalty(costs=costs, kilometres=km, blocks=blocks).spread
        held.append(spread is not None and spread.low <= np.expm1(0.25) <= spread.high)
    assert np.mean(held) >= COVERED


@SETTINGS
@given(st.integers(0, 1000), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_units_and_order_change_nothing(seed: int, money: float, length: float) -> None:
    costs, km, blocks = roads(seed)
    order = np.random.default_rng(seed).permutation(24)
    moved = np.ix_(order, order)
    one = border_penalty(costs=costs, kilometres=km, blocks=blocks)
    two = border_penalty(
        costs=costs[moved] * money, kilometres=km[moved] * length, blocks=[f"block {blocks[at]}" for at in order]
    )
    assert two.border == pytest.approx(one.border, abs=SAME)
    assert two.border_error == pytest.approx(one.border_error, rel=1e-6)


@SETTINGS
@given(st.integers(0, 1000))
def test_what_is_dear_about_one_end_changes_no_slope(seed: int) -> None:
    costs, km, blocks = roads(seed)
    ends = np.exp(np.random.default_rng(seed).normal(0, 1, (2, 24)))
    one = border_penalty(costs=costs, kilometres=km, blocks=blocks)
    two = border_penalty(costs=costs * ends[0][:, None] * ends[1], kilometres=km, blocks=blocks)
    assert two.border == pytest.approx(one.border, abs=SAME)


def test_merging_two_blocks_on_paper_lowers_what_is_read_as_border() -> None:
    """Costs unchanged: with the border counted as inside, inside looks dearer. The rest is judged as before."""
    costs, km, blocks = roads(4, noise=0.0)
    merged = [0 if block == 1 else block for block in blocks]
    assert border_penalty(costs=costs, kilometres=km, blocks=merged).border < 0.25


def test_few_clusters_are_said() -> None:
    costs, km, blocks = roads(1, units=12)
    found = border_penalty(costs=costs, kilometres=km, blocks=blocks)
    assert "12个单元" in found.notes[0].zh
    assert "Only 12 clusters" in found.notes[0].en
    assert border_penalty(costs=roads(1)[0], kilometres=roads(1)[1], blocks=roads(1)[2]).notes == ()


def test_borders_that_cannot_be_told_are_not_identified() -> None:
    costs, km, _ = roads(1, units=6)
    for blocks, reason in (
        (range(6), "No pair inside a block"),
        ([0] * 6, "No pair across a border"),
    ):
        with pytest.raises(NotIdentified, match=reason):
            border_penalty(costs=costs, kilometres=km, blocks=list(blocks))
    # Distance that takes two values, one inside and one across.
    label = np.array([0, 0, 0, 1, 1, 1])
    with pytest.raises(NotIdentified, match="共线"):
        border_penalty(costs=costs, kilometres=np.where(label[:, None] == label, 10.0, 90.0), blocks=label.tolist())
    with pytest.raises(NotIdentified, match="finer units"):
        border_penalty(costs=costs[:3, :3], kilometres=km[:3, :3], blocks=[0, 0, 1])


def test_one_unit_and_no_costs_are_not_identified() -> None:
    with pytest.raises(NotIdentified):
        border_penalty(costs=np.ones((1, 1)), kilometres=np.ones((1, 1)), blocks=[0])
    with pytest.raises(NotIdentified):
        border_penalty(costs=np.full((4, 4), np.nan), kilometres=np.ones((4, 4)), blocks=[0, 0, 1, 1])


def test_wrong_input_is_told_at_once() -> None:
    costs = np.ones((3, 3))
    costs[0, 1], costs[1, 0] = 0, np.inf
    with pytest.raises(ParameterFault) as caught:
        border_penalty(costs=costs, kilometres=np.ones((2, 2)), blocks=[0, 0, 1])
    text = caught.value.text
    assert "costs 有2格不是正的有限数" in text.zh
    assert "kilometres 应为 3×3 的方阵，读到 (2, 2)" in text.zh
    assert "cells that are not finite and above 0: 2" in text.en
    assert "3 by 3; read (2, 2)" in text.en
