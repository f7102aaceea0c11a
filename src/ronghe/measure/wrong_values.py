"""What can be wrong with the values of units: unlike lengths, missing, or outside what a measure can take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.text import Text
from ronghe.measure.wrong import listed

Range = Literal["any", "not negative", "positive"]
WORDS: dict[Range, Text] = {
    "any": Text("有限数", "finite"),
    "not negative": Text("不小于0的有限数", "finite and at least 0"),
    "positive": Text("大于0的有限数", "finite and above 0"),
}


def names_of(units: Sequence[str], values: Floats) -> tuple[str, ...]:
    """Return the names of the units, or their numbers from 1 where none are given."""
    return tuple(units) or tuple(str(at + 1) for at in range(np.shape(values)[0] if np.ndim(values) else 1))


def wrong_names(units: Sequence[str]) -> list[Text]:
    """Return what is wrong with names: some stand twice."""
    twice = sorted({name for name in units if list(units).count(name) > 1}) if len(set(units)) < len(units) else []
    if not twice:
        return []
    shown = listed(twice)
    return [
        Text(
            f"单元名称重复：{shown.zh}。每个单元只能出现一次。",
            f"Units that stand more than once: {shown.en}. Each may stand once.",
        )
    ]


def wrong_values(name: str, values: Floats, units: Sequence[str], allowed: Range = "any", axes: int = 1) -> list[Text]:
    """Return what is wrong with values whose first axis is the units; the units at fault are named.

    Missing values are told apart from values outside the range: the remedy differs.
    """
    if values.ndim != axes or len(values) != len(units):
        return [
            Text(
                f"{name} 应为{axes}维，第一维为{len(units)}个单元，读到形状 {values.shape}。",
                f"{name} must have axes: {axes}, the first of {len(units)} units; read shape {values.shape}.",
            )
        ]
    missing = np.isnan(values)
    outside = np.isinf(values) | _outside(values, allowed)
    faults = []
    if missing.any():
        shown = listed(_where(missing, units))
        faults.append(
            Text(
                f"{name} 缺失的单元：{shown.zh}。缺失不等于0，请补数据或去掉这些单元。",
                f"{name} is missing for: {shown.en}. Missing is not 0; load the figures or leave these units out.",
            )
        )
    if outside.any():
        shown = listed(_where(outside, units))
        faults.append(
            Text(
                f"{name} 应为{WORDS[allowed].zh}；不符的单元：{shown.zh}。",
                f"{name} must be {WORDS[allowed].en}; it is not for: {shown.en}.",
            )
        )
    return faults


def _outside(values: Floats, allowed: Range) -> Bools:
    if allowed == "positive":
        return np.asarray(values <= 0, dtype=np.bool_)
    return (
        np.asarray(values < 0, dtype=np.bool_) if allowed == "not negative" else np.zeros(values.shape, dtype=np.bool_)
    )


def _where(marked: Bools, units: Sequence[str]) -> list[str]:
    rows = np.flatnonzero(marked.reshape(len(units), -1).any(axis=1))
    return [units[at] for at in rows.tolist()]
