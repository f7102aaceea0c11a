"""Assumptions behind a gain, changed one at a time: the worlds and parameters over which a scenario band runs.

With people fixed: trade elasticity, distance elasticity of the estimate, the reading of the cut. Where people,
capital or scale move, every parameter that the closure uses is swept over its stated range as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from ronghe.base.text import Text, same
from ronghe.simulate.borders import DISTANCE_BAND
from ronghe.simulate.calibrate import world_from_baseline
from ronghe.simulate.closure import Closure
from ronghe.simulate.economy import Economy
from ronghe.simulate.parameters import NOTES, Parameters
from ronghe.simulate.world import World

ELASTICITIES = (3.0, 4.0, 5.0, 6.0, 8.0)

DRIVERS = {
    "elasticity": Text("贸易弹性", "trade elasticity"),
    "distance": Text("距离弹性", "distance elasticity"),
    "estimate": Text("本地份额和开放程度的估计", "estimated home shares and openness"),
    "reading": Text("成本降低的理解", "reading of the cut"),
    **{note.key: note.name for note in NOTES if note.key != "theta"},
}

USED: dict[Closure, tuple[str, ...]] = {
    "short": (),
    "medium": ("kappa", "rivalry", "service_weight"),
    "long": (
        "kappa", "rivalry", "service_weight", "capital_share", "land_supply", "capital_mobility", "scale",
        "group_substitution",
    ),
}  # fmt: skip
"""Parameters that a closure uses; with people and capital fixed none of them matters."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One set of assumptions.

    Attributes
    ----------
    driver : str
        What is changed: a key of ``DRIVERS``, or ``central``.
    label : Text
        To what.
    world : World
    parameters : Parameters
    wedge : bool
        Whether the cut is read as a wedge whose revenue stays with the buyer.
    elasticity : float or None
        The trade elasticity, where that is what is changed.
    """

    driver: str
    label: Text
    world: World
    parameters: Parameters
    wedge: bool = False
    elasticity: float | None = None


def sweeps(economy: Economy, closure: Closure = "short") -> Iterator[Case]:
    """Yield the central case first, then one assumption changed at a time."""
    world, parameters = economy.world, economy.parameters
    yield Case("central", Text("中间值", "central"), world, parameters)
    for theta in ELASTICITIES:
        yield Case("elasticity", same(f"{theta:g}"), world.with_elasticities(theta), parameters, elasticity=theta)
    # A table made by somebody else's model is estimated too, but not by a distance elasticity that could be changed.
    if estimated(economy) and economy.data is not None and "distance_elasticity" in economy.data.parameters:
        for delta in DISTANCE_BAND:
            baseline = economy.data.baseline_with(distance_elasticity=delta)
            yield Case("distance", same(f"{delta:g}"), world_from_baseline(baseline, parameters=parameters), parameters)
    yield from _behaviour(economy, closure)
    yield Case(
        "reading", Text("收入留在买方的加价", "a wedge whose revenue stays with the buyer"), world, parameters,
        wedge=True,
    )  # fmt: skip


def _behaviour(economy: Economy, closure: Closure) -> Iterator[Case]:
    """Yield both ends of the range of every parameter that the closure uses and this economy feels."""
    named = {field.name for field in fields(Parameters)}
    for note in NOTES:
        if note.key not in named or note.key not in USED[closure] or not _felt(economy, note.key):
            continue
        for value in (note.low, note.high):
            parameters = replace(economy.parameters, **{note.key: value})
            world = economy.world
            if note.key == "capital_share":
                # The share decides the calibration itself, which only a table can be put through again.
                if economy.baseline is None:
                    continue
                world = world_from_baseline(economy.baseline, parameters=parameters)
            if note.key == "scale" and value * float(np.max(world.elasticities)) > 1.0:
                continue
            yield Case(note.key, same(f"{value:g}"), world, parameters)


def _felt(economy: Economy, key: str) -> bool:
    """Whether a parameter can matter in this economy at all."""
    blocks = economy.world.blocks
    if key in ("rivalry", "service_weight"):
        return economy.world.fiscal and blocks.services is None
    return key != "group_substitution" or blocks.groups is not None


def drawn(economy: Economy, draws: int, seed: int) -> Iterator[Case]:
    """Yield seeded draws of the estimate; none where pairs are observed."""
    if not estimated(economy) or economy.data is None or draws <= 0:
        return
    for baseline in economy.data.draws(draws, seed=seed):
        world = world_from_baseline(baseline, parameters=economy.parameters)
        yield Case("estimate", same(""), world, economy.parameters)


def estimated(economy: Economy) -> bool:
    """Whether the pair cells of the table are estimated."""
    return economy.baseline is not None and economy.baseline.pair_status == "estimated"


def swept(cases: Sequence[Case]) -> list[Text]:
    """Name each assumption that was changed by itself, with the ends that were reached."""
    found = []
    theta = sorted(case.elasticity for case in cases if case.elasticity is not None)
    if theta:
        found.append(_range("elasticity", f"{theta[0]:g}", f"{theta[-1]:g}"))
    for key in ("distance", *USED["long"]):
        values = sorted((case.label.en for case in cases if case.driver == key), key=float)
        if values:
            found.append(_range(key, values[0], values[-1]))
    if any(case.driver == "reading" for case in cases):
        found.append(Text("成本降低的两种理解", "both readings of the cut"))
    return found


def _range(key: str, low: str, high: str) -> Text:
    name = DRIVERS[key]
    return Text(f"{name.zh}{low}至{high}", f"{name.en} {low} to {high}")
