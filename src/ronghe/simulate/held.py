"""What a closure or an economy holds still: a change of it is said to be held fixed, and is no zero.

Also the zone in which several equilibria are likely: migration with scale against crowding.
"""

from __future__ import annotations

import numpy as np

from ronghe.base.errors import ScenarioFault
from ronghe.base.text import Text, joined
from ronghe.simulate.binding import Bound
from ronghe.simulate.closure import Closure, moves
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.solver.solve import Problem
from ronghe.simulate.world import World

HELD = Text("按不变处理", "held fixed")

TITLES = {
    "settling": Text("户籍壁垒", "the cost of settling"),
    "land": Text("建设用地指标", "the quota of construction land"),
    "sharing": Text("税收分享", "the sharing of taxes"),
    "pooling": Text("共用的公共服务", "pooled services"),
}


def held_kinds(world: World, parameters: Parameters, closure: Closure) -> dict[str, Text]:
    """Return the kinds of change that move nothing here, each with the reason."""
    held: dict[str, Text] = {}
    if world.residents is None or moves(closure, parameters).kappa <= 0:
        held["settling"] = Text("人口不流动；请用 medium 或 long", "people stay; use the closure medium or long")
    if world.housing < 0:
        held["land"] = Text("没有房地产部门", "there is no real-estate sector")
    if not world.fiscal:
        held["sharing"] = held["pooling"] = Text("没有政府账户", "there are no government accounts")
    return held


def held_notes(bound: Bound, world: World, parameters: Parameters, closure: Closure) -> tuple[Text, ...]:
    """Return one note for every kind of change in a scenario that is held."""
    held = held_kinds(world, parameters, closure)
    kinds = dict.fromkeys(piece.beside.kind for piece in bound.pieces if piece.beside is not None)
    return tuple(
        Text(f"{TITLES[kind].zh}{HELD.zh}：{held[kind].zh}。", f"{TITLES[kind].en} is {HELD.en}: {held[kind].en}.")
        for kind in kinds
        if kind in held
    )


def require_moving(bound: Bound, world: World, parameters: Parameters, closure: Closure) -> None:
    """Raise where all that a scenario changes is held: its gain is not 0 but was not asked.

    Raises
    ------
    ScenarioFault
    """
    held = held_kinds(world, parameters, closure)
    if bound.pieces and all(piece.beside is not None and piece.beside.kind in held for piece in bound.pieces):
        told = joined(list(held_notes(bound, world, parameters, closure)))
        raise ScenarioFault(
            Text(f"情景只改变此处不变的内容，没有结果可言：{told.zh}",
                 f"The scenario changes only what is held here, so that there is no result: {told.en}")
        )  # fmt: skip


def several_likely(world: World, parameters: Parameters, closure: Closure) -> Text | None:
    """Return a warning where scale outweighs crowding: psi / g > crowding + 1 / kappa, in the region with least of it.

    A rule of thumb and no theorem: what converges is solved all the same, always from several starts.
    """
    moving = moves(closure, parameters)
    if world.residents is None or moving.kappa <= 0 or moving.scale <= 0:
        return None
    home = world.domestic
    added = float((world.value_added_shares * world.output)[:, home].sum() / world.output[:, home].sum())
    gathering = moving.scale / added
    spreading = float(_crowding(world, parameters, moving.land_supply)[home].min()) + 1.0 / moving.kappa
    if gathering <= spreading:
        return None
    return Text(
        f"参数处于均衡可能不唯一的区域（聚集 {gathering:.2f} 大于分散 {spreading:.2f}）",
        f"parameters in the zone where equilibria may not be unique (gathering {gathering:.2f} above "
        f"spreading {spreading:.2f})",
    )


def _crowding(world: World, parameters: Parameters, land_supply: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return how much a region loses by more people, shape (region,): by land, and by services that are rival."""
    services = world.blocks.services
    dilution = parameters.rivalry * parameters.service_weight
    if services is not None:
        dilution = float((services.rivalry * services.weight).sum())
    land = np.zeros(len(world.regions))
    if world.housing >= 0:
        at = world.housing
        spent = world.household.sum(axis=0)
        basket = np.divide(world.household[at], spent, out=np.zeros_like(spent), where=spent > 0)
        land = basket * world.value_added_shares[at] * world.capital_shares[at] / (1.0 + land_supply)
    return np.asarray(land + (dilution if world.fiscal else 0.0))


def own_levels(problem: Problem, names: tuple[Text, ...]) -> tuple[Text, ...]:
    """Return a note where parts of the world trade with no other: what is kept of their deficits is a convention."""
    c, world = problem.coefficients, problem.world
    inflow = world.transfers + world.external + c.gifts
    paying = np.abs(inflow) > 1e-9 * world.value_added
    parts = [np.flatnonzero(c.level == level) for level in np.unique(c.level)]
    apart = [part for part in parts if paying[part].any()]
    if len(parts) < 2 or not apart:
        return ()
    named = joined([names[n] for n in apart[0][:3]])
    return (
        Text(
            f"{named.zh}等与其他地区没有贸易：各部分价格水平独立，其差额按在本部分增加值中的份额不变计算。",
            f"{named.en} and others trade with no one outside their part: each part has a price level of its own, and "
            "deficits keep their share of their part's value added.",
        ),
    )
