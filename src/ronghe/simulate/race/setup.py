"""What a race is asked with: names and numbers at the door, arrays inside; every wrong number is told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ronghe.base.area import Area
from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import UnknownName
from ronghe.base.region import find_region, nearest, normalised
from ronghe.base.text import Text
from ronghe.simulate.checks import Faults, is_number, numeric, shown
from ronghe.simulate.closure import Closure
from ronghe.simulate.economy import Economy
from ronghe.simulate.race.asked import kind, names, number, settle, table
from ronghe.simulate.race.payoffs import PAYOFFS, Aims, Arena
from ronghe.simulate.race.worlds import Worlds

Where = Area | str | Sequence[str]
Weights = Mapping[str, float | Floats]

SUMS = 1e-9


def arena(
    *,
    economy: Economy,
    players: Where | None,
    sectors: Sequence[str] | None,
    weights: Weights,
    job_value: float | None,
    most: float,
    floor: Mapping[str, float] | None,
    closure: Closure,
) -> Arena:
    """Return the arena of a race (see :func:`ronghe.simulate.race.subsidy_game`).

    Raises
    ------
    UnknownRegion, UnknownName
        For a player or a sector there is not.
    ParameterFault
        With every wrong number.
    NotIdentified
        If the tables cannot tell what a change of cost brings.
    """
    settle([*kind("economy", economy, Economy), *names("players", players), *names("sectors", sectors)])
    at, chosen = positions(economy, players), named(economy, sectors)
    faults = _numbers(job_value, most)
    al = _weights(len(at), weights, job_value, faults)
    least = _floor(economy, at, floor, faults)
    if len(at) == 0:
        faults.append(Text("没有参与方", "there is no player"))
    if not economy.world.domestic[at].all():
        faults.append(Text("国外不是参与方", "the rest of the world is no player"))
    if not chosen.any():
        faults.append(Text("没有写出任何部门", "no sector is named"))
    settle(faults)
    economy.require("stated_cut_gain")
    worlds = Worlds(economy, players=at, sectors=chosen, closure=closure)
    job = np.full(len(at), 0.0 if job_value is None else job_value)
    return Arena(worlds, Aims(al, job, np.full(len(at), float(most)), least, np.eye(len(at))))


def positions(economy: Economy, where: Where | None) -> Ints:
    """Return the positions of regions with data; every domestic region if left out."""
    if where is None:
        return np.flatnonzero(economy.world.domestic).astype(np.int64)
    if isinstance(where, str):
        where = [where] if economy.data is None else economy.data.area(where)
    listed = where.regions if isinstance(where, Area) else where
    known = (*economy.region_list, *economy.known)
    codes = dict.fromkeys(find_region(name, among=known).code for name in listed)
    return np.array([economy.regions.index(code) for code in codes if code in economy.regions], dtype=np.int64)


def named(economy: Economy, sectors: Sequence[str] | None) -> Bools:
    """Return which sectors are named; industry if left out, or the first traded one where there is none."""
    if sectors is None:
        first = economy.sectors[int(np.argmax(economy.world.traded))]
        sectors = ["industry" if "industry" in economy.sectors else first]
    chosen = np.zeros(len(economy.sectors), dtype=bool)
    for name in [sectors] if isinstance(sectors, str) else sectors:
        hits = [
            j for j, sector in enumerate(economy.sector_list)
            if normalised(name) in {normalised(word) for word in (sector.code, sector.name.zh, sector.name.en)}
        ]  # fmt: skip
        if not hits:
            raise UnknownName(Text("部门", "sector"), name, nearest(name, economy.sectors))
        chosen[hits[0]] = True
    return chosen


def _numbers(job_value: float | None, most: float) -> list[Text]:
    faults = [] if job_value is None else number("job_value", job_value, 0.0)
    if not is_number(most) or not 0.0 < most < 1.0:
        read = shown(most)
        faults.append(Text(f"最高补贴率 {read} 应在 0 与 1 之间", f"the highest rate {read} must lie between 0 and 1"))
    return faults


def _weights(count: int, weights: Weights, job_value: float | None, faults: list[Text]) -> Floats:
    """Return weights, shape (player, payoff)."""
    al = np.zeros((count, len(PAYOFFS)))
    wrong = table("weights", weights)
    for name, value in () if wrong else weights.items():
        array = numeric(value, name, Faults())
        if name not in PAYOFFS:
            words = "、".join(PAYOFFS), ", ".join(PAYOFFS)
            wrong.append(Text(f"未知的权重“{name}”，可用 {words[0]}", f'unknown weight "{name}", use {words[1]}'))
        elif array is None or array.shape not in ((), (count,)):
            read = shown(value)
            wrong.append(Text(f"权重 {name} 应为一个数或{count}个数，读到 {read}",
                              f"weight {name} must be one number or {count} numbers; read {read}"))  # fmt: skip
        else:
            al[:, PAYOFFS.index(name)] = array
    faults += wrong
    if not ((al >= 0).all() and (np.abs(al.sum(axis=1) - 1.0) <= SUMS).all()):
        faults.append(Text("权重应不小于0，合计为1", "weights must be 0 or more and add up to 1"))
    if al[:, PAYOFFS.index("jobs")].any() and job_value is None:
        faults.append(
            Text(
                "就业有权重时请给出一个岗位的价值 job_value（亿元/人）",
                "a weight on jobs needs job_value, 亿元 a person",
            )
        )
    return al


def _floor(economy: Economy, at: Ints, floor: Mapping[str, float] | None, faults: list[Text]) -> Floats | None:
    """Return the least own revenue of each player, minus infinity where none is given; None without any."""
    if floor is None:
        return None
    wrong = table("floor", floor)
    if wrong:
        faults += wrong
        return None
    known = (*economy.region_list, *economy.known)
    given = {find_region(name, among=known).code: value for name, value in floor.items()}
    codes = [economy.regions[i] for i in at]
    strange = [code for code, value in given.items() if not is_number(value) or code not in codes]
    if strange:
        listed = "、".join(strange), ", ".join(strange)
        faults.append(
            Text(
                f"保障线不是数，或不属于参与方：{listed[0]}",
                f"a floor is no number or belongs to no player: {listed[1]}",
            )
        )
        return None
    return np.array([given.get(code, -np.inf) for code in codes])
