"""Border discontinuity (F12): does pollution jump where a border is crossed?

Local linear regression of ln pollutant on signed distance x, by side D = 1[x > 0], weights 1 - abs(x)/h:

    ln p = a + delta D + b x + c x D + e f + g f D          delta: the jump due to the border

f is the direction of flow at the station, +1 from the near side (x < 0) to the far side, -1 the other way, 0 none:
water and wind carry pollution across, more to the side downstream. delta is the jump where nothing flows either
way; the whole jump along a flow is delta + g. Where every station has the same f the two cannot be told apart,
and delta holds what is carried too.

Shown at h/2, h and 2h. The interval comes from shifting the border: jumps are measured at places inside one side,
where none is due, and their 90 % range is put around delta. Stations may have been sited with the border in mind:
a jump in their density is tested.

References
----------
.. [1] G. W. Imbens, K. Kalyanaraman, "Optimal Bandwidth Choice for the Regression Discontinuity Estimator", 2012.
.. [2] J. McCrary, "Manipulation of the Running Variable in the Regression Discontinuity Design", 2008.
.. [3] J. G. MacKinnon, H. White, "Some Heteroskedasticity-Consistent Covariance Matrix Estimators", 1985 (HC2).
.. [4] P. Ganong, S. Jäger, "A Permutation Test for the Regression Kink Design", 2018 (shifted thresholds).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import NotIdentified
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.measure.siting import Siting, optimal_bandwidth, siting
from ronghe.measure.wrong import refuse

FEWEST = 10
"""Stations with weight needed on each side."""
SHIFTS = 99
"""Places to which the border is shifted, spread evenly over the stations."""
FEWEST_SHIFTS = 19
"""With fewer no 5 % tail can be seen."""


@dataclass(frozen=True, slots=True, eq=False)
class BorderJump:
    """The jump of a pollutant at a border.

    Attributes
    ----------
    bandwidths : array, shape (3,)
        h/2, h, 2h, km.
    jumps, errors : array, shape (3,)
        delta and its heteroskedasticity-robust error; NaN where a side has too few stations.
    carried : array, shape (3,)
        g: what the flow adds to the jump on its way down; NaN where it cannot be told apart.
    stations : array of int, shape (3, 2)
        Stations with weight on the near and the far side.
    jump : float
        delta at h, in logs: 0.1 is about 10 % more on the far side.
    spread : Spread or None
        5 and 95 % by shifting the border.
    reason : Text
        Why there is no interval; empty where there is one.
    shifted : array, shape (shift,)
        Jumps where none is due.
    chance : float
        Share of places, the border among them, with a jump at least as large; NaN without shifts.
    told_apart : bool
        Whether delta is free of what flows carry.
    siting : Siting
        The check of the density of stations.
    left_out : int
        Stations without a value or a place.
    """

    bandwidths: Floats
    jumps: Floats
    errors: Floats
    carried: Floats
    stations: Ints
    jump: float
    spread: Spread | None
    reason: Text
    shifted: Floats
    chance: float
    told_apart: bool
    siting: Siting
    left_out: int


def border_jump(
    *, pollutant: Floats, signed_km: Floats, flow: Floats | None = None, bandwidth: float | None = None
) -> BorderJump:
    """Return the jump of a pollutant at a border.

    Parameters
    ----------
    pollutant : array, shape (station,)
        Mean concentration, above 0, in any unit; NaN where not measured.
    signed_km : array, shape (station,)
        Distance to the border, negative on the near side.
    flow : array, shape (station,), optional
        -1 to 1, as above. Without it nothing is known of flows, and delta holds what they carry.
    bandwidth : float, optional
        h, km; by the rule of Imbens and Kalyanaraman [1]_ where not given.

    Raises
    ------
    ParameterFault
        If shapes do not fit, a value is 0 or below, a flow outside -1 to 1, or the bandwidth not above 0.
    NotIdentified
        With fewer than ten stations within h on a side.
    """
    pollutant, signed_km = np.asarray(pollutant, dtype=np.float64), np.asarray(signed_km, dtype=np.float64)
    direction = np.zeros(np.shape(pollutant)) if flow is None else np.asarray(flow, dtype=np.float64)
    _check(pollutant, signed_km, direction, bandwidth)
    known = np.isfinite(pollutant) & np.isfinite(signed_km) & np.isfinite(direction)
    logs, x, f = np.log(pollutant[known]), signed_km[known], direction[known]
    _refuse_few(x, float("inf") if bandwidth is None else bandwidth)
    h = optimal_bandwidth(outcome=logs, distance=x) if bandwidth is None else float(bandwidth)
    widths = np.array([h / 2, h, 2 * h])
    _refuse_few(x, h)
    found = [_fitted(logs, x, f, 0.0, width) for width in widths]
    shifted = _shifted(logs, x, f, h)
    jump = found[1][0]
    spread, reason = _interval(jump, shifted)
    far = x > 0
    return BorderJump(
        bandwidths=widths,
        jumps=np.array([delta for delta, _, _ in found]),
        errors=np.array([error for _, error, _ in found]),
        carried=np.array([carried for _, _, carried in found]),
        stations=np.array([[(_weights(x, w)[~far] > 0).sum(), (_weights(x, w)[far] > 0).sum()] for w in widths]),
        jump=jump,
        spread=spread,
        reason=reason,
        shifted=shifted,
        chance=float((1 + (np.abs(shifted) >= abs(jump)).sum()) / (len(shifted) + 1)) if len(shifted) else float("nan"),
        told_apart=bool(np.isfinite(found[1][2])),
        siting=siting(distance=x),
        left_out=int((~known).sum()),
    )


def _weights(x: Floats, width: float) -> Floats:
    return np.asarray(np.maximum(1 - np.abs(x) / width, 0.0), dtype=np.float64)


def _fitted(logs: Floats, x: Floats, flow: Floats, at: float, width: float) -> tuple[float, float, float]:
    """Return delta, its error and g of a border at some place; NaN where stations are too few."""
    distance = x - at
    weight = _weights(distance, width)
    far = distance > 0
    used = weight > 0
    if min((used & far).sum(), (used & ~far).sum()) < FEWEST:
        return float("nan"), float("nan"), float("nan")
    y, d, z, f, w = logs[used], far[used].astype(np.float64), distance[used], flow[used], weight[used]
    columns = [np.ones(len(y)), d, z, z * d]
    apart = bool(f.any()) and _full([*columns, f, f * d], w)
    if apart:
        columns += [f, f * d]
    design = np.stack(columns, axis=1)
    if not _full(columns, w):
        return float("nan"), float("nan"), float("nan")
    slopes, error = _least_squares(design, y, w)
    return float(slopes[1]), error, float(slopes[5]) if apart else float("nan")


def _full(columns: list[Floats], weight: Floats) -> bool:
    scaled = np.stack(columns, axis=1) * np.sqrt(weight)[:, None]
    size = np.linalg.norm(scaled, axis=0)
    return bool((size > 0).all()) and int(np.linalg.matrix_rank(scaled / np.maximum(size, 1e-300))) == len(columns)


def _least_squares(design: Floats, y: Floats, weight: Floats) -> tuple[Floats, float]:
    """Return weighted least squares and the robust error (HC2) [3]_ of the second slope."""
    root = np.sqrt(weight)
    scaled = design * root[:, None]
    q, r = np.linalg.qr(scaled)
    slopes = np.linalg.solve(r, q.T @ (y * root))
    residual = (y - design @ slopes) * root
    leverage = (q**2).sum(axis=1)
    spreading = np.linalg.solve(r, q.T)[1]
    # A station that fits itself alone has leverage 1 and no residual: it tells nothing of the error.
    free = np.maximum(1 - leverage, 1e-12)
    return np.asarray(slopes, dtype=np.float64), float(np.sqrt((spreading**2 * residual**2 / free).sum()))


def _shifted(logs: Floats, x: Floats, flow: Floats, width: float) -> Floats:
    """Return jumps at places inside one side, with stations of that side only."""
    jumps: list[float] = []
    for side in (x <= 0, x > 0):
        inner = np.sort(x[side])
        for at in np.quantile(inner, np.linspace(0, 1, SHIFTS // 2 + 2)[1:-1]):
            # A window that reached across would see the border itself.
            delta = _fitted(logs[side], x[side], flow[side], float(at), width)[0] if abs(at) >= width else np.nan
            if np.isfinite(delta):
                jumps.append(delta)
    return np.array(jumps, dtype=np.float64)


def _interval(jump: float, shifted: Floats) -> tuple[Spread | None, Text]:
    """Return delta with the range of jumps where none is due, either sign alike [4]_."""
    if len(shifted) < FEWEST_SHIFTS:
        return None, Text(
            f"边界可平移的位置只有{len(shifted)}处（至少{FEWEST_SHIFTS}处）：远离边界的站点不足。",
            f"The border can be shifted to {len(shifted)} places (at least {FEWEST_SHIFTS} are needed): too few "
            "stations lie away from it.",
        )
    reach = float(np.quantile(np.abs(shifted), 0.9))
    return Spread("interval", jump - reach, jump + reach), Text("", "")


def _refuse_few(x: Floats, width: float) -> None:
    near: Bools = np.abs(x) < width
    counts = int((near & (x <= 0)).sum()), int((near & (x > 0)).sum())
    if min(counts) < FEWEST:
        span = Text("", "") if np.isinf(width) else Text(f"{width:.3g}公里以内", f" within {width:.3g} km")
        reason = Text(
            f"边界两侧{span.zh}的站点为{counts[0]}个和{counts[1]}个，每侧至少需要{FEWEST}个。",
            f"The sides have {counts[0]} and {counts[1]} stations{span.en}; at least {FEWEST} are needed on each.",
        )
        raise NotIdentified("monitors", reason, ("monitors",))


def _check(pollutant: Floats, signed_km: Floats, flow: Floats, bandwidth: float | None) -> None:
    """Tell every fault of the input at once."""
    faults: list[Text] = []
    shapes = np.shape(pollutant), np.shape(signed_km), np.shape(flow)
    if len(shapes[0]) != 1 or len(set(shapes)) > 1:
        faults.append(
            Text(
                f"pollutant、signed_km、flow 应为等长的一维数组，读到 {shapes}。",
                f"pollutant, signed_km and flow must be of one length; read {shapes}.",
            )
        )
    zero = int((np.asarray(pollutant) <= 0).sum() + np.isinf(pollutant).sum())
    if zero:
        faults.append(
            Text(
                f"有{zero}个浓度不是正的有限数；低于检出限的请按检出限规则给出数值，或留空。",
                f"Concentrations that are not finite and above 0: {zero}. Give values below the detection limit by "
                "its rule, or leave them empty.",
            )
        )
    wrong = int((np.abs(flow) > 1).sum())
    if wrong:
        faults.append(Text(f"有{wrong}个 flow 超出 -1 至 1。", f"Values of flow outside -1 to 1: {wrong}."))
    if np.isinf(signed_km).any():
        faults.append(Text("signed_km 含无穷。", "signed_km holds infinite values."))
    if bandwidth is not None and not (np.isfinite(bandwidth) and bandwidth > 0):
        faults.append(
            Text(f"bandwidth 应为正的公里数，读到{bandwidth:g}。", f"bandwidth must be km above 0; read {bandwidth:g}.")
        )
    refuse(faults)
