"""What may be asked of a race: one sentence a fault, gathered and told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import get_args

from ronghe.base.area import Area
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.simulate.checks import is_number, shown
from ronghe.simulate.closure import Closure


def settle(faults: Sequence[Text]) -> None:
    """Raise every fault found.

    Raises
    ------
    ParameterFault
    """
    if faults:
        raise ParameterFault(Text("；".join(f.zh for f in faults) + "。", "; ".join(f.en for f in faults) + "."))


def kind(name: str, value: object, wanted: type) -> list[Text]:
    """Return a fault unless a value is of the wanted kind."""
    if isinstance(value, wanted):
        return []
    told = wanted.__name__
    return [Text(f"{name} 应是 {told}，读到 {shown(value)}", f"{name} must be of {told}; read {shown(value)}")]


def number(name: str, value: object, low: float, high: float = float("inf")) -> list[Text]:
    """Return a fault unless a value is one number between two others."""
    if is_number(value) and low <= value <= high:
        return []
    if high < float("inf"):
        between = Text(f"在 {low:g} 与 {high:g} 之间", f"between {low:g} and {high:g}")
    else:
        between = Text(f"，不小于 {low:g}", f"of at least {low:g}")
    read = shown(value)
    return [Text(f"{name} 应是{between.zh}的数，读到 {read}", f"{name} must be a number {between.en}; read {read}")]


def whole(name: str, value: object, least: int) -> list[Text]:
    """Return a fault unless a value is a whole number of at least ``least``."""
    if isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least:
        return []
    return [
        Text(
            f"{name} 应是不小于 {least} 的整数，读到 {shown(value)}",
            f"{name} must be a whole number of at least {least}; read {shown(value)}",
        )
    ]


def of_search(*, closure: object, starts: object, seed: object, threads: object) -> list[Text]:
    """Return the faults of how a rest point is to be looked for."""
    known = get_args(Closure)
    faults = whole("starts", starts, 1) + whole("seed", seed, 0)
    if not isinstance(closure, str) or closure not in known:
        read = shown(closure)
        faults.append(
            Text(f"closure 可用 {'、'.join(known)}，读到 {read}", f"closure is one of {', '.join(known)}; read {read}")
        )
    return faults + ([] if threads is None else whole("threads", threads, 1))


def names(name: str, value: object) -> list[Text]:
    """Return a fault unless a value is left out, one name, an area or a list of names."""
    if value is None or isinstance(value, str | Area):
        return []
    if isinstance(value, Sequence) and all(isinstance(one, str) for one in value):
        return []
    return [Text(f"{name} 应是名称或代码的列表，读到 {shown(value)}",
                 f"{name} must be a list of names or codes; read {shown(value)}")]  # fmt: skip


def table(name: str, value: object) -> list[Text]:
    """Return a fault unless a value is a mapping from names."""
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return []
    read = shown(value)
    return [Text(f"{name} 应按名称给出数值，读到 {read}", f"{name} must give numbers by name; read {read}")]
