"""Figures keep their vintage, and what is missing stays missing."""

from __future__ import annotations

import pytest

from ronghe.base.errors import UnknownTerm, VintageFault
from ronghe.data import Dataset, MissingFigure, one_vintage
from ronghe.data.facts import BEFORE, REVISED


def test_a_change_across_vintages_is_refused_and_names_both(data: Dataset) -> None:
    with pytest.raises(VintageFault) as fault:
        data.figures.change("gdp", "310000", 2015, 2023)
    for text in (fault.value.text.zh, fault.value.text.en):
        assert BEFORE in text
        assert REVISED in text
    assert "link_vintages" in fault.value.text.zh
    assert fault.value.exit_code == 3


def test_a_change_within_one_vintage_is_arithmetic(data: Dataset) -> None:
    old = data.figures.change("gdp", "310000", 2010, 2020, BEFORE)
    assert old == data.value("gdp", "310000", 2020, BEFORE) / data.value("gdp", "310000", 2010) - 1


def test_regions_of_two_vintages_are_not_added(data: Dataset) -> None:
    with pytest.raises(VintageFault):
        one_vintage([data.fact("gdp", "沪", 2020), data.fact("gdp", "苏", 2020, BEFORE)])


def test_research_intensity_stands_on_the_old_vintage(data: Dataset) -> None:
    intensity, product = data.fact("rd_intensity", "京", 2020), data.fact("gdp", "京", 2020)
    with pytest.raises(VintageFault):
        one_vintage([intensity, product])
    implied = data.value("rd_expenditure", "京", 2020) / data.value("gdp", "京", 2020, BEFORE) * 100
    assert implied == pytest.approx(intensity.value, abs=5e-3)


def test_a_series_never_mixes_vintages(data: Dataset) -> None:
    assert list(data.series("gdp", "皖")) == [2019, 2020, 2021, 2022, 2023]
    assert list(data.series("gdp", "皖", BEFORE)) == [2010, 2015, 2019, 2020, 2021, 2022]


def test_linking_is_explicit_and_marked(data: Dataset) -> None:
    linked = data.figures.link_vintages("gdp", "340000", old=BEFORE, new=REVISED, at=2019)
    ratio = data.value("gdp", "皖", 2019) / data.value("gdp", "皖", 2019, BEFORE)
    assert linked[2010].value == pytest.approx(data.value("gdp", "皖", 2010) * ratio)
    assert (linked[2010].status, linked[2010].vintage) == ("computed", "linked")
    assert "linked" in linked[2010].provenance.how.en
    assert linked[2023].value == data.value("gdp", "皖", 2023)


def test_a_missing_year_is_not_filled(data: Dataset) -> None:
    with pytest.raises(MissingFigure) as fault:
        data.value("consumption_pc", "沪", 2023)
    assert "2019、2020、2021、2022" in fault.value.text.zh
    assert "2019, 2020, 2021, 2022" in fault.value.text.en
    assert "不补" in fault.value.text.zh


def test_an_unknown_indicator_names_the_nearest(data: Dataset) -> None:
    with pytest.raises(UnknownTerm) as fault:
        data.value("fiscal_revenu", "沪")
    assert "fiscal_revenue" in fault.value.nearest


def test_a_region_without_facts_has_none(data: Dataset) -> None:
    with pytest.raises(MissingFigure):
        data.value("gdp", "香港")


def test_a_row_can_be_traced_to_its_line(data: Dataset) -> None:
    found = data.trace("panel", region="310000", indicator="gdp", year=2023)
    assert found.status == "observed"
    assert found.place.startswith("panel.csv.gz!line ")
    assert found.sources[0].vintage == REVISED
    assert data.trace("trade").status == "estimated"
    with pytest.raises(UnknownTerm):
        data.trace("panels")
