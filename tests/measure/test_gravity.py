"""Gravity by PPML: published digits, a second route, laws, known truth, and what a wrong input gets."""

from __future__ import annotations

import csv
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invented_flows import invented
from ronghe.base.errors import NotIdentified, ParameterFault, UnconvergedSolution, UnknownTerm
from ronghe.base.ipf import proportional_fit
from ronghe.measure.benchmark import border_free, realisation
from ronghe.measure.border_dummies import area_borders, common_border, pair_borders
from ronghe.measure.gravity import gravity
from ronghe.measure.home_distance import home_distance_band
from shared import shared

PRINTED = 5e-4  # the Guide prints three decimals; its -2.474 is -2.47445
COEFFICIENT, ERROR = 1e-6, 1e-5  # two programs that stop by their own rules
MARGINS = 1e-7  # first-order conditions, at the tolerance of the search
SAME = 1e-9  # the same cells in another order or unit


@pytest.fixture(scope="module")
def guide():
    """UNCTAD/WTO, An Advanced Guide to Trade Policy Analysis, 2006: 69 x 69 with own trade, 138 zeros."""
    path = shared("unctad_wto_gravity_2006") / "agtpa_2006.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    codes = sorted({row["exporter"] for row in rows})
    tables = {name: np.full((len(codes), len(codes)), np.nan) for name in ("trade", "dist", "cntg")}
    for row in rows:
        at = codes.index(row["exporter"]), codes.index(row["importer"])
        for name, table in tables.items():
            table[at] = float(row[name])
    return codes, tables


def of_guide(guide, **changed):
    codes, tables = guide
    given_ = {
        "flows": tables["trade"],
        "covariates": {"ln distance": np.log(tables["dist"]), "contiguity": tables["cntg"]},
        "borders": {"border": ~np.eye(len(codes), dtype=bool)},
        "units": codes,
    }
    return gravity(**{**given_, **changed})


def test_the_guide_to_trade_policy_analysis_is_met_to_its_digits(guide):
    """Page 104 of the Guide: ln distance -0.791, contiguity 0.674, border -2.474."""
    fit = of_guide(guide)
    np.testing.assert_allclose(fit.coefficients, [-0.791, 0.674, -2.474], atol=PRINTED)
    assert fit.status == "ok"
    assert fit.clusters == 69
    assert not fit.notes  # zero flows stay in, nothing was left out


def test_a_poisson_regression_with_dummies_is_met(guide):
    """statsmodels' GLM on exporter and importer dummies; two-way errors by sums over clusters [MEASURE 4]."""
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    codes, tables = guide
    n = len(codes)
    origin, destination = (one.ravel() for one in np.indices((n, n)))
    flow = tables["trade"].ravel() / tables["trade"].mean()
    own = np.column_stack([np.log(tables["dist"]).ravel(), tables["cntg"].ravel(), (origin != destination)])
    dummies = np.eye(n)
    design = np.column_stack([own, dummies[origin], dummies[destination][:, 1:]])
    found = GLM(flow, design, family=Poisson()).fit(tol=1e-14, maxiter=200)
    expected = found.mu
    bread = np.linalg.inv(design.T @ (expected[:, None] * design))
    scores = design * (flow - expected)[:, None]

    def meat(groups):
        sums = np.zeros((groups.max() + 1, design.shape[1]))
        np.add.at(sums, groups, scores)
        return sums.T @ sums

    whole = meat(origin) + meat(destination) - meat(origin * n + destination)
    plain = np.sqrt(np.diag(bread @ whole @ bread)[:3])
    cells, k = n * n, 3 + 1
    convention = np.sqrt((cells - 1) / (cells - k) * n / (n - 1))
    fit = of_guide(guide)
    np.testing.assert_allclose(fit.coefficients, found.params[:3], atol=COEFFICIENT)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), plain * convention, atol=ERROR)
    np.testing.assert_allclose(plain, [0.130379, 0.190743, 0.257399], atol=2e-6)


def test_a_dummy_on_zero_flows_alone_is_named_and_has_no_coefficient(guide):
    """The default check of the estimator returns -11 for it without a word."""
    _, tables = guide
    codes, nothing = guide[0], guide[1]["trade"] == 0
    borders = {"border": ~np.eye(len(codes), dtype=bool), "empty": nothing}
    fit = of_guide(guide, borders=borders)
    assert np.isnan(fit.coefficients[-1])
    assert (fit.cells.reasons == "separated").sum() == 138
    assert any(note.en == "empty: every flow on it is zero." for note in fit.notes)
    assert any(note.zh == "empty：所在各格流量都为零。" for note in fit.notes)
    with pytest.raises(NotIdentified, match="every flow on it is zero"):
        fit.effect("empty")
    # A covariate that is not 0 on zero flows alone is found by the check of mixes.
    amount = np.where(nothing, np.random.default_rng(0).uniform(1, 2, nothing.shape), 0.0)
    varied = of_guide(guide, covariates={"ln distance": np.log(tables["dist"]), "amount": amount})
    assert np.isnan(varied.coefficients[1])
    assert "amount" in varied.unidentified
    assert np.isfinite(varied.effect("border").value)


def test_a_search_that_stopped_has_no_coefficient(guide):
    fit = of_guide(guide, steps=3)
    assert fit.status == "stopped"
    assert np.isnan(fit.coefficients).all()
    with pytest.raises(UnconvergedSolution) as refused:
        fit.effect("border")
    assert "stopped at 3 steps" in refused.value.message("en")
    assert "迭代3步未收敛" in refused.value.message("zh")
    for ask in (fit.draws, fit.kernel):
        with pytest.raises(UnconvergedSolution):
            ask()
    with pytest.raises(UnconvergedSolution):
        border_free(fit=fit, flows=guide[1]["trade"])


def test_units_without_flow_and_unknown_cells_are_named():
    world = invented(np.random.default_rng(4))
    flows = world.noisy(np.random.default_rng(5))
    flows[3], flows[:, 7], flows[10, 11] = 0.0, 0.0, np.nan
    fit = fitted(world, flows, units=[f"U{at}" for at in range(24)])
    said = [note.en for note in fit.notes]
    assert "1 cells left out: flow or regressor unknown." in said
    assert "47 cells left out: origin or destination without any flow." in said
    assert {"U3 sends nothing.", "U7 receives nothing."} <= set(said)
    assert np.isnan(fit.fitted[0, 10, 11])
    assert not fit.fitted[0, 3].any()
    assert np.isnan(fit.origin_effects[0, 3])
    assert np.isfinite(fit.origin_effects[0, 4])


def fitted(world, flows, **changed):
    return gravity(**{"flows": flows, "covariates": {"ln distance": np.log(world.distances)},
                      "borders": common_border(world.blocks), **changed})  # fmt: skip


def test_without_an_inside_pair_the_border_is_not_identified():
    world = invented(np.random.default_rng(0), blocks=20, units=1)
    flows = world.noisy(np.random.default_rng(1))
    np.fill_diagonal(flows, np.nan)
    with pytest.raises(NotIdentified) as refused:
        fitted(world, flows)
    assert "cannot be told apart from the effects of units" in refused.value.message("en")
    assert "与单元效应无法区分" in refused.value.message("zh")
    # Two borders that are one another's complement: neither is told, whichever is dropped first.
    with pytest.raises(NotIdentified, match="mix of other regressors"):
        fitted(world, flows, borders=area_borders(world.blocks, [0, 1, 2, 3]))


def test_a_regressor_of_one_unit_is_named_and_leaves_the_others_as_they_were():
    world = invented(np.random.default_rng(0))
    flows = world.noisy(np.random.default_rng(1))
    coast = np.broadcast_to((np.arange(24) < 9)[:, None].astype(float), flows.shape)
    with_it = fitted(world, flows, covariates={"coast": coast, "ln distance": np.log(world.distances)})
    np.testing.assert_allclose(with_it.coefficients[1:], fitted(world, flows).coefficients, atol=SAME)
    assert list(with_it.unidentified) == ["coast"]


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), zeros=st.floats(0, 0.3))
def test_the_equation_gives_back_the_sums_of_what_it_explains(seed, zeros):
    chance = np.random.default_rng(seed)
    world = invented(chance, blocks=4, units=3)
    flows = world.noisy(chance) * (chance.random((12, 12)) >= zeros)
    fit = fitted(world, flows)
    size = flows.sum()
    for axis in (0, 1):
        np.testing.assert_allclose(fit.fitted[0].sum(axis=axis), flows.sum(axis=axis), atol=MARGINS * size)
    assert fit.fitted[0][world.crossing].sum() == pytest.approx(flows[world.crossing].sum(), abs=MARGINS * size)
    used = fit.cells.used[0]
    logs = fit.origin_effects[0][:, None] + fit.destination_effects[0] + np.tensordot(
        fit.solution, fit.cells.regressors[:, 0], axes=1)  # fmt: skip
    np.testing.assert_allclose(np.exp(logs)[used], fit.fitted[0][used], rtol=1e-6)


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), money=st.floats(1e-6, 1e6), metre=st.floats(1e-3, 1e3))
def test_units_of_money_and_distance_and_names_change_nothing(seed, money, metre):
    chance = np.random.default_rng(seed)
    world = invented(chance, blocks=4, units=3)
    flows, order = world.noisy(chance), chance.permutation(12)
    first = fitted(world, flows)
    scaled = gravity(flows=flows * money, covariates={"ln distance": np.log(world.distances * metre)},
                     borders=common_border(world.blocks))  # fmt: skip
    moved = gravity(flows=flows[np.ix_(order, order)], borders=common_border(world.blocks[order]),
                    covariates={"ln distance": np.log(world.distances[np.ix_(order, order)])})  # fmt: skip
    for other in (scaled, moved):
        np.testing.assert_allclose(other.coefficients, first.coefficients, atol=SAME)
        np.testing.assert_allclose(other.covariance, first.covariance, atol=1e-7)


def test_a_panel_with_pair_effects_tells_what_changes_over_time():
    chance = np.random.default_rng(2)
    world = invented(chance, blocks=5, units=3)
    times = np.arange(4)[:, None, None]
    pairs = chance.normal(0, 1, (15, 15))
    open_now = (times >= chance.integers(0, 6, (15, 15))).astype(float)
    sizes = chance.normal(0, 0.5, (2, 4, 15))
    flows = np.exp(pairs + sizes[0][:, :, None] + sizes[1][:, None, :] + 0.4 * open_now)
    fit = gravity(flows=flows, covariates={}, borders={"agreement": open_now}, pair_effects=True)
    assert fit.effect("agreement").value == pytest.approx(0.4, abs=1e-7)
    assert any("of order 1/N; there are only 15 units" in note.en for note in fit.notes)
    assert any("Only 15 clusters" in note.en for note in fit.notes)
    assert any("只有15个聚类" in note.zh for note in fit.notes)
    assert fit.pair_effects is not None
    logs = fit.pair_effects + fit.origin_effects[:, :, None] + fit.destination_effects[:, None, :] + 0.4 * open_now
    np.testing.assert_allclose(logs, np.log(flows), atol=1e-6)
    # What does not change over time is absorbed by the pair.
    with pytest.raises(NotIdentified, match="effects of units"):
        gravity(flows=flows, covariates={"agreement": open_now}, borders=common_border(world.blocks), pair_effects=True)


def test_known_truth_lies_in_the_intervals():
    """Law P7 on a small sample of fixed seed: gamma, beta and rho of an area, 90 % intervals."""
    chance, held = np.random.default_rng(1), []
    for _ in range(60):
        world = invented(chance)
        flows = world.noisy(chance)
        fit = fitted(world, flows)
        found = realisation(benchmark=border_free(fit=fit, flows=flows), blocks=world.blocks, names=list("abcdef"),
                            areas={"all": range(6)}, draws=200)  # fmt: skip
        sums = {"rows": world.expected.sum(axis=1), "columns": world.expected.sum(axis=0)}
        free = proportional_fit(seed=world.distances**world.gamma, **sums).values
        truth = (world.gamma, world.beta, world.expected[world.crossing].sum() / free[world.crossing].sum())
        spreads = (fit.effect("ln distance").interval, fit.effect("border").interval, found.areas["all"].spread)
        held.append([one.low <= value <= one.high for one, value in zip(spreads, truth, strict=True)])
    share = np.mean(held, axis=0)
    assert (share >= 0.85).all(), share
    assert (share <= 0.95).all(), share


def test_errors_are_near_those_of_a_two_way_bootstrap():
    """Owen's pigeonhole bootstrap: origins and destinations resampled apart, 49 draws, no error formula."""
    world = invented(np.random.default_rng(8), blocks=8, units=4)
    flows = world.noisy(np.random.default_rng(9))
    chance, drawn = np.random.default_rng(10), []
    for _ in range(49):
        rows, columns = chance.integers(0, 32, (2, 32))
        # A unit drawn twice stands twice. The bootstrap counts cell noise three times over (Owen 2007, theorem 1).
        cut = np.ix_(rows, columns)
        fit = gravity(flows=flows[cut], covariates={"ln distance": np.log(world.distances)[cut]},
                      borders={"border": world.crossing[cut]})  # fmt: skip
        drawn.append(fit.coefficients)
    errors = np.sqrt(np.diag(fitted(world, flows).spread_covariance))
    ratio = errors / np.std(drawn, axis=0)
    assert (ratio > 0.5).all(), ratio
    assert (ratio < 1.6).all(), ratio


def test_a_pair_of_few_cells_takes_its_interval_from_the_noise_of_flows():
    world = invented(np.random.default_rng(3), blocks=22, units=1)
    flows = world.noisy(np.random.default_rng(4), 0.2)
    names = [f"B{at}" for at in range(22)]
    fit = fitted(world, flows, borders=pair_borders(world.blocks, [0, 1, 2], names))
    effect = fit.effect("B0-B1")
    assert effect.few_cells
    assert effect.cells == 2
    # The dummy leaves a pair only what its two flows share: log noise 0.2, halved by two and widened by its effects.
    assert 0.2 / np.sqrt(2) * 0.7 < effect.error < 0.2 * 1.5
    assert effect.clustered != effect.error
    assert effect.interval.kind == "interval"
    assert 0 <= effect.positive <= 1


def test_draws_have_the_spread_of_the_estimate():
    world = invented(np.random.default_rng(8))
    fit = fitted(world, world.noisy(np.random.default_rng(9)))
    drawn = fit.draws(4000, seed=3)
    np.testing.assert_allclose(drawn.mean(axis=0), fit.coefficients, atol=0.02)
    interval = fit.effect("border").interval
    np.testing.assert_allclose(np.quantile(drawn[:, 1], (0.05, 0.95)), (interval.low, interval.high), atol=0.03)
    np.testing.assert_array_equal(drawn, fit.draws(4000, seed=3))


def test_own_distances_move_the_border_and_the_band_says_how_far(guide):
    codes, tables = guide
    border = {"border": ~np.eye(len(codes), dtype=bool)}
    band = home_distance_band(flows=tables["trade"], distances=tables["dist"], borders=border)["border"]
    assert band.kind == "band"
    assert band.high - band.low == pytest.approx(np.log(3) * 0.9, rel=0.2)  # gamma near -0.9 times ln(1.5 / 0.5)
    with pytest.raises(ParameterFault, match="above 0"):
        home_distance_band(flows=tables["trade"], distances=0 * tables["dist"], borders=border)


def test_nothing_is_said_in_warnings(guide):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        of_guide(guide)


def test_all_faults_are_told_at_once():
    with pytest.raises(ParameterFault) as told:
        gravity(flows=np.array([[1.0, -2.0], [np.inf, 1.0]]),
                covariates={"ln distance": np.ones((2, 2)), "rail": np.ones((3, 3))},
                borders={"ln distance": np.ones((2, 2))}, units=["a"])  # fmt: skip
    for part in ("2 flows are negative or infinite", "must have the shape of the flows; read (3, 3)",
                 "stands among covariates and among borders", "units must hold 2; read 1"):  # fmt: skip
        assert part in told.value.message("en")
    for part in ("有2个流量为负或无穷", "读到 (3, 3)", "既是变量又是边界", "units 应有2个，读到1个"):
        assert part in told.value.message("zh")


@pytest.mark.parametrize("flows", [np.zeros((5, 5)), np.full((5, 5), np.nan), np.ones((1, 1))])
def test_tables_that_hold_no_trade_are_refused(flows):
    with pytest.raises(NotIdentified, match="fewer than two units"):
        gravity(flows=flows, covariates={"ln distance": np.ones(flows.shape)}, borders={})


def test_an_unknown_regressor_is_told_with_its_neighbour():
    world = invented(np.random.default_rng(8))
    with pytest.raises(UnknownTerm, match="border"):
        fitted(world, world.expected).effect("boarder")
