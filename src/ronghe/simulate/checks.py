"""Checks of what enters the engine: every fault of a table at once, with the cell and the remedy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import DataFault, Fault
from ronghe.base.text import Text, same

AXES = ("buyer", "seller", "sector")
SUM_TOLERANCE = 1e-5
"""Published cost shares add up to 1 within their rounding; they are rescaled. More than this is a fault."""


class Faults(list[Fault]):
    """A list of faults that raises itself."""

    def add(self, code: str, place: str, read: str, expected: Text, remedy: Text) -> None:
        """Add one fault."""
        self.append(Fault(code, place, same(read), expected, remedy))

    def settle(self) -> None:
        """Raise a :class:`DataFault` with every fault found so far."""
        if self:
            raise DataFault(self)


def numeric(given: object, name: str, faults: Faults) -> Floats | None:
    """Return an array of numbers, float32 as it is and all else as float64; None with a fault if it is none."""
    try:
        array = np.asarray(given)
        if array.dtype == np.float32:
            return array
        if array.dtype == object and any(part is None for part in array.ravel()):
            raise ValueError
        return np.asarray(array, dtype=float)
    except (TypeError, ValueError):
        read = f"{type(given).__name__} {given!r}"
        faults.add(
            "S100",
            name,
            read if len(read) <= 60 else read[:57] + "...",
            Text("数的数组", "an array of numbers"),
            Text("每一行须等长，每一格须是数。", "Rows must be of one length and every cell a number."),
        )
        return None


def ordered(array: Floats, axes: Sequence[str] | None, name: str, faults: Faults) -> Floats | None:
    """Return an array as (sector, buyer, seller), or None with a fault if the axes cannot be read."""
    named = [str(axis) for axis in axes] if isinstance(axes, Iterable) and not isinstance(axes, str) else []
    if sorted(named) != sorted(AXES):
        faults.add(
            "S101",
            f"{name}, axes",
            "none" if axes is None else ", ".join(named) or repr(axes),
            Text("buyer、seller、sector 各一次，顺序任意", "buyer, seller and sector, each once, in any order"),
            Text("请写明各维含义，程序不猜测。", "Name each axis; nothing is guessed."),
        )
        return None
    if array.ndim != 3:
        faults.add(
            "S102", name, f"{array.ndim} axes", Text("三维", "three axes"), Text("请检查数组。", "Check the array.")
        )
        return None
    return array.transpose([named.index(axis) for axis in ("sector", "buyer", "seller")])


def shape(array: Floats, wanted: tuple[int, ...], name: str, faults: Faults) -> bool:
    """Add a fault if an array has not the wanted shape."""
    if array.shape == wanted:
        return True
    faults.add(
        "S103",
        name,
        " x ".join(map(str, array.shape)),
        same(" x ".join(map(str, wanted))),
        Text("请核对地区和部门的个数及次序。", "Check the number and order of regions and sectors."),
    )
    return False


def cells(
    wrong: Bools, array: Floats, names: Sequence[Sequence[str]], name: str, expected: Text, code: str, faults: Faults
) -> None:
    """Add one fault per wrong cell, at most five, then one line for the rest."""
    at = np.argwhere(wrong)
    for where in at[:5]:
        place = ", ".join(labels[index] for labels, index in zip(names, where, strict=True))
        faults.add(
            code, f"{name} [{place}]", f"{array[tuple(where)]:g}", expected, Text("请更正该值。", "Correct this value.")
        )
    if len(at) > 5:
        faults.add(
            code,
            name,
            f"+{len(at) - 5}",
            expected,
            Text("同类错误还有这些处。", "So many more cells have the same fault."),
        )


def labels(regions: Sequence[str], sectors: Sequence[str], faults: Faults) -> None:
    """Add a fault for names that repeat or are missing."""
    for name, values in (("regions", regions), ("sectors", sectors)):
        if isinstance(values, str) or not isinstance(values, Iterable):
            faults.add("S104", name, repr(values), Text("名称列表", "a list of names"),
                       Text("请给每项一个名称。", "Give each its own name."))  # fmt: skip
            continue
        repeated = sorted(value for value, times in Counter(values).items() if times > 1)
        if repeated or not len(list(values)):
            faults.add(
                "S104",
                name,
                ", ".join(repeated) or "none",
                Text("互不相同的名称", "names that differ"),
                Text("请给每项一个名称。", "Give each its own name."),
            )


def cost_shares(
    added: Floats, inputs: Floats, regions: Sequence[str], sectors: Sequence[str], live: Bools, faults: Faults
) -> tuple[Floats, Floats]:
    """Return value-added shares (region, sector) and inputs (region, input, sector) that add up to 1 exactly.

    Rounding up to 1e-5 is taken out: a sector without inputs gets the value-added share 1, elsewhere inputs are
    rescaled to 1 - value-added share; a larger gap is a fault.
    Without it Walras' law fails at the size of the rounding and no solver gets below it.
    """
    expected = Text("大于0、不大于1", "above 0 and at most 1")
    cells(live & ~((added > 0) & (added <= 1 + SUM_TOLERANCE)), added, (regions, sectors), "value_added_shares",
          expected, "S110", faults)  # fmt: skip
    bad = ~np.isfinite(inputs) | (inputs < -0.01)
    cells(bad & live[:, None, :], inputs, (regions, sectors, sectors), "input_shares",
          Text("不小于0", "0 or more"), "S111", faults)  # fmt: skip
    total = inputs.sum(axis=1)
    empty = np.abs(total) <= 1e-12
    off = live & (np.abs(total + added - 1.0) > SUM_TOLERANCE)
    cells(off, total + added, (regions, sectors), "value_added_shares + input_shares",
          Text("合计为1", "a sum of 1"), "S112", faults)  # fmt: skip
    if faults:
        return added, inputs
    added = np.where(empty | ~live, 1.0, np.minimum(added, 1.0))
    factor = np.divide(1.0 - added, total, out=np.zeros_like(total), where=~empty & live)
    return added, inputs * factor[:, None, :]
