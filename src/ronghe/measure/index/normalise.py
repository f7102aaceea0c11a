"""Normalisation: indicators of any unit brought onto one scale, higher being better.

An indicator of direction -1 has its sign turned first. A column that is constant cannot be placed on a scale between
its ends and is a fault; ranks and what is measured against a fixed point can be.

References
----------
.. [1] OECD, JRC, "Handbook on Constructing Composite Indicators", 2008, step 5.
.. [2] W. Becker et al., "COINr: An R package for developing composite indicators", 2022 (list of methods).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from scipy.stats import rankdata

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.measure.index.metadata import Metadata

Method = Literal[
    "min-max", "z-score", "rank", "percentile", "borda", "scaled", "distance to max", "distance to reference",
    "distance to target", "fraction of max", "goalposts", "none",
]  # fmt: skip
METHODS: tuple[Method, ...] = get_args(Method)
DIGITS = 12
"""Significant digits by which ties are decided."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How indicators are normalised.

    Attributes
    ----------
    method : Method
    low, high : float
        Ends of the scale of ``min-max`` and ``goalposts``; mean and deviation of ``z-score``; origin and unit of
        ``scaled``.
    reference : str
        Unit that ``distance to reference`` is measured from.
    """

    method: Method = "min-max"
    low: float = 0.0
    high: float = 100.0
    reference: str = ""

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest score there can be; infinite where there is none."""
        if self.method in ("min-max", "goalposts"):
            return self.low, self.high
        if self.method in ("percentile", "distance to max", "fraction of max"):
            return 0.0, 1.0
        if self.method == "distance to target":
            return float("-inf"), 1.0
        return float("-inf"), float("inf")


def normalise(values: Floats, scale: Scale, data: Metadata, units: Sequence[str] = ()) -> Floats:
    """Return scores of every unit and indicator, NaN where a value is missing.

    Parameters
    ----------
    values : array, shape (unit, indicator)
        In the order of the metadata's indicators.
    units : sequence of str
        Codes of the units, for a reference.

    Raises
    ------
    ParameterFault
        With every indicator that cannot be normalised so: constant, without goalposts or target, a maximum that is
        not above 0 under ``fraction of max``, an unknown reference.
    """
    signed = values * data.column("direction")
    faults = _faults(signed, values, scale, data, units)
    if faults:
        raise ParameterFault(Text("".join(one.zh for one in faults), " ".join(one.en for one in faults)))
    with np.errstate(invalid="ignore"):
        return np.asarray(_FORMS[scale.method](signed, scale, data, units), dtype=np.float64)


def _ends(x: Floats) -> tuple[Floats, Floats]:
    return np.nanmin(x, axis=0), np.nanmax(x, axis=0)


def _min_max(x: Floats, scale: Scale, data: Metadata, units: Sequence[str]) -> Any:
    least, most = _ends(x)
    return (x - least) / (most - least) * (scale.high - scale.low) + scale.low


def _z_score(x: Floats, scale: Scale, data: Metadata, units: Sequence[str]) -> Any:
    return (x - np.nanmean(x, axis=0)) / np.nanstd(x, axis=0, ddof=1) * scale.high + scale.low


def ranked(x: Floats) -> Floats:
    """Return ascending ranks in each column, ties sharing the lowest; NaN where missing."""
    rounded = significant(x)
    found = np.full(x.shape, np.nan)
    for column in range(x.shape[1]):
        there = np.isfinite(x[:, column])
        found[there, column] = rankdata(rounded[there, column], method="min")
    return found


def significant(x: Floats) -> Floats:
    """Return figures rounded to the digits by which ties are decided."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where((x == 0) | ~np.isfinite(x), 0.0, np.floor(np.log10(np.abs(x))))
    step = 10.0 ** (size - DIGITS + 1)
    return np.asarray(np.round(x / step) * step, dtype=np.float64)


def _rank(x: Floats, scale: Scale, data: Metadata, units: Sequence[str]) -> Any:
    return ranked(x)


def _percentile(x: Floats, scale: Scale, data: Metadata, units: Sequence[str]) -> Any:
    return (ranked(x) - 1.0) / (np.isfinite(x).sum(axis=0) - 1.0)


def _borda(x: Floats, scale: Scale, data: Metadata, units: Sequence[str]) -> Any:
    return ranked(x) - 1.0


def _scaled(x: Floats, scale: Scale, data: Metadata, units: Sequence[str]) -> Any:
    return (x - scale.low) / scale.high


def _to_max(x: Floats, scale: Scale, data: Metadata, units: Sequence[str]) -> Any:
    least, most = _ends(x)
    return 1.0 - (most - x) / (most - least)


def _to_reference(x: Floats, scale: Scale, data: Metadata, units: Sequence[str]) -> Any:
    least, most = _ends(x)
    return 1.0 - (x[list(units).index(scale.reference)] - x) / (most - least)


def _to_target(x: Floats, scale: Scale, data: Metadata, units: Sequence[str]) -> Any:
    target = data.column("target") * data.column("direction")
    least = np.nanmin(x, axis=0)
    return np.minimum(1.0, 1.0 - (target - x) / (target - least))


def _fraction(x: Floats, scale: Scale, data: Metadata, units: Sequence[str]) -> Any:
    return x / np.nanmax(x, axis=0)


def _goalposts(x: Floats, scale: Scale, data: Metadata, units: Sequence[str]) -> Any:
    low, high, turned = data.column("low"), data.column("high"), data.column("direction") < 0
    first, last = np.where(turned, -high, low), np.where(turned, -low, high)
    return np.clip((x - first) / (last - first), 0.0, 1.0) * (scale.high - scale.low) + scale.low


def _none(x: Floats, scale: Scale, data: Metadata, units: Sequence[str]) -> Any:
    return x


_Form = Callable[[Floats, Scale, Metadata, Sequence[str]], Any]
_FORMS: Mapping[Method, _Form] = {
    "min-max": _min_max, "z-score": _z_score, "rank": _rank, "percentile": _percentile, "borda": _borda,
    "scaled": _scaled, "distance to max": _to_max, "distance to reference": _to_reference,
    "distance to target": _to_target, "fraction of max": _fraction, "goalposts": _goalposts, "none": _none,
}  # fmt: skip
_NEED_SPREAD = frozenset({"min-max", "z-score", "percentile", "distance to max", "distance to reference"})


def _faults(x: Floats, raw: Floats, scale: Scale, data: Metadata, units: Sequence[str]) -> list[Text]:
    found: list[Text] = []
    if scale.method == "distance to reference" and scale.reference not in units:
        found.append(Text(f"参照单元“{scale.reference}”不在数据中。",
                          f'The reference unit "{scale.reference}" is not in the data.'))  # fmt: skip
    if scale.method in ("min-max", "goalposts") and not scale.low < scale.high:
        found.append(Text(f"尺度下端 {scale.low:g} 应低于上端 {scale.high:g}。",
                          f"The low end {scale.low:g} must lie below the high end {scale.high:g}."))  # fmt: skip
    if scale.method in ("z-score", "scaled") and not scale.high:
        found.append(Text("尺度的单位为0。", "The unit of the scale is 0."))
    for at, code in enumerate(data.indicators):
        why = _why(x[:, at], raw[:, at], scale.method, data, code)
        if why is not None:
            found.append(Text(f"normalise（{scale.method}）：指标 {code} {why.zh}",
                              f"normalise ({scale.method}): the indicator {code} {why.en}"))  # fmt: skip
    return found


def _why(x: Floats, raw: Floats, method: Method, data: Metadata, code: str) -> Text | None:
    """Return why one indicator cannot be normalised so."""
    there = x[np.isfinite(x)]
    one = data.by_code[code]
    if not len(there):
        return Text("没有一个数值；请去掉该指标。", "has no value at all; leave it out.")
    if method in _NEED_SPREAD and len(np.unique(significant(there))) < 2:
        if len(there) < 2:
            return Text("只有一个单元有数值，不能比较。", "has a value for one unit only, and nothing to compare.")
        return Text(f"的数值全为 {raw[np.isfinite(raw)][0]:g}；请去掉该指标，或改用 goalposts。",
                    f"is {raw[np.isfinite(raw)][0]:g} throughout; leave it out, or use goalposts.")  # fmt: skip
    if method == "fraction of max" and not there.max() > 0:
        return Text(f"按方向的最大值为 {there.max():g}，不能作除数；请改用 min-max。",
                    f"has the maximum {there.max():g} in its direction, which cannot divide; use min-max.")  # fmt: skip
    if method == "goalposts" and not one.low < one.high:
        return Text("没有上下限（low、high）。", "has no goalposts (low, high).")
    if method == "distance to target":
        target = one.target * one.direction
        if not np.isfinite(target):
            return Text("没有目标值（target）。", "has no target.")
        if not target > there.min():
            return Text("的目标值不优于最差的数值。", "has a target that is no better than the worst value.")
    return None
