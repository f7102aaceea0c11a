"""People by home and residence: the census stock carried to the year, against two counts it was not made from."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from ronghe.data import Dataset, load
from ronghe.data.people import estimate_people, gravity_people
from shared import shared


@pytest.mark.parametrize("year", [2023, 2020, 2019])
def test_residents_add_up_to_the_population_of_the_year(year: int) -> None:
    data = load(year=year)
    people = data.baseline.people
    assert people is not None
    assert people.status == "estimated"
    assert (people.residents >= 0).all()
    np.testing.assert_allclose(people.residents.sum(axis=0), [data.value("population", code) for code in data.codes])


def stock_2010(data: Dataset) -> np.ndarray:
    count = next(one for one in data.migration if one.year == 2010)
    census = np.array([data.value("population_census", code, 2010) for code in data.codes])
    return estimate_people(sampled=count.persons, fraction=0.1, census=census, population=census).residents


def test_stay_shares_of_2010(data: Dataset) -> None:
    stock = stock_2010(data)
    stay = dict(zip(data.codes, stock.diagonal() / stock.sum(axis=1), strict=True))
    assert min(stay, key=stay.get) == "340000"  # type: ignore[arg-type]
    assert max(stay, key=stay.get) == "440000"  # type: ignore[arg-type]
    assert (min(stay.values()), max(stay.values())) == pytest.approx((0.853, 0.986), abs=5e-4)
    assert stock.diagonal().sum() / stock.sum() == pytest.approx(0.923, abs=5e-4)


def test_totals_of_the_census_matrices(data: Dataset) -> None:
    found = {one.year: one for one in data.migration}
    assert found[2000].persons.sum() == 7_305_955
    assert found[2010].persons.sum() == 10_230_691
    assert found[2010].definition == "birthplace"
    assert len(found[2020].destinations) == 6
    beijing = data.codes.index("110000")
    assert found[2020].persons[:, beijing].sum() == 254_643
    assert np.isnan(found[2020].persons[:, data.codes.index("310000")]).all()


def overlap(first: np.ndarray, second: np.ndarray) -> float:
    return float(1 - np.abs(first / first.sum() - second / second.sum()).sum() / 2)


def test_destinations_agree_with_the_hukou_matrix_of_2010(data: Dataset) -> None:
    folder = shared("china_trade_migration_30")
    with (folder / "migration_share_2010.csv").open(encoding="utf-8", newline="") as file:
        shares = {row["hukou"]: row for row in csv.DictReader(file)}
    with (folder / "province_sector.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == "2010"]
    workers = {f"{row['adcode']}-{row['sector']}": float(row["hukou_registered_workers_m"]) for row in rows}
    codes = [code for code in data.codes if code != "540000"]
    at = [data.codes.index(code) for code in codes]
    stock = stock_2010(data)[np.ix_(at, at)]
    found = []
    for n, home in enumerate(codes):
        moved = np.array(
            [
                sum(
                    workers[f"{home}-{s}"] * float(shares[f"{home}-{s}"][f"{to}-{t}"])
                    for s in ("ag", "na")
                    for t in ("ag", "na")
                )
                for to in codes
            ]
        )
        keep = np.arange(len(codes)) != n
        found.append(overlap(stock[n][keep], moved[keep]))
    assert np.median(found) >= 0.85 - 0.005
    assert min(found) >= 0.59 - 0.005


def test_origins_agree_with_the_six_observed_rows_of_2020(data: Dataset) -> None:
    moves = next(one for one in data.migration if one.year == 2020)
    stock = stock_2010(data)
    found = []
    for code in moves.destinations:
        to = data.codes.index(code)
        keep = np.arange(len(data.codes)) != to
        found.append(overlap(stock[keep, to], moves.persons[keep, to]))
    assert min(found) == pytest.approx(0.81, abs=0.006)
    assert max(found) == pytest.approx(0.92, abs=0.006)


def test_the_gravity_fallback_keeps_residents_and_its_stay_share_in_a_symmetric_world() -> None:
    even = np.array([100.0, 100.0, 100.0])
    apart = np.ones((3, 3))
    made = gravity_people(
        population=even, income=even, distances=apart, powers=(1.37, 3.41, -1.06), stay=0.905
    ).residents
    np.testing.assert_allclose(made.sum(axis=0), even)
    np.testing.assert_allclose(made.diagonal(), 90.5)
