"""Dispersion of relative prices: by hand, on the official class indices, and its laws."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ronghe.base.errors import ParameterFault
from ronghe.measure import all_pairs, segmentation
from shared import shared

OLD = (
    "food_old",
    "tobacco_liquor_old",
    "clothing",
    "household_old",
    "health_personal_old",
    "transport_comm",
    "education_culture_old",
    "housing",
)
NEW = (
    "food_tobacco_new",
    "clothing",
    "housing",
    "household_new",
    "transport_comm",
    "education_culture_new",
    "health_new",
    "other_new",
)
THROUGH = ("clothing", "housing", "transport_comm", "grain", "eggs", "aquatic", "vegetables", "fruit")
# Printed to three decimals in the description of the shared tables.
PRINTED = 5e-4
INDICES = hnp.arrays(float, (4, 2, 5), elements=st.floats(80, 130))


def prices(classes: tuple[str, ...], year: int) -> np.ndarray:
    with shared("china_provinces/cpi_classes_annual.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if int(row["year"]) == year]
    return np.array([[[float(row[name]) for name in classes]] for row in sorted(rows, key=lambda row: row["adcode"])])


def neighbours() -> np.ndarray:
    with shared("china_provinces/cpi_classes_annual.csv").open(encoding="utf-8") as lines:
        codes = sorted({row["adcode"] for row in csv.DictReader(lines)})
    with shared("china_provinces/adjacency.csv").open(encoding="utf-8") as lines:
        _header, *rows = csv.reader(lines)
    return np.array([(codes.index(row[0]), codes.index(row[1])) for row in rows])


def test_three_cities_and_two_goods_by_hand() -> None:
    """Ring indices A 102, 105; B 101, 100; C 104, 103; variance with n - 1."""
    index = np.array([[[102, 105]], [[101, 100]], [[104, 103]]], dtype=float)
    found = segmentation(index=index, classes=("a", "b"), pairs=[(0, 1), (0, 2), (1, 2)], divisor="n-1")
    np.testing.assert_allclose(found.variance[:, 0] / 1e4, [3.360445e-4, 8.711884e-5, 8.095986e-5], rtol=1e-6)


@pytest.mark.parametrize(
    ("year", "eight_main", "run_through"),
    [
        (2005, 1.908, 6.208),
        (2008, 1.762, 6.704),
        (2011, 0.556, 3.502),
        (2014, 0.323, 2.501),
        (2017, 1.271, 1.371),
        (2020, 0.747, 2.487),
        (2022, 0.220, 1.973),
    ],
)
def test_neighbouring_provinces_as_printed_with_the_official_indices(
    year: int, eight_main: float, run_through: float
) -> None:
    """NBS class indices of 31 provinces, 69 pairs of neighbours; figures printed beside the shared tables."""
    main = OLD if year < 2016 else NEW
    pairs = neighbours()
    assert len(pairs) == 69
    found = [segmentation(index=prices(names, year), classes=names, pairs=pairs).mean[0] for names in (main, THROUGH)]
    assert found == [pytest.approx(eight_main, abs=PRINTED), pytest.approx(run_through, abs=PRINTED)]


@given(INDICES)
def test_prices_that_move_alike_show_no_dispersion(index: np.ndarray) -> None:
    alike = np.broadcast_to(index[:1], index.shape)
    assert segmentation(index=alike, classes="abcde", pairs=all_pairs(4)).mean == pytest.approx([0, 0], abs=1e-12)


@given(INDICES, st.integers(1, 9))
def test_a_rise_of_one_class_that_is_the_same_everywhere_changes_nothing(index: np.ndarray, factor: int) -> None:
    raised = index.copy()
    raised[:, :, 2] *= factor
    one, other = (segmentation(index=held, classes="abcde", pairs=all_pairs(4)) for held in (index, raised))
    np.testing.assert_allclose(one.variance, other.variance, atol=1e-8)


@given(INDICES, st.permutations(range(5)), st.permutations(range(4)))
def test_the_order_of_classes_and_places_does_not_matter(index: np.ndarray, by: list[int], places: list[int]) -> None:
    one = segmentation(index=index, classes="abcde", pairs=all_pairs(4))
    other = segmentation(index=index[places][:, :, by], classes="abcde", pairs=all_pairs(4))
    np.testing.assert_allclose(one.mean, other.mean, atol=1e-8)


def test_the_interval_is_seeded_and_holds_the_value() -> None:
    index = 100 + np.random.default_rng(3).normal(0, 2, (12, 3, 8))
    one, again = (segmentation(index=index, classes="abcdefgh", pairs=all_pairs(12), seed=5) for _ in range(2))
    np.testing.assert_array_equal(one.low, again.low)
    assert (one.low < one.mean).all()
    assert (one.mean < one.high).all()


def test_the_interval_covers_the_truth_as_often_as_its_description_says() -> None:
    """Gaps of 30 classes with variance 1e-4 each: most of the intervals hold it."""
    chance, held = np.random.default_rng(8), 0
    for _ in range(200):
        index = 100 * np.exp(np.stack((chance.normal(0, 0.03, (1, 30)), np.zeros((1, 30)))))
        index = np.concatenate((index, np.full((1, 1, 30), 100.0)))
        found = segmentation(index=index, classes=[str(k) for k in range(30)], pairs=[(0, 1), (1, 2)], draws=200)
        # Half-normal gaps less half of themselves: var = 0.03**2 (1 - 2/pi) / 4 on both pairs.
        held += found.low[0] <= 1e4 * 0.03**2 * (1 - 2 / np.pi) / 4 <= found.high[0]
    assert 0.75 <= held / 200 <= 0.95


def test_a_class_that_lacks_a_place_is_left_out_of_that_year_and_said() -> None:
    index = 100 + np.random.default_rng(1).normal(0, 2, (4, 2, 6))
    index[2, 1, 3] = np.nan
    found = segmentation(index=index, classes="abcdef", pairs=all_pairs(4))
    assert found.used.tolist() == [[True] * 6, [True, True, True, False, True, True]]
    without = segmentation(index=index[:, :, [0, 1, 2, 4, 5]], classes="abcef", pairs=all_pairs(4))
    assert found.mean[1] == pytest.approx(without.mean[1])


def test_a_year_with_one_class_has_no_value() -> None:
    index = np.full((3, 1, 2), 101.0)
    index[0, 0, 1] = np.nan
    assert np.isnan(segmentation(index=index, classes="ab", pairs=all_pairs(3)).mean[0])


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ParameterFault) as caught:
        segmentation(index=np.array([[[0.0, 101, 102]], [[100, 100, 100]]]), classes="ab", pairs=[(0, 5)])
    said = caught.value.text.en
    assert "(place, year, 2 classes); read (2, 1, 3)" in said
    assert "two different places from 0 to 1" in said
    assert "1 price indices are not finite numbers above 0" in said
