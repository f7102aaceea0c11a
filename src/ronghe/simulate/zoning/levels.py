"""Levels as they are given, held against the limits they are to keep: nothing that is left out counts as kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.text import Text
from ronghe.simulate.checks import Faults, numeric
from ronghe.simulate.zoning.table import QUANTITIES, Limit, When, known_quantity

NAMES: dict[When, str] = {"before": "inputs", "after": "outcomes"}


def read_levels(levels: object, limits: Sequence[Limit], units: Sequence[str], when: When) -> list[float]:
    """Return the level of each limit.

    Parameters
    ----------
    levels : mapping of quantity to array, shape (unit,)
    limits : sequence of Limit
        Those that are read then.

    Raises
    ------
    DataFault
        With every fault: no mapping, unknown names, limited quantities left out, wrong lengths, no finite number where
        a unit has a limit.
    """
    faults, title = Faults(), NAMES[when]
    if not isinstance(levels, Mapping):
        faults.add("S175", title, type(levels).__name__,
                   Text("各项的水平，按名称给出", "levels by name of the quantity"),
                   Text("每个比例都要给出全部受限的项目。", "Give every limited quantity at every share."))  # fmt: skip
        faults.settle()
        return []
    for name in levels:
        known_quantity(name, f"{title} [{name}]", faults)
    arrays = {name: _array(levels, name, len(units), title, faults)
              for name in dict.fromkeys(limit.quantity for limit in limits)}  # fmt: skip
    found = [_level(arrays[limit.quantity], limit, list(units).index(limit.unit), title, faults) for limit in limits]
    faults.settle()
    return found


def _array(levels: Mapping[str, object], name: str, count: int, title: str, faults: Faults) -> Floats | None:
    if name not in levels:
        faults.add("S175", f"{title} [{name}]", "none", QUANTITIES[name].title,
                   Text("有限制的项目，不变也要给出。", "Give every limited quantity, changed or not."))  # fmt: skip
        return None
    array = numeric(levels[name], f"{title} [{name}]", faults)
    if array is not None and array.shape != (count,):
        faults.add("S103", f"{title} [{name}]", " x ".join(map(str, array.shape)) or "one number",
                   Text(f"{count}个数，每个单元一个", f"{count} numbers, one a unit"),
                   Text("请核对单元的个数和次序。", "Check the number and order of units."))  # fmt: skip
        return None
    return array


def _level(array: Floats | None, limit: Limit, at: int, title: str, faults: Faults) -> float:
    if array is None:
        return 0.0
    if not np.isfinite(array[at]):
        faults.add("S177", f"{title} [{limit.unit}, {limit.quantity}]", f"{array[at]:g}",
                   Text("有限的数", "a finite number"),
                   Text("没有数就无法判断是否守住。", "Without a number nothing says whether it is kept."))  # fmt: skip
    return float(array[at])
