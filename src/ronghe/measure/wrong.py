"""Wrong input is told at once: every sentence of what is wrong, in one fault."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text

SHOWN = 5
"""Names listed in one sentence; more are counted."""


def refuse(faults: Sequence[Text]) -> None:
    """Raise one :class:`ParameterFault` with every sentence; nothing where there is none."""
    if faults:
        raise ParameterFault(Text("".join(fault.zh for fault in faults), " ".join(fault.en for fault in faults)))


def listed(names: Sequence[str]) -> Text:
    """Return the first names of a list, and how many more there are.

    Examples
    --------
    >>> listed(["a", "b", "c", "d", "e", "f", "g"]).en
    'a, b, c, d, e and 2 more'
    """
    more = len(names) - SHOWN
    shown = names[:SHOWN]
    if more <= 0:
        return Text("、".join(shown), ", ".join(shown))
    return Text("、".join(shown) + f"等{len(names)}个", ", ".join(shown) + f" and {more} more")


def wrong_flows(name: str, flows: Floats, units: int) -> list[Text]:
    """Return what is wrong with a table of flows: not square, negative, infinite, or missing off the diagonal.

    The diagonal may be missing as a whole: own flows that nobody observed.
    """
    if flows.shape != (units, units):
        return [
            Text(
                f"{name} 应为 {units}×{units} 的方阵（行为流出地，列为流入地），读到 {flows.shape}。",
                f"{name} must be square, {units} by {units} (rows send, columns receive); read {flows.shape}.",
            )
        ]
    faults = []
    wrong = int((flows < 0).sum() + np.isinf(flows).sum())
    if wrong:
        faults.append(
            Text(
                f"{name} 有{wrong}格为负数或无穷；流量应为不小于0的有限数。",
                f"{name} has negative or infinite cells: {wrong}. Flows are finite and at least 0.",
            )
        )
    missing = np.isnan(flows)
    off = int(missing.sum() - np.diag(missing).sum())
    if off:
        faults.append(
            Text(
                f"{name} 有{off}格缺失；缺失不等于0，请补数据或去掉相应单元。",
                f"{name} has missing cells: {off}. Missing is not 0; load them or leave the units out.",
            )
        )
    own = np.diag(missing)
    if own.any() and not own.all():
        faults.append(
            Text(
                f"{name} 的对角线缺{int(own.sum())}格；自身流量应全部给出，或全部留空。",
                f"{name} lacks own flows of some units ({int(own.sum())}); give all of them or none.",
            )
        )
    return faults
