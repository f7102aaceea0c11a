"""Checks of a world made by hand: shapes, shares that add up, ranges; every fault at once."""

from __future__ import annotations

from typing import get_args

import numpy as np

from ronghe.base.text import Text, same
from ronghe.simulate.checks import Faults, cells
from ronghe.simulate.world import DeficitRule, Numeraire, World

SUMS = 1e-6
_SHAPES = (
    ("shares", "jnn"), ("spending", "jn"), ("output", "jn"), ("value_added_shares", "jn"), ("capital_shares", "jn"),
    ("inputs", "njj"), ("household", "jn"), ("government", "jn"), ("investment", "jn"), ("transfers", "n"),
    ("external", "n"), ("own_revenue", "n"), ("elasticities", "j"), ("traded", "j"), ("domestic", "n"),
)  # fmt: skip


def check_world(world: World) -> None:
    """Raise unless a world can be one.

    Raises
    ------
    DataFault
        Every fault at once: shapes first, then values.
    """
    faults = Faults()
    _shapes(world, faults)
    faults.settle()
    _values(world, faults)
    faults.settle()


def _shapes(world: World, faults: Faults) -> None:
    size = {"n": len(world.regions), "j": len(world.sectors), "d": int(np.sum(world.domestic))}
    wanted = [(name, getattr(world, name), axes) for name, axes in _SHAPES]
    wanted += [("tariffs", world.tariffs, "jnn")] if world.tariffs is not None else []
    wanted += [("residents", world.residents, "dd")] if world.residents is not None else []
    for name, array, axes in wanted:
        need = tuple(size[axis] for axis in axes)
        if np.shape(array) != need:
            faults.add(
                "S103", name, " x ".join(map(str, np.shape(array))) or "—", same(" x ".join(map(str, need))),
                Text("地区数、行业数以名单为准；residents 只含国内地区。",
                     "Regions and sectors count as listed; residents hold domestic regions only."),
            )  # fmt: skip
    for name, value, known in (("rule", world.rule, get_args(DeficitRule)),
                               ("numeraire", world.numeraire, get_args(Numeraire))):  # fmt: skip
        if value not in known:
            faults.add("S140", name, f"{value}", same(" / ".join(known)), Text("请从中选择。", "Choose one of them."))
    if not -1 <= world.housing < len(world.sectors):
        faults.add("S140", "housing", f"{world.housing}", same(f"-1 … {len(world.sectors) - 1}"),
                   Text("-1 表示没有房地产部门。", "-1 is no real-estate sector."))  # fmt: skip


def _values(world: World, faults: Faults) -> None:
    by_cell = (world.sectors, world.regions)
    for name in ("shares", "spending", "output", "household", "government", "own_revenue", "residents"):
        array = getattr(world, name)
        if array is None:
            continue
        home = tuple(r for r, inside in zip(world.regions, world.domestic, strict=True) if inside)
        labels = {"shares": (*by_cell, world.regions), "own_revenue": (world.regions,), "residents": (home, home)}
        wrong = ~(np.isfinite(array) & (array >= 0))
        cells(wrong, array, labels.get(name, by_cell), name, Text("不小于0", "0 or more"), "S141", faults)
    total = world.shares.sum(axis=2, dtype=float)
    whole = (np.abs(total - 1.0) <= SUMS) | ((total == 0) & (world.spending == 0))
    nothing = Text("合计为1；不买的为0", "a sum of 1; 0 where nothing is bought")
    cells(~whole, total, by_cell, "shares, rows", nothing, "S130", faults)
    costs = world.value_added_shares + world.inputs.sum(axis=1).T
    cells(~(np.abs(costs - 1.0) <= SUMS) & (world.output > 0), costs, by_cell, "value_added_shares + inputs",
          Text("合计为1", "a sum of 1"), "S112", faults)  # fmt: skip
    b = world.capital_shares
    cells(
        ~((b >= 0) & (b < 1)), b, by_cell, "capital_shares", Text("0至1，不含1", "0 or more, below 1"), "S140", faults
    )
    theta = world.elasticities
    cells(~(np.isfinite(theta) & (theta > 0)), theta, (world.sectors,), "elasticities", Text("大于0", "above 0"),
          "S113", faults)  # fmt: skip
    size = max(float(np.abs(world.value_added).sum()), 1e-300)
    for name, at in (("transfers", world.domestic), ("external", np.ones(len(world.regions), dtype=bool))):
        net = float(getattr(world, name)[at].sum())
        if not abs(net) <= SUMS * size:
            faults.add("S108", name, f"{net:.6g}", Text("合计为0", "a sum of 0"),
                       Text("一方所得须为他方所付。", "What one gets another pays."))  # fmt: skip
