"""The union test: paper mergers are called added, real ones fused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invented_flows import invented
from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.measure.union import SENTENCES, block_modularity, dissolved_share, union_test, wald


def world_with(former: float, seed: int = 1):
    """Twelve blocks of four units; borders among the first four are ``former``, all others -1.2."""
    walls = np.full((12, 12), -1.2)
    walls[:4, :4] = former
    np.fill_diagonal(walls, 0.0)
    return invented(np.random.default_rng(seed), blocks=12, units=4, walls=walls)


def outcome_of(world, *, seed=2, **more):
    return union_test(flows=world.noisy(np.random.default_rng(seed), 0.2), blocks=world.blocks,
                      covariates={"ln distance": np.log(world.distances)}, former=range(4), **more)  # fmt: skip


def test_a_merger_on_paper_is_only_added():
    """INDICATORS section 10: 4 of 12 blocks merged, flows unchanged: beta_former = beta_other, so not fused.

    A test at 10 % errs in 17 % of 100 such worlds (48 units, the union a third of them); thirty worlds here.
    """
    verdicts, held = [], []
    for seed in range(30):
        found = outcome_of(world_with(-1.2, seed=100 + seed), seed=seed)
        verdicts.append(found.verdict)
        held.append(found.spread.low < 0 < found.spread.high)
        assert found.fused.rejected
    assert verdicts.count("only added") >= 24
    assert "fused" not in verdicts
    assert np.mean(held) >= 0.8
    said = SENTENCES["only added"]
    assert said.en == "Only added: the former borders weigh as much as all others."
    assert said.zh.startswith("相加而未融合")


@pytest.mark.parametrize(("former", "verdict", "share"), [(0.0, "fused", 1.0), (-0.6, "partly fused", 0.5)])
def test_borders_that_fell_are_told_by_how_much(former, verdict, share):
    found = outcome_of(world_with(former))
    assert found.verdict == verdict
    assert found.spread.low < share < found.spread.high
    assert found.dissolved == pytest.approx(share, abs=0.15)
    assert found.added.rejected


def test_borders_that_rose_are_more_divided_and_noise_is_undecided():
    assert outcome_of(world_with(-2.2)).verdict == "more divided"
    world = world_with(-0.3)
    walls = np.full((12, 12), -0.3)
    np.fill_diagonal(walls, 0.0)
    loud = invented(np.random.default_rng(1), blocks=12, units=1, walls=walls)
    found = union_test(flows=loud.noisy(np.random.default_rng(0), 1.5), blocks=loud.blocks, former=[0, 1],
                       covariates={"ln distance": np.log(loud.distances)})  # fmt: skip
    assert found.verdict in ("undecided", "only added")
    assert world.blocks.max() == 11


def test_modularity_exceeds_the_border_free_one_where_there_are_borders():
    divided, open_ = (
        outcome_of(world_with(-1.2), nmi=(0.9, 0.4)),
        invented(np.random.default_rng(1), blocks=12, beta=0.0),
    )
    assert divided.communities.excess > 0.02
    assert divided.communities.nmi == 0.9
    free = union_test(flows=open_.expected, blocks=open_.blocks, former=range(4),
                      covariates={"ln distance": np.log(open_.distances)})  # fmt: skip
    assert free.communities.excess == pytest.approx(0, abs=1e-6)
    assert free.communities.nmi is None


def test_modularity_by_hand():
    """MEASURE section 16: four nodes, two blocks, own flow 8, cross flows 1: 32 / 40 - 1 / 2 = 0.3."""
    flows = np.array([[0, 8, 1, 1], [8, 0, 1, 1], [1, 1, 0, 8], [1, 1, 8, 0.0]])
    assert block_modularity(flows, np.array([0, 0, 1, 1])) == pytest.approx(0.3, abs=1e-15)
    assert np.isnan(block_modularity(0 * flows, np.array([0, 0, 1, 1])))


@settings(max_examples=20)
@given(former=st.floats(-3, 1), other=st.floats(-3, -0.2), scale=st.floats(1e-3, 0.1))
def test_the_delta_interval_is_that_of_small_draws(former, other, scale):
    covariance = scale**2 * 1e-4 * np.array([[1.0, 0.3], [0.3, 0.5]])
    share, spread = dissolved_share(former, other, lambda weights: float(weights @ covariance @ weights))
    drawn = np.random.default_rng(0).multivariate_normal([former, other], covariance, 4000)
    low, high = np.quantile(1 - drawn[:, 0] / drawn[:, 1], (0.05, 0.95))
    width = spread.high - spread.low
    assert share == pytest.approx(1 - former / other)
    assert spread.low == pytest.approx(low, abs=0.1 * width)
    assert spread.high == pytest.approx(high, abs=0.1 * width)


def test_wald_of_known_quantiles():
    """95 % of the normal is 1.959964; of Student's t with 10 degrees 2.228139 (any table)."""
    assert wald(1.959964, 1.0).p == pytest.approx(0.05, abs=1e-6)
    assert wald(2.228139, 1.0, 10).p == pytest.approx(0.05, abs=1e-6)
    assert np.isnan(dissolved_share(-1.0, 0.5, lambda weights: 1.0)[0])  # other borders are no wall: no share of it


def test_every_verdict_has_a_sentence_in_both_languages():
    for sentence in SENTENCES.values():
        assert sentence.zh.endswith("。")
        assert sentence.en.endswith(".")
        assert not any("一" <= letter <= "鿿" for letter in sentence.en)


def test_a_union_of_one_or_of_all_is_refused_with_all_faults():
    world = world_with(-1.2)
    with pytest.raises(ParameterFault) as told:
        union_test(flows=world.expected[:5], blocks=world.blocks, covariates={}, former=[77])
    assert "flows must be 48 x 48" in told.value.message("en")
    assert "No unit belongs to block 77." in told.value.message("en")
    assert "A union needs two former blocks." in told.value.message("en")
    assert "联合体至少要有两个原区块。" in told.value.message("zh")
    with pytest.raises(ParameterFault, match="Nobody is outside"):
        union_test(flows=world.expected, blocks=world.blocks, covariates={}, former=range(12))
    lone = invented(np.random.default_rng(1), blocks=12, units=1)
    flows = np.where(np.eye(12, dtype=bool), np.nan, lone.expected)
    with pytest.raises(NotIdentified, match="every flow crosses a border"):
        union_test(flows=flows, blocks=lone.blocks, covariates={"ln distance": np.log(lone.distances)}, former=[0, 1])
