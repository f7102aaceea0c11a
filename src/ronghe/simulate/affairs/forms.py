"""Curves of a shared public affair: what a benefit or a cost is worth at each amount, and at the margin.

    f(x) = f_k + s_k (x - x_k) + 1/2 k_k (x - x_k)^2     on the piece from x_k to x_(k+1),   f(0) = 0

One description holds every form in use. A benefit is concave and does not fall, a cost is convex and does not fall;
a threshold is neither and is computed only where an effort is made or not made (0 or 1).

=================  =====================================================================
linear             s x
linear_quadratic   s x + k x^2 / 2; with k < 0 flat beyond satiation, x = -s / k
piecewise          slopes s_0, s_1, ... between knots x_1, x_2, ...
threshold          0 below a point, a height from there on
=================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.text import Text
from ronghe.simulate.checks import Faults, numeric, shown

Form = Literal["linear", "linear-quadratic", "piecewise linear", "threshold"]
Role = Literal["benefit", "cost"]
Trouble = tuple[str, Text, Text]
"""What was read, what is expected, what to do."""

ROUNDING = 1e-12
FINITE = Text("请填写有限的数。", "Give finite numbers.")
RISING = (Text("不下降", "nowhere falling"), Text("请核对斜率的符号。", "Check the signs of the slopes."))


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A benefit in 亿元 a year by amount enjoyed, or a cost in 亿元 a year by effort.

    Attributes
    ----------
    form : {"linear", "linear-quadratic", "piecewise linear", "threshold"}
    starts : array, shape (piece,)
        x_k, in units of effort; the first is 0 and the last piece has no end.
    slopes : array, shape (piece,)
        Slope at the start of each piece, 亿元 a unit a year.
    curvatures : array, shape (piece,)
        Change of the slope by unit.
    jumps : array, shape (piece,)
        Height gained at the start of each piece, 亿元 a year; 0 but for a threshold.
    """

    form: Form
    starts: Floats
    slopes: Floats
    curvatures: Floats
    jumps: Floats

    @property
    def lengths(self) -> Floats:
        """Length of each piece; the last is infinite."""
        return np.append(np.diff(self.starts), np.inf)

    @property
    def ends(self) -> Floats:
        """Slope at the end of each piece but the last."""
        slopes: Floats = self.slopes[:-1] + self.curvatures[:-1] * np.diff(self.starts)
        return slopes

    @property
    def final(self) -> float:
        """Slope beyond all bounds."""
        last = float(self.curvatures[-1])
        return float(self.slopes[-1]) if last == 0 else float(np.sign(last) * np.inf)

    def piece(self, amount: Floats) -> Ints:
        """Return which piece each amount lies in; an amount on a knot belongs to the piece that starts there."""
        reach = np.asarray(amount)
        if self.jumps.any():
            reach = reach * (1.0 + ROUNDING)
        return np.maximum(self.starts.searchsorted(reach, side="right") - 1, 0)

    def value(self, amount: Floats) -> Floats:
        """Return f at each amount, 亿元 a year."""
        steps = np.diff(self.starts)
        gained = self.slopes[:-1] * steps + self.curvatures[:-1] * steps**2 / 2
        levels = np.cumsum(self.jumps) + np.concatenate(([0.0], np.cumsum(gained)))
        at = self.piece(amount)
        over = np.asarray(amount) - self.starts[at]
        worth: Floats = levels[at] + self.slopes[at] * over + self.curvatures[at] * over**2 / 2
        return worth

    def one(self, amount: float) -> float:
        """Return f at one amount."""
        return float(self.value(np.array([amount]))[0])

    def margin(self, amount: float) -> float:
        """Return the slope just right of an amount."""
        at = int(self.piece(np.array([amount]))[0])
        return float(self.slopes[at] + self.curvatures[at] * (amount - self.starts[at]))

    def margins(self, amount: float, reach: float, role: Role) -> tuple[float, float]:
        """Return the slopes left and right of an amount; a knot within ``reach`` counts as met.

        Left of 0 a benefit is infinitely steep and a cost infinitely flat: an effort of 0 needs no margin there.
        """
        edge = np.inf if role == "benefit" else -np.inf
        left = edge if amount <= reach else self.margin(amount - reach)
        return left, self.margin(amount + reach)

    def where(self, margin: float, slack: float, role: Role) -> tuple[float, float]:
        """Return the least and largest amount at which ``margin`` lies between the slopes left and right."""
        sign = 1.0 if role == "cost" else -1.0
        wanted = sign * margin
        least = most = 0.0
        reached = False
        for start, slope, bend, length in zip(
            self.starts, sign * self.slopes, sign * self.curvatures, self.lengths, strict=True
        ):
            if slope > wanted + slack:
                break
            inner = float(start + min(max(wanted - slope, 0.0) / bend, length)) if bend > 0 else float(start + length)
            if not reached:
                flat = bend == 0 and slope >= wanted - slack
                least = float(start) if flat else inner
                reached = flat or (bend > 0 and inner < start + length)
            most = inner
        return least, most

    @property
    def concave(self) -> bool:
        """Whether no slope is followed by a steeper one."""
        close = ROUNDING * float(np.abs(self.slopes).max(initial=0.0))
        return bool(
            (self.curvatures <= 0).all() and (self.slopes[1:] <= self.ends + close).all() and not self.jumps.any()
        )

    @property
    def convex(self) -> bool:
        """Whether no slope is followed by a flatter one."""
        close = ROUNDING * float(np.abs(self.slopes).max(initial=0.0))
        return bool(
            (self.curvatures >= 0).all() and (self.slopes[1:] >= self.ends - close).all() and not self.jumps.any()
        )

    def trouble(self, role: Role, *, whole: bool = False) -> list[Trouble]:
        """Return what speaks against the curve as a benefit or a cost.

        Parameters
        ----------
        whole : bool
            Efforts are 0 or 1: the shape between is not used.
        """
        parts = (self.starts, self.slopes, self.curvatures, self.jumps)
        if len({len(part) for part in parts}) > 1:
            read = f"{len(self.starts) - 1} knots, {len(self.slopes)} slopes"
            expected = Text("斜率比折点多一个", "one slope more than knots")
            return [(read, expected, Text("请补齐各段的斜率。", "Give the slope of every piece."))]
        if not all(np.isfinite(part).all() for part in parts):
            return [("nan, inf", Text("有限的数", "finite numbers"), FINITE)]
        if not (np.diff(self.starts) > 0).all():
            expected = Text("由小到大的正折点", "positive knots in rising order")
            return [(str(self.starts[1:].tolist()), expected, Text("请排序并去重。", "Sort them, without repeats."))]
        found: list[Trouble] = []
        least = min(*self.slopes, *self.ends, *self.jumps)
        if least < -ROUNDING * float(np.abs(self.slopes).max()):
            found.append((f"{least:g}", *RISING))
        if not whole:
            found += _shape_trouble(self, role)
        return found


def _shape_trouble(curve: Curve, role: Role) -> list[Trouble]:
    if curve.form == "threshold":
        expected = Text("凹的效益或凸的费用", "a concave benefit or a convex cost")
        remedy = Text(
            "门槛只能按“建或不建”（whole=True，至多11方）逐一列举；要连续的投入，请改用分段线性的凹效益。",
            "A threshold is enumerated with efforts of 0 or 1 (whole=True, at most 11 players); "
            "for an effort of any size give a concave piecewise linear benefit.",
        )
        return [("threshold", expected, remedy)]
    read = f"slopes {[round(float(s), 12) for s in curve.slopes]}, curvatures {curve.curvatures.tolist()}"
    if role == "benefit" and not curve.concave:
        expected = Text("凹的效益：每多一份不比前一份更值钱", "a concave benefit: one unit more is worth no more")
        return [(read, expected, Text("请核对斜率次序和曲率符号。", "Check the order of slopes and the curvature."))]
    if role == "cost" and not curve.convex:
        expected = Text("凸的费用：每多一份不比前一份更便宜", "a convex cost: one unit more is no cheaper")
        return [(read, expected, Text("请核对斜率次序和曲率符号。", "Check the order of slopes and the curvature."))]
    return []


def linear(slope: float) -> Curve:
    """Return s x.

    Parameters
    ----------
    slope : float
        亿元 a unit a year.
    """
    _numbers("linear", [slope])
    return _curve("linear", [0.0], [slope], [0.0])


def linear_quadratic(slope: float, curvature: float) -> Curve:
    """Return s x + k x^2 / 2; a benefit (k < 0) is flat beyond satiation.

    Raises
    ------
    DataFault
        For what is no number.

    Examples
    --------
    >>> linear_quadratic(2.0, -1.0).value(np.array([1.0, 2.0, 5.0])).tolist()
    [1.5, 2.0, 2.0]
    """
    _numbers("linear_quadratic", [slope, curvature])
    if curvature < 0 < slope:
        return _curve("linear-quadratic", [0.0, -slope / curvature], [slope, 0.0], [curvature, 0.0])
    return _curve("linear-quadratic", [0.0], [slope], [0.0 if curvature < 0 == slope else curvature])


def piecewise(knots: Sequence[float], slopes: Sequence[float]) -> Curve:
    """Return a piecewise linear curve: one slope more than knots."""
    _numbers("piecewise, knots", knots)
    _numbers("piecewise, slopes", slopes)
    return _curve("piecewise linear", [0.0, *knots], slopes, [0.0] * len(slopes))


def threshold(at: float, height: float) -> Curve:
    """Return 0 below ``at`` and ``height`` from there on; with efforts of 0 or 1 only."""
    _numbers("threshold", [at, height])
    return _curve("threshold", [0.0, at], [0.0, 0.0], [0.0, 0.0], [0.0, height])


def _numbers(name: str, given: object) -> None:
    """Raise for what is no row of numbers; one that is not finite is told by the curve."""
    faults = Faults()
    row = numeric(given, name, faults)
    faults.settle()
    if row is None or row.ndim != 1:
        faults.add("S163", name, shown(given), Text("一列数", "a row of numbers"), FINITE)
    faults.settle()


def _curve(
    form: Form,
    starts: Sequence[float],
    slopes: Sequence[float],
    curvatures: Sequence[float],
    jumps: Sequence[float] | None = None,
) -> Curve:
    rows = (starts, slopes, curvatures, [0.0] * len(slopes) if jumps is None else jumps)
    return Curve(form, *(np.asarray(row, dtype=np.float64) for row in rows))
