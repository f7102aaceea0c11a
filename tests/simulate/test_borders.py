"""Border terms are read back from flows that were made with them."""

from __future__ import annotations

import numpy as np
import pytest

from ronghe.simulate.borders import border_terms, distance_elasticity, outside_level

EXACT = 1e-11  # logs of flows in double precision


def made(blocks, walls, *, delta=0.8, seed=0, noise=0.0, sectors=2):
    """Flows of units with planted walls (positive log terms, ordered pair of blocks)."""
    draw = np.random.default_rng(seed)
    count = len(blocks)
    points = draw.uniform(0, 1000, (count, 2))
    distances = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2)) + np.diag(draw.uniform(20, 60, count))
    flows = np.empty((sectors, count, count))
    for j in range(sectors):
        buyer, seller = draw.normal(5, 1, (count, 1)), draw.normal(5, 1, (1, count))
        flows[j] = np.exp(buyer + seller - delta * np.log(distances) - walls[np.ix_(blocks, blocks)])
    return flows * np.exp(noise * draw.normal(size=flows.shape)), distances


def ring(count, level=1.0, lean=0.1):
    """Walls whose two directions differ, the differences of each block adding up to 0."""
    walls = np.full((count, count), level) + 0.2 * np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    for n in range(count):
        walls[n, (n + 1) % count] += lean
        walls[(n + 1) % count, n] -= lean
    np.fill_diagonal(walls, 0.0)
    return walls


def test_planted_walls_and_the_distance_elasticity_come_back_exactly():
    blocks, walls = np.repeat(np.arange(4), 3), ring(4)
    flows, distances = made(blocks, walls, delta=0.63)
    elasticity = distance_elasticity(flows=flows, distances=distances, blocks=blocks)
    assert elasticity.estimated
    assert elasticity.value == pytest.approx(0.63, abs=EXACT)
    assert elasticity.high - elasticity.low < 1e-10
    found = border_terms(flows=flows, distances=distances, blocks=blocks, elasticity=elasticity.value)
    np.testing.assert_allclose(found.terms, np.broadcast_to(-walls[np.ix_(blocks, blocks)], flows.shape), atol=1e-10)


def test_without_blocks_the_mean_of_both_directions_is_the_head_ries_index():
    blocks = np.arange(5)
    flows, distances = made(blocks, ring(5), seed=3)
    x = flows[0]
    home = np.diagonal(x)
    index = 0.5 * np.log(x * x.T / np.outer(home, home))
    apart = np.log(distances)
    own = np.diagonal(apart)
    net = index + 0.8 * (apart - (own[:, None] + own[None, :]) / 2)
    found = border_terms(flows=flows, distances=distances, blocks=blocks, elasticity=0.8).terms[0]
    np.testing.assert_allclose((found + found.T) / 2, net, atol=EXACT)
    np.testing.assert_allclose((found - found.T).sum(axis=1), 0.0, atol=1e-10)


def test_without_blocks_the_flows_cannot_tell_the_distance_elasticity():
    blocks = np.arange(4)
    flows, distances = made(blocks, ring(4))
    found = distance_elasticity(flows=flows, distances=distances, blocks=blocks)
    assert (found.estimated, found.value, found.low, found.high) == (False, 0.8, 0.3, 1.1)


def test_a_missing_flow_is_not_measured_in_either_direction_and_moves_no_other_pair():
    blocks, walls = np.arange(4), ring(4, lean=0.0)
    flows, distances = made(blocks, walls)
    flows[:, 0, 1] = 0.0
    found = border_terms(flows=flows, distances=distances, blocks=blocks, elasticity=0.8).terms[0]
    assert np.isnan(found[0, 1])
    assert np.isnan(found[1, 0])
    known = np.isfinite(found)
    np.testing.assert_allclose(found[known], -walls[known], atol=1e-10)


def test_units_of_measurement_change_nothing():
    blocks = np.repeat(np.arange(3), 2)
    flows, distances = made(blocks, ring(3), noise=0.1)
    first = border_terms(flows=flows, distances=distances, blocks=blocks, elasticity=0.8).terms
    other = border_terms(flows=flows * 1e4, distances=distances / 1.609, blocks=blocks, elasticity=0.8).terms
    np.testing.assert_allclose(first, other, atol=1e-12)


def test_noise_is_read_back_and_the_interval_of_the_elasticity_covers_the_truth_about_as_often_as_it_says():
    blocks, walls = np.repeat(np.arange(6), 3), ring(6)
    hits, noise = 0, []
    for seed in range(40):
        flows, distances = made(blocks, walls, noise=0.05, seed=seed, sectors=4)
        found = distance_elasticity(flows=flows, distances=distances, blocks=blocks)
        hits += found.low <= 0.8 <= found.high
        noise.append(border_terms(flows=flows, distances=distances, blocks=blocks, elasticity=0.8).noise.mean())
    assert np.mean(noise) == pytest.approx(0.05, rel=0.03)
    assert 29 <= hits <= 40  # 90 % nominal; few clusters make the interval a little short


def test_the_level_with_outsiders_counts_every_ordered_pair_of_blocks_once():
    blocks = np.array([0, 0, 1, 2])
    terms = np.zeros((1, 4, 4))
    inside = np.array([True, True, True, False])
    terms[0, :2, 3] = -1.0
    terms[0, 2, 3] = -2.0
    terms[0, 3, :2] = -3.0
    terms[0, 3, 2] = -6.0
    assert outside_level(terms, blocks, inside)[0] == pytest.approx(-3.0)
    assert np.isnan(outside_level(terms, blocks, np.ones(4, dtype=bool))[0])
