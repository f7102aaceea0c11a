"""Certificates in unusual worlds: no number behind a residual that is none, and no equilibrium told twice."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from economies import random_economy, random_flows

from ronghe.base.errors import ParameterFault, UnconvergedSolution, UnknownRegion
from ronghe.data import load
from ronghe.simulate import Economy, OpenPairs, Parameters, Scenario, batch, batch_openings, gain
from ronghe.simulate.solver.certificate import certify


def flows_of(seed: int, **changed: object) -> Economy:
    given = random_flows(seed, regions=4, sectors=3) | changed
    return Economy.from_flows(**given)  # type: ignore[arg-type]


def cut(economy: Economy, members: int = 3) -> Scenario:
    return Scenario("a tenth").cut_trade_cost(0.1, within=economy.regions[:members])


def test_without_capital_every_residual_of_the_long_closure_is_a_number() -> None:
    economy = flows_of(1).with_parameters(Parameters(kappa=0.0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        solution = economy.solve(cut(economy), closure="long")
    assert solution.converged
    assert all(np.isfinite(list(solution.certificate.residuals.values())))


def test_a_residual_that_is_no_number_is_never_converged(monkeypatch: pytest.MonkeyPatch) -> None:
    economy = random_economy(1, regions=4)
    solution = economy.solve(cut(economy), starts=0, radius=False)
    from ronghe.simulate.solver import certificate

    for place in range(2):
        told = {"price": 1e-13, "goods": 1e-13}
        told[list(told)[place]] = float("nan")
        monkeypatch.setattr(certificate, "recomputed", lambda *_, told=told: dict(told))
        made = certify(solution.problem, solution.shock, solution.equilibrium, closure="short", starts=0, radius=False)
        assert made.kind == "inconsistent"
        assert np.isnan(made.independent_residual)


def test_a_state_with_noise_fails_the_second_formula_in_every_closure() -> None:
    rng = np.random.default_rng(0)
    economy = flows_of(2).with_parameters(Parameters(kappa=0.0))
    for closure in ("short", "long"):
        solution = economy.solve(cut(economy), closure=closure, starts=0, radius=False)
        from dataclasses import replace

        noisy = replace(solution.equilibrium, state=solution.equilibrium.state + 0.1 * rng.standard_normal(
            len(solution.equilibrium.state)))  # fmt: skip
        made = certify(solution.problem, solution.shock, noisy, closure=closure, starts=0, radius=False)
        assert made.kind == "inconsistent"


@pytest.mark.parametrize("what", ["a region without it", "only bought none of", "dead everywhere"])
def test_a_missing_sector_has_one_equilibrium(what: str) -> None:
    given = random_flows(3, regions=4, sectors=3, tariffs=False)
    flows = np.array(given["flows"])
    axes = list(given["axes"])  # type: ignore[call-overload]
    order = [axes.index(axis) for axis in ("sector", "buyer", "seller")]
    table = flows.transpose(order)
    inputs = np.array(given["input_shares"])
    inputs = np.broadcast_to(inputs, (4, 3, 3)).copy() if inputs.ndim == 2 else inputs
    where = slice(None) if what == "dead everywhere" else 1
    table[0, where, :] = 0.0
    if what != "only bought none of":
        table[0, :, where] = 0.0
    inputs[where, 0, :] = 0.0
    added = np.array(given["value_added_shares"])
    total = inputs.sum(axis=1)
    inputs *= np.divide(1.0 - added, total, out=np.zeros_like(total), where=total > 0)[:, None, :]
    economy = Economy.from_flows(**(given | {"flows": table, "axes": ("sector", "buyer", "seller"),
                                             "input_shares": inputs}))  # type: ignore[arg-type]  # fmt: skip
    solution = economy.solve(cut(economy))
    assert solution.converged, solution.status


def test_parts_that_do_not_trade_say_how_their_deficits_are_kept() -> None:
    given = random_flows(4, regions=4, sectors=3, tariffs=False)
    order = [list(given["axes"]).index(axis) for axis in ("sector", "buyer", "seller")]  # type: ignore[call-overload]
    table = np.array(given["flows"]).transpose(order)
    table[:, :2, 2:] = table[:, 2:, :2] = 0.0
    apart = given | {"flows": table, "axes": ("sector", "buyer", "seller")}
    economy = Economy.from_flows(**apart)  # type: ignore[arg-type]
    scenario = Scenario("c").cut_trade_cost(0.1, within=economy.regions[:2])
    assert any("price level of its own" in note.en for note in economy.solve(scenario).notes)
    even = Economy.from_flows(**(apart | {"deficits": "zero"}))  # type: ignore[arg-type]
    assert not any("price level of its own" in note.en for note in even.solve(scenario).notes)


def test_a_tolerance_has_its_range_and_a_coarse_one_is_no_second_equilibrium() -> None:
    economy = random_economy(2, regions=4)
    for wrong in (-1.0, 0.0, float("nan"), 1e-3, "x"):
        with pytest.raises(ParameterFault, match="tolerance"):
            economy.solve(cut(economy), tolerance=wrong)  # type: ignore[arg-type]
    assert economy.solve(cut(economy), tolerance=1e-6).converged


def test_worth_takes_one_list_of_known_regions_an_opening() -> None:
    economy = random_economy(2, regions=4)
    gains = batch_openings(economy, cut(economy), [OpenPairs.coalition(economy, economy.regions[:2])])
    assert gains.worth([economy.regions[:2]]).shape == (1,)
    with pytest.raises(UnknownRegion):
        gains.worth([[economy.regions[0], "nobody"]])
    for wrong in ([economy.regions[0]], [[economy.regions[0]], [economy.regions[1]]]):
        with pytest.raises(ParameterFault, match="one list"):
            gains.worth(wrong)


def test_what_balancing_changed_is_told_in_batches_as_well() -> None:
    economy = next(made for made in map(flows_of, range(40)) if made.world.notes)
    told = {note.en for note in economy.world.notes}
    scenario = cut(economy)
    assert told <= {note.en for note in gain(economy, scenario).notes}
    assert told <= {note.en for note in batch(economy, scenario, economy.regions[:3]).notes}
    pairs = [OpenPairs.coalition(economy, economy.regions[:2])]
    assert told <= {note.en for note in batch_openings(economy, scenario, pairs).notes}


def test_a_local_sector_named_in_a_cut_is_told() -> None:
    economy = Economy.from_data(load())
    solution = economy.solve(Scenario("c").cut_trade_cost(0.1, within=["沪", "苏"], sectors=["construction"]))
    assert any("a local sector" in note.en for note in solution.notes)


def test_an_unconverged_solution_gives_no_state_either() -> None:
    economy = random_economy(1, regions=4)
    stopped = economy.solve(cut(economy), max_steps=1)
    assert not stopped.converged
    for name in ("state", "price_level", "welfare"):
        with pytest.raises(UnconvergedSolution):
            getattr(stopped, name)
