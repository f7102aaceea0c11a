"""Where a figure comes from: shipped sources by their key, the file by its hash, rows by the names of their keys."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from offices import written

from ronghe.base.errors import UnknownTerm
from ronghe.data import load
from ronghe.data.facts import FACTS

FACT = ("region", "year", "indicator", "vintage", "value", "unit", "status", "source")
SHIPPED = "nbs-query-2024"


def office(folder, source, sources=(), header=()):
    """Load one figure of an office that names its source."""
    if sources:
        written(folder, sources, "sources.csv", header)
    row = ("上海", 2023, "gdp", "nbs-2024-revision", 47218.7, "亿元", "observed", source)
    return load(written(folder, [row], "facts.csv", FACT))


def source_of(data):
    """Return the source of the figure."""
    return data.trace("facts", region="310000", year=2023, indicator="gdp").sources[0]


@pytest.mark.parametrize("name", ["key", "title"])
def test_a_registered_source_is_told_as_it_is_registered(tmp_path, name):
    registered = next(one for one in load().sources if one.key == SHIPPED)
    cited = SHIPPED if name == "key" else registered.title.zh
    data = office(tmp_path / "in", cited)
    assert replace(source_of(data), key=SHIPPED) == registered
    assert data.fact("gdp", "上海", 2023).provenance.sources == (source_of(data),)


def test_an_unregistered_source_is_the_users(tmp_path):
    found = source_of(office(tmp_path / "in", "自有台账"))
    assert (found.title.zh, found.publisher.zh, found.licence) == ("自有台账", "使用者", "—")


def test_a_source_needs_no_english(tmp_path):
    header = ("source", "title", "publisher", "licence", "redistributable", "note")
    found = source_of(
        office(tmp_path / "in", "own-1", [("own-1", "月报", "某市统计局", "内部", "no", "初步数")], header)
    )
    assert (found.title.zh, found.title.en) == ("月报", "月报")
    assert (found.publisher.zh, found.publisher.en) == ("某市统计局", "某市统计局")
    assert found.note.zh == "初步数"


def test_an_embedded_figure_carries_the_hash_under_which_its_file_is_sealed():
    data, seals = load(), json.loads((FACTS / "seals.json").read_text(encoding="utf-8"))
    for indicator in ("gdp", "fiscal_revenue", "population"):
        found = data.fact(indicator, "上海", 2023).provenance
        assert found.sha256 == seals[found.place.partition("!")[0]]["sha256"]
    for table, key in (("membership", {"area": "yrd"}), ("distances", {"origin": "310000"})):
        found = data.trace(table, **key)
        assert found.sha256 == seals[found.place.partition("!")[0]]["sha256"]
    assert data.migration[0].provenance.sha256 == seals["migration_stock.csv.gz"]["sha256"]


def test_a_row_is_found_by_any_name_of_its_key():
    data = load()
    assert data.trace("membership", area="长三角", region="安徽") == data.trace(
        "membership", area="yrd", region="340000"
    )
    panel = data.trace("panel", region="Shanghai", indicator="Gross regional product", year=2023)
    assert panel == data.trace("panel", region="310000", indicator="gdp", year=2023)
    with pytest.raises(UnknownTerm):
        data.trace("membership", area="长三角", region="广东")
