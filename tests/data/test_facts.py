"""The embedded facts: official totals to the person and to the digit, and the script that compiles them."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np
import pytest

from ronghe.base.region import provinces
from ronghe.base.sector import nine_sectors
from ronghe.base.units import parse
from ronghe.data import Dataset, load
from ronghe.data.check import complete_years
from ronghe.data.facts import BEFORE, FACTS, FILES, REVISED, read_facts
from shared import REPOSITORY, shared

SERVICEMEN_2020, SERVICEMEN_2010, UNDETERMINED_2010 = 2_000_000, 2_300_000, 4_649_985


def total(data: Dataset, indicator: str, year: int, vintage: str | None = None) -> float:
    return data.figures.total(indicator, data.codes, year, vintage)


def test_the_censuses_add_up_to_the_official_totals_to_the_person(data: Dataset) -> None:
    assert total(data, "population_census", 2020) == 1_409_778_724
    assert total(data, "population_census", 2020) + SERVICEMEN_2020 == 1_411_778_724
    counted = total(data, "population_census", 2010)
    assert counted == 1_332_774_867
    assert counted + SERVICEMEN_2010 + UNDETERMINED_2010 == 1_339_724_852


@pytest.mark.parametrize(
    ("year", "gdp", "revenue", "expenditure", "education"),
    [
        (2019, 1_001_773.7, 101_080.6, 203_743.2, 32_961.1),
        (2020, 1_031_101.6, 100_143.2, 210_583.5, 34_686.3),
        (2023, 1_283_801.5, 117_228.8, 236_403.5, 39_677.5),
    ],
)
def test_sums_of_a_base_year(
    data: Dataset, year: int, gdp: float, revenue: float, expenditure: float, education: float
) -> None:
    assert total(data, "gdp", year) == pytest.approx(gdp, abs=0.06)
    assert total(data, "fiscal_revenue", year) == pytest.approx(revenue, abs=0.06)
    assert total(data, "fiscal_expenditure", year) == pytest.approx(expenditure, abs=0.06)
    assert total(data, "fiscal_exp_education", year) == pytest.approx(education, abs=0.06)


@pytest.mark.parametrize(("year", "wanted"), [(2019, 1_405_577_764), (2023, 1_408_708_880)])
def test_population_without_a_count_is_computed_and_says_so(data: Dataset, year: int, wanted: int) -> None:
    facts = [data.fact("population", code, year) for code in data.codes]
    assert round(sum(fact.value for fact in facts)) == wanted
    assert {fact.status for fact in facts} == {"computed"}


def test_population_of_a_census_year_is_the_count(data: Dataset) -> None:
    assert data.value("population", "上海", 2020) == data.value("population_census", "上海", 2020) == 24_870_895
    assert data.fact("population", "上海", 2020).status == "observed"


@pytest.mark.parametrize("year", [2019, 2020, 2023])
def test_sectors_and_industries_add_up_to_the_product(data: Dataset, year: int) -> None:
    for code in data.codes:
        whole = data.value("gdp", code, year)
        nine = sum(data.value(f"va_{sector.code}", code, year) for sector in nine_sectors())
        three = sum(data.value(f"gdp_{part}", code, year) for part in ("primary", "secondary", "tertiary"))
        assert abs(nine - whole) <= 0.2001
        assert abs(three - whole) <= 0.1001


def test_the_old_vintage_is_kept_apart(data: Dataset) -> None:
    assert total(data, "gdp", 2020, BEFORE) == pytest.approx(1_012_415.0, abs=0.06)
    assert total(data, "gdp_pre_revision", 2020) == total(data, "gdp", 2020, BEFORE)
    assert data.fact("gdp", "沪", 2020).vintage == REVISED
    ratios = [data.value("gdp", c, 2020) / data.value("gdp", c, 2020, BEFORE) for c in data.codes]
    assert min(ratios) == pytest.approx(0.985, abs=5e-4)
    assert max(ratios) == pytest.approx(1.075, abs=5e-4)


def test_customs_of_2020_are_the_same_on_both_definitions(data: Dataset) -> None:
    for name in ("trade_by_operator", "trade_by_place"):
        assert total(data, name, 2020) / 1e6 == pytest.approx(4_655.9, abs=0.05)


def test_beds_of_2018(data: Dataset) -> None:
    assert total(data, "beds", 2018) / 100 == pytest.approx(8.404, abs=5e-4)


def test_there_are_9222_rows_of_the_panel_and_63_memberships() -> None:
    tables = read_facts().tables
    assert len(tables["panel.csv.gz"]) == 9_222
    assert len(tables["membership.csv"]) == 63


def test_distances_are_symmetric_and_own_distance_is_positive(data: Dataset) -> None:
    at = [data.codes.index(code) for code in ("110000", "310000", "440000", "500000", "510000")]
    km = data.distances
    assert np.array_equal(km, km.T)
    assert (km > 0).all()
    assert (km[at[0], at[1]], km[at[0], at[2]], km[at[3], at[4]]) == (1068.3, 1890.4, 269.3)
    assert km[at[1], at[1]] == pytest.approx(0.67 * np.sqrt(6300 / np.pi), rel=0.05)


def test_neighbours_are_68_land_borders_and_one_strait(data: Dataset) -> None:
    assert data.adjacency.sum() == 2 * 69
    assert list(read_facts().tables["adjacency.csv"]["kind"]).count("strait") == 1


def test_rail_times_of_2014(data: Dataset) -> None:
    minutes = data.rail_minutes
    assert minutes is not None
    beijing, shanghai = data.codes.index("110000"), data.codes.index("310000")
    assert minutes[beijing, shanghai] == pytest.approx(4.80 * 60)


def test_eight_main_classes_of_prices_in_every_year(data: Dataset) -> None:
    prices = data.prices
    assert prices is not None
    assert (prices.years[0], prices.years[-1]) == (2005, 2022)
    for place, year in enumerate(prices.years):
        classes = prices.classes(year)
        assert len(classes) == 8
        index = prices.index[place][:, [prices.commodities.index(name) for name in classes]]
        assert np.isfinite(index).all()


def test_regions_of_the_facts_are_the_regions_of_base() -> None:
    held = read_facts().tables["regions.csv"]
    ours = {r.code: (r.name_zh, r.short_zh, r.abbr_zh, r.name_en) for r in provinces()}
    theirs = {code: tuple(names) for code, *names in held.rows("code", "name_zh", "short_zh", "abbr_zh", "name_en")}
    assert {code: theirs[code] for code in ours} == ours
    assert set(theirs) - set(ours) == {"CHN"}


def test_every_unit_of_the_indicators_is_known() -> None:
    for unit in set(read_facts().tables["indicators.csv"]["unit"]):
        parse(unit)


def test_every_value_carries_a_source_with_title_and_licence(data: Dataset) -> None:
    fact = data.fact("fiscal_revenue", "皖")
    assert fact.provenance.sources[0].title.zh
    assert fact.provenance.place.startswith("panel.csv.gz!line ")
    for source in data.sources:
        assert all((source.title.zh, source.title.en, source.publisher.zh, source.licence))


def test_the_register_of_complete_years_is_what_the_tables_hold() -> None:
    tables = read_facts().tables
    present: dict[tuple[str, str, int], set[str]] = {}
    for name in ("panel.csv.gz", "customs.csv.gz", "services.csv.gz", "income_ratio.csv"):
        for indicator, vintage, year, region in tables[name].rows("indicator", "vintage", "year", "region"):
            if region != "CHN":
                present.setdefault((indicator, vintage or "", year), set()).add(region)
    full = {key for key, regions in present.items() if len(regions) == 31}
    listed = {
        (indicator, vintage, year)
        for indicator, years in tables["indicators.csv"].rows("indicator", "complete_years")
        for vintage, year in complete_years(years or "")
    }
    assert listed == full


def test_compiling_again_gives_the_same_tables(tmp_path: Path) -> None:
    shared("china_provinces")
    sys.path.insert(0, str(REPOSITORY / "scripts"))
    try:
        from compile_facts import compile_facts
    finally:
        sys.path.remove(str(REPOSITORY / "scripts"))
    for made in compile_facts(tmp_path):
        kept = FACTS / made.name
        if made.suffix == ".gz":
            # Time stamp 0; the packed bytes may differ between builds of zlib, what is packed may not.
            assert made.read_bytes()[4:8] == kept.read_bytes()[4:8] == b"\0\0\0\0"
            assert gzip.decompress(made.read_bytes()) == gzip.decompress(kept.read_bytes())
        else:
            assert made.read_bytes() == kept.read_bytes()


def test_the_embedded_tables_are_small() -> None:
    assert sum((FACTS / name).stat().st_size for name in FILES) < 600_000


def test_the_hash_is_of_content_and_year(data: Dataset) -> None:
    assert data.content_hash == load().content_hash
    assert data.content_hash != load(year=2020).content_hash
