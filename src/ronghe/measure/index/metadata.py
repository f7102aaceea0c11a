"""What the codes of a composite indicator are: indicators, aggregates, groups, denominators, and who is whose parent.

The hierarchy is a tree of any depth: every indicator and every aggregate but one has a parent, the root has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.region import nearest
from ronghe.base.text import Text

Kind = Literal["indicator", "aggregate", "group", "denominator"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Code:
    """One code of the metadata.

    Attributes
    ----------
    code : str
    title : Text
    kind : {"indicator", "aggregate", "group", "denominator"}
    direction : int
        1 where more is better, -1 where less is.
    weight : float
        Within its parent; need not sum to 1.
    parent : str
        Empty for the root, for groups and for denominators.
    unit : str
    denominator : str
        Code of the denominator, empty where the indicator has none.
    low, high : float
        Goalposts; NaN where none are given.
    target : float
        NaN where none is given.
    """

    code: str
    title: Text
    kind: Kind = "indicator"
    direction: int = 1
    weight: float = 1.0
    parent: str = ""
    unit: str = ""
    denominator: str = ""
    low: float = float("nan")
    high: float = float("nan")
    target: float = float("nan")


@dataclass(frozen=True)
class Metadata:
    """All codes of one composite indicator.

    Raises
    ------
    ParameterFault
        With every fault: a code twice, an unknown parent or denominator, a cycle, two roots, a branch without an
        indicator, a direction that is neither 1 nor -1, a negative weight.
    """

    codes: tuple[Code, ...]
    by_code: Mapping[str, Code] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {one.code: one for one in self.codes})
        faults = [*_alone(self.codes), *_related(self)]
        if not faults:
            faults = list(_tree(self))
        if faults:
            raise ParameterFault(Text("".join(one.zh for one in faults), " ".join(one.en for one in faults)))

    def of(self, kind: Kind) -> tuple[str, ...]:
        """Return the codes of one kind, in their order."""
        return tuple(one.code for one in self.codes if one.kind == kind)

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the indicators, in their order."""
        return self.of("indicator")

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Codes below each aggregate, in their order."""
        below: dict[str, list[str]] = {code: [] for code in self.of("aggregate")}
        for one in self.codes:
            if one.parent in below:
                below[one.parent].append(one.code)
        return {code: tuple(found) for code, found in below.items()}

    @cached_property
    def root(self) -> str:
        """The aggregate above all others."""
        return next(code for code in self.of("aggregate") if not self.by_code[code].parent)

    @cached_property
    def level(self) -> Mapping[str, int]:
        """1 for indicators, and one more than the highest child for aggregates."""
        levels = dict.fromkeys(self.indicators, 1)
        for code in self.upwards:
            levels[code] = 1 + max(levels[child] for child in self.children[code])
        return levels

    @cached_property
    def upwards(self) -> tuple[str, ...]:
        """Aggregates, every one after those below it."""
        done: list[str] = []
        waiting = list(self.of("aggregate"))
        while waiting:
            ready = [
                c for c in waiting if all(x in done or self.by_code[x].kind == "indicator" for x in self.children[c])
            ]
            done += ready
            waiting = [code for code in waiting if code not in ready]
        return tuple(done)

    @cached_property
    def leaves(self) -> Mapping[str, tuple[str, ...]]:
        """Indicators below each aggregate."""
        found: dict[str, tuple[str, ...]] = {code: (code,) for code in self.indicators}
        for code in self.upwards:
            found[code] = tuple(leaf for child in self.children[code] for leaf in found[child])
        return found

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Return the aggregates above a code, the nearest first."""
        found: list[str] = []
        while parent := self.by_code[code].parent:
            found.append(parent)
            code = parent
        return tuple(found)

    def column(self, name: str, codes: Sequence[str] | None = None) -> Floats:
        """Return one number of every indicator, or of some codes: direction, low, high, target, weight."""
        return np.array([getattr(self.by_code[code], name) for code in codes or self.indicators], dtype=float)

    def effective_weights(self, weights: Mapping[str, float] | None = None) -> dict[str, float]:
        """Return the weight of every code in the root: the product of the scaled weights up the tree."""
        given = {one.code: one.weight for one in self.codes} if weights is None else weights
        found = {self.root: 1.0}
        for code in reversed(self.upwards):
            total = sum(given[child] for child in self.children[code])
            for child in self.children[code]:
                found[child] = found[code] * given[child] / total
        return found


def _alone(codes: Sequence[Code]) -> Iterable[Text]:
    """Tell codes that are wrong by themselves."""
    seen: set[str] = set()
    for one in codes:
        if not one.code or one.code in seen:
            yield Text(f"代码“{one.code}”出现两次或为空。", f'The code "{one.code}" occurs twice or is empty.')
        seen.add(one.code)
        if one.kind not in KINDS:
            known = ", ".join(KINDS)
            yield Text(f"{one.code} 的类型“{one.kind}”未知，可用 {known}。",
                       f'{one.code} has the unknown type "{one.kind}"; known: {known}.')  # fmt: skip
        if one.direction not in (1, -1):
            yield Text(f"{one.code} 的方向为 {one.direction}，应为 1 或 -1。",
                       f"{one.code} has the direction {one.direction}; 1 or -1 is expected.")  # fmt: skip
        if not one.weight >= 0 or one.weight == float("inf"):
            yield Text(f"{one.code} 的权重为 {one.weight:g}，应为不小于0的数。",
                       f"{one.code} has the weight {one.weight:g}; a number from 0 up is expected.")  # fmt: skip
        if one.low >= one.high:
            yield Text(f"{one.code} 的下限 {one.low:g} 不低于上限 {one.high:g}。",
                       f"{one.code}: the low goalpost {one.low:g} is not below the high one {one.high:g}.")  # fmt: skip


def _related(data: Metadata) -> Iterable[Text]:
    """Tell parents and denominators that are not there, and roots that are none or several."""
    for one in data.codes:
        in_tree = one.kind in ("indicator", "aggregate")
        above = data.by_code.get(one.parent)
        if in_tree and one.parent and (above is None or above.kind != "aggregate"):
            yield _unknown(one.code, Text("上级", "parent"), one.parent, data.of("aggregate"))
        if one.kind == "indicator" and not one.parent:
            yield Text(f"指标 {one.code} 没有上级。", f"The indicator {one.code} has no parent.")
        under = data.by_code.get(one.denominator)
        if one.denominator and (under is None or under.kind not in ("denominator", "indicator")):
            yield _unknown(one.code, Text("分母", "denominator"), one.denominator, data.of("denominator"))
    roots = [one.code for one in data.codes if one.kind == "aggregate" and not one.parent]
    if len(roots) != 1:
        shown = Text("、".join(roots) or "无", ", ".join(roots) or "none")
        yield Text(f"没有上级的合成项应为一个，读到：{shown.zh}。",
                   f"One aggregate without a parent is expected; read: {shown.en}.")  # fmt: skip
    if not data.indicators:
        yield Text("没有指标。", "There is no indicator.")


def _unknown(code: str, what: Text, read: str, known: Sequence[str]) -> Text:
    near = nearest(read, known) or list(known[:3])
    return Text(f"{code} 的{what.zh}“{read}”不在其中；相近的有 {'、'.join(near) or '无'}。",
                f'{code} has the unknown {what.en} "{read}"; near it: {", ".join(near) or "none"}.')  # fmt: skip


def _tree(data: Metadata) -> Iterable[Text]:
    """Tell cycles and branches without an indicator."""
    loose: list[str] = []
    for code in (*data.of("aggregate"), *data.indicators):
        seen, at = {code}, code
        while (at := data.by_code[at].parent) and at not in seen:
            seen.add(at)
        if at:
            loose.append(code)
    if loose:
        yield Text(f"层级中有循环：{'、'.join(loose)}。", f"The hierarchy has a cycle: {', '.join(loose)}.")
        return
    for code, below in data.children.items():
        if not below:
            yield Text(f"合成项 {code} 下面没有指标。", f"The aggregate {code} has nothing below it.")
        elif not sum(data.by_code[child].weight for child in below) > 0:
            yield Text(f"{code} 下面的权重之和为0。", f"The weights below {code} sum to 0.")
