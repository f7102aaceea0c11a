"""The firm network: shells, doubles, rings of holdings, balance and corridors; by hand and by their laws."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.measure.control import (
    corridors,
    cross_border_share,
    realised,
    strength,
    traded_links,
    wilson,
)
from ronghe.measure.firms import Holding, Kind, SummedLinks, firm_network, summed_network
from ronghe.measure.ownership import ultimate_network, ultimate_shares

SETTINGS = settings(max_examples=40, deadline=None)
ROUNDING = 1e-9  # relative, a sparse solve of a few units
NAN = float("nan")
DAY = date(2023, 12, 31)
REGIONS = ("沪", "苏", "皖")


def row(
    parent: str,
    child: str,
    share: float = 1.0,
    paid_in: float = 100.0,
    *,
    kind: Kind = "subsidiary",
    staff: float = 10,
    industry: str = "C36",
    where: tuple[str, str] = ("沪", "苏"),
    start: date = date(2020, 1, 1),
    end: date | None = None,
) -> Holding:
    return Holding(parent, child, kind, share, paid_in, staff, industry, *where, start, end)


def test_capital_is_share_times_paid_in() -> None:
    found = firm_network(
        holdings=[row("A", "B", 0.6), row("A", "C", 0.5, 40), row("D", "E", where=("皖", "皖"))],
        regions=REGIONS,
        on=DAY,
    )
    np.testing.assert_array_equal(found.capital, [[0, 80, 0], [0, 0, 0], [0, 0, 100]])
    np.testing.assert_array_equal(found.counts, [[0, 2, 0], [0, 0, 0], [0, 0, 1]])


def test_shells_are_out_and_counted() -> None:
    found = firm_network(
        holdings=[row("A", "B", staff=0), row("A", "C", staff=NAN), row("A", "D")], regions=REGIONS, on=DAY
    )
    assert found.counts.sum() == 2
    assert found.shells[0, 1] == 1
    assert found.staff_unknown == 1


def test_a_plant_that_is_branch_and_subsidiary_counts_once() -> None:
    found = firm_network(holdings=[row("A", "B", 0.6), row("A", "B", NAN, kind="branch")], regions=REGIONS, on=DAY)
    assert found.counts[0, 1] == 1
    assert found.capital[0, 1] == 60
    assert found.doubles == 1


def test_a_branch_is_wholly_its_parents() -> None:
    found = firm_network(holdings=[row("A", "B", NAN, 50, kind="branch")], regions=REGIONS, on=DAY)
    assert found.capital[0, 1] == 50


def test_unknown_capital_leaves_the_cell_unknown_not_nought() -> None:
    found = firm_network(holdings=[row("A", "B", 1.0, NAN), row("A", "C")], regions=REGIONS, on=DAY)
    assert np.isnan(found.capital[0, 1])
    assert found.counts[0, 1] == 2
    assert found.without_capital[0, 1] == 1
    assert found.capital[1, 0] == 0.0


def test_only_rows_of_the_day_count() -> None:
    rows = [row("A", "B", end=date(2022, 1, 1)), row("A", "C", start=date(2024, 1, 1)), row("A", "D", end=DAY)]
    assert firm_network(holdings=rows, regions=REGIONS, on=DAY).counts.sum() == 0
    assert firm_network(holdings=rows, regions=REGIONS, on=date(2021, 6, 1)).counts.sum() == 2


def test_ends_outside_the_list_are_counted_apart() -> None:
    found = firm_network(holdings=[row("A", "B", where=("沪", "浙"))], regions=REGIONS, on=DAY)
    assert found.elsewhere == 1
    assert found.counts.sum() == 0


@SETTINGS
@given(st.lists(st.floats(0.01, 0.24), min_size=1, max_size=4))
def test_splitting_a_holding_changes_nothing(parts: list[float]) -> None:
    whole = firm_network(holdings=[row("A", "B", sum(parts))], regions=REGIONS, on=DAY)
    split = firm_network(
        holdings=[row("A", "B", part, start=date(2010 + at, 1, 1)) for at, part in enumerate(parts)],
        regions=REGIONS,
        on=DAY,
    )
    np.testing.assert_allclose(split.capital, whole.capital, rtol=ROUNDING)
    np.testing.assert_array_equal(split.counts, whole.counts)


def test_all_faults_of_holdings_are_told_at_once() -> None:
    rows = [
        row("A", "B", 0.7),
        row("C", "B", 0.6, where=("皖", "皖")),
        row("D", "D"),
        row("E", "F", 1.4, where=("皖", "皖")),
        row("E", "G", 1.0, -5, where=("皖", "皖")),
        row("H", "I", 0.5, 1),
        row("J", "I", 0.5, 2),
        row("H", "K", end=date(2019, 1, 1)),
        row("H", "L", kind="loan"),  # type: ignore[arg-type]
    ]
    with pytest.raises(ParameterFault) as caught:
        firm_network(holdings=rows, regions=REGIONS, on=DAY)
    text = caught.value.text
    for told, english in (
        ("关联方式未知：loan", "Unknown kinds: loan"),
        ("0至1之间，不符的子公司：F", "from 0 to 1; not so for F"),
        ("不小于0的有限数，不符的子公司：G", "at least 0; not so for G"),
        ("持有自身的单位：D", "hold themselves: D"),
        ("早于起始日期的子公司：K", "before they start: K"),
        ("合计超过1的子公司：B、F", "more than 1 on the day: B, F"),
        ("不止一个地区的单位：B", "more than one region on the day: B"),
        ("不一致的子公司：I", "paid-in capital of I"),
    ):
        assert told in text.zh
        assert english in text.en


def test_summed_links_without_a_row_are_unknown_unless_the_table_is_complete() -> None:
    rows = [
        SummedLinks("沪", "苏", "C36", "subsidiary", 3, 60),
        SummedLinks("沪", "苏", "C37", "branch", 2, 40),
        SummedLinks("沪", "皖", "C36", "supply", 9, 900),
        SummedLinks("苏", "皖", "C36", "equity", 1, NAN),
    ]
    found = summed_network(rows=rows, regions=REGIONS)
    assert found.capital[0, 1] == 100
    assert found.counts[0, 1] == 5
    assert np.isnan(found.counts[0, 2])
    assert np.isnan(found.capital[1, 2])
    assert found.without_capital[1, 2] == 1
    assert summed_network(rows=rows, regions=REGIONS, complete=True).counts[0, 2] == 0
    assert summed_network(rows=rows, regions=REGIONS, kinds=["supply"]).counts[0, 2] == 9


def test_faults_of_summed_links() -> None:
    rows = [SummedLinks("沪", "苏", "C36", "loan", -3, 60)]  # type: ignore[arg-type]
    with pytest.raises(ParameterFault) as caught:
        summed_network(rows=rows, regions=("沪", "沪"))
    assert "重复的地区：沪" in caught.value.text.zh
    assert "关联方式未知：loan" in caught.value.text.zh
    assert "negative or infinite, or without links: 1" in caught.value.text.en


def test_ultimate_owner_through_a_chain_and_a_shell() -> None:
    """A holds C by half through a shell and 0.6 x 0.3 through B: 0.68 of 80, and 0.6 of B's 100."""
    rows = [
        row("A", "B", 0.6, 100),
        row("A", "S", 1.0, 50, staff=0, where=("沪", "皖")),
        row("S", "C", 0.5, 80, where=("皖", "苏")),
        row("B", "C", 0.3, 80, where=("苏", "苏")),
    ]
    found = ultimate_network(holdings=rows, regions=REGIONS, on=DAY)
    assert found.capital[0, 1] == pytest.approx(60 + 0.68 * 80)
    assert found.unnamed[1] == pytest.approx(40 + 0.32 * 80)
    assert found.shells == 1
    direct = firm_network(holdings=rows, regions=REGIONS, on=DAY)
    assert direct.capital[2, 1] == 40


def test_a_ring_is_solved_and_counted() -> None:
    """B and C hold a fifth of each other: chains add up to 1 / (1 - 0.2 x 0.2)."""
    rows = [
        row("A", "B", 0.8, 100),
        row("C", "B", 0.2, 100, where=("苏", "苏")),
        row("B", "C", 0.2, 50, where=("苏", "苏")),
    ]
    found = ultimate_network(holdings=rows, regions=REGIONS, on=DAY)
    loop = 1 / (1 - 0.04)
    assert found.rings == 1
    assert found.capital[0, 1] == pytest.approx(0.8 * loop * 100 + 0.8 * 0.2 * loop * 50)
    assert found.capital.sum() + found.unnamed.sum() == pytest.approx(150)


def test_a_ring_that_holds_itself_wholly_has_no_owner() -> None:
    rows = [row("B", "C", 1.0, where=("苏", "苏")), row("C", "B", 1.0, where=("苏", "苏"))]
    with pytest.raises(ParameterFault) as caught:
        ultimate_network(holdings=rows, regions=REGIONS, on=DAY)
    assert "B、C" in caught.value.text.zh
    assert "no ultimate owner" in caught.value.text.en


def test_unknown_shares_leave_all_below_unknown() -> None:
    rows = [
        row("A", "B", NAN, 100),
        row("B", "C", 1.0, 80, where=("苏", "皖")),
        row("D", "E", 1.0, 70, where=("沪", "沪")),
        row("D", "F", 1.0, NAN, where=("沪", "沪")),
    ]
    found = ultimate_network(holdings=rows, regions=REGIONS, on=DAY)
    np.testing.assert_array_equal(found.without_capital, [1, 1, 1])
    assert found.capital.sum() == pytest.approx(70)


@SETTINGS
@given(hnp.arrays(float, (5, 5), elements=st.floats(0, 1)), st.floats(0.1, 0.95))
def test_ultimate_shares_add_up_to_one_and_are_the_sum_of_all_chains(table: np.ndarray, named: float) -> None:
    shares = named * table / np.maximum(table.sum(axis=0), 1e-9)
    shares[:, table.sum(axis=0) == 0] = 0
    found = ultimate_shares(shares=shares)
    np.testing.assert_allclose(found.sum(axis=0), 1.0, rtol=ROUNDING)
    chains, power = np.eye(5), np.eye(5)
    for _ in range(600):
        power = power @ shares
        chains += power
    np.testing.assert_allclose(found, (1 - shares.sum(axis=0))[:, None] * chains, atol=1e-8)


@SETTINGS
@given(st.permutations(range(4)))
def test_order_of_rows_changes_nothing(order: list[int]) -> None:
    rows = [
        row("A", "B", 0.8),
        row("C", "B", 0.2, where=("苏", "苏")),
        row("B", "C", 0.2, 50, where=("苏", "苏")),
        row("D", "E", 0.9, 70, where=("皖", "沪")),
    ]
    whole = ultimate_network(holdings=rows, regions=REGIONS, on=DAY)
    again = ultimate_network(holdings=[rows[at] for at in order], regions=REGIONS, on=DAY)
    np.testing.assert_allclose(again.capital, whole.capital, rtol=ROUNDING, atol=1e-12)


def test_no_rows_give_a_network_of_noughts() -> None:
    assert firm_network(holdings=[], regions=REGIONS, on=DAY).counts.sum() == 0
    assert ultimate_network(holdings=[], regions=REGIONS, on=DAY).capital.shape == (3, 3)


def test_strength_and_balance_by_hand() -> None:
    found = strength(flows=np.array([[5, 6, 0], [2, 0, 0], [0, 0, 1.0]]))
    np.testing.assert_array_equal(found.out, [6, 2, 0])
    np.testing.assert_array_equal(found.received, [2, 6, 0])
    np.testing.assert_array_equal(found.own, [5, 0, 1])
    assert found.balance[0, 1] == 0.5
    assert np.isnan(found.balance[0, 2])


@SETTINGS
@given(hnp.arrays(float, (4, 4), elements=st.floats(0, 1e6)), st.floats(1e-3, 1e3))
def test_what_goes_out_comes_in_and_balance_is_opposed(flows: np.ndarray, unit: float) -> None:
    found, scaled = strength(flows=flows), strength(flows=flows * unit)
    assert found.out.sum() == pytest.approx(found.received.sum(), rel=ROUNDING)
    np.testing.assert_array_equal(found.balance, -found.balance.T)
    np.testing.assert_allclose(scaled.balance[flows > 1e-100], found.balance[flows > 1e-100], atol=1e-9)


def test_corridors_are_of_known_directions_between_blocks() -> None:
    flows = np.array([[9, 9, 3, NAN], [9, 9, 1, 1], [2, 2, 9, 1], [0, 0, 6, 9]])
    found = corridors(flows=flows, blocks=["a", "a", "b", "c"])
    assert [(line.origin, line.destination, line.amount) for line in found] == [
        ("c", "b", 6.0),
        ("a", "b", 4.0),
        ("b", "a", 4.0),
        ("b", "c", 1.0),
    ]
    assert found[0].share == pytest.approx(6 / 15)
    assert len(corridors(flows=flows, blocks=["a", "a", "b", "c"], most=2)) == 2


def test_realised_share_by_hand_and_what_is_unknown_counts_in_neither() -> None:
    flows = np.array([[8, 1, NAN], [1, 8, 2], [3, 2, 8]])
    free = np.array([[6, 2, 2], [2, 6, 4], [2, 4, 6.0]])
    assert realised(flows=flows, border_free=free, blocks=["a", "b", "c"], pair=("a", "b")) == 0.5
    assert realised(flows=flows, border_free=free, blocks=["a", "b", "c"]) == pytest.approx(9 / 14)
    assert realised(flows=free, border_free=free, blocks=["a", "b", "c"]) == 1.0
    assert np.isnan(realised(flows=flows, border_free=free * np.eye(3), blocks=["a", "b", "c"]))


def test_merging_blocks_on_paper_never_raises_what_is_realised_between_the_old_ones() -> None:
    flows = np.array([[8, 1, 3], [1, 8, 2], [3, 2, 8.0]])
    free = np.array([[6, 2, 4], [2, 6, 3], [4, 3, 5.0]])
    before = realised(flows=flows, border_free=free, blocks=["a", "b", "c"], pair=("a", "b"))
    with pytest.raises(ParameterFault, match="two known blocks"):
        realised(flows=flows, border_free=free, blocks=["ab", "ab", "c"], pair=("a", "b"))
    assert before == 0.5


def test_share_of_firms_across_the_border() -> None:
    rows = [row("A", "B"), row("C", "D", where=("皖", "皖"))]
    links = firm_network(holdings=rows, regions=REGIONS, on=DAY).links
    blocks = {"沪": 1, "苏": 2, "皖": 3}
    assert cross_border_share(links=links, blocks=blocks).value == 0.5
    register = ("A", "B", "C", "D", *(f"firm {at}" for at in range(4)))
    assert cross_border_share(links=links, blocks=blocks, firms=register).value == 0.25
    assert cross_border_share(links=links, blocks={"沪": 1, "苏": 1, "皖": 3}).value == 0.0
    with pytest.raises(NotIdentified):
        cross_border_share(links=(), blocks=blocks)
    with pytest.raises(ParameterFault, match="Regions without a block: 苏"):
        cross_border_share(links=links, blocks={"沪": 1, "皖": 3})


def test_wilson_interval_of_eight_of_ten() -> None:
    """Wilson 1927 at 90 %: 0.5408 to 0.9314; nought of ten starts at nought."""
    found = wilson(number=8, of=10)
    assert (found.spread.low, found.spread.high) == pytest.approx((0.5408, 0.9314), abs=5e-5)
    assert wilson(number=0, of=10).spread.low == 0.0
    with pytest.raises(ParameterFault):
        wilson(number=3, of=2)


def test_links_between_industries_that_trade() -> None:
    rows = [
        row("A", "B", industry="steel"),
        row("B", "C", industry="cars", where=("苏", "皖")),
        row("C", "D", industry="hotels", where=("皖", "皖")),
    ]
    links = firm_network(holdings=rows, regions=REGIONS, on=DAY).links
    table = np.array([[0.1, 0.3, 0], [0, 0.1, 0], [0, 0.001, 0]])
    found = traded_links(links=links, sectors={"steel": 0, "cars": 1, "hotels": 2}, coefficients=table)
    assert (found.trading, found.known, found.unknown) == (1, 2, 1)
    assert found.share == 0.5
    assert np.isnan(traded_links(links=(), sectors={}, coefficients=table).share)
    with pytest.raises(ParameterFault, match="No row of the table: steel"):
        traded_links(links=links, sectors={"steel": 7}, coefficients=table)
