"""Caliendo and Parro 2015, "Estimates of the Trade and Welfare Effects of NAFTA": tariffs 1993 -> 2005 inside the bloc.

Published columns of Table 2 (first-order formula on a large change) to 0.005 points; real wages to 1e-6 points;
exact real income, which the paper does not print, to the digits that four independent computations share.
"""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest

from ronghe.simulate import Economy, Scenario, decompose
from ronghe.simulate.decompose import along_path
from shared import shared

BLOC = ("Mexico", "Canada", "USA")
PUBLISHED = 0.005
WAGE = 1e-6


@cache
def tables():
    folder = shared("caliendo_parro_2015")
    names = json.loads((folder / "names.json").read_text())
    count, sectors, traded = 31, 40, 20

    def stacked(name):
        array = np.zeros((sectors, count, count))
        array[:traded] = np.loadtxt(folder / name).reshape(traded, count, count)
        return array

    flows = stacked("xbilat1993.txt") * 1000
    exports = flows.sum(axis=1)
    output = np.maximum(np.loadtxt(folder / "GO.txt"), exports)
    home = np.arange(count)
    flows[:, home, home] = output - exports
    tariffs = {year: stacked(f"tariffs{year}.txt") / 100 for year in (1993, 2005)}
    for array in tariffs.values():
        array[:, home, home] = 0.0
    added = np.loadtxt(folder / "B.txt").T
    inputs = np.loadtxt(folder / "IO.txt").reshape(count, sectors, sectors) * (1 - added)[:, None, :]
    theta = np.concatenate([np.loadtxt(folder / "T.txt"), np.full(sectors - traded, 8.22)])
    economy = Economy.from_flows(
        flows=flows,
        axes=("sector", "buyer", "seller"),
        value_added_shares=added,
        input_shares=inputs,
        elasticities=theta,
        tariffs=tariffs[1993],
        deficits=np.zeros(count),
        regions=names["regions"],
        sectors=names["sectors"],
    )
    return economy, tariffs[2005]


@cache
def nafta():
    economy, tariffs = tables()
    scenario = Scenario("NAFTA").set_tariffs(tariffs, axes=("sector", "buyer", "seller"), within=BLOC)
    at = [economy.regions.index(name) for name in BLOC]
    return economy, scenario, economy.solve(scenario), at


def test_published_first_order_columns():
    _, _, solution, at = nafta()
    parts = decompose(solution)
    np.testing.assert_allclose(100 * parts.terms_of_trade[at], [-0.4118, -0.1081, 0.0435], atol=PUBLISHED)
    np.testing.assert_allclose(100 * parts.volume_of_trade[at], [1.7239, 0.0443, 0.0412], atol=PUBLISHED)
    np.testing.assert_allclose(100 * parts.total[at], [1.31, -0.06, 0.08], atol=PUBLISHED)


def test_real_wages():
    _, _, solution, at = nafta()
    np.testing.assert_allclose(100 * (solution.real_wages[at] - 1), [1.71532292, 0.32282902, 0.11244275], atol=WAGE)


def test_exact_real_income_is_another_number_than_the_published_total():
    _, _, solution, at = nafta()
    exact = 100 * (solution.welfare[at] - 1)
    np.testing.assert_allclose(exact, [0.0073, -0.1101, 0.0741], atol=1e-4)
    assert 100 * decompose(solution).total[at[0]] - exact[0] > 1.0


def test_imports_from_the_bloc():
    economy, _, solution, at = nafta()
    inside = np.ix_(range(40), at, at)
    before, after = (flows[inside].copy() for flows in (economy.world.flows, solution.flows))
    for flows in (before, after):
        flows[:, np.arange(3), np.arange(3)] = 0.0
    change = 100 * (after.sum(axis=(0, 2)) / before.sum(axis=(0, 2)) - 1)
    np.testing.assert_allclose(change, [118.28, 11.11, 40.52], atol=PUBLISHED)


def test_the_decomposition_along_the_path_adds_up_to_exact_real_income():
    economy, scenario, _, at = nafta()
    parts = along_path(economy, scenario, steps=8)
    np.testing.assert_allclose(100 * parts.total[at], 100 * np.log1p(parts.exact[at]), atol=1e-3)
    np.testing.assert_allclose(100 * parts.terms_of_trade[at], [-0.680, -0.109, 0.059], atol=PUBLISHED)


def test_the_certificate_of_the_published_case():
    _, _, solution, _ = nafta()
    assert solution.converged
    assert solution.certificate.agreed == 6
    assert solution.certificate.independent_residual <= 1e-9
    assert solution.certificate.steps <= 60


def test_all_tariffs_of_2005_at_once_converge():
    economy, tariffs = tables()
    solution = economy.solve(Scenario("all").set_tariffs(tariffs, axes=("sector", "buyer", "seller")), starts=0)
    assert solution.converged
    at = [economy.regions.index(name) for name in BLOC]
    assert np.isfinite(solution.welfare[at]).all()


def test_the_traps_of_the_file_are_reported():
    economy, _ = tables()
    assert any("185 cells" in note.en for note in economy.world.notes)
    assert economy.world.shares.sum(axis=2).max() == pytest.approx(1.0)
