"""How wide to look at a border, and whether stations were sited with the border in mind.

Bandwidth: the one of least mean squared error of the jump (Imbens and Kalyanaraman, triangular kernel).

Siting: counts in bins that end at the border, smoothed by a local linear line on each side. With densities f+ and
f- at the border from the far and the near side,

    theta = ln f+ - ln f-      variance = 24/5 (1/f+ + 1/f-) / (n h)

A jump in theta says that stations stand where somebody wants them to stand. With few stations the test sees only
large jumps.

References
----------
.. [1] G. W. Imbens, K. Kalyanaraman, "Optimal Bandwidth Choice for the Regression Discontinuity Estimator", 2012,
   section 4.2.
.. [2] J. McCrary, "Manipulation of the Running Variable in the Regression Discontinuity Design", 2008, sections 2.2
   and 3.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from ronghe.base.arrays import Bools, Floats
from ronghe.base.text import Text

TRIANGULAR = 3.4375
"""Constant of the rule for the triangular kernel at an edge."""
FLOOR = 0.01
"""Least square of the third derivative that the rule uses."""


@dataclass(frozen=True, slots=True, eq=False)
class Siting:
    """The check of the density of stations at a border.

    Attributes
    ----------
    difference : float
        theta, in logs; NaN where a side has no density to tell of.
    error : float
    probability : float
        Of a difference as large if density does not jump, two-sided.
    bandwidth, bin : float
        km.
    note : Text
    """

    difference: float
    error: float
    probability: float
    bandwidth: float
    bin: float
    note: Text


def optimal_bandwidth(*, outcome: Floats, distance: Floats) -> float:
    """Return the bandwidth of least mean squared error of a jump at 0 [1]_.

    Parameters
    ----------
    outcome, distance : array, shape (station,)
        Distance negative on the near side, in the unit of the answer.

    Returns
    -------
    float
        h. Where a side has too few stations for the curvature, the first step of the rule: 1.84 sd n^(-1/5).
    """
    scale, spread = float(distance.std(ddof=1)), float(outcome.std(ddof=1))
    first = 1.84 * math.pow(len(distance), -0.2)
    if not (scale > 0 and spread > 0):
        return first * scale
    # In units of the two spreads: the floor under the third derivative is a number without a unit.
    return scale * _wide(outcome / spread, distance / scale, first)


def _wide(outcome: Floats, distance: Floats, first: float) -> float:
    number, far = len(distance), distance > 0
    near = np.abs(distance) <= first
    if min((near & far).sum(), (near & ~far).sum()) < 3:
        return first
    density = float(near.sum()) / (2 * number * first)
    variances = [float(outcome[near & side].var(ddof=1)) for side in (~far, far)]
    third = _third_derivative(outcome, distance, far)
    curves, penalties = [], []
    for side, variance in zip((~far, far), variances, strict=True):
        width = 3.56 * math.pow(variance / (density * max(third**2, FLOOR) * float(side.sum())), 1 / 7)
        inside = side & (np.abs(distance) <= width)
        if inside.sum() < 4 or len(np.unique(distance[inside])) < 3:
            return first
        curves.append(2 * float(np.polynomial.polynomial.polyfit(distance[inside], outcome[inside], 2)[2]))
        penalties.append(2160 * variance / (float(inside.sum()) * width**4))
    bias = (curves[1] - curves[0]) ** 2 + sum(penalties)
    if not bias > 0:
        return first
    return TRIANGULAR * math.pow(sum(variances) / (density * bias * number), 0.2)


def siting(*, distance: Floats) -> Siting:
    """Return the check whether the density of stations jumps at the border [2]_.

    Parameters
    ----------
    distance : array, shape (station,)
        Negative on the near side, km.
    """
    number = len(distance)
    bin_width = 2 * float(distance.std(ddof=1)) / math.sqrt(number) if number > 1 else 0.0
    if not bin_width > 0:
        return _silent(float("nan"), bin_width)
    # Bins end at 0, so that none holds stations of both sides; a station on the border is on the near side.
    place = np.ceil(distance / bin_width) - 1
    edges = np.arange(place.min(), place.max() + 1)
    heights = np.bincount((place - place.min()).astype(np.int64), minlength=len(edges)) / (number * bin_width)
    middles = (edges + 0.5) * bin_width
    sides = middles < 0, middles > 0
    widths = [_curvature_width(middles[side], heights[side]) for side in sides]
    width = float(np.nanmean(widths)) if np.isfinite(widths).any() else float("nan")
    if not np.isfinite(width):
        return _silent(width, bin_width)
    below, above = (_at_zero(middles[side], heights[side], width) for side in sides)
    if not (below > 0 and above > 0):
        return _silent(width, bin_width)
    difference = float(np.log(above) - np.log(below))
    error = float(np.sqrt(24 / 5 * (1 / above + 1 / below) / (number * width)))
    probability = float(2 * ndtr(-abs(difference) / error))
    return Siting(difference, error, probability, width, bin_width, _note(number, difference, probability))


def _third_derivative(outcome: Floats, distance: Floats, far: Bools) -> float:
    """Return the third derivative of a cubic with a jump, between the medians of the two sides."""
    used = (distance >= np.median(distance[~far])) & (distance <= np.median(distance[far]))
    x = distance[used]
    # In units of the range, so that cubes do not swamp the rest.
    scale = float(np.abs(x).max()) or 1.0
    columns = np.stack([np.ones(len(x)), far[used], x / scale, (x / scale) ** 2, (x / scale) ** 3], axis=1)
    slopes = np.linalg.lstsq(columns, outcome[used], rcond=None)[0]
    return 6 * float(slopes[4]) / scale**3


def _curvature_width(middles: Floats, heights: Floats) -> float:
    """Return the bandwidth of one side from a polynomial of the fourth degree through its bins."""
    if len(middles) < 6:
        return float("nan")
    reach = float(np.abs(middles).max())
    fit = np.polynomial.Polynomial.fit(middles, heights, 4)
    variance = float(((heights - fit(middles)) ** 2).sum()) / (len(middles) - 5)
    curvature = float((fit.deriv(2)(middles) ** 2).sum())
    if not (curvature > 0 and variance > 0):
        return reach
    return min(3.348 * math.pow(variance * reach / curvature, 0.2), reach)


def _at_zero(middles: Floats, heights: Floats, width: float) -> float:
    weight = np.maximum(1 - np.abs(middles) / width, 0.0)
    if (weight > 0).sum() < 2:
        return float("nan")
    root = np.sqrt(weight)
    columns = np.stack([np.ones(len(middles)), middles], axis=1)
    return float(np.linalg.lstsq(columns * root[:, None], heights * root, rcond=None)[0][0])


def _silent(width: float, bin_width: float) -> Siting:
    nothing = float("nan")
    return Siting(
        nothing,
        nothing,
        nothing,
        width,
        bin_width,
        Text("站点太少，无法检验布点密度在边界处是否跳跃。", "Too few stations to test their density at the border."),
    )


def _note(number: int, difference: float, probability: float) -> Text:
    if probability < 0.05:
        return Text(
            f"边界处站点密度有跳跃（对数差{difference:.2f}，p = {probability:.3f}）："
            "布点可能顾及边界，跳跃值须谨慎使用。",
            f"The density of stations jumps at the border (log difference {difference:.2f}, p = {probability:.3f}): "
            "they may have been sited with it in mind; use the jump with care.",
        )
    return Text(
        f"{number}个站点未见密度跳跃（对数差{difference:.2f}，p = {probability:.3f}）；站点少时只能发现大的跳跃。",
        f"No jump in the density of {number} stations is seen (log difference {difference:.2f}, "
        f"p = {probability:.3f}); with few stations only large jumps can be.",
    )
