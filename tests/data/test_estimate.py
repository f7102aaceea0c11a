"""The estimated baseline: it balances, it says that it is estimated, and it meets the figures of its definition.

Reference figures are those of the specification of the estimate (sums in 亿元 of the base year).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import ParameterFault
from ronghe.base.region import ROW
from ronghe.data import Baseline, Dataset, load
from ronghe.data.embedded import YEARS, Estimate, figures_of
from ronghe.data.estimate import estimate
from ronghe.data.facts import read_facts
from ronghe.data.flows import foreign_shares
from ronghe.data.margins import capped_transfers, ceiling_shares

BALANCE = 1e-9
SUMS = {
    2019: (976_641, 25_133, 480_685, 159_578, 184_711, "藏青甘"),
    2020: (1_005_973, 25_128, 495_524, 159_868, 184_996, "藏青甘黑"),
    2023: (1_250_607, 33_194, 617_055, 202_126, 235_320, "藏青"),
}


@pytest.fixture(scope="module", params=YEARS)
def year(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def imbalance(base: Baseline) -> float:
    """Return the largest relative gap of: uses = purchases, income = final use."""
    output, bought = base.flows.sum(axis=1).T, base.flows.sum(axis=2).T
    final = base.household + base.government + base.investment
    used = final + np.einsum("njk,nk->nj", base.input_shares, output)
    income = (base.value_added_shares * output).sum(axis=1) + base.transfers + base.external
    return max(
        float(np.max(np.abs(used - bought) / np.maximum(bought, 1.0))),
        float(np.max(np.abs(final.sum(axis=1) - income) / income)),
    )


def test_every_identity_holds(year: int) -> None:
    base = load(year=year).baseline
    assert imbalance(base) < BALANCE
    np.testing.assert_allclose(base.value_added_shares + base.input_shares.sum(axis=1), 1, atol=1e-13)
    assert abs(base.transfers.sum()) < BALANCE * base.flows.sum()
    assert abs(base.external.sum()) < BALANCE * base.flows.sum()
    for part in (base.flows, base.household, base.government, base.investment):
        assert (part >= 0).all()


def test_value_added_is_the_published_one(year: int) -> None:
    data = load(year=year)
    base = data.baseline
    made = base.value_added_shares[:-1] * base.flows.sum(axis=1).T[:-1]
    published = np.array([[data.value(f"va_{s}", code) for s in base.sectors] for code in data.codes])
    np.testing.assert_allclose(made, published, rtol=BALANCE)


def test_sums_meet_the_figures_of_the_definition(year: int) -> None:
    final, balance, inland, imports, exports, capped = SUMS[year]
    data = load(year=year)
    base = data.baseline
    uses = (base.household + base.government + base.investment)[:-1].sum()
    home = np.einsum("jnn->", base.flows[:, :-1, :-1])
    assert uses == pytest.approx(final, abs=1.5)
    assert -base.external[:-1].sum() == base.external[-1] == pytest.approx(balance, abs=1.5)
    assert base.flows[:, :-1, :-1].sum() - home == pytest.approx(inland, abs=1.5)
    assert base.flows[:, :-1, -1].sum() == pytest.approx(imports, abs=1.5)
    assert base.flows[:, -1, :-1].sum() == pytest.approx(exports, abs=1.5)
    assert base.government[:-1].sum() == pytest.approx(0.174 * uses, rel=1e-9)
    named = base.flags[0].zh
    assert all(data.region(name).short_zh in named for name in capped)
    assert named.count("、") == len(capped) - 1


def test_the_plates_meet_the_observed_home_shares(data: Dataset) -> None:
    base = data.baseline
    spent = base.flows[1:].sum(axis=0)
    for plate, target in (("east", 0.7496), ("central", 0.8102), ("west", 0.7629), ("northeast", 0.762)):
        at = [data.codes.index(code) for code in data.area(plate).regions]
        assert spent[at, at].sum() / spent[at].sum() == pytest.approx(target, abs=1e-6)


def test_published_zeros_stay_zero(data: Dataset) -> None:
    base = data.baseline
    wholesale, estate = base.sectors.index("wholesale_retail"), base.sectors.index("real_estate")
    assert (base.flows[[wholesale, estate], :-1, -1] == 0).all()
    assert (base.flows[estate, -1, :-1] == 0).all()
    shares = foreign_shares(national=np.array([0.0, 0.1]), openness=np.array([1.0, 3.0]), weights=np.ones((2, 2)))
    assert (shares[:, 0] == 0).all()
    assert shares[:, 1] == pytest.approx([0.05, 0.15])


def test_the_rest_of_the_world_is_a_whole_region(data: Dataset) -> None:
    base = data.baseline
    assert base.regions[-1] == ROW
    spent = base.flows[:, -1].sum(axis=0)
    assert spent[-1] / spent.sum() == pytest.approx(0.989, abs=1e-9)
    assert (base.household[-1] >= 0).all()
    assert base.investment[-1].sum() > 0
    assert base.own_revenue[-1] == 0


def test_everything_is_labelled_estimated(data: Dataset) -> None:
    base = data.baseline
    assert (data.status, base.pair_status) == ("estimated", "estimated")
    assert base.people is not None
    assert base.people.status == "estimated"
    words = {name.zh: status for name, status in base.statuses}
    assert words["省际贸易流量"] == "estimated"
    assert all(name.en for name, _ in base.statuses)


def test_openness_of_2023() -> None:
    facts = read_facts()
    inputs = Estimate(facts, figures_of(facts), 2023).inputs
    named = dict(zip([name.zh for name in inputs.names], inputs.openness, strict=True))
    wanted = {"上海": 2.50, "广东": 2.00, "浙江": 1.74, "天津": 1.66, "贵州": 0.11, "西藏": 0.08, "青海": 0.04}
    assert {name: round(named[name], 2) for name in wanted} == wanted


def test_renaming_and_reordering_the_regions_changes_nothing() -> None:
    facts = read_facts()
    maker = Estimate(facts, figures_of(facts), 2023)
    base, one = maker.baseline({}), maker.inputs
    order = np.random.default_rng(3).permutation(len(one.regions))
    mixed = replace(
        one,
        regions=tuple(f"X{place}" for place in order),
        names=tuple(one.names[place] for place in order),
        value_added=one.value_added[order],
        revenue=one.revenue[order],
        expenditure=one.expenditure[order],
        openness=one.openness[order],
        distances=one.distances[np.ix_(order, order)],
        plates=one.plates[order],
    )
    other = estimate(mixed, facts.parameters, None, {})
    both = np.append(order, len(order))
    np.testing.assert_allclose(other.flows, base.flows[:, both][:, :, both], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(other.transfers, base.transfers[both], rtol=1e-9, atol=1e-6)


def test_one_parameter_at_a_time(data: Dataset) -> None:
    near, far = (data.baseline_with(distance_elasticity=delta) for delta in (1.1, 0.0))
    beijing, tianjin = data.codes.index("110000"), data.codes.index("120000")
    industry = near.sectors.index("industry")
    assert near.flows[industry, beijing, tianjin] > far.flows[industry, beijing, tianjin]
    for base in (near, far, data.baseline_with(home={"services": 0.9}), data.baseline_with(trade_elasticity=8.0)):
        assert imbalance(base) < BALANCE
    assert (data.baseline_with(trade_elasticity=8.0).elasticities == 8).all()


@pytest.mark.parametrize(
    "changed", [{"home_industry": 1.2}, {"distance_elasticity": float("nan")}, {"distance_elasticityy": 0.3}]
)
def test_an_impossible_parameter_is_refused(data: Dataset, changed: dict[str, float]) -> None:
    with pytest.raises(ParameterFault) as fault:
        data.baseline_with(**changed)
    assert next(iter(changed)) in fault.value.text.zh


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.05, 0.5))
def test_capped_transfers_stay_within_the_cap_and_add_up_to_nothing(seed: int, cap: float) -> None:
    random = np.random.default_rng(seed)
    gdp = random.uniform(1, 100, 8)
    gap = random.normal(0, 20, 8)
    gap -= gdp * gap.sum() / gdp.sum()
    transfers, capped = capped_transfers(gap=gap, gdp=gdp, cap=cap)
    assert (np.abs(transfers) <= cap * gdp * (1 + 1e-9)).all()
    if not capped.all():
        assert abs(transfers.sum()) < 1e-9 * gdp.sum()
    if not capped.any():
        np.testing.assert_array_equal(transfers, gap)


@given(st.integers(0, 10**6))
def test_shares_under_ceilings_add_up(seed: int) -> None:
    random = np.random.default_rng(seed)
    keys, ceilings = random.uniform(0.1, 1, 6), random.uniform(1, 3, 6)
    shares, held = ceiling_shares(total=4.0, keys=keys, ceilings=ceilings)
    assert shares.sum() == pytest.approx(4.0)
    assert (shares <= ceilings + 1e-12).all()
    free = ~held
    np.testing.assert_allclose(shares[free] / keys[free], (shares[free] / keys[free]).mean())


def test_draws_are_seeded_balanced_and_many(data: Dataset) -> None:
    first = [base.flows for base in data.draws(30, seed=7)]
    again = [base.flows for base in data.draws(25, seed=7)]
    assert len(first) == 30
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=False))
    assert not np.array_equal(first[0], next(data.draws(1, seed=8)).flows)
    assert max(imbalance(base) for base in data.draws(10, seed=1)) < BALANCE
    spread = np.array([flows[1:].sum(axis=0).diagonal()[:-1] for flows in first]).std(axis=0)
    assert (spread > 0).all()
