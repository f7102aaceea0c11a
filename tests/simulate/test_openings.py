"""Openings: any set of ordered pairs is an exact solve of its own, whatever is solved beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import full_economy, random_economy, random_flows, three_region_economy
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import NotIdentified, ParameterFault, ScenarioFault, UnknownRegion
from ronghe.data import load
from ronghe.simulate import Economy, Scenario, batch, gain
from ronghe.simulate.batches import OpenPairs, Pace, batch_openings, estimate_seconds, stream_openings
from ronghe.simulate.batches.case import Case
from ronghe.simulate.batches.masks import factors, products_of

# A batch stops at a tenth of the tolerance 1e-10, as a single solve does; both are within 1e-9 of the largest economy.
SINGLE = 1e-9


def cut(economy: Economy, share: float = 0.2) -> Scenario:
    return Scenario("cut").cut_trade_cost(share, within=economy.regions)


# ---- what an opening is


def test_a_coalition_opens_both_orders_and_a_profile_what_enters() -> None:
    economy = random_economy(1, regions=4)
    a, b, c, d = economy.regions
    assert OpenPairs.coalition(economy, [a, b]).pairs == ((a, b), (b, a))
    assert OpenPairs.profile(economy, [a]).pairs == ((a, b), (a, c), (a, d))
    assert OpenPairs.coalition(economy, [a]).pairs == ()
    one_way = OpenPairs.of_pairs(economy, [(a, b)]) | OpenPairs.of_pairs(economy, [(b, a)])
    np.testing.assert_array_equal(one_way.mask, OpenPairs.coalition(economy, [a, b]).mask)


def test_outsiders_alone_or_in_a_bloc_and_overlapping_areas_count_a_pair_once() -> None:
    economy = random_economy(1, regions=5)
    a, b, c, d, _ = economy.regions
    alone, bloc = OpenPairs.partition(economy, [a, b]), OpenPairs.partition(economy, [a, b], [c, d])
    assert len(alone.pairs) == 2
    assert len(bloc.pairs) == 4
    union = OpenPairs.union(economy, [[a, b, c], [b, c, d]])
    assert len(union.pairs) == 10
    assert (a, d) not in union.pairs
    with pytest.raises(ScenarioFault, match=f"in two: {b}"):
        OpenPairs.partition(economy, [a, b], [b, c])


def test_unordered_pairs_are_refused() -> None:
    economy = random_economy(1, regions=4)
    a, b, *_ = economy.regions
    for pairs in ([{a, b}], [[a, b]], [a + b], [(a, b, a)]):
        with pytest.raises(ScenarioFault, match="State buyer and seller, or give a coalition"):
            OpenPairs.of_pairs(economy, pairs)  # type: ignore[arg-type]
    with pytest.raises(ScenarioFault, match="State buyer and seller"):
        OpenPairs.of_mask(economy, np.ones((4, 4), dtype=bool))
    with pytest.raises(ScenarioFault, match="State buyer and seller"):
        batch_openings(economy, cut(economy), [np.ones((4, 4), dtype=bool)])  # type: ignore[list-item]
    with pytest.raises(ScenarioFault, match="expected 4 x 4"):
        OpenPairs.of_mask(economy, np.ones((3, 3), dtype=bool), axes=("buyer", "seller"))
    with pytest.raises(UnknownRegion):
        OpenPairs.coalition(economy, ["nowhere", a])


def test_a_mask_names_its_axes() -> None:
    economy = random_economy(1, regions=3)
    mask = np.zeros((3, 3), dtype=bool)
    mask[0, 1] = True
    a, b, _ = economy.regions
    assert OpenPairs.of_mask(economy, mask, axes=("buyer", "seller")).pairs == ((a, b),)
    assert OpenPairs.of_mask(economy, mask, axes=("seller", "buyer")).pairs == ((b, a),)


def test_areas_and_regions_go_by_name() -> None:
    data = load()
    economy = Economy.from_data(data)
    by_name = OpenPairs.coalition(economy, "长三角")
    by_area = OpenPairs.coalition(economy, data.area("长三角"))
    np.testing.assert_array_equal(by_name.mask, by_area.mask)
    assert len(by_name.pairs) == 4 * 3
    assert len(OpenPairs.union(economy, ["长三角", "长江经济带"]).pairs) == 11 * 10


@given(st.integers(0, 2**31 - 1), st.integers(2, 6))
def test_a_mask_is_the_sum_of_its_products_where_the_scenario_acts(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    mask, scope = rng.random((count, count)) < 0.5, rng.random((count, count)) < 0.7
    u, v = factors(mask, scope)
    np.testing.assert_array_equal(np.einsum("rn,ri->ni", u.astype(int), v.astype(int)) * scope, mask & scope)
    block = np.outer(mask[0], mask[:, 0])
    for one, (left, right) in zip((mask, block), products_of(np.array([mask, block]), scope), strict=True):
        np.testing.assert_array_equal(np.einsum("rn,ri->ni", left.astype(int), right.astype(int)) * scope, one & scope)


# ---- what it brings


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**31 - 1))
def test_any_set_of_pairs_is_its_own_single_solve(seed: int) -> None:
    economy = random_economy(seed % 7, regions=5, sectors=4)
    rng = np.random.default_rng(seed)
    openings = [
        OpenPairs.of_mask(economy, rng.random((5, 5)) < 0.4, axes=("buyer", "seller")) for _ in range(3)
    ]  # fmt: skip
    gains = batch_openings(economy, cut(economy), openings)
    size = economy.world.value_added.max()
    for at, opening in enumerate(openings):
        scenario = Scenario("own")
        for buyer, seller in opening.pairs:
            scenario = scenario.cut_entry(0.2, buyers=[buyer], sellers=[seller])
        single = economy.solve(scenario, starts=0, radius=False)
        own = gain(economy, scenario, starts=0)
        for name in ("household", "services", "payable"):
            np.testing.assert_allclose(gains.column(name)[at], own.column(name), atol=SINGLE * size)
        np.testing.assert_allclose(gains.real_output[at], single.accounts.real_output, atol=SINGLE * size)
        change = single.revenue / single.accounts.government_prices - economy.solve(Scenario("now")).revenue
        np.testing.assert_allclose(gains.own_revenue[at], change, atol=10 * SINGLE * size)


def test_all_at_once_measures_what_one_by_one_measures() -> None:
    economy = random_economy(3, regions=6)
    openings = [OpenPairs.profile(economy, economy.regions[:k]) for k in range(5)]
    openings.append(OpenPairs.partition(economy, economy.regions[:2], economy.regions[2:4]))
    bound, masks = economy.bind(cut(economy)), np.array([opening.mask for opening in openings])
    case = Case(economy, bound, masks.any(axis=0), closure="short", tolerance=1e-10, radius="every")
    assert case.together is not None
    none = np.zeros(len(masks), dtype=bool)
    fast = case.solve(masks, none)
    case.together = None
    slow = case.solve(masks, none)
    np.testing.assert_allclose(fast.values, slow.values, rtol=1e-10, atol=1e-10 * economy.world.value_added.max())
    np.testing.assert_allclose(fast.checks, slow.checks, atol=1e-4)


def test_what_does_not_converge_beside_others_is_solved_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    economy = random_economy(3, regions=6)
    openings = [OpenPairs.coalition(economy, economy.regions[:k]) for k in (2, 3, 4)]
    whole = batch_openings(economy, cut(economy), openings)
    monkeypatch.setattr("ronghe.simulate.batches.group.MOST_STEPS", 3)
    alone = batch_openings(economy, cut(economy), openings)
    assert alone.converged
    np.testing.assert_allclose(alone.payable, whole.payable, atol=SINGLE * economy.world.value_added.max())
    assert (np.abs(alone.radii - whole.radii) < 1e-3).all()


def test_the_worked_page_holds_for_one_way_openings() -> None:
    # Only (A, B) falls by 10 %: the values of the three-region page of the model's documentation.
    economy = three_region_economy()
    gains = batch_openings(economy, cut(economy, 0.1), [OpenPairs.of_pairs(economy, [("A", "B")])])
    np.testing.assert_allclose(gains.household[0], [1.054144, 0.789721, -0.065894], atol=1e-6)
    np.testing.assert_allclose(gains.payable[0, :2], [1.031441, 0.802006], atol=1e-6)
    np.testing.assert_allclose(gains.real_output[0], 0.0, atol=1e-9)


def test_the_example_of_the_guide_matches_its_closed_form() -> None:
    # Three regions alike, own share 0.8, theta 4: I^/P^ = (0.8 + 0.2 k^^-4)^(1/4), and Pay = PC^ HCE.
    flows = np.array([[80.0, 10, 10], [10, 80, 10], [10, 10, 80]])[:, :, None]
    economy = Economy.from_flows(
        flows=flows, axes=("buyer", "seller", "sector"), value_added_shares=np.ones((3, 1)),
        input_shares=np.zeros((1, 1)), elasticities=4.0, regions=["A", "B", "C"], sectors=["goods"],
    )  # fmt: skip
    openings = [
        OpenPairs.coalition(economy, ["A", "B", "C"]),
        OpenPairs.coalition(economy, ["A", "B"]),
        OpenPairs.profile(economy, ["A"]),
    ]
    gains = batch_openings(economy, cut(economy, 0.1), openings)
    real = (0.8 + 0.2 * 0.9**-4) ** 0.25
    np.testing.assert_allclose(gains.real_income[0], real, rtol=1e-9)
    np.testing.assert_allclose(gains.household[0], 100 * (real - 1), rtol=1e-8)
    np.testing.assert_allclose(gains.payable[0], 100 * (real - 1) / real, rtol=1e-8)
    np.testing.assert_allclose(gains.payable[1:], [[1.3339, 1.3339, -0.1288], [1.3361, 0.4671, 0.4671]], atol=5e-5)


def test_one_basket_gives_real_income_as_consumption() -> None:
    # Pay = PC^ HCE and HCE = C (I^/P^ - 1) with one basket, no fiscal block and fixed people.
    economy = Economy.from_flows(**random_flows(2, regions=4, tariffs=False))
    gains = batch_openings(economy, cut(economy), [OpenPairs.coalition(economy, economy.regions[:3])])
    spent = economy.world.purchases[0]
    np.testing.assert_allclose(spent * (gains.real_income[0] - 1.0), gains.household[0], rtol=1e-9)


@pytest.mark.parametrize("closure", ["medium", "long"])
def test_people_and_columns_by_home_are_there_where_people_move(closure: str) -> None:
    economy = random_economy(7, regions=5)
    opening = OpenPairs.coalition(economy, economy.regions[:3])
    gains = batch_openings(economy, cut(economy), [opening], closure=closure)  # type: ignore[arg-type]
    single = gain(economy, Scenario("own").cut_trade_cost(0.2, within=economy.regions[:3]), closure=closure)
    assert np.ptp(gains.people[0]) > 1e-6
    at_home = single.home_household
    assert at_home is not None
    np.testing.assert_allclose(gains.column("home_household")[0], at_home, atol=1e-9 * economy.world.value_added.max())
    fixed = batch_openings(economy, cut(economy), [opening])
    assert (fixed.people == 1.0).all()
    with pytest.raises(ParameterFault, match="home_household"):
        fixed.column("home_household")


def test_wedges_and_every_block_go_the_slow_way_to_the_same_numbers() -> None:
    economy = full_economy(3)
    members = economy.regions[:3]
    gains = batch_openings(economy, cut(economy, 0.1), [OpenPairs.coalition(economy, members)])
    single = gain(economy, Scenario("own").cut_trade_cost(0.1, within=members), starts=0)
    size = economy.world.value_added.max()
    np.testing.assert_allclose(gains.payable[0], single.payable, atol=SINGLE * size)


def test_a_change_beside_trade_acts_where_all_its_regions_are_open() -> None:
    economy = random_economy(7, regions=5)
    a, b, c, *_ = economy.regions
    scenario = cut(economy, 0.1).raise_productivity({a: 1.1})
    gains = batch_openings(economy, scenario, [OpenPairs.coalition(economy, m) for m in ([a, b], [b, c])])
    raised = gain(economy, Scenario("own").cut_trade_cost(0.1, within=[a, b]).raise_productivity({a: 1.1}), starts=0)
    size = economy.world.value_added.max()
    np.testing.assert_allclose(gains.payable[0], raised.payable, atol=SINGLE * size)
    np.testing.assert_allclose(
        gains.payable[1],
        gain(economy, Scenario("own").cut_trade_cost(0.1, within=[b, c]), starts=0).payable,
        atol=SINGLE * size,
    )
    table = batch(economy, scenario, [a, b, c])
    np.testing.assert_allclose(table.payable[0b011], gains.payable[0], atol=SINGLE * size)
    np.testing.assert_allclose(table.payable[0b110], gains.payable[1], atol=SINGLE * size)


def test_coalitions_one_by_one_are_the_table_of_all() -> None:
    economy = random_economy(7, regions=6)
    players = economy.regions[:4]
    table = batch(economy, cut(economy), players)
    members = [[p for i, p in enumerate(players) if s >> i & 1] for s in range(16)]
    gains = batch_openings(economy, cut(economy), [OpenPairs.coalition(economy, m) for m in members])
    size = economy.world.value_added.max()
    np.testing.assert_allclose(gains.payable, table.payable, atol=SINGLE * size)
    np.testing.assert_allclose(gains.worth(members), table.worth(), atol=SINGLE * size)
    np.testing.assert_allclose(gains.radii, table.radii, atol=1e-3)


# ---- shared solves, failures, marks


def test_the_same_pairs_share_one_solve() -> None:
    economy = random_economy(7, regions=5)
    a, b, c, d, _ = economy.regions
    scenario = Scenario("cut").cut_trade_cost(0.2, within=[a, b, c])
    same = [
        OpenPairs.coalition(economy, [a, b]),
        OpenPairs.of_pairs(economy, [(b, a), (a, b)]),
        OpenPairs.coalition(economy, [a, b, d]),  # the scenario does not touch d
        OpenPairs.coalition(economy, [a, c]),
    ]
    gains = batch_openings(economy, scenario, same)
    assert gains.index.tolist() == [0, 0, 0, 1]
    assert [len(part) for part in gains.parts] == [2]
    np.testing.assert_array_equal(gains.payable[0], gains.payable[2])


def test_a_failed_opening_is_nan_with_its_status_and_leaves_the_others() -> None:
    economy = Economy.from_flows(**random_flows(5, regions=3, tariffs=False))
    # A wall between two regions and the third, through which their deficits were paid.
    scenario = Scenario("wall").prohibit(within=economy.regions)
    openings = [OpenPairs.coalition(economy, economy.regions), OpenPairs.coalition(economy, economy.regions[:2])]
    gains = batch_openings(economy, scenario, openings)
    assert gains.failed == (0,)
    assert np.isnan(gains.payable[0]).all()
    assert np.isfinite(gains.payable[1]).all()
    assert gains.kinds[0] != "converged"
    assert "1 of 2 openings have no usable equilibrium" in gains.status_text.en
    assert gains.status_texts()[0].en.startswith(("stopped", "inconsistent"))
    assert gains.status_texts([1])[0].en.startswith("converged")


def test_one_sampled_opening_with_several_equilibria_marks_the_whole_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    economy = random_economy(7, regions=5)
    openings = [OpenPairs.coalition(economy, economy.regions[:k]) for k in (2, 3, 4)]
    monkeypatch.setattr(Case, "_certified", lambda self, mask, found: "several")
    gains = batch_openings(economy, cut(economy), openings)
    assert gains.several
    assert not gains.converged
    assert "the whole batch is marked" in gains.status_text.en
    table = batch(economy, cut(economy), economy.regions[:3])
    assert not table.converged
    assert "the whole batch is marked" in table.status_text.en


def test_the_sample_alone_has_its_radius_when_asked() -> None:
    economy = random_economy(7, regions=5)
    openings = [OpenPairs.coalition(economy, economy.regions[:k]) for k in (2, 3, 4, 5)]
    every = batch_openings(economy, cut(economy), openings)
    some = batch_openings(economy, cut(economy), openings, radius="sample")
    assert (every.radii > 0).all()
    assert set(np.flatnonzero(np.isfinite(some.radii))) == set(some.sample)
    np.testing.assert_array_equal(every.payable, some.payable)


# ---- streaming


def test_parts_arrive_in_order_and_progress_tells_the_time_left() -> None:
    economy = random_economy(7, regions=5)
    openings = [OpenPairs.profile(economy, [p for i, p in enumerate(economy.regions) if s >> i & 1]) for s in range(32)]
    told: list[tuple[int, int, float]] = []
    seen: list[int] = []
    batch_openings(economy, cut(economy), openings[:4], progress=lambda done, count: seen.append(done))
    assert seen == [0, 4]
    gains = batch_openings(
        economy,
        cut(economy),
        openings,
        part=5,
        progress=Pace(lambda done, count, left: told.append((done, count, left))),
    )
    assert [done for done, _, _ in told] == [5, 10, 15, 20, 25, 30, 32]
    assert all(count == 32 for _, count, _ in told)
    assert told[2][2] > 0
    assert told[-1][2] == 0
    parts = list(stream_openings(economy, cut(economy), openings, part=5, threads=1))
    assert [part.first for part in parts] == list(range(0, 32, 5))
    np.testing.assert_array_equal(np.concatenate([part.table for part in parts]), np.concatenate(list(gains.parts)))
    measures = np.concatenate([values for _, values in gains.chunks()])
    np.testing.assert_array_equal(measures[:, gains.measures.index("payable")], gains.payable)


def test_more_than_the_seconds_given_is_refused_with_the_estimate() -> None:
    economy = random_economy(7, regions=6)
    openings = [OpenPairs.profile(economy, [p for i, p in enumerate(economy.regions) if s >> i & 1]) for s in range(64)]
    assert estimate_seconds(economy, cut(economy), openings) > 0
    with pytest.raises(ParameterFault, match=r"64 openings take about .* s with"):
        batch_openings(economy, cut(economy), openings, most_seconds=1e-6)
    assert batch_openings(economy, cut(economy), openings[:4], most_seconds=600.0).converged


def test_wrong_use_is_told() -> None:
    economy = random_economy(7, regions=4)
    with pytest.raises(ScenarioFault, match="No opening"):
        batch_openings(economy, cut(economy), [])
    with pytest.raises(ScenarioFault, match="another economy"):
        batch_openings(economy, cut(economy), [OpenPairs.coalition(random_economy(7, regions=5), [])])
    opening = OpenPairs.coalition(economy, economy.regions)
    with pytest.raises(ParameterFault, match="every or sample"):
        batch_openings(economy, cut(economy), [opening], radius="none")  # type: ignore[arg-type]
    with pytest.raises(NotIdentified):
        batch_openings(replace(economy, identifies={}), cut(economy), [opening])
