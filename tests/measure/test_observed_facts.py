"""Observed facts of an area: the official totals, and cells that stay empty."""

from __future__ import annotations

import pytest

from ronghe.base.exhibit import Exhibit
from ronghe.base.text import Text
from ronghe.data import Dataset, load
from ronghe.measure import observed_exhibits
from ronghe.measure.figures import percent, total


@pytest.fixture(scope="module")
def data() -> Dataset:
    return load()


@pytest.fixture(scope="module")
def delta(data: Dataset) -> dict[str, Exhibit]:
    return {exhibit.id: exhibit for exhibit in observed_exhibits(data, "长三角")}


def test_the_subjects_of_the_report_are_there(delta: dict[str, Exhibit]) -> None:
    assert list(delta) == [
        "observed-population",
        "observed-product",
        "observed-education",
        "observed-health",
        "observed-foreign-trade",
        "observed-technology",
    ]
    assert {exhibit.kind for exhibit in delta.values()} == {"table"}


def test_population_between_the_censuses(delta: dict[str, Exhibit]) -> None:
    """Censuses of 2010 and 2020: 长三角 +9.09 %, 浙江 most, 安徽 least; 31 provinces +5.78 %."""
    exhibit = delta["observed-population"]
    assert exhibit.title.zh == "两次普查之间长三角常住人口增加9.09%：增幅最高的是浙江（18.6%），最低的是安徽（2.57%）"
    assert exhibit.title.en.endswith(
        "grew by 9.09% between the censuses; highest Zhejiang (18.6%), lowest Anhui (2.57%)"
    )
    assert "5.78%" in exhibit.notes[0].zh
    assert exhibit.table.column("census_2020") == [24870895, 84748016, 64567588, 61027171, 235213670]


def test_product_and_its_nine_sectors(delta: dict[str, Exhibit]) -> None:
    exhibit = delta["observed-product"]
    assert "31.62万亿元，占31个地区合计的24.6%" in exhibit.title.zh
    for row in exhibit.table.rows:
        assert sum(row[2:]) == pytest.approx(row[1], abs=1)  # type: ignore[arg-type]


def test_education_outlays_per_head(delta: dict[str, Exhibit]) -> None:
    exhibit = delta["observed-education"]
    assert "上海（4862元），最低的是安徽（2477元）" in exhibit.title.zh
    assert exhibit.status == "computed"


def test_national_totals_are_the_official_ones(data: Dataset) -> None:
    """Goods trade 2020 4,655.9 billion US dollars; technology as published; all provinces as one area."""
    found = {exhibit.id: exhibit for exhibit in observed_exhibits(load(year=2020), data.codes)}
    trade = found["observed-foreign-trade"].table.rows[-1]
    assert trade[1] == pytest.approx(46559, abs=1)
    assert trade[2] == pytest.approx(46559, abs=1)
    assert found["observed-population"].table.rows[-1][2] == 1409778724


def test_every_table_says_where_it_comes_from(delta: dict[str, Exhibit]) -> None:
    for exhibit in delta.values():
        assert exhibit.provenance
        assert all(held.sources and held.sources[0].title.zh for held in exhibit.provenance)


def test_members_without_facts_and_partial_members_are_named(data: Dataset) -> None:
    population = observed_exhibits(data, "大湾区")[0]
    said = " ".join(note.en for note in population.notes)
    assert "Members without data: Hong Kong, Macao." in said
    assert "Only a part of Guangdong belongs to the area" in said
    assert len(population.table.rows) == 1


def test_what_a_data_set_lacks_is_left_out_and_the_rest_is_marked(data: Dataset) -> None:
    demo = load("demo")
    found = observed_exhibits(demo, demo.areas[0])
    assert [exhibit.id for exhibit in found] == ["observed-product"]
    assert found[0].status == "demonstration"


def test_a_missing_figure_is_never_counted_as_nothing() -> None:
    assert total([1.0, None]) is None
    assert percent(None) == "—"


STATUSES = {
    "observed-population": {"census_2010": "observed", "census_2020": "observed", "change": "computed"},
    "observed-product": {"gdp": "observed", "agriculture": "observed"},
    "observed-education": {"outlays": "observed", "people": "computed", "per_head": "computed"},
    "observed-health": {"outlays_2018": "observed", "per_head_2010": "computed", "per_head_2018": "computed"},
    "observed-foreign-trade": {"by_operator": "observed", "by_place": "observed", "share": "computed"},
    "observed-technology": {"sold": "observed", "bought": "observed", "net": "computed"},
}


@pytest.mark.parametrize("id", STATUSES)
def test_sums_shares_and_figures_per_head_are_computed_and_said_to_be(id: str, delta: dict[str, Exhibit]) -> None:
    exhibit = delta[id]
    held = {column.key: column.status for column in exhibit.table.columns}
    assert STATUSES[id].items() <= held.items()
    assert exhibit.row_statuses == {len(exhibit.table.rows) - 1: "computed"}
    assert exhibit.table.rows[-1][0] == Text("合计（计算）", "Together (computed)")
    assert exhibit.status == "computed"
