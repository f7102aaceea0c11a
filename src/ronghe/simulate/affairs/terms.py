"""What the terms of a contract, and the effort it is to buy, are told where they cannot be meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.simulate.affairs.forms import Curve, Role
from ronghe.simulate.checks import is_number, shown


def settle(faults: Sequence[Text]) -> None:
    """Raise every fault found.

    Raises
    ------
    ParameterFault
    """
    if faults:
        raise ParameterFault(Text("；".join(f.zh for f in faults) + "。", "; ".join(f.en for f in faults) + "."))


def contract_faults(lowest: object, thresholds: object, steps: object, spread: object) -> list[Text]:
    """Return what speaks against a payment table."""
    faults = []
    if not is_number(lowest):
        faults.append(_wrong("lowest", lowest, Text("是有限的数", "be a finite number")))
    if not is_number(spread) or spread < 0:
        faults.append(_wrong("spread", spread, Text("是不小于0的数", "be a number, 0 or more")))
    falling, rising = _row(thresholds), _row(steps)
    if falling is None or any(a <= b for a, b in pairwise(falling)):
        told = Text("是由高到低的数", "be numbers in falling order")
        faults.append(_wrong("thresholds", thresholds, told))
    if rising is None or any(step < 0 for step in rising):
        told = Text("是不小于0的数：守得更好不会少得", "be numbers, 0 or more: a harder threshold met pays no less")
        faults.append(_wrong("steps", steps, told))
    if falling is not None and rising is not None and len(falling) != len(rising):
        have = len(falling), len(rising)
        faults.append(Text(f"每个阈值一级付款，读到{have[0]}个阈值、{have[1]}级付款",
                           f"one step a threshold; read {have[0]} thresholds and {have[1]} steps"))  # fmt: skip
    return faults


def effort_faults(response: object, benefit: Curve, cost: Curve, largest: object) -> list[Text]:
    """Return what speaks against a response, two curves and the largest effort."""
    faults = []
    if not callable(response):
        faults.append(_wrong("response", response, Text("是函数 P(q)", "be a function P(q)")))
    if not is_number(largest) or largest <= 0:
        faults.append(_wrong("largest", largest, Text("是大于0的数", "be a number above 0")))
    pairs: tuple[tuple[Role, Curve], ...] = (("benefit", benefit), ("cost", cost))
    for role, curve in pairs:
        for read, expected, _ in curve.trouble(role, whole=True):
            faults.append(Text(f"{role} 应{expected.zh}，读到 {read}", f"{role}: {expected.en}; read {read}"))
    return faults


def read_response(response: Callable[[float], float], grid: Floats) -> Floats:
    """Return P at every effort of a grid.

    Raises
    ------
    ParameterFault
        Where it is no finite number.
    """
    found = [response(q) for q in grid.tolist()]
    for q, value in zip(grid.tolist(), found, strict=True):
        if not is_number(value):
            settle([_wrong(f"P({q:g})", value, Text("是有限的数", "be a finite number"))])
    return np.array(found, dtype=float)


def _row(given: object) -> list[float] | None:
    """Return a row of finite numbers, or None."""
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray):
        return None
    row = list(given)
    return row if all(is_number(value) for value in row) else None


def _wrong(name: str, value: object, told: Text) -> Text:
    return Text(f"{name} 应{told.zh}，读到 {shown(value)}", f"{name} must {told.en}; read {shown(value)}")
