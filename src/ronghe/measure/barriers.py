"""Walls between regions by layer, read from observed flows and handed to the room ``simulate``.

    border term of a pair = common border + residual of the pair = software + protection      (log points of flow)
    hardware              = gamma (ln d_ni - (ln d_nn + ln d_ii) / 2)                         distance beyond home

Below 0 is a wall; its cost is the duty exp(-term / theta) - 1; above 0 there is nothing to remove. Flows alone tell
software and protection together: the split needs prices, procurement or times of entry. Walls of people (hukou) and
of knowledge are not told by flows of goods. Not measured is NaN with a reason, never 0 and never infinite. On an
estimated table walls inside and outside are equal by construction: there is nothing to hand over.

References
----------
.. [1] J. E. Anderson, E. van Wincoop, "Trade Costs", 2004 (duty equivalents).
.. [2] K. Head, J. Ries, "Increasing Returns versus National Product Differentiation", 2001.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np

from ronghe.base.area import Area
from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.base.status import Status, weakest
from ronghe.base.text import Text
from ronghe.data import Dataset
from ronghe.measure.barrier_estimate import BarrierEstimate, Layer, Method
from ronghe.measure.barrier_sectors import (
    SectorWalls,
    common_terms,
    spread_to_units,
    walls_by_head_ries,
    walls_by_ppml,
)
from ronghe.measure.flow_noise import FlowNoise

THETA = 4.0

_SPLIT = Text(
    "仅凭流量不能分开软件壁垒与保护，合并计入软件一层；区分需要价格、政府采购或准入时长的证据",
    "flows alone cannot tell protection from software, which holds both; "
    "the split needs prices, procurement or times of entry",
)
_PEOPLE = Text("货物流量不反映户籍壁垒", "flows of goods do not tell walls of people")
_KNOWLEDGE = Text("货物流量不反映知识壁垒", "flows of goods do not tell walls of knowledge")
_LOCAL = Text("本地部门，不跨区交易", "a local sector that is not traded")
_BOTH = Text("两个方向取同一数值。", "Both directions of a pair have the same value.")


def barriers(
    *,
    data: Dataset,
    area: Area | str | Sequence[str] | None = None,
    theta: float = THETA,
    method: Method = "ppml",
    protection: Floats | None = None,
) -> BarrierEstimate:
    """Return the walls that a data set tells.

    Parameters
    ----------
    data : Dataset
        With observed flows between regions, ``data.identifies["pair_walls"]``.
    area : Area, str or sequence of str, optional
        Whose pairs are told apart; all of them if left out.
    theta : float
    method : {"ppml", "head-ries"}
    protection : array, shape (buyer, seller, sector), optional
        Border term that evidence puts down to protection.

    Raises
    ------
    NotIdentified
        On estimated trade, naming the tables that would unlock it.
    UnconvergedSolution
        If the search of a sector stopped.
    """
    told = data.identification("pair_walls", area=area)
    if not told.value:
        raise NotIdentified("pair_walls", told.reason, told.unlocks)
    base, count = data.baseline, len(data.codes)
    # The rest of the world comes last and has no border of this country.
    flows = base.flows[:, :count, :count]
    if base.observed is not None:
        flows = np.where(base.observed[:, :count, :count], flows, np.nan)
    owners = [data.blocks.get(code, code) for code in data.codes]
    names = list(dict.fromkeys(owners))
    chosen = set(data.codes if area is None else data.area(area).regions)
    invented: Status = "demonstration" if data.status == "demonstration" else base.pair_status
    return barrier_estimate(
        flows=flows,
        distances=data.distances,
        blocks=np.array([names.index(owner) for owner in owners]),
        names=names,
        members=[at for at, name in enumerate(names)
                 if {code for code, owner in zip(data.codes, owners, strict=True) if owner == name} & chosen],
        regions=data.codes,
        sectors=base.sectors,
        traded=base.traded,
        theta=theta,
        method=method,
        protection=protection,
        status=weakest(["computed", invented]),
        source=data.trade_source,
    )  # fmt: skip


def barrier_estimate(
    *,
    flows: Floats,
    distances: Floats,
    blocks: Ints,
    names: Sequence[str],
    regions: Sequence[str],
    sectors: Sequence[str],
    members: Sequence[int] | None = None,
    traded: Bools | None = None,
    theta: float = THETA,
    method: Method = "ppml",
    protection: Floats | None = None,
    noise: Sequence[FlowNoise | None] | None = None,
    status: Status = "computed",
    source: Text = Text("", ""),
) -> BarrierEstimate:
    """Return the walls of every pair and sector.

    Parameters
    ----------
    flows : array, shape (sector, buyer, seller)
        Own sales on the diagonal; 0 is an observed zero, NaN unknown.
    distances : array, shape (buyer, seller)
        km, own distances on the diagonal.
    blocks : array of int, shape (region,)
        Who owns the walls of each region.
    names : sequence of str
        Of the blocks, by number.
    members : sequence of int, optional
        Blocks whose pairs are told apart; all if left out.
    traded : array of bool, shape (sector,), optional
        Sectors with walls; all if left out.
    protection : array, shape (buyer, seller, sector), optional
    noise : sequence of FlowNoise or None, one a sector, optional
        For the interval of ``head-ries``; ``ppml`` estimates its own.

    Raises
    ------
    ParameterFault
        With all faults of the input.
    NotIdentified, UnconvergedSolution
        From the sector that cannot be told, or whose search stopped.
    """
    table, of = np.asarray(flows, dtype=np.float64), np.asarray(blocks, dtype=np.int64)
    _check(table, distances, of, names, regions, sectors, members, traded, theta, method, protection)
    inside = sorted(set(range(len(names)) if members is None else members))
    open_to = np.ones(len(sectors), dtype=np.bool_) if traded is None else np.asarray(traded, dtype=np.bool_)
    shape = (len(regions), len(regions), len(sectors))
    distance, border, residual, margins = (np.full(shape, np.nan) for _ in range(4))
    elasticities = np.full(len(sectors), np.nan)
    notes = [_BOTH]
    reasons: dict[tuple[str, str, str], Text] = {}
    logs = np.log(distances)
    own = np.diagonal(logs)
    for j in np.flatnonzero(open_to).tolist():
        law = noise[j] if noise is not None else None
        found = _sector(method, table[j], distances, of, inside, names, law)
        common = common_terms(found, inside, len(names))
        elasticities[j] = found.distance
        distance[:, :, j] = found.distance * (logs - (own[:, None] + own[None]) / 2)
        border[:, :, j] = spread_to_units(common, of)
        residual[:, :, j] = spread_to_units(found.terms - common, of)
        margins[:, :, j] = spread_to_units(found.margins, of)
        reasons |= {(names[p], names[q], sectors[j]): why for (p, q), why in found.reasons.items()}
        notes += [Text(f"{sectors[j]}：{note.zh}", f"{sectors[j]}: {note.en}") for note in found.notes]
    notes += [
        Text(f"{sectors[j]}：{_LOCAL.zh}。", f"{sectors[j]}: {_LOCAL.en}.") for j in np.flatnonzero(~open_to).tolist()
    ]
    if method == "head-ries" and noise is None:
        notes.append(Text("未给出流量误差规律，没有区间。", "No law of the noise of flows was given: no interval."))
    absent: dict[Layer, Text] = {"hukou": _PEOPLE, "knowledge": _KNOWLEDGE}
    return BarrierEstimate(
        regions=tuple(regions),
        sectors=tuple(sectors),
        method=method,
        theta=theta,
        distance=distance,
        border=border,
        residual=residual,
        protection=np.full(shape, np.nan) if protection is None else np.asarray(protection, dtype=np.float64),
        margins=margins,
        elasticities=elasticities,
        absent=absent if protection is not None else absent | {"protection": _SPLIT},
        reasons=reasons,
        status=status,
        source=source,
        notes=tuple(notes),
    )


def _sector(
    method: Method,
    flows: Floats,
    distances: Floats,
    blocks: Ints,
    members: Sequence[int],
    names: Sequence[str],
    noise: FlowNoise | None,
) -> SectorWalls:
    if method == "ppml":
        return walls_by_ppml(flows=flows, distances=distances, blocks=blocks, members=members, names=names)
    return walls_by_head_ries(flows=flows, distances=distances, blocks=blocks, members=members, noise=noise)


def _check(
    flows: Floats,
    distances: Floats,
    blocks: Ints,
    names: Sequence[str],
    regions: Sequence[str],
    sectors: Sequence[str],
    members: Sequence[int] | None,
    traded: Bools | None,
    theta: float,
    method: str,
    protection: Floats | None,
) -> None:
    """Tell every fault of the input at once."""
    count, faults = len(regions), []
    shapes = {
        "flows": (flows.shape, (len(sectors), count, count)),
        "distances": (np.shape(distances), (count, count)),
        "blocks": (blocks.shape, (count,)),
        "traded": (np.shape(traded) if traded is not None else (len(sectors),), (len(sectors),)),
        "protection": (np.shape(protection) if protection is not None else (count, count, len(sectors)),
                       (count, count, len(sectors))),
    }  # fmt: skip
    for name, (read, wanted) in shapes.items():
        if read != wanted:
            faults.append(
                Text(f"{name} 的形状应为 {wanted}，读到 {read}。", f"{name} must have shape {wanted}; read {read}.")
            )
    if not (np.isfinite(distances).all() and (np.asarray(distances) > 0).all()):
        faults.append(
            Text("距离须为正数，对角线为本地距离。", "Distances must be above 0, own distances on the diagonal.")
        )
    known = set(range(len(names)))
    if not set(blocks.flat) <= known or not set(members if members is not None else ()) <= known:
        faults.append(Text("区块编号超出名单。", "A block has no name."))
    elif len(set(members) if members is not None else known) < 2:
        faults.append(Text("区域至少要有两个区块。", "An area needs two blocks."))
    if not (np.isfinite(theta) and theta > 0):
        faults.append(Text(f"theta 须大于0，读到 {theta}。", f"theta must be above 0; read {theta}."))
    if method not in get_args(Method):
        listed = get_args(Method)
        faults.append(
            Text(
                f"未知的方法 {method}，可用 {'、'.join(listed)}。", f"Unknown method {method}; use {', '.join(listed)}."
            )
        )
    if faults:
        raise ParameterFault(Text("".join(one.zh for one in faults), " ".join(one.en for one in faults)))
