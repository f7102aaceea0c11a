"""Members of an area beside pairs at equal distance."""

from __future__ import annotations

import numpy as np
import pytest

from ronghe.base.errors import NotIdentified
from ronghe.data import Dataset, load
from ronghe.measure import AreaDispersion, PricePanel, area_dispersion, dispersion_of

CODES = ("A", "B", "C", "D", "E")
# Five places on a line, at 0, 1, 2, 3 and 10.
PLACES = np.array([0.0, 1, 2, 3, 10])
KM = np.abs(PLACES[:, None] - PLACES[None, :])
CLASSES = ("a", "b", "c", "d", "e", "f")


def panel(name: str, years: tuple[int, ...], seed: int) -> PricePanel:
    index = 100 + np.random.default_rng(seed).normal(0, 2, (5, len(years), len(CLASSES)))
    return PricePanel(name, years, CLASSES, index)


def found(members: tuple[str, ...], neighbours: tuple[tuple[str, str], ...] = ()) -> AreaDispersion:
    panels = (panel("old", (2014, 2015), 1), panel("new", (2016, 2017), 2))
    return dispersion_of(panels=panels, regions=CODES, members=members, kilometres=KM, neighbours=neighbours)


def test_each_pair_stands_beside_the_pair_of_nearest_distance() -> None:
    held = found(("A", "B", "C"))
    assert held.pairs == (("A", "B"), ("A", "C"), ("B", "C"))
    # C-D is 1 apart, B-D is 2 apart.
    assert held.matched == (("C", "D"), ("B", "D"), ("C", "D"))
    assert (held.kilometres, held.matched_kilometres) == (pytest.approx(4 / 3), pytest.approx(4 / 3))


def test_years_keep_their_classification() -> None:
    held = found(("A", "B"))
    assert held.years == (2014, 2015, 2016, 2017)
    assert held.classification == {2014: "old", 2015: "old", 2016: "new", 2017: "new"}
    assert held.latest_classification == (2016, 2017)


def test_values_carry_a_sampling_interval_and_say_where_its_chance_comes_from() -> None:
    held = found(("A", "B", "C"))
    for year in held.years:
        value, spread = held.inside[year]
        assert spread.kind == "interval"
        assert spread.low < value < spread.high
    assert any("classes resampled" in note.en and "对类别重抽样" in note.zh for note in held.notes)


def test_members_that_move_alike_have_no_spread_inside_and_some_outside() -> None:
    base = panel("new", (2020,), 3)
    index = base.index.copy()
    index[[0, 1, 2]] = index[0]
    held = dispersion_of(
        panels=(PricePanel("new", (2020,), CLASSES, index),), regions=CODES, members=("A", "B", "C"), kilometres=KM
    )
    # Only the classes' own means are left inside, the same for every pair; outside the gaps come on top.
    assert held.inside[2020].value < held.outside[2020].value


def test_without_outsiders_or_neighbours_those_series_are_empty() -> None:
    held = found(CODES)
    assert held.outside == {}
    assert held.neighbours == {}
    assert found(("A", "B", "C"), (("B", "A"), ("D", "E"))).neighbour_pairs == (("A", "B"),)


def test_one_member_has_no_pair() -> None:
    with pytest.raises(NotIdentified, match="Only 1 member has prices"):
        found(("A",))


def test_four_classes_say_nothing_about_their_spread() -> None:
    few = PricePanel("new", (2020,), CLASSES[:4], np.full((5, 1, 4), 100.0))
    with pytest.raises(NotIdentified, match="Fewer than 5 classes"):
        dispersion_of(panels=(few,), regions=CODES, members=("A", "B"), kilometres=KM)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return load()


def test_the_whole_country_by_neighbours_is_the_printed_figure(data: Dataset) -> None:
    """All 31 provinces as one area: the neighbour form gives the figures printed beside the shared tables."""
    held = area_dispersion(data, data.codes, draws=50)
    assert len(held.pairs) == 465
    assert len(held.neighbour_pairs) == 69
    printed = {2005: 1.908, 2008: 1.762, 2011: 0.556, 2014: 0.323, 2017: 1.271, 2020: 0.747, 2022: 0.220}
    assert {year: round(held.neighbours[year].value, 3) for year in printed} == printed
    assert held.outside == {}


def test_an_area_is_read_from_the_embedded_prices(data: Dataset) -> None:
    held = area_dispersion(data, "长三角", draws=50)
    assert len(held.pairs) == len(held.matched) == 6
    assert held.years == tuple(range(2005, 2023))
    assert held.latest_classification == (2016, 2022)
    assert len(held.classes["old"]) == len(held.classes["new"]) == 8
    assert held.status == "computed"
    assert held.provenance[0].sources
    assert "对照用到2对" in held.notes[-1].zh


def test_no_pair_of_a_member_with_an_outsider_is_nearer_in_distance(data: Dataset) -> None:
    held = area_dispersion(data, "京津冀", draws=50)
    km = {(a, b): data.distances[i, j] for i, a in enumerate(data.codes) for j, b in enumerate(data.codes)}
    members = set(data.area("京津冀").regions)
    for pair, chosen in zip(held.pairs, held.matched, strict=True):
        assert len(members.intersection(chosen)) == 1
        nearest = min(abs(km[pair] - km[a, b]) for a in members for b in data.codes if b not in members)
        assert abs(km[pair] - km[chosen]) == pytest.approx(nearest)


def test_the_greater_bay_area_has_one_member_with_prices(data: Dataset) -> None:
    with pytest.raises(NotIdentified):
        area_dispersion(data, "大湾区")
