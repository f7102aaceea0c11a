"""Scenario bands (情景带) of a stated cut and of the realised gain, and what they are most sensitive to.

A band runs over assumptions and is no interval. Its ends are the union of

* lowest to highest over the swept parameters, one at a time (:mod:`ronghe.simulate.assumptions`): trade elasticity 3
  to 8, distance elasticity 0.3 to 1.1, what the closure needs of behaviour, and the reading of the cut (resource
  cost, or a wedge whose revenue stays with the buyer's region);
* 5 to 95 % over seeded draws of the estimate (home shares, openness, distance elasticity together).

Where pairs are observed there are no draws and no distance elasticity: the sweeps alone. A seeded 1 % of the solves
are certified in full; those that do not converge are left out and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import UnconvergedSolution
from ronghe.base.spread import Spread
from ronghe.base.text import Text, joined
from ronghe.simulate.assumptions import DRIVERS, USED, Case, drawn, sweeps, swept
from ronghe.simulate.bands import Bands, Driver, GainBand
from ronghe.simulate.binding import Bound, shock_of
from ronghe.simulate.checks import require_whole
from ronghe.simulate.closure import Closure
from ronghe.simulate.columns import COLUMNS
from ronghe.simulate.economy import Economy
from ronghe.simulate.opening import HEADLINE
from ronghe.simulate.quick import Quick, Record
from ronghe.simulate.scenario import Scenario, Where
from ronghe.simulate.wedge import rebated_wedge

DRAWS = 200
ORDERED = 0.95
"""Share of draws in which the order of members must be the central one to be called stable."""

MOST_FAILED = 0.05

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class _Target:
    """One gain: the scenario on arrays, and its sign."""

    bound: Bound
    sign: float


def gain_bands(
    economy: Economy,
    area: Where,
    scenario: Scenario,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress | None = None,
) -> Bands:
    """Return the bands of the gain of a scenario and of the realised gain of an area, people fixed.

    Parameters
    ----------
    area : Area, its name, or list of names or codes
        Whose realised gain is meant.
    scenario : Scenario
        The stated cut.
    draws : int
        Draws of the estimate, 0 or more; none are taken where pairs are observed.
    seed : int
        Seed of the draws, 0 or more.
    progress : callable, optional
        Called with the share done.

    Raises
    ------
    NotIdentified
        If the tables cannot tell these gains.
    ParameterFault
        If draws or seed are no whole numbers of at least 0.
    UnconvergedSolution
        If the central solve stops, or more than 5 % of all others.
    """
    _require_draws(draws, seed)
    economy.require("stated_cut_gain")
    economy.require("realised_gain")
    walls = Scenario("walls").prohibit(within=area)
    targets = [_Target(economy.bind(scenario), 1.0), _Target(economy.bind(walls), -1.0)]
    first, second = _bands(economy, targets, closure="short", draws=draws, seed=seed, progress=progress)
    return Bands(first, second)


def scenario_band(
    economy: Economy,
    scenario: Scenario,
    *,
    closure: Closure = "short",
    draws: int = DRAWS,
    seed: int = 0,
    realised: bool = False,
) -> GainBand:
    """Return the band of the gain of one scenario; ``realised`` turns its sign (walls raised)."""
    _require_draws(draws, seed)
    target = _Target(economy.bind(scenario), -1.0 if realised else 1.0)
    return _bands(economy, [target], closure=closure, draws=draws, seed=seed, progress=None)[0]


def _require_draws(draws: object, seed: object) -> None:
    require_whole("draws", draws)
    require_whole("seed", seed)


def _bands(
    economy: Economy,
    targets: Sequence[_Target],
    *,
    closure: Closure,
    draws: int,
    seed: int,
    progress: Progress | None,
) -> list[GainBand]:
    one_at_a_time = list(sweeps(economy, closure))
    total = len(one_at_a_time) + draws
    found: list[list[tuple[Case, Floats | None]]] = [[] for _ in targets]
    record = Record()
    for done, case in enumerate(chain(one_at_a_time, drawn(economy, draws, seed)), 1):
        quick = Quick(case.world, case.parameters, record, closure)
        for target, results in zip(targets, found, strict=True):
            shock = shock_of(target.bound, case.world)
            if case.wedge:
                reading = rebated_wedge(case.world, shock)
                if reading is None:
                    continue
                quick, shock = Quick(reading[0], case.parameters, record, closure), reading[1]
            columns = quick.columns(shock)
            results.append((case, None if columns is None else target.sign * columns))
        if progress is not None:
            progress(min(1.0, done / total))
    return [_band(economy, t, r, record, draws=draws, seed=seed) for t, r in zip(targets, found, strict=True)]


def _band(
    economy: Economy,
    target: _Target,
    results: Sequence[tuple[Case, Floats | None]],
    record: Record,
    *,
    draws: int,
    seed: int,
) -> GainBand:
    failed = sum(columns is None for _, columns in results)
    if results[0][1] is None or failed > MOST_FAILED * len(results):
        raise UnconvergedSolution(
            Text(
                f"情景带的{len(results)}次求解中有{failed}次没有收敛，不给出情景带。",
                f"{failed} of {len(results)} solves of the scenario band did not converge; no band is given.",
            )
        )
    members = list(target.bound.members)
    kept = [(case, columns) for case, columns in results if columns is not None]
    sweeps = np.array([_with_headline(columns) for case, columns in kept if case.driver != "estimate"])
    drawn = [_with_headline(columns) for case, columns in kept if case.driver == "estimate"]
    low, high = _ends(sweeps, drawn)
    low_total, high_total = _ends(_totals(sweeps, members), [_totals(d, members) for d in drawn])
    names = (HEADLINE, *COLUMNS)
    order, stable = _order(economy, members, sweeps, drawn)
    return GainBand(
        members=tuple(economy.regions[n] for n in members),
        columns={name: Spread("band", float(low_total[at]), float(high_total[at])) for at, name in enumerate(names)},
        region_low=dict(zip(names, low, strict=True)),
        region_high=dict(zip(names, high, strict=True)),
        drivers=_drivers(kept, members),
        by_elasticity={
            case.elasticity: _headline(columns, members) for case, columns in kept if case.elasticity is not None
        },
        order=order,
        order_stable=stable,
        draws=draws if drawn else 0,
        failed=failed,
        seed=seed,
        note=band_note(
            [case for case, _ in kept],
            draws=draws if drawn else 0,
            failed=failed,
            one_reading=target.sign > 0 and all(case.driver != "reading" for case, _ in results),
        ),
        certificate=record.sentence,
    )


def band_note(cases: Sequence[Case], *, draws: int, failed: int, one_reading: bool = False) -> Text:
    """Say which sweeps and draws the ends of a band come from: those that were run, and no others."""
    listed = joined(swept(cases))
    note = Text(
        f"情景带：{listed.zh}各自单独变化时的最低至最高",
        f"Scenario band: lowest to highest as each of {listed.en} is changed by itself",
    )
    if draws:
        note += Text(
            f"，与贸易估计{draws}次抽样的5%至95%之并",
            f", joined with 5 to 95 % of {draws} draws of the trade estimate",
        )
    if failed:
        note += Text(f"；{failed}次求解没有收敛，未计入", f"; {failed} solves did not converge and are left out")
    if one_reading:
        note += Text(
            "；成本降低只按资源成本理解：降幅大于四分之一或不是降低成本时，没有第二种理解",
            "; the cut is read as a resource cost only: above a quarter, or where costs do not fall, there is no "
            "second reading",
        )
    return note + Text("。它来自假设，不是抽样误差。", ". It comes from assumptions, not from sampling error.")


def _with_headline(columns: Floats) -> Floats:
    """Put household and services together before the three columns, shape (4, region)."""
    return np.concatenate([columns[:2].sum(axis=0, keepdims=True), columns])


def _totals(columns: Floats, members: list[int]) -> Floats:
    total: Floats = columns[..., members].sum(axis=-1)
    return total


def _headline(columns: Floats, members: list[int]) -> float:
    return float(columns[:2, members].sum())


def _ends(sweeps: Floats, drawn: Sequence[Floats]) -> tuple[Floats, Floats]:
    low, high = sweeps.min(axis=0), sweeps.max(axis=0)
    if drawn:
        five, ninety_five = np.quantile(np.array(drawn), [0.05, 0.95], axis=0)
        low, high = np.minimum(low, five), np.maximum(high, ninety_five)
    return low, high


def _order(
    economy: Economy, members: list[int], sweeps: Floats, drawn: Sequence[Floats]
) -> tuple[tuple[str, ...], bool]:
    """Return the central order of members and whether sweeps and 95 % of the draws keep it."""
    size = economy.world.value_added[members]

    def ranked(columns: Floats) -> tuple[int, ...]:
        return tuple(int(n) for n in np.argsort(-columns[0, members] / size, kind="stable"))

    central = ranked(sweeps[0])
    same_order = [ranked(columns) == central for columns in drawn]
    stable = all(ranked(columns) == central for columns in sweeps)
    stable = stable and (not same_order or float(np.mean(same_order)) >= ORDERED)
    return tuple(economy.regions[members[n]] for n in central), stable


def _drivers(kept: Sequence[tuple[Case, Floats]], members: list[int]) -> tuple[Driver, ...]:
    central = _headline(kept[0][1], members)
    middle = Text("中间值", "central value")
    found = []
    for key in ("elasticity", "distance", *USED["long"], "reading"):
        cases = [(_headline(columns, members), case.label) for case, columns in kept if case.driver == key]
        if not cases:
            continue
        cases.append((central, Text("资源成本", "resource cost") if key == "reading" else middle))
        low, high = min(cases, key=lambda c: c[0]), max(cases, key=lambda c: c[0])
        found.append(Driver(key, DRIVERS[key], low[0], high[0], low[1], high[1]))
    drawn = [_headline(columns, members) for case, columns in kept if case.driver == "estimate"]
    if drawn:
        five, ninety_five = (float(q) for q in np.quantile(drawn, [0.05, 0.95]))
        ends = Text("抽样的5 %处", "5 % of draws"), Text("抽样的95 %处", "95 % of draws")
        found.append(Driver("estimate", DRIVERS["estimate"], five, ninety_five, *ends))
    return tuple(sorted(found, key=lambda driver: -driver.width))
