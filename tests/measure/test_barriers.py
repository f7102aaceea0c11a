"""Walls by layer: read back from the demonstration, handed to the economy, refused on estimated trade."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest

from invented_flows import invented
from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.data import load
from ronghe.measure.barriers import barrier_estimate, barriers
from ronghe.measure.flow_noise import FlowNoise
from ronghe.simulate.borders import border_terms

MEAN, PAIR = 0.005, 0.04  # PPML without noise: planted walls differ by direction (to 0.06), a pair's dummy does not
AREA_MEAN, AREA_PAIR = 0.03, 0.08  # and outside the area one common border stands for walls that differ by pair
EXACT = 1e-9  # Head-Ries inverts the exact table; truth.json prints twelve digits


@pytest.fixture(scope="module")
def demo():
    return load("demo")


@pytest.fixture(scope="module")
def planted(demo):
    """Walls of the truth, both directions averaged, shape (buyer, seller, sector); NaN for local sectors."""
    truth = json.loads((files("ronghe.data") / "facts" / "demo" / "truth.json").read_text(encoding="utf-8"))["planted"]
    wall, owners = truth["walls"]["by_year"][str(demo.year)], [demo.blocks[code] for code in demo.codes]
    both = [[0.0 if a == b else (wall[f"{a}>{b}"] + wall[f"{b}>{a}"]) / 2 for b in owners] for a in owners]
    factors = [
        truth["walls"]["sector_factor"].get(sector, np.nan) if traded else np.nan
        for sector, traded in zip(demo.baseline.sectors, demo.baseline.traded, strict=True)
    ]
    return np.array(both)[:, :, None] * np.array(factors), truth


def test_head_ries_reads_back_every_wall_of_the_demonstration(demo, planted):
    found, (wall, truth) = barriers(data=demo, method="head-ries"), planted
    traded = demo.baseline.traded
    np.testing.assert_allclose(-found.terms[:, :, traded], wall[:, :, traded], atol=EXACT)
    np.testing.assert_allclose(found.elasticities[traded], -truth["delta"], atol=EXACT)
    assert np.isnan(found.terms[:, :, ~traded]).all()
    assert found.status == "demonstration"
    # theta of the truth is 4: the duty of a wall is exp(wall / 4) - 1.
    np.testing.assert_allclose(
        found.equivalents(truth["theta"])[:, :, traded], np.expm1(wall[:, :, traded] / 4), atol=EXACT
    )


def test_ppml_reads_back_the_mean_wall_between_blocks(demo, planted):
    found, (wall, truth) = barriers(data=demo, area="demo_a"), planted
    owners = np.array([demo.blocks[code] for code in demo.codes])
    member = np.isin(owners, truth["areas"]["demo_a"])
    across, inside = owners[:, None] != owners, member[:, None] & member
    for sector in np.flatnonzero(demo.baseline.traded):
        read, true = -found.terms[:, :, sector], wall[:, :, sector]
        assert read[inside & across].mean() == pytest.approx(true[inside & across].mean(), abs=AREA_MEAN)
        np.testing.assert_allclose(read[inside], true[inside], atol=AREA_PAIR)
        assert read[~inside & across].mean() == pytest.approx(true[~inside & across].mean(), abs=0.06)
        assert found.elasticities[sector] == pytest.approx(-truth["delta"], abs=0.02)


def test_ppml_with_a_dummy_for_every_pair_reads_back_every_wall(demo, planted):
    """Industry alone."""
    wall, truth = planted
    names = list(truth["blocks"])
    found = barrier_estimate(
        flows=demo.baseline.flows[1:2, :24, :24],
        distances=demo.distances,
        blocks=np.array([names.index(demo.blocks[code]) for code in demo.codes]),
        names=names,
        regions=demo.codes,
        sectors=demo.baseline.sectors[1:2],
    )
    assert -found.terms.mean() == pytest.approx(wall[:, :, 1].mean(), abs=MEAN)
    np.testing.assert_allclose(-found.terms[:, :, 0], wall[:, :, 1], atol=PAIR)


def test_the_parts_add_up_and_layers_are_told_apart(demo):
    found = barriers(data=demo, area="demo_a")
    np.testing.assert_allclose(found.border + found.residual, found.terms)
    layers = found.layers
    np.testing.assert_array_equal(layers["software"], found.terms)  # with protection, until evidence splits them
    assert "split needs prices" in found.absent["protection"].en
    assert "区分需要价格" in found.absent["protection"].zh
    for layer in ("protection", "hukou", "knowledge"):
        assert np.isnan(layers[layer]).all()
        assert layer in found.absent
    np.testing.assert_array_equal(np.diagonal(layers["hardware"])[demo.baseline.traded], 0.0)
    told = barriers(data=demo, area="demo_a", protection=0.25 * found.terms)
    np.testing.assert_allclose(told.layers["software"], 0.75 * found.terms)
    assert "protection" not in told.absent


def test_interval_and_band_are_two_things(demo):
    found = barriers(data=demo, area="demo_a")
    at = (0, 3, 1)  # buyer D01 of P1, seller D04 of P2, industry
    duty, (low, high), (least, most) = found.equivalents()[at], found.interval, found.band()
    assert low[at] < duty < high[at]
    assert least[at] == pytest.approx(found.equivalents(8.0)[at])
    assert most[at] == pytest.approx(found.equivalents(3.0)[at])
    assert found.removable[at]
    assert not found.removable[0, 0, 1]


def test_the_walls_are_handed_over_on_the_axes_of_the_economy(demo):
    """The mean of both directions is what ``simulate`` reads from the same flows by itself."""
    base, count = demo.baseline, len(demo.codes)
    handed = barriers(data=demo, method="head-ries").handed(base.regions, base.sectors)
    _, blocks = np.unique([demo.blocks[code] for code in demo.codes], return_inverse=True)
    flows = base.flows[base.traded][:, :count, :count]
    own = border_terms(flows=flows, distances=demo.distances, blocks=blocks, elasticity=0.8).terms
    np.testing.assert_allclose(handed[base.traded][:, :count, :count], (own + own.transpose(0, 2, 1)) / 2, atol=1e-9)
    assert np.isnan(handed[:, count:]).all()  # abroad is not covered, and stays as it is
    assert np.isnan(handed[~base.traded]).all()
    order = base.regions[::-1]
    turned = barriers(data=demo, method="head-ries").handed(order, base.sectors)
    np.testing.assert_array_equal(turned[:, ::-1, ::-1], handed)


def test_estimated_trade_has_no_walls_to_hand_over():
    with pytest.raises(NotIdentified) as refused:
        barriers(data=load())
    assert refused.value.key == "pair_walls"
    assert set(refused.value.unlocks) == {"trade", "io_intermediate"}
    assert "equal by construction" in refused.value.message("en")
    assert "按构造相等" in refused.value.message("zh")


def made(world, flows, **more):
    names = [f"B{at}" for at in range(int(world.blocks.max()) + 1)]
    regions = [f"U{at}" for at in range(len(world.blocks))]
    given = {"flows": flows[None], "distances": world.distances, "blocks": world.blocks, "names": names}
    return barrier_estimate(**{**given, "regions": regions, "sectors": ["goods"], **more})


@pytest.mark.parametrize("method", ["ppml", "head-ries"])
def test_both_methods_agree_in_sign_and_size(method):
    walls_ = np.array([[0, -0.4, -1.0, -1.5], [-0.4, 0, -0.8, -1.2], [-1.0, -0.8, 0, 0.3], [-1.5, -1.2, 0.3, 0]])
    world = invented(np.random.default_rng(2), blocks=4, units=4, walls=walls_)
    found = made(world, world.expected, method=method)
    np.testing.assert_allclose(found.terms[::4, ::4, 0], walls_, atol=1e-6)
    np.testing.assert_allclose(found.terms, found.terms.transpose(1, 0, 2))
    assert not found.removable[8, 12, 0]  # above 0 there is nothing to remove
    assert found.elasticities[0] == pytest.approx(-0.8, abs=1e-6)
    assert any(note.en == "Both directions of a pair have the same value." for note in found.notes)


def test_single_units_by_head_ries_share_one_common_border_and_need_a_law_for_an_interval():
    world = invented(np.random.default_rng(2), blocks=10, units=1, beta=-1.2)
    found = made(world, world.expected, method="head-ries")
    across = ~np.eye(10, dtype=bool)
    np.testing.assert_allclose(found.terms[across, 0], -1.2, atol=1e-9)
    assert np.isnan(found.margins[across]).all()
    assert any("no interval" in note.en for note in found.notes)
    told = made(world, world.expected, method="head-ries", noise=[FlowNoise(0.04, 2.0, 100)])
    np.testing.assert_allclose(told.margins[across], 1.645 * 0.5 * np.sqrt(4 * 0.04), rtol=1e-3)


def test_a_pair_of_zero_flows_is_not_measured_and_has_a_reason():
    world = invented(np.random.default_rng(2), blocks=4, units=3)
    flows = world.noisy(np.random.default_rng(3))
    flows[np.ix_(world.blocks == 0, world.blocks == 1)] = 0.0
    flows[np.ix_(world.blocks == 1, world.blocks == 0)] = 0.0
    for method, why in (("ppml", "every flow on it is zero"), ("head-ries", "one of the four flows is zero")):
        found = made(world, flows, method=method)
        assert np.isnan(found.terms[0, 3, 0])
        assert np.isnan(found.equivalents()[0, 3, 0])
        assert why in found.reasons["B0", "B1", "goods"].en
        assert np.isfinite(found.terms[0, 6, 0])


def test_faults_are_told_at_once():
    world = invented(np.random.default_rng(2), blocks=4, units=3)
    with pytest.raises(ParameterFault) as told:
        made(world, world.expected, theta=0.0, method="ols", members=[1], distances=-world.distances)
    for part in ("Distances must be above 0", "An area needs two blocks", "theta must be above 0; read 0.0",
                 "Unknown method ols; use ppml, head-ries"):  # fmt: skip
        assert part in told.value.message("en")
    for part in (
        "距离须为正数",
        "区域至少要有两个区块",
        "theta 须大于0，读到 0.0",
        "未知的方法 ols，可用 ppml、head-ries",
    ):
        assert part in told.value.message("zh")
