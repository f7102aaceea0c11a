"""What a run computes for one area, once, for every form of the report.

Refusals are results: where the data cannot tell, the :class:`NotIdentified` stands in the place of the number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ronghe.base.area import Area
from ronghe.base.arrays import Floats
from ronghe.base.errors import GameFault, GameTooLargeError, NotIdentified, RongheError, UnconvergedSolution
from ronghe.base.text import Text
from ronghe.data import Dataset
from ronghe.share import (
    Allocation,
    CoalitionGame,
    Compensation,
    CoreRange,
    Diagnostics,
    SharingRefused,
    coalition_game,
    core_range,
    diagnose,
    least_compensation,
    nucleolus,
    shapley,
)
from ronghe.simulate import (
    Depth,
    Economy,
    Gain,
    GainBand,
    GainCurve,
    Scenario,
    SectorSplit,
    Sensitivity,
    blocked_points,
    depth,
    gain,
    gain_bands,
    gain_curve,
    realised_gain,
    split_by_sector,
)
from ronghe.simulate.layers import LayerSplit, split_by_layer
from ronghe.simulate.levers import LeverSplit, split_by_lever
from ronghe.simulate.study.file import ScenarioFile

Progress = Callable[[float, Text], None]

CUT = 0.10
"""The stated cut: 10 % of cross-region trade cost inside the area."""

MOST_PLAYERS = 12
"""Most members whose coalitions a report computes: 4,096 equilibria, some ten seconds."""

CURVE = (0.0, 0.05, 0.10, 0.15, 0.20)


@dataclass(frozen=True, slots=True)
class Sharing:
    """The game of the area and its readings."""

    game: CoalitionGame
    before: Floats
    shapley: Allocation
    nucleolus: Allocation | RongheError
    core: CoreRange
    diagnostics: Diagnostics


@dataclass(frozen=True, slots=True)
class Simulated:
    """Everything that rests on the model."""

    economy: Economy
    scenario: Scenario
    gain: Gain
    band: GainBand
    realised: Gain
    realised_band: GainBand
    medium: Gain | None
    curve: GainCurve
    by_sector: SectorSplit
    sharing: Sharing | RongheError
    compensation: Compensation | SharingRefused
    depth: Depth
    blocked: Sensitivity | NotIdentified
    study: ScenarioFile | None = None
    levers: LeverSplit | None = None
    layers: LayerSplit | None = None


@dataclass(frozen=True, slots=True)
class AreaResults:
    """One run on one area.

    Attributes
    ----------
    members : tuple of str
        Members with data.
    absent : tuple of str
        Members without data.
    simulated : Simulated or None
        ``None`` where fewer than two members have data, or no certified solution was found.
    problem : Text or None
        The status sentence of a solve that failed.
    """

    data: Dataset
    area: Area
    members: tuple[str, ...]
    absent: tuple[str, ...]
    simulated: Simulated | None
    problem: Text | None
    draws: int
    seed: int


def compute(
    data: Dataset, area: Area, *, draws: int, seed: int, progress: Progress, study: ScenarioFile | None = None
) -> AreaResults:
    """Compute everything a report on ``area`` shows.

    Parameters
    ----------
    data : Dataset
    area : Area
    draws : int
        Draws of the scenario band.
    seed : int
        Seed of all random draws.
    progress : callable
        Called with the share done and what is being done.
    study : ScenarioFile, optional
        What is supposed; the stated cut if left out.

    Raises
    ------
    NotIdentified
        Where no member has data: then there is nothing to report.
    """
    members = tuple(code for code in area.regions if data.has(code))
    absent = tuple(code for code in area.regions if not data.has(code))
    if not members:
        names = [data.region(code).name for code in absent]
        listed = Text("、".join(n.zh for n in names), " and ".join(n.en for n in names))
        has = "has" if len(names) == 1 else "have"
        told = Text(
            f"{listed.zh}没有载入数据，没有可以报告的事实。", f"{listed.en} {has} no data, so nothing can be told."
        )
        raise NotIdentified("facts", told, ("facts",))
    simulated, problem = None, None
    if len(members) >= 2:
        try:
            simulated = _simulate(data, area, members, draws=draws, seed=seed, progress=progress, study=study)
        except UnconvergedSolution as failure:
            problem = failure.text
    return AreaResults(data, area, members, absent, simulated, problem, draws, seed)


def _simulate(
    data: Dataset,
    area: Area,
    members: tuple[str, ...],
    *,
    draws: int,
    seed: int,
    progress: Progress,
    study: ScenarioFile | None,
) -> Simulated:
    progress(0.02, Text("校准经济", "Calibrating the economy"))
    economy = Economy.from_data(data) if study is None else study.economy()
    scenario = stated_cut(area) if study is None else study.over_area
    progress(0.10, Text("求解", "Solving"))
    result = gain(economy, scenario)
    if study is not None:
        _require(result, study)
    realised = realised_gain(economy, area)
    medium = _or_none(lambda: gain(economy, scenario, closure="medium"))
    progress(0.15, Text("情景带", "Scenario bands"))
    bands = gain_bands(
        economy,
        area,
        scenario,
        draws=draws,
        seed=seed,
        progress=lambda done: progress(0.15 + 0.5 * done, Text("情景带", "Scenario bands")),
    )
    curve = gain_curve(economy, area, CURVE)
    by_sector = split_by_sector(economy, scenario)
    progress(0.70, Text("各种联合", "Coalitions"))
    sharing = _sharing(economy, scenario if study is None else study.scenario, area)
    documented = study.documented if study is not None and study.levers else None
    walls: Sensitivity | NotIdentified
    progress(0.85, Text("深度与堵点", "Depth and blocked points"))
    try:
        walls = blocked_points(economy, within=area)
    except NotIdentified as refusal:
        walls = refusal
    return Simulated(
        economy=economy,
        scenario=scenario,
        gain=result,
        band=bands.gain,
        realised=realised,
        realised_band=bands.realised,
        medium=medium,
        curve=curve,
        by_sector=by_sector,
        sharing=sharing,
        compensation=_compensation(result),
        depth=depth(economy, area, levers=documented),
        blocked=walls,
        study=study,
        levers=None if study is None or documented is None else split_by_lever(economy, study.scenario),
        layers=None if documented is None else split_by_layer(economy, documented),
    )


def _require(found: Gain, study: ScenarioFile) -> None:
    """Refuse a solution whose residual is above the tolerance that the scenario file asks for."""
    residual = found.certificate.independent_residual
    if not residual <= study.tolerance:
        raise UnconvergedSolution(
            Text(
                f"残差 {residual:.0e} 高于方案文件要求的 {study.tolerance:.0e}（[solve] tolerance），不给出数字。",
                f"The residual {residual:.0e} is above the {study.tolerance:.0e} that the scenario file asks for "
                "([solve] tolerance); no numbers are given.",
            )
        )


def _or_none(job: Callable[[], Gain]) -> Gain | None:
    try:
        return job()
    except RongheError:
        return None


def _sharing(economy: Economy, scenario: Scenario, area: Area) -> Sharing | RongheError:
    """Return the game and its readings, or why there is none.

    Too many players; a coalition without a solution; levers on a table that cannot tell pairs apart.
    """
    players = len({economy.data.blocks.get(code, code) if economy.data else code for code in area.regions})
    if players > MOST_PLAYERS:
        return GameTooLargeError(
            Text(
                f"{players}个成员有{2**players:,}种联合；报告只计算到{MOST_PLAYERS}个成员。较小的区域可以计算。",
                f"{players} members make {2**players:,} coalitions; the report stops at {MOST_PLAYERS} members. "
                "Take a smaller area.",
            )
        )
    try:
        game = coalition_game(economy, scenario, players=area)
    except (GameFault, NotIdentified, UnconvergedSolution) as refusal:
        return refusal
    return Sharing(
        game=game,
        before=_before(game),
        shapley=shapley(game),
        nucleolus=_or_refusal(lambda: nucleolus(game)),
        core=core_range(game),
        diagnostics=diagnose(game),
    )


def _before(game: CoalitionGame) -> Floats:
    """Return each player's payable gain when all open and nothing is transferred."""
    held = game.player_gains()
    assert held is not None, "a game computed from the economy knows its gains"
    return np.array(held[-1])


def _or_refusal(job: Callable[[], Allocation]) -> Allocation | RongheError:
    try:
        return job()
    except RongheError as refusal:
        return refusal


def _compensation(found: Gain) -> Compensation | SharingRefused:
    """Return the least compensation among the members at the scenario itself."""
    at = [found.regions.index(code) for code in found.members]
    unit = Text("亿元/年", "100 million yuan a year")
    try:
        return least_compensation(gains=found.payable[at], regions=found.members, unit=unit, status=found.status)
    except SharingRefused as refusal:
        return refusal


def stated_cut(area: Area) -> Scenario:
    """Return the headline's scenario: trade cost inside the area falls by the stated cut."""
    name = f"{CUT:.0%} cheaper trade inside {area.short.en}"
    return Scenario(name).cut_trade_cost(CUT, within=area)
