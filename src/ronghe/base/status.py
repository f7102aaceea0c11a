"""Where a value comes from: as published, computed, estimated, assumed, from the user, or invented for a demonstration.

A result carries the union of its inputs' statuses. The word stands wherever the value is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from ronghe.base.text import Text

Status = Literal["observed", "computed", "estimated", "assumed", "user", "demonstration"]
STATUSES: tuple[Status, ...] = get_args(Status)

WORDS: dict[Status, Text] = {
    "observed": Text("实际统计", "observed"),
    "computed": Text("计算", "computed"),
    "estimated": Text("估算", "estimated"),
    "assumed": Text("设想", "assumed"),
    "user": Text("用户提供", "user's figure"),
    "demonstration": Text("演示数据", "demonstration"),
}

# The weakest word wins when one word must stand for several.
_WEAKNESS: tuple[Status, ...] = ("observed", "computed", "user", "estimated", "assumed", "demonstration")


def weakest(statuses: Iterable[Status]) -> Status:
    """Return the one status that must be printed for a result resting on ``statuses``.

    Examples
    --------
    >>> weakest(["observed", "estimated", "computed"])
    'estimated'
    """
    return max(statuses, key=_WEAKNESS.index, default="computed")
