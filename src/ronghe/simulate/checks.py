"""Checks of what enters the engine: every fault of a table at once, with the cell and the remedy."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import TypeGuard

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import DataFault, Fault, ParameterFault
from ronghe.base.text import Text, same

AXES = ("buyer", "seller", "sector")
SUM_TOLERANCE = 1e-5
"""Published cost shares add up to 1 within their rounding; they are rescaled. More than this is a fault."""

ROUNDING = 1e-12
PUBLISHED_BELOW = 6e-4
"""How far below 0 an input share may lie: what the published tables of Caliendo and Parro (2015) need, one cell."""

ELASTICITIES = (0.05, 200.0)
"""Least and largest trade elasticity; published ones lie between 0.4 and 65."""


class Faults(list[Fault]):
    """A list of faults that raises itself."""

    def add(self, code: str, place: str, read: str | Text, expected: Text, remedy: Text) -> None:
        """Add one fault."""
        self.append(Fault(code, place, same(read) if isinstance(read, str) else read, expected, remedy))

    def settle(self) -> None:
        """Raise a :class:`DataFault` with every fault found so far."""
        if self:
            raise DataFault(self)


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is one finite number; true and false are none."""
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def shown(value: object, *, kind: bool = False) -> str:
    """Return a value as a fault names it, after its kind where asked, on one line of at most 60 characters."""
    read = " ".join(f"{type(value).__name__ if kind else ''} {value!r}".split())
    return read if len(read) <= 60 else read[:57] + "..."


def require_whole(name: str, value: object, *, least: int = 0) -> None:
    """Raise unless a value is a whole number of at least ``least``.

    Raises
    ------
    ParameterFault
    """
    if isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least:
        return
    raise ParameterFault(
        Text(
            f"{name} 应为不小于{least}的整数，读到 {shown(value)}。",
            f"{name} must be a whole number of at least {least}; read {shown(value)}.",
        )
    )


def numeric(given: object, name: str, faults: Faults, names: Sequence[Sequence[str]] | None = None) -> Floats | None:
    """Return an array of numbers, float32 as it is and all else as float64; None with a fault if it is none.

    Parameters
    ----------
    names : sequence of sequence of str, optional
        Names along each axis, by which a masked cell is called; its positions where they do not fit.
    """
    if isinstance(given, np.ma.MaskedArray):
        if _masked(given, name, faults, names):
            return None
        given = given.data
    try:
        array = np.asarray(given)
    except (TypeError, ValueError):
        array = np.array(None)
    if array.dtype == np.float32:
        return array
    if _real(array):
        return np.asarray(array, dtype=float)
    faults.add(
        "S100",
        name,
        shown(given, kind=True),
        Text("实数的数组", "an array of real numbers"),
        Text("每一行须等长，每一格须是数。", "Rows must be of one length and every cell a number."),
    )
    return None


def _real(array: Floats) -> bool:
    """Return whether every part of an array is a real number; text and true or false are none."""
    if array.dtype == object:
        return all(isinstance(part, Real) and not isinstance(part, bool) for part in array.ravel())
    return array.dtype.kind in "iuf"


def _masked(
    given: np.ma.MaskedArray[tuple[int, ...], np.dtype[np.float64]],
    name: str,
    faults: Faults,
    names: Sequence[Sequence[str]] | None,
) -> bool:
    """Add a fault for each masked cell, at most five: it is a missing value."""
    at = np.argwhere(np.ma.getmaskarray(given))
    fit = names is not None and tuple(len(axis) for axis in names) == given.shape
    read, expected = Text("缺失（掩码）", "missing (masked)"), Text("数", "a number")
    for where in at[:5]:
        called = [axis[i] for axis, i in zip(names, where, strict=True)] if fit and names else map(str, where)
        faults.add("S115", f"{name} [{', '.join(called)}]", read, expected,
                   Text("请填入数值；确实没有时填0。", "Fill it in; write 0 where there is none."))  # fmt: skip
    _rest(len(at), "S115", name, expected, faults)
    return len(at) > 0


def _rest(count: int, code: str, name: str, expected: Text, faults: Faults) -> None:
    """Add one line for the cells beyond the five that are named."""
    if count > 5:
        faults.add(code, name, f"+{count - 5}", expected,
                   Text("同类错误还有这些处。", "So many more cells have the same fault."))  # fmt: skip


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
        faults.add("S102", name, size_of(array), Text("三维", "three axes"), Text("请检查数组。", "Check the array."))
        return None
    return array.transpose([named.index(axis) for axis in ("sector", "buyer", "seller")])


def size_of(array: Floats) -> Text:
    """Return the size of an array in words."""
    if array.ndim == 0:
        return Text(f"单个数 {array:g}", f"a single number {array:g}")
    sizes = " x ".join(map(str, array.shape))
    return Text(f"{array.ndim}维（{sizes}）", f"{array.ndim} axes ({sizes})" if array.ndim > 1 else f"{sizes} in a row")


def lengths(array: Floats, axes: Sequence[tuple[str, str, int]], name: str, faults: Faults) -> bool:
    """Add a fault if an array has not one entry for each name along each axis.

    Parameters
    ----------
    axes : sequence of (axis, list of names, count)
        Such as ("buyer", "regions", 4): four names stand in ``regions``.
    """
    wanted = tuple(count for _, _, count in axes)
    if array.shape == wanted:
        return True
    need = same(" x ".join(f"{axis} {count}" for axis, _, count in axes))
    remedy = Text("请按这些轴、这一次序给出数组。", "Give an array of these axes in this order.")
    read = size_of(array)
    if array.ndim == len(axes):
        read = same(" x ".join(f"{axis} {length}" for (axis, _, _), length in zip(axes, array.shape, strict=True)))
        off = [(*axis, length) for axis, length in zip(axes, array.shape, strict=True) if length != axis[2]]
        remedy = Text(
            "；".join(f"{axis} 轴有{length}项，{of} 有{count}个名称" for axis, of, count, length in off)
            + "：请补齐数据或名称。",
            "; ".join(f"axis {axis} has {length}, {of} has {count} names" for axis, of, count, length in off)
            + ": complete the data or the names.",
        )
    faults.add("S103", name, read, need, remedy)
    return False


def shape(array: Floats, wanted: tuple[int, ...], name: str, faults: Faults) -> bool:
    """Add a fault if an array has not the wanted shape."""
    if array.shape == wanted:
        return True
    faults.add(
        "S103",
        name,
        size_of(array),
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
    _rest(len(at), code, name, expected, faults)


def labels(regions: object, sectors: object, faults: Faults) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of regions and sectors; add a fault for names that repeat or are missing."""
    return _names("regions", regions, faults), _names("sectors", sectors, faults)


def _names(name: str, given: object, faults: Faults) -> tuple[str, ...]:
    remedy = Text("请给每项一个名称。", "Give each its own name.")
    if isinstance(given, str) or not isinstance(given, Iterable):
        faults.add("S104", name, shown(given), Text("名称列表", "a list of names"), remedy)
        return ()
    names = tuple(str(value) for value in given)
    repeated = sorted(value for value, times in Counter(names).items() if times > 1)
    if repeated or not names or "" in names:
        read = Text("空名称", "an empty name") if "" in names else Text("没有名称", "no name")
        faults.add("S104", name, ", ".join(repeated) if repeated and "" not in names else read,
                   Text("互不相同的名称", "names that differ"), remedy)  # fmt: skip
    return names


def elasticities(theta: Floats, sectors: Sequence[str], faults: Faults) -> None:
    """Add a fault for each trade elasticity out of range."""
    low, high = ELASTICITIES
    expected = Text(f"{low:g} 至 {high:g}", f"{low:g} to {high:g}")
    cells(~((theta >= low) & (theta <= high)), theta, (sectors,), "elasticities", expected, "S106", faults)


def below_zero(inputs: Floats, live: Bools, regions: Sequence[str], sectors: Sequence[str]) -> tuple[Text, ...]:
    """Return a note where published input shares lie below 0, as they may by 0.0006."""
    at = np.argwhere((inputs < -ROUNDING) & live[:, None, :])
    if not len(at):
        return ()
    n, k, j = at[np.argmin(inputs[tuple(at.T)])]
    least = f"{inputs[n, k, j]:.2g} [{regions[n]}, {sectors[k]}, {sectors[j]}]"
    return (
        Text(
            f"{len(at)}个投入份额小于0，最低 {least}；在公布数据的误差之内，照原样使用。",
            f"{len(at)} input shares are below 0, the lowest {least}: within the error of published tables, "
            "used as they are.",
        ),
    )


def cost_shares(
    added: Floats, inputs: Floats, regions: Sequence[str], sectors: Sequence[str], live: Bools, faults: Faults
) -> tuple[Floats, Floats]:
    """Return value-added shares (region, sector) and inputs (region, input, sector) that add up to 1 exactly.

    Rounding up to 1e-5 is taken out: a sector without inputs gets the value-added share 1, elsewhere inputs are
    rescaled to 1 - value-added share; a larger gap is a fault. Inputs of a sector without output are 0.
    Without it Walras' law fails at the size of the rounding and no solver gets below it.
    """
    expected = Text("大于0、不大于1", "above 0 and at most 1")
    cells(live & ~((added > 0) & (added <= 1 + SUM_TOLERANCE)), added, (regions, sectors), "value_added_shares",
          expected, "S110", faults)  # fmt: skip
    inputs = np.where(live[:, None, :], inputs, 0.0)
    bad = ~np.isfinite(inputs) | (inputs < -PUBLISHED_BELOW)
    cells(bad, inputs, (regions, sectors, sectors), "input_shares",
          Text(f"不小于0（公布数据的误差不低于 -{PUBLISHED_BELOW:g}）",
               f"0 or more (errors of published tables not below -{PUBLISHED_BELOW:g})"), "S111", faults)  # fmt: skip
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
