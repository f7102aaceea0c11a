"""The demonstration loads as a country of its own, labelled everywhere, and balances."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from breaking import rewrite

from ronghe.base.errors import DataFault, ParameterFault
from ronghe.data import Dataset, load

BALANCE = 1e-9


@pytest.mark.parametrize("year", [1, 2, 3])
def test_its_accounts_balance(year: int) -> None:
    base = load("demo", year=year).baseline
    output, bought = base.flows.sum(axis=1).T, base.flows.sum(axis=2).T
    final = base.household + base.government + base.investment
    used = final + np.einsum("njk,nk->nj", base.input_shares, output)
    np.testing.assert_allclose(used, bought, rtol=BALANCE, atol=BALANCE)
    np.testing.assert_allclose(final.sum(axis=1), (base.value_added_shares * output).sum(axis=1), rtol=BALANCE)


def test_product_of_the_facts_is_value_added_of_the_table(demo: Dataset) -> None:
    base = demo.baseline
    made = (base.value_added_shares * base.flows.sum(axis=1).T)[:-1]
    np.testing.assert_allclose(made.sum(axis=1), [demo.value("gdp", code) for code in demo.codes], rtol=1e-9)
    np.testing.assert_allclose(made[:, 1], [demo.value("va_industry", code) for code in demo.codes], rtol=1e-9)


def test_people_add_up(demo: Dataset) -> None:
    people = demo.baseline.people
    assert people is not None
    assert people.status == "demonstration"
    np.testing.assert_array_equal(people.residents.sum(axis=0), [demo.value("population", code) for code in demo.codes])
    assert {count.definition for count in demo.migration} == {"hukou", "yearly move"}


def test_it_says_demonstration_everywhere(demo: Dataset) -> None:
    assert demo.status == "demonstration"
    assert "演示" in demo.name.zh
    assert demo.baseline.pair_status == "demonstration"
    assert {status for _, status in demo.baseline.statuses} == {"demonstration"}
    assert demo.fact("gdp", "D01").status == "demonstration"
    assert demo.trace("trade", origin="D01", destination="D02").status == "demonstration"


def test_blocks_own_the_walls_of_their_units(demo: Dataset) -> None:
    assert len(demo.codes) == len(demo.blocks) == 24
    assert len(set(demo.blocks.values())) == 8
    for name in ("示范甲", "demo_a", "Demo area A"):
        assert len(demo.area(name)) == 12
    second = demo.area("示范乙")
    assert len(second) == 9
    assert {demo.blocks[member.region] for member in second.partial} == {"P6"}


def test_pairs_are_known_so_there_is_no_band_of_assumptions(demo: Dataset) -> None:
    assert list(demo.draws(5, seed=1)) == []
    with pytest.raises(ParameterFault):
        demo.baseline_with(distance_elasticity=0.3)
    assert (demo.baseline_with(trade_elasticity=8.0).elasticities == 8).all()


def test_a_year_there_is_not_is_refused() -> None:
    with pytest.raises(ParameterFault, match="3、2、1"):
        load("demo", year=2023)


def test_a_real_row_inside_the_demonstration_is_refused(copy: Path) -> None:
    def real(rows: list[list[str]]) -> list[list[str]]:
        rows[1][rows[0].index("status")] = "observed"
        return rows

    rewrite(copy / "demo" / "trade_exact.csv.gz", real)
    with pytest.raises(DataFault) as fault:
        load("demo", facts=copy)
    assert {one.code for one in fault.value.faults} == {"E509"}


def test_a_cell_that_breaks_the_balance_is_found(copy: Path) -> None:
    def change(rows: list[list[str]]) -> list[list[str]]:
        at = rows[0].index("value")
        rows[1][at] = str(float(rows[1][at]) * 1.01)
        return rows

    rewrite(copy / "demo" / "trade_exact.csv.gz", change)
    with pytest.raises(DataFault) as fault:
        load("demo", facts=copy)
    assert {one.code for one in fault.value.faults} == {"E501"}


def test_a_missing_folder_names_every_table(copy: Path) -> None:
    shutil.rmtree(copy / "demo")
    with pytest.raises(DataFault) as fault:
        load("demo", facts=copy)
    missing = [one for one in fault.value.faults if one.code == "E108"]
    assert len(missing) == 13
